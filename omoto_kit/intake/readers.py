"""The built-in readers, made by the same decorator as a stranger's: a path and options in, rows out.

Each is handed the file's bytes as the option `data`, since they were read already to find out what the file is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Rows, Source
from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import bodies, delimited, frames, sheets
from omoto_kit.intake.broken import broken_rows
from omoto_kit.intake.dialects import NULL, absent, plain_quotes, shown_texts, undrawn
from omoto_kit.intake.headers import (
    LOOK,
    Choices,
    Settled,
    clean_name,
    find_header,
    left_out,
    no_rows,
    settle,
    unique_names,
)
from omoto_kit.intake.kinds import KINDS
from omoto_kit.intake.labels import Labels, find_labels
from omoto_kit.intake.leaving import Table, check_keep, leave_out
from omoto_kit.intake.markup import declared_encoding, read_html, read_spreadsheet_xml
from omoto_kit.intake.records import as_table
from omoto_kit.intake.several import joined
from omoto_kit.intake.text import decode
from omoto_kit.intake.wrong import NoAnswersError, refuse_no_table
from omoto_kit.plugins import ReaderStep, reader, steps_of

__all__ = ["built_in", "from_frame"]

#: How pandas names a column without a header.
UNNAMED = re.compile(r"Unnamed: \d+(?:_level_\d+)?")
#: Says as the sheet that all sheets are read.
EVERY = "*"
#: Label rows stand in the first rows of a frame.
LABEL_ROWS = 4


def built_in(kind: str) -> ReaderStep:
    """Give the reader of one of KINDS.

    >>> built_in("ODS").name
    'workbook'
    """
    steps = [step for function in (table, workbook, page, parquet, responses) for step in steps_of(function)]
    return next(step for step in steps if isinstance(step, ReaderStep) and KINDS[kind][0] in step.suffixes)


@reader(*KINDS["CSV"])
def table(path: Path, **options: Any) -> Rows:
    """Read delimited text: encoding, delimiter, width, cells, headers, in that order."""
    where, choices = Place(path), _choices(options)
    header_row = choices.header_row
    text = decode(options["data"], where, options["encoding"])
    hinted, plain = delimited.split_hint(delimited.tidy_lines(text.data))
    inner = delimited.unwrapped(plain)
    words = f"{text.words}, each line in quotes" if inner else text.words
    plain = inner or plain
    drawn = undrawn(plain) if options["delimiter"] is None else None
    words, plain = (f"{words}, a table drawn in text", drawn) if drawn else (words, plain)
    delimiter = _delimiter(plain, "|" if drawn else options["delimiter"], hinted, where)
    plain, quotes = plain_quotes(plain, delimiter, where)
    head = delimited.first_records(plain, delimiter, max(LOOK, (header_row or 0) + 5))
    if not choices.trusting:
        refuse_no_table(head, where)
    at = find_header(head) if header_row is None else max(header_row - 1, 0)
    width = _width(head, at or 0)
    parsed = delimited.parse(plain, delimiter, width, where)
    cells, shown = _as_shown(parsed.frame, has_nulls=NULL.encode() in plain)
    settled = settle(cells, replace(choices, is_ragged=parsed.widths is not None), where)
    kind = "TSV" if delimiter == "\t" else "CSV"
    parted = "1 column" if width == 1 else delimited.DELIMITERS.get(delimiter, f"parted by {delimiter!r}")
    rows = _rows(settled, ", ".join(filter(None, [kind, words, parted, quotes, parsed.words, *shown])))
    is_cut = not text.data.endswith((b"\n", b"\r", b"\x1a"))
    return replace(rows, doubts=broken_rows(parsed, settled.numbers, is_cut=is_cut, is_inside=text.is_cut))


def _as_shown(cells: pl.DataFrame, *, has_nulls: bool) -> tuple[pl.DataFrame, list[str]]:
    """Give cells as a spreadsheet shows them, empty where a database wrote its null, and the words for both."""
    cells, formulas = shown_texts(cells)
    cells, nulls = absent(cells) if has_nulls else (cells, 0)
    words = [f"{_count(formulas, 'formula')} read as the text shown"] if formulas else []
    return cells, [*words, f"{_count(nulls, 'cell')} {NULL} read as empty"] if nulls else words


def _delimiter(data: bytes, given: str | None, hinted: str, where: Place) -> str:
    """Take the delimiter that a person gave, or the file's own hint where it parts anything, or the likeliest."""
    if hinted and max(map(len, delimited.first_records(data, hinted)), default=0) < 2:  # noqa: PLR2004  it parts nothing
        hinted = ""
    named = given or hinted or delimited.find_delimiter(data)
    delimiter = delimited.NAMED.get(named, named)
    if len(delimiter.encode()) != 1 or delimiter in '"\r\n':
        advice = "Give a comma, a semicolon, a tab, a pipe or another single character."
        raise IntakeError(f"{delimiter!r} cannot be a delimiter.", where=where, advice=advice)
    return delimiter


@reader(*KINDS["XLSX"], *KINDS["XLSB"], *KINDS["XLS"], *KINDS["ODS"])
def workbook(path: Path, **options: Any) -> Rows:
    """Read one sheet of a workbook, or with "*" all that hold answers."""
    data, kind, where = options["data"], options["kind"], Place(path)
    if options["sheet"] == EVERY:
        return _every_sheet(path, options)
    sheet, settled = _settled(sheets.read_sheets(data, kind, options["sheet"], where), _choices(options), path)
    others = sheets.twins(sheet, data, kind, where) if options["sheet"] is None and " of " in sheet.words else []
    more = (
        f', not read are {", ".join(map(repr, others))} with the same headers (sheet "*" reads all)' if others else ""
    )
    return _rows(settled, f"{kind}, {sheet.words}{more}", sheet.name)


def _every_sheet(path: Path, options: Mapping[str, Any]) -> Rows:
    """Read all visible sheets that hold answers, one below the other."""
    tables: list[Rows] = []
    for sheet in sheets.read_sheets(options["data"], options["kind"], None, Place(path)):
        try:
            settled = settle(sheet.cells, _choices(options), Place(path, sheet=sheet.name), sheet.look)
        except NoAnswersError:
            continue
        if sheet.is_likely or not tables:
            rows = _rows(settled, options["kind"], sheet.name)
            tables.append(replace(rows, source=replace(rows.source, name=sheet.name, path=str(path))))
    if not tables:
        advice = "Give one with headers and answers."
        raise IntakeError("None of its sheets holds answers.", where=path, advice=advice)
    return joined(tables, (), path.name, "sheet")


def _settled(found: Iterable[sheets.Sheet], choices: Choices, path: Path) -> tuple[sheets.Sheet, Settled]:
    """Take the first sheet that holds answers. Raises what is wrong with the first where none does."""
    refusal: IntakeError | None = None
    for sheet in found:
        try:
            return sheet, settle(sheet.cells, choices, Place(path, sheet=sheet.name), sheet.look)
        except NoAnswersError as error:
            refusal = refusal or error
    raise refusal or IntakeError("There are no cells in it.", where=path, advice="Give one with headers and answers.")


@reader(*KINDS["HTML"], *KINDS["XML 2003"])
def page(path: Path, **options: Any) -> Rows:
    """Read the tables of a web page as one sheet, or one sheet of a workbook in the XML of 2003."""
    where, kind, sheet = Place(path), options["kind"], options["sheet"]
    if kind == "HTML":
        text = decode(options["data"], where, options["encoding"] or declared_encoding(options["data"]))
        found = [read_html(text.data.decode(), where)]
        words = "a web page (HTML) with 1 table" if found[0].tables == 1 else f"HTML, {found[0].tables} tables"
    else:
        found, words = read_spreadsheet_xml(options["data"], where), "workbook in the XML form of 2003"
    given = [sheets.Sheet(one.name, one.cells, f"sheet {one.name!r}" if one.name else "", one.look) for one in found]
    if sheet is not None:
        name = sheets.find_sheet(sheet, [one.name for one in given], where)
        given = [one for one in given if one.name == name]
    chosen, settled = _settled(given, _choices(options), path)
    return _rows(settled, ", ".join(filter(None, [words, chosen.words])), chosen.name)


@reader(*KINDS["Parquet"])
def parquet(path: Path, **options: Any) -> Rows:
    """Read a Parquet file."""
    where = Place(path)
    return from_frame(frames.read_parquet(options["data"], where), "Parquet", where, check_keep(options["keep"]))


@reader(*KINDS["JSON"], *KINDS["JSON Lines"])
def responses(path: Path, **options: Any) -> Rows:
    """Read jsonbody objects, one a line or in a list; objects that are rows of a table are read as such."""
    where, kind = Place(path), options["kind"]
    text = decode(options["data"], where, options["encoding"])
    if table := as_table(text.data, kind, where):
        records, lines = table
        rows = from_frame(frames.from_dicts(records, where), kind, where, check_keep(options["keep"]))
        numbers = pl.Series("row", lines, dtype=pl.Int64).gather(rows.numbers - 1)
        return replace(rows, numbers=numbers)
    frame, numbers = bodies.read_bodies(text.data, kind, where)
    if not len(numbers):
        raise IntakeError("There are no responses in it.", where=where, advice="Write one jsonbody a line.")
    words = f"{kind} of jsonbody objects, {text.words}, {_count(len(numbers), 'response')}"
    return Rows(Source(path.name, understood=words, bodies=True), frame, numbers, bodies=True)


def from_frame(frame: pl.DataFrame, kind: str, where: Place, keep: frozenset[str] = frozenset()) -> Rows:
    """Number the rows of a frame of text from 1; leave out blank ones, a survey tool's label rows, and no answers."""
    if not (frame.height and frame.width):
        raise IntakeError(f"The {kind} has no rows.", where=where, advice="Give one with headers and answers.")
    header = ["" if UNNAMED.fullmatch(name) else clean_name(name) for name in frame.columns]
    below = [[cell or "" for cell in row] for row in frame.head(LABEL_ROWS).rows()]
    found = find_labels(header, below)
    if not found.tool:
        is_joined = found.names != tuple(header)
        labels = Labels(names=tuple(frame.columns)) if is_joined else replace(found, names=tuple(frame.columns))
    else:
        labels = found
    numbers = pl.Series("row", range(1, frame.height + 1), dtype=pl.Int64)
    shown = frame.select(pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(value=False)).to_series()
    if not shown.any():
        raise IntakeError(f"The {kind} has no filled cells.", where=where, advice="Give one with answers.")
    real = shown & (numbers > labels.rows)
    names = unique_names(labels.names, range(1, frame.width + 1))
    others = {name: other for name, other in zip(names, labels.others, strict=False) if other}
    filled = frame.filter(real).rename(dict(zip(frame.columns, names, strict=True)))
    table, gone = leave_out(Table(filled, numbers.filter(real), others, labels.tool), (), (), keep)
    if not table.frame.height and not gone:
        raise no_rows(names, where)
    told = [kind, labels.words, *left_out(gone), _count(len(table.numbers), "row")]
    words = ", ".join(filter(None, told))
    source = Source(str(where.path), fingerprint=frames.fingerprint(frame), understood=words)
    return Rows(source, table.frame, table.numbers, labels=others)


def _width(head: delimited.Records, at: int) -> int:
    """Count the columns: as many as the header and its label rows have."""
    if at >= len(head):
        return max((len(record) for record in head), default=1)
    blank = [""] * len(head[at])
    labels = find_labels([*head[at], ""], [[*record, *blank] for record in head[at + 1 :]])
    return max(*(len(record) for record in head[at : at + labels.rows + 1]), 1)


def _rows(settled: Settled, words: str, sheet: str = "") -> Rows:
    understood = f"{words}, {settled.words}, {_count(settled.frame.height, 'row')}"
    return Rows(Source("", sheet=sheet, understood=understood), settled.frame, settled.numbers, labels=settled.labels)


def _choices(options: Mapping[str, Any]) -> Choices:
    return Choices(options["header_row"], check_keep(options["keep"]), as_table=bool(options["as_table"]))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
