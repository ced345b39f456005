"""Hooks of plugins, called one by one: each guarded, most with a deadline, none stopping the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import pluggy

from omoto_kit.errors import PluginError
from omoto_kit.plugins.guard import Failure, attempt
from omoto_kit.plugins.hookspecs import NAMESPACE, HookSpecs, hookimpl
from omoto_kit.plugins.importing import Plugin
from omoto_kit.plugins.steps import EnricherStep, ReaderStep, RuleStep, Step, steps_of
from omoto_kit.plugins.worker import TIMEOUT, Call, Worker

__all__ = ["Answer", "Calling", "Steps", "collect_steps"]

#: Hooks that run where they are called, for as long as they take: a person waits for what they build.
PATIENT = ("commands", "studio_panels")
KINDS: Mapping[str, type[Step]] = {"enrichers": EnricherStep, "rules": RuleStep, "readers": ReaderStep}

AnyStep = TypeVar("AnyStep", bound=Step)


@dataclass(frozen=True)
class Answer:
    """What one plugin's hook gave: a value, or the failure that stands in its place."""

    plugin: str
    value: Any = None
    failure: str = ""


class Calling:
    """The pluggy manager of some plugins, each of which is one object in it, and what calls them."""

    def __init__(self, loaded: Sequence[Plugin]) -> None:
        self.plugins = {plugin.name: plugin for plugin in loaded}
        self.manager = pluggy.PluginManager(NAMESPACE)
        self.manager.add_hookspecs(HookSpecs)
        for plugin in loaded:
            self.manager.register(_Socket(plugin), plugin.name)
        self._hung: set[str] = set()
        self._workers: dict[str, Worker] = {}

    def has(self, name: str) -> bool:
        """Tell whether any plugin has this hook."""
        return bool(getattr(self.manager.hook, name).get_hookimpls())

    def call(self, name: str, **arguments: Any) -> tuple[Answer, ...]:
        """Call one hook of each plugin that has it, by plugin name; a failure is one answer and stops nothing."""
        answers = []
        hooks = getattr(self.manager.hook, name).get_hookimpls()
        for implementation in sorted(hooks, key=lambda one: one.plugin_name):
            values = [arguments[argument] for argument in implementation.argnames]
            result = self._answer(name, implementation.plugin_name, partial(implementation.function, *values))
            if isinstance(result, Failure):
                answers.append(Answer(implementation.plugin_name, failure=f"{name}: {result}"))
            elif result is not None:
                answers.append(Answer(implementation.plugin_name, result))
        return tuple(answers)

    def _answer(self, hook: str, plugin: str, call: Callable[[], Any]) -> Any:
        """Call one hook of one plugin; what an author wrote has a deadline, in a thread that is the plugin's own.

        Where the deadline passes, the plugin's hooks are not called again, since each call would wait as long.
        """
        owner = self.plugins.get(plugin)
        if hook in PATIENT or owner is None or hook not in owner.hooks:
            return attempt(call)
        if plugin in self._hung:
            return Failure("TimeoutError", "an earlier call, so it is not asked again")
        worker = self._workers.setdefault(plugin, Worker(plugin))
        heard = worker.ask(Call(lambda: (attempt(call),), timeout=TIMEOUT), [()])
        if heard.answers:
            return heard.answers[0][0]
        self._hung.add(plugin)
        return Failure("TimeoutError", f"its call, which took more than {TIMEOUT:g} seconds")


@dataclass(frozen=True)
class Steps:
    """The steps of some plugins, each kind by plugin and name; `failed` are the hooks that gave none."""

    enrichers: tuple[EnricherStep, ...]
    rules: tuple[RuleStep, ...]
    readers: tuple[ReaderStep, ...]
    failed: tuple[PluginError, ...]


def collect_steps(calling: Calling) -> Steps:
    """Ask each plugin for its steps, through the hooks that strangers may implement too."""
    failed: list[PluginError] = []
    enrichers = _collected(calling, "enrichers", EnricherStep, failed)
    rules = _collected(calling, "rules", RuleStep, failed)
    readers = _collected(calling, "readers", ReaderStep, failed)
    return Steps(enrichers, rules, readers, tuple(failed))


def _collected(calling: Calling, hook: str, wanted: type[AnyStep], failed: list[PluginError]) -> tuple[AnyStep, ...]:
    """Ask each plugin for its steps of one kind, by plugin and name; what went wrong joins `failed`."""
    steps: list[AnyStep] = []
    for answer in calling.call(hook):
        offered = attempt(lambda answer=answer: list(answer.value or ()))  # type: ignore[misc]
        if answer.failure or isinstance(offered, Failure):
            failed.append(PluginError(f"{answer.failure or offered}.", plugin=answer.plugin))
            continue
        found = [step for thing in offered for step in steps_of(thing) if isinstance(step, wanted)]
        steps += [calling.plugins[answer.plugin].signed(step) for step in found]
    return tuple(sorted(steps, key=lambda step: (step.plugin, step.name)))


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
