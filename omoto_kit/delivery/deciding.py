"""What a person decides about responses: each decision is kept with who, when and why."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from omoto_kit.delivery.model import CODES
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.receipt import State

__all__ = ["Decision", "decide"]

#: What a decision makes of a response, and how its receipt words it.
OUTCOMES = {
    "delivered": (State.DELIVERED, "{who} says that it arrived"),
    "resend": (State.QUEUED, "sent again by decision of {who}; it may have arrived twice"),
    "cancel": (State.CANCELLED, "cancelled by {who}"),
    "release": (State.QUEUED, "released by {who}"),
}


@dataclass(frozen=True)
class Decision:
    """One decision, who made it and why."""

    word: str
    who: str
    why: str


def decide(store: SqliteStore, ids: Iterable[int], decision: Decision, from_states: Sequence[State]) -> int:
    """Apply a decision, in one forced commit, to those that are still in a state it is for; tell how many."""
    state, words = OUTCOMES[decision.word]
    reason = words.format(who=decision.who or "someone") + (f": {decision.why}" if decision.why else "")
    codes = [CODES[one] for one in from_states]
    done = 0
    with store.writing() as connection:
        for number in ids:
            row = connection.execute(QUERIES["decidable"], {"id": number}).fetchone()
            if row is None or row[0] not in codes or row[1] or (decision.word == "release" and not row[2]):
                continue
            values = {"id": number, "state": CODES[state], "now": time.time(), "reason": reason, "was": row[0]}
            connection.execute(QUERIES["decide"], values)
            values |= {"decision": decision.word, "who": decision.who, "why": decision.why}
            connection.execute(QUERIES["decision_add"], values)
            if decision.word == "resend":  # said on the receipt for good, since it may now be there twice
                connection.execute(QUERIES["note"], {"id": number, "note": reason})
            done += 1
    return done
