"""axe-core in the page: what it finds inside the studio, in words."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def script() -> str:
    """Read axe-core."""
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page, within: str) -> list[str]:
    """List what axe-core finds inside an element: rule, how grave, what to do, and where."""
    page.evaluate("text => { if (!window.axe) (0, eval)(text) }", script())
    found = page.evaluate("async within => (await axe.run(within, { resultTypes: ['violations'] })).violations", within)
    return [
        f"{one['id']} ({one['impact']}): {one['help']}\n    {node['html'][:200]}\n    {node.get('failureSummary', '')}"
        for one in found
        for node in one["nodes"]
    ]
