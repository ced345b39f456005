"""Enrichment: plugins fill and standardise fields; only the engine writes, and it says who did what."""

from omoto_kit.enrichment.asking import Tally
from omoto_kit.enrichment.coverage import Conflict, Coverage, conflicts, coverage
from omoto_kit.enrichment.engine import CODES, enrich
from omoto_kit.enrichment.undoing import undo

__all__ = ["CODES", "Conflict", "Coverage", "Tally", "conflicts", "coverage", "enrich", "undo"]
