"""Plugins as their authors would write them, from a file to an enriched batch."""

import sqlite3
from textwrap import dedent

import pytest

from omoto_kit.enrichment import enrich
from omoto_kit.plugins import Plugins
from tests.enrichment.conftest import CITY, ZONE, batch_of

LOOKUP = '''
"""Store master: the store's code gives its standard name and its city."""
from omoto_kit.plugins import enricher


@enricher("namevaluemap.unitname", "namevaluemap.city", rank="master")
def by_code(store_code, ctx):
    store = ctx.table("stores.csv", key="Code").get(store_code)
    return store and {"unitname": store["Standard name"], "city": store["City"]}
'''
DATABASE = '''
"""Cities from a database that is opened once."""
import sqlite3

from pydantic import BaseModel
from omoto_kit.plugins import enricher


class Settings(BaseModel):
    file: str


opened = []


def connection(ctx):
    if not opened:
        opened.append(sqlite3.connect(ctx.settings.file))
    return opened[0]


@enricher("namevaluemap.city", bulk=True, settings=Settings)
def city(store_code, ctx):
    marks = ",".join("?" * len(store_code))
    return dict(connection(ctx).execute(f"SELECT code, city FROM stores WHERE code IN ({marks})", store_code))


@enricher("namevaluemap.zone", settings=Settings)
def zone(city, ctx):
    return connection(ctx).execute("SELECT zone FROM zones WHERE city = ?", [city]).fetchone()[0]
'''
TOKEN = """
from omoto_kit.plugins import enricher


@enricher("namevaluemap.city", secrets=["crm_token"])
def city(store_code, ctx):
    return f"asked with {len(ctx.secret('crm_token'))} letters"
"""
CODES = ["BLR-1", "??", None, "BLR-1"]


@pytest.fixture
def plugin(tmp_path):
    """Write a plugin and load it by its path."""

    def load(text, **settings):
        path = tmp_path / "stores.py"
        path.write_text(dedent(text), encoding="utf-8")
        return Plugins.load(files=[path], entry_points=False, settings={"stores": settings})

    return load


def test_a_lookup_takes_nine_lines(tmp_path, plugin):
    """A table beside the plugin fills two fields; codes that it lacks are left alone."""
    table = "Code,Standard name,City\nBLR-1,Indiranagar,Bengaluru\n"
    (tmp_path / "stores.csv").write_text(table, encoding="utf-8")
    plugins = plugin(LOOKUP)
    batch = enrich(batch_of({"source.Store Code": CODES}), plugins=plugins)
    assert batch.values.select("namevaluemap.unitname", CITY).rows() == [
        ("Indiranagar", "Bengaluru"),
        (None, None),
        (None, None),
        ("Indiranagar", "Bengaluru"),
    ]
    assert (batch.problems.height, batch.notes) == (0, ())
    assert set(batch.changes["version"]) == {plugins.enrichers[0].version}


def test_a_database_handle_serves_all_steps_of_a_plugin(tmp_path, plugin):
    """SQLite refuses a handle in another thread; both steps of the plugin run in the one that opened it."""
    file = tmp_path / "stores.db"
    database = sqlite3.connect(file)
    database.executescript(
        "CREATE TABLE stores (code, city); INSERT INTO stores VALUES ('BLR-1', 'Bengaluru');"
        "CREATE TABLE zones (city, zone); INSERT INTO zones VALUES ('Bengaluru', 'south');"
    )
    database.close()
    batch = enrich(batch_of({"source.Store Code": CODES}), plugins=plugin(DATABASE, file=str(file)))
    assert batch.values.select(CITY, ZONE).rows() == [
        ("Bengaluru", "south"),
        (None, None),
        (None, None),
        ("Bengaluru", "south"),
    ]
    assert batch.notes == ()


def test_a_secret_reaches_the_step_and_nothing_else(plugin, monkeypatch):
    """A declared secret is there for the call, and stands in no change, problem or note."""
    monkeypatch.setenv("OMOTO_SECRET_CRM_TOKEN", "hush-hush")
    batch = enrich(batch_of({"source.Store Code": CODES}), plugins=plugin(TOKEN))
    assert batch.values[CITY][0] == "asked with 9 letters"
    assert "hush-hush" not in str((batch.changes.to_dicts(), batch.problems.to_dicts(), batch.notes))


def test_a_missing_secret_is_said_once(plugin):
    """The note says which variable to set; rows are not littered with it."""
    batch = enrich(batch_of({"source.Store Code": CODES}), plugins=plugin(TOKEN))
    assert batch.problems.height == 0
    assert "Set the environment variable OMOTO_SECRET_CRM_TOKEN" in batch.notes[0]


def test_an_edited_plugin_has_another_version(plugin):
    """The change names the very text of the file that made it."""
    versions = set()
    for city in ("Pune", "Mumbai"):
        text = f"""
        from omoto_kit.plugins import enricher

        @enricher("namevaluemap.city")
        def city(store_code):
            return "{city}"
        """
        batch = enrich(batch_of({"source.Store Code": ["A"]}), plugins=plugin(text))
        versions.add(batch.changes["version"][0])
    assert len(versions) == 2
