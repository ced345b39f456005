"""Receiving: files that the page sends in parts, and the clearing away of those that nothing needs any more."""

from __future__ import annotations

from pathlib import Path

from omoto_kit.studio.desk import Desk
from omoto_kit.studio.receipts import source_of
from omoto_kit.studio.screens.screen import Buffers
from omoto_kit.studio.uploading import Uploads

__all__ = ["Receiving"]

#: States of rows for which a person may want their file again.
OPEN = ("queued", "held", "sending", "unknown", "rejected")


class Receiving:
    """What the screen Intake does with uploads."""

    def __init__(self, desk: Desk, uploads: Uploads) -> None:
        self.desk = desk
        self.uploads = uploads

    def act_begin(self, name: str, size: int) -> dict[str, str]:
        """Begin a file that the page sends in parts."""
        return {"upload": self.uploads.begin(name, size)}

    def act_part(self, upload: str, at: int, buffers: Buffers = ()) -> dict[str, int]:
        """Take one part of it."""
        return {"got": self.uploads.add(upload, at, buffers[0] if buffers else b"")}

    def act_finish(self, upload: str, sha256: str = "") -> dict[str, str]:
        """End it: it is whole, and what was sent."""
        return {"path": str(self.uploads.finish(upload, sha256))}

    def act_drop(self, upload: str) -> None:
        """Throw away what came of it."""
        self.uploads.drop(upload)

    def act_sweep(self) -> dict[str, int]:
        """Remove the uploaded files that nothing needs: not what lies open, or lay open last, nor a row that waits.

        Tells how many files were `removed`, and how many are `kept`.
        """
        taken = self.desk.reading.taken
        mine = taken.source if taken is not None else None
        in_use = [path for path in (mine if isinstance(mine, list) else [mine]) if isinstance(path, Path)]
        last = self.desk.reading.resuming.last
        left = last.paths if last is not None else ()
        return self.uploads.sweep([*in_use, *left, *self._waited_for()])

    def _waited_for(self) -> list[Path]:
        """Name the files whose rows are not settled yet."""
        if not self.desk.outbox_path.exists():
            return []
        with self.desk.outbox() as box:
            waiting = [one for one in box.sources() if any(box.counts(source=source_of(one))[state] for state in OPEN)]
        # A source of several files is told without their names, and so may be any of them.
        return [Path(one["path"]) if one["path"] else self.uploads.folder for one in waiting]
