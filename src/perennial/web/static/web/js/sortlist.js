/* Lists whose rows can be moved, by pointer or by the arrow keys on the handle, and the rows of choices. */
document.addEventListener("alpine:init", () => {
  // <ol x-data="sortlist" data-url> of <li data-key> with a handle; the new order is sent as "key" (many) by POST.
  window.Alpine.data("sortlist", () => ({
    rows() { return [...this.$root.children].filter((each) => each.tagName === "LI"); },
    grab(event) {
      if (event.button) return;
      const row = event.target.closest("li");
      const handle = event.currentTarget;
      const before = this.keys();
      event.preventDefault();
      handle.focus();
      handle.setPointerCapture(event.pointerId);
      row.classList.add("is-moving");
      // The others move past the row: one that is taken out of the page and put back loses the pointer.
      const middle = (other) => { const box = other.getBoundingClientRect(); return box.top + box.height / 2; };
      const move = (moved) => {
        let other;
        while ((other = row.nextElementSibling) && moved.clientY > middle(other)) row.before(other);
        while ((other = row.previousElementSibling) && moved.clientY < middle(other)) row.after(other);
      };
      const drop = () => {
        handle.removeEventListener("pointermove", move);
        row.classList.remove("is-moving");
        if (this.keys() !== before) this.tell(row);
      };
      handle.addEventListener("pointermove", move);
      handle.addEventListener("lostpointercapture", drop, { once: true });
    },
    step(event) {
      const row = event.target.closest("li");
      const other = event.key === "ArrowUp" ? row.previousElementSibling : event.key === "ArrowDown" ? row.nextElementSibling : null;
      if (!other) return;
      event.preventDefault();
      if (event.key === "ArrowUp") other.before(row); else other.after(row);
      event.target.closest("button").focus();
      this.tell(row);
    },
    keys() { return this.rows().map((row) => row.dataset.key).join(" "); },
    tell(row) {
      const rows = this.rows();
      const told = document.getElementById("sort-told");
      const words = this.$root.dataset.moved;
      if (told && words) told.textContent = words.replace("%(place)s", rows.indexOf(row) + 1).replace("%(count)s", rows.length);
      this.$root.dispatchEvent(new Event("input", { bubbles: true }));
      if (!this.$root.dataset.url) return;
      clearTimeout(this.waiting); // several steps by keyboard are one change
      this.waiting = setTimeout(() => {
        window.htmx.ajax("POST", this.$root.dataset.url, { values: { key: this.rows().map((each) => each.dataset.key) }, swap: "none" });
      }, 350);
    },
  }));
  // The choices of a field: Enter goes on to the next, a pasted list becomes a row each.
  window.Alpine.data("choicerows", () => ({
    add(home, label) {
      const row = home.querySelector("template").content.firstElementChild.cloneNode(true);
      row.querySelector("[name=choice_label]").value = label;
      home.querySelector("ol").append(row);
      return row;
    },
    append(event) { this.add(event.target.closest("[data-choices]"), "").querySelector("[name=choice_label]").focus(); },
    next(event) {
      const following = event.target.closest("li").nextElementSibling;
      if (following) following.querySelector("[name=choice_label]").focus();
      else if (event.target.value.trim()) this.append(event);
    },
    remove(event) {
      const row = event.target.closest("li");
      const near = row.nextElementSibling ?? row.previousElementSibling;
      const list = row.parentElement;
      row.remove();
      near?.querySelector("[name=choice_label]").focus();
      list.dispatchEvent(new Event("input", { bubbles: true }));
    },
    paste(event) {
      const lines = event.clipboardData.getData("text/plain").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
      if (lines.length < 2) return;
      event.preventDefault();
      if (!event.target.value) event.target.value = lines.shift();
      for (const line of lines) this.add(event.target.closest("[data-choices]"), line);
    },
  }));
});
// Rows that are added from a template or removed, and a choice that is a page of its own.
document.addEventListener("click", (event) => {
  const adder = event.target.closest("[data-adds]");
  if (adder) {
    const list = adder.closest("form").querySelector(".sortlist");
    const row = document.getElementById(adder.dataset.adds).content.firstElementChild.cloneNode(true);
    list.querySelector(".rest-row").before(row);
    row.querySelector("[name=heading]").focus();
  }
  const remover = event.target.closest("[data-removes]");
  if (remover) {
    const form = remover.closest("form");
    remover.closest(remover.dataset.removes).remove();
    form?.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-goes]")) window.location.assign(event.target.value);
});
