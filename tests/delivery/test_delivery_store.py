"""The file itself: whose it is, whether it can be written, and what happens when the disk is full."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from omoto_kit.delivery import Outbox
from omoto_kit.delivery.lock import SenderLock
from omoto_kit.delivery.migrating import VERSION
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.errors import OutboxBusy, OutboxError, SettingsError
from omoto_kit.receipt import State

ROOT = Path(__file__).parents[2]


def test_an_outbox_is_kept(tmp_path, endpoint, kit):
    """What was put is there after the file was closed and opened again."""
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.put(kit.batch(range(3)), to=endpoint)
    with Outbox(str(tmp_path / "outbox.db")) as outbox:
        assert outbox.counts()["queued"] == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file modes")
def test_only_its_owner_can_read_it(outbox):
    """An outbox holds customers' data, so a new one is private."""
    assert outbox.path.stat().st_mode & 0o077 == 0


def test_an_empty_file_becomes_an_outbox(tmp_path):
    """A file that another tool just made, such as a temporary one, is taken as new."""
    (tmp_path / "x.db").touch()
    with Outbox(tmp_path / "x.db") as outbox:
        assert outbox.counts()["rows"] == 0


def other_program(path):
    """Make a database of another program."""
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE notes (text)")


def newer(path):
    """Make an outbox of a version to come."""
    Outbox(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute(f"PRAGMA user_version={VERSION + 1}")


def damaged(path):
    """Make an outbox and break its pages."""
    Outbox(path).close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)


REFUSED = {
    "a folder": (Path.mkdir, "This is a folder"),
    "another program's database": (other_program, "another program's database"),
    "a text": (lambda path: path.write_text("row,state\n" * 400), "no outbox"),
    "a newer version": (newer, "A newer omoto_kit made this outbox"),
    "a damaged outbox": (damaged, "damaged"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_outbox_is_refused_and_left_alone(tmp_path, what):
    """Another program's file, a folder or a newer version is named, and not a byte of it changes."""
    path = tmp_path / "x.db"
    make, said = REFUSED[what]
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(OutboxError, match=said) as refused:
        Outbox(path)
    assert str(path) in str(refused.value)
    assert refused.value.advice
    assert before is None or path.read_bytes() == before


def test_a_missing_folder_is_named(tmp_path):
    """A typo in a path makes no folders."""
    with pytest.raises(OutboxError, match="Its folder does not exist"):
        Outbox(tmp_path / "nowhere" / "outbox.db")


def test_a_window_of_nothing_is_refused(tmp_path):
    """A window is at least one response."""
    with pytest.raises(SettingsError):
        Outbox(tmp_path / "outbox.db", window=0)


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="only POSIX can give up rights")
def test_a_read_only_outbox_is_refused(tmp_path):
    """Without the right to write, the outbox says so at once, before anything is sent."""
    path = tmp_path / "outbox.db"
    Outbox(path).close()
    path.chmod(0o444)
    script = """
import os, sys
from omoto_kit.delivery import Outbox
from omoto_kit.errors import OutboxError
fd = os.open(os.path.dirname(sys.argv[1]), os.O_RDONLY)
os.fchdir(fd)
Outbox("warm.db").close()  # all that Python loads is loaded, before the rights to read it are gone
if os.getuid() == 0:
    os.setuid(65534)
try:
    Outbox.__init__(Outbox.__new__(Outbox), "outbox.db")
except OutboxError as error:
    print(error)
"""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder.owner() in ("root", os.environ.get("USER", "root")):
            folder.chmod(folder.stat().st_mode | 0o055)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, str(path)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "cannot be written" in run.stdout, run.stderr
    assert "Choose a place" in run.stdout


def test_a_full_disk_stops_a_put_as_a_whole(outbox, endpoint, kit):
    """Where a put does not fit, nothing of it is kept, and the same put works once there is room."""
    outbox.put(kit.batch(range(2)), to=endpoint)
    pages = outbox._store.connection.execute("PRAGMA page_count").fetchone()[0]
    outbox._store.connection.execute(f"PRAGMA max_page_count={pages}")
    large = kit.batch(range(500), name="may.csv")
    with pytest.raises(OutboxError, match="The disk is full") as full:
        outbox.put(large, to=endpoint)
    assert "Make room" in str(full.value)
    assert outbox.counts()["rows"] == 2
    outbox._store.connection.execute("PRAGMA max_page_count=1000000")
    assert outbox.put(large, to=endpoint).queued == 498


def test_a_full_disk_stops_a_push_before_the_next_byte(outbox, endpoint, server, kit, monkeypatch):
    """A claim that cannot be written sends nothing; what the last reply said is told, and that row reads unknown."""
    outbox.put(kit.batch(range(5)), to=endpoint)
    claim = SqliteStore.claim_next
    calls = []

    def fills_up(self, *arguments):
        calls.append(1)
        if len(calls) == 3:
            self.connection.execute("PRAGMA query_only=1")
        return claim(self, *arguments)

    monkeypatch.setattr(SqliteStore, "claim_next", fills_up)
    with pytest.raises(OutboxError, match=r"outcome of row 3 .* could not be written down: it was delivered"):
        list(outbox.push(endpoint))
    assert len(server.bodies) == 2
    outbox.close()
    aside = json.loads(Path(f"{outbox.path}-unwritten.jsonl").read_text())
    assert (aside["id"], aside["state"], aside["http_status"]) == (2, "delivered", 200)
    with Outbox(outbox.path) as again:
        counts = again.counts()
        assert (counts["delivered"], counts["unknown"], counts["queued"]) == (1, 1, 3)
        assert again.receipt(2).state is State.UNKNOWN


def test_the_lock_is_the_systems(tmp_path):
    """Two locks exclude one another, and the end of a process frees its lock."""
    path = tmp_path / "outbox.db"
    first, second = SenderLock(path), SenderLock(path)
    first.acquire()
    assert not first.try_acquire()
    with pytest.raises(OutboxBusy):
        second.acquire()
    first.release()
    first.release()
    assert second.try_acquire()
    second.release()
    script = (
        "import sys; from omoto_kit.delivery.lock import SenderLock as L; l = L(sys.argv[1]); l.acquire(); sys.exit()"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=True)
    first.acquire()
    first.release()


def test_two_paths_to_one_file_are_one_outbox(tmp_path, endpoint, kit):
    """A link to an outbox does not let a second sender in."""
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.put(kit.batch(range(3)), to=endpoint)
        (tmp_path / "link.db").symlink_to(outbox.path)
        push = outbox.push(endpoint)
        next(push)
        with Outbox(tmp_path / "link.db") as linked, pytest.raises(OutboxBusy):
            next(linked.push(endpoint))
        push.close()


def test_many_threads_may_look_and_put(outbox, endpoint, kit):
    """Threads share an outbox without mixing up their transactions."""
    errors = []

    def work(number):
        try:
            for step in range(5):
                outbox.put(kit.batch(range(20), name=f"{number}-{step}.csv"), to=endpoint)
                assert kit.adds_up(outbox.counts())
        except (OutboxError, AssertionError) as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    counts = outbox.counts()
    assert (counts["rows"], counts["queued"], counts["duplicate"]) == (400, 20, 380)


def test_a_closed_outbox_says_so(tmp_path):
    """After `close`, an error names the way out."""
    outbox = Outbox(tmp_path / "outbox.db")
    outbox.close()
    outbox.close()
    with pytest.raises(OutboxError, match="It is closed"):
        outbox.counts()
