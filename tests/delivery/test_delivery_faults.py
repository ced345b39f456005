"""The transport by itself: what it says of a fault in words, its certificates, proxies, deadlines and connections."""

import socket
import ssl
import time

import pytest

from omoto_kit.delivery import HttpEndpoint, Secret, Timeouts
from omoto_kit.delivery.transport import HttpTransport
from tests.delivery.faults import certificate_for, cut, drip

FORM = b"jsonheader=%7B%7D&jsonbody=%7B%7D"
QUICK = Timeouts(0.4, 0.4, 1.2)


@pytest.fixture
def transport_to():
    """Makes transports with short timeouts, and closes them."""
    made = []

    def make(url, **settings):
        endpoint = HttpEndpoint.from_url(url, key=Secret("CANARY"), timeouts=QUICK, allow_http=True, **settings)
        made.append(HttpTransport(endpoint, endpoint.address))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


def test_a_dripping_reply_ends_at_the_total_deadline(transport_to, server):
    """A server that sends a byte now and then cannot hold a response beyond the total deadline."""
    server.replies = [drip]
    began = time.monotonic()
    outcome = transport_to(server.url).send(FORM)
    assert outcome.error == "no reply within the time limit"
    assert time.monotonic() - began < 5


def test_a_refused_connection_sent_nothing(transport_to):
    """Nobody listens: no byte left."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = transport_to(f"http://127.0.0.1:{port}/x").send(FORM)
    assert (outcome.bytes_left, outcome.error) == (False, "the connection was refused")


def test_an_unknown_name_sent_nothing(transport_to):
    """The name leads nowhere: no byte left."""
    outcome = transport_to("http://no-such-host.invalid/x").send(FORM)
    assert not outcome.bytes_left
    assert "invalid" not in outcome.error


def test_a_silent_network_sent_nothing(transport_to):
    """The connection is never answered: no byte left."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fill = [socket.socket() for _ in range(4)]
        for one in fill:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        outcome = transport_to(f"http://127.0.0.1:{listener.getsockname()[1]}/x").send(FORM)
        for one in fill:
            one.close()
    assert (outcome.bytes_left, outcome.error) == (False, "no connection within the time limit")


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost, signed by itself."""
    return certificate_for(tmp_path, "localhost")


@pytest.fixture
def secure(make_server, certificate):
    """A server that speaks TLS."""
    server = make_server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    serve = server._serve

    def wrapped(connection):
        try:
            serve(context.wrap_socket(connection, server_side=True))
        except (ssl.SSLError, OSError):
            connection.close()

    server._serve = wrapped
    server.url = f"https://localhost:{server.port}/omoto/response.htm"
    return server


def test_an_untrusted_certificate_sent_nothing(transport_to, secure):
    """TLS is verified, and a certificate that nobody vouches for gets no byte."""
    outcome = transport_to(secure.url).send(FORM)
    assert (outcome.bytes_left, outcome.error) == (False, "the server's certificate is not trusted")
    assert secure.bodies == []


def test_a_wrong_host_name_sent_nothing(transport_to, secure, certificate):
    """A certificate for another name gets no byte, even if its authority is trusted."""
    outcome = transport_to(secure.url.replace("localhost", "127.0.0.1"), ca_file=certificate).send(FORM)
    assert (outcome.bytes_left, outcome.error) == (False, "the server's certificate is not trusted")


def test_an_own_certificate_authority_is_trusted(transport_to, secure, certificate):
    """With its CA file, a house's own server takes responses over TLS."""
    outcome = transport_to(secure.url, ca_file=certificate).send(FORM)
    assert (outcome.status, outcome.body) == (200, b'{"status": "success"}')


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_dead_proxy_sent_nothing(transport_to, monkeypatch, scheme):
    """The environment's proxy is used; where it is down, no byte left."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{port}")
    transport = transport_to(f"{scheme}://omoto.example/x")
    assert transport.proxy == f"127.0.0.1:{port}"
    assert not transport.send(FORM).bytes_left


def test_a_proxy_that_refuses_to_connect_sent_nothing(transport_to, monkeypatch, make_server):
    """The proxy's own CONNECT is no byte of the request."""
    proxy = make_server()
    seen = []

    def refuse(connection):
        seen.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        connection.close()

    proxy._serve = refuse
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
    outcome = transport_to("https://omoto.example/x").send(FORM)
    assert not outcome.bytes_left
    assert seen[0].startswith(b"CONNECT omoto.example:443")
    assert b"CANARY" not in seen[0]


def test_a_request_through_a_plain_proxy_counts_as_left(transport_to, monkeypatch, make_server):
    """What a proxy was handed may have gone on, even if the proxy then fails."""
    proxy = make_server(replies=[cut(b"")])
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    assert transport_to("http://omoto.example/x").send(FORM).bytes_left
    assert proxy.requests[0].startswith("POST http://omoto.example/x?key=CANARY")


def test_a_connection_closed_while_idle_is_no_fault(transport_to, server, kit):
    """A keep-alive connection that the server closed meanwhile is opened anew, unseen."""

    def once(connection):
        connection.sendall(kit.OK)
        return "close"

    server.replies = [once]
    transport = transport_to(server.url)
    assert transport.send(FORM).status == 200
    time.sleep(0.1)
    assert transport.send(FORM).status == 200
    assert (server.connections, len(server.bodies)) == (2, 2)


def test_an_idle_connection_is_opened_anew(transport_to, server, monkeypatch):
    """After a long pause the next request takes a new connection, before the server closes the old under it."""
    transport = transport_to(server.url)
    transport.send(FORM)
    transport.send(FORM)
    assert server.connections == 1
    monkeypatch.setattr("omoto_kit.delivery.transport.IDLE", 0)
    transport.send(FORM)
    assert server.connections == 2


def test_a_reset_while_the_second_request_is_sent(transport_to, server, kit):
    """The stale keep-alive race stays open: the server had the body."""
    server.replies = [kit.OK, kit.reset]
    transport = transport_to(server.url)
    transport.send(FORM)
    outcome = transport.send(FORM)
    assert outcome.bytes_left
    assert len(server.bodies) == 2


def test_a_flag_that_lies_is_trusted_no_more(transport_to, server):
    """Where a reply arrives though no byte seems to have left, only proving exceptions allow a repetition."""
    transport = transport_to(server.url)
    for scheme in transport._adapter._classes.values():
        scheme.ConnectionCls.send = scheme.ConnectionCls.__mro__[2].send  # as if a shim had replaced our class
    assert transport.send(FORM).status == 200
    server.replies = [cut(b"")]
    assert transport.send(FORM).bytes_left
    server.close()
    transport.close()


def test_the_proxy_settings_are_read_once(transport_to, server, monkeypatch):
    """A variable that changes during a run changes nothing."""
    transport = transport_to(server.url)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert transport.send(FORM).status == 200


def test_a_netrc_file_adds_nothing(transport_to, server, tmp_path, monkeypatch):
    """Credentials that lie in the home folder are not sent along."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    transport_to(server.url).send(FORM)
    assert "authorization" not in server.requests[0].lower()
