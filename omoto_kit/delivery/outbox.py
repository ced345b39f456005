"""Outbox: the durable waiting work, its history, and what a person decides about it."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from omoto_kit.batch import Batch, Parts, Source
from omoto_kit.campaign import Campaign
from omoto_kit.delivery.boot import boot_id
from omoto_kit.delivery.deciding import Decision, UnknownPolicy, decide, restore
from omoto_kit.delivery.endpoint import HttpEndpoint
from omoto_kit.delivery.ledger import Ledger, identity_of
from omoto_kit.delivery.mending import mend
from omoto_kit.delivery.model import CODES, Filter, Put
from omoto_kit.delivery.purging import purge
from omoto_kit.delivery.pushing import Push, Rules, Site
from omoto_kit.delivery.releasing import let_go
from omoto_kit.delivery.taking import Leave, named_endpoint, take_in
from omoto_kit.errors import SettingsError
from omoto_kit.receipt import Receipt, State

__all__ = ["Outbox"]

Selection = int | Iterable[int] | Filter
FINISHED = (State.DELIVERED, State.CANCELLED)


class Outbox(Ledger):
    """Responses that wait, are sent, and have been sent; one file, safe against crashes and power cuts.

    A context manager; without `with`, call `close`. `window` fixes how many claims share one forced commit; left
    out, each commit is forced where the endpoint is slow enough that it costs nothing. Raises OutboxError where the
    file is a folder, another program's, of a newer version, or cannot be written.
    """

    def __init__(self, path: str | Path, *, window: int | None = None, boot: str | None = None) -> None:
        """Open or make the outbox; what a crash left open becomes unknown, unless another sender is at work.

        `boot` stands for the start of the system that this is; tests give their own.
        """
        if window is not None and window < 1:
            raise SettingsError(f"The window is {window}.", advice="It is a number of responses, 1 or more.")
        super().__init__(Path(path).resolve(), boot_id() if boot is None else boot)
        self._window = window
        self._pushes: weakref.WeakSet[Push] = weakref.WeakSet()
        self._store.recover_unless_sending()

    def close(self) -> None:
        """Let running pushes finish their row and settle, then close the file."""
        for push in list(self._pushes):
            push.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Outbox({str(self.path)!r})"

    # Putting and pushing

    def put(
        self,
        batch: Batch | Parts,
        to: HttpEndpoint | str = "sandbox",
        *,
        go: Sequence[str] = (),
        who: str = "",
        why: str = "",
    ) -> Put:
        """Put a batch's rows for one endpoint, in one forced commit; what was put before is not put again.

        Ready rows are queued, rows with errors are held with the reason, repetitions are recorded as duplicates. Once
        the row that one repeats says something else, it is held until its own file is put again. Where a guard holds
        the batch and the endpoint is a live one, its ready rows are held, too, until somebody lets them go: `go` names
        the guards' codes, or "all", and who and why are kept; so does `let_go`, later. What was put at the endpoint
        before the guard held it goes on. Raises SettingsError where nobody is named who lets it go, OutboxError where
        nothing could be written; then nothing was put.
        """
        if go and not who:
            raise SettingsError("Nobody is named who lets the batch go.", advice="Say who: put(..., go=..., who=...).")
        return take_in(self._store, batch, named_endpoint(self._store, to), Leave(go, who, why))

    def let_go(
        self, source: Source | str, *, who: str, why: str = "", endpoint: HttpEndpoint | str | None = None
    ) -> int:
        """Queue the rows that wait because a guard holds their batch as a whole; tell how many. Who and why are kept.

        `source` is a Source, as a `Put` names it, or a file's name or path. Rows held for other reasons stay held.
        """
        return let_go(self._store, Filter(source=source, endpoint=identity_of(endpoint)), (who, why))

    def mend(self, number: int, batch: Batch, *, who: str, why: str = "") -> Receipt:
        """Give one response what a validated batch of one row says; who and why are kept.

        A queued, held or rejected one keeps its number, and is queued, or held where the row still has errors; what
        was sent under it stays as one of its `versions`. Of a delivered or unknown one a second response is made that
        `corrects` it, since Omoto has no update: it is held until somebody releases it. Raises SettingsError for one
        that is cancelled or being sent, for another campaign, and where another response says the same.
        """
        return self.receipt(mend(self._store, number, batch, (who, why)))

    def push(  # noqa: PLR0913  each is a choice of its own, by name, with a sound default
        self,
        endpoint: HttpEndpoint,
        *,
        campaign: Campaign | None = None,
        limit: int | None = None,
        canary: Sequence[int] = (1, 10),
        max_rejects: int = 3,
        max_unknown: int = 3,
        unknown: Literal["ask", "always", "never"] = "ask",
        plugins: Any = None,
    ) -> Push:
        """Send what is queued for an endpoint, one response at a time; resume is the same call.

        Iterating the result sends in the caller's thread and gives a receipt for each outcome once it is written
        down; `start` sends in a thread of its own. `canary` gives the sizes of the first stages, each of which must
        mostly succeed before the rest goes. `unknown` says what becomes of responses whose fate cannot be known: `ask`
        leaves them to a person, `always` sends what earlier runs left once more (it may arrive twice), `never` lets
        them be; each receipt says so. Raises SettingsError for another word; while iterating, OutboxBusy where another
        sender is at work, RunStopped where the run stopped before its end, OutboxError where an outcome cannot be
        written down.
        """
        policy = _policy(unknown)
        stages = tuple(size for size in canary if size > 0)
        rules = Rules(limit, stages, max_rejects, max_unknown, self._window, policy)
        push = Push(Site(self.path, self._boot), endpoint, rules, campaign, plugins)
        self._pushes.add(push)
        return push

    # Deciding

    def decide(
        self, which: Selection, decision: Literal["delivered", "resend", "cancel"], *, who: str, why: str
    ) -> int:
        """Decide what became of unknown responses: delivered, send again (it may arrive twice), or cancel.

        Gives how many were decided; responses in another state are left alone. Raises SettingsError for another word.
        """
        if decision not in ("delivered", "resend", "cancel"):
            what = f"{decision!r} is no decision."
            raise SettingsError(what, advice="Say delivered, resend or cancel.")
        return decide(self._store, self._ids(which), Decision(decision, who, why), (State.UNKNOWN,))

    def cancel(self, which: Selection, *, who: str, why: str) -> int:
        """Never send these; tell how many. Only queued and held ones can still be cancelled, not one being sent.

        Cancelled are both the row and its answer: its own file does not send it, however it is mapped later, and the
        same answer from another file is its duplicate. Another answer from another file goes.
        """
        return decide(self._store, self._ids(which), Decision("cancel", who, why), (State.QUEUED, State.HELD))

    def release(self, which: Selection, *, who: str, why: str) -> int:
        """Queue held responses that have a jsonbody; a row held for its errors must be mended at its source."""
        return decide(self._store, self._ids(which), Decision("release", who, why), (State.HELD,))

    def mark_restored(self, *, who: str, endpoint: HttpEndpoint | str | None = None) -> int:
        """Hold what could be sent, after the file was put back from an older copy; tell how many.

        What was sent since the copy was made looks as if it waited, and nothing inside can tell. Look in Omoto for
        each, then `release` what is not there and `cancel` what is. What is rejected or has errors in the copy may
        have been mended and sent since: it is held, too, as soon as it is mended or put again. Files that were put
        since the copy was made are not known in it, so look in Omoto before you put them again.
        """
        return restore(self._store, Filter(endpoint=identity_of(endpoint)), who)

    def purge(self, older_than: timedelta | None = None, states: Iterable[State] = FINISHED) -> int:
        """Remove bodies, originals and replies of finished rows, and tell how many; keys and states stay.

        Raises SettingsError for a state that still needs its body, and OutboxBusy where another program reads the
        outbox, so that old pages with what was removed are still beside it: close it, and purge once more.
        """
        chosen = list(states)
        needed = [state.value for state in chosen if state not in (*FINISHED, State.REJECTED)]
        if needed:
            what = f"What is {', '.join(needed)} still needs its jsonbody."
            raise SettingsError(what, advice="Only delivered, cancelled and rejected responses can be purged.")
        before = time.time() - (older_than.total_seconds() if older_than else 0)
        return purge(self._store, [CODES[state] for state in chosen], before)

    def _ids(self, which: Selection) -> list[int]:
        if isinstance(which, int):
            return [which]
        if isinstance(which, Filter):
            return [receipt.id for receipt in self.find(which)]
        return list(which)


def _policy(word: str) -> UnknownPolicy:
    try:
        return UnknownPolicy(word)
    except ValueError:
        what = f"{word!r} is no rule for unknown responses."
        raise SettingsError(what, advice="Say ask, always or never.") from None
