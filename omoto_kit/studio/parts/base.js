// What every screen stands on: elements from plain descriptions, and questions to the kernel.

const SVG = "http://www.w3.org/2000/svg";
const AS_PROPERTY = new Set(["checked", "disabled", "hidden", "indeterminate", "open", "selected", "tabIndex"]);

/** Describe an element. Nothing of what it holds is ever read as HTML. */
export function h(tag, props, ...kids) {
  const flat = kids.flat(Infinity).filter((kid) => kid !== null && kid !== undefined && typeof kid !== "boolean");
  return { tag, props: props || {}, kids: flat, key: props ? props.key : undefined };
}

/** Make a host's children be what the descriptions say, changing in place so that focus and caret stay. */
export function patch(host, kids, space = null) {
  const wanted = new Set(kids.map((kid) => kid.key).filter((key) => key !== undefined));
  for (const node of [...host.childNodes]) if (node.__key !== undefined && !wanted.has(node.__key)) node.remove();
  const keyed = new Map([...host.childNodes].filter((node) => node.__key !== undefined).map((node) => [node.__key, node]));
  let at = host.firstChild;
  for (const kid of kids) {
    let node = kid.key !== undefined ? keyed.get(kid.key) : at && at.__key === undefined && fits(at, kid) ? at : null;
    if (node && !fits(node, kid)) node = null;
    const fresh = !node;
    if (fresh) node = create(kid, space);
    if (node === at) at = at.nextSibling;
    else host.insertBefore(node, at);
    update(node, kid, space);
    if (fresh && kid.props && kid.props.mount) kid.props.mount(node);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function fits(node, kid) {
  return kid.tag === undefined ? node.nodeType === 3 : node.nodeType === 1 && node.localName === kid.tag;
}

function create(kid, space) {
  if (kid.tag === undefined) return document.createTextNode(String(kid));
  const here = kid.tag === "svg" ? SVG : space;
  const node = here ? document.createElementNS(here, kid.tag) : document.createElement(kid.tag);
  node.__key = kid.key;
  return node;
}

function update(node, kid, space) {
  if (kid.tag === undefined) {
    if (node.data !== String(kid)) node.data = String(kid);
    return;
  }
  const before = node.__props || {};
  for (const name of Object.keys(before)) if (!(name in kid.props)) set(node, name, null);
  // A select takes its value once it has its options.
  if (!kid.props.keep) patch(node, kid.kids, kid.tag === "svg" ? SVG : kid.tag === "foreignObject" ? null : space);
  for (const [name, value] of Object.entries(kid.props)) {
    if (before[name] !== value || name === "value" || name === "checked") set(node, name, value);
  }
  node.__props = kid.props;
}

/** Attributes that name elements by their ids. */
const NAMING = new Set(["id", "for", "list", "aria-controls", "aria-describedby", "aria-labelledby"]);

/** Make an id the panel's own: a notebook may show several panels, and each would have elements of the same ids. */
const scoped = (panel, ids) => String(ids).split(" ").map((id) => `${id}-${panel.dataset.scope}`).join(" ");

/** Find an element of a panel by the id that its description has. */
export const own = (panel, id) => panel.querySelector(`#${CSS.escape(scoped(panel, id))}`);

function set(node, name, value) {
  if (["key", "keep", "mount"].includes(name)) return;
  const panel = value && NAMING.has(name) ? node.closest(".omoto") : null;
  if (panel) value = scoped(panel, value);
  if (name.startsWith("on")) node[name] = value;
  else if (name === "value" && "value" in node && node.localName !== "li" && node.localName !== "button") {
    // What a person is typing is theirs until they leave the field.
    if (node !== document.activeElement || node.localName === "select") node.value = value ?? "";
  } else if (AS_PROPERTY.has(name)) node[name] = value ?? false;
  else if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** Milliseconds after a question at which the way is kept open. */
const POKES = [6, 14, 30];

/** Open the way to the kernel: `ask` is answered once, `onStale` is told that something changed there. */
export function connect(model) {
  const me = Math.random().toString(36).slice(2);
  const waiting = new Map();
  let count = 0;
  const channel = { onStale: () => {}, onWait: () => {}, waiting };

  channel.ask = (screen, act, args = {}, buffers = []) =>
    new Promise((done, fail) => {
      const id = `${me}-${(count += 1)}`;
      const since = send({ id, screen, act, args }, buffers) ? performance.now() : -Infinity;
      waiting.set(id, { done, fail, since });
      // A second, empty message carries the TCP acknowledgement that the server waits for: 8 ms a question, not 48.
      // The kernel's first sign may come later than the first of them, so there are more while the answer is out.
      for (const pause of POKES) setTimeout(() => waiting.has(id) && send({ poke: true }), pause);
    });

  // A host that has lost the panel's kernel throws here: then nothing can come back, and the page says so at once.
  const send = (message, buffers) => {
    try {
      model.send(message, undefined, buffers);
      return true;
    } catch {
      return false;
    }
  };

  const receive = (message, buffers) => {
    if (message.stale) {
      channel.onStale();
      return;
    }
    const asked = waiting.get(message.id);
    if (!asked) return;
    waiting.delete(message.id);
    asked.done({ ...message, buffers, took: performance.now() - asked.since });
  };
  model.on("msg:custom", receive);

  // The kernel may be busy with a cell, or gone: the page finds out by itself and says so.
  const watch = setInterval(() => {
    const oldest = Math.min(...[...waiting.values()].map((one) => one.since));
    channel.onWait(waiting.size ? performance.now() - oldest : 0);
  }, 500);
  channel.close = () => {
    clearInterval(watch);
    model.off("msg:custom", receive);
  };
  return channel;
}

/** Keep the notebook's one-letter commands away from a panel: `x` on a focused button must never cut the cell. */
export function guardKeys(root) {
  const suppress = (node) => node.setAttribute && node.setAttribute("data-lm-suppress-shortcuts", "true");
  root.tabIndex = -1;
  suppress(root);
  root.addEventListener("focusin", (event) => suppress(event.target));
  root.addEventListener("click", () => {
    if (!root.contains(document.activeElement)) root.focus({ preventScroll: true });
  });
  for (const kind of ["keydown", "keypress", "keyup"]) {
    root.addEventListener(kind, (event) => event.stopPropagation());
  }
}

/** Wait until nobody has called for so many milliseconds; `now()` does at once what still waits. */
export function calm(milliseconds, call) {
  let timer = 0;
  let due = null;
  const run = () => {
    clearTimeout(timer);
    const call_ = due;
    due = null;
    if (call_) call_();
  };
  const waiting = (...args) => {
    clearTimeout(timer);
    due = () => call(...args);
    timer = setTimeout(run, milliseconds);
  };
  waiting.now = run;
  return waiting;
}

/** Put a text on the clipboard, also where the page is not served over https. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
}

const GROUPED = new Intl.NumberFormat("en-IN");
export const count = (number) => GROUPED.format(Number(number ?? 0));
export const many = (number, one, more = `${one}s`) => `${count(number)} ${number === 1 ? one : more}`;
