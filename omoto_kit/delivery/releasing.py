"""A batch that waits as a whole: what a guard found, and how a person lets it go."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from omoto_kit.delivery.database import Database
from omoto_kit.delivery.looking import narrowed
from omoto_kit.delivery.model import CODES, Filter
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.problem import Guard
from omoto_kit.receipt import State

__all__ = ["ALL", "Hold", "hold_of", "hold_or_free", "let_go"]

ALL = "all"  #: stands for every guard


@dataclass(frozen=True)
class Hold:
    """What holds a batch: the guards' codes, and the reason as it stands in each of its rows; empty where none does.

    `who` let go what would hold it, by naming the codes `gone`, and `why`.
    """

    codes: tuple[str, ...] = ()
    reason: str = ""
    gone: tuple[str, ...] = ()
    who: str = ""
    why: str = ""

    def against(self, before: str | None, *, put_before: bool) -> Hold:
        """Take into account that the same source was put before: what was let go then goes on."""
        return Hold() if self.codes and put_before and before is None else self


def hold_of(guards: Iterable[Guard], go: Sequence[str], who: str, why: str) -> Hold:
    """Find what holds a batch, and what a person let go.

    >>> guard = Guard("scale_small", "All 40 ratings lie between 1 and 5.")
    >>> hold_of([guard], (), "", "").reason
    'the batch waits for a person: scale_small: All 40 ratings lie between 1 and 5.'
    >>> hold_of([guard], ["all"], "Asha", "").gone
    ('scale_small',)
    """
    holding = [guard for guard in guards if guard.holds]
    left = [guard for guard in holding if not (ALL in go or guard.code in go)]
    gone = tuple(dict.fromkeys(guard.code for guard in holding if guard not in left))
    if not left:
        return Hold(gone=gone, who=who, why=why)
    said = "; ".join(f"{guard.code}: {guard.message}" for guard in left)
    codes = tuple(dict.fromkeys(guard.code for guard in left))
    return Hold(codes, f"the batch waits for a person: {said}", gone, who, why)


def hold_or_free(connection: sqlite3.Connection, source: int, before: str | None, hold: Hold, now: float) -> int:
    """Bring the rows that wait with their batch to where it stands now; give how many became queued.

    Each letting go is recorded, with who and why.
    """
    if hold.gone:
        why = ", ".join(hold.gone) + (f": {hold.why}" if hold.why else "")
        record_go(connection, source, (hold.who, why), now)
    if before is None or before == hold.reason:
        return 0
    state = State.HELD if hold.reason else State.QUEUED
    reason = hold.reason or (f"let go by {hold.who}" if hold.gone else "nothing held its batch any more")
    values = {"source": source, "held": before, "now": now, "state": CODES[state], "reason": reason}
    moved = connection.execute(QUERIES["let_go"], values).rowcount
    return 0 if hold.reason else moved


def let_go(database: Database, wanted: Filter, said: tuple[str, str]) -> int:
    """Queue what waits with its batch, for each source that is meant, and record who said so; give how many rows."""
    held, moved, now = database.ask("sources_held", narrowed(database, wanted)), 0, time.time()
    with database.writing() as connection:
        for source, reason in held:
            record_go(connection, source, said, now)
            values = {"source": source, "held": reason, "now": now, "state": CODES[State.QUEUED]}
            moved += connection.execute(QUERIES["let_go"], values | {"reason": f"let go by {said[0]}"}).rowcount
            connection.execute(QUERIES["source_free"], {"id": source})
    return moved


def record_go(connection: sqlite3.Connection, source: int, said: tuple[str, str], now: float) -> None:
    """Keep who let a batch go, when and why."""
    values = {"id": None, "source": source, "decision": "go", "was": CODES[State.HELD], "now": now}
    connection.execute(QUERIES["decision_add"], values | {"who": said[0], "why": said[1]})
