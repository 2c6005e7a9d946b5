/* What every page can do: open and close dialogs, tell about failures, switch the theme at once. */
(() => {
  const show = (id) => {
    const template = document.getElementById(id);
    const toasts = document.getElementById("toasts");
    if (template && toasts) toasts.append(template.content.cloneNode(true));
  };

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      if (dialog && !dialog.open) dialog.showModal();
      return;
    }
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog")?.close();
    if (event.target instanceof HTMLDialogElement) event.target.close(); // a click on the veil
  });
  document.addEventListener("dialog-done", () => document.querySelectorAll("dialog[open]").forEach((each) => each.close()));

  // An act changed a record: the page is fetched again and its main part swapped, without losing the place on it.
  let refreshing = 0;
  document.addEventListener("record-changed", () => {
    clearTimeout(refreshing);
    refreshing = setTimeout(() => {
      window.htmx.ajax("GET", window.location.href, { target: "#main", select: "#main", swap: "outerHTML show:none" });
    }, 40);
  });

  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-theme-choice]");
    if (!choice) return;
    document.documentElement.dataset.theme = choice.dataset.themeChoice;
    for (const each of document.querySelectorAll("[data-theme-choice]")) each.setAttribute("aria-checked", String(each === choice));
  });

  // A refusal comes with its own words (HX-Reswap: none and a toast) and a form with its errors (422); all else failed.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400) return;
    if (xhr.status === 422 || xhr.getResponseHeader("HX-Reswap")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
      return;
    }
    event.detail.shouldSwap = false;
    if (xhr.status === 401) window.location.reload();
    else if (event.detail.requestConfig.verb !== "get" || !event.detail.elt.matches("#running, [hx-trigger*=every]")) show("toast-failed");
  });
  document.addEventListener("htmx:sendError", () => show("toast-offline"));
  window.addEventListener("offline", () => show("toast-offline"));
  window.addEventListener("online", () => document.querySelectorAll("#toasts [data-offline]").forEach((each) => each.remove()));

  // For the page, and for every part that comes later: a lifeline starts at today, which is its end.
  document.addEventListener("htmx:load", (event) => {
    for (const each of event.detail.elt.querySelectorAll("[data-scroll-end]")) each.scrollLeft = each.scrollWidth;
  });
})();
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (!tab) return;
  for (const each of tab.parentElement.querySelectorAll("[aria-current]")) each.removeAttribute("aria-current");
  tab.setAttribute("aria-current", "page");
});
