/* A lifeline's marks open on hover and focus; one tab stop, arrows walk along the life. */
(() => {
  const show = (mark) => {
    const life = mark.closest(".lifeline");
    const card = life?.querySelector(".lifeline-card");
    if (!card) return;
    card.replaceChildren();
    for (const [name, text] of [["when", mark.dataset.when], ["what", mark.dataset.what], ["detail", mark.dataset.detail]]) {
      if (!text) continue;
      const line = document.createElement("span");
      line.className = name;
      line.textContent = text;
      card.append(line);
    }
    card.hidden = false;
    const frame = life.getBoundingClientRect();
    const spot = (mark.querySelector(".spot, .spot-band") ?? mark).getBoundingClientRect();
    const middle = spot.left + spot.width / 2 - frame.left;
    const half = card.offsetWidth / 2;
    card.style.left = `${Math.max(half + 4, Math.min(frame.width - half - 4, middle))}px`;
    card.style.top = `${spot.bottom - frame.top + 8}px`;
  };
  const hide = (life) => { const card = life?.querySelector(".lifeline-card"); if (card) card.hidden = true; };
  const markOf = (event) => event.target.closest?.(".lifeline .mark");

  document.addEventListener("pointerover", (event) => { const mark = markOf(event); if (mark) show(mark); });
  document.addEventListener("pointerout", (event) => {
    const mark = markOf(event);
    if (mark && !mark.contains(event.relatedTarget) && mark !== document.activeElement) hide(mark.closest(".lifeline"));
  });
  document.addEventListener("focusin", (event) => {
    const mark = markOf(event);
    if (!mark) return;
    for (const each of mark.closest("svg").querySelectorAll(".mark")) each.setAttribute("tabindex", each === mark ? "0" : "-1");
    show(mark);
  });
  document.addEventListener("focusout", (event) => { const mark = markOf(event); if (mark) hide(mark.closest(".lifeline")); });
  document.addEventListener("keydown", (event) => {
    const mark = markOf(event);
    if (!mark) return;
    const all = [...mark.closest("svg").querySelectorAll(".mark")];
    const at = all.indexOf(mark);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Escape") hide(mark.closest(".lifeline"));
    if (to === undefined) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, to))].focus();
  });
  document.addEventListener("htmx:load", (event) => {
    // The browser's own tooltip would stand above the card; the name stays in aria-label.
    for (const title of event.detail.elt.querySelectorAll(".lifeline .mark > title")) title.remove();
  });
})();
