"""Plugins: what was found, what runs, and what could not be loaded. Immutable; adding one gives a new collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pluggy

from omoto_kit.campaign import Campaign
from omoto_kit.errors import PluginError
from omoto_kit.plugins.context import Context
from omoto_kit.plugins.guard import Failure, attempt
from omoto_kit.plugins.hookspecs import NAMESPACE, HookSpecs, hookimpl
from omoto_kit.plugins.lint import contents_of
from omoto_kit.plugins.sources import Candidate, Found, Plugin, discover, import_plugin, plugin_of
from omoto_kit.plugins.steps import EnricherStep, ReaderStep, RuleStep, Step, steps_of
from omoto_kit.plugins.trust import Trust

__all__ = ["Answer", "Plugins"]

LIVE = "notebook"
KINDS: Mapping[str, type[Step]] = {"enrichers": EnricherStep, "rules": RuleStep, "readers": ReaderStep}
AnyStep = TypeVar("AnyStep", bound=Step)


@dataclass(frozen=True)
class Answer:
    """What one plugin's hook gave: a value, or the failure that stands in its place."""

    plugin: str
    value: Any = None
    failure: str = ""


@dataclass(frozen=True)
class Plugins:
    """The plugins of one run. `Plugins()` has none; `Plugins.load()` finds them.

    >>> from omoto_kit.plugins import Plugins, enricher
    >>> @enricher("namevaluemap.city")
    ... def city(pincode):
    ...     return {"560001": "Bengaluru"}.get(pincode)
    >>> Plugins().with_functions(city).writes
    frozenset({'namevaluemap.city'})
    """

    loaded: tuple[Plugin, ...] = ()
    failed: tuple[PluginError, ...] = ()
    found: tuple[Found, ...] = attribute(default=(), repr=False)
    workspace: Path | None = None

    @classmethod
    def load(
        cls,
        *,
        workspace: Path | None = None,
        files: Sequence[Path] = (),
        entry_points: bool = True,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        trust: Trust | None = None,
    ) -> Plugins:
        """Find plugins and load those that may run.

        Installed packages (entry point group `omoto_kit`), files of `<workspace>/plugins` that the user trusts, and
        `files`, which run because they were named. `settings` holds the tables of `[plugins.NAME]`; a table with
        `enabled = false` turns its plugin off. Nothing that is wrong with a plugin is raised, but for the `files`:
        see `problems`.
        """
        settings = settings or {}
        candidates = discover(workspace, files, settings, trust or Trust.default(), entry_points=entry_points)
        loaded: list[Plugin] = []
        failed: list[PluginError] = []
        listed: list[Found] = []
        for candidate in candidates:
            found = candidate.found
            outcome = _outcome(candidate, settings.get(found.name, {}))
            if isinstance(outcome, Plugin):
                loaded.append(outcome)
            elif outcome is not None:
                if found.kind == "file":
                    raise outcome
                failed.append(outcome)
                found = replace(found, state="broken" if found.state == "ok" else found.state, why=str(outcome))
            listed.append(found)
        return cls(tuple(loaded), tuple(failed), tuple(listed), workspace)

    @classmethod
    def scan(
        cls,
        *,
        workspace: Path | None = None,
        files: Sequence[Path] = (),
        entry_points: bool = True,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        trust: Trust | None = None,
    ) -> tuple[Found, ...]:
        """List what `load` would load and what it would not, without importing any of it."""
        known = discover(workspace, files, settings or {}, trust or Trust.default(), entry_points=entry_points)
        return tuple(candidate.found for candidate in known)

    def listing(self) -> tuple[Found, ...]:
        """List every plugin that was found, by name, with its state; nothing is imported for it."""
        live = [
            Found(
                plugin.name,
                "live",
                "ok",
                plugin.version,
                plugin.where,
                tuple(step.name for step in plugin.steps),
            )
            for plugin in self.loaded
            if plugin.kind == "live"
        ]
        return tuple(sorted([*self.found, *live], key=lambda one: (one.name, one.kind)))

    @property
    def enrichers(self) -> tuple[EnricherStep, ...]:
        """Enrichers, by plugin and name."""
        return self._steps("enrichers", EnricherStep)

    @property
    def rules(self) -> tuple[RuleStep, ...]:
        """Rules, by plugin and name."""
        return self._steps("rules", RuleStep)

    @property
    def readers(self) -> tuple[ReaderStep, ...]:
        """Readers, by plugin and name."""
        return self._steps("readers", ReaderStep)

    @property
    def writes(self) -> frozenset[str]:
        """Fields that enrichers may fill, so that composing need not find a column for them."""
        return frozenset(field for step in self.enrichers for field in step.writes)

    @property
    def problems(self) -> tuple[PluginError, ...]:
        """What was not loaded, untrusted files among it, each with the author's place and what to do."""
        return (*self.failed, *self._collected[1])

    @cached_property
    def manager(self) -> pluggy.PluginManager:
        """The pluggy manager below; each plugin is one object in it."""
        manager = pluggy.PluginManager(NAMESPACE)
        manager.add_hookspecs(HookSpecs)
        for plugin in self.loaded:
            manager.register(_Socket(plugin), plugin.name)
        return manager

    @property
    def hook(self) -> Any:
        """Hooks as pluggy calls them: all at once, unguarded. `call` is the guarded way."""
        return self.manager.hook

    def call(self, name: str, **arguments: Any) -> tuple[Answer, ...]:
        """Call one hook of each plugin that has it, by plugin name; a failure is one answer and stops nothing."""
        answers = []
        for implementation in sorted(getattr(self.hook, name).get_hookimpls(), key=lambda one: one.plugin_name):
            values = [arguments[argument] for argument in implementation.argnames]
            result = attempt(lambda one=implementation, values=values: one.function(*values))  # type: ignore[misc]
            if isinstance(result, Failure):
                answers.append(Answer(implementation.plugin_name, failure=f"{name}: {result}"))
            elif result is not None:
                answers.append(Answer(implementation.plugin_name, result))
        return tuple(answers)

    def with_functions(self, *functions: Callable[..., Any], name: str = LIVE) -> Plugins:
        """Return a collection with these decorated functions, such as those of a notebook cell.

        A function of the same name that was added before is replaced, so that a cell can be run again.
        Raises PluginError for a function that is no step and no hook.
        """
        return self.with_module({function.__name__: function for function in functions}, name, merge=True)

    def with_module(self, module: object, name: str, *, merge: bool = False) -> Plugins:
        """Return a collection with one more plugin: a module, an instance, or a mapping of names.

        A plugin of the same name is replaced, or with `merge` joined by what is new. Raises PluginError.
        """
        added = plugin_of(name, contents_of(name, module), kind="live", where="", version="")
        if merge:
            added = next((old.joined(added) for old in self.loaded if old.name == name), added)
        return replace(self, loaded=(*(old for old in self.loaded if old.name != name), added))

    def context(self, step: EnricherStep | RuleStep, campaign: Campaign) -> Context:
        """Make the `ctx` of a step for one run."""
        owner = next((plugin for plugin in self.loaded if plugin.name == step.plugin), None)
        folders = [owner.home if owner else None, self.workspace]
        return Context(
            campaign=campaign,
            settings=owner.settings.get(step.settings) if owner and step.settings else None,
            plugin=step.plugin,
            folders=tuple(folder for folder in folders if folder),
            secrets=step.secrets,
            tables=owner.tables if owner else {},
        )

    def _steps(self, kind: str, wanted: type[AnyStep]) -> tuple[AnyStep, ...]:
        return tuple(step for step in self._collected[0][kind] if isinstance(step, wanted))

    @cached_property
    def _collected(self) -> tuple[dict[str, list[Step]], list[PluginError]]:
        """Ask each plugin for its steps, through the hooks that strangers may implement too."""
        steps: dict[str, list[Step]] = {}
        wrong: list[PluginError] = []
        homes = {plugin.name: plugin for plugin in self.loaded}
        for kind, wanted in KINDS.items():
            steps[kind] = []
            for answer in self.call(kind):
                offered = attempt(lambda answer=answer: list(answer.value or ()))  # type: ignore[misc]
                if answer.failure or isinstance(offered, Failure):
                    wrong.append(PluginError(f"{answer.failure or offered}.", plugin=answer.plugin))
                    continue
                found = [step for thing in offered for step in steps_of(thing) if isinstance(step, wanted)]
                steps[kind] += [homes[answer.plugin].signed(step) for step in found]
            steps[kind].sort(key=lambda step: (step.plugin, step.name))
        return steps, wrong


def _outcome(candidate: Candidate, settings: Mapping[str, Any]) -> Plugin | PluginError | None:
    """Load one candidate, or say why not; None for what was turned off."""
    found = candidate.found
    if found.state == "ok":
        return import_plugin(candidate, settings)
    if found.state == "off":
        return None
    said = {"untrusted": "You have not trusted this plugin yet.", "changed": "It was changed since you trusted it."}
    if found.state in said:
        advice = f"Read it, then say: omoto plugins trust {found.where}"
        return PluginError(said[found.state], plugin=found.name, where=found.where, advice=advice)
    return PluginError(found.why, plugin=found.name, where=found.where)


class _Socket:
    """What pluggy sees of one plugin: its own hooks, and its decorated functions behind the first three."""

    def __init__(self, plugin: Plugin) -> None:
        for name, hook in plugin.hooks.items():
            setattr(self, name, hook)
        for kind, wanted in KINDS.items():
            own = [step for step in plugin.steps if isinstance(step, wanted)]
            if own:
                setattr(self, kind, _giving(own, plugin.hooks.get(kind)))


def _giving(own: Iterable[Step], more: Callable[[], Iterable[Any]] | None) -> Callable[[], list[Any]]:
    """Make the hook that gives decorated functions, and what a hook of the author's own gives besides."""

    @hookimpl
    def give() -> list[Any]:
        return [*own, *((more() or ()) if more else ())]

    return give
