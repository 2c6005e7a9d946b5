/* Hints from the server, for as long as somebody looks: a browser has few connections for one host, so a hidden tab lets go. */
(() => {
  if (!document.querySelector(".shell")) return;
  let source = null;
  const listen = () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      // On a record's page, or its form: who looks at the same one, and what they say there.
      const at = /^\/o\/([\w.]+)\/(\d+)\/(?:edit\/)?$/.exec(window.location.pathname);
      source = new EventSource(at ? `/live?at=${at[1]}/${at[2]}` : "/live");
      source.addEventListener("viewers", (event) => document.dispatchEvent(new CustomEvent("live-viewers", { detail: JSON.parse(event.data) })));
      source.addEventListener("talk", () => document.body.dispatchEvent(new CustomEvent("live-talk")));
      source.addEventListener("notification", () => document.body.dispatchEvent(new CustomEvent("live-notification")));
    }
  };
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pagehide", () => source?.close());
  listen();
})();
