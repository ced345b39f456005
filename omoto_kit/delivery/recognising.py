"""Recognising rows that are put: what the store knows of their source, their answers, their keys and customers.

All looking up is done for a whole lot of rows at a time, since one question for each row would cost more than all
the rest.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from omoto_kit.delivery.columns import as_parameter
from omoto_kit.delivery.model import CODES
from omoto_kit.delivery.putting import Lot
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.delivery.repeating import Repeats
from omoto_kit.delivery.rowkeys import Earlier, RowKeys
from omoto_kit.receipt import State

__all__ = ["REPEATS", "RESTORED", "Brought", "Known", "Recognition"]

#: Why a response that was tried or decided about is cancelled once its row says what another one says; as in the query.
REPEATS = "the same answer stands in another row"
#: Why a response waits that may have been sent since the copy was made from which its outbox came back.
RESTORED = "the outbox was put back from an older copy, so it may have been sent since; look for it in Omoto"

AT_ONCE = 500  #: keys of one question
LIST = ",".join("?" * AT_ONCE)

#: An answer: its content, and which of several honest identical ones it is.
Answer = tuple[bytes, int]
#: A response's number, and its source's.
Brought = tuple[int, int]
#: What a row repeats: a response's number, what that says, and its source.
Double = tuple[int, bytes | None, int]


@dataclass(slots=True)
class Known:
    """A response that the store has for a row of this source.

    `repeats` says that it is cancelled since another row brings its answer, `waits` why it still has to be released, as
    the correction of what Omoto may have, `restored` that it may have been sent before the outbox came from a copy.
    """

    id: int
    state: int
    content: bytes | None
    occurrence: int = 0
    tries: int = 0
    sending: bool = False
    mended: bool = False
    repeats: bool = False
    waits: str | None = None
    decided: bool = False
    restored: bool = False

    @property
    def may_be_there(self) -> bool:
        """Whether Omoto may have this very answer, though it is held."""
        return self.restored and self.state == CODES[State.HELD] and self.content is not None

    @property
    def replaceable(self) -> bool:
        """Whether it is queued or held, and Omoto cannot have it: what its source says now may take its place."""
        return self.state in (CODES[State.QUEUED], CODES[State.HELD]) and not (self.sending or self.may_be_there)


class Recognition:
    """What the store knows about the rows of one source, read inside the transaction that adds them.

    `rows` and `doubles` are of the lot at hand: responses of its rows, and what others of its rows repeat; `keys` are
    the row keys that it holds, and those of this put.
    """

    def __init__(self, connection: sqlite3.Connection, endpoint: int, campaign: str, source: int) -> None:
        last = connection.execute(QUERIES["last_id"]).fetchone()[0]
        self._execute = connection.execute
        self._scope = (endpoint, campaign)
        self._source = source
        self._put_before = False
        self._fresh = last == 0
        self._empty = False
        self.rows: dict[int, Known] = {}
        self.doubles: dict[int, Double] = {}
        self.keys = RowKeys()
        self.repeats = Repeats(connection, source, last)
        self._as_found: dict[int, Known] = {}  # of rows that this put replaced before it came to them
        self._answers: dict[Answer, Brought] = {}

    def learn_source(self) -> None:
        """Know from now on what the source's rows were when they were put before."""
        self._put_before = True
        self.repeats.learn()

    def turn_to(self, rows: Sequence[int]) -> None:
        """Learn what the store knows of a lot's rows."""
        if self._put_before:
            self.rows = self._known(rows)
            self.rows |= {row: self._as_found.pop(row) for row in self._as_found.keys() & self.rows.keys()}
            doubles = _found(self._execute, "known_doubles", rows, (self._source,))
            self.doubles = {row: (number, content, source) for row, number, content, source in doubles}

    def _known(self, rows: Iterable[int]) -> dict[int, Known]:
        """Look up the responses of rows of this source."""
        return {row: Known(*rest) for row, *rest in _found(self._execute, "known_rows", rows, (self._source,))}

    def keep(self, one: Earlier) -> None:
        """Keep what a response of this source was, before it is replaced by a row that stands before its own."""
        if self._put_before and one.source_id == self._source and one.row not in self.rows:
            for row, known in self._known([one.row]).items():
                self._as_found.setdefault(row, known)

    def part(self, row: int, number: int, *, own: bool) -> None:
        """Forget that a row of this source repeats a response, one of its own source or of another."""
        self.doubles.pop(row, None)
        self.repeats.part(row, number, own=own)

    def look_up(self, contents: Iterable[bytes | None], identities: Iterable[str | None]) -> None:
        """Learn what the store knows of a lot's answers and row keys; what was written until now is found, too."""
        self._answers.clear()
        self.keys.clear()
        self._empty, self._fresh = self._fresh, False  # a new outbox knows nothing of the first lot
        if self._empty:
            return
        for content, occurrence, number, source in _found(self._execute, "by_content", contents):
            self._answers[content, occurrence] = number, source
        for identity, *rest in sorted(_found(self._execute, "by_identity", identities, self._scope), key=itemgetter(1)):
            self.keys.add(identity, Earlier(*rest))

    def unchanged(self, lot: Lot) -> bool:
        """Tell whether a lot's rows all say what they said when their source was put before."""
        rows = self.rows
        if not rows or lot.held:
            return False
        known = map(rows.get, lot.rows)
        return all(one is not None and one.content == said for one, said in zip(known, lot.contents, strict=True))

    def all_elsewhere(self, lot: Lot) -> list[int] | None:
        """Give the responses of other sources that a lot's rows repeat, one by one; None where any does not."""
        if self.rows or self.doubles or len(self._answers) < len(lot.rows) or len(set(lot.contents)) < len(lot.rows):
            return None
        found = [self._answers.get((content, 0), (0, self._source)) for content in lot.contents if content is not None]
        if len(found) < len(lot.rows) or any(source == self._source for _, source in found):
            return None
        numbers = [number for number, _ in found]
        return None if self.repeats.has_any(numbers) else numbers

    def knows_any(self, lot: Lot) -> bool:
        """Tell whether a lot has any row that must be looked at by itself; else all are new, and no two the same."""
        if self.rows or self.doubles or self._answers or self.keys or lot.repeated:
            return True
        keys = ([key for key in some if key is not None] for some in (lot.contents, lot.identities))
        return any(len(set(some)) < len(some) for some in keys)

    def subjects(self, subjects: Iterable[bytes | None]) -> dict[bytes, tuple[int, int, str]]:
        """Give the newest response of each customer who already answered: its number, row and file."""
        if self._empty:
            return {}
        found = sorted(_found(self._execute, "by_subject", subjects), key=itemgetter(1))
        return {subject: (number, row, name) for subject, number, row, name in found}

    def free_occurrence(self, content: bytes, *, alone: bool) -> tuple[int, Brought | None]:
        """Find the occurrence of an answer that is free, or the response that has it already, with its source.

        Equal answers of one source are several answers: each takes the next occurrence. One that stands `alone`, with
        a row key of its own or called a repetition by a check, is the same answer as the first.
        """
        occurrence = 0
        while found := self._answers.get((content, occurrence)):
            number, source = found
            if alone or not (source == self._source or self.repeats.has(number)):
                return occurrence, found
            occurrence += 1
        return occurrence, None

    def take(self, content: bytes, occurrence: int, number: int) -> None:
        """Remember that a row of this put is this answer."""
        self._answers[content, occurrence] = number, self._source

    def forget(self, known: Known) -> None:
        """Forget what a response of this source was before it took another form."""
        if known.content is not None:
            answer = known.content, known.occurrence
            if self._answers.get(answer, (0,))[0] == known.id:
                del self._answers[answer]
        self.keys.cancel(known.id)

    def repeat(self, row: int, other: Brought) -> None:
        """Remember that a row of this source repeats a response from now on."""
        number, source = other
        self.repeats.add(row, number, own=source == self._source)


def _found(
    execute: Callable[..., sqlite3.Cursor], query: str, keys: Iterable[Any], scope: Sequence[Any] = ()
) -> Iterator[tuple[Any, ...]]:
    """Ask about many keys, always as many at a time: SQLite would keep a statement for every other number."""
    statement = QUERIES[query].replace(":list", LIST)
    wanted: list[Any] = [as_parameter(key) for key in dict.fromkeys(keys) if key is not None]
    wanted += [None] * (-len(wanted) % AT_ONCE)
    for start in range(0, len(wanted), AT_ONCE):
        yield from execute(statement, [*wanted[start : start + AT_ONCE], *scope])
