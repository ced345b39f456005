from pathlib import Path

import pytest

from omoto_kit import Campaign
from omoto_kit.errors import PluginError
from omoto_kit.plugins import Finding, Plugins, Suggest, enricher, rule
from omoto_kit.testing import check_examples, try_plugin

ROOT = Path(__file__).parent.parent.parent


@enricher("namevaluemap.city", examples=[({"pincode": "560001"}, "Bengaluru"), ({"pincode": "1"}, None)])
def city(pincode):
    """Know one pincode."""
    return {"560001": "Bengaluru"}.get(pincode)


def test_the_example_of_the_repository_passes_its_own_examples():
    """A path is all that an author needs to name."""
    path = ROOT / "plugins" / "city_from_pincode.py"
    assert check_examples(path) == ()
    tried = try_plugin(path, [{"pincode": "560001"}, {"pincode": "0"}])
    assert [row["city"] for row in tried.rows] == ["Bengaluru", None]
    assert tried.changes_of("city")[0].step == "city_from_pincode:city_from_pincode"


@pytest.mark.parametrize("bulk", [False, True])
def test_an_example_that_does_not_hold_is_said(bulk):
    """The sentence names step, example, and both results."""

    def step(pincode):
        return dict.fromkeys(pincode, "Pune") if bulk else "Pune"

    examples = [({"pincode": "1"}, "Pune"), ({"pincode": "2"}, "Mumbai")]
    wrong = enricher("namevaluemap.city", bulk=bulk, examples=examples)(step)
    assert check_examples(wrong) == ("notebook:step, example 2: gave 'Pune', not 'Mumbai'.",)


def test_an_example_that_fails_or_names_no_argument_is_said():
    """A crash has its place, and a misspelt argument its nearest name."""

    @enricher("namevaluemap.city", examples=[({"pincod": "1"}, None), ({"pincode": "1"}, None)])
    async def crash(pincode):
        raise KeyError(pincode)

    first, second = check_examples(crash)
    assert "'pincod' is none of its arguments. Did you mean 'pincode'?" in first
    assert "failed: KeyError at test_testing_authors.py:" in second


def test_suggestions_can_be_examples():
    """What a step only suggests is compared as it is."""

    @enricher("namevaluemap.city", examples=[({"pincode": "411001"}, Suggest("Pune", "411"))])
    def maybe(pincode):
        return Suggest("Pune", "411")

    assert check_examples(maybe) == ()


def test_rows_may_use_short_names_fields_and_headers():
    """An author writes rows as short as the arguments are."""

    @enricher("namevaluemap.zone")
    def zone(store_code, city, mobileno):
        return f"{store_code}/{city}/{mobileno}"

    row = {"Store Code": "A", "namevaluemap.city": "Pune", "mobileno": "9663798289"}
    tried = try_plugin(zone, [row])
    assert tried.rows[0]["zone"] == "A/Pune/9663798289"
    assert tried.notes == ()


def test_rules_are_tried_too():
    """A stranger's rule finds its problem, beside those of the built-in rules."""

    @rule("comment")
    def loud(comment):
        return Finding("comment_loud", "All capitals.") if comment and comment.isupper() else None

    tried = try_plugin(loud, [{"comment": "GOOD", "mobileno": "9663798289"}, {"comment": "Good"}])
    assert [(problem.row, problem.code) for problem in tried.problems if problem.code == "comment_loud"] == [
        (2, "comment_loud")
    ]


def test_a_campaign_can_be_given():
    """Steps that look at the contract see the one of the test."""

    @enricher("namevaluemap.brand")
    def brand(city, ctx):
        return ctx.campaign.name

    tried = try_plugin(brand, [{"city": "Pune"}], Campaign(id="9", name="Hotels"))
    assert tried.rows[0]["brand"] == "Hotels"
    assert tried.rows[0]["campaignid"] == "9"


def test_a_collection_and_a_module_can_be_tried():
    """Whatever holds steps will do."""
    import tests.testing.test_testing_authors as module

    assert try_plugin(Plugins().with_functions(city), [{"pincode": "560001"}]).rows[0]["city"] == "Bengaluru"
    assert try_plugin(module, [{"pincode": "560001"}]).rows[0]["city"] == "Bengaluru"


def test_a_plugin_that_cannot_be_loaded_is_an_error(tmp_path):
    """An author hears at once what is wrong with the file."""
    path = tmp_path / "empty.py"
    path.write_text("", encoding="utf-8")
    with pytest.raises(PluginError, match="no step and no hook"):
        try_plugin(path, [])


def test_no_rows_are_no_fault():
    """An empty list goes all the way."""
    assert try_plugin(city, []).rows == []
