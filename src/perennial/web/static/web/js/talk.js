/* Calling a colleague with @ while writing, and who else looks at the same record. */
document.addEventListener("alpine:init", () => {
  window.Alpine.data("mention", () => ({
    at: 0,
    asked: 0,
    word() {
      const box = this.$refs.text;
      return /(?:^|[\s(])@([\p{L}\p{N}.'-]*(?: [\p{L}\p{N}.'-]*)?)$/u.exec(box.value.slice(0, box.selectionStart))?.[1];
    },
    async look() {
      const word = this.word();
      this.asked += 1;
      const turn = this.asked;
      if (word === undefined) { this.shut(); return; }
      const answer = await fetch(`${this.$root.dataset.people}?q=${encodeURIComponent(word)}`);
      if (!answer.ok || turn !== this.asked) return;
      const { names } = await answer.json();
      this.at = 0;
      this.$refs.list.replaceChildren(...names.map((name) => {
        const option = document.createElement("button");
        option.type = "button";
        option.className = "item";
        option.setAttribute("role", "option");
        option.textContent = name;
        return option;
      }));
      this.$refs.list.classList.toggle("open", names.length > 0);
      this.mark();
    },
    options() { return [...this.$refs.list.children]; },
    mark() { this.options().forEach((each, index) => each.setAttribute("aria-selected", String(index === this.at))); },
    shut() { this.$refs.list.classList.remove("open"); },
    isOpen() { return this.$refs.list.classList.contains("open"); },
    put(name) {
      const box = this.$refs.text;
      const end = box.selectionStart;
      const start = end - this.word().length;
      box.setRangeText(`${name} `, start, end, "end");
      this.shut();
      box.focus();
    },
    take(event) {
      const option = event.target.closest("[role=option]");
      if (option) this.put(option.textContent);
    },
    move(event) {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
        event.preventDefault();
        this.$root.requestSubmit();
        return;
      }
      if (!this.isOpen()) return;
      const all = this.options();
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        this.at = (this.at + step + all.length) % all.length;
        this.mark();
      } else if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        this.put(all[this.at].textContent);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        this.shut();
      }
    },
  }));
});
(() => {
  let names = [];
  const draw = () => {
    for (const place of document.querySelectorAll(".viewers")) {
      place.replaceChildren(...(names.length ? [`${place.dataset.word}: `, ...names.map((name) => {
        const chip = document.createElement("span");
        chip.className = "chip";
        chip.textContent = name;
        return chip;
      })] : []));
    }
  };
  document.addEventListener("live-viewers", (event) => {
    names = event.detail;
    draw();
  });
  document.addEventListener("htmx:load", () => { if (names.length) draw(); });
})();
