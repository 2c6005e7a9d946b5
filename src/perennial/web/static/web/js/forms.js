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
  document.addEventListener("submit", (event) => {
    changed = null;
    if (event.target.matches("[data-downloads]")) setTimeout(() => event.target.closest("dialog")?.close()); // the page stays
  });
  window.addEventListener("beforeunload", (event) => { if (changed?.isConnected) event.preventDefault(); });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });
})();
document.addEventListener("alpine:init", () => {
  // A field that refers to a record: type, choose; the hidden input keeps the id.
  window.Alpine.data("refpicker", () => ({
    list() { return this.$root.querySelector("[role=listbox]"); },
    open() { this.list().classList.add("open"); this.$refs.box.setAttribute("aria-expanded", "true"); },
    shut() { this.list().classList.remove("open"); this.$refs.box.setAttribute("aria-expanded", "false"); },
    forget() { this.$refs.value.value = ""; },
    take(event) {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      this.$refs.value.value = option.dataset.id;
      this.$refs.box.value = option.dataset.title;
      this.shut();
      this.$refs.box.focus();
    },
    move(event) {
      if (event.key === "Escape") { this.shut(); return; }
      const options = [...this.list().querySelectorAll("[role=option]")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !options.length) return;
      event.preventDefault();
      const at = options.indexOf(document.activeElement);
      options[(at + step + options.length) % options.length].focus();
    },
  }));
});
