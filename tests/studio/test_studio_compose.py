"""The screen Compose: from what is typed to the exact request, and to a receipt."""

import json
import re
import stat
from dataclasses import replace
from datetime import date

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.errors import ResponseError, UsageError
from omoto_kit.journey import Workspace
from omoto_kit.receipt import State
from omoto_kit.studio import Desk
from omoto_kit.studio.drafting import Draft, check, form_fields, sealed, started_from
from omoto_kit.studio.screens.compose import Compose
from omoto_kit.verification import Shape, SignOff, pack, signoff_path, terms_of
from omoto_kit.verification.shape import FieldShape

ANSWER = {
    "npsrating": "9",
    "customerinfo.mobileno": "98765 43210",
    "namevaluemap.unitname": "Koramangala 4th Block",
    "comment": "Très bien 😀",
}


def typed(screen, values=ANSWER):
    """Type an answer into the form."""
    for field, value in values.items():
        screen.act_set(field, value)
    return screen


def named(view, field):
    """Find a field of the form."""
    return next(one for one in view["fields"] if one["field"] == field)


def test_the_form_is_made_from_the_contract():
    """Scale, attributes and channels come from the campaign; the unit's field knows how many units there are."""
    campaign = Campaign(
        id="1",
        channels=["kiosk", "web"],
        units=["A", "B"],
        attributes={
            "tier": {"kind": "choice", "values": ["Gold"]},
            "pincode": {"pattern": "[1-9][0-9]{5}"},
            "odd": {"pattern": "(?=a)b"},
            "visit": {"kind": "date"},
        },
        rating={"scale": [1, 5], "required": True},
    )
    fields = {one.field: one for one in form_fields(campaign)}
    assert fields["npsrating"].options == ("1", "2", "3", "4", "5")
    assert fields["npsrating"].required
    assert fields["namevaluemap.tier"].options == ("Gold",)
    assert fields["namevaluemap.unitname"].help == "2 known units"
    assert re.fullmatch("like [1-9][0-9]{5}", fields["namevaluemap.pincode"].help)
    assert fields["namevaluemap.odd"].help == "like (?=a)b"
    assert fields["namevaluemap.visit"].help == "2026-04-30"
    assert fields["channel"].options == ("kiosk", "web")


def test_an_empty_form_does_not_scold(desk):
    """Before anything is typed there is nothing wrong, and nothing to send."""
    view = Compose(desk).view()
    assert not any(one["problems"] for one in view["fields"])
    assert not view["ready"]


def test_problems_come_as_it_is_typed(desk):
    """A short number is told at its field, and what is missing where it is missing."""
    view = typed(Compose(desk), {"customerinfo.mobileno": "98765"}).view()
    assert any("digits" in one["message"] for one in named(view, "customerinfo.mobileno")["problems"])
    assert named(view, "npsrating")["problems"]
    assert view["errors"] > 0


def test_the_request_is_the_exact_one(desk):
    """What is shown is what goes out: normalised, in the template's order, with what plugins filled in."""
    view = typed(Compose(desk)).view()
    body = json.loads(view["jsonbody"])
    assert list(body)[:2] == ["campaignid", "channel"]
    assert body["customerinfo"] == {"mobileno": "9876543210"}
    assert view["jsonheader"] == '{"processid":"76"}'
    assert view["ready"]


def test_a_changed_value_names_who_changed_it(desk):
    """What becomes of a typed value is shown with the step that did it."""
    view = typed(Compose(desk)).view()
    mobile = named(view, "customerinfo.mobileno")
    assert mobile["becomes"] == "9876543210"
    assert mobile["said"][-1]["step"]


def test_a_value_that_a_plugin_takes_away_names_who_did(desk):
    """A typed value that says "none" is left out of the response, and the form shows which step did it."""
    view = typed(Compose(desk), ANSWER | {"customerinfo.email": "NA"}).view()
    email = named(view, "customerinfo.email")
    assert email["becomes"] is None
    assert [(one["outcome"], bool(one["step"])) for one in email["said"]] == [("cleared", True)]


def test_categories_hold_their_reasons(desk):
    """A chosen category is a list, empty or with reasons; taking it away takes it out of the request."""
    screen = typed(Compose(desk))
    screen.act_set("catnpsmap.Price", ["Too high"])
    assert json.loads(screen.view()["jsonbody"])["catnpsmap"] == {"Price": ["Too high"]}
    screen.act_set("catnpsmap.Price", None)
    assert "catnpsmap" not in json.loads(screen.view()["jsonbody"])


def test_units_are_found_by_name_code_and_city(desk):
    """All typed words must be there, in the name, the code or the city."""
    screen = Compose(desk)
    unit = desk.campaign.units[0]
    assert unit.name in [one["value"] for one in screen.act_units(f"{unit.name[:4]} {unit.city}")]
    assert unit.name in [one["value"] for one in screen.act_units(unit.code)]
    assert screen.act_units("no such unit at all") == []


def test_sending_to_the_sandbox_shows_the_reply(desk):
    """One click sends it to the stand-in, shows its reply, and leaves an empty form."""
    screen = typed(Compose(desk))
    screen.act_send()
    view = screen.view()
    assert view["last"]["state"] == "delivered"
    assert "success" in view["last"]["reply"]
    assert view["empty"]


def test_behind_others_it_is_queued_and_push_opens(desk):
    """Where something waits, the form says so before anything is sent, and the way on is Push."""
    screen = typed(Compose(desk))
    assert screen.view()["waits"] == 0
    screen.act_queue()
    screen = typed(Compose(desk), {**ANSWER, "comment": "another"})
    assert screen.view()["waits"] == 1
    screen.act_queue_and_push()
    assert desk.state.screen == "push"
    assert desk.state.counts["queued"] == 2


def test_the_same_draft_goes_once(desk):
    """A draft that was put is put no second time, whatever the page asks."""
    screen = typed(Compose(desk))
    draft = desk.composer.draft
    screen.act_queue()
    desk.composer.set(draft)
    screen.act_queue()
    assert desk.state.counts["rows"] == 1


def test_two_honest_identical_answers_both_go(desk):
    """The same words from another customer's mouth are another answer."""
    screen = Compose(desk)
    typed(screen).act_queue()
    typed(screen).act_queue()
    assert desk.state.counts["queued"] == 2


def test_what_is_wrong_cannot_be_put(desk):
    """A response with errors is refused, and the draft stays."""
    screen = typed(Compose(desk), {"npsrating": "9"})
    with pytest.raises(UsageError, match="has errors"):
        screen.act_queue()
    assert desk.composer.draft.values == {"npsrating": "9"}


def test_one_click_never_sends_live(desk):
    """To a live endpoint a response is queued, and sent from the screen that arms it."""
    from dataclasses import replace

    desk.move(replace(desk.state, sandbox=False))
    with pytest.raises(UsageError, match="never sends to a live endpoint"):
        typed(Compose(desk)).act_send()


def test_a_draft_survives_the_kernel(desk, space):
    """What was typed is there again on a new desk, in a file that only its owner can read."""
    typed(Compose(desk))
    again = Desk(workspace=space)
    assert again.composer.draft == desk.composer.draft
    assert stat.S_IMODE(desk.shelf.path.stat().st_mode) == 0o600


def test_a_damaged_shelf_is_an_empty_one(desk, space):
    """Half a file is no reason not to start."""
    typed(Compose(desk))
    desk.shelf.path.write_text('{"draft": {"values": [')
    assert Desk(workspace=space).composer.draft.values == {}


def test_a_pasted_jsonbody_fills_the_form(desk):
    """The vendor's own shape can be pasted, and comes out the same."""
    body = '{"campaignid":"154","catnpsmap":{"Price":[]},"npsrating":"4","customerinfo":{"mobileno":"9663798289"}}'
    screen = Compose(desk)
    screen.act_paste(body)
    assert named(screen.view(), "npsrating")["value"] == "4"
    assert screen.view()["categories"][0] == {
        "name": "Price", "on": True, "reasons": ["Too high", "Unclear", "Offer not given"], "chosen": [],
    }  # fmt: skip
    with pytest.raises(ResponseError, match="no JSON"):
        screen.act_paste("{")


def test_a_body_of_another_campaign_says_so(desk):
    """A body of another campaign can be a start, but its id is not taken over."""
    draft = started_from('{"campaignid":"7","npsrating":"4"}', desk.campaign, origin="a pasted jsonbody")
    assert "campaign 7" in draft.origin
    assert json.loads(sealed(check(draft, desk.campaign, desk.plugins))[1])["campaignid"] == "154"


def test_an_earlier_response_can_be_copied(desk):
    """A new answer can start from one that was sent."""
    screen = typed(Compose(desk))
    screen.act_send()
    (recent,) = screen.act_recent()
    screen.act_copy(recent["id"])
    assert named(screen.view(), "comment")["value"] == ANSWER["comment"]
    assert desk.composer.draft.mends is None


def test_a_queued_response_is_mended_in_place(desk):
    """Mending one that still waits changes it, and makes no second one."""
    screen = typed(Compose(desk))
    screen.act_queue()
    number = screen.act_recent()[0]["id"]
    desk.composer.start_from(number, mends=True)
    screen.act_set("npsrating", "3")
    screen.act_queue()
    with desk.outbox() as box:
        assert json.loads(box.body(number))["npsrating"] == "3"
        assert box.receipt(number).state is State.QUEUED
    assert desk.state.counts["rows"] == 1


def test_a_mended_response_holds_nothing_that_nobody_verified(desk):
    """At a live endpoint, what the sign-off does not know does not get in by mending, and the response stays."""
    screen = typed(Compose(desk))
    screen.act_queue()
    number = screen.act_recent()[0]["id"]
    contract = desk.campaign
    signoff = SignOff(contract.id, "Meera", date(2026, 4, 20), "", terms_of(contract), pack(contract).shape)
    shape = Shape({**signoff.shape.fields, "npsrating": FieldShape(optional=True, values=frozenset("45"))})
    replace(signoff, shape=shape).save(signoff_path(contract.path))
    with desk.outbox() as box:
        box._store.connection.execute("UPDATE endpoint SET live = 1")
        before = box.body(number)
    desk.composer.start_from(number, mends=True)
    screen.act_set("npsrating", "3")
    with pytest.raises(UsageError, match=r"npsrating: values that were not verified, such as '3'"):
        desk.composer.put(send=False)
    with desk.outbox() as box:
        assert box.body(number) == before
    screen.act_set("npsrating", "4")
    assert desk.composer.put(send=False).receipt.id == number


def test_a_new_response_holds_nothing_that_nobody_verified(space, monkeypatch):
    """At a live endpoint a new response passes the same gate as a file, before it is put."""
    text = (space.root / "omoto.toml").read_text(encoding="utf-8")
    endpoint = '[endpoints.live]\nurl = "https://omoto.invalid/response"\nsandbox = false\n'
    (space.root / "omoto.toml").write_text(f"{text}\n{endpoint}", encoding="utf-8")
    monkeypatch.setenv("OMOTO_KEY_LIVE", "k-live-123")
    desk = Desk(to="live", workspace=Workspace.find())
    contract = desk.campaign
    signoff = SignOff(contract.id, "Meera", date(2026, 4, 20), "", terms_of(contract), pack(contract).shape)
    shape = Shape({**signoff.shape.fields, "npsrating": FieldShape(optional=True, values=frozenset("45"))})
    replace(signoff, shape=shape).save(signoff_path(contract.path))
    screen = typed(Compose(desk), ANSWER | {"npsrating": "3"})
    with pytest.raises(UsageError, match=r"npsrating: values that were not verified, such as '3'"):
        screen.act_queue()
    assert not desk.state.counts.get("queued")
    screen.act_set("npsrating", "4")
    screen.act_queue()
    assert desk.state.counts["queued"] == 1


def test_a_correction_of_a_delivered_one_is_held_with_its_warning(desk):
    """Omoto has no update: the correction is a second response, held, linked to the first."""
    screen = typed(Compose(desk))
    screen.act_send()
    number = screen.act_recent()[0]["id"]
    desk.composer.start_from(number, mends=True)
    screen.act_set("npsrating", "3")
    screen.act_queue()
    last = screen.view()["last"]
    assert last["state"] == "held"
    assert "Omoto has no update" in last["warning"]


def test_a_draft_never_shows_its_values():
    """Neither name nor number of a customer stands in the repr of a draft."""
    assert "98765" not in repr(Draft(values=ANSWER, key="98765"))


def test_the_code_repeats_it(desk, space):
    """The lines under "show code" send the same body."""
    screen = typed(Compose(desk))
    body, code = screen.view()["jsonbody"], screen.act_code()
    exec(compile(code, "shown", "exec"), {})  # noqa: S102  the page offers these lines to be run
    with desk.outbox() as box:
        (receipt,) = list(box.receipts())
        assert box.body(receipt.id) == body
        assert receipt.state is State.DELIVERED
