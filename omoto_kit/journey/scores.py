"""What customers said, for the report: ratings, the score with its margin, units, channels, and the last batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from omoto_kit.batch import Batch
from omoto_kit.campaign import split_field
from omoto_kit.journey.drawing import BAD, CALM, GOOD, PLAIN, bars, strip, whisker
from omoto_kit.journey.findings import GROUPED, Group
from omoto_kit.journey.tables import table
from omoto_kit.validation import Earlier, Portrait, nps, nps_margin

__all__ = ["comparison", "groups", "ratings"]

NPS_SCALE = (0, 10)
#: Ratings from which on a customer is passive, and a promoter, by the score's definition.
PASSIVE, PROMOTER = 7, 9
#: So many groups are shown, and so many ratings of a long scale.
GROUPS, RATINGS = 20, 21
LEAST_RATED = 2


def ratings(sent: Portrait, scale: tuple[int, int]) -> str:
    """Draw how the ratings of the rows that may be sent are spread, with the score and its margin."""
    if not sent.rated:
        return ""
    low, top = scale
    counted = [(str(rating), sent.ratings.get(rating, 0)) for rating in range(low, min(top + 1, low + RATINGS))]
    colours = [_colour(int(name), (low, top)) for name, _ in counted]
    return (
        f"<h2>What customers said</h2><p><b class='score'>{_score(sent.ratings, (low, top))}</b> "
        f"from {sent.rated:,} ratings of rows that are ready</p>{_shares(sent.ratings, (low, top))}"
        f"<figure>{bars(counted, colours)}<figcaption>Ratings from {low} to {top}: how many answers each has"
        f"</figcaption></figure>"
    )


def _shares(counts: Mapping[int, int], scale: tuple[int, int]) -> str:
    """Draw the shares of detractors, passives and promoters; another scale has none."""
    if scale != NPS_SCALE:
        return ""
    parts = _parts(counts)
    total = sum(parts.values())
    words = ", ".join(f"{count / total:.0%} {name}" for name, count in parts.items())
    drawn = strip(list(zip(parts.values(), (BAD, CALM, GOOD), strict=True)), words)
    note = "The margin is where 19 of 20 such samples would lie."
    return f"<figure>{drawn}<figcaption>{words}. {note}</figcaption></figure>"


def _parts(counts: Mapping[int, int]) -> dict[str, int]:
    parts = dict.fromkeys(("detractors", "passives", "promoters"), 0)
    for rating, count in counts.items():
        parts["promoters" if rating >= PROMOTER else "passives" if rating >= PASSIVE else "detractors"] += count
    return parts


def _colour(rating: int, scale: tuple[int, int]) -> str:
    if scale != NPS_SCALE:
        return PLAIN
    return GOOD if rating >= PROMOTER else CALM if rating >= PASSIVE else BAD


def _score(counts: Mapping[int, int], scale: tuple[int, int]) -> str:
    """Write the score with its margin; on another scale than 0 to 10, the mean."""
    total = sum(counts.values())
    score = nps(counts)
    if score is None:
        return "no ratings"
    if scale != NPS_SCALE:
        return f"Mean {sum(rating * count for rating, count in counts.items()) / total:.1f}"
    return f"NPS {_points(score)} ± {nps_margin(counts):.0f}"


def _points(score: float) -> str:
    """Write points with their sign.

    >>> _points(12.4), _points(-3.6), _points(0.2)
    ('+12', '\N{MINUS SIGN}4', '0')
    """
    return f"{round(score):+d}".replace("-", "\N{MINUS SIGN}") if round(score) else "0"


def groups(found: Mapping[str, Mapping[str, Group]], scale: tuple[int, int]) -> str:
    """Give rows and score by unit and by channel."""
    return "".join(_by(found[field], name, scale) for field, name in GROUPED.items() if field in found)


def _by(every: Mapping[str, Group], name: str, scale: tuple[int, int]) -> str:
    """Give the groups that have ready rows; what stands in held rows alone may be anything, and is only counted."""
    ready = sorted((one for one in every.items() if one[1].ready), key=lambda one: (-one[1].ready, one[0]))
    is_nps = scale == NPS_SCALE
    rows = [_group(value, group, scale) for value, group in ready[:GROUPS]]
    more = len(ready) - GROUPS
    tail = f'<p class="soft">and {more} more with fewer rows</p>' if more > 0 else ""
    waiting = sum(group.held for group in every.values() if not group.ready)
    if waiting:
        tail += f'<p class="soft">{waiting:,} held rows have a {name} of which no row is ready.</p>'
    heads = (name, "#ready", "#held", "#score", *(("from \N{MINUS SIGN}100 to +100",) if is_nps else ()))
    return f"<h2>By {name}</h2>{table(heads, rows)}{tail}" if rows else ""


def _group(value: str, group: Group, scale: tuple[int, int]) -> tuple[str, ...]:
    score, rated = nps(group.ratings), sum(group.ratings.values())
    drawn = whisker(score, nps_margin(group.ratings)) if score is not None and rated >= LEAST_RATED else ""
    told = (f"<b>{escape(value)}</b>", f"{group.ready:,}", f"{group.held:,}", _score(group.ratings, scale))
    return (*told, *((drawn,) if scale == NPS_SCALE else ()))


def comparison(batch: Batch, here: Portrait, last: Earlier | None) -> str:
    """Hold the batch against the last one that was put."""
    if last is None:
        return ""
    when = f", put on {last.on}" if last.on else ""
    head = f'<h2>Beside the last batch</h2><p class="soft">{escape(last.name)}{when}</p>'
    return head + table(("", "#this one", "#the last", "difference"), list(_differences(batch, here, last.portrait)))


def _differences(batch: Batch, here: Portrait, before: Portrait) -> Iterator[tuple[str, str, str, str]]:
    scale = batch.campaign.rating.scale
    change = here.rows - before.rows
    yield "rows that go out", f"{here.rows:,}", f"{before.rows:,}", f"{change:+,}" if change else "none"
    yield "score", _score(here.ratings, scale), _score(before.ratings, scale), _apart(here, before, scale)
    if scale == NPS_SCALE and here.rated and before.rated:
        now, then = _parts(here.ratings), _parts(before.ratings)
        for name in ("promoters", "detractors"):
            yield _compared(name, now[name] / here.rated, then[name] / before.rated)
    yield from _blanks(batch, here, before)


def _blanks(batch: Batch, here: Portrait, before: Portrait) -> Iterator[tuple[str, str, str, str]]:
    """Name the columns of which another share is empty than before."""
    for field in before.columns:
        column = here.columns.get(field)
        share, was = (column.blank_share if column else 1.0), before.columns[field].blank_share
        if f"{share:.0%}" != f"{was:.0%}":
            name = escape(batch.column_of(field) or split_field(field)[1] or field)
            yield _compared(f"empty: {name}", share, was)


def _compared(name: str, share: float, was: float) -> tuple[str, str, str, str]:
    return name, f"{share:.0%}", f"{was:.0%}", f"{_points(100 * (share - was))} points"


def _apart(here: Portrait, before: Portrait, scale: tuple[int, int]) -> str:
    """Say how far two scores are apart, and whether chance would explain it."""
    now, then = nps(here.ratings), nps(before.ratings)
    if scale != NPS_SCALE or now is None or then is None:
        return ""
    chance = (nps_margin(here.ratings) ** 2 + nps_margin(before.ratings) ** 2) ** 0.5
    verdict = "within chance" if abs(now - then) <= chance else "more than chance"
    return f"{_points(now - then)} points, {verdict}"
