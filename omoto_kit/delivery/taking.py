"""Taking a batch into an outbox for one endpoint: which endpoint is meant, and what holds the batch as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omoto_kit.batch import Batch, Parts
from omoto_kit.delivery.adding import Destination
from omoto_kit.delivery.endpoint import HttpEndpoint
from omoto_kit.delivery.model import Put
from omoto_kit.delivery.putting import Binding, digest_of, lots_of, source_of
from omoto_kit.delivery.releasing import hold_of
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.errors import SettingsError

__all__ = ["Leave", "Named", "named_endpoint", "take_in"]


@dataclass(frozen=True)
class Named:
    """An endpoint as an outbox knows it. `live` is None where only the name is known."""

    identity: str
    name: str
    live: bool | None


@dataclass(frozen=True)
class Leave:
    """The guards that a person lets a batch pass, by code or "all"; who and why are kept."""

    codes: Sequence[str] = ()
    who: str = ""
    why: str = ""


def named_endpoint(store: SqliteStore, to: HttpEndpoint | str) -> Named:
    """Find the endpoint that is meant by itself, by its URL or by a name that the outbox knows.

    Raises SettingsError for a name that this outbox does not know.
    """
    if to == "sandbox":
        return Named(to, to, live=False)
    endpoint = HttpEndpoint.from_url(to, allow_http=True) if isinstance(to, str) and "://" in to else to
    if isinstance(endpoint, HttpEndpoint):
        return Named(endpoint.identity, endpoint.name, live=not endpoint.sandbox)
    for identity, name, live in store.ask("endpoints"):
        if name == to:
            return Named(identity, name, live=None if live is None else bool(live))
    advice = 'Give the endpoint itself, its URL, or "sandbox".'
    raise SettingsError(f"This outbox knows no endpoint {to!r}.", where=store.path, advice=advice)


def take_in(store: SqliteStore, batch: Batch | Parts, to: Named, leave: Leave) -> Put:
    """Put a batch's rows into the store, in one forced commit; a guard holds them where they may go to a live endpoint.

    Raises OutboxError where nothing could be written; then nothing was put.
    """
    digest = digest_of(batch)
    source = source_of(batch, digest)
    ((secret,),) = store.ask("secret")
    guards = () if to.live is False else batch.guards
    hold = hold_of(guards, leave.codes, leave.who, leave.why)
    destination = Destination(to.identity, to.name, to.live, batch.campaign.id, source, digest, hold)
    return store.add(destination, lots_of(batch, Binding(to.identity, secret)))
