"""Several files as one source: each row keeps its file and its number there."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl

from omoto_kit.batch import Part, Rows, Source
from omoto_kit.errors import IntakeError
from omoto_kit.intake.guesses import fold

__all__ = ["as_paths", "files_of", "joined", "matching", "one_source", "read_several", "summary"]

WILD = "*?["
#: So many headers are listed in words.
LISTED = 5


def matching(pattern: Path) -> list[Path] | None:
    """List the files that a pattern such as `exports/*.csv` means; None where it is the plain path of one file.

    Raises IntakeError where nothing matches.
    """
    text = str(pattern)
    if not any(sign in text for sign in WILD) or _exists(pattern):
        return None
    found = sorted(path for name in glob.glob(text, recursive=True) if (path := Path(name)).is_file())  # noqa: PTH207  Path.glob takes no whole path
    found = [path for path in found if not path.name.startswith("~$")]
    if not found and not ("*" in text or "?" in text):
        return None  # a missing file whose name holds brackets
    if not found:
        raise IntakeError("No file matches this pattern.", where=pattern, advice="Check the folder and the ending.")
    return found


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def files_of(source: object) -> tuple[list[Path], str] | None:
    """Name the files that a path, a pattern or a list of these means, and the source that they are; None for no files.

    Raises IntakeError where nothing matches a pattern.
    """
    paths = [Path(source).expanduser()] if isinstance(source, str | Path) else as_paths(source)
    if paths is None:
        return None
    every = [path for given in paths for path in matching(given) or [given]]
    return every, str(source) if isinstance(source, str | Path) else f"{len(every)} files"


def read_several(paths: Sequence[Path], name: str, read_one: Callable[[Path], Rows]) -> Rows:
    """Read files one after the other and lay their rows under the same headers.

    Row numbers run on from file to file, so that each is of one row only; `source.place(number)` gives the file and
    the number there. A file whose content was read before is left out and told.
    """
    tables: list[Rows] = []
    again: list[str] = []
    seen: set[str] = set()
    for path in paths:
        rows = read_one(path)
        if rows.source.fingerprint in seen:
            again.append(path.name)
            continue
        seen.add(rows.source.fingerprint)
        tables.append(rows)
    if not tables:
        raise IntakeError("There are no files in the list.", advice="Give the paths of the files to read.")
    return joined(tables, again, name)


def joined(tables: Sequence[Rows], again: Sequence[str], name: str, noun: str = "file") -> Rows:
    """Put tables under one another; `noun` is what each of them was, `again` names those that were left out."""
    if len({rows.bodies for rows in tables}) > 1:
        what = "Some of the files hold jsonbody objects, and others hold tables."
        raise IntakeError(what, where=name, advice="Read the two kinds one after the other.")
    frames, labels = _aligned(tables)
    numbers, parts, after = [], [], 0
    doubts: dict[int, tuple[str, str]] = {}
    for rows in tables:
        parts.append(Part(rows.source.name, rows.source.path, rows.source.sheet, after))
        numbers.append(rows.numbers + after)
        doubts |= {row + after: doubt for row, doubt in rows.doubts.items()}
        after += int(rows.numbers.max() or 0)  # type: ignore[arg-type]  # numbers of rows are whole
    headers = dict.fromkeys(header for frame in frames for header in frame.columns)
    partly = [header for header in headers if not all(header in frame.columns for frame in frames)]
    words = summary([rows.source for rows in tables], sum(map(len, tables)), again, partly, noun)
    source = one_source(name, parts, [rows.source.fingerprint for rows in tables], words)
    frame = pl.concat(frames, how="diagonal")
    return Rows(source, frame, pl.concat(numbers), bodies=tables[0].bodies, labels=labels, doubts=doubts)


def _aligned(tables: Sequence[Rows]) -> tuple[list[pl.DataFrame], dict[str, tuple[str, ...]]]:
    """Give columns that differ in case, spaces and signs alone the header of the first file that has them."""
    known: dict[str, str] = {}
    labels: dict[str, tuple[str, ...]] = {}
    frames = []
    for rows in tables:
        names: dict[str, str] = {}
        for header in rows.frame.columns:
            name = header if rows.bodies else known.get(fold(header), header)
            taken = name in names.values() or name in rows.frame.columns
            names[header] = header if taken else name
        known = {fold(name): name for name in names.values()} | known
        labels = {names[header]: others for header, others in rows.labels.items()} | labels
        frames.append(rows.frame.rename(names))
    return frames, labels


def one_source(name: str, parts: Sequence[Part], fingerprints: Sequence[str], words: str) -> Source:
    """Describe several files, or sheets, as the one source that they are."""
    fingerprint = hashlib.sha256("".join(fingerprints).encode()).hexdigest()
    return Source(name, fingerprint=fingerprint, understood=words, parts=tuple(parts))


def summary(
    sources: Sequence[Source], rows: int, again: Sequence[str], partly: Sequence[str] = (), noun: str = "file"
) -> str:
    """Say what each file was understood as, and how they differ: `partly` are headers that not every one has."""
    each = "; ".join(f"{source.name}: {source.understood}" for source in sources)
    words = [f"{len(sources)} {noun}{'' if len(sources) == 1 else 's'}, {rows:,} rows"]
    words += [f"left out as repeated: {', '.join(again)}"] if again else []
    more = f" and {len(partly) - LISTED} more" if len(partly) > LISTED else ""
    words += [f"not in every {noun}: {', '.join(map(repr, partly[:LISTED]))}{more}"] if partly else []
    return f"{', '.join(words)} ({each})"


def as_paths(source: object) -> list[Path] | None:
    """Tell a list of paths from a list of records.

    >>> len(as_paths(["april.csv"])), as_paths([{"Store": "Pune"}])
    (1, None)
    """
    if isinstance(source, Mapping | str | Path) or not isinstance(source, Sequence) or not source:
        return None
    paths = [Path(item).expanduser() for item in source if isinstance(item, str | Path)]
    return paths if len(paths) == len(source) else None
