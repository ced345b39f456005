"""Lines of a large file that may be no answers: repeated headers, titles and sums of groups, heads of other tables.

Only the whole of a file shows for sure what such a line is, so a file that has one is read as a whole. Lines are told
by their bytes, all of a block at once; the few that are left are looked at one by one, by the rules of reading.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from omoto_kit.batch import Rows
from omoto_kit.intake.broken import is_odd
from omoto_kit.intake.delimited import Marks, Places, count_records, first_records
from omoto_kit.intake.guesses import fold
from omoto_kit.intake.headers import KIND
from omoto_kit.intake.leaving import (
    GROUP_COLUMNS,
    MARKS_BEFORE,
    SUBTOTAL_WORDS,
    SUM_BEGINS,
    TOTAL,
    Table,
    is_subtotal,
    leave_out_foot,
    named_sum,
)
from omoto_kit.intake.lines import Lines, Signs, as_table, pairs, spellings
from omoto_kit.intake.titles import LOOKED_AT, WIDE, are_numbers, filled_cells, is_numbered, names_group
from omoto_kit.intake.wrong import MOST_GAPS, WINDOW, another_table

__all__ = ["FOOT", "Suspects"]

#: So many filled records at the end are sure to hold the whole of a footer.
FOOT = 64
#: So many lines below a blank one are sure to show another table's head.
LINES_BELOW = WINDOW * 4
#: Bytes of spaces of any kind, and of marks that cannot be seen, at the beginning of a text.
LEADS = as_table(b" \t\x0b\x0c\xc2\xe1\xe2\xe3\xef")
#: Bytes that stand in cells of numbers.
NUMBERS = b"0123456789.,:+-% \t\r"
#: Where a text begins like a word of sums, and where it ends in one that follows a group's name.
SUMS, SUBTOTALS = pairs(SUM_BEGINS), pairs(word[-2:] for word in SUBTOTAL_WORDS)
#: The end of a text that names the sum of a group, and more bytes than it has.
SUBTOTAL_END = re.compile(rb"[\s\x80-\xbf](?:sub-?)?(?:%s)$" % "|".join(SUBTOTAL_WORDS).encode(), re.IGNORECASE)
LONG = 20
#: A text of UTF-7 begins with this sign; other encodings of ASCII bytes alone with these.
UTF7, SHIFT_SIGNS = b"+", (b"\x1b$", b"~{")

BASE64 = as_table(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+")
#: A text of UTF-7 that is looked for has at least so many signs, and at most so many.
LEAST, LONGEST = 3, 100


@dataclass
class Suspects:
    """What the lines of a file have shown so far; `look` takes the file block by block.

    `header` holds the headers as they stand in the file. `filled` counts the records so far that are not blank, block
    by block.
    """

    header: Sequence[str]
    delimiter: str
    has_codes: bool
    header_tables: Sequence[Signs]
    empty_table: Signs
    numbers_table: Signs
    filled: list[int] = field(default_factory=list)
    short: int = 0
    sums: int = 0
    words: Counter[str] = field(default_factory=Counter)
    gaps: int = 0
    before: bytes = b""
    title: str = ""
    windows: list[bytes] = field(default_factory=list)
    is_ascii: bool = True
    is_shifted: bool = False

    @classmethod
    def of(cls, first: Rows, delimiter: str) -> Suspects:
        """Take from a file's first rows what the later ones are held against."""
        cells = first.frame.to_series(0).filter(filled_cells(first.frame) > 1)
        few = cells.drop_nulls().len() < LOOKED_AT
        return cls(
            first.frame.columns,
            delimiter,
            has_codes=few or is_numbered(cells),
            header_tables=spellings(first.frame.columns[0].strip()),
            empty_table=as_table(b'"\r' + delimiter.encode()),
            numbers_table=as_table(NUMBERS + b'"' + delimiter.encode()),
        )

    def look(self, block: bytes, marks: Marks, records: int) -> bool:
        """Look at a block of whole records; False where one of its lines is a suspect."""
        lines = Lines.of(block, marks)
        width = len(self.header)
        empty = lines.back(lines.ends - 1, self.empty_table)
        blank = lines.outside(np.flatnonzero(empty < lines.begins))
        self._count(marks, records, len(blank))
        self._note_shifts(block, marks)
        if self.before and block.startswith(codecs.BOM_UTF8):
            return False  # a parser takes it off
        found = self._found(lines, empty)
        begun = int(not self.before)  # the header itself
        clean = self._goes_on(lines, blank) and not any(self._is_suspect(lines, at) for at in found if at >= begun)
        self.before = self._record_before(lines, len(lines.ends))
        return clean and self._gaps_are_clean(lines, blank)

    def _found(self, lines: Lines, empty: Places) -> list[int]:
        """Find the lines that begin records to be looked at; `empty` are the places before the empty cells at ends."""
        least = len(self.header) - 1
        lone = np.flatnonzero((lines.ends - empty > least) & (empty >= lines.begins)) if least + 1 >= WIDE else ()
        found = np.concatenate([lone, self._subtotals(lines, empty), self._sums(lines), self._headers(lines)])
        return lines.outside(np.unique(found.astype(np.int64))).tolist()

    def finish(self, data: bytes, number: int, table: Table) -> dict[str, int] | None:
        """Look at the last records, as bytes and as a table; give how many rows its footer has, by the ground.

        `number` is that of the first record of them. None where only the whole of the file shows what is an answer.
        """
        kept, gone = leave_out_foot(table)
        away = set(table.numbers) - set(kept.numbers)
        short = self.short - self._short_among(data, number, away)
        is_titled = bool(self.title) and self._names_group(self.title, ())
        is_shifted = self.is_ascii and self.is_shifted
        if is_odd(short, self.filled[-1]) or is_titled or is_shifted or data.endswith(b"\x1a"):
            return None
        if any(map(self._heads_table, self.windows)) or not self._sums_are_foot(table, away):
            return None
        return gone

    def last(self) -> int:
        """Say after how many blocks the last part of the file must begin at most, to hold the whole of its footer."""
        return int(np.searchsorted(self.filled, self.filled[-1] - FOOT, side="right"))

    def _count(self, marks: Marks, records: int, blank: int) -> None:
        """Count the records that are not blank, and the short ones."""
        width = len(self.header)
        widths = marks.widths(self.delimiter.encode(), width, records)
        self.short += 0 if widths is None else int(((widths > 0) & (widths < width)).sum())
        self.filled.append((self.filled[-1] if self.filled else 0) + records - blank)

    def _short_among(self, data: bytes, number: int, away: Collection[int]) -> int:
        """Count the short records among those of a footer."""
        width, records = len(self.header), data.count(b"\n") + 1
        marks = Marks.of(data)
        records = count_records(data, self.delimiter.encode(), marks) or records
        widths = marks.widths(self.delimiter.encode(), width, records)
        return 0 if widths is None else sum(0 < widths[row - number] < width for row in away)

    def _sums_are_foot(self, table: Table, away: Collection[int]) -> bool:
        """Tell whether each row of sums is a footer's beyond doubt: less than half full, with a word of its own."""
        first, seen = table.frame.columns[0], 0
        for number, row in zip(table.numbers.tail(FOOT), table.frame.tail(FOOT).iter_rows(named=True), strict=True):
            filled = {name: cell.strip() for name, cell in row.items() if cell and cell.strip()}
            name = named_sum(filled, first)
            if not name:
                continue
            if name != first or len(filled) * 2 >= len(row) or self.words[filled[name]] > 1 or number not in away:
                return False
            seen += len(filled) > 1
        return seen == self.sums

    def _is_suspect(self, lines: Lines, line: int) -> bool:
        """Look at one record by the rules of reading."""
        record = lines.record(line)
        if record.startswith(codecs.BOM_UTF8) and not self.before and line == 1:
            return True  # a parser takes it off where the first block begins
        cells = self._cells(record)
        first = cells[0].strip()
        if [cell.strip(MARKS_BEFORE).lower() for cell in cells] == [name.strip().lower() for name in self.header]:
            return len(cells) > 1
        if TOTAL.fullmatch(first):
            self.words[first] += 1
            others = [cell for cell in cells[1:] if cell.strip()]
            self.sums += are_numbers(others)
        if is_subtotal(cells, self._cells(self._record_before(lines, line))):
            return True
        return len(cells) >= WIDE and bool(cells[0]) and not any(cells[1:]) and self._is_title(lines, line, cells[0])

    def _is_title(self, lines: Lines, line: int, text: str) -> bool:
        """Tell the only cell of a record that names a group, by the next record; that one may be in the next block."""
        after = line + 1
        while after < len(lines.ends) and not lines.record(after).strip(b'"\r' + self.delimiter.encode()):
            after += 1
        if after == len(lines.ends):
            self.title = text
            return False
        return self._names_group(text, self._cells(lines.record(after))[1:])

    def _names_group(self, text: str, below: Collection[str]) -> bool:
        headers = set(map(fold, self.header))
        return names_group(text, {cell.strip() for cell in below if cell}, headers, has_codes=self.has_codes)

    def _record_before(self, lines: Lines, line: int) -> bytes:
        """Give the record before a line."""
        at = lines.before(line)
        return lines.record(at) if at >= 0 else self.before

    def _cells(self, record: bytes) -> list[str]:
        """Part one record, as wide as the header."""
        cells = first_records(record, self.delimiter, 1)
        return [*(cells[0] if cells else []), *[""] * len(self.header)][: len(self.header)]

    def _headers(self, lines: Lines) -> Places:
        """Find the lines that begin as the header does, and those that begin with what cannot be seen."""
        led = np.flatnonzero(LEADS[lines.first_bytes()[1]])
        return np.concatenate([led, lines.beginning(self.header_tables)])

    def _sums(self, lines: Lines) -> Places:
        """Find the lines that begin as a word of sums does."""
        at, first = lines.first_bytes()
        after = lines.signs[np.minimum(at + 1, len(lines.signs) - 1)]
        return np.flatnonzero(SUMS[first.astype(np.uint16) << 8 | after])

    def _subtotals(self, lines: Lines, empty: Places) -> Places:
        """Find the lines whose last word ends as one of sums does, with nothing but numbers behind it."""
        ends = lines.back(empty, self.numbers_table)
        behind = max(len(self.header) - GROUP_COLUMNS, 1)  # so many delimiters, at least
        found = np.flatnonzero((ends > lines.begins) & (lines.ends - ends > behind))
        last = lines.signs[ends[found]].astype(np.uint16)
        found = found[SUBTOTALS[lines.signs[ends[found] - 1].astype(np.uint16) << 8 | last]]
        return np.array([at for at in found.tolist() if self._ends_a_group(lines, at, int(ends[at]))], int)

    def _ends_a_group(self, lines: Lines, line: int, end: int) -> bool:
        """Tell a text with a word of sums at its end from others, by its bytes and the delimiters before it."""
        begin = int(lines.begins[line])
        if SUBTOTAL_END.search(lines.data, max(end - LONG, begin), end + 1) is None:
            return False
        before = lines.data[begin:end].partition(b'"')[0]
        return before.count(self.delimiter.encode()) < GROUP_COLUMNS

    def _goes_on(self, lines: Lines, blank: Places) -> bool:
        """Look at what the block before has left open: a title without a record below it, and heads of tables."""
        at = np.setdiff1d(np.arange(len(blank) + 1), blank)[:1]
        if self.title and at[0] < len(lines.ends):
            text, self.title = self.title, ""
            if self._names_group(text, self._cells(lines.record(int(at[0])))[1:]):
                return False
        begun = lines.data[: int(lines.ends[min(LINES_BELOW, len(lines.ends)) - 1]) + 1]
        windows, self.windows = self.windows, []
        return not any(self._heads_table(window + begun) for window in windows)

    def _gaps_are_clean(self, lines: Lines, blank: Places) -> bool:
        """Tell whether no other table begins below a blank record; what lies beyond the block's end is kept for later."""
        if self.gaps > MOST_GAPS + KIND or not len(blank):
            return True
        begins = np.setdiff1d(blank + 1, blank)[: MOST_GAPS + KIND]
        self.gaps += len(begins)
        for line in begins.tolist():
            is_whole = line + LINES_BELOW < len(lines.ends)
            end = int(lines.ends[line + LINES_BELOW]) if is_whole else len(lines.data)
            window = lines.data[int(lines.begins[line]) : end] if line < len(lines.ends) else b""
            if not is_whole:
                self.windows.append(window)
            elif self._heads_table(window):
                return False
        return True

    def _heads_table(self, window: bytes) -> bool:
        """Tell whether the lines below a blank one begin with the head of another table."""
        rows = [[*row, *[""] * len(self.header)][: len(self.header)] for row in first_records(window, self.delimiter)]
        return another_table(self.header, rows[:WINDOW]) is not None

    def _note_shifts(self, block: bytes, marks: Marks) -> None:
        """Note what may be an encoding that writes other characters as ASCII bytes; it does so throughout a file."""
        self.is_ascii = self.is_ascii and block.isascii()
        if not self.is_ascii or self.is_shifted:
            return
        self.is_shifted = any(sign in block for sign in SHIFT_SIGNS) or (UTF7 in block and _has_utf7(marks))


def _has_utf7(marks: Marks) -> bool:
    """Tell whether a plus, at least three signs of base 64 and a minus follow one another."""
    at = np.flatnonzero(marks.signs == ord(UTF7)) + 1
    for step in range(LONGEST):
        at = at[at < len(marks.signs)]
        signs = marks.signs[at]
        if step >= LEAST and (signs == ord("-")).any():
            return True
        at = at[BASE64[signs]] + 1
        if not len(at):
            return False
    return True
