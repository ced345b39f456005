// Map: each column with its field and its reason, and beside it what a row becomes.
import { count, h, many, own } from "./base.js";
import { button, codeBlock, codeButton, pill, problem, sent } from "./controls.js";
import { sourceNotes } from "./intake.js";

export function mapScreen(view, context) {
  const { local } = context;
  if (view.bodies) return [h("h2", { key: "title", dir: "auto" }, view.name), h("p", { key: "bodies" }, "These rows are responses already: no column is to be mapped."), rowAside(view, context)];
  const unsure = view.columns.filter((column) => column.state === "unsure");
  const silent = view.columns.filter((column) => column.state === "none");
  const shown = view.columns.filter((column) => column.state !== "none" || local.all);
  return [
    h("div", { class: "o-row o-between", key: "title" },
      h("h2", { dir: "auto" }, `Map ${view.name}`),
      button(`Check ${many(view.rows, "row")}`, () => context.act("check"), { kind: "main", disabled: Boolean(view.unfed.length || view.unkeyed.length) })),
    view.unfed.length ? h("p", { class: "o-problem error", key: "unfed" }, h("span", { class: "o-sign", "aria-hidden": "true" }, "✕"),
      h("span", {}, h("b", {}, `Needed, and fed by no column: ${view.unfed.map((field) => view.labels[field]).join(", ")}.`), " Choose a column below.")) : null,
    view.drift.length ? h("div", { class: "o-drift", key: "drift" }, h("b", {}, "Not the file that the recipe was saved from: "), view.drift.join(" ")) : null,
    ownKey(view, context),
    h("div", { class: "o-map", key: "map" },
      h("div", { key: "columns" },
        h("p", { class: "o-note" }, unsure.length ? `${many(unsure.length, "column")} to look at first.` : "Every column that feeds a field is sure."),
        mapTable(view, shown, context),
        silent.length ? button(local.all ? `Hide ${count(silent.length)} unmapped` : `${count(silent.length)} unmapped: show`, () => {
          local.all = !local.all;
          context.redraw();
        }, { kind: "quiet", key: "all", "aria-expanded": String(Boolean(local.all)) }) : null,
        alwaysSent(view)),
      rowAside(view, context)),
    view.notes.length ? h("details", { class: "o-later", key: "notes" }, h("summary", {}, many(view.notes.length, "note")), sourceNotes(view.notes, 100)) : null,
    recipe(view, context),
    h("div", { class: "o-later", key: "show-code" }, codeButton(context)),
    codeBlock(context),
  ];
}

/** Which column makes a row itself: the contract's, or the one that a person chooses where it is not there. */
function ownKey(view, context) {
  const { identity, unkeyed } = view;
  if (!identity.length && !context.local.identified) return null;
  const choose = async (event) => {
    const header = event.target.value;
    context.local.identified = true;
    const answer = await context.act("identify", { headers: header ? [header] : [] });
    if (!answer.error) context.say(header ? `${header} makes a row itself.` : "The rows have no key of their own.");
  };
  const several = identity.length > 1 || unkeyed.length > 0;
  return h("div", { class: "o-row o-own-key", key: "own-key" },
    h("label", { for: "o-map-key", class: "o-label" }, "A row's own key"),
    h("select", { id: "o-map-key", class: "o-medium", value: several ? "\n" : identity[0] || "", onchange: choose },
      several ? h("option", { value: "\n", key: "now", disabled: true, selected: true }, unkeyed.length ? `${identity.join(", ")} (not there)` : identity.join(", ")) : null,
      view.headers.map((header) => h("option", { value: header, key: header, selected: !several && header === identity[0] }, header)),
      h("option", { value: "", key: "none", selected: !identity.length }, "none: rows have no key")),
    unkeyed.length ? h("p", { class: "o-problem error" }, h("span", { class: "o-sign", "aria-hidden": "true" }, "✕"),
      h("span", {}, "The contract's column is not in this source. Choose the one that tells the rows apart: by it a corrected row is known again.")) : null);
}

function mapTable(view, columns, context) {
  return h("div", { class: "o-table-box o-map-box", role: "region", "aria-label": "Columns", tabIndex: 0 },
    h("table", { class: "o-table" },
      h("caption", { class: "o-hidden" }, "Columns of the source, each with the field that it feeds"),
      h("thead", {}, h("tr", {}, ["Column", "Feeds", "Because"].map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, columns.map((column) => mapRow(view, column, context)))));
}

function mapRow(view, column, context) {
  const id = `o-map-${column.header}`;
  const samples = column.samples.filter(Boolean);
  const editing = column.field && context.local.rule === column.header;
  return [h("tr", { key: column.header, class: column.state === "unsure" ? "o-unsure" : null },
    h("th", { scope: "row", dir: "auto" }, column.header,
      h("div", { class: "o-samples", dir: "auto" }, samples.length ? samples.join(" · ") : "no cells")),
    h("td", {}, h("div", { class: "o-feeds" },
      h("select", {
        id, "aria-label": `${column.header} feeds`, title: column.field, value: column.field,
        onchange: (event) => feed(view, context, column, event.target.value),
      }, h("option", { value: "" }, column.state === "unsure" && !column.field ? "not mapped: choose" : "feeds nothing"),
      [...new Set([...column.candidates.map((one) => one.field), ...view.fields])].map((field) => h("option", { value: field, key: field, title: field }, view.labels[field]))),
      column.field ? adjust(column, context) : null),
    column.more.length ? h("p", { class: "o-help", title: column.more.join(", ") }, `and ${column.more.map((field) => view.labels[field]).join(", ")}`) : null),
    h("td", {}, why(view, column, context))),
  editing ? h("tr", { key: `${column.header}\u0000rule` }, h("td", { colspan: 3 }, ruleEditor(column, context))) : null];
}

async function feed(view, context, column, field) {
  context.local.rule = null; // what is open there is said of another field
  const answer = await context.act("feed", { header: column.header, field });
  if (!answer.error) context.say(field ? `${column.header} feeds ${view.labels[field]}.` : `${column.header} feeds nothing.`);
}

function why(view, column, context) {
  const undo = column.said ? button("Undo", () => context.act("free", { header: column.header }), { kind: "quiet", key: "undo", "aria-label": `Undo what was said of ${column.header}` }) : null;
  if (column.state === "none") return [h("span", { class: "o-note" }, column.silenced ? "as you said" : "nothing fits"), undo];
  const offers = column.field ? [] : column.candidates;
  return [
    column.field ? h("span", {}, surely(column.confidence), " ", column.reason) : pill("not sure", "warn"),
    column.how ? h("p", { class: "o-help" }, column.how) : null,
    offers.map((one) => h("p", { class: "o-offer", key: one.field },
      button(view.labels[one.field], () => feed(view, context, column, one.field), { kind: "chip", title: one.field, "aria-label": `${column.header}: take ${view.labels[one.field]}` }),
      h("span", { class: "o-note" }, `${percent(one.confidence)}, ${one.reason}`))),
    undo,
  ];
}

const percent = (share) => `${Math.round(share * 100)}%`;
const surely = (share) => (share === 1 ? h("span", { class: "o-sure", "aria-hidden": "true" }, "✓")
  : h("span", { class: share < 0.9 ? "o-sure low" : "o-sure" }, percent(share)));

function adjust(column, context) {
  const open = context.local.rule === column.header;
  return button("Adjust", () => turnRule(column, context), { kind: "quiet", "aria-expanded": String(open), "aria-label": `Adjust how ${column.header} is taken` });
}

async function turnRule(column, context) {
  const { local } = context;
  const open = local.rule === column.header;
  local.rule = open ? null : column.header;
  local.values = open ? null : (await context.ask("values", { field: column.field })).result;
  context.redraw();
}

/** How cells become the field: parted, a part of them, or standing for other values. */
function ruleEditor(column, context) {
  const { local } = context;
  const id = (name) => `o-rule-${name}`;
  const value = (name) => own(context.root, id(name)).value;
  const keep = async () => {
    const values = Object.fromEntries((local.values || []).map((one, at) => [one.cell, value(`value-${at}`)]));
    const parts = { split: value("split"), part: value("part") ? Number(value("part")) : null, join: column.with.length ? value("join") : column.rule.join, values };
    const answer = await context.act("rule", { field: column.field, ...parts });
    if (answer.error) return;
    local.rule = null;
    context.say(`The cells of ${column.header} are taken as you said.`);
    context.redraw();
  };
  return h("div", { class: "o-rule", role: "group", "aria-label": `How ${column.header} is taken`, key: "rule" },
    h("div", { class: "o-row" },
      h("label", { for: id("split") }, "Parted at"), h("input", { id: id("split"), class: "o-input o-tiny", type: "text", value: column.rule.split || "" }),
      h("label", { for: id("part") }, "take part"), h("input", { id: id("part"), class: "o-input o-tiny", type: "number", min: 1, value: column.rule.part || "" }),
      column.with.length ? joinChoice(column, id("join")) : null),
    local.values?.length ? h("table", { class: "o-table o-values" },
      h("caption", {}, "What a cell stands for; empty: itself"),
      h("tbody", {}, local.values.map((one, at) => h("tr", { key: one.cell },
        h("th", { scope: "row", dir: "auto" }, one.cell, h("div", { class: "o-note" }, many(one.rows, "row"))),
        h("td", {}, h("input", { id: id(`value-${at}`), class: "o-input", type: "text", dir: "auto", value: one.value, "aria-label": `${one.cell} stands for` })))))) : null,
    h("div", { class: "o-row" }, button("Take them so", keep, { kind: "main" }), button("Cancel", () => turnRule(column, context))));
}

const JOINTS = { "\n": "a new line", " ": "a space", ", ": "a comma", "; ": "a semicolon", " | ": "a stroke" };

/** What stands between the texts of several columns that feed one field. */
function joinChoice(column, id) {
  const { join } = column.rule;
  const known = join in JOINTS ? JOINTS : { [join]: `“${join}”`, ...JOINTS };
  return [
    h("label", { for: id, key: "join-label" }, `joined with ${column.with.join(", ")} by`),
    h("select", { id, key: "join", class: "o-joint" }, Object.entries(known).map(([sign, name]) => h("option", { value: sign, key: sign, selected: sign === join }, name))),
  ];
}

function alwaysSent(view) {
  const fixed = Object.entries(view.fixed);
  if (!fixed.length) return null;
  return h("p", { class: "o-note o-later", key: "fixed" }, "Always sent, as the contract fixes it: ",
    fixed.map(([field, value]) => h("code", { key: field, title: field }, `${view.labels[field]} = ${value}`)));
}

function rowAside(view, context) {
  const { local } = context;
  const row = local.at && local.row && local.of === view ? local.row : view.row;
  const turn = async (at) => {
    const answer = await context.ask("row", { at });
    if (answer.error) return context.fail(answer.error);
    Object.assign(local, { at, row: answer.result, of: view });
    context.say(`Row ${answer.result.number}`);
    return context.redraw();
  };
  return h("section", { class: "o-card o-aside", "aria-label": "A row as it will be sent", key: "row" },
    h("div", { class: "o-row o-between" },
      h("h3", {}, `Row ${row.number} as JSON`),
      h("div", { class: "o-row" },
        button("‹", () => turn(row.at - 1), { disabled: row.at < 1, "aria-label": "Row before" }),
        button("›", () => turn(row.at + 1), { disabled: row.at + 1 >= row.of, "aria-label": "Next row" }))),
    row.body ? sent("jsonbody", row.body) : h("p", { class: "o-note" }, "Nothing can be made of it yet."),
    row.problems.map((one, at) => problem(one, at)));
}

function recipe(view, context) {
  if (!view.saves) return null;
  const save = async () => {
    const answer = await context.act("save", { name: own(context.root, "o-map-recipe").value });
    if (answer.result) context.say(`Saved as ${answer.result.path}${answer.result.replaced ? ", in the place of an earlier recipe" : ""}. A file with these columns is mapped by it from now on.`);
  };
  return h("section", { class: "o-row o-recipe", "aria-label": "Recipe", key: "recipe" },
    h("label", { for: "o-map-recipe" }, "Save the map as"),
    h("input", { id: "o-map-recipe", class: "o-input o-medium", type: "text", value: view.recipe }),
    button("Save recipe", save),
    h("span", { class: "o-note" }, "A file with the same columns is then mapped by itself."));
}
