"""Plugins: what was found, what runs, and what could not be loaded. Immutable; adding one gives a new collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from functools import cached_property
from pathlib import Path
from typing import Any

from omoto_kit.campaign import Campaign, split_field
from omoto_kit.errors import PluginError
from omoto_kit.plugins.calling import Answer, Calling, Steps, collect_steps
from omoto_kit.plugins.context import Context
from omoto_kit.plugins.gathering import Gathered, gather, gather_again
from omoto_kit.plugins.importing import Memory, Plugin, plugin_of
from omoto_kit.plugins.lint import contents_of, is_part
from omoto_kit.plugins.sources import Found, Recipe
from omoto_kit.plugins.steps import EnricherStep, ReaderStep, RuleStep
from omoto_kit.plugins.tables import Stamp
from omoto_kit.plugins.trust import Trust

__all__ = ["Plugins"]

LIVE = "notebook"
LEFT_OUT = "It was left out of this run."


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
    prefer: Mapping[str, Sequence[str]] = attribute(default_factory=dict, repr=False)
    recipe: Recipe | None = attribute(default=None, repr=False)
    stamps: Mapping[Path, Stamp | None] = attribute(default_factory=dict, repr=False, compare=False)
    _latest: dict[str, Plugins] = attribute(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def load(
        cls,
        *,
        workspace: Path | None = None,
        files: Sequence[Path] = (),
        entry_points: bool = True,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        lookups: Mapping[str, Mapping[str, Any]] | None = None,
        trust: Trust | None = None,
    ) -> Plugins:
        """Find plugins and load those that may run.

        Installed packages (entry point group `omoto_kit`), files of `<workspace>/plugins` that the user trusts, the
        `lookups` of omoto.toml, and `files`, which run because they were named. `settings` holds the tables of
        `[plugins.NAME]`; a table with `enabled = false` turns its plugin off. Nothing that is wrong with a plugin is
        raised, but for the `files`: see `problems`.
        """
        named = tuple(Path(file) for file in files)
        recipe = Recipe(workspace, named, settings or {}, lookups or {}, trust or Trust.default(), entry_points)
        stamps = recipe.stamps()  # before the files are read, so that no write can slip in between
        return _holding(cls(workspace=workspace, recipe=recipe), gather(recipe), stamps)

    def preferring(self, prefer: Mapping[str, Sequence[str]]) -> Plugins:
        """Return a collection in which, of plugins of one rank that differ about a field, the first named decides."""
        return replace(self, prefer=dict(prefer))

    def refreshed(self) -> Plugins:
        """Return the collection as its files are now: itself where none was written since.

        What was edited is loaded anew where it may run and holds its own examples; else it goes on as it was, and
        `problems` says why. Functions that were added live stay. Cheap enough to ask before each run.
        """
        if self.recipe is None:
            return self
        latest = self._latest.get("plugins", self)
        stamps = self.recipe.stamps()
        if stamps == latest.stamps:
            return latest
        renewed = _holding(latest, gather_again(self.recipe, latest.loaded), stamps)
        self._latest["plugins"] = renewed  # whoever holds the old collection need not load the edit twice
        return renewed

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
        return self._steps.enrichers

    @property
    def rules(self) -> tuple[RuleStep, ...]:
        """Rules, by plugin and name."""
        return self._steps.rules

    @property
    def readers(self) -> tuple[ReaderStep, ...]:
        """Readers, by plugin and name."""
        return self._steps.readers

    @property
    def writes(self) -> frozenset[str]:
        """Fields that enrichers may set."""
        return frozenset(field for step in self.enrichers for field in step.writes)

    @property
    def fills(self) -> frozenset[str]:
        """Fields that enrichers may set where they are absent, so that composing need not find a column for them.

        A field that is only standardised is none of them: from nothing comes nothing.
        """
        return frozenset(field for step in self.enrichers for field in step.writes if not _reads_own(step, field))

    @property
    def problems(self) -> tuple[PluginError, ...]:
        """What was not loaded, untrusted files among it, each with the author's place and what to do."""
        return (*self.failed, *self._steps.failed)

    @cached_property
    def calling(self) -> Calling:
        """What calls the hooks of these plugins, with their deadlines."""
        return Calling(self.loaded)

    def call(self, name: str, **arguments: Any) -> tuple[Answer, ...]:
        """Call one hook of each plugin that has it, by plugin name; a failure is one answer and stops nothing."""
        return self.calling.call(name, **arguments)

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

    def with_notebook(self, namespace: Mapping[str, Any]) -> Plugins:
        """Return a collection whose plugin "notebook" is what a notebook's namespace defines now.

        Ask after each cell, with `get_ipython().user_ns`: what a cell defines anew takes the place of what it defined
        before, and what was deleted is gone. What was imported belongs to its own plugin. The collection itself is
        returned where nothing is new. Raises PluginError for what an author got wrong.
        """
        own, before = _defined_in(namespace), self.plugin(LIVE)
        if not own:
            return self if before is None else self.without(LIVE)
        renewed = self.with_module(own, LIVE)
        return self if before is not None and before == renewed.plugin(LIVE) else renewed

    def without(self, *names: str) -> Plugins:
        """Return a collection without these plugins, or these steps ("notebook:zone") of what was added live.

        What is not there is no error. A plugin that was found stays in the list, as one that is off.
        """
        live = tuple(part for plugin in self.loaded if (part := plugin.less(names)))
        found = tuple(one if one.name not in names else replace(one, state="off", why=LEFT_OUT) for one in self.found)
        recipe = self.recipe and self.recipe.without(names)
        failed = tuple(one for one in self.failed if one.plugin not in names)
        return replace(self, loaded=live, found=found, failed=failed, recipe=recipe)

    def context(self, step: EnricherStep | RuleStep, campaign: Campaign) -> Context:
        """Make the `ctx` of a step for one run."""
        owner = self.plugin(step.plugin)
        if owner is None:
            folders = (self.workspace,) if self.workspace else ()
            return Context(campaign=campaign, plugin=step.plugin, folders=folders, secrets=step.secrets)
        return owner.context(step, campaign, self.workspace)

    def plugin(self, name: str) -> Plugin | None:
        """Give a loaded plugin by its name."""
        return next((plugin for plugin in self.loaded if plugin.name == name), None)

    def memory(self, step: EnricherStep) -> Memory:
        """Give what a step's answers of earlier runs are kept in, as long as this collection lives."""
        owner = self.plugin(step.plugin)
        return Memory() if owner is None else owner.memory.setdefault(step.name, Memory())

    @cached_property
    def _steps(self) -> Steps:
        return collect_steps(self.calling)


def _holding(plugins: Plugins, gathered: Gathered, stamps: Mapping[Path, Stamp | None]) -> Plugins:
    """Put what was gathered into a collection; what is live comes last."""
    loaded = tuple(sorted(gathered.loaded, key=lambda plugin: (plugin.kind == "live", plugin.name)))
    failed, found = tuple(gathered.failed), tuple(gathered.found)
    return replace(plugins, loaded=loaded, failed=failed, found=found, stamps=stamps)


def _reads_own(step: EnricherStep, field: str) -> bool:
    """Tell whether a step reads a field that it writes, by its path or its short name."""
    read = {step.given.get(name, name) for name in step.reads}
    return field in read or (split_field(field)[1] or field) in read


def _defined_in(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """Give the steps and hooks that a namespace defines itself, under the names by which it defined them."""
    home = namespace.get("__name__")
    return {
        name: thing
        for name, thing in namespace.items()
        if is_part(thing) and (getattr(thing, "__module__", ""), getattr(thing, "__name__", name)) == (home, name)
    }
