"""The whole error tree. Each error says what happened, where, and what to do next.

OmotoError
|- UsageError(ValueError)          a setting or an argument is wrong; nothing was done
|  |- CampaignError                the contract is missing, misspelt or contradicts itself
|  |- SettingsError                omoto.toml, an endpoint or a key is missing or wrong
|  |- IntakeError                  a file or frame cannot be read as survey answers
|  |  |- ColumnError(LookupError)  a needed column is absent, or a mapped one does not exist
|  |- ResponseError                a jsonbody is not of the vendor's shape
|  |- PluginError                  a plugin cannot be loaded; carries .plugin
|- OutboxError                     the outbox file cannot be used
|  |- OutboxBusy                   another sender holds it
|- RunStopped                      the push stopped before its end; carries .left
|- SandboxError                    the built-in sandbox cannot start
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "CampaignError",
    "ColumnError",
    "IntakeError",
    "OmotoError",
    "OutboxBusy",
    "OutboxError",
    "Place",
    "PluginError",
    "ResponseError",
    "RunStopped",
    "SandboxError",
    "SettingsError",
    "UsageError",
    "did_you_mean",
]


@dataclass(frozen=True)
class Place:
    """Where something happened, as a person would look for it.

    >>> str(Place("kiosk.xlsx", sheet="April", row=12, column="Store"))
    "kiosk.xlsx, sheet 'April', row 12, column 'Store'"
    """

    path: str | Path = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    key: str = ""

    def __str__(self) -> str:
        """Join the known parts, widest first."""
        parts = [
            str(self.path),
            f"sheet {self.sheet!r}" if self.sheet else "",
            f"row {self.row}" if self.row is not None else "",
            f"column {self.column!r}" if self.column else "",
            f"key {self.key!r}" if self.key else "",
        ]
        return ", ".join(part for part in parts if part)


class OmotoError(Exception):
    """Base of every error this package raises on purpose.

    `what` is one or two plain sentences, `where` the place, `advice` the next step.
    `exit_code` is what the command line ends with.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: Place | str | Path = "", advice: str = "") -> None:
        """Keep the three parts apart, so that a face can show them its own way."""
        super().__init__(what)
        self.what = what
        self.where = where if isinstance(where, Place) else Place(where)
        self.advice = advice

    def __str__(self) -> str:
        """One paragraph: place, what happened, what to do."""
        place = f"{self.where}: " if str(self.where) else ""
        advice = f" {self.advice}" if self.advice else ""
        return f"{place}{self.what}{advice}"


class UsageError(OmotoError, ValueError):
    """A setting or an argument is wrong; nothing was done."""


class CampaignError(UsageError):
    """The campaign contract is missing, misspelt or contradicts itself."""


class SettingsError(UsageError):
    """omoto.toml, an endpoint or a key is missing or wrong."""


class IntakeError(UsageError):
    """A file or frame cannot be read as survey answers."""


class ColumnError(IntakeError, LookupError):
    """A needed column is absent, or a mapped one does not exist in the source."""


class ResponseError(UsageError):
    """A jsonbody is not of the shape that the vendor's page describes."""


class PluginError(UsageError):
    """A plugin cannot be loaded or used; `plugin` is its name."""

    def __init__(self, what: str, *, plugin: str, where: Place | str | Path = "", advice: str = "") -> None:
        """Remember which plugin it was."""
        super().__init__(what, where=where, advice=advice)
        self.plugin = plugin


class OutboxError(OmotoError):
    """The outbox file cannot be used."""


class OutboxBusy(OutboxError):
    """Another sender holds this outbox."""


class RunStopped(OmotoError):
    """The push stopped before its end; `left` counts the responses still queued."""

    exit_code = 3

    def __init__(self, what: str, *, left: int = 0, where: Place | str | Path = "", advice: str = "") -> None:
        """Remember how many responses still wait."""
        super().__init__(what, where=where, advice=advice)
        self.left = left


class SandboxError(OmotoError):
    """The built-in sandbox cannot start."""


def did_you_mean(name: str, names: Iterable[str], *, most: int = 1) -> str:
    """Name the nearest known names as a sentence to append, or "" where none is near.

    >>> did_you_mean("scael", ["scale", "required"])
    "Did you mean 'scale'?"
    """
    from rapidfuzz import fuzz, process, utils  # costs 20 ms, needed only in error texts

    near = process.extract(
        name, list(names), scorer=fuzz.ratio, processor=utils.default_process, limit=most, score_cutoff=60
    )
    if not near:
        return ""
    return f"Did you mean {' or '.join(repr(found) for found, *_ in near)}?"
