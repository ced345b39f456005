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
from omoto_kit.intake.gaps import Gaps
from omoto_kit.intake.guesses import fold
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
from omoto_kit.intake.lines import Lines, Signs, as_table, pairs
from omoto_kit.intake.shifts import Shifts
from omoto_kit.intake.titles import LOOKED_AT, WIDE, are_numbers, filled_cells, is_numbered, names_group

__all__ = ["FOOT", "Suspects"]

#: So many filled records at the end are sure to hold the whole of a footer.
FOOT = 64
#: Spaces of any kind, and marks that cannot be seen, may stand at the beginning of a text.
LEADS = " \t\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u205f\u3000\ufeff"
#: So many bytes show how a line begins, and so many characters of the first header.
BEGINNING, NAME = 120, 20
#: Bytes that stand in cells of numbers.
NUMBERS = b"0123456789.,:+-% \t\r"
#: How words end that follow the name of a group whose sum they are.
SUBTOTALS = pairs(word[-2:] for word in SUBTOTAL_WORDS)
#: The end of a text that names the sum of a group, and more bytes than it has.
SUBTOTAL_END = re.compile(rb"[\s\x80-\xbf](?:sub-?)?(?:%s)$" % "|".join(SUBTOTAL_WORDS).encode(), re.IGNORECASE)
LONG = 20


@dataclass
class Suspects:
    """What the lines of a file have shown so far; `look` takes the file block by block.

    `header` holds the headers as they stand in the file. `filled` counts the records so far that are not blank, block
    by block. `titles` are the numbers of rows that name a group, each with how many filled ones stand before it.
    """

    header: Sequence[str]
    delimiter: str
    has_codes: bool
    starts: Signs
    empty: Signs
    numbers: Signs
    gaps: Gaps
    filled: list[int] = field(default_factory=list)
    short: int = 0
    sums: int = 0
    words: Counter[str] = field(default_factory=Counter)
    before: bytes = b""
    records: int = 0
    titles: list[tuple[int, int]] = field(default_factory=list)
    last_title: tuple[str, tuple[int, int]] | None = None
    shifts: Shifts = field(default_factory=Shifts)

    @classmethod
    def of(cls, first: Rows, delimiter: str) -> Suspects:
        """Take from a file's first rows what the later ones are held against."""
        cells = first.frame.to_series(0).filter(filled_cells(first.frame) > 1)
        few = cells.drop_nulls().len() < LOOKED_AT
        return cls(
            first.frame.columns,
            delimiter,
            has_codes=few or is_numbered(cells),
            starts=pairs([*SUM_BEGINS, *LEADS, first.frame.columns[0].strip()]),
            empty=as_table(b'"\r' + delimiter.encode()),
            numbers=as_table(NUMBERS + b'"' + delimiter.encode()),
            gaps=Gaps(first.frame.columns, delimiter),
        )

    def look(self, block: bytes, marks: Marks, records: int) -> bool:
        """Look at a block of whole records; False where one of its lines is a suspect."""
        lines, is_first = Lines.of(block, marks), not self.filled
        blank, lone = self._mostly_empty(lines)
        self.shifts.look(block, marks)
        if not self._count(marks, records, len(blank)):
            return False
        if block.startswith(codecs.BOM_UTF8, block.find(b"\n") + 1 if is_first else 0):
            return False  # a parser takes it off where a block begins, behind the header in the first one
        found = self._found(lines, lone)
        found = [line for line in found if line or not is_first]  # the first one is the header itself
        clean = self._goes_on(lines, blank) and not any(self._is_suspect(lines, blank, line) for line in found)
        self.before = self._record_before(lines, len(lines.ends))
        self.records += records
        is_foot = not self.titles or self.filled[-1] - self.titles[0][1] <= FOOT
        return clean and is_foot and self.gaps.look(lines, blank)

    def _mostly_empty(self, lines: Lines) -> tuple[Places, Places]:
        """Find the records that are blank, and the lines of which only the first cell is filled, or a part of one."""
        least = len(self.header) - 1
        narrow = np.flatnonzero(lines.ends - lines.begins <= least)
        found = np.union1d(narrow, lines.ending(self.empty, max(least, 1)))
        stops = lines.back(lines.ends[found] - 1, self.empty, found)
        is_blank = stops < lines.begins[found]
        is_lone = ~is_blank & (lines.ends[found] - stops > least)
        return lines.outside(found[is_blank]), found[is_lone] if least + 1 >= WIDE else found[:0]

    def _found(self, lines: Lines, lone: Places) -> list[int]:
        """Find the lines that begin records to be looked at one by one."""
        starting = [line for line in lines.starting(self.starts).tolist() if self._begins_so(lines, line)]
        found = np.unique(np.concatenate([lone, self._subtotals(lines), starting]).astype(np.int64))
        return [int(line) for line in lines.outside(found)]

    def finish(self, data: bytes, number: int, table: Table) -> dict[str, int] | None:
        """Look at the last records, as bytes and as a table; give how many rows its footer has, by the ground.

        `number` is that of the first record of them. None where only the whole of the file shows what is an answer.
        """
        kept, gone = leave_out_foot(table)
        away = set(table.numbers) - set(kept.numbers)
        short = self.short - self._short_among(data, number, away)
        if self.last_title and self._names_group(self.last_title[0], ()):
            self.titles.append(self.last_title[1])
        is_titled = any(row not in away for row, _ in self.titles)
        if is_odd(short, self.filled[-1]) or is_titled or self.shifts.are_found or data.endswith(b"\x1a"):
            return None
        if not self.gaps.ends() or not self._sums_are_foot(table, away):
            return None
        return gone

    def last(self) -> int:
        """Say after how many blocks the last part of the file must begin at most, to hold the whole of its footer."""
        return int(np.searchsorted(self.filled, self.filled[-1] - FOOT, side="right"))

    def _count(self, marks: Marks, records: int, blank: int) -> bool:
        """Count the records that are not blank, and the short ones; False where one is longer than the header."""
        width = len(self.header)
        widths = marks.widths(self.delimiter.encode(), width, records)
        self.short += 0 if widths is None else int(((widths > 0) & (widths < width)).sum())
        self.filled.append((self.filled[-1] if self.filled else 0) + records - blank)
        return widths is None or int(widths.max()) <= width

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

    def _is_suspect(self, lines: Lines, blank: Places, line: int) -> bool:
        """Look at one record by the rules of reading; note a title, which may still be a footer's."""
        cells = self._cells(lines.record(line))
        first = cells[0].strip()
        if [cell.strip(MARKS_BEFORE).lower() for cell in cells] == [name.strip().lower() for name in self.header]:
            return len(cells) > 1
        if TOTAL.fullmatch(first):
            self.words[first] += 1
            others = [cell for cell in cells[1:] if cell.strip()]
            self.sums += are_numbers(others)
        if is_subtotal(cells, self._cells(self._record_before(lines, line))):
            return True
        if len(cells) >= WIDE and cells[0] and not any(cells[1:]):
            before = len(lines.outside(np.arange(line)))
            place = self.records + before + 1, self._filled_before() + before - int(np.searchsorted(blank, line))
            self._note_title(lines, line, cells[0], place)
        return False

    def _filled_before(self) -> int:
        """Count the filled records before the block that is looked at."""
        return self.filled[-2] if len(self.filled) > 1 else 0

    def _note_title(self, lines: Lines, line: int, text: str, place: tuple[int, int]) -> None:
        """Note the only cell of a record if it names a group by the next record, which may be in the next block."""
        after = line + 1
        while after < len(lines.ends) and not lines.record(after).strip(b'"\r' + self.delimiter.encode()):
            after += 1
        if after == len(lines.ends):
            self.last_title = text, place
        elif self._names_group(text, self._cells(lines.record(after))[1:]):
            self.titles.append(place)

    def _names_group(self, text: str, below: Collection[str]) -> bool:
        headers = set(map(fold, self.header))
        return names_group(text, {cell.strip() for cell in below if cell}, headers, has_codes=self.has_codes)

    def _record_before(self, lines: Lines, line: int) -> bytes:
        """Give the last record before a line that is not blank."""
        at = lines.before(line)
        while at >= 0 and not lines.record(at).strip(b'" \t\r' + self.delimiter.encode()):
            at = lines.before(at)
        return lines.record(at) if at >= 0 else self.before

    def _cells(self, record: bytes) -> list[str]:
        """Part one record, as wide as the header."""
        cells = first_records(record, self.delimiter, 1)
        return [*(cells[0] if cells else []), *[""] * len(self.header)][: len(self.header)]

    def _subtotals(self, lines: Lines) -> Places:
        """Find the lines whose last word ends as one of sums does, with nothing but numbers behind it."""
        behind = max(len(self.header) - GROUP_COLUMNS, 0)  # so many delimiters, at least
        found = lines.ending(self.numbers, behind) if behind else np.flatnonzero(lines.ends > lines.begins)
        ends = lines.back(lines.ends[found] - 1, self.numbers, found)
        fits = (ends > lines.begins[found]) & (lines.ends[found] - ends > behind)
        found, ends = found[fits], ends[fits]
        fits = SUBTOTALS[lines.signs[ends - 1].astype(np.uint16) << 8 | lines.signs[ends]]
        places = zip(found[fits].tolist(), ends[fits].tolist(), strict=True)
        return np.array([line for line, end in places if self._ends_a_group(lines, line, end)], np.int64)

    def _begins_so(self, lines: Lines, line: int) -> bool:
        """Tell a line that begins as the header does, or with a word of sums, from others."""
        begin = int(lines.begins[line])
        text = lines.data[begin : begin + BEGINNING].decode(errors="ignore").lstrip('"').lstrip(LEADS).lower()
        name = self.header[0].partition('"')[0].strip().lower()[:NAME]
        return text.startswith(name) or TOTAL.match(text) is not None

    def _ends_a_group(self, lines: Lines, line: int, end: int) -> bool:
        """Tell a text with a word of sums at its end from others, by its bytes and the delimiters before it."""
        begin = int(lines.begins[line])
        if SUBTOTAL_END.search(lines.data, max(end - LONG, begin), end + 1) is None:
            return False
        before = lines.data[begin:end].partition(b'"')[0]
        return before.count(self.delimiter.encode()) < GROUP_COLUMNS

    def _goes_on(self, lines: Lines, blank: Places) -> bool:
        """Look at what the block before has left open: a title without a record below it, and heads of tables."""
        first = int(np.setdiff1d(np.arange(len(blank) + 1), blank)[0])
        if self.last_title and first < len(lines.ends):
            (text, place), self.last_title = self.last_title, None
            if self._names_group(text, self._cells(lines.record(first))[1:]):
                self.titles.append(place)
        return self.gaps.go_on(lines)
