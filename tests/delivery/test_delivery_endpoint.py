"""Endpoints: what an URL becomes, what is refused, and what an endpoint is known by."""

import traceback

import pytest

from omoto_kit.delivery import HttpEndpoint, Secret
from omoto_kit.errors import SettingsError


def test_the_key_is_taken_out_of_the_url():
    """A key in the query becomes a secret; other parameters stay in the address."""
    endpoint = HttpEndpoint.from_url("https://api.example.com/omoto/x.htm?a=1&key=k%2B1&b=2#part")
    assert endpoint.key == Secret("k+1")
    assert endpoint.address == "https://api.example.com/omoto/x.htm?a=1&b=2"
    assert (endpoint.name, endpoint.label) == ("api.example.com", "LIVE")
    other = HttpEndpoint.from_url("https://api.example.com/x?token=k&key=1", key_name="token", name="live")
    assert other.key == Secret("k")
    assert "key=1" in other.address


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://API.Example.com/omoto/x.htm?key=1", "https://api.example.com:443/omoto/x.htm"),
        ("https://api.example.com.:443/omoto/x.htm", "https://api.example.com:443/omoto/x.htm"),
        ("HTTPS://api.example.com", "https://api.example.com:443/"),
        ("http://127.0.0.1:8080/Omoto", "http://127.0.0.1:8080/Omoto"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ],
)
def test_an_endpoint_is_known_by_its_place(url, identity):
    """The same place is the same endpoint, however its URL is spelt, and whatever its key."""
    assert HttpEndpoint.from_url(url).identity == identity


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.8.8.8", "omoto.localhost"])
def test_loopback_is_a_sandbox(host):
    """What never leaves the machine is no live endpoint, and needs no TLS."""
    assert HttpEndpoint.from_url(f"http://{host}:8080/x").label == "SANDBOX"
    assert HttpEndpoint.from_url(f"http://{host}:8080/x", sandbox=False).label == "LIVE"


@pytest.mark.parametrize("url", ["http://10.0.0.1/x?key=CANARY", "http://localhost.example.com/x?key=CANARY"])
def test_plain_http_needs_a_word(url):
    """Key and customers go in clear over a network only where that was said."""
    with pytest.raises(SettingsError, match="in clear") as refused:
        HttpEndpoint.from_url(url)
    assert "CANARY" not in "".join(traceback.format_exception(refused.value))
    assert HttpEndpoint.from_url(url, allow_http=True).label == "LIVE"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sandbox",
        "ftp://example.com/x?key=CANARY",
        "https:///x?key=CANARY",
        "https://example.com:99999/x?key=CANARY",
        "https://example.com:port/x?key=CANARY",
        "https://exam ple.com/x?key=CANARY",
        "https://[::1/x?key=CANARY",
        "https://user:CANARY@example.com/x",
    ],
)
def test_what_is_no_address_is_refused(url):
    """A wrong address is named without its query or password."""
    with pytest.raises(SettingsError) as refused:
        HttpEndpoint.from_url(url)
    assert "CANARY" not in str(refused.value)
    assert refused.value.advice


def test_an_endpoint_prints_as_host_and_path():
    """Neither repr nor str show key or query."""
    endpoint = HttpEndpoint.from_url("https://api.example.com/omoto/x.htm?key=CANARY&tenant=CANARY")
    assert str(endpoint) == "api.example.com/omoto/x.htm"
    assert repr(endpoint) == "HttpEndpoint('api.example.com', LIVE, api.example.com/omoto/x.htm)"
