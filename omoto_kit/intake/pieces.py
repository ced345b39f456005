"""Which files are worth being gone through in pieces, and opening them so."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

from omoto_kit.errors import IntakeError
from omoto_kit.intake.blocks import BLOCK, open_blocks
from omoto_kit.intake.chains import OneFile, Pieces, open_chain
from omoto_kit.intake.rowgroups import PARQUET, open_parquet
from omoto_kit.intake.several import files_of
from omoto_kit.intake.unpacking import unpacked_size

__all__ = ["BLOCK", "LARGE", "PACKED", "Pieces", "is_large", "open_pieces"]

#: From so many bytes on, files are worth it.
LARGE = 50_000_000
#: A Parquet file holds about so many times its size.
PACKED = 5


def is_large(source: Any, least: int = LARGE) -> bool:
    """Tell whether files hold enough to be gone through in pieces, out of their packing; what cannot be read does not.

    `source` is what `read` takes: a path, a pattern, or a list of these.
    """
    try:
        found = files_of(source)
        sizes = [_size(path) for path in found[0]] if found is not None else []
    except (IntakeError, OSError):
        return False
    return None not in sizes and sum(filter(None, sizes)) >= least and bool(sizes)


def open_pieces(source: Any, block: int = BLOCK, *, foreign: Collection[str] = (), **options: Any) -> Pieces | None:
    """Open the files of a source; None where one is not clean, so that all must be read as a whole.

    `block` is how many bytes of a CSV file are in memory at once, `options` are those of `read`. Files whose endings
    are `foreign` are for others to read.
    """
    found = files_of(source)
    if found is None or any(path.suffix.lower() in foreign for path in found[0]):
        return None
    paths, name = found
    opener = partial(_open, block=block, options=options)
    return opener(paths[0]) if len(paths) == 1 else open_chain(paths, name, opener)


def _size(path: Path) -> int | None:
    """Give about how many bytes a file holds out of its packing; None where it is no file."""
    if not path.is_file():
        return None
    return path.stat().st_size * PACKED if path.suffix.lower() in PARQUET else unpacked_size(path)


def _open(path: Path, block: int, options: dict[str, Any]) -> OneFile | None:
    if path.suffix.lower() in PARQUET:
        return open_parquet(path, **options)
    return open_blocks(path, block=block, **options)
