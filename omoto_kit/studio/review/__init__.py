"""The review: a batch as a table that a person looks through and mends. No widget here."""

from omoto_kit.studio.review.columns import Column, columns_of, options_of
from omoto_kit.studio.review.found import LEFT_OUT
from omoto_kit.studio.review.sieve import Sieve
from omoto_kit.studio.review.steps import Step
from omoto_kit.studio.review.table import ReviewTable

__all__ = ["LEFT_OUT", "Column", "ReviewTable", "Sieve", "Step", "columns_of", "options_of"]
