"""Each fault on the wire: what a client sees, byte for byte, and what the sandbox has kept by then."""

import contextlib
import gzip
import threading

import pytest

from omoto_kit.sandbox import Sandbox
from omoto_kit.sandbox.faults import REFUSING, STATUSES
from omoto_kit.wire import Verdict, decipher


def exchange(kit, sandbox, data=None):
    """Send one request on a plain socket and return all bytes that come back until the close."""
    with kit.plug(sandbox) as connection:
        connection.sendall(kit.request_bytes() if data is None else data)
        return kit.read_all(connection)


def test_drop_stores_and_says_nothing(kit):
    """A lost reply: not a byte comes back, the connection closes in order, and the response is there."""
    with Sandbox(faults="drop@1") as sandbox:
        assert exchange(kit, sandbox) == b""
        assert sandbox.counts == {"posts": 1, "accepted": 1, "refused": 0}


def test_drop_of_a_bad_request_stores_nothing(kit):
    """A fault never makes a bad response a good one."""
    with Sandbox(faults="drop@1") as sandbox:
        assert exchange(kit, sandbox, kit.request_bytes(b"jsonbody=1")) == b""
        assert sandbox.counts == {"posts": 1, "accepted": 0, "refused": 1}


def test_reset_stores_and_resets(kit):
    """The connection is reset, not closed, after the response was kept."""
    with Sandbox(faults="reset@1") as sandbox, kit.plug(sandbox) as connection:
        connection.sendall(kit.request_bytes())
        with pytest.raises(ConnectionResetError):
            connection.recv(100)
        assert sandbox.counts["accepted"] == 1


def test_header_breaks_off_in_the_headers(kit):
    """Some bytes of a reply come, but no end of its headers; the response is kept."""
    with Sandbox(faults="header@1") as sandbox:
        reply = exchange(kit, sandbox)
        assert reply.startswith(b"HTTP/1.1 200 OK\r\nContent")
        assert b"\r\n\r\n" not in reply
        assert sandbox.counts["accepted"] == 1


def test_stall_sends_half_and_waits(kit):
    """Half of the reply comes at once, the rest never; a stop of the sandbox ends the wait."""
    with Sandbox(faults="stall=3600@1") as sandbox, kit.plug(sandbox) as connection:
        connection.sendall(kit.request_bytes())
        half = connection.recv(1000)
        assert half.startswith(b"HTTP/1.1 200 OK")
        assert b"success" not in half
        assert sandbox.counts["accepted"] == 1
        sandbox.stop()
        assert connection.recv(1000) == b""


def test_early_closes_before_the_body(kit):
    """A client that has sent no more than the head is cut off, and nothing is kept."""
    with Sandbox(faults="early@1") as sandbox, kit.plug(sandbox) as connection:
        connection.sendall(kit.request_bytes().partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(100) == b""
        assert sandbox.counts == {"posts": 1, "accepted": 0, "refused": 1}


@pytest.mark.parametrize("kind", STATUSES)
def test_a_status_is_sent_and_nothing_kept(kit, kind):
    """A status on request comes as asked for; the connection stays usable for the next request."""
    with Sandbox(faults=f"{kind}@1") as sandbox, kit.plug(sandbox) as connection:
        for expected in (kind, "200"):
            connection.sendall(kit.request_bytes())
            assert connection.recv(1000).split()[1].decode() == expected
        assert sandbox.counts == {"posts": 2, "accepted": 1, "refused": 1}
        assert sandbox._ledger.reasons == {f"fault: {kind}": 1}


@pytest.mark.parametrize(
    ("fault", "verdict", "wait"),
    [
        ("400", Verdict.REJECTED, None),
        ("401", Verdict.REFUSED, None),
        ("403", Verdict.REFUSED, None),
        ("404", Verdict.REFUSED, None),
        ("405", Verdict.REFUSED, None),
        ("redirect", Verdict.REFUSED, None),
        ("429", Verdict.DEFERRED, None),
        ("429=7", Verdict.DEFERRED, 7.0),
        ("500", Verdict.UNKNOWN, None),
        ("502", Verdict.UNKNOWN, None),
        ("503", Verdict.UNKNOWN, None),
        ("503=2", Verdict.DEFERRED, 2.0),
        ("odd", Verdict.UNKNOWN, None),
        ("odd=%7B%22status%22%3A%22queued%22%7D", Verdict.UNKNOWN, None),
        ("empty", Verdict.UNKNOWN, None),
        ("gzip", Verdict.UNKNOWN, None),
    ],
)
def test_the_wire_reads_each_fault(kit, fault, verdict, wait):
    """Each reply that is no success reads as the verdict table has it, with the wait that it asks for."""
    with Sandbox(faults=f"{fault}@1") as sandbox:
        answer = kit.ask(sandbox)
        reading = decipher(answer.status, answer.body, answer.headers)
        assert (reading.verdict, reading.retry_after) == (verdict, wait)


def test_redirect_points_to_a_login(kit):
    """The redirect of an expired session: 302 to /login, nothing kept."""
    with Sandbox(faults="redirect@all") as sandbox:
        answer = kit.ask(sandbox)
        assert (answer.status, answer.headers["Location"], sandbox.received) == (302, "/login", [])


def test_odd_replies_are_successes_that_do_not_say_so(kit):
    """200 with HTML, with any text, or with nothing: each was kept, and none says success."""
    with Sandbox(faults="odd@1,odd=a%2Cb@2,empty@3") as sandbox:
        answers = [kit.ask(sandbox) for _ in range(4)]
        assert [answer.status for answer in answers] == [200] * 4
        assert answers[0].body.startswith(b"<!DOCTYPE html>")
        assert [answer.body for answer in answers[1:]] == [b"a,b", b"", b'{"status":"success"}']
        assert sandbox.counts["accepted"] == 4


def test_gzip_is_broken(kit):
    """The body claims to be gzip and cannot be unpacked; the response is kept."""
    with Sandbox(faults="gzip@1") as sandbox:
        answer = kit.ask(sandbox)
        assert answer.headers["Content-Encoding"] == "gzip"
        with pytest.raises((OSError, EOFError)):
            gzip.decompress(answer.body)
        assert sandbox.counts["accepted"] == 1


def test_delay_keeps_first_and_answers_later(kit):
    """While the reply is late the response is already kept; other requests are served meanwhile."""
    with Sandbox(faults="delay=3600@1") as sandbox, kit.plug(sandbox) as late:
        late.sendall(kit.request_bytes())
        while not sandbox.received:
            threading.Event().wait(0.01)
        assert kit.ask(sandbox).status == 200
        sandbox.stop()
        assert late.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_delay_goes_together_with_another_fault(kit):
    """A late failure is still a failure, and of two failures the first in the spec happens."""
    with Sandbox(faults="delay=0.01@all,500@1,404@1") as sandbox:
        assert [kit.ask(sandbox).status for _ in range(2)] == [500, 200]


def test_faults_count_posts_only(kit):
    """Looking at the page does not use up a POST's number."""
    with Sandbox(faults="500@2") as sandbox:
        statuses = []
        for _ in range(3):
            kit.ask(sandbox, method="GET", path="/")
            statuses.append(kit.ask(sandbox).status)
        assert statuses == [200, 500, 200]


@pytest.mark.parametrize("kind", [kind for kind in REFUSING if kind != "early"])
def test_what_refuses_stores_nothing(kit, kind, tmp_path):
    """No fault that turns a request away leaves a trace in memory or in the log."""
    log = tmp_path / "log.jsonl"
    with Sandbox(faults=f"{kind}@all", log=log) as sandbox:
        kit.ask(sandbox)
        assert (sandbox.received, log.read_bytes()) == ([], b"")
