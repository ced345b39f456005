// The rows that the page holds of those that the kernel has: fetched by pages, the newest viewport first.

export const PAGE = 100;
const PAGES_KEPT = 80;
const PAGES_AT_ONCE = 2;

export class Pages {
  /** `fetch(start, end, version)` asks for rows; `arrived` is told when some came. */
  constructor(fetch, arrived) {
    this.fetch = fetch;
    this.arrived = arrived;
    this.reset(0, 0);
  }

  /** Forget all rows: the view is another one now. `first` are the rows of its beginning, if they are at hand. */
  reset(height, version, first = null) {
    this.height = height;
    this.version = version;
    this.kept = new Map();
    this.flying = new Set();
    this.wanted = [];
    if (first && first.length) this.kept.set(0, first);
  }

  /** Forget the rows, but keep the view. */
  drop() {
    this.reset(this.height, this.version);
  }

  row(place) {
    const page = this.kept.get(Math.floor(place / PAGE));
    return page ? page[place % PAGE] : undefined;
  }

  /** Put a row's new content in its place, if its page is here. */
  put(place, row) {
    const page = this.kept.get(Math.floor(place / PAGE));
    if (page) page[place % PAGE] = row;
  }

  /** Tell whether all rows from one place up to another are here. */
  has(start, end) {
    for (let page = Math.floor(start / PAGE); page * PAGE < end; page += 1) if (!this.kept.has(page)) return false;
    return true;
  }

  /** Fetch what is missing of these rows; what an earlier viewport still waited for is forgotten. */
  need(start, end) {
    this.wanted = [];
    for (let page = Math.floor(start / PAGE); page * PAGE < Math.min(end, this.height); page += 1) {
      if (!this.kept.has(page) && !this.flying.has(page)) this.wanted.push(page);
    }
    this.pump();
  }

  pump() {
    while (this.wanted.length && this.flying.size < PAGES_AT_ONCE) {
      const page = this.wanted.shift();
      this.flying.add(page);
      this.get(page);
    }
  }

  async get(page) {
    const { version, flying } = this;
    const found = await this.fetch(page * PAGE, Math.min(this.height, (page + 1) * PAGE), version);
    flying.delete(page);
    if (!found || found.version !== this.version || version !== this.version) return;
    this.kept.set(page, found.rows);
    if (this.kept.size > PAGES_KEPT) this.kept.delete(this.kept.keys().next().value);
    this.arrived();
    this.pump();
  }
}
