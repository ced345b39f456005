"""Validation of a source that comes in batches: the same problems as if it came at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign
from omoto_kit.plugins import Plugins
from omoto_kit.problem import Guard
from omoto_kit.validation.batchwide import Names, look_over
from omoto_kit.validation.dates import Evidence
from omoto_kit.validation.engine import Memory
from omoto_kit.validation.guards import Around
from omoto_kit.validation.portrait import MOBILE, Portrait
from omoto_kit.validation.rules import date_orders
from omoto_kit.validation.validating import check_rows, guard

__all__ = ["SourceCheck"]


class SourceCheck:
    """The check of one source, batch by batch.

    First `look` is handed all of the source's keys and date columns, piece by piece; then `validate` takes the batches
    in the order of their rows. What a rule said of a value is remembered from batch to batch.
    """

    def __init__(self, campaign: Campaign, plugins: Plugins) -> None:
        self._campaign = campaign
        self._plugins = plugins
        self._evidence: dict[str, Evidence] = {}
        self._around = Around()
        self._memory = Memory()
        self._settled = False
        self.names = Names({})
        self.portrait = Portrait()

    def look(self, keys: pl.Series, dates: Mapping[str, pl.Series]) -> None:
        """Take the keys of some rows, and the source's texts for each date field."""
        self._around.take_keys(keys)
        for field, texts in dates.items():
            self._evidence[field] = self._evidence.get(field, Evidence()) + Evidence.of(texts)

    def again(self) -> SourceCheck:
        """Begin anew with the first batch; what was looked at, and what rules said, is still known."""
        other = SourceCheck(self._campaign, self._plugins)
        other._evidence, other._memory = self._evidence, self._memory
        self._settle()
        other._around, other._settled = self._around.again(), True
        return other

    def _settle(self) -> None:
        if not self._settled:
            self._around.settle_keys()
            self._settled = True

    def validate(self, batch: Batch) -> Batch:
        """Check the next rows, as `validate` does for a whole source."""
        self._settle()
        orders = date_orders(batch, self._evidence)
        checked = guard(check_rows(batch, self._plugins, orders, self._memory), self._around)
        self.names = Names({**self.names.headers, **Names.of(checked).headers})
        self.portrait += Portrait.of(checked, part=True)
        return checked

    def notes(self) -> Iterable[str]:
        """Give the notes on the whole source, once all batches were checked."""
        note = self._around.shared_note(by_key=bool(self._campaign.identity))
        return [note] if note else []

    def whole(self) -> Portrait:
        """Give the portrait of the whole source, once all batches were checked."""
        columns = dict(self.portrait.columns)
        if MOBILE in columns:
            columns[MOBILE] = replace(columns[MOBILE], often={"": self._around.most_shared()})
        return replace(self.portrait, columns=columns)

    def guards(self) -> tuple[Guard, ...]:
        """Give what looks wrong with the source as a whole, once all batches were checked."""
        return look_over(self.whole(), self._campaign, self.names)
