"""What the tests of the pack share: the example's contract, and a batch of its messy rows."""

import csv
from pathlib import Path

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.intake import compose, read
from omoto_kit.plugins import Plugins
from omoto_kit.validation import validate

EXAMPLE = Path(__file__).parent.parent.parent / "omoto_kit" / "journey" / "example"
PERSONAL = ("Customer Name", "Mobile", "E-mail", "Bill No", "Comment")


@pytest.fixture(scope="session")
def contract():
    """Give the example's contract."""
    return Campaign.load(EXAMPLE / "campaigns" / "store-visit.toml")


@pytest.fixture(scope="session")
def batch(contract):
    """Give the example's rows, prepared."""
    return validate(compose(read(EXAMPLE / "data" / "kiosk-april.csv"), contract), plugins=Plugins())


@pytest.fixture(scope="session")
def personal():
    """Give every personal cell of the example's file."""
    with (EXAMPLE / "data" / "kiosk-april.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {row[column].strip() for row in rows for column in PERSONAL if len(row[column].strip()) > 3}
