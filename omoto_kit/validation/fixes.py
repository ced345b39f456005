"""A person's fix of one value: set, recorded as theirs, and checked again at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from omoto_kit.batch import Batch, Change
from omoto_kit.campaign import is_field, split_field
from omoto_kit.errors import Place, UsageError, did_you_mean
from omoto_kit.plugins import Plugins
from omoto_kit.validation.engine import JOINT, as_text
from omoto_kit.validation.revalidating import revalidate
from omoto_kit.validation.texts import sendable

__all__ = ["MISNAMED", "Signature", "apply_fix", "decided", "next_run", "reasons_of"]

Value = str | Sequence[str] | None
#: Problems about a name, not a value: their fix moves the value to the right name.
MISNAMED = ("category_unknown", "nvname_unknown")
#: What plugins offered and left to a person: once the cell is set, it was chosen.
OFFERED = ("enrichment_conflict", "suggestion")


@dataclass(frozen=True)
class Signature:
    """What the changes of one fixing have in common: who did it, its run number, and why."""

    by: str
    run: int
    why: str

    def change(self, row: int, field: str, before: str | None, after: str | None) -> Change:
        """Record one cell; the row's own key has no field."""
        return Change(row, "" if field == "key" else field, before, after, f"fix:{self.by}", why=self.why, run=self.run)


def decided(batch: Batch, field: str, rows: Collection[int]) -> Batch:
    """Take away what plugins offered for cells that a person has set."""
    cells = (pl.col("field") == field) & pl.col("row").is_in(list(rows)) & pl.col("code").is_in(OFFERED)
    return replace(batch, problems=batch.problems.filter(~cells))


def next_run(batch: Batch) -> int:
    """Give the number of the next run of fixes or of enrichment over a batch."""
    return int(str(batch.changes["run"].max() or 0)) + 1


def apply_fix(batch: Batch, row: int, field: str, value: Value, *, by: str, plugins: Plugins | None = None) -> Batch:
    """Set one field of one row as a person decided, and check the row again.

    `value` None or "" makes the field absent; for `catnpsmap.*` it is a list of reasons, or a text of them as the
    problem's options give it. Where the problem is the name itself (`category_unknown`, `nvname_unknown`), a known
    name moves the value there. Field "" is the row's own key. `by` says who, in the change's step: "fix:asha".
    Raises UsageError for a row or a field that does not exist.
    """
    _refuse_unknown(batch, row, field)
    plugins = Plugins.load() if plugins is None else plugins
    signed = Signature(by, next_run(batch), "Set by a person.")
    for name, new in _settings(batch, row, field, value).items():
        batch = decided(_set(batch, row, name, new, signed), name, [row])
    return revalidate(batch, [row], plugins=plugins)


def _refuse_unknown(batch: Batch, row: int, field: str) -> None:
    where = Place(batch.source.name, batch.source.sheet, row)
    if row not in batch.values["row"]:
        raise UsageError(f"There is no row {row}.", where=where, advice="Take the number from a problem's row.")
    group, name = split_field(field)
    if field and (not is_field(field) or (group in ("catnpsmap", "namevaluemap") and not name)):
        raise UsageError(f"{field!r} is no field of a response.", where=where, advice=did_you_mean(field, batch.fields))


def _settings(batch: Batch, row: int, field: str, value: Value) -> Mapping[str, str | list[str] | None]:
    """Give the fields to set: the one that was named, or two where a value moves to another name."""
    group, _ = split_field(field)
    here = (pl.col("row") == row) & (pl.col("field") == field) & pl.col("code").is_in(MISNAMED)
    if isinstance(value, str) and value and batch.problems.filter(here).height:
        known = batch.campaign.known_names(group) or ()
        if value in known:
            held = batch.values.filter(pl.col("row") == row)[field][0]
            return {field: None, f"{group}.{value}": held.to_list() if isinstance(held, pl.Series) else held}
    if group != "catnpsmap":
        return {field or "key": (value if isinstance(value, str) else None) or None}
    return {field: reasons_of(batch, field, value)}


def reasons_of(batch: Batch, field: str, value: Value) -> list[str] | None:
    """Read the reasons of one category from a list, or from a text as the options write it."""
    if value is None or not isinstance(value, str):
        return None if value is None else [sendable(part) for part in value]
    known = (batch.campaign.categories or {}).get(split_field(field)[1], ())
    if value in known:
        return [value]
    rule = batch.campaign.columns.get(field)
    mark = (rule.split if rule and rule.split else JOINT).strip() or JOINT
    return [part for piece in value.split(mark) if (part := piece.strip())] if value else None


def _set(batch: Batch, row: int, field: str, value: str | list[str] | None, signed: Signature) -> Batch:
    """Write one value and record whose it is."""
    values = batch.values
    kind = pl.List(pl.String) if field.startswith("catnpsmap.") else pl.String()
    if field not in values.columns:
        values = values.with_columns(pl.lit(None, kind).alias(field))
    new = [sendable(part) for part in value] if isinstance(value, list) else value and sendable(value)
    here = pl.col("row") == row
    before = values.filter(here).select(as_text(values, field).alias("text"))["text"][0]
    written = pl.when(here).then(pl.lit(pl.Series([new], dtype=kind)).first()).otherwise(pl.col(field))
    values = values.with_columns(written.alias(field))
    after = values.filter(here).select(as_text(values, field).alias("text"))["text"][0]
    return batch.with_values(values, [signed.change(row, field, before, after)])
