"""The workspace: its settings, its endpoints, and the example that `omoto init` writes."""

from pathlib import Path

import keyring
import keyring.backend
import pytest

from omoto_kit import campaign as plain
from omoto_kit.errors import SettingsError
from omoto_kit.journey import Campaign, Endpoint, Workspace, init_workspace, load_endpoint
from omoto_kit.plugins import Trust
from omoto_kit.verification import pack
from omoto_kit.wire import KeyPlace

LIVE = """
[endpoints.live]
url = "https://example.invalid/omoto/live.htm"
key_in = "header"
key_name = "X-Api-Key"
min_interval = 0.5
total_timeout = 9
"""


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A real keyring backend that holds one key in memory."""

    priority = 1

    def __init__(self, password):
        super().__init__()
        self.password = password

    def get_password(self, service, username):
        """Give the key to the one that asks by the right names."""
        return self.password if (service, username) == ("omoto_kit", "live") else None

    def set_password(self, service, username, password):
        """Nobody stores here."""
        raise NotImplementedError

    def delete_password(self, service, username):
        """Nobody deletes here."""
        raise NotImplementedError


def workspace(folder: Path, text: str) -> Workspace:
    """Write omoto.toml and read it."""
    (folder / "omoto.toml").write_text(text, encoding="utf-8")
    return Workspace(folder)


def test_a_workspace_is_found_from_below(tmp_path):
    """omoto.toml is found in the folders above the one that a command runs in."""
    (tmp_path / "omoto.toml").write_text('outbox = "april.db"\n')
    below = tmp_path / "data" / "2026"
    below.mkdir(parents=True)
    found = Workspace.find(below)
    assert (found.root, found.outbox) == (tmp_path, tmp_path / "april.db")


def test_without_a_workspace_there_are_defaults(tmp_path, monkeypatch):
    """Where there is no omoto.toml, the outbox lies in the current folder and no endpoint is known but the sandbox."""
    monkeypatch.chdir(tmp_path)
    space = Workspace.find(tmp_path)
    assert (space.root, space.outbox, dict(space.endpoints)) == (None, tmp_path / "outbox.db", {})
    assert space.campaigns() == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('outbx = "a.db"', ("outbx", "'outbox'")),
        ("[endpoints.live]\nurll = 'https://x/y'", ("endpoints.live", "'url'")),
        ("[endpoints.live]\nurl = 'https://x/y'\nkey_in = 'cookie'", ("endpoints.live.key_in", "'header'")),
        ("[endpoints.live]\nurl = 'https://x/y'\nmin_interval = -1", ("min_interval",)),
        ("[endpoints.sandbox]\nurl = 'https://x/y'", ("endpoints.sandbox", "built-in")),
        ("[endpoints.live", ("omoto.toml", "TOML")),
    ],
)
def test_a_mistake_in_the_settings_is_named(tmp_path, text, words):
    """A mistake in omoto.toml is answered with file, key and the nearest right name."""
    with pytest.raises(SettingsError) as caught:
        workspace(tmp_path, text)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_the_key_comes_from_the_environment_first(tmp_path, monkeypatch):
    """An endpoint's own variable wins; the settings say where the key goes and how long to wait."""
    monkeypatch.setenv("OMOTO_KEY_LIVE", "from-environment")
    endpoint = load_endpoint("live", workspace(tmp_path, LIVE))
    assert endpoint.key is not None
    assert endpoint.key.reveal() == "from-environment"
    assert (endpoint.key_place, endpoint.key_name, endpoint.min_interval) == (KeyPlace.HEADER, "X-Api-Key", 0.5)
    assert (endpoint.label, endpoint.timeouts.total) == ("LIVE", 9)
    assert "from-environment" not in repr(endpoint) + str(endpoint)


def test_the_key_comes_from_the_keyring_then_from_the_prompt(tmp_path):
    """Without a variable the keyring is asked, and a person only where it has none."""
    space = workspace(tmp_path, LIVE)
    before = keyring.get_keyring()
    try:
        keyring.set_keyring(MemoryKeyring("from-keyring"))
        stored = load_endpoint("live", space, prompt=lambda _: "typed")
        keyring.set_keyring(MemoryKeyring(None))
        typed = load_endpoint("live", space, prompt=lambda _: "typed")
    finally:
        keyring.set_keyring(before)
    assert [endpoint.key.reveal() for endpoint in (stored, typed)] == ["from-keyring", "typed"]


def test_an_unknown_endpoint_names_the_nearest(tmp_path):
    """A misspelt endpoint is answered with the nearest name."""
    with pytest.raises(SettingsError, match="Did you mean 'live'"):
        load_endpoint("lvie", workspace(tmp_path, LIVE))


def test_the_default_endpoint_is_the_sandbox():
    """Without a name, the endpoint is the built-in sandbox, and says so."""
    endpoint = Endpoint.load()
    assert (endpoint.name, endpoint.label, endpoint.identity) == ("sandbox", "SANDBOX", "sandbox")


def test_the_example_workspace_is_complete_and_trusted(tmp_path):
    """`init` writes settings, contract, units, plugin and file, trusts its own plugin, and never overwrites."""
    trust = Trust(tmp_path / "trust.json")
    folder = tmp_path / "new" / "place"
    written = init_workspace(folder, trust)
    names = {path.relative_to(folder).as_posix() for path in written}
    assert names == {
        "omoto.toml",
        "campaigns/store-visit.toml",
        "data/kiosk-april.csv",
        "data/units.csv",
        "plugins/city_from_pincode.py",
    }
    assert trust.is_trusted(folder / "plugins" / "city_from_pincode.py")
    (folder / "omoto.toml").write_text("# mine\n")
    assert init_workspace(folder, trust) == []
    assert (folder / "omoto.toml").read_text() == "# mine\n"


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    """Where the example cannot be written, the error names the place."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="file"):
        init_workspace(tmp_path / "file", Trust(tmp_path / "trust.json"))


def test_the_front_door_s_campaign_makes_its_pack(tmp_path):
    """`Campaign.pack` gives the pack that the command writes, with the very same bytes, as a folder or a zip."""
    path = tmp_path / "154.toml"
    path.write_text('[campaign]\nid = "154"\n[categories]\nPrice = ["Too high"]\n', encoding="utf-8")
    campaign = Campaign.load(path)
    made = campaign.pack()
    assert isinstance(campaign, plain.Campaign)
    assert (campaign.path, campaign.categories) == (path, {"Price": ("Too high",)})
    assert made.files() == pack(plain.Campaign.load(path)).files()
    assert len(made.write(tmp_path / "folder")) == len(made.files())
    made.write(tmp_path / "pack.zip")
    assert (tmp_path / "pack.zip").read_bytes() == made.zipped()
