// Keys, mouse and clipboard of the grid.
import { copyText } from "./base.js";
import { clearCells, fillDown, pasteBlock } from "./gridwrite.js";
import { formatBlock, parseBlock } from "./tsv.js";

const NARROWEST = 48;
const CELLS_COPIED = 200_000;

/** Let a grid listen to the person at it. */
export function bindGrid(grid) {
  const { root, scroller, body, head } = grid;
  let frame = 0;
  scroller.addEventListener("scroll", () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      grid.follow();
      grid.draw();
    });
  }, { passive: true });
  scroller.addEventListener("wheel", (event) => wheelRows(grid, event), { passive: false });
  root.addEventListener("keydown", (event) => gridKey(grid, event));
  body.addEventListener("mousedown", (event) => pressedCell(grid, event));
  body.addEventListener("dblclick", (event) => {
    if (event.target.closest("[role=gridcell]")) grid.edit();
  });
  head.addEventListener("mousedown", (event) => {
    if (event.target.className === "og-grip") dragWidth(grid, event);
  });
  head.addEventListener("click", (event) => {
    const cell = event.target.closest("[role=columnheader]");
    if (cell && cell.v !== undefined && event.target.className !== "og-grip") grid.host.sort(grid.cols[cell.v].field);
  });
  root.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[role=gridcell]");
    if (cell && !grid.editor && cell.parentNode.place !== undefined) grid.inHead = false;
  });
  for (const kind of ["copy", "cut", "paste"]) root.addEventListener(kind, (event) => clipCells(grid, event, kind));
}

/** A long table is scrolled in proportion, but the wheel goes row by row. */
function wheelRows(grid, event) {
  if (!grid.squeezed || event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
  event.preventDefault();
  const step = event.deltaMode === 1 ? event.deltaY : event.deltaY / 27;
  grid.scrollTo(grid.top + step);
  grid.draw();
}

const MOVES = {
  ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1],
};

function gridKey(grid, event) {
  if (grid.editor) return;
  const handled = grid.inHead ? headKey(grid, event) : moveKey(grid, event) || actKey(grid, event);
  if (handled) event.preventDefault();
  if (handled || event.ctrlKey || event.metaKey) event.stopPropagation();
}

function moveKey(grid, event) {
  const { r, v } = grid.cur;
  const far = event.ctrlKey || event.metaKey;
  const to = { extend: event.shiftKey };
  if (event.altKey) return false;
  if (MOVES[event.key]) {
    const [down, right] = MOVES[event.key];
    if (down === -1 && r === 0 && !event.shiftKey) grid.goHead(v);
    else if (far) grid.go(down ? (down > 0 ? grid.height - 1 : 0) : r, right ? (right > 0 ? grid.cols.length - 1 : 0) : v, to);
    else grid.go(r + down, v + right, to);
  } else if (event.key === "PageDown") grid.go(r + grid.seen - 1, v, to);
  else if (event.key === "PageUp") grid.go(r - grid.seen + 1, v, to);
  else if (event.key === "Home") grid.go(far ? 0 : r, 0, to);
  else if (event.key === "End") grid.go(far ? grid.height - 1 : r, grid.cols.length - 1, to);
  else if (far && event.key.toLowerCase() === "a") {
    grid.anchor = { r: 0, v: 0 };
    grid.cur = { r: grid.height - 1, v: grid.cols.length - 1 };
    grid.mark();
    grid.host.moved(grid);
  } else return false;
  return true;
}

function actKey(grid, event) {
  const { key, shiftKey } = event;
  const far = event.ctrlKey || event.metaKey;
  const { host } = grid;
  if (key === "F2" || (key === "Enter" && !far)) grid.edit();
  else if (key === "F8") host.next(shiftKey);
  else if ((key === "Delete" || key === "Backspace") && far) host.leave();
  else if (key === "Delete" || key === "Backspace") clearCells(grid);
  else if (far && key.toLowerCase() === "z") (shiftKey ? host.redo : host.undo)();
  else if (far && key.toLowerCase() === "y") host.redo();
  else if (far && key.toLowerCase() === "d") fillDown(grid);
  else if (far && key.toLowerCase() === "f") host.find();
  else if (far && key === ".") host.quickFix();
  else if (key === "Escape" && grid.many) {
    grid.anchor = { ...grid.cur };
    grid.mark();
  } else if (key.length === 1 && !far && !event.altKey) grid.edit(key === " " ? null : key);
  else return false;
  return true;
}

function headKey(grid, event) {
  const { v } = grid.cur;
  const column = grid.cols[v];
  const wider = { ArrowRight: 20, ArrowLeft: -20 }[event.key];
  if (wider && event.shiftKey) resizeColumn(grid, column, (grid.widths[column.field] || column.width) + wider);
  else if (wider) grid.goHead(v + Math.sign(wider));
  else if (event.key === "ArrowDown") grid.go(grid.cur.r, v);
  else if (event.key === "Enter" || event.key === " ") grid.host.sort(column.field);
  else if (event.key === "Home") grid.goHead(0);
  else if (event.key === "End") grid.goHead(grid.cols.length - 1);
  else return false;
  return true;
}

function resizeColumn(grid, column, width) {
  grid.widths[column.field] = Math.max(NARROWEST, Math.round(width));
  grid.measure();
  grid.draw();
}

function dragWidth(grid, event) {
  event.preventDefault();
  const column = grid.cols[event.target.closest("[role=columnheader]").v];
  const start = event.clientX - (grid.widths[column.field] || column.width);
  const move = (next) => resizeColumn(grid, column, next.clientX - start);
  const end = () => {
    document.removeEventListener("mousemove", move);
    document.removeEventListener("mouseup", end);
  };
  document.addEventListener("mousemove", move);
  document.addEventListener("mouseup", end);
}

function pressedCell(grid, event) {
  const row = event.target.closest(".og-row");
  const cell = event.target.closest("[role=gridcell], [role=rowheader]");
  if (!row || !cell || event.button !== 0 || event.target.closest(".og-editing")) return;
  event.preventDefault();
  if (grid.editor) grid.editor.commit("");
  if (cell.v === undefined) {
    grid.go(row.place, grid.cols.length - 1, { extend: event.shiftKey });
    grid.anchor = { r: event.shiftKey ? grid.anchor.r : row.place, v: 0 };
    grid.mark();
  } else grid.go(row.place, cell.v, { extend: event.shiftKey });
  dragCells(grid, cell.v === undefined);
}

/** Select while the button is down; beyond the upper and the lower edge the rows come along. */
function dragCells(grid, whole) {
  let pull = 0;
  const move = (event) => {
    const box = grid.scroller.getBoundingClientRect();
    pull = event.clientY > box.bottom ? 1 : event.clientY < box.top + 44 ? -1 : 0;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const cell = under && grid.body.contains(under) ? under.closest("[role=gridcell]") : null;
    if (cell) grid.go(cell.parentNode.place, whole ? grid.cols.length - 1 : cell.v, { extend: true });
  };
  const timer = setInterval(() => pull && grid.go(grid.cur.r + pull, grid.cur.v, { extend: true }), 50);
  const end = () => {
    clearInterval(timer);
    document.removeEventListener("mousemove", move);
    document.removeEventListener("mouseup", end);
  };
  document.addEventListener("mousemove", move);
  document.addEventListener("mouseup", end);
}

function clipCells(grid, event, kind) {
  if (grid.editor || !grid.height) return;
  event.stopPropagation();
  event.preventDefault();
  if (kind === "paste") {
    const text = event.clipboardData.getData("text/plain");
    if (text) pasteBlock(grid, parseBlock(text));
    return;
  }
  copyCells(grid, event);
  if (kind === "cut") clearCells(grid);
}

async function copyCells(grid, event) {
  const { r1, r2, v1, v2 } = grid.range;
  const cols = grid.cols.slice(v1, v2 + 1);
  const cells = (r2 - r1 + 1) * cols.length;
  const said = `Copied ${(r2 - r1 + 1).toLocaleString("en-IN")} by ${cols.length} cells.`;
  if (cells <= CELLS_COPIED && grid.pages.has(r1, r2 + 1)) {
    const lines = [];
    for (let r = r1; r <= r2; r += 1) {
      const row = grid.pages.row(r);
      lines.push(cols.map((column) => (column.listed && row[2][column.k] === "" ? "selected" : row[2][column.k])));
    }
    event.clipboardData.setData("text/plain", formatBlock(lines));
    grid.host.say(said);
    return;
  }
  const found = await grid.host.ask("copy", { at: r1, count: r2 - r1 + 1, fields: cols.map((column) => column.field) });
  if (!found) return;
  await copyText(formatBlock(found));
  grid.host.say(said);
}
