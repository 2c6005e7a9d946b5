/* Keyboard: g and a letter goes to a place, / searches, ? helps, j and k walk through a list. */
(() => {
  let waitsForPlace = 0;
  const isTyping = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

  const walk = (step) => {
    const stops = [...document.querySelectorAll("main [data-row-link]")].filter((each) => each.offsetParent);
    if (!stops.length) return;
    const at = stops.indexOf(document.activeElement);
    stops[Math.max(0, Math.min(stops.length - 1, at + step))].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    // On a Cyrillic layout the letters are other ones; then the key's place on the keyboard counts.
    const isLatin = event.key.length > 1 || event.key.charCodeAt(0) < 128;
    const key = isLatin || !event.code.startsWith("Key") ? event.key : event.code.slice(3).toLowerCase();
    if (waitsForPlace && event.timeStamp - waitsForPlace < 1200) {
      waitsForPlace = 0;
      const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (place) {
        event.preventDefault();
        window.location.assign(place.href);
      }
      return;
    }
    if (key === "g") waitsForPlace = event.timeStamp;
    else if (key === "/") {
      event.preventDefault();
      const find = document.querySelector("main [data-find]");
      if (find) find.focus();
      else document.dispatchEvent(new Event("palette:open"));
    } else if (key === "?") document.getElementById("help")?.showModal();
    else if (key === "j") walk(1);
    else if (key === "k") walk(-1);
    else if (key === "n") document.querySelector("main [data-new]")?.click();
  });
})();
