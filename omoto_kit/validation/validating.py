"""`validate`: every rule over every row, in one pass; and the same again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.plugins import Plugins
from omoto_kit.validation.batchwide import LEAST, Names, look_over
from omoto_kit.validation.codes import CODES
from omoto_kit.validation.dates import Order
from omoto_kit.validation.engine import Check, Memory, as_text, ask
from omoto_kit.validation.fields import Account, FieldRules
from omoto_kit.validation.guards import GUARDED, MANY, SHARED, Around, customer_problems, identity_problems, shared_note
from omoto_kit.validation.portrait import Portrait, is_unanswered
from omoto_kit.validation.rules import built_in, date_orders
from omoto_kit.validation.strangers import checks_of

__all__ = ["check_rows", "guard", "in_order", "look_at_whole", "validate"]

_PASSES = 4


def validate(batch: Batch, *, plugins: Plugins | None = None) -> Batch:
    """Check every row by every rule, built in or of a plugin, and return a batch with all that was found.

    Values that only differ in form from what the contract wants are set to that form, each with a change that says
    why. Problems that an earlier validation found are found anew; those that others found stay. `plugins` left out
    stands for the installed ones. Nothing is raised for what the rows hold.
    """
    plugins = Plugins.load() if plugins is None else plugins
    return guard(check_rows(batch, plugins, date_orders(batch)))


def check_rows(batch: Batch, plugins: Plugins, orders: Mapping[str, Order], memory: Memory | None = None) -> Batch:
    """Ask all rules that look at one row at a time; `orders` says of each date column what its source shows."""
    memory = memory or Memory()
    own = [*built_in(batch, orders, memory)]
    theirs, notes = checks_of(batch, plugins)
    notes += [order.note for order in orders.values() if order.note]
    steps = {check.step.label for rules in own for check in rules.checks} | {check.step.label for check in theirs}
    for _ in range(_PASSES):
        batch = _ruled(_without_old(batch, steps), own, memory)
        known, before = batch.problems.height, batch.changes.height
        batch = _asked(batch, theirs, memory)
        batch = replace(batch, rule_codes=batch.rule_codes | frozenset(batch.problems[known:]["code"]))
        if batch.changes.height == before:
            break
    else:
        notes.append("Rules of plugins change one value again and again; what the last of them wrote stands.")
    return _noted(batch, notes)


def guard(batch: Batch, around: Around | None = None) -> Batch:
    """Check what needs the whole source: keys, repetitions, customers; anew each time.

    `around` knows the rest of the source where the batch is a part of it; what is said of the whole waits then.
    """
    others = batch.problems.filter(~pl.col("code").is_in(GUARDED))
    problems = pl.concat([others, identity_problems(batch, around), customer_problems(batch)])
    checked = replace(batch, problems=in_order(problems, batch.values.columns))
    if around is None:
        return look_at_whole(checked)
    around.take_numbers(batch)
    return checked


def in_order(problems: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Sort problems by row, and within one by the places of the fields among the columns of values."""
    places = {name: place for place, name in enumerate(columns)}
    place = pl.col("field").replace_strict(places, default=-1, return_dtype=pl.Int64)
    return problems.sort("row", place, "code", "message", maintain_order=True)


def look_at_whole(batch: Batch) -> Batch:
    """Say of a checked batch what no single row shows: its guards, and the note on shared mobile numbers."""
    notes = [note for note in batch.notes if not note.startswith(SHARED)]
    if len(batch) > MANY and (shared := shared_note(batch)):
        notes.append(shared)
    seen = len(batch) >= LEAST or is_unanswered(batch)
    guards = look_over(Portrait.of(batch), batch.campaign, Names.of(batch)) if seen else ()
    return replace(batch, notes=tuple(notes), guards=guards)


def _ruled(batch: Batch, own: Iterable[FieldRules], memory: Memory) -> Batch:
    """Ask the built-in rules, a field at a time."""
    account = Account(batch.values, batch.column_of, memory)
    account.take(*own)
    values, problems, changes = account.result()
    return replace(
        batch,
        values=values,
        problems=pl.concat([batch.problems, *problems]),
        changes=pl.concat([batch.changes, *changes]),
    )


def _asked(batch: Batch, checks: Iterable[Check], memory: Memory) -> Batch:
    """Ask rules one after another, each about the values that the one before it left."""
    values, problems, changes = batch.values, [batch.problems], [batch.changes]
    for check in checks:
        answers = ask(check, values, batch.column_of(check.step.field), memory)
        values = answers.values
        problems.append(answers.problems)
        changes.append(answers.changes)
    return replace(batch, values=values, problems=pl.concat(problems), changes=pl.concat(changes))


def _without_old(batch: Batch, steps: AbstractSet[str]) -> Batch:
    """Drop what earlier validations found; keep what others found, and notes on changes of ours that still stand."""
    if not batch.problems.height:
        return batch
    ours = pl.col("code").is_in([*CODES, *batch.rule_codes])
    told = batch.problems.filter(ours & pl.col("fix").struct.field("applied").fill_null(value=False))
    kept = [batch.problems.filter(~ours)]
    last = (
        batch.changes.filter(pl.col("outcome") == "set")
        .unique(["row", "field"], keep="last", maintain_order=True)
        .filter(pl.col("step").is_in(list(steps)))
        .select("row", "field", "after")
    )
    for field in told["field"].unique(maintain_order=True):
        now = batch.values.select("row", now=as_text(batch.values, field))
        standing = last.filter(pl.col("field") == field).join(now, on="row")
        rows = standing.filter(pl.col("after").eq_missing(pl.col("now")))["row"]
        kept.append(told.filter((pl.col("field") == field) & pl.col("row").is_in(rows.implode())))
    return replace(batch, problems=pl.concat(kept))


def _noted(batch: Batch, notes: Iterable[str]) -> Batch:
    """Add notes that the batch does not have yet."""
    return replace(batch, notes=tuple(dict.fromkeys([*batch.notes, *notes])))
