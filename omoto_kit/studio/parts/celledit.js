// The editor of one cell: a text, or a text with a list of what may stand there below it.

const OFFERED = 60;
let editors = 0;

/** Open an editor inside a cell. `done(text, way)` is told what was typed and where to go on: "down", "up", "next",
 *  "back" or ""; `cancel()` that nothing changes. */
export function openEditor(cell, { text, typed, label, options, listed, done, cancel }) {
  const field = document.createElement(options.length ? "input" : "textarea");
  field.className = "og-editor";
  field.dir = "auto";
  field.value = typed ?? text;
  field.setAttribute("aria-label", label);
  field.setAttribute("autocomplete", "off");
  field.spellcheck = false;
  cell.textContent = "";
  cell.classList.add("og-editing");
  cell.append(field);
  const list = options.length ? suggestList(cell, field, options, listed) : null;
  let open = true;

  const close = (call) => {
    if (!open) return;
    open = false;
    cell.classList.remove("og-editing");
    field.remove();
    if (list) list.box.remove();
    call();
  };
  const commit = (way) => close(() => done(field.value, way));
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return; // Enter ends a word of an input method, not the cell
    if (list && list.key(event)) return;
    if (event.key === "Enter" && event.altKey && !options.length) breakLine(field);
    else if (event.key === "Enter") commit(event.shiftKey ? "up" : "down");
    else if (event.key === "Tab") commit(event.shiftKey ? "back" : "next");
    else if (event.key === "Escape") close(cancel);
    else return;
    event.preventDefault();
  });
  for (const kind of ["keyup", "keypress", "copy", "cut", "paste", "mousedown", "dblclick"]) {
    field.addEventListener(kind, (event) => event.stopPropagation());
  }
  field.addEventListener("input", () => growField(field));
  field.addEventListener("blur", () => commit(""));
  if (list) list.pick = (value) => {
    field.value = value;
    if (!listed) commit("down");
  };
  field.focus({ preventScroll: true });
  if (typed === null) field.select();
  growField(field);
  if (list) list.fill();
  return { field, commit, cancel: () => close(cancel) };
}

function breakLine(field) {
  field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end");
  growField(field);
}

function growField(field) {
  if (field.localName !== "textarea") return;
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 180)}px`;
}

/** A list below the field: it only helps, and what was typed stands unless an entry is chosen. */
function suggestList(cell, field, options, listed) {
  const id = `og-list-${(editors += 1)}`;
  const box = document.createElement("ul");
  box.className = "og-list";
  box.id = id;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "Known values");
  cell.append(box);
  const above = cell.getBoundingClientRect().bottom + 230 > cell.closest(".og-scroll").getBoundingClientRect().bottom;
  box.classList.toggle("above", above);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "true", "aria-controls": id,
  })) field.setAttribute(name, value);
  const self = { box, pick: null, at: -1, found: [] };
  const parts = () => (listed ? field.value.split(";") : [field.value]);
  const take = (option) => {
    const before = parts().slice(0, -1).map((part) => part.trim());
    self.pick([...before, option.value].join("; "));
    self.fill();
  };
  self.fill = () => {
    const fresh = field.selectionStart === 0 && field.selectionEnd === field.value.length;
    const wanted = fresh && !listed ? "" : parts().pop().trim().toLocaleLowerCase();
    self.found = ranked(options, wanted);
    self.at = -1;
    field.removeAttribute("aria-activedescendant");
    box.replaceChildren(...self.found.map((option, at) => listEntry(option, `${id}-${at}`, () => take(option))));
  };
  self.mark = (at) => {
    self.at = at;
    [...box.children].forEach((item, place) => {
      item.setAttribute("aria-selected", String(place === at));
      if (place === at) item.scrollIntoView({ block: "nearest" });
    });
    if (at >= 0) field.setAttribute("aria-activedescendant", `${id}-${at}`);
  };
  self.key = (event) => {
    if (event.key === "ArrowDown") self.mark(Math.min(self.at + 1, self.found.length - 1));
    else if (event.key === "ArrowUp") self.mark(Math.max(self.at - 1, -1));
    else if (["Enter", "Tab"].includes(event.key) && self.at >= 0) {
      take(self.found[self.at]);
    } else return false;
    event.preventDefault();
    return true;
  };
  field.addEventListener("input", self.fill);
  return self;
}

function ranked(options, wanted) {
  if (!wanted) return options.slice(0, OFFERED);
  const begins = [];
  const holds = [];
  for (const option of options) {
    const value = option.value.toLocaleLowerCase();
    if (value.startsWith(wanted)) begins.push(option);
    else if (value.includes(wanted) || option.note.toLocaleLowerCase().includes(wanted)) holds.push(option);
  }
  return [...begins, ...holds].slice(0, OFFERED);
}

function listEntry(option, id, take) {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const name = document.createElement("span");
  name.textContent = option.value;
  name.dir = "auto";
  item.append(name);
  if (option.note) {
    const note = document.createElement("span");
    note.className = "o-note";
    note.textContent = option.note;
    item.append(note);
  }
  item.addEventListener("mousedown", (event) => {
    event.preventDefault();
    event.stopPropagation();
    take();
  });
  return item;
}
