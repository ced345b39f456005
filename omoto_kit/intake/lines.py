"""The lines of a block of bytes, looked at all at once: how they begin, and what stands at their ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omoto_kit.intake.delimited import Bytes, Marks, Places

__all__ = ["Lines", "Signs", "as_table", "pairs", "spellings"]

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


def spellings(text: str, most: int = 8) -> list[Signs]:
    """Give, for each of the first bytes of a text, those with which it may be spelt in capitals and small letters.

    >>> [[chr(sign) for sign in np.flatnonzero(signs)] for signs in spellings("Id")]
    [['I', 'i'], ['D', 'd']]
    """
    found: list[Signs] = []
    for char in text:
        small, capital = char.lower().encode(), char.upper().encode()
        found += [as_table(pair) for pair in zip(small, capital, strict=False)]
        if len(small) != len(capital) or len(found) >= most:
            break
    return found[:most]


def pairs(texts: Iterable[str]) -> Signs:
    """Make a table of the first two bytes of texts, in capitals and small letters, as numbers of two bytes.

    >>> pairs(["Total"])[[ord("t") << 8 | ord("O"), ord("t") << 8 | ord("a")]].tolist()
    [True, False]
    """
    table = np.zeros(1 << 16, np.bool_)
    for first, second in (spellings(text, 2) for text in texts):
        table[np.add.outer(np.flatnonzero(first) << 8, np.flatnonzero(second))] = True
    return table


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

    def back(self, places: Places, quiet: Signs) -> Places:
        """Step back from a place in each line as long as its byte is quiet; the place before the line is the last."""
        stops, going = places.copy(), np.arange(len(places))
        for _ in range(STEPS):
            at = stops[going]
            going = going[(at >= self.begins[going]) & quiet[self.signs[at]]]
            if not len(going):
                return stops
            stops[going] -= 1
        loud = np.concatenate(([-1], np.flatnonzero(~quiet[self.signs])))
        before = loud[np.searchsorted(loud, stops[going], side="right") - 1]
        stops[going] = np.maximum(before, self.begins[going] - 1)
        return stops

    def first_bytes(self) -> tuple[Places, Bytes]:
        """Give where the text of each line begins, behind a quote, and the byte that stands there."""
        last = len(self.signs) - 1
        begins = np.minimum(self.begins, last)
        begins = np.minimum(begins + (self.signs[begins] == QUOTE), last)
        return begins, self.signs[begins]

    def beginning(self, tables: Sequence[Signs]) -> Places:
        """Find the lines whose text begins with bytes of these tables in turn."""
        at, _ = self.first_bytes()
        lines = np.arange(len(at))
        for table in tables:
            inside = at < len(self.signs)
            at, lines = at[inside], lines[inside]
            fits = table[self.signs[at]]
            at, lines = at[fits] + 1, lines[fits]
            if not len(lines):
                break
        return lines
