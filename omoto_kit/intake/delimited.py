"""CSV, TSV and their kin: which delimiter, where records end, and the cells, quickly where the file is clean."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from omoto_kit.errors import IntakeError, Place

if TYPE_CHECKING:
    import _csv

__all__ = [
    "DELIMITERS",
    "NAMED",
    "Marks",
    "Parsed",
    "Records",
    "count_records",
    "find_delimiter",
    "first_records",
    "large_cells",
    "parse",
    "split_hint",
    "tidy_lines",
    "unwrapped",
]

NAMED = {"tab": "\t", "\\t": "\t"}
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes", "^": "carets", "~": "tildes"}
SAMPLE_BYTES = 1 << 18
SAMPLE_RECORDS = 60
LARGEST_CELL = 2**31 - 1
#: More columns than this are rubbish, such as a run of one delimiter; each of them costs time.
WIDEST = 50_000
#: So many lines are named in words.
LISTED = 5
EXCEL_HINT = re.compile(rb'\A"?sep=(.)"?\r?\n', re.IGNORECASE)

Records = list[list[str]]
Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

_QUOTE, _RETURN, _LINE_END = b'"\r\n'


def tidy_lines(data: bytes) -> bytes:
    """Make CR CR LF, which some exports write, an ordinary line end, and drop DOS's sign for the end of a file."""
    data = data.removesuffix(b"\x1a")
    return data.replace(b"\r\r\n", b"\r\n") if b"\r\r\n" in data else data


def split_hint(data: bytes) -> tuple[str, bytes]:
    r"""Take off the line by which a file tells Excel its delimiter; Excel does not show or count it either.

    >>> split_hint(b"sep=;\r\na;b\r\n")
    (';', b'a;b\r\n')
    """
    hint = EXCEL_HINT.match(data)
    return (hint[1].decode("latin-1"), data[hint.end() :]) if hint else ("", data)


def find_delimiter(data: bytes) -> str:
    r"""Choose the delimiter that parts the first records most evenly; a comma where none parts anything.

    >>> find_delimiter(b"a;b;c\n1,5;2;3\n")
    ';'
    >>> find_delimiter(b"comment\ngood, but slow\n")
    ','
    """
    return max(DELIMITERS, key=lambda delimiter: _evenness(first_records(data, delimiter)))


def _evenness(records: Records) -> tuple[float, int]:
    """Rate a way of parting: the share of records that have the commonest width, and that width."""
    widths = Counter(len(record) for record in records if record)
    parted = {width: count for width, count in widths.items() if width > 1}
    if not parted:
        return 0.0, 0
    width, count = max(parted.items(), key=lambda item: (item[1] * min(item[0], 4), item[0]))
    return round(count / widths.total() * min(width, 4), 3), width


def first_records(data: bytes, delimiter: str, count: int = SAMPLE_RECORDS) -> Records:
    """Part the first records only, to look at them; one that the sample cuts off is left out."""
    sample = data[:SAMPLE_BYTES]
    whole = len(sample) == len(data)
    if not whole and b"\n" in sample:
        sample = sample[: sample.rindex(b"\n") + 1]
    with large_cells():
        records = list(islice(_reader(sample.decode("utf-8", "replace"), delimiter), count))
    return records if whole or len(records) in (1, count) else records[:-1]


def unwrapped(data: bytes) -> bytes | None:
    r"""Take off the quotes around whole lines, as a file of one column has that was saved once more; None for others.

    >>> unwrapped(b'"Store,Rating"\n"Pune,9"\n"Goa,8"\n')
    b'Store,Rating\nPune,9\nGoa,8\n'
    """
    if not data.startswith(b'"') or not _is_wrapped(first_records(data, ",")):
        return None
    with large_cells():
        records = list(_reader(data.decode("utf-8", "replace"), ","))
    if any(len(record) > 1 for record in records):
        return None
    return ("\n".join(record[0] if record else "" for record in records) + "\n").encode()


def _is_wrapped(head: Records) -> bool:
    """Tell lines that are one cell each, and part into the same number of cells once more."""
    if len(head) < 2 or any(len(record) > 1 for record in head):  # noqa: PLR2004  a header and a row
        return False
    inner = "\n".join(record[0] for record in head if record).encode()
    parted = first_records(inner, find_delimiter(inner))
    return len(parted[0]) > 1 and sum(len(record) == len(parted[0]) for record in parted) * 10 >= len(parted) * 9


@dataclass(frozen=True)
class Parsed:
    """The cells of a file, and the lines in which a quote stands where none should.

    `widths` counts the cells of each record as written, 0 for a blank one; None where each has as many as the frame.
    """

    frame: pl.DataFrame
    strays: tuple[int, ...] = ()
    widths: Places | None = None

    @property
    def words(self) -> str:
        """Say where the stray quotes are; empty where there are none."""
        if not self.strays:
            return ""
        more = f" and {len(self.strays) - LISTED} more" if len(self.strays) > LISTED else ""
        lines = f"line{'' if len(self.strays) == 1 else 's'} {', '.join(map(str, self.strays[:LISTED]))}{more}"
        return f"stray quotes in {lines}, read as well as can be"


def parse(data: bytes, delimiter: str, width: int, where: Place) -> Parsed:
    """Part a whole file into `width` columns of text, named by position; null where a cell is empty.

    Row i of the frame is record i + 1 of the file; blank records are rows of nulls. A clean file goes through polars,
    any other through the csv module; both give the same cells.

    Raises IntakeError for a record with more filled cells than `width`, for a quote that is never closed or only
    in the middle of a cell of a later line, and for more columns than any table of answers has.
    """
    if width > WIDEST:
        what = f"The header has at least {width:,} cells, more than a table of answers has."
        raise IntakeError(what, where=where, advice="Check the delimiter, or export the survey again.")
    return _parse_fast(data, delimiter, width) or _parse_exact(data, delimiter, width, where)


def _parse_fast(data: bytes, delimiter: str, width: int) -> Parsed | None:
    """Parse by polars; None where the file is not clean enough for that to be surely right."""
    if data[:2].startswith((b"\n", b"\r")):
        return None
    marks = Marks.of(data)
    records = count_records(data, delimiter.encode(), marks)
    if records is None:
        return None
    names = [str(number) for number in range(width)]
    schema = dict.fromkeys(names, pl.String)
    try:
        frame = pl.read_csv(data, has_header=False, separator=delimiter, schema=schema)
    except pl.exceptions.PolarsError:
        return None
    if frame.height != records:
        return None
    filled = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    widths = marks.widths(delimiter.encode(), width, records)
    return Parsed(filled, widths=None if widths is None else np.minimum(widths, width))  # an empty last cell more


@dataclass(frozen=True)
class Marks:
    """The bytes of a file, and where its line ends and its quotes stand."""

    signs: Bytes
    ends: Places
    quotes: Places

    @classmethod
    def of(cls, data: bytes) -> Marks:
        """Look for them."""
        signs = np.frombuffer(data, np.uint8)
        return cls(signs, np.flatnonzero(signs == _LINE_END), np.flatnonzero(signs == _QUOTE))

    def widths(self, delimiter: bytes, width: int, records: int) -> Places | None:
        r"""Count the cells of each record of a clean file, 0 for a blank one; None where each has `width` of them.

        None, too, where some have as many more as others have less: a parser tells.

        >>> Marks.of(b'a,b\n1,"x,\ny"\n\n2\n').widths(b",", 2, 4).tolist()
        [2, 2, 0, 1]
        """
        is_sign = self.signs == delimiter[0]
        if np.count_nonzero(is_sign) - self._quoted(delimiter) == records * (width - 1):
            return None
        signs, ends = self._outside(np.flatnonzero(is_sign)), self._outside(self.ends)
        ends = ends if len(ends) == records else np.append(ends, len(self.signs))
        cells = np.diff(np.searchsorted(signs, ends), prepend=0) + 1
        begins = np.concatenate(([0], ends[:-1] + 1))
        returns = (ends > begins) & (self.signs[ends - 1] == _RETURN)
        return np.where(ends - returns == begins, 0, cells)

    def _quoted(self, delimiter: bytes) -> int:
        """Count the delimiters between quotes, by looking at nothing but what stands there."""
        kind: Any = np.int32 if len(self.signs) < LARGEST_CELL else np.int64  # half the memory is half the time
        opening, closing = (self.quotes[at::2].astype(kind) for at in (0, 1))
        lengths = closing - opening
        places = np.arange(int(lengths.sum()), dtype=kind)
        places += np.repeat(closing - np.cumsum(lengths, dtype=kind), lengths)
        return int(np.count_nonzero(self.signs.take(places) == delimiter[0]))

    def _outside(self, places: Places) -> Places:
        """Leave out the places that lie between quotes."""
        return places[np.searchsorted(self.quotes, places) % 2 == 0] if len(self.quotes) else places

    def behind(self, places: Places) -> Bytes:
        """Give the bytes that follow some places."""
        return self.signs[places[places < len(self.signs) - 1] + 1]


def count_records(data: bytes, delimiter: bytes, marks: Marks | None = None) -> int | None:
    r"""Count the records of a file whose quotes and line ends all stand where they should; None where one does not.

    A carriage return stands before a line end. Quotes open and close cells in turn: one that opens stands at the
    beginning of a cell, or behind one that closes (a doubled quote); one that closes stands at the end of a cell, or
    before one that opens.

    >>> count_records(b'a,b\n1,"x ""y""\nz"\n', b",")
    2
    >>> count_records(b'size,price\n5" pipe,3\n', b",") is None
    True
    """
    marks = marks or Marks.of(data)
    signs, ends, quotes = marks.signs, marks.ends, marks.quotes
    if b"\r" in data and np.count_nonzero(signs == _RETURN) > np.count_nonzero(signs[ends[ends > 0] - 1] == _RETURN):
        return None
    last = int(not data.endswith(b"\n"))
    if not len(quotes):
        return len(ends) + last
    opening, closing = quotes[::2], quotes[1::2]
    if len(opening) != len(closing) or not _at_borders(signs, opening, closing, delimiter):
        return None
    return int((np.searchsorted(quotes, ends) % 2 == 0).sum()) + last


def _at_borders(signs: Bytes, opening: Places, closing: Places, delimiter: bytes) -> bool:
    """Tell whether each quote that opens a cell, and each that closes one, stands at its border."""
    before = signs[opening[opening > 0] - 1]
    if not ((before == _QUOTE) | (before == delimiter[-1]) | (before == _LINE_END)).all():
        return False
    closing = closing[closing < len(signs) - 1]
    behind = signs[closing + 1]
    odd = closing[(behind != _QUOTE) & (behind != delimiter[0]) & (behind != _LINE_END)]
    return bool((signs[odd + 1] == _RETURN).all())


def _parse_exact(data: bytes, delimiter: str, width: int, where: Place) -> Parsed:
    """Parse by the csv module, which takes stray quotes, lone CRs and short records."""
    text = data.decode()
    lines = list(io.StringIO(text, newline="")) if '"' in text else []
    records: Records = []
    strays: list[int] = []
    with large_cells():
        reader = _reader(text, delimiter)
        begins = line = 0
        for record in reader:
            begins, line = line, reader.line_num
            if lines and (fault := _fault(lines[begins:line], delimiter)):
                _refuse_swallowed(fault, begins + 1, line, where)
                strays.append(begins + 1)
            fits = len(record) <= width
            records.append(record if fits else _without_extra(record, width, len(records) + 1, where))
    columns = {
        str(column): pl.Series(
            [(record[column] or None) if column < len(record) else None for record in records], dtype=pl.String
        )
        for column in range(width)
    }
    widths = np.array([len(record) for record in records], np.int64)
    return Parsed(pl.DataFrame(columns), tuple(strays), None if (widths == width).all() else widths)


def _fault(lines: Sequence[str], delimiter: str) -> str:
    """Say what is wrong with the quotes of a record, given as its lines; empty where they are as they should be."""
    if not any('"' in line for line in lines):
        return ""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return str(error)
    return ""


def _refuse_swallowed(fault: str, first: int, last: int, where: Place) -> None:
    """Refuse a quote that has swallowed rows: one that is never closed, or closes a cell of several lines wrongly."""
    if "unexpected end" in fault:
        what = f"A quote that opens in line {first} is never closed, so the rest of the file is one cell."
    elif first < last:
        what = f"A quote that opens in line {first} is closed in line {last}, in the middle of a cell."
    else:
        return
    raise IntakeError(what, where=where, advice='Close the quote, or write a quote inside a cell twice ("").')


def _without_extra(record: list[str], width: int, number: int, where: Place) -> list[str]:
    """Drop empty cells beyond the last header; refuse filled ones."""
    extra = [str(at) for at, cell in enumerate(record[width:], width + 1) if cell.strip()]
    if extra:
        cells = f"cell {extra[0]} has" if len(extra) == 1 else f"cells {', '.join(extra[:5])} have"
        raise IntakeError(
            f"The row has {len(record)} cells, but the header has {width}: {cells} no header above.",
            where=Place(where.path, sheet=where.sheet, row=number),
            advice="Put the cell that holds the delimiter between quotes, or give the extra column a header.",
        )
    return record[:width]


def _reader(text: str, delimiter: str) -> _csv.Reader:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


@contextmanager
def large_cells() -> Iterator[None]:
    """Let the csv module take cells of any size, for as long as one file takes."""
    before = csv.field_size_limit(LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
