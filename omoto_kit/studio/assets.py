"""The studio's own script and style: plain ES modules from `parts/`, joined into the one that a widget may bring."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

__all__ = ["script", "style"]

#: In the order in which they need one another; the last one has the entry point.
MODULES = (
    "base.js",
    "controls.js",
    "start.js",
    "compose.js",
    "upload.js",
    "intake.js",
    "mapping.js",
    "tsv.js",
    "pages.js",
    "celledit.js",
    "gridrows.js",
    "gridwrite.js",
    "gridkeys.js",
    "grid.js",
    "reviewbars.js",
    "reviewside.js",
    "review.js",
    "push.js",
    "charts.js",
    "history.js",
    "plugins.js",
    "frame.js",
)
STYLES = ("style.css", "screens.css", "intake.css", "grid.css")
_IMPORT = re.compile(r'^import\s[^;]*?from\s+"\./[\w.]+";\n', re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export (?=async |function |const |let |class )", re.MULTILINE)


@cache
def script() -> str:
    """Join the modules: what they import from one another is at hand in one file, and only the entry is exported."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", _read(name))) for name in MODULES)


@cache
def style() -> str:
    """Join the style sheets."""
    return "\n".join(map(_read, STYLES))


def _read(name: str) -> str:
    return (resources.files("omoto_kit.studio") / "parts" / name).read_text(encoding="utf-8")
