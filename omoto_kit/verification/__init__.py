"""The pack that Omoto verifies, the sign-off that records it, and the watch over what drifts from it."""

from omoto_kit.verification.drifting import Drift, Observation, drift_of, observe
from omoto_kit.verification.pack import Pack, pack
from omoto_kit.verification.parts import Part
from omoto_kit.verification.questions import Question, questions_of
from omoto_kit.verification.samples import Sample
from omoto_kit.verification.shape import Shape
from omoto_kit.verification.signoff import SignOff, signoff_path
from omoto_kit.verification.terms import TermChange, Terms, terms_of
from omoto_kit.verification.verifying import Recorded, read_answers, record
from omoto_kit.verification.writing import Difference, differences, made_of_rows, write_pack

__all__ = [
    "Difference",
    "Drift",
    "Observation",
    "Pack",
    "Part",
    "Question",
    "Recorded",
    "Sample",
    "Shape",
    "SignOff",
    "TermChange",
    "Terms",
    "differences",
    "drift_of",
    "made_of_rows",
    "observe",
    "pack",
    "questions_of",
    "read_answers",
    "record",
    "signoff_path",
    "terms_of",
    "write_pack",
]
