// Controls that the screens share: each has a label, works by keyboard, and says more than a colour.
import { h, copyText } from "./base.js";

let serial = 0;
export const uid = (name) => `o-${name}-${(serial += 1)}`;

/** A button. `kind` is "main", "quiet", "danger" or nothing. */
export function button(text, onclick, { kind = "", disabled = false, title = null, key, ...more } = {}) {
  return h("button", { type: "button", class: `o-button ${kind}`, onclick, disabled, title, key, ...more }, text);
}

/** A labelled field. `help` and `problems` are read out with it. */
export function field(id, label, control, { help = "", required = false, problems = [] } = {}) {
  return h(
    "div",
    { class: problems.some((one) => one.severity === "error") ? "o-field bad" : "o-field", key: id },
    h("label", { for: id }, label, required ? h("span", { class: "o-needed", title: "required" }, " *") : null),
    control,
    help ? h("p", { class: "o-help", id: `${id}-help` }, help) : null,
    h("div", { id: `${id}-problems` }, problems.map((one, at) => problem(one, at))),
  );
}

/** One problem in words, with a sign before it, and its fixes as buttons. */
export function problem(one, at, onfix) {
  return h(
    "p",
    { class: `o-problem ${one.severity}`, key: `${one.code}-${at}` },
    h("span", { class: "o-sign", "aria-hidden": "true" }, one.severity === "error" ? "✕" : "!"),
    h("span", {}, h("span", { class: "o-hidden" }, one.severity === "error" ? "Error: " : "Warning: "), one.message),
    (one.options || []).length ? h("span", { class: "o-fixes" }, one.options.map((option) =>
      button(option === "" ? "leave it out" : option, () => onfix && onfix(one, option), { kind: "chip", key: option }))) : null,
  );
}

/** A word in a coloured frame; the word says it, the colour only helps. */
export const pill = (word, tone = "", more = {}) => h("span", { class: `o-pill ${tone}`, ...more }, word);

/** How far something is, with its numbers in words. */
export function meter(done, total, label) {
  const share = total ? Math.min(1, done / total) : 0;
  return h(
    "div",
    {
      class: "o-meter", role: "progressbar", "aria-label": label,
      "aria-valuemin": 0, "aria-valuemax": total, "aria-valuenow": done,
    },
    h("div", { class: "o-meter-bar", style: `width:${(share * 100).toFixed(2)}%` }),
  );
}

/** A table: heads are texts, or {text, number, tight} for figures and for what must stay on one line. */
export function table(caption, heads, rows, { key } = {}) {
  const kinds = heads.map((head) => (head.number ? "o-number" : head.tight ? "o-tight" : null));
  const cell = (content, at) => h("td", { class: kinds[at], dir: "auto" }, content);
  return h(
    "div",
    { class: "o-table-box", role: "group", "aria-label": caption, tabIndex: 0, key },
    h(
      "table",
      { class: "o-table" },
      h("caption", { class: "o-hidden" }, caption),
      h("thead", {}, h("tr", {}, heads.map((head, at) =>
        h("th", { scope: "col", class: kinds[at] }, typeof head === "object" ? head.text : head)))),
      h("tbody", {}, rows.map((row) => h("tr", { key: row.key }, (row.cells || row).map(cell)))),
    ),
  );
}

/** Text as it will be sent, to be copied. */
export function sent(label, text, { key } = {}) {
  return h(
    "figure",
    { class: "o-sent", key },
    h("figcaption", {}, label, button("Copy", () => copyText(text), { kind: "quiet", "aria-label": `Copy ${label}` })),
    h("pre", { tabIndex: 0, "aria-label": label, dir: "auto" }, text),
  );
}

/** A button for the lines of Python that repeat what was done on a screen; `codeBlock` shows them. */
export function codeButton(context) {
  const { local } = context;
  return button("Show code", async () => {
    local.code = local.code ? null : (await context.ask("code")).result;
    context.redraw();
  }, { kind: "quiet", "aria-expanded": String(Boolean(local.code)), key: "show-code" });
}

export const codeBlock = ({ local }) => (local.code ? sent("the same in Python", local.code, { key: "code" }) : null);

/** A part of a screen with its heading. */
export function card(title, ...kids) {
  return h("section", { class: "o-card", "aria-label": title, key: title }, h("h3", {}, title), kids);
}

/** What stands where there is nothing yet, with what to do about it. */
export const empty = (text, ...kids) => h("div", { class: "o-empty" }, h("p", {}, text), kids);

/** A text field that filters a list below it: the list is open while it has the focus. */
export function typeahead({ id, value, options, onpick, label, ontype }) {
  const close = (event) => {
    const box = event.currentTarget.closest(".o-ahead");
    setTimeout(() => box.contains(document.activeElement) || box.classList.remove("open"), 120);
  };
  const move = (event) => {
    const box = event.currentTarget.closest(".o-ahead");
    const items = [...box.querySelectorAll("[role=option]")];
    const now = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const mark = (to) => items.forEach((item, at) => {
      item.setAttribute("aria-selected", String(at === to));
      if (at === to) item.scrollIntoView({ block: "nearest" });
      if (at === to) event.currentTarget.setAttribute("aria-activedescendant", item.id);
    });
    if (event.key === "ArrowDown") mark(Math.min(items.length - 1, now + 1));
    else if (event.key === "ArrowUp") mark(Math.max(0, now - 1));
    else if (event.key === "Enter" && now >= 0) items[now].onmousedown(event);
    else if (event.key === "Enter") onpick(event.currentTarget.value);
    else if (event.key === "Escape") box.classList.remove("open");
    else return;
    event.preventDefault();
  };
  const pick = (option) => (event) => {
    event.preventDefault();
    const box = event.currentTarget.closest(".o-ahead");
    const input = box.querySelector("input");
    box.classList.remove("open");
    input.value = option.value;
    onpick(option.value);
  };
  return h(
    "div",
    { class: "o-ahead", key: `${id}-box` },
    h("input", {
      id, type: "text", class: "o-input", value, role: "combobox", autocomplete: "off", "aria-label": label,
      "aria-expanded": "true", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
      "aria-describedby": `${id}-problems`, dir: "auto",
      onfocus: (event) => event.currentTarget.closest(".o-ahead").classList.add("open"),
      onblur: close, onkeydown: move,
      oninput: (event) => {
        event.currentTarget.closest(".o-ahead").classList.add("open");
        ontype(event.currentTarget.value);
      },
      onchange: (event) => onpick(event.currentTarget.value),
    }),
    h("ul", { class: "o-ahead-list", id: `${id}-list`, role: "listbox", "aria-label": `${label}: known names` },
      options.map((option, at) => h(
        "li",
        { id: `${id}-${at}`, role: "option", "aria-selected": "false", key: option.value, onmousedown: pick(option) },
        h("span", {}, option.value), option.note ? h("span", { class: "o-note" }, option.note) : null,
      ))),
  );
}
