import pytest

from omoto_kit.errors import PluginError
from omoto_kit.plugins import Trust
from omoto_kit.plugins.portrait import portrait_of


def test_a_file_is_trusted_as_it_is(tmp_path, trust):
    """Trust holds for the contents that were read, and an edit ends it."""
    file = tmp_path / "stores.py"
    file.write_text("one = 1\n", encoding="utf-8")
    assert trust.state(file) == "untrusted"
    trust.add(file)
    assert trust.is_trusted(file)
    file.write_text("one = 2\n", encoding="utf-8")
    assert trust.state(file) == "changed"
    assert not trust.is_trusted(file)


def test_trust_can_be_taken_back(tmp_path, trust):
    """What was trusted by mistake is untrusted again, and the others stay."""
    files = [tmp_path / "one.py", tmp_path / "two.py"]
    for file in files:
        file.write_text("x = 1\n", encoding="utf-8")
        trust.add(file)
    trust.remove(files[0])
    trust.remove(files[0])
    assert [trust.state(file) for file in files] == ["untrusted", "ok"]


def test_the_same_contents_elsewhere_are_not_trusted(tmp_path, trust):
    """Consent is for one file; a copy in another workspace asks again."""
    first, second = tmp_path / "one.py", tmp_path / "two.py"
    for file in (first, second):
        file.write_text("x = 1\n", encoding="utf-8")
    trust.add(first)
    assert trust.state(second) == "untrusted"


def test_the_store_lies_in_the_users_own_folder(tmp_path, monkeypatch):
    """A workspace that brings its own list of trusted files changes nothing."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert Trust.default().store == tmp_path / "config" / "omoto" / "trust.json"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Trust.default().store == tmp_path / ".config" / "omoto" / "trust.json"


def test_the_store_is_replaced_as_a_whole(tmp_path, trust):
    """No half-written file is left beside it, and only the user may look into its folder."""
    file = tmp_path / "stores.py"
    file.write_text("x = 1\n", encoding="utf-8")
    trust.add(file)
    assert sorted(path.name for path in trust.store.parent.iterdir()) == ["trust.json", "trusted"]
    assert len(list((trust.store.parent / "trusted").iterdir())) == 1
    assert trust.store.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("contents", ["{", "[1, 2]", '"text"', '{"files": [1]}'])
def test_a_damaged_store_is_an_error_and_no_consent(tmp_path, trust, contents):
    """A store that cannot be read is said to be so; it never counts as trust."""
    trust.store.parent.mkdir()
    trust.store.write_text(contents, encoding="utf-8")
    file = tmp_path / "stores.py"
    file.write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(PluginError, match="list of trusted plugins cannot be read"):
        trust.state(file)


def test_a_missing_file_cannot_be_trusted(tmp_path, trust):
    """The message names the file, and nothing is written."""
    with pytest.raises(PluginError, match="No such file"):
        trust.add(tmp_path / "gone.py")
    assert not trust.store.exists()


def test_what_was_trusted_is_kept_to_be_compared(tmp_path, trust):
    """After an edit, the text that was agreed to can still be shown; what was never trusted has none."""
    file = tmp_path / "stores.py"
    file.write_text("one = 1\n", encoding="utf-8")
    assert trust.before(file) == ""
    trust.add(file)
    file.write_text("one = 2\n", encoding="utf-8")
    assert trust.before(file) == "one = 1\n"


def test_what_was_shown_is_what_is_trusted(tmp_path, trust):
    """A file that was swapped between the showing and the answer is not trusted by that answer."""
    file = tmp_path / "stores.py"
    file.write_text("evil = 1\n", encoding="utf-8")
    trust.add(file, b"good = 1\n")
    assert trust.state(file) == "changed"
    file.write_text("good = 1\n", encoding="utf-8")
    assert trust.state(file) == "ok"


def test_a_portrait_shows_a_file_without_running_it():
    """Docstring, imports anywhere in it, functions and the difference; a broken file says so."""
    text = '"""Cities."""\nimport os\n\n\n@enricher("comment")\ndef city(pincode):\n    from socket import socket\n'
    portrait = portrait_of(text, before="import os\n")
    assert (portrait.says, portrait.imports, portrait.lines) == ("Cities.", ("os", "socket"), 7)
    assert portrait.steps == ("@enricher('comment') city(pincode)",)
    assert '+@enricher("comment")' in portrait.diff
    assert "It is no Python" in portrait_of("def (").wrong
