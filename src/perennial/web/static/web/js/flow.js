/* The flow of an automation: steps are dragged by their grip to another spot, also of another way; Alt and an arrow key
   moves the one with the focus. The server makes the change and draws the flow again. */
document.addEventListener("alpine:init", () => {
  window.Alpine.data("flow", () => ({
    sortables: [],
    init() {
      if (!window.Sortable) return;
      for (const list of this.$root.querySelectorAll("[data-steps]")) {
        this.sortables.push(new window.Sortable(list, {
          group: "steps", draggable: ".flow-step", handle: ".grip", animation: 120, ghostClass: "ghost",
          fallbackOnBody: true, scrollSensitivity: 80, onEnd: (event) => this.dropped(event),
        }));
      }
    },
    destroy() { for (const each of this.sortables) each.destroy(); },
    dropped({ item, from, to, oldDraggableIndex, newDraggableIndex }) {
      if (from === to && oldDraggableIndex === newDraggableIndex) return;
      const values = { op: "move", key: item.dataset.key, parent: to.dataset.parent, way: to.dataset.way, index: newDraggableIndex };
      window.htmx.ajax("POST", this.$root.dataset.url, { source: this.$root, target: this.$root, swap: "outerHTML show:none", values });
    },
    key(event) {
      if (!event.altKey || event.target.closest("input, textarea, select")) return;
      const does = { ArrowUp: "up", ArrowDown: "down" }[event.key];
      const step = does && event.target.closest(".flow-step");
      if (!step) return;
      event.preventDefault();
      step.querySelector(`:scope > .flow-card [data-op=${does}]`)?.click();
    },
  }));
});
