"""`omoto plugins`: which plugins there are, which may run, whether they are sound, and how to write one."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from omoto_kit.cli.options import Json
from omoto_kit.cli.output import Face

__all__ = ["plugins_app", "run_command"]

plugins_app = typer.Typer(help="List, try, trust and write plugins.", no_args_is_help=True)

Named = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME|FILE]...", help="Plugins by name, or files; else all that run.")
]


@plugins_app.command("list")
def list_plugins(*, as_json: Json = False) -> None:
    """List each plugin with its state and steps, without running any of them."""
    from omoto_kit.journey import Workspace, load_listing

    face = Face(as_json)
    listing = load_listing(Workspace.find())
    for entry in listing:
        face.event("plugin", **asdict(entry))
    rows = ([e.name, e.kind, e.state, ", ".join(e.steps) or e.says, e.version, e.where] for e in listing)
    face.table("Plugins", ["plugin", "from", "state", "steps", "version", "where"], rows)
    if any(entry.state in ("untrusted", "changed") for entry in listing):
        face.say("An untrusted or changed file is not run. Read it, then: omoto plugins trust FILE")
    if any(entry.state == "broken" for entry in listing):
        face.say("What is wrong with a broken one: omoto plugins doctor")


@plugins_app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the plugin, such as stores.")],
    table: Annotated[Path | None, typer.Option("--from", metavar="FILE", help="CSV or Excel to look up in.")] = None,
    key: Annotated[str | None, typer.Option(help="The table's column to look up by; else its first.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Where to write; else the workspace's plugins folder.")] = None,
) -> None:
    """Write a plugin with its examples and its test, which pass as they are, and trust it."""
    from omoto_kit.cli.scaffold import scaffold, write_scaffold
    from omoto_kit.journey import Workspace
    from omoto_kit.plugins import Trust

    face = Face()
    root = Workspace.find().root
    chosen = folder or (_shorter(root / "plugins") if root else Path("plugins"))
    texts = scaffold(name, chosen, table, key)
    plugin, test = write_scaffold(name, chosen, texts)
    Trust.default().add(plugin)
    face.paragraph(f"wrote {plugin}, and trusted it as it is now")
    face.paragraph(f"wrote {test}")
    if texts.left:
        face.paragraph(f"It leaves these columns alone: {', '.join(texts.left)}. Add what you need to the function.")
    face.paragraph(f"Try it: omoto plugins test {plugin}    Its own tests: pytest {test}")
    face.paragraph(f"After an edit it waits for you again: omoto plugins trust {plugin.stem}")


@plugins_app.command("test")
def try_plugins(named: Named = None, *, as_json: Json = False) -> None:
    """Run each plugin's examples and hold it to its contract. Exit code 1 means that one is not sound."""
    from omoto_kit.cli.plugin_reports import chosen_plugins, tell_tests

    raise typer.Exit(tell_tests(Face(as_json), chosen_plugins(named or [])))


@plugins_app.command()
def doctor(*, as_json: Json = False) -> None:
    """Load every plugin, and say of what does not run why, where, and what to do. Exit code 1 means there is such."""
    from omoto_kit.cli.plugin_reports import tell_health

    raise typer.Exit(tell_health(Face(as_json)))


@plugins_app.command()
def docs(named: Named = None) -> None:
    """Print what each plugin reads, writes and promises, and every hook, as Markdown."""
    from omoto_kit.cli.plugin_reports import chosen_plugins, tell_docs

    tell_docs(Face(), chosen_plugins(named or []), hooks=not named)


@plugins_app.command()
def trust(
    file: Annotated[Path, typer.Argument(metavar="FILE|NAME", help="A one-file plugin of the workspace.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; you have read it.")] = False,
) -> None:
    """Show a file, and let it run as a plugin as it is now; a later change asks again."""
    from omoto_kit.cli.plugin_reports import read_plugin, tell_portrait
    from omoto_kit.errors import UsageError
    from omoto_kit.plugins import Trust

    face, store = Face(), Trust.default()
    path, contents = read_plugin(file)
    tell_portrait(face, path, contents, store)
    if not yes:
        if store.state(path) == "ok":
            return
        if not sys.stdin.isatty():
            raise UsageError("Nobody is there to answer.", where=path, advice="Say that you have read it: --yes.")
        if not typer.confirm(f"May {path.name} run, as it is now, with all that you may do?"):
            face.paragraph("It does not run.")
            raise typer.Exit(1)
    store.add(path, contents)
    face.paragraph(f"{path} may run, as it is now.")


def run_command(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A command of a plugin; left out: list them.")] = None,
) -> None:
    """Run a command that a plugin brings: `omoto x NAME [ARGUMENTS]`."""
    from omoto_kit.cli.plugin_reports import plugin_commands

    typed = [name, *context.args] if name else ["--help"]
    raise typer.Exit(plugin_commands(Face())(typed, standalone_mode=False, prog_name="omoto x") or 0)


def _shorter(path: Path) -> Path:
    """Write a path from where the user stands, where it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
