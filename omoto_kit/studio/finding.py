"""Finding a source: paths completed as they are typed, and the frames that a notebook holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from omoto_kit.intake.kinds import KINDS

__all__ = ["complete", "frames_in", "resolve"]

#: So many names are offered at once.
OFFERED = 40
ENDINGS = {ending for kind in KINDS.values() for ending in kind} | {".gz", ".zip"}


def resolve(text: str, root: Path) -> Path:
    """Give the path that a person means: below the workspace, unless it is whole by itself."""
    path = Path(text.strip()).expanduser()
    return path if path.is_absolute() else root / path


def complete(text: str, root: Path) -> list[dict[str, str]]:
    """Offer the folders and readable files whose path goes on from a text, each with its size in words."""
    folder, _, begun = text.rpartition("/")
    above = resolve(f"{folder}/" if folder or text.startswith("/") else ".", root)
    try:
        found = sorted(above.iterdir(), key=lambda path: (path.is_file(), path.name.casefold()))
    except (OSError, ValueError):
        return []
    before = text.removesuffix(begun)
    fitting = [path for path in found if _offered(path, begun)]
    return [
        {"value": f"{before}{path.name}{'/' if path.is_dir() else ''}", "note": _size(path)}
        for path in fitting[:OFFERED]
    ]


def frames_in(names: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the polars and pandas frames among a notebook's names, each with its size.

    >>> import polars as pl
    >>> frames_in({"april": pl.DataFrame({"NPS": [9, 3]}), "_1": pl.DataFrame(), "n": 3})
    [{'name': 'april', 'rows': 2, 'columns': 1}]
    """
    return [
        {"name": name, "rows": int(value.shape[0]), "columns": int(value.shape[1])}
        for name, value in names.items()
        if not name.startswith("_") and _is_frame(value)
    ]


def _is_frame(value: object) -> bool:
    """Tell a frame without importing what makes it."""
    kind = type(value)
    return kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] in ("polars", "pandas")


def _offered(path: Path, begun: str) -> bool:
    """Tell whether a folder or a readable file goes on from what was begun; a hidden one only where a dot was typed."""
    if not path.name.casefold().startswith(begun.casefold()):
        return False
    if path.name.startswith(".") and not begun.startswith("."):
        return False
    return path.is_dir() or path.suffix.lower() in ENDINGS


def _size(path: Path) -> str:
    if path.is_dir():
        return "folder"
    size = path.stat().st_size
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{max(size // 1000, 1):,} kB"  # noqa: PLR2004  a million bytes
