// History: receipts, one response in full, charts, and the recall list.
import { calm, copyText, count, h, many } from "./base.js";
import { button, card, codeBlock, codeButton, empty, pill, problem, sent, table } from "./controls.js";
import { dayChart, kindChart, unitChart } from "./charts.js";

const TONES = { delivered: "good", rejected: "bad", unknown: "warn", held: "warn" };
const STATES = ["delivered", "rejected", "unknown", "held", "queued", "cancelled"];

export function historyScreen(view, context) {
  const head = h("div", { class: "o-row", key: "head" }, h("h2", {}, "History"), h("span", { class: "o-space" }),
    view.recalls ? button(`Recall list for Omoto (${view.recalls})`, () => recall(context)) : null);
  if (view.empty) return [head, empty("Nothing was put into this outbox yet. Receipts appear here with the first push.", button("To the start", () => context.go("start")))];
  return [head, filters(view, context),
    h("div", { class: view.open ? "o-two" : "", key: "two" }, list(view, context), view.open ? detail(view.open, context) : null),
    charts(view)];
}

async function recall(context) {
  const answer = await context.act("recall");
  if (!answer.result) return;
  await copyText(answer.result.csv);
  context.say(`${many(answer.result.count, "response")} to remove: the list is on the clipboard, as CSV.`);
}

function filters(view, context) {
  const { wanted, counts } = view;
  const narrow = (more) => context.act("narrow", more);
  const searching = context.local.searching ??= calm(250, (call) => call());
  return h("div", { class: "o-filters", key: "filters" },
    h("div", { class: "o-row", role: "group", "aria-label": "By outcome" },
      button(`all ${count(counts.rows - (counts.duplicate || 0))}`, () => narrow({ state: "" }), { kind: "chip", "aria-pressed": String(!wanted.state) }),
      STATES.filter((state) => counts[state]).map((state) => button(`${state} ${count(counts[state])}`, () => narrow({ state: wanted.state === state ? "" : state }), { kind: "chip", key: state, "aria-pressed": String(wanted.state === state) }))),
    h("div", { class: "o-row" },
      campaignChoice(view, narrow),
      h("label", { for: "o-history-text", class: "o-hidden" }, "Search customer, file, reason"),
      h("input", { id: "o-history-text", class: "o-input o-medium", type: "search", placeholder: "customer, file, reason", value: wanted.text, oninput: (event) => {
        const { value } = event.target;
        searching(() => narrow({ text: value }));
      } }),
      h("label", { for: "o-history-run", class: "o-hidden" }, "Run"),
      h("select", { id: "o-history-run", class: "o-medium", value: String(wanted.run ?? ""), onchange: (event) => narrow({ run: event.target.value ? Number(event.target.value) : null }) },
        h("option", { value: "" }, "every run"), view.runs.map((run) => h("option", { value: String(run.id), key: run.id }, `${run.started.replace("T", " ").slice(0, 16)}: ${count(run.counts.delivered || 0)} delivered`))),
      h("label", { for: "o-history-unit", class: "o-hidden" }, "Unit"),
      h("select", { id: "o-history-unit", class: "o-medium", value: wanted.unit, onchange: (event) => narrow({ unit: event.target.value }) },
        h("option", { value: "" }, "every unit"), view.unit_names.map((name) => h("option", { value: name, key: name }, name)))));
}

/** Whose responses are shown; where everything is of the campaign that is worked on, there is nothing to choose. */
function campaignChoice(view, narrow) {
  const { campaign } = view.wanted;
  const names = [...new Set([...view.campaigns, campaign])].filter(Boolean);
  if (names.length < 2 && names[0] === campaign) return null;
  return [
    h("label", { for: "o-history-campaign", class: "o-hidden", key: "campaign-label" }, "Campaign"),
    h("select", { id: "o-history-campaign", class: "o-medium", key: "campaign", value: campaign, onchange: (event) => narrow({ campaign: event.target.value, unit: "" }) },
      names.map((name) => h("option", { value: name, key: name }, `campaign ${name}`)), h("option", { value: "", key: "all" }, "all campaigns")),
  ];
}

function list(view, context) {
  const open = view.open ? view.open.receipt.id : null;
  const rows = view.rows.map((row) => ({ key: row.id, cells: [
    button(String(row.id), () => context.act("open", { number: row.id === open ? null : row.id }), { kind: "quiet", "aria-expanded": String(row.id === open), "aria-label": `response ${row.id}` }),
    `${row.source}, row ${row.row}`, ...(view.wanted.campaign ? [] : [row.campaign]), pill(row.state, TONES[row.state] || ""), (row.at || "").replace("T", " ").slice(0, 16), row.reason || "",
  ] }));
  return h("div", { key: "list" },
    rows.length ? table("Receipts", ["id", "where from", ...(view.wanted.campaign ? [] : ["campaign"]), "outcome", { text: "when (UTC)", tight: true }, "reason"], rows) : empty("No response fits these filters."),
    h("div", { class: "o-row o-decide" },
      h("span", { class: "o-note" }, `${many(view.total, "response")}, page ${view.page + 1} of ${Math.max(1, view.pages)}`),
      button("Newer", () => context.act("page", { number: view.page - 1 }), { kind: "quiet", disabled: view.page === 0 }),
      button("Older", () => context.act("page", { number: view.page + 1 }), { kind: "quiet", disabled: view.page + 1 >= view.pages }),
      codeButton(context)),
    codeBlock(context));
}

function detail(open, context) {
  const { receipt, request } = open;
  return h("section", { class: "o-card", key: `open-${receipt.id}`, "aria-label": `Response ${receipt.id}` },
    h("div", { class: "o-row" }, h("h3", {}, `Response ${receipt.id} `, pill(receipt.state, TONES[receipt.state] || "")), h("span", { class: "o-space" }),
      button("Close", () => context.act("open", { number: null }), { kind: "quiet" })),
    h("p", { class: "o-note" }, `row ${receipt.row} of ${receipt.source}`, open.corrects ? `; corrects response ${open.corrects}` : "", receipt.next ? `. Next: ${receipt.next}.` : ""),
    receipt.reason ? h("p", {}, receipt.reason) : null,
    open.explained.map((line) => h("p", { class: "o-problem warning", key: line }, h("span", { class: "o-sign", "aria-hidden": "true" }, "!"), line)),
    open.problems.map((one, at) => problem(one, at)),
    request ? [sent("jsonheader", request.jsonheader, { key: "header" }), sent("jsonbody", request.pretty, { key: "body" })] : h("p", { class: "o-note" }, "There is no body: the row was held before one was made, or it was purged."),
    open.attempts.length ? [h("h4", {}, "Tries"), table("Tries", [{ text: "started (UTC)", tight: true }, { text: "seconds", number: true }, "outcome", { text: "HTTP", number: true }, "reply or error"],
      open.attempts.map((one) => ({ key: one.started, cells: [one.started.replace("T", " ").slice(0, 19), one.seconds === null ? "" : one.seconds.toFixed(2), one.outcome, one.status || "", one.reply || one.error || ""] })))] : null,
    open.decisions.length ? [h("h4", {}, "Decisions"), h("ul", { class: "o-bullets" }, open.decisions.map((one, at) => h("li", { key: at }, `${one.word} by ${one.who}, ${one.at.replace("T", " ")}: ${one.why}`)))] : null,
    open.versions.length ? h("details", {}, h("summary", {}, many(open.versions.length, "earlier version")), open.versions.map((one, at) => sent(`until ${one.until}, by ${one.who}`, one.body, { key: at }))) : null,
    actions(open, context));
}

function actions(open, context) {
  const { receipt } = open;
  const { local } = context;
  // A reason is of the response for which it was written.
  if (local.whyOf !== receipt.id) Object.assign(local, { whyOf: receipt.id, why: "" });
  const asks = { unknown: [["It arrived", "decide", { word: "delivered" }], ["Send again", "decide", { word: "resend" }, "danger"], ["Never send", "decide", { word: "cancel" }]],
    held: [["Release", "release", {}], ["Never send", "cancel", {}]], queued: [["Never send", "cancel", {}]] }[receipt.state] || [];
  const mends = open.mine && open.request && ["rejected", "unknown", "delivered", "held", "queued"].includes(receipt.state);
  return h("div", { class: "o-later", key: "actions" },
    open.warning && mends ? h("p", { class: "o-problem warning" }, h("span", { class: "o-sign", "aria-hidden": "true" }, "!"), open.warning) : null,
    open.mine ? null : h("p", { class: "o-note" }, `It is of campaign ${open.campaign}. To mend it, choose that campaign on Start.`),
    h("div", { class: "o-row" }, mends ? button(receipt.state === "delivered" ? "Correct it…" : "Mend it…", () => context.act("mend", { number: receipt.id }).then((answer) => !answer.error && context.go("compose")), { kind: "main" }) : null),
    asks.length ? h("div", { class: "o-row o-decide" },
      h("label", { for: "o-history-why", class: "o-label" }, "Why"),
      h("input", { id: "o-history-why", class: "o-input o-medium", value: local.why, placeholder: "seen in Omoto's list", oninput: (event) => { local.why = event.target.value; } }),
      asks.map(([title, act, more, kind]) => button(title, () => context.act(act, { number: receipt.id, why: local.why || "", ...more }), { key: title, kind: kind || "" }))) : null);
}

function charts(view) {
  return h("div", { class: "o-charts", key: "charts" },
    view.days.length ? dayChart(view.days) : null,
    view.units.length ? unitChart(view.units, view.scored) : null,
    view.scored ? null : h("p", { class: "o-note", key: "unscored" }, view.wanted.campaign ? `No score by unit: no contract here says the scale of campaign ${view.wanted.campaign}.` : "Scores by unit are told for one campaign at a time, since each has its own scale."),
    view.kinds.length ? kindChart(view.kinds) : null);
}
