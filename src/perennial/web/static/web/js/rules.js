/* The builder of rules. In the list of what can be asked arrows walk, Enter takes the first, Escape gives up; in the
   inputs of a clause Enter says that one is done, and does not send the form. */
document.addEventListener("alpine:init", () => {
  window.Alpine.data("offers", () => ({
    wants: false,
    items() { return [...this.$root.querySelectorAll(".item")]; },
    isFresh() { return this.$root.querySelector("[data-q]")?.dataset.q === this.$refs.box.value; },
    move(event) {
      if (event.key === "Escape") {
        event.preventDefault();
        this.$refs.shut.click();
      } else if (event.key === "Enter" && event.target === this.$refs.box) {
        event.preventDefault();
        this.wants = true;
        this.came();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const items = this.items();
        const at = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
        (at < 0 ? this.$refs.box : items[Math.min(at, items.length - 1)])?.focus();
      }
    },
    came() { // who types quickly is answered when the list has followed
      if (!this.wants || !this.isFresh()) return;
      this.wants = false;
      this.items()[0]?.click();
    },
  }));
});
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.key !== "Enter" || !(input instanceof HTMLInputElement) || !input.closest(".rule") || input.closest(".rule-adder")) return;
  event.preventDefault();
  input.blur(); // the browser tells of the change by itself
  input.focus();
});
