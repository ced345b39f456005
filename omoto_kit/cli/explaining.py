"""`omoto why`: the chain of one value, from the source's cell to what the response says."""

from __future__ import annotations

from dataclasses import asdict

import polars as pl

from omoto_kit.batch import Batch, Change
from omoto_kit.cli.output import Face, cell_text, escaped
from omoto_kit.cli.showing import problem_events
from omoto_kit.errors import UsageError, did_you_mean

__all__ = ["explain_cell"]


def explain_cell(face: Face, batch: Batch, row: int, field: str) -> None:
    """Tell where one value comes from: the source's cell, each change in turn, and what was found about it."""
    field = _known_field(batch, field)
    found = _known_row(batch, row)
    column = batch.column_of(field)
    cell = found[f"source.{column}"][0] if f"source.{column}" in found.columns else None
    value = found[field][0]
    value = value.to_list() if isinstance(value, pl.Series) else value
    chain = batch.why(row, field)
    problems = batch.problems.filter((pl.col("row") == row) & (pl.col("field") == field))
    face.event("why", row=row, field=field, column=column, cell=cell, value=value, changes=[asdict(c) for c in chain])
    for problem in problem_events(problems):
        face.event("problem", **problem)
    face.say(f"[bold]{escaped(field)}[/] of row {row} of {escaped(batch.source.name)}")
    origin = f"column {column!r} holds {cell_text(cell)!r}" if column else "no column feeds it"
    face.say(escaped(f"  source   {origin}"))
    for change in chain:
        face.say(escaped(_change_line(change)))
    for problem in problems.iter_rows(named=True):
        face.say(escaped(f"  {problem['severity']:8} {problem['message']}"))
    face.say(escaped(f"  value    {'absent' if value is None else repr(value)}"))


def _known_field(batch: Batch, name: str) -> str:
    """Give a field by its path or short name. Raises UsageError where the batch has none such."""
    field = batch.field_named(name)
    if field not in batch.fields:
        near = did_you_mean(field, batch.fields) or f"Fields here are {', '.join(batch.fields)}."
        raise UsageError(f"No row of this file has a field {field!r}.", advice=near)
    return field


def _known_row(batch: Batch, row: int) -> pl.DataFrame:
    """Give the values of one row. Raises UsageError where there is no such row."""
    found = batch.values.filter(pl.col("row") == row)
    if not found.height:
        numbers = batch.values["row"].to_list()
        advice = f"Its rows run from {min(numbers)} to {max(numbers)}." if numbers else "It has no rows."
        raise UsageError(f"There is no row {row}.", where=batch.source.name, advice=advice)
    return found


def _change_line(change: Change) -> str:
    values = f"{cell_text(change.before)!r} -> {cell_text(change.after)!r}"
    who = f"{change.step} {change.version}".strip()
    whence = f" ({change.source})" if change.source else ""
    return f"  {change.outcome:8} {values}, by {who}: {change.why}{whence}"
