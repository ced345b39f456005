"""Commands on a real terminal: what a person sees there, and that nothing breaks where a script sees nothing."""

import fcntl
import os
import re
import struct
import subprocess
import termios

import pytest

from tests.cli.survey import line


@pytest.mark.parametrize("columns", [80, 100])
def test_a_push_on_a_terminal_shows_its_progress_and_ends(omoto, answers, columns):
    """On a real screen a bar with the rate stands while rows go out; no line is wider than the screen."""
    answers(*(line(number) for number in range(1, 40)))
    command = [*omoto.command, "push", "answers.csv", "-c", "c.toml", "--outbox", "o.db"]
    code, seen = on_a_terminal(command, omoto.folder, columns)
    assert code == 0, seen
    assert "Traceback" not in seen
    assert "Sent now: 39." in seen
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen).replace("\r", "\n")
    assert [text for text in plain.splitlines() if len(text.rstrip()) > columns] == []


def on_a_terminal(command, folder, columns):
    """Run a command on a terminal of so many columns; give its exit code and all that it wrote."""
    main, side = os.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    variables = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES")}
    variables["TERM"] = "xterm"
    process = subprocess.Popen(command, cwd=folder, stdin=side, stdout=side, stderr=side, env=variables)
    os.close(side)
    parts = []
    try:
        while part := os.read(main, 65_536):
            parts.append(part)
    except OSError:
        pass  # the other side is closed: the command has ended
    finally:
        os.close(main)
    return process.wait(timeout=60), b"".join(parts).decode("utf-8", "replace")


@pytest.mark.parametrize("columns", [80, 100])
def test_a_check_on_a_terminal_fits_it(omoto, answers, columns):
    """Columns, problems and advice are folded to the screen, and no field's name is cut."""
    answers(*(line(number) for number in range(1, 9)), line(9, store="Koramangla 4th Block"), line(10, rating="11"))
    code, seen = on_a_terminal([*omoto.command, "check", "answers.csv", "-c", "c.toml"], omoto.folder, columns)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen).replace("\r", "")
    assert code == 1
    assert [text for text in plain.splitlines() if len(text.rstrip()) > columns] == []
    for name in ("customerinfo.mobileno", "namevaluemap.unitname", "unit_unknown", "rating_out_of_range"):
        assert name in plain
