"""The README is run from top to bottom, so that what it shows is what happens.

The blocks share one workspace, made by `omoto init .`, and the python blocks one namespace.
A line `<!-- file: NAME -->` above a block writes it to NAME first; `<!-- not run: WHY -->` only shows it.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
SHOWN = {"csv", "html", "mermaid", "text"}  # nothing to run: output, drawings, files
SET_UP = ("git clone", "cd omoto", "make demo", "make test", "pip install", "python -m pip install")
LINE_TIMEOUT = 60

COMMENT = re.compile(r"<!--\s*(?P<kind>file|not run):\s*(?P<text>.+?)\s*-->")
FENCE = re.compile(r"(?P<indent> *)(?P<marks>`{3,}|~{3,})(?P<language>[\w+-]*)")
EXIT = re.compile(r"\s+# exit (?P<code>\d+)\s*$")


@dataclass(frozen=True)
class Block:
    """One fenced block, with the README's line number of its first line."""

    language: str
    line: int
    text: str
    file: str | None = None
    shown_only: bool = False


def split(readme: str) -> list[Block]:
    """Find the fenced blocks, each with the comment right above it."""
    blocks, lines = [], readme.splitlines()
    comment, at = None, 0
    while at < len(lines):
        opening = FENCE.match(lines[at])
        if opening is None:
            comment = COMMENT.match(lines[at].strip()) or (comment if not lines[at].strip() else None)
            at += 1
            continue
        indent, marks = len(opening["indent"]), opening["marks"]
        end = next(n for n in range(at + 1, len(lines)) if lines[n].strip().startswith(marks))
        text = "".join(line[indent:] + "\n" for line in lines[at + 1 : end])
        file = comment["text"] if comment and comment["kind"] == "file" else None
        shown_only = comment is not None and comment["kind"] == "not run"
        blocks.append(Block(opening["language"], at + 2, text, file, shown_only))
        comment, at = None, end + 1
    return blocks


def commands(text: str) -> list[tuple[str, int]]:
    """List what is typed, each with the exit code that it promises; without any prompt, every line is."""
    lines = re.sub(r"\\\n(> )?", "", text).splitlines()
    typed = [line[2:].strip() for line in lines if line.startswith("$ ")]
    typed = typed or [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    promised = [(EXIT.sub("", line), EXIT.search(line)) for line in typed]
    return [
        (line, int(match["code"]) if match else 0)
        for line, match in promised
        if not line.startswith(SET_UP)  # they wrap this very test
    ]


class Reader:
    """Does in its workspace what someone who follows the README would do."""

    def __init__(self, workspace: Path):
        self.workspace = workspace
        self.namespace = {"__name__": "__main__"}
        self.started: list[subprocess.Popen] = []
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self.environment = os.environ | {"PATH": path}

    def follow(self, block: Block) -> None:
        """Write, parse or run one block, as its language asks."""
        if block.file:
            target = self.workspace / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        if block.shown_only or block.language in SHOWN:
            return
        getattr(self, f"follow_{block.language}")(block)

    def follow_python(self, block: Block) -> None:
        """Execute in the shared namespace; a traceback names the README's own line."""
        source = "\n" * (block.line - 1) + block.text
        code = compile(source, str(README), "exec", dont_inherit=True)
        exec(code, self.namespace)  # noqa: S102  the README's own code

    def follow_console(self, block: Block) -> None:
        """Run every line that is typed."""
        for line, promised in commands(block.text):
            code, output = self.run(line)
            assert code == promised, f"README.md:{block.line}: `{line}` ended with {code}\n{output}"

    follow_sh = follow_console

    def follow_toml(self, block: Block) -> None:
        """Parse, and load what is a campaign."""
        if "campaign" not in tomllib.loads(block.text):
            return
        from omoto_kit import Campaign

        path = self.workspace / (block.file or f"readme-{block.line}.toml")
        path.write_text(block.text, encoding="utf-8")
        Campaign.load(path)

    def follow_json(self, block: Block) -> None:
        """Parse; a block of JSON lines counts as JSON too."""
        try:
            json.loads(block.text)
        except json.JSONDecodeError:
            for line in block.text.splitlines():
                json.loads(line)

    def run(self, line: str) -> tuple[int, str]:
        """Run one line with bash; what it leaves in the background lives until `close`."""
        log = self.workspace.parent / f"line-{len(self.started)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["bash", "-c", line],
                cwd=self.workspace,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        code = process.wait(LINE_TIMEOUT)
        return code, log.read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """End what the lines left running, and only that."""
        for process in self.started:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Someone at a prompt in a new, empty folder."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.chdir(workspace)
    someone = Reader(workspace)
    yield someone
    someone.close()


def test_a_block_knows_its_language_its_line_and_its_file():
    """The splitter finds indented and commented blocks, and forgets a comment after other text."""
    text = (
        "# Title\n\n<!-- file: a/b.toml -->\n```toml\nx = 1\n```\n\n1. Do\n   ```python\n   y = 2\n   ```\n"
        "<!-- not run: opens a browser -->\n\n```sh\n$ omoto studio\n```\n"
        "<!-- file: c -->\nwords\n```json\n{}\n```\n"
    )
    assert split(text) == [
        Block("toml", 5, "x = 1\n", file="a/b.toml"),
        Block("python", 10, "y = 2\n"),
        Block("sh", 15, "$ omoto studio\n", shown_only=True),
        Block("json", 20, "{}\n"),
    ]


def test_what_is_typed_is_told_from_what_is_shown():
    """Output is skipped, a continued line is one command, and the set-up around this test is left out."""
    text = "$ git clone x\n$ omoto check \\\n> a.csv  # exit 1\n3 rows\n$ omoto demo\n"
    assert commands(text) == [("omoto check a.csv", 1), ("omoto demo", 0)]
    assert commands("make demo  # all of it\n\n# then\nomoto init .\n") == [("omoto init .", 0)]


def test_the_reader_notices_a_wrong_exit_code(reader):
    """A promise that is kept passes, and one that is not fails with the output to read."""
    reader.follow(Block("console", 1, "$ exit 3  # exit 3\n"))
    with pytest.raises(AssertionError, match=r"`echo why; exit 4` ended with 4\s+why"):
        reader.follow(Block("sh", 9, "$ echo why; exit 4\n"))


def test_the_reader_leaves_nothing_running(reader):
    """A line may start a server in the background; it ends with the reader."""
    os.mkfifo("alive")
    alive = os.open("alive", os.O_RDONLY | os.O_NONBLOCK)
    reader.follow(Block("sh", 1, "$ sleep 600 >alive &\n"))
    reader.close()
    os.set_blocking(alive, True)
    assert os.read(alive, 1) == b""  # returns once the last writer is gone
    os.close(alive)


def test_every_block_says_its_language():
    """A block of an unknown language would be run by nobody."""
    known = SHOWN | {"console", "json", "python", "sh", "toml"}
    strange = [(block.line, block.language) for block in split(README.read_text(encoding="utf-8"))]
    assert [place for place in strange if place[1] not in known] == []


@pytest.mark.timeout(900)
def test_the_readme_does_what_it_says(reader):
    """Every block runs in order, in the workspace that `omoto init .` makes."""
    blocks = split(README.read_text(encoding="utf-8"))
    code, output = reader.run("omoto init .")
    assert code == 0, output
    for block in blocks:
        reader.follow(block)
