/* Small helps in forms: a zone to drop a file on, a key to copy, a warning before typed text is lost. */
document.addEventListener("alpine:init", () => {
  window.Alpine.data("dropzone", () => ({
    name: "",
    over(event) { event.preventDefault(); this.$root.classList.add("over"); },
    leave() { this.$root.classList.remove("over"); },
    take(event) {
      event.preventDefault();
      this.leave();
      this.$refs.file.files = event.dataTransfer.files;
      this.chosen();
    },
    chosen() {
      this.name = this.$refs.file.files[0]?.name ?? "";
      if (this.name && this.$root.dataset.sends) this.$root.closest("form").requestSubmit();
    },
  }));
  window.Alpine.data("copy", () => ({
    done: false,
    async take() {
      await navigator.clipboard.writeText(this.$refs.text.textContent.trim());
      this.done = true;
    },
  }));
});
(() => {
  let changed = null;
  document.addEventListener("input", (event) => { changed = event.target.closest("form[data-keeps]") ?? changed; });
  document.addEventListener("submit", () => { changed = null; });
  window.addEventListener("beforeunload", (event) => { if (changed?.isConnected) event.preventDefault(); });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });
})();
