"""What a person sees of plugins: whether they are sound, what is wrong with them, and what they promise."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from omoto_kit.cli.output import Face
from omoto_kit.errors import PluginError, UsageError, did_you_mean
from omoto_kit.journey import Workspace, load_plugins
from omoto_kit.plugins import Clear, EnricherStep, Plugins, Replace, RuleStep, Suggest, Trust
from omoto_kit.plugins.hookspecs import HookSpecs
from omoto_kit.plugins.portrait import portrait_of
from omoto_kit.testing import contract_faults

__all__ = [
    "chosen_plugins",
    "plugin_commands",
    "read_plugin",
    "tell_docs",
    "tell_health",
    "tell_portrait",
    "tell_tests",
]


@dataclass(frozen=True)
class One:
    """One plugin by itself: its name, and a collection that holds nothing else."""

    name: str
    alone: Plugins


def chosen_plugins(named: Sequence[str]) -> list[One]:
    """Load the plugins that were named, or all that run. Raises PluginError for what cannot be loaded."""
    space = Workspace.find()
    files = tuple(Path(name) for name in named if name.endswith(".py"))
    plugins = load_plugins(space, files)
    wanted = [path.stem if (path := Path(name)).suffix == ".py" else name for name in named]
    loaded = {plugin.name: plugin for plugin in plugins.loaded}
    for name in wanted:
        if name not in loaded:
            raise _not_loaded(plugins, name)
    names = wanted or sorted(loaded)
    return [One(name, replace(plugins, loaded=(loaded[name],), failed=(), recipe=None)) for name in names]


def _not_loaded(plugins: Plugins, name: str) -> PluginError:
    """Say why a plugin that somebody named does not run."""
    for problem in plugins.problems:
        if problem.plugin == name:
            return problem
    known = [found.name for found in plugins.listing()]
    near = did_you_mean(name, known) or f"There are {', '.join(known) or 'none'}."
    return PluginError(f"There is no plugin {name!r}.", plugin=name, advice=near)


def tell_tests(face: Face, plugins: Sequence[One]) -> int:
    """Test each plugin; give 1 where one is not sound."""
    sound = [_tell_test(face, one) for one in plugins]
    if not plugins:
        face.paragraph("There is no plugin to test: omoto plugins new NAME writes one.")
    return 0 if all(sound) else 1


def _tell_test(face: Face, one: One) -> bool:
    """Test one plugin, and tell whether it is sound."""
    examples = sum(len(step.examples) for step in one.alone.enrichers)
    faults = contract_faults(one.alone) if one.alone.enrichers or one.alone.rules else ()
    face.event("test", plugin=one.name, examples=examples, faults=list(faults))
    sound = _counted(len(faults), "fault") if faults else "sound"
    face.paragraph(f"{one.name}: {sound}, {_counted(examples, 'example')}")
    for fault in faults:
        face.paragraph(fault, indent=2)
    return not faults


def _counted(count: int, what: str) -> str:
    """Write a number with its word: 1 fault, 2 faults."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def tell_health(face: Face) -> int:
    """Load all plugins and tell what is wrong; give 1 where something is."""
    space = Workspace.find()
    plugins = load_plugins(space)
    problems = [*map(str, plugins.problems), *_preferences(space, plugins)]
    for found in plugins.listing():
        face.event("plugin", name=found.name, state=found.state, why=found.why)
        if found.state in ("ok", "off"):
            face.paragraph(", ".join(filter(None, [f"{found.name}: {found.state}", found.why])))
    for problem in problems:
        face.event("fault", message=problem)
        face.paragraph(problem)
    count = _counted(len(plugins.loaded), "plugin")
    needed = f", {_counted(len(problems), 'thing')} to look at" if problems else ""
    face.paragraph(f"{count} loaded{needed}.")
    return 1 if problems else 0


def _preferences(space: Workspace, plugins: Plugins) -> Iterator[str]:
    """Name preferences for what is not there: they would decide nothing."""
    known = {name for step in plugins.enrichers for name in (step.plugin, step.label)}
    for field, names in space.prefer.items():
        for name in names:
            if name not in known:
                near = did_you_mean(name, known)
                yield f"omoto.toml, key 'prefer.\"{field}\"': No plugin {name!r} writes anything. {near}".rstrip()


def read_plugin(file: Path) -> tuple[Path, bytes]:
    """Find a file by its path, or by the name of a plugin of the workspace, and read it. Raises UsageError."""
    root = Workspace.find().root
    folder = root / "plugins" if root else Path("plugins")
    for path in (file, folder / file.name, folder / f"{file.name}.py"):
        if path.is_file():
            return path, path.read_bytes()
    near = did_you_mean(file.stem, [path.stem for path in folder.glob("*.py")])
    raise UsageError("There is no such plugin file.", where=file, advice=near or "Give the path of a Python file.")


def tell_portrait(face: Face, path: Path, contents: bytes, store: Trust) -> None:
    """Show what a file says of itself, what it imports and holds, and what changed since it was trusted."""
    state = {"ok": "trusted as it is", "changed": "changed since you trusted it", "untrusted": "not trusted yet"}
    portrait = portrait_of(contents.decode("utf-8", "replace"), store.before(path))
    face.paragraph(f"{path}: {state[store.state(path)]}, {portrait.lines} lines")
    face.paragraph(portrait.wrong or portrait.says or "It has no docstring.", indent=2)
    face.paragraph(f"imports: {', '.join(portrait.imports) or 'nothing'}", indent=2)
    for step in portrait.steps:
        face.paragraph(step, indent=2)
    for line in portrait.diff:
        face.paragraph(line, indent=4)


def tell_docs(face: Face, plugins: Sequence[One], *, hooks: bool) -> None:
    """Print Markdown: each plugin's steps, and with `hooks` what every hook is for."""
    lines: list[str] = ["# Plugins", ""]
    for one in plugins:
        lines += _docs_of(one)
    if hooks:
        lines += ["# Hooks", "", *_docs_of_hooks()]
    for line in lines:
        face.paragraph(line)


def _docs_of_hooks() -> Iterator[str]:
    for name, spec in vars(HookSpecs).items():
        if not name.startswith("_"):
            arguments = ", ".join(list(inspect.signature(spec).parameters)[1:])
            yield f"- `{name}({arguments})`: {(inspect.getdoc(spec) or '').partition(chr(10))[0]}"


def _docs_of(one: One) -> Iterator[str]:
    (plugin,) = one.alone.loaded
    yield f"## {plugin.name} ({plugin.version})"
    yield ""
    steps: list[EnricherStep | RuleStep] = [*one.alone.enrichers, *one.alone.rules]
    for step in steps:
        yield f"### {step.name}"
        yield ""
        if said := inspect.getdoc(step.function):
            yield from [said.partition("\n")[0], ""]
        yield f"- reads: {', '.join(_read(step.given.get(name, name)) for name in step.reads)}"
        if isinstance(step, EnricherStep):
            yield f"- writes: {', '.join(step.writes)} (rank {step.rank}{', overwrites' if step.overwrite else ''})"
            yield from (f"- example: {dict(given)} {_answer(expected)}" for given, expected in step.examples)
        else:
            yield f"- checks: {step.field or 'the row'}"
        if step.settings:
            names = [
                f"{name}" + (" (required)" if f.is_required() else "") for name, f in step.settings.model_fields.items()
            ]
            yield f"- settings in [plugins.{plugin.name}]: {', '.join(names)}"
        if step.secrets:
            yield f"- secrets: {', '.join(f'OMOTO_SECRET_{name.upper()}' for name in step.secrets)}"
        yield ""
    for name in plugin.hooks:
        yield f"- hook: {name}"
    yield ""


def _read(name: str) -> str:
    """Name what a step reads; some is read as the source gave it, whatever other steps make of it."""
    return f"{name.removeprefix('given.')} (as given)" if name.startswith("given.") else name


def _answer(expected: object) -> str:
    """Say what an example gives; an outcome's repr hides its value, since a customer's may be in it."""
    if isinstance(expected, Suggest):
        return f"suggests {' or '.join(map(repr, (expected.value, *expected.others)))}: {expected.why}"
    if isinstance(expected, Clear):
        return f"clears it: {expected.why}"
    if isinstance(expected, Replace):
        return f"gives {expected.value!r}: {expected.why}"
    return f"gives {expected!r}"


def plugin_commands(face: Face) -> Any:
    """Make the command line of the plugins' own commands; one that cannot add its own is said and left out."""
    app = typer.Typer(name="omoto x", help="Commands of plugins.", no_args_is_help=True, add_completion=False)
    app.callback()(lambda: None)
    plugins = load_plugins(Workspace.find())
    for answer in plugins.call("commands", cli=app):
        if answer.failure:
            face.paragraph(f"{answer.plugin} could not add its commands. {answer.failure}.")
    if not app.registered_commands and not app.registered_groups:
        raise UsageError("No plugin brings a command.", advice="A plugin adds some by the hook `commands(cli)`.")
    return app
