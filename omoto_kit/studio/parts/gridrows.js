// Rows, cells and headers of the grid: made once, and filled in place, so that the focus stays where it is.

const CELL_WORDS = { error: "Error", warning: "Warning", note: "Note" };
const ROW_STATES = { ready: "ready", held: "held", duplicate: "duplicate", left: "left out" };

/** Make an empty row with a cell for each column. */
export function makeRow(grid) {
  const node = document.createElement("div");
  node.className = "og-row";
  node.setAttribute("role", "row");
  const number = document.createElement("div");
  number.className = "og-cell og-number";
  number.setAttribute("role", "rowheader");
  number.setAttribute("aria-colindex", "1");
  node.append(number);
  grid.cols.forEach((column, v) => {
    const cell = document.createElement("div");
    cell.className = "og-cell";
    cell.setAttribute("role", "gridcell");
    cell.setAttribute("aria-colindex", v + 2);
    cell.dir = "auto";
    cell.tabIndex = -1;
    cell.v = v;
    if (v < grid.frozenCount) cell.dataset.frozen = v === grid.frozenCount - 1 ? "last" : "yes";
    if (column.readonly) {
      cell.dataset.readonly = "";
      cell.setAttribute("aria-readonly", "true");
    }
    if (column.numeric) cell.dataset.numeric = "";
    node.append(cell);
  });
  grid.body.append(node);
  return node;
}

/** Show a row as the kernel gave it; undefined is one that is still on its way. */
export function fillRow(grid, node, row) {
  node.data = row;
  node.dataset.loading = row ? "" : "yes";
  const number = node.firstChild;
  if (!row) {
    number.textContent = "…";
    number.removeAttribute("aria-label");
    delete node.dataset.state;
    // Cells out of reach of the cursor are hidden by style until they are filled, which spares half of the work.
    if (node.place === grid.cur.r) for (let v = 0; v < grid.cols.length; v += 1) emptyCell(node.children[v + 1]);
    return;
  }
  const [rowNumber, state, cells, problems, marks] = row;
  if (number.textContent !== String(rowNumber)) number.textContent = rowNumber;
  node.dataset.state = state;
  const whole = (problems[-1] || []).map(([, message]) => message).join(" ");
  number.setAttribute("aria-label", `Row ${rowNumber}, ${ROW_STATES[state]}${whole ? `. ${whole}` : ""}`);
  number.title = whole || `Row ${rowNumber}: ${ROW_STATES[state]}`;
  grid.cols.forEach((column, v) => fillCell(node.children[v + 1], column, {
    text: cells[column.k], problems: problems[column.k], mark: marks[column.k],
    wait: grid.pending.size > 0 && grid.pending.has(`${rowNumber}:${column.field}`),
  }));
}

function emptyCell(cell) {
  if (cell.textContent) cell.textContent = "";
  cell.told = "";
  delete cell.dataset.tone;
  delete cell.dataset.mark;
  delete cell.dataset.pick;
  delete cell.dataset.wait;
  cell.removeAttribute("aria-invalid");
  cell.removeAttribute("aria-label");
  cell.removeAttribute("title");
}

function fillCell(cell, column, { text, problems, mark, wait }) {
  if (cell.classList.contains("og-editing")) return;
  const picked = column.listed && text === "";
  const shown = picked ? "selected" : text ?? "";
  if (cell.textContent !== shown) cell.textContent = shown;
  if (wait) cell.dataset.wait = "";
  else if ("wait" in cell.dataset) delete cell.dataset.wait;
  const told = problems || mark || picked ? JSON.stringify([problems, mark, shown]) : "";
  if (cell.told === told) return;
  cell.told = told;
  const tone = problems ? ["error", "warning", "note"].find((one) => problems.some((problem) => problem[0] === one)) : "";
  const words = (problems || []).map(([kind, message]) => `${CELL_WORDS[kind]}: ${message}`).join(" ");
  const changed = mark === 2 ? "Changed by a person." : mark === 1 ? "Changed by a rule or a plugin." : "";
  setData(cell, "tone", tone);
  setData(cell, "mark", mark ? String(mark) : "");
  setData(cell, "pick", picked ? "yes" : "");
  setAttribute(cell, "aria-invalid", tone === "error" ? "true" : "");
  setAttribute(cell, "title", [words, changed].filter(Boolean).join("\n"));
  setAttribute(cell, "aria-label", told ? `${column.title}: ${shown || "empty"}. ${words} ${changed}`.trim() : "");
}

/** Make a column's header: its title, the source's own name of it, and what it is sorted by. */
export function headCell(grid, column, v) {
  const cell = document.createElement("div");
  cell.className = "og-cell";
  cell.setAttribute("role", "columnheader");
  cell.setAttribute("aria-colindex", v + 2);
  const sorted = grid.sieve.sort === column.field;
  const way = !sorted ? "none" : grid.sieve.descending ? "descending" : "ascending";
  cell.setAttribute("aria-sort", way);
  cell.tabIndex = -1;
  cell.v = v;
  const keys = "Enter sorts; Shift with the left and right arrows makes it narrower and wider.";
  cell.title = `${column.title}${column.header ? `, from the column “${column.header}”` : ""}. ${keys}`;
  if (v < grid.frozenCount) cell.dataset.frozen = v === grid.frozenCount - 1 ? "last" : "yes";
  const title = document.createElement("b");
  title.textContent = column.title;
  if (sorted) title.dataset.sort = way;
  const header = document.createElement("span");
  header.textContent = column.header && column.header !== column.title ? column.header : "";
  header.dir = "auto";
  const grip = document.createElement("i");
  grip.className = "og-grip";
  cell.append(title, header, grip);
  return cell;
}

function setData(node, name, value) {
  if (value) node.dataset[name] = value;
  else delete node.dataset[name];
}

export function setAttribute(node, name, value) {
  if (value) node.setAttribute(name, value);
  else node.removeAttribute(name);
}
