"""Writing what was decided about a lot of rows: in bulk, in the order in which it was decided."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import count, groupby, islice, repeat
from operator import itemgetter
from typing import Any

from omoto_kit.delivery.columns import blobs, insert, present
from omoto_kit.delivery.model import CODES, DUPLICATE
from omoto_kit.delivery.noting import notes_on
from omoto_kit.delivery.planning import Place, Plan
from omoto_kit.delivery.putting import Lot
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.delivery.recognising import Known, Recognition
from omoto_kit.receipt import State

__all__ = ["Writer", "parted"]

QUEUED, HELD = CODES[State.QUEUED], CODES[State.HELD]
AGAIN = "its source was put again"


class Writer:
    """Writes what its `plan` collected about a lot's rows.

    `scope` is the number of the endpoint and of the source, `said` who takes back what was sent before, and why.
    """

    def __init__(
        self, connection: sqlite3.Connection, scope: tuple[int, int], now: float, said: tuple[str, str] = ("", AGAIN)
    ) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._many = connection.executemany
        self._scope = scope
        self._now = now
        self._said = said
        self._settled = True
        self.plan = Plan(connection.execute(QUERIES["last_id"]).fetchone()[0], scope[1], now)
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

    def write(self, lot: Lot, known: Recognition, source: str) -> int:
        """Seal and write what was collected; give how many customers already answered."""
        tasks = self.plan.taken()
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
        numbers, (endpoint, to) = self.plan.numbers(len(rows)), self._scope
        answers = ((number, row, True, state == QUEUED) for number, row in zip(numbers, rows, strict=True))
        notes = notes_on(answers, details.subjects, known, source)
        otherwise = repeat(reason) if reason else None
        columns: dict[str, Iterable[Any] | None] = {
            "id": numbers,
            "endpoint_id": repeat(endpoint),
            "source_id": repeat(to),
            "row": rows,
            "state": [HELD if row in held else state for row in rows] if held else repeat(state),
            "changed": repeat(self._now),
            "content": blobs(lot.contents),
            "identity": present(lot.identities),
            "subject": blobs(details.subjects),
            "reason": [held[row][0] if row in held else reason or None for row in rows] if held else otherwise,
            "note": present(notes),
        }
        insert(self._connection, "response", columns)
        columns = {
            "id": numbers,
            "form": blobs(details.forms),
            "original": present(details.originals),
            "problems": present(details.problems),
        }
        insert(self._connection, "payload", columns)
        self._added.update({HELD: len(held)})
        self._added.update({state: len(rows) - len(held)})
        return sum(note is not None for note in notes)

    def unsettle(self) -> None:
        """Let files be looked at anew of which a row was cancelled since another one brought its answer."""
        if self._settled:
            self._execute(QUERIES["sources_unsettle"], {"endpoint": self._scope[0]})
            self._settled = False

    def finish(self) -> None:
        """Count what was added."""
        self._many(QUERIES["tally_add"], [(rows, self._scope[1], state) for state, rows in self._added.items()])

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
        notes = notes_on(answers, self._details.subjects, known, source)
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
