"""Values of one column that are probably the same: by their letters and words, or but for a slip of the keyboard."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as attribute
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from omoto_kit.batch import Batch
from omoto_kit.campaign import split_field
from omoto_kit.errors import UsageError, did_you_mean
from omoto_kit.validation.engine import as_text
from omoto_kit.validation.mending import Mend, alike

__all__ = ["Cluster", "cluster_mends", "clusters"]

SAME_LETTERS, SAME_WORDS = "the same letters", "the same words in another order"
SLIP = "one or two letters differ"
#: Accents of Latin, Greek and Cyrillic letters; the vowel signs of Indian scripts are no such marks.
_ACCENTS = re.compile("[\u0300-\u036f]")
_SIGNS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
#: A slip is looked for in names of at least so many letters; two slips need a longer one.
_ONE_SLIP, _TWO_SLIPS = 5, 9
#: Slips are looked for among so many different names at most; the same letters are found among any number.
_MOST = 3_000


@dataclass(frozen=True)
class Cluster:
    """Values of one column that probably mean the same.

    `keep` is the one that the contract lists, else the most frequent. `values` gives each with the number of its rows,
    the most frequent first; `why` says what they have in common.
    """

    column: str
    keep: str = attribute(repr=False)
    values: tuple[tuple[str, int], ...] = attribute(repr=False)
    why: str = SAME_LETTERS

    @property
    def rows(self) -> int:
        """Count the rows that hold any of the values."""
        return sum(count for _, count in self.values)

    def as_json(self) -> dict[str, Any]:
        """Give all parts as a plain dict; the values in it may be personal."""
        return asdict(self) | {"values": [list(pair) for pair in self.values], "rows": self.rows}


def clusters(batch: Batch, column: str) -> tuple[Cluster, ...]:
    """Find the values of a column that look like one another, the clusters of most rows first.

    `column` is a field of the response, or `source.<header>`. Two names that the contract lists are never one cluster,
    and neither are two with different numbers in them. Raises UsageError for a column that the batch does not have.
    """
    columns = [name for name in batch.values.columns if name not in ("row", "key")]
    if column not in columns:
        near = did_you_mean(column, columns) or "Name a field, or a column of the source as source.<header>."
        raise UsageError(f"This batch has no column {column!r}.", where=batch.source.name, advice=near)
    texts = batch.values.select(text=as_text(batch.values, column))["text"].drop_nulls()
    counts: dict[str, int] = dict(texts.filter(texts != "").value_counts(sort=True, name="count").iter_rows())
    listed = frozenset(_listed(batch, column))
    found = (_cluster(column, group, counts, listed) for group in _groups(counts, listed))
    return tuple(sorted(found, key=lambda cluster: (-cluster.rows, cluster.keep)))


def cluster_mends(
    batch: Batch, cluster: Cluster, *, keep: str | None = None, only: Collection[str] | None = None
) -> tuple[Mend, ...]:
    """Make of a cluster the fixes that set its values to `keep`, one for each; `only` names those that a person chose.

    Raises UsageError for a cluster of a source's column: only fields can be set.
    """
    chosen = cluster.keep if keep is None else keep
    values = [value for value, _ in cluster.values if value != chosen and (only is None or value in only)]
    return tuple(alike(batch, cluster.column, value, chosen) for value in values)


def _listed(batch: Batch, column: str) -> Iterable[str]:
    """Give the values of a field that the contract lists."""
    group, name = split_field(column)
    if column == "namevaluemap.unitname":
        return [unit.name for unit in batch.campaign.units or ()]
    if group == "namevaluemap":
        attribute_ = (batch.campaign.attributes or {}).get(name)
        return attribute_.values if attribute_ else ()
    return batch.campaign.channels if column == "channel" else ()


def _cluster(column: str, group: Sequence[str], counts: Mapping[str, int], listed: frozenset[str]) -> Cluster:
    ordered = sorted(group, key=lambda value: (-counts[value], value))
    keep = next((value for value in ordered if value in listed), ordered[0])
    plain = {_plain(value) for value in group}
    words = {_key(value) for value in group}
    why = SAME_LETTERS if len(plain) == 1 else SAME_WORDS if len(words) == 1 else SLIP
    return Cluster(column, keep, tuple((value, counts[value]) for value in ordered), why)


def _plain(text: str) -> str:
    """Reduce a text to its letters and digits, word by word.

    >>> _plain("Café &  Bar") == _plain("cafe and bar"), _plain("Pune-Kothrud")
    (True, 'pune kothrud')
    """
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold())
    return _SIGNS.sub(" ", unicodedata.normalize("NFKC", bare)).strip()


def _key(text: str) -> str:
    return " ".join(sorted(_plain(text).split())) or text


def _groups(counts: Mapping[str, int], listed: frozenset[str]) -> Iterator[list[str]]:
    """Gather values around the names that the contract lists, and then around the most frequent ones."""
    alike_: dict[str, list[str]] = {}
    for value in counts:
        alike_.setdefault(_key(value), []).append(value)
    weight = {key: sum(counts[value] for value in values) for key, values in alike_.items()}
    own = {_key(name) for name in listed}
    order = sorted(alike_, key=lambda key: (key not in own, -weight[key], key))
    near = _Near([key for key in order if key not in own]) if len(order) <= _MOST else None
    taken: set[str] = set()
    for key in order:
        if key in taken:
            continue
        taken.add(key)
        close = [other for other in near.to(key) if other not in taken] if near else []
        taken.update(close)
        group = [value for one in (key, *close) for value in alike_[one]]
        if len(group) > 1:
            yield group


class _Near:
    """Finds the keys that are a slip or two away from another, with the same numbers in them."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._by_length: dict[tuple[tuple[str, ...], int], list[str]] = {}
        for key in keys:
            if len(key) >= _ONE_SLIP:
                self._by_length.setdefault((_numbers(key), len(key)), []).append(key)

    def to(self, key: str) -> list[str]:
        """Give the keys near to one, the nearest first."""
        slips = 2 if len(key) >= _TWO_SLIPS else 1 if len(key) >= _ONE_SLIP else 0
        lengths = range(len(key) - slips, len(key) + slips + 1) if slips else ()
        candidates = [other for length in lengths for other in self._by_length.get((_numbers(key), length), ())]
        found = process.extract(key, candidates, scorer=OSA.distance, score_cutoff=slips, limit=None)
        return [other for other, _, _ in found if other != key]


def _numbers(key: str) -> tuple[str, ...]:
    return tuple(_DIGITS.findall(key))
