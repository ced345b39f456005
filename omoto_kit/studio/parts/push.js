// Push: what is ready, what holds it, the run as it goes, and what a person decides afterwards.
import { count, h, many, own } from "./base.js";
import { button, card, codeBlock, codeButton, meter, pill, problem, sent, table } from "./controls.js";

const PACE = 120;
const TONE = { delivered: "good", rejected: "bad", unknown: "warn", held: "warn" };

export function pushScreen(view, context) {
  const { local } = context;
  local.close = () => {
    local.closed = true;
  };
  if (view.run.running) follow(context);
  const run = local.live && view.run.running ? local.live.run : view.run;
  const counts = local.live && view.run.running ? local.live.counts : view.counts;
  return [
    h("div", { class: "o-row", key: "head" },
      h("h2", {}, "Push"), h("span", { class: "o-space" }),
      h("span", { class: "o-note" }, view.target.place), pill(view.target.word, view.target.sandbox ? "sandbox" : "live")),
    h("p", { class: "o-lead", key: "lead" }, view.target.sandbox
      ? "SANDBOX: the stand-in on this machine takes everything. Nothing goes to Omoto."
      : "LIVE: each response goes to Omoto, one at a time. None can be taken back."),
    account(view, counts),
    h("div", { class: "o-two", key: "two" },
      h("div", { class: "o-stack" }, releases(view, context, run), holds(view, context)),
      h("div", { class: "o-stack" }, progress(view, context, run))),
    waiting("unknown", "Unknown: may or may not have arrived", view.unknown, context),
    waiting("rejected", "Rejected by Omoto", view.rejected, context),
  ];
}

/** Look how the run goes: the next question only after the last answer, ten a second at most. */
async function follow(context) {
  const { local } = context;
  if (local.following) return;
  local.following = true;
  for (;;) {
    const answer = await context.ask("progress");
    if (!answer.result || local.closed) break;
    local.live = answer.result;
    context.frame.waiting = local.live.counts.queued;
    if (!local.live.run.running) break;
    context.redraw();
    await new Promise((done) => setTimeout(done, PACE));
  }
  local.following = false;
  local.pausing = false;
  local.live = null;
  const answer = await context.look();
  if (answer.view) context.say(summary(answer.view.run));
}

const summary = (run) => (run.stopped ? `Stopped: ${run.stopped.what}`
  : run.word === "paused" ? `Paused after ${count(run.done)} of ${count(run.total)}.`
    : run.word === "cancelled" ? "Cancelled: what still waited will never be sent."
      : `Done: ${many(run.done, "response")} sent.`);

/** Every row of the endpoint, by state: nothing is ever missing from this sum. */
function account(view, counts) {
  const shown = ["delivered", "queued", "sending", "held", "rejected", "unknown", "duplicate", "cancelled"].filter((name) => counts[name]);
  return h("div", { class: "o-account", key: "account", role: "group", "aria-label": "Rows in the outbox" },
    h("span", { class: "o-tile" }, h("b", {}, count(counts.rows)), h("span", {}, "rows in the outbox")),
    shown.length ? h("span", { class: "o-equals", "aria-hidden": "true" }, "=") : null,
    shown.map((name) => h("span", { class: `o-tile ${TONE[name] || ""}`, key: name }, h("b", {}, count(counts[name])), h("span", {}, name))),
    view.batch && !view.batch.put ? h("span", { class: "o-tile next" }, h("b", {}, count(view.batch.ready)), h("span", {}, `ready to be put, ${count(view.batch.held)} held`)) : null);
}

function releases(view, context, run) {
  const { local } = context;
  if (run.running) {
    return card("The run",
      h("div", { class: "o-row" },
        button(local.pausing ? "Pausing…" : "Pause", () => {
          local.pausing = true;
          context.redraw();
          context.act("pause");
        }, { kind: "main", disabled: Boolean(local.pausing) }),
        button("Cancel what waits", () => context.act("cancel"), { kind: "danger" })),
      h("p", { class: "o-note" }, "Pause lets the response on the wire finish. Closing this tab is safe: the run goes on in the kernel, and everything is in the outbox."));
  }
  const resumes = view.counts.queued > 0;
  return card("The run",
    h("div", { class: "o-field" },
      h("label", { for: "o-push-canary" }, "First releases"),
      h("input", { id: "o-push-canary", class: "o-input", value: view.canary || "0", onchange: (event) => context.act("canary", { text: event.target.value }) }),
      h("p", { class: "o-help" }, "1, 10 sends one, then ten, then the rest, each only if the one before mostly succeeded. 0 sends all at once.")),
    view.target.sandbox ? null : h("div", { class: "o-field" },
      h("label", { for: "o-push-arm" }, "Arm the live endpoint"),
      h("div", { class: "o-row" },
        h("input", { id: "o-push-arm", class: "o-input o-short", autocomplete: "off", disabled: view.armed }),
        button(view.armed ? "Armed" : "Arm", () => arm(context), { disabled: view.armed, kind: "danger" })),
      h("p", { class: "o-help" }, `Type the campaign id ${view.campaign}.`)),
    view.blocked ? h("p", { class: "o-problem warning" }, h("span", { class: "o-sign", "aria-hidden": "true" }, "!"), view.blocked) : null,
    h("div", { class: "o-row" },
      button(resumes && !view.batch ? `Resume ${count(view.counts.queued)}` : "Start the push", () => context.act("start"), { kind: "main", disabled: Boolean(view.blocked) }),
      resumes ? button("Cancel what waits", () => context.act("cancel"), { kind: "danger" }) : null,
      codeButton(context)),
    codeBlock(context));
}

/** Arm by what stands in the field now, never by what was typed there once. */
async function arm(context) {
  const box = own(context.root, "o-push-arm");
  const answer = await context.act("arm", { text: box.value });
  if (!answer.error) box.value = "";
}

function holds(view, context) {
  const { gate } = view;
  const differs = gate && (gate.changes.length || gate.drifts.length);
  if (!view.guards.length && !differs) return null;
  return card(view.target.sandbox ? "What a live endpoint would ask" : "Look at the batch as a whole",
    view.guards.map((guard) => h("div", { class: "o-guard", key: guard.code },
      problem({ severity: guard.holds ? "error" : "warning", message: guard.message, code: guard.code }, 0),
      guard.holds && !view.target.sandbox ? h("label", { class: "o-check" },
        h("input", { type: "checkbox", checked: guard.let_go, onchange: () => context.act("let_go", { code: guard.code }) }), "It is right: go") : null)),
    differs ? h("div", { class: "o-guard", key: "drift" },
      h("p", {}, h("b", {}, `Not as ${gate.by} verified it on ${gate.on}`)),
      h("ul", { class: "o-bullets" }, [...gate.changes, ...gate.drifts].map((line) => h("li", { key: line }, line))),
      view.target.sandbox ? null : h("label", { class: "o-check" },
        h("input", { type: "checkbox", checked: view.accepts, onchange: () => context.act("accept") }), "Count it as verified from now on; that is recorded")) : null);
}

function progress(view, context, run) {
  if (!run.total && !run.last) return h("div", { class: "o-empty", key: "none" }, h("p", {}, "Nothing was sent from here yet."));
  const rate = run.rate ? `${run.rate >= 10 ? Math.round(run.rate) : run.rate.toFixed(1)} a second` : "";
  const left = run.seconds ? `about ${duration(run.seconds)} left` : "";
  return card(run.running ? "Sending" : "The last run",
    meter(run.done, run.total, "responses sent"),
    h("p", { class: "o-figures" }, h("b", {}, `${count(run.done)} of ${count(run.total)}`), [rate, left].filter(Boolean).map((text) => ` · ${text}`)),
    h("p", {}, Object.entries(run.sent).map(([state, number]) => [pill(`${count(number)} ${state}`, TONE[state] || "", { key: state }), " "])),
    run.waits ? h("p", { class: "o-problem warning" }, run.waits) : null,
    run.stopped ? h("p", { class: "o-problem error" }, h("span", { class: "o-sign", "aria-hidden": "true" }, "✕"), `${run.stopped.what} ${run.stopped.advice}`) : null,
    run.last ? h("p", { class: "o-note" }, `Last: row ${run.last.row} of ${run.last.source}, ${run.last.state}`, run.last.status ? `, HTTP ${run.last.status}` : "") : null,
    run.last && run.last.reply ? sent("last reply", run.last.reply, { key: "reply" }) : null);
}

const duration = (seconds) => (seconds < 90 ? many(Math.ceil(seconds), "second") : many(Math.ceil(seconds / 60), "minute"));

function waiting(kind, title, rows, context) {
  if (!rows.length) return null;
  const { local } = context;
  // Only what is in sight can be decided: the list may be another endpoint's by now.
  const inSight = new Set(rows.map((row) => row.id));
  local.chosen = new Set([...(local.chosen || [])].filter((id) => kind !== "unknown" || inSight.has(id)));
  const decide = (word) => context.act("decide", { ids: [...local.chosen], word, why: local.why || "" }).then((answer) => {
    if (answer.error) return;
    Object.assign(local, { chosen: new Set(), why: "" });
    context.say(`${many(answer.result, "response")} decided.`);
  });
  const unknown = kind === "unknown";
  const cells = (row) => [
    unknown ? h("input", { type: "checkbox", "aria-label": `choose response ${row.id}`, checked: local.chosen.has(row.id), onchange: (event) => {
      if (event.target.checked) local.chosen.add(row.id);
      else local.chosen.delete(row.id);
      context.redraw();
    } }) : row.id,
    `row ${row.row} of ${row.source}`, row.reason || "", row.status || "", row.reply || "",
  ];
  return h("section", { class: "o-card o-later", key: kind, "aria-label": title },
    h("h3", {}, title, " ", pill(count(rows.length), unknown ? "warn" : "bad")),
    table(title, [unknown ? "choose" : "id", "where from", "reason", { text: "HTTP", number: true }, "reply"], rows.map((row) => ({ key: row.id, cells: cells(row) }))),
    unknown ? h("div", { class: "o-row o-decide" },
      h("label", { for: "o-push-why", class: "o-label" }, "Why"),
      h("input", { id: "o-push-why", class: "o-input o-medium", value: local.why || "", placeholder: "seen in Omoto's list", oninput: (event) => { local.why = event.target.value; } }),
      button("It arrived", () => decide("delivered"), { disabled: !local.chosen.size }),
      button("Send again", () => decide("resend"), { disabled: !local.chosen.size, kind: "danger", title: "It may arrive twice." }),
      button("Never send", () => decide("cancel"), { disabled: !local.chosen.size }))
      : h("div", { class: "o-row o-decide" }, button("Mend them in History", () => context.go("history"), { kind: "quiet" })));
}
