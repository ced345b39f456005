"""The screen Intake: a source taken in, what was understood of it, and how to read it another way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from omoto_kit.batch import Rows
from omoto_kit.errors import OmotoError, UsageError
from omoto_kit.intake.leaving import KEEP
from omoto_kit.intake.looking import sheets_of
from omoto_kit.studio.cells import defined_names
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.finding import complete, frames_in, resolve
from omoto_kit.studio.reading import Taken
from omoto_kit.studio.receiving import Receiving
from omoto_kit.studio.screens.screen import Screen
from omoto_kit.studio.uploading import PART, Uploads
from omoto_kit.studio.wording import labels, on_screen

__all__ = ["Intake"]

#: So many rows and columns are shown of a source.
ROWS, COLUMNS = 8, 40
LONGEST = 200
WAYS = ("sheet", "encoding", "delimiter", "header_row", "keep", "as_table")


class Intake(Screen):
    """A file by the browser, a path, pasted cells, or a frame of the notebook."""

    name: ClassVar[str] = "intake"
    quiet: ClassVar[frozenset[str]] = frozenset({"begin", "part", "finish", "drop", "complete"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.root = desk.workspace.root or Path.cwd()
        self.uploads = Uploads(self.root / ".omoto" / "intake")
        self.parts = (Receiving(desk, self.uploads),)
        self._sheets: tuple[Any, tuple[str, ...]] = (None, ())

    def view(self) -> dict[str, Any]:
        """Give the ways in, and what was taken in."""
        taken = self.desk.reading.taken
        return {
            "folder": str(self.root),
            "offers": complete("data/", self.root) or complete("", self.root),
            "frames": frames_in(defined_names() or {}),
            "part": PART,
            "kept": self.uploads.kept(),
            "taken": self._shown(taken) if taken else None,
        }

    def code(self) -> str:
        """Give the line that reads the source the same way."""
        taken = self.desk.reading.taken
        if taken is None:
            return ""
        said = {name: getattr(taken.choices, name) for name in WAYS}
        ways = [
            f"{name}={value!r}"
            for name, value in said.items()
            if value is not None and value != () and value is not False
        ]
        return f"rows = omoto.read({', '.join([taken.said, *ways])})"

    # Ways in

    def act_files(self, paths: Sequence[str]) -> None:
        """Read the files that came from the page, several as one source."""
        found = [Path(path) for path in paths]
        strange = [path for path in found if not path.is_relative_to(self.uploads.folder)]
        if strange or not found:
            raise UsageError("These files did not come from the page.", advice="Choose them again.")
        self._open(found if len(found) > 1 else found[0])

    def act_complete(self, text: str) -> list[dict[str, str]]:
        """Offer the paths that go on from what was typed."""
        return complete(text, self.root)

    def act_path(self, text: str) -> None:
        """Read a file of the machine that the kernel runs on, or all that a pattern such as `april/*.csv` names."""
        if not text.strip():
            raise UsageError("No path was given.", advice="Write one, such as data/kiosk-april.csv.")
        self._open(resolve(text, self.root))

    def act_frame(self, name: str) -> None:
        """Read a frame of the notebook by its name."""
        names = defined_names() or {}
        if name not in names:
            raise UsageError(f"The notebook has no {name!r} any more.", advice="Run its cell, and choose it again.")
        self.desk.reading.open(names[name], name)

    # What was understood, and another way

    def act_again(self, **ways: Any) -> None:
        """Read the same source another way: sheet, encoding, delimiter, header_row, keep, as_table."""
        taken = self.desk.reading.taken
        strange = set(ways) - set(WAYS)
        if taken is None or strange:
            raise UsageError(f"There is nothing to read by {', '.join(sorted(strange)) or 'now'}.")
        said: dict[str, Any] = {name: value or None for name, value in ways.items()}
        if "keep" in ways:
            said["keep"] = tuple(ways["keep"])
        if "as_table" in ways:
            said["as_table"] = bool(ways["as_table"])
        if ways.get("header_row") == 0:
            said["header_row"] = 0
        # Other columns may be there now, so what was said of the old ones no longer holds.
        self.desk.reading.open(taken.source, taken.said, replace(taken.choices, **said, columns={}, saved=()))

    def act_away(self) -> None:
        """Put the source away; its file stays where it is."""
        self.desk.reading.put(None)

    def act_check(self) -> None:
        """Check every row, and turn to Review. Raises ColumnError where a needed column is absent."""
        self.desk.reading.check()
        self.desk.go("review")

    def act_map(self) -> None:
        """Turn to Map."""
        self.desk.go("map")

    def _open(self, source: Path | list[Path]) -> None:
        said = repr(str(source)) if isinstance(source, Path) else repr([str(path) for path in source])
        self.desk.reading.open(source, said)

    def _shown(self, taken: Taken) -> dict[str, Any]:
        """Show what was taken in as plain data."""
        rows = taken.rows
        return {
            "name": rows.source.name if rows else _name(taken.source),
            "fault": _told(taken.fault) if taken.fault else None,
            "sheets": self._sheets_of(taken.source),
            "ways": {name: getattr(taken.choices, name) for name in WAYS} | {"keep": list(taken.choices.keep)},
            "keeps": [{"name": name, "words": words} for name, words in KEEP.items()],
            **(self._read(rows) if rows else {}),
        }

    def _read(self, rows: Rows) -> dict[str, Any]:
        source = rows.source
        size = Path(source.path).stat().st_size if source.path and Path(source.path).is_file() else None
        shown = rows.frame.select(rows.frame.columns[:COLUMNS]).head(ROWS)
        numbers = rows.numbers.head(ROWS).to_list()
        return {
            "understood": [part for part in source.understood.split(", ") if part],
            "rows": len(rows),
            "columns": rows.frame.width,
            "size": size,
            "sha256": source.fingerprint,
            "sheet": source.sheet,
            "parts": [part.name for part in source.parts],
            "bodies": rows.bodies,
            **self._mapped(),
            "heads": shown.columns,
            "preview": [[number, *map(_short, row)] for number, row in zip(numbers, shown.rows(), strict=True)],
        }

    def _mapped(self) -> dict[str, Any]:
        """Say how many columns feed something, and what is missing."""
        reading, campaign = self.desk.reading, self.desk.state.campaign
        columns = reading.taken.columns if reading.taken else None
        return {
            "notes": [on_screen(note) for note in columns.notes] if columns else [],
            "fed": len({name for rule in columns.applied.values() for name in rule.columns}) if columns else 0,
            "unfed": list(labels(reading.unfed()).values()) if campaign else [],
            "unkeyed": reading.unkeyed() if campaign else [],
        }

    def _sheets_of(self, source: Any) -> list[str]:
        """List what may be chosen from, asked once a file."""
        if not isinstance(source, Path):
            return []
        if self._sheets[0] != source:
            self._sheets = (source, sheets_of(source))
        return list(self._sheets[1])


def _told(fault: OmotoError) -> dict[str, str]:
    """Say what is wrong and where in the file; which file, its name says already."""
    where = str(replace(fault.where, path=""))
    what = f"{where}: {fault.what}" if where else fault.what
    return {"what": on_screen(what), "advice": on_screen(fault.advice)}


def _short(cell: str | None) -> str:
    return (cell or "")[:LONGEST]


def _name(source: Any) -> str:
    if isinstance(source, Path):
        return source.name
    return f"{len(source)} files" if isinstance(source, list) else "frame"
