"""The engine: asks each step once for each distinct key, settles each field, and writes down who did what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.enrichment.answers import NOTHING, Offers, Sorted, sort_out
from omoto_kit.enrichment.asking import Tally, ask, count
from omoto_kit.enrichment.cells import LIST, as_text, from_cell, is_list, readable
from omoto_kit.enrichment.given import with_given
from omoto_kit.enrichment.order import Planned, in_order, plan
from omoto_kit.enrichment.settling import CONFLICT, SUGGESTION, offers_of, settle
from omoto_kit.enrichment.telling import still_true
from omoto_kit.plugins import Failure, Key, Plugins, Worker
from omoto_kit.problem import Problem, Severity

__all__ = ["CODES", "FAILED", "enrich"]

FAILED = "enricher_failed"
#: Codes of the problems that enriching makes; another run replaces them.
CODES = frozenset({CONFLICT, SUGGESTION, FAILED})


def enrich(
    batch: Batch,
    *,
    plugins: Plugins | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    on_step: Callable[[Tally], None] | None = None,
) -> Batch:
    """Let enrichers fill and standardise fields; every change says who made it and why.

    Without `plugins` those of installed packages run, with `settings` as the tables of `[plugins.NAME]`; files of
    plugins that were written since they were loaded are taken as they are now. What a step fails at, or only suggests,
    becomes a problem of its row; what a plugin gets wrong as a whole becomes a note of the batch, and the others go
    on. `on_step` is told what each step was asked, and how much of it hit. Running it twice changes nothing more.
    The values of a source of jsonbody objects stand as they were written; only what is absent is filled.
    Raises PluginError only where steps wait for one another in a circle.
    """
    given = plugins if plugins is not None else Plugins.load(settings=settings or {})
    found = given.refreshed()
    known = [str(problem) for problem in given.problems] if plugins is not None else []
    notes = [said for said in map(str, found.problems) if said not in known]
    batch = replace(batch, problems=still_true(batch).filter(~pl.col("code").is_in(sorted(CODES))))
    planned, skipped = plan(found.enrichers, batch.values.columns)
    number = batch.changes["run"].max() or 0
    run = _Run(found, batch, batch, planned, [*notes, *skipped], int(str(number)) + 1)
    try:
        for kind, name in in_order(planned):
            if isinstance(name, int):
                tally = run.ask(planned[name])
                if on_step is not None and tally is not None:
                    on_step(tally)
            elif kind == "fill" or not batch.source.bodies:
                run.settle(name, standardising=kind == "standardise")
    finally:
        run.close()
    return run.result()


@dataclass
class _Run:
    """One run over one batch: what was offered so far, and what failed."""

    plugins: Plugins
    first: Batch
    batch: Batch
    planned: Sequence[Planned]
    notes: list[str]
    number: int = 1
    offers: dict[tuple[str, bool], list[pl.DataFrame]] = attribute(default_factory=dict)
    failures: list[tuple[Planned, pl.DataFrame, Mapping[int, Failure]]] = attribute(default_factory=list)
    workers: dict[str, Worker] = attribute(default_factory=dict)

    def ask(self, one: Planned) -> Tally | None:
        """Ask one step for all its distinct keys, and count what came of it; None where there was nothing to ask."""
        step = one.step
        asked = _asked(with_given(self.batch.values, self.first, one), one)
        if not asked.keys:
            return None
        worker = self.workers.setdefault(step.plugin, Worker(step.plugin))
        context = self.plugins.context(step, self.batch.campaign)
        heard, remembered = ask(step, self.plugins, worker, context, asked.keys)
        if heard.tripped:
            said = heard.tripped.rstrip(".")
            self.notes.append(f"{step.label} ({step.where}) was stopped: {said}. The rest of the rows went without it.")
        result = sort_out(step, heard.answers, len(asked.keys))
        for field in sorted(result.refused):
            self.notes.append(f"{step.label} ({step.where}) gave {field}, which it does not declare; it was refused.")
        self._take(one, asked, result, "".join(f"; {origin}" for origin in context.origins))
        return count(step, asked.rows["key"], remembered, heard, result)

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

    def _take(self, one: Planned, asked: Asked, result: Sorted, origins: str) -> None:
        """Spread the answers for keys over the rows that have them."""
        rows = asked.rows
        for field, offers in result.offers.items():
            standardises = one.standardises(field)
            table = _table(offers).with_columns(asked.sources(one) + origins)
            spread = rows.select("at").hstack(table[rows["key"]]).filter(pl.col("kind") != NOTHING)
            if spread.height:
                prefer = self.plugins.prefer.get(field, ())
                signed = offers_of(one.step, spread, standardises=standardises, run=self.number, prefer=prefer)
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
            how = _how(failures[key])
            message = f"{one.step.label} failed on row {row['row']} ({how}). It read {read}. The field stays as it was."
            severity = Severity.ERROR if lacking else Severity.WARNING
            yield Problem(row["row"], (lacking or list(one.step.writes))[0], FAILED, message, severity)


@dataclass(frozen=True)
class Asked:
    """What a step is asked: each row's position with its key's number, and the keys in a fixed order, as texts too."""

    rows: pl.DataFrame
    keys: list[Key]
    texts: pl.DataFrame

    def sources(self, one: Planned) -> pl.Series:
        """Write each key for people: "Store Code=BLR-1, namevaluemap.city=Pune"; what is absent is left out."""
        columns = zip(self.texts.columns, one.columns.values(), strict=True)
        parts = [pl.lit(f"{column.removeprefix('source.')}=") + readable(name, column) for name, column in columns]
        return self.texts.select(pl.concat_str(parts, separator=", ", ignore_nulls=True).alias("source")).to_series()


def _asked(values: pl.DataFrame, one: Planned) -> Asked:
    """Number the distinct keys of a step.

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
    if one.step.cache is False and not one.step.bulk:
        distinct = frame.sort(*names, "at", nulls_last=True).with_row_index("key")
        rows = distinct.select("at", "key")
    else:
        alike = (pl.struct(names) if len(names) > 1 else pl.col(names[0])).rle_id()  # sorted, so equals stand together
        ordered = frame.sort(names, nulls_last=True).with_columns(key=alike)
        rows, distinct = ordered.select("at", "key"), ordered.filter(pl.col("key").diff().fill_null(1) != 0)
    return Asked(rows, _decoded(distinct.select(names), wanted, schema), distinct.select(names))


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
    count = len(offers.kinds)
    others = pl.Series([None], dtype=LIST).new_from_index(0, count)
    if offers.others:
        others = pl.Series([offers.others.get(index) for index in range(count)], dtype=LIST)
    columns = {
        "kind": pl.Series(offers.kinds, dtype=pl.UInt8),
        "after": pl.Series(offers.values, dtype=pl.String),
        "others": others,
        "why": pl.Series(offers.whys, dtype=pl.String),
    }
    return pl.DataFrame(columns)


def _with_columns(values: pl.DataFrame, planned: Sequence[Planned]) -> pl.DataFrame:
    """Give each field that was asked for its column, so that what nobody could fill shows as absent."""
    asked = {field for one in planned for field in one.step.writes}
    missing = sorted(asked - set(values.columns))
    return values.with_columns(
        pl.lit(None, dtype=LIST if is_list(field) else pl.String).alias(field) for field in missing
    )


def _how(failure: Failure) -> str:
    """Say what a step failed by: in the author's words, where they have any."""
    return f"{failure.said.rstrip('.')}, at {failure.where}" if failure.said else str(failure)
