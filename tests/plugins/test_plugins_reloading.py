import os

import pytest

from omoto_kit.enrichment import enrich
from omoto_kit.errors import PluginError
from omoto_kit.plugins import Plugins, enricher
from tests.enrichment.conftest import CITY, batch_of

PLUGIN = '''
"""Cities by store."""
from omoto_kit.plugins import enricher


@enricher("namevaluemap.city", examples=[({"store_code": "A"}, "CITY")])
def city(store_code):
    return {"A": "CITY"}.get(store_code)
'''
BATCH = batch_of({"source.Store Code": ["A"]})


def written(city):
    """Write the plugin with this city in it."""
    return PLUGIN.replace("CITY", city)


def cities(plugins):
    """Enrich one row, and give its city and the notes."""
    batch = enrich(BATCH, plugins=plugins)
    return batch.values[CITY].to_list() if CITY in batch.values.columns else [], batch.notes


@pytest.fixture
def loaded(write, trust, tmp_path):
    """Load a trusted file of the workspace."""
    trust.add(write(written("Pune")))
    return Plugins.load(workspace=tmp_path, entry_points=False, trust=trust)


def test_what_was_not_written_is_not_loaded_again(loaded):
    """Asking costs a look at the clock of each file."""
    assert loaded.refreshed() is loaded
    assert Plugins().refreshed() == Plugins()


def test_a_file_that_was_only_touched_stays(loaded, write, tmp_path):
    """Another time with the same text is no edit: the module, and what it holds open, stay."""
    os.utime(tmp_path / "plugins" / "stores.py", (1, 1))
    again = loaded.refreshed()
    assert again is not loaded
    assert again.loaded[0] is loaded.loaded[0]


def test_an_edit_counts_once_it_is_trusted(loaded, write, trust):
    """Until the user has read it, the plugin goes on as it was, and a note says what to do."""
    path = write(written("Mysuru"))
    found, notes = cities(loaded)
    assert found == ["Pune"]
    assert "It was changed since you trusted it" in notes[0]
    assert f"omoto plugins trust {path.stem} Until then it goes on as it was before." in notes[0]
    trust.add(path)
    assert cities(loaded) == (["Mysuru"], ())


def test_an_edit_is_loaded_once_for_whoever_holds_the_old_collection(loaded, write, trust):
    """The old collection remembers the new one."""
    trust.add(write(written("Mysuru")))
    assert loaded.refreshed() is loaded.refreshed()


def test_a_named_file_needs_no_trust(write):
    """Who names a file on the command line sees each edit at the next run."""
    plugins = Plugins.load(files=[write(written("Pune"))], entry_points=False)
    write(written("Mysuru"))
    assert cities(plugins) == (["Mysuru"], ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (written("Mysuru").replace('return {"A": "Mysuru"}', 'return {"A": "Mandya"}'), "gave 'Mandya', not 'Mysuru'"),
        ("def broken(:\n", "cannot be imported: SyntaxError at stores.py:1"),
        ("1 / 0\n", "cannot be imported: ZeroDivisionError at stores.py:1"),
        (written("Mysuru").replace("@enricher", "@enrichr"), "cannot be imported: NameError at stores.py:6"),
        ("x = 1\n", "no step and no hook"),
    ],
)
def test_an_edit_that_does_not_hold_is_not_used(write, text, said):
    """An example that fails, or a file that cannot be loaded, leaves what ran before; the next edit is tried again."""
    plugins = Plugins.load(files=[write(written("Pune"))], entry_points=False)
    write(text)
    found, notes = cities(plugins)
    assert found == ["Pune"]
    assert said in notes[0]
    assert "goes on as it was before" in notes[0]
    write(written("Mandya"))
    assert cities(plugins.refreshed()) == (["Mandya"], ())


def test_a_file_that_went_away(loaded, write, tmp_path):
    """A plugin of the workspace goes with its file; one that was named on the command line goes on."""
    named = Plugins.load(files=[write(written("Pune"), "named.py")], entry_points=False)
    for name in ("named.py", "stores.py"):
        (tmp_path / "plugins" / name).unlink()
    assert cities(named)[0] == ["Pune"]
    assert cities(loaded)[0] == []


def test_a_new_file_is_found(loaded, write, trust):
    """What was put beside the others and trusted joins at the next run."""
    trust.add(write(written("Pune").replace(CITY, "namevaluemap.zone"), "zones.py"))
    assert [step.label for step in loaded.refreshed().enrichers] == ["stores:city", "zones:city"]


def test_live_functions_stay(loaded, write, trust):
    """What a notebook has added is not lost when a file is edited, and a cell that is run again replaces its own."""

    def cell(zone):
        @enricher("namevaluemap.zone")
        def south(store_code):
            return zone

        return south

    plugins = loaded.with_functions(cell("South"))
    trust.add(write(written("Mysuru")))
    renewed = plugins.refreshed()
    assert enrich(BATCH, plugins=renewed).values.select(CITY, "namevaluemap.zone").rows() == [("Mysuru", "South")]
    again = renewed.with_functions(cell("North"))
    assert enrich(BATCH, plugins=again).values["namevaluemap.zone"].to_list() == ["North"]


def test_the_way_of_edits_does_not_matter(loaded, write, trust):
    """A collection that saw three edits is like one that was loaded after the third."""
    for city in ("Mysuru", "Mandya", "Hassan"):
        trust.add(write(written(city)))
        plugins = loaded.refreshed()
    fresh = Plugins.load(workspace=loaded.workspace, entry_points=False, trust=trust)
    assert [step.version for step in plugins.enrichers] == [step.version for step in fresh.enrichers]
    assert plugins.listing() == fresh.listing()


def test_a_plugin_that_hangs_while_it_is_imported_is_left_behind(write, monkeypatch):
    """Nothing waits for it longer than the patience that imports have."""
    monkeypatch.setattr("omoto_kit.plugins.importing.PATIENCE", 0.05)
    path = write("import threading\nthreading.Event().wait(60)\n" + written("Pune"))
    with pytest.raises(PluginError, match=r"TimeoutError at stores[.]py, which took more than 0[.]05 seconds"):
        Plugins.load(files=[path], entry_points=False)
