"""Batch: the rows on their way, in columns. Immutable; every stage takes one and returns a new one.

Beside the values ride two long tables: `changes` says who set a field, from what, to what and why; `problems` says
what a check found. Columns of `values`:

- `row`: the row's number as a spreadsheet shows it (Int64)
- `key`: the row's own key, from the contract's identity columns (text or null)
- one column for each field in use, by dotted path: text, or list of text for `catnpsmap.*`
  (null = not selected, empty list = selected); null means absent
- `source.<header>`: the source's columns as they were read, so that plugins can use them
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from functools import cached_property

import polars as pl

from omoto_kit.campaign import Campaign, is_field, split_field
from omoto_kit.errors import Place
from omoto_kit.problem import Guard, Problem, Severity

__all__ = [
    "CHANGES",
    "DUPLICATE",
    "LISTS",
    "MADE",
    "PROBLEMS",
    "Batch",
    "Change",
    "Part",
    "Parts",
    "Rows",
    "Source",
    "list_column",
]

#: Code of the warning that a row repeats an earlier one of its source; such a row is neither ready nor held.
DUPLICATE = "row_repeated"

#: What a category's column holds.
LISTS = pl.List(pl.String)
#: Stands between texts while lists are made of them; a text that holds it takes the slow way.
_APART = "\x1f"

#: Outcomes of changes that were made; the others tell of offers that were not taken, or of what was taken back.
MADE = ("set", "cleared")

CHANGES = pl.Schema(
    {
        "row": pl.Int64,
        "field": pl.String,
        "before": pl.String,
        "after": pl.String,
        "step": pl.String,
        "version": pl.String,
        "source": pl.String,
        "why": pl.String,
        "outcome": pl.String,
        "run": pl.Int64,
    }
)
PROBLEMS = pl.Schema(
    {
        "row": pl.Int64(),
        "field": pl.String(),
        "column": pl.String(),
        "code": pl.String(),
        "severity": pl.String(),
        "value": pl.String(),
        "message": pl.String(),
        "fix": pl.Struct({"options": LISTS, "why": pl.String, "applied": pl.Boolean()}),
    }
)


def list_column(lists: Sequence[Sequence[str] | None]) -> pl.Series:
    """Make a column of lists of texts.

    >>> list_column([["slow", "dear"], [], None, [""]]).to_list()
    [['slow', 'dear'], [], None, ['']]
    """
    return list_columns({"": lists}).to_series()


def list_columns(columns: Mapping[str, Sequence[Sequence[str] | None]]) -> pl.DataFrame:
    """Make columns of lists of texts, by name.

    polars makes a series of each list before it puts them together; parting one text a row is thirty times as fast.
    """
    if any(_APART in text for lists in columns.values() for texts in lists if texts for text in texts):
        slow = {name: [texts if texts is None else list(texts) for texts in lists] for name, lists in columns.items()}
        return pl.DataFrame(slow, schema=dict.fromkeys(slow, LISTS))
    whole = {
        name: [texts if texts is None else _APART.join(("", *texts)) for texts in lists]
        for name, lists in columns.items()
    }
    texts = pl.DataFrame(whole, schema=dict.fromkeys(whole, pl.String))
    return texts.select(pl.all().str.split(_APART).list.slice(1))


@dataclass(frozen=True)
class Part:
    """One file of a source of several: its rows are numbered on from `after`, the last number of the file before."""

    name: str
    path: str = ""
    sheet: str = ""
    after: int = 0


@dataclass(frozen=True)
class Source:
    """The file or frame that rows come from.

    `fingerprint` is the SHA-256 of the file's bytes (of the cells, for a frame). `understood` says in words what
    the reader made of it: "CSV, Windows-1252, semicolons, 1 header row, 1,203 rows". `parts` are the files of a source
    of several, in order; `place` says where one of its rows stood. `bodies` says that the rows were jsonbody objects
    already: what they hold goes out as it was written, and plugins only fill what is absent.
    """

    name: str
    path: str = ""
    sheet: str = ""
    fingerprint: str = ""
    understood: str = ""
    parts: tuple[Part, ...] = attribute(default=(), repr=False)
    bodies: bool = False

    def place(self, row: int) -> Place:
        """Say where a row stood: its file, its sheet, and its number there as Excel shows it.

        >>> both = Source("2 files", parts=(Part("april.csv"), Part("may.csv", after=120)))
        >>> str(both.place(125))
        'may.csv, row 5'
        """
        part = next((part for part in reversed(self.parts) if part.after < row), None)
        if part is None:
            return Place(self.path or self.name, sheet=self.sheet, row=row)
        return Place(part.path or part.name, sheet=part.sheet, row=row - part.after)


@dataclass(frozen=True)
class Rows:
    """What a reader returns: texts in columns, and where each row stood.

    `frame` holds the source's columns as text, null where a cell was empty; headers are unique. `numbers` gives each
    row's number as a spreadsheet shows it. `bodies` says that the columns are already fields of a response, by
    dotted path, as a JSON Lines file of jsonbody objects gives them; such rows need no column map. `labels` gives the
    other names that a header goes by, such as the question's text below Qualtrics' "Q1". `doubts` says of rows by
    their numbers, as a problem's code and message, why they may be no answers: a person has to look first.
    """

    source: Source
    frame: pl.DataFrame = attribute(repr=False)
    numbers: pl.Series = attribute(repr=False)
    bodies: bool = False
    labels: Mapping[str, tuple[str, ...]] = attribute(default_factory=dict, repr=False)
    doubts: Mapping[int, tuple[str, str]] = attribute(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """Count the rows."""
        return self.frame.height


@dataclass(frozen=True)
class Change:
    """Who set a field of one row, from what, to what, and why.

    `outcome` is "set" or "cleared", or what happened to an offer that did not win: "suggested", "conflict", "lost",
    "refused"; or "undone". `version` is the plugin's version or its file's hash; `source` the key that it was looked up
    by, and the tables it came from: "Store Code=BLR-1; stores.csv (1f0e2d3c4b5a)". `run` numbers the enrichments and
    the fixes of a batch, from 1; 0 for what was neither.
    """

    row: int
    field: str
    before: str | None = attribute(repr=False)
    after: str | None = attribute(repr=False)
    step: str
    version: str = ""
    source: str = attribute(default="", repr=False)
    why: str = ""
    outcome: str = "set"
    run: int = 0


@dataclass(frozen=True)
class Batch:
    """The rows of one source on their way to Omoto.

    `columns` names, for each field, the source header that feeds it; `notes` are sentences about the source as a
    whole that a person should read, such as a mapped column that the file does not have. `rule_codes` are the codes
    that plugins' rules have found so far, so that a new validation can find them anew. `guards` say what looks wrong
    with the batch as a whole.
    """

    campaign: Campaign
    source: Source
    values: pl.DataFrame = attribute(repr=False)
    columns: Mapping[str, str] = attribute(default_factory=dict, repr=False)
    changes: pl.DataFrame = attribute(default_factory=lambda: pl.DataFrame(schema=CHANGES), repr=False)
    problems: pl.DataFrame = attribute(default_factory=lambda: pl.DataFrame(schema=PROBLEMS), repr=False)
    notes: tuple[str, ...] = ()
    rule_codes: frozenset[str] = attribute(default=frozenset(), repr=False)
    guards: tuple[Guard, ...] = attribute(default=(), repr=False)

    def __len__(self) -> int:
        """Count the rows."""
        return self.values.height

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields of the response that this batch has columns for."""
        return tuple(name for name in self.values.columns if is_field(name))

    @cached_property
    def held_rows(self) -> pl.Series:
        """Numbers of the rows that an error holds."""
        errors = self.problems.filter(pl.col("severity") == Severity.ERROR.value)
        return errors["row"].unique(maintain_order=True)

    @cached_property
    def duplicate_rows(self) -> pl.Series:
        """Numbers of the rows that repeat an earlier row of the source and are not held."""
        repeated = self.problems.filter(pl.col("code") == DUPLICATE)["row"].unique(maintain_order=True)
        return repeated.filter(~repeated.is_in(self.held_rows.implode()))

    @cached_property
    def is_ready(self) -> pl.Series:
        """Tell of each row, in order, whether it may be sent: no error, no repetition."""
        return ~self.values["row"].is_in(pl.concat([self.held_rows, self.duplicate_rows]).implode())

    @property
    def ready(self) -> pl.DataFrame:
        """Values of the rows that may be sent."""
        return self.values.filter(self.is_ready)

    def counts(self) -> dict[str, int]:
        """Account for every row: rows = ready + held + duplicate; and how many problems there are."""
        held, duplicate = len(self.held_rows), len(self.duplicate_rows)
        return {
            "rows": len(self),
            "ready": len(self) - held - duplicate,
            "held": held,
            "problems": self.problems.height,
            "duplicate": duplicate,
        }

    def with_values(self, values: pl.DataFrame, changes: Iterable[Change] | pl.DataFrame = ()) -> Batch:
        """Return a batch with these values, and with these changes added to the record."""
        added = changes if isinstance(changes, pl.DataFrame) else _change_frame(changes)
        return replace(self, values=values, changes=pl.concat([self.changes, added]) if added.height else self.changes)

    def with_problems(self, problems: Sequence[Problem] | pl.DataFrame) -> Batch:
        """Return a batch with these problems added, each given its column's header where it has none."""
        added = problems if isinstance(problems, pl.DataFrame) else self._problem_frame(problems)
        return replace(self, problems=pl.concat([self.problems, added])) if added.height else self

    def pieces(self, rows: int) -> Iterator[Batch]:
        """Give the batch so many rows at a time, with their problems and without the record of changes."""
        bare = replace(self, changes=self.changes.clear())
        for values in self.values.iter_slices(rows):
            theirs = pl.col("row").is_in(values["row"].implode())
            yield replace(bare, values=values, problems=self.problems.filter(theirs))

    def as_it_stands(self) -> pl.DataFrame:
        """Give the values with the source's columns as they are to be read again: dates as ISO, and what a person set.

        What 03/04/2026 means was decided by its whole column, and some rows of it alone may say something else.
        """
        values, attributes = self.values, self.campaign.attributes or {}
        dated = {f"namevaluemap.{name}" for name, one in attributes.items() if one.kind in ("date", "datetime")}
        by_hand = self.changes.filter(pl.col("step").str.starts_with("fix:") & pl.col("outcome").is_in(MADE))
        feeds = Counter(self.columns.values())
        for field, header in self.columns.items():
            source = f"source.{header}"
            if feeds[header] > 1 or source not in values.columns or values.schema.get(field) != pl.String:
                continue
            mine = pl.col("row").is_in(by_hand.filter(pl.col("field") == field)["row"].implode())
            read = pl.coalesce(field, source) if field in dated else pl.col(source)
            values = values.with_columns(pl.when(mine).then(pl.col(field)).otherwise(read).alias(source))
        return values

    def column_of(self, field: str) -> str:
        """Header of the source column that feeds a field; empty where none does."""
        group = field.partition(".")[0]
        return self.columns.get(field) or self.columns.get(group, "")

    def field_named(self, name: str) -> str:
        """Give the field with this path or short name, such as "city"; the name itself where it is no field's alone."""
        if name in self.fields:
            return name
        short = [field for field in self.fields if split_field(field)[1] == name]
        return short[0] if len(short) == 1 else name

    def why(self, row: int, field: str) -> list[Change]:
        """Give the chain of changes that made one field of one row what it is, oldest first."""
        chain = self.changes.filter((pl.col("row") == row) & (pl.col("field") == self.field_named(field)))
        return [Change(**change) for change in chain.iter_rows(named=True)]

    def __str__(self) -> str:
        """One line that accounts for every row."""
        counts = self.counts()
        noun = "row" if counts["rows"] == 1 else "rows"
        return (
            f"{self.source.name}: {counts['rows']} {noun} = {counts['ready']} ready + {counts['held']} held "
            f"+ {counts['duplicate']} duplicate; {counts['problems']} problems"
        )

    def _problem_frame(self, problems: Sequence[Problem]) -> pl.DataFrame:
        rows = [
            {
                "row": problem.row,
                "field": problem.field,
                "column": problem.column or self.column_of(problem.field),
                "code": problem.code,
                "severity": problem.severity.value,
                "value": problem.value,
                "message": problem.message,
                "fix": problem.fix
                and {
                    "options": list(problem.fix.options),
                    "why": problem.fix.why,
                    "applied": problem.fix.applied,
                },
            }
            for problem in problems
        ]
        return pl.DataFrame(rows, schema=PROBLEMS)


@dataclass(frozen=True)
class Parts:
    """A source larger than memory, checked once: what is known of the whole, and its batches whenever asked for.

    `again` gives the same batches in the same order once more, though it may leave out their changes. `digest` is a
    hash of all of them, `numbers` accounts for every row as `Batch.counts` does.
    """

    campaign: Campaign
    source: Source
    digest: bytes
    numbers: Mapping[str, int]
    guards: tuple[Guard, ...] = ()
    notes: tuple[str, ...] = ()
    again: Callable[[], Iterable[Batch]] = attribute(default=tuple, repr=False)

    def __len__(self) -> int:
        """Count the rows."""
        return self.numbers["rows"]

    def counts(self) -> dict[str, int]:
        """Account for every row: rows = ready + held + duplicate; and how many problems there are."""
        return dict(self.numbers)


def _change_frame(changes: Iterable[Change]) -> pl.DataFrame:
    """Lay changes out in columns, as the long table holds them."""
    records = list(changes)
    return pl.DataFrame({name: [getattr(record, name) for record in records] for name in CHANGES}, schema=CHANGES)
