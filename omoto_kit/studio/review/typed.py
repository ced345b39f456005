"""What a person types into a cell, as the cell holds it; and what goes on a clipboard."""

from __future__ import annotations

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign, split_field
from omoto_kit.intake.splitting import parts_of
from omoto_kit.studio.review.steps import JOINT, Cell, shown
from omoto_kit.validation.fixes import reasons_of
from omoto_kit.validation.texts import sendable

__all__ = ["SELECTED", "cell_of", "copied", "shown_cell"]

#: What a person reads and writes for a category that was selected without a reason.
SELECTED = "selected"


def cell_of(batch: Batch, field: str, text: str | None) -> Cell:
    """Read what was typed into a field of a batch."""
    if field.startswith("catnpsmap."):
        return _reasons(batch, field, text or "")
    return sendable(text) if text else None


def copied(cell: object) -> str:
    """Write a cell as it goes on a clipboard."""
    if isinstance(cell, list):
        return shown(cell) or SELECTED
    return "" if cell is None else str(cell)


def shown_cell(campaign: Campaign, field: str, text: str | None) -> Cell:
    """Read what a change shows of a cell: a category's reasons joined, and none of them as an empty text."""
    if text is None or not field.startswith("catnpsmap."):
        return text or None
    return parts_of(text, JOINT, (campaign.categories or {}).get(split_field(field)[1], ()))


def _reasons(batch: Batch, field: str, text: str) -> list[str] | None:
    """Read the reasons of a category as a cell shows them, or as the source writes them."""
    if text.strip().casefold() == SELECTED:
        return []
    known = (batch.campaign.categories or {}).get(split_field(field)[1], ())
    parts = [text] if text in known else text.split(JOINT.strip())
    found = [reason for part in parts for reason in reasons_of(batch, field, part.strip()) or ()]
    return found or None
