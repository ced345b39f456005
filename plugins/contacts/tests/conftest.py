"""Lets a test send one cell through the plugin and the kit's own rules, as a run does."""

from dataclasses import dataclass
from pathlib import Path

import omoto_contacts
import pytest

from omoto_kit import Campaign
from omoto_kit.testing import try_plugin

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
ANYONE = "customer_unidentified"  # says only that the test's row has nothing but the cell


@dataclass(frozen=True)
class Cell:
    """What became of one cell: its value, the codes of its problems, and all that was offered for it."""

    value: str | None
    codes: frozenset
    options: frozenset

    @property
    def is_settled(self):
        """Tell whether nothing at all was said of the cell."""
        return not self.codes


@pytest.fixture(scope="session")
def cells():
    """Give a function that sends cells of one field through enrichment and validation."""

    def send(field, texts, **contract):
        tried = try_plugin(omoto_contacts, [{field: text} for text in texts], Campaign(id="154", **contract))
        found = {number: (set(), set()) for number in range(len(texts))}
        for problem in tried.batch.problems.iter_rows(named=True):
            codes, options = found[problem["row"] - 2]
            if problem["code"] != ANYONE:
                codes.add(problem["code"])
                options.update((problem["fix"] or {}).get("options") or ())
        return [
            Cell(row[field], frozenset(codes), frozenset(options))
            for row, (codes, options) in zip(tried.rows, found.values(), strict=True)
        ]

    return send


@pytest.fixture
def cell(cells):
    """Give a function that sends one cell."""
    return lambda field, text, **contract: cells(field, [text], **contract)[0]


@pytest.fixture(scope="session")
def shared():
    """Give a function that finds a file of the shared data, or skips the test and says so."""

    def find(path):
        found = DATA / path
        if not found.exists():
            pytest.skip(f"{path} of the shared data is not on this machine")
        return found

    return find
