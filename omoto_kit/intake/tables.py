"""The reader of delimited text: encoding, delimiter, width, cells and headers are found, in that order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Rows
from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import delimited
from omoto_kit.intake.broken import broken_rows
from omoto_kit.intake.dialects import NULL, absent, plain_quotes, shown_texts, undrawn
from omoto_kit.intake.headers import LOOK, Choices, find_header, settle
from omoto_kit.intake.kinds import KINDS
from omoto_kit.intake.labels import find_labels
from omoto_kit.intake.text import Decoded, decode
from omoto_kit.intake.understood import choices_of, counted, rows_of
from omoto_kit.intake.wrong import refuse_no_table
from omoto_kit.plugins import reader

__all__ = ["table"]


@dataclass(frozen=True)
class _Plain:
    """Delimited text without what was put around it, its delimiter, and the words for it and for its quotes."""

    data: bytes
    delimiter: str
    words: str
    quotes: str


@reader(*KINDS["CSV"])
def table(path: Path, **options: Any) -> Rows:
    """Read delimited text: encoding, delimiter, width, cells, headers, in that order."""
    where, choices = Place(path), choices_of(options)
    text = decode(options["data"], where, options["encoding"])
    plain = _plain(text, options["delimiter"], where)
    width = _width(plain, choices, where)
    parsed = delimited.parse(plain.data, plain.delimiter, width, where)
    cells, shown = _as_shown(parsed.frame, has_nulls=NULL.encode() in plain.data)
    settled = settle(cells, replace(choices, is_ragged=parsed.widths is not None), where)
    kind = "TSV" if plain.delimiter == "\t" else "CSV"
    parted = "1 column" if width == 1 else delimited.DELIMITERS.get(plain.delimiter, f"parted by {plain.delimiter!r}")
    rows = rows_of(settled, ", ".join(filter(None, [kind, plain.words, parted, plain.quotes, parsed.words, *shown])))
    is_cut = not text.data.endswith((b"\n", b"\r", b"\x1a"))
    return replace(rows, doubts=broken_rows(parsed, settled.numbers, is_cut=is_cut, is_inside=text.is_cut))


def _plain(text: Decoded, given: str | None, where: Place) -> _Plain:
    """Take off the quotes around whole lines and the lines of a drawn table, and find the delimiter."""
    hinted, data = delimited.split_hint(delimited.tidy_lines(text.data))
    words = text.words
    if inner := delimited.unwrapped(data):
        words, data = f"{words}, each line in quotes", inner
    if given is None and (drawn := undrawn(data)):
        words, data, given = f"{words}, a table drawn in text", drawn, "|"
    delimiter = _delimiter(data, given, hinted, where)
    data, quotes = plain_quotes(data, delimiter, where)
    return _Plain(data, delimiter, words, quotes)


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


def _width(plain: _Plain, choices: Choices, where: Place) -> int:
    """Count the columns. Raises IntakeError for what does not look like a table, unless a person says that it is."""
    row = choices.header_row
    head = delimited.first_records(plain.data, plain.delimiter, max(LOOK, (row or 0) + 5))
    if not choices.trusting:
        refuse_no_table(head, where)
    return _columns_at(head, (find_header(head) or 0) if row is None else max(row - 1, 0))


def _columns_at(head: delimited.Records, at: int) -> int:
    """Count the columns of a header: as many as it and its label rows have."""
    if at >= len(head):
        return max((len(record) for record in head), default=1)
    blank = [""] * len(head[at])
    labels = find_labels([*head[at], ""], [[*record, *blank] for record in head[at + 1 :]])
    return max(*(len(record) for record in head[at : at + labels.rows + 1]), 1)
