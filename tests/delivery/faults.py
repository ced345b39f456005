"""The faults of the error lab: what a network, a proxy or a server does to a request, and what must come of it."""

import socket
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from omoto_kit.receipt import State
from tests.delivery.conftest import OK, Server, hang_up, http, reset

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
GZIP = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"
HTML = "<html>Please log in</html>"
REDIRECTS = (301, 302, 303, 307, 308)


def certificate_for(folder, host, *, expired=False):
    """Write a certificate for a host, signed by itself, with its private key, and give the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC) - timedelta(days=9 if expired else 0)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}{'-expired' if expired else ''}.pem"
    kind = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*kind))
    return path


@dataclass
class Scene:
    """What a fault is set up with: servers and sockets that end with the test, and variables of the environment."""

    folder: object
    environment: object
    server: Server = field(default_factory=Server)
    settings: dict = field(default_factory=dict)
    others: list = field(default_factory=list)

    def close(self):
        """Close all that was opened."""
        for one in (self.server, *self.others):
            one.close()

    def secure(self, host="localhost", *, trusted=True, expired=False):
        """Let the server speak TLS under the name localhost, with a certificate for some host."""
        path = certificate_for(self.folder, host, expired=expired)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        serve = self.server._serve

        def wrapped(connection):
            try:
                serve(context.wrap_socket(connection, server_side=True))
            except OSError:
                connection.close()

        self.server._serve = wrapped
        if trusted:
            self.settings["ca_file"] = path
        return self.server.url.replace("http://127.0.0.1", "https://localhost")

    def dead_port(self):
        """Give a port where nobody listens."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return listener.getsockname()[1]

    def proxy(self, scheme, host):
        """Send all requests of a scheme through a proxy."""
        self.environment.setenv(f"{scheme}_proxy", f"http://{host}")
        return f"{scheme}://omoto.example/omoto/response.htm"


@dataclass(frozen=True)
class Fault:
    """How it is set up, which gives the URL; and what must come of the last of its rows."""

    make: object
    state: State
    left: bool
    rows: int = 1
    body: str = ""
    arrives: bool | None = None  # whether the server gets the whole of it; None where that is not told


def replies(*several):
    """Answer with these, one after the other."""

    def make(scene):
        scene.server.replies = list(several)
        return scene.server.url

    return make


def serves(serve, *, tls=False):
    """Treat each connection so, from its first moment."""

    def make(scene):
        scene.server._serve = serve
        return scene.server.url.replace("http:", "https:") if tls else scene.server.url

    return make


def cut(data):
    """Send part of a reply, then close."""

    def reply(connection):
        connection.sendall(data)
        return "close"

    return reply


def stall(data=b""):
    """Send part of a reply, then nothing for long."""

    def reply(connection):
        connection.sendall(data)
        time.sleep(2)
        return "close"

    return reply


def drip(connection):
    """Send a proper reply so slowly that no single wait is too long."""
    for byte in HEAD + b'\r\n{"status":"success"}':
        connection.sendall(bytes([byte]))
        time.sleep(0.1)
    return "close"


def silent(connection):
    """Read nothing and say nothing."""
    time.sleep(1.5)
    connection.close()


def unread(end):
    """Wait until something was sent, read none of it, then end the connection."""

    def wait(connection):
        connection.recv(1, socket.MSG_PEEK)
        end(connection)
        connection.close()

    return wait


def reset_after_headers(connection):
    """Read to the end of the headers, then reset."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(100)
    reset(connection)


def unanswered(scene):
    """Listen, with a queue so full that no further connection is answered."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    fill = [socket.socket() for _ in range(4)]
    for one in fill:
        one.setblocking(False)
        one.connect_ex(listener.getsockname())
    scene.others += [listener, *fill]
    return f"http://127.0.0.1:{listener.getsockname()[1]}/x"


def refusing_proxy(scene):
    """Answer CONNECT with 502."""

    def refuse(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        connection.close()

    scene.server._serve = refuse
    return scene.proxy("https", f"127.0.0.1:{scene.server.port}")


def redirect(status):
    """Point to another path of the same server, which would take anything."""

    def make(scene):
        location = f"Location: {scene.server.url}/elsewhere"
        scene.server.replies = [http(status, "", location), OK]
        return scene.server.url

    return make


def once(connection):
    """Answer, then close the connection while it is idle."""
    connection.sendall(OK)
    return "close"


def unsent(make):
    """Expect that no byte left: queued again."""
    return Fault(make, State.QUEUED, left=False, arrives=False)


def lost(make, **more):
    """Expect that nobody can know: unknown."""
    return Fault(make, State.UNKNOWN, left=True, **more)


FAULTS = {
    "connection refused": unsent(lambda scene: f"http://127.0.0.1:{scene.dead_port()}/x"),
    "unknown name": unsent(lambda _: "http://no-such-host.invalid/x"),
    "connection unanswered": unsent(unanswered),
    "TLS handshake stalled": unsent(serves(silent, tls=True)),
    "TLS handshake reset": unsent(serves(reset, tls=True)),
    "TLS handshake closed": unsent(serves(lambda connection: connection.close(), tls=True)),
    "TLS to a plain server": unsent(lambda scene: scene.server.url.replace("http:", "https:")),
    "untrusted certificate": unsent(lambda scene: scene.secure(trusted=False)),
    "certificate of another host": unsent(lambda scene: scene.secure("other.test")),
    "expired certificate": unsent(lambda scene: scene.secure(expired=True)),
    "proxy refused, http": unsent(lambda scene: scene.proxy("http", f"127.0.0.1:{scene.dead_port()}")),
    "proxy refused, https": unsent(lambda scene: scene.proxy("https", f"127.0.0.1:{scene.dead_port()}")),
    "proxy unknown": unsent(lambda scene: scene.proxy("https", "no-such-proxy.invalid:8080")),
    "proxy refuses to connect": unsent(refusing_proxy),
    "closed before anything is read": lost(serves(unread(hang_up)), arrives=False),
    "reset before anything is read": lost(serves(unread(reset)), arrives=False),
    "write stalls": lost(serves(silent), body="x" * 6_000_000, arrives=False),
    "reset after the headers": lost(serves(reset_after_headers), arrives=False),
    "closed after the body": lost(replies(hang_up), arrives=True),
    "reset after the body": lost(replies(reset), arrives=True),
    "no reply": lost(replies(stall()), arrives=True),
    "reply stalls in its headers": lost(replies(stall(HEAD)), arrives=True),
    "reply stalls in its body": lost(replies(stall(HEAD + b'\r\n{"sta')), arrives=True),
    "reply drips": lost(replies(drip), arrives=True),
    "reply cut in its first line": lost(replies(cut(b"HTTP/1.1 20")), arrives=True),
    "reply cut in its headers": lost(replies(cut(HEAD[:26])), arrives=True),
    "reply cut in its body": lost(replies(cut(HEAD + b'\r\n{"status":"succes')), arrives=True),
    "reply cut in a chunk": lost(replies(cut(CHUNKED + b'14\r\n{"status"')), arrives=True),
    "reply without its last chunk": lost(replies(cut(CHUNKED + b'14\r\n{"status":"success"}\r\n')), arrives=True),
    "reply is no gzip": lost(replies(GZIP), arrives=True),
    "reply is no HTTP": lost(replies(cut(b"garbage\r\n\r\n")), arrives=True),
    "reply without end": lost(replies(http(200, '{"status":"success","x":"' + "x" * 200_000 + '"}')), arrives=True),
    "headers without end": lost(replies(cut(HEAD + b"X-A: b\r\n" * 20_000)), arrives=True),
    "200 with a page": lost(replies(http(200, HTML)), arrives=True),
    "proxy loses the reply": lost(
        lambda scene: (replies(hang_up)(scene), scene.proxy("http", f"127.0.0.1:{scene.server.port}"))[1], arrives=True
    ),
    "keep-alive closed while idle": Fault(replies(once), State.DELIVERED, left=True, rows=2, arrives=True),
    "keep-alive lost in a race": lost(replies(OK, hang_up), rows=2, arrives=True),
    "a reply that nobody asked for": Fault(
        replies(OK + http(400, {"response": "parseerror"})), State.DELIVERED, left=True, rows=2, arrives=True
    ),
    **{f"redirect {status}": Fault(redirect(status), State.QUEUED, left=True, arrives=True) for status in REDIRECTS},
}
