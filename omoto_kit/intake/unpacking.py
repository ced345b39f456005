"""Packed files that are larger than memory: unpacked in pieces into a file that no one else sees and nothing leaves."""

from __future__ import annotations

import errno
import gzip
import hashlib
import tempfile
import weakref
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from omoto_kit.errors import IntakeError
from omoto_kit.intake.guard import ARCHIVE_FAULTS
from omoto_kit.intake.packed import GZIP, LARGEST, ZIP, bare_name, entries_of

__all__ = ["PIECE", "Content", "content_of", "copy_pieces", "hash_of", "unpacked_size"]

#: So many bytes are in memory at once.
PIECE = 1 << 20
#: The last bytes of a gzip file say how much it unpacks to.
SIZE_BYTES = 4


@dataclass(frozen=True)
class Content:
    """What a file holds: the name it has inside its packing, the words for the way, and the hash of the packed file.

    What was unpacked lies in a temporary file, which is gone with this object, or with the process however it ends.
    """

    path: Path
    name: str
    words: str = ""
    fingerprint: str = ""
    file: IO[bytes] | None = field(default=None, repr=False)

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Open what the file holds, at its beginning."""
        if self.file is None:
            with self.path.open("rb") as file:
                yield file
        else:
            self.file.seek(0)
            yield self.file


def unpacked_size(path: Path) -> int:
    """Say how many bytes a file holds once it is unpacked, by what it says of itself."""
    size = path.stat().st_size
    with path.open("rb") as file:
        beginning = file.read(len(ZIP))
        if beginning.startswith(GZIP) and size > SIZE_BYTES:
            file.seek(-SIZE_BYTES, 2)
            return max(size, int.from_bytes(file.read(), "little"))
    if beginning.startswith(ZIP) and len(names := entries_of(path)) == 1:
        with zipfile.ZipFile(path) as archive:
            return archive.getinfo(names[0]).file_size
    return size


def content_of(path: Path, endings: tuple[str, ...]) -> Content | None:
    """Unpack a gzip file, or a zip file of one file, whose name inside has one of the endings.

    A file that is not packed is given as it is. None where the name has another ending, and where unpacking fails:
    reading the file as a whole says why. Raises IntakeError where the disk has no room for it.
    """
    with path.open("rb") as file:
        beginning = file.read(len(ZIP))
    if beginning.startswith(GZIP):
        name, words = bare_name(path.name), "gzip, "
    elif beginning.startswith(ZIP):
        names = entries_of(path)
        if len(names) != 1:
            return None
        name, words = PurePosixPath(names[0]).name, f"zip, file {names[0]!r}, "
    else:
        name, words = path.name, ""
    if PurePosixPath(name).suffix.lower() not in endings:
        return None
    if not words:
        return Content(path, name)
    unpacked = _unpacked(path, names[0] if beginning.startswith(ZIP) else None)
    if unpacked is None:
        return None
    content = Content(path, name, words, hash_of(path), unpacked)
    weakref.finalize(content, unpacked.close)
    return content


def _unpacked(path: Path, entry: str | None) -> IO[bytes] | None:
    """Unpack into a temporary file; None where the file is damaged, or holds too much."""
    with ExitStack() as undo:
        unpacked = undo.enter_context(tempfile.TemporaryFile())
        try:
            with _taking(path, entry) as take:
                fits = copy_pieces(take, unpacked, path)
        except ARCHIVE_FAULTS:
            fits = False
        if fits:
            undo.pop_all()
    return unpacked if fits else None


@contextmanager
def _taking(path: Path, entry: str | None) -> Iterator[Callable[[int], bytes]]:
    """Open a gzip file, or one entry of a zip file, and give what takes bytes from it as they are unpacked."""
    if entry is None:
        with gzip.open(path) as packed:
            yield packed.read
    else:
        with zipfile.ZipFile(path) as archive, archive.open(entry) as packed:
            yield packed.read


def copy_pieces(take: Callable[[int], bytes], unpacked: IO[bytes], path: Path) -> bool:
    """Copy piece by piece; False where there is more than may be. Raises IntakeError where the disk is full."""
    size = 0
    while piece := take(PIECE):
        size += len(piece)
        if size > LARGEST:
            return False
        try:
            unpacked.write(piece)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            what = f"The folder for temporary files has no room for what it unpacks to (over {size >> 20:,} MB)."
            raise IntakeError(what, where=path, advice="Make room, or name another folder in TMPDIR.") from None
    return True


def hash_of(path: Path) -> str:
    """Give the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
