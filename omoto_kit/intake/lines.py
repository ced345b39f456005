"""The lines of a block of bytes, looked at all at once: how they begin, and what stands at their ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omoto_kit.intake.delimited import Bytes, Marks, Places

__all__ = ["Lines", "Signs", "as_table", "pairs"]

#: After so many bytes of a line, what is left of it is looked at in another way.
STEPS = 64
QUOTE, LINE_END = b'"\n'

#: Says of each of the 256 bytes whether it is meant.
Signs = npt.NDArray[np.bool_]


def as_table(signs: Iterable[int]) -> Signs:
    """Make a table of the bytes that are meant.

    >>> as_table(b"ab")[[97, 98, 99]].tolist()
    [True, True, False]
    """
    return np.isin(np.arange(256), list(signs))


def pairs(texts: Iterable[str]) -> Signs:
    """Make a table of the first two bytes of texts, in capitals and small letters, as numbers of two bytes.

    A text of one byte stands for all that begin with it.

    >>> pairs(["Total"])[[ord("t") << 8 | ord("O"), ord("t") << 8 | ord("a")]].tolist()
    [True, False]
    """
    table = np.zeros((256, 256), np.bool_)
    for text in texts:
        small, capital = text[:2].lower().encode(), text[:2].upper().encode()
        for first in (small[0], capital[0]):
            for second in (small[1:2], capital[1:2]):
                table[first, second[0] if second else slice(None)] = True
    return table.reshape(-1)


@dataclass(frozen=True)
class Lines:
    """The lines of some bytes: where each begins, and the place behind its last byte, its line end left out.

    Line ends between quotes part lines, too; `outside` tells which lines begin a record.
    """

    data: bytes
    signs: Bytes
    quotes: Places
    begins: Places
    ends: Places

    @classmethod
    def of(cls, data: bytes, marks: Marks) -> Lines:
        """Take the places that are known already."""
        ends = marks.ends if data.endswith(b"\n") else np.append(marks.ends, len(data))
        return cls(data, marks.signs, marks.quotes, np.concatenate(([0], ends[:-1] + 1)), ends)

    def outside(self, lines: Places) -> Places:
        """Leave out the lines that begin between quotes."""
        return lines[np.searchsorted(self.quotes, self.begins[lines]) % 2 == 0] if len(self.quotes) else lines

    def record(self, line: int) -> bytes:
        """Give the record that begins with a line, all its lines."""
        begin, last = int(self.begins[line]), line
        first = int(np.searchsorted(self.quotes, begin))
        while (end := int(np.searchsorted(self.quotes, self.ends[last]))) < len(self.quotes) and (end - first) % 2:
            last = int(np.searchsorted(self.ends, self.quotes[end]))
        return self.data[begin : int(self.ends[last])]

    def before(self, line: int) -> int:
        """Give the line that begins the record before a line; -1 where there is none."""
        at = line - 1
        while at > 0 and (quote := int(np.searchsorted(self.quotes, self.begins[at]))) % 2:
            at = int(np.searchsorted(self.ends, self.quotes[quote - 1]))
        return at

    def back(self, places: Places, quiet: Signs, lines: Places | None = None) -> Places:
        """Step back from a place in each line as long as its byte is quiet; the place before the line is the last.

        `lines` are those whose places are given; all where they are not named.
        """
        begins = self.begins if lines is None else self.begins[lines]
        stops, going = places.copy(), np.flatnonzero(quiet[self.signs[places]] & (places >= begins))
        for _ in range(STEPS):
            if not len(going):
                return stops
            at = stops[going] - 1
            stops[going] = at
            going = going[quiet[self.signs[at]] & (at >= begins[going])]
        loud = np.concatenate(([-1], np.flatnonzero(~quiet[self.signs])))
        before = loud[np.searchsorted(loud, stops[going], side="right") - 1]
        stops[going] = np.maximum(before, begins[going] - 1)
        return stops

    def starting(self, table: Signs) -> Places:
        """Find the lines whose text, behind a quote, begins with two bytes of a table of `pairs`."""
        last = len(self.signs) - 1
        at = np.minimum(self.begins, last) if self.begins[-1] > last else self.begins
        quoted = self.signs[at] == QUOTE
        at = np.minimum(at + quoted, last) if quoted.any() else at
        after = self.signs[np.minimum(at + 1, last)]
        return np.flatnonzero(table[self.signs[at].astype(np.uint16) << 8 | after])

    def ending(self, quiet: Signs, least: int) -> Places:
        """Find the lines that may end in so many quiet bytes at least: some of those at their ends are."""
        found = np.flatnonzero(self.ends - self.begins > least)
        for step in (1, least, (least + 1) // 2):
            found = found[quiet[self.signs[self.ends[found] - step]]]
        return found
