// Compose: one response in a form, with the request beside it as it will be sent.
import { calm, h, many } from "./base.js";
import { button, card, codeBlock, codeButton, pill, problem, sent, typeahead } from "./controls.js";

/** Set a field once its typing has come to rest; each field waits for itself. */
function later({ local }, id, call) {
  local.typing ??= new Map();
  if (!local.typing.has(id)) local.typing.set(id, calm(180, (latest) => latest()));
  local.typing.get(id)(call);
}

/** Do something with the draft as it stands in the form: what was typed a moment ago goes before it. */
function settled(context, act) {
  for (const field of (context.local.typing || new Map()).values()) field.now();
  return context.act(act);
}

export function composeScreen(view, context) {
  return [
    h("div", { class: "o-row", key: "head" },
      h("h2", {}, view.mends ? `Mend response ${view.mends}` : "Compose one response"),
      h("span", { class: "o-space" }),
      view.origin ? h("span", { class: "o-note" }, `started from ${view.origin}`) : null,
      button("Start from…", () => toggle(context, "starting"), { "aria-expanded": String(Boolean(context.local.starting)) }),
      button("Begin anew", () => settled(context, "clear"), { disabled: view.empty })),
    context.local.starting ? starting(context) : null,
    h("div", { class: "o-two", key: "two" },
      h("div", { class: "o-stack" },
        answer(view, context), categories(view, context), who(view, context), where(view, context)),
      h("div", { class: "o-stack o-sticky" }, request(view, context), outcome(view, context))),
  ];
}

function toggle(context, name) {
  context.local[name] = !context.local[name];
  context.redraw();
}

function starting(context) {
  const { local } = context;
  if (!local.recent) {
    local.recent = [];
    context.ask("recent").then((answer) => {
      local.recent = answer.result || [];
      context.redraw();
    });
  }
  const close = (work) => work.then(() => {
    local.starting = false;
    local.recent = null;
    context.redraw();
  });
  return h("section", { class: "o-card", key: "starting", "aria-label": "Start from" },
    h("div", { class: "o-two" },
      h("div", {},
        h("label", { for: "o-paste", class: "o-label" }, "A jsonbody"),
        h("textarea", { id: "o-paste", placeholder: '{"campaignid": "154", …}', oninput: (event) => { local.text = event.target.value; } }),
        h("div", { class: "o-row" }, button("Take it", () => close(context.act("paste", { text: local.text || "" })), { kind: "main" }))),
      h("div", {},
        h("p", { class: "o-label" }, "Or an earlier response"),
        local.recent.length ? h("ul", { class: "o-list" }, local.recent.map((one) => h("li", { key: one.id },
          button(`${one.id}: row ${one.row} of ${one.source}, ${one.state}`, () => close(context.act("copy", { number: one.id })), { kind: "quiet" }))))
          : h("p", { class: "o-note" }, "The outbox holds none yet."))));
}

const named = (view, name) => view.fields.find((one) => one.field === name);
const fix = (context) => (one, option) => context.act("set", { field: one.field, value: option || null });

function answer(view, context) {
  const rating = named(view, "npsrating");
  return card("Answer",
    h("div", { class: "o-field", role: "group", "aria-labelledby": "o-rating" },
      h("span", { id: "o-rating", class: "o-label" }, "Rating", rating.required ? h("span", { class: "o-needed" }, " *") : null),
      h("div", { class: "o-scale" }, rating.options.map((option) => button(option,
        () => context.act("set", { field: "npsrating", value: rating.value === option ? null : option }),
        { "aria-pressed": String(rating.value === option), key: option, title: `rating ${option}` }))),
      notes(rating, context)),
    input(named(view, "comment"), context));
}

function categories(view, context) {
  if (!view.categories.length) return null;
  const set = (name, value) => context.act("set", { field: `catnpsmap.${name}`, value });
  return card("Categories",
    view.categories.map((one) => h("div", { key: one.name, class: "o-category" },
      h("label", { class: "o-check" },
        h("input", { type: "checkbox", checked: one.on, onchange: () => set(one.name, one.on ? null : []) }), one.name),
      one.on && one.reasons.length ? h("div", { class: "o-row o-reasons", role: "group", "aria-label": `Reasons of ${one.name}` },
        one.reasons.map((reason) => {
          const on = one.chosen.includes(reason);
          const next = on ? one.chosen.filter((chosen) => chosen !== reason) : [...one.chosen, reason];
          return button(reason, () => set(one.name, next), { kind: "chip", "aria-pressed": String(on), key: reason });
        })) : null)),
    view.category_problems.map((one, at) => problem(one, at, fix(context))));
}

function who(view, context) {
  const fields = view.fields.filter((one) => one.field.startsWith("customerinfo."));
  return card("Customer", h("div", { class: "o-grid" }, fields.map((one) => input(one, context))));
}

function where(view, context) {
  const fields = view.fields.filter((one) => one.field.startsWith("namevaluemap.") || one.field === "channel");
  return card("Unit and attributes", h("div", { class: "o-grid" }, fields.map((one) => input(one, context))));
}

function input(one, context) {
  const id = `o-compose-${one.field.replace(/[^\w]+/g, "-")}`;
  const set = (value) => context.act("set", { field: one.field, value: value || null });
  const common = { id, class: "o-input", value: one.value, "aria-describedby": `${id}-problems`, dir: "auto" };
  const typed = (event) => {
    const { value } = event.target;
    later(context, id, () => set(value));
  };
  let control;
  if (one.kind === "unit") control = unit(one, context, id, set);
  else if (one.kind === "choice") {
    control = h("select", { ...common, onchange: (event) => set(event.target.value) },
      ["", ...one.options].map((option) => h("option", { value: option, key: option, selected: option === one.value }, option || "–")));
  } else if (one.kind === "long") control = h("textarea", { ...common, oninput: typed, rows: 3 });
  else control = h("input", { ...common, type: "text", autocomplete: "off", oninput: typed, inputmode: one.kind === "integer" ? "numeric" : null });
  return h("div", { key: id, class: one.problems.some((each) => each.severity === "error") ? "o-field bad" : "o-field" },
    h("label", { for: id }, one.title, one.required ? h("span", { class: "o-needed", title: "required" }, " *") : null),
    control,
    one.help && !one.problems.length ? h("p", { class: "o-help" }, one.help) : null,
    h("div", { id: `${id}-problems` }, notes(one, context)));
}

function unit(one, context, id, set) {
  const { local } = context;
  const look = (text) => context.ask("units", { text }).then((answer) => {
    local.units = answer.result || [];
    context.redraw();
  });
  if (!local.units) {
    local.units = [];
    look("");
  }
  return typeahead({
    id, value: one.value, label: one.title, options: local.units,
    // What was typed before it must not come after it.
    onpick: (picked) => later(context, id, () => set(picked)),
    ontype: (text) => {
      look(text);
      later(context, id, () => set(text));
    },
  });
}

/** What became of a value, who says so, and what is wrong with it. */
function notes(one, context) {
  const gone = one.becomes === null && one.said.find((each) => each.outcome === "cleared");
  return [
    gone ? h("p", { class: "o-becomes", key: "becomes" }, "→ left out ", pill(gone.step, "", { title: gone.why, key: gone.step })) : null,
    one.becomes !== null && one.becomes !== undefined ? h("p", { class: "o-becomes", key: "becomes" },
      h("span", { "aria-hidden": "true" }, "→ "), h("bdi", {}, one.becomes), " ",
      one.said.filter((each) => each.outcome === "set").map((each) => pill(each.step, "", { title: each.why, key: each.step }))) : null,
    one.problems.map((each, at) => problem(each, at, fix(context))),
  ];
}

function request(view, context) {
  return card("What will be sent",
    sent("jsonheader", view.jsonheader, { key: "header" }),
    sent("jsonbody", view.jsonbody || "(nothing yet)", { key: "body" }),
    view.others.map((one, at) => problem(one, at, fix(context))),
    h("p", { class: "o-note", key: "state" }, view.empty ? "Nothing is typed yet." : view.errors ? `${many(view.errors, "error")} ${view.errors === 1 ? "holds" : "hold"} it back.` : "Nothing holds it back."),
    view.sandbox && view.waits ? h("p", { class: "o-note", key: "waits" },
      `${many(view.waits, "response")} ${view.waits === 1 ? "waits" : "wait"} in the outbox, and the oldest goes first: this one cannot go before ${view.waits === 1 ? "it" : "them"}.`) : null,
    h("div", { class: "o-row", key: "do" },
      view.sandbox ? sendButton(view, context) : null,
      button("Queue", () => settled(context, "queue"), { kind: view.sandbox ? "" : "main", disabled: !view.ready }),
      codeButton(context)),
    codeBlock(context));
}

/** Alone it goes at once; behind others it is queued, and the screen Push sends them all. */
function sendButton(view, context) {
  const [title, act] = view.waits ? ["Queue, and go to Push", "queue_and_push"] : ["Send to the sandbox", "send"];
  return button(title, () => settled(context, act), { kind: "main", key: "send", disabled: !view.ready });
}

function outcome(view) {
  const { last } = view;
  if (!last) return null;
  return card("What came of the last one",
    h("p", {}, pill(last.state, last.state === "delivered" ? "good" : last.state === "queued" ? "" : "bad"), ` response ${last.id} at ${last.endpoint}`),
    last.reply ? sent("reply", last.reply, { key: "reply" }) : null,
    last.reason ? h("p", { class: "o-note" }, last.reason) : null,
    last.warning ? h("p", { class: "o-problem warning" }, last.warning) : null);
}
