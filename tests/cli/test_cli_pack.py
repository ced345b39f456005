"""`omoto pack` and the gate: a pack, its sign-off, and a live push that holds what nobody verified."""

import json
import zipfile
from functools import partial

import pytest

from omoto_kit.cli import preparing
from omoto_kit.cli.options import Given
from omoto_kit.cli.output import Face
from omoto_kit.cli.pushing import push_wanted
from omoto_kit.cli.wanted import Passing, PushWanted, Target
from omoto_kit.intake.pieces import is_large
from omoto_kit.journey.large import prepare_stream
from tests.cli.survey import HEADER, line

LIVE = '[endpoints.live]\nurl = "{address}"\nsandbox = false\n'


def sign(omoto, tmp_path, *replaced):
    """Make a pack, fill in its form and record it."""
    assert omoto("pack", "-c", "c.toml", "-o", "pack").code == 0
    form = tmp_path / "pack" / "answers.toml"
    text = form.read_text("utf-8")
    for old, new in (('by = ""', 'by = "Meera, Omoto"'), ('on = ""', 'on = "2026-04-20"'), *replaced):
        assert old in text
        text = text.replace(old, new, 1)
    form.write_text(text, encoding="utf-8")
    return omoto("pack", "-c", "c.toml", "--verified", "pack/answers.toml")


@pytest.fixture
def live(omoto, tmp_path):
    """Give a server of this machine that omoto.toml names as a live endpoint, and the push to it."""
    server = omoto.sandbox()
    (tmp_path / "omoto.toml").write_text(LIVE.format(address=server.address))

    def push(file="answers.csv", *words):
        given = ("push", file, "-c", "c.toml", "--to", "live", "--outbox", "o.db", *words)
        return omoto(*given, OMOTO_KEY_LIVE="k-154")

    push.server = server
    return push


def test_a_pack_is_a_folder_or_a_zip(omoto, answers, tmp_path):
    """The command says what it wrote and what the samples show; JSON gives one event."""
    answers(*(line(number) for number in range(1, 9)))
    ran = omoto("pack", "answers.csv", "-c", "c.toml", "-o", "pack")
    assert ran.code == 0
    assert "parts of the contract" in ran.out
    assert (tmp_path / "pack" / "index.html").exists()
    (event,) = omoto("pack", "-c", "c.toml", "-o", "p.zip", "--json").events
    assert (event["event"], event["path"], event["campaign"]) == ("pack", "p.zip", "154")
    assert event["shown"] == event["parts"]
    with zipfile.ZipFile(tmp_path / "p.zip") as opened:
        assert len(opened.namelist()) == event["files"] or event["files"] == 1


def test_replay_proves_that_nothing_moved(omoto, answers, tmp_path):
    """The same pack is found the same; a changed contract is shown; a pack of rows wants its file."""
    answers(*(line(number) for number in range(1, 9)))
    omoto("pack", "answers.csv", "-c", "c.toml", "-o", "pack")
    assert omoto("pack", "answers.csv", "-c", "c.toml", "--check", "pack").code == 0
    without = omoto("pack", "-c", "c.toml", "--check", "pack")
    assert (without.code, "omoto pack FILE --check" in without.err) == (2, True)
    contract = (tmp_path / "c.toml").read_text("utf-8")
    (tmp_path / "c.toml").write_text(contract.replace('"Too high", ', ""), encoding="utf-8")
    ran = omoto("pack", "answers.csv", "-c", "c.toml", "--check", "pack", "--json")
    assert ran.code == 1
    assert {"contract.json", "schema.json"} <= {event["file"] for event in ran.of("difference")}
    assert ran.summary["differences"] == len(ran.of("difference"))


def test_a_live_endpoint_asks_for_a_sign_off(omoto, answers, live):
    """Without a sign-off nothing is sent live, in words that say what to do; --unverified is the way around."""
    answers(line(1))
    refused = live()
    assert (refused.code, live.server.bodies()) == (2, [])
    assert "omoto pack" in refused.err
    assert "--unverified" in refused.err
    assert omoto("push", "answers.csv", "-c", "c.toml", "--outbox", "s.db").code == 0
    assert live("answers.csv", "--dry-run").code == 0
    sent = live("answers.csv", "--unverified", "--json")
    assert (sent.code, sent.summary["label"], len(live.server.bodies())) == (0, "LIVE", 1)


def test_a_resumed_run_asks_for_it_too(omoto, live):
    """What waits in an outbox is live as well when it is sent."""
    ran = omoto("push", "--outbox", "o.db", "--to", "live", OMOTO_KEY_LIVE="k-154")
    assert (ran.code, "no campaign is named" in ran.err) == (2, True)


def test_a_signed_contract_goes_through(omoto, answers, live, tmp_path):
    """Once recorded, the same contract is sent, with the answers that Omoto gave."""
    answers(line(1), line(2))
    signed = sign(omoto, tmp_path, ('processid = "76"', 'processid = "81"'))
    assert signed.code == 0
    assert "+ campaign.processid = 81" in signed.out
    assert 'processid = "81"' in (tmp_path / "c.toml").read_text("utf-8")
    sent = live()
    assert (sent.code, len(live.server.bodies())) == (0, 2)
    assert "Verified by Meera, Omoto on 2026-04-20." in sent.out


def test_drift_holds_a_live_batch_until_a_person_says_go(omoto, answers, live, tmp_path):
    """A store that joined the contract since is named with its rows; nothing is put; accepting it is written down."""
    answers(line(1), line(2, store="Seeb Mall"), name="answers.csv")
    sign(omoto, tmp_path)
    contract = (
        (tmp_path / "c.toml")
        .read_text("utf-8")
        .replace('"Hitech City Phase 2"]', '"Hitech City Phase 2", "Seeb Mall"]')
    )
    (tmp_path / "c.toml").write_text(contract, encoding="utf-8")
    held = live()
    assert (held.code, live.server.bodies(), (tmp_path / "o.db").exists()) == (1, [], False)
    assert "+ units.Seeb Mall" in held.out
    assert "values that were not verified, such as 'Seeb Mall' (row 3)" in held.out
    events = live("answers.csv", "--json")
    assert [event["rows"] for event in events.of("drift")] == [[3]]
    assert (events.summary["rows"], events.summary["put"], events.summary["sent"]) == (2, 0, 0)
    rehearsed = omoto("push", "answers.csv", "-c", "c.toml", "--outbox", "s.db")
    assert (rehearsed.code, "A live endpoint would hold this" in rehearsed.out) == (0, True)
    accepted = live("answers.csv", "--accept-drift")
    assert (accepted.code, len(live.server.bodies())) == (0, 2)
    kept = (tmp_path / "c.signoff.toml").read_text("utf-8")
    assert "[[accepted]]" in kept
    assert 'source = "answers.csv"' in kept
    assert live().code == 0


def test_what_is_mended_by_hand_passes_the_same_gate(omoto, answers, live, tmp_path):
    """A store that nobody verified does not get into a live outbox by `outbox fix`, unless a person lets it."""
    answers(line(1), line(2))
    sign(omoto, tmp_path)
    assert live("answers.csv", "--limit", "1").code == 0
    contract = (tmp_path / "c.toml").read_text("utf-8").replace('"Hitech City Phase 2"]', '"Seeb Mall"]')
    (tmp_path / "c.toml").write_text(contract, encoding="utf-8")
    fix = ("outbox", "fix", 2, "--set", "namevaluemap.unitname=Seeb Mall", "-c", "c.toml", "--outbox", "o.db")
    held = omoto(*fix, "--json")
    assert [event["field"] for event in held.of("drift")] == ["namevaluemap.unitname"]
    assert (held.code, held.of("receipt")) == (1, [])
    assert "nothing was put" in omoto(*fix).out
    assert "Seeb" not in omoto("outbox", "show", 2, "--outbox", "o.db", "--json").out
    mended = omoto(*fix, "--accept-drift", "--who", "Asha", "--json")
    assert (mended.code, mended.of("receipt")[0]["state"]) == (0, "queued")
    kept = (tmp_path / "c.signoff.toml").read_text("utf-8")
    assert 'source = "response 2"' in kept
    assert 'by = "Asha"' in kept


def test_a_large_file_of_a_signed_campaign_goes_in_parts(omoto, live, tmp_path, monkeypatch, capsys):
    """Neither is it read as a whole, nor does a part of it pass unseen: what is new in its last rows holds it."""
    monkeypatch.setattr(preparing, "is_large", partial(is_large, least=0))
    monkeypatch.setattr(preparing, "prepare_stream", partial(prepare_stream, least=0, block=20_000))
    monkeypatch.delattr(preparing, "prepare_files")  # whoever reads the whole fails
    stores = ["Hitech City Phase 1"] * 1999 + ["Seeb Mall"]
    rows = "".join(line(at, store=store) for at, store in enumerate(stores))
    (tmp_path / "answers.csv").write_text(HEADER + rows, encoding="utf-8")
    sign(omoto, tmp_path)
    contract = (tmp_path / "c.toml").read_text("utf-8").replace('"Hitech City Phase 2"]', '"Seeb Mall"]')
    (tmp_path / "c.toml").write_text(contract, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OMOTO_KEY_LIVE", "k-154")

    def push(*, accept):
        wanted = PushWanted(
            files=["answers.csv"], given=Given(tmp_path / "c.toml"), passing=Passing(accept=accept, by="Asha")
        )
        code = push_wanted(Face(as_json=True), wanted, Target("live", tmp_path / "o.db", limit=2))
        return code, [json.loads(text) for text in capsys.readouterr().out.splitlines()]

    code, events = push(accept=False)
    assert [(event["count"], event["rows"]) for event in events if event["event"] == "drift"] == [(1, [2001])]
    assert (code, events[-1]["rows"], events[-1]["sent"], live.server.bodies()) == (1, 2000, 0, [])
    code, events = push(accept=True)
    assert (code, events[-1]["delivered"], events[-1]["queued"]) == (0, 2, 1998)


def test_the_endpoint_must_be_what_omoto_said(omoto, answers, live, tmp_path):
    """A key that belongs into a header does not go into the address."""
    answers(line(1))
    signed = sign(omoto, tmp_path, ('key_place = "query"', 'key_place = "header"'))
    assert "key_in = 'header'" in signed.out
    ran = live()
    assert (ran.code, live.server.bodies()) == (2, [])
    assert 'key_in = "header"' in ran.err


def test_a_damaged_sign_off_stops_a_live_push(omoto, answers, live, tmp_path):
    """Nobody signs by editing the file."""
    answers(line(1))
    sign(omoto, tmp_path)
    place = tmp_path / "c.signoff.toml"
    place.write_text(place.read_text("utf-8").replace("Phase 2", "Phase 3"), encoding="utf-8")
    ran = live()
    assert (ran.code, "edited or damaged" in ran.err) == (2, True)


def test_wrong_forms_and_options_are_told(omoto, tmp_path):
    """An unknown key names the nearest one, and two things at once are one too many."""
    ran = sign(omoto, tmp_path, ("rating_required", "rating_requird"))
    assert (ran.code, "'rating_required'" in ran.err) == (2, True)
    both = omoto("pack", "-c", "c.toml", "-o", "x", "--check", "pack")
    assert (both.code, "one of them at a time" in both.err) == (2, True)


def test_the_sign_off_is_no_campaign(omoto, tmp_path):
    """A workspace with one campaign still has one after its sign-off."""
    omoto("init", "ws")
    omoto.folder = tmp_path / "ws"
    assert omoto("pack", "-o", "pack").code == 0
    form = tmp_path / "ws" / "pack" / "answers.toml"
    text = form.read_text("utf-8").replace('by = ""', 'by = "M"').replace('on = ""', 'on = "2026-04-20"')
    form.write_text(text, encoding="utf-8")
    (event,) = omoto("pack", "--verified", "pack/answers.toml", "--json").events
    assert event["changes"] == []
    assert json.loads(omoto("pack", "-o", "again", "--json").out)["gaps"] == []
