"""Where plugins come from: installed packages, trusted files of the workspace, and files that were named.

Finding reads metadata and text only; importing is a second step, for what may run.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from importlib.metadata import EntryPoint
from importlib.metadata import entry_points as installed
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from omoto_kit.errors import Place, PluginError, did_you_mean
from omoto_kit.plugins.context import Table
from omoto_kit.plugins.guard import Failure, attempt
from omoto_kit.plugins.hookspecs import NAMESPACE
from omoto_kit.plugins.lint import Contents, contents_of
from omoto_kit.plugins.steps import Step
from omoto_kit.plugins.trust import Trust

__all__ = ["Candidate", "Found", "Plugin", "discover", "import_plugin", "plugin_of"]

AnyStep = TypeVar("AnyStep", bound=Step)
Kind = Literal["package", "folder", "file", "live"]
DECORATORS = ("enricher", "rule", "reader", "hookimpl")
ENABLED = "enabled"


@dataclass(frozen=True)
class Found:
    """One line of the list of plugins.

    `state` is "ok", "untrusted", "changed" (since it was trusted), "broken" or "off"; `why` explains the last two.
    `steps` are the names of its decorated functions; empty for a package, which would have to be imported.
    """

    name: str
    kind: Kind
    state: str
    version: str = ""
    where: str = ""
    steps: tuple[str, ...] = ()
    why: str = ""
    says: str = ""


@dataclass(frozen=True)
class Candidate:
    """A plugin that was found, and what it would be loaded from: an entry point, or the very bytes that were judged."""

    found: Found
    source: EntryPoint | bytes = attribute(repr=False)


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
    tables: dict[tuple[Path, str], Table] = attribute(default_factory=dict, repr=False, compare=False)

    @property
    def home(self) -> Path | None:
        """The folder of its file; None for what has no file."""
        return Path(self.where).parent if self.where and self.kind != "live" else None

    def signed(self, step: AnyStep) -> AnyStep:
        """Return a step that says which plugin and version it belongs to."""
        return replace(step, plugin=self.name, version=self.version)

    def joined(self, other: Plugin) -> Plugin:
        """Return this plugin with another's steps and hooks, which win where a name is the same."""
        names = {step.name for step in other.steps}
        steps = (*(step for step in self.steps if step.name not in names), *other.steps)
        hooks = {**self.hooks, **other.hooks}
        return replace(self, steps=steps, hooks=hooks, settings={**self.settings, **other.settings})


def discover(
    workspace: Path | None,
    files: Sequence[Path],
    settings: Mapping[str, Mapping[str, Any]],
    trust: Trust,
    *,
    entry_points: bool,
) -> tuple[Candidate, ...]:
    """List plugins by name, importing nothing. Of two with one name the nearer to the user counts."""
    everything = [
        *(_named(Path(file)) for file in files),
        *_in_folder(workspace / "plugins" if workspace else None, trust),
        *(_installed() if entry_points else ()),
    ]
    first: dict[str, Found] = {}
    listed = []
    for one in everything:
        found, name = one.found, one.found.name
        if settings.get(name, {}).get(ENABLED, True) is False:
            found = replace(found, state="off", why=f"[plugins.{name}] says enabled = false.")
        elif name in first:
            found = replace(found, state="off", why=f"{first[name].where} has the same name and comes first.")
        first.setdefault(name, found)
        listed.append(replace(one, found=found))
    return tuple(sorted(listed, key=lambda one: (one.found.name, one.found.kind)))


def import_plugin(candidate: Candidate, settings: Mapping[str, Any]) -> Plugin | PluginError:
    """Import one plugin, look it over and fill its settings; what is wrong with it is returned."""
    found = candidate.found
    loaded = attempt(lambda: _import(candidate), near=found.where)
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
    """Make a plugin of what was found in a namespace. Steps without settings of their own get empty ones."""
    plugin = Plugin(name, kind, version, where, contents.steps, contents.hooks)
    return replace(plugin, settings=_fill_settings(plugin, {})) if kind == "live" else plugin


def _named(path: Path) -> Candidate:
    if not path.is_file():
        near = did_you_mean(path.name, [file.name for file in path.parent.glob("*.py")])
        what = f"There is no such plugin file. {near}".rstrip()
        raise PluginError(what, plugin=path.stem, where=path, advice="Give the path of a Python file.")
    return _described(path, "file", lambda _: "ok")


def _in_folder(folder: Path | None, trust: Trust) -> Iterator[Candidate]:
    for path in sorted(folder.glob("*.py")) if folder else ():
        if not path.name.startswith(("_", ".")):
            yield _described(path, "folder", lambda digest, path=path: trust.judge(path, digest))  # type: ignore[misc]


def _described(path: Path, kind: Kind, judge: Callable[[str], str]) -> Candidate:
    """Describe a file by its text alone; its bytes are kept, so that what was judged is what runs."""
    name = path.stem
    try:
        contents = path.read_bytes()
    except OSError as error:
        found = Found(name, kind, "broken", where=str(path), why=f"It cannot be read: {error.strerror}.")
        return Candidate(found, b"")
    digest = hashlib.sha256(contents).hexdigest()
    try:
        state = judge(digest)
    except PluginError as error:
        return Candidate(Found(name, kind, "broken", digest[:12], str(path), why=str(error)), contents)
    found = Found(name, kind, state, digest[:12], str(path))
    try:
        tree = ast.parse(contents, str(path))
    except (SyntaxError, ValueError) as error:
        broken = replace(found, state="broken", why=f"It is no Python: {error}.")
        return Candidate(found if kind == "file" else broken, contents)
    says = (ast.get_docstring(tree) or "").partition("\n")[0]
    return Candidate(replace(found, steps=tuple(_step_names(tree)), says=says), contents)


def _step_names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            called = [part.func if isinstance(part, ast.Call) else part for part in node.decorator_list]
            if any(ast.unparse(part).rpartition(".")[2] in DECORATORS for part in called):
                yield node.name


def _installed() -> Iterator[Candidate]:
    for point in installed(group=NAMESPACE):
        distribution = point.dist
        version = distribution.version if distribution else ""
        says = str((distribution.metadata["Summary"] if distribution else "") or "")
        yield Candidate(Found(point.name, "package", "ok", version, point.value, says=says), point)


def _import(candidate: Candidate) -> object:
    found, source = candidate.found, candidate.source
    if isinstance(source, EntryPoint):
        return source.load()
    module = ModuleType(f"omoto_plugin_{found.name}_{found.version}")
    module.__file__ = found.where
    sys.modules[module.__name__] = module  # pydantic looks there for the names in annotations
    exec(compile(source, found.where, "exec"), vars(module))  # noqa: S102  the user has consented to these very bytes
    return module


def _fill_settings(plugin: Plugin, table: Mapping[str, Any]) -> dict[type[BaseModel], BaseModel]:
    """Check the plugin's table of settings by its own models."""
    models = {model for step in plugin.steps if (model := getattr(step, "settings", None))}
    table = {key: value for key, value in table.items() if key != ENABLED}
    known = {name for model in models for name in model.model_fields}
    for key in table:
        if key not in known:
            near = did_you_mean(key, known) or (f"It knows {', '.join(sorted(known))}." if known else "It has none.")
            where = Place(key=f"plugins.{plugin.name}.{key}")
            raise PluginError(f"{key!r} is no setting of this plugin.", plugin=plugin.name, where=where, advice=near)
    try:
        return {model: model(**{key: table[key] for key in model.model_fields if key in table}) for model in models}
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = Place(key=".".join(["plugins", plugin.name, *map(str, first["loc"])]))
        raise PluginError(f"{first['msg']}.", plugin=plugin.name, where=where, advice="Set it in omoto.toml.") from None
