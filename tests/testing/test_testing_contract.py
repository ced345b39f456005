import itertools
import time

import pytest

from omoto_kit.plugins import Finding, enricher, rule
from omoto_kit.testing import check_contract, contract_faults, fake_campaign, fake_rows, try_plugin
from tests.enrichment.conftest import CITY, ZONE

CITIES = {"560001": "Bengaluru"}


@enricher(CITY, examples=[({"pincode": "560001"}, "Bengaluru"), ({"pincode": "1"}, None)])
def city(pincode):
    """Know one pincode."""
    return CITIES.get(pincode)


def test_a_sound_plugin_has_no_faults():
    """What fills, standardises in bulk or awaits, and never fails, keeps the contract."""

    @enricher(CITY, bulk=True, examples=[({"city": "Bangalore"}, "Bengaluru")])
    async def spelling(city):
        return {key: "Bengaluru" for key in city if key == "Bangalore"}

    @rule("comment")
    def quiet(comment):
        return None

    for sound in (city, spelling, quiet):
        assert contract_faults(sound) == ()
        check_contract(sound)


def test_its_own_rows_may_be_named():
    """Rows that the author knows are tried, too, under a contract of the author's."""
    check_contract(city, [{"pincode": "560001"}, {"pincode": None}], fake_campaign())


def broken_by_text(pincode):
    """Fail at anything but digits."""
    return str(int(pincode))


def broken_by_absence(pincode, region):
    """Take it for granted that all is there."""
    return region.upper() + pincode.upper()


def undeclared(pincode):
    """Write what was never declared."""
    return {"city": "Pune", "zone": "West"}


def slow(pincode):
    """Compute for a long while."""
    until = time.process_time() + 0.05
    while time.process_time() < until:
        pass


COUNTER = itertools.count()


def by_turns(pincode):
    """Answer by how often it was asked."""
    return f"City {next(COUNTER)}"


def growing(city):
    """Standardise without an end."""
    return city + "!"


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (broken_by_text, "Odd text: notebook:broken_by_text failed (ValueError at test_testing_contract.py:"),
        (broken_by_absence, "Empty cells: notebook:broken_by_absence failed (AttributeError at"),
        (undeclared, "gave zone, which it does not declare"),
        (slow, "Budget: a row takes 0."),
        (by_turns, "Shuffled rows: the same rows in another order come out differently."),
        (growing, "Second run: enriching twice changes what enriching once has made."),
    ],
)
def test_each_part_of_the_contract_can_be_broken(function, said):
    """Every check finds the plugin that it was made for, and the assertion shows its sentence."""
    step = enricher(CITY)(function)
    faults = contract_faults(step)
    assert any(said in fault for fault in faults), faults
    with pytest.raises(AssertionError) as caught:
        check_contract(step)
    assert said in str(caught.value)


def test_a_plugin_that_counts_rows_is_not_the_same_alone():
    """What a row gets must not hang on what stands beside it."""

    @enricher(ZONE, bulk=True)
    def crowd(pincode):
        return {key: "many" if len(pincode) > 1 else "one" for key in pincode}

    rows = [{"pincode": "1"}, {"pincode": "2"}]
    assert contract_faults(crowd, rows) == ("Batch of one: a row by itself comes out differently than among 500.",)


def test_examples_belong_to_the_contract():
    """An example that does not hold is a fault."""

    @enricher(CITY, examples=[({"pincode": "1"}, "Mysuru")])
    def none(pincode):
        return None

    assert contract_faults(none) == ("notebook:none, example 1: gave None, not 'Mysuru'.",)


def test_a_rule_that_fails_is_a_fault():
    """Rules are tried on the same rows."""

    @rule("comment")
    def short(comment):
        return Finding("comment_short", "It is short.") if len(comment) < 2 else None

    assert "Empty cells: The rule 'short' of plugin 'notebook' failed (TypeError at" in str(contract_faults(short))


def test_made_up_rows_and_their_contract_go_together():
    """The same seed makes the same answers, and their stores are those of the contract."""
    rows, campaign = fake_rows(50, seed=7), fake_campaign()
    assert rows == fake_rows(50, seed=7) != fake_rows(50)
    assert {row["unitname"] for row in rows} <= {unit.name for unit in campaign.units}
    tried = try_plugin(city, rows, campaign)
    assert not [problem for problem in tried.problems if problem.field == "namevaluemap.unitname"]
    assert fake_campaign(units=None).units is None


def test_what_steps_were_asked_is_counted():
    """An author sees how many of the keys hit."""
    (tally,) = try_plugin(city, [{"pincode": "560001"}, {"pincode": "1"}, {"pincode": "1"}]).tallies
    assert (tally.keys, tally.hits, tally.misses) == (2, 1, 1)
