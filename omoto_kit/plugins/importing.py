"""From a candidate to a plugin that may run: imported in time, looked over, its settings filled."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from omoto_kit.campaign import Campaign
from omoto_kit.errors import Place, PluginError, did_you_mean
from omoto_kit.plugins.context import Context
from omoto_kit.plugins.guard import Failure, attempt
from omoto_kit.plugins.lint import Contents, contents_of
from omoto_kit.plugins.lookups import Lookup, lookup_steps
from omoto_kit.plugins.signatures import source_hash
from omoto_kit.plugins.sources import ENABLED, Candidate, Kind
from omoto_kit.plugins.steps import EnricherStep, RuleStep, Step
from omoto_kit.plugins.tables import Table
from omoto_kit.plugins.worker import Call, Worker

__all__ = ["Memory", "Plugin", "import_all", "make_plugin", "plugin_of"]

AnyStep = TypeVar("AnyStep", bound=Step)
#: Seconds that importing one plugin may take.
PATIENCE = 10.0


@dataclass
class Memory:
    """Answers of one step that outlive a run, each with the moment it was given; for one campaign at a time."""

    campaign: Campaign | None = None
    answers: dict[tuple[Any, ...], tuple[float, Any]] = attribute(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Plugin:
    """A plugin that may run: its steps, hooks and settings."""

    name: str
    kind: Kind
    version: str
    where: str
    steps: tuple[Step, ...]
    hooks: Mapping[str, Callable[..., Any]] = attribute(default_factory=dict, repr=False)
    settings: Mapping[type[BaseModel], BaseModel] = attribute(default_factory=dict, repr=False)
    tables: dict[Path, Table] = attribute(default_factory=dict, repr=False, compare=False)
    memory: dict[str, Memory] = attribute(default_factory=dict, repr=False, compare=False)

    @property
    def home(self) -> Path | None:
        """The folder of its file; None for what has no file."""
        return Path(self.where).parent if self.where and self.kind != "live" else None

    def signed(self, step: AnyStep) -> AnyStep:
        """Return a step that says which plugin and version it belongs to; what is live has a version of its own."""
        return replace(step, plugin=self.name, version=self.version or step.version)

    def joined(self, other: Plugin) -> Plugin:
        """Return this plugin with another's steps and hooks, which win where a name is the same."""
        names = {step.name for step in other.steps}
        steps = (*(step for step in self.steps if step.name not in names), *other.steps)
        hooks = {**self.hooks, **other.hooks}
        return replace(self, steps=steps, hooks=hooks, settings={**self.settings, **other.settings}, memory={})

    def less(self, names: Collection[str]) -> Plugin | None:
        """Return this plugin without the steps of these labels; None where it is named itself, or nothing is left."""
        if self.name in names:
            return None
        steps = tuple(step for step in self.steps if f"{self.name}:{step.name}" not in names)
        if len(steps) == len(self.steps):
            return self
        return replace(self, steps=steps) if steps or self.hooks else None

    def context(self, step: EnricherStep | RuleStep, campaign: Campaign, workspace: Path | None) -> Context:
        """Make the `ctx` of one of its steps for one run."""
        return Context(
            campaign=campaign,
            settings=self.settings.get(step.settings) if step.settings else None,
            plugin=step.plugin,
            folders=tuple(folder for folder in (self.home, workspace) if folder),
            secrets=step.secrets,
            tables=self.tables,
        )


def import_all(candidates: Sequence[Candidate]) -> list[object]:
    """Import modules in a thread of their own, one after another; what one throws, or that it hangs, is its Failure.

    One thread serves all, since the hand-over from thread to thread would cost more than the import.
    """
    outcomes: list[object] = []
    worker = Worker("import")
    while len(outcomes) < len(candidates):
        left = [(candidate,) for candidate in candidates[len(outcomes) :]]
        heard = worker.ask(Call(_boxed, timeout=PATIENCE), left)
        outcomes += [outcome for (outcome,) in heard.answers]
        if len(heard.answers) < len(left):
            place = Path(candidates[len(outcomes)].found.where).name
            outcomes.append(Failure("TimeoutError", f"{place}, which took more than {PATIENCE:g} seconds"))
    worker.close()
    return outcomes


def _boxed(candidate: Candidate) -> tuple[object]:
    """Import one; in a box, since to a worker a bare failure means that the asking itself went wrong."""
    return (attempt(lambda: _import(candidate), near=candidate.found.where, detailed=True),)


def make_plugin(candidate: Candidate, loaded: object, settings: Mapping[str, Any]) -> Plugin | PluginError:
    """Look over what was imported and fill its settings; what is wrong with it is returned."""
    found = candidate.found
    if isinstance(loaded, Lookup):
        return _looking_up(candidate, loaded)
    if isinstance(loaded, Failure) and loaded.said:  # a decorator has named the place and what to do
        return PluginError(loaded.said, plugin=found.name)
    if isinstance(loaded, Failure):
        advice = f"Mend it, or turn it off: [plugins.{found.name}] enabled = false."
        what = f"The plugin cannot be imported: {loaded}."
        return PluginError(what, plugin=found.name, where=found.where, advice=advice)
    try:
        contents = contents_of(found.name, loaded)
        where = str(getattr(loaded, "__file__", None) or found.where)
        plugin = plugin_of(found.name, contents, kind=found.kind, where=where, version=found.version)
        return replace(plugin, settings=_fill_settings(plugin, settings))
    except PluginError as error:
        place = error.where if str(error.where) else Place(found.where)
        return PluginError(error.what, plugin=found.name, where=place, advice=error.advice)


def plugin_of(name: str, contents: Contents, *, kind: Kind, where: str, version: str) -> Plugin:
    """Make a plugin of what was found in a namespace; one that is live has neither file nor settings to be filled by.

    The version of each of its steps is the hash of its source.
    """
    plugin = Plugin(name, kind, version, where, contents.steps, contents.hooks)
    if kind != "live":
        return plugin
    steps = tuple(replace(step, version=source_hash(step.function)) for step in plugin.steps)
    return replace(plugin, steps=steps, settings=_fill_settings(plugin, {}))


def _looking_up(candidate: Candidate, lookup: Lookup) -> Plugin | PluginError:
    """Make the plugin of a lookup; its version is the hash of its table."""
    found = candidate.found
    try:
        steps, table = lookup_steps(lookup, candidate.folder)
    except PluginError as error:
        return error
    return Plugin(found.name, found.kind, table.digest, str(table.path), steps, tables={table.path: table})


def _import(candidate: Candidate) -> object:
    found, source = candidate.found, candidate.source
    if isinstance(source, Lookup):
        return source
    if not isinstance(source, bytes):
        return source.load()  # by what it can do: a backport of importlib.metadata has a class of its own for it
    module = ModuleType(f"omoto_plugin_{found.name}_{found.version}")
    module.__file__ = found.where
    sys.modules[module.__name__] = module  # pydantic looks there for the names in annotations
    exec(compile(source, found.where, "exec"), vars(module))  # noqa: S102  the user has consented to these very bytes
    return module


def _fill_settings(plugin: Plugin, table: Mapping[str, Any]) -> dict[type[BaseModel], BaseModel]:
    """Check the plugin's table of settings by its own models."""
    models = {model for step in plugin.steps if (model := getattr(step, "settings", None))}
    table = {key: value for key, value in table.items() if key != ENABLED}
    _refuse_unknown(plugin.name, table, {name for model in models for name in model.model_fields})
    try:
        return {model: model(**{key: table[key] for key in model.model_fields if key in table}) for model in models}
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = Place(key=".".join(["plugins", plugin.name, *map(str, first["loc"])]))
        raise PluginError(f"{first['msg']}.", plugin=plugin.name, where=where, advice="Set it in omoto.toml.") from None


def _refuse_unknown(plugin: str, table: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise PluginError for a setting that the plugin does not have."""
    for key in table:
        if key not in known:
            near = did_you_mean(key, known) or (f"It knows {', '.join(sorted(known))}." if known else "It has none.")
            where = Place(key=f"plugins.{plugin}.{key}")
            raise PluginError(f"{key!r} is no setting of this plugin.", plugin=plugin, where=where, advice=near)
