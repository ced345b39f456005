"""What a person sees of a prepared source: columns, problems, changes, and the account of every row."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import MADE, Batch, Source
from omoto_kit.cli.found import Found
from omoto_kit.cli.output import Face, cell_text, escaped
from omoto_kit.delivery import Filter, Outbox, Run
from omoto_kit.errors import OutboxError, UsageError
from omoto_kit.intake import ColumnMap, Mapped
from omoto_kit.intake.mapping import find_header
from omoto_kit.journey import Prepared, Workspace
from omoto_kit.journey.report import masked, sorted_notes
from omoto_kit.problem import Severity
from omoto_kit.receipt import Attempt, Receipt, State
from omoto_kit.validation import Kind

__all__ = [
    "account",
    "advise",
    "chosen_ids",
    "open_outbox",
    "problem_events",
    "show_prepared",
    "show_recall",
    "show_response",
    "show_runs",
    "tell_changes",
    "tell_problems",
]

#: How many row numbers are named before the rest is left to `--all`.
SHOWN_ROWS = 4
#: So much of a header, and of a first value, is shown beside the field.
HEADER_SHOWN, VALUE_SHOWN = 44, 20
#: So many columns that feed nothing are named.
LEFT_SHOWN = 12
#: States in the order in which an account is read; they and the duplicates add up to the rows.
ACCOUNT = (
    State.DELIVERED,
    State.REJECTED,
    State.UNKNOWN,
    State.HELD,
    State.QUEUED,
    State.SENDING,
    State.CANCELLED,
)


#: Severities in the order in which problems are shown, with what is said above each.
SEVERITIES = (
    (Severity.ERROR, "bold red", "These hold {}"),
    (Severity.WARNING, "bold yellow", "These only warn, in {}"),
)


def tell_problems(face: Face, batch: Batch) -> None:
    """Print each problem as a JSON line, by row."""
    if face.as_json:
        for problem in problem_events(batch.problems.sort("row", maintain_order=True)):
            face.event("problem", **problem | _place(batch.source, problem["row"]))


def _place(source: Source, row: int) -> dict[str, Any]:
    """Say in which of several files a row stood, and its number there; nothing where there is one file."""
    if not source.parts:
        return {}
    place = source.place(row)
    return {"file": str(place.path), "sheet": place.sheet, "file_row": place.row}


def problem_events(problems: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Give each problem as the command line's JSON has it; a fix with one option names it as its value."""
    for problem in problems.iter_rows(named=True):
        fix = problem["fix"]
        options = (fix or {}).get("options") or []
        single = {"value": options[0] if len(options) == 1 else None}
        yield problem | {"fix": fix and single | fix}


def tell_changes(face: Face, batch: Batch) -> None:
    """Print each change, as JSON lines or as tables: what was made, and what was offered and not taken."""
    ordered = batch.changes.sort("row", maintain_order=True)
    if face.as_json:
        for change in ordered.iter_rows(named=True):
            face.event("change", **change)
        return
    made = pl.col("outcome").is_in(MADE)
    _show_changes(face, "Changes", ordered.filter(made), ("before", "after"))
    _show_changes(face, "Not changed: what was offered", ordered.filter(~made), ("outcome", "before", "after"))


def _show_changes(face: Face, title: str, changes: pl.DataFrame, told: Sequence[str]) -> None:
    """Show changes, a line each."""
    keys = ("row", "field", *told, "step", "why")
    rows = ([cell_text(change[key]) for key in keys] for change in changes.iter_rows(named=True))
    if changes.height:
        face.table(title, ["#row", *keys[1:]], rows)


def show_prepared(face: Face, prepared: Prepared, *, every: bool = False, found: Found | None = None) -> None:
    """Show a person what was understood, what feeds what, and what is wrong.

    `found` is what was found in all rows, where the batch does not hold them any more.
    """
    if face.as_json:
        return
    batch = prepared.batch
    found = Found.of(batch) if found is None else found
    campaign = batch.campaign
    face.say(f"[bold]{escaped(campaign.name or 'Campaign')}[/] · campaign {escaped(campaign.id)}")
    name, understood = batch.source.name, batch.source.understood
    face.say(escaped(understood if understood.startswith(f"{name},") else f"{name}: {understood}"))
    if prepared.columns is not None:
        _show_columns(face, prepared.columns, campaign.identity)
    _show_notes(face, prepared)
    if every:
        _show_every_problem(face, batch)
    else:
        _show_problems(face, found, batch.source)
    _show_changed(face, found.changed)
    counts = found.counts
    face.say(
        f"[bold]{_rows(counts['rows'])}[/] = {counts['ready']:,} ready + {counts['held']:,} held"
        f" + {counts['duplicate']:,} duplicate"
    )


def _column_row(entry: Mapped) -> list[str]:
    return [
        entry.field,
        _short(", ".join(entry.rule.columns), HEADER_SHOWN),
        _short(masked(entry.preview[0], entry.field), VALUE_SHOWN) if entry.preview else "",
        f"{entry.confidence:.0%}",
        entry.reason,
    ]


def _rows(count: int) -> str:
    return f"{count:,} row" + ("" if count == 1 else "s")


def _show_notes(face: Face, prepared: Prepared) -> None:
    """Say what a person should know of the plugins and of the batch."""
    for problem in prepared.plugins.problems:
        face.say(f"[yellow]plugin not used[/] {escaped(str(problem))}")
    notes, idle = sorted_notes(prepared.batch.notes)
    for note in notes:
        face.say(f"[yellow]note[/] {escaped(note)}")
    if idle:
        face.say(f"[dim]{escaped(idle)}[/]")


def _show_columns(face: Face, columns: ColumnMap, identity: Sequence[str]) -> None:
    """Show what feeds what, with a first value that names no person; how surely and why where it was guessed.

    Name the columns that feed nothing, too: what is left behind must not be found out later.
    """
    applied = [entry for entry in columns.entries if entry.applied]
    guessed = len({entry.reason for entry in applied}) > 1 or any(entry.confidence < 1 for entry in applied)
    heads = ["field", "from column", "for example", "#sure", "because"]
    heads = heads if guessed else heads[:3]
    rows = [_column_row(entry)[: len(heads)] for entry in applied]
    reason = f", {applied[0].reason}" if applied and not guessed else ""
    face.table(f"Columns{reason}", heads, rows)
    keys = {find_header(name, columns.headers) for name in identity}
    left = [header for header in columns.unmapped if header not in keys]
    if left:
        more = f" and {len(left) - LEFT_SHOWN} more" if len(left) > LEFT_SHOWN else ""
        named = ", ".join(repr(_short(header, HEADER_SHOWN)) for header in left[:LEFT_SHOWN])
        face.paragraph(f"No field takes {named}{more}.")


def _short(text: str, most: int) -> str:
    """Cut the middle out of a text that is too long for a table's cell; a question's option stands at its end.

    >>> _short("What went wrong? (Select all that apply) - Price", 26)
    'What went wr… ply) - Price'
    """
    if len(text) <= most:
        return text
    tail = most // 2 - 1
    return f"{text[: most - tail - 2].rstrip()}… {text[-tail:].lstrip()}"


def _show_every_problem(face: Face, batch: Batch) -> None:
    """Show each problem of each row."""
    keys = ("column", "severity", "code", "value", "message")
    ordered = batch.problems.sort("row", maintain_order=True)
    rows = (
        [_row(batch.source, problem["row"]), *(cell_text(problem[key]) for key in keys)]
        for problem in ordered.iter_rows(named=True)
    )
    face.table("Problems", ["#row", *keys], rows)


def _show_problems(face: Face, found: Found, source: Source) -> None:
    """Show each kind of problem with its rows."""
    for severity, style, title in SEVERITIES:
        alike = [kind for kind in found.kinds if kind.severity == severity.value]
        if not alike:
            continue
        face.say("", f"[{style}]{title.format(_rows(found.rows[severity.value]))}[/]")
        for kind in alike:
            _show_kind(face, kind, source)
    if any(kind.rows > 1 for kind in found.kinds):
        face.say("", "[dim]Each kind is told by its first row; --all lists every problem.[/]")
    if found.kinds:
        face.say("")


def _show_kind(face: Face, kind: Kind, source: Source) -> None:
    """Show one kind of problem: where, in which rows, what is wrong, and what would mend how many of them."""
    name = escaped(kind.column or kind.field or "row")
    rows = _some_rows(kind.sample, source, kind.rows)
    face.say(f"  [bold]{name}[/]  {escaped(rows)}  [dim]{kind.code}[/]")
    face.paragraph(kind.message, indent=6)
    if kind.fixable:
        safe = "all" if kind.safe == kind.rows else f"{kind.safe:,}"
        losing = f", {safe} of them without losing anything (--fix safe)" if kind.safe else ""
        face.paragraph(f"{kind.fixable:,} can be set to the value on offer: --fix {kind.code}{losing}", indent=6)


def _some_rows(rows: Sequence[int], source: Source, count: int | None = None) -> str:
    """Name the first few rows, and say how many there are; of several files each with the file's name.

    >>> _some_rows([3], Source("a.csv")), _some_rows([1, 2, 3, 4, 5], Source("a.csv"), 1200)
    ('row 3', '1,200 rows: 1, 2, 3, 4, ...')
    >>> from omoto_kit.batch import Part
    >>> _some_rows([3, 125], Source("2 files", parts=(Part("april.csv"), Part("may.csv", after=120))))
    '2 rows: april.csv 3, may.csv 5'
    """
    total = count or len(rows)
    if total == 1 and not source.parts:
        return f"row {rows[0]}"
    more = ", ..." if total > SHOWN_ROWS else ""
    counted = "1 row" if total == 1 else f"{total:,} rows"
    return f"{counted}: {', '.join(_row(source, row) for row in rows[:SHOWN_ROWS])}{more}"


def _row(source: Source, row: int) -> str:
    """Number a row, with its file, or its sheet in the one file, where there are several."""
    if not source.parts:
        return str(row)
    place = source.place(row)
    is_one = len({part.path or part.name for part in source.parts}) == 1
    return f"{place.sheet if is_one and place.sheet else Path(str(place.path)).name} {place.row}"


def _show_changed(face: Face, changed: Mapping[tuple[str, str], int]) -> None:
    """Say how many cells each step changed."""
    if changed:
        rows = ([field, str(cells), step] for (step, field), cells in changed.items())
        face.table("Changed cells", ["field", "#cells", "by"], rows)


def account(face: Face, counts: Mapping[str, int], title: str = "Every row") -> None:
    """Show where each row of a source stands, with what a person should do next; the numbers add up to its rows."""
    rows = [[state.value, str(counts[state.value]), state.next_step] for state in ACCOUNT if counts.get(state.value)]
    if counts.get("duplicate"):
        rows.append(["duplicate", str(counts["duplicate"]), "nothing: the same answer stands in another row"])
    rows.append(["rows", str(counts["rows"]), ""])
    face.table(title, ["state", "#rows", "what to do next"], rows)


def open_outbox(path: Path | None) -> Outbox:
    """Open an outbox that must exist already: the named one, or the workspace's."""
    chosen = path or Workspace.find().outbox
    if not chosen.exists():
        advice = "Name one with --outbox FILE; `omoto push FILE` makes it."
        raise OutboxError("There is no such outbox.", where=chosen, advice=advice)
    return Outbox(chosen)


def chosen_ids(box: Outbox, ids: list[int] | None, wanted: Filter, *, every: bool = False) -> list[int]:
    """Take the ids that were named, or all that a filter lets through where the person narrowed it or said so."""
    if ids:
        return ids
    if not every and wanted.source is None and wanted.text is None and wanted.run is None:
        raise UsageError(
            "No response is named.", advice="Give ids as `omoto outbox list` shows them, or say which all."
        )
    return [receipt.id for receipt in box.find(wanted)]


def _try(attempt: Attempt) -> dict[str, Any]:
    """Give a try as JSON has it."""
    return {
        "started": attempt.started.isoformat(),
        "ended": attempt.ended and attempt.ended.isoformat(),
        "outcome": attempt.outcome and attempt.outcome.value,
        "status": attempt.status,
        "reply": attempt.reply,
        "error": attempt.error,
        "bytes_left": attempt.bytes_left,
    }


def show_response(face: Face, box: Outbox, number: int) -> None:
    """Show one response of an outbox: receipt, attempts, jsonbody."""
    receipt, attempts, body = box.receipt(number), box.attempts(number), box.body(number)
    tries = list(map(_try, attempts))
    decided = [
        {
            "decision": one.word,
            "was": one.was and one.was.value,
            "who": one.who,
            "why": one.why,
            "at": one.at.isoformat(),
        }
        for one in box.decisions(number)
    ]
    before = [{"jsonbody": one.body, "until": one.until.isoformat(), "who": one.who} for one in box.versions(number)]
    face.event("response", **receipt.as_json(), tries=tries, decisions=decided, versions=before, jsonbody=body)
    face.say(escaped(str(receipt)), escaped(f"endpoint {receipt.endpoint}, key {receipt.key}"))
    if receipt.next_step:
        face.say(f"next: {receipt.next_step}")
    heads = ["started", "outcome", "#status", "reply", "error"]
    rows = ([cell_text(a[key]) for key in ("started", "outcome", "status", "reply", "error")] for a in tries)
    if tries:
        face.table("Tries", heads, rows)
    for one in decided:
        face.say(escaped(f"{one['at']}  {one['decision']} by {one['who']}{one['why'] and ': '}{one['why']}"))
    for one in before:
        face.say(escaped(f"sent before it was mended on {one['until']}: {one['jsonbody'] or 'purged'}"))
    purged = "It has no jsonbody any more: it was purged."
    never = "It has no jsonbody: it was held before it could be made."
    face.say(escaped(body or (purged if receipt.attempts or receipt.state is State.DELIVERED else never)))


def show_runs(face: Face, runs: Sequence[Run]) -> None:
    """Show pushes, the newest first."""
    kinds = ("tried", "delivered", "rejected", "unknown")
    for run in runs:
        ended = run.ended and run.ended.isoformat()
        times = {"started": run.started.isoformat(), "ended": ended}
        face.event("run", id=run.id, endpoint=run.endpoint, **times, stopped=run.stopped, **run.counts)
    heads = ["#run", "started", "endpoint", *(f"#{kind}" for kind in kinds), "stopped"]
    rows = []
    for run in runs:
        stopped = run.stopped or ("" if run.ended else "it has no end: it runs, or was killed")
        counts = (str(run.counts[kind]) for kind in kinds)
        rows.append([str(run.id), f"{run.started:%Y-%m-%d %H:%M}", run.endpoint, *counts, stopped])
    face.table("", heads, rows)


def show_recall(face: Face, pairs: Sequence[tuple[Receipt, Receipt]]) -> None:
    """Show what Omoto must be asked to remove, and what takes its place."""
    for first, later in pairs:
        face.event("recall", remove=first.as_json(), instead=later.as_json())
    heads = ["#id", "file", "#row", "delivered", "#corrected by", "file", "#row"]
    rows = (
        [str(a.id), a.source, str(a.row), f"{a.at:%Y-%m-%d %H:%M:%S}", str(b.id), b.source, str(b.row)]
        for a, b in pairs
    )
    face.table("", heads, rows)
    if pairs:
        face.paragraph(
            "Omoto has both of each pair. Ask it to remove the first; `omoto outbox show ID` shows what it got."
        )
    else:
        face.say("Nothing that was delivered has been corrected since.")


def command_name() -> str:
    """How this command line is to be called: by its name where the shell finds it, else by its path."""
    return "omoto" if shutil.which("omoto") else str(Path(sys.argv[0]).absolute())


def advise(face: Face, box: Outbox, folder: Path, file: Path) -> None:
    """Say in words what a person should do about the rows that are not delivered, with the command that does it."""
    here = f"    cd {folder} && {command_name()}"
    held, unknown, rejected = (
        [str(receipt.id) for receipt in box.receipts(states=[state])]
        for state in (State.HELD, State.UNKNOWN, State.REJECTED)
    )
    if held:
        face.say(f"{len(held)} held: these rows were not sent. See what is wrong, mend the file, push it again:")
        face.say(f"{here} check {file.relative_to(folder)} --all")
    if unknown:
        face.say(
            f"{len(unknown)} unknown: the reply was lost, so it may have arrived. Look in Omoto, then say what it is:"
        )
        face.say(f'{here} outbox decide delivered {" ".join(unknown)} --why "seen in the dashboard"')
    if rejected:
        face.say(
            f"{len(rejected)} rejected: Omoto could not read it. See what was sent, mend the row, push the file again:"
        )
        face.say(f"{here} outbox show {rejected[0]}")
