// Intake: the ways in, what was understood of a source, and how to read it another way.
import { calm, copyText, count, h, many, own } from "./base.js";
import { button, card, codeBlock, codeButton, meter, table, typeahead } from "./controls.js";
import { megabytes, sendFile } from "./upload.js";

const ENCODINGS = ["utf-8", "utf-16", "cp1252", "latin-1", "mac_roman", "cp1256", "shift_jis", "gb18030"];
const DELIMITERS = [[",", "comma"], [";", "semicolon"], ["\t", "tab"], ["|", "pipe"]];
const ENDINGS = ".csv,.tsv,.txt,.tab,.psv,.xlsx,.xlsm,.xlsb,.xls,.ods,.parquet,.pq,.json,.jsonl,.ndjson,.gz,.zip";

export function intakeScreen(view, context) {
  const { local } = context;
  local.close = () => {
    local.stopped = true;
  };
  if (local.upload) return [intakeTitle("Bring in answers"), uploadProgress(view, context)];
  const taken = view.taken;
  if (!taken || local.another) return [intakeTitle("Bring in answers"), intakeLead(), waysIn(view, context)];
  return [
    h("div", { class: "o-row o-between", key: "title" },
      h("h2", { dir: "auto" }, taken.name),
      button("Another source", () => otherSource(context, true))),
    taken.fault ? unread(taken) : understood(taken, context),
    readAgain(taken, context),
    taken.fault ? null : firstRows(taken),
    h("div", { class: "o-later", key: "show-code" }, codeButton(context)),
    codeBlock(context),
  ];
}

const intakeTitle = (text) => h("h2", { key: "title" }, text);
const intakeLead = () => h("p", { class: "o-lead", key: "lead" },
  "A table with one row for each answer: CSV, Excel, ODS, Parquet, or JSON Lines, also as gzip or in a zip archive. ",
  "It stays on this machine: nothing is sent before you say so.");

function otherSource(context, on) {
  context.local.another = on;
  context.redraw();
}

// The ways in

function waysIn(view, context) {
  return h("div", { class: "o-stack", key: "ways" },
    view.taken ? h("div", { class: "o-row", key: "back" }, button(`Back to ${view.taken.name}`, () => otherSource(context, false))) : null,
    dropZone(view, context),
    h("div", { class: "o-two", key: "others" }, byPath(view, context), byPaste(view, context)),
    byFrame(view, context),
    uploadsKept(view, context));
}

/** What was uploaded stays in the workspace, so that it can be read again; here it can be cleared away. */
function uploadsKept(view, context) {
  const { files, bytes } = view.kept;
  if (!files) return null;
  const sweep = async () => {
    const answer = await context.act("sweep");
    if (!answer.result) return;
    const { removed, kept } = answer.result;
    context.say(`${many(removed, "file")} removed${kept ? `; ${count(kept)} kept, since rows of ${kept === 1 ? "it" : "them"} still wait or lie open` : ""}.`);
  };
  return h("div", { class: "o-row", key: "uploads" },
    h("span", { class: "o-note" }, `${many(files, "uploaded file")} (${megabytes(bytes)}) in this workspace.`),
    button("Remove what is no longer needed", sweep, { kind: "quiet" }));
}

function dropZone(view, context) {
  const over = (on) => (event) => {
    event.preventDefault();
    event.currentTarget.classList.toggle("over", on);
  };
  return h("div", {
    class: "o-drop", key: "drop",
    ondragover: over(true), ondragenter: over(true), ondragleave: over(false),
    ondrop: (event) => {
      over(false)(event);
      bring(context, view, [...event.dataTransfer.files]);
    },
  },
  h("label", { class: "o-drop-title", for: "o-intake-file" }, "Drop files here, or choose them"),
  h("input", {
    id: "o-intake-file", type: "file", multiple: true, accept: ENDINGS,
    onchange: (event) => bring(context, view, [...event.target.files]),
  }),
  h("p", { class: "o-help" }, "Several files with the same columns become one source."));
}

function byPath(view, context) {
  const { local } = context;
  const complete = local.complete ??= calm(80, async (text) => {
    local.offers = (await context.ask("complete", { text })).result || [];
    context.redraw();
  });
  const read = () => readBy(context, "path", { text: own(context.root, "o-intake-path").value });
  return card("A path on the server",
    h("div", { class: "o-field" },
      h("label", { for: "o-intake-path" }, "Path or pattern"),
      typeahead({
        id: "o-intake-path", label: "Path or pattern", value: local.path ?? "", options: local.offers ?? view.offers,
        ontype: (text) => {
          local.path = text;
          complete(text);
        },
        onpick: (text) => {
          local.path = text;
          complete(text);
        },
      }),
      h("p", { class: "o-help" }, "Such as ", h("code", {}, "data/kiosk-april.csv"), " or ", h("code", {}, "april/*.csv"), ", below ", h("code", {}, view.folder))),
    h("div", { class: "o-row" }, button("Read path", read)));
}

function byPaste(view, context) {
  const read = () => {
    const text = own(context.root, "o-intake-paste").value;
    if (text.trim()) bring(context, view, [new File([text], "pasted.tsv", { type: "text/tab-separated-values" })]);
    else context.say("Nothing is pasted yet.");
  };
  return card("Paste from a spreadsheet",
    h("div", { class: "o-field" },
      h("label", { for: "o-intake-paste" }, "Cells, with their headers"),
      h("textarea", { id: "o-intake-paste", rows: 3, dir: "auto", spellcheck: "false", placeholder: "Copy the cells in Excel, and paste them here" })),
    h("div", { class: "o-row" }, button("Read pasted cells", read)));
}

function byFrame(view, context) {
  if (!view.frames.length) return null;
  const read = () => readBy(context, "frame", { name: own(context.root, "o-intake-frame").value });
  return card("A frame of this notebook",
    h("div", { class: "o-row" },
      h("label", { for: "o-intake-frame" }, "Variable"),
      h("select", { id: "o-intake-frame", class: "o-medium" }, view.frames.map((frame) =>
        h("option", { value: frame.name, key: frame.name }, `${frame.name} (${many(frame.rows, "row")}, ${many(frame.columns, "column")})`))),
      button("Read frame", read)));
}

/** Send what was chosen, pasted or dropped, and read it. */
async function bring(context, view, files) {
  const { local } = context;
  if (!files.length || local.upload) return;
  const total = files.reduce((sum, file) => sum + file.size, 0);
  local.stopped = false;
  local.upload = { name: files.length === 1 ? files[0].name : many(files.length, "file"), total, sent: 0, since: performance.now() };
  context.redraw();
  const paths = [];
  let before = 0;
  try {
    for (const file of files) {
      const told = (got) => {
        local.upload.sent = before + got;
        context.redraw();
      };
      const path = await sendFile(file, view.part, context.ask, told, () => local.stopped);
      if (path === null) break;
      before += file.size;
      paths.push(path);
    }
    local.upload.reading = true;
    context.redraw();
    if (paths.length === files.length) await readBy(context, "files", { paths });
    else context.say("The upload was cancelled; nothing of it was kept.");
  } catch (error) {
    context.fail(error);
  } finally {
    local.upload = null;
    context.redraw();
  }
}

async function readBy(context, name, args) {
  context.local.another = false;
  const answer = await context.act(name, args);
  const taken = answer.view?.taken;
  if (taken) context.say(taken.fault ? `${taken.name} could not be read.` : `${taken.name} was read: ${many(taken.rows, "row")}.`);
}

function uploadProgress(view, context) {
  const { upload } = context.local;
  const seconds = (performance.now() - upload.since) / 1000;
  return card(upload.name,
    meter(upload.sent, upload.total, `${upload.name} is taken in`),
    h("div", { class: "o-row o-between" },
      h("p", { class: "o-figures" }, upload.reading ? "Reading…" : `${megabytes(upload.sent)} of ${megabytes(upload.total)}`,
        upload.sent && !upload.reading ? `, ${megabytes(upload.sent / seconds)} a second` : ""),
      button("Cancel", () => {
        context.local.stopped = true;
        context.redraw();
      }, { disabled: Boolean(upload.reading) })));
}

// What was understood

function unread(taken) {
  return h("div", { class: "o-error", role: "alert", key: "fault" },
    h("p", {}, h("b", {}, taken.fault.what)),
    taken.fault.advice ? h("p", {}, taken.fault.advice) : null);
}

function understood(taken, context) {
  const fed = taken.bodies ? "These are responses already: nothing is to be mapped." : `${count(taken.fed)} of ${count(taken.columns)} feed a field`;
  const ready = !taken.unfed.length && !taken.unkeyed.length;
  return card("What was understood",
    h("div", { class: "o-row o-chips" }, taken.understood.map((part) => h("span", { class: "o-chip", key: part, dir: "auto" }, part))),
    h("dl", { class: "o-facts" },
      taken.size === null ? null : [h("dt", {}, "Size"), h("dd", {}, megabytes(taken.size))],
      h("dt", {}, "SHA-256"), h("dd", {}, h("code", { title: taken.sha256 }, `${taken.sha256.slice(0, 16)}…`), " ",
        button("Copy", () => copyText(taken.sha256), { kind: "quiet", "aria-label": "Copy SHA-256" })),
      taken.parts.length ? [h("dt", {}, "Files"), h("dd", { dir: "auto" }, taken.parts.join(", "))] : null,
      h("dt", {}, "Columns"), h("dd", {}, fed)),
    sourceNotes(taken.notes),
    taken.unfed.length ? h("p", { class: "o-problem error", key: "unfed" }, h("span", { class: "o-sign", "aria-hidden": "true" }, "✕"),
      h("span", {}, `Needed, and fed by no column: ${taken.unfed.join(", ")}. Choose a column on Map.`)) : null,
    taken.unkeyed.length ? h("p", { class: "o-problem error", key: "unkeyed" }, h("span", { class: "o-sign", "aria-hidden": "true" }, "✕"),
      h("span", {}, `The contract tells rows apart by ${taken.unkeyed.join(", ")}, which this source lacks. Choose another column on Map.`)) : null,
    h("div", { class: "o-row" },
      button(`Check ${many(taken.rows, "row")}`, () => context.act("check"), { kind: ready ? "main" : "", disabled: !ready }),
      taken.bodies ? null : button("Look at the map", () => context.act("map"), { kind: ready ? "" : "main" })));
}

/** What a person should know, the first few at once and the rest behind a line. */
export function sourceNotes(texts, open = 3) {
  const item = (text) => h("li", { key: text, dir: "auto" }, text);
  if (!texts.length) return null;
  return h("div", { class: "o-notes", key: "notes" },
    h("ul", { class: "o-bullets" }, texts.slice(0, open).map(item)),
    texts.length > open ? h("details", {}, h("summary", {}, `${texts.length - open} more`), h("ul", { class: "o-bullets" }, texts.slice(open).map(item))) : null);
}

function readAgain(taken, context) {
  const { ways: said } = taken;
  const again = (change) => readBy(context, "again", change);
  const choose = (id, label, value, options, change) => h("div", { class: "o-field", key: id },
    h("label", { for: id }, label),
    h("select", { id, value: value ?? "", onchange: (event) => again(change(event.target.value)) },
      h("option", { value: "" }, "found by itself"), options.map(([option, text]) => h("option", { value: option, key: option }, text))));
  return h("details", { class: "o-card o-again", key: "again", mount: (node) => { node.open = Boolean(taken.fault); } },
    h("summary", {}, "Read it another way"),
    h("div", { class: "o-grid" },
      taken.sheets.length > 1 ? choose("o-read-sheet", "Sheet", said.sheet, taken.sheets.map((one) => [one, one]), (sheet) => ({ sheet })) : null,
      choose("o-read-encoding", "Encoding", said.encoding, ENCODINGS.map((one) => [one, one]), (encoding) => ({ encoding })),
      choose("o-read-delimiter", "Cells are parted by", said.delimiter, DELIMITERS, (delimiter) => ({ delimiter })),
      h("div", { class: "o-field", key: "header" },
        h("label", { for: "o-read-header" }, "Row of the headers"),
        h("input", {
          id: "o-read-header", class: "o-input", type: "number", min: 0, inputmode: "numeric", value: said.header_row ?? "", placeholder: "found by itself",
          onchange: (event) => again({ header_row: event.target.value === "" ? null : Number(event.target.value) }),
        }),
        h("p", { class: "o-help" }, "0 where there are none."))),
    h("fieldset", { class: "o-keeps", key: "keeps" },
      h("legend", {}, "Keep rows that would be left out"),
      taken.keeps.map((keep) => h("label", { class: "o-check", key: keep.name },
        h("input", {
          type: "checkbox", checked: said.keep.includes(keep.name),
          onchange: (event) => again({ keep: event.target.checked ? [...said.keep, keep.name] : said.keep.filter((one) => one !== keep.name) }),
        }), `${keep.words} rows`)),
      h("label", { class: "o-check", key: "as_table" },
        h("input", { type: "checkbox", checked: said.as_table, onchange: (event) => again({ as_table: event.target.checked }) }),
        "read it as answers, even if it looks like a summary")));
}

function firstRows(taken) {
  const more = taken.columns - taken.heads.length;
  return h("div", { class: "o-later", key: "preview" },
    h("h3", {}, "The first rows", more > 0 ? h("span", { class: "o-note" }, ` (${many(more, "column")} more)`) : null),
    table("The first rows", [{ text: "Row", number: true }, ...taken.heads], taken.preview));
}
