"""Rows that share a key: what is changed in one bears on what is said of the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from omoto_kit.batch import Batch
from omoto_kit.studio.review.steps import Positions

__all__ = ["Repeating"]


class Repeating:
    """The rows whose own key stands in several rows, so that what one says bears on the others."""

    def __init__(self, rows: Positions, keys: Sequence[str]) -> None:
        self._key_of = dict(zip(rows.tolist(), keys, strict=True))
        self._rows_of: dict[str, list[int]] = {}
        for row, key in self._key_of.items():
            self._rows_of.setdefault(key, []).append(row)

    @classmethod
    def of(cls, batch: Batch) -> Repeating:
        """Look at the keys of a batch, where its contract says what they are."""
        keys = batch.values["key"]
        if not batch.campaign.identity:
            return cls(np.array([], dtype=np.int64), ())
        rows = (keys.is_duplicated() & (keys != "")).fill_null(value=False).arg_true()
        return cls(rows.to_numpy().astype(np.int64), keys.gather(rows).to_list())

    def along(self, rows: Positions) -> Positions:
        """Give the other rows with the same key as one of these."""
        keys = {self._key_of[row] for row in rows.tolist() if row in self._key_of}
        others = {row for key in keys for row in self._rows_of[key]} - set(rows.tolist())
        return np.array(sorted(others), dtype=np.int64)
