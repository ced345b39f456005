"""Which column of a batch feeds an argument of a step.

An argument is a field's name, short where only one field has it, or a source header in snake case: `pincode`,
`mobileno`, `customerinfo_name`, `store_code` for "Store Code".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from omoto_kit.campaign import is_field, split_field
from omoto_kit.errors import PluginError, did_you_mean
from omoto_kit.plugins.steps import EnricherStep, RuleStep

__all__ = ["GIVEN", "SOURCE", "Absent", "resolve_reads", "snake"]

#: Columns with this prefix are the source's own, as they were read.
SOURCE = "source."
#: With this prefix in `reads=`, a value is read as the source gave it, whatever steps make of it, and may be absent.
GIVEN = "given."


@dataclass(frozen=True)
class Absent:
    """A file has no column for an argument. Not an error: the step is skipped, and `str()` is the note that says so."""

    step: str
    argument: str
    near: str = ""

    def __str__(self) -> str:
        """One sentence for the batch's notes."""
        near = f"; did you mean {self.near}?" if self.near else "."
        return f"{self.step} was skipped: no column {self.argument}{near}"


def snake(name: str) -> str:
    """Write a header as an argument's name.

    >>> snake("Store Code"), snake("ResponseID"), snake(" Wi-Fi (5 GB) ")
    ('store_code', 'response_id', 'wi_fi_5_gb')
    """
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r"\W+|_+", "_", parted.casefold()).strip("_")


def resolve_reads(step: EnricherStep | RuleStep, columns: Sequence[str]) -> dict[str, str] | Absent:
    """Give the column for each argument of a step, or the first argument that has none.

    `columns` are those of a batch's values. "given.city" in the step's `reads=` stands for the city as the source gave
    it: no step is waited for, and a source without one is no reason to skip the step. Raises PluginError where an
    argument fits several columns equally well.

    >>> from omoto_kit.plugins import enricher
    >>> @enricher("namevaluemap.city")
    ... def city(pincode, store_code): ...
    >>> resolve_reads(city.__omoto_steps__[0], ["row", "namevaluemap.pincode", "source.Store Code"])
    {'pincode': 'namevaluemap.pincode', 'store_code': 'source.Store Code'}
    >>> str(resolve_reads(city.__omoto_steps__[0], ["namevaluemap.pincode", "source.Store Cod"]))
    'city was skipped: no column store_code; did you mean store_cod?'
    """
    found = {}
    for argument in step.reads:
        wanted = step.given.get(argument, argument)
        if wanted.startswith(GIVEN):
            name = wanted.removeprefix(GIVEN)
            found[argument] = GIVEN + (_column(step, name, columns) or name)
            continue
        column = _column(step, wanted, columns)
        if column is None:
            return Absent(step.label, wanted, _nearest(wanted, columns))
        found[argument] = column
    return found


def _column(step: EnricherStep | RuleStep, wanted: str, columns: Sequence[str]) -> str | None:
    """Find the column by the first way of naming that finds any."""
    if wanted in columns and wanted != "row":
        return wanted
    fields = [name for name in columns if is_field(name)]
    sources = [name for name in columns if name.startswith(SOURCE)]
    key = snake(wanted)
    ways: list[tuple[Sequence[str], Callable[[str], bool]]] = [
        (sources, lambda name: name == SOURCE + wanted),
        (fields, lambda name: _last(name) == wanted),
        (fields, lambda name: key in (snake(_last(name)), snake(name))),
        (sources, lambda name: snake(name.removeprefix(SOURCE)) == key),
    ]
    for candidates, fits in ways:
        fitting = [name for name in candidates if fits(name)]
        if len(fitting) > 1:
            raise _ambiguous(step, wanted, fitting)
        if fitting:
            return fitting[0]
    return None


def _last(field: str) -> str:
    group, name = split_field(field)
    return name or group


def _nearest(wanted: str, columns: Sequence[str]) -> str:
    """Name the argument that was probably meant; empty where none is near."""
    names = {snake(_last(name)) for name in columns if is_field(name)}
    names |= {snake(name.removeprefix(SOURCE)) for name in columns if name.startswith(SOURCE)}
    quoted = did_you_mean(snake(wanted), sorted(names))
    return quoted.removeprefix("Did you mean '").removesuffix("'?")


def _ambiguous(step: EnricherStep | RuleStep, wanted: str, fitting: Sequence[str]) -> PluginError:
    fits = " and ".join(repr(name.removeprefix(SOURCE)) for name in fitting)
    advice = f"Say which by reads={{{wanted!r}: {fitting[0].removeprefix(SOURCE)!r}}}."
    return PluginError(f"{step.name}: {wanted!r} fits {fits}.", plugin=step.plugin, where=step.where, advice=advice)
