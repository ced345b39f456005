"""Assembles the commands, and turns every error into one paragraph and an exit code.

Commands keep their heavy imports inside, so that `omoto --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from omoto_kit.cli.check import check
from omoto_kit.cli.demo import demo
from omoto_kit.cli.outbox import outbox_app
from omoto_kit.cli.output import Face
from omoto_kit.cli.pack import pack
from omoto_kit.cli.plugins import plugins_app, run_command
from omoto_kit.cli.push import push
from omoto_kit.cli.sandbox import sandbox
from omoto_kit.cli.studio import studio
from omoto_kit.cli.why import why
from omoto_kit.cli.workspace import init
from omoto_kit.errors import OmotoError

__all__ = ["FRUGAL", "main"]

INTERRUPTED = 130
#: Commands that take files block by block, and what they tell the libraries below them unless the user has: calls are
#: so short there that a second thread costs more than it brings, and memory set free is wanted again at once.
BY_BLOCKS = ("check", "push")
FRUGAL = {
    "POLARS_MAX_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "_RJEM_MALLOC_CONF": "narenas:1,dirty_decay_ms:2000",
}

app = typer.Typer(
    name="omoto",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (demo, init, check, pack, push, why, sandbox, studio):
    app.command()(command)
app.add_typer(outbox_app, name="outbox")
app.add_typer(plugins_app, name="plugins")
app.command("x", context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})(
    run_command
)


def show_version(wanted: bool) -> None:  # typer passes a flag's value by position
    """Print the version and end."""
    if wanted:
        from importlib.metadata import version

        print(version("omoto_kit"))  # noqa: T201  this is the output
        raise typer.Exit


@app.callback(no_args_is_help=True)
def root(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=show_version)
    ] = False,
) -> None:
    """From a file of survey answers to a receipt for every row, at Omoto.

    read -> compose -> enrich -> validate -> put -> push -> receipt. Without --to everything goes to the built-in
    sandbox. Exit codes: 0 done; 1 rows need a person; 2 wrong usage or settings; 3 the run was stopped;
    130 interrupted.
    """


def main() -> None:
    """Run the command line and end the process with its exit code."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] in BY_BLOCKS:
        os.environ |= FRUGAL | os.environ
    sys.exit(run(arguments))


def run(arguments: list[str]) -> int:
    """Run one command line; return its exit code."""
    face = Face(as_json="--json" in arguments)
    try:
        code = app(arguments, standalone_mode=False)
    except OmotoError as error:
        face.fail(error)
        return error.exit_code
    except typer.TyperException as error:
        if said := error.format_message():  # a group without a command has shown its help already
            print(f"omoto: {said} `omoto -h` shows what there is.", file=sys.stderr)  # noqa: T201
        return 2
    except (KeyboardInterrupt, typer.Abort):
        print("omoto: interrupted; the same command goes on where it stopped.", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0
