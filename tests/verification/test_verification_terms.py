"""The terms of a contract: its meaning has a fingerprint, and two contracts have a diff."""

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.verification import terms_of

CONTRACT = """
[campaign]
id = "154"
channels = ["kiosk"]
[rating]
scale = [1, 5]
[categories]
Price = ["Too high"]
Parking = []
[units]
file = "units.csv"
name = "Name"
code = "Code"
[attributes.city]
[columns]
comment = "Comment"
"""


@pytest.fixture
def write(tmp_path):
    """Give a function that writes the contract with some texts replaced, and loads it."""

    def written(*pairs, units="Name,Code\nPune,P1\nRuwi,R1\n"):
        text = CONTRACT
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "units.csv").write_text(units)
        (tmp_path / "c.toml").write_text(text)
        return terms_of(Campaign.load(tmp_path / "c.toml"))

    return written


def test_what_means_the_same_has_the_same_fingerprint(write):
    """Comments, order, spelt-out defaults and another order of units change nothing."""
    plain = write()
    moved = 'Parking = []\nPrice = ["Too high"]  # dear\n'
    same = write(
        ('Price = ["Too high"]\nParking = []\n', moved),
        ('id = "154"', 'id = "154"\nprocessid = "76"\nabsent = "omit"'),
        units="Code,Name\nR1,Ruwi\nP1,Pune\n",
    )
    assert same.fingerprint == plain.fingerprint
    assert same.changes_from(plain) == ()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("[1, 5]", "[0, 10]", "- rating.scale = [1, 5]"),
        ("[1, 5]", "[1, 7]", "~ rating.scale = [1, 5]  ->  [1, 7]"),
        ('"Too high"]', '"Too high", "Unclear"]', '~ categories.Price = ["Too high"]  ->  ["Too high", "Unclear"]'),
        ("Parking = []", "Queue = []", "- categories.Parking = []"),
        ('channels = ["kiosk"]', 'channels = ["kiosk"]\nprocessid = "81"', "+ campaign.processid = 81"),
        ("[attributes.city]", "[attributes.city]\nrequired = true", '~ attributes.city = {}  ->  {"required": true}'),
    ],
)
def test_each_change_of_meaning_is_a_line(write, old, new, line):
    """A change of what Omoto gets changes the fingerprint and is one readable line."""
    before, after = write(), write((old, new))
    assert after.fingerprint != before.fingerprint
    assert line in [str(change) for change in after.changes_from(before)]


def test_a_change_of_the_units_file_counts(write):
    """The unit list is part of the contract, also where it lies in a file of its own."""
    before, after = write(), write(units="Name,Code\nPune,P2\nSeeb,S1\n")
    lines = [str(change) for change in after.changes_from(before)]
    assert lines == ["~ units.Pune = P1  ->  P2", "- units.Ruwi = R1", "+ units.Seeb = S1"]


def test_our_own_side_is_told_but_is_no_change_of_the_contract(write):
    """Another column of our file feeds the same field: Omoto gets the same, so the fingerprint stays."""
    before, after = write(), write(('comment = "Comment"', 'comment = "Remarks"'))
    assert after.fingerprint == before.fingerprint
    (change,) = after.local_changes_from(before)
    assert "Remarks" in str(change)


def test_no_list_and_an_empty_list_are_two_things():
    """A contract that lists no categories leaves them open; one with an empty list allows none."""
    assert terms_of(Campaign(id="1")).fingerprint != terms_of(Campaign(id="1", categories={})).fingerprint
