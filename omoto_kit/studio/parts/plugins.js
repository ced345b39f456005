// Plugins: what each is, what it did, and where two of them differ.
import { count, h, many } from "./base.js";
import { button, card, empty, pill, sent, table } from "./controls.js";

const SAID = { ok: ["runs", "good"], untrusted: ["not trusted yet", "warn"], changed: ["changed since it was trusted", "warn"], broken: ["broken", "bad"], off: ["off", ""] };
const KINDS = { package: "installed", folder: "a file of the workspace", file: "a named file", lookup: "a table in omoto.toml", live: "cells of this notebook" };

export function pluginsScreen(view, context) {
  return [
    h("div", { class: "o-row", key: "head" }, h("h2", {}, "Plugins"), h("span", { class: "o-space" }),
      button("Load what changed", () => context.act("again"))),
    h("p", { class: "o-lead", key: "lead" }, view.batch
      ? `What each did to ${view.batch}. A function below @enricher in a cell of this notebook joins them when the cell has run; running the cell again replaces it.`
      : "Read a file, and this screen shows what each did to its rows. A function below @enricher in a cell of this notebook joins them when the cell has run."),
    view.conflicts.length ? conflictList(view.conflicts) : null,
    view.cards.length ? h("div", { class: "o-stack", key: "cards" }, view.cards.map((one) => plugin(one, context))) : empty("There is no plugin."),
  ];
}

function conflictList(conflicts) {
  return h("section", { class: "o-card", key: "conflicts", "aria-label": "Conflicts" },
    h("h3", {}, "Conflicts ", pill(many(conflicts.length, "field"), "warn")),
    h("p", { class: "o-note" }, "Two plugins of equal rank differ: nothing was written, and the rows wait with both offers in Review."),
    table("Conflicts", ["field", "steps", { text: "rows", number: true }, "first row", "offers there"],
      conflicts.map((one) => ({ key: one.field, cells: [h("span", { title: one.field }, one.label), one.steps.join(", "), count(one.rows), String(one.first), Object.entries(one.values).map(([step, value]) => `${step}: ${value}`).join("; ")] }))));
}

function plugin(one, context) {
  const [word, tone] = SAID[one.state] || [one.state, ""];
  const { local } = context;
  const opened = local.portrait && local.portrait.path === one.where;
  return h("section", { class: "o-card", key: one.name, "aria-label": one.name },
    h("div", { class: "o-row" }, h("h3", {}, one.name, " ", h("span", { class: "o-note" }, one.version)), pill(word, tone), h("span", { class: "o-space" }), h("span", { class: "o-note" }, KINDS[one.kind] || one.kind)),
    one.says ? h("p", {}, one.says.split("\n")[0]) : null,
    one.fault ? h("p", { class: "o-problem error" }, h("span", { class: "o-sign", "aria-hidden": "true" }, "✕"), one.fault) : null,
    ["untrusted", "changed"].includes(one.state) ? h("div", { class: "o-row" },
      button("Look at it", async () => {
        const answer = await context.ask("portrait", { path: one.where });
        if (answer.error) context.fail(answer.error);
        else local.portrait = { path: one.where, ...answer.result };
        context.redraw();
      }),
      button("Trust it", () => context.act("trust", { path: one.where }), { kind: "main", disabled: !opened, title: opened ? null : "Look at it first." })) : null,
    opened ? portrait(local.portrait) : null,
    one.coverage.length ? covered(one) : one.steps.length ? h("p", { class: "o-note" }, one.steps.map((step) => `${step.label}: ${step.reads.join(", ")} → ${step.writes.map((field) => one.labels[field] || field).join(", ") || step.kind}`).join("; ")) : null);
}

function portrait(seen) {
  return h("div", { key: "portrait" },
    seen.says ? h("p", {}, seen.says) : null,
    h("p", { class: "o-note" }, `${many(seen.lines, "line")}; imports ${seen.imports.join(", ") || "nothing"}; steps ${seen.steps.join(", ") || "none"}`),
    seen.diff ? sent("what changed since it was trusted", seen.diff, { key: "diff" }) : null,
    seen.wrong ? h("p", { class: "o-problem error" }, h("span", { class: "o-sign", "aria-hidden": "true" }, "✕"), seen.wrong) : null);
}

/** A step's name without its plugin's, which stands above it. */
const shortStep = (one, step) => h("span", { title: step.step }, step.step.replace(`${one.name}:`, ""));
const fieldNames = (one, fields) => h("span", { title: fields.join(", ") }, fields.map((field) => one.labels[field] || field).join(", "));

/** What a step came to, by name; the last two are shown where anything came of them. */
const TALLIES = { set: "set", suggested: "offered", silent: "silent", conflict: "conflict", failed: "failed" };

function covered(one) {
  const number = (text) => ({ text, number: true });
  const told = Object.keys(TALLIES).filter((name) => ["set", "suggested", "silent"].includes(name) || one.coverage.some((step) => step[name]));
  return table(`What ${one.name} did`, ["step", "writes", ...told.map((name) => number(TALLIES[name])), number("seconds")],
    one.coverage.map((step) => ({ key: step.step, cells: [
      step.skipped ? [shortStep(one, step), h("br", {}), h("span", { class: "o-note" }, step.skipped)] : shortStep(one, step), fieldNames(one, step.writes),
      ...told.map((name) => (step[name] ? count(step[name]) : "–")), step.seconds.toFixed(3)] })));
}
