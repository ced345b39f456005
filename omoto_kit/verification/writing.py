"""Writing a pack as a folder or a zip, and holding one against the pack that today's code and contract make."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from omoto_kit.errors import SettingsError, UsageError
from omoto_kit.verification.pack import ANSWERS, MANIFEST, Pack, read_files

__all__ = ["Difference", "differences", "made_of_rows", "write_pack"]

MOST_LINES = 12
LONGEST_LINE = 160


@dataclass(frozen=True)
class Difference:
    """One file that is not as it was: "changed", "missing" or "new", with the first lines of a diff."""

    name: str
    what: str
    lines: tuple[str, ...] = ()


def write_pack(made: Pack, target: Path) -> tuple[Path, ...]:
    """Write a pack into a folder, or as a zip where the name ends in .zip. Gives the files that were written.

    A pack that stands there is replaced, but for a form that somebody has filled in. Raises SettingsError where the
    target holds something else or cannot be written.
    """
    try:
        if target.suffix.lower() == ".zip":
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(target.name + ".part")
            part.write_bytes(made.zipped())
            part.replace(target)
            return (target,)
        return _write_folder(made.files(), target)
    except OSError as error:
        advice = "Choose a place that you may write to."
        raise SettingsError(f"The pack cannot be written: {error.strerror}.", where=target, advice=advice) from None


def _write_folder(files: Mapping[str, bytes], target: Path) -> tuple[Path, ...]:
    """Put the files into an empty folder, or in the place of an older pack."""
    if target.exists():
        _make_room(target)
    for name, data in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tuple(target / name for name in files)


def _clear(target: Path) -> None:
    """Take an older pack's own files away; stop at a form that was filled in."""
    listed = _listed(read_files(target), target)
    form = target / ANSWERS
    if form.is_file() and hashlib.sha256(form.read_bytes()).hexdigest() != listed.get(ANSWERS):
        raise SettingsError(
            "The form in this folder is filled in, and a new pack would replace it.",
            where=form,
            advice="Record it with `omoto pack --verified`, or choose another folder.",
        )
    for name in (*listed, MANIFEST):
        path = target / name
        if target.resolve() in path.resolve().parents:
            path.unlink(missing_ok=True)


def _listed(files: Mapping[str, bytes], where: Path) -> dict[str, str]:
    """Read the manifest: each file with its SHA-256. Raises UsageError where it cannot be understood."""
    try:
        listed = json.loads(files[MANIFEST])["files"]
        return {str(name): str(digest) for name, digest in listed.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError("The pack's manifest cannot be read.", where=where, advice="Make the pack again.") from None


def made_of_rows(path: Path) -> str:
    """Give the fingerprint of the file that a pack was made of; empty where its samples are all made up."""
    files = read_files(path)
    _listed(files, path)
    return str(json.loads(files[MANIFEST]).get("source", ""))


def differences(made: Pack, path: Path) -> tuple[Difference, ...]:
    """Hold a written pack against the one that is made today; a form that was filled in is no difference."""
    old, new = read_files(path), made.files()
    filled_in = hashlib.sha256(old.get(ANSWERS, b"")).hexdigest() != _listed(old, path).get(ANSWERS)
    return tuple(one for one in _differing(old, new) if not (filled_in and one.name == ANSWERS and ANSWERS in old))


def _differing(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        if name not in new:
            yield Difference(name, "no longer made")
        elif name not in old:
            yield Difference(name, "missing")
        elif old[name] != new[name]:
            yield Difference(name, "changed", _diff(old[name], new[name]))


def _diff(old: bytes, new: bytes) -> tuple[str, ...]:
    """Show the first lines that differ."""
    before, after = (data.decode("utf-8", errors="replace").splitlines() for data in (old, new))
    marks = ("---", "+++", "@@")
    lines = [line for line in difflib.unified_diff(before, after, lineterm="", n=0) if not line.startswith(marks)]
    shown = [line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 3] + "..." for line in lines]
    more = [f"... and {len(shown) - MOST_LINES} more lines"] if len(shown) > MOST_LINES else []
    return (*shown[:MOST_LINES], *more)


def _make_room(target: Path) -> None:
    """Take an older pack away. Raises SettingsError where something else is there."""
    if not target.is_dir():
        advice = "Name a folder, or a name that ends in .zip."
        raise SettingsError("There is a file of this name.", where=target, advice=advice)
    if not any(target.iterdir()):
        return
    if not (target / MANIFEST).is_file():
        advice = "Name another one, or an empty one."
        raise SettingsError("The folder holds something else than a pack.", where=target, advice=advice)
    _clear(target)
