/* A list beside the record that is open: choosing a row shows its page there. On a phone a row is a link as any other. */
document.addEventListener("alpine:init", () => {
  window.Alpine.data("beside", () => ({
    open(event) {
      const row = event.target.closest("[data-here]");
      const pane = document.getElementById("beside");
      if (!row || !pane?.offsetParent || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      for (const each of this.$root.querySelectorAll("[aria-current]")) each.removeAttribute("aria-current");
      row.setAttribute("aria-current", "true");
      window.history.replaceState(null, "", row.dataset.here);
      window.htmx.ajax("GET", row.getAttribute("href"), { target: "#beside", select: "#main > *", swap: "innerHTML ignoreTitle:true" });
    },
  }));
});
(() => {
  // What stands beside the list speaks of its own page: addresses that begin with "?" are that page's, not the list's.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event;
    if (!detail.target?.closest?.("#beside") || typeof detail.serverResponse !== "string") return;
    const path = new URL(detail.pathInfo.responsePath ?? detail.pathInfo.finalRequestPath, window.location.href).pathname;
    detail.serverResponse = detail.serverResponse
      .replace(/\b(href|hx-get|hx-post|action)="\?/g, `$1="${path}?`).replace(/\shx-push-url="true"/g, "");
  });
})();
