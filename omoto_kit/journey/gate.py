"""The gate before a push: what goes to a live endpoint is what was verified, or a person has said so.

A sandbox asks for nothing; where a sign-off exists, it tells what a live push would be held for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from omoto_kit.batch import Batch, Parts
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import HttpEndpoint
from omoto_kit.errors import SettingsError
from omoto_kit.verification import (
    Drift,
    Shape,
    SignOff,
    TermChange,
    drift_of,
    pack,
    signoff_path,
    terms_of,
)

__all__ = ["Gate", "accept_drift", "examine", "is_signed"]

ADVICE = "Make the samples with `omoto pack`, let Omoto verify them, and record it: omoto pack --verified answers.toml."


@dataclass(frozen=True)
class Gate:
    """What stands between a batch and its endpoint.

    `signoff` is None where the campaign has none. `changes` are the contract's agreed statements that differ from the
    verified ones, `drifts` what is new in the rows, `local` what changed on our own side only, which never holds.
    """

    campaign: Campaign
    signoff: SignOff | None = None
    changes: tuple[TermChange, ...] = ()
    drifts: tuple[Drift, ...] = ()
    local: tuple[TermChange, ...] = ()
    shape: Shape | None = None
    live: bool = False

    @property
    def drifted(self) -> bool:
        """Whether anything differs from what was verified."""
        return bool(self.changes or self.drifts)


def examine(
    campaign: Campaign, endpoint: HttpEndpoint, batch: Batch | Parts | None = None, *, required: bool = True
) -> Gate:
    """Hold a campaign and a batch against the sign-off beside the campaign file.

    Raises SettingsError for a live endpoint without a sign-off, or with other settings than the sign-off names, unless
    `required` is False; and for a sign-off that was damaged.
    """
    live = not endpoint.sandbox
    signoff = SignOff.load(signoff_path(campaign.path)) if campaign.path is not None else None
    if signoff is not None and signoff.campaign != campaign.id:
        raise SettingsError(
            f"The sign-off is of campaign {signoff.campaign!r}, the contract of campaign {campaign.id!r}.",
            where=signoff_path(campaign.path or Path()),
            advice="Each campaign file has a sign-off of its own name.",
        )
    if signoff is None:
        if live and required:
            what = f"Campaign {campaign.id} has no sign-off, and {endpoint.place} is LIVE: nothing was sent."
            raise SettingsError(what, where=campaign.path or "", advice=f"{ADVICE} Or say --unverified.")
        return Gate(campaign, live=live)
    if live and required:
        _fit(endpoint, signoff.answers)
    terms = terms_of(campaign)
    drifts, shape = drift_of(batch, signoff.shape) if isinstance(batch, Batch) else ((), None)
    changes, local = terms.changes_from(signoff.terms), terms.local_changes_from(signoff.terms)
    return Gate(campaign, signoff, changes, drifts, local, shape, live)


def is_signed(campaign: Campaign) -> bool:
    """Tell whether a campaign has a sign-off that its rows are held against."""
    return campaign.path is not None and signoff_path(campaign.path).exists()


def _fit(endpoint: HttpEndpoint, answers: Mapping[str, Any]) -> None:
    """Refuse an endpoint whose settings are not those that Omoto named."""
    have: Iterable[tuple[str, str, Any]] = (
        ("key_place", "key_in", endpoint.key_place.value),
        ("key_name", "key_name", endpoint.key_name),
    )
    for answer, setting, value in have:
        if answer in answers and answers[answer] != value:
            raise _unfit(endpoint, setting, value, f'"{answers[answer]}"')
    if answers.get("min_interval", 0) > endpoint.min_interval:
        raise _unfit(endpoint, "min_interval", endpoint.min_interval, answers["min_interval"])


def _unfit(endpoint: HttpEndpoint, setting: str, value: Any, wanted: Any) -> SettingsError:
    return SettingsError(
        f"The sign-off says {setting} = {wanted}, and the endpoint has {value}: nothing was sent.",
        where=endpoint.name,
        advice=f"Write {setting} = {wanted} below its [endpoints.NAME] in omoto.toml, and name it with --to NAME.",
    )


def accept_drift(gate: Gate, who: str, source: str) -> Path:
    """Record that a person lets through what is new, so that it is verified from now on; give the file's place.

    Raises SettingsError where there is no sign-off to record it in.
    """
    campaign = gate.campaign
    if gate.signoff is None or campaign.path is None:
        raise SettingsError("There is no sign-off to record it in.", where=campaign.path or "", advice=ADVICE)
    accepted = gate.signoff.accepting(who, source, gate.changes, gate.drifts)
    shape = accepted.shape.widened(pack(campaign).shape) if gate.changes else accepted.shape
    shape = shape.widened(gate.shape) if gate.shape is not None else shape
    place = signoff_path(campaign.path)
    replace(accepted, terms=terms_of(campaign), shape=shape).save(place)
    return place
