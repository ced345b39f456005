"""Asking one step for its distinct keys: what is remembered is not asked again, and all of it is counted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from omoto_kit.campaign import Campaign
from omoto_kit.enrichment.answers import Sorted
from omoto_kit.plugins import Context, EnricherStep, Failure, Heard, Key, Plugins, Worker

__all__ = ["Tally", "ask", "count"]


@dataclass(frozen=True)
class Tally:
    """What one step was asked in one run, and what came of it.

    `rows` had something to read, in `keys` distinct ways; `remembered` of these were answered in an earlier run, the
    rest took `calls` calls and `seconds`. Of the answers, `hits` said something, `misses` had no opinion and `failed`
    were errors; keys without any answer belong to a step that was stopped. In rows, `failed_rows` had an error and
    `silent` no answer that says anything.
    """

    step: str
    rows: int
    keys: int
    remembered: int
    calls: int
    hits: int
    misses: int
    failed: int
    seconds: float
    failed_rows: int = 0
    silent: int = 0

    def __str__(self) -> str:
        """One line for people."""
        return (
            f"{self.step}: {self.rows} rows, {self.keys} distinct keys ({self.remembered} remembered), {self.calls} "
            f"calls; {self.hits} hits, {self.misses} misses, {self.failed} failed; {self.seconds * 1000:.1f} ms"
        )


def ask(
    step: EnricherStep, plugins: Plugins, worker: Worker, context: Context, keys: Sequence[Key]
) -> tuple[Heard, int]:
    """Give the answers in the order of the keys, and how many of them were remembered."""
    if isinstance(step.cache, bool):
        return _timed(step, worker, context, keys), 0
    known = _remembered(step, plugins, context.campaign)
    missing = [key for key in keys if key not in known]
    if not missing:
        return Heard([known[key][1] for key in keys]), len(keys)
    heard = _timed(step, worker, context, missing)
    given = dict(zip(missing, heard.answers, strict=False))
    now = time.monotonic()
    known |= {key: (now, answer) for key, answer in given.items() if not isinstance(answer, Failure)}
    answers = [known[key][1] if key in known else given.get(key) for key in keys]
    plugins.memory(step).answers = known
    return replace(heard, answers=answers), len(keys) - len(missing)


def _timed(step: EnricherStep, worker: Worker, context: Context, keys: Sequence[Key]) -> Heard:
    began = time.perf_counter()
    heard = worker.ask(step.called(context), keys)
    return replace(heard, seconds=time.perf_counter() - began)


def _remembered(step: EnricherStep, plugins: Plugins, campaign: Campaign) -> dict[Key, tuple[float, Any]]:
    """Give the answers that are fresh enough; those for another contract are forgotten."""
    memory = plugins.memory(step)
    if memory.campaign is not campaign and memory.campaign != campaign:
        memory.answers.clear()
    memory.campaign = campaign
    oldest = time.monotonic() - step.cache
    return {key: kept for key, kept in memory.answers.items() if kept[0] > oldest}


def count(step: EnricherStep, rows: pl.Series, remembered: int, heard: Heard, answers: Sorted) -> Tally:
    """Count what came of one step; `rows` has for each row that was asked the number of its key."""
    keys = len(next(iter(answers.offers.values())).kinds)
    failed = len(answers.failures)
    misses = heard.answers.count(None)
    hits = len(heard.answers) - failed - misses
    says = pl.Series([any(kinds) for kinds in zip(*(one.kinds for one in answers.offers.values()), strict=True)])
    failed_rows = int(rows.is_in(list(answers.failures)).sum()) if failed else 0
    silent = rows.len() - int(says.gather(rows).sum()) - failed_rows
    counts = (rows.len(), keys, remembered, heard.calls, hits, misses, failed)
    return Tally(step.label, *counts, heard.seconds, failed_rows, silent)
