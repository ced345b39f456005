"""Where a person left off: the file that lay open, and what was said of it, kept for a later kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from omoto_kit.campaign import ColumnRule
from omoto_kit.journey import ReadingChoices

__all__ = ["LeftOff", "read_left", "write_left"]

WAYS = ("sheet", "encoding", "delimiter", "header_row", "as_table")


@dataclass(frozen=True)
class LeftOff:
    """A file, or several as one source, with how it was read and mapped for a campaign.

    `rules` say how single fields take their cells, `identity` which columns make a row itself. `fingerprint` tells
    whether the file is still the same.
    """

    paths: tuple[Path, ...]
    name: str
    said: str = field(repr=False)
    campaign: str
    fingerprint: str
    choices: ReadingChoices = field(repr=False)
    rules: Mapping[str, ColumnRule] = field(default_factory=dict, repr=False)
    identity: tuple[str, ...] = ()

    @property
    def source(self) -> Path | list[Path]:
        """What is to be read again."""
        return self.paths[0] if len(self.paths) == 1 else list(self.paths)

    @property
    def there(self) -> bool:
        """Whether the files are still there."""
        return all(path.is_file() for path in self.paths)


def write_left(left: LeftOff) -> dict[str, Any]:
    """Lay it out as JSON holds it."""
    ways = {name: getattr(left.choices, name) for name in WAYS}
    return {
        "paths": [str(path) for path in left.paths],
        "name": left.name,
        "said": left.said,
        "campaign": left.campaign,
        "fingerprint": left.fingerprint,
        "choices": ways | {"keep": list(left.choices.keep), "columns": dict(left.choices.columns)},
        "rules": {name: rule.model_dump(exclude_defaults=True) for name, rule in left.rules.items()},
        "identity": list(left.identity),
    }


def read_left(kept: object) -> LeftOff | None:
    """Take up what was kept; None where there is nothing, or it is damaged."""
    if not isinstance(kept, Mapping):
        return None
    try:
        choices = ReadingChoices(**{**kept["choices"], "keep": tuple(kept["choices"]["keep"])})
        rules = {str(name): ColumnRule(**rule) for name, rule in kept["rules"].items()}
        name, said, campaign, mark = (str(kept[one]) for one in ("name", "said", "campaign", "fingerprint"))
        paths = tuple(map(Path, kept["paths"]))
        identity = tuple(map(str, kept["identity"]))
        return LeftOff(paths, name, said, campaign, mark, choices, rules, identity) if paths else None
    except (KeyError, TypeError, AttributeError, ValueError, ValidationError):
        return None
