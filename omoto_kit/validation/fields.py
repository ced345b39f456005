"""All built-in rules of one field at once: one truth, two speeds.

The truth is `outcome_of`: it asks every rule of the field about one value, in plain Python, and what it said is
remembered for as long as the same `Memory` is handed in. Whole columns only decide which values need not be asked:
those that are clear, and those whose new form an expression can give. A column may accept only what the rules accept,
with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from types import MappingProxyType
from typing import Any

import polars as pl

from omoto_kit.batch import CHANGES, LISTS, PROBLEMS, list_column
from omoto_kit.plugins import Finding, Replace, RuleStep
from omoto_kit.validation.engine import APART, FIX, JOINT, Memory, Said, answers_of
from omoto_kit.validation.texts import sendable

__all__ = ["Account", "Clear", "FieldCheck", "FieldRules", "Outcome", "Quick", "outcome_of", "staged"]

Cell = str | tuple[str, ...] | None
#: Tells for each value whether no rule has anything to say of it; never null.
Clear = Callable[[pl.Expr], pl.Expr]
#: Rows of which so few are checked that asking the rules costs less than asking the columns.
FEW = 64
#: Cells of which so few are doubtful that looking them up one by one costs less than doing so by columns.
SOME = 2_000


@dataclass(frozen=True)
class FieldCheck:
    """One rule of a field: `call` takes one value. `shown` is a problem's value where that is not the field's own."""

    step: RuleStep
    call: Callable[..., Said] = attribute(repr=False)
    shown: str | None = None


@dataclass(frozen=True)
class Quick:
    """What expressions can settle: they give, by the column "0", the text that `step` would set and no more, else null.

    The expressions are made when they are needed, and each is asked about the values that those before it left.
    """

    step: RuleStep
    why: str
    stages: Callable[[], Sequence[pl.Expr]] = attribute(repr=False)


@dataclass(frozen=True)
class FieldRules:
    """The rules of one field, in the order in which they are asked.

    Without `clear` no value is taken for clear; `blanks` says that it takes white space alone for clear. `quick` gives
    the new form of others.
    """

    field: str
    checks: tuple[FieldCheck, ...]
    clear: Clear | None = attribute(default=None, repr=False)
    quick: Quick | None = None
    blanks: bool = True


@dataclass(frozen=True)
class Outcome:
    """What the rules of a field made of one value: as it now is, each change of it, and each finding with its value."""

    after: Cell
    changes: tuple[tuple[RuleStep, str | None, str | None, str], ...] = ()
    findings: tuple[tuple[Finding, str | None], ...] = ()


def outcome_of(rules: FieldRules, value: Cell) -> Outcome | None:
    """Ask every rule about one value, each about what the one before it left; None where none says anything."""
    now = value
    changes: list[tuple[RuleStep, str | None, str | None, str]] = []
    findings: list[tuple[Finding, str | None]] = []
    for check in rules.checks:
        answers = answers_of(check.call(now))
        if not answers:
            continue
        before = shown = _shown(now) if check.shown is None else check.shown
        for one in answers:
            if isinstance(one, Replace):
                now, shown = _sent(one.value), _shown(_sent(one.value))
                why = one.why
        if shown != before:
            changes.append((check.step, before, shown, sendable(why)))
        stands = before if shown is None else shown
        findings += [(one, before if one.applied else stands) for one in answers if isinstance(one, Finding)]
    return Outcome(now, tuple(changes), tuple(findings)) if changes or findings else None


def _sent(value: str | Sequence[str] | None) -> Cell:
    if value is None or isinstance(value, str):
        return value and sendable(value)
    return tuple(sendable(part) for part in value)


def _shown(value: Cell) -> str | None:
    return JOINT.join(value) if isinstance(value, tuple) else value


class Account:
    """The rows of a batch on their way through the rules of its fields: values, and what is to be told of them."""

    def __init__(self, values: pl.DataFrame, headers: Callable[[str], str], memory: Memory | None) -> None:
        self._values = values
        self._headers = headers
        self._memory = memory or Memory()
        self._new: dict[str, pl.Series] = {}
        self._settled: list[pl.DataFrame] = []
        self._changes = _Told()
        self._findings = _Told()

    def take(self, *fields: FieldRules) -> None:
        """Ask the rules of fields about the columns that the batch has for them."""
        seen = [rules for rules in fields if rules.clear is not None and rules.field in self._values.columns]
        clear = {rules.field: rules.clear(pl.col(rules.field)).alias(rules.field) for rules in seen if rules.clear}
        masks = self._values.select(clear.values()) if self._values.height > FEW else pl.DataFrame()
        for rules in fields:
            mask = masks[rules.field] if rules.field in masks.columns else None
            if mask is None or not mask.all():
                self._take(rules, mask)

    def _take(self, rules: FieldRules, clear: pl.Series | None) -> None:
        column = self._column(rules.field)
        at, cells = self._doubtful(rules, column, clear)
        if not len(cells):
            return
        listed = cells.dtype == LISTS
        keys = cells.list.join(APART) if listed else cells
        known = self._memory.of("field", rules.field)
        said: dict[str | None, Outcome] = {}
        for key in dict.fromkeys(keys.to_list()) if len(keys) <= SOME else keys.unique():
            if key not in known:
                known[key] = outcome_of(rules, _unkeyed(key, listed=listed))
            if known[key] is not None:
                said[key] = known[key]
        if said:
            self._tell(rules.field, column, _places(at, keys, said), list(said.values()))

    def result(self) -> tuple[pl.DataFrame, list[pl.DataFrame], list[pl.DataFrame]]:
        """Give the values as they now are, and the tables of problems and changes."""
        rows = self._values["row"]
        changes = [*self._settled, *(_change_table(told, rows) for told in [self._changes] if told)]
        problems = [_problem_table(told, rows) for told in [self._findings] if told]
        return self._values.with_columns(**self._new), problems, changes

    def _column(self, field: str) -> pl.Series:
        if field not in self._values.columns:
            return pl.repeat(None, self._values.height, dtype=pl.String, eager=True)
        column = self._values[field]
        return column if column.dtype in (pl.String, LISTS) else column.cast(pl.String)

    def _doubtful(
        self, rules: FieldRules, column: pl.Series, clear: pl.Series | None
    ) -> tuple[pl.Series | None, pl.Series]:
        """Give the places (None: all) and the values that the rules must be asked about; quick ones are written."""
        at, cells = None, column
        if clear is not None and clear.any():
            at = (~clear).arg_true()
            cells = column.gather(at)
        if rules.quick is None or len(column) <= FEW:
            return at, cells
        at = pl.int_range(len(column), dtype=pl.UInt32, eager=True) if at is None else at
        after = staged(cells, rules.quick.stages())
        done = after.is_not_null()
        if done.all():
            self._settle(rules, column, at, cells, after)
            return at.clear(), cells.clear()
        if done.any():
            self._settle(rules, column, at.filter(done), cells.filter(done), after.filter(done))
        return at.filter(~done), cells.filter(~done)

    def _settle(self, rules: FieldRules, column: pl.Series, at: pl.Series, before: pl.Series, after: pl.Series) -> None:
        """Write what expressions settled; a value that stays as it is is no change."""
        differs = before != after
        if not differs.all():
            at, before, after = at.filter(differs), before.filter(differs), after.filter(differs)
        if rules.quick is None or not len(at):
            return
        self._write(rules.field, column, at, after)
        step = rules.quick.step
        texts = {"field": rules.field, "step": step.label, "version": step.version, "why": rules.quick.why}
        changes = pl.DataFrame({"row": self._values["row"].gather(at), "before": before, "after": after})
        self._settled.append(_as_changes(changes, texts))

    def _tell(self, field: str, column: pl.Series, hits: _Hits, outcomes: Sequence[Outcome]) -> None:
        """Bring what was said of values back to their rows."""
        self._changes.take(hits, [[(field, *change) for change in one.changes] for one in outcomes])
        header = self._headers(field)
        self._findings.take(hits, [[(field, header, *finding) for finding in one.findings] for one in outcomes])
        if any(one.changes for one in outcomes):
            at, place = hits
            new = _as_column([one.after for one in outcomes], listed=column.dtype == LISTS)
            self._write(field, column, at, new.gather(place))

    def _write(self, field: str, column: pl.Series, at: pl.Series, after: pl.Series) -> None:
        now = self._new.get(field, column)
        if len(at) == len(now):
            self._new[field] = after
        elif now.dtype == LISTS:
            places = pl.int_range(len(now), eager=True)
            places = places.scatter(at, pl.int_range(len(now), len(now) + len(at), eager=True))
            self._new[field] = pl.concat([now, after]).gather(places)
        else:
            self._new[field] = now.clone().scatter(at, after)


#: The places of rows, and for each of them the place of its value among those that something was said of.
_Hits = tuple[pl.Series, pl.Series]


class _Told:
    """Records of what was said of values, and the rows that each of them is told of."""

    def __init__(self) -> None:
        self.records: list[tuple[Any, ...]] = []
        self._rows: list[pl.Series] = []
        self._places: list[pl.Series] = []

    def take(self, hits: _Hits, said: Sequence[Sequence[tuple[Any, ...]]]) -> None:
        """Add what was said of each value, for the rows that have it; the records of one row stay in their order."""
        at, place = hits
        for nth in range(max(map(len, said))):
            first = len(self.records)
            self.records += [records[nth] for records in said if len(records) > nth]
            if all(len(records) > nth for records in said):
                self._rows.append(at)
                self._places.append(place + first)
                continue
            there = [at_ for at_, records in enumerate(said) if len(records) > nth]
            table = pl.Series([None] * len(said), dtype=pl.Int64).scatter(there, list(range(first, len(self.records))))
            new = table.gather(place)
            self._rows.append(at.filter(new.is_not_null()))
            self._places.append(new.drop_nulls())

    def __bool__(self) -> bool:
        return bool(self.records)

    def spread(self, table: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
        """Give each row its records, in the order in which they were taken."""
        at, place = pl.concat(self._rows), pl.concat(self._places)
        return table[place].with_columns(row=rows.gather(at))


def _places(at: pl.Series | None, keys: pl.Series, said: Mapping[str | None, Outcome]) -> _Hits:
    """Find the rows of the values that something was said of."""
    order = {key: place for place, key in enumerate(said)}
    if len(keys) <= SOME:
        found = {place: order[key] for place, key in enumerate(keys.to_list()) if key in order}
        here, place = pl.Series(list(found), dtype=pl.Int64), pl.Series(list(found.values()), dtype=pl.Int64)
    else:
        values = pl.Series(list(order), dtype=pl.String)
        told = keys.is_in(values.implode(), nulls_equal=True)
        here = told.arg_true().cast(pl.Int64)
        place = keys.filter(told).replace_strict(values, pl.Series(range(len(values)), dtype=pl.Int64))
    return here if at is None else at.gather(here).cast(pl.Int64), place


def staged(cells: pl.Series, stages: Iterable[pl.Expr]) -> pl.Series:
    """Ask expressions one after another, by the column "0", each about the values that those before it left null."""
    result = at = None
    for stage in stages:
        left = cells if at is None else cells.gather(at)
        found = left.alias("0").to_frame().select_seq(stage.alias("0")).to_series()
        result = found if result is None or at is None else result.scatter(at, found)
        missing = found.is_null()
        if not missing.any():
            break
        at = missing.arg_true() if at is None else at.filter(missing)
    return pl.Series([None] * len(cells), dtype=pl.String) if result is None else result


def _unkeyed(key: str | None, *, listed: bool) -> Cell:
    if key is None or not listed:
        return key
    return tuple(key.split(APART)) if key else ()


def _as_column(cells: Sequence[Cell], *, listed: bool) -> pl.Series:
    if listed:
        return list_column([cell if isinstance(cell, tuple) else None for cell in cells])
    return pl.Series(cells, dtype=pl.String)


def _as_changes(changes: pl.DataFrame, texts: Mapping[str, str] = MappingProxyType({})) -> pl.DataFrame:
    """Complete a table of what was set; `texts` are columns that are the same in every row."""
    same = {"source": "", "outcome": "set", "run": 0, **texts}
    return changes.select(
        pl.lit(same[name], kind).alias(name) if name in same else name for name, kind in CHANGES.items()
    )


def _change_table(told: _Told, rows: pl.Series) -> pl.DataFrame:
    records = [(field, step.label, step.version, *parts) for field, step, *parts in told.records]
    names = ("field", "step", "version", "before", "after", "why")
    table = pl.DataFrame(records, schema=dict.fromkeys(names, pl.String), orient="row")
    return _as_changes(told.spread(table, rows))


def _problem_table(told: _Told, rows: pl.Series) -> pl.DataFrame:
    fields, headers, found, values = zip(*told.records, strict=True)
    options = [[sendable(text) for text in one.options] for one in found]
    fixes = {
        "options": list_column(options),
        "why": pl.Series([sendable(one.why) for one in found], dtype=pl.String),
        "applied": pl.Series([one.applied for one in found], dtype=pl.Boolean),
    }
    table = pl.DataFrame(
        {
            "field": pl.Series(fields, dtype=pl.String),
            "column": pl.Series(headers, dtype=pl.String),
            "code": pl.Series([one.code for one in found], dtype=pl.String),
            "severity": pl.Series([str(one.severity) for one in found], dtype=pl.String),
            "value": pl.Series(values, dtype=pl.String),
            "message": pl.Series([sendable(one.message) for one in found], dtype=pl.String),
            **fixes,
        }
    ).with_columns(fix=FIX)
    return told.spread(table, rows).select(PROBLEMS.names())
