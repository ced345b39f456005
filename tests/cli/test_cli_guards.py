"""Guards over the whole batch on the command line: told by check, held by push until a person says go."""

import pytest

from omoto_kit.cli.guarding import tell_guards
from omoto_kit.cli.output import Face
from omoto_kit.problem import Guard, Severity
from tests.cli.survey import line, mobile

LIVE = '[endpoints.live]\nurl = "{address}"\nsandbox = false\n'


@pytest.fixture
def push(omoto, tmp_path):
    """Push answers.csv to a server of this machine that omoto.toml names as a live endpoint."""
    server = omoto.sandbox()
    (tmp_path / "omoto.toml").write_text(LIVE.format(address=server.address), encoding="utf-8")
    words = ("push", "answers.csv", "-c", "c.toml", "--outbox", "o.db", "--json", "--to", "live", "--unverified")
    return lambda *more: omoto(*words, *more, OMOTO_KEY_LIVE="k-154")


@pytest.fixture
def stars(answers):
    """Thirty answers with one to five stars, in a campaign from 0 to 10."""
    return answers(*(line(number, rating=str(number % 5 + 1)) for number in range(1, 31)))


def test_check_tells_a_guard_before_the_summary(omoto, stars):
    """The guard's event has code, severity and message, no row is held for it, and the exit code is 1."""
    ran = omoto("check", stars.name, "-c", "c.toml", "--json")
    (guard,) = ran.of("guard")
    assert (guard["code"], guard["severity"], guard["holds"]) == ("scale_small", "error", True)
    assert "All 30 ratings" in guard["message"]
    assert [event["event"] for event in ran.events[-2:]] == ["guard", "summary"]
    assert (ran.summary["ready"], ran.summary["held"], ran.code) == (30, 0, 1)


def test_a_person_reads_how_to_let_it_go(omoto, stars):
    """On a terminal the message stands with the words that let the batch go."""
    ran = omoto("check", stars.name, "-c", "c.toml")
    assert "holds the batch" in ran.out
    assert "--go scale_small" in ran.out


def test_guards_of_a_kind_are_told_together(capsys):
    """A person reads three and how many more there are; a script gets each."""
    guards = [Guard("blanks_sudden", f"Column {number} is empty.") for number in range(5)]
    tell_guards(Face(as_json=False), [*guards, Guard("scale_small", "Small.", Severity.WARNING)])
    said = capsys.readouterr().out
    assert (said.count("holds the batch"), said.count("look"), said.count("is empty.")) == (1, 1, 3)
    assert "And 2 more of this kind" in said
    tell_guards(Face(as_json=True), guards)
    assert capsys.readouterr().out.count('"event": "guard"') == len(guards)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_file_without_answers_is_held(count, omoto, push, tmp_path):
    """However few its rows are: a wrong file holds as a whole, and nothing of it is sent before a person says go."""
    (tmp_path / "c.toml").write_text('[campaign]\nid = "154"\n', encoding="utf-8")
    rows = "".join(f"red{number},blue{number}\n" for number in range(count))
    (tmp_path / "answers.csv").write_text("Zz,Yy\n" + rows, encoding="utf-8")
    ran = omoto("check", "answers.csv", "-c", "c.toml", "--json")
    assert [(guard["code"], guard["holds"]) for guard in ran.of("guard")] == [("answers_absent", True)]
    assert ran.code == 1
    held = push()
    assert (held.code, held.summary["sent"], held.summary["reason"]) == (1, 0, "guard")
    mapped = omoto("check", "answers.csv", "-c", "c.toml", "--json", "--map", "Zz=comment")
    assert mapped.of("guard") == []


def test_push_puts_nothing_until_somebody_says_go(omoto, push, stars, tmp_path):
    """Held as a whole: exit code 1, nothing sent, no outbox; with its code named, all goes."""
    held = push()
    assert (held.code, held.summary["sent"], held.summary["reason"]) == (1, 0, "guard")
    assert not (tmp_path / "o.db").exists()
    gone = push("--go", "scale_small")
    assert (gone.code, gone.summary["delivered"]) == (0, 30)
    assert gone.of("guard")[0]["let_go"]


def test_what_somebody_lets_go_is_told_as_that(omoto, push, stars):
    """A person sees that the guard was let go; the sandbox, where nobody is asked, only says to look."""
    words = ("push", stars.name, "-c", "c.toml", "--outbox")
    gone = omoto(*words, "live.db", "--to", "live", "--unverified", "--go", "scale_small", OMOTO_KEY_LIVE="k-154").out
    assert ("let go scale_small" in gone, "look scale_small" in gone) == (True, False)
    told = omoto(*words, "sandbox.db").out
    assert ("let go scale_small" in told, "look scale_small" in told) == (False, True)


def test_the_sandbox_only_tells(omoto, stars):
    """A stand-in does no harm and shows what would go: the guard is told, and everything is sent there."""
    ran = omoto("push", stars.name, "-c", "c.toml", "--outbox", "o.db", "--json")
    assert [guard["code"] for guard in ran.of("guard")] == ["scale_small"]
    assert (ran.code, ran.summary["delivered"], ran.summary["label"]) == (0, 30, "SANDBOX")


def test_what_was_let_go_once_goes_on(omoto, push, stars):
    """The same file again needs no second word, since it was put; nothing is sent twice."""
    assert push("--go", "all").code == 0
    again = push()
    assert (again.code, again.summary["sent"], again.summary["rows"]) == (0, 0, 30)


def test_another_guards_code_lets_nothing_go(omoto, push, stars):
    """Only the code that holds lets go, and a misspelt one is answered with the nearest."""
    assert push("--go", "phone_shared").code == 1
    wrong = push("--go", "scale_smal")
    assert wrong.code == 2
    assert "scale_small" in wrong.err


def test_a_rehearsal_tells_and_goes_on(omoto, push, stars):
    """A dry run says what would hold, and still counts what would be sent."""
    ran = push("--dry-run")
    assert [guard["code"] for guard in ran.of("guard")] == ["scale_small"]
    assert ran.summary["queued"] == 30


def test_a_batch_is_held_against_what_the_outbox_knows(omoto, push, answers):
    """Sixty content customers last month and sixty angry ones now: the scores are told, and the batch waits."""
    answers(*(line(number, rating="8") if number % 3 else line(number, rating="10") for number in range(1, 61)))
    assert push().code == 0
    turned = [line(n, rating=str(n % 2), mobile=mobile(n)) for n in range(101, 161)] + [line(170, rating="9")]
    answers(*turned, name="may.csv")
    ran = omoto("check", "may.csv", "-c", "c.toml", "--outbox", "o.db", "--json")
    assert "nps_far" in [guard["code"] for guard in ran.of("guard")]
    alone = omoto("check", "may.csv", "-c", "c.toml", "--json")
    assert alone.of("guard") == []


def test_a_mended_file_is_not_held_for_its_delivered_rows(omoto, push, answers):
    """Mend and push again is the usual way: the rows that were put before are told, and the rest goes."""
    answers(*(line(number) for number in range(1, 30)), line(30, rating="Promoter"))
    assert push().code == 1
    answers(*(line(number) for number in range(1, 31)))
    ran = push()
    assert [(guard["code"], guard["holds"]) for guard in ran.of("guard")] == [("rows_delivered", False)]
    assert ran.summary["sent"] == 1


def test_the_same_customers_in_another_form_wait_for_a_person(omoto, push, answers, tmp_path):
    """Without row keys, a second export of the same answers would be counted twice, so it is held."""
    contract = (tmp_path / "c.toml").read_text("utf-8").replace('[identity]\ncolumns = ["Response ID"]\n', "")
    (tmp_path / "c.toml").write_text(contract, encoding="utf-8")
    answers(*(line(number) for number in range(1, 31)))
    assert push().code == 0
    answers(*(line(number, comment="Fine!") for number in range(1, 31)))
    ran = push()
    assert [guard["code"] for guard in ran.of("guard")] == ["customers_delivered"]
    assert (ran.code, ran.summary["sent"]) == (1, 0)


def test_an_outbox_that_cannot_be_read_is_only_noted(omoto, answers, tmp_path):
    """A damaged outbox does not keep a file from being checked."""
    (tmp_path / "o.db").write_text("this is no outbox", encoding="utf-8")
    answers(*(line(number) for number in range(1, 31)))
    ran = omoto("check", "answers.csv", "-c", "c.toml", "--outbox", "o.db")
    assert ran.code == 0
    assert "Earlier batches were not looked at" in ran.out


def test_the_demo_trips_no_guard(omoto):
    """The example's own file, messy as it is, holds nothing as a whole."""
    assert omoto("demo", "--in", "d").code in (0, 1)
    ran = omoto("check", "d/data/kiosk-april.csv", "-c", "d/campaigns/store-visit.toml", "--json")
    assert ran.of("guard") == []
