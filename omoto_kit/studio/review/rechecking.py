"""The library's rules asked about a few rows only, without a look at all the others."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.plugins import Plugins
from omoto_kit.validation.dates import Order
from omoto_kit.validation.engine import Memory
from omoto_kit.validation.guards import GUARDED, customer_problems, identity_problems
from omoto_kit.validation.rules import date_orders
from omoto_kit.validation.validating import check_rows

__all__ = ["Checker"]


class Checker:
    """Asks the rules about some rows of a batch, and remembers what they said of a value.

    How dates are to be read is settled once, by the source as it was, so that one edit cannot turn all others.
    """

    def __init__(self, batch: Batch, plugins: Plugins) -> None:
        self._plugins = plugins
        self._orders: dict[str, Order] = date_orders(batch)
        self._memory = Memory()

    def check(self, part: Batch, others: pl.DataFrame) -> Batch:
        """Check the rows of `part`; `others` are the values of further rows that have the same key as one of them.

        The problems of the answer are those of the part's rows, and those that say of any of these rows that it repeats
        or contradicts another.
        """
        checked = check_rows(part, self._plugins, self._orders, self._memory)
        together = checked.values
        if others.height:
            together = pl.concat([others, together], how="diagonal_relaxed").sort("row")
        own = checked.problems.filter(~pl.col("code").is_in(GUARDED))
        shared = identity_problems(replace(checked, values=together))
        return replace(checked, problems=pl.concat([own, shared, customer_problems(checked)]))
