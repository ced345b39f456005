"""Small charts as inline SVG: bars, a strip and a whisker, with their numbers in words beside them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["BAD", "CALM", "GOOD", "GREY", "PLAIN", "bars", "strip", "whisker"]

GOOD, CALM, BAD, PLAIN, GREY = "#2b8a5b", "#c9a227", "#c4453c", "#2f5bd0", "#9aa3b2"
_HEIGHT, _STEP = 110, 44


def bars(counted: Sequence[tuple[str, int]], colours: Sequence[str]) -> str:
    """Draw one bar for each name, with its count above it.

    >>> bars([("9", 2)], ["#000000"]).count("<rect")
    1
    """
    most = max((count for _, count in counted), default=0) or 1
    parts = []
    for place, ((name, count), colour) in enumerate(zip(counted, colours, strict=True)):
        height, middle = max(_HEIGHT * count / most, 1), place * _STEP + _STEP / 2
        top = 22 + _HEIGHT - height
        parts.append(
            f'<rect x="{place * _STEP + 5}" y="{top:.1f}" width="{_STEP - 10}" height="{height:.1f}" '
            f'rx="{min(4, height / 2):.1f}" fill="{colour if count else "#dfe3ea"}"/>'
            f'<text x="{middle}" y="{top - 6:.1f}" text-anchor="middle">{count or ""}</text>'
            f'<text x="{middle}" y="{_HEIGHT + 42}" text-anchor="middle">{name}</text>'
        )
    label = ", ".join(f"{name}: {count}" for name, count in counted)
    size = f"0 0 {len(counted) * _STEP} {_HEIGHT + 50}"
    return f'<svg class="bars" viewBox="{size}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def strip(parts: Sequence[tuple[int, str]], label: str = "rows by state") -> str:
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
    return f'<svg viewBox="0 0 1000 14" role="img" aria-label="{label}">{"".join(drawn)}</svg>'


def whisker(score: float, margin: float) -> str:
    """Draw a score between -100 and 100 as a dot, with a line as long as its margin on both sides.

    >>> whisker(50.0, 10.0).count("<circle")
    1
    """
    left, right = (max(-100.0, min(100.0, end)) + 100 for end in (score - margin, score + margin))
    colour = GOOD if score > 0 else BAD if score < 0 else GREY
    return (
        f'<svg class="whisker" viewBox="0 0 200 16" role="img" aria-label="{score:.0f}, give or take {margin:.0f}">'
        f'<rect x="0" y="7.5" width="200" height="1" fill="#dfe3ea"/>'
        f'<rect x="99.5" y="2" width="1" height="12" fill="{GREY}"/>'
        f'<rect x="{left:.1f}" y="6" width="{max(right - left, 1):.1f}" height="4" rx="2" fill="{colour}" '
        f'opacity=".35"/><circle cx="{score + 100:.1f}" cy="8" r="4.5" fill="{colour}"/></svg>'
    )
