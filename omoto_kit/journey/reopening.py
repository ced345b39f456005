"""One response of an outbox as a batch again, so that it can be mended, checked and given back."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl

from omoto_kit.batch import Batch, Source
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import Outbox
from omoto_kit.errors import UsageError
from omoto_kit.journey.road import prepare
from omoto_kit.plugins import Plugins
from omoto_kit.receipt import Receipt
from omoto_kit.response import Response

__all__ = ["reopen"]


def reopen(outbox: Outbox, number: int, campaign: Campaign, plugins: Plugins) -> Batch:
    """Give one response as a batch of one row: by its jsonbody, or by the source's own columns where it has none.

    Fields are then set with `omoto_kit.validation.apply_fix`, which checks them, and `Outbox.mend` takes the batch.
    Raises OutboxError where there is no such response, UsageError where nothing of it is left after a purge, and
    IntakeError or ColumnError where its columns can no longer be read by the contract.
    """
    receipt = outbox.receipt(number)
    body, original = outbox.body(number), outbox.original(number)
    if body is not None:
        return _of_body(receipt, body, original, campaign)
    if original is None:
        advice = "Put its row anew from the file that it came from."
        raise UsageError(f"Nothing is left of response {number} that could be mended.", advice=advice)
    cells = {name: [value] for name, value in json.loads(original).items()}
    batch = prepare(pl.DataFrame(cells, strict=False), campaign, plugins).batch
    row = pl.lit(receipt.row, pl.Int64).alias("row")
    frames = {name: getattr(batch, name).with_columns(row) for name in ("values", "changes", "problems")}
    return replace(batch, source=_source(receipt), **frames)


def _of_body(receipt: Receipt, body: str, original: str | None, campaign: Campaign) -> Batch:
    """Lay a jsonbody out in columns; what its source held besides rides along."""
    columns: dict[str, pl.Series] = {
        "row": pl.Series([receipt.row], dtype=pl.Int64),
        "key": pl.Series([receipt.identity], dtype=pl.String),
    }
    for field, value in Response.parse(body).fields().items():
        listed = isinstance(value, tuple)
        kind = pl.List(pl.String) if listed else pl.String()
        columns[field] = pl.Series([list(value) if listed else value], dtype=kind)
    for name, cell in json.loads(original or "{}").items():
        columns[f"source.{name}"] = pl.Series([cell], dtype=pl.String, strict=False)
    return Batch(campaign, _source(receipt), pl.DataFrame(columns))


def _source(receipt: Receipt) -> Source:
    return Source(receipt.source, sheet=receipt.sheet)
