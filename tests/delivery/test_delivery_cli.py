"""What the command line tells of a push that waits, stops, or leaves something unknown."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from omoto_kit.delivery import Outbox

ROOT = Path(__file__).parents[2]


def omoto(folder, *arguments):
    """Run the command in a folder of its own; give its exit code, what it wrote, and how long it took."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(folder), "NO_COLOR": "1", "COLUMNS": "200"}
    began = time.monotonic()
    command = [sys.executable, "-m", "omoto_kit", *map(str, arguments)]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=100)
    return ran.returncode, ran.stdout, ran.stderr, time.monotonic() - began


@pytest.fixture
def waiting(tmp_path, endpoint, kit):
    """An outbox with three rows for an endpoint."""
    with Outbox(tmp_path / "o.db") as outbox:
        outbox.put(kit.batch(range(3)), to=endpoint)
    return outbox.path


def test_a_wrong_address_is_told_while_it_waits(tmp_path, kit):
    """Each wait is a line on stderr, the stop names the address without its key, and stdout stays JSON."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}/omoto/x.htm"
    with Outbox(tmp_path / "o.db") as outbox:
        outbox.put(kit.batch(range(3)), to=url)
    code, out, err, _ = omoto(tmp_path, "push", "--outbox", "o.db", "--to", f"{url}?key=CANARY", "--json")
    assert code == 3
    lines = err.splitlines()
    assert [line.startswith("omoto: not sent: the connection was refused; trying again in ") for line in lines[:2]] == [
        True,
        True,
    ]
    assert f"--to {url} (with the key put back" in err
    assert "CANARY" not in out + err
    assert all(line.startswith("{") for line in out.splitlines())


@pytest.mark.parametrize("unknown", ["ask", "always", "never"])
def test_the_setting_for_unknown_responses(tmp_path, server, kit, waiting, unknown):
    """`--unknown` reaches the receipts, and the next push does as it says."""
    server.replies = [kit.OK, kit.hang_up]
    command = ("push", "--outbox", waiting, "--to", server.url, "--unknown", unknown, "--json")
    assert omoto(tmp_path, *command)[0] == 1
    with Outbox(waiting) as outbox:
        assert f"unknown={unknown}" in outbox.receipt(2).reason
    code = omoto(tmp_path, *command)[0]
    assert (code, len(server.bodies)) == ((0, 4) if unknown == "always" else (1, 3))


def test_another_word_is_a_wrong_usage(tmp_path, server, waiting):
    """A misspelt setting ends with the code of a wrong usage, and nothing is sent."""
    assert omoto(tmp_path, "push", "--outbox", waiting, "--to", server.url, "--unknown", "maybe")[0] == 2
    assert server.bodies == []
