"""Writing TOML: single values, and small edits that leave the rest of a person's file as it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

__all__ = ["edited", "key_text", "value_text"]

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def value_text(value: Any) -> str:
    r"""Write a value as TOML has it.

    >>> value_text(["a", 'b "c"']), value_text(True), value_text(2.5)
    ('["a", "b \\"c\\""]', 'true', '2.5')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(value_text, value)) + "]"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def key_text(key: str) -> str:
    """Write a key, quoted where it must be.

    >>> key_text("scale"), key_text("rating.scale")
    ('scale', '"rating.scale"')
    """
    return key if BARE_KEY.fullmatch(key) else value_text(key)


def edited(text: str, changes: Mapping[tuple[str, str], Any]) -> str | None:
    r"""Set keys of sections in a TOML file's text, comments and order kept; a value of None takes the key out.

    Gives None where the file is laid out in a way that this cannot change safely: whatever comes out has been parsed
    again, and means what the old text meant with these keys set.

    >>> changes = {("campaign", "id"): "7", ("rating", "scale"): [1, 5]}
    >>> print(edited('[campaign]\nid = "154"  # ours\n', changes), end="")
    [campaign]
    id = "7"  # ours
    <BLANKLINE>
    [rating]
    scale = [1, 5]
    """
    wanted = tomllib.loads(text)
    for (section, key), value in changes.items():
        table = wanted.setdefault(section, {})
        if not isinstance(table, dict):
            return None
        table.pop(key, None)
        if value is not None:
            table[key] = list(value) if isinstance(value, tuple) else value
        text = _set(text, section, key, value)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    return text if _full(found) == _full(wanted) else None


def _full(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out empty sections, which say nothing."""
    return {name: table for name, table in document.items() if table != {}}


def _set(text: str, section: str, key: str, value: Any) -> str:
    """Change, add or take out one line."""
    lines = text.splitlines(keepends=True)
    end = "\r\n" if "\r\n" in text else "\n"
    line = f"{key_text(key)} = {value_text(value)}"
    head = re.compile(rf"\s*\[\s*{re.escape(section)}\s*\]\s*(#.*)?")
    start = next((n for n, one in enumerate(lines) if head.fullmatch(one.rstrip("\r\n"))), None)
    if start is None:
        gap = "" if not text or text.endswith(end) else end
        return text if value is None else f"{text}{gap}{end}[{section}]{end}{line}{end}"
    at, found = _find_key(lines, start + 1, key)
    if found is not None:
        lines[at] = "" if value is None else f"{found[1]}{line}{_comment(found[2])}{end}"
    elif value is not None:
        lines[start] = lines[start] if lines[start].endswith("\n") else lines[start] + end
        lines.insert(start + 1, f"{line}{end}")
    return "".join(lines)


def _find_key(lines: list[str], start: int, key: str) -> tuple[int, re.Match[str] | None]:
    """Find the line of a key within the section whose lines begin at `start`; None where it has none."""
    form = re.compile(rf"(\s*)(?:{re.escape(key)}|{re.escape(value_text(key))})\s*=(.*)")
    for at in range(start, len(lines)):
        if lines[at].lstrip().startswith("["):
            break
        if found := form.match(lines[at]):
            return at, found
    return start, None


def _comment(rest: str) -> str:
    """Find the comment behind a value, with the blanks before it."""
    for found in re.finditer("#", rest):
        try:
            tomllib.loads(f"value = {rest[: found.start()]}")
        except tomllib.TOMLDecodeError:
            continue
        before = rest[: found.start()]
        return before[len(before.rstrip()) :] + rest[found.start() :].rstrip()
    return ""
