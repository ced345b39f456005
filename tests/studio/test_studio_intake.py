"""The screen Intake without a page: every way in, files in parts, and reading a source another way."""

import hashlib
import json
import os
import stat
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
import xlsxwriter

from omoto_kit import OmotoError
from omoto_kit.delivery import Filter
from omoto_kit.errors import UsageError
from omoto_kit.receipt import State
from omoto_kit.studio import Desk
from omoto_kit.studio.screens import intake
from omoto_kit.studio.screens.intake import Intake
from omoto_kit.studio.uploading import STALE, Uploads

KIOSK = "Response ID,Store,Mobile,Overall Rating\nR-1,Koramangala 4th Block,9663798289,9\n"


@pytest.fixture
def screen(desk):
    """Give the screen over a desk of the example workspace."""
    return Intake(desk)


def send(screen, name, data, part=7):
    """Send a file as the page does, in small parts."""
    word = screen.do("begin", {"name": name, "size": len(data)})["upload"]
    for at in range(0, len(data), part):
        screen.do("part", {"upload": word, "at": at}, [memoryview(data[at : at + part])])
    return screen.do("finish", {"upload": word, "sha256": hashlib.sha256(data).hexdigest()})["path"]


def test_a_file_in_parts_arrives_whole_and_private(screen, tmp_path):
    """What the page sent is there byte for byte, in a folder of its owner alone, and is read."""
    path = Path(send(screen, "kiosk.csv", KIOSK.encode()))
    assert path.read_text("utf-8") == KIOSK
    assert path.name == "kiosk.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    screen.do("files", {"paths": [str(path)]})
    taken = screen.view()["taken"]
    assert (taken["name"], taken["rows"], taken["sha256"]) == (
        "kiosk.csv",
        1,
        hashlib.sha256(KIOSK.encode()).hexdigest(),
    )
    assert taken["preview"] == [[2, "R-1", "Koramangala 4th Block", "9663798289", "9"]]


def test_the_same_file_again_has_the_same_path(screen):
    """So that its rows are the same rows to the outbox."""
    assert send(screen, "kiosk.csv", KIOSK.encode()) == send(screen, "kiosk.csv", KIOSK.encode(), part=1000)


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "..", "", ".\0"])
def test_a_name_cannot_lead_out_of_the_folder(screen, name):
    """Whatever a page calls its file, it lies in the folder for it."""
    path = Path(send(screen, name, b"NPS\n9\n"))
    assert path.resolve().is_relative_to(screen.uploads.folder.resolve())
    assert path.is_file()


def test_a_lost_part_is_told(screen):
    """A part that does not go on where the last one ended ends the upload, and nothing of it stays."""
    word = screen.do("begin", {"name": "a.csv", "size": 9})["upload"]
    with pytest.raises(UsageError, match="lost on the way"):
        screen.do("part", {"upload": word, "at": 4}, [memoryview(b"abc")])
    assert not list(screen.uploads.folder.glob("*.part"))


@pytest.mark.parametrize(("size", "sha256"), [(4, ""), (3, "0" * 64)])
def test_a_file_that_is_not_what_was_sent_is_refused(screen, size, sha256):
    """Too few bytes, or other bytes than the page hashed."""
    word = screen.do("begin", {"name": "a.csv", "size": size})["upload"]
    screen.do("part", {"upload": word, "at": 0}, [memoryview(b"abc")])
    with pytest.raises(UsageError, match="did not arrive as it was sent"):
        screen.do("finish", {"upload": word, "sha256": sha256})
    assert not list(screen.uploads.folder.glob("*.part"))


def test_a_cancelled_upload_leaves_nothing(screen):
    """Nothing of it stays, and a later part is told so."""
    word = screen.do("begin", {"name": "a.csv", "size": 9})["upload"]
    screen.do("part", {"upload": word, "at": 0}, [memoryview(b"abc")])
    screen.do("drop", {"upload": word})
    assert [path.name for path in screen.uploads.folder.iterdir()] == [".gitignore"]
    with pytest.raises(UsageError, match="cancelled"):
        screen.do("part", {"upload": word, "at": 3}, [memoryview(b"abc")])


def test_what_an_old_kernel_left_is_thrown_away_after_a_day(tmp_path):
    """A half file of a crash does not lie about for ever; one of today may still be on its way."""
    uploads = Uploads(tmp_path / "in")
    old, fresh = (uploads.folder / f"{uploads.begin(name, 9)}.part" for name in "ab")
    os.utime(old, (old.stat().st_atime, old.stat().st_mtime - STALE - 1))
    uploads.begin("c", 9)
    assert not old.exists()
    assert fresh.exists()


def test_only_what_the_page_sent_is_read_as_its_file(screen, tmp_path):
    """A page cannot ask for another file by pretending that it was sent."""
    (tmp_path / "other.csv").write_text(KIOSK, "utf-8")
    with pytest.raises(UsageError, match="did not come from the page"):
        screen.do("files", {"paths": [str(tmp_path / "other.csv")]})


def test_a_path_a_pattern_and_other_scripts(screen, tmp_path):
    """A path below the workspace, a whole one, and a pattern of several files with names in any script."""
    screen.do("path", {"text": "data/kiosk-april.csv"})
    assert screen.view()["taken"]["rows"] == 202
    folder = tmp_path / "अप्रैल"
    folder.mkdir()
    for number, name in enumerate(["متجر.csv", "店舗 😀.csv"]):
        (folder / name).write_text(KIOSK.replace("R-1", f"R-{number}"), "utf-8")
    screen.do("path", {"text": str(folder / "متجر.csv")})
    assert screen.view()["taken"]["name"] == "متجر.csv"
    screen.do("path", {"text": "अप्रैल/*.csv"})
    taken = screen.view()["taken"]
    assert taken["rows"] == 2
    assert sorted(taken["parts"]) == sorted(["متجر.csv", "店舗 😀.csv"])


def test_paths_are_completed(screen):
    """What is typed goes on with folders and readable files, and with nothing hidden."""
    assert [offer["value"] for offer in screen.do("complete", {"text": "da"})] == ["data/"]
    found = screen.do("complete", {"text": "data/KI"})
    assert [offer["value"] for offer in found] == ["data/kiosk-april.csv"]
    assert found[0]["note"].endswith("kB")
    assert "omoto.toml" not in [offer["value"] for offer in screen.do("complete", {"text": ""})]
    assert screen.do("complete", {"text": "nowhere/x"}) == []


@pytest.mark.parametrize("make", [pl.DataFrame, pd.DataFrame])
def test_a_frame_of_the_notebook_is_read_by_its_name(screen, monkeypatch, make):
    """Frames are listed with their size; the code names the variable."""
    april = make({"Store": ["Koramangala 4th Block"], "Overall Rating": [9], "Mobile": ["9663798289"]})
    monkeypatch.setattr(intake, "defined_names", lambda: {"april": april, "_hidden": april, "n": 3})
    assert screen.view()["frames"] == [{"name": "april", "rows": 1, "columns": 3}]
    screen.do("frame", {"name": "april"})
    assert screen.view()["taken"]["rows"] == 1
    assert screen.code() == "rows = omoto.read(april)"
    with pytest.raises(UsageError, match="no 'may' any more"):
        screen.do("frame", {"name": "may"})


def test_what_cannot_be_read_says_why_and_can_be_read_another_way(screen, tmp_path):
    """The error and its advice stand on the screen, beside what a person may say; the file is still open."""
    (tmp_path / "odd.csv").write_text("a@b.com;9663798289;9\nc@d.com;9663798290;3\n", "utf-8")
    screen.do("path", {"text": "odd.csv"})
    taken = screen.view()["taken"]
    assert "looks like an answer" in taken["fault"]["what"]
    assert taken["fault"]["advice"]
    screen.do("again", {"header_row": 0})
    taken = screen.view()["taken"]
    assert taken["fault"] is None
    assert taken["rows"] == 2
    assert screen.code() == f"rows = omoto.read({str(tmp_path / 'odd.csv')!r}, header_row=0)"
    screen.do("again", {"header_row": None, "delimiter": ";"})
    assert screen.view()["taken"]["fault"] is not None


def test_sheets_may_be_chosen(screen, tmp_path):
    """A workbook's sheets are listed, and another one is read."""
    book = xlsxwriter.Workbook(tmp_path / "two.xlsx")
    for name, rows in {"April": 2, "मई": 3}.items():
        sheet = book.add_worksheet(name)
        for row in range(rows + 1):
            sheet.write_row(row, 0, ["Store", "Overall Rating"] if row == 0 else ["Saket", 9])
    book.close()
    screen.do("path", {"text": "two.xlsx"})
    taken = screen.view()["taken"]
    assert (taken["sheets"], taken["sheet"], taken["rows"]) == (["April", "मई"], "April", 2)
    screen.do("again", {"sheet": "मई"})
    taken = screen.view()["taken"]
    assert (taken["sheet"], taken["rows"], taken["ways"]["sheet"]) == ("मई", 3, "मई")


def test_rows_go_to_review_once_checked(screen, desk):
    """Reading alone lays no batch on the desk; checking does, and turns to Review."""
    screen.do("path", {"text": "data/kiosk-april.csv"})
    assert desk.state.batch is None
    with pytest.raises(UsageError, match="Check the rows first"):
        desk.go("review")
    screen.do("check", {})
    assert desk.state.screen == "review"
    assert desk.state.batch.counts()["rows"] == 202


def test_a_file_without_a_needed_column_goes_to_the_map_first(screen, desk, tmp_path):
    """The missing field is named; checking is refused until a column feeds it."""
    (tmp_path / "short.csv").write_text("Response ID,Store,Mobile,Score given\nR-1,Saket,9663798289,9\n", "utf-8")
    screen.do("path", {"text": "short.csv"})
    assert screen.view()["taken"]["unfed"] == ["Rating"]
    with pytest.raises(OmotoError, match="npsrating"):
        screen.do("check", {})
    screen.do("map", {})
    assert desk.state.screen == "map"


def test_uploads_that_nothing_needs_are_removed_when_asked(screen, desk):
    """What lies open stays, and so does the file of rows that wait; once all of them are settled it goes."""
    example = (screen.root / "data" / "kiosk-april.csv").read_bytes()
    first, second = (Path(send(screen, f"{end}.csv", example + b"\n" * end, part=9_999)) for end in (1, 2))
    screen.do("files", {"paths": [str(second)]})
    desk.reading.check()
    with desk.outbox() as box:
        box.put(desk.state.batch, to=desk.endpoint())
    assert screen.view()["kept"]["files"] == 2
    assert screen.do("sweep", {}) == {"removed": 1, "kept": 1}
    assert not first.exists()
    screen.do("away", {})
    assert screen.do("sweep", {}) == {"removed": 0, "kept": 1}
    with desk.outbox() as box:
        box.cancel(Filter(states=[State.QUEUED, State.HELD]), who="asha", why="not needed")
    assert screen.do("sweep", {}) == {"removed": 1, "kept": 0}
    assert not second.exists()
    assert screen.view()["kept"] == {"files": 0, "bytes": 0}


def test_an_upload_that_a_later_kernel_may_go_on_with_stays(screen, desk):
    """What lay open last is not cleared away by a kernel that has nothing open yet."""
    example = (screen.root / "data" / "kiosk-april.csv").read_bytes()
    path = Path(send(screen, "mine.csv", example, part=9_999))
    screen.do("files", {"paths": [str(path)]})
    desk.reading.check()
    later = Desk()
    assert Intake(later).do("sweep", {}) == {"removed": 0, "kept": 1}
    assert later.reading.resuming.go_on() is False
    assert later.state.batch is not None


def test_what_is_read_speaks_of_the_screens(screen, tmp_path):
    """No option of the command line is named where a person has a button for it."""
    (tmp_path / "two.csv").write_text("Response ID,Store,Mobile,Rating,Score\nR-1,Saket,9663798289,9,8\n", "utf-8")
    screen.do("path", {"text": "two.csv"})
    assert "--" not in json.dumps(screen.view()["taken"]["notes"])
