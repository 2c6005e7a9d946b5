/* Hints from the server, for as long as somebody looks: a browser has few connections for one host, so a hidden tab lets go. */
(() => {
  if (!document.querySelector(".shell")) return;
  let source = null;
  const listen = () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      source = new EventSource("/live");
      source.addEventListener("notification", () => document.body.dispatchEvent(new CustomEvent("live-notification")));
    }
  };
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pagehide", () => source?.close());
  listen();
})();
