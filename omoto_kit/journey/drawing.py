"""Small charts as inline SVG: bars and a strip, with their numbers in words beside them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["bars", "strip"]

_HEIGHT, _STEP = 110, 44


def bars(counted: Sequence[tuple[str, int]], colours: Sequence[str]) -> str:
    """Draw one bar for each name, with its count above it.

    >>> bars([("9", 2)], ["#000000"]).count("<rect")
    1
    """
    most = max((count for _, count in counted), default=0) or 1
    parts = []
    for place, ((name, count), colour) in enumerate(zip(counted, colours, strict=True)):
        height, middle = _HEIGHT * count / most, place * _STEP + _STEP / 2
        top = 22 + _HEIGHT - height
        parts.append(
            f'<rect x="{place * _STEP + 5}" y="{top:.1f}" width="{_STEP - 10}" height="{height:.1f}" rx="4" '
            f'fill="{colour}"/><text x="{middle}" y="{top - 6:.1f}" text-anchor="middle">{count or ""}</text>'
            f'<text x="{middle}" y="{_HEIGHT + 42}" text-anchor="middle">{name}</text>'
        )
    label = ", ".join(f"{name}: {count}" for name, count in counted)
    size = f"0 0 {len(counted) * _STEP} {_HEIGHT + 50}"
    return f'<svg class="bars" viewBox="{size}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def strip(parts: Sequence[tuple[int, str]]) -> str:
    """Draw counts as one strip whose parts are as long as they are many.

    >>> strip([(3, "#000000"), (0, "#ffffff")]).count("<rect")
    1
    """
    total, at, drawn = sum(count for count, _ in parts) or 1, 0.0, []
    for count, colour in parts:
        if count:
            width = 1000 * count / total
            drawn.append(f'<rect x="{at:.1f}" y="0" width="{max(width, 2):.1f}" height="14" fill="{colour}"/>')
            at += width
    return f'<svg viewBox="0 0 1000 14" role="img" aria-label="rows by state">{"".join(drawn)}</svg>'
