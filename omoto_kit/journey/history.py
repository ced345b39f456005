"""What the outbox knows of a campaign, and the guards that hold a batch against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Batch, Source
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import HttpEndpoint, Outbox
from omoto_kit.errors import OutboxError
from omoto_kit.receipt import Receipt, State
from omoto_kit.response import Response
from omoto_kit.validation import Before, Earlier, History, Names, Portrait, hold_against, source_portrait
from omoto_kit.wire import encode_rows

__all__ = ["guarded", "put_before", "recall"]

#: So many earlier batches are looked at, and so many rows of each: enough to know a campaign's habits.
BATCHES, ROWS = 6, 5_000
_SENT = (State.DELIVERED, State.UNKNOWN, State.QUEUED, State.SENDING)

Told = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class _Seen:
    """The rows of one earlier source at one endpoint: row keys, jsonbodies, and what these say."""

    source: Mapping[str, Any]
    keys: frozenset[str]
    bodies: frozenset[str]
    told: tuple[Told, ...]


def guarded(batch: Batch, outbox: Path, endpoint: HttpEndpoint | None = None) -> Batch:
    """Give the batch with the guards that only earlier batches show, besides those it has.

    `endpoint` is where it is to go; left out, every endpoint that the outbox knows counts. An outbox that is not there
    or cannot be read changes nothing but a note.
    """
    try:
        history = recall(batch, outbox, endpoint)
    except OutboxError as error:
        return replace(batch, notes=(*batch.notes, f"Earlier batches were not looked at. {error}"))
    found = hold_against(Portrait.of(batch), history, Names.of(batch))
    return replace(batch, guards=(*batch.guards, *(guard for guard in found if guard not in batch.guards)))


def put_before(batch: Batch, outbox: Path, endpoint: HttpEndpoint) -> bool:
    """Tell whether this very source was put at an endpoint already, so that somebody let it go then."""
    if not outbox.exists() or not batch.source.fingerprint:
        return False
    with Outbox(outbox) as box:
        here = [one for one in box.sources() if _is_of(one, batch) and _goes_to(one, endpoint)]
    return any(one["rows"] and one["held"] is None for one in here)


def recall(batch: Batch, outbox: Path, endpoint: HttpEndpoint | None = None) -> History:
    """Look up what an outbox knows of the batch's campaign. Raises OutboxError where it cannot be read."""
    if not outbox.exists():
        return History()
    with Outbox(outbox) as box:
        sources = [source for source in box.sources() if source["campaign"] == batch.campaign.id]
        others = [source for source in sources if not _is_of(source, batch)]
        seen = [_seen(box, source) for source in _newest(others)]
        here = [source for source in sources if _is_of(source, batch)]
        same = [_same_file(box, source, batch) for source in here if _goes_to(source, endpoint)]
    at = {one.source["endpoint"]: None for one in seen if _goes_to(one.source, endpoint)}
    known = [_known(batch, name, [one for one in seen if one.source["endpoint"] == name]) for name in at]
    return History(tuple(_earlier(seen, batch.campaign)), (*same, *known))


def _is_of(source: Mapping[str, Any], batch: Batch) -> bool:
    """Tell whether a source that was put is the batch's own."""
    mine = batch.source
    return bool(mine.fingerprint) and (source["fingerprint"], source["sheet"]) == (mine.fingerprint, mine.sheet)


def _goes_to(source: Mapping[str, Any], endpoint: HttpEndpoint | None) -> bool:
    return endpoint is None or source["endpoint"] == endpoint.name


def _newest(sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take the last sources that are different files, in the order in which they were put."""
    files: dict[tuple[str, str], None] = {}
    for source in reversed(sources):
        files[source["fingerprint"], source["sheet"]] = None
    chosen = set(list(files)[:BATCHES])
    return [source for source in sources if (source["fingerprint"], source["sheet"]) in chosen]


def _seen(box: Outbox, source: Mapping[str, Any]) -> _Seen:
    """Read what was put of one source at one endpoint."""
    wanted = Source(source["name"], sheet=source["sheet"], fingerprint=source["fingerprint"])
    receipts = list(box.receipts(source=wanted, endpoint=source["endpoint"], states=_SENT, limit=ROWS))
    bodies = list(_bodies(box, receipts))
    told = tuple(Response.parse(body).fields() for body in bodies)
    keys = frozenset(receipt.identity for receipt in receipts if receipt.identity is not None)
    return _Seen(source, keys, frozenset(bodies), told)


def _bodies(box: Outbox, receipts: list[Receipt]) -> Iterator[str]:
    """Give the jsonbodies that were not purged."""
    for receipt in receipts:
        body = box.body(receipt.id)
        if body is not None:
            yield body


def _same_file(box: Outbox, source: Mapping[str, Any], batch: Batch) -> Before:
    counts = box.counts(endpoint=source["endpoint"], source=batch.source)
    return Before(source["endpoint"], same_file=True, looked=len(batch), delivered=counts["delivered"])


def _known(batch: Batch, endpoint: str, seen: list[_Seen]) -> Before:
    """Count the rows that an endpoint got from other files already."""
    head = batch.values.head(ROWS)
    keys = frozenset[str]().union(*(one.keys for one in seen))
    keyed = int(head["key"].is_in(list(keys)).sum()) if keys else 0
    files = tuple(dict.fromkeys(str(one.source["name"]) for one in seen))
    customers, answers = (0, 0) if batch.campaign.identity else _again(replace(batch, values=head), seen)
    return Before(endpoint, looked=head.height, keys=keyed, customers=customers, answers=answers, files=files)


def _again(batch: Batch, seen: list[_Seen]) -> tuple[int, int]:
    """Count rows of customers who gave the same rating before in another answer, and rows of the very same answer."""
    answered = {who for one in seen for told in one.told if (who := _who(told))}
    bodies = frozenset[str]().union(*(one.bodies for one in seen))
    ready = [body for _, body in encode_rows(batch)]
    fresh = [body for body in ready if body not in bodies]
    customers = sum(1 for body in fresh if _who(Response.parse(body).fields()) in answered) if answered else 0
    return customers, len(ready) - len(fresh)


def _who(told: Told) -> tuple[str, str] | None:
    """Tell a customer's answer from another's: by number or address, and the rating."""
    customer = told.get("customerinfo.mobileno") or told.get("customerinfo.email")
    return (str(customer), str(told.get("npsrating", ""))) if customer else None


def _earlier(seen: list[_Seen], campaign: Campaign) -> Iterator[Earlier]:
    """Take the portrait of each earlier file once, wherever it went."""
    done = set()
    for one in seen:
        place = (one.source["fingerprint"], one.source["sheet"])
        if place in done or not one.told:
            continue
        done.add(place)
        names = dict.fromkeys(name for told in one.told for name in told if not name.startswith("catnpsmap"))
        texts = {name: [told.get(name) for told in one.told] for name in names}
        values = pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String))
        yield Earlier(str(one.source["name"]), source_portrait(values, campaign), _day(one.source["added"]))


def _day(added: Any) -> str:
    if isinstance(added, int | float):
        return datetime.fromtimestamp(added, UTC).date().isoformat()
    return str(added)[:10]
