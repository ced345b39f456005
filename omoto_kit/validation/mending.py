"""Fixes of many cells at once: all cells with one value, all of one kind, or all that lose nothing.

`offers` lists what could be mended and `alike` makes one from a person's own value; `mend` applies. The changes of one
`mend` carry a run number of their own and say who did it, so that `undo(batch, run=3)` takes back that one, and
`undo(batch, step="fix:asha")` all that a person did.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as attribute
from types import MappingProxyType
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import split_field
from omoto_kit.errors import UsageError, did_you_mean
from omoto_kit.plugins import Plugins
from omoto_kit.validation.engine import as_text
from omoto_kit.validation.fixes import MISNAMED, Signature, decided, next_run, reasons_of
from omoto_kit.validation.forms import fold
from omoto_kit.validation.ratings import WORDS
from omoto_kit.validation.revalidating import revalidate
from omoto_kit.validation.texts import sendable

__all__ = ["SAFE", "Mend", "alike", "mend", "offers"]

_LETTERS_ONLY = "both are the same letters; case, white space or a hyphen differ"
#: Codes whose only offer may be taken without asking, each with the reason; even then only if it means the same.
SAFE: Mapping[str, str] = MappingProxyType(
    {
        "attribute_not_allowed": _LETTERS_ONLY,
        "campaigntype_unknown": _LETTERS_ONLY,
        "category_unknown": _LETTERS_ONLY,
        "channel_unknown": _LETTERS_ONLY,
        "nvname_unknown": _LETTERS_ONLY,
        "rating_not_integer": "the number was written as a word",
        "subreason_unknown": _LETTERS_ONLY,
        "suggestion": _LETTERS_ONLY,
        "unit_unknown": _LETTERS_ONLY,
    }
)
_BETWEEN = re.compile(r"(?<=[^\W\d])[\s_\u2010-\u2014-]+(?=[^\W\d])")
_APART = re.compile(r"\s*;\s*")


@dataclass(frozen=True)
class Mend:
    """One fix that mends several cells: those of a field that hold the same value, in these rows.

    `after` is the only option of their problem. `safe` says that it means the same, so that nothing is lost.
    """

    field: str
    code: str
    before: str | None = attribute(repr=False)
    after: str = attribute(repr=False)
    rows: tuple[int, ...]
    safe: bool = False

    def __str__(self) -> str:
        because = f" ({self.code})" if self.code else ""
        return f"{self.field}: mends {len(self.rows)} {'row' if len(self.rows) == 1 else 'rows'}{because}"

    def as_json(self) -> dict[str, Any]:
        """Give all parts as a plain dict; the values in it may be personal."""
        return asdict(self) | {"rows": list(self.rows)}


def offers(
    batch: Batch,
    *,
    safe: bool = False,
    code: str | None = None,
    value: str | None = None,
    field: str | None = None,
) -> tuple[Mend, ...]:
    """Preview what could be mended: one entry for all cells with the same value and the same only option.

    `safe` keeps those that lose nothing, `code` those of one kind, `value` those of cells that hold this text, `field`
    those of one field. What several options could mend is a person's choice, see `apply_fix` and `alike`.
    """
    fix = pl.col("fix").struct
    open_ = batch.problems.filter((fix.field("options").list.len() == 1) & ~fix.field("applied").fill_null(value=False))
    for name, wanted in (("code", code), ("value", value), ("field", field)):
        if wanted is not None:
            open_ = open_.filter(pl.col(name) == wanted)
    same = (
        open_.with_columns(after=fix.field("options").list.first())
        .group_by("field", "code", "value", "after", maintain_order=True)
        .agg(pl.col("row").unique(maintain_order=True))
    )
    found = (
        Mend(name, kind, before, after, tuple(rows), safe=_loses_nothing(kind, before, after))
        for name, kind, before, after, rows in same.iter_rows()
    )
    return tuple(one for one in found if one.safe or not safe)


def alike(batch: Batch, field: str, before: str | None, after: str) -> Mend:
    """Make the fix that sets all cells of a field that hold `before` to `after`, whatever a person typed there.

    None stands for cells that hold nothing; an empty `after` makes the field absent. Raises UsageError where the batch
    has no such field, or no cell holds it.
    """
    if field not in batch.fields:
        near = did_you_mean(field, batch.fields) or f"Fields here are {', '.join(batch.fields)}."
        raise UsageError(f"No row of this batch has a field {field!r}.", where=batch.source.name, advice=near)
    held = batch.values.select("row", text=as_text(batch.values, field))
    rows = held.filter(pl.col("text").eq_missing(pl.lit(before, pl.String)))["row"]
    if not len(rows):
        advice = "The batch may have been mended since; look at its values again."
        raise UsageError(f"No cell of {field} holds this value.", where=batch.source.name, advice=advice)
    return Mend(field, "", before, after, tuple(rows))


def mend(batch: Batch, mends: Iterable[Mend], *, by: str, plugins: Plugins | None = None) -> Batch:
    """Apply fixes to all their rows, and check these rows again, once.

    `by` says who, in the changes' step: "fix:asha"; all of them carry the same run number, one more than
    the last. A cell that two of them name takes the first. A value is never moved onto a name that holds another one
    already.
    """
    plugins = Plugins.load() if plugins is None else plugins
    signed = Signature(by, next_run(batch), "Mended with all cells like it.")
    done: set[tuple[int, str]] = set()
    touched: set[int] = set()
    for one in mends:
        rows = [row for row in one.rows if (row, one.field) not in done]
        done |= {(row, one.field) for row in rows}
        for name, new in _settings(batch, one, rows):
            touched |= new.keys()
            batch = decided(_write(batch, name, new, signed), name, new)
    return revalidate(batch, touched, plugins=plugins) if touched else batch


def _loses_nothing(code: str, before: str | None, after: str) -> bool:
    """Tell whether the offered value means what the cell says.

    >>> _loses_nothing("subreason_unknown", "too-HIGH", "Too high"), _loses_nothing("unit_unknown", "Hitec", "Hitech")
    (True, False)
    >>> _loses_nothing("attribute_not_allowed", "-5", "5")
    False
    """
    if code not in SAFE or before is None:
        return False
    if code == "rating_not_integer":
        word = before.strip().casefold()
        return word in WORDS and str(WORDS.index(word)) == after
    return _letters(before) == _letters(after)


def _letters(text: str) -> str:
    return _APART.sub(";", _BETWEEN.sub(" ", fold(unicodedata.normalize("NFKC", text))))


Cell = str | list[str] | None


def _settings(batch: Batch, one: Mend, rows: list[int]) -> Iterator[tuple[str, dict[int, Cell]]]:
    """Give what to write: the field itself, or two where the values move to another name."""
    group, _ = split_field(one.field)
    if one.code not in MISNAMED:
        new: Cell = reasons_of(batch, one.field, one.after) if group == "catnpsmap" else one.after
        yield one.field, dict.fromkeys(rows, new)
        return
    target = f"{group}.{one.after}"
    here = batch.values.filter(pl.col("row").is_in(rows))
    if target in here.columns:
        here = here.filter(pl.col(target).is_null())
    held = zip(here["row"], here[one.field], strict=True)
    moved = {row: value.to_list() if isinstance(value, pl.Series) else value for row, value in held}
    yield target, moved
    yield one.field, dict.fromkeys(moved)


def _write(batch: Batch, name: str, new: Mapping[int, Cell], signed: Signature) -> Batch:
    """Write one field of some rows, and record whose it is."""
    kind = pl.List(pl.String) if name.startswith("catnpsmap.") else pl.String()
    values = batch.values
    if name not in values.columns:
        values = values.with_columns(pl.lit(None, kind).alias(name))
    cells = [
        [sendable(part) for part in one] if isinstance(one, list) else (one and sendable(one)) or None
        for one in new.values()
    ]
    table = pl.DataFrame({"row": list(new), "_new": pl.Series(cells, dtype=kind), "_set": [True] * len(new)})
    wide = values.join(table.with_columns(pl.col("row").cast(pl.Int64)), on="row", how="left", maintain_order="left")
    picked = pl.when(pl.col("_set")).then(pl.col("_new")).otherwise(pl.col(name))
    written = values.with_columns(wide.select(picked.alias(name)).to_series())
    here = pl.col("row").is_in(list(new))
    before = values.filter(here).select("row", as_text(values, name).alias("text"))
    after = written.filter(here).select(as_text(written, name).alias("text"))["text"]
    changes = [signed.change(row, name, old, now) for (row, old), now in zip(before.iter_rows(), after, strict=True)]
    return batch.with_values(written, changes)
