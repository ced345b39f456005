"""Tables of the report as HTML: numbers to the right, and wide ones as cards on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

__all__ = ["table"]

#: So many short columns fit a phone; a table of more shows there as cards.
NARROW = 3


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay cells of HTML out; heads that begin with '#' stand above numbers.

    >>> table(("unit", "#answers"), [("Pune", "9")]).count("<td")
    2
    """
    numbers = [head.startswith("#") for head in heads]
    names = [head.removeprefix("#") for head in heads]
    top = "".join(f"<th{_style(right)}>{name}</th>" for name, right in zip(names, numbers, strict=True))
    body = "".join(f"<tr>{''.join(_cells(row, names, numbers))}</tr>" for row in rows)
    style = ' class="stack"' if len(names) > NARROW else ""
    return f'<div class="wide"><table{style}><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells(row: Sequence[str], names: Sequence[str], numbers: Sequence[bool]) -> Iterator[str]:
    for cell, name, right in zip(row, names, numbers, strict=True):
        label = f' data-name="{name}"' if right and name else ""
        yield f"<td{_style(right)}{label}>{cell}</td>"


def _style(right: bool) -> str:  # noqa: FBT001  a table's own helper
    return ' class="n"' if right else ""
