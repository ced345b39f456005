"""Intake: from a file or frame to rows of text, from their headers to fields, and from both to a batch."""

from omoto_kit.intake.composing import compose
from omoto_kit.intake.mapping import ColumnMap, Mapped, column_map
from omoto_kit.intake.reading import read
from omoto_kit.intake.saved import SavedMap, saved_maps

__all__ = ["ColumnMap", "Mapped", "SavedMap", "column_map", "compose", "read", "saved_maps"]
