/* Editing in the table: arrows walk from cell to cell, Enter or F2 or a letter opens one, Enter and Tab save and go on,
   Escape leaves it as it was; a block from a spreadsheet is pasted from the cell that is on. The server draws every
   input and says what is wrong; nothing that was typed is lost. */
(() => {
  const editorIn = (cell) => cell?.querySelector(":scope > .cell-editor");
  const table = (cell) => cell.closest("table[data-cells]");
  const link = (row) => row.querySelector("[data-row-link]");
  const isRow = (row) => link(row) || row.querySelector(":scope > th > .cell-editor"); // its name may be open
  const cellOf = (target) => {
    const cell = target.closest?.("table[data-cells] tbody :is(td, th[scope=row])");
    return cell && !cell.matches(".pick") && isRow(cell.parentElement) ? cell : null;
  };
  const column = (cell) => table(cell).tHead.rows[0].cells[cell.cellIndex]?.dataset.column ?? "";
  const canEdit = (cell) => table(cell).dataset.cells.split(" ").includes(column(cell));
  const nextRow = (row, step) => {
    const rows = [...row.closest("table").querySelectorAll("tbody > tr")].filter(isRow);
    return rows[rows.indexOf(row) + step] ?? null;
  };
  const beside = (cell, across, down) => {
    const row = down ? nextRow(cell.parentElement, down) : cell.parentElement;
    if (!row) return null;
    const found = row.cells[cell.cellIndex + across];
    return found && !found.matches(".pick") ? found : null;
  };

  const stand = (cell) => {
    if (!cell) return;
    for (const each of document.querySelectorAll(".cell-on")) each.classList.remove("cell-on");
    cell.classList.add("cell-on");
    if (cell.matches("th")) link(cell.parentElement)?.focus();
    else {
      cell.tabIndex = -1;
      cell.focus({ preventScroll: true });
    }
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const values = (editor) => {
    const found = {};
    for (const each of editor.querySelectorAll("[name=value]")) {
      if (each.type === "checkbox" && !each.checked) continue;
      (found.value ??= []).push(each.value);
    }
    return found;
  };
  const state = (editor) => JSON.stringify(values(editor));

  const begin = async (cell, typed) => {
    if (!cell || editorIn(cell) || !canEdit(cell)) return;
    const address = new URL(`cell/${encodeURIComponent(column(cell))}/`, link(cell.parentElement).href).pathname;
    const before = document.createElement("template");
    before.content.append(...[...cell.childNodes].map((each) => each.cloneNode(true)));
    cell.before_edit = before;
    cell.row_url = link(cell.parentElement).href;
    await window.htmx.ajax("GET", address, { source: document.body, target: cell, swap: "innerHTML" });
    ready(cell, typed);
  };
  const ready = (cell, typed) => {
    const editor = editorIn(cell);
    if (!editor) return;
    cell.first_state ??= state(editor);
    const input = editor.querySelector("input:not([type=hidden]), select, textarea");
    if (!input) return;
    input.focus();
    if (typed !== undefined && input.matches("input[type=text], input[type=email], input[type=tel], input[type=url], textarea")) {
      input.value = typed;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    } else input.select?.();
  };
  const leave = (cell) => {
    if (!cell.before_edit) return;
    cell.replaceChildren(cell.before_edit.content);
    window.htmx.process(cell);
    forget(cell);
  };
  const forget = (cell) => { delete cell.before_edit; delete cell.first_state; delete cell.row_url; };

  // True when the cell is done with: saved, or nothing to save.
  const save = async (cell) => {
    const editor = editorIn(cell);
    if (!editor || cell.is_saving) return !editor;
    if (state(editor) === cell.first_state && !editor.querySelector(".error")) {
      leave(cell);
      return true;
    }
    cell.is_saving = true;
    cell.classList.add("cell-wait");
    const is_title = cell.matches("th");
    const href = cell.row_url;
    await window.htmx.ajax("POST", editor.dataset.action, {
      source: document.body, target: cell, swap: "innerHTML", values: { ...values(editor), mark: editor.dataset.mark },
    });
    cell.classList.remove("cell-wait");
    cell.is_saving = false;
    if (editorIn(cell)) { // refused: what was typed stands there still, with the sentence
      ready(cell);
      return false;
    }
    if (is_title) {
      const again = document.createElement("a");
      again.href = href;
      again.dataset.rowLink = "";
      again.append(...cell.childNodes);
      cell.append(again);
    }
    forget(cell);
    return true;
  };

  document.addEventListener("keydown", async (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.isComposing) return;
    const editor = editorIn(cell);
    if (editor) {
      if (event.target.closest("[role=option]") && event.key === "Enter") return;
      if (event.key === "Escape") {
        if (editor.querySelector(".refs.open")) return;
        event.preventDefault();
        event.stopPropagation();
        leave(cell);
        stand(cell);
      } else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        if (await save(cell)) stand(beside(cell, 0, 1) ?? cell);
      } else if (event.key === "Tab") {
        event.preventDefault();
        if (await save(cell)) stand(beside(cell, event.shiftKey ? -1 : 1, 0) ?? cell);
      }
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      const undo = [...document.querySelectorAll("#toasts form[action^='/undo/']")].pop();
      if (undo) {
        event.preventDefault();
        undo.requestSubmit();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isLink = event.target.matches("[data-row-link]");
    const towards = document.documentElement.dir === "rtl" ? -1 : 1;
    const way = { ArrowRight: [towards, 0], ArrowLeft: [-towards, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (way) {
      const other = beside(cell, ...way);
      if (!other) return;
      event.preventDefault();
      stand(other);
    } else if (event.key === "F2" || (event.key === "Enter" && !isLink && event.target === cell)) {
      event.preventDefault();
      begin(cell);
    } else if (event.key.length === 1 && event.key !== " " && !isLink && event.target === cell) {
      event.preventDefault();
      event.stopPropagation(); // letters type here, and do not walk or go places
      begin(cell, event.key);
    } else if ((event.key === "Delete" || event.key === "Backspace") && event.target === cell) {
      event.preventDefault();
      begin(cell, "");
    }
  }, true);

  document.addEventListener("click", (event) => {
    const cell = cellOf(event.target);
    if (!cell || editorIn(cell) || event.target.closest("a, button, input, label, summary")) return;
    stand(cell);
  });
  document.addEventListener("dblclick", (event) => {
    const cell = cellOf(event.target);
    if (cell && !event.target.closest("a, button, input")) begin(cell);
  });
  document.addEventListener("pointerdown", (event) => {
    for (const editor of document.querySelectorAll(".cell-editor")) {
      if (!editor.contains(event.target)) save(editor.parentElement);
    }
  });

  // A block from a spreadsheet: lines and tabs; a cell with either inside comes in quotes.
  const parse = (text) => {
    const rows = [[]];
    let cell = "", quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      if (quoted) {
        if (sign !== '"') cell += sign;
        else if (text[at + 1] === '"') { cell += '"'; at += 1; } else quoted = false;
      } else if (sign === '"' && !cell) quoted = true;
      else if (sign === "\t") { rows.at(-1).push(cell); cell = ""; }
      else if (sign === "\n") { rows.at(-1).push(cell); cell = ""; rows.push([]); }
      else if (sign !== "\r") cell += sign;
    }
    rows.at(-1).push(cell);
    if (rows.length > 1 && rows.at(-1).length === 1 && !rows.at(-1)[0]) rows.pop();
    return rows;
  };
  const number = (row) => Number(new URL(link(row).href).pathname.split("/").filter(Boolean).at(-1));

  document.addEventListener("paste", (event) => {
    const cell = cellOf(event.target) ?? cellOf(document.activeElement ?? document.body);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell || editorIn(cell) || !text) return;
    event.preventDefault();
    const block = parse(text);
    if (block.length === 1 && block[0].length === 1) {
      begin(cell, block[0][0]);
      return;
    }
    const columns = [];
    for (let at = cell; at && columns.length < block[0].length; at = at.nextElementSibling) columns.push(column(at));
    const rows = [];
    let row = cell.parentElement;
    for (const line of block) {
      if (!row) break;
      rows.push([number(row), line]);
      row = nextRow(row, 1);
    }
    const address = new URL("../paste/", link(cell.parentElement).href).pathname;
    document.getElementById("dialog").showModal();
    window.htmx.ajax("POST", address, {
      source: document.body, target: "#dialog-body", swap: "innerHTML",
      values: { block: JSON.stringify({ columns, rows, lost: block.length - rows.length }) },
    });
  });
})();
