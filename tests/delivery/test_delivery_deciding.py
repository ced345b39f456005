"""What a person decides, removes and takes along: decide, cancel, release, purge, export."""

import csv
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from omoto_kit.delivery import Filter
from omoto_kit.delivery.aside import put_aside
from omoto_kit.delivery.lock import SenderLock
from omoto_kit.delivery.model import Settlement
from omoto_kit.errors import OutboxBusy, OutboxError, SettingsError
from omoto_kit.receipt import State


@pytest.fixture
def mixed(outbox, endpoint, server, kit):
    """An outbox with a response in every state: 1 delivered, 2 unknown, 3 rejected, 4 held, 5 queued, 6 unknown."""
    bad = kit.http(400, {"response": "parseerror"})
    server.replies = [kit.OK, kit.hang_up, bad, kit.hang_up]
    outbox.put(kit.batch(range(6), problems=[kit.problem(5)]), to=endpoint)
    list(outbox.push(endpoint, limit=3, canary=()))
    outbox.cancel([5], who="-", why="-")
    list(outbox.push(endpoint, canary=()))
    with sqlite3.connect(outbox.path) as raw:
        raw.execute("UPDATE response SET state = 0, reason = NULL WHERE id = 5")
    states = ["delivered", "unknown", "rejected", "held", "queued", "unknown"]
    assert [receipt.state.value for receipt in outbox.receipts()] == states
    return outbox


@pytest.mark.parametrize(
    ("decision", "state"),
    [("delivered", State.DELIVERED), ("cancel", State.CANCELLED), ("resend", State.QUEUED)],
)
def test_an_unknown_response_is_decided(mixed, decision, state):
    """Each decision leads to its state, says who and why, and touches nothing but unknown responses."""
    assert mixed.decide([1, 2, 3, 4, 5], decision, who="Asha", why="seen in the dashboard") == 1
    assert mixed.receipt(2).state is state
    assert "Asha" in mixed.receipt(2).reason
    assert "seen in the dashboard" in mixed.receipt(2).reason
    assert mixed.receipt(6).state is State.UNKNOWN


def test_a_decision_to_send_again_stays_on_the_receipt(mixed, endpoint, server):
    """What may have arrived twice says so for good, also once it is delivered."""
    body = mixed.body(2)
    mixed.decide(2, "resend", who="Asha", why="not in the dashboard")
    receipts = {receipt.id: receipt for receipt in mixed.push(endpoint)}
    assert receipts[2].state is State.DELIVERED
    assert "may have arrived twice" in receipts[2].reason
    assert mixed.receipt(2).reason == receipts[2].reason
    assert server.bodies.count(body) == 2


def test_many_are_decided_by_a_filter(mixed):
    """A filter stands for all that it lets through."""
    assert mixed.decide(Filter(states=[State.UNKNOWN]), "delivered", who="Asha", why="") == 2
    assert mixed.counts()["unknown"] == 0


def test_an_unknown_decision_is_refused(mixed):
    """A misspelt decision changes nothing."""
    with pytest.raises(SettingsError, match="'sent' is no decision"):
        mixed.decide([2], "sent", who="Asha", why="")


def test_only_what_waits_can_be_cancelled(mixed):
    """Queued and held responses are cancelled; what was sent is past it."""
    assert mixed.cancel(range(1, 7), who="Asha", why="wrong file") == 2
    assert [receipt.id for receipt in mixed.receipts(states=[State.CANCELLED])] == [4, 5]
    assert mixed.receipt(4).reason == "cancelled by Asha: wrong file"


def test_a_row_without_a_body_cannot_be_released(mixed):
    """What is held for its errors must be mended at its source."""
    assert mixed.release([4], who="Asha", why="") == 0
    assert mixed.receipt(4).state is State.HELD


def test_every_decision_is_kept(mixed):
    """The store keeps who decided what, when and why, also of decisions that others followed."""
    mixed.decide(2, "resend", who="Asha", why="one")
    mixed.cancel(2, who="Ravi", why="two")
    with sqlite3.connect(mixed.path) as raw:
        rows = raw.execute("SELECT decision, was, who, why FROM decision WHERE response_id = 2").fetchall()
    assert rows == [("resend", 4, "Asha", "one"), ("cancel", 0, "Ravi", "two")]


def test_an_unknown_number_is_named(mixed):
    """Asking for what is not there says so."""
    with pytest.raises(OutboxError, match="no response 99"):
        mixed.receipt(99)


def test_receipts_are_filtered(mixed):
    """States, source, ids and limit narrow together."""
    assert [one.id for one in mixed.receipts(states=[State.UNKNOWN, State.HELD])] == [2, 4, 6]
    assert [one.id for one in mixed.receipts(states=[State.UNKNOWN], ids=[1, 2, 3])] == [2]
    assert [one.id for one in mixed.receipts(limit=2)] == [1, 2]
    assert list(mixed.receipts(source="other.csv")) == []
    assert [one.id for one in mixed.receipts(source="/data/april.csv", limit=1)] == [1]
    assert list(mixed.receipts(states=[])) == list(mixed.receipts(ids=[])) == []
    assert mixed.frame()["state"].to_list()[:2] == ["delivered", "unknown"]


def test_a_purge_removes_bodies_and_keeps_keys(mixed, endpoint, server, kit):
    """Customers' data of finished responses leave the file; the same rows are still recognised."""
    assert mixed.purge(timedelta(days=1)) == 0
    assert mixed.purge() == 1
    assert mixed.body(1) is None
    assert mixed.original(1) is None
    assert mixed.attempts(1)[0].reply == ""
    assert mixed.body(2) is not None
    assert mixed.receipt(1).state is State.DELIVERED
    assert mixed.put(kit.batch(range(1), name="may.csv"), to=endpoint).duplicate == 1
    mixed.close()
    data = b"".join(path.read_bytes() for path in mixed.path.parent.glob("outbox.db*"))
    assert b"Asha+0" not in data
    assert b"Asha+1" in data


def beside(outbox):
    """Read all bytes of an outbox and of the files beside it."""
    return b"".join(path.read_bytes() for path in outbox.path.parent.glob(f"{outbox.path.name}*"))


def test_a_purge_leaves_no_word_of_a_customer(outbox, endpoint, server, kit):
    """Bodies, mended bodies, replies, and outcomes set aside: no byte of them is left in any of the files."""
    canary = "Zebrafink Canary"
    said = [{"npsrating": str(n), "comment": f"{canary} {n} " + "x" * 9000} for n in range(20)]
    bad = kit.http(400, {"response": "parseerror", "said": f"{canary}"})
    server.replies = [bad, *[kit.http(200, {"status": "success", "said": f"{canary}"})] * 30]
    outbox.put(kit.batch(said), to=endpoint)
    list(outbox.push(endpoint, canary=()))
    outbox.mend(1, kit.batch([{"npsrating": "9", "comment": f"{canary} mended"}]), who="Asha")
    list(outbox.push(endpoint, canary=()))
    put_aside(outbox.path, Settlement(2, 3, State.DELIVERED, 1.0, status=200, reply=f"{canary}"))
    written = beside(outbox)
    assert all(word in written for word in (b"Zebrafink Canary", b"Zebrafink+Canary+mended", b"Zebrafink+Canary+3"))
    assert outbox.counts()["delivered"] == outbox.purge() == 20
    for text in (beside(outbox), (outbox.close(), beside(outbox))[1]):
        assert b"Zebrafink" not in text
        assert b"xxxxxxxx" not in text
    assert not list(outbox.path.parent.glob("*unwritten*"))


def test_a_purge_tells_of_pages_that_somebody_reads(mixed, monkeypatch):
    """While another program reads the outbox, old pages stay: that is told, and a second purge removes them."""
    monkeypatch.setattr("omoto_kit.delivery.purging.READERS", 100)
    reader = sqlite3.connect(mixed.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM response").fetchone()
    with pytest.raises(OutboxBusy, match=r"data of 1 rows were removed, but old pages.*outbox.db-wal"):
        mixed.purge()
    assert mixed.body(1) is None
    assert b"Asha+0" in beside(mixed)
    reader.close()
    assert mixed.purge() == 0
    assert b"Asha+0" not in beside(mixed)


def test_a_purge_keeps_outcomes_of_what_is_still_open(mixed):
    """Of the outcomes set aside, those of responses that keep their body stay for whoever decides."""
    for number in (1, 2):
        put_aside(mixed.path, Settlement(number, 1, State.UNKNOWN, 1.0, reply=f"reply {number}"))
    mixed.purge()
    (kept,) = Path(f"{mixed.path}-unwritten.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(kept)["id"] == 2


def test_a_purge_leaves_the_outcomes_that_a_push_may_add_to(mixed):
    """While a sender holds the outbox, nothing set aside is touched; once it has ended, a second purge does it."""
    aside = Path(f"{mixed.path}-unwritten.jsonl")
    put_aside(mixed.path, Settlement(1, 1, State.DELIVERED, 1.0, reply="Asha said"))
    before = aside.read_bytes()
    sender = SenderLock(mixed.path)
    sender.acquire()
    with pytest.raises(OutboxBusy, match="file of unwritten outcomes was left as it is"):
        mixed.purge()
    assert aside.read_bytes() == before
    assert mixed.body(1) is None
    assert b"Asha+0" not in beside(mixed)
    sender.release()
    assert mixed.purge() == 0
    assert not aside.exists()


def test_a_purge_refuses_what_is_still_needed(mixed):
    """A queued, held or unknown response keeps its jsonbody."""
    with pytest.raises(SettingsError, match="unknown still needs"):
        mixed.purge(states=[State.UNKNOWN])


def test_exports_hold_every_row(mixed, tmp_path, kit, endpoint):
    """CSV, Excel and JSON have a line for every row, duplicates too, with the next step in words."""
    mixed.put(kit.batch(range(2), name="may.csv"), to=endpoint)
    rows = mixed.counts()["rows"]
    for suffix in ("csv", "xlsx", "json"):
        assert mixed.export(tmp_path / f"receipts.{suffix}", originals=True) == rows
    with (tmp_path / "receipts.csv").open(encoding="utf-8-sig", newline="") as file:
        from_csv = list(csv.DictReader(file))
    sheet = openpyxl.load_workbook(tmp_path / "receipts.xlsx").active
    head, *lines = sheet.iter_rows(values_only=True)
    from_xlsx = [dict(zip(head, line, strict=True)) for line in lines]
    from_json = json.loads((tmp_path / "receipts.json").read_text())
    for table in (from_csv, from_xlsx, from_json):
        states = [line["state"] for line in table]
        assert states == ["delivered", "unknown", "rejected", "held", "queued", "unknown", "duplicate", "duplicate"]
        assert "decide" in table[1]["next_step"]
        assert table[1]["Rating"] == "1"
        assert (table[6]["file"], str(table[6]["row"])) == ("may.csv", "2")
        assert table[6]["reason"] == "the same answer as row 2 of april.csv, which is delivered"


def test_an_export_holds_no_formula(outbox, kit, tmp_path, endpoint):
    """A text that a spreadsheet would run is made harmless; numbers and phones stay as they are."""
    import polars as pl

    batch = kit.batch(range(1))
    cells = {"Note": '=HYPERLINK("http://x","y")', "Phone": "+91 98450 12345", "Odd": "a\x07b", "state": "-2+cmd|x"}
    batch = batch.with_values(batch.values.with_columns(pl.lit(v).alias(f"source.{k}") for k, v in cells.items()))
    outbox.put(batch, to=endpoint)
    outbox.export(tmp_path / "x.csv", originals=True)
    outbox.export(tmp_path / "x.xlsx", originals=True)
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert line["Note"].startswith("'=HYPERLINK")
    assert line["Phone"] == "+91 98450 12345"
    assert line["state (source)"] == "'-2+cmd|x"
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    head, values = sheet.iter_rows()
    cells = {name.value: cell for name, cell in zip(head, values, strict=True)}
    assert {cell.data_type for cell in values} <= {"s", "n"}
    assert cells["Odd"].value == "ab"


def test_an_export_that_cannot_be_written_says_so(outbox, tmp_path):
    """Another suffix, or a folder that is not there, is named."""
    with pytest.raises(SettingsError, match=r"Name it .csv, .xlsx or .json"):
        outbox.export(tmp_path / "x.pdf")
    for suffix in ("csv", "xlsx", "json"):
        with pytest.raises(OutboxError, match="cannot be written"):
            outbox.export(tmp_path / "nowhere" / f"x.{suffix}")
