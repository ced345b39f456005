"""The shape of responses: names, kinds of text, value sets of choices, and what may be absent. No values of people.

Two shapes can be held against each other: what the second has and the first has not is drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.verification.scope import Fields, Scope

__all__ = ["Drift", "FieldShape", "Shape", "drift_of", "shape_of_samples"]

#: Kinds of text by the rule that tells them, the narrowest first; what none tells is a text.
KINDS = {
    "empty": "^$",
    "digits": "^[0-9]+$",
    "number": r"^-?[0-9]+(\.[0-9]+)?$",
    "+digits": r"^\+[0-9]+$",
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "datetime": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)?$",
    "email": r"^\S+@\S+$",
}
TEXT = "text"
#: What a verified kind lets through beside itself.
WIDER = {"number": {"digits"}, TEXT: {*KINDS, TEXT} - {"empty"}}
#: Free texts: any kind of text is as good as another there.
FREE = ("comment", "customerinfo.name", "customerinfo.regid", "customerinfo.registrationno")
SHOWN_ROWS, SHOWN_VALUES = 5, 3
#: Fields whose values name no person, so that an example may be shown.
OPEN = ("npsrating", "channel", "campaigntype", "catnpsmap.", "namevaluemap.unitname", "namevaluemap.city")


@dataclass(frozen=True)
class FieldShape:
    """One field: whether it may be absent, the kinds of its texts, and its values where they are a choice."""

    optional: bool
    kinds: frozenset[str] = frozenset()
    values: frozenset[str] | None = None


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
class Shape:
    """The shape of a set of responses, by dotted path."""

    fields: Mapping[str, FieldShape]

    def as_document(self) -> dict[str, dict[str, Any]]:
        """Give it as the sign-off file holds it."""
        return {
            path: {"optional": one.optional, "kinds": sorted(one.kinds)}
            | ({} if one.values is None else {"values": sorted(one.values)})
            for path, one in sorted(self.fields.items())
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Mapping[str, Any]]) -> Shape:
        """Read what `as_document` gave."""
        return cls(
            {
                path: FieldShape(
                    bool(one.get("optional")),
                    frozenset(one.get("kinds", ())),
                    None if one.get("values") is None else frozenset(one["values"]),
                )
                for path, one in document.items()
            }
        )

    def widened(self, other: Shape) -> Shape:
        """Let through what this or another shape lets through."""
        fields = dict(self.fields)
        for path, theirs in other.fields.items():
            mine = fields.get(path)
            if mine is None:
                fields[path] = FieldShape(optional=True, kinds=theirs.kinds, values=theirs.values)
                continue
            values = None if mine.values is None else mine.values | (theirs.values or frozenset())
            fields[path] = FieldShape(mine.optional or theirs.optional, mine.kinds | theirs.kinds, values)
        for path, mine in self.fields.items():
            if path not in other.fields:
                fields[path] = FieldShape(optional=True, kinds=mine.kinds, values=mine.values)
        return Shape(fields)


def shape_of_samples(bodies: Iterable[Fields], scope: Scope) -> Shape:
    """Give the shape that a pack's samples show, with the contract's lists as the value sets."""
    frame = _frame(list(bodies))
    listed = _listed(scope)
    fields = {path: _field(frame[path], listed.get(path)) for path in frame.columns}
    return Shape(fields)


def _frame(bodies: list[Fields]) -> pl.DataFrame:
    """Lay responses out in columns."""
    paths = sorted({path for body in bodies for path in body})
    columns = []
    for path in paths:
        cells = [body.get(path) for body in bodies]
        if path.startswith("catnpsmap."):
            columns.append(pl.Series(path, [None if c is None else list(c) for c in cells], dtype=pl.List(pl.String)))
        else:
            columns.append(pl.Series(path, cells, dtype=pl.String))
    return pl.DataFrame(columns)


def _listed(scope: Scope) -> dict[str, frozenset[str]]:
    """List the value sets of choices, as the contract or the file gave them."""
    low, high = scope.campaign.rating.scale
    sets: dict[str, Iterable[str]] = {"npsrating": map(str, range(low, high + 1)), "campaignid": [scope.campaign.id]}
    if scope.channels:
        sets["channel"] = scope.channels
    if scope.campaign.type:
        sets["campaigntype"] = [scope.campaign.type]
    sets |= {f"catnpsmap.{name}": reasons for name, reasons in scope.categories.items()}
    sets |= {f"namevaluemap.{name}": rule.values for name, rule in scope.attributes.items() if rule.values}
    if scope.units:
        sets["namevaluemap.unitname"] = [unit.name for unit in scope.units]
    return {path: frozenset(values) for path, values in sets.items()}


def _field(column: pl.Series, values: frozenset[str] | None) -> FieldShape:
    """Describe one column."""
    texts = _texts(column)
    kinds = frozenset() if values is not None else frozenset(texts.select(_kind(column.name)).to_series().unique())
    return FieldShape(column.null_count() > 0, kinds, values)


def _texts(column: pl.Series) -> pl.DataFrame:
    """List a column's texts, or its reasons, one a line, with the place that they stand at."""
    frame = pl.DataFrame({"at": pl.int_range(len(column), eager=True), "text": column})
    if isinstance(column.dtype, pl.List):
        frame = frame.filter(pl.col("text").list.len() > 0).explode("text")
    return frame.drop_nulls("text")


def _kind(path: str) -> pl.Expr:
    """Tell the kind of each text."""
    text = pl.col("text")
    if path in FREE:
        return pl.when(text == "").then(pl.lit("empty")).otherwise(pl.lit(TEXT)).alias("kind")
    kind: pl.Expr = pl.lit(TEXT)
    for name, rule in reversed(KINDS.items()):
        kind = pl.when(text.str.contains(rule)).then(pl.lit(name)).otherwise(kind)
    return kind.alias("kind")


def drift_of(batch: Batch, verified: Shape) -> tuple[tuple[Drift, ...], Shape]:
    """Hold the shape of a batch's ready rows against the verified one.

    Gives what is new, and the batch's own shape, which `Shape.widened` takes in once a person has said so.
    """
    ready = batch.ready
    drifts: list[Drift] = []
    fields: dict[str, FieldShape] = {}
    for path in batch.fields:
        column = ready[path]
        if column.null_count() == ready.height:
            continue
        known = verified.fields.get(path)
        fields[path] = _field(column, known.values and _values(column) if known else _choice(column))
        drifts += _new(path, column, ready["row"], known)
    if ready.height:
        drifts += _gone(verified, fields)
    return tuple(drifts), Shape(fields)


def _values(column: pl.Series) -> frozenset[str]:
    return frozenset(_texts(column)["text"].unique())


def _choice(column: pl.Series) -> frozenset[str] | None:
    """A new category's reasons are a choice; whether another new field is one cannot be known."""
    return _values(column) if isinstance(column.dtype, pl.List) else None


def _new(path: str, column: pl.Series, rows: pl.Series, known: FieldShape | None) -> Iterator[Drift]:
    """Name what is new in one field."""
    texts = _texts(column)
    if known is None:
        there = pl.DataFrame({"row": rows, "text": column}).drop_nulls("text")["row"]
        yield _drift(path, "a name that was not verified", there, texts["text"])
        return
    if known.values is not None:
        fresh = texts.filter(~pl.col("text").is_in(list(known.values)))
        if fresh.height:
            what = "reasons" if isinstance(column.dtype, pl.List) else "values"
            yield _drift(path, f"{what} that were not verified", rows.gather(fresh["at"]), fresh["text"])
    else:
        allowed = set(known.kinds).union(*(WIDER.get(kind, set()) for kind in known.kinds))
        kinds = texts.with_columns(_kind(path))
        fresh = kinds.filter(~pl.col("kind").is_in(list(allowed)))
        if fresh.height:
            names = ", ".join(sorted(fresh["kind"].unique()))
            what = f"another kind of text than was verified ({names}; verified: {', '.join(sorted(known.kinds))})"
            yield _drift(path, what, rows.gather(fresh["at"]), fresh["text"])
    if not known.optional and column.null_count():
        absent = pl.DataFrame({"row": rows, "text": column}).filter(pl.col("text").is_null())["row"]
        yield _drift(path, "absent, but every verified response has it", absent, None)


def _gone(verified: Shape, fields: Mapping[str, FieldShape]) -> Iterator[Drift]:
    """Name what every verified response has, and no row of the batch."""
    for path, known in verified.fields.items():
        if not known.optional and path not in fields:
            yield Drift(path, "absent from every row, but every verified response has it", (), 0)


def _drift(path: str, what: str, rows: pl.Series, texts: pl.Series | None) -> Drift:
    numbers = rows.unique(maintain_order=True)
    shown = path.startswith(OPEN) and texts is not None
    examples = tuple(texts.unique(maintain_order=True).head(SHOWN_VALUES)) if shown and texts is not None else ()
    return Drift(path, what, tuple(numbers.head(SHOWN_ROWS)), len(numbers), examples)
