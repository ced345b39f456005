"""The small file system (OLE) that an XLS file is: its streams, and whether all of it lies within the file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

__all__ = ["FAULTS", "MAGIC", "Entry", "Ole"]

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FAULTS = (struct.error, IndexError, ValueError, OverflowError)
#: From here on, numbers of sectors are marks.
SECTOR_END = 0xFFFFFFFA
DIRECTORY_ENTRY = 128
MINI_SECTOR = 64
#: How sectors may be long, as powers of two: in version 3, and in version 4.
SHIFTS = (9, 12)
STREAM, ROOT = 2, 5
#: Where the header counts the sectors of the directory, of the table, of that of mini sectors, and more of the table.
COUNTS = (40, 44, 64, 72)


@dataclass(frozen=True)
class Entry:
    """A stream or the root: where its first sector is, and how many bytes it has."""

    name: str
    kind: int
    first: int
    length: int


class Ole:
    """A file of sectors of which a table says which follows which.

    What is wrong with it shows as one of FAULTS when it is read.
    """

    def __init__(self, data: bytes) -> None:
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in SHIFTS:
            message = "no sectors of a known length"
            raise ValueError(message)
        self._data = data
        self._size = 1 << shift
        self._directory, self._cutoff = (struct.unpack_from("<I", data, at)[0] for at in (48, 56))
        self._mini_first = struct.unpack_from("<I", data, 60)[0]

    def stream(self, entry: Entry) -> bytes:
        """Put a stream together; one that is short lies in mini sectors, of which the root's stream is made."""
        if self._in_sectors(entry):
            return b"".join(map(self._sector, self._chain(entry.first)))[: entry.length]
        minis = next((self.stream(root) for root in self.entries if root.kind == ROOT), b"")
        places = (number * MINI_SECTOR for number in self._mini_chain(entry.first))
        return b"".join(minis[place : place + MINI_SECTOR] for place in places)[: entry.length]

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Streams and the root."""
        directory = b"".join(map(self._sector, self._chain(self._directory)))
        return tuple(self._entries(directory))

    def is_sound(self) -> bool:
        """Tell whether no sector, no length and no count that it names lies beyond the end of the file.

        A parser may take as much memory as they say, and end the whole process where there is none.
        """
        try:
            ends = -(-len(self._data) // self._size) - 1  # the header takes the first
            root = next((entry.length for entry in self.entries if entry.kind == ROOT), 0)
            chains = [*map(self._chain, (self._directory, self._mini_first)), iter(self._table_sectors)]
            chains += [self._chain(entry.first) for entry in self.entries if self._in_sectors(entry)]
            minis = [self._mini_chain(entry.first) for entry in self.entries if not self._in_sectors(entry)]
            counts = (struct.unpack_from("<I", self._data, at)[0] for at in COUNTS)
            return (
                all(count <= ends for count in counts)
                and all(entry.length <= len(self._data) for entry in self.entries)
                and all(number < ends for chain in chains for number in chain)
                and all(number * MINI_SECTOR < root for chain in minis for number in chain)
            )
        except FAULTS:
            return False

    def _entries(self, directory: bytes) -> Iterator[Entry]:
        for at in range(0, len(directory) - DIRECTORY_ENTRY + 1, DIRECTORY_ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            first, low, high = struct.unpack_from("<III", directory, at + 116)
            # what stands in the upper half of a length means nothing where sectors are short
            size = low if self._size == 1 << SHIFTS[0] else low | high << 32
            if kind in (STREAM, ROOT):
                yield Entry(directory[at : at + max(length - 2, 0)].decode("utf-16-le", "ignore"), kind, first, size)

    def _in_sectors(self, entry: Entry) -> bool:
        return entry.kind == ROOT or entry.length >= self._cutoff

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        return struct.unpack_from(f"<{self._size // 4}I", self._data, (sector + 1) * self._size)

    @cached_property
    def _table_sectors(self) -> list[int]:
        """List the sectors in which the table lies."""
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        more = struct.unpack_from("<I", self._data, 68)[0]
        for _ in range(len(self._data) // self._size):
            if more >= SECTOR_END:
                break
            *numbers, more = self._numbers(more)
            sectors += numbers
        return [number for number in sectors if number < SECTOR_END]

    @cached_property
    def _table(self) -> list[int]:
        """Read which sector follows which."""
        return [number for sector in self._table_sectors for number in self._numbers(sector)]

    @cached_property
    def _mini_table(self) -> list[int]:
        """Read which mini sector follows which."""
        return [number for sector in self._chain(self._mini_first) for number in self._numbers(sector)]

    def _chain(self, first: int) -> Iterator[int]:
        return _followed(self._table, first)

    def _mini_chain(self, first: int) -> Iterator[int]:
        return _followed(self._mini_table, first)


def _followed(table: list[int], first: int) -> Iterator[int]:
    """Give the sectors of one stream. Raises ValueError for a chain that runs in a circle."""
    for _ in range(len(table) + 1):
        if first >= SECTOR_END:
            return
        yield first
        first = table[first]
    message = "a chain of sectors runs in a circle"
    raise ValueError(message)
