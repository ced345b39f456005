"""`--fix`, `--export-held` and `--report`: what `omoto check` does with its findings besides telling them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from rich.markup import escape

from omoto_kit.batch import Batch
from omoto_kit.cli.options import person
from omoto_kit.cli.output import Face
from omoto_kit.errors import OutboxError, SettingsError, UsageError, did_you_mean
from omoto_kit.intake import ColumnMap
from omoto_kit.journey import Prepared
from omoto_kit.journey.findings import Findings
from omoto_kit.journey.held import export_held
from omoto_kit.journey.history import recall
from omoto_kit.journey.report import write_report
from omoto_kit.validation import CODES, Mend, mend, offers

__all__ = ["Page", "mended", "save_columns", "write_held", "write_page"]

SAFE = "safe"


def mended(face: Face, prepared: Prepared, which: str | None, by: str | None = None) -> Prepared:
    """Apply the fixes that a person asked for, and tell each: all safe ones, or all single offers of one kind.

    `by` is who asked; left out, the login name.

    Raises SettingsError for a word that is neither.
    """
    if which is None:
        return prepared
    batch = prepared.batch
    chosen = _asked_for(batch, which)
    for one in chosen:
        face.event(
            "fix",
            field=one.field,
            code=one.code,
            before=one.before,
            after=one.after,
            rows=list(one.rows),
            safe=one.safe,
        )
    lines = ([one.field, one.before or "", one.after, str(len(one.rows))] for one in chosen)
    if chosen:
        face.table("Mended", ["field", "from", "to", "#rows"], lines)
    else:
        face.say(f"No fix to apply: --fix {which} found nothing with a single answer.")
    return replace(prepared, batch=mend(batch, chosen, by=person(by), plugins=prepared.plugins))


def write_held(face: Face, batch: Batch, path: Path | None) -> None:
    """Write the held rows to a workbook where one is named."""
    if path is None:
        return
    count = export_held(batch, path)
    face.event("held_export", path=str(path), rows=count)
    face.say(f"Wrote {count} held rows to {escape(str(path))}. Mend the coloured cells, then push that file.")
    if count and not batch.campaign.identity:
        face.say(
            "[yellow]note[/] The contract has no \\[identity]: mended rows cannot replace the held ones by their key."
        )


@dataclass(frozen=True)
class Page:
    """A report that is wanted: where, whether it shows personal data, and what it tells where a batch is an outline."""

    path: Path | None
    unmasked: bool = False
    findings: Findings | None = None


def write_page(face: Face, batch: Batch, outbox: Path, page: Page) -> None:
    """Write the report where one is named; without an outbox that can be read it compares with nothing."""
    if page.path is None:
        return
    try:
        history = recall(batch, outbox)
    except OutboxError:
        history = None  # the batch's notes say so already, and the page shows them
    write_report(batch, page.path, history, unmasked=page.unmasked, findings=page.findings)
    face.event("report", path=str(page.path))
    face.say(f"Wrote the report to {escape(str(page.path))}.")


def save_columns(face: Face, columns: ColumnMap | None, path: Path | None) -> None:
    """Save the column map where a file is named."""
    if path is None:
        return
    if columns is None:
        raise UsageError("jsonbody objects have no columns to map.", where=path, advice="Leave --save-map out.")
    columns.save(path)
    face.event("map_saved", path=str(path), fields=list(columns.applied))
    face.say(f"Saved the column map to {escape(str(path))}. Use it again with --use-map; in a workspace's folder maps/")
    face.say("a map is used by itself for files of the same shape.")


def _asked_for(batch: Batch, which: str) -> tuple[Mend, ...]:
    if which not in (SAFE, "suggestion", *CODES):
        near = did_you_mean(which, [SAFE, *CODES]) or "Say safe, or the code of a problem."
        raise SettingsError(f"--fix {which!r} names no fixes.", advice=near)
    return offers(batch, safe=True) if which == SAFE else offers(batch, code=which)
