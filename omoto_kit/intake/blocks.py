"""Large clean files in blocks of rows, so that memory does not grow with the file.

Clean is a CSV in one encoding with one header row, quotes where they belong and nothing to be left out but blank rows
and a footer. `open_blocks` looks at the whole file once before it promises that; every other file is `read` as a whole,
and both ways give the same rows.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from omoto_kit.batch import Rows, Source
from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import delimited
from omoto_kit.intake.dialects import NULL, SHOWN_TEXT
from omoto_kit.intake.guard import guarded
from omoto_kit.intake.headers import left_out
from omoto_kit.intake.kinds import find_kind
from omoto_kit.intake.leaving import Table, is_doubtful, leave_out_foot
from omoto_kit.intake.readers import built_in
from omoto_kit.intake.suspects import Suspects
from omoto_kit.intake.transcoding import in_utf8
from omoto_kit.intake.unpacking import Content, content_of
from omoto_kit.intake.wrong import may_be_long_form

__all__ = ["BLOCK", "GLANCE", "Blocks", "blank_left_out", "open_blocks"]

#: Bytes of a block.
BLOCK = 1 << 24
#: Bytes that are looked through at a time: what a processor keeps close.
GLANCE = 1 << 20
#: So many lines must be read at first to show what a file is.
HEAD = 1000
PLAIN = re.compile(r"((?:CSV|TSV), UTF-8[^,]*, [^,]+, 1 header row), [\d,]+ rows?")
#: How the lines of a printed report begin that stand between its answers.
PRINTED = re.compile(rb"\n[|\"]?[ \f]*(?::?[-=_]{3,}|page \d)", re.IGNORECASE)
#: Whether a line that begins with this byte may be one of those.
PRINTED_BEGINS = np.isin(np.arange(256), list(b'|" \f:-=_pP'))
#: A cell that holds a database's null, where each cell is a line.
NULL_CELL = re.compile(rb'(?:^|["\n])\\N["\r]*(?:\n|$)')
#: So many bytes show the beginning of a line.
NEAR = 100
SUFFIXES = (".csv", ".tsv", ".txt")
#: Texts that begin with white space come before the first of these signs, or after the last one.
FIRST_SIGN, LAST_SIGN = "!", "~"


@dataclass(frozen=True)
class Blocks:
    """A file that was found clean: its first rows, and where its blocks begin, by byte and by row."""

    content: Content
    first: Rows
    delimiter: str
    width: int
    bounds: tuple[int, ...] = field(repr=False)
    numbers: tuple[int, ...] = field(repr=False)
    foot: tuple[str, ...] = ()

    def parts(self, columns: Sequence[str] | None = None) -> Iterator[Rows]:
        """Give the rows block by block; of `columns` only where they are named, a footer's rows included then."""
        headers = self.first.frame.columns
        wanted = list(headers if columns is None else dict.fromkeys(columns))
        with self.content.opened() as file:
            for at, (start, end) in enumerate(zip(self.bounds, self.bounds[1:], strict=False)):
                file.seek(start)
                cells = self.cells(file.read(end - start), [headers.index(name) for name in wanted])
                numbers = pl.int_range(self.numbers[at], self.numbers[at + 1], eager=True)
                if cells.height != len(numbers):
                    what = "The file is not what it was a moment ago."
                    raise IntakeError(what, where=self.content.path, advice="Start again when nothing writes to it.")
                table = blank_left_out(cells.rename(dict(zip(cells.columns, wanted, strict=True))), numbers)
                if end == self.bounds[-1] and columns is None:
                    table, _ = leave_out_foot(table)
                del cells
                if table.frame.height:
                    yield Rows(self.first.source, table.frame, table.numbers)
                del table, numbers

    def source(self, rows: int) -> Source:
        """Describe the source as reading the whole of it does; `rows` is how many there were."""
        told, _, _ = self.first.source.understood.rpartition(", ")
        words = ", ".join([told, *self.foot, f"{rows:,} row{'' if rows == 1 else 's'}"])
        return replace(self.first.source, understood=words)

    def without_first(self) -> Blocks:
        """Give the same with no first rows in memory, only their headers."""
        bare = replace(self.first, frame=self.first.frame.clear(), numbers=self.first.numbers.clear())
        return replace(self, first=bare)

    def cells(self, data: bytes, columns: Sequence[int]) -> pl.DataFrame:
        """Part some bytes of the file into cells, of these columns; an empty one is null.

        Raises IntakeError where a record is longer than the header, which not all columns show.
        """
        schema = {str(at): pl.String for at in range(self.width)}
        form: dict[str, Any] = {
            "has_header": False,
            "separator": self.delimiter,
            "schema": schema,
            "columns": list(columns),
        }
        cells = guarded(lambda: pl.read_csv(data, **form), lambda _: _too_long(self.content.path, self.width))
        cells = cells.select(str(at) for at in columns)
        empty = cells.select((pl.all() == "").any()).row(0)
        return cells.with_columns(
            pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
            for name, has in zip(cells.columns, empty, strict=True)
            if has
        )


def _too_long(path: Path, width: int) -> IntakeError:
    what = f"A row has more cells than the header, which has {width}, and another has less."
    advice = "Put each cell that holds the delimiter between quotes, or export the file as XLSX."
    return IntakeError(what, where=path, advice=advice)


def blank_left_out(cells: pl.DataFrame, numbers: pl.Series) -> Table:
    """Leave out the rows that hold nothing but white space."""
    first = cells.to_series(0)
    near = (first.is_null() | (first < FIRST_SIGN) | (first > LAST_SIGN)).arg_true()
    doubtful = near.filter(first.gather(near).str.strip_chars().fill_null("") == "")
    if not len(doubtful):
        return Table(cells, numbers, {})
    filled = pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(value=False)
    blank = doubtful.filter(~cells[doubtful].select(filled).to_series())
    if not len(blank):
        return Table(cells, numbers, {})
    shown = pl.repeat(value=True, n=cells.height, dtype=pl.Boolean, eager=True).scatter(blank, values=False)
    return Table(cells.filter(shown), numbers.filter(shown), {})


def open_blocks(path: Path, *, block: int = BLOCK, **options: Any) -> Blocks | None:
    """Look at a whole file in bounded memory; None where it is not clean, so that it must be read as a whole.

    A gzip file, and a zip file of one file, are unpacked into a temporary file first; a file in another encoding than
    UTF-8 is written in it into one. `options` are those of `read`,
    `block` is a block's size in bytes. Nothing is raised for what the file holds: reading it as a whole will.
    """
    plain = {"sheet": None, "encoding": None, "header_row": None, "delimiter": None, "keep": (), "as_table": False}
    asked = plain | options
    if any(asked[name] != plain[name] for name in plain if name != "delimiter"):
        return None
    content = content_of(path, SUFFIXES)
    if content is None:
        return None
    blocks = _opened(content, asked, block)
    if blocks is None and (other := in_utf8(content)) is not None:
        written, encoding = other
        blocks = _opened(written, asked, block, encoding)
    return blocks


def _opened(content: Content, asked: dict[str, Any], block: int, encoding: str = "UTF-8") -> Blocks | None:
    """Look at a whole file that is in UTF-8 now; `encoding` is the one that it has on disk."""
    with content.opened() as file:
        size, head = GLANCE, file.read(GLANCE)
        while len(head) == size < BLOCK and head.count(b"\n") < HEAD:
            size, head = size * 2, head + file.read(size)
    head = head[: _last_record_end(head)] if len(head) == size else head
    found = _head(content.path, head, asked)
    if found is None:
        return None
    first, delimiter = found
    understood = first.source.understood.replace("UTF-8", encoding, 1)
    first = replace(first, source=replace(first.source, understood=understood))
    return _looked_through(content, first, delimiter, block)


def _head(path: Path, head: bytes, options: dict[str, Any]) -> tuple[Rows, str] | None:
    """Read the first rows as any file is read; None where they show that there is more to it."""
    if not head.isascii() and head[:3] != codecs.BOM_UTF8 and _decoded(head) is None:
        return None
    try:
        if find_kind(head, path.suffix.lower(), Place(path)) != "CSV":
            return None
        rows = built_in("CSV").function(path, data=head, kind="CSV", **options)
    except IntakeError:
        return None
    hinted, bare = delimited.split_hint(head.removeprefix(codecs.BOM_UTF8))
    if hinted or not _is_plain(rows):
        return None
    given = options["delimiter"] or delimited.find_delimiter(bare)
    delimiter = delimited.NAMED.get(given, given)
    names = delimited.first_records(bare, delimiter, 1)[0]
    return (rows, delimiter) if rows.frame.columns == names else None


def _is_plain(rows: Rows) -> bool:
    """Tell whether nothing but headers stands above the answers, and no column says that some are none."""
    doubtful = is_doubtful(Table(rows.frame, rows.numbers, rows.labels)) or may_be_long_form(rows.frame)
    return PLAIN.fullmatch(rows.source.understood) is not None and not rows.labels and not doubtful


def _decoded(data: bytes) -> pl.Series | None:
    """Take bytes for one text in UTF-8; None where they are none."""
    try:
        return pl.Series([data], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        return None


def _looked_through(content: Content, first: Rows, delimiter: str, size: int) -> Blocks | None:
    """Go through the file once: its hash, its encoding, its quotes, and where it can be cut."""
    digest, suspects = hashlib.sha256(), Suspects.of(first, delimiter)
    ends, numbers, known, glance = [0], [1], 0, min(size, GLANCE)
    with content.opened() as file:
        while data := file.read(known + glance):
            digest.update(memoryview(data)[known:])
            cut = _last_record_end(data) if len(data) == known + glance else len(data)
            if not cut:
                glance = len(data)
            elif not _take(data[:cut], suspects, ends, numbers):
                return None
            known = len(data) - cut
            file.seek(-known, os.SEEK_CUR)
    if len(ends) == 1:
        return None
    source = replace(
        first.source,
        name=content.path.name,
        path=str(content.path),
        fingerprint=content.fingerprint or digest.hexdigest(),
        understood=content.words + first.source.understood,
    )
    last = suspects.last()
    blocks = _without_header(content, replace(first, source=source), delimiter, *_even(ends, numbers, size, last))
    return None if blocks is None else _with_foot(blocks, suspects, ends[last], numbers[last])


def _with_foot(blocks: Blocks, suspects: Suspects, end: int, number: int) -> Blocks | None:
    """Look at the last records, which hold the whole of a footer, and say what is left out; None where in doubt."""
    start, number = (end, number) if end else (blocks.bounds[0], blocks.numbers[0])
    with blocks.content.opened() as file:
        file.seek(start)
        data = file.read()
    try:
        cells = blocks.cells(data, range(blocks.width))
    except IntakeError:
        return None
    names = dict(zip(cells.columns, blocks.first.frame.columns, strict=True))
    numbers = pl.int_range(number, number + cells.height, dtype=pl.Int64, eager=True)
    gone = suspects.finish(data, number, blank_left_out(cells.rename(names), numbers))
    return None if gone is None else replace(blocks, foot=tuple(left_out(gone)))


def _even(ends: Sequence[int], numbers: Sequence[int], size: int, last: int) -> tuple[list[int], list[int]]:
    """Choose from the places where the file can be cut those that make blocks of one size, about.

    `last` is the last place where the last block may begin, so that a footer is seen in one piece.
    """
    pieces = -(-ends[-1] // size)
    wanted = np.searchsorted(ends, np.linspace(0, ends[-1], pieces + 1))
    chosen = list(dict.fromkeys(wanted.tolist()))
    while len(chosen) > 2 and chosen[-2] > last:  # noqa: PLR2004  one is before the last
        del chosen[-2]
    return [ends[at] for at in chosen], [numbers[at] for at in chosen]


def _take(block: bytes, suspects: Suspects, bounds: list[int], numbers: list[int]) -> bool:
    """Note a block's end; False where it is not clean."""
    bounds.append(bounds[-1] + len(block))
    if len(numbers) == 1:
        block = block.removeprefix(codecs.BOM_UTF8)
    marks = delimited.Marks.of(block)
    if b"\0" in block or block.startswith((b"\n", b"\r")) or _needs_a_whole_look(block, suspects.delimiter, marks):
        return False
    if not block.isascii() and _decoded(block) is None:
        return False
    records = delimited.count_records(block, suspects.delimiter.encode(), marks)
    if records is None or not suspects.look(block, marks, records):
        return False
    numbers.append(numbers[-1] + records)
    return True


def _needs_a_whole_look(block: bytes, delimiter: str, marks: delimited.Marks) -> bool:
    """Tell whether a block holds cells written for a spreadsheet or by a database, or lines of a printed report."""
    opening = marks.quotes[marks.quotes < len(block) - 1]
    formulas = opening[marks.signs[opening + 1] == ord("=")]
    if any(SHOWN_TEXT.match(block, at) for at in formulas.tolist()):
        return True
    escapes = np.flatnonzero(marks.signs[:-1] == ord(NULL[0]))
    if (marks.signs[escapes + 1] == ord(NULL[1])).any() and NULL_CELL.search(block.replace(delimiter.encode(), b"\n")):
        return True
    if PRINTED.match(b"\n" + block[:NEAR]):
        return True
    return bool(PRINTED_BEGINS[marks.behind(marks.ends)].any()) and PRINTED.search(block) is not None


def _last_record_end(data: bytes) -> int:
    """Find the last line end with an even number of quotes before it; 0 where there is none."""
    inside = np.count_nonzero(np.frombuffer(data, np.uint8) == ord('"')) & 1
    end = len(data)
    while (at := data.rfind(b"\n", 0, end)) >= 0:
        inside ^= data.count(b'"', at + 1, end) & 1
        if not inside:
            return at + 1
        end = at
    return 0


def _without_header(
    content: Content, first: Rows, delimiter: str, bounds: Sequence[int], numbers: Sequence[int]
) -> Blocks | None:
    """Let the first block begin behind the header row."""
    with content.opened() as file:
        line = file.readline(BLOCK)
    if line.count(b'"') & 1:
        return None
    starts, counted = (len(line), *bounds[1:]), (2, *numbers[1:])
    return Blocks(content, first, delimiter, len(first.frame.columns), starts, counted)
