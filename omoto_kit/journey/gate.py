"""The gate before a push: what goes to a live endpoint is what was verified, or a person has said so.

A sandbox asks for nothing; where a sign-off exists, it tells what a live push would be held for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from omoto_kit.batch import Batch, Parts
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import HttpEndpoint, Outbox
from omoto_kit.delivery.putting import once_more
from omoto_kit.errors import SettingsError
from omoto_kit.verification import (
    Drift,
    Observation,
    Shape,
    SignOff,
    TermChange,
    drift_of,
    observe,
    pack,
    signoff_path,
    terms_of,
)

__all__ = ["Gate", "Watch", "accept_drift", "examine", "examine_mended"]

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

    @property
    def holds(self) -> bool:
        """Whether a live endpoint would get what was not verified."""
        return self.live and self.drifted


class Watch:
    """Sees the batches of a large source as they go by, so that `examine` need not go through it once more."""

    def __init__(self, campaign: Campaign) -> None:
        signoff = _signoff_of(campaign)
        self.verified = signoff.shape if signoff is not None else None
        self.seen = Observation()

    def through(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Give the batches on, each once it was seen. To go through the source anew begins anew."""
        self.seen = Observation()
        for batch in batches:
            if self.verified is not None:
                self.seen += observe(batch, self.verified)
            yield batch
            del batch  # the next one is made without it in memory


def examine(
    campaign: Campaign,
    endpoint: HttpEndpoint,
    batch: Batch | Parts | None = None,
    *,
    required: bool = True,
    watch: Watch | None = None,
) -> Gate:
    """Hold a campaign and a batch against the sign-off beside the campaign file.

    A source in parts is gone through once more, unless a `watch` saw all of it. Raises SettingsError for a live
    endpoint without a sign-off, or with other settings than the sign-off names, unless `required` is False; and for a
    sign-off that was damaged. Raises OutboxError where parts are not those that were checked.
    """
    live, signoff = not endpoint.sandbox, _signoff_of(campaign)
    if live and required:
        _demand(campaign, endpoint, signoff)
    if signoff is None:
        return Gate(campaign, live=live)
    terms = terms_of(campaign)
    changes, local = terms.changes_from(signoff.terms), terms.local_changes_from(signoff.terms)
    if batch is None:
        return Gate(campaign, signoff, changes, (), local, None, live)
    seen = _seen(batch, signoff.shape, watch)
    return Gate(campaign, signoff, changes, seen.drifts(signoff.shape), local, seen.shape, live)


def examine_mended(outbox: Outbox, number: int, batch: Batch) -> Gate:
    """Hold a response as it was mended against the sign-off, before `Outbox.mend` takes it.

    What its contract changed, and whether there is a sign-off at all, is asked when it is pushed. Raises SettingsError
    for a sign-off that was damaged.
    """
    campaign, live = batch.campaign, outbox.is_live(number)
    signoff = _signoff_of(campaign)
    if signoff is None:
        return Gate(campaign, live=live)
    drifts, shape = drift_of(batch, signoff.shape)
    return Gate(campaign, signoff, (), drifts, (), shape, live)


def _signoff_of(campaign: Campaign) -> SignOff | None:
    """Load the sign-off of a campaign, if it has one. Raises SettingsError for one of another campaign."""
    signoff = SignOff.load(signoff_path(campaign.path)) if campaign.path is not None else None
    if signoff is not None and signoff.campaign != campaign.id:
        raise SettingsError(
            f"The sign-off is of campaign {signoff.campaign!r}, the contract of campaign {campaign.id!r}.",
            where=signoff_path(campaign.path or Path()),
            advice="Each campaign file has a sign-off of its own name.",
        )
    return signoff


def _seen(batch: Batch | Parts, verified: Shape, watch: Watch | None) -> Observation:
    """See all rows of a batch, part by part where it comes in parts and no watch saw them go by."""
    if watch is not None and watch.verified == verified:
        return watch.seen
    if isinstance(batch, Batch):
        return observe(batch, verified)
    return sum((observe(part, verified) for part in once_more(batch)), Observation())


def _demand(campaign: Campaign, endpoint: HttpEndpoint, signoff: SignOff | None) -> None:
    """Refuse a live endpoint that was not verified, or not with its settings."""
    if signoff is None:
        what = f"Campaign {campaign.id} has no sign-off, and {endpoint.place} is LIVE: nothing was sent."
        raise SettingsError(what, where=campaign.path or "", advice=f"{ADVICE} Or say --unverified.")
    _fit(endpoint, signoff.answers)


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
