"""Writing what was decided about a lot of rows: in bulk, in the order in which it was decided."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count, groupby, islice, repeat
from operator import itemgetter
from typing import Any

from omoto_kit.delivery.model import CODES, DUPLICATE
from omoto_kit.delivery.putting import Details, Lot
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.delivery.recognising import Known, Recognition
from omoto_kit.receipt import State

__all__ = ["Place", "Writer", "parted"]

QUEUED, HELD = CODES[State.QUEUED], CODES[State.HELD]
AGAIN = "its source was put again"


@dataclass(slots=True)
class Place:
    """Where a row goes: which of its lot it is, its state, its answer, and the earlier one that it corrects."""

    at: int
    state: int
    reason: str = ""
    content: bytes | None = None
    occurrence: int = 0
    corrects: int | None = None
    note: str = ""


Task = tuple[str, Any]


class Writer:
    """Collects a lot's rows, then writes them.

    `scope` is the number of the endpoint and of the source, `said` who takes back what was sent before, and why.
    """

    def __init__(
        self, connection: sqlite3.Connection, scope: tuple[int, int], now: float, said: tuple[str, str] = ("", AGAIN)
    ) -> None:
        self._execute = connection.execute
        self._many = connection.executemany
        self._scope = scope
        self._now = now
        self._said = said
        self._id: int = connection.execute(QUERIES["last_id"]).fetchone()[0]
        self._tasks: list[Task] = []
        self._added: Counter[int] = Counter()
        self._writers: dict[str, Callable[[Any], object]] = {
            "insert": self._insert,
            "renew": self._renew,
            "double": self._double,
            "part": self._part,
            "orphan": self._orphan,
            "replace": partial(self._many, QUERIES["replace"]),
            "forget": self._forget,
        }

    def insert(self, place: Place) -> int:
        """Collect a new response, and give its number."""
        self._id += 1
        self._tasks.append(("insert", (self._id, place)))
        return self._id

    def renew(self, place: Place, known: Known) -> None:
        """Collect a response that takes another form."""
        self._tasks.append(("renew", (known, place)))

    def double_all(self, rows: Sequence[int], others: Sequence[int]) -> None:
        """Collect rows that repeat responses, each one of them."""
        source, now = self._scope[1], self._now
        pairs = zip(rows, others, strict=True)
        self._tasks += [("double", (source, row, other, now)) for row, other in pairs]

    def part(self, row: int) -> None:
        """Collect a row of this source that repeats nothing any more; what it is now is collected next."""
        self._tasks.append(("part", (self._scope[1], row)))

    def orphan(self, place: Sequence[int], reason: str) -> int:
        """Collect a row, after its source, whose answer nothing brings any more: held until its file is put again.

        Gives the number of its response, which says nothing, since only that file can say it.
        """
        self._id += 1
        self._tasks.append(("orphan", (self._id, *place, reason)))
        return self._id

    def replace(self, number: int, reason: str) -> None:
        """Collect a response that another one takes the place of."""
        self._tasks.append(("replace", {"id": number, "now": self._now, "reason": reason}))

    def forget(self, number: int) -> None:
        """Collect a response that was never sent, and turned out to be another one's double."""
        self._tasks.append(("forget", {"id": number}))

    def write(self, lot: Lot, known: Recognition, source: str) -> int:
        """Seal and write what was collected; give how many customers already answered."""
        tasks, self._tasks = self._tasks, []
        placed = [task[1] for task in tasks if task[0] in ("insert", "renew")]
        self._lot, self._details = lot, lot.details([place.at for _, place in placed])
        self._next = count()
        warned = self._warn(placed, known, source)
        for kind, some in groupby(tasks, key=itemgetter(0)):
            self._writers[kind]([values for _, values in some])
        del self._lot, self._details
        return warned

    def write_all(self, lot: Lot, known: Recognition, ready: tuple[int, str], source: str) -> int:
        """Seal and write a whole lot of new responses; give how many customers already answered.

        `ready` are state and reason of the rows that no problem holds. Columns are laid side by side and hardly touched
        row by row, since this is what large files are made of.
        """
        details, rows, held, (state, reason) = lot.details(range(len(lot.rows))), lot.rows, lot.held, ready
        numbers, (endpoint, to) = range(self._id + 1, self._id + 1 + len(rows)), self._scope
        states = [HELD if row in held else state for row in rows] if held else repeat(state, len(rows))
        why = [held[row][0] if row in held else reason or None for row in rows] if held else repeat(reason or None)
        answers = ((number, row, True, state == QUEUED) for number, row in zip(numbers, rows, strict=True))
        notes = self._notes(answers, details, known, source)
        first = repeat(0), lot.identities, details.subjects, repeat(None), why, notes or repeat(None)
        start = numbers, repeat(endpoint), repeat(to), rows, states, repeat(self._now), lot.contents
        self._many(QUERIES["response_add"], zip(*start, *first, strict=False))
        bodies = zip(numbers, details.forms, details.originals, details.problems, strict=True)
        self._many(QUERIES["payload_add"], bodies)
        self._id += len(rows)
        self._added.update({HELD: len(held)})
        self._added.update({state: len(rows) - len(held)})
        return sum(note is not None for note in notes)

    def finish(self) -> None:
        """Count what was added."""
        self._many(QUERIES["tally_add"], [(rows, self._scope[1], state) for state, rows in self._added.items()])

    def _answered(self, details: Details, known: Recognition) -> dict[bytes, tuple[int, int, str]] | None:
        """Give the newest responses of customers who answered before; None where nobody did, or answers twice here."""
        subjects = [subject for subject in details.subjects if subject is not None]
        newest = known.subjects(subjects)
        return newest if newest or len(set(subjects)) < len(subjects) else None

    def _notes(
        self, answers: Iterable[tuple[int, int, bool, bool]], details: Details, known: Recognition, source: str
    ) -> list[str | None]:
        """Note on each answer that its customer already answered in this campaign; give nothing where nobody did.

        Of an answer are known its number and row, whether it may be noted on it, and whether it is queued.
        """
        newest = self._answered(details, known)
        if newest is None:
            return []
        notes: list[str | None] = []
        for (number, row, may, is_queued), subject in zip(answers, details.subjects, strict=True):
            found = newest.get(subject) if subject is not None else None
            tell = found is not None and may and found[0] != number
            notes.append(f"this customer already answered in row {found[1]} of {found[2]}" if found and tell else None)
            if subject is not None and is_queued:
                newest[subject] = (number, row, source)
        return notes

    def _warn(self, placed: Sequence[tuple[int | Known, Place]], known: Recognition, source: str) -> int:
        """Note on each row that is not a correction that its customer already answered; give how many did."""
        answers = (
            (
                number.id if isinstance(number, Known) else number,
                self._lot.rows[place.at],
                place.content is not None and place.corrects is None,
                place.content is not None and place.state == QUEUED,
            )
            for number, place in placed
        )
        notes = self._notes(answers, self._details, known, source)
        for (_, place), note in zip(placed, notes, strict=False):
            place.note = note or ""
        return sum(note is not None for note in notes)

    def _insert(self, tasks: Sequence[tuple[int, Place]]) -> None:
        """Write new responses in bulk."""
        (endpoint, source), now, lot, details = self._scope, self._now, self._lot, self._details
        at = list(islice(self._next, len(tasks)))
        self._many(
            QUERIES["response_add"],
            [
                (number, endpoint, source, lot.rows[place.at], place.state, now, place.content, place.occurrence,
                 lot.identities[place.at], details.subjects[i], place.corrects, place.reason or None,
                 place.note or None)
                for i, (number, place) in zip(at, tasks, strict=True)
            ],
        )  # fmt: skip
        forms, originals, problems = details.forms, details.originals, details.problems
        bodies = [(task[0], forms[i], originals[i], problems[i]) for i, task in zip(at, tasks, strict=True)]
        self._many(QUERIES["payload_add"], bodies)
        self._added.update(place.state for _, place in tasks)

    def _renew(self, tasks: Sequence[tuple[Known, Place]]) -> None:
        """Give responses their new form; what was sent already is kept as it was."""
        details = self._details
        for (known, place), i in zip(tasks, self._next, strict=False):
            values: dict[str, Any] = {"id": known.id, "now": self._now}
            if known.tries:
                self._execute(QUERIES["version_add"], values | {"who": self._said[0], "why": self._said[1]})
            values |= {"state": place.state, "content": place.content, "occurrence": place.occurrence}
            values |= {"identity": self._lot.identities[place.at], "subject": details.subjects[i]}
            values |= {"corrects": place.corrects, "reason": place.reason or None, "note": place.note or None}
            self._execute(QUERIES["response_renew"], values)
            values = {"id": known.id, "form": details.forms[i], "original": details.originals[i]}
            self._execute(QUERIES["payload_renew"], values | {"problems": details.problems[i]})

    def _double(self, tasks: Sequence[tuple[int, int, int, float]]) -> None:
        """Record rows that repeat a response."""
        self._many(QUERIES["duplicate_add"], tasks)
        self._added[DUPLICATE] += len(tasks)

    def _part(self, tasks: Sequence[tuple[int, int]]) -> None:
        """Remove the record that rows repeat a response."""
        self._many(QUERIES["duplicate_part"], tasks)
        self._many(QUERIES["tally_add"], [(-1, source, DUPLICATE) for source, _ in tasks])

    def _orphan(self, tasks: Sequence[tuple[int, int, int, str]]) -> None:
        """Hold rows that repeated a response; the batches of their sources are looked at anew when they are put."""
        self._part([(source, row) for _, source, row, _ in tasks])
        endpoint, now = self._scope[0], self._now
        empty = (None, 0, None, None, None)
        rows = [(number, endpoint, source, row, HELD, now, *empty, why, None) for number, source, row, why in tasks]
        self._many(QUERIES["response_add"], rows)
        self._many(QUERIES["payload_add"], [(number, None, None, None) for number, *_ in tasks])
        self._many(QUERIES["tally_add"], [(1, source, HELD) for _, source, *_ in tasks])
        self._many(QUERIES["source_unsettle"], {(source,) for _, source, *_ in tasks})

    def _forget(self, tasks: Sequence[dict[str, Any]]) -> None:
        """Remove responses that were never sent and are another one's double; their numbers are not given again."""
        for name in ("last_id_keep", "payload_forget", "response_forget"):
            self._many(QUERIES[name], tasks)


def parted(row: int, source: str) -> str:
    """Say why a row waits for its own file: the row of a source that brought its answer brings another one."""
    return f"it repeated row {row} of {source}, which says something else now: put its own file again"
