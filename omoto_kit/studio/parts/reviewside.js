// The side of the review: the cell under the cursor, what mends many at once, values, and the row as it will be sent.
import { count, h, many, own } from "./base.js";
import { button, sent } from "./controls.js";

const SIDE_TABS = { cell: "Cell", mend: "Mend", values: "Values", body: "JSON" };
const SIGN_OF = { error: "✕", warning: "!", note: "✓" };
const WORD_OF = { error: "Error", warning: "Warning", note: "Mended" };
const LISTED = 40;

export function reviewSide(review) {
  const panels = { cell: cellPanel, mend: mendPanel, values: valuesPanel, body: bodyPanel };
  const turn = (tab) => {
    review.tab = tab;
    review.preview = null;
    review.context.redraw();
    if (tab === "cell" || tab === "body") review.explain();
    else {
      if (tab === "values") review.valueField = review.grid.field;
      review.fetchTab();
    }
  };
  const names = Object.keys(SIDE_TABS);
  const keyed = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tab = names[(names.indexOf(review.tab) + step + names.length) % names.length];
    turn(tab);
    own(review.context.root, `${review.id}-tab-${tab}`).focus();
    event.preventDefault();
  };
  return h("aside", { class: "o-rv-side", key: "side", "aria-label": "What is known and what can be done" },
    h("div", { class: "o-rv-tabs", role: "tablist", "aria-label": "Side", onkeydown: keyed }, names.map((tab) => h(
      "button",
      {
        type: "button", role: "tab", id: `${review.id}-tab-${tab}`, key: tab, class: "o-rv-tab", "aria-selected": String(tab === review.tab),
        "aria-controls": `${review.id}-panel`, tabIndex: tab === review.tab ? 0 : -1, onclick: () => turn(tab),
      },
      SIDE_TABS[tab],
    ))),
    h("div", { class: "o-rv-panel", role: "tabpanel", id: `${review.id}-panel`, "aria-labelledby": `${review.id}-tab-${review.tab}`, tabIndex: 0, key: `panel-${review.tab}` },
      panels[review.tab](review)));
}

// The cell

function cellPanel(review) {
  const { cell, grid } = review;
  if (!cell || !grid) return h("p", { class: "o-note" }, "Choose a cell.");
  const column = review.columns.find((one) => one.field === cell.field) || { title: cell.field };
  const mine = cell.problems.filter((one) => one.mine);
  const others = cell.problems.filter((one) => !one.mine);
  return [
    h("div", { class: "o-rv-head", key: "head" }, h("h2", { dir: "auto" }, column.title), pillOf(cell.state)),
    h("p", { class: "o-note", key: "place" }, cell.place),
    h("div", { class: "o-rv-value", key: "value", dir: "auto" }, cell.value === null ? h("i", {}, "empty") : cell.value === "" ? h("i", {}, "selected, no reason") : cell.value),
    mine.map((one, at) => problemOf(review, one, at)),
    cell.alike > 1 && !column.readonly ? allAlike(review, cell) : null,
    cell.chain.length || cell.said !== null ? chainOf(cell) : null,
    others.length ? h("section", { key: "others" }, h("h3", {}, "Also in this row"), others.map((one, at) => problemOf(review, one, at, false))) : null,
  ];
}

const pillOf = (state) => h("span", { class: `o-pill ${{ ready: "good", held: "bad", left: "warn" }[state] || ""}` }, state === "left" ? "left out" : state);

function problemOf(review, one, at, fixable = true) {
  const offer = (option) => button(option === "" ? "leave it out" : option, () => review.fixCell(one, option), { kind: "chip", key: option, dir: "auto" });
  return h("div", { class: `o-problem ${one.tone}`, key: `${one.code}-${at}` },
    h("span", { class: "o-sign", "aria-hidden": "true" }, SIGN_OF[one.tone]),
    h("span", { class: "o-rv-said" }, h("span", { class: "o-hidden" }, `${WORD_OF[one.tone]}: `), one.message,
      one.why && one.tone !== "note" && !one.message.includes(one.why) ? h("span", { class: "o-note" }, ` ${one.why}`) : null),
    fixable && one.options.length ? h("span", { class: "o-rv-offers" }, one.options.map(offer)) : null);
}

function allAlike(review, cell) {
  const column = review.columns.find((one) => one.field === cell.field);
  const known = (review.options[cell.field] || []).slice(0, 400);
  const apply = () => {
    const text = own(review.context.root, `${review.id}-alike`).value;
    review.change("fix_alike", { field: cell.field, before: cell.value, after: text }, (result) => `${many(result.cells, "cell")} changed.`);
  };
  return h("form", { class: "o-rv-alike", key: `alike-${cell.field}`, onsubmit: (event) => {
    event.preventDefault();
    apply();
  } },
    h("label", { for: `${review.id}-alike` }, `Set all ${count(cell.alike)} cells of ${column.title} like this one to`),
    h("div", { class: "o-row" },
      h("input", { id: `${review.id}-alike`, class: "o-input", type: "text", dir: "auto", autocomplete: "off", list: known.length ? `${review.id}-known` : null }),
      known.length ? h("datalist", { id: `${review.id}-known`, key: "known" }, known.map((one) => h("option", { value: one.value, key: one.value }))) : null,
      h("button", { type: "submit", class: "o-button" }, "Set all")));
}

function chainOf(cell) {
  const shown = (text) => (text === null || text === "" ? h("i", {}, "empty") : h("span", { dir: "auto" }, shortText(text)));
  return h("section", { key: "chain" }, h("h3", {}, "How it came to be"), h("ol", { class: "o-rv-chain" },
    cell.said !== null || cell.header ? h("li", { key: "said" }, h("span", { class: "o-note" }, `Source, “${cell.header}”: `), shown(cell.said)) : null,
    cell.chain.map((one, at) => h("li", { key: `c${at}` },
      h("span", {}, shown(one.before), " → ", shown(one.after)),
      h("span", { class: "o-note" }, ` ${[one.outcome === "set" ? "" : one.outcome, one.step, one.why, one.source].filter(Boolean).join(" · ")}`)))));
}

const shortText = (text) => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

// What mends many

function mendPanel(review) {
  const { groups } = review;
  if (!groups) return h("p", { class: "o-note" }, "One moment…");
  if (review.preview) return foreseenPanel(review);
  if (!groups.length) return h("p", { class: "o-note" }, "Nothing is offered for many cells at once.");
  const safe = groups.filter((one) => one.safe !== null && one.safe !== undefined);
  const rows = safe.reduce((sum, one) => sum + one.rows, 0);
  return [
    safe.length ? h("div", { class: "o-rv-safe", key: "safe" },
      h("p", {}, h("b", {}, `${many(rows, "cell")} lose nothing: `), "only case, spaces or the way of writing differ."),
      button("Preview them all", () => foreseeFixes(review, safe.map((one) => wantedFix(one, one.safe))), { kind: "main" })) : null,
    h("ul", { class: "o-rv-groups", key: "groups" }, groups.slice(0, LISTED).map((one) => h("li", { key: `${one.field}|${one.code}|${one.value}` },
      h("div", { class: "o-rv-group-head" }, h("b", { dir: "auto" }, one.value === null ? "empty" : shortText(one.value)), h("span", { class: "o-note" }, `${columnName(review, one.field)} · ${many(one.rows, "row")}`)),
      h("div", { class: "o-rv-offers" }, one.options.map((option) => button(
        option === "" ? "leave it out" : option, () => foreseeFixes(review, [wantedFix(one, option)]),
        { kind: "chip", key: option, dir: "auto", "aria-label": `Mend ${many(one.rows, "row")}: ${one.value ?? "empty"} becomes ${option || "nothing"}` },
      )))))),
    groups.length > LISTED ? h("p", { class: "o-note", key: "rest" }, `and ${groups.length - LISTED} more kinds of cells`) : null,
  ];
}

const columnName = (review, field) => (review.columns.find((column) => column.field === field) || { title: field.replace(/^\w+\./, "") }).title;
const wantedFix = (group, after) => ({ field: group.field, code: group.code, before: group.value, after });

async function foreseeFixes(review, fixes) {
  const found = await review.call("preview", { wanted: fixes });
  if (!found) return;
  review.preview = { fixes, act: "fix", args: { wanted: fixes }, ...found };
  review.context.redraw();
}

function foreseenPanel(review) {
  const { preview } = review;
  const back = () => {
    review.preview = null;
    review.context.redraw();
    review.fetchTab();
  };
  const apply = async () => {
    const done = await review.change(preview.act, preview.args, (result) => `${many(result.cells, "cell")} mended. Ctrl + Z takes it back.`);
    if (done) back();
  };
  return [
    h("h2", { key: "title" }, "Before it is done"),
    preview.cells ? null : h("p", { key: "none" }, "Where the right name holds another value already, a person has to choose in the row."),
    h("p", { key: "words" }, h("b", {}, many(preview.cells, "cell")), ` change in ${many(preview.rows, "row")}. ${many(preview.solved, "problem")} solved, ${count(preview.new)} new.`),
    h("ul", { class: "o-rv-samples", key: "samples" }, preview.samples.map((one) => h("li", { key: `${one.row}${one.field}` },
      h("span", { class: "o-note" }, `Row ${one.row}, ${columnName(review, one.field)}: `),
      h("del", { dir: "auto" }, one.before === null ? "empty" : shortText(one.before)), " → ",
      h("ins", { dir: "auto" }, one.after === null ? "empty" : shortText(one.after))))),
    h("div", { class: "o-row", key: "do" }, button(`Mend ${many(preview.cells, "cell")}`, apply, { kind: "main" }), button("Back", back)),
  ];
}

// Values

function valuesPanel(review) {
  const { values, grid } = review;
  if (!grid) return null;
  const field = review.valueField || grid.field;
  const facets = review.summary.sieve.facets;
  const chosen = facets[field] || [];
  const flip = (value) => () => {
    const now = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    const next = { ...facets, [field]: now };
    if (!now.length) delete next[field];
    review.sift({ facets: next });
  };
  const pick = (event) => {
    review.valueField = event.target.value;
    review.values = null;
    review.fetchTab();
  };
  const listed = values && values.field === field ? values : null;
  const missing = listed ? chosen.filter((value) => !listed.values.some(([one]) => one === value)).map((value) => [value, 0]) : [];
  return [
    h("label", { class: "o-rv-inline", key: "column" }, h("span", {}, "Values of"),
      h("select", { value: field, onchange: pick, "aria-label": "Column" }, review.columns.map((column) => h("option", { value: column.field, key: column.field }, column.title)))),
    review.preview ? foreseenPanel(review) : null,
    listed && !review.preview ? [
      review.clusters && review.clusters.length ? clusterList(review) : null,
      h("p", { class: "o-note", key: "n" }, `${many(listed.distinct, "different value")} in the rows shown${listed.values.length < listed.distinct ? `; the ${listed.values.length} most frequent` : ""}`),
      chosen.length ? button("Clear the choice", () => {
        const next = { ...facets };
        delete next[field];
        review.sift({ facets: next });
      }, { kind: "quiet", key: "clear" }) : null,
      h("ul", { class: "o-rv-facet", key: "facet" }, [...missing, ...listed.values].map(([value, rows]) => h("li", { key: `v${value}` },
        h("label", { class: "o-check" },
          h("input", { type: "checkbox", checked: chosen.includes(value), onchange: flip(value) }),
          h("span", { class: "o-rv-facet-text", dir: "auto" }, value === null ? h("i", {}, "empty") : value === "" ? h("i", {}, "selected, no reason") : shortText(value)),
          h("span", { class: "o-note" }, count(rows)))))),
    ] : null,
    listed ? null : h("p", { class: "o-note", key: "wait" }, "One moment…"),
  ];
}

function clusterList(review) {
  const foresee = async (cluster) => {
    const args = { field: cluster.column, keep: cluster.keep };
    const found = await review.call("preview_cluster", args);
    if (!found) return;
    review.preview = { act: "fix_cluster", args, ...found };
    review.context.redraw();
  };
  return h("section", { key: "clusters", "aria-label": "Alike values" }, h("h3", {}, "Written in several ways"), h("ul", { class: "o-rv-groups" },
    review.clusters.slice(0, LISTED).map((cluster) => h("li", { key: cluster.keep },
      h("div", {}, cluster.values.map(([value, rows], at) => [at ? ", " : "", h("span", { dir: "auto", key: value }, value), h("span", { class: "o-note" }, ` ${count(rows)}`)])),
      h("div", { class: "o-rv-offers" }, button(`all to ${cluster.keep}`, () => foresee(cluster), { kind: "chip", dir: "auto", title: cluster.why }))))));
}

// The row as it will be sent

function bodyPanel(review) {
  const { body } = review;
  if (!body) return h("p", { class: "o-note" }, "Choose a row.");
  return [
    h("div", { class: "o-rv-head", key: "head" }, h("h2", {}, `Row ${body.row}`), pillOf(body.state)),
    body.state === "ready" ? null : h("p", { class: "o-note", key: "not" }, "It is not sent as it stands."),
    body.text ? sent("jsonbody", body.text, { key: "text" }) : h("p", { key: "why" }, body.why),
  ];
}
