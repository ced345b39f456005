"""From a module, or any namespace, to the steps and hooks in it; what an author got wrong is named on the way."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from omoto_kit.errors import PluginError, did_you_mean
from omoto_kit.plugins.hookspecs import NAMESPACE, HookSpecs
from omoto_kit.plugins.signatures import arguments_of, place_of
from omoto_kit.plugins.steps import Step, steps_of

__all__ = ["HOOKS", "Contents", "contents_of", "is_part"]

#: Arguments of each hook, by its name.
HOOKS: Mapping[str, tuple[str, ...]] = {
    name: tuple(inspect.signature(spec).parameters)[1:]
    for name, spec in vars(HookSpecs).items()
    if not name.startswith("_")
}
_MARK = f"{NAMESPACE}_impl"
_ADVICE = "Decorate it by @enricher, @rule, @reader or @hookimpl, all of them from omoto_kit.plugins."


@dataclass(frozen=True)
class Contents:
    """What a plugin holds: its steps, and its hooks by name."""

    steps: tuple[Step, ...] = ()
    hooks: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


def is_part(thing: object) -> bool:
    """Tell whether something was decorated as a step or as a hook.

    >>> is_part(len)
    False
    """
    return not inspect.isclass(thing) and (bool(steps_of(thing)) or _MARK in getattr(thing, "__dict__", {}))


def contents_of(plugin: str, namespace: object) -> Contents:
    """Find the steps and hooks of a module, an instance or a mapping of names.

    Raises PluginError, with the author's file and line, for a class in place of an instance, a callable object, a
    misspelt hook, a hook's argument that does not exist or can never be filled, and for a plugin with nothing in it.
    """
    if inspect.isclass(namespace):
        advice = f"Register an instance: {namespace.__name__}()."
        raise PluginError(f"{namespace.__name__} is a class, so nothing can call it.", plugin=plugin, advice=advice)
    names = _names(namespace)
    steps = {id(step): step for thing in names.values() for step in steps_of(thing)}
    hooks = {name: thing for name, thing in names.items() if _is_hook(thing)}
    for name, hook in hooks.items():
        _check_hook(plugin, name, hook)
    _check_undecorated(plugin, names, hooks)
    if not steps and not hooks:
        raise _nothing(plugin, names)
    return Contents(tuple(steps.values()), hooks)


def _names(namespace: object) -> dict[str, Any]:
    """Give what a namespace holds of its own: a module's imports belong to their own modules."""
    if isinstance(namespace, Mapping):
        return dict(namespace)
    if not isinstance(namespace, ModuleType):
        return {name: getattr(namespace, name) for name in dir(namespace) if not name.startswith("__")}
    home = namespace.__name__.partition(".")[0]
    return {
        name: thing
        for name, thing in vars(namespace).items()
        if str(getattr(thing, "__module__", home)).partition(".")[0] == home
    }


def _is_hook(thing: object) -> bool:
    return hasattr(thing, _MARK) and not inspect.isclass(thing)


def _check_undecorated(plugin: str, names: Mapping[str, object], hooks: Collection[str]) -> None:
    """Refuse a function that has a hook's name and lost its decorator."""
    for name, thing in names.items():
        if name in HOOKS and name not in hooks and inspect.isfunction(thing):
            what = f"{name} has the name of a hook, but no decorator, so it would never be called."
            raise PluginError(what, plugin=plugin, where=place_of(thing), advice="Write @hookimpl above it.")


def _check_hook(plugin: str, name: str, hook: object) -> None:
    if not inspect.isroutine(hook):
        advice = "Write a function: def before_send(response): ..."
        raise PluginError(f"{name} is an object that can be called, not a function.", plugin=plugin, advice=advice)
    if name not in HOOKS:
        near = did_you_mean(name, HOOKS) or f"Hooks are {', '.join(HOOKS)}."
        raise PluginError(f"{name!r} is no hook.", plugin=plugin, where=place_of(hook), advice=near)
    for argument in arguments_of(hook):
        if argument not in HOOKS[name]:
            what = f"The hook {name} has no argument {argument!r}."
            raise PluginError(what, plugin=plugin, where=place_of(hook), advice=_argument_near(argument, HOOKS[name]))


def _argument_near(argument: str, known: Sequence[str]) -> str:
    listed = f"It can have {', '.join(known)}." if known else "It has no arguments."
    return did_you_mean(argument, known) or listed


def _nothing(plugin: str, names: Mapping[str, Any]) -> PluginError:
    """Say that a plugin has neither step nor hook, and which of its functions look like some."""
    likely = {name: thing for name, thing in names.items() if inspect.isfunction(thing) and not name.startswith("_")}
    first = next(iter(likely.values()), None)
    looks = f" {' and '.join(likely)} look{'s' if len(likely) == 1 else ''} like a step without its decorator."
    what = "The plugin has no step and no hook." + (looks if likely else "")
    return PluginError(what, plugin=plugin, where=place_of(first) if first else "", advice=_ADVICE)
