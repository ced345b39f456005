"""The one place where a foreign parser's failure becomes an IntakeError, panics of Rust libraries included."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from typing import TypeVar

from omoto_kit.errors import IntakeError, Place

__all__ = ["ARCHIVE_FAULTS", "damaged", "guarded"]

T = TypeVar("T")

#: What a damaged, cut off or encrypted zip archive raises when its parts are named, found and unpacked.
ARCHIVE_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, RuntimeError, ValueError)


def guarded(call: Callable[[], T], explain: Callable[[str], IntakeError]) -> T:
    """Run one call into a parsing library; whatever it raises, `explain(text)` says it in our words.

    A panic of a Rust library is no `Exception`, and each library has a class of its own for it; only the name is
    the same. Interrupts and exits pass through.

    >>> guarded(lambda: 1 / 0, lambda text: IntakeError(f"Parsing failed: {text}."))
    Traceback (most recent call last):
    omoto_kit.errors.IntakeError: Parsing failed: division by zero.
    """
    try:
        return call()
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise explain(str(error)) from None
        raise


def damaged(where: Place, kind: str) -> IntakeError:
    """Say that a file is of a known kind but cannot be parsed, as a cut-off download is."""
    advice = "Export or download it again, and check that it opens in the program it came from."
    return IntakeError(f"This looks like {kind}, but it is damaged or cut off.", where=where, advice=advice)
