"""What a person may know of each plugin, as plain data: where it is from, whether it runs, what its steps do."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Literal

from omoto_kit.errors import PluginError
from omoto_kit.plugins.manager import Plugins
from omoto_kit.plugins.sources import Found
from omoto_kit.plugins.steps import EnricherStep, ReaderStep, RuleStep, Step

__all__ = ["PluginCard", "StepCard", "cards_of"]

StepKind = Literal["enricher", "rule", "reader"]


@dataclass(frozen=True)
class StepCard:
    """One step for people: what it is called, reads, writes and promises.

    `label` is how changes name it, "stores:by_code". `writes` are an enricher's fields, the one field that a rule
    checks, or the suffixes of a reader. `where` is the author's file and line, or the notebook's cell; `version` that
    of the package, or the hash of the file or of the function.
    """

    label: str
    name: str
    kind: StepKind
    says: str = ""
    version: str = ""
    where: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    rank: str = ""
    overwrites: bool = False
    examples: tuple[tuple[Mapping[str, Any], Any], ...] = attribute(default=(), repr=False)


@dataclass(frozen=True)
class PluginCard:
    """One plugin for people.

    `state` is that of the list ("ok", "untrusted", "changed", "broken", "off"), and `runs` whether it runs now: an
    edit that cannot be loaded leaves the plugin running as it was before. `fault` says what is wrong and what to do.
    `settings` are its settings as they are filled, by name.
    """

    name: str
    kind: str
    state: str
    runs: bool
    version: str = ""
    where: str = ""
    says: str = ""
    fault: str = ""
    steps: tuple[StepCard, ...] = ()
    hooks: tuple[str, ...] = ()
    settings: Mapping[str, Any] = attribute(default_factory=dict, repr=False)


def cards_of(plugins: Plugins) -> tuple[PluginCard, ...]:
    """Describe every plugin that was found or added live, by name."""
    steps: list[Step] = [*plugins.enrichers, *plugins.rules, *plugins.readers]
    return tuple(_card(found, plugins, steps) for found in plugins.listing())


def _card(found: Found, plugins: Plugins, steps: list[Step]) -> PluginCard:
    plugin = next((one for one in plugins.loaded if (one.name, one.kind) == (found.name, found.kind)), None)
    faults = [str(problem) for problem in plugins.problems if problem.plugin == found.name and found.state != "off"]
    fault = "\n".join(faults) or found.why
    if plugin is None:
        said = (found.name, found.kind, found.state, False, found.version, found.where, found.says, fault)
        return PluginCard(*said)
    settings = {name: value for model in plugin.settings.values() for name, value in model}
    return PluginCard(
        found.name,
        found.kind,
        found.state,
        runs=True,
        version=plugin.version,
        where=plugin.where or found.where,
        says=found.says,
        fault=fault,
        steps=tuple(_step_card(step) for step in steps if step.plugin == plugin.name),
        hooks=tuple(plugin.hooks),
        settings=settings,
    )


def _step_card(step: Step) -> StepCard:
    says = (inspect.getdoc(step.function) or "").partition("\n")[0]
    if isinstance(step, ReaderStep):
        return StepCard(step.label, step.name, "reader", says, step.version, step.where, writes=step.suffixes)
    if not isinstance(step, EnricherStep | RuleStep):
        message = f"{type(step).__name__} is no kind of step"
        raise PluginError(message, plugin=step.plugin, where=step.where)
    reads = tuple(step.given.get(name, name) for name in step.reads)
    if isinstance(step, RuleStep):
        return StepCard(
            step.label, step.name, "rule", says, step.version, step.where, reads, (step.field,) if step.field else ()
        )
    return StepCard(
        step.label,
        step.name,
        "enricher",
        says,
        step.version,
        step.where,
        reads,
        step.writes,
        step.rank,
        step.overwrite,
        step.examples,
    )
