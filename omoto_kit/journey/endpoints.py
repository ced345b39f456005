"""From a name or an address to an endpoint: the built-in sandbox, omoto.toml's endpoints, or an URL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from omoto_kit.delivery import HttpEndpoint, Secret, Timeouts
from omoto_kit.errors import SettingsError, did_you_mean
from omoto_kit.journey.workspace import EndpointSettings, Workspace
from omoto_kit.sandbox import Sandbox

__all__ = ["SANDBOX", "Endpoint", "load_endpoint"]

#: Name of the built-in endpoint, and the default everywhere.
SANDBOX = "sandbox"

Prompt = Callable[[str], str]


class Endpoint(HttpEndpoint):
    """Where responses go. `Endpoint.load("sandbox")` is the stand-in that comes with the kit."""

    @classmethod
    def load(cls, name: str = SANDBOX) -> HttpEndpoint:
        """Find an endpoint by name (`sandbox`, or one of omoto.toml's) or by its URL.

        Raises SettingsError where the name is not known, the address is no http(s) one, or a key is missing.
        """
        return load_endpoint(name)


def load_endpoint(
    name: str,
    workspace: Workspace | None = None,
    *,
    allow_http: bool = False,
    prompt: Prompt | None = None,
    sandbox: Sandbox | None = None,
) -> HttpEndpoint:
    """Find an endpoint; a key that is needed comes from the environment, the keyring or the prompt, in this order.

    `sandbox` is the stand-in to use for the built-in name; without it, one is started for each push, and what it
    receives is kept in memory alone.
    """
    space = workspace or Workspace.find()
    if name == SANDBOX:
        return built_in(sandbox or Sandbox())
    if "://" in name:
        return HttpEndpoint.from_url(name, allow_http=allow_http)
    if name not in space.endpoints:
        raise _unknown(name, space)
    return _named(name, space.endpoints[name], space, allow_http=allow_http, prompt=prompt)


def built_in(sandbox: Sandbox) -> HttpEndpoint:
    """Make the endpoint that starts the sandbox for a push, and stops it afterwards."""

    @contextmanager
    def opened() -> Iterator[str]:
        with sandbox as running:
            yield running.url

    return HttpEndpoint(name=SANDBOX, address="http://127.0.0.1/omoto/response.htm", sandbox=True, opener=opened)


def _unknown(name: str, space: Workspace) -> SettingsError:
    known = [SANDBOX, *space.endpoints]
    near = did_you_mean(name, known) or f"Known are {', '.join(known)}."
    advice = f"{near} Or give an address that starts with https://."
    return SettingsError(f"There is no endpoint {name!r}.", where=space.root or "", advice=advice)


def _named(
    name: str, settings: EndpointSettings, space: Workspace, *, allow_http: bool, prompt: Prompt | None
) -> HttpEndpoint:
    """Make an endpoint of omoto.toml, with its key."""
    plain = HttpEndpoint.from_url(
        settings.url, name=name, key_name=settings.key_name, allow_http=allow_http or settings.allow_http
    )
    ca_file = settings.ca_file and (space.root or Path()) / settings.ca_file
    timeouts = Timeouts(settings.connect_timeout, settings.read_timeout, settings.total_timeout)
    key = plain.key or find_key(name, prompt)
    if key is None:
        variable = key_variable(name)
        advice = f"Set the environment variable {variable}, or store it: `keyring set omoto_kit {name}`."
        raise SettingsError(f"The api key of endpoint {name!r} is missing.", where=space.root or "", advice=advice)
    return replace(
        plain,
        key=key,
        key_place=settings.key_in,
        sandbox=plain.sandbox if settings.sandbox is None else settings.sandbox,
        ca_file=ca_file,
        timeouts=timeouts,
        min_interval=settings.min_interval,
    )


def key_variable(name: str) -> str:
    """Name the environment variable that holds an endpoint's key.

    >>> key_variable("live-uae")
    'OMOTO_KEY_LIVE_UAE'
    """
    return "OMOTO_KEY_" + "".join(letter if letter.isalnum() else "_" for letter in name).upper()


def find_key(name: str, prompt: Prompt | None) -> Secret | None:
    """Look for an endpoint's key in the environment, then in the keyring, then ask."""
    if found := os.environ.get(key_variable(name)) or os.environ.get("OMOTO_KEY"):
        return Secret(found)
    stored = _in_keyring(name)
    if not stored and prompt is not None:
        stored = prompt(f"api key of endpoint {name!r}: ")
    return Secret(stored) if stored else None


def _in_keyring(name: str) -> str | None:
    """Look a key up; a locked or absent keyring is the same as an empty one: the prompt or the error comes next."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password("omoto_kit", name)
    except KeyringError:
        return None
