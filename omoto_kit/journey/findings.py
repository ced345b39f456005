"""What a report tells of a batch, in numbers and a few examples: enough of a large source to tell of all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import polars as pl

from omoto_kit.batch import MADE, Batch
from omoto_kit.validation import Kind, Portrait, as_ratings, problem_kinds, summed_kinds

__all__ = ["GROUPED", "Changed", "Example", "Findings", "Group"]

#: By which fields answers are grouped, and what one of each is called.
GROUPED = {"namevaluemap.unitname": "unit", "channel": "channel"}
#: So many examples of a kind of problem are kept.
EXAMPLES = 3


class Example(NamedTuple):
    """One value that has a problem, and the first row with it."""

    row: int
    value: str | None


class Changed(NamedTuple):
    """How many cells of one field one step changed, and the first of them."""

    cells: int
    row: int
    before: str | None
    after: str | None
    why: str | None


@dataclass(frozen=True)
class Group:
    """The rows of one unit or channel: how many are ready, how many are held, and the ratings of the ready ones."""

    ready: int = 0
    held: int = 0
    ratings: Counter[int] = field(default_factory=Counter)

    def __add__(self, other: Group) -> Group:
        return Group(self.ready + other.ready, self.held + other.held, self.ratings + other.ratings)


@dataclass(frozen=True)
class Findings:
    """The fate of all rows, the portrait of those that may be sent, kinds of problems, changes, and groups of answers.

    `examples` are by code, field and column, `changed` by step and field, `groups` by field and value. What is found in
    the parts of a source, in their order, adds up to what is found in all of it.
    """

    counts: Counter[str] = field(default_factory=Counter)
    sent: Portrait = field(default_factory=Portrait)
    kinds: tuple[Kind, ...] = ()
    examples: Mapping[tuple[str, str, str], tuple[Example, ...]] = field(default_factory=dict, repr=False)
    changed: Mapping[tuple[str, str], Changed] = field(default_factory=dict, repr=False)
    groups: Mapping[str, Mapping[str, Group]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, batch: Batch) -> Findings:
        """Find all that is told of a batch."""
        return cls(
            Counter(batch.counts()),
            Portrait.of(Batch(batch.campaign, batch.source, batch.ready), part=True),
            problem_kinds(batch),
            _examples(batch.problems),
            _changed(batch.changes),
            dict(_groups(batch)),
        )

    def __add__(self, other: Findings) -> Findings:
        examples = {key: self.examples.get(key, ()) + other.examples.get(key, ()) for key in _keys(self, other)}
        changed = dict(self.changed)
        for key, more in other.changed.items():
            before = changed.get(key)
            changed[key] = more if before is None else before._replace(cells=before.cells + more.cells)
        names = dict.fromkeys([*self.groups, *other.groups])
        return Findings(
            self.counts + other.counts,
            self.sent + other.sent,
            summed_kinds([*self.kinds, *other.kinds]),
            {key: _different(some) for key, some in examples.items()},
            changed,
            {name: _summed(self.groups.get(name, {}), other.groups.get(name, {})) for name in names},
        )


def _keys(one: Findings, other: Findings) -> dict[tuple[str, str, str], None]:
    return dict.fromkeys(chain(one.examples, other.examples))


def _different(examples: tuple[Example, ...]) -> tuple[Example, ...]:
    """Keep the first examples that differ in their value."""
    first = {one.value: one for one in reversed(examples)}
    return tuple(one for one in examples if first[one.value] is one)[:EXAMPLES]


def _summed(one: Mapping[str, Group], other: Mapping[str, Group]) -> dict[str, Group]:
    return {name: one.get(name, Group()) + other.get(name, Group()) for name in dict.fromkeys(chain(one, other))}


def _examples(problems: pl.DataFrame) -> dict[tuple[str, str, str], tuple[Example, ...]]:
    """Take the first different values of each kind of problem."""
    names = ["code", "field", "column"]
    kept = problems.unique([*names, "value"], keep="first", maintain_order=True)
    kept = kept.filter(pl.int_range(pl.len()).over(names) < EXAMPLES)
    found: dict[tuple[str, str, str], tuple[Example, ...]] = {}
    for *key, row, value in kept.select(*names, "row", "value").iter_rows():
        code, name, column = key
        found[code, name, column] = (*found.get((code, name, column), ()), Example(row, value))
    return found


def _changed(changes: pl.DataFrame) -> dict[tuple[str, str], Changed]:
    """Count the cells that each step changed in each field, and take the one in the first row."""
    done = changes.filter(pl.col("outcome").is_in(MADE))
    first = pl.col("row", "before", "after", "why").sort_by("row", maintain_order=True).first()
    kinds = done.group_by("step", "field", maintain_order=True).agg(pl.len(), first)
    return {(step, name): Changed(*rest) for step, name, *rest in kinds.iter_rows()}


def _groups(batch: Batch) -> Iterator[tuple[str, dict[str, Group]]]:
    """Group the rows of a batch, where it has ratings."""
    for name in GROUPED:
        if name not in batch.values.columns or "npsrating" not in batch.values.columns:
            continue
        groups: dict[str, Group] = {}
        held = batch.values.filter(pl.col("row").is_in(batch.held_rows.implode()))
        for value, count in held[name].drop_nulls().value_counts(name="count").iter_rows():
            groups[value] = Group(held=count)
        ready = batch.ready.filter(pl.col(name).is_not_null()).group_by(name, "npsrating").len()
        for value, rating, count in ready.iter_rows():
            ratings = Counter(as_ratings([(rating, count)]))
            groups[value] = groups.get(value, Group()) + Group(count, 0, ratings)
        yield name, groups
