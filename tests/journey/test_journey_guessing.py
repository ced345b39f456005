import pytest

from omoto_kit import Campaign
from omoto_kit.intake import read
from omoto_kit.journey import prepare
from omoto_kit.journey.guessing import map_columns
from omoto_kit.plugins import Plugins, hookimpl

ROWS = [{"Note globale": "9", "Boutique": "Saket", "Zz": "x"}]


def guessing(name="french", **guesses):
    """Make a plugin that guesses what it is told."""

    @hookimpl
    def column_guesses(columns):
        return {header: field for header, field in guesses.items() if header in columns}

    return Plugins().with_functions(column_guesses, name=name)


def told(columns):
    """Give what is fed, with the reason."""
    return {entry.field: (entry.rule.column, entry.reason) for entry in columns.entries if entry.applied}


def test_what_nobody_knows_a_plugin_may_guess():
    """The guess is applied, is shown as one, and the values arrive."""
    plugins = guessing(**{"Note globale": "npsrating"})
    prepared = prepare(ROWS, Campaign(id="154"), plugins)
    assert told(prepared.columns)["npsrating"] == ("Note globale", "guessed by plugin french")
    assert prepared.batch.values["npsrating"].to_list() == ["9"]


def test_a_contract_with_columns_is_not_widened_by_guesses():
    """What the contract does not name is not sent on a plugin's word; but a required field may be found."""
    contract = {"id": "154", "columns": {"comment": "Zz"}}
    plugins = guessing(**{"Note globale": "npsrating", "Zz": "npsrating"})
    columns = map_columns(read(ROWS), Campaign(**contract), {}, plugins)
    assert "npsrating" not in told(columns)
    assert any("'Note globale' could feed npsrating (plugin french); it is not sent" in note for note in columns.notes)
    required = Campaign(**contract, rating={"required": True})
    assert told(map_columns(read(ROWS), required, {}, plugins))["npsrating"][0] == "Note globale"


def test_the_users_word_is_stronger():
    """A column that was mapped by hand is not guessed about, nor is a field."""
    plugins = guessing(**{"Note globale": "npsrating", "Boutique": "namevaluemap.unitname"})
    columns = map_columns(read(ROWS), Campaign(id="154"), {"Note globale": "comment"}, plugins)
    assert told(columns)["comment"] == ("Note globale", "as you said")
    assert "npsrating" not in told(columns)


def test_two_plugins_that_differ_leave_it_to_a_person():
    """Neither guess is applied, and both are told."""
    plugins = guessing(Zz="comment").with_module(
        {"column_guesses": guessing(Zz="channel").loaded[0].hooks["column_guesses"]}, "other"
    )
    columns = map_columns(read(ROWS), Campaign(id="154"), {}, plugins)
    assert not {"comment", "channel"} & told(columns).keys()
    assert sum("'Zz' could feed" in note for note in columns.notes) == 2


@pytest.mark.parametrize(("value", "said"), [({"Zz": "coment"}, "'coment', which is no field. Did you mean 'comment'")])
def test_a_guess_that_is_no_field_is_said(value, said):
    """The author's slip is a note with the nearest field."""
    columns = map_columns(read(ROWS), Campaign(id="154"), {}, guessing(**value))
    assert any(said in note for note in columns.notes)


def test_a_plugin_that_fails_at_guessing_stops_nothing():
    """The map is made without it, and the note says so."""

    @hookimpl
    def column_guesses(columns):
        return columns[99]

    columns = map_columns(read(ROWS), Campaign(id="154"), {}, Plugins().with_functions(column_guesses, name="odd"))
    assert any("The plugin odd could not guess columns: column_guesses: IndexError" in note for note in columns.notes)


@pytest.mark.parametrize("text", ["Store   Rating\nPune    9\n", "Store:Rating\nPune:9\n", "Zz,Yy\nPune,9\n"])
def test_a_source_that_feeds_no_field_is_told(text, tmp_path):
    """The check shows that its responses are empty; a column that is named mends it."""
    path = tmp_path / "kiosk.csv"
    path.write_text(text, encoding="utf-8")
    prepared = prepare(path, Campaign(id="154"), Plugins())
    said = [note for note in prepared.batch.notes if note.startswith("No column feeds any field")]
    assert len(said) == 1
    assert ("say what parts them" in said[0]) == (prepared.rows.frame.width == 1)
    header = prepared.rows.frame.columns[-1]
    named = map_columns(prepared.rows, Campaign(id="154"), {header: "comment"}, Plugins())
    assert not any("any field" in note for note in named.notes)
