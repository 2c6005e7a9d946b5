/* The palette: one box that finds any record, page and action. htmx fetches, this moves the choice. */
document.addEventListener("alpine:init", () => {
  window.Alpine.data("palette", () => ({
    at: 0,
    options() { return [...this.$root.querySelectorAll("[role=option]")]; },
    begin() { this.at = 0; this.mark(); },
    mark() {
      const all = this.options();
      all.forEach((each, index) => each.setAttribute("aria-selected", String(index === this.at)));
      const chosen = all[this.at];
      this.$refs.box.setAttribute("aria-activedescendant", chosen ? chosen.id : "");
      chosen?.scrollIntoView({ block: "nearest" });
    },
    move(event) {
      const count = this.options().length;
      if (!count) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        this.at = (this.at + step + count) % count;
        this.mark();
      } else if (event.key === "Enter") {
        event.preventDefault();
        const chosen = this.options()[this.at];
        if (!chosen) return;
        if (event.ctrlKey || event.metaKey) window.open(chosen.href, "_blank");
        else chosen.click();
      }
    },
  }));
});
(() => {
  const open = () => {
    const dialog = document.getElementById("palette");
    if (!dialog || dialog.open) return;
    dialog.showModal();
    const box = dialog.querySelector("input");
    box.select();
    if (!dialog.querySelector("[role=option]")) window.htmx.trigger(box, "opened");
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && (event.key.toLowerCase() === "k" || event.code === "KeyK")) {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) open();
  });
  document.addEventListener("palette:open", open);
})();
