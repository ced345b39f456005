"""Several large clean files as one source, a piece at a time: what `several` makes of files that fit into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from omoto_kit.batch import Part, Rows, Source
from omoto_kit.intake.guesses import fold
from omoto_kit.intake.several import one_source, summary

__all__ = ["Chain", "OneFile", "Pieces", "open_chain"]


class Pieces(Protocol):
    """A source in pieces: its first rows, all rows piece by piece, and what it is once they have gone by."""

    @property
    def first(self) -> Rows:
        """The first rows."""
        ...

    def parts(self, columns: Sequence[str] | None = None) -> Iterator[Rows]:
        """Give the rows piece by piece; of `columns` only where they are named, a footer's rows included then."""
        ...

    def source(self, rows: int) -> Source:
        """Describe the source as reading the whole of it does; `rows` is how many there were."""
        ...


class OneFile(Pieces, Protocol):
    """One file in pieces."""

    def without_first(self) -> Pieces:
        """Give the same with no first rows in memory, only their headers."""
        ...


class Chain:
    """Files of the same columns, one after the other.

    Row numbers run on from file to file. Where a file's begin, and how many rows it had, is known when it has gone by.
    """

    def __init__(self, name: str, files: Sequence[Pieces], again: Sequence[str] = ()) -> None:
        self._name = name
        self._files = files
        self._again = again
        self._parts: list[Part] = []
        self._counts: list[int] = []
        self.first = replace(files[0].first, source=self._source("", ()))

    def parts(self, columns: Sequence[str] | None = None) -> Iterator[Rows]:
        """Give the rows of file after file; of `columns`, by the first one's headers, only where they are named."""
        parts: list[Part] = []
        counts: list[int] = []
        after = 0
        for file in self._files:
            source, last, count = file.first.source, 0, 0
            parts.append(Part(source.name, source.path, source.sheet, after))
            own = dict(zip(_headers(file), file.first.frame.columns, strict=True))
            mine = {name: own[fold(name)] for name in columns or self.first.frame.columns}
            for rows in file.parts(None if columns is None else list(mine.values())):
                last, count = int(rows.numbers[-1]), count + len(rows)
                frame = rows.frame.select(rows.frame[header].alias(name) for name, header in mine.items())
                yield Rows(self._source("", parts), frame, rows.numbers + after)
                del rows, frame
            counts.append(count)
            after += last
        self._parts, self._counts = parts, counts

    def source(self, rows: int) -> Source:
        """Describe the source as reading all of its files does, once they have gone by."""
        told = [file.source(count) for file, count in zip(self._files, self._counts, strict=True)]
        return self._source(summary(told, rows, self._again), self._parts)

    def _source(self, words: str, parts: Sequence[Part]) -> Source:
        return one_source(self._name, parts, [file.first.source.fingerprint for file in self._files], words)


def open_chain(paths: Sequence[Path], name: str, open_one: Callable[[Path], OneFile | None]) -> Chain | None:
    """Open files each of which can be gone through in pieces; None where one cannot, or where their columns differ.

    Columns are the same where their headers differ in case, spaces and signs alone, in whatever order. A file whose
    content is another one's is left out.
    """
    files: dict[str, Pieces] = {}
    again: list[str] = []
    for path in paths:
        file = open_one(path)
        if file is None:
            return None
        if file.first.source.fingerprint in files:
            again.append(path.name)
        else:
            files[file.first.source.fingerprint] = file.without_first() if files else file
    every = list(files.values())
    wanted = sorted(_headers(every[0])) if every else []
    same = all(sorted(_headers(file)) == wanted for file in every)
    return Chain(name, every, again) if every and same and len(set(wanted)) == len(wanted) else None


def _headers(file: Pieces) -> list[str]:
    return [fold(header) for header in file.first.frame.columns]
