"""Outbox: the durable waiting work, its history, and what a person decides about it."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from omoto_kit.batch import Batch, Source
from omoto_kit.campaign import Campaign
from omoto_kit.delivery.adding import Destination
from omoto_kit.delivery.boot import boot_id
from omoto_kit.delivery.deciding import Decision, UnknownPolicy, decide
from omoto_kit.delivery.endpoint import HttpEndpoint
from omoto_kit.delivery.lock import SenderLock
from omoto_kit.delivery.model import CODES, Filter, Put, jsonbody_of
from omoto_kit.delivery.pushing import Push, Rules, Site
from omoto_kit.delivery.putting import Binding, digest_of, incoming_rows, source_of
from omoto_kit.delivery.store import PAGE, SqliteStore
from omoto_kit.errors import OutboxError, SettingsError
from omoto_kit.receipt import Attempt, Receipt, State

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Outbox"]

Selection = int | Iterable[int] | Filter
FINISHED = (State.DELIVERED, State.CANCELLED)


class Outbox:
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
        self.path = Path(path).resolve()
        self._window = window
        self._boot = boot_id() if boot is None else boot
        self._store = SqliteStore(self.path, self._boot)
        self._pushes: weakref.WeakSet[Push] = weakref.WeakSet()
        self._recover()

    def _recover(self) -> None:
        lock = SenderLock(self.path)
        if self._store.unfinished() and lock.try_acquire():
            try:
                self._store.recover()
            finally:
                lock.release()

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

    def put(self, batch: Batch, to: HttpEndpoint | str = "sandbox") -> Put:
        """Put a batch's rows for one endpoint, in one forced commit; what was put before is not put again.

        Ready rows are queued, rows with errors are held with the reason, repetitions are recorded as duplicates.
        Raises OutboxError where nothing could be written; then nothing was put.
        """
        identity, name = self._named(to)
        digest = digest_of(batch)
        source = source_of(batch, digest)
        ((secret,),) = self._store.ask("secret")
        destination = Destination(identity, name, batch.campaign.id, source, digest)
        return self._store.add(destination, incoming_rows(batch, Binding(identity, secret)))

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

    # Looking

    def counts(self, endpoint: HttpEndpoint | str | None = None, source: Source | str | None = None) -> dict[str, int]:
        """Count the rows: one number a state, `duplicate`, and `rows`, which is the sum of the others."""
        return self._store.counts(Filter(source=source, endpoint=_identity(endpoint)))

    def receipts(
        self,
        *,
        states: Iterable[State] | None = None,
        source: Source | str | None = None,
        ids: Iterable[int] | None = None,
        endpoint: HttpEndpoint | str | None = None,
        limit: int | None = None,
    ) -> Iterator[Receipt]:
        """Give receipts in order of id, those that all filters let through."""
        some = None if states is None else list(states)
        numbers = None if ids is None else list(ids)
        return self._pages(Filter(some, source, numbers, _identity(endpoint)), limit)

    def _pages(self, wanted: Filter, limit: int | None) -> Iterator[Receipt]:
        after, left = 0, limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = self._store.page(wanted, after, size)
            yield from page
            if len(page) < size:
                return
            after, left = page[-1].id, None if left is None else left - len(page)

    def receipt(self, number: int) -> Receipt:
        """Give one receipt. Raises OutboxError where there is no such response."""
        for found in self.receipts(ids=[number]):
            return found
        advice = "`omoto outbox list` shows the numbers."
        raise OutboxError(f"There is no response {number} in this outbox.", where=self.path, advice=advice)

    def duplicates(self, source: Source | str | None = None) -> Iterator[tuple[int, Receipt]]:
        """Give the rows that repeat another row: their row number, and the receipt of the row that they repeat."""
        for _, row, receipt in self.doubles(source):
            yield row, receipt

    def doubles(self, source: Source | str | None = None) -> Iterator[tuple[int, int, Receipt]]:
        """Give the rows that repeat another row, each with the number of its source before it."""
        sources = self._store.sources(source)
        chosen = None if sources is None else "[" + ",".join(map(str, sources)) + "]"
        last = (0, -1)
        while True:
            values = {"sources": chosen, "after_source": last[0], "after_row": last[1], "size": PAGE}
            page = self._store.ask("duplicates", values)
            wanted = {number for _, _, number in page}
            originals = {one.id: one for one in self.receipts(ids=wanted)} if wanted else {}
            for place, row, number in page:
                yield place, row, originals[number]
            if len(page) < PAGE:
                return
            last = page[-1][:2]

    def attempts(self, number: int) -> list[Attempt]:
        """Give the tries of one response, oldest first."""
        return self._store.attempts(number)

    def body(self, number: int) -> str | None:
        """Give the jsonbody as it was or will be sent; None for a held row without one, or after a purge."""
        rows = self._store.ask("payload", {"id": number})
        if not rows or rows[0][0] is None:
            return None
        return jsonbody_of(rows[0][0])

    def sources(self) -> list[dict[str, Any]]:
        """List what was put: name, path, sheet, fingerprint, campaign, endpoint, time, and how many rows."""
        names = ("id", "name", "path", "sheet", "fingerprint", "campaign", "added", "rows", "endpoint")
        return [dict(zip(names, row, strict=True)) for row in self._store.ask("sources")]

    def frame(self) -> pl.DataFrame:
        """Give all receipts as a polars frame."""
        import polars as pl

        records = [receipt.as_json() for receipt in self.receipts()]
        return pl.DataFrame(records, infer_schema_length=None)

    def export(self, path: str | Path, *, originals: bool = False) -> int:
        """Write all receipts to a .csv, .xlsx or .json file, and tell how many; see `export.py` for the columns."""
        from omoto_kit.delivery.export import export

        return export(self, Path(path), originals=originals)

    def original(self, number: int) -> str | None:
        """Give the source's own columns of a response as a JSON object; None after a purge."""
        rows = self._store.ask("payload", {"id": number})
        return str(rows[0][1]) if rows and rows[0][1] is not None else None

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
        """Never send these. Only queued and held ones can still be cancelled; for one being sent it is too late."""
        return decide(self._store, self._ids(which), Decision("cancel", who, why), (State.QUEUED, State.HELD))

    def release(self, which: Selection, *, who: str, why: str) -> int:
        """Queue held responses that have a jsonbody; a row held for its errors must be mended at its source."""
        return decide(self._store, self._ids(which), Decision("release", who, why), (State.HELD,))

    def mark_restored(self, *, who: str, endpoint: HttpEndpoint | str | None = None) -> int:
        """Hold what is queued, after the file was put back from an older copy; tell how many.

        What was sent since the copy was made looks queued in it, and nothing inside can tell. Look in Omoto for each,
        then `release` what is not there and `cancel` what is.
        """
        why = "the outbox was put back from an older copy, so it may have been sent since; look for it in Omoto"
        waiting = Filter(states=[State.QUEUED], endpoint=_identity(endpoint))
        return decide(self._store, self._ids(waiting), Decision("hold", who, why), (State.QUEUED,))

    def purge(self, older_than: timedelta | None = None, states: Iterable[State] = FINISHED) -> int:
        """Remove bodies, originals and replies of finished rows, and tell how many; keys and states stay.

        Raises SettingsError for a state that still needs its body.
        """
        chosen = list(states)
        needed = [state.value for state in chosen if state not in (*FINISHED, State.REJECTED)]
        if needed:
            what = f"What is {', '.join(needed)} still needs its jsonbody."
            raise SettingsError(what, advice="Only delivered, cancelled and rejected responses can be purged.")
        before = time.time() - (older_than.total_seconds() if older_than else 0)
        return self._store.purge([CODES[state] for state in chosen], before)

    def _ids(self, which: Selection) -> list[int]:
        if isinstance(which, int):
            return [which]
        if isinstance(which, Filter):
            return [receipt.id for receipt in self._pages(which, None)]
        return list(which)

    def _named(self, to: HttpEndpoint | str) -> tuple[str, str]:
        """Give an endpoint's identity and name. Raises SettingsError for a name that this outbox does not know."""
        if isinstance(to, HttpEndpoint):
            return to.identity, to.name
        if to == "sandbox":
            return to, to
        if "://" in to:
            endpoint = HttpEndpoint.from_url(to, allow_http=True)
            return endpoint.identity, endpoint.name
        for identity, name in self._store.ask("endpoints"):
            if name == to:
                return identity, name
        advice = 'Give the endpoint itself, its URL, or "sandbox".'
        raise SettingsError(f"This outbox knows no endpoint {to!r}.", where=self.path, advice=advice)


def _policy(word: str) -> UnknownPolicy:
    try:
        return UnknownPolicy(word)
    except ValueError:
        what = f"{word!r} is no rule for unknown responses."
        raise SettingsError(what, advice="Say ask, always or never.") from None


def _identity(endpoint: HttpEndpoint | str | None) -> str | None:
    if isinstance(endpoint, str) and "://" in endpoint:
        return HttpEndpoint.from_url(endpoint, allow_http=True).identity
    return endpoint.identity if isinstance(endpoint, HttpEndpoint) else endpoint
