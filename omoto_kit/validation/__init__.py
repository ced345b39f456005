"""Validation: every rule over every row, the problems that it finds, and the fixes that a person chooses."""

from omoto_kit.validation.codes import CODES
from omoto_kit.validation.fixes import apply_fix
from omoto_kit.validation.streaming import SourceCheck
from omoto_kit.validation.validating import validate

__all__ = ["CODES", "SourceCheck", "apply_fix", "validate"]
