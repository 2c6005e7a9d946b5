/* The list of what a rule can ask: arrows walk through it, Enter takes the first, Escape gives up. */
document.addEventListener("alpine:init", () => {
  window.Alpine.data("offers", () => ({
    move(event) {
      const items = [...this.$root.querySelectorAll(".item")];
      if (event.key === "Escape") {
        event.preventDefault();
        this.$refs.shut.click();
      } else if (event.key === "Enter" && event.target === this.$refs.box) {
        event.preventDefault();
        items[0]?.click();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const at = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
        (at < 0 ? this.$refs.box : items[Math.min(at, items.length - 1)])?.focus();
      }
    },
  }));
});
