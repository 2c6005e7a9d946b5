/* A toast leaves by itself, but waits while it is looked at. */
document.addEventListener("alpine:init", () => {
  window.Alpine.data("toast", () => ({
    timer: 0,
    init() { this.wait(); },
    destroy() { clearTimeout(this.timer); },
    wait() { clearTimeout(this.timer); this.timer = setTimeout(() => this.shut(), this.$root.dataset.stays ? 60000 : 9000); },
    hold() { clearTimeout(this.timer); },
    shut() { this.$root.remove(); },
  }));
});
