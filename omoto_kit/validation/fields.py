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

import polars as pl

from omoto_kit.batch import CHANGES
from omoto_kit.plugins import Finding, Replace, RuleStep
from omoto_kit.validation.engine import APART, JOINT, Memory, Said, answers_of, problem_frame
from omoto_kit.validation.texts import sendable

__all__ = ["Account", "Clear", "FieldCheck", "FieldRules", "Outcome", "Quick", "outcome_of", "staged"]

Cell = str | tuple[str, ...] | None
#: Tells for each value of a column whether no rule has anything to say of it; never null.
Clear = Callable[[pl.Series], pl.Series]
#: Rows of which so few are checked that asking the rules costs less than asking the columns.
FEW = 64
_LISTS = pl.List(pl.String)


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

    Without `clear` no value is taken for clear; `quick` gives the new form of others.
    """

    field: str
    checks: tuple[FieldCheck, ...]
    clear: Clear | None = attribute(default=None, repr=False)
    quick: Quick | None = None


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
        self.values = values
        self._rows = values["row"]
        self._headers = headers
        self._memory = memory or Memory()
        self._new: dict[str, pl.Series] = {}
        self._changes: list[pl.DataFrame] = []
        self._problems: list[pl.DataFrame] = []

    def take(self, rules: FieldRules) -> None:
        """Ask the rules of one field about the column that the batch has for it."""
        column = self._column(rules.field)
        known = self._memory.of("field", rules.field)
        if len(column) <= FEW:
            at, cells = pl.int_range(len(column), eager=True), column
        else:
            at, cells = self._doubtful(rules, column)
        if not len(cells):
            return
        keys = cells.list.join(APART) if cells.dtype == _LISTS else cells
        distinct = keys.unique() if len(keys) > FEW else list(dict.fromkeys(keys))
        for key in distinct:
            if key not in known:
                known[key] = outcome_of(rules, _unkeyed(key, listed=cells.dtype == _LISTS))
        said = {key: found for key in distinct if isinstance(found := known[key], Outcome)}
        if said:
            self._tell(rules.field, column, pl.DataFrame({"at": at, "key": keys}), said)

    def result(self) -> tuple[pl.DataFrame, list[pl.DataFrame], list[pl.DataFrame]]:
        """Give the values as they now are, and the tables of problems and changes."""
        return self.values.with_columns(**self._new), self._problems, self._changes

    def _column(self, field: str) -> pl.Series:
        if field not in self.values.columns:
            return pl.repeat(None, self.values.height, dtype=pl.String, eager=True)
        column = self.values[field]
        return column if column.dtype in (pl.String, _LISTS) else column.cast(pl.String)

    def _doubtful(self, rules: FieldRules, column: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Give the places and the values that the rules must be asked about; quick answers are taken at once."""
        at, cells = pl.int_range(len(column), eager=True), column
        if rules.clear is not None:
            at = (~rules.clear(column)).arg_true()
            cells = column if len(at) == len(column) else column.gather(at)
        if rules.quick is None or not len(cells):
            return at, cells
        after = staged(cells, rules.quick.stages())
        left = after.is_null()
        done = ~left
        if done.any():
            self._change(rules, column, at.filter(done), cells.filter(done), after.filter(done))
        return at.filter(left), cells.filter(left)

    def _change(self, rules: FieldRules, column: pl.Series, at: pl.Series, before: pl.Series, after: pl.Series) -> None:
        """Write what expressions settled; a value that stays as it is is no change."""
        differs = before != after
        if not differs.all():
            at, before, after = at.filter(differs), before.filter(differs), after.filter(differs)
        if rules.quick is None or not len(at):
            return
        self._write(rules.field, column, at, after)
        step = rules.quick.step
        table = pl.DataFrame({"row": self._rows.gather(at), "before": before, "after": after})
        self._changes.append(_signed(table, rules.field, (step.label, step.version, rules.quick.why)))

    def _tell(self, field: str, column: pl.Series, asked: pl.DataFrame, said: Mapping[str | None, Outcome]) -> None:
        """Bring what was said of values back to their rows."""
        keys = pl.Series("key", list(said), dtype=pl.String)
        table = pl.DataFrame({"key": keys, "place": pl.int_range(len(keys), eager=True)})
        hits = asked.join(table, on="key", nulls_equal=True, maintain_order="left")
        hits = hits.select("at", "place", row=self._rows.gather(hits["at"]))
        outcomes = list(said.values())
        changed = [place for place, one in enumerate(outcomes) if one.changes]
        if changed:
            now = hits if len(changed) == len(outcomes) else hits.filter(pl.col("place").is_in(changed))
            new = pl.Series([_cell(one.after) for one in outcomes], dtype=column.dtype)
            self._write(field, column, now["at"], new.gather(now["place"]))
            spread = now.join(_change_table(outcomes), on="place", maintain_order="left_right")
            self._changes.append(_signed(spread, field, ("", "", "")))
        if any(one.findings for one in outcomes):
            told = hits.join(_finding_table(outcomes), on="place", maintain_order="left_right")
            self._problems.append(problem_frame(told, field, self._headers(field)))

    def _write(self, field: str, column: pl.Series, at: pl.Series, after: pl.Series) -> None:
        now = self._new.get(field, column)
        if now.dtype == _LISTS:
            places = pl.int_range(len(now), eager=True)
            places = places.scatter(at, pl.int_range(len(now), len(now) + len(at), eager=True))
            self._new[field] = pl.concat([now, after]).gather(places)
        else:
            self._new[field] = after if len(at) == len(now) else now.clone().scatter(at, after)


def staged(cells: pl.Series, stages: Iterable[pl.Expr]) -> pl.Series:
    """Ask expressions one after another, by the column "0", each about the values that those before it left null."""
    result = pl.repeat(None, len(cells), dtype=pl.String, eager=True)
    at = None
    for stage in stages:
        left = cells if at is None else cells.gather(at)
        found = left.alias("0").to_frame().select(stage.alias("0")).to_series()
        result = found if at is None else result.scatter(at, found)
        missing = found.is_null()
        if not missing.any():
            break
        at = missing.arg_true() if at is None else at.filter(missing)
    return result


def _unkeyed(key: str | None, *, listed: bool) -> Cell:
    if key is None or not listed:
        return key
    return tuple(key.split(APART)) if key else ()


def _cell(value: Cell) -> str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value


def _signed(changes: pl.DataFrame, field: str, signature: tuple[str, str, str]) -> pl.DataFrame:
    """Complete a table of row, before and after with who set it and why."""
    step, version, why = signature
    texts = {"field": field, "step": step, "version": version, "why": why, "source": "", "outcome": "set"}
    constants = [pl.lit(text).alias(name) for name, text in texts.items() if name not in changes.columns]
    return changes.with_columns(*constants, run=pl.lit(0, pl.Int64)).select(CHANGES.names())


def _change_table(outcomes: Sequence[Outcome]) -> pl.DataFrame:
    records = [(place, *change) for place, one in enumerate(outcomes) for change in one.changes]
    return pl.DataFrame(
        {
            "place": pl.Series([one[0] for one in records], dtype=pl.Int64),
            "before": pl.Series([one[2] for one in records], dtype=pl.String),
            "after": pl.Series([one[3] for one in records], dtype=pl.String),
            "step": [one[1].label for one in records],
            "version": [one[1].version for one in records],
            "why": [one[4] for one in records],
        }
    )


def _finding_table(outcomes: Sequence[Outcome]) -> pl.DataFrame:
    records = [(place, *finding) for place, one in enumerate(outcomes) for finding in one.findings]
    found = [one[1] for one in records]
    return pl.DataFrame(
        {
            "place": pl.Series([one[0] for one in records], dtype=pl.Int64),
            "value": pl.Series([one[2] for one in records], dtype=pl.String),
            "code": [one.code for one in found],
            "severity": [str(one.severity) for one in found],
            "message": [sendable(one.message) for one in found],
            "options": pl.Series([[sendable(text) for text in one.options] for one in found], dtype=_LISTS),
            "why": [sendable(one.why) for one in found],
            "applied": [one.applied for one in found],
        }
    )
