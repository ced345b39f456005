"""Bad input gets one paragraph that says where and what to do, the right exit code, and leaves nothing half-written."""

import os
import re
import sqlite3
import zipfile

import pytest
import xlsxwriter

from tests.cli.survey import CONTRACT, HEADER, line

GOOD = HEADER + line(1)


def a_workbook(path, rows, **options):
    """Write a small workbook."""
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("April")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)


def truncated(path):
    """Write a workbook that was cut off half way."""
    a_workbook(path, [["Rating", "Store"], ["9", "x"]])
    path.write_bytes(path.read_bytes()[:2000])


def encrypted(path):
    """Write the beginning of a password-protected Office file: an OLE container with an encryption stream."""
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + name + bytes(1000))


def zipped(path):
    """Write a zip that holds no workbook."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")


BAD_FILES = {
    "empty.csv": lambda path: path.write_bytes(b""),
    "header-only.csv": lambda path: path.write_text(HEADER),
    "cut.xlsx": truncated,
    "locked.xlsx": encrypted,
    "other.xlsx": zipped,
    "page.xls": lambda path: path.write_text("<html><body><table><tr><td>Rating</td></tr></table></body></html>"),
    "nul.csv": lambda path: path.write_bytes(GOOD.encode() + b"R9,\x00\x00\x01\x02\xff\x00,a,b,c,\n" * 20),
    "too-many.csv": lambda path: path.write_text(GOOD + "R2,9,Fine,9000000002,Hitech City Phase 1,,more,cells\n"),
    "quote.csv": lambda path: path.write_text(GOOD + 'R2,9,"never closed,9000000002,Hitech City Phase 1,\n'),
    "folder.csv": lambda path: path.mkdir(),
    "broken.jsonl": lambda path: path.write_text('{"campaignid": "154"\n{"campaignid": 1, "nps": 2}\n'),
    "no-columns.csv": lambda path: path.write_text("a,b\n1,2\n3,4\n"),
    "rubbish.bin": lambda path: path.write_bytes(os.urandom(4096)),
    "answers.pdf": lambda path: path.write_bytes(b"%PDF-1.7\n" + os.urandom(500)),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("verb", ["check", "push"])
def test_a_bad_file_gets_one_paragraph(omoto, tmp_path, name, verb):
    """A file that cannot be read is named, with a reason and advice, on one line of stderr; exit code 2."""
    BAD_FILES[name](tmp_path / name)
    extra = ("--outbox", "o.db") if verb == "push" else ()
    ran = omoto(verb, name, "-c", "c.toml", *extra)
    assert ran.code == 2, ran.out
    assert ran.err.startswith("omoto: ")
    assert name in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert len(ran.err) > len(name) + 40
    assert not list(tmp_path.glob("o.db*"))


def test_a_missing_file_names_the_nearest(omoto, answers):
    """A misspelt file name is answered with the file that is there."""
    answers(line(1))
    ran = omoto("check", "anwsers.csv", "-c", "c.toml")
    assert (ran.code, "answers.csv" in ran.err) == (2, True)


def test_a_missing_sheet_lists_those_there_are(omoto, tmp_path):
    """A sheet that does not exist is answered with the sheets of the workbook."""
    a_workbook(tmp_path / "b.xlsx", [HEADER.strip().split(","), line(1).strip().split(",")])
    ran = omoto("check", "b.xlsx", "-c", "c.toml", "--sheet", "Aprill")
    assert (ran.code, "April" in ran.err) == (2, True)
    assert omoto("check", "b.xlsx", "-c", "c.toml", "--sheet", "April").code == 0


def test_a_missing_required_column_lists_the_headers(omoto, tmp_path):
    """A required field without a column is named, with the headers that the file has."""
    (tmp_path / "a.csv").write_text(GOOD.replace("Rating", "Marks out of ten"))
    ran = omoto("check", "a.csv", "-c", "c.toml")
    assert ran.code == 2
    assert "npsrating" in ran.err
    assert "'Marks out of ten'" in ran.err


def test_five_hundred_columns_are_read(omoto, tmp_path):
    """A very wide file is read like any other."""
    wide = ",".join(f"Question {number}" for number in range(500))
    text = f"{HEADER.strip()},{wide}\n{line(1).strip()},{',' * 499}\n"
    (tmp_path / "wide.csv").write_text(text)
    assert omoto("check", "wide.csv", "-c", "c.toml", "--json").summary["ready"] == 1


def test_a_cell_of_ten_megabytes_is_read_and_held(omoto, tmp_path):
    """A huge cell does no harm: the row is read, and the contract's limit holds it."""
    contract = CONTRACT + "\n[comment]\nmax_length = 2000\n"
    (tmp_path / "c.toml").write_text(contract)
    (tmp_path / "huge.csv").write_text(HEADER + line(1, comment="x" * 10_000_000) + line(2))
    summary = omoto("check", "huge.csv", "-c", "c.toml", "--json").summary
    assert (summary["ready"], summary["held"]) == (1, 1)


@pytest.mark.parametrize("name", ["misnamed.csv", "misnamed.txt"])
def test_a_misnamed_workbook_is_read_for_what_it_is(omoto, tmp_path, name):
    """A workbook called .csv is recognised by its content, and the screen says so."""
    a_workbook(tmp_path / "b.xlsx", [HEADER.strip().split(","), line(1).strip().split(",")])
    (tmp_path / "b.xlsx").rename(tmp_path / name)
    ran = omoto("check", name, "-c", "c.toml")
    assert (ran.code, "XLSX" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[campaign]\nid = 1\n[ratng]\nscale = [0, 10]\n", ("c.toml", "ratng", "'rating'")),
        ("[campaign]\nid = 1\n[rating]\nscael = [0, 10]\n", ("c.toml", "rating.scael", "'scale'")),
        ("[campaign]\nid = 1\n[rating]\nscale = [10, 0]\n", ("c.toml", "rating.scale", "10 to 0")),
        ("[campaign]\nname = 'x'\n", ("c.toml", "campaign.id")),
        ("[campaign\nid = 1\n", ("c.toml", "TOML")),
        ('[campaign]\nid = 1\n[units]\nfile = "no.csv"\n', ("c.toml", "units.file", "no.csv")),
        ('[campaign]\nid = 1\n[columns]\nnpsratng = "Rating"\n', ("c.toml", "npsratng", "'npsrating'")),
    ],
)
def test_a_typo_in_the_contract_names_file_key_and_nearest(omoto, answers, tmp_path, text, words):
    """Every mistake in a campaign file is answered with file, key and what is right."""
    (tmp_path / "c.toml").write_text(text)
    answers(line(1))
    ran = omoto("check", "answers.csv", "-c", "c.toml")
    assert ran.code == 2
    assert all(word in ran.err for word in words), ran.err


def test_another_programs_database_is_no_outbox(omoto, answers, tmp_path):
    """A SQLite file of another program is refused and left as it was."""
    with sqlite3.connect(tmp_path / "o.db") as database:
        database.execute("CREATE TABLE notes (text)")
    before = (tmp_path / "o.db").read_bytes()
    answers(line(1))
    ran = omoto("push", "answers.csv", "-c", "c.toml", "--outbox", "o.db")
    assert (ran.code, "o.db" in ran.err) == (2, True)
    assert (tmp_path / "o.db").read_bytes() == before


def test_a_newer_outbox_is_refused(omoto, answers, tmp_path):
    """An outbox of a later version of the kit is refused, and says to upgrade."""
    answers(line(1))
    omoto("push", "answers.csv", "-c", "c.toml", "--outbox", "o.db")
    with sqlite3.connect(tmp_path / "o.db") as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        database.execute(f"PRAGMA user_version = {version + 100}")
    ran = omoto("push", "answers.csv", "-c", "c.toml", "--outbox", "o.db")
    assert ran.code == 2
    assert re.search("newer|later", ran.err)


def test_a_text_file_is_no_outbox(omoto, answers, tmp_path):
    """A file that is no database is refused and left as it was."""
    (tmp_path / "o.db").write_text("my notes, nothing else\n" * 100)
    answers(line(1))
    ran = omoto("push", "answers.csv", "-c", "c.toml", "--outbox", "o.db")
    assert (ran.code, "o.db" in ran.err) == (2, True)
    assert (tmp_path / "o.db").read_text().startswith("my notes")


def test_a_missing_key_is_asked_for(omoto, answers, tmp_path):
    """A live endpoint without a key is refused before anything is done, with the way to give it."""
    (tmp_path / "omoto.toml").write_text('[endpoints.live]\nurl = "https://example.invalid/omoto/x.htm"\n')
    answers(line(1))
    ran = omoto("push", "answers.csv", "-c", "c.toml", "--to", "live", "--outbox", "o.db")
    assert (ran.code, "OMOTO_KEY_LIVE" in ran.err) == (2, True)
    assert not (tmp_path / "o.db").exists()


def test_plain_http_to_another_machine_needs_a_word(omoto, answers, tmp_path):
    """http:// to anything but this machine is refused without --allow-http."""
    answers(line(1))
    ran = omoto(
        "push", "answers.csv", "-c", "c.toml", "--to", "http://198.51.100.7/omoto/x.htm?key=k", "--outbox", "o.db"
    )
    assert (ran.code, "--allow-http" in ran.err) == (2, True)
    assert not (tmp_path / "o.db").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("push", "--outbox", "none.db"), "none.db"),
        (("outbox", "list", "--outbox", "none.db"), "none.db"),
        (("push", "a.csv", "-c", "c.toml", "--to", "sandbx"), "'sandbox'"),
        (("push", "a.csv", "-c", "c.toml", "--canary", "few"), "canary"),
        (("check", "a.csv", "-c", "c.toml", "--map", "Rating"), "Header=field"),
        (("check", "a.csv", "-c", "c.toml", "--map", "Ratng=npsrating"), "'Rating'"),
        (("check", "a.csv", "-c", "c.toml", "--map", "Rating=npsratng"), "'npsrating'"),
        (("check", "a.csv", "-c", "no.toml"), "no.toml"),
        (("check", "a.csv"), "-c"),
        (("check", "a.csv", "-c", "c.toml", "--plugin", "no.py"), "no.py"),
        (("check", "a.csv", "-c", "c.toml", "--bodies", "no/such/folder/b.jsonl"), "b.jsonl"),
        (("sandbox", "--faults", "drop"), "drop"),
        (("chek", "a.csv"), "'check'"),
    ],
)
def test_wrong_usage_says_what_is_right(omoto, answers, words, said):
    """Each wrong argument is answered with what would be right, and exit code 2."""
    answers(line(1), name="a.csv")
    ran = omoto(*words)
    assert ran.code == 2, ran.out
    assert said in ran.err, ran.err


@pytest.mark.parametrize("words", [("check", "--bodies", "b.jsonl"), ("push", "--outbox", "o.db")])
def test_a_full_disk_is_told(omoto, answers, tmp_path, words):
    """Where no more can be written, a paragraph says so, nothing was sent, and no half file is left."""
    answers(*(line(number) for number in range(1, 3001)))
    omoto.command[:0] = ["bash", "-c", 'ulimit -f 64; exec "$@"', "-"]
    ran = omoto(words[0], "answers.csv", "-c", "c.toml", *words[1:])
    assert ran.code in {2, 3}
    assert ran.err.startswith("omoto: ")
    assert not list(tmp_path.glob("b.jsonl*"))
    assert not list(tmp_path.glob("*.sandbox.jsonl"))


def test_with_json_an_error_is_an_event_too(omoto):
    """With --json stdout holds nothing but JSON lines, the error included."""
    ran = omoto("check", "no.csv", "-c", "c.toml", "--json")
    (event,) = ran.of("error")
    assert (event["exit"], "no.csv" in event["message"], ran.code) == (2, True, 2)
