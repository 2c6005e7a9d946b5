/* Boards and calendars: a card is dragged to another lane or day, or goes there by Shift and an arrow key. The server
   moves the record, or says why not: then the card goes back. Also: putting the columns of a list in order. */
document.addEventListener("alpine:init", () => {
  window.Alpine.data("board", () => ({
    sortables: [],
    waiting: new Map(),
    init() {
      this.$root.addEventListener("htmx:afterRequest", (event) => this.answered(event.detail));
      if (!("moves" in this.$root.dataset) || !window.Sortable) return;
      for (const list of this.lists()) {
        this.sortables.push(new window.Sortable(list, {
          group: "cards", draggable: ".board-card", filter: ".move", preventOnFilter: false, animation: 120,
          delay: 160, delayOnTouchOnly: true, ghostClass: "ghost", scrollSensitivity: 80, scrollSpeed: 16,
          onEnd: (event) => this.dropped(event),
        }));
      }
    },
    destroy() { for (const each of this.sortables) each.destroy(); },
    lists() { return [...this.$root.querySelectorAll("[data-cards]")]; },
    dropped({ item, from, to, oldDraggableIndex }) {
      if (from === to) return;
      this.send(item, from, from.querySelectorAll(":scope > .board-card")[oldDraggableIndex] ?? from.querySelector(":scope > .more-cards"));
    },
    key(event) {
      const card = event.target.closest?.(".board-card");
      if (!card || !event.shiftKey || !("moves" in this.$root.dataset)) return;
      const turn = document.documentElement.dir === "rtl" ? -1 : 1;
      const isCalendar = this.$root.classList.contains("calendar");
      const step = { ArrowLeft: -turn, ArrowRight: turn, ...(isCalendar ? { ArrowUp: -7, ArrowDown: 7 } : {}) }[event.key];
      if (!step) return;
      event.preventDefault();
      const lists = this.lists();
      const from = card.parentElement;
      const to = lists[lists.indexOf(from) + step];
      if (!to) return;
      const before = card.nextElementSibling;
      to.prepend(card);
      card.querySelector("[data-row-link]").focus();
      this.send(card, from, before);
    },
    send(card, from, before) {
      this.waiting.set(card.dataset.id, { card, from, before });
      const values = { field: this.$root.dataset.field, id: card.dataset.id, to: card.closest("[data-lane]").dataset.lane };
      window.htmx.ajax("POST", this.$root.dataset.moveUrl, { source: card, swap: "none", values });
    },
    answered({ requestConfig, xhr }) {
      if (requestConfig.path !== this.$root.dataset.moveUrl || requestConfig.verb !== "post") return;
      const id = requestConfig.parameters.get ? requestConfig.parameters.get("id") : requestConfig.parameters.id;
      const moved = this.waiting.get(id);
      this.waiting.delete(id);
      if (!moved || xhr.status < 400) return; // a refusal that says why counts as successful to htmx
      moved.from.insertBefore(moved.card, moved.before?.parentElement === moved.from ? moved.before : null);
    },
  }));
  window.Alpine.data("ordering", () => ({
    init() {
      if (window.Sortable) this.sortable = new window.Sortable(this.$root, { handle: ".grip", animation: 120, ghostClass: "ghost" });
    },
    destroy() { this.sortable?.destroy(); },
    step(event) {
      const button = event.target.closest("[data-step]");
      if (!button) return;
      const line = button.closest("li");
      if (button.dataset.step === "-1") line.previousElementSibling?.before(line);
      else line.nextElementSibling?.after(line);
      button.focus();
    },
  }));
});
