"""What commands print: rich tables for people, or one JSON object a line for scripts; never both on stdout."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from omoto_kit.errors import OmotoError, SettingsError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import ProgressColumn, Task

__all__ = ["Face", "Ticker", "cell_text", "escaped", "printable", "written_lines"]


#: What some programs take for the end of a line, and JSON may hold as it is.
LINE_ENDS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}


#: How the library calls a way to read a file, and what the command line's option for it is.
OPTIONS = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\(header_row\b", "(--read header_row=3"),
        (r"\bas_table=True", "--read as_table=yes"),
        (r"\bas encoding=", "as --read encoding="),
        (r"\(sheet=", "(--sheet "),
    )
)


def as_options(text: str) -> str:
    """Say an advice of the library with the options of the command line.

    >>> as_options("Name the header's row (header_row; 0 if there is none), or as_table=True.")
    "Name the header's row (--read header_row=3; 0 if there is none), or --read as_table=yes."
    """
    for pattern, instead in OPTIONS:
        text = pattern.sub(instead, text)
    return text


def printable(text: str) -> str:
    r"""Write what a screen would obey (line ends, escapes of terminals) as what it is.

    >>> print(printable("two" + chr(10) + "lines, " + chr(27) + "[31mred"))
    two\nlines, \x1b[31mred
    """
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def escaped(text: str) -> str:
    """Keep a user's text from being read as markup, or by the terminal."""
    from rich.markup import escape

    return escape(printable(text))


def cell_text(value: object) -> str:
    """Show a cell; what is absent is an empty one."""
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Ticker:
    """Moves a progress bar on; does nothing where there is none."""

    bar: Any = None
    task: Any = None
    what: str = ""

    def step(self, by: int = 1) -> None:
        """Count rows as done."""
        if self.bar is not None:
            self.bar.update(self.task, advance=by, description=self.what)

    def note(self, text: str) -> None:
        """Say what the work waits for: in the bar's place, or as a line on stderr where there is no terminal."""
        if self.bar is not None:
            self.bar.update(self.task, description=printable(text))
        else:
            print(f"omoto: {printable(text)}", file=sys.stderr, flush=True)  # noqa: T201  this is the output


@dataclass(frozen=True)
class Face:
    """Where a command speaks: to a person, or as JSON to a script."""

    as_json: bool = False

    @property
    def screen(self) -> Console:
        """The person's screen: stdout, or stderr while stdout belongs to a script."""
        from rich.console import Console

        return Console(stderr=self.as_json, highlight=False, soft_wrap=not sys.stdout.isatty())

    def event(self, name: str, /, **data: Any) -> None:
        """Print one JSON line, for scripts only."""
        if self.as_json:
            line = json.dumps({"event": name, **data}, ensure_ascii=False).translate(LINE_ENDS)
            print(line, flush=True)  # noqa: T201  this is the output

    def say(self, *parts: RenderableType) -> None:
        """Print for a person; scripts do not get it."""
        if not self.as_json:
            for part in parts:
                self.screen.print(part)

    def paragraph(self, text: str, *, indent: int = 0) -> None:
        """Print plain text for a person, folded to the screen; a line stays whole where it goes to a file or pipe."""
        if self.as_json:
            return
        from rich.padding import Padding
        from rich.text import Text

        safe = printable(text)
        folded = Padding(Text(safe), (0, 0, 0, indent)) if sys.stdout.isatty() else Text(" " * indent + safe)
        self.screen.print(folded)

    def table(self, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print a table for a person; columns whose head starts with '#' hold numbers."""
        if self.as_json:
            return
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
        for place, head in enumerate(heads):
            side: Literal["left", "right"] = "right" if head.startswith("#") else "left"
            table.add_column(head.removeprefix("#"), justify=side, overflow="fold", no_wrap=place == 0)
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        self.screen.print(table)

    def fail(self, error: OmotoError) -> None:
        """Tell an error: one paragraph on stderr, and an event for scripts."""
        message = as_options(str(error))
        self.event("error", message=message, exit=error.exit_code)
        print(f"omoto: {message}", file=sys.stderr)  # noqa: T201  this is the output

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Ticker]:
        """Show a bar with rate and time left while long work runs, on a terminal only."""
        if self.as_json or not sys.stderr.isatty() or not total:
            yield Ticker()
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        rate = _rate_column()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            yield Ticker(bar, bar.add_task(what, total=total), what)


def _rate_column() -> ProgressColumn:
    """Show how many rows go by in a second, once that is known."""
    from rich.progress import ProgressColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:,.0f}/s")

    return Rate()


def written_lines(path: Path, lines: Iterable[str]) -> int:
    """Write lines to a file, all or none, and return how many. Raises SettingsError where it cannot be written."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            count = sum(1 for line in lines if file.write(line + "\n"))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        advice = "Choose another place; nothing was written."
        raise SettingsError(f"It cannot be written: {error.strerror}.", where=path, advice=advice) from None
    return count
