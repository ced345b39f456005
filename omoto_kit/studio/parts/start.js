// Start: what to go on with, the campaign, and where responses go.
import { count, h, many } from "./base.js";
import { button, card, pill } from "./controls.js";

export function startScreen(view, context) {
  return [
    h("h2", { key: "title" }, "What is to be done?"),
    h("div", { class: "o-ways", key: "ways" }, ways(view, context)),
    h("div", { class: "o-two", key: "two" }, campaign(view, context), target(view, context)),
  ];
}

function ways(view, context) {
  const { batch, counts, left } = view;
  const way = (title, text, to, { main = false, when = true } = {}) => (when ? h("button", {
    type: "button", class: `o-way ${main ? "main" : ""}`, key: title, onclick: () => context.go(to),
  }, h("b", {}, title), h("span", {}, text)) : null);
  const open = (counts.unknown || 0) + (counts.rejected || 0);
  return [
    batch ? way(`Continue: ${batch.name}`, `${many(batch.rows, "row")}, ${count(batch.held)} held`, "review", { main: true }) : null,
    left && left.mine ? h("button", { type: "button", class: "o-way main", key: "left", onclick: () => goOn(context) },
      h("b", {}, `Go on with ${left.name}`), h("span", {}, "read and mapped as before; your changes are offered again")) : null,
    way("New from a file", "CSV, Excel, a frame, or pasted cells", "intake", { main: !batch && !left, when: Boolean(view.facts.length) }),
    way(view.draft ? "Go on with the draft" : "Compose one", view.draft || "one response in a form", "compose", { when: Boolean(view.facts.length) }),
    way(open ? `Fix and decide (${count(open)})` : "History", open ? "rejected and unknown responses wait for a person" : "receipts of everything that was put", "history"),
    counts.queued ? way(`Push ${count(counts.queued)} that wait`, "put earlier, not sent yet", "push", { main: !batch }) : null,
  ];
}

async function goOn(context) {
  const answer = await context.act("go_on");
  if (answer.result) context.say(answer.result.changed ? "The file was changed since: look at its map once more." : "Here is where you left off.");
}

function campaign(view, context) {
  return card("Campaign",
    h("div", { class: "o-field" },
      h("label", { for: "o-start-campaign" }, "The contract's file"),
      view.campaigns.length
        ? h("select", { id: "o-start-campaign", value: view.chosen, onchange: (event) => event.target.value && context.act("campaign", { path: event.target.value }) },
          ["", ...view.campaigns].map((path) => h("option", { value: path, key: path }, path ? path.split(/[\\/]/).pop() : "choose…")))
        : h("input", { id: "o-start-campaign", class: "o-input", type: "text", placeholder: "campaigns/154.toml", value: view.chosen, onchange: (event) => context.act("campaign", { path: event.target.value }) })),
    view.facts.length ? h("dl", { class: "o-facts" }, view.facts.map((fact) => [h("dt", { key: fact.name }, fact.name), h("dd", { key: `${fact.name}-value`, dir: "auto" }, fact.value)])) : null,
    view.facts.length ? h("p", { class: "o-note" }, view.signoff) : null,
    view.facts.length ? button("Make the verification pack", async () => {
      const answer = await context.act("pack");
      if (answer.result) context.say(`The pack with ${answer.result.samples} samples is in ${answer.result.folder}.`);
    }) : null);
}

function target(view, context) {
  return card("Where responses go",
    h("div", { class: "o-field" },
      h("label", { for: "o-start-target" }, "Endpoint"),
      h("select", { id: "o-start-target", value: view.target, disabled: view.running, onchange: (event) => context.act("target", { name: event.target.value }) },
        view.targets.map((name) => h("option", { value: name, key: name }, name))),
      h("p", { class: "o-help" }, "The sandbox is a stand-in on this machine: nothing goes to Omoto. A live endpoint is named in omoto.toml.")),
    h("dl", { class: "o-facts" },
      h("dt", {}, "Outbox"), h("dd", {}, h("code", {}, view.outbox)),
      h("dt", {}, "Plugins"), h("dd", {}, view.plugins.length ? view.plugins.map((one) => [h("span", { key: one.name }, one.name, one.state === "ok" ? "" : [" ", pill(one.state, "warn")]), " "]) : "none")));
}
