/* Pairs that may be the same: X keeps the one with the focus apart; a button chooses all values of one side. */
(() => {
  const isTyping = (target) => target.closest?.("input:not([type=radio]), textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.code !== "KeyX") return;
    document.activeElement?.closest(".pair")?.querySelector("[data-apart]")?.click();
  });
  document.addEventListener("click", (event) => {
    const side = event.target.closest("[data-keep-side]")?.dataset.keepSide;
    if (!side) return;
    for (const each of event.target.closest("form").querySelectorAll("input[type=radio]")) if (each.value === side) each.checked = true;
  });
})();
