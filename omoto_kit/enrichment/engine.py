"""The engine: asks each step once for each distinct key, settles each field, and writes down who did what."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.enrichment.answers import NOTHING, Offers, Sorted, sort_out
from omoto_kit.enrichment.cells import LIST, as_text, from_cell, is_list
from omoto_kit.enrichment.order import Planned, in_order, plan
from omoto_kit.enrichment.settling import CONFLICT, SUGGESTION, offers_of, settle
from omoto_kit.enrichment.worker import TIMEOUT, Key, Worker
from omoto_kit.plugins import Failure, Plugins
from omoto_kit.problem import Problem, Severity

__all__ = ["CODES", "FAILED", "enrich"]

FAILED = "enricher_failed"
#: Codes of the problems that enriching makes; another run replaces them.
CODES = frozenset({CONFLICT, SUGGESTION, FAILED})


def enrich(
    batch: Batch, *, plugins: Plugins | None = None, settings: Mapping[str, Mapping[str, Any]] | None = None
) -> Batch:
    """Let enrichers fill and standardise fields; every change says who made it and why.

    Without `plugins` those of installed packages run, with `settings` as the tables of `[plugins.NAME]`. What a step
    fails at, or only suggests, becomes a problem of its row; what a plugin gets wrong as a whole becomes a note of the
    batch, and the others go on. Running it twice changes nothing more. Raises PluginError only where steps wait for
    one another in a circle.
    """
    found = plugins if plugins is not None else Plugins.load(settings=settings or {})
    notes = [] if plugins is not None else [str(problem) for problem in found.problems]
    own = pl.col("code").is_in(sorted(CODES))
    batch = replace(batch, problems=batch.problems.filter(~own))
    planned, skipped = plan(found.enrichers, batch.values.columns)
    run = _Run(found, batch, planned, [*notes, *skipped])
    try:
        for kind, name in in_order(planned):
            if isinstance(name, int):
                run.ask(planned[name])
            else:
                run.settle(name, standardising=kind == "standardise")
    finally:
        run.close()
    return run.result()


@dataclass
class _Run:
    """One run over one batch: what was offered so far, and what failed."""

    plugins: Plugins
    batch: Batch
    planned: Sequence[Planned]
    notes: list[str]
    offers: dict[tuple[str, bool], list[pl.DataFrame]] = attribute(default_factory=dict)
    failures: list[tuple[Planned, pl.DataFrame, Mapping[int, Failure]]] = attribute(default_factory=list)
    workers: dict[str, Worker] = attribute(default_factory=dict)

    def ask(self, one: Planned) -> None:
        """Ask one step for all its distinct keys."""
        step = one.step
        rows, keys = _keys(self.batch.values, one)
        if not keys:
            return
        worker = self.workers.setdefault(step.plugin, Worker(step.plugin))
        answers, tripped = worker.ask(
            step.bound(self.plugins.context(step, self.batch.campaign)),
            keys,
            near=_file_of(step.function),
            timeout=step.timeout or TIMEOUT,
            bulk=step.bulk,
            awaits=inspect.iscoroutinefunction(step.function),
        )
        if tripped:
            said = tripped.rstrip(".")
            self.notes.append(f"{step.label} ({step.where}) was stopped: {said}. The rest of the rows went without it.")
        result = sort_out(step, answers, len(keys))
        for field in sorted(result.refused):
            self.notes.append(f"{step.label} ({step.where}) gave {field}, which it does not declare; it was refused.")
        self._take(one, rows, result)

    def settle(self, field: str, *, standardising: bool) -> None:
        """Decide one field by all that was offered for it."""
        self.batch = settle(self.batch, field, self.offers.get((field, standardising), ()))

    def result(self) -> Batch:
        """Give the batch with the problems of failed steps and the notes of this run."""
        batch = self.batch.with_values(_with_columns(self.batch.values, self.planned))
        batch = batch.with_problems([problem for failed in self.failures for problem in self._problems(*failed)])
        return replace(batch, notes=tuple(dict.fromkeys([*batch.notes, *self.notes])))

    def close(self) -> None:
        """Let every plugin's thread end."""
        for worker in self.workers.values():
            worker.close()

    def _take(self, one: Planned, rows: pl.DataFrame, result: Sorted) -> None:
        """Spread the answers for keys over the rows that have them."""
        for field, offers in result.offers.items():
            standardises = one.standardises(field)
            spread = rows.select("at").hstack(_table(offers)[rows["key"]]).filter(pl.col("kind") != NOTHING)
            if spread.height:
                signed = offers_of(one.step, spread, standardises=standardises)
                self.offers.setdefault((field, standardises), []).append(signed)
        if result.failures:
            self.failures.append((one, rows, result.failures))

    def _problems(self, one: Planned, rows: pl.DataFrame, failures: Mapping[int, Failure]) -> Iterable[Problem]:
        """Say for each row what failed and where, and hold those that lack a required field for it."""
        required = [field for field in self.batch.campaign.required_fields() if field in one.step.writes]
        failed = rows.filter(pl.col("key").is_in(list(failures))).sort("at")
        values = self.batch.values[failed["at"].cast(pl.Int64).to_list()]
        read = " and ".join(one.columns.values())
        for row, key in zip(values.iter_rows(named=True), failed["key"], strict=True):
            lacking = [field for field in required if row.get(field) is None]
            failure = failures[key]
            how = f"{failure.said.rstrip('.')}, at {failure.where}" if failure.said else str(failure)
            message = f"{one.step.label} failed on row {row['row']} ({how}). It read {read}. The field stays as it was."
            severity = Severity.ERROR if lacking else Severity.WARNING
            yield Problem(row["row"], (lacking or list(one.step.writes))[0], FAILED, message, severity)


def _keys(values: pl.DataFrame, one: Planned) -> tuple[pl.DataFrame, list[Key]]:
    """Number the distinct keys of a step: each row's position with its key's number, and the keys in a fixed order.

    Rows that the step could not change are left out, and so are those where all that it reads is absent.
    """
    schema = values.schema
    wanted = list(one.columns.values())
    names = [f"k{number}" for number in range(len(wanted))]
    texts = [
        (as_text(column, schema[column]) if column in schema else pl.lit(None, dtype=pl.String)).alias(name)
        for name, column in zip(names, wanted, strict=True)
    ]
    frame = values.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"), *texts, _open(one, schema).alias("open"))
    frame = frame.filter(pl.col("open") & ~pl.all_horizontal(pl.col(names).is_null())).drop("open")
    if not one.step.cache and not one.step.bulk:
        distinct = frame.sort(*names, "at", nulls_last=True).with_row_index("key")
        return distinct.select("at", "key"), _decoded(distinct.select(names), wanted, schema)
    distinct = frame.select(names).unique().sort(names, nulls_last=True).with_row_index("key")
    rows = frame.join(distinct, on=names, nulls_equal=True).select("at", "key")
    return rows, _decoded(distinct.select(names), wanted, schema)


def _open(one: Planned, schema: pl.Schema) -> pl.Expr:
    """Tell for which rows a step could change anything: some field that it writes is absent, or it may replace it."""
    free = [field for field in one.step.writes if field not in schema or one.standardises(field)]
    if free or one.step.overwrite:
        return pl.lit(value=True)
    return pl.any_horizontal(pl.col(list(one.step.writes)).is_null())


def _decoded(distinct: pl.DataFrame, columns: Sequence[str], schema: pl.Schema) -> list[Key]:
    """Give keys as steps see them: texts, or tuples of texts for a category's reasons."""
    lists = [schema.get(column) == LIST for column in columns]
    parts = [
        [from_cell(cell) for cell in series] if many else series.to_list()
        for many, series in zip(lists, distinct.get_columns(), strict=True)
    ]
    return list(zip(*parts, strict=True))


def _table(offers: Offers) -> pl.DataFrame:
    """Lay the offers of one field out, the row's position being the key's number."""
    kinds, values = pl.Series(offers.kinds, dtype=pl.UInt8), pl.Series(offers.values, dtype=pl.String)
    return pl.DataFrame({"kind": kinds, "after": values, "why": pl.Series(offers.whys, dtype=pl.String)})


def _with_columns(values: pl.DataFrame, planned: Sequence[Planned]) -> pl.DataFrame:
    """Give each field that was asked for its column, so that what nobody could fill shows as absent."""
    asked = {field for one in planned for field in one.step.writes}
    missing = sorted(asked - set(values.columns))
    return values.with_columns(
        pl.lit(None, dtype=LIST if is_list(field) else pl.String).alias(field) for field in missing
    )


def _file_of(function: object) -> str:
    code = getattr(inspect.unwrap(function) if callable(function) else function, "__code__", None)
    return code.co_filename if code else ""
