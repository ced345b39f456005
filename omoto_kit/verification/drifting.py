"""Drift: what rows hold that was not verified. They are seen part by part, so that no source is too large for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import OPEN_FIELDS
from omoto_kit.verification.shape import FieldShape, Shape, kind_of, texts_of

__all__ = ["Drift", "Observation", "drift_of", "observe"]

SHOWN_ROWS, SHOWN_VALUES = 5, 3
#: What a verified kind lets through beside itself.
WIDER = {"number": {"digits"}, "text": {"digits", "number", "+digits", "date", "datetime", "email", "text"}}


@dataclass(frozen=True)
class Drift:
    """One thing that was not verified: the field, what is new, in which rows, with examples of open values."""

    field: str
    what: str
    rows: tuple[int, ...]
    count: int
    examples: tuple[str, ...] = attribute(default=(), repr=False)

    def __str__(self) -> str:
        """Say it in one line."""
        shown = ", ".join(map(str, self.rows)) + (", ..." if self.count > len(self.rows) else "")
        rows = f" ({'row' if self.count == 1 else f'{self.count} rows:'} {shown})" if self.rows else ""
        examples = f", such as {', '.join(map(repr, self.examples))}" if self.examples else ""
        return f"{self.field}: {self.what}{examples}{rows}"

    def as_json(self) -> dict[str, Any]:
        """Give the `drift` event of the command line's JSON, without its `event` key."""
        return {
            "field": self.field,
            "what": self.what,
            "rows": list(self.rows),
            "count": self.count,
            "examples": list(self.examples),
        }


@dataclass(frozen=True)
class Some:
    """Rows of which something is true: the first of them, how many they are, and the first texts that they have."""

    rows: tuple[int, ...] = ()
    count: int = 0
    texts: tuple[str, ...] = attribute(default=(), repr=False)

    def __add__(self, later: Some) -> Some:
        """Take in what is true of the rows after them."""
        texts = tuple(dict.fromkeys((*self.texts, *later.texts)))[:SHOWN_VALUES]
        return Some((*self.rows, *later.rows)[:SHOWN_ROWS], self.count + later.count, texts)


NOBODY = Some()


@dataclass(frozen=True)
class Seen:
    """What was seen of one field: the rows that have it, that lack it, and that hold something unverified in it.

    `values` are all that it holds, where it is a choice; else `kinds` are the kinds of its texts, `fresh_kinds` those
    that were not verified.
    """

    there: Some = NOBODY
    absent: Some = NOBODY
    fresh: Some = NOBODY
    kinds: frozenset[str] = frozenset()
    fresh_kinds: frozenset[str] = frozenset()
    values: frozenset[str] | None = attribute(default=None, repr=False)
    listed: bool = False

    def __add__(self, later: Seen) -> Seen:
        """Take in what was seen of the field in the rows after these."""
        told = [values for values in (self.values, later.values) if values is not None]
        return Seen(
            self.there + later.there,
            self.absent + later.absent,
            self.fresh + later.fresh,
            self.kinds | later.kinds,
            self.fresh_kinds | later.fresh_kinds,
            frozenset().union(*told) if told else None,
            self.listed or later.listed,
        )


@dataclass(frozen=True)
class Observation:
    """What was seen of ready rows, by dotted path, while they were held against one verified shape.

    Observations of parts are added in the order of the rows, and then are what one of the whole would be.
    """

    rows: Some = NOBODY
    fields: Mapping[str, Seen] = attribute(default_factory=dict, repr=False)

    def __add__(self, later: Observation) -> Observation:
        """Take in the rows after these; what only one of the two has is absent from all rows of the other."""
        paths = dict.fromkeys((*self.fields, *later.fields))
        return Observation(self.rows + later.rows, {path: self._of(path) + later._of(path) for path in paths})

    def _of(self, path: str) -> Seen:
        return self.fields.get(path) or Seen(absent=self.rows)

    @property
    def shape(self) -> Shape:
        """The shape of the rows, which `Shape.widened` takes in once a person has said so."""
        return Shape(
            {path: FieldShape(seen.absent.count > 0, seen.kinds, seen.values) for path, seen in self.fields.items()}
        )

    def drifts(self, verified: Shape) -> tuple[Drift, ...]:
        """Name what is new against the shape that the rows were held against."""
        found = [drift for path, seen in self.fields.items() for drift in _new(path, seen, verified.fields.get(path))]
        return (*found, *(_gone(verified, self.fields) if self.rows.count else ()))


def observe(batch: Batch, verified: Shape) -> Observation:
    """See what a batch's ready rows hold, beside what was verified."""
    ready = batch.ready
    fields = {
        path: _seen(ready[path], ready["row"], verified.fields.get(path))
        for path in batch.fields
        if ready[path].null_count() < ready.height
    }
    return Observation(_some(ready["row"]), fields)


def drift_of(batch: Batch, verified: Shape) -> tuple[tuple[Drift, ...], Shape]:
    """Hold the shape of a batch's ready rows against the verified one; give what is new, and the batch's own shape."""
    seen = observe(batch, verified)
    return seen.drifts(verified), seen.shape


def _seen(column: pl.Series, rows: pl.Series, known: FieldShape | None) -> Seen:
    """See what one column holds."""
    path, listed, texts = column.name, isinstance(column.dtype, pl.List), texts_of(column)
    absent = _some(rows.filter(column.is_null())) if column.null_count() else NOBODY
    choice = listed if known is None else known.values is not None
    values = frozenset(texts["text"].unique()) if choice else None
    kinds = frozenset[str]()
    if not choice:
        texts = texts.with_columns(kind_of(path))
        kinds = frozenset(texts["kind"].unique())
    if known is None:
        there = _some(rows.filter(column.is_not_null()), texts["text"] if _is_open(path) else None)
        return Seen(there, absent, NOBODY, kinds, frozenset(), values, listed)
    if known.values is not None:
        fresh, new = texts.filter(~pl.col("text").is_in(list(known.values))), frozenset[str]()
    else:
        new = kinds - set(known.kinds).union(*(WIDER.get(kind, set()) for kind in known.kinds))
        fresh = texts.filter(pl.col("kind").is_in(list(new)))
    shown = fresh["text"] if _is_open(path) else None
    return Seen(NOBODY, absent, _some(rows.gather(fresh["at"]), shown), kinds, new, values, listed)


def _new(path: str, seen: Seen, known: FieldShape | None) -> Iterator[Drift]:
    """Name what is new in one field."""
    if known is None:
        yield _drift(path, "a name that was not verified", seen.there)
        return
    if seen.fresh.count and known.values is not None:
        yield _drift(path, f"{'reasons' if seen.listed else 'values'} that were not verified", seen.fresh)
    elif seen.fresh.count:
        new, verified = ", ".join(sorted(seen.fresh_kinds)), ", ".join(sorted(known.kinds))
        yield _drift(path, f"another kind of text than was verified ({new}; verified: {verified})", seen.fresh)
    if seen.absent.count and not known.optional:
        yield _drift(path, "absent, but every verified response has it", seen.absent)


def _gone(verified: Shape, fields: Mapping[str, Seen]) -> Iterator[Drift]:
    """Name what every verified response has, and no row that was seen."""
    for path, known in verified.fields.items():
        if not known.optional and path not in fields:
            yield Drift(path, "absent from every row, but every verified response has it", (), 0)


def _drift(path: str, what: str, some: Some) -> Drift:
    return Drift(path, what, some.rows, some.count, some.texts)


def _is_open(path: str) -> bool:
    """Tell whether a field's values name no person, so that an example may be shown."""
    return path in OPEN_FIELDS or path.startswith("catnpsmap.")


def _some(rows: pl.Series, texts: pl.Series | None = None) -> Some:
    """Keep the first rows and texts, and the number of rows."""
    numbers = rows.unique(maintain_order=True)
    shown = () if texts is None else tuple(texts.unique(maintain_order=True).head(SHOWN_VALUES))
    return Some(tuple(numbers.head(SHOWN_ROWS)), len(numbers), shown)
