"""The way from a file of survey answers to a receipt for every row, at Omoto.

    read -> compose -> enrich -> validate -> put -> push -> receipt

Names are resolved on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omoto_kit.batch import Batch
    from omoto_kit.delivery import Outbox
    from omoto_kit.enrichment import enrich
    from omoto_kit.errors import OmotoError
    from omoto_kit.intake import compose, read
    from omoto_kit.journey import Campaign, Endpoint
    from omoto_kit.plugins import Clear, Finding, Suggest, enricher, hookimpl, rule
    from omoto_kit.problem import Problem
    from omoto_kit.receipt import Receipt, State
    from omoto_kit.response import Response
    from omoto_kit.sandbox import Sandbox
    from omoto_kit.studio import studio
    from omoto_kit.validation import validate

__all__ = [
    "Batch",
    "Campaign",
    "Clear",
    "Endpoint",
    "Finding",
    "OmotoError",
    "Outbox",
    "Problem",
    "Receipt",
    "Response",
    "Sandbox",
    "State",
    "Suggest",
    "compose",
    "enrich",
    "enricher",
    "hookimpl",
    "read",
    "rule",
    "studio",
    "validate",
]

_HOME = {
    "Batch": "batch",
    "Campaign": "journey",
    "Clear": "plugins",
    "Endpoint": "journey",
    "Finding": "plugins",
    "OmotoError": "errors",
    "Outbox": "delivery",
    "Problem": "problem",
    "Receipt": "receipt",
    "Response": "response",
    "Sandbox": "sandbox",
    "State": "receipt",
    "Suggest": "plugins",
    "compose": "intake",
    "enrich": "enrichment",
    "enricher": "plugins",
    "hookimpl": "plugins",
    "read": "intake",
    "rule": "plugins",
    "studio": "studio",
    "validate": "validation",
}


def __getattr__(name: str) -> Any:
    """Fetch a public name from its module, the first time that it is asked for."""
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
