/* Long tables: the next rows come before they are looked at, and rows far away are taken out of the layout, so that the
   ten-thousandth row scrolls as the first. They stay in the page: what was chosen among them stays chosen. */
(() => {
  const seen = new WeakSet();
  const take = (chunk) => {
    if (chunk.classList.contains("away") || chunk.contains(document.activeElement)) return;
    const height = chunk.getBoundingClientRect().height;
    if (!height) return;
    let spacer = chunk.querySelector(":scope > .spacer");
    if (!spacer) {
      spacer = document.createElement("tr");
      spacer.className = "spacer";
      spacer.setAttribute("aria-hidden", "true");
      spacer.append(document.createElement("td"));
      chunk.append(spacer);
    }
    spacer.firstChild.style.blockSize = `${height}px`;
    chunk.classList.add("away");
  };
  const far = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) target.classList.remove("away");
      else take(target);
    }
  }, { rootMargin: "2400px 0px" });
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) target.dispatchEvent(new Event("near"));
  }, { rootMargin: "1600px 0px" });

  // With the second page of rows the columns keep the width that they have: rows that come do not move what is read.
  const settle = (table) => {
    if (table.dataset.settled || table.querySelectorAll(":scope > .chunk").length < 2) return;
    const heads = [...table.tHead.rows[0].cells];
    const widths = heads.map((each) => each.getBoundingClientRect().width);
    heads.forEach((each, at) => { each.style.inlineSize = `${widths[at]}px`; });
    table.style.tableLayout = "fixed";
    table.dataset.settled = "1";
  };
  const watch = () => {
    for (const table of document.querySelectorAll("table[data-chunks]")) {
      settle(table);
      for (const chunk of table.querySelectorAll(":scope > .chunk")) {
        if (!seen.has(chunk)) { seen.add(chunk); far.observe(chunk); }
      }
      const next = table.querySelector(":scope > .more-rows");
      if (next && !seen.has(next)) { seen.add(next); near.observe(next); }
    }
  };
  document.addEventListener("htmx:load", watch);
  window.addEventListener("resize", () => {
    for (const table of document.querySelectorAll("table[data-settled]")) {
      table.style.tableLayout = "";
      for (const each of table.tHead.rows[0].cells) each.style.inlineSize = "";
      delete table.dataset.settled;
    }
  });
})();
