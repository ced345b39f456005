"""Ledger: what an outbox knows of many rows, for looking at. Nothing here changes a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omoto_kit.batch import Source
from omoto_kit.delivery.dossier import Dossier
from omoto_kit.delivery.endpoint import HttpEndpoint
from omoto_kit.delivery.looking import PAGE, as_list, narrowed, page_at, runs, sources_of
from omoto_kit.delivery.model import STATES, Filter, Page, Run
from omoto_kit.receipt import Receipt, State
from omoto_kit.response import Response

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Ledger", "identity_of"]


class Ledger(Dossier):
    """Counts, receipts, runs and tables of one outbox file."""

    def counts(
        self,
        endpoint: HttpEndpoint | str | None = None,
        source: Source | str | None = None,
        campaign: str | None = None,
    ) -> dict[str, int]:
        """Count the rows: one number a state, `duplicate`, and `rows`, which is the sum of the others."""
        return self._store.counts(Filter(source=source, endpoint=identity_of(endpoint), campaign=campaign))

    def receipts(
        self,
        *,
        states: Iterable[State] | None = None,
        source: Source | str | None = None,
        ids: Iterable[int] | None = None,
        endpoint: HttpEndpoint | str | None = None,
        limit: int | None = None,
    ) -> Iterator[Receipt]:
        """Give receipts in order of id, those that all filters let through; `find` takes further filters."""
        some = None if states is None else list(states)
        numbers = None if ids is None else list(ids)
        return self.find(Filter(some, source, numbers, identity_of(endpoint)), limit=limit)

    def find(self, wanted: Filter, *, limit: int | None = None) -> Iterator[Receipt]:
        """Give the receipts that a filter lets through, in order of id."""
        wanted = _settled(wanted)
        after, left = 0, limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = self._store.page(wanted, after, size)
            yield from page
            if len(page) < size:
                return
            after, left = page[-1].id, None if left is None else left - len(page)

    def page(self, wanted: Filter | None = None, *, number: int = 0, size: int = 50, newest: bool = True) -> Page:
        """Give one page of the receipts that a filter lets through, the newest put first or the oldest.

        `number` counts pages from 0. Raises nothing for one past the end: it is empty, with the right total.
        """
        wanted = _settled(wanted or Filter())
        if wanted.ids is not None:
            found = sorted(self.find(wanted), key=lambda receipt: receipt.id, reverse=newest)
            return Page(found[number * size : (number + 1) * size], len(found), number, size)
        receipts, total = page_at(self._store, wanted, number * size, size, newest=newest)
        return Page(receipts, total, number, size)

    def duplicates(self, source: Source | str | None = None) -> Iterator[tuple[int, Receipt]]:
        """Give the rows that repeat another row: their row number, and the receipt of the row that they repeat."""
        for _, row, receipt in self.doubles(source):
            yield row, receipt

    def doubles(self, source: Source | str | None = None) -> Iterator[tuple[int, int, Receipt]]:
        """Give the rows that repeat another row, each with the number of its source before it."""
        chosen = as_list(sources_of(self._store, source))
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

    def sources(self) -> list[dict[str, Any]]:
        """List what was put: name, path, sheet, fingerprint, campaign, endpoint, time, and how many rows.

        `held` is the reason for which a batch waits as a whole, or None.
        """
        names = ("id", "name", "path", "sheet", "fingerprint", "campaign", "added", "rows", "endpoint", "held")
        return [dict(zip(names, row, strict=True)) for row in self._store.ask("sources")]

    def runs(self, limit: int = 20) -> list[Run]:
        """List the last pushes, newest first: when, where, what they came to, and why they stopped."""
        return runs(self._store, limit)

    def daily(
        self,
        endpoint: HttpEndpoint | str | None = None,
        source: Source | str | None = None,
        campaign: str | None = None,
    ) -> list[tuple[date, dict[State, int]]]:
        """Count responses by the day (UTC) on which they came into the state in which they are now."""
        wanted = Filter(source=source, endpoint=identity_of(endpoint), campaign=campaign)
        values = narrowed(self._store, wanted)
        days: dict[date, dict[State, int]] = {}
        for day, state, number in self._store.ask("daily", values):
            days.setdefault(date.fromisoformat(day), {})[STATES[state]] = number
        return list(days.items())

    def recall(self, endpoint: HttpEndpoint | str | None = None) -> list[tuple[Receipt, Receipt]]:
        """List what Omoto must be asked to remove: the first response, and the later one that corrects it.

        Both are there, since Omoto has no update; where the first is unknown, it may be.
        """
        values = narrowed(self._store, Filter(endpoint=identity_of(endpoint)))
        pairs = self._store.ask("recall", values)
        receipts = {one.id: one for one in self.receipts(ids={number for pair in pairs for number in pair})}
        return [(receipts[first], receipts[later]) for first, later in pairs]

    def frame(self, wanted: Filter | None = None, *, fields: bool = False) -> pl.DataFrame:
        """Give receipts as a polars frame; with `fields`, the fields of each jsonbody beside it, by dotted path.

        A field that a response does not have, and all fields of one without a jsonbody, are null.
        """
        import polars as pl

        records = [receipt.as_json() for receipt in self.find(wanted or Filter())]
        if fields:
            records = [record | self._fields(record["id"]) for record in records]
            names = {name: None for record in records for name in record}
            records = [names | record for record in records]
        return pl.DataFrame(records, infer_schema_length=None)

    def _fields(self, number: int) -> dict[str, Any]:
        body = self.body(number)
        fields = {} if body is None else Response.parse(body).fields()
        return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}

    def export(self, path: str | Path, *, originals: bool = False, kind: str | None = None) -> int:
        """Write all receipts to a file, and tell how many; see `export.py` for the columns.

        `kind` is csv, xlsx or json; left out, the file's name says it.
        """
        from omoto_kit.delivery.export import export

        return export(self, Path(path), kind, originals=originals)


def _settled(wanted: Filter) -> Filter:
    """Make a filter that can be read more than once."""
    states = None if wanted.states is None else list(wanted.states)
    return replace(wanted, states=states, ids=None if wanted.ids is None else list(wanted.ids))


def identity_of(endpoint: HttpEndpoint | str | None) -> str | None:
    """Give the identity of an endpoint, of an URL, or the name as it is."""
    if isinstance(endpoint, str) and "://" in endpoint:
        return HttpEndpoint.from_url(endpoint, allow_http=True).identity
    return endpoint.identity if isinstance(endpoint, HttpEndpoint) else endpoint
