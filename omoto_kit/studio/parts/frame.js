// The frame: strip, rail, the screen that is open, what was said, and what went wrong.
import { connect, copyText, count, guardKeys, h, patch } from "./base.js";
import { button, pill } from "./controls.js";
import { startScreen } from "./start.js";
import { composeScreen } from "./compose.js";
import { intakeScreen } from "./intake.js";
import { mapScreen } from "./mapping.js";
import { reviewScreen } from "./review.js";
import { pushScreen } from "./push.js";
import { historyScreen } from "./history.js";
import { pluginsScreen } from "./plugins.js";

/** Each screen draws its view. `context` has: `act(name, args, buffers)`, `ask` (no redraw), `go`, `say`, `redraw`,
 *  `local` (what the page alone remembers of this screen), `channel` and `root`. */
const SCREENS = {
  start: startScreen, compose: composeScreen, intake: intakeScreen, map: mapScreen,
  review: reviewScreen, push: pushScreen, history: historyScreen, plugins: pluginsScreen,
};
const BUSY = 2500;
const GONE = 15000;
const KEYS = [
  ["Alt + 1 … 8", "turn to a screen"], ["Tab, Shift + Tab", "to the next control, and back"], ["?", "this list"],
  ["Esc", "leave an editor, then the grid"], ["F2, Enter", "edit a cell"], ["F8, Shift + F8", "next and last problem"],
  ["Ctrl + Z, Ctrl + Y", "undo and redo"], ["Ctrl + F", "find and replace"],
  ["Ctrl + .", "take the first value that is offered for a cell"], ["Ctrl + D", "fill the marked cells down"],
  ["Ctrl + Delete", "leave the marked rows out, or take them in"], ["Ctrl + C, Ctrl + V", "copy and paste cells, also from and to Excel"],
];

export default { render };

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "omoto";
  root.dataset.screen = "";
  root.dataset.scope = Math.random().toString(36).slice(2, 8);
  el.append(root);
  guardKeys(root);
  const channel = connect(model);
  const app = {
    root, channel, framed: model.get("framed"), names: model.get("screens"),
    frame: null, views: {}, locals: {}, error: null, said: "", waited: 0, keys: false, busy: 0,
  };
  app.here = app.names[0];
  app.draw = () => draw(app);
  app.ask = (screen, act, args, buffers) => ask(app, screen, act, args, buffers);
  channel.onStale = () => look(app);
  channel.onWait = (waited) => {
    const step = waited > GONE ? 2 : waited > BUSY ? 1 : 0;
    if (step !== app.waited) {
      app.waited = step;
      app.draw();
    }
  };
  root.addEventListener("keydown", (event) => shortcuts(app, event));
  app.draw();
  look(app);
  return () => {
    channel.close();
    for (const local of Object.values(app.locals)) if (local.close) local.close();
  };
}

/** Ask the kernel, take what it shows now, and draw. */
async function ask(app, screen, act, args = {}, buffers = []) {
  app.busy += 1;
  const answer = await app.channel.ask(screen, act, args, buffers);
  app.busy -= 1;
  if (answer.frame) {
    app.frame = answer.frame;
    if (app.framed) app.here = app.frame.screen;
  }
  if (answer.view) app.views[screen] = answer.view;
  const local = app.locals[screen];
  if (local && local.code && answer.view) local.code = (await app.channel.ask(screen, "code")).result;
  app.error = answer.error || (act === "look" ? app.error : null);
  const turned = app.framed && answer.frame && !(app.here in app.views);
  if (answer.frame || answer.error) app.draw();
  if (turned || (answer.frame && app.framed && screen !== app.here && act !== "look")) await look(app);
  return answer;
}

const look = (app) => (app.framed && !app.frame ? ask(app, "frame", "look") : ask(app, app.here, "look"));

function contextOf(app, name) {
  app.locals[name] ??= {};
  return {
    name, root: app.root, channel: app.channel, local: app.locals[name], framed: app.framed, frame: app.frame,
    act: (act, args, buffers) => app.ask(name, act, args, buffers),
    ask: async (act, args, buffers) => app.channel.ask(name, act, args, buffers),
    go: (to) => app.ask("frame", "go", { to }),
    look: () => app.ask(name, "look"),
    say: (text) => {
      app.said = text;
      app.draw();
    },
    fail: (error) => {
      app.error = error;
      app.draw();
    },
    redraw: app.draw,
  };
}

function draw(app) {
  const view = app.views[app.here];
  app.root.dataset.screen = app.here;
  app.root.classList.toggle("framed", app.framed);
  app.root.dataset.ready = String(Boolean(view || app.error));
  patch(app.root, [
    app.framed ? strip(app) : null,
    h("div", { class: "o-body", key: "body" },
      app.framed ? rail(app) : null,
      h("section", { class: "o-screen", key: `screen-${app.here}`, "aria-label": titleOf(app) },
        stillThere(app),
        app.frame?.trouble ? h("div", { class: "o-error", role: "alert", key: "trouble" }, h("p", {}, app.frame.trouble.what)) : null,
        app.error ? errorPanel(app) : null,
        view ? SCREENS[app.here](view, contextOf(app, app.here)) : h("p", { class: "o-loading" }, "One moment…"),
      )),
    app.keys ? keyList(app) : null,
    h("div", { class: "o-says", role: "status", "aria-live": "polite", key: "says" }, app.said),
  ].filter(Boolean));
}

const titleOf = (app) => (app.frame?.steps || []).find((step) => step.name === app.here)?.title || app.here;

function strip(app) {
  const frame = app.frame;
  if (!frame) return h("div", { class: "o-strip", key: "strip" }, "omoto");
  const { target, campaign } = frame;
  return h(
    "div", { class: "o-strip", key: "strip", role: "group", "aria-label": "Campaign and target" },
    h("span", { class: "o-brand", "aria-hidden": "true" }, "omoto"),
    h("span", { class: "o-campaign" },
      campaign ? [h("b", {}, campaign.name || "Campaign"), ` ${campaign.id}`] : "No campaign chosen"),
    h("span", { class: "o-space" }),
    frame.waiting ? h("span", { class: "o-note" }, `${count(frame.waiting)} waiting`) : null,
    h("span", { class: "o-beat", title: app.waited ? "The kernel has not answered yet." : "The kernel answers." },
      h("span", { class: `o-dot ${app.waited ? "late" : ""}`, "aria-hidden": "true" }),
      app.waited ? "kernel busy" : "kernel ready"),
    h("span", { class: "o-target" }, h("span", { class: "o-note" }, target.name === "sandbox" ? "goes to" : target.name),
      pill(target.word, target.sandbox ? "sandbox" : "live")),
  );
}

function rail(app) {
  const steps = app.frame ? app.frame.steps : [];
  return h(
    "nav", { class: "o-rail", "aria-label": "Screens", key: "rail" },
    steps.map((step, at) => h(
      "button",
      {
        type: "button", key: step.name, class: "o-step", "aria-current": step.name === app.here ? "page" : null,
        "aria-disabled": step.open ? null : "true", title: step.why || `Alt + ${at + 1}`,
        onclick: () => (step.open ? app.ask("frame", "go", { to: step.name }) : sayWhy(app, step)),
      },
      h("span", {}, step.title),
      step.badge ? h("span", { class: "o-badge" }, step.badge) : null,
    )),
    button("Keys ?", () => toggleKeys(app), { kind: "quiet o-keys" }),
  );
}

function sayWhy(app, step) {
  app.said = `${step.title}: ${step.why}`;
  app.draw();
}

function stillThere(app) {
  if (app.waited < 2) return null;
  return h(
    "div", { class: "o-error", role: "alert", key: "gone" },
    h("p", {}, h("b", {}, "The kernel does not answer."), " It is busy with another cell, or it was restarted. "
      + "Nothing that was written down is lost: run the cell again, and the studio goes on from the outbox."),
  );
}

function errorPanel(app) {
  const { what, advice, report } = app.error;
  return h(
    "div", { class: "o-error", role: "alert", key: "error" },
    h("p", {}, h("b", {}, what), advice ? ` ${advice}` : ""),
    h("div", { class: "o-row" },
      button("Copy report", () => copyText(`${what}\n${advice}\n${report}`), { kind: "quiet" }),
      button("Close", () => {
        app.error = null;
        app.draw();
      }, { kind: "quiet" })),
  );
}

function toggleKeys(app) {
  app.keys = !app.keys;
  app.draw();
}

function keyList(app) {
  return h(
    "div", { class: "o-sheet", role: "dialog", "aria-label": "Keys", key: "keys" },
    h("h3", {}, "Keys"),
    h("dl", { class: "o-keylist" }, KEYS.map(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)])),
    button("Close", () => toggleKeys(app), { kind: "main" }),
  );
}

function shortcuts(app, event) {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName) || event.target.isContentEditable;
  if (event.key === "?" && !typing) toggleKeys(app);
  else if (event.key === "Escape" && app.keys) toggleKeys(app);
  else if (app.framed && app.frame && event.altKey && !event.ctrlKey && /^Digit[1-9]$/.test(event.code)) {
    // By the key's place: with Alt held, a Mac writes another sign.
    const step = app.frame.steps[Number(event.code.slice(5)) - 1];
    if (!step) return;
    if (step.open) app.ask("frame", "go", { to: step.name });
    else sayWhy(app, step);
  } else return;
  event.preventDefault();
}
