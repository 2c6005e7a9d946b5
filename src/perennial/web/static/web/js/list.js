/* Choosing rows of a list: the bar with what can be done with them appears when there are any. */
document.addEventListener("alpine:init", () => {
  window.Alpine.data("picks", () => ({
    count: 0,
    last: null,
    boxes() { return [...this.$root.querySelectorAll("tbody .pick input")]; },
    hasPicks() { return this.count > 0; },
    pick(event) {
      const box = event.target;
      if (!box.matches?.(".pick input")) return;
      const all = this.boxes();
      if (box.closest("thead")) all.forEach((each) => { each.checked = box.checked; });
      else if (this.shift && this.last) {
        const [from, to] = [all.indexOf(this.last), all.indexOf(box)].sort((a, b) => a - b);
        all.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
      }
      this.last = box;
      this.refresh();
    },
    note(event) { this.shift = event.shiftKey; },
    refresh() {
      let count = 0;
      for (const each of this.boxes()) {
        each.closest("tr").classList.toggle("picked", each.checked);
        count += Number(each.checked);
      }
      this.count = count;
    },
    drop() { this.boxes().forEach((each) => { each.checked = false; }); this.refresh(); },
  }));
});
