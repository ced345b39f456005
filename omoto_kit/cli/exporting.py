"""`omoto outbox export`: receipts to a file, or to stdout."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from omoto_kit.cli.output import Face
from omoto_kit.delivery import Outbox
from omoto_kit.errors import UsageError

__all__ = ["write_receipts"]


def write_receipts(face: Face, box: Outbox, path: Path | None, kinds: Sequence[str], *, originals: bool) -> None:
    """Write every receipt as the kind that was said, or as the file's name says; without a file to stdout.

    Raises UsageError for two kinds at once, and where neither a file nor a kind is named.
    """
    if len(kinds) > 1:
        raise UsageError(f"--{' and --'.join(kinds)} are two kinds.", advice="Say one of them.")
    kind = kinds[0] if kinds else None
    if path is not None:
        count = box.export(path, originals=originals, kind=kind)
        face.say(f"Wrote {count} receipts to {path}.")
        return
    if kind is None:
        raise UsageError("Neither a file nor a kind is named.", advice="Name a FILE.csv, or say --csv for stdout.")
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "receipts"
        box.export(part, originals=originals, kind=kind)
        with part.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.flush()
