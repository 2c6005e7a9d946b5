/* Menus made of <details>: one open at a time, closed by Escape or a click elsewhere, arrows move within. */
(() => {
  const openMenus = () => document.querySelectorAll("details.menu[open]");
  const items = (menu) => [...menu.querySelectorAll(".sheet :is(.item, a, button, input, select)")].filter((each) => !each.disabled);

  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) {
      const isInside = menu.contains(event.target);
      if (!isInside || event.target.closest(".sheet .item")) menu.open = false;
    }
  });
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.classList.contains("menu") || !menu.open) return;
    for (const other of openMenus()) if (other !== menu && !other.contains(menu)) other.open = false;
  }, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu");
    if (!menu) return;
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.stopPropagation();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.target.matches("input, select, textarea")) {
      event.preventDefault();
      menu.open = true;
      const all = items(menu);
      const at = all.indexOf(document.activeElement);
      const step = event.key === "ArrowDown" ? 1 : -1;
      all[(at + step + all.length) % all.length]?.focus();
    }
  });
})();
