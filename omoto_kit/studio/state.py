"""The state of a studio: what is on the desk, and what follows from it. No widget, and nothing but plain functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from omoto_kit.batch import Batch, Rows
from omoto_kit.campaign import Campaign

__all__ = ["SCREENS", "State", "Step", "rail", "target_word", "with_batch", "with_campaign", "with_rows", "with_target"]

#: The screens in the order of the road, each with its title.
SCREENS: Mapping[str, str] = {
    "start": "Start",
    "compose": "Compose",
    "intake": "Intake",
    "map": "Map",
    "review": "Review",
    "push": "Push",
    "history": "History",
    "plugins": "Plugins",
}
NO_COUNTS: Mapping[str, int] = {}


@dataclass(frozen=True)
class Step:
    """One entry of the rail: a screen, whether it can be opened, what it counts, and why it cannot be opened yet."""

    name: str
    title: str
    open: bool
    badge: str = ""
    why: str = ""


@dataclass(frozen=True)
class State:
    """What is on the desk. `rows` were read and wait for their map; `counts` are the outbox's rows by state."""

    screen: str = "start"
    campaign: Campaign | None = None
    target: str = "sandbox"
    sandbox: bool = True
    rows: Rows | None = field(default=None, repr=False)
    batch: Batch | None = field(default=None, repr=False)
    counts: Mapping[str, int] = field(default_factory=dict)
    running: bool = False

    @property
    def ready(self) -> int:
        """Rows of the batch that may be sent."""
        return self.batch.counts()["ready"] if self.batch is not None else 0


def target_word(state: State) -> str:
    """Say in one word where responses go.

    >>> target_word(State()), target_word(State(target="live", sandbox=False))
    ('SANDBOX', 'LIVE')
    """
    return "SANDBOX" if state.sandbox else "LIVE"


def with_campaign(state: State, campaign: Campaign) -> State:
    """Work on another campaign: what was read for the one before is put away."""
    same = state.campaign is not None and state.campaign == campaign
    return replace(state, campaign=campaign, batch=state.batch if same else None)


def with_target(state: State, target: str, *, sandbox: bool, counts: Mapping[str, int] = NO_COUNTS) -> State:
    """Send to another endpoint. While a push runs, the endpoint stays."""
    return state if state.running else replace(state, target=target, sandbox=sandbox, counts=dict(counts))


def with_batch(state: State, batch: Batch | None) -> State:
    """Put a batch on the desk, or take it away."""
    return replace(state, batch=batch)


def with_rows(state: State, rows: Rows | None) -> State:
    """Put rows on the desk that were read and not yet checked: a batch of other rows is put away."""
    return replace(state, rows=rows, batch=None)


def rail(state: State) -> tuple[Step, ...]:
    """Say for each screen whether it can be opened, and what waits there.

    >>> [step.name for step in rail(State()) if step.open]
    ['start', 'history', 'plugins']
    """
    reasons = {name: _closed(name, state) for name in SCREENS}
    badges = _badges(state)
    return tuple(
        Step(name, title, not reasons[name], badges.get(name, ""), reasons[name]) for name, title in SCREENS.items()
    )


def _closed(name: str, state: State) -> str:
    """Say why a screen cannot be opened; empty where it can."""
    return next((lacks for is_there, lacks in NEEDS[name] if not is_there(state)), "")


def _is_chosen(state: State) -> bool:
    return state.campaign is not None


def _is_read(state: State) -> bool:
    return state.rows is not None or _is_checked(state)


def _is_checked(state: State) -> bool:
    return state.batch is not None


def _has_to_send(state: State) -> bool:
    return _is_checked(state) or bool(state.counts.get("queued")) or state.running


_CAMPAIGN = (_is_chosen, "Choose a campaign first.")
_FILE = (_is_read, "Read a file first.")
#: What a screen needs, in this order, and what is said where that is not there.
NEEDS: Mapping[str, tuple[tuple[Callable[[State], bool], str], ...]] = {
    "start": (),
    "compose": (_CAMPAIGN,),
    "intake": (_CAMPAIGN,),
    "map": (_CAMPAIGN, _FILE),
    "review": (_CAMPAIGN, _FILE, (_is_checked, "Check the rows first, on Intake or Map.")),
    "push": (_CAMPAIGN, (_has_to_send, "Nothing is ready and nothing waits.")),
    "history": (),
    "plugins": (),
}


def _badges(state: State) -> dict[str, str]:
    """Count what waits for a person on each screen."""
    found: dict[str, Any] = {}
    if state.batch is not None:
        found["review"] = state.batch.counts()["held"]
    found["push"] = state.counts.get("queued", 0)
    found["history"] = state.counts.get("unknown", 0) + state.counts.get("rejected", 0)
    return {name: f"{number:,}" for name, number in found.items() if number}
