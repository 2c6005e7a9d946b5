/* What may come next in a box of text in which a language is typed. Arrows walk, Enter and Tab take, Escape shuts. */
document.addEventListener("alpine:init", () => {
  const LONGEST = 1500; // of a text that still fits into an address
  window.Alpine.data("completion", () => ({
    turn: 0,
    at: -1,
    found: [],
    box() { return this.$root.querySelector("textarea"); },
    list() { return this.$root.querySelector("[role=listbox]"); },
    async ask() {
      const turn = (this.turn += 1);
      const box = this.box();
      if (box.value.length > LONGEST || box.selectionStart !== box.selectionEnd) { this.shut(); return; }
      const asked = new URL(this.$root.dataset.suggest, window.location.href);
      asked.searchParams.set("text", box.value);
      asked.searchParams.set("cursor", this.points(box.value.slice(0, box.selectionStart)));
      const answer = await fetch(asked);
      if (!answer.ok || turn !== this.turn) return;
      const { data } = await answer.json();
      if (turn === this.turn) this.show(data);
    },
    points(text) { return [...text].length; }, // the server counts letters, a browser halves of some
    show(found) {
      this.found = found;
      this.at = -1;
      this.list().replaceChildren(...found.map((each, number) => {
        const option = document.createElement("div");
        option.id = `${this.list().id}-${number}`;
        option.className = "item";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.append(each.insert);
        if (each.label.toLowerCase() !== each.insert.toLowerCase()) {
          const label = document.createElement("small");
          label.textContent = each.label;
          option.append(label);
        }
        return option;
      }));
      this.list().hidden = !found.length;
    },
    shut() {
      this.turn += 1;
      this.show([]);
      this.box().removeAttribute("aria-activedescendant");
    },
    move(event) {
      if (!this.found.length) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        this.choose((Math.max(this.at, step < 0 ? 0 : -1) + step + this.found.length) % this.found.length);
      } else if ((event.key === "Enter" || event.key === "Tab") && this.at >= 0) {
        event.preventDefault();
        this.take(this.found[this.at]);
      } else if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        this.shut();
      }
    },
    choose(number) {
      const options = [...this.list().children];
      options.forEach((option, each) => option.setAttribute("aria-selected", String(each === number)));
      this.at = number;
      this.box().setAttribute("aria-activedescendant", options[number].id);
      options[number].scrollIntoView({ block: "nearest" });
    },
    press(event) { // the box keeps the focus
      const option = event.target.closest("[role=option]");
      if (!option) return;
      event.preventDefault();
      this.take(this.found[[...this.list().children].indexOf(option)]);
    },
    take(chosen) {
      const box = this.box();
      const letters = [...box.value];
      const before = letters.slice(0, chosen.from).join("");
      const after = letters.slice(chosen.to).join("");
      const space = chosen.insert.endsWith("(") || after.startsWith(" ") ? "" : " ";
      box.setRangeText(chosen.insert + space, before.length, box.value.length - after.length, "end");
      box.focus();
      this.ask();
    },
  }));
});
