"""Who wins a field: offers of all steps for it side by side, in columns.

analyst's edit > value in the source > master > derived > guess; a standardiser, and a step that says `overwrite`,
may replace what is there. Offers of one rank that differ leave the field alone, and a person chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import polars as pl

from omoto_kit.batch import CHANGES, Batch
from omoto_kit.enrichment.answers import CLEAR, SUGGEST, TOLD
from omoto_kit.enrichment.cells import LIST, as_list, as_text, is_list, readable
from omoto_kit.enrichment.telling import named, tell
from omoto_kit.plugins import EnricherStep
from omoto_kit.plugins.steps import Rank
from omoto_kit.problem import Fix, Problem, Severity

__all__ = ["CONFLICT", "FIX", "SUGGESTION", "offers_of", "settle"]

CONFLICT, SUGGESTION = "enrichment_conflict", "suggestion"
#: Steps of this name are a person's own edits, which no plugin touches.
FIX = "fix:"
RANKS = get_args(Rank)
#: More plugins than anybody prefers for one field; the distance from one rank to the next.
MOST = 1000


@dataclass(frozen=True)
class Field:
    """One field of a batch while it is being settled."""

    batch: Batch
    name: str

    def current(self) -> pl.DataFrame:
        """Give the row number and present text of every row, in their order."""
        values = self.batch.values
        if self.name in values.columns:
            before = as_text(self.name, values.schema[self.name]).alias("before")
        else:
            before = pl.lit(None, dtype=pl.String).alias("before")
        return values.select("row", before)

    def history(self, *outcomes: str) -> pl.DataFrame:
        """Give earlier changes of this field with one of these outcomes."""
        changes = self.batch.changes
        return changes.filter((pl.col("field") == self.name) & pl.col("outcome").is_in(outcomes))


def offers_of(
    step: EnricherStep, offers: pl.DataFrame, *, standardises: bool, run: int, prefer: Sequence[str] = ()
) -> pl.DataFrame:
    """Sign a step's offers (at, kind, after, others, why, source), so that they can lie beside those of others.

    `prefer` names plugins or steps, the first of which decides among those of one rank.
    """
    named = [name for name in (step.label, step.plugin) if name in prefer]
    liked = len(prefer) - min((prefer.index(name) for name in named), default=len(prefer))
    return offers.select(
        "at",
        "kind",
        "after",
        "others",
        "why",
        "source",
        step=pl.lit(step.label),
        version=pl.lit(step.version),
        rank=pl.lit(RANKS.index(step.rank) * MOST + min(liked, MOST - 1), dtype=pl.UInt32),
        replaces=pl.lit(standardises or step.overwrite),
        run=pl.lit(run, dtype=pl.Int64),
    )


def settle(batch: Batch, field: str, offers: Sequence[pl.DataFrame]) -> Batch:
    """Decide one field by all offers for it, and write down what became of each."""
    offered = [frame for frame in offers if frame.height]
    if not offered:
        return batch
    place = Field(batch, field)
    valid = _admit(place, pl.concat(offered))
    if not valid.height:
        return batch
    firm = valid.filter(pl.col("kind") != SUGGEST)
    if len(offered) > 1:
        firm = firm.join(_verdicts(firm), on="at")
    else:
        firm = firm.with_columns(top=pl.col("rank"), differ=pl.lit(value=False))
    winners = firm.filter((pl.col("rank") == pl.col("top")) & ~pl.col("differ"))
    if len(offered) > 1:
        winners = winners.sort("step").unique("at", keep="first", maintain_order=True)
    winners = winners.filter(~pl.col("after").eq_missing(pl.col("before"))).sort("at")
    batch = tell(_write(batch, field, winners), field, winners.filter(pl.col("kind") == TOLD))
    batch = _conflicts(batch, field, firm.filter((pl.col("rank") == pl.col("top")) & pl.col("differ")))
    batch = _lost(batch, field, firm.filter(pl.col("rank") < pl.col("top")), winners)
    return _suggestions(batch, field, valid.filter(pl.col("kind") == SUGGEST))


def _admit(place: Field, offers: pl.DataFrame) -> pl.DataFrame:
    """Keep the offers that may count: nothing against a person's edit, nor twice, nor over a value without leave."""
    edited = place.history("set").filter(pl.col("step").str.starts_with(FIX))["row"]
    valid = offers.hstack(place.current()[offers["at"]])
    valid = valid.filter(pl.col("before").is_null() | pl.col("replaces"))
    if edited.len():
        valid = valid.filter(~pl.col("row").is_in(edited.unique().implode()))
    done = place.history("set", "cleared")
    if done.height:
        shown = valid.with_columns(shown=readable("after", place.name))
        again = {"left_on": ["row", "shown", "step"], "right_on": ["row", "after", "step"], "nulls_equal": True}
        valid = shown.join(done, how="anti", **again).drop("shown")  # type: ignore[arg-type]
    return valid


def _verdicts(firm: pl.DataFrame) -> pl.DataFrame:
    """Find for each row the highest rank, and whether those who have it differ."""
    top = firm.with_columns(top=pl.col("rank").max().over("at")).filter(pl.col("rank") == pl.col("top"))
    return top.group_by("at").agg(pl.col("top").first(), differ=pl.col("after").n_unique() > 1)


def _write(batch: Batch, field: str, winners: pl.DataFrame) -> Batch:
    """Set the winners' values, and record each as a change."""
    values = batch.values
    if field not in values.columns:
        values = values.with_columns(pl.lit(None, dtype=LIST if is_list(field) else pl.String).alias(field))
    if winners.height:
        new = as_list("after") if is_list(field) else pl.col("after")
        chosen = winners.select("at", new.alias("_new"), pl.lit(value=True).alias("_set"))
        values = values.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"))
        values = values.join(chosen, on="at", how="left", maintain_order="left")
        picked = pl.when(pl.col("_set").is_not_null()).then(pl.col("_new")).otherwise(pl.col(field))
        values = values.with_columns(picked.alias(field)).drop("at", "_new", "_set")
    outcome = pl.when(pl.col("kind") == CLEAR).then(pl.lit("cleared")).otherwise(pl.lit("set"))
    return batch.with_values(values, _changes(winners, field, outcome))


def _conflicts(batch: Batch, field: str, offers: pl.DataFrame) -> Batch:
    """Hold each row whose offers differ, and give the person both."""
    if not offers.height:
        return batch
    batch = _record(batch, field, offers, "conflict")
    problems = []
    for _, group in offers.sort("at", "step").group_by("at", maintain_order=True):
        options = tuple(group.select(readable("after", field)).to_series().drop_nulls().unique(maintain_order=True))
        who = " and ".join(group["step"])
        message = f"{who} give different values for {field}, and neither outranks the other. {_advice(field, group)}"
        fix = Fix(options, f"The values are those of {who}, in this order.")
        problems.append(_problem(group, field, CONFLICT, message, fix))
    return batch.with_problems(problems)


def _advice(field: str, group: pl.DataFrame) -> str:
    """Say how a person settles a conflict: once, or for good."""
    plugins = [step.rpartition(":")[0] for step in group["step"]]
    first = plugins[0] if len(set(plugins)) > 1 else group["step"][0]
    return f'Choose one, or prefer one for good, in omoto.toml: [prefer] "{field}" = ["{first}"].'


def _lost(batch: Batch, field: str, losers: pl.DataFrame, winners: pl.DataFrame) -> Batch:
    """Record the offers that a higher rank has beaten, where they said something else."""
    if not losers.height:
        return batch
    beaten = losers.join(winners.select("at", won="after"), on="at").filter(~pl.col("after").eq_missing(pl.col("won")))
    return _record(batch, field, beaten, "lost")


def _suggestions(batch: Batch, field: str, offers: pl.DataFrame) -> Batch:
    """Show what steps only suggest, where the field does not say so already."""
    if not offers.height:
        return batch
    now = Field(batch, field).current()[offers["at"]].select(now="before")
    open_ones = offers.hstack(now).filter(~pl.col("after").eq_missing(pl.col("now")))
    open_ones = open_ones.filter(pl.col("now").is_null() | pl.col("replaces")).sort("at", "step")
    problems = []
    shown = pl.concat_list(readable("after", field), pl.col("others").list.eval(readable("", field)).fill_null([]))
    for one in open_ones.with_columns(shown=shown).iter_rows(named=True):
        options = tuple(dict.fromkeys(one["shown"]))
        fix = Fix(options, f"{one['why']} ({one['step']})")
        several = named(field, options) or (f"{len(options)} values" if len(options) > 1 else "a value")
        which = "choose one" if len(options) > 1 else "choose it"
        why = one["why"].rstrip(".")
        message = f"{one['step']} suggests {several} for {field}: {why}. Nothing is set unless you {which}."
        problems.append(Problem(one["row"], field, SUGGESTION, message, Severity.WARNING, value=one["now"], fix=fix))
    return _record(batch, field, open_ones, "suggested").with_problems(problems)


def _problem(group: pl.DataFrame, field: str, code: str, message: str, fix: Fix) -> Problem:
    return Problem(group["row"][0], field, code, message, value=group["before"][0], fix=fix)


def _record(batch: Batch, field: str, offers: pl.DataFrame, outcome: str) -> Batch:
    """Add offers that did not win to the changes, but for those that stand there from an earlier run."""
    added = _changes(offers, field, pl.lit(outcome))
    known = Field(batch, field).history(outcome)
    keys = ["row", "after", "step"]
    if known.height:
        added = added.join(known, on=keys, how="anti", nulls_equal=True, maintain_order="left")
    return batch.with_values(batch.values, added)


def _changes(offers: pl.DataFrame, field: str, outcome: pl.Expr) -> pl.DataFrame:
    """Lay offers out as the table of changes has them."""
    columns = {
        "row": pl.col("row"),
        "field": pl.lit(field),
        "before": readable("before", field),
        "after": readable("after", field),
        "step": pl.col("step"),
        "version": pl.col("version"),
        "source": pl.col("source"),
        "why": pl.col("why"),
        "outcome": outcome,
        "run": pl.col("run"),
    }
    return offers.sort("at", "step").select(**columns).cast(CHANGES)
