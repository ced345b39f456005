// Blocks of cells as spreadsheets put them on the clipboard: tabs between cells, line ends between rows, quotes
// around a cell that holds either.

/** Read a clipboard's text as rows of cells. A line end after the last row opens no further one. */
export function parseBlock(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  let fresh = true;
  const end = () => {
    rows[rows.length - 1].push(cell);
    cell = "";
    fresh = true;
  };
  const clean = text.replace(/\r\n?/g, "\n");
  for (let at = 0; at < clean.length; at += 1) {
    const sign = clean[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (clean[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && fresh && closes(clean, at)) {
      quoted = true;
      fresh = false;
    } else if (sign === "\t") end();
    else if (sign === "\n") {
      end();
      rows.push([]);
    } else {
      cell += sign;
      fresh = false;
    }
  }
  if (cell !== "" || rows[rows.length - 1].length) end();
  else rows.pop();
  return rows.length ? rows : [[""]];
}

/** Tell whether a quote at the start of a cell has its partner before a cell's end: else it is a sign like any other. */
function closes(text, start) {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] === '"') at += 1;
    else return at + 1 === text.length || text[at + 1] === "\t" || text[at + 1] === "\n";
  }
  return false;
}

/** Write rows of cells as a spreadsheet takes them. */
export function formatBlock(rows) {
  const cell = (text) => (/[\t\n\r"]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  return rows.map((row) => row.map((text) => cell(text ?? "")).join("\t")).join("\n");
}
