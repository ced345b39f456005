"""Large files in other encodings than UTF-8: written anew in it piece by piece, into a file that nothing leaves."""

from __future__ import annotations

import codecs
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import IO

from omoto_kit.intake.encodings import CANDIDATES, EVIDENCE, readings, undecided
from omoto_kit.intake.text import is_utf8, unicode_of
from omoto_kit.intake.unpacking import PIECE, Content, copy_pieces, hash_of

__all__ = ["in_utf8"]

#: A file without a line end in so many bytes is none that is taken in blocks.
LONGEST_LINE = 1 << 24


def in_utf8(content: Content) -> tuple[Content, str] | None:
    """Write a file that is in one other encoding throughout in UTF-8, and name that one; None for any other file.

    What is in doubt, mixed or damaged is for whoever reads all of it at once. Raises IntakeError where the disk has no
    room for it.
    """
    found = _encoding_of(content)
    if found is None:
        return None
    codec, words = found
    with ExitStack() as undo:
        written = undo.enter_context(tempfile.TemporaryFile())
        if not _write(content, codec, written):
            return None
        undo.pop_all()
    plain = replace(content, fingerprint=content.fingerprint or hash_of(content.path), file=written)
    weakref.finalize(plain, written.close)
    return plain, words


def _encoding_of(content: Content) -> tuple[str, str] | None:
    """Name a file's encoding for Python and for people, by the same evidence as for a file that is read at once."""
    with content.opened() as file:
        marked = unicode_of(file.read(PIECE))
        if marked is not None:
            return marked if marked[0].startswith(("utf-16", "utf-32")) else None
        file.seek(0)
        lines = _foreign_lines(file)
    if not lines:
        return None
    found = readings(b"\n".join([*lines, b""]))
    return None if undecided(found) else (found[0].codec, CANDIDATES[found[0].codec])


def _foreign_lines(file: IO[bytes]) -> list[bytes]:
    """Gather lines that are not ASCII, as many as show an encoding; none where any of the file is UTF-8."""
    found: list[bytes] = []
    size, rest = 0, b""
    while piece := file.read(PIECE):
        *lines, rest = (rest + piece).split(b"\n")
        foreign = [line for line in lines if not line.isascii()]
        if len(rest) > LONGEST_LINE or any(map(is_utf8, foreign)):
            return []
        if size < EVIDENCE:
            found += foreign
            size += sum(map(len, foreign))
    if rest.isascii():
        return found
    return [] if is_utf8(rest) else [*found, rest]


def _write(content: Content, codec: str, written: IO[bytes]) -> bool:
    """Write a file anew; False where it is not in this encoding, or too large."""
    with content.opened() as file:
        pieces = _recoded(file, codec)
        try:
            return copy_pieces(lambda _: next(pieces, b""), written, content.path)
        except UnicodeError:
            return False


def _recoded(file: IO[bytes], codec: str) -> Iterator[bytes]:
    """Give a file's pieces in UTF-8, without a mark at the beginning."""
    decoder, begins = codecs.getincrementaldecoder(codec)(), True
    while piece := file.read(PIECE):
        text = decoder.decode(piece)
        yield (text.removeprefix("\ufeff") if begins else text).encode()
        begins = False
    yield decoder.decode(b"", final=True).encode()
