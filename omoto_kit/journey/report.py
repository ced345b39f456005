"""A checked batch as one page: every row accounted for, what is wrong, what was changed, and what customers said.

The page holds all that it shows, opens without a network, and prints on paper. Personal data is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import split_field
from omoto_kit.errors import SettingsError
from omoto_kit.journey.drawing import bars, strip
from omoto_kit.validation import Earlier, History, Portrait, nps, nps_margin

__all__ = ["masked", "report", "write_report"]

#: Fields whose values name no person, so that a report may quote them.
OPEN = ("campaignid", "campaigntype", "channel", "npsrating", "namevaluemap.unitname", "namevaluemap.city")
_PERSONAL = re.compile(r"@|(?:\d[ ()+.-]*){7}")
_QUOTED = re.compile(r"'[^']*'")
_GROUPS = 20
_NPS_SCALE = (0, 10)


def masked(text: str | None, field: str, *, unmasked: bool = False) -> str:
    """Show a value as it may be shown: whole where its field names no person, else its first sign and its length.

    >>> masked("9845012345", "customerinfo.mobileno"), masked("Hitec City", "namevaluemap.unitname")
    ('9••• (10 signs)', 'Hitec City')
    """
    if text is None or text == "":
        return "(empty)"
    if unmasked or _open(text, field):
        return text
    return f"{text[0]}••• ({len(text)} signs)"


def _open(text: str, field: str) -> bool:
    """Tell whether a value may be quoted: its field names no person, and it is no number or address that slipped in."""
    return (field in OPEN or field.startswith("catnpsmap")) and not _PERSONAL.search(text)


def write_report(batch: Batch, path: Path, history: History | None = None, *, unmasked: bool = False) -> None:
    """Write the page to a file. Raises SettingsError where it cannot be written."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(report(batch, history, unmasked=unmasked), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        advice = "Choose another place; nothing was written."
        raise SettingsError(f"It cannot be written: {error.strerror}.", where=path, advice=advice) from None


def report(batch: Batch, history: History | None = None, *, unmasked: bool = False) -> str:
    """Give the page as HTML; `history` brings the comparison with the last batch."""
    sent = Portrait.of(Batch(batch.campaign, batch.source, batch.ready))
    last = history.batches[-1] if history is not None and history.batches else None
    parts = (
        _account(batch),
        _guards(batch),
        _ratings(batch, sent),
        _groups(batch),
        _comparison(batch, sent, last),
        _problems(batch, unmasked=unmasked),
        _changes(batch, unmasked=unmasked),
    )
    page = Template((resources.files("omoto_kit.journey") / "report.html").read_text(encoding="utf-8"))
    shown = "Personal data is shown in full: keep this page as carefully as the file." if unmasked else ""
    return page.substitute(
        title=escape(f"{batch.source.name} · {batch.campaign.name or 'campaign ' + batch.campaign.id}"),
        understood=escape(f"Campaign {batch.campaign.id} · {batch.source.understood}"),
        body="\n".join(filter(None, parts)),
        footer=escape(shown or "Personal data is masked. Made by omoto check; nothing was sent."),
    )


def _account(batch: Batch) -> str:
    """Account for every row."""
    counts = batch.counts()
    kinds = (("rows", ""), ("ready", "good"), ("held", "bad"), ("duplicate", ""), ("problems", ""))
    tiles = "".join(f'<div class="tile {style}"><b>{counts[name]:,}</b>{name}</div>' for name, style in kinds)
    drawn = strip([(counts["ready"], "#2b8a5b"), (counts["held"], "#c4453c"), (counts["duplicate"], "#9aa3b2")])
    sentence = f"{counts['rows']:,} rows = {counts['ready']:,} ready + {counts['held']:,} held"
    sentence += f" + {counts['duplicate']:,} duplicate"
    return f'<div class="tiles">{tiles}</div><figure>{drawn}<figcaption>{sentence}</figcaption></figure>'


def _guards(batch: Batch) -> str:
    """Tell what looks wrong with the batch as a whole, and the reader's notes."""
    told = [
        f'<div class="guard{" holds" if guard.holds else ""}">{"<b>Holds the batch.</b> " if guard.holds else ""}'
        f"{escape(guard.message)} <code>{guard.code}</code></div>"
        for guard in batch.guards
    ]
    told += [f'<div class="guard">{escape(note)}</div>' for note in batch.notes]
    return f"<h2>The batch as a whole</h2>{''.join(told)}" if told else ""


def _ratings(batch: Batch, sent: Portrait) -> str:
    """Draw how the ratings of the rows that may be sent are spread, with the score and its margin."""
    if not sent.rated:
        return ""
    low, top = batch.campaign.rating.scale
    counted = [(str(rating), sent.ratings.get(rating, 0)) for rating in range(low, min(top, low + 20) + 1)]
    colours = [_colour(int(name), (low, top)) for name, _ in counted]
    tile = _score(sent.ratings, (low, top))
    return (
        f"<h2>What customers said</h2><p><b class='score'>{tile}</b> "
        f"from {sent.rated:,} ratings of rows that are ready</p>"
        f"<figure>{bars(counted, colours)}<figcaption>Ratings from {low} to {top}: how many answers each has"
        f"</figcaption></figure>"
    )


def _colour(rating: int, scale: tuple[int, int]) -> str:
    if scale != _NPS_SCALE:
        return "#2f5bd0"
    return "#2b8a5b" if rating >= 9 else "#c9a227" if rating >= 7 else "#c4453c"  # noqa: PLR2004  by definition


def _score(ratings: Mapping[int, int], scale: tuple[int, int]) -> str:
    """Write the score with its margin; on another scale than 0 to 10, the mean."""
    total = sum(ratings.values())
    score = nps(ratings)
    if score is None:
        return "no ratings"
    if scale != _NPS_SCALE:
        return f"Mean {sum(rating * count for rating, count in ratings.items()) / total:.1f}"
    points = f"{round(score):+d}".replace("-", "\u2212") if round(score) else "0"
    return f"NPS {points} ± {nps_margin(ratings):.0f}"


def _groups(batch: Batch) -> str:
    """Give the score by unit and by channel."""
    parts = []
    for field, name in (("namevaluemap.unitname", "unit"), ("channel", "channel")):
        if field not in batch.values.columns or "npsrating" not in batch.values.columns:
            continue
        groups = batch.ready.filter(pl.col(field).is_not_null()).partition_by(field, maintain_order=True)
        portraits = sorted(((one[field][0], one) for one in groups), key=lambda one: (-one[1].height, one[0]))
        rows = [_group(batch, unit, rows) for unit, rows in portraits[:_GROUPS]]
        more = len(portraits) - _GROUPS
        tail = f'<p class="soft">and {more} more with fewer rows</p>' if more > 0 else ""
        parts.append(f"<h2>By {name}</h2>{_table((name, '#answers', '#score'), rows)}{tail}")
    return "".join(parts)


def _group(batch: Batch, name: str, rows: pl.DataFrame) -> tuple[str, str, str]:
    portrait = Portrait.of(Batch(batch.campaign, batch.source, rows))
    return escape(name), f"{portrait.rated:,}", _score(portrait.ratings, batch.campaign.rating.scale)


def _comparison(batch: Batch, here: Portrait, last: Earlier | None) -> str:
    """Hold the batch against the last one that was put."""
    if last is None:
        return ""
    before, scale = last.portrait, batch.campaign.rating.scale
    rows = [("rows that go out", f"{here.rows:,}", f"{before.rows:,}")]
    rows.append(("score", _score(here.ratings, scale), _score(before.ratings, scale)))
    for field in before.columns:
        now = here.columns.get(field)
        share = f"{now.blank_share:.0%}" if now else "100%"
        then = f"{before.columns[field].blank_share:.0%}"
        if share != then:
            rows.append((f"empty: {escape(batch.column_of(field) or split_field(field)[1] or field)}", share, then))
    when = f", put on {last.on}" if last.on else ""
    head = f'<h2>Beside the last batch</h2><p class="soft">{escape(last.name)}{when}</p>'
    return head + _table(("", "#this one", "#the last"), rows)


def _problems(batch: Batch, *, unmasked: bool) -> str:
    """List problems by kind, the worst first, each with an example."""
    kinds = (
        batch.problems.group_by("severity", "code", "column", maintain_order=True)
        .agg(pl.len().alias("times"), pl.col("row", "field", "value", "message").first())
        .sort("severity", "times", descending=[False, True], maintain_order=True)
    )
    if not kinds.height:
        return "<h2>Problems</h2><p>None.</p>"
    rows = []
    for one in kinds.iter_rows(named=True):
        message = _told(one["message"], one["value"], one["field"], unmasked=unmasked)
        tag = f'<span class="tag {one["severity"]}">{"holds" if one["severity"] == "error" else "warns"}</span>'
        where = f"<b>{escape(one['column'] or one['field'])}</b><br><code>{_breakable(one['code'])}</code>"
        value = masked(one["value"], one["field"], unmasked=unmasked)
        example = f'{escape(message)}<br><span class="soft">row {one["row"]}: {escape(value)}</span>'
        rows.append((tag, where, f"{one['times']:,}", example))
    return f"<h2>Problems by kind</h2>{_table(('', 'column', '#rows', 'for example'), rows)}"


def _told(message: str, value: str | None, field: str, *, unmasked: bool) -> str:
    """Keep what a message quotes of a person out of it."""
    if unmasked or _open(value or "", field) or not field:
        return message
    bare = message.replace(value, "•••") if value and len(value) > 1 else message
    return _QUOTED.sub("'•••'", bare)


def _changes(batch: Batch, *, unmasked: bool) -> str:
    """Say who changed how many cells, with an example of each."""
    done = batch.changes.filter(pl.col("outcome") == "set")
    kinds = done.group_by("step", "field", maintain_order=True).agg(
        pl.len().alias("cells"), pl.col("row", "before", "after").first()
    )
    if not kinds.height:
        return ""
    rows = [
        (
            f"<b>{escape(one['step'])}</b>",
            escape(one["field"]),
            f"{one['cells']:,}",
            escape(_changed(one, unmasked=unmasked)),
        )
        for one in kinds.sort("cells", descending=True, maintain_order=True).iter_rows(named=True)
    ]
    return f"<h2>What was changed, and by whom</h2>{_table(('by', 'field', '#cells', 'for example'), rows)}"


def _breakable(code: str) -> str:
    return escape(code).replace("_", "_<wbr>")


def _changed(one: Mapping[str, Any], *, unmasked: bool) -> str:
    before, after = (masked(one[side], one["field"], unmasked=unmasked) for side in ("before", "after"))
    return f"row {one['row']}: {before} → {after}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay cells of HTML out; heads that begin with '#' stand above numbers. A phone shows wide ones as cards."""
    numbers = [head.startswith("#") for head in heads]
    names = [head.removeprefix("#") for head in heads]
    top = "".join(f"<th{_class(right)}>{name}</th>" for name, right in zip(names, numbers, strict=True))
    body = "".join(f"<tr>{''.join(_cells(row, names, numbers))}</tr>" for row in rows)
    style = ' class="stack"' if len(names) > 3 else ""  # noqa: PLR2004  three short columns fit a phone
    return f'<div class="wide"><table{style}><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells(row: Sequence[str], names: Sequence[str], numbers: Sequence[bool]) -> Iterator[str]:
    for cell, name, right in zip(row, names, numbers, strict=True):
        label = f' data-name="{name}"' if right else ""
        yield f"<td{_class(right)}{label}>{cell}</td>"


def _class(right: bool) -> str:  # noqa: FBT001  a table's own helper
    return ' class="n"' if right else ""
