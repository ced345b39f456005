// Charts as inline SVG, each with the same numbers in a table behind it.
import { count, h } from "./base.js";
import { table } from "./controls.js";

const WIDTH = 520;

function figure(title, drawing, heads, rows, key) {
  return h("figure", { class: "o-chart", key },
    h("figcaption", {}, h("b", {}, title)), drawing,
    h("details", {}, h("summary", {}, "The numbers"), table(title, heads, rows)));
}

/** Stacked bars, one a day. */
export function dayChart(days) {
  const kinds = [["delivered", "good"], ["rejected", "bad"], ["unknown", "warn"]];
  const most = Math.max(1, ...days.map((day) => kinds.reduce((sum, [kind]) => sum + day[kind], 0)));
  const high = 120;
  const step = Math.min(60, WIDTH / Math.max(days.length, 1));
  const bars = days.map((day, at) => {
    let top = high;
    return h("g", { key: day.name }, kinds.map(([kind, tone]) => {
      const tall = (day[kind] / most) * (high - 14);
      top -= tall;
      return tall ? h("rect", { key: kind, class: `o-bar ${tone}`, x: at * step + 3, y: top, width: Math.max(4, step - 6), height: tall, rx: 2 }) : null;
    }), at % Math.ceil(days.length / 8) === 0 ? h("text", { x: at * step + step / 2, y: high + 16, "text-anchor": "middle" }, day.name.slice(5)) : null);
  });
  const said = days.map((day) => `${day.name}: ${day.delivered} delivered, ${day.rejected} rejected, ${day.unknown} unknown`).join("; ");
  return figure("Delivered a day",
    h("svg", { viewBox: `0 0 ${WIDTH} ${high + 24}`, role: "img", "aria-label": said }, h("line", { class: "o-axis", x1: 0, x2: WIDTH, y1: high, y2: high }), bars),
    ["day", ...kinds.map(([kind]) => ({ text: kind, number: true }))], days.map((day) => [day.name, ...kinds.map(([kind]) => count(day[kind]))]), "days");
}

/** The score of each unit with its margin: a dot, and a line as long as we are unsure. */
export function unitChart(units, word) {
  const nps = word === "NPS";
  const low = nps ? -100 : Math.min(...units.map((unit) => unit.score - unit.margin), 0);
  const high = nps ? 100 : Math.max(...units.map((unit) => unit.score + unit.margin), 1);
  const left = 190;
  const at = (value) => left + ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * (WIDTH - left - 60);
  const rows = units.map((unit, row) => {
    const y = row * 24 + 14;
    return h("g", { key: unit.name },
      h("text", { x: left - 8, y: y + 4, "text-anchor": "end" }, unit.name.length > 27 ? `${unit.name.slice(0, 26)}…` : unit.name),
      h("line", { class: "o-margin", x1: at(unit.score - unit.margin), x2: at(unit.score + unit.margin), y1: y, y2: y }),
      h("circle", { class: "o-point", cx: at(unit.score), cy: y, r: 4.5 }),
      h("text", { x: WIDTH - 52, y: y + 4 }, `${unit.score > 0 && nps ? "+" : ""}${unit.score}`));
  });
  const tall = units.length * 24 + 6;
  const said = units.map((unit) => `${unit.name}: ${unit.score} ± ${unit.margin}, ${unit.answers} answers`).join("; ");
  return figure(`${word} by unit, with its margin`,
    h("svg", { viewBox: `0 0 ${WIDTH} ${tall}`, role: "img", "aria-label": said },
      nps ? h("line", { class: "o-axis", x1: at(0), x2: at(0), y1: 0, y2: tall }) : null, rows),
    ["unit", { text: word, number: true }, { text: "±", number: true }, { text: "answers", number: true }],
    units.map((unit) => [unit.name, String(unit.score), String(unit.margin), count(unit.answers)]), "units");
}

/** One bar for each kind of problem. */
export function kindChart(kinds) {
  const shown = kinds.slice(0, 10);
  const most = Math.max(1, ...shown.map((kind) => kind.count));
  const left = 190;
  const bars = shown.map((kind, row) => {
    const y = row * 24 + 4;
    const long = (kind.count / most) * (WIDTH - left - 60);
    return h("g", { key: `${kind.name}-${kind.severity}` },
      h("text", { x: left - 8, y: y + 13, "text-anchor": "end" }, kind.name),
      h("rect", { class: `o-bar ${kind.severity === "error" ? "bad" : "warn"}`, x: left, y, width: Math.max(2, long), height: 16, rx: 2 }),
      h("text", { x: left + long + 6, y: y + 13 }, count(kind.count)));
  });
  const said = kinds.map((kind) => `${kind.name}: ${kind.count} ${kind.severity}s`).join("; ");
  return figure("Problems of the batch by kind",
    h("svg", { viewBox: `0 0 ${WIDTH} ${shown.length * 24 + 6}`, role: "img", "aria-label": said }, bars),
    ["kind", "severity", { text: "problems", number: true }], kinds.map((kind) => [kind.name, kind.severity, count(kind.count)]), "kinds");
}
