// The screen review: the account of the rows, what is shown of them, the grid, and the side that explains and mends.
import { calm, count, h, many, own } from "./base.js";
import { button, codeBlock, codeButton, empty, problem, uid } from "./controls.js";
import { Grid } from "./grid.js";
import { closePart, columnChoice, replaceBar } from "./reviewbars.js";
import { reviewSide } from "./reviewside.js";

/** More rows than this are made into a batch only when somebody asks for it, not whenever the person rests. */
const SETTLED = 200_000;
const STATE_TONES = { ready: "good", held: "bad", duplicate: "", left: "warn" };
const STATE_WORDS = { ready: "ready", held: "held", duplicate: "duplicate", left: "left out" };
const KINDS_SHOWN = 7;

export function reviewScreen(view, context) {
  if (view.empty) return empty("No rows are here yet.", button("Read a file", () => context.go("intake"), { kind: "main" }));
  const review = reviewOf(context);
  if (review.view !== view) review.take(view);
  const keyed = (event) => {
    if (event.key !== "F8" || event.defaultPrevented) return;
    event.preventDefault();
    review.next(event.shiftKey);
  };
  return h("div", { class: `o-review ${review.all ? "all" : ""}`, key: "review", onkeydown: keyed }, [
    accountOf(review),
    review.view.kept ? keptOf(review) : null,
    guardsOf(review),
    kindChips(review),
    reviewTools(review),
    review.finding ? replaceBar(review) : null,
    review.choosing ? columnChoice(review) : null,
    h("div", { class: "o-review-main", key: "main" },
      h("div", { class: "o-review-box", key: "box" },
        h("div", { keep: true, key: "grid", mount: (el) => review.mount(el) }),
        review.summary.shown ? null : h("p", { class: "o-empty", key: "none" }, review.summary.rows ? "No row is as you ask." : "This source has no rows.")),
      reviewSide(review)),
    codeBlock(context),
  ]);
}

function reviewOf(context) {
  context.local.review ??= new Review(context);
  context.local.close = () => context.local.review.grid && context.local.review.grid.close();
  context.local.review.context = context;
  return context.local.review;
}

/** What the page remembers of the review, and what can be done on it. */
class Review {
  constructor(context) {
    this.context = context;
    this.id = uid("review");
    this.grid = null;
    this.options = {};
    this.tab = "cell";
    this.cell = null;
    this.finding = null;
    this.choosing = false;
    this.moreKinds = false;
    this.all = false;
    this.lookAtCell = calm(90, () => this.explain());
    this.settle = calm(900, () => this.rest());
    this.search = calm(250, (text) => this.sift({ text }));
    this.refetch = calm(350, () => this.fetchTab());
  }

  take(view) {
    const columns = JSON.stringify(view.columns);
    this.view = view;
    this.columns = view.columns;
    if (this.columnsTold !== columns) {
      this.columnsTold = columns;
      this.newColumns = true;
      this.call("options", {}).then((found) => Object.assign(this.options, found || {}));
    }
    this.summary = view.summary;
    this.update();
  }

  mount(el) {
    if (this.grid) this.grid.close();
    const before = this.grid;
    this.grid = new Grid(el, {
      ask: (act, args) => this.call(act, args), options: (field) => this.options[field] || [],
      answered: (result) => this.answered(result), moved: () => this.moved(), say: (text) => this.context.say(text),
      sort: (field) => this.sort(field), next: (back) => this.next(back), undo: () => this.turn("undo"),
      redo: () => this.turn("redo"), find: () => this.toFind(), arrived: () => this.cell === null && this.lookAtCell(), leave: () => this.leave(), quickFix: () => this.quickFix(),
    });
    if (before) Object.assign(this.grid, { widths: before.widths, hidden: before.hidden, frozen: before.frozen, columns: before.columns });
    this.newColumns = true;
    this.update();
    this.moved();
  }

  update() {
    if (!this.grid) return;
    if (this.newColumns) this.grid.setColumns(this.columns);
    this.newColumns = false;
    const { shown, version, sieve } = this.summary;
    if (version === this.grid.version) return;
    this.forget();
    this.grid.show({ height: shown, version, sieve });
  }

  /** Other rows came, perhaps of another file: what the side says of the old ones, and offers for them, must not stay. */
  forget() {
    Object.assign(this, { cell: null, body: null, preview: null, groups: null, values: null, clusters: null });
    if (!this.columns.some((column) => column.field === this.valueField)) this.valueField = "";
    this.refetch();
  }

  /** Ask the kernel; what went wrong is shown, and answered by null. */
  async call(act, args) {
    const answer = await this.context.ask(act, args);
    if (!answer.error) return answer.result;
    this.context.fail(answer.error);
    return null;
  }

  answered(result) {
    this.summary = result.summary;
    this.kept = "";
    if (result.columns) this.columns = result.columns;
    this.lookAtCell();
    this.refetch();
    this.settle();
    this.context.redraw();
  }

  /** The person rests: what was changed is kept, and what else shows the batch follows. */
  async rest() {
    const answer = await this.context.ask("keep", {});
    if (answer.error) this.context.fail(answer.error);
    else this.keepsOf(answer.result);
    if (this.summary.rows <= SETTLED) await this.context.look();
    else this.context.redraw();
  }

  /** Say it aloud where not everything can be kept. */
  keepsOf({ kept, lost }) {
    this.kept = lost ? `${count(kept)} changes kept, ${count(lost)} not` : kept ? "changes kept" : "";
    if (lost && lost !== this.lost) this.context.say(`${many(lost, "change")} cannot be kept over a restart of the kernel: put the rows, or export the held ones, before it ends.`);
    this.lost = lost;
  }

  async resume() {
    const answer = await this.context.act("resume");
    if (answer.error) return;
    this.grid.refresh();
    this.context.say(`${many(answer.result, "change")} done again. Undo takes them back.`);
  }

  moved() {
    const { grid } = this;
    if (!grid || !grid.row) {
      this.lookAtCell();
      return;
    }
    const column = grid.cols[grid.cur.v];
    const told = (column && grid.row[3][column.k]) || [];
    if (told.length || this.told) this.context.say(inShort(told));
    this.told = told.length > 0;
    this.lookAtCell();
  }

  async explain() {
    const { grid } = this;
    if (!grid || !grid.row || !grid.field) return;
    const [row] = grid.row;
    const act = this.tab === "body" ? "body" : "cell";
    const found = await this.call(act, act === "cell" ? { row, field: grid.field } : { row });
    if (!found) return;
    this[act] = found;
    this.context.redraw();
  }

  async sift(change) {
    const wanted = { ...this.summary.sieve, ...change };
    const found = await this.call("sieve", wanted);
    if (!found) return;
    this.summary = found;
    this.grid.show({ height: found.shown, version: found.version, sieve: found.sieve, first: found.first });
    this.moved();
    this.refetch();
    this.context.say(`${many(found.shown, "row")} shown.`);
  }

  only(what) {
    this.sift({ only: this.summary.sieve.only === what ? "" : what });
  }

  sort(field) {
    const { sort, descending } = this.summary.sieve;
    if (sort !== field) this.sift({ sort: field, descending: false });
    else if (!descending) this.sift({ descending: true });
    else this.sift({ sort: "", descending: false });
  }

  async next(back = false) {
    const { grid } = this;
    const found = await this.call("next", { at: grid.cur.r, field: grid.field, back });
    if (!found) {
      this.context.say("No problem waits in the rows shown.");
      return;
    }
    this.goTo(found);
  }

  goTo({ at, field }) {
    const v = this.grid.cols.findIndex((column) => column.field === field);
    this.grid.go(at, v >= 0 ? v : this.grid.cur.v);
  }

  async turn(way) {
    const result = await this.call(way, {});
    if (!result) return;
    if (result.nothing) {
      this.context.say(way === "undo" ? "Nothing to take back." : "Nothing to do again.");
      return;
    }
    this.grid.take(result);
    if (result.at && result.at.at >= 0) this.goTo(result.at);
    this.context.say(`${way === "undo" ? "Taken back" : "Done again"}: ${result.name}.`);
  }

  async change(act, args, said) {
    const result = await this.call(act, args);
    if (!result) return null;
    this.grid.take(result);
    this.context.say(said(result));
    return result;
  }

  /** Leave the selected rows out, or take them in again where the row under the cursor is out. */
  leave() {
    const { grid } = this;
    if (!grid.row) return;
    const { r1, r2 } = grid.range;
    const out = grid.row[1] !== "left";
    const rows = r2 - r1 + 1;
    this.change("leave", { at: r1, count: rows, version: grid.version, out },
      () => `${many(rows, "row")} ${out ? "left out: not sent until taken in again" : "taken in again"}.`);
  }

  quickFix() {
    const first = this.cell && this.cell.problems.find((one) => one.mine && one.options.length);
    if (first) this.fixCell(first, first.options[0]);
    else this.context.say("Nothing is offered for this cell.");
  }

  fixCell(problem, option) {
    const { field, code, value, row } = { ...problem, row: this.cell.row };
    if (["category_unknown", "nvname_unknown"].includes(code)) {
      this.change("move", { row, field, code, before: value, after: option }, () => `Moved to ${option}.`);
    } else this.change("edit", { row, field: this.cell.field, text: option }, () => `Row ${row}: set to ${option || "nothing"}.`);
    this.grid.focus();
  }

  toFind() {
    this.finding ??= { find: "", put: "", field: "", whole: false, exact: false, count: null };
    this.context.redraw();
    const box = own(this.context.root, `${this.id}-find`);
    if (box) box.focus();
  }

  async fetchTab() {
    if (this.tab === "mend") this.groups = await this.call("fixes", {});
    else if (this.tab === "values") await this.fetchValues();
    else return;
    this.context.redraw();
  }

  async fetchValues() {
    const field = this.valueField || this.grid.field;
    this.valueField = field;
    const [values, clusters] = await Promise.all([this.call("values", { field }), this.call("clusters", { field })]);
    this.values = values;
    this.clusters = clusters;
  }
}

const WORST_FIRST = ["error", "warning", "note"];
const SHORT = 110;

/** Say the worst of a cell's problems on one line; the side says all of them, whole. */
function inShort(told) {
  if (!told.length) return "";
  const [, message] = [...told].sort((one, two) => WORST_FIRST.indexOf(one[0]) - WORST_FIRST.indexOf(two[0]))[0];
  const line = message.length > SHORT ? `${message.slice(0, message.lastIndexOf(" ", SHORT))} …` : message;
  return told.length > 1 ? `${line} (and ${told.length - 1} more, see Cell)` : line;
}

function accountOf(review) {
  const { summary } = review;
  const part = (name) => button(
    [h("b", {}, count(summary[name])), ` ${STATE_WORDS[name]}`], () => review.only(name),
    { kind: `o-rv-count ${STATE_TONES[name]}`, key: name, "aria-pressed": String(summary.sieve.only === name), title: `Show only these rows` },
  );
  return h("div", { class: "o-rv-account", key: "account", role: "group", "aria-label": "Account of the rows" },
    h("span", { class: "o-rv-count-all" }, h("b", {}, count(summary.rows)), " rows ="),
    part("ready"), h("span", { class: "o-rv-plus", "aria-hidden": "true" }, "+"),
    part("held"), h("span", { class: "o-rv-plus", "aria-hidden": "true" }, "+"),
    part("duplicate"), h("span", { class: "o-rv-plus", "aria-hidden": "true" }, "+"),
    part("left"),
    h("span", { class: "o-space" }),
    review.kept ? h("span", { class: review.lost ? "o-note o-rv-kept lost" : "o-note o-rv-kept", key: "kept" }, `${review.kept} ·`) : null,
    h("span", { class: "o-note o-rv-source o-rv-extra", title: review.view.source.understood, dir: "auto" }, review.view.source.name));
}

/** What was changed in this source before the kernel ended. */
function keptOf(review) {
  return h("div", { class: "o-rv-bar", key: "kept", role: "group", "aria-label": "Earlier changes" },
    h("span", {}, "Kept from before, for this very source: ", h("b", {}, many(review.view.kept, "change")), " of yours."),
    button("Do them again", () => review.resume(), { kind: "main", key: "resume" }),
    button("Forget them", () => review.context.act("forget"), { kind: "quiet", key: "forget" }));
}

/** What looks wrong with the batch as a whole. */
function guardsOf(review) {
  const { guards } = review.view;
  if (!guards.length) return null;
  return h("div", { class: "o-rv-guards", key: "guards", role: "group", "aria-label": "The batch as a whole" },
    guards.map((guard, at) => problem({ code: guard.code, severity: guard.holds ? "error" : "warning", message: guard.message }, at)));
}

const KIND_SIGNS = { error: "✕", warning: "!", note: "✓" };
const KIND_WORDS = { error: "error", warning: "warning", note: "mended" };

function kindChips(review) {
  const { kinds: all, sieve, waiting, warned } = review.summary;
  const shown = review.moreKinds ? all : all.slice(0, KINDS_SHOWN);
  const chip = (kind) => button(
    [h("span", { class: "o-sign", "aria-hidden": "true" }, KIND_SIGNS[kind.tone]), h("span", { class: "o-hidden" }, `${KIND_WORDS[kind.tone]}: `),
      kind.code.replaceAll("_", " "), h("b", {}, ` ${count(kind.rows)}`)],
    () => review.only(kind.code),
    { kind: `chip o-rv-kind o-rv-extra ${kind.tone}`, key: kind.code + kind.tone, title: kind.means, "aria-pressed": String(sieve.only === kind.code) },
  );
  return h("div", { class: "o-rv-kinds", key: "kinds", role: "group", "aria-label": "Problems by kind" },
    button(["Only problems", h("b", {}, ` ${count(waiting)}`)], () => review.only("problems"),
      { kind: "chip o-rv-only", key: "only", "aria-pressed": String(sieve.only === "problems"), title: "Rows in which something waits for a person" }),
    warned ? button(["With warnings", h("b", {}, ` ${count(warned)}`)], () => review.only("warned"),
      { kind: "chip", key: "warned", "aria-pressed": String(sieve.only === "warned"), title: "Rows with a warning, which does not hold them" }) : null,
    shown.map(chip),
    all.length > KINDS_SHOWN ? button(review.moreKinds ? "fewer" : `${all.length - KINDS_SHOWN} more`, () => {
      review.moreKinds = !review.moreKinds;
      review.context.redraw();
    }, { kind: "quiet o-rv-extra", key: "more", "aria-expanded": String(review.moreKinds) }) : null,
    // Where there is little room, the kinds and the rarer tools wait behind this button.
    button(review.all ? "Less" : "More…", () => {
      review.all = !review.all;
      review.context.redraw();
    }, { kind: "quiet o-rv-more", key: "all", "aria-expanded": String(review.all), title: "Problems by kind, and the rarer tools" }));
}

function reviewTools(review) {
  const { summary } = review;
  const sifted = summary.shown !== summary.rows || summary.sieve.sort || Object.keys(summary.sieve.facets).length;
  return h("div", { class: "o-rv-tools", key: "tools", role: "toolbar", "aria-label": "Review" },
    h("input", {
      class: "o-input o-rv-search", type: "search", placeholder: "Search the rows…", "aria-label": "Search the rows", dir: "auto",
      value: summary.sieve.text, oninput: (event) => review.search(event.target.value),
    }),
    button("Next problem", () => review.next(), { key: "next", title: "F8, and Shift + F8 for the last one" }),
    button("Undo", () => review.turn("undo"), { key: "undo", disabled: !summary.undo, title: summary.undo ? `Take back: ${summary.undo} (Ctrl + Z)` : "Nothing to take back" }),
    button("Redo", () => review.turn("redo"), { key: "redo", disabled: !summary.redo, title: summary.redo ? `Do again: ${summary.redo} (Ctrl + Y)` : "Nothing to do again" }),
    button("Replace", () => (review.finding ? closePart(review, "finding") : review.toFind()), { key: "replace", kind: "o-rv-extra", "aria-expanded": String(Boolean(review.finding)), title: "Find and replace (Ctrl + F)" }),
    button("Columns", () => closePart(review, "choosing", !review.choosing), { key: "columns", kind: "o-rv-extra", "aria-expanded": String(review.choosing) }),
    button(review.grid && review.grid.row && review.grid.row[1] === "left" ? "Take in" : "Leave out", () => review.leave(), { key: "leave", kind: "o-rv-extra", title: "Leave the marked rows out, or take them in again (Ctrl + Delete)" }),
    button("Export held", () => exportHeld(review), { key: "export", kind: "o-rv-extra", disabled: !summary.held, title: "Write the held rows to a workbook, to be mended in Excel" }),
    h("span", { class: "o-rv-extra", key: "code" }, codeButton(review.context)),
    h("span", { class: "o-space" }),
    sifted ? h("span", { class: "o-note", key: "shown" }, `${many(summary.shown, "row")} shown`) : null,
    sifted ? button("Show all", () => review.sift({ only: "", facets: {}, text: "", sort: "", descending: false }), { kind: "quiet", key: "all" }) : null);
}

async function exportHeld(review) {
  const found = await review.call("export", {});
  if (found) review.context.say(`${many(found.rows, "held row")} written to ${found.path}. Mend them in Excel and read the file like any other.`);
}
