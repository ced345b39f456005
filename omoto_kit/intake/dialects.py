"""Ways of quoting that are no CSV by the book, and cells that are formulas: made plain where the whole file agrees."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import polars as pl

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.delimited import count_records, first_records, large_cells, parse

__all__ = ["NULL", "SHOWN_TEXT", "absent", "plain_quotes", "shown_texts", "undrawn"]

#: A few texts in single quotes are just that.
USUAL = 20
SINGLE, BAR = b"'", b"|"
#: A bar that parts cells, and a line that is drawn below the headers or around the table.
UNESCAPED_BAR = re.compile(r"(?<!\\)\|")
DRAWN = re.compile(rb"[ \t|+:]*[-=]{3,}[-=+|: \t]*\r?")
#: So many lines around it may be no row of it.
FEW = 3
#: One of so many first lines of such a table is drawn.
NEAR = 30
#: So many bytes show how a file is written.
HEAD = 1 << 16
#: A quote behind a backslash that is not itself behind one.
ESCAPED = re.compile(rb'(?<!\\)((?:\\\\)*)\\"')
#: A link in a cell without quotes around it: its comma would part it.
BARE_LINK = r'(?im)(?P<before>^|{0})=HYPERLINK\("[^"\r\n]*"[,;][ ]*"(?P<text>[^"\r\n]*)"\)(?={0}|\r|$)'
#: Cells that hold a text as a formula, as portals write them to keep zeros in front, and links.
TEXT = r'^="((?:[^"]|"")*)"$'
LINK = r'(?i)^=HYPERLINK\("(?:[^"]|"")*"[,;] *"((?:[^"]|"")*)"\)$'
ADDRESS = r'(?i)^=HYPERLINK\("((?:[^"]|"")*)"\)$'
#: How MySQL and its kin write a cell that holds nothing.
NULL = r"\N"
#: How such cells begin in a file where each quote stands as it should.
SHOWN_TEXT = re.compile(rb'"=(?:""|HYPERLINK\()', re.IGNORECASE)


def undrawn(data: bytes) -> bytes | None:
    r"""Give the cells of a table that is drawn in text with bars and lines of dashes, parted by bars; None for others.

    Markdown, SAP and the consoles of databases write such tables. A drawn line, and what stands above the table, become
    blank, so that each row keeps its number; what stands below it is left out.

    >>> undrawn(b"| Store | Rating |\n|-------|--------|\n| Pune  |      9 |\n")
    b'Store|Rating\n\nPune|9\n'
    """
    if BAR not in data or not any(map(DRAWN.fullmatch, data[:HEAD].split(b"\n")[:NEAR])):
        return None
    lines = data.decode().removesuffix("\n").split("\n")
    rows = [[] if DRAWN.fullmatch(line.encode()) else UNESCAPED_BAR.split(line.strip()) for line in lines]
    wide = [row for row in rows if len(row) > 1]
    others = sum(map(any, rows)) - len(wide)
    if len({len(row) for row in wide}) != 1 or others > max(FEW, len(wide) // 10):
        return None
    inside = [at for at, row in enumerate(rows) if len(row) > 1]
    rows[: inside[0]], rows[inside[-1] + 1 :] = [[]] * inside[0], []
    is_framed = all(not row[0] and not row[-1] for row in wide)
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=BAR.decode(), lineterminator="\n")
    for row in rows:
        inner = row[1:-1] if is_framed and len(row) > 1 else row
        writer.writerow(cell.strip().replace(r"\|", "|") for cell in inner)
    return written.getvalue().encode()


def plain_quotes(data: bytes, delimiter: str, where: Place) -> tuple[bytes, str]:
    r"""Write a file's quotes by the book, and say what they were; a file that is so already is given back.

    A quote may stand behind spaces, or behind a backslash inside a cell, or be a single one, if all rows then have the
    header's cells. Raises IntakeError with the line where such a quote stands in a file that does not agree with
    itself.

    >>> plain_quotes(b'a, "b"\n1, "x, y"\n', ",", Place("kiosk.csv"))
    (b'a,b\n1,"x, y"\n', 'spaces before quotes left out')
    """
    if b"=HYPERLINK(" in data or b"=hyperlink(" in data:
        data = _quoted_links(data, delimiter)
    if SINGLE in data[:HEAD] and (plain := _without_single(data, delimiter, where)) is not None:
        return plain, "cells in single quotes"
    if b'"' not in data or count_records(data, delimiter.encode()) is not None:
        return data, ""
    return _by_the_book(data, delimiter, where)


def _by_the_book(data: bytes, delimiter: str, where: Place) -> tuple[bytes, str]:
    """Write quotes behind backslashes and behind spaces anew, and say so."""
    escaped = ESCAPED.search(data)
    plain = ESCAPED.sub(rb'\1""', data) if escaped else data
    words = 'quotes written \\"' if escaped else ""
    if escaped and _agrees(plain, delimiter):
        return plain, words
    spaced = re.compile(rf'(^|[\n{re.escape(delimiter)}]) +"'.encode())
    if spaced.search(plain) and (tidy := _without_spaces(plain, delimiter, spaced)) is not None:
        return tidy, ", ".join(filter(None, [words, "spaces before quotes left out"]))
    escape = data.count(b"\n", 0, escaped.start()) + 1 if escaped else 0
    _refuse_mixed(data, delimiter, escape, where)
    return data, ""


def _without_single(data: bytes, delimiter: str, where: Place) -> bytes | None:
    """Write single quotes around cells as double ones; None where they are no quotes but a part of the texts.

    They are quotes where the headers stand in them, where the rows do not fit without them, and where they are many.
    A file whose headers all stand in them, and whose rows then do not fit, is refused.
    """
    sign, glance = delimiter.encode(), data[:HEAD]
    opening = glance.startswith(SINGLE) + glance.count(sign + SINGLE) + glance.count(b"\n" + SINGLE)
    if opening * 2 < glance.count(b"\n"):
        return None
    head = data.split(b"\n", 1)[0].strip().split(sign)
    is_promised = all(name[:1] == name[-1:] == SINGLE and len(name) > 1 for name in head)
    if not is_promised and opening < USUAL and _agrees(data, delimiter):
        return None
    plain, line = _rewritten(data, delimiter, quotechar=SINGLE.decode())
    if plain is None and is_promised:
        raise _at(line, "single quotes around its cells, as the headers have", where)
    return plain


def _rewritten(data: bytes, delimiter: str, **form: Any) -> tuple[bytes | None, int]:
    """Write a file of another form by the book; None, and the line, where it does not have that form throughout."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\n")
    reader = csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter, strict=True, **form)
    try:
        with large_cells():
            width = len(header := next(reader))
            writer.writerow(header)
            for record in reader:
                if len(record) > width:
                    return None, reader.line_num
                writer.writerow(record)
    except csv.Error:
        return None, reader.line_num
    return written.getvalue().encode(), 0


def _refuse_mixed(data: bytes, delimiter: str, escape: int, where: Place) -> None:
    """Refuse a file of which only some rows are quoted that way; `escape` is the line of the first backslash, or 0."""
    if escape and _is_faulty(data, delimiter):
        raise _at(escape, "a quote behind a backslash", where)
    if b' "' in data and (line := _swallowed(data, delimiter)):
        raise _at(line, "a quote behind a space", where)


def shown_texts(cells: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Give each cell that is a formula for a text the text that a spreadsheet shows, and say how many those are.

    >>> shown_texts(pl.DataFrame({"0": ['="007"', '=HYPERLINK("http://x","R1")', "=A1"]}))[0]["0"].to_list()
    ['007', 'R1', '=A1']
    """
    count = 0
    columns = []
    for column in cells:
        formulas = column.filter(column.str.starts_with("=").fill_null(value=False)).unique()
        texts = {formula: text for formula in formulas if (text := _shown(formula)) is not None}
        if texts:
            count += int(column.is_in(list(texts)).sum())
            columns.append(column.replace(list(texts), list(texts.values())))
    return cells.with_columns(columns), count


def absent(cells: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    r"""Empty each cell by which a database says that nothing is there, and say how many those are.

    >>> absent(pl.DataFrame({"0": ["9", r"\N"], "1": [None, "ok"]}))[0].rows()
    [('9', None), (None, 'ok')]
    """
    counts = cells.select((pl.all() == NULL).sum()).row(0)
    found = [name for name, count in zip(cells.columns, counts, strict=True) if count]
    return cells.with_columns(pl.when(pl.col(name) != NULL).then(pl.col(name)) for name in found), sum(counts)


def _shown(formula: str) -> str | None:
    """Give the text that a formula shows; None where it has to be calculated."""
    found = next((match for form in (TEXT, LINK, ADDRESS) if (match := re.fullmatch(form, formula))), None)
    return None if found is None else found[1].replace('""', '"')


def _quoted_links(data: bytes, delimiter: str) -> bytes:
    """Put the text of each link that stands without quotes in its place."""
    sign = re.escape(delimiter)
    text = re.sub(BARE_LINK.format(sign), lambda found: f'{found["before"]}"{found["text"]}"', data.decode())
    return text.encode()


def _agrees(data: bytes, delimiter: str) -> bool:
    """Tell whether each quote stands where it should, and no row has more cells than the header."""
    if count_records(data, delimiter.encode()) is None:
        return False
    width = len(first_records(data, delimiter, 1)[0])
    try:
        parse(data, delimiter, width, Place("file"))
    except IntakeError:
        return False
    return True


def _is_faulty(data: bytes, delimiter: str) -> bool:
    """Tell whether a file as it is has quotes that part its cells wrongly."""
    try:
        return bool(parse(data, delimiter, len(first_records(data, delimiter, 1)[0]), Place("file")).strays)
    except IntakeError:
        return True


def _without_spaces(data: bytes, delimiter: str, spaced: re.Pattern[bytes]) -> bytes | None:
    """Leave out the spaces behind delimiters; None where some quote then still stands where none should."""
    if count_records(spaced.sub(rb'\1"', data), delimiter.encode()) is None:
        return None
    tidy, _ = _rewritten(data, delimiter, skipinitialspace=True)
    return tidy if tidy is not None and _agrees(tidy, delimiter) else None


def _swallowed(data: bytes, delimiter: str) -> int:
    """Give the line in which a cell begins with a space and a quote that it does not close; 0 where there is none."""
    source = io.StringIO(data.decode(), newline="")
    with large_cells():
        reader = csv.reader(source, delimiter=delimiter)
        for record in reader:
            if any(re.match(' +"', cell) and cell.count('"') % 2 for cell in record):
                return reader.line_num
    return 0


def _at(line: int, what: str, where: Place) -> IntakeError:
    advice = 'Export the file again, with each quote inside a cell written twice ("") and none behind a space.'
    message = f"Line {line} has {what}, and read in that way other lines do not fit."
    return IntakeError(message, where=where, advice=advice)
