"""What a person wrote after an option, taken apart: `--map Header=field`, `--read key=value`, `--canary 1,10`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from omoto_kit.errors import SettingsError, did_you_mean

__all__ = ["parse_canary", "parse_maps", "parse_reading"]


def _row(value: str) -> int:
    if not value.isdecimal():
        what = f"--read 'header_row={value}' names no row."
        raise SettingsError(what, advice="Give the row's number, or 0 for no headers.")
    return int(value)


def _is_yes(value: str) -> bool:
    return value.lower() in {"yes", "true", "1"}


#: What `--read` may say of a file, and how it is read.
READ_KEYS: Mapping[str, Callable[[str], Any]] = {
    "header_row": _row,
    "encoding": str,
    "delimiter": str,
    "as_table": _is_yes,
    "keep": str,
}


def parse_reading(texts: list[str] | None) -> dict[str, Any]:
    """Take `--read key=value` as the choices of a reading.

    >>> parse_reading(["header_row=3", "keep=previews", "keep=partial", "as_table=yes"])
    {'header_row': 3, 'keep': ('previews', 'partial'), 'as_table': True}
    """
    choices: dict[str, Any] = {}
    for text in texts or ():
        key, _, value = text.partition("=")
        if key not in READ_KEYS or not value:
            raise _not_understood(text, key)
        read = READ_KEYS[key](value)
        choices[key] = (*choices.get(key, ()), read) if key == "keep" else read
    return choices


def parse_maps(maps: list[str] | None) -> dict[str, str]:
    """Take `Header=field` apart at the last equals sign, since a header may hold one itself.

    >>> parse_maps(["Rating (1=bad)=npsrating"])
    {'Rating (1=bad)': 'npsrating'}
    """
    parsed = {}
    for text in maps or ():
        header, equals, field = text.rpartition("=")
        if not equals or not header.strip() or not field.strip():
            advice = 'Write it as --map "Overall Rating=npsrating".'
            raise SettingsError(f"--map {text!r} is not of the form Header=field.", advice=advice)
        parsed[header.strip()] = field.strip()
    return parsed


def parse_canary(text: str) -> tuple[int, ...]:
    """Read the sizes of the first releases.

    >>> parse_canary("1, 10"), parse_canary("0")
    ((1, 10), ())
    """
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = (-1,)
    if any(size < 0 for size in sizes):
        raise SettingsError(f"--canary {text!r} is no list of numbers.", advice='Write it as --canary "1,10".')
    return tuple(size for size in sizes if size)


def _not_understood(text: str, key: str) -> SettingsError:
    near = did_you_mean(key, READ_KEYS) or f"Known are {', '.join(READ_KEYS)}."
    return SettingsError(f"--read {text!r} is not understood.", advice=f"{near} Write it as --read header_row=3.")
