"""Tables of web pages, which many portals name .xls, and workbooks in Excel's XML of 2003: their cells as text.

Both are laid out as Excel does when it opens them: tables one below the other, a text between them as a row of one
cell, so that row numbers are those that a person sees there.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import polars as pl

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.formats import Look, Merged
from omoto_kit.intake.frames import EXACT
from omoto_kit.intake.guard import damaged

__all__ = ["Page", "declared_encoding", "read_html", "read_spreadsheet_xml"]

SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
NAMED = f"{{{SPREADSHEET}}}"
#: What a page shows nothing of.
UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
#: Where one text ends and another begins.
BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "hr"})
SPACES = re.compile(r"[ \t\r\n\f]+")
#: More than so many cells for one tag is a mistake, or made to fill the memory.
WIDEST = 16_384
#: The last row of a sheet.
LONGEST = 1_048_576
CHARSET = re.compile(rb"""<meta[^>]*charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
MIDNIGHT = re.compile(r"T00:00:00(?:\.0+)?$")

Cells = list[list[str]]


@dataclass(frozen=True)
class Page:
    """One sheet of raw cells: row i is row i + 1 of what Excel shows; `tables` counts those that lie in it."""

    name: str
    cells: pl.DataFrame
    look: Look
    tables: int = 1


def declared_encoding(data: bytes) -> str | None:
    """Give the encoding that a web page says it has, where Python knows it and no mark says otherwise.

    >>> declared_encoding(b'<meta charset="windows-1252">'), declared_encoding(b"<table>")
    ('windows-1252', None)
    """
    found = CHARSET.search(data[:4096])
    name = found[1].decode("ascii", "ignore") if found else ""
    try:
        codec = codecs.lookup(name).name
        data.decode(codec)
    except (LookupError, UnicodeDecodeError):
        return None
    return None if codec == "utf-8" else name


def read_html(text: str, where: Place) -> Page:
    """Read all tables of a page. Raises IntakeError where it has none, as the page that asks to log in."""
    parser = _Tables()
    parser.feed(_closed(text))
    parser.close()
    if not parser.tables:
        what = "This is a web page (HTML) without any table, whatever its name says."
        advice = "It may be a page that asks to log in: open it in a browser, and export the answers again."
        raise IntakeError(what, where=where, advice=advice)
    return Page("", _frame(parser.rows), Look(merged=tuple(parser.merged)), parser.tables)


def _closed(text: str) -> str:
    """Leave out what stands behind a comment or a tag that never ends: a parser looks for its end again and again.

    >>> _closed("<td>9</td><!-- a <!-- b <td>8"), _closed("<td>9</td><td <td")
    ('<td>9</td>', '<td>9</td>')
    """
    comment = text.find("<!--", text.rfind("-->") + 1)
    text = text[:comment] if comment >= 0 else text
    tag = text.find("<", text.rfind(">") + 1)
    return text[:tag] if tag >= 0 else text


def read_spreadsheet_xml(data: bytes, where: Place) -> list[Page]:
    """Read all sheets of a workbook in the XML of 2003. Raises IntakeError where it is damaged."""
    try:
        root = ET.fromstring(data)  # noqa: S314  expat limits what entities may grow to
    except ET.ParseError:
        raise damaged(where, "a workbook in the XML form of 2003") from None
    return [_sheet(sheet) for sheet in root.iter(f"{NAMED}Worksheet")]


def _frame(rows: Cells) -> pl.DataFrame:
    width = max((len(row) for row in rows), default=0)
    columns = {
        str(at): pl.Series([(row[at] or None) if at < len(row) else None for row in rows], dtype=pl.String)
        for at in range(width)
    }
    return pl.DataFrame(columns)


class _Tables(HTMLParser):
    """Collects the rows of all outermost tables, and the texts between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: Cells = []
        self.tables = 0
        self._depth = self._unseen = 0
        self.merged: list[Merged] = []
        self._text: list[str] = []
        self._row: dict[int, str] | None = None
        self._span: tuple[int, int] | None = None
        self._taken_until: dict[int, int] = {}  # for each column, the last row that a cell from above reaches into

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell; tables inside of cells are a part of the cell's text."""
        if tag in UNSEEN:
            self._unseen += 1
        elif tag == "table":
            if not self._depth:
                self._end_line()
                self.tables += 1
            self._depth += 1
        elif self._depth == 1 and tag == "tr":
            self._end_row()
            self._row = {}
        elif self._depth == 1 and tag in ("td", "th"):
            self._begin_cell(dict(attrs))
        elif tag in BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        """End what has begun."""
        if tag in UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "table":
            self._depth = max(0, self._depth - 1)
            if not self._depth:
                self._end_row()
                self._taken_until = {}
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
        elif self._depth == 1 and tag == "tr":
            self._end_row()
        elif tag in BREAKS - {"br", "hr"}:
            self._break()

    def handle_data(self, data: str) -> None:
        """Take what a person sees."""
        if not self._unseen and (self._span is not None or not self._depth):
            self._text.append(SPACES.sub(" ", data))

    def close(self) -> None:
        """End what the page has left open."""
        super().close()
        self._end_row()
        self._end_line()

    def _break(self) -> None:
        if self._depth:
            self._text.append("\n")
        else:
            self._end_line()

    def _end_line(self) -> None:
        """Lay a text outside of tables down as a row of one cell."""
        if text := self._taken():
            self.rows.append([text])

    def _taken(self) -> str:
        lines = "".join(self._text).replace("\xa0", " ").split("\n")
        self._text = []
        return "\n".join(filter(None, (line.strip() for line in lines)))

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        self._end_cell()
        self._row = {} if self._row is None else self._row
        self._text = []
        self._span = (_count(attributes.get("colspan")), _count(attributes.get("rowspan")))

    def _end_cell(self) -> None:
        """Put a cell's text into its row, at the first column that is free there."""
        if self._span is None or self._row is None:
            return
        (columns, rows), number = self._span, len(self.rows)
        at = max(self._row, default=-1) + 1
        while self._taken_until.get(at, -1) >= number:
            at += 1
        self._row |= {at: self._taken()} | dict.fromkeys(range(at + 1, at + columns), "")
        if rows > 1:
            self._taken_until |= dict.fromkeys(range(at, at + columns), number + rows - 1)
        if rows > 1 or columns > 1:
            self.merged.append(Merged(number, at, number + rows - 1, at + columns - 1))
        self._span = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self.rows.append([self._row.get(at, "") for at in range(max(self._row, default=-1) + 1)])
            self._row = None


def _count(text: str | None) -> int:
    """Read a span; what is no number counts as one.

    >>> _count("3"), _count("all"), _count("999999999")
    (3, 1, 16384)
    """
    return min(max(int(text), 1), WIDEST) if text and text.strip().isdecimal() else 1


def _sheet(sheet: ET.Element) -> Page:
    """Lay one worksheet out."""
    rows: Cells = []
    hidden: set[int] = set()
    merged: list[Merged] = []
    for row in sheet.iterfind(f"{NAMED}Table/{NAMED}Row"):
        skipped = _number_of(row, "Index") - 1 - len(rows)
        rows += [[] for _ in range(skipped)]
        if _number_of(row, "Hidden"):
            hidden.add(len(rows))
        rows.append(_row(row, len(rows), merged))
    return Page(sheet.get(f"{NAMED}Name", ""), _frame(rows), Look(hidden=frozenset(hidden), merged=tuple(merged)))


def _row(row: ET.Element, number: int, merged: list[Merged]) -> list[str]:
    """Give the cells of a row, blank ones where an index or a merged cell leaves some out; note the merged ones."""
    cells: list[str] = []
    for cell in row.iterfind(f"{NAMED}Cell"):
        cells += [""] * (_number_of(cell, "Index") - 1 - len(cells))
        across, down = _number_of(cell, "MergeAcross"), _number_of(cell, "MergeDown")
        if across or down:
            merged.append(Merged(number, len(cells), number + down, len(cells) + across))
        cells += [_text(cell.find(f"{NAMED}Data")), *[""] * across]
    return cells


def _number_of(element: ET.Element, name: str) -> int:
    """Read a number that says where a cell is or how far it reaches; 0 where there is none."""
    text = element.get(f"{NAMED}{name}", "")
    return min(int(text), LONGEST) if text.isdecimal() else 0


def _text(data: ET.Element | None) -> str:
    """Write one cell as a person sees it."""
    if data is None:
        return ""
    text = "".join(data.itertext())
    kind = data.get(f"{NAMED}Type", "String")
    if kind == "Boolean":
        return "TRUE" if text.strip() == "1" else "FALSE"
    if kind == "DateTime":
        return MIDNIGHT.sub("", text.strip()).removesuffix(".000")
    return _number(text.strip()) if kind == "Number" else text


def _number(text: str) -> str:
    """Write a whole number without exponent and point.

    >>> _number("9.845012345E9"), _number("4.5"), _number("9")
    ('9845012345', '4.5', '9')
    """
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and abs(value) <= EXACT else text
