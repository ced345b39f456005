"""Where plugins come from: installed packages, trusted files of the workspace, and files that were named.

Finding reads metadata and text only; importing is a second step, for what may run.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from importlib.metadata import Distribution, EntryPoint
from importlib.metadata import entry_points as installed
from pathlib import Path
from typing import Any, Literal

from omoto_kit.errors import PluginError, did_you_mean
from omoto_kit.plugins.hookspecs import NAMESPACE
from omoto_kit.plugins.lookups import Lookup, lookup_of
from omoto_kit.plugins.tables import Stamp, find_table, stamp_of
from omoto_kit.plugins.trust import Trust, digest_of

__all__ = ["ENABLED", "Candidate", "Found", "Kind", "Recipe", "discover"]

Kind = Literal["package", "folder", "file", "lookup", "live"]
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
    source: EntryPoint | bytes | Lookup = attribute(repr=False)
    folder: Path | None = None


@dataclass(frozen=True)
class Recipe:
    """Where plugins are looked for; what `Plugins.load` was told."""

    workspace: Path | None = None
    files: tuple[Path, ...] = ()
    settings: Mapping[str, Mapping[str, Any]] = attribute(default_factory=dict, repr=False)
    lookups: Mapping[str, Mapping[str, Any]] = attribute(default_factory=dict, repr=False)
    trust: Trust = attribute(default_factory=Trust.default)
    entry_points: bool = True

    def stamps(self) -> dict[Path, Stamp | None]:
        """Give time and size of every file that plugins are made of; cheap enough to ask before each run."""
        folder = self.workspace / "plugins" if self.workspace else None
        paths = [self.trust.store, *self.files, *(sorted(folder.glob("*.py")) if folder else ())]
        tables = [str(section.get("file", "")) for section in self.lookups.values()]
        paths += [(self.workspace or Path()) / table for table in tables if table]
        return {path: stamp_of(path) for path in paths}

    def without(self, names: Collection[str]) -> Recipe:
        """Return the recipe with these plugins turned off."""
        off = {name: {**self.settings.get(name, {}), ENABLED: False} for name in names}
        return replace(self, settings={**self.settings, **off})


def discover(recipe: Recipe) -> tuple[Candidate, ...]:
    """List plugins by name, importing nothing. Of two with one name the nearer to the user counts."""
    workspace, settings = recipe.workspace, recipe.settings
    everything = [
        *(_named(Path(file)) for file in recipe.files),
        *_in_folder(workspace / "plugins" if workspace else None, recipe.trust),
        *(_lookup(name, section, workspace) for name, section in recipe.lookups.items()),
        *(_installed() if recipe.entry_points else ()),
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


def _named(path: Path) -> Candidate:
    if not path.is_file():
        near = did_you_mean(path.name, [file.name for file in path.parent.glob("*.py")])
        what = f"There is no such plugin file. {near}".rstrip()
        raise PluginError(what, plugin=path.stem, where=path, advice="Give the path of a Python file.")
    return _described(path, "file", lambda _: "ok")


def _in_folder(folder: Path | None, trust: Trust) -> Iterator[Candidate]:
    paths = [path for path in sorted(folder.glob("*.py")) if path.name[0] not in "_."] if folder else []
    judge = trust.judging() if paths else trust.judge
    for path in paths:
        yield _described(path, "folder", lambda digest, path=path: judge(path, digest))  # type: ignore[misc]


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


def _lookup(name: str, section: Mapping[str, Any], folder: Path | None) -> Candidate:
    """Describe a lookup; its table is hashed, and read when it is loaded."""
    try:
        lookup = lookup_of(name, section)
        path = find_table(Path(lookup.file), [folder] if folder else [], name)
        found = Found(name, "lookup", "ok", digest_of(path)[:12], str(path), ("look_up",))
        says = f"Fills {' and '.join(lookup.fills)} from {path.name} by {lookup.reads}."
        return Candidate(replace(found, says=says), lookup, folder)
    except (ValueError, OSError) as error:
        found = Found(name, "lookup", "broken", where=f"lookups.{name}", why=str(error))
        return Candidate(found, b"", folder)


def _installed() -> Iterator[Candidate]:
    for point in installed(group=NAMESPACE):
        version, says = _told_of(point.dist)
        yield Candidate(Found(point.name, "package", "ok", version, point.value, says=says), point)


def _told_of(distribution: Distribution | None) -> tuple[str, str]:
    """Give the version of an installed package, and what it says of itself."""
    if distribution is None:
        return "", ""
    about = distribution.metadata
    return distribution.version, str(about["Summary"] or "") if "Summary" in about else ""
