"""Noting on an answer that its customer already answered in this campaign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from omoto_kit.delivery.recognising import Recognition

__all__ = ["notes_on"]

#: An answer's number and row, whether it may be noted on it, and whether it is queued.
Noted = tuple[int, int, bool, bool]


def notes_on(
    answers: Iterable[Noted], subjects: Sequence[bytes | None], known: Recognition, source: str
) -> list[str | None]:
    """Note on each answer, whose customers are `subjects`, who answered before; give nothing where nobody did."""
    newest = _answered(subjects, known)
    if newest is None:
        return []
    notes: list[str | None] = []
    for (number, row, may, is_queued), subject in zip(answers, subjects, strict=True):
        found = newest.get(subject) if subject is not None else None
        tell = found is not None and may and found[0] != number
        notes.append(f"this customer already answered in row {found[1]} of {found[2]}" if found and tell else None)
        if subject is not None and is_queued:
            newest[subject] = (number, row, source)
    return notes


def _answered(subjects: Sequence[bytes | None], known: Recognition) -> dict[bytes, tuple[int, int, str]] | None:
    """Give the newest responses of customers who answered before; None where nobody did, or answers twice here."""
    named = [subject for subject in subjects if subject is not None]
    newest = known.subjects(named)
    return newest if newest or len(set(named)) < len(named) else None
