"""Uploading: files that come from the page in parts, into a private folder of the workspace."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omoto_kit.errors import UsageError

__all__ = ["PART", "Uploads"]

#: So many bytes come at once: a websocket's message may be no larger than 10 MiB, and progress should be seen.
PART = 2 << 20
#: What was begun and never ended is thrown away after a day.
STALE = 24 * 3600
LONGEST_NAME = 120


@dataclass
class Upload:
    """A file on its way: where it goes, how large it will be, and what came so far."""

    name: str
    size: int
    path: Path = field(repr=False)
    got: int = 0
    digest: Any = field(default_factory=hashlib.sha256, repr=False)


class Uploads:
    """Takes files in parts. `folder` is made readable to its owner alone: what lies there are customers' data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, Upload] = {}

    def begin(self, name: str, size: int) -> str:
        """Begin a file; give the word by which its parts name it. Raises UsageError where the folder cannot be made."""
        try:
            _private(self.folder)
            # Customers' data are not to be committed with the workspace by a slip.
            (self.folder / ".gitignore").write_text("*\n", encoding="utf-8")
            self._sweep()
            word = secrets.token_hex(8)
            path = self.folder / f"{word}.part"
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        self._open[word] = Upload(_plain(name), size, path)
        return word

    def add(self, word: str, at: int, data: memoryview | bytes) -> int:
        """Add the part that begins at a byte; tell how many bytes came. Raises UsageError where one is missing."""
        upload = self._find(word)
        if at != upload.got:
            self.drop(word)
            what = f"A part of {upload.name!r} was lost on the way: byte {upload.got:,} was due, {at:,} came."
            raise UsageError(what, advice="Choose the file again.")
        try:
            with upload.path.open("ab") as file:
                file.write(data)
        except OSError as error:
            self.drop(word)
            raise _unwritable(self.folder, error) from None
        upload.digest.update(data)
        upload.got += len(data)
        return upload.got

    def finish(self, word: str, sha256: str = "") -> Path:
        """End a file, once it is whole; give its path. The same file again has the same path.

        Raises UsageError where bytes are missing, or where its SHA-256 is another than the page's.
        """
        upload = self._find(word)
        came: str = upload.digest.hexdigest()
        if upload.got != upload.size or (sha256 and sha256 != came):
            self.drop(word)
            what = f"{upload.name!r} did not arrive as it was sent ({upload.got:,} of {upload.size:,} bytes)."
            raise UsageError(what, advice="Choose the file again.")
        try:
            _private(self.folder / came[:12])
            path = self.folder / came[:12] / upload.name
            upload.path.replace(path)
        except OSError as error:
            self.drop(word)
            raise _unwritable(self.folder, error) from None
        del self._open[word]
        return path

    def drop(self, word: str) -> None:
        """Throw away what came of a file."""
        upload = self._open.pop(word, None)
        if upload is not None:
            upload.path.unlink(missing_ok=True)

    def kept(self) -> dict[str, int]:
        """Count the files that were kept, and their bytes."""
        files = self._files()
        return {"files": len(files), "bytes": sum(path.stat().st_size for path in files)}

    def sweep(self, needed: Iterable[Path]) -> dict[str, int]:
        """Remove the files but for those that are needed, or lie in a folder that is; count both.

        Raises UsageError where one cannot be removed.
        """
        wanted = {path.resolve() for path in needed}
        files = self._files()
        free = [path for path in files if not wanted & {path.resolve(), *path.resolve().parents}]
        try:
            for path in free:
                path.unlink()
                if not any(path.parent.iterdir()):
                    path.parent.rmdir()
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        return {"removed": len(free), "kept": len(files) - len(free)}

    def _files(self) -> list[Path]:
        return [path for path in self.folder.glob("*/*") if path.is_file()]

    def _find(self, word: str) -> Upload:
        if word not in self._open:
            raise UsageError("This upload was cancelled, or the kernel was restarted.", advice="Choose the file again.")
        return self._open[word]

    def _sweep(self) -> None:
        """Throw away what an earlier kernel left half done."""
        for path in self.folder.glob("*.part"):
            if time.time() - path.stat().st_mtime > STALE:
                path.unlink(missing_ok=True)


def _private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _plain(name: str) -> str:
    r"""Give a file's name without any folder, and without what no file system takes.

    >>> _plain("../../etc/pass\0wd"), _plain("C:\\Users\\x\\April.csv"), _plain("..")
    ('passwd', 'April.csv', 'file')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if sign.isprintable())[-LONGEST_NAME:].strip()
    return plain if plain.strip(".") else "file"


def _unwritable(folder: Path, error: OSError) -> UsageError:
    advice = "Choose a workspace that you may write to, or give the file's path instead."
    return UsageError(f"The file cannot be kept: {error.strerror}.", where=folder, advice=advice)
