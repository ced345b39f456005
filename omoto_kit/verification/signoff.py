"""The sign-off: who verified which contract and when, with the answers, kept beside the campaign file.

It is a TOML file for people and git, written by this module alone. What was verified later, by a person's word, is
added to it with name and date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from omoto_kit.campaign.toml import read_toml
from omoto_kit.errors import SettingsError
from omoto_kit.verification.drifting import Drift
from omoto_kit.verification.shape import Shape
from omoto_kit.verification.terms import TermChange, Terms
from omoto_kit.verification.tomltext import key_text, value_text

__all__ = ["Acceptance", "SignOff", "signoff_path", "write_text"]

SUFFIX = ".signoff.toml"
HEADER = """\
# The sign-off of a campaign's contract: what Omoto verified, and what a person let through since.
# Written by `omoto pack --verified` and `omoto push --accept-drift`. Keep it with the campaign file; do not edit it.
"""


def signoff_path(campaign_file: Path) -> Path:
    """Give the place of a campaign file's sign-off.

    >>> signoff_path(Path("campaigns/154.toml")).as_posix()
    'campaigns/154.signoff.toml'
    """
    return campaign_file.with_name(campaign_file.stem + SUFFIX)


def _now() -> datetime:
    """The time, to the second, with its zone."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Acceptance:
    """What a person let through after the sign-off: when, who, of which source, and what was new."""

    on: datetime
    by: str
    source: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class SignOff:
    """What was verified, by whom and when.

    `pack` is the fingerprint of the contract that the pack was made of; `terms` is the contract as it then became by
    the answers. `by` verified it at Omoto on the day `on`; `recorded_by` wrote it down here.
    """

    campaign: str
    by: str
    on: date
    pack: str
    terms: Terms
    shape: Shape = attribute(repr=False)
    answers: Mapping[str, Any] = attribute(default_factory=dict, repr=False)
    note: str = ""
    recorded: datetime = attribute(default_factory=_now)
    recorded_by: str = ""
    accepted: tuple[Acceptance, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the contract that stands verified."""
        return self.terms.fingerprint

    def accepting(self, by: str, source: str, changes: Sequence[TermChange], drifts: Sequence[Drift]) -> SignOff:
        """Write down that a person let something through. Names only: no value of a row is kept."""
        what = (*(f"contract: {change}" for change in changes), *(f"{drift.field}: {drift.what}" for drift in drifts))
        return replace(self, accepted=(*self.accepted, Acceptance(_now(), by, source, what)))

    def save(self, path: Path) -> None:
        """Write the file, all or nothing. Raises SettingsError where it cannot be written."""
        names = ("campaign", "by", "on", "note", "pack", "recorded", "recorded_by")
        lines = [HEADER, *(f"{name} = {value_text(getattr(self, name))}" for name in names)]
        lines.append(f"fingerprint = {value_text(self.fingerprint)}")
        lines += _table("answers", self.answers)
        lines += _table("contract", self.terms.agreed)
        lines += _table("local", self.terms.local)
        for path_, one in self.shape.as_document().items():
            lines += _table(f"shape.{value_text(path_)}", one)
        for acceptance in self.accepted:
            lines += ["", "[[accepted]]"]
            lines += [f"{name} = {value_text(getattr(acceptance, name))}" for name in ("on", "by", "source", "what")]
        write_text(path, "\n".join(lines) + "\n")

    @classmethod
    def load(cls, path: Path) -> SignOff | None:
        """Read a sign-off; None where there is none. Raises SettingsError for a file that was damaged or edited."""
        if not path.exists():
            return None
        document = read_toml(path, SettingsError)
        try:
            found = cls(
                campaign=document["campaign"],
                by=document["by"],
                on=document["on"],
                note=document.get("note", ""),
                pack=document["pack"],
                recorded=document["recorded"],
                recorded_by=document.get("recorded_by", ""),
                answers=document.get("answers", {}),
                terms=Terms(document["contract"], document.get("local", {})),
                shape=Shape.from_document(document.get("shape", {})),
                accepted=tuple(
                    Acceptance(one["on"], one["by"], one["source"], tuple(one["what"]))
                    for one in document.get("accepted", ())
                ),
            )
            whole = found.fingerprint == document["fingerprint"]
        except (KeyError, TypeError, AttributeError, ValueError):
            whole = False
        if not whole:
            advice = (
                "Take it back from your backup or git, or verify the pack again: omoto pack --verified answers.toml."
            )
            raise SettingsError(
                "The sign-off was edited or damaged: it does not fit its fingerprint.", where=path, advice=advice
            )
        return found


def _table(name: str, values: Mapping[str, Any]) -> list[str]:
    """Write a section, if it has anything to say."""
    return (
        ["", f"[{name}]", *(f"{key_text(key)} = {value_text(value)}" for key, value in values.items())]
        if values
        else []
    )


def write_text(path: Path, text: str) -> None:
    """Write a file, all or nothing, with the line ends that the text has. Raises SettingsError."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        advice = "Choose a place that you may write to; nothing was changed."
        raise SettingsError(f"It cannot be written: {error.strerror}.", where=path, advice=advice) from None
