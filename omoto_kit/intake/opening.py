"""Opening a file: its bytes, or a plain word on why there are none."""

from __future__ import annotations

import stat
from pathlib import Path

from omoto_kit.errors import IntakeError, did_you_mean
from omoto_kit.intake.kinds import KINDS

__all__ = ["load"]

#: How Excel's own mark of an open workbook begins.
LOCK_MARK = "~$"


def load(path: Path) -> bytes:
    """Read a file's bytes.

    Raises IntakeError where it is missing, a folder, locked, unreadable or empty.
    """
    try:
        _refuse_special(path)
        data = path.read_bytes()
    except IntakeError:
        raise
    except FileNotFoundError:
        raise _missing(path) from None
    except IsADirectoryError:
        raise _folder(path) from None
    except PermissionError:
        if path.is_dir():
            raise _folder(path) from None
        advice = "Close it in other programs, or ask for the right to read it."
        raise IntakeError("The file may not be read: it is locked or not yours.", where=path, advice=advice) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise IntakeError(f"The file cannot be read: {reason}.", where=path, advice="Check the path.") from None
    if path.name.startswith(LOCK_MARK):
        advice = f"Give the workbook itself, {path.name.removeprefix(LOCK_MARK)!r}."
        raise IntakeError("This is the mark that Excel leaves while a workbook is open.", where=path, advice=advice)
    if not data or data.isspace():
        raise IntakeError("The file is empty.", where=path, advice="Export or download it again.")
    return data


def _refuse_special(path: Path) -> None:
    """Refuse what is no file to be read to its end: a pipe without a writer waits for ever, a device may never end."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        kinds = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
        what = next((name for test, name in kinds if test(mode)), "a device")
        advice = "Save what comes out of it as a file, and give that."
        raise IntakeError(f"This is {what}, no file.", where=path, advice=advice)


def _missing(path: Path) -> IntakeError:
    """Name the nearest file of the folder."""
    if not path.parent.is_dir():
        what = f"There is no such file, and no folder {str(path.parent)!r}."
        return IntakeError(what, where=path, advice="Check the path.")
    near = did_you_mean(path.name, [found.name for found in path.parent.iterdir() if found.is_file()])
    return IntakeError("There is no such file.", where=path, advice=near or "Check the path.")


def _folder(path: Path) -> IntakeError:
    """Name a file of the folder that could be meant."""
    endings = {ending for kind in KINDS.values() for ending in kind if ending}
    inside = sorted(found.name for found in path.iterdir() if found.suffix.lower() in endings)
    advice = f"Give one of its files, such as {inside[0]!r}." if inside else "Give the path of a file."
    return IntakeError("This is a folder.", where=path, advice=advice)
