"""The server: starting, serving, and a clean end."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from omoto_kit.errors import SandboxError
from omoto_kit.sandbox import Faults, Sandbox


def test_addresses(sandbox):
    """Address, url and page point to the same free port of this machine."""
    port = sandbox.page.rpartition(":")[2].rstrip("/")
    assert int(port) > 0
    assert sandbox.page == f"http://127.0.0.1:{port}/"
    assert sandbox.address == f"http://127.0.0.1:{port}/omoto/response.htm"
    assert sandbox.url == f"{sandbox.address}?key=sandbox-key"
    assert repr(sandbox) == f"<Sandbox {sandbox.page} 0 accepted, 0 refused>"


def test_one_connection_serves_many_requests(sandbox, kit):
    """A connection stays open from reply to reply, good and bad, also for requests sent ahead."""
    with kit.plug(sandbox) as connection:
        connection.sendall(
            kit.request_bytes() * 3 + kit.request_bytes(b"") + kit.request_bytes(headers=["Connection: close"])
        )
        replies = kit.read_all(connection)
    assert [part[:3] for part in replies.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"200", b"400", b"200"]
    assert replies.count(b"Connection: close") == 1


def test_an_old_client_is_served_once(sandbox, kit):
    """HTTP/1.0 gets its reply and the end of the connection."""
    with kit.plug(sandbox) as connection:
        connection.sendall(kit.request_bytes(first="POST /omoto/response.htm HTTP/1.0"))
        assert kit.read_all(connection).endswith(b'{"status":"success"}')


def test_a_client_that_asks_first_is_told_to_go_on(sandbox, kit):
    """`Expect: 100-continue` is answered before the body is read."""
    head, _, body = kit.request_bytes(headers=["Expect: 100-continue"]).partition(b"\r\n\r\n")
    with kit.plug(sandbox) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST /omoto/r.htm HTTP/2.0\r\n\r\n", b"400"),
        (b"POST /omoto/r.htm HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\r\n", b"400"),
        (b"POST /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"POST / HTTP/1.1\r\nA: " + b"x" * 70_000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
    ],
)
def test_what_is_no_request_is_answered_and_ended(sandbox, kit, head, status, capfd):
    """A broken head gets its status and the end of the connection; nothing is printed, the next client is served."""
    with kit.plug(sandbox) as connection:
        connection.sendall(head)
        reply = connection.recv(1000)
    assert reply.split()[1] == status
    assert b"Connection: close" in reply
    assert kit.ask(sandbox).status == 200
    assert capfd.readouterr() == ("", "")


def test_a_client_that_goes_away_leaves_no_trace(sandbox, kit, capfd):
    """A request that breaks off, in its head or in its body, stores nothing and prints nothing."""
    whole = kit.request_bytes()
    for length in (0, 10, len(whole) - 5):
        with kit.plug(sandbox) as connection:
            connection.sendall(whole[:length])
            connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError):
                kit.read_all(connection)
    assert sandbox.received == []
    assert sandbox._ledger.reasons == {"the request broke off": 1}
    assert capfd.readouterr() == ("", "")


def test_a_client_that_never_reads_is_no_error(kit, capfd):
    """A client that resets the connection while its reply is late harms nobody."""
    with Sandbox(faults="delay=0.05@1") as sandbox:
        with kit.plug(sandbox) as connection:
            connection.sendall(kit.request_bytes() * 2)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        assert kit.ask(sandbox).status == 200
    assert capfd.readouterr() == ("", "")


def test_a_taken_port_is_named(sandbox):
    """The error names the port and says what to do; the first sandbox goes on."""
    port = int(sandbox.page.rpartition(":")[2].rstrip("/"))
    with pytest.raises(SandboxError) as caught:
        Sandbox(port).start()
    assert str(caught.value) == (
        f"Port {port} of 127.0.0.1 is in use by another program, perhaps by another sandbox. "
        "Give another port, or 0 to take a free one."
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"port": 65_536}, "There is no port 65536"),
        ({"port": -1}, "There is no port -1"),
        ({"host": "192.0.2.1"}, "cannot listen at 192.0.2.1"),
        ({"host": "no-such-host.invalid"}, "cannot listen at no-such-host.invalid"),
    ],
)
def test_where_it_cannot_listen_it_says_so(settings, said):
    """A port that does not exist or an address of another machine is answered in a sentence."""
    with pytest.raises(SandboxError, match=said):
        Sandbox(**settings).start()


def test_a_wrong_fault_is_told_at_once():
    """A misspelt fault is an error when the sandbox is made, not at the third POST."""
    with pytest.raises(SandboxError, match="dorp"):
        Sandbox(faults="dorp@3")


def test_faults_may_come_parsed(kit):
    """What was parsed once can be handed on."""
    with Sandbox(faults=Faults.parse("404@1")) as sandbox:
        assert kit.ask(sandbox).status == 404


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python has no IPv6")
def test_it_can_listen_on_the_other_loopback(kit):
    """The loopback address of IPv6 works, brackets and all."""
    try:
        sandbox = Sandbox(host="::1").start()
    except SandboxError:
        pytest.skip("this machine has no ::1")
    with sandbox:
        assert sandbox.page.startswith("http://[::1]:")
        assert kit.ask(sandbox).status == 200


def test_it_listens_on_this_machine_only(sandbox):
    """Nobody on the network can reach a sandbox that was not told to listen there."""
    assert sandbox._server.server_address[0] == "127.0.0.1"


def test_stop_ends_idle_connections_and_threads(kit):
    """After a stop nothing is left: no thread, no open connection, no listener; twice is once."""
    before = threading.active_count()
    sandbox = Sandbox().start()
    idle, used = kit.plug(sandbox), kit.plug(sandbox)
    used.sendall(kit.request_bytes())
    assert used.recv(1000).startswith(b"HTTP/1.1 200")
    sandbox.stop()
    sandbox.stop()
    assert [idle.recv(10), used.recv(10)] == [b"", b""]
    idle.close()
    used.close()
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        kit.plug(sandbox)
    assert len(sandbox.received) == 1


def test_it_starts_again_where_it_was(kit, tmp_path):
    """An outage: the same port, the counts and the log go on after a stop; starting twice is once."""
    log = tmp_path / "log.jsonl"
    sandbox = Sandbox(log=log, faults="500@2")
    for _ in range(3):
        with sandbox:
            address = sandbox.start().address
            kit.ask(sandbox)
    assert sandbox.address == address
    assert sandbox.counts == {"posts": 3, "accepted": 2, "refused": 1}
    assert log.read_text(encoding="utf-8") == f"{kit.good_body}\n" * 2


SCRIPT = """
import sys
from omoto_kit.sandbox import Sandbox
sandbox = Sandbox(log=sys.argv[1])
sandbox.serve_forever(lambda: print(sandbox.address, flush=True))
print(sandbox.counts["accepted"], flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(kit, tmp_path, number):
    """Ctrl-C and a request to terminate: the log is whole, no traceback, exit code 0, the port is free."""
    log = tmp_path / "log.jsonl"
    command = [sys.executable, "-c", SCRIPT, str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().strip()
        port = int(address.partition("127.0.0.1:")[2].partition("/")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(kit.request_bytes())
            assert b"success" in connection.recv(1000)
            os.kill(process.pid, number)
            output, errors = process.communicate(timeout=60)
    assert (output, errors, process.returncode) == ("1\n", "", 0)
    assert [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] == [json.loads(kit.good_body)]


def test_serving_in_another_thread_leaves_signals_alone(kit):
    """Only the main thread may take signals; elsewhere it serves until it is stopped."""
    before = signal.getsignal(signal.SIGTERM)
    sandbox, ready = Sandbox(), threading.Event()
    thread = threading.Thread(target=sandbox.serve_forever, args=(ready.set,))
    thread.start()
    assert ready.wait(30)
    assert kit.ask(sandbox).status == 200
    assert signal.getsignal(signal.SIGTERM) is before
    sandbox.stop()
    thread.join(30)
    assert not thread.is_alive()
