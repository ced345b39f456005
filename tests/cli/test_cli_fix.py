"""`--fix` and `--export-held`: what loses nothing is mended at a word, the rest in Excel, and read back by key."""

import json

import openpyxl

from tests.cli.survey import line

CHECK = ("check", "answers.csv", "-c", "c.toml")


def test_safe_fixes_are_applied_and_told(omoto, answers):
    """The reason in other letters is mended in both rows; the misspelt store stays held."""
    answers(line(1, price="too-HIGH"), line(2, price="too-HIGH"), line(3, store="Koramangla 4th Block"))
    assert omoto(*CHECK, "--json").summary["held"] == 3
    ran = omoto(*CHECK, "--json", "--fix", "safe", "--bodies", "b.jsonl", "--changes")
    (fix,) = ran.of("fix")
    assert (fix["field"], fix["before"], fix["after"], fix["rows"]) == (
        "catnpsmap.Price",
        "too-HIGH",
        "Too high",
        [2, 3],
    )
    assert (ran.summary["held"], ran.summary["ready"], ran.code) == (1, 2, 1)
    bodies = [json.loads(text)["jsonbody"] for text in (omoto.folder / "b.jsonl").read_text("utf-8").splitlines()]
    assert [body["catnpsmap"] for body in bodies] == [{"Price": ["Too high"]}] * 2
    assert [change["step"].partition(":")[0] for change in ran.of("change") if "Price" in change["field"]] == [
        "fix"
    ] * 2


def test_a_person_sees_what_was_mended(omoto, answers):
    """The table names field, old and new value, and the number of rows."""
    answers(line(1, price="too-HIGH"))
    ran = omoto(*CHECK, "--fix", "safe")
    assert ran.code == 0
    assert "Mended" in ran.out
    assert "Too high" in ran.out


def test_all_fixes_of_one_kind_are_applied_when_asked_for(omoto, answers):
    """Named by its code, the only offer for each misspelt store is taken."""
    answers(line(1, store="Koramangla 4th Block"), line(2, rating="nine"))
    ran = omoto(*CHECK, "--json", "--fix", "unit_unknown")
    assert [fix["after"] for fix in ran.of("fix")] == ["Koramangala 4th Block"]
    assert (ran.summary["ready"], ran.summary["held"]) == (1, 1)


def test_a_misspelt_kind_is_answered_with_the_nearest(omoto, answers):
    """A word that names no fixes ends with exit code 2."""
    answers(line(1))
    ran = omoto(*CHECK, "--fix", "saef")
    assert ran.code == 2
    assert "safe" in ran.err


def test_push_mends_as_check_does(omoto, answers):
    """What check showed as mended is what is sent."""
    answers(line(1, price="too-HIGH"))
    server = omoto.sandbox()
    ran = omoto(
        "push", "answers.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json", "--fix", "safe"
    )
    assert (ran.code, ran.summary["delivered"]) == (0, 1)
    assert server.bodies()[0]["catnpsmap"] == {"Price": ["Too high"]}


def test_held_rows_go_to_excel_and_come_back_by_their_key(omoto, answers):
    """Pushed, exported, mended in the workbook and pushed again: the held response is replaced, none is sent twice."""
    answers(*(line(number) for number in range(1, 5)), line(5, rating="Promoter"))
    server = omoto.sandbox()
    push = ("-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json")
    assert omoto("push", "answers.csv", *push).summary["held"] == 1
    ran = omoto(*CHECK, "--export-held", "held.xlsx", "--json")
    assert ran.of("held_export")[0]["rows"] == 1
    book = openpyxl.load_workbook(omoto.folder / "held.xlsx")
    assert book.active["B2"].value == "Promoter"
    book.active["B2"] = "10"
    book.save(omoto.folder / "held.xlsx")
    mended = omoto("push", "held.xlsx", *push)
    assert (mended.code, mended.summary["rows"], mended.summary["delivered"]) == (0, 1, 1)
    assert [body["npsrating"] for body in server.bodies()] == ["1", "2", "3", "4", "10"]
    states = [event["state"] for event in omoto("outbox", "list", "--outbox", "o.db", "--json").events]
    assert sorted(states) == ["cancelled", *["delivered"] * 5]


def test_the_report_is_written_with_people_masked(omoto, answers):
    """`--report` leaves one page; only `--unmasked` puts a customer's words on it."""
    answers(line(1, comment="x" * 9, mobile="12345"), line(2))
    ran = omoto(*CHECK, "--report", "r.html", "--json")
    assert ran.of("report") == [{"event": "report", "path": "r.html"}]
    page = (omoto.folder / "r.html").read_text("utf-8")
    assert "2 rows = 1 ready + 1 held" in page
    assert "12345" not in page
    omoto(*CHECK, "--report", "r.html", "--unmasked")
    assert "12345" in (omoto.folder / "r.html").read_text("utf-8")
