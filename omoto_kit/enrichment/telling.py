"""Values that were set and are told to a person all the same: a warning as long as the value stands."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.enrichment.cells import as_text, readable
from omoto_kit.problem import Fix, Problem, Severity

__all__ = ["CORRECTED", "named", "still_true", "tell"]

#: Code of the warning.
CORRECTED = "corrected"
#: What customers say of themselves is not repeated in sentences, which end up in logs and on screens.
PRIVATE = ("customerinfo", "comment")


def tell(batch: Batch, field: str, winners: pl.DataFrame) -> Batch:
    """Tell of values that were set just now (row, before, after, step, why)."""
    shown = winners.with_columns(before=readable("before", field), after=readable("after", field))
    problems = []
    for one in shown.iter_rows(named=True):
        new = named(field, (one["after"],)) or "another value"
        old = named(field, (one["before"],)) or "what stood there"
        message = f"{one['step']} has set {new} in place of {old}: {one['why'].rstrip('.')}."
        fix = Fix((one["after"],), one["why"], applied=True)
        problems.append(Problem(one["row"], field, CORRECTED, message, Severity.WARNING, value=one["before"], fix=fix))
    return batch.with_problems(problems)


def named(field: str, values: Sequence[str | None]) -> str:
    """Quote values for a sentence; empty where they may be personal, or there are none.

    >>> named("namevaluemap.unitname", ["MG Road 1", "MG Road 2"]), named("customerinfo.email", ["a@example.com"])
    ("'MG Road 1' or 'MG Road 2'", '')
    """
    return "" if field.partition(".")[0] in PRIVATE else " or ".join(repr(value) for value in values if value)


def still_true(batch: Batch) -> pl.DataFrame:
    """Give the batch's problems, without warnings of a value that no longer stands."""
    told = batch.problems.filter(pl.col("code") == CORRECTED)
    if not told.height:
        return batch.problems
    cells = [
        batch.values.select("row", now=as_text(field, batch.values.schema[field]))
        .with_columns(now=readable("now", field))
        .join(told.filter(pl.col("field") == field).select("row"), on="row", how="semi")
        .with_columns(field=pl.lit(field))
        for field in told["field"].unique()
        if field in batch.values.columns
    ]
    now = pl.concat([pl.DataFrame(schema={"row": pl.Int64, "now": pl.String, "field": pl.String}), *cells])
    stands = told.join(now, on=["row", "field"]).filter(pl.col("fix").struct["options"].list.first() == pl.col("now"))
    gone = told.join(stands, on=["row", "field"], how="anti").select("row", "field", "code")
    return batch.problems.join(gone, on=["row", "field", "code"], how="anti", maintain_order="left")
