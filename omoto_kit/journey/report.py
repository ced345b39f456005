"""A checked batch as one page: every row accounted for, what is wrong, what was changed, and what customers said.

The page holds all that it shows, opens without a network, and prints on paper. Personal data is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

import polars as pl

from omoto_kit.batch import MADE, Batch
from omoto_kit.campaign import OPEN_FIELDS
from omoto_kit.errors import SettingsError
from omoto_kit.journey.drawing import BAD, GOOD, GREY, strip
from omoto_kit.journey.scores import comparison, groups, ratings
from omoto_kit.journey.tables import table
from omoto_kit.validation import History, Kind, Portrait, problem_kinds

__all__ = ["masked", "report", "sorted_notes", "write_report"]

_PERSONAL = re.compile(r"@|(?:\d[ ()+.-]*){7}")
_QUOTED = re.compile(r"'[^']*'")
#: How the notes begin that say of a plugin's step that the file has no column for it.
_IDLE = re.compile(r"(\S+) was skipped: no column ")
#: So many examples of a kind of problem are shown, and so many of its rows named.
_EXAMPLES, _ROWS = 3, 12


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
    return (field in OPEN_FIELDS or field.startswith("catnpsmap")) and not _PERSONAL.search(text)


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
    today = date.today()  # noqa: DTZ011  the day where the file is checked
    last = history.batches[-1] if history is not None and history.batches else None
    parts = (
        _account(batch),
        _guards(batch),
        ratings(batch, sent),
        groups(batch),
        comparison(batch, sent, last),
        _problems(batch, unmasked=unmasked),
        _changes(batch, unmasked=unmasked),
    )
    page = Template((resources.files("omoto_kit.journey") / "report.html").read_text(encoding="utf-8"))
    shown = "Personal data is shown in full: keep this page as carefully as the file." if unmasked else ""
    return page.substitute(
        title=escape(f"{batch.source.name} · {batch.campaign.name or 'campaign ' + batch.campaign.id}"),
        campaign=escape(f"Campaign {batch.campaign.id}"),
        day=f"{today.day} {today:%B %Y}",
        understood=escape(batch.source.understood),
        body="\n".join(filter(None, parts)),
        footer=escape(shown or "Personal data is masked. Made by omoto check; nothing was sent."),
    )


def _account(batch: Batch) -> str:
    """Account for every row."""
    counts = batch.counts()
    kinds = (("rows", ""), ("ready", "good"), ("held", "bad"), ("duplicate", ""), ("problems", ""))
    tiles = "".join(f'<div class="tile {style}"><b>{counts[name]:,}</b>{name}</div>' for name, style in kinds)
    drawn = strip([(counts["ready"], GOOD), (counts["held"], BAD), (counts["duplicate"], GREY)])
    noun = "row" if counts["rows"] == 1 else "rows"
    sentence = f"{counts['rows']:,} {noun} = {counts['ready']:,} ready + {counts['held']:,} held"
    sentence += f" + {counts['duplicate']:,} duplicate"
    return f'<div class="tiles">{tiles}</div><figure>{drawn}<figcaption>{sentence}</figcaption></figure>'


def _guards(batch: Batch) -> str:
    """Tell what looks wrong with the batch as a whole, and the reader's notes."""
    told = [
        f'<div class="guard{" holds" if guard.holds else ""}">{"<b>Holds the batch.</b> " if guard.holds else ""}'
        f"{escape(guard.message)} <code>{guard.code}</code></div>"
        for guard in batch.guards
    ]
    notes, idle = sorted_notes(batch.notes)
    told += [f'<div class="guard">{escape(note)}</div>' for note in notes]
    told += [f'<p class="soft">{escape(idle)}</p>'] if idle else []
    return f"<h2>The batch as a whole</h2>{''.join(told)}" if told else ""


def sorted_notes(notes: Sequence[str]) -> tuple[list[str], str]:
    """Part what a person should read from what plugins could not do for want of a column; that becomes one sentence.

    >>> sorted_notes(["Look!", "cities:by_pin was skipped: no column pincode."])
    (['Look!'], '1 step of plugins found no column to read: cities:by_pin.')
    """
    idle = [found[1] for note in notes if (found := _IDLE.match(note))]
    steps = f"{len(idle)} step{'' if len(idle) == 1 else 's'} of plugins"
    sentence = f"{steps} found no column to read: {', '.join(idle)}." if idle else ""
    return [note for note in notes if not _IDLE.match(note)], sentence


def _problems(batch: Batch, *, unmasked: bool) -> str:
    """List problems by kind, the worst first, each with examples, its rows and what would mend it."""
    kinds = problem_kinds(batch)
    if not kinds:
        return "<h2>Problems</h2><p>None.</p>"
    rows = [
        (
            f'<span class="tag {kind.severity}">{"holds" if kind.severity == "error" else "warns"}</span>',
            f"<b>{_breakable(kind.column or kind.field or 'row')}</b><br><code>{_breakable(kind.code)}</code>",
            f"{kind.rows:,}",
            "<br>".join(_about(batch, kind, unmasked=unmasked)),
        )
        for kind in kinds
    ]
    return f"<h2>Problems by kind</h2>{table(('', 'column', '#rows', 'what is wrong'), rows)}"


def _about(batch: Batch, kind: Kind, *, unmasked: bool) -> Iterator[str]:
    """Say of one kind what is wrong, with examples, which rows, and how many of them a fix would mend."""
    mine = batch.problems.filter(
        (pl.col("code") == kind.code) & (pl.col("field") == kind.field) & (pl.col("column") == kind.column)
    )
    examples = mine.unique("value", keep="first", maintain_order=True).head(_EXAMPLES)
    first = mine.row(0, named=True)
    yield escape(_told(first["message"], first["value"], kind.field, unmasked=unmasked))
    shown = (
        f"row {row}: {masked(value, kind.field, unmasked=unmasked)}"
        for row, value in examples.select("row", "value").iter_rows()
    )
    yield f'<span class="soft">{escape("; ".join(shown))}</span>'
    if kind.rows > examples.height:
        more = ", …" if kind.rows > _ROWS else ""
        yield f'<span class="soft">rows {", ".join(map(str, kind.sample[:_ROWS]))}{more}</span>'
    if kind.fixable:
        safe = f", {kind.safe:,} of them without losing anything" if kind.safe else ""
        yield f'<span class="fix">{kind.fixable:,} of {kind.rows:,} could be mended by the value on offer{safe}.</span>'


def _told(message: str, value: str | None, field: str, *, unmasked: bool) -> str:
    """Keep what a message quotes of a person out of it."""
    if unmasked or _open(value or "", field) or not field:
        return message
    bare = message.replace(value, "•••") if value and len(value) > 1 else message
    return _QUOTED.sub("'•••'", bare)


def _changes(batch: Batch, *, unmasked: bool) -> str:
    """Say who changed how many cells, why, and with an example of each."""
    done = batch.changes.filter(pl.col("outcome").is_in(MADE))
    kinds = done.group_by("step", "field", maintain_order=True).agg(
        pl.len().alias("cells"), pl.col("row", "before", "after", "why").first()
    )
    if not kinds.height:
        return ""
    rows = [
        (
            f"<b>{escape(_whose(one['step']))}</b><br><code>{_breakable(one['step'])}</code>",
            _breakable(one["field"] or "the row's key"),
            f"{one['cells']:,}",
            "<br>".join(_changed(one, unmasked=unmasked)),
        )
        for one in kinds.sort("cells", descending=True, maintain_order=True).iter_rows(named=True)
    ]
    return f"<h2>What was changed, and by whom</h2>{table(('by', 'field', '#cells', 'for example'), rows)}"


def _whose(step: str) -> str:
    """Say in words who stands behind a step.

    >>> _whose("fix:asha"), _whose("validation:mobileno"), _whose("units:standard_name"), _whose("columns")
    ('asha, by hand', 'the form rules', 'plugin units', 'the column map')
    """
    maker, _, name = step.partition(":")
    known = {"fix": f"{name}, by hand", "validation": "the form rules", "columns": "the column map"}
    return known.get(maker, f"plugin {maker}")


def _breakable(name: str) -> str:
    """Let a long name break where its parts meet."""
    return re.sub(r"([_.:])", r"\1<wbr>", escape(name))


def _changed(one: Mapping[str, Any], *, unmasked: bool) -> Sequence[str]:
    before, after = (masked(one[side], one["field"], unmasked=unmasked) for side in ("before", "after"))
    why = _told(one["why"] or "", one["before"], one["field"], unmasked=unmasked)
    lines = [escape(f"row {one['row']}: {before} → {after}")]
    return [*lines, f'<span class="soft">{escape(why)}</span>'] if why else lines
