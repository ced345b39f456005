"""Every test, here and in plugins/, runs as on a machine that has never seen omoto_kit."""

import os

import pytest
from hypothesis import settings

# A slow machine is no failure, and a failing example must be easy to run again.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")

FOLDERS = {
    "HOME": "",
    "USERPROFILE": "",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_RUNTIME_DIR": ".run",
    "XDG_STATE_HOME": ".local/state",
}
PROXIES = {"all_proxy", "ftp_proxy", "http_proxy", "https_proxy", "no_proxy"}
COLOURS = {"CLICOLOR_FORCE", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE"}


def is_foreign(name: str) -> bool:
    """Tell whether a variable could steer the kit, its requests or its output from outside."""
    return name.upper().startswith("OMOTO_") or name.lower() in PROXIES or name.upper() in COLOURS


class Isolation:
    """Holds the fixture; registered as a plugin, it also reaches tests outside this folder."""

    @pytest.fixture(autouse=True)
    def isolated(self, monkeypatch, tmp_path_factory):
        """Give the test a home of its own, no keyring, no proxy and a plain screen of 100 columns."""
        home = tmp_path_factory.mktemp("home")
        for name, folder in FOLDERS.items():
            path = home / folder
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            monkeypatch.setenv(name, str(path))
        for name in filter(is_foreign, list(os.environ)):
            monkeypatch.delenv(name)
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "100")


def pytest_configure(config):
    """Register the isolation for all that this run collects."""
    config.pluginmanager.register(Isolation(), "omoto-isolation")


def pytest_make_parametrize_id(val, argname):
    """Name a case of bytes by its argument: an archive holds the time, and workers must agree on names."""
    return argname if isinstance(val, bytes) else None
