import tomllib
from textwrap import dedent

import pytest

from omoto_kit.enrichment import enrich
from omoto_kit.errors import SettingsError
from omoto_kit.journey import Workspace, load_listing, load_plugins
from omoto_kit.plugins import Plugins
from omoto_kit.plugins.lookups import lookup_of
from tests.enrichment.conftest import CITY, batch_of

UNIT = "namevaluemap.unitname"
TABLE = "Code,Standard name,City\nBLR-1,Indiranagar,Bengaluru\nDEL-1,Saket,\n"
SECTION = """
[lookups.stores]
file = "stores.csv"
key = "store_code=Code"
"namevaluemap.unitname" = "Standard name"
namevaluemap.city = "City"
"""


@pytest.fixture
def workspace(tmp_path):
    """Make a workspace with a table and what omoto.toml says of it."""

    def make(section=SECTION, table=TABLE):
        (tmp_path / "stores.csv").write_text(table, encoding="utf-8")
        (tmp_path / "omoto.toml").write_text(dedent(section), encoding="utf-8")
        return Workspace(tmp_path)

    return make


def looked_up(space, codes):
    """Enrich rows with these store codes by the workspace's lookups."""
    plugins = Plugins.load(workspace=space.root, lookups=space.lookups, entry_points=False)
    return plugins, enrich(batch_of({"source.Store Code": codes}), plugins=plugins)


def test_a_section_and_a_table_fill_fields(workspace):
    """Four lines of omoto.toml do what a plugin does; keys that the table lacks, and empty cells, are left alone."""
    plugins, batch = looked_up(workspace(), ["BLR-1", " DEL-1 ", "??", None])
    assert batch.values.select(UNIT, CITY).rows() == [
        ("Indiranagar", "Bengaluru"),
        ("Saket", None),
        (None, None),
        (None, None),
    ]
    assert plugins.problems == ()
    (change,) = batch.why(2, CITY)
    assert (change.step, change.why) == ("stores:look_up", "from store_code")
    assert change.source == f"Store Code=BLR-1; stores.csv ({change.version})"
    assert (batch.problems.height, batch.notes) == (0, ())


def test_a_workbook_is_read_like_text(workspace, tmp_path):
    """The table may be the sheet that the business keeps."""
    import polars as pl

    space = workspace(SECTION.replace("stores.csv", "stores.xlsx"))
    table = {"Code": ["BLR-1"], "Standard name": ["Indiranagar"], "City": ["Bengaluru"]}
    pl.DataFrame(table).write_excel(tmp_path / "stores.xlsx")
    _, batch = looked_up(space, ["BLR-1"])
    assert batch.values[UNIT].to_list() == ["Indiranagar"]


def test_a_lookup_is_listed_with_its_table(workspace):
    """The list says what it fills from where, and reads no table for it."""
    (found,) = [found for found in load_listing(workspace()) if found.name == "stores"]
    assert (found.kind, found.state, found.steps) == ("lookup", "ok", ("look_up",))
    assert found.says == "Fills namevaluemap.unitname and namevaluemap.city from stores.csv by store_code."


def test_a_table_that_was_saved_again_is_read_again(workspace, tmp_path):
    """The next run sees the new rows, and its changes another hash."""
    plugins, before = looked_up(workspace(), ["PNQ-1"])
    assert before.values[UNIT].to_list() == [None]
    (tmp_path / "stores.csv").write_text(TABLE + "PNQ-1,Aundh,Pune\n", encoding="utf-8")
    after = enrich(batch_of({"source.Store Code": ["PNQ-1"]}), plugins=plugins)
    assert after.values[UNIT].to_list() == ["Aundh"]
    assert after.changes["version"].unique().to_list() != [plugins.loaded[0].version]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("Kode,Standard name,City\n", "stores.csv has no column 'Code'. Did you mean 'Kode'"),
        ("Code,Name,City\n", "no column 'Standard name'. Its columns are 'Code', 'Name', 'City'"),
        (TABLE + "BLR-1,Koramangala,Bengaluru\n", "says different things of 1 keys, 'BLR-1' among them"),
    ],
)
def test_a_table_that_does_not_fit_stops_nothing_else(workspace, table, said):
    """The lookup is not used, and the reason names file, key and the nearest column."""
    plugins, batch = looked_up(workspace(table=table), ["BLR-1"])
    assert said in str(plugins.problems[0])
    assert "lookups.stores" in str(plugins.problems[0])
    assert UNIT not in batch.values.columns
    assert [(found.name, found.state) for found in plugins.listing()] == [("stores", "broken")]


def test_a_table_that_is_not_there_is_said_with_the_nearest(workspace, tmp_path):
    """A misspelt file name is answered by the file that lies there."""
    space = workspace(SECTION.replace("stores.csv", "store.csv"))
    plugins, _ = looked_up(space, ["BLR-1"])
    assert "There is no table store.csv. Did you mean 'stores.csv'" in str(plugins.problems[0])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('key = "a=b"', "key 'lookups.stores': file: It needs a text here"),
        ('file = "s.csv"\ncity = "City"', "key: It needs a text here. Write key ="),
        ('file = "s.csv"\nkey = "a=b"', "It fills nothing"),
        ('file = "s.csv"\nkey = "a=b"\nunitnam = "City"', "'unitnam' is neither a setting of a lookup nor a field"),
        ('file = "s.csv"\nkey = "a=b"\n"customerinfo.mobile" = "M"', "Did you mean 'customerinfo.mobileno'"),
        ('file = "s.csv"\nkey = "a=b"\ncampaignid = "C"', "campaignid comes from the campaign alone"),
        ('file = "s.csv"\nkey = "a=b"\ncity = 3', "city: It needs the name of a column"),
        ('file = "s.csv"\nkey = "a=b"\ncity = "C"\nrank = "best"', "Ranks are guess, derived, master"),
        ('file = "s.csv"\nkey = "a=b"\ncity = "C"\noverwrite = "yes"', "overwrite: It is true or false"),
    ],
)
def test_a_wrong_section_is_named_with_file_and_key(workspace, lines, said):
    """Every slip in omoto.toml is said before anything runs."""
    with pytest.raises(SettingsError) as caught:
        workspace("[lookups.stores]\n" + lines)
    assert said in str(caught.value)
    assert "omoto.toml" in str(caught.value)


def test_a_key_of_one_name_is_both_columns():
    """Where the answers and the table call it the same, once is enough."""
    lookup = lookup_of("stores", tomllib.loads('file = "s.csv"\nkey = "Code"\ncity = "City"'))
    assert (lookup.reads, lookup.column, lookup.rank) == ("Code", "Code", "master")


def test_preference_decides_among_equals(workspace, tmp_path):
    """Two tables differ: the row is held, until omoto.toml says which one to believe; the other stays on record."""
    other = SECTION.replace("stores", "regions")
    (tmp_path / "regions.csv").write_text(TABLE.replace("Bengaluru", "Bangalore"), encoding="utf-8")
    batch = batch_of({"source.Store Code": ["BLR-1"]})
    held = enrich(batch, plugins=own(load_plugins(workspace(SECTION + other))))
    assert held.problems["code"].to_list() == ["enrichment_conflict"]
    assert '[prefer] "namevaluemap.city" = ["regions"]' in held.problems["message"][0]
    said = f'[prefer]\n"namevaluemap.city" = ["stores", "regions"]\n{SECTION}{other}'
    settled = enrich(batch, plugins=own(load_plugins(workspace(said))))
    assert settled.values[CITY].to_list() == ["Bengaluru"]
    assert settled.problems.height == 0
    assert [(one.step, one.after, one.outcome) for one in settled.why(2, CITY)] == [
        ("stores:look_up", "Bengaluru", "set"),
        ("regions:look_up", "Bangalore", "lost"),
    ]


def own(plugins):
    """Leave out the packages of the installation."""
    from dataclasses import replace

    return replace(plugins, loaded=tuple(one for one in plugins.loaded if one.kind == "lookup"), recipe=None)
