"""Validation: every rule over every row, guards over all of them, and the fixes that a person chooses."""

from omoto_kit.validation.batchwide import GUARDS, Names, look_over
from omoto_kit.validation.clusters import Cluster, cluster_mends, clusters
from omoto_kit.validation.codes import CODES
from omoto_kit.validation.fixes import apply_fix
from omoto_kit.validation.history import Before, Earlier, History, hold_against
from omoto_kit.validation.kinds import Kind, problem_kinds, summed_kinds
from omoto_kit.validation.mending import SAFE, Mend, alike, mend, offers
from omoto_kit.validation.portrait import Portrait, as_ratings, nps, nps_margin, source_portrait
from omoto_kit.validation.revalidating import revalidate
from omoto_kit.validation.streaming import SourceCheck
from omoto_kit.validation.trying import Trial, trial
from omoto_kit.validation.validating import look_at_whole, validate

__all__ = [
    "CODES",
    "GUARDS",
    "SAFE",
    "Before",
    "Cluster",
    "Earlier",
    "History",
    "Kind",
    "Mend",
    "Names",
    "Portrait",
    "SourceCheck",
    "Trial",
    "alike",
    "apply_fix",
    "as_ratings",
    "cluster_mends",
    "clusters",
    "hold_against",
    "look_at_whole",
    "look_over",
    "mend",
    "nps",
    "nps_margin",
    "offers",
    "problem_kinds",
    "revalidate",
    "source_portrait",
    "summed_kinds",
    "trial",
    "validate",
]
