"""What the tests of the command line share: the real command in a real process, and small files to feed it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.survey import CONTRACT, HEADER


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict]:
        """The JSON lines of stdout; anything else there fails."""
        return [json.loads(text) for text in self.out.splitlines()]

    def of(self, name: str) -> list[dict]:
        """The events of one name."""
        return [event for event in self.events if event["event"] == name]

    @property
    def summary(self) -> dict:
        """The one summary."""
        (summary,) = self.of("summary")
        return summary


class Omoto:
    """Runs the command `omoto` in a folder, as a process of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.command = [sys.executable, "-m", "omoto_kit"]
        self.started: list[subprocess.Popen] = []

    def __call__(self, *words: object, stdin: str = "", **variables: str) -> Ran:
        """Run to the end; a traceback is never an answer."""
        done = subprocess.run(
            [*self.command, *map(str, words)],
            cwd=self.folder,
            env=os.environ | variables,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *words: object, out: int = subprocess.PIPE) -> subprocess.Popen:
        """Start and go on; it is ended with the test. What nobody reads must not go to a pipe, which would fill up."""
        process = subprocess.Popen(
            [*self.command, *map(str, words)],
            cwd=self.folder,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def sandbox(self, *words: object, log: str = "log.jsonl") -> Server:
        """Start the stand-in as a command and wait until it listens."""
        process = self.start("sandbox", "--port", 0, "--log", log, *words)
        first = process.stdout.readline()
        address = next(word for word in first.split() if word.startswith("http"))
        return Server(process, address, self.folder / log)

    def end(self) -> None:
        """End what still runs."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
            for stream in filter(None, (process.stdout, process.stderr)):
                stream.close()


@dataclass(frozen=True)
class Server:
    """A running `omoto sandbox`."""

    process: subprocess.Popen
    address: str
    log: Path

    def url(self, key: str = "k-154") -> str:
        """Its address with a key."""
        return f"{self.address}?key={key}"

    def bodies(self) -> list[dict]:
        """What it took, in order."""
        return [json.loads(text) for text in self.log.read_text("utf-8").splitlines()] if self.log.exists() else []

    def wait_for(self, count: int, seconds: float = 60) -> None:
        """Wait until it took so many."""
        until = time.monotonic() + seconds
        while len(self.bodies()) < count:
            assert time.monotonic() < until, f"only {len(self.bodies())} of {count} arrived"
            time.sleep(0.02)

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)


@pytest.fixture
def omoto(tmp_path):
    """Give the command, in an empty folder with one contract, `c.toml`."""
    (tmp_path / "c.toml").write_text(CONTRACT, encoding="utf-8")
    command = Omoto(tmp_path)
    yield command
    command.end()


@pytest.fixture
def answers(tmp_path):
    """Give a function that writes lines below the header to a file."""

    def write(*lines: str, name: str = "answers.csv") -> Path:
        path = tmp_path / name
        path.write_text(HEADER + "".join(lines), encoding="utf-8")
        return path

    return write
