"""The column map: which source column feeds which field, how surely, and on whose word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Rows
from omoto_kit.campaign import Campaign, ColumnRule, is_field, split_field
from omoto_kit.errors import ColumnError, Place, did_you_mean
from omoto_kit.intake.content import content_guesses, preview, told_by_columns, weighed
from omoto_kit.intake.guesses import SURE, Guess, fold, guess_fields, targets
from omoto_kit.intake.hints import scale_hints
from omoto_kit.intake.saved import SavedMap, special_parts, write_file, write_map

__all__ = ["ColumnMap", "Mapped", "column_map", "could_be", "find_header", "listed"]

#: So many headers are listed in an error.
LISTED = 40
ONE_OR_JOINED = "Keep one of them, or name both in the contract: columns = [...] in [columns]."
AS_SAVED = "as the saved map says"
#: So many suggestions are told in notes; all are in the entries.
SUGGESTED = 10
#: A guess of less is not worth being told.
DOUBTFUL = 0.6
#: So many columns that could feed a required field are named.
NAMED = 3


@dataclass(frozen=True)
class Mapped:
    """One column that feeds a field (`applied`), or could; `rule.column` is the source's own header.

    `preview` shows the column's first values; they may be personal, so they stay out of the repr.
    """

    field: str
    rule: ColumnRule
    confidence: float
    reason: str
    applied: bool = True
    preview: tuple[str, ...] = attribute(default=(), repr=False)

    def as_json(self) -> dict[str, Any]:
        """Give the mapping as a plain dict; `rule` holds only what differs from taking the cells as they are."""
        return {
            "field": self.field,
            "columns": list(self.rule.columns),
            "rule": special_parts(self.rule),
            "confidence": self.confidence,
            "reason": self.reason,
            "applied": self.applied,
            "samples": list(self.preview),
        }


@dataclass(frozen=True)
class ColumnMap:
    """All of a source's mappings, what a person should know of them, and the headers that feed nothing.

    `drift` says how the headers differ from those of the saved map that was used; the notes begin with it. `samples`
    gives the first values of the columns that feed nothing.
    """

    entries: tuple[Mapped, ...]
    notes: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    campaign: str = ""
    samples: Mapping[str, tuple[str, ...]] = attribute(default_factory=dict, repr=False)

    @property
    def applied(self) -> dict[str, ColumnRule]:
        """Each field that is fed, with the rule that feeds it."""
        return {entry.field: entry.rule for entry in self.entries if entry.applied}

    def to_toml(self) -> str:
        """Write the map as TOML, for `SavedMap.load`; its [columns] may also stand in the campaign's file."""
        return write_map(self.headers, self.applied, self.campaign)

    def save(self, path: str | Path) -> None:
        """Write the map to a file, and make its folder. Raises IntakeError where it cannot be written."""
        write_file(Path(path), self.to_toml())

    def as_json(self) -> dict[str, Any]:
        """Give the map as a plain dict: what is fed, what could be, and what feeds nothing; samples may be personal."""
        return {
            "headers": list(self.headers),
            "notes": list(self.notes),
            "drift": list(self.drift),
            "fed": [entry.as_json() for entry in self.entries if entry.applied],
            "could": [entry.as_json() for entry in self.entries if not entry.applied],
            "unmapped": [{"header": name, "samples": list(self.samples.get(name, ()))} for name in self.unmapped],
        }


def column_map(
    rows: Rows,
    campaign: Campaign,
    overrides: Mapping[str, str] | None = None,
    *,
    filled_later: Collection[str] = (),
    saved: SavedMap | None = None,
) -> ColumnMap:
    """Find out which source column feeds which field.

    `overrides` (header to field; an empty field means that the column feeds nothing) come first, then a `saved` map,
    then the contract's [columns], then guesses. Guesses of 0.8 and more are applied where the contract has no
    [columns]; where it has, only to required fields that it leaves unmapped. `filled_later` names fields that a
    plugin will fill.

    Raises ColumnError where an override names no header or no field, or a required field's column is absent.
    """
    headers = rows.frame.columns
    where = Place(rows.source.path or rows.source.name, sheet=rows.source.sheet)
    if rows.bodies:
        return _no_map(overrides, where)
    if saved is not None:
        campaign = campaign.model_copy(update={"columns": {**campaign.columns, **saved.rules}})
    said, silenced = _said(rows, campaign, overrides or {}, where)
    agreed, missing = _agreed(rows, campaign, said, silenced, filled_later, saved.rules if saved else ())
    agreed = [replace(entry, reason=AS_SAVED) if saved and entry.field in saved.rules else entry for entry in agreed]
    entries = [*said, *agreed]
    guessed, told = _guessed(rows, campaign, entries, silenced)
    entries = [replace(entry, preview=preview(rows.frame, entry.rule.column)) for entry in [*entries, *guessed]]
    used = {column for entry in entries if entry.applied for column in entry.rule.columns}
    unmapped = tuple(header for header in headers if header not in used)
    drift = tuple(saved.drift(headers)) if saved else ()
    samples = {header: preview(rows.frame, header) for header in unmapped}
    hints = scale_hints(rows.frame, {entry.field: entry.rule for entry in entries if entry.applied}, campaign)
    notes = [*drift, *missing, *told, *_without_rating(rows, campaign, entries, filled_later)]
    notes += [*_without_customer(campaign, entries, filled_later), *hints]
    return ColumnMap(tuple(entries), tuple(notes), unmapped, tuple(headers), drift, campaign.id, samples)


def _no_map(overrides: Mapping[str, str] | None, where: Place) -> ColumnMap:
    """Give the map of jsonbody objects, which have no columns."""
    if overrides:
        what = "These are jsonbody objects already, so there are no columns to map."
        raise ColumnError(what, where=where, advice="Leave --map out.")
    return ColumnMap(())


def find_header(wanted: str, headers: Sequence[str], labels: Mapping[str, tuple[str, ...]] | None = None) -> str | None:
    """Find a header as it is written, or else whatever its case, spaces and punctuation, or by another name of it.

    >>> find_header("mobile no", ["Store", "Mobile No."])
    'Mobile No.'
    """
    if wanted in headers:
        return wanted
    folded = fold(wanted)
    found = next((header for header in headers if fold(header) == folded), None)
    if found is not None or not labels:
        return found
    named = [header for header in headers if any(fold(name) == folded for name in labels.get(header, ()))]
    return named[0] if len(named) == 1 else None


def listed(headers: Sequence[str]) -> str:
    """List the headers of a source for an error text."""
    more = f" and {len(headers) - LISTED} more" if len(headers) > LISTED else ""
    return f"The headers are {', '.join(repr(header[:80]) for header in headers[:LISTED])}{more}."


def _said(rows: Rows, campaign: Campaign, overrides: Mapping[str, str], where: Place) -> tuple[list[Mapped], set[str]]:
    """Take the user's own mappings, and the headers that are to feed nothing."""
    headers = rows.frame.columns
    entries: dict[str, Mapped] = {}
    silenced = set()
    for wanted, name in overrides.items():
        header = find_header(wanted, headers, rows.labels)
        if header is None:
            advice = f"{did_you_mean(wanted, headers)} {listed(headers)}".strip()
            raise ColumnError(f"There is no column {wanted!r}.", where=where, advice=advice)
        if not name:
            silenced.add(header)
            continue
        field = _field(name, campaign, Place(where.path, sheet=where.sheet, column=header))
        if field in entries:
            both = f"{entries[field].rule.column!r} and {header!r}"
            raise ColumnError(f"Both {both} are mapped to {field!r}.", where=where, advice=ONE_OR_JOINED)
        rule = _with_columns(campaign.columns.get(field, ColumnRule(column=header)), [header])
        entries[field] = Mapped(field, rule, 1.0, "as you said")
    return list(entries.values()), silenced


def _field(name: str, campaign: Campaign, where: Place) -> str:
    """Find the field that a name means; its last part alone will do where only one field ends so."""
    known = targets(campaign)
    if not is_field(name):
        ends = [field for field in known if split_field(field)[1] == name]
        if len(ends) == 1:
            return ends[0]
        near = did_you_mean(name, [*known, *ends], most=3) or f"Fields are {', '.join(known)}."
        raise ColumnError(f"{name!r} is no field of a response.", where=where, advice=near)
    group, part = split_field(name)
    names = campaign.known_names(group)
    if part and names is not None and part not in names:
        kind = "category" if group == "catnpsmap" else "attribute"
        advice = did_you_mean(part, names) or f"It has {', '.join(names)}."
        raise ColumnError(f"The contract has no {kind} {part!r}.", where=where, advice=advice)
    return name


def _with_columns(rule: ColumnRule, headers: Sequence[str]) -> ColumnRule:
    return rule.model_copy(update={"column": headers[0], "columns": tuple(headers)})


def _agreed(
    rows: Rows,
    campaign: Campaign,
    said: Iterable[Mapped],
    silenced: set[str],
    filled_later: Collection[str],
    saved: Collection[str],
) -> tuple[list[Mapped], list[str]]:
    """Take the contract's [columns], but for those that are to feed nothing; `saved` names fields of a saved map.

    An absent column is an error where its field is required, else a note.
    """
    headers = rows.frame.columns
    done = {entry.field for entry in said}
    required = set(campaign.required_fields()) - campaign.fixed.keys() - set(filled_later)
    entries, notes = [], []
    for field, rule in campaign.columns.items():
        if field in done:
            continue
        if field in campaign.fixed:
            notes.append(f"[fixed] sets {field}, so column {rule.column!r} is not used for it.")
            continue
        places = {name: find_header(name, headers, rows.labels) for name in rule.columns}
        there = [header for header in places.values() if header is not None]
        found = [header for header in there if header not in silenced]
        if found:
            entries.append(Mapped(field, _with_columns(rule, found), 1.0, "agreed in the contract"))
        whose = "saved map" if field in saved else "contract"
        if field in required and not there:
            taken = {column for entry in said for column in entry.rule.columns} | silenced
            raise _no_column(field, rows, campaign, taken, whose)
        notes += [_absent(name, field, headers, whose) for name, header in places.items() if header is None]
    return entries, notes


def _absent(name: str, field: str, headers: Sequence[str], whose: str) -> str:
    """Note that a column of a map is not there."""
    return f"Column {name!r}, which the {whose} maps to {field}, is not there. {did_you_mean(name, headers)}".strip()


def _no_column(field: str, rows: Rows, campaign: Campaign, taken: Collection[str], whose: str) -> ColumnError:
    """Say that a required field's column is absent, whose map asks for it, and which column could be meant."""
    headers, wanted = rows.frame.columns, campaign.columns[field].column
    agreed = (find_header(name, headers, rows.labels) for rule in campaign.columns.values() for name in rule.columns)
    guess = _best_guess(field, rows, campaign, {*taken, *(header for header in agreed if header is not None)})
    what = f"The required field {field!r} has no column: the {whose} asks for {wanted!r}, which is absent."
    near = did_you_mean(wanted, headers)
    if guess is not None and repr(guess.header) not in near:
        near = f"{near} {guess.header!r} looks like it ({guess.reason})."
    how = f'Say so with --map "{guess.header}=' if guess is not None else 'Map another with --map "Header='
    where = Place(rows.source.path or rows.source.name, sheet=rows.source.sheet)
    return ColumnError(what, where=where, advice=f'{near} {how}{field}". {listed(headers)}'.strip())


def _best_guess(field: str, rows: Rows, campaign: Campaign, taken: Collection[str]) -> Guess | None:
    """Give the one column that looks most like a field; None where two look alike, or none enough."""
    guesses = _guesses(rows, campaign, campaign.columns.keys() - {field}, taken)
    best = next((guess for guess in guesses if guess.field == field), None)
    if best is None or best.confidence < DOUBTFUL:
        return None
    is_rivalled = any(guess.confidence >= best.confidence and _clash(best, guess) for guess in guesses)
    return None if is_rivalled else best


def _guessed(
    rows: Rows, campaign: Campaign, entries: Sequence[Mapped], silenced: set[str]
) -> tuple[list[Mapped], list[str]]:
    """Guess the rest: each field takes its best column and each column feeds one field; equals are left to a person."""
    done = {entry.field for entry in entries} | campaign.fixed.keys()
    guesses = _guesses(rows, campaign, done, {column for entry in entries for column in entry.rule.columns} | silenced)
    may_apply = _may_apply(campaign, done)
    guessed: list[Mapped] = []
    doubts, offers = [], []
    while guesses:
        best = guesses[0]
        rivals = [guess for guess in guesses[1:] if guess.confidence == best.confidence and _clash(best, guess)]
        sure = best.confidence >= SURE
        applied = sure and not rivals and best.field in may_apply
        if sure and rivals:
            doubts += [] if _is_told_below(best, rivals, campaign) else [_doubt(best, rivals)]
        elif sure and not applied:
            offers.append(_offer(best))
        guessed += [_as_mapped(guess, applied=applied) for guess in (best, *rivals)]
        guesses = _left(guesses, [best, *rivals])
    return guessed, [*doubts, *offers[:SUGGESTED]]


def _guesses(rows: Rows, campaign: Campaign, done: Collection[str], used: Collection[str]) -> list[Guess]:
    """List what the free columns could feed, by their headers and by their cells, the surest first."""
    groups = {field for field in done if field in ("catnpsmap", "namevaluemap")}
    free = [header for header in rows.frame.columns if header not in used]
    fields = [field for field in targets(campaign) if field not in done and split_field(field)[0] not in groups]
    named = _unless_empty(weighed(guess_fields(free, fields, rows.labels), rows.frame, campaign), rows.frame)
    clear = {guess.header for guess in named if guess.confidence >= SURE}
    held = content_guesses(rows.frame, [header for header in free if header not in clear], fields, campaign)
    best: dict[tuple[str, str], Guess] = {}
    for guess in sorted([*named, *held], key=lambda guess: -guess.confidence):
        best.setdefault((guess.header, guess.field), guess)
    return list(best.values())


def _unless_empty(guesses: Sequence[Guess], frame: pl.DataFrame) -> list[Guess]:
    """Leave out empty columns that would only rival a filled one for a field."""
    empty = {header for header in {guess.header for guess in guesses} if not preview(frame, header)}
    filled = {(guess.field, guess.confidence) for guess in guesses if guess.header not in empty}
    return [guess for guess in guesses if guess.header not in empty or (guess.field, guess.confidence) not in filled]


def _as_mapped(guess: Guess, *, applied: bool) -> Mapped:
    rule = ColumnRule(column=guess.header, split=guess.split)
    return Mapped(guess.field, rule, guess.confidence, guess.reason, applied)


def _left(guesses: Sequence[Guess], settled: Sequence[Guess]) -> list[Guess]:
    """Leave the guesses whose field and column are both still free."""
    fields, headers = {guess.field for guess in settled}, {guess.header for guess in settled}
    return [guess for guess in guesses if guess.field not in fields and guess.header not in headers]


def _may_apply(campaign: Campaign, done: Collection[str]) -> set[str]:
    """Name the fields that a guess may feed without being asked: sending what nobody agreed to would leak."""
    if not campaign.columns:
        return {*targets(campaign), "catnpsmap"}
    any_of = {f"customerinfo.{name}" for name in campaign.customer.any_of}
    return set(campaign.required_fields()) | (any_of if not any_of & set(done) else set())


def _clash(one: Guess, other: Guess) -> bool:
    return (one.field == other.field) != (one.header == other.header)


def _doubt(best: Guess, rivals: Sequence[Guess]) -> str:
    """Say that a person must choose."""
    if rivals[0].field == best.field:
        columns = " and ".join(repr(guess.header) for guess in [best, *rivals])
        return f"Columns {columns} could both feed {best.field}; choose one with --map."
    fields = " and ".join(guess.field for guess in [best, *rivals])
    return f"Column {best.header!r} could feed {fields}; choose one with --map."


def _is_told_below(best: Guess, rivals: Sequence[Guess], campaign: Campaign) -> bool:
    """Tell whether the note on a missing rating will name these columns."""
    only_ratings = {best.field, *(guess.field for guess in rivals)} == {"npsrating"}
    return only_ratings and (campaign.rating.required or not campaign.columns)


def _offer(guess: Guess) -> str:
    """Tell of a good guess that was not applied because the contract does not name it."""
    return (
        f"Column {guess.header!r} could feed {guess.field} ({guess.confidence:.0%}, {guess.reason}); "
        "it is not sent unless [columns] or --map says so."
    )


def _without_rating(
    rows: Rows, campaign: Campaign, entries: Sequence[Mapped], filled_later: Collection[str]
) -> list[str]:
    """Warn where nothing feeds the rating, and name the columns that could."""
    fed = {entry.field for entry in entries if entry.applied} | set(filled_later) | campaign.fixed.keys()
    if "npsrating" in fed or (campaign.columns and not campaign.rating.required):
        return []
    none = "No column feeds npsrating, so the responses have no rating."
    if marked := told_by_columns(rows.frame, campaign.rating.scale):
        told = f"Columns {marked[0]!r} to {marked[-1]!r} hold one rating together, a column for each number."
        return [f"{none} {told} Export that question as one column with the number chosen."]
    could = _could_feed(entries, "npsrating")
    offers = could_be(entries, "npsrating")
    advice = f' Could it be {offers}? Say so with --map "{could[0].rule.column}=npsrating".' if could else ""
    return [f"{none}{advice}"]


def _could_feed(entries: Iterable[Mapped], field: str) -> list[Mapped]:
    return [entry for entry in entries if entry.field == field and entry.confidence >= DOUBTFUL][:NAMED]


def could_be(entries: Iterable[Mapped], field: str) -> str:
    """Name the columns that could feed a field that nothing feeds, the surest first; empty where there are none."""
    return " or ".join(f"{entry.rule.column!r} ({entry.reason})" for entry in _could_feed(entries, field))


def _without_customer(campaign: Campaign, entries: Sequence[Mapped], filled_later: Collection[str]) -> list[str]:
    """Warn where the contract wants one of several customer fields and nothing feeds any."""
    any_of = [f"customerinfo.{name}" for name in campaign.customer.any_of]
    fed = {entry.field for entry in entries if entry.applied} | set(filled_later) | campaign.fixed.keys()
    if not any_of or fed & set(any_of):
        return []
    return [f"The contract wants one of {', '.join(any_of)}, and no column feeds any of them."]
