"""A jsonbody is sent as it was written: plugins fill what it lacks, and change nothing that it says."""

import json

from omoto_kit.campaign import Campaign
from omoto_kit.enrichment import enrich
from omoto_kit.intake import compose, read
from omoto_kit.plugins import Plugins, enricher


@enricher("customerinfo.name")
def shout(name):
    """Write a name in capitals."""
    return name.upper()


@enricher("namevaluemap.city")
def pune(unitname):
    """Know one city."""
    return "Pune"


def test_a_jsonbody_keeps_what_it_says(tmp_path):
    """A standardiser leaves the values of a jsonbody alone, and an absent field is filled."""
    body = {"campaignid": "154", "customerinfo": {"name": "asha"}, "namevaluemap": {"unitname": "Baner"}}
    path = tmp_path / "bodies.jsonl"
    path.write_text(json.dumps(body) + "\n")
    batch = enrich(compose(read(path), Campaign(id="154")), plugins=Plugins().with_functions(shout, pune))
    assert batch.values["customerinfo.name"].to_list() == ["asha"]
    assert batch.values["namevaluemap.city"].to_list() == ["Pune"]


def test_a_cell_of_a_table_is_standardised(tmp_path):
    """The same value from a table is standardised, with a change that says so."""
    path = tmp_path / "rows.csv"
    path.write_text("Customer Name,Store\nasha,Baner\nravi,Baner\n")
    batch = enrich(compose(read(path), Campaign(id="154")), plugins=Plugins().with_functions(shout))
    assert batch.values["customerinfo.name"].to_list() == ["ASHA", "RAVI"]
    assert batch.changes["after"].to_list() == ["ASHA", "RAVI"]
