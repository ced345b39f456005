// What a person writes into the grid: shown at once as it was typed, and sent to be checked.

/** Shown rows are emptied at once; what lies further on follows with the answer. */
const LINES_ECHOED = 500;

/** Set one cell. */
export function putCell(grid, row, column, text) {
  echoCell(grid, row, column, text);
  grid.send("edit", { row: row[0], field: column.field, text }, [[row[0], column.field]]);
}

/** Set a block of cells from the upper left of the selection on; a single cell fills all of it. */
export function pasteBlock(grid, given) {
  const { r1, r2, v1, v2 } = grid.range;
  let block = given;
  if (block.length === 1 && block[0].length === 1 && grid.many) {
    const line = Array(v2 - v1 + 1).fill(block[0][0]);
    block = Array.from({ length: r2 - r1 + 1 }, () => line);
  }
  const wide = Math.min(Math.max(...block.map((line) => line.length)), grid.cols.length - v1);
  const long = Math.min(block.length, grid.height - r1);
  const cols = grid.cols.slice(v1, v1 + wide);
  const cells = block.slice(0, long).map((line) => line.slice(0, wide));
  const waits = echoBlock(grid, r1, cols, cells);
  grid.anchor = { r: r1, v: v1 };
  grid.cur = { r: r1, v: v1 };
  grid.redraw();
  grid.send("paste", { at: r1, fields: fieldsOf(cols), block: cells, version: grid.version }, waits);
  const cut = block.length > long ? ` ${block.length - long} rows went over the end and were left away.` : "";
  const locked = cols.filter((column) => column.readonly).map((column) => column.title);
  grid.host.say(`Pasted ${long} by ${wide} cells.${cut}${locked.length ? ` ${locked.join(", ")} cannot be changed.` : ""}`);
}

/** Give all rows of the selection what its first row holds. */
export function fillDown(grid) {
  const { r1, r2, v1, v2 } = grid.range;
  if (r1 === r2) return;
  const fields = fieldsOf(grid.cols.slice(v1, v2 + 1));
  grid.send("fill", { at: r1, count: r2 - r1 + 1, fields, version: grid.version }, []);
}

/** Empty the selection. */
export function clearCells(grid) {
  const { r1, r2, v1, v2 } = grid.range;
  const cols = grid.cols.slice(v1, v2 + 1).filter((column) => !column.readonly);
  if (!cols.length) return;
  const lines = Math.min(r2 - r1 + 1, LINES_ECHOED);
  const waits = echoBlock(grid, r1, cols, Array.from({ length: lines }, () => cols.map(() => "")));
  grid.redraw();
  grid.send("clear", { at: r1, count: r2 - r1 + 1, fields: fieldsOf(cols), version: grid.version }, waits);
}

const fieldsOf = (cols) => cols.map((column) => column.field);

function echoCell(grid, row, column, text) {
  row[2][column.k] = text === "" ? null : column.listed && text.trim().toLowerCase() === "selected" ? "" : text;
  grid.pending.set(`${row[0]}:${column.field}`, true);
}

function echoBlock(grid, from, cols, cells) {
  const waits = [];
  cells.forEach((line, at) => {
    const row = grid.pages.row(from + at);
    if (!row) return;
    line.forEach((text, place) => {
      if (cols[place].readonly) return;
      echoCell(grid, row, cols[place], text);
      waits.push([row[0], cols[place].field]);
    });
  });
  return waits;
}
