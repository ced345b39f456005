// The grid of the review screen: it draws the rows in sight, holds the cursor and the selection, and sends what is typed.
import { openEditor } from "./celledit.js";
import { bindGrid } from "./gridkeys.js";
import { Pages } from "./pages.js";
import { fillRow, headCell, makeRow, setAttribute } from "./gridrows.js";
import { putCell } from "./gridwrite.js";

const ROW_HEIGHT = 27;
const HEAD_HEIGHT = 44;
const NUMBER_WIDTH = 68;
const ROWS_OVER = 6;
/** A browser draws nothing beyond some 16 million pixels: a longer table is scrolled in proportion. */
const TALLEST = 8_000_000;

export class Grid {
  /** `host` has: `ask(act, args)` giving the result or null, `options(field)`, `answered(result)`, `moved(grid)`,
   *  `arrived()` when rows came, `say(text)`, `sort(field)`, and the acts of keys that are not the grid's own: `next(back)`, `undo`, `redo`,
   *  `find`, `leave(rows)`, `quickFix`. */
  constructor(el, host) {
    this.host = host;
    this.columns = [];
    this.cols = [];
    this.height = 0;
    this.version = 0;
    this.sieve = {};
    this.cur = { r: 0, v: 0 };
    this.anchor = { r: 0, v: 0 };
    this.inHead = false;
    this.editor = null;
    this.pending = new Map();
    this.nodes = new Map();
    this.spare = [];
    this.widths = {};
    this.hidden = new Set();
    this.frozen = new Set();
    this.top = 0;
    this.expected = -1;
    this.shifted = 0;
    this.pages = new Pages((start, end, version) => this.host.ask("rows", { start, end, version }), () => {
      this.draw();
      this.host.arrived();
    });
    this.build(el);
    bindGrid(this);
    this.watch = new ResizeObserver(() => {
      this.room = this.scroller.clientHeight - HEAD_HEIGHT;
      this.draw();
    });
    this.room = this.scroller.clientHeight - HEAD_HEIGHT;
    this.watch.observe(this.scroller);
  }

  close() {
    this.watch.disconnect();
  }

  build(el) {
    const make = (name, role, parent) => {
      const node = document.createElement("div");
      node.className = name;
      if (role) node.setAttribute("role", role);
      parent.append(node);
      return node;
    };
    el.textContent = "";
    this.root = make("og", "grid", el);
    this.root.setAttribute("aria-label", "Rows");
    this.root.setAttribute("aria-multiselectable", "true");
    this.scroller = make("og-scroll", "presentation", this.root);
    this.canvas = make("og-canvas", "presentation", this.scroller);
    this.headBox = make("og-headbox", "rowgroup", this.canvas);
    this.head = make("og-row og-head", "row", this.headBox);
    this.head.setAttribute("aria-rowindex", "1");
    this.body = make("og-body", "rowgroup", this.canvas);
  }

  // What is shown

  /** Take the columns that there are. */
  setColumns(columns) {
    const known = new Set(this.columns.map((column) => column.field));
    this.columns = columns;
    for (const column of columns) if (!known.has(column.field) && !column.shown) this.hidden.add(column.field);
    this.arrange();
  }

  /** Lay the columns out anew: the frozen ones first, the hidden ones not at all. */
  arrange() {
    const field = this.field;
    const seen = this.columns.map((column, k) => ({ ...column, k })).filter((column) => !this.hidden.has(column.field));
    this.cols = [
      ...seen.filter((column) => this.frozen.has(column.field)),
      ...seen.filter((column) => !this.frozen.has(column.field)),
    ];
    const at = this.cols.findIndex((column) => column.field === field);
    this.cur.v = Math.max(0, at >= 0 ? at : Math.min(this.cur.v, this.cols.length - 1));
    this.anchor.v = this.cur.v;
    this.body.textContent = "";
    this.nodes.clear();
    this.spare = [];
    this.root.setAttribute("aria-colcount", this.cols.length + 1);
    this.measure();
    this.drawHead();
    this.draw();
  }

  get field() {
    return this.cols[this.cur.v] ? this.cols[this.cur.v].field : "";
  }

  /** Show another view: other rows, or another order. */
  show({ height, version, sieve, first = null, keep = false }) {
    const moved = version !== this.version;
    this.height = height;
    this.version = version;
    this.sieve = sieve;
    if (moved) {
      this.pending.clear();
      this.pages.reset(height, version, first);
      this.cur.r = keep ? Math.min(this.cur.r, Math.max(0, height - 1)) : 0;
      this.anchor = { ...this.cur };
      for (const node of this.nodes.values()) node.data = null;
    }
    this.root.setAttribute("aria-rowcount", height + 1);
    this.drawHead();
    this.measure();
    if (moved && !keep) this.scrollTo(0);
    this.draw();
  }

  /** Fetch all rows anew; the view is the same. */
  refresh() {
    this.pending.clear();
    this.pages.drop();
    this.draw();
  }

  measure() {
    const widths = this.cols.map((column) => this.widths[column.field] || column.width);
    let left = NUMBER_WIDTH;
    this.lefts = widths.map((width) => (left += width) - width);
    this.total = left;
    const frozen = this.cols.filter((column) => this.frozen.has(column.field)).length;
    this.rim = frozen ? this.lefts[frozen - 1] + widths[frozen - 1] : NUMBER_WIDTH;
    this.frozenCount = frozen;
    this.root.style.setProperty("--og-cols", [NUMBER_WIDTH, ...widths].map((width) => `${width}px`).join(" "));
    this.canvas.style.width = `${left}px`;
    this.canvas.style.height = `${HEAD_HEIGHT + Math.min(this.height * ROW_HEIGHT, TALLEST)}px`;
  }

  // Where the view stands

  get seen() {
    return Math.max(1, Math.floor(this.room / ROW_HEIGHT));
  }

  get last() {
    return Math.max(0, this.height - this.room / ROW_HEIGHT);
  }

  get squeezed() {
    return this.height * ROW_HEIGHT > TALLEST;
  }

  /** Find the topmost row from where the scroller stands. */
  follow() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (Math.abs(scrollTop - this.expected) < 1) return;
    const room = Math.max(1, scrollHeight - clientHeight);
    this.top = this.squeezed ? (scrollTop / room) * this.last : scrollTop / ROW_HEIGHT;
    this.expected = -1;
  }

  /** Put a row at the top. */
  scrollTo(row) {
    this.top = Math.max(0, Math.min(row, this.last));
    const room = Math.max(1, this.scroller.scrollHeight - this.scroller.clientHeight);
    this.expected = this.squeezed ? (this.top / Math.max(1, this.last)) * room : this.top * ROW_HEIGHT;
    this.scroller.scrollTop = this.expected;
    this.expected = this.scroller.scrollTop;
  }

  reveal(r, v) {
    const seen = this.seen;
    if (r < this.top) this.scrollTo(r < this.top - seen ? r - Math.floor(seen / 2) : r);
    else if (r > this.top + seen - 1) this.scrollTo(r > this.top + 2 * seen ? r - Math.floor(seen / 2) : r - seen + 1);
    if (v < this.frozenCount || !this.cols[v]) return;
    const left = this.lefts[v];
    const width = this.widths[this.cols[v].field] || this.cols[v].width;
    const { scrollLeft, clientWidth } = this.scroller;
    if (left - this.rim < scrollLeft) this.scroller.scrollLeft = left - this.rim;
    else if (left + width > scrollLeft + clientWidth) this.scroller.scrollLeft = left + width - clientWidth;
  }

  // Drawing

  draw() {
    if (!this.cols.length) return;
    this.shift();
    const first = Math.max(0, Math.floor(this.top) - ROWS_OVER);
    const end = Math.min(this.height, Math.ceil(this.top) + this.seen + ROWS_OVER + 1);
    this.pages.need(first, end);
    const base = HEAD_HEIGHT + this.scroller.scrollTop - this.top * ROW_HEIGHT;
    for (const [r, node] of this.nodes) {
      if (r >= first && r < end) continue;
      if (r === this.cur.r && r < this.height) node.style.transform = "translateY(-2000px)";
      else {
        this.nodes.delete(r);
        this.spare.push(node);
      }
    }
    for (let r = first; r < end; r += 1) {
      let node = this.nodes.get(r);
      if (!node) {
        node = this.spare.pop() || makeRow(this);
        node.style.display = "";
        node.setAttribute("aria-rowindex", r + 2);
        node.data = null;
        node.place = r;
        this.nodes.set(r, node);
      }
      node.style.transform = `translateY(${base + r * ROW_HEIGHT}px)`;
      const row = this.pages.row(r);
      if (node.data !== row || !row) fillRow(this, node, row);
    }
    for (const node of this.spare) node.style.display = "none";
    this.mark();
  }

  /** Keep the numbers and the frozen columns in sight. Sticky cells would each be a layer of their own, and putting
   *  those of all rows together took a quarter of the time of an edit. */
  shift() {
    const { scrollLeft } = this.scroller;
    if (scrollLeft === this.shifted) return;
    this.shifted = scrollLeft;
    this.root.classList.toggle("og-shifted", scrollLeft > 0);
    this.root.style.setProperty("--og-x", `${scrollLeft}px`);
  }

  drawHead() {
    const focused = this.head.contains(document.activeElement);
    this.head.textContent = "";
    const corner = document.createElement("div");
    corner.className = "og-cell og-number";
    corner.setAttribute("role", "columnheader");
    corner.setAttribute("aria-colindex", "1");
    corner.textContent = "Row";
    this.head.append(corner);
    this.cols.forEach((column, v) => this.head.append(headCell(this, column, v)));
    if (!focused) return;
    this.mark();
    this.focus();
  }

  // Cursor and selection

  cellAt(r, v) {
    const node = this.nodes.get(r);
    return node ? node.children[v + 1] : null;
  }

  get range() {
    return {
      r1: Math.min(this.cur.r, this.anchor.r), r2: Math.max(this.cur.r, this.anchor.r),
      v1: Math.min(this.cur.v, this.anchor.v), v2: Math.max(this.cur.v, this.anchor.v),
    };
  }

  get many() {
    return this.cur.r !== this.anchor.r || this.cur.v !== this.anchor.v;
  }

  /** Move the cursor; `extend` keeps the other end of the selection. */
  go(r, v, { extend = false, focus = true } = {}) {
    if (!this.height) return;
    this.inHead = false;
    this.cur = { r: clamp(r, 0, this.height - 1), v: clamp(v, 0, this.cols.length - 1) };
    if (!extend) this.anchor = { ...this.cur };
    this.reveal(this.cur.r, this.cur.v);
    this.draw();
    if (focus) this.focus();
    this.host.moved(this);
  }

  goHead(v) {
    this.inHead = true;
    this.cur.v = clamp(v, 0, this.cols.length - 1);
    this.anchor = { ...this.cur };
    this.reveal(Math.floor(this.top), this.cur.v);
    this.mark();
    this.focus();
  }

  focus() {
    const cell = this.inHead ? this.head.children[this.cur.v + 1] : this.cellAt(this.cur.r, this.cur.v);
    if (cell && document.activeElement !== cell && !this.editor) cell.focus({ preventScroll: true });
  }

  /** Show where the cursor is and what is selected; one cell of the grid takes the Tab key. */
  mark() {
    const { r1, r2, v1, v2 } = this.range;
    for (const [r, node] of this.nodes) {
      const inside = this.many && r >= r1 && r <= r2;
      node.classList.toggle("og-here", r === this.cur.r);
      for (let v = 0; v < this.cols.length; v += 1) {
        const cell = node.children[v + 1];
        const here = !this.inHead && r === this.cur.r && v === this.cur.v;
        const tab = here ? 0 : -1;
        if (cell.tabIndex !== tab) cell.tabIndex = tab;
        const selected = inside && v >= v1 && v <= v2;
        if (cell.classList.contains("og-selected") !== selected) {
          cell.classList.toggle("og-selected", selected);
          setAttribute(cell, "aria-selected", selected ? "true" : "");
        }
        if (cell.classList.contains("og-cursor") !== here) cell.classList.toggle("og-cursor", here);
      }
    }
    [...this.head.children].slice(1).forEach((cell, v) => {
      cell.tabIndex = this.inHead && v === this.cur.v ? 0 : -1;
      cell.classList.toggle("og-here", v === this.cur.v);
    });
  }

  /** The row under the cursor as the kernel gave it. */
  get row() {
    return this.pages.row(this.cur.r);
  }

  // Editing

  async edit(typed = null) {
    const column = this.cols[this.cur.v];
    const row = this.row;
    if (this.editor || !row || !column) return;
    if (column.readonly) {
      this.host.say(`${column.title} cannot be changed here.`);
      return;
    }
    this.anchor = { ...this.cur };
    const options = column.known ? this.host.options(column.field) : [];
    const cell = this.cellAt(this.cur.r, this.cur.v);
    const before = column.listed && row[2][column.k] === "" ? "selected" : row[2][column.k] ?? "";
    cell.told = null;
    const over = (call) => {
      this.editor = null;
      cell.parentNode.classList.remove("og-raised");
      cell.textContent = "";
      call();
      const node = cell.parentNode;
      fillRow(this, node, this.pages.row(node.place));
    };
    cell.parentNode.classList.add("og-raised");
    this.editor = openEditor(cell, {
      text: before, typed, options, listed: column.listed, label: `${column.title}, row ${row[0]}`,
      done: (text, way) => over(() => {
        if (text !== before) putCell(this, row, column, text);
        if (way) this.leave(way);
      }),
      cancel: () => over(() => setTimeout(() => this.focus())),
    });
  }

  leave(way) {
    const { r, v } = this.cur;
    if (way === "down") this.go(r + 1, v);
    else if (way === "up") this.go(r - 1, v);
    else if (way === "next") this.go(r, v + 1);
    else this.go(r, v - 1);
  }

  /** Send a change, and show what the rules made of it. */
  async send(act, args, waits) {
    const result = await this.host.ask(act, args);
    for (const [row, field] of waits) this.pending.delete(`${row}:${field}`);
    if (!result) {
      this.refresh();
      return;
    }
    this.take(result);
  }

  /** Take the rows that a change touched. */
  take(result) {
    if (result.columns) this.setColumns(result.columns);
    if (result.stale || result.columns) this.refresh();
    for (const [place, ...row] of result.rows || []) this.pages.put(place, row);
    this.redraw();
    this.host.answered(result);
  }

  redraw() {
    for (const [r, node] of this.nodes) {
      const row = this.pages.row(r);
      if (row) fillRow(this, node, row);
    }
    this.draw();
  }
}

const clamp = (number, low, high) => Math.max(low, Math.min(high, number));
