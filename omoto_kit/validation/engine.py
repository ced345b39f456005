"""The engine: asks a rule once for each distinct value of what it reads, and joins what it says back to the rows.

What a rule said is remembered for as long as the same `Memory` is handed in. Only the engine writes. A rule says
`Finding` or `Replace`; the engine makes problems, new values and changes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from omoto_kit.batch import CHANGES, PROBLEMS
from omoto_kit.plugins import Finding, Replace, RuleStep
from omoto_kit.validation.texts import sendable

__all__ = [
    "APART",
    "FIX",
    "JOINT",
    "Answers",
    "Check",
    "Memory",
    "Said",
    "answers_of",
    "as_text",
    "ask",
    "problem_frame",
]

Said = Finding | Replace | Sequence[Finding | Replace] | None
#: Stands between the reasons of one category where they are shown as one text.
JOINT = "; "
#: Stands between them inside a key; no survey has it.
APART = "\x1f"
_AT = "at"
_REMEMBERED = 5_000  # what was said of a value takes kilobytes; what comes again comes soon, or often enough
_NO_PROBLEMS = pl.DataFrame(schema=PROBLEMS)
_NO_CHANGES = pl.DataFrame(schema=CHANGES)
_FINDINGS = pl.Schema(
    [
        ("place", pl.Int64()),
        ("code", pl.String()),
        ("severity", pl.String()),
        ("message", pl.String()),
        ("options", pl.List(pl.String)),
        ("why", pl.String()),
        ("applied", pl.Boolean()),
        ("after", pl.String()),
    ]
)


@dataclass(frozen=True)
class Check:
    """One rule as it applies to one batch: `call` takes the values of `columns`, in their order."""

    step: RuleStep
    columns: tuple[str, ...]
    call: Callable[..., Said]


@dataclass(frozen=True)
class Answers:
    """What one rule made of a batch: the values as they now are, the problems and the changes."""

    values: pl.DataFrame
    problems: pl.DataFrame
    changes: pl.DataFrame


def as_text(values: pl.DataFrame, column: str) -> pl.Expr:
    """Select a column as text; a list as its parts joined, an absent column as nulls."""
    if column not in values.columns:
        return pl.lit(None, pl.String)
    if isinstance(values.schema[column], pl.List):
        return pl.col(column).list.join(JOINT)
    return pl.col(column).cast(pl.String)


class Memory:
    """What rules said of the values that they were asked about, for the batches of one source."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, ...], dict[Any, Any]] = {}

    def of(self, *name: str) -> dict[Any, Any]:
        """Give what was said so far under a name, by what it was said of."""
        said = self._said.setdefault(name, {})
        if len(said) > _REMEMBERED:
            said.clear()
        return said


def ask(check: Check, values: pl.DataFrame, header: str, memory: Memory | None = None) -> Answers:
    """Ask one rule about the values of a batch; `header` is the source column that feeds its field."""
    if not values.height:
        return Answers(values, _NO_PROBLEMS, _NO_CHANGES)
    keyed = _keyed(check, values)
    names = [str(place) for place in range(len(check.columns))]
    distinct = keyed.select(names).unique(maintain_order=True)
    lists = [isinstance(values.schema.get(column), pl.List) for column in check.columns]
    found: list[tuple[int, Finding]] = []
    replaced: list[tuple[int, Replace]] = []
    known = {} if memory is None else memory.of(check.step.label, check.step.field, *check.columns)
    for place, key in enumerate(distinct.iter_rows()):
        if key not in known:
            known[key] = check.call(*(_unkeyed(part, listed=listed) for part, listed in zip(key, lists, strict=True)))
        for one in answers_of(known[key]):
            if isinstance(one, Replace):
                replaced.append((place, one))
            else:
                found.append((place, one))
    rows = _spoken_of(keyed, distinct, [place for place, _ in (*found, *replaced)])
    problems = _problems(check, rows, found, dict(replaced), header)
    return (
        _written(check, values, _hits(rows, replaced), problems) if replaced else Answers(values, problems, _NO_CHANGES)
    )


def _spoken_of(keyed: pl.DataFrame, distinct: pl.DataFrame, places: Sequence[int]) -> pl.DataFrame:
    """Give the rows whose value the rule had something to say about, each with its value's place."""
    if not places:
        return keyed.clear().with_columns(place=pl.lit(0, pl.Int64))
    said = distinct.with_columns(place=pl.int_range(pl.len()))[sorted(set(places))]
    return keyed.join(said, on=distinct.columns, nulls_equal=True, maintain_order="left")


def answers_of(said: Said) -> Sequence[Finding | Replace]:
    """Give what a rule said as a sequence."""
    if said is None:
        return ()
    return (said,) if isinstance(said, Finding | Replace) else said


def _keyed(check: Check, values: pl.DataFrame) -> pl.DataFrame:
    """Lay out row, place, what is shown, and the values that the rule reads, as texts."""
    read = dict.fromkeys(name for name in ("row", check.step.field, *check.columns) if name in values.columns)
    keys = {
        str(place): pl.col(column).list.join(APART)
        if isinstance(values.schema.get(column), pl.List)
        else as_text(values, column)
        for place, column in enumerate(check.columns)
    }
    shown = as_text(values, check.step.field)
    return values.select(*read).select(pl.int_range(pl.len()).alias(_AT), "row", shown=shown, **keys)


def _unkeyed(part: str | None, *, listed: bool) -> str | tuple[str, ...] | None:
    if part is None or not listed:
        return part
    return tuple(part.split(APART)) if part else ()


def _problems(
    check: Check,
    rows: pl.DataFrame,
    found: Sequence[tuple[int, Finding]],
    replaced: Mapping[int, Replace],
    header: str,
) -> pl.DataFrame:
    """Give each row of a distinct value what was found wrong with it; the value shown is the one that stands."""
    if not found:
        return _NO_PROBLEMS
    records = [
        {
            "place": place,
            "code": one.code,
            "severity": str(one.severity),
            "message": sendable(one.message),
            "options": [sendable(option) for option in one.options],
            "why": sendable(one.why),
            "applied": one.applied,
            "after": None if one.applied or place not in replaced else _text(replaced[place].value),
        }
        for place, one in found
    ]
    joined = rows.join(pl.DataFrame(records, schema=_FINDINGS), on="place", maintain_order="left_right")
    shown = joined.with_columns(value=pl.coalesce("after", "shown"), message=_MESSAGE)
    return problem_frame(shown, check.step.field, header)


#: A failed rule says in which row, since nothing else of its message does.
_MESSAGE = (
    pl.when(pl.col("code") == "rule_failed")
    .then(pl.format("Row {}: {}", "row", "message"))
    .otherwise(pl.col("message"))
)


def _text(value: str | Sequence[str] | None) -> str | None:
    if value is None or isinstance(value, str):
        return value and sendable(value)
    return sendable(JOINT.join(value))


#: Makes a fix of a finding's columns, where it gives any advice.
FIX = pl.when(pl.col("applied") | (pl.col("why") != "") | (pl.col("options").list.len() > 0)).then(
    pl.struct("options", "why", "applied")
)


def problem_frame(found: pl.DataFrame, field: str, header: str) -> pl.DataFrame:
    """Make problems of a frame that has `row`, `value` and the columns of a finding."""
    columns = {"field": pl.lit(field), "column": pl.lit(header), "fix": FIX}
    return found.with_columns(**columns).select(PROBLEMS.names()).cast(PROBLEMS)


def _hits(rows: pl.DataFrame, replaced: Sequence[tuple[int, Replace]]) -> pl.DataFrame:
    """Give each row of a distinct value the value and the reason that the rule gave it; the last word stands."""
    after = [_sent(one.value) for _, one in replaced]
    kind = pl.List(pl.String) if any(isinstance(value, list) for value in after) else pl.String
    table = {"place": [place for place, _ in replaced], "after": pl.Series(after, dtype=kind)}
    new = pl.DataFrame(table | {"why": [sendable(one.why) for _, one in replaced]}).unique("place", keep="last")
    return rows.join(new, on="place", maintain_order="left").select(_AT, "row", "shown", "after", "why")


def _written(check: Check, values: pl.DataFrame, hits: pl.DataFrame, problems: pl.DataFrame) -> Answers:
    """Set the values that the rule wants in another form, and record each change."""
    hits = hits.filter(_flat(hits).ne_missing(pl.col("shown"))) if hits.height else hits
    if not hits.height:
        return Answers(values, problems, _NO_CHANGES)
    field = check.step.field
    if field not in values.columns:
        values = values.with_columns(pl.lit(None, pl.String).alias(field))
    column = values[field]
    if isinstance(column.dtype, pl.List):
        column = _list_set(column, hits)
    else:
        column = column.cast(pl.String).clone().scatter(hits[_AT], hits["after"])
    return Answers(values.with_columns(column.alias(field)), problems, _changes(check, hits))


def _list_set(column: pl.Series, hits: pl.DataFrame) -> pl.Series:
    """Put new lists in the places of old ones."""
    wide = column.alias("old").to_frame().with_columns(pl.int_range(pl.len()).alias(_AT))
    new = hits.select(_AT, pl.col("after").cast(column.dtype).alias("new"), hit=pl.lit(value=True))
    joined = wide.join(new, on=_AT, how="left", maintain_order="left")
    return joined.select(pl.when(pl.col("hit")).then("new").otherwise("old")).to_series()


def _flat(hits: pl.DataFrame) -> pl.Expr:
    """Select the new value as text."""
    return pl.col("after").list.join(JOINT) if isinstance(hits.schema["after"], pl.List) else pl.col("after")


def _sent(value: str | Sequence[str] | None) -> str | list[str] | None:
    if value is None or isinstance(value, str):
        return value if value is None else sendable(value)
    return [sendable(part) for part in value]


def _changes(check: Check, hits: pl.DataFrame) -> pl.DataFrame:
    """Record who set which field of which row, and why."""
    return hits.select(
        "row",
        field=pl.lit(check.step.field),
        before=pl.col("shown"),
        after=_flat(hits),
        step=pl.lit(check.step.label),
        version=pl.lit(check.step.version),
        source=pl.lit(""),
        why=pl.col("why"),
        outcome=pl.lit("set"),
        run=pl.lit(0),
    ).cast(CHANGES)
