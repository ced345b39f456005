"""What a face shows of plugins: cards as plain data, and functions of a notebook's cells that come, change and go."""

from pathlib import Path

import pytest

from omoto_kit.errors import PluginError
from omoto_kit.plugins import Plugins, Trust, cards_of

CELL = """
from omoto_kit import enricher, hookimpl

@enricher("namevaluemap.zone", rank="master", examples=[({"city": "Pune"}, "West")])
def zone(city):
    "The zone of a city."
    return {"Pune": "West"}.get(city)

@hookimpl
def studio_panels(studio):
    return [("Zones", "a widget")]
"""


def cell(text, namespace=None):
    """Run a cell of a notebook; give the namespace that it leaves."""
    namespace = {"__name__": "__main__"} if namespace is None else namespace
    exec(text, namespace)  # noqa: S102  as a notebook runs a cell
    return namespace


@pytest.fixture
def workspace(tmp_path):
    """A workspace with a trusted plugin, an untrusted one and one that is no Python, and who is trusted."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    good = 'from omoto_kit import rule\n\n@rule("comment")\ndef said(comment):\n    return None\n'
    for name, text in {"good": f'"""Checks."""\n{good}', "new": good, "bad": "def ("}.items():
        (folder / f"{name}.py").write_text(text)
    trust = Trust(tmp_path / "trust.json")
    trust.add(folder / "good.py")
    trust.add(folder / "bad.py")
    return tmp_path, trust


def load(workspace, **more):
    """Load the plugins of the workspace alone."""
    root, trust = workspace
    return Plugins.load(workspace=root, trust=trust, entry_points=False, **more)


def test_each_plugin_is_one_card_with_its_state_and_fault(workspace):
    """Loaded, untrusted and broken ones stand side by side, each with where it is from and what to do."""
    cards = {card.name: card for card in cards_of(load(workspace))}
    assert [(name, card.state, card.runs) for name, card in cards.items()] == [
        ("bad", "broken", False),
        ("good", "ok", True),
        ("new", "untrusted", False),
    ]
    assert "It is no Python" in cards["bad"].fault
    assert "omoto plugins trust" in cards["new"].fault
    assert (cards["good"].says, cards["good"].fault) == ("Checks.", "")
    assert Path(cards["good"].where).name == "good.py"
    (step,) = cards["good"].steps
    assert (step.label, step.kind, step.reads, step.writes) == ("good:said", "rule", ("comment",), ("comment",))
    assert step.version == cards["good"].version


def test_an_edit_that_cannot_be_loaded_leaves_the_old_one_running(workspace):
    """The card says both: it runs, and what is wrong with the edit."""
    root, trust = workspace
    plugins = load(workspace)
    (root / "plugins" / "good.py").write_text("raise OSError")
    trust.add(root / "plugins" / "good.py")
    card = next(card for card in cards_of(plugins.refreshed()) if card.name == "good")
    assert (card.state, card.runs, card.steps[0].name) == ("broken", True, "said")
    assert "OSError" in card.fault
    assert "it goes on as it was before" in card.fault


def test_a_cell_defines_replaces_and_removes_steps():
    """The plugin "notebook" is what the namespace holds now, with the hash of each function as its version."""
    namespace = cell(CELL)
    first = Plugins().with_notebook(namespace)
    (card,) = cards_of(first)
    (step,) = card.steps
    assert (card.name, card.kind, card.state, card.hooks) == ("notebook", "live", "ok", ("studio_panels",))
    assert (step.label, step.rank, step.says) == ("notebook:zone", "master", "The zone of a city.")
    assert step.examples == (({"city": "Pune"}, "West"),)
    again = first.with_notebook(cell(CELL.replace('"West"}.get', '"W"}.get'), namespace))
    assert len(again.enrichers) == 1
    assert again.enrichers[0].function("Pune") == "W"
    assert cards_of(again)[0].steps[0].version != step.version
    del namespace["zone"], namespace["studio_panels"]
    assert again.with_notebook(namespace) == Plugins()


def test_a_cell_without_news_keeps_what_is_remembered():
    """Asked after each cell, the very same collection comes back, with its workers and its memory."""
    namespace = cell(CELL)
    plugins = Plugins().with_notebook(namespace)
    assert plugins.with_notebook(cell("x = 1", namespace)) is plugins


def test_what_a_notebook_imports_is_not_its_own():
    """A step of an installed plugin, and the names of decorators, are left where they belong."""
    namespace = cell("from omoto_units import standard_name\nfrom omoto_kit.plugins import enricher, rule, reader")
    assert cards_of(Plugins().with_notebook(namespace)) == ()


def test_a_mistake_in_a_cell_is_said():
    """A hook that does not exist is named with the nearest one."""
    namespace = cell("from omoto_kit import hookimpl\n\n@hookimpl\ndef befor_send(response): ...\n")
    with pytest.raises(PluginError, match="Did you mean 'before_send'"):
        Plugins().with_notebook(namespace)


def test_a_plugin_or_a_live_step_is_left_out(workspace):
    """A live one goes; one that was found shows as off, and stays off when its file is written anew."""
    root, trust = workspace
    plugins = load(workspace).with_notebook(cell(CELL))
    less = plugins.without("notebook:zone")
    assert [step.label for step in less.enrichers] == []
    assert less.plugin("notebook") is not None
    assert less.without("notebook").plugin("notebook") is None
    off = plugins.without("good")
    assert next(card.state for card in cards_of(off) if card.name == "good") == "off"
    (root / "plugins" / "good.py").write_text('"""Another."""\nfrom omoto_kit import rule\n')
    trust.add(root / "plugins" / "good.py")
    again = off.refreshed()
    assert next(card.state for card in cards_of(again) if card.name == "good") == "off"
    assert [rule.label for rule in again.rules] == []
    assert [rule.label for rule in plugins.rules] == ["good:said"]


def test_panels_are_asked_for_in_a_guarded_way():
    """A panel that fails is one answer with its failure; the others come all the same."""
    namespace = cell(CELL)
    broken = cell("from omoto_kit import hookimpl\n\n@hookimpl\ndef studio_panels(studio): return studio.nothing\n")
    plugins = Plugins().with_notebook(namespace).with_module({"studio_panels": broken["studio_panels"]}, "broken")
    bad, good = plugins.call("studio_panels", studio=object())
    assert good.value == [("Zones", "a widget")]
    assert (bad.plugin, bad.value) == ("broken", None)
    assert "AttributeError" in bad.failure
