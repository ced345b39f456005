"""What becomes of responses that wait for a decision: a person's, or a setting's; kept with who, when and why."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from omoto_kit.delivery import looking
from omoto_kit.delivery.model import CODES, Filter
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.delivery.recognising import RESTORED
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.receipt import State

__all__ = ["Decision", "UnknownPolicy", "decide", "follow", "restore"]

BY_SETTING = "the setting"  #: who decides where nobody is asked

#: What a decision makes of a response, and how its receipt words it.
OUTCOMES = {
    "delivered": (State.DELIVERED, "{who} says that it arrived"),
    "resend": (State.QUEUED, "sent again by decision of {who}; it may have arrived twice"),
    "cancel": (State.CANCELLED, "cancelled by {who}"),
    "hold": (State.HELD, "held by {who}"),
    "release": (State.QUEUED, "released by {who}"),
    "always": (State.QUEUED, "sent again, as the setting unknown=always says; it may have arrived twice"),
}


class UnknownPolicy(StrEnum):
    """What a run does with unknown responses: those it finds, and those that it makes."""

    ASK = "ask"  #: they wait until a person decides
    ALWAYS = "always"  #: the next run sends them again, once; they may then arrive twice
    NEVER = "never"  #: nobody is asked, and only a person's own decision sends them again

    @property
    def words(self) -> str:
        """What a receipt says about a response that has just become unknown."""
        return _WORDS[self]


_WORDS = {
    UnknownPolicy.ASK: "it waits for a decision (unknown=ask)",
    UnknownPolicy.ALWAYS: "the next push sends it again (unknown=always)",
    UnknownPolicy.NEVER: "it is not sent again (unknown=never)",
}


@dataclass(frozen=True)
class Decision:
    """One decision, who made it and why."""

    word: str
    who: str
    why: str


def _is_open(row: tuple[int, bool, bool] | None, codes: Sequence[int], decision: Decision) -> bool:
    """Tell whether a response can be decided so: by its state, whether it is being sent, and whether it has a body."""
    if row is None:
        return False
    state, sending, has_body = row
    return state in codes and not sending and (has_body or decision.word != "release")


def decide(store: SqliteStore, ids: Iterable[int], decision: Decision, from_states: Sequence[State]) -> int:
    """Apply a decision, in one forced commit, to those that are still in a state it is for; tell how many."""
    state, words = OUTCOMES[decision.word]
    reason = words.format(who=decision.who or "someone") + (f": {decision.why}" if decision.why else "")
    codes = [CODES[one] for one in from_states]
    done = 0
    with store.writing() as connection:
        for number in ids:
            row = connection.execute(QUERIES["decidable"], {"id": number}).fetchone()
            if not _is_open(row, codes, decision):
                continue
            values = {"id": number, "state": CODES[state], "now": time.time(), "reason": reason, "was": row[0]}
            connection.execute(QUERIES["decide"], values)
            values |= {"decision": decision.word, "who": decision.who, "why": decision.why, "source": None}
            connection.execute(QUERIES["decision_add"], values)
            if decision.word in ("resend", "always"):  # said on the receipt for good, since it may now be there twice
                connection.execute(QUERIES["note"], {"id": number, "note": reason})
            done += 1
    return done


def follow(store: SqliteStore, endpoint: int, policy: UnknownPolicy) -> int:
    """Do with an endpoint's unknown responses as the setting says; tell how many it decided about.

    What a person already decided, or an earlier run with "never", is left alone.
    """
    if policy is UnknownPolicy.ASK:
        return 0
    ids = [number for (number,) in store.ask("undecided", {"endpoint": endpoint})]
    if policy is UnknownPolicy.ALWAYS:
        return decide(store, ids, Decision("always", BY_SETTING, ""), (State.UNKNOWN,))
    if ids:
        with store.writing() as connection:
            for number in ids:
                values: dict[str, Any] = {"id": number, "source": None, "was": CODES[State.UNKNOWN]}
                values |= {"decision": "never", "who": BY_SETTING, "why": ""}
                connection.execute(QUERIES["decision_add"], values | {"now": time.time()})
                connection.execute(QUERIES["note_once"], {"id": number, "note": policy.words})
    return len(ids)


def restore(store: SqliteStore, wanted: Filter, who: str) -> int:
    """Hold what could be sent from an outbox that came back from a copy; tell how many.

    What is to be mended first is marked, so that it is held then.
    """
    both = (State.QUEUED, State.HELD)
    endpoints = looking.narrowed(store, wanted)
    waiting = [number for (number,) in store.ask("restored_now", endpoints)]
    held = decide(store, waiting, Decision("hold", who, RESTORED), both)
    with store.writing() as connection:
        for number, state in connection.execute(QUERIES["restored_later"], endpoints).fetchall():
            values = {"id": number, "source": None, "decision": "hold", "was": state, "who": who, "why": RESTORED}
            connection.execute(QUERIES["decision_add"], values | {"now": time.time()})
    return held
