/* Inputs of the richer types of field: several records, and formatted text. */
document.addEventListener("alpine:init", () => {
  // A field that refers to several records: type, choose, and each becomes a chip with its id in a hidden input.
  window.Alpine.data("refspicker", () => ({
    list() { return this.$root.querySelector("[role=listbox]"); },
    open() { this.list().classList.add("open"); this.$refs.box.setAttribute("aria-expanded", "true"); },
    shut() { this.list().classList.remove("open"); this.$refs.box.setAttribute("aria-expanded", "false"); },
    take(event) {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      const ids = [...this.$refs.picked.querySelectorAll("input")].map((input) => input.value);
      if (!ids.includes(option.dataset.id)) {
        const chip = this.$refs.chip.content.firstElementChild.cloneNode(true);
        chip.querySelector("input").value = option.dataset.id;
        chip.querySelector("span").textContent = option.dataset.title;
        const button = chip.querySelector("button");
        button.setAttribute("aria-label", `${button.getAttribute("aria-label")} ${option.dataset.title}`);
        this.$refs.picked.append(chip);
        this.tell();
      }
      this.$refs.box.value = "";
      this.shut();
      this.$refs.box.focus();
    },
    drop(event) {
      const chip = event.target.closest("button")?.closest(".picked-one");
      if (!chip) return;
      chip.remove();
      this.tell();
      this.$refs.box.focus();
    },
    tell() { this.$refs.picked.dispatchEvent(new Event("input", { bubbles: true })); },
    move(event) {
      if (event.key === "Escape") { this.shut(); return; }
      if (event.key === "Backspace" && event.target === this.$refs.box && !this.$refs.box.value) {
        this.$refs.picked.lastElementChild?.remove();
        this.tell();
        return;
      }
      const options = [...this.list().querySelectorAll("[role=option]")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !options.length) return;
      event.preventDefault();
      const at = options.indexOf(document.activeElement);
      options[(at + step + options.length) % options.length].focus();
    },
  }));
  // Formatted text: a page that can be written on in place of the box with its source, which is what is sent. The server
  // cleans it, so what a browser writes here need not be neat.
  window.Alpine.data("richtext", () => ({
    init() {
      this.$refs.page.innerHTML = this.$refs.source.value;
      document.execCommand("defaultParagraphSeparator", false, "p");
      document.execCommand("styleWithCSS", false, false); // elements, not styles, which the page's policy would not let in
      this.$refs.page.hidden = false;
      this.$refs.source.hidden = true;
      this.$refs.page.id = `${this.$refs.source.id}-page`;
    },
    keep() { this.$refs.source.value = this.$refs.page.textContent.trim() ? this.$refs.page.innerHTML : ""; },
    act(event) {
      const button = event.target.closest("[data-command]");
      if (!button) return;
      let value = button.dataset.value ?? null;
      if (button.dataset.asks) {
        value = window.prompt(button.dataset.asks, "https://");
        if (!value) return;
      }
      this.$refs.page.focus();
      if (button.dataset.command === "formatBlock" && document.queryCommandValue("formatBlock") === value) value = "p";
      document.execCommand(button.dataset.command, false, value);
      this.keep();
      this.$refs.page.dispatchEvent(new Event("input", { bubbles: true }));
    },
    walk(event) {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const buttons = [...this.$root.querySelectorAll("[data-command]")];
      const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
      for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
      next.focus();
      event.preventDefault();
    },
  }));
});
