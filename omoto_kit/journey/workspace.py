"""The workspace: a folder with omoto.toml, campaigns and plugins. Everything works without one, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from omoto_kit.campaign import is_field
from omoto_kit.campaign.toml import explain, read_toml, refuse_unknown
from omoto_kit.errors import Place, SettingsError, did_you_mean
from omoto_kit.intake import SavedMap, saved_maps
from omoto_kit.plugins import Trust, known_fields
from omoto_kit.plugins.lookups import lookup_of
from omoto_kit.wire import KeyPlace

__all__ = ["EndpointSettings", "Workspace", "init_workspace"]

SETTINGS_FILE = "omoto.toml"


class EndpointSettings(BaseModel):
    """One `[endpoints.NAME]` of omoto.toml. The key itself is never written there.

    `sandbox` says whether this address is a stand-in, such as one that a team shares; left out, only an address of this
    machine is. `ca_file` is a certificate authority's file for TLS, `min_interval` the least number of seconds from one
    response to the next.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: str = Field(min_length=1)
    key_in: KeyPlace = KeyPlace.QUERY
    key_name: str = "key"
    sandbox: bool | None = None
    allow_http: bool = False
    ca_file: Path | None = None
    min_interval: float = Field(default=0.0, ge=0)
    connect_timeout: float = Field(default=5.0, gt=0)
    read_timeout: float = Field(default=30.0, gt=0)
    total_timeout: float = Field(default=60.0, gt=0)


class _Settings(BaseModel):
    """The whole of omoto.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    outbox: Annotated[str, BeforeValidator(str)] = "outbox.db"
    endpoints: Mapping[str, EndpointSettings] = Field(default_factory=dict)
    plugins: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    lookups: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    prefer: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)


class Workspace:
    """Where the user works: settings, campaigns and plugins of one folder, or the defaults where there is none."""

    def __init__(self, root: Path | None = None) -> None:
        """Read the folder's omoto.toml. Raises SettingsError, which names file, key and the nearest right name."""
        self.root = root
        self._settings = _load(root / SETTINGS_FILE) if root else _Settings()

    @classmethod
    def find(cls, start: Path | None = None) -> Workspace:
        """Look for omoto.toml in a folder and those above it."""
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / SETTINGS_FILE).is_file():
                return cls(folder)
        return cls(None)

    @property
    def endpoints(self) -> Mapping[str, EndpointSettings]:
        """Named endpoints, without the built-in sandbox."""
        return self._settings.endpoints

    @property
    def plugin_settings(self) -> Mapping[str, Mapping[str, Any]]:
        """The `[plugins.NAME]` sections."""
        return self._settings.plugins

    @property
    def lookups(self) -> Mapping[str, Mapping[str, Any]]:
        """The `[lookups.NAME]` sections: tables that fill fields without code."""
        return self._settings.lookups

    @property
    def prefer(self) -> Mapping[str, tuple[str, ...]]:
        """The `[prefer]` section: for a field, the plugins that decide where several differ."""
        return self._settings.prefer

    @property
    def outbox(self) -> Path:
        """The outbox that commands use where none is named."""
        return (self.root or Path.cwd()) / self._settings.outbox

    def campaigns(self) -> list[Path]:
        """Campaign files of the workspace, by name; the sign-offs beside them are none."""
        found = sorted((self.root / "campaigns").glob("*.toml")) if self.root else []
        return [path for path in found if not path.name.endswith(".signoff.toml")]

    def maps(self) -> tuple[SavedMap, ...]:
        """Column maps that were saved in the workspace's folder `maps`. Raises IntakeError for a file that is none."""
        return saved_maps(self.root / "maps") if self.root else ()

    def campaign_file(self, named: Path | None) -> Path:
        """Choose the campaign file: the named one, or the workspace's only one."""
        if named is not None:
            return named
        found = self.campaigns()
        if len(found) == 1:
            return found[0]
        names = ", ".join(str(path) for path in found)
        what = f"There are several campaigns: {names}." if found else "No campaign is named."
        raise SettingsError(what, advice="Name one with -c CAMPAIGN.toml; `omoto init` writes an example.")


def _load(path: Path) -> _Settings:
    """Read and check omoto.toml."""
    document = read_toml(path, SettingsError)
    refuse_unknown(document, _Settings.model_fields, Place(path), SettingsError)
    try:
        settings = _Settings(**document)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        detail = next((one for one in details if one["type"] == "extra_forbidden"), details[0])
        model = EndpointSettings if detail["loc"][0] == "endpoints" else _Settings
        where = Place(path, key=".".join(str(part) for part in detail["loc"]))
        raise SettingsError(explain(detail, model), where=where) from None
    if "sandbox" in settings.endpoints:
        what = "The name 'sandbox' belongs to the built-in sandbox."
        raise SettingsError(what, where=Place(path, key="endpoints.sandbox"), advice="Choose another name.")
    _check_enrichment(settings, path)
    return settings


def _check_enrichment(settings: _Settings, path: Path) -> None:
    """Check what the sections of lookups and preferences name."""
    for name, section in settings.lookups.items():
        try:
            lookup_of(name, section)
        except ValueError as error:
            raise SettingsError(str(error), where=Place(path, key=f"lookups.{name}")) from None
    for field in settings.prefer:
        if not is_field(field):
            near = did_you_mean(field, known_fields()) or 'Write it like "namevaluemap.city" = ["stores"].'
            what = f"{field!r} is no field of a response."
            raise SettingsError(what, where=Place(path, key=f"prefer.{field}"), advice=near)


def init_workspace(folder: Path, trust: Trust) -> list[Path]:
    """Write the example workspace into a folder, and trust the one plugin that it brings.

    Files that are there already are left as they are. Returns the files that were written. Raises SettingsError where
    the folder cannot be written.
    """
    written = []
    for name, template in _example_files():
        target = folder / name
        if target.exists():
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(template.read_bytes())
        except OSError as error:
            advice = "Choose a folder that you may write to."
            raise SettingsError(f"It cannot be written: {error.strerror}.", where=target, advice=advice) from None
        written.append(target)
        if target.suffix == ".py":
            trust.add(target)
    return written


def _example_files() -> Iterator[tuple[str, Traversable]]:
    """Walk the example; a plugin lies there as text, so that nobody imports it from there."""

    def walk(folder: Traversable, above: str) -> Iterator[tuple[str, Traversable]]:
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.is_dir():
                yield from walk(entry, f"{above}{entry.name}/")
            elif not entry.name.endswith((".pyc", "__init__.py")):
                yield f"{above}{entry.name.removesuffix('.txt')}", entry

    yield from walk(resources.files("omoto_kit.journey") / "example", "")
