"""The hosts that the studio runs in: JupyterLab, Notebook and voila, each a real server on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from omoto_kit.cli.studio import page_command, page_variables
from tests.conftest import FOLDERS, is_foreign

TOKEN = "studio-tests"
KINDS = ("lab", "notebook", "voila")
JUPYTER_FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
    "TMPDIR": "tmp",
}


@dataclass(frozen=True)
class Host:
    """A running server: its kind, its address, the folder that it serves, and what its kernels see."""

    kind: str
    address: str
    root: Path
    environment: dict[str, str]
    process: subprocess.Popen | None
    log: Path

    def url_of(self, path: Path) -> str:
        """Give the address of a notebook below the root."""
        name = path.relative_to(self.root).as_posix()
        if self.kind == "voila":
            return f"{self.address}/voila/render/{name}"
        road = f"lab/workspaces/w{time.monotonic_ns()}/tree" if self.kind == "lab" else "notebooks"
        return f"{self.address}/{road}/{name}?token={TOKEN}"

    def stop(self) -> None:
        """End the server, and with it every kernel: they are of one process group."""
        if self.process is None:
            return
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


def environment_in(folder: Path) -> dict[str, str]:
    """Give the variables of a user who has never started Jupyter or the kit, with all folders below one."""
    variables = {name: value for name, value in os.environ.items() if not is_foreign(name)}
    for name, below in {**FOLDERS, **JUPYTER_FOLDERS}.items():
        place = folder / below
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        variables[name] = str(place)
    # JupyterLab would ask in a box over the page whether it may fetch news.
    asks = folder / JUPYTER_FOLDERS["JUPYTERLAB_SETTINGS_DIR"] / "@jupyterlab" / "apputils-extension"
    asks.mkdir(parents=True, exist_ok=True)
    (asks / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}', encoding="utf-8")
    variables["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    variables["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    variables["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), variables["PATH"]])
    return variables


def start(kind: str, folder: Path) -> Host:
    """Start a host over an empty root, and wait until it answers."""
    root = folder / "root"
    root.mkdir()
    environment = environment_in(folder / "home")
    if kind == "voila":
        environment = page_variables(environment)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            _command(kind, port, root),
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            env=environment,
            cwd=root,
            start_new_session=True,
        )
    host = Host(kind, address, root, environment, process, log)
    try:
        probe = "/voila/static/voila.js" if kind == "voila" else f"/api?token={TOKEN}"
        wait_for(address + probe, process, log)
    except BaseException:
        host.stop()
        raise
    return host


def free_port() -> int:
    """Ask the system for a port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _command(kind: str, port: int, root: Path) -> list[str]:
    if kind == "voila":
        return [*page_command(root, port), "--no-browser"]
    module, app = {"lab": ("jupyterlab", "LabApp"), "notebook": ("notebook", "JupyterNotebookApp")}[kind]
    return [
        sys.executable,
        "-m",
        module,
        "--no-browser",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        "--ServerApp.allow_root=True",
        f"--IdentityProvider.token={TOKEN}",
        f"--{app}.expose_app_in_browser=True",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


def wait_for(address: str, process: subprocess.Popen, log: Path, seconds: float = 60) -> None:
    """Wait until an address answers. A server that ended instead fails the test, with what it said."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, f"the server ended:\n{log.read_text('utf-8')[-2000:]}"
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  an address of our own
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(f"no answer:\n{log.read_text('utf-8')[-2000:]}")
