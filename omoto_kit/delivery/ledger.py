"""Ledger: what an outbox knows, for looking at. Nothing here changes a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omoto_kit.batch import Source
from omoto_kit.delivery.endpoint import HttpEndpoint
from omoto_kit.delivery.model import Filter, jsonbody_of
from omoto_kit.delivery.store import PAGE, SqliteStore
from omoto_kit.errors import OutboxError
from omoto_kit.receipt import Attempt, Receipt, State

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Ledger", "identity_of"]


class Ledger:
    """Counts, receipts, tries and bodies of one outbox file."""

    def __init__(self, path: Path, boot: str) -> None:
        self.path = path
        self._boot = boot
        self._store = SqliteStore(path, boot)

    def counts(self, endpoint: HttpEndpoint | str | None = None, source: Source | str | None = None) -> dict[str, int]:
        """Count the rows: one number a state, `duplicate`, and `rows`, which is the sum of the others."""
        return self._store.counts(Filter(source=source, endpoint=identity_of(endpoint)))

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
        return self._pages(Filter(some, source, numbers, identity_of(endpoint)), limit)

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


def identity_of(endpoint: HttpEndpoint | str | None) -> str | None:
    """Give the identity of an endpoint, of an URL, or the name as it is."""
    if isinstance(endpoint, str) and "://" in endpoint:
        return HttpEndpoint.from_url(endpoint, allow_http=True).identity
    return endpoint.identity if isinstance(endpoint, HttpEndpoint) else endpoint
