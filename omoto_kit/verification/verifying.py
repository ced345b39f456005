"""From the filled-in form to a sign-off: answers are checked, taken into the campaign file, and recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign
from omoto_kit.campaign.toml import read_toml, refuse_unknown
from omoto_kit.errors import CampaignError, Place, UsageError
from omoto_kit.verification.pack import CONTRACT, MANIFEST, SHAPE, pack
from omoto_kit.verification.questions import Question, check_answer, questions_of
from omoto_kit.verification.shape import Shape
from omoto_kit.verification.signoff import SignOff, signoff_path, write_text
from omoto_kit.verification.terms import TermChange, Terms, terms_of
from omoto_kit.verification.tomltext import edited, value_text

__all__ = ["Answers", "Recorded", "read_answers", "record"]


@dataclass(frozen=True)
class Answers:
    """The filled-in form: which pack it belongs to, who verified it and when, and the answers by key."""

    path: Path
    campaign: str
    fingerprint: str
    by: str
    on: date
    note: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Recorded:
    """What became of a verified form: the sign-off, its place, and what changed in the campaign file."""

    signoff: SignOff
    path: Path
    changes: tuple[TermChange, ...]
    from_pack: bool


def read_answers(path: Path, campaign: Campaign) -> Answers:
    """Read and check a form.

    Raises UsageError, which names the key and the nearest right one, for unknown keys, answers of another kind, a form
    of another campaign, and a form in which nobody signs.
    """
    document = read_toml(path, UsageError, advice="Name the answers.toml of the pack, filled in.")
    refuse_unknown(document, ("pack", "verified", "answers"), Place(path), UsageError)
    tables = {name: _table(document, name, path) for name in ("pack", "verified", "answers")}
    refuse_unknown(tables["pack"], ("campaign", "fingerprint"), Place(path, key="pack"), UsageError)
    refuse_unknown(tables["verified"], ("by", "on", "note"), Place(path, key="verified"), UsageError)
    questions = {question.key: question for question in questions_of(campaign)}
    refuse_unknown(tables["answers"], questions, Place(path, key="answers"), UsageError)
    if tables["pack"].get("campaign") != campaign.id:
        raise UsageError(
            f"This form belongs to campaign {tables['pack'].get('campaign')!r}, the contract to {campaign.id!r}.",
            where=Place(path, key="pack.campaign"),
            advice="Name the campaign file that the pack was made of with -c.",
        )
    values = {key: questions[key].default for key in questions} | {
        key: check_answer(questions[key], value, Place(path, key=f"answers.{key}"))
        for key, value in tables["answers"].items()
    }
    by, on = _signed(tables["verified"], path)
    note, fingerprint = str(tables["verified"].get("note", "")), str(tables["pack"].get("fingerprint", ""))
    return Answers(path, campaign.id, fingerprint, by, on, note, values)


def _table(document: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    table = document.get(name)
    if not isinstance(table, dict):
        raise UsageError(
            f"The section [{name}] is missing.",
            where=path,
            advice="Fill in the answers.toml of the pack, and keep its sections.",
        )
    return table


def _signed(verified: Mapping[str, Any], path: Path) -> tuple[str, date]:
    """Take who verified the pack, and when."""
    by, on = str(verified.get("by", "")).strip(), verified.get("on", "")
    if not by:
        advice = 'Write who at Omoto verified the samples: by = "Name, team".'
        raise UsageError(
            "Nobody is named as the one who verified the pack.", where=Place(path, key="verified.by"), advice=advice
        )
    where, advice = Place(path, key="verified.on"), 'Write the day: on = "2026-04-15".'
    try:
        day = on if type(on) is date else date.fromisoformat(str(on))
    except ValueError:
        raise UsageError("The day of the verification is missing or no date.", where=where, advice=advice) from None
    if day > datetime.now(UTC).date():
        raise UsageError(f"The day of the verification, {day}, is yet to come.", where=where, advice=advice)
    return by, day


def record(campaign_file: Path, answers_file: Path, *, who: str, rows: Batch | None = None) -> Recorded:
    """Take the answers into the campaign file and write the sign-off beside it.

    `rows` are the rows that the pack was made of, where it was and its folder is no longer there. Raises UsageError for
    a form that is not this contract's, and CampaignError where the campaign file cannot be changed by itself.
    """
    campaign = Campaign.load(campaign_file)
    answers = read_answers(answers_file, campaign)
    place = signoff_path(campaign_file)
    before, earlier = terms_of(campaign), SignOff.load(place)
    again = earlier is not None and earlier.pack == answers.fingerprint and earlier.fingerprint == before.fingerprint
    if answers.fingerprint != before.fingerprint and not again:
        raise _other_contract(answers, before)
    text, agreed = _agreed(campaign, campaign_file, answers)
    seen = _shape_beside(answers)
    signoff = SignOff(
        campaign=campaign.id,
        by=answers.by,
        on=answers.on,
        note=answers.note,
        pack=answers.fingerprint,
        recorded_by=who,
        answers=answers.values,
        terms=terms_of(agreed),
        shape=_verified(pack(agreed, rows and replace(rows, campaign=agreed)).shape, seen),
        accepted=earlier.accepted if earlier is not None and again else (),
    )
    if text is not None:
        write_text(campaign_file, text)
    signoff.save(place)
    return Recorded(signoff, place, signoff.terms.changes_from(before), seen is not None or rows is not None)


def _other_contract(answers: Answers, now: Terms) -> UsageError:
    """Say that the form is of another contract, and where the two differ if its pack still tells."""
    advice = "Make a new pack with `omoto pack`, let it be verified, and fill in its answers.toml."
    what = "The contract is not the one that this form was made for."
    beside = _beside(answers.path, CONTRACT)
    if beside and beside.get("fingerprint") == answers.fingerprint:
        differences = now.changes_from(Terms(beside["agreed"], {}))
        what = f"{what} Since then: {'; '.join(map(str, differences[:5]))}."
    return UsageError(what, where=Place(answers.path, key="pack.fingerprint"), advice=advice)


def _beside(path: Path, name: str) -> dict[str, Any] | None:
    """Read a JSON file of the pack that the form lies in, where it does."""
    file = path.with_name(name)
    if not (file.is_file() and path.with_name(MANIFEST).is_file()):
        return None
    try:
        found = json.loads(file.read_bytes())
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _shape_beside(answers: Answers) -> Shape | None:
    """Read the shape of the pack that the form lies in, if it is the form's own."""
    found = _beside(answers.path, SHAPE)
    if not found or found.get("fingerprint") != answers.fingerprint:
        return None
    return Shape.from_document(found["fields"])


def _verified(agreed: Shape, seen: Shape | None) -> Shape:
    """Join the contract's shape with what the verified samples showed beside it."""
    if seen is None:
        return agreed
    fields = dict(seen.fields)
    for path, one in agreed.fields.items():
        theirs = seen.fields.get(path, one)
        values = one.values if one.values is not None else theirs.values
        fields[path] = replace(one, kinds=one.kinds | theirs.kinds, values=values)
    return Shape(fields)


def _agreed(campaign: Campaign, path: Path, answers: Answers) -> tuple[str | None, Campaign]:
    """Take the answers into the contract: the campaign file's new text, None where it stays, and its campaign."""
    changes: dict[tuple[str, str], Any] = {}
    for question in questions_of(campaign):
        answer = answers.values[question.key]
        if answer != question.default:
            changes |= _changes(question, answer, campaign)
    if not changes:
        return None, campaign
    text = path.read_bytes().decode("utf-8-sig")
    new = edited(text, changes)
    if new is None:
        lines = "; ".join(f"[{section}] {key} = {value_text(value)}" for (section, key), value in changes.items())
        advice = f"Write it there yourself, make the pack again, and fill in its form: {lines}."
        raise CampaignError(
            "The file is laid out so that the answers cannot be written into it.", where=path, advice=advice
        )
    return new, _loaded(new, path)


def _changes(question: Question, answer: Any, campaign: Campaign) -> dict[tuple[str, str], Any]:
    """Say which keys of the campaign file an answer sets."""
    if question.key == "reasons" and answer == "never":
        return {("categories", name): [] for name, reasons in (campaign.categories or {}).items() if reasons}
    if question.target is None or question.key == "reasons":
        return {}
    empty = question.key in ("comment_max_length", "campaigntype") and not answer
    return {question.target: None if empty else answer}


def _loaded(text: str, path: Path) -> Campaign:
    """Load a text as the campaign file that it will be; a contract that contradicts itself is never written."""
    trial = path.with_name(path.name + ".trial")
    write_text(trial, text)
    try:
        return Campaign.load(trial).model_copy(update={"path": path})
    finally:
        trial.unlink(missing_ok=True)
