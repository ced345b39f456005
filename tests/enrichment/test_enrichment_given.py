import polars as pl

from omoto_kit import Campaign
from omoto_kit.enrichment import enrich
from omoto_kit.plugins import Plugins, Replace, enricher
from omoto_kit.testing import try_plugin


@enricher("namevaluemap.unitname", reads={"city": "given.city"})
def name_of_unit(unitname, city):
    """Standardise a name by the city that the source gave."""
    return f"{unitname} {city}" if city and city not in unitname else None


@enricher("namevaluemap.city")
def city_of_unit(unitname):
    """Fill the city from the name, which must be standard by then."""
    return "Pune" if unitname else None


BOTH = Plugins().with_functions(name_of_unit, city_of_unit)


def test_two_steps_may_need_each_others_field_if_one_reads_it_as_given():
    """A step that reads a field as given waits for nobody, so two steps can serve one another without a circle."""
    tried = try_plugin(BOTH, [{"unitname": "MG Road", "city": None}, {"unitname": "FC Road", "city": "Thane"}])
    assert [row["unitname"] for row in tried.rows] == ["MG Road", "FC Road Thane"]
    assert [row["city"] for row in tried.rows] == ["Pune", "Thane"]


def test_a_source_without_the_column_gives_nothing():
    """A field that the source does not have is absent, and the step runs all the same."""
    tried = try_plugin(Plugins().with_functions(name_of_unit), [{"unitname": "MG Road"}])
    assert tried.rows[0]["unitname"] == "MG Road"
    assert not [note for note in tried.notes if "skipped" in note]


def test_a_second_run_hears_what_the_first_heard():
    """What a step filled in the first run is not given in the second, so that nothing more changes."""
    once = try_plugin(BOTH, [{"unitname": "MG Road", "city": None}], Campaign(id="154")).batch
    twice = enrich(once, plugins=BOTH)
    assert twice.values.equals(once.values)
    assert twice.changes.filter(pl.col("outcome") == "set").height == 1


def test_a_step_says_why_it_wrote_a_value():
    """A value in a Replace is set like any other, and its change carries the reason."""

    @enricher("namevaluemap.unitname")
    def standard(unitname):
        return Replace("MG Road", "only case differs")

    tried = try_plugin(standard, [{"unitname": "mg road"}])
    assert [(change.after, change.why) for change in tried.changes_of("unitname")] == [("MG Road", "only case differs")]
