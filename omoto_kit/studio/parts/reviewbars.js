// Two bars of the review that a person opens: find and replace, and the choice of columns.
import { calm, h, many } from "./base.js";
import { button } from "./controls.js";

/** Close a bar, or put something in its place. */
export function closePart(review, what, to = null) {
  review[what] = to;
  review.context.redraw();
}

export function replaceBar(review) {
  const { finding } = review;
  const args = () => {
    const { count: _, ...rest } = finding;
    return rest;
  };
  const change = (name) => (event) => {
    finding[name] = event.target.type === "checkbox" ? event.target.checked : event.target.value;
    counted();
  };
  const counted = calm(200, async () => {
    finding.count = finding.find ? await review.call("find", args()) : null;
    review.context.redraw();
  });
  const text = (id, label, name) => h("label", { class: "o-rv-inline", key: id }, h("span", {}, label),
    h("input", { id: `${review.id}-${id}`, class: "o-input", type: "text", value: finding[name], dir: "auto", oninput: change(name) }));
  const check = (label, name) => h("label", { class: "o-check", key: name },
    h("input", { type: "checkbox", checked: finding[name], onchange: change(name) }), h("span", {}, label));
  const found = finding.count;
  return h("div", { class: "o-rv-bar", key: "replacing", role: "group", "aria-label": "Find and replace" },
    text("find", "Find", "find"), text("put", "Replace with", "put"),
    h("label", { class: "o-rv-inline", key: "in" }, h("span", {}, "In"),
      h("select", { value: finding.field, onchange: change("field"), "aria-label": "Column" },
        h("option", { value: "" }, "all columns"),
        review.columns.filter((column) => !column.readonly).map((column) => h("option", { value: column.field, key: column.field }, column.title)))),
    check("whole cell", "whole"), check("upper and lower case matter", "exact"),
    h("span", { class: "o-note", role: "status" }, found ? `${many(found.cells, "cell")} would change` : ""),
    button("Replace all", async () => {
      await review.change("replace", args(), (result) => `${many(result.cells, "cell")} changed.`);
      finding.count = null;
      review.context.redraw();
    }, { kind: "main", key: "do", disabled: !found || !found.cells }),
    button("Close", () => closePart(review, "finding"), { kind: "quiet", key: "close" }));
}

export function columnChoice(review) {
  const { grid } = review;
  const flip = (set, field) => () => {
    if (!set.delete(field)) set.add(field);
    grid.arrange();
    review.context.redraw();
  };
  const box = (label, checked, onchange) => h("label", { class: "o-check" }, h("input", { type: "checkbox", checked, onchange }), h("span", { dir: "auto" }, label));
  const order = (to) => button(to === "source" ? "As in the source" : "As in the contract", () => review.context.act("arrange", { order: to }), { kind: "quiet", key: to });
  return h("div", { class: "o-rv-bar o-rv-columns", key: "choosing", role: "group", "aria-label": "Columns" },
    h("div", { class: "o-rv-column-list" }, review.columns.map((column) => h("div", { class: "o-rv-column", key: column.field },
      box(column.title, !grid.hidden.has(column.field), flip(grid.hidden, column.field)),
      button("Freeze", flip(grid.frozen, column.field), { kind: "quiet", "aria-pressed": String(grid.frozen.has(column.field)), "aria-label": `Freeze ${column.title}` })))),
    h("div", { class: "o-row" }, order("source"), order("contract"), h("span", { class: "o-space" }),
      button("Close", () => closePart(review, "choosing", false), { kind: "quiet", key: "close" })));
}
