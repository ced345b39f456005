"""In which order steps run: a step that reads a field waits for those that write it. Never the order of loading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from omoto_kit.errors import PluginError
from omoto_kit.plugins import Absent, EnricherStep, resolve_reads

__all__ = ["Planned", "Task", "in_order", "plan"]

#: Ask one step; settle a field once its fillers, or its standardisers, have answered. Named by number or by field.
Task = tuple[Literal["ask", "fill", "standardise"], int | str]


@dataclass(frozen=True)
class Planned:
    """A step that can run on this batch, and the column that feeds each of its arguments."""

    step: EnricherStep
    columns: Mapping[str, str]

    def standardises(self, field: str) -> bool:
        """Tell whether it reads the field that it writes."""
        return field in self.step.writes and field in self.columns.values()


def plan(steps: Sequence[EnricherStep], columns: Sequence[str]) -> tuple[list[Planned], list[str]]:
    """Find the steps that can run on these columns, and say of each other one why not.

    Fields that steps write count as columns, whether the source has them or not.
    """
    planned, notes = [], []
    known = [*columns, *sorted({field for step in steps for field in step.writes} - set(columns))]
    for step in steps:
        try:
            found = resolve_reads(step, known)
        except PluginError as error:
            notes.append(f"{step.label} was skipped: {error}")
            continue
        if isinstance(found, Absent):
            notes.append(str(found))
        else:
            planned.append(Planned(step, found))
    return planned, notes


def in_order(planned: Sequence[Planned]) -> Iterator[Task]:
    """Give the tasks of a run, each after what it needs. Raises PluginError where steps wait for one another."""
    sorter = TopologicalSorter(_needs(planned))
    try:
        sorter.prepare()
    except CycleError as error:
        raise _cycle(error.args[1], planned) from None
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda task: (task[0], str(task[1]).zfill(6)))
        yield from ready
        sorter.done(*ready)


def _needs(planned: Sequence[Planned]) -> dict[Task, set[Task]]:
    """Say of each task which others come before it."""
    needs: dict[Task, set[Task]] = {}
    for number, one in enumerate(planned):
        needs.setdefault(("ask", number), set()).update(_needs_of(one, planned))
        for field in one.step.writes:
            last: Task = ("standardise" if one.standardises(field) else "fill", field)
            needs.setdefault(last, set()).add(("ask", number))
    for field in {field for one in planned for field in one.step.writes}:
        if needs.keys() >= {("fill", field), ("standardise", field)}:
            needs["standardise", field].add(("fill", field))
    return needs


def _needs_of(one: Planned, planned: Sequence[Planned]) -> Iterator[Task]:
    """Say what must be settled before a step is asked: every field that it reads."""
    for column in one.columns.values():
        for other in planned:
            if column not in other.step.writes:
                continue
            if not other.standardises(column):
                yield ("fill", column)
            elif not one.standardises(column):
                yield ("standardise", column)


def _cycle(tasks: Sequence[Task], planned: Sequence[Planned]) -> PluginError:
    """Name the steps that wait for one another, and the fields between them."""
    names = [planned[name].step.label if isinstance(name, int) else name for _, name in tasks]
    steps = sorted({name for (kind, _), name in zip(tasks, names, strict=True) if kind == "ask"})
    fields = sorted({name for (kind, _), name in zip(tasks, names, strict=True) if kind != "ask"})
    first = next(one.step for one in planned if one.step.label == steps[0])
    what = f"{' and '.join(steps)} wait for one another: each reads what the other writes ({' and '.join(fields)})."
    advice = "Turn one of them off, or let one read the source's own column."
    return PluginError(what, plugin=first.plugin, where=first.where, advice=advice)
