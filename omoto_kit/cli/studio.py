"""`omoto studio`: open the workspace's notebook with the studio in it, or serve the studio as a page of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omoto_kit.cli.output import Face
from omoto_kit.errors import SettingsError, did_you_mean

if TYPE_CHECKING:
    from omoto_kit.journey import Workspace

__all__ = ["page_command", "page_variables", "studio", "write_notebook"]

#: The variable by which the notebook is told where responses go.
TARGET = "OMOTO_STUDIO_TO"
TEXT = (
    "# Omoto studio\n\nRun the cell below (Shift + Enter): compose, read a file, map, review, push, and see what came "
    "of it. Without `omoto studio --to NAME` everything goes to the built-in sandbox, and nothing to Omoto."
)
CODE = f'import os\n\nimport omoto_kit as omoto\n\nomoto.studio(to=os.environ.get("{TARGET}", "sandbox"))'
INSTALL = 'Install it: pip install "omoto_kit[studio]"'


def studio(
    *,
    app: Annotated[bool, typer.Option("--app", help="Serve the studio alone, as a page, with voila.")] = False,
    to: Annotated[
        str, typer.Option("--to", metavar="NAME", help="Endpoint: sandbox, or one of omoto.toml.")
    ] = "sandbox",
    port: Annotated[int | None, typer.Option(help="Port to listen on; a free one is found else.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")] = True,
    more: Annotated[
        list[str] | None, typer.Argument(metavar="[-- OPTION...]", help="Options for JupyterLab or voila itself.")
    ] = None,
) -> int:
    """Open the studio: in JupyterLab, on the workspace's notebook, or with --app as a page that hides all code."""
    from omoto_kit.journey import SANDBOX, Workspace

    _need_host(app=app)
    root = _root_of(Workspace.find(), to)
    notebook = root / "notebooks" / "studio.ipynb"
    face = Face()
    if write_notebook(notebook):
        face.say(f"wrote {notebook}")
    face.say("[bold]SANDBOX[/]: nothing goes to Omoto." if to == SANDBOX else f"[bold]{to}[/] is where responses go.")
    opening = [*([] if browser else ["--no-browser"]), *(more or [])]
    if app:
        return _serve([*page_command(notebook, port), *opening], root, {**page_variables(os.environ), TARGET: to})
    return _serve([*_lab_command(notebook, root, port), *opening], root, {**os.environ, TARGET: to})


def _root_of(workspace: Workspace, to: str) -> Path:
    """Give the workspace's folder. Raises SettingsError where there is none, or no such endpoint in it."""
    from omoto_kit.journey import SANDBOX

    if workspace.root is None:
        raise SettingsError("There is no workspace here.", advice="`omoto init` writes one; run `omoto studio` in it.")
    known = [SANDBOX, *workspace.endpoints]
    if to not in known:
        near = did_you_mean(to, known) or f"There is {', '.join(known)}."
        raise SettingsError(f"There is no endpoint {to!r} in omoto.toml.", advice=near)
    return workspace.root


def write_notebook(path: Path) -> bool:
    """Write the notebook that shows the studio, unless there is one. Raises SettingsError where that cannot be."""
    if path.exists():
        return False
    cells = [
        {"cell_type": "markdown", "id": "about", "metadata": {}, "source": TEXT},
        {"cell_type": "code", "id": "studio", "metadata": {}, "source": CODE, "outputs": [], "execution_count": None},
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    book = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(book, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        advice = "Choose a workspace that you may write to."
        raise SettingsError(f"It cannot be written: {error.strerror}.", where=path, advice=advice) from None
    return True


def page_command(path: Path, port: int | None) -> list[str]:
    """Give the command that serves a notebook, or a folder of them, as pages that show no code.

    The template asks no other host for anything; parts that Notebook would add to voila's page only fail there.
    """
    own = ["--template=omoto", "--VoilaConfiguration.extension_denylist=@jupyter-notebook/lab-extension"]
    listen = ["--Voila.ip=127.0.0.1", *([] if port is None else [f"--port={port}"])]
    return [sys.executable, "-m", "voila", str(path), *listen, *own]


def page_variables(given: Mapping[str, str]) -> dict[str, str]:
    """Add to a process's variables the folder in which voila finds the studio's template."""
    folder = str(resources.files("omoto_kit") / "studio" / "host")
    others = [given["JUPYTER_PATH"]] if given.get("JUPYTER_PATH") else []
    return {**given, "JUPYTER_PATH": os.pathsep.join([folder, *others])}


def _lab_command(notebook: Path, root: Path, port: int | None) -> list[str]:
    listen = [] if port is None else [f"--ServerApp.port={port}"]
    return [sys.executable, "-m", "jupyterlab", str(notebook), f"--ServerApp.root_dir={root}", *listen]


def _need_host(*, app: bool) -> None:
    """Raise SettingsError where what shows the studio is not installed."""
    _need("anywidget", "The studio's widgets are")
    if app:
        _need("voila", "voila is")
    else:
        _need("jupyterlab", "JupyterLab is")


def _need(module: str, what: str) -> None:
    if find_spec(module) is None:
        raise SettingsError(f"{what} not installed.", advice=INSTALL)


def _serve(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> int:
    """Run a server until it ends. Ctrl-C reaches it as well, and it ends, or asks, by itself."""
    with subprocess.Popen(command, cwd=folder, env=dict(variables)) as server:  # noqa: S603  our own command
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                continue
