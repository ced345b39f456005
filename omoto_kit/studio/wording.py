"""Wording: what the library says for the command line, said as the screens have it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from omoto_kit.campaign import split_field
from omoto_kit.studio.review.columns import title_of

__all__ = ["label_of", "labels", "on_screen"]

#: What a command's option is on the screens; the first that fits is taken.
_SAID = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r'Say so with --map "[^"]*"', "Choose it on Map"),
        (r"(?:, )?or with --map \"[^\"]*\"", " or choose it on Map"),
        (r'Map another with --map "[^"]*"', "Choose another on Map"),
        (r"unless \[columns\] or --map says so", "unless you choose it on Map"),
        (r"choose (one |it )?with --map", "choose it on Map"),
        (r"Correct \[identity\] columns\.", "Choose another as the rows' own key, on Map."),
        (r"Leave --map out\.", "Take back what you chose on Map."),
        (r" Or say --unverified\.", ""),
        (r", and name it with --to NAME", ", and choose it on Start"),
        (r"say --allow-http \(allow_http\)", "write allow_http = true below the endpoint in omoto.toml"),
        (
            r"say which row holds the headers \(header_row\), or as_table=True",
            "say so below “Read it another way”",
        ),
        (r"Say which one as the sheet \(sheet=[^)]*\)", "Choose one below “Read it another way”"),
    )
)
#: A field in a text, but for one in quotes: that is somebody's own word.
_FIELD = re.compile(r"(?<![\w.'\"])(?:npsrating|(?:customerinfo|namevaluemap|catnpsmap)\.\w+)(?![\w'\"])")
_WHOLE = {"catnpsmap": "Categories, several in a cell", "namevaluemap": "Attributes, names and values in a cell"}


def on_screen(text: str) -> str:
    """Say a note or an advice without options of the command line, and with the plain names of fields.

    >>> on_screen("Column 'A' could feed customerinfo.name; choose one with --map.")
    "Column 'A' could feed Customer; choose it on Map."
    """
    for pattern, instead in _SAID:
        text = pattern.sub(instead, text)
    return _FIELD.sub(lambda found: _titled(found[0]), text)


def label_of(field: str) -> str:
    """Name a field as people do, and so that no two fields share a name.

    >>> label_of("customerinfo.mobileno"), label_of("catnpsmap.Price"), label_of("namevaluemap.visit")
    ('Mobile', 'Category: Price', 'Attribute: visit')
    """
    group, name = split_field(field)
    title = title_of(field)
    if field in _WHOLE:
        return _WHOLE[field]
    if title == name and group in ("catnpsmap", "namevaluemap"):
        return f"{'Category' if group == 'catnpsmap' else 'Attribute'}: {name}"
    return title


def _titled(field: str) -> str:
    """Name a field in the middle of a text, where the name of an attribute may go on after a space."""
    label = label_of(field)
    kind, colon, name = label.partition(": ")
    return f"{kind.lower()} {name}" if colon else label


def labels(fields: Iterable[str]) -> dict[str, str]:
    """Name several fields."""
    return {field: label_of(field) for field in fields}
