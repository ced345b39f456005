"""Guards that hold a batch against what was put before: its score, its units, its blanks, and its very rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from omoto_kit.problem import Guard, Severity
from omoto_kit.validation.batchwide import FEW, Names, softened
from omoto_kit.validation.forms import quote
from omoto_kit.validation.portrait import Column, Portrait, nps, nps_margin

__all__ = ["Before", "Earlier", "History", "hold_against"]

_RATED_BEFORE, _RATED_NOW = 50, 30
_POINTS = 25
_SURE = 4.0
_YEAR = 366
_TOP = 10
#: What no unit's name looks like, so that a message may not quote it: an address, or a long number.
_PERSONAL = re.compile(r"@|(?:\d[ ()+.-]*){7}")


@dataclass(frozen=True)
class Earlier:
    """One batch that was put before: its name, the day, its rows as they were sent."""

    name: str
    portrait: Portrait
    on: str = ""


@dataclass(frozen=True)
class Before:
    """How much of the batch is known already at an endpoint; `looked` rows of it were looked up.

    `same_file` says that the very file was put. `keys` counts rows whose own key was put from another file,
    `customers` rows without a key whose customer gave the same rating, though not the very same answer, in another
    file, and `answers` rows without a key whose very answer was put from another file; `files` names those files.
    """

    endpoint: str = ""
    same_file: bool = False
    looked: int = 0
    keys: int = 0
    customers: int = 0
    answers: int = 0
    delivered: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """What an outbox knows of a campaign: its earlier batches, newest last, and what of this batch it has already."""

    batches: tuple[Earlier, ...] = field(default=(), repr=False)
    before: tuple[Before, ...] = ()

    @property
    def together(self) -> Portrait:
        """All earlier batches as one."""
        return sum((batch.portrait for batch in self.batches), Portrait())


def hold_against(portrait: Portrait, history: History, names: Names) -> tuple[Guard, ...]:
    """Give what differs from earlier batches by more than chance and habit explain, and what was put already."""
    past = history.together
    found = (
        *_score(portrait, past, history.batches),
        *_units(portrait, past, history.batches),
        *_blanks(portrait, past, names),
        *_long_ago(portrait, past, names),
        *_known(history.before),
    )
    return tuple(softened(found, portrait.rows))


def _score(portrait: Portrait, past: Portrait, batches: Sequence[Earlier]) -> Iterator[Guard]:
    """Compare the Net Promoter Scores."""
    now = {rating: count for rating, count in portrait.ratings.items() if rating <= _TOP}
    rated = sum(now.values())
    here, there = nps(now), nps(past.ratings)
    if here is None or there is None or rated < _RATED_NOW or past.rated < _RATED_BEFORE:
        return
    chance = (nps_margin(now, 1) ** 2 + nps_margin(past.ratings, 1) ** 2) ** 0.5
    scores = [nps(batch.portrait.ratings) for batch in batches if batch.portrait.rated >= _RATED_NOW]
    habit = max((abs(score - there) for score in scores if score is not None), default=0.0)
    if abs(here - there) <= max(_POINTS, _SURE * chance, habit * 1.5):
        return
    yield Guard(
        "nps_far",
        f"The score of these {rated} ratings is {here:+.0f}; that of the {past.rated} ratings in "
        f"{_batches(len(batches))} before is {there:+.0f}. Chance would explain about {2 * chance:.0f} points. The "
        "scale may be turned round or another one, or the file may hold a part of the customers only.",
    )


def _units(portrait: Portrait, past: Portrait, batches: Sequence[Earlier]) -> Iterator[Guard]:
    """Compare how the rows spread over the units."""
    rows, known = sum(portrait.units.values()), sum(past.units.values())
    if rows < _RATED_NOW or known < _RATED_BEFORE:
        return
    apart = _apart(portrait.units, past.units)
    habit = max((_apart(batch.portrait.units, past.units) for batch in batches if batch.portrait.units), default=0.0)
    if apart < 0.5 or (len(batches) > 1 and apart < habit + 0.15):  # noqa: PLR2004  shares of the rows
        return
    name, count = max(portrait.units.items(), key=lambda unit: unit[1] / rows - past.units.get(unit[0], 0) / known)
    shown = "one value" if _PERSONAL.search(name) else quote(name)
    strange = sum(many for unit, many in portrait.units.items() if unit not in past.units)
    yield Guard(
        "units_far",
        f"The rows spread over the units in another way than in {_batches(len(batches))} before: {shown} has "
        f"{count} of {rows} rows, and had {past.units.get(name, 0)} of {known}; {strange} rows are of units that were "
        "never seen. A filter may have been set, or the unit's column is another one.",
    )


def _apart(here: Mapping[str, int], there: Mapping[str, int]) -> float:
    """Give what share of the rows would have to move for two spreads to be alike, less what chance would move."""
    total, known = sum(here.values()), sum(there.values())
    both = Counter(here) + Counter(there)
    moved = chance = 0.0
    for name in both:
        share = both[name] / (total + known)
        moved += abs(here.get(name, 0) / total - there.get(name, 0) / known) / 2
        chance += 0.4 * (share * (1 - share) * (1 / total + 1 / known)) ** 0.5
    return max(0.0, moved - chance)


def _blanks(portrait: Portrait, past: Portrait, names: Names) -> Iterator[Guard]:
    """Find columns that are far emptier than they were."""
    if past.rows < _RATED_BEFORE or portrait.rows < FEW:
        return
    for name, before in past.columns.items():
        here = portrait.columns.get(name, Column(portrait.rows))
        if before.blank_share <= 0.3 and here.blank_share >= before.blank_share + 0.4:  # noqa: PLR2004  shares of rows
            yield Guard(
                "blanks_sudden",
                f"{names[name]} is empty in {here.blank_share:.0%} of {here.rows} rows; in earlier batches it was so "
                f"in {before.blank_share:.0%} of {before.rows}. The column may have been renamed or left out.",
            )


def _long_ago(portrait: Portrait, past: Portrait, names: Names) -> Iterator[Guard]:
    """Find dates that all lie more than a year before everything that was put so far."""
    for name, span in portrait.dates.items():
        before = past.dates.get(name)
        if before is None or not before.first or not span.last:
            continue
        days = (date.fromisoformat(before.first) - date.fromisoformat(span.last)).days
        if days > _YEAR:
            yield Guard(
                "dates_early",
                f"All {span.count} dates in {names[name]} lie more than a year before those of earlier batches: the "
                f"last is {span.last}, and earlier batches begin on {before.first}.",
            )


def _known(before: Sequence[Before]) -> Iterator[Guard]:
    """Say what of the batch was put already."""
    for known in before:
        at = f"at {known.endpoint}"
        if known.same_file:
            yield Guard(
                "source_delivered",
                f"This very file was put before {at}; {known.delivered} of its {known.looked} rows are delivered. "
                "Pushed again, what was sent is not sent a second time.",
                Severity.WARNING,
            )
            continue
        files = ", ".join(known.files)
        if known.keys * 2 >= known.looked > 0:
            yield Guard(
                "rows_delivered",
                f"{known.keys} of {known.looked} rows have keys that were put before {at}, from {files}. The same "
                "answers are not sent again; a row that says something else now is held as a correction.",
                Severity.WARNING,
            )
        if known.answers * 2 >= known.looked > 0:
            yield Guard(
                "rows_delivered",
                f"{known.answers} of {known.looked} rows say to the letter what was put before {at}, from {files}. "
                "They are not sent again.",
                Severity.WARNING,
            )
        if known.customers * 2 >= known.looked > 0:
            yield Guard(
                "customers_delivered",
                f"{known.customers} of {known.looked} rows are of customers who gave the same rating before {at}, in "
                f"{files}, and the rows have no key of their own. Omoto would count them twice. Map the column that "
                "makes a row itself, [identity] in the contract, or say go if these are new answers.",
            )


def _batches(count: int) -> str:
    return "the batch" if count == 1 else f"the {count} batches"
