import csv
from datetime import UTC, datetime

import omoto_units
import polars as pl
import pytest
from omoto_units import (
    Aliases,
    Matcher,
    Units,
    matcher_of_categories,
    matcher_of_units,
    unmatched,
    version_of_units,
    write_report,
)

from omoto_kit import Campaign
from omoto_kit.enrichment import enrich, undo
from omoto_kit.plugins import Plugins
from omoto_kit.testing import try_plugin

UNITS = [
    {"name": "Noida Sector 62", "code": "N62", "city": "Noida"},
    {"name": "Noida Sector 63", "code": "N63", "city": "Noida"},
    {"name": "Phoenix Marketcity", "code": "007", "city": "Pune"},
    {"name": "Fort", "code": "008", "city": "Mumbai"},
]
CAMPAIGN = Campaign(id="154", units=UNITS)


def with_settings(**settings):
    """Load the plugin with these settings."""
    plugins = Plugins().with_module(omoto_units, "omoto_units")
    plugins.loaded[0].settings[Units] = Units(**settings)
    return plugins


def tried(row, campaign=CAMPAIGN, **settings):
    """Let the plugin work on one row."""
    return try_plugin(with_settings(**settings), [row], campaign)


def suggestions(result):
    """Give the options of each suggestion."""
    found = result.batch.problems.filter(pl.col("code") == "suggestion")
    return [fix["options"] for fix in found["fix"]]


def test_a_name_becomes_the_standard_name_with_its_reason():
    """What is explained is set; the change keeps what was written and says which rule it was."""
    result = tried({"unitname": "sec-62 noida"})
    (change,) = result.changes_of("unitname")
    assert (change.before, change.after, change.outcome) == ("sec-62 noida", "Noida Sector 62", "set")
    assert change.why == omoto_units.RULES["words"]
    assert suggestions(result) == []


def test_a_doubtful_name_stays_and_up_to_three_are_offered():
    """A sibling that the list lacks is not set; the person sees which part differs."""
    result = tried({"unitname": "Noida Sector 64"})
    assert result.rows[0]["unitname"] == "Noida Sector 64"
    assert suggestions(result) == [["Noida Sector 62", "Noida Sector 63"]]
    (change,) = result.changes_of("unitname")
    assert change.outcome == "suggested"
    assert "sector 62 instead of sector 64" in change.why


def test_a_standard_name_is_left_alone():
    """Nothing is said about a name that is the standard one already."""
    result = tried({"unitname": "Fort", "city": "Pune"})
    assert result.changes_of("unitname") == []
    assert suggestions(result) == []


@pytest.mark.parametrize("header", ["Store Code", "unit_code", "Branch code", "Outlet Code"])
def test_a_code_column_of_the_source_names_the_unit(header):
    """A store code fills an absent name, and the name only checks it."""
    assert tried({"unitname": None, header: "N63"}).rows[0]["unitname"] == "Noida Sector 63"
    assert tried({"unitname": "Phoenix", header: "7.0"}).rows[0]["unitname"] == "Phoenix Marketcity"
    conflict = tried({"unitname": "Noida Sector 62", header: "N63"})
    assert conflict.rows[0]["unitname"] == "Noida Sector 62"
    assert suggestions(conflict) == [["Noida Sector 63", "Noida Sector 62"]]


def test_the_rows_city_confirms_or_stops_a_name():
    """The city as the source gave it is heard."""
    confirmed = tried({"unitname": "Fort, Bombay", "city": "Mumbai"}, accept="explained")
    assert confirmed.rows[0]["unitname"] == "Fort"
    assert suggestions(tried({"unitname": "FORT!", "city": "Pune"})) == [["Fort"]]


def test_a_second_run_changes_nothing():
    """Standardising what is standardised leaves values and changes as they are."""
    plugins = Plugins().with_module(omoto_units, "omoto_units")
    once = enrich(tried({"unitname": "noida sector-62"}).batch, plugins=plugins)
    twice = enrich(once, plugins=plugins)
    assert twice.values.equals(once.values)
    assert twice.changes.equals(once.changes)


def test_a_campaign_without_units_is_no_fault():
    """Nothing is set, offered or wrong where the contract lists no units."""
    result = tried({"unitname": "Fort"}, Campaign(id="154"))
    assert result.rows[0]["unitname"] == "Fort"
    assert result.notes == ()


@pytest.mark.parametrize(("accept", "name"), [("same", "Pheonix Marketcity"), ("explained", "Phoenix Marketcity")])
def test_a_slip_is_set_only_where_the_settings_say_so(accept, name):
    """With accept = "same" a misspelt name is offered, and not set by itself."""
    result = tried({"unitname": "Pheonix Marketcity"}, accept=accept)
    assert result.rows[0]["unitname"] == name
    assert suggestions(result) == ([["Phoenix Marketcity"]] if accept == "same" else [])


def corrected(result):
    """Give what was set and told, as the text before and the reason."""
    return [(one["value"], one["fix"]["why"]) for one in result.batch.problems.to_dicts() if one["code"] == "corrected"]


def test_nothing_but_the_same_words_is_set_by_default():
    """Without settings the same words in another order are set, and a slip is not."""
    assert tried({"unitname": "marketcity phoenix"}).rows[0]["unitname"] == "Phoenix Marketcity"
    assert tried({"unitname": "Pheonix Marketcity"}).rows[0]["unitname"] == "Pheonix Marketcity"


def test_an_explained_name_is_set_and_told():
    """The same words in another order are set without a word; a slip is set, and a warning says so."""
    words = tried({"unitname": "marketcity phoenix"})
    assert (words.rows[0]["unitname"], corrected(words)) == ("Phoenix Marketcity", [])
    slip = tried({"unitname": "Pheonix Marketcity"}, accept="explained")
    assert slip.rows[0]["unitname"] == "Phoenix Marketcity"
    assert corrected(slip) == [("Pheonix Marketcity", "one slip of the finger")]
    (change,) = slip.changes_of("unitname")
    assert (change.before, change.outcome, change.why) == ("Pheonix Marketcity", "set", "one slip of the finger")


def test_what_was_told_stays_as_long_as_the_value():
    """Another run keeps the warning; after an undo the name is as it was written, and no warning is left."""
    slip = tried({"unitname": "Pheonix Marketcity"}, accept="explained").batch
    again = enrich(slip, plugins=Plugins().with_module(omoto_units, "omoto_units"))
    assert "corrected" in again.problems["code"].to_list()
    back = undo(again, step="omoto_units")
    assert back.values["namevaluemap.unitname"].to_list() == ["Pheonix Marketcity"]
    assert "corrected" not in back.problems["code"].to_list()


def confirmed(tmp_path, version):
    """Write a file of choices beside a campaign."""
    aliases = Aliases("154").confirm("the big mall", "Phoenix Marketcity", who="asha", version=version)
    aliases.save(tmp_path / "units.aliases.json")
    return CAMPAIGN.model_copy(update={"path": tmp_path / "154.toml"})


def test_a_confirmed_choice_is_exact_from_then_on(tmp_path):
    """What a person chose once is set, whatever the case, and the change says so."""
    campaign = confirmed(tmp_path, version_of_units(CAMPAIGN))
    result = tried({"unitname": "The Big Mall"}, campaign)
    assert result.rows[0]["unitname"] == "Phoenix Marketcity"
    assert result.changes_of("unitname")[0].why == omoto_units.RULES["alias"]


def test_a_choice_for_another_list_or_campaign_is_not_used(tmp_path):
    """A choice belongs to one version of the list, and never crosses to another campaign."""
    assert tried({"unitname": "the big mall"}, confirmed(tmp_path, "old")).rows[0]["unitname"] == "the big mall"
    path = tmp_path / "units.aliases.json"
    assert Aliases.load(path, "154").aliases
    assert Aliases.load(path, "155").aliases == ()


def test_choices_come_back_as_they_were_saved(tmp_path):
    """Who chose and when is kept; a new choice for the same text replaces the old one."""
    when = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    aliases = Aliases("154").confirm("Phönix", "Fort", who="ravi", version="1", when=when)
    aliases = aliases.confirm("PHÖNIX", "Phoenix Marketcity", who="asha", version="1", when=when)
    aliases.save(tmp_path / "deep" / "a.json")
    (alias,) = Aliases.load(tmp_path / "deep" / "a.json", "154").aliases
    assert (alias.unit, alias.who, alias.when) == ("Phoenix Marketcity", "asha", "2026-03-01T09:30:00+00:00")
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == ["a.json"]


def test_a_new_list_rechecks_every_choice():
    """A choice is kept for the new list unless its unit is gone or the list has the text itself by now."""
    aliases = Aliases("154")
    for text, unit in (("big mall", "Phoenix Marketcity"), ("old fort", "Fort"), ("Wakad", "Noida Sector 62")):
        aliases = aliases.confirm(text, unit, who="asha", version="1")
    again = aliases.recheck(Matcher(["Phoenix Marketcity", "Noida Sector 62", "Wakad"]), "2")
    assert again.kept.table("2") == {"big mall": "Phoenix Marketcity"}
    assert [(alias.text, reason) for alias, reason in again.doubtful] == [
        ("old fort", "'Fort' is no longer in the list"),
        ("Wakad", "the list now has 'Wakad' itself"),
    ]


@pytest.mark.parametrize("held", ["no json", "[]", '{"campaign": "154", "aliases": [{"text": "a"}]}'])
def test_a_broken_file_of_choices_is_said_once(tmp_path, held):
    """No name is standardised by a file that cannot be read; the run goes on and says why."""
    campaign = confirmed(tmp_path, "1")
    (tmp_path / "units.aliases.json").write_text(held, encoding="utf-8")
    result = tried({"unitname": "noida sector-62"}, campaign)
    assert result.rows[0]["unitname"] == "noida sector-62"
    assert len([note for note in result.notes if "units.aliases.json" in note]) == 1


def test_the_file_is_read_anew_once_it_was_written(tmp_path):
    """A choice that is confirmed while a notebook is open holds in its next run, with one matcher until then."""
    campaign = confirmed(tmp_path, "old")
    settings = Units()
    before = settings.matcher(campaign)
    assert settings.matcher(campaign) is before
    path = settings.aliases_of(campaign)
    Aliases("154").confirm("x", "Fort", who="asha", version=version_of_units(campaign)).save(path)
    import os

    os.utime(path, (1, 1))
    assert settings.matcher(campaign).match("X").name == "Fort"


def test_the_version_of_a_list_is_what_stands_in_it():
    """The order of lines does not matter, their content does."""
    assert version_of_units(CAMPAIGN) == version_of_units(Campaign(id="9", units=UNITS[::-1]))
    assert version_of_units(CAMPAIGN) != version_of_units(Campaign(id="154", units=UNITS[:3]))


def test_unmatched_names_go_into_a_report(tmp_path):
    """Omoto gets the names that its list lacks, the most frequent first, and no cell is a formula."""
    names = [("Noida Sector 64", "Noida"), ("=cmd()", None), ("Noida Sector 64", "Noida"), ("fort", ""), (None, "Pune")]
    found = unmatched(matcher_of_units(CAMPAIGN), names)
    assert write_report(tmp_path / "report.csv", found) == 2
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        header, first, second = csv.reader(file)
    assert header[:5] == ["Written", "City", "Rows", "Why", "Means"]
    assert first[:4] == ["Noida Sector 64", "Noida", "2", omoto_units.RULES["unexplained"]]
    assert first[5:7] == ["Noida Sector 62", "sector 62 instead of sector 64"]
    assert second[0] == "'=cmd()"


def test_categories_match_by_the_same_rules_and_their_own_words():
    """A category is found by its name, or by a word that the campaign's table gives for it; others are not guessed."""
    campaign = Campaign(id="154", categories={"Staff Behaviour": [], "Price": [], "Phase 1": []})
    found = matcher_of_categories(campaign, {"Staff Attitude": "Staff Behaviour"})
    assert found.match("staff  attitude").name == "Staff Behaviour"
    assert found.match("STAFF-BEHAVIOUR").name == "Staff Behaviour"
    assert found.match("Phase 2").outcome == "suggest"
    assert found.match("Parking").outcome == "refuse"
