"""The reader of delimited text: encoding, delimiter, width, cells and headers are found, in that order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Rows
from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import delimited
from omoto_kit.intake.broken import broken_rows
from omoto_kit.intake.dialects import NULL, absent, plain_quotes, shown_texts, undrawn
from omoto_kit.intake.headers import LOOK, find_header, settle
from omoto_kit.intake.kinds import KINDS
from omoto_kit.intake.labels import find_labels
from omoto_kit.intake.text import decode
from omoto_kit.intake.understood import choices_of, counted, rows_of
from omoto_kit.intake.wrong import refuse_no_table
from omoto_kit.plugins import reader

__all__ = ["table"]


@reader(*KINDS["CSV"])
def table(path: Path, **options: Any) -> Rows:
    """Read delimited text: encoding, delimiter, width, cells, headers, in that order."""
    where, choices = Place(path), choices_of(options)
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
    rows = rows_of(settled, ", ".join(filter(None, [kind, words, parted, quotes, parsed.words, *shown])))
    is_cut = not text.data.endswith((b"\n", b"\r", b"\x1a"))
    return replace(rows, doubts=broken_rows(parsed, settled.numbers, is_cut=is_cut, is_inside=text.is_cut))


def _as_shown(cells: pl.DataFrame, *, has_nulls: bool) -> tuple[pl.DataFrame, list[str]]:
    """Give cells as a spreadsheet shows them, empty where a database wrote its null, and the words for both."""
    cells, formulas = shown_texts(cells)
    cells, nulls = absent(cells) if has_nulls else (cells, 0)
    words = [f"{counted(formulas, 'formula')} read as the text shown"] if formulas else []
    return cells, [*words, f"{counted(nulls, 'cell')} {NULL} read as empty"] if nulls else words


def _delimiter(data: bytes, given: str | None, hinted: str, where: Place) -> str:
    """Take the delimiter that a person gave, or the file's own hint where it parts anything, or the likeliest."""
    if hinted and max(map(len, delimited.first_records(data, hinted)), default=0) < 2:  # noqa: PLR2004  it parts nothing
        hinted = ""
    named = given or hinted or delimited.find_delimiter(data)
    return _checked(delimited.NAMED.get(named, named), where)


def _checked(delimiter: str, where: Place) -> str:
    """Raise IntakeError for what cannot part cells."""
    if len(delimiter.encode()) != 1 or delimiter in '"\r\n':
        advice = "Give a comma, a semicolon, a tab, a pipe or another single character."
        raise IntakeError(f"{delimiter!r} cannot be a delimiter.", where=where, advice=advice)
    return delimiter


def _width(head: delimited.Records, at: int) -> int:
    """Count the columns: as many as the header and its label rows have."""
    if at >= len(head):
        return max((len(record) for record in head), default=1)
    blank = [""] * len(head[at])
    labels = find_labels([*head[at], ""], [[*record, *blank] for record in head[at + 1 :]])
    return max(*(len(record) for record in head[at : at + labels.rows + 1]), 1)
