"""Rules of plugins: each is asked like a built-in one, and what goes wrong in it stays with the value it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import CUSTOMER_FIELDS, SCALAR_FIELDS, is_field, split_field
from omoto_kit.plugins import Absent, Context, Failure, Finding, Plugins, Replace, RuleStep, attempt, resolve_reads
from omoto_kit.problem import Severity
from omoto_kit.validation.engine import Check, Said

__all__ = ["checks_of"]

_RETURNS = "A rule returns None, Finding, Replace or a list of these"


def checks_of(batch: Batch, plugins: Plugins) -> tuple[list[Check], list[str]]:
    """Give the plugins' rules that this batch can be asked, and a note for each that it cannot."""
    checks, notes = [], []
    for step in plugins.rules:
        found = attempt(partial(resolve_reads, step, batch.values.columns))
        if isinstance(found, Absent | Failure):
            notes.append(str(found))
            continue
        columns = tuple(found[name] for name in step.reads)
        listed = isinstance(batch.values.schema.get(step.field), pl.List) or step.field.startswith("catnpsmap.")
        context = plugins.context(step, batch.campaign) if step.wants_context else None
        checks.append(Check(step, columns, partial(_guarded, step, context, listed)))
    return checks, notes


def _guarded(step: RuleStep, context: Context | None, listed: bool, *values: object) -> Said:  # noqa: FBT001  bound by position before the values
    """Ask a stranger's rule; what it throws, or returns that is no answer, becomes a problem of its own."""
    arguments: dict[str, object] = dict(zip(step.reads, values, strict=True))
    if context is not None:
        arguments["ctx"] = context
    near = step.function.__code__.co_filename if hasattr(step.function, "__code__") else ""
    said = attempt(partial(_asked, step.function, arguments), near=near)
    if said is None:
        return None
    if isinstance(said, Failure):
        return _failed(step, f"{said.kind} at {said.where}")
    answers, wrong = said
    wrong = wrong or next((text for one in answers if (text := _fault(one, step, listed=listed))), "")
    return _failed(step, f"{step.where}: {wrong}") if wrong else answers


def _asked(
    function: Callable[..., object], arguments: Mapping[str, object]
) -> tuple[list[Finding | Replace], str] | None:
    """Call a rule and read what it returned: as an iterator may throw, that is part of the call."""
    result = function(**arguments)
    return None if result is None else _answers(result)


def _answers(result: object) -> tuple[list[Finding | Replace], str]:
    """Read what a rule returned, or say what is wrong with it."""
    many: list[object] = list(result) if isinstance(result, list | tuple) else [result]
    answers = [one for one in many if isinstance(one, Finding | Replace)]
    if len(answers) < len(many):
        strange = next(type(one).__name__ for one in many if not isinstance(one, Finding | Replace))
        return [], f"it returned {strange}. {_RETURNS}"
    return answers, ""


def _fault(one: Finding | Replace, step: RuleStep, *, listed: bool) -> str:
    """Say what is wrong with one answer's parts; empty where nothing is."""
    return _finding_fault(one) if isinstance(one, Finding) else _replace_fault(one, step, listed=listed)


def _finding_fault(one: Finding) -> str:
    texts = [one.code, one.message, one.why, *one.options]
    fine = all(isinstance(text, str) for text in texts) and one.code and not isinstance(one.options, str)
    return "" if fine and one.severity in tuple(Severity) else "its Finding holds something else than texts"


def _replace_fault(one: Replace, step: RuleStep, *, listed: bool) -> str:
    group, name = split_field(step.field)
    if step.field not in _WRITABLE and not (is_field(step.field) and name and group != "customerinfo"):
        return f"a rule cannot replace {step.field or 'a whole row'}"
    if one.value is None:
        return ""
    wrapped = isinstance(one.value, list | tuple)
    parts = one.value if listed and wrapped else [one.value]
    fitting = all(isinstance(part, str) for part in parts) and (wrapped or not listed)
    return "" if fitting else f"its Replace holds {type(one.value).__name__}, not text"


_WRITABLE = frozenset(SCALAR_FIELDS) - {"campaignid"} | {f"customerinfo.{name}" for name in CUSTOMER_FIELDS}


def _failed(step: RuleStep, what: str) -> Finding:
    message = f"The rule {step.name!r} of plugin {step.plugin!r} failed ({what}). The other rules went on."
    return Finding("rule_failed", message, Severity.WARNING)
