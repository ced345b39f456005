"""The screen History: receipts, one response in full, mending, and what Omoto must remove."""

import csv
import io
import json
import re

import polars as pl
import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.errors import UsageError
from omoto_kit.sandbox import Sandbox
from omoto_kit.studio import Desk
from omoto_kit.studio.charts import by_kind, by_unit
from omoto_kit.studio.screens.compose import Compose
from omoto_kit.studio.screens.history import HistoryScreen


@pytest.fixture
def pushed(space):
    """Give a desk whose example file was pushed, with one refused and one lost on the way."""
    desk = Desk(workspace=space, sandbox=Sandbox(faults="400@2,drop@5"))
    batch = desk.take("data/kiosk-april.csv")
    with desk.outbox() as box:
        box.put(batch, to=desk.endpoint())
        for _ in box.push(desk.endpoint(), campaign=desk.campaign):
            pass
    return desk


@pytest.fixture
def screen(pushed):
    """Give the screen over it."""
    return HistoryScreen(pushed)


def one(screen, state):
    """Open the first response in a state, and give what is shown of it."""
    screen.act_narrow(state=state)
    screen.act_open(screen.view()["rows"][0]["id"])
    return screen.view()["open"]


def test_nothing_yet_says_so(desk):
    """A new outbox is no error, and no file is made for looking at it."""
    assert HistoryScreen(desk).view()["empty"]
    assert not desk.outbox_path.exists()


def test_receipts_are_narrowed_by_outcome_run_unit_and_customer(screen):
    """Each filter keeps what fits, and they work together."""
    everything = screen.view()
    assert everything["total"] == everything["counts"]["rows"] - everything["counts"]["duplicate"]
    screen.act_narrow(state="delivered")
    delivered = screen.view()
    assert delivered["total"] == delivered["counts"]["delivered"]
    unit = delivered["units"][0]
    screen.act_narrow(unit=unit["name"])
    assert screen.view()["total"] == unit["answers"]
    screen.act_narrow(unit="", run=everything["runs"][0]["id"])
    assert screen.view()["total"] == delivered["total"]
    with screen.desk.outbox() as box:
        body = json.loads(box.body(delivered["rows"][0]["id"]))
    screen.act_narrow(run=None, text=body["customerinfo"]["mobileno"])
    assert delivered["rows"][0]["id"] in [row["id"] for row in screen.view()["rows"]]


def test_pages_hold_every_receipt_once(screen):
    """Turning through all pages shows each response exactly once, the newest first."""
    first = screen.view()
    seen = [row["id"] for row in first["rows"]]
    for number in range(1, first["pages"]):
        screen.act_page(number)
        seen += [row["id"] for row in screen.view()["rows"]]
    assert len(seen) == len(set(seen)) == first["total"]
    assert seen[0] == max(seen)


def test_a_rejected_one_shows_request_reply_and_the_way_on(screen):
    """What was sent, what came back and what to do stand side by side."""
    shown = one(screen, "rejected")
    assert json.loads(shown["request"]["jsonbody"]) == json.loads(shown["request"]["pretty"])
    assert shown["attempts"][0]["status"] == 400
    assert "parseerror" in shown["attempts"][0]["reply"]
    assert "mend" in shown["receipt"]["next"]


def test_a_rejected_one_is_mended_and_put_again(screen):
    """Mended in the form, it takes its own place, keeps what was sent before, and arrives."""
    number = one(screen, "rejected")["receipt"]["id"]
    screen.act_mend(number)
    desk = screen.desk
    assert desk.state.screen == "compose"
    form = Compose(desk)
    form.act_set("comment", "mended")
    form.act_send()
    assert form.view()["last"]["state"] == "delivered"
    with desk.outbox() as box:
        assert json.loads(box.body(number))["comment"] == "mended"
        assert len(box.versions(number)) == 1


def test_a_correction_of_a_delivered_one_is_warned_about_and_recalled(screen):
    """A delivered one can be corrected on the hard road alone; once that was sent, the first is to be recalled."""
    shown = one(screen, "delivered")
    assert "no update" in shown["warning"]
    first = shown["receipt"]["id"]
    screen.act_mend(first)
    form = Compose(screen.desk)
    form.act_set("npsrating", "1" if form.view()["fields"][0]["value"] != "1" else "2")
    form.act_queue()
    later = form.view()["last"]["id"]
    assert screen.act_recall()["count"] == 0
    with pytest.raises(UsageError, match="needs a reason"):
        screen.act_release(later, "")
    screen.act_release(later, "the customer called")
    with screen.desk.outbox() as box:
        for _ in box.push(screen.desk.endpoint(), campaign=screen.desk.campaign):
            pass
    recall = screen.act_recall()
    assert recall["count"] == 1
    rows = list(csv.DictReader(io.StringIO(recall["csv"])))
    assert rows[0]["corrected by"] == str(later)
    screen.act_open(later)
    assert screen.view()["open"]["corrects"] == first


def test_an_unknown_one_is_decided_with_who_and_why(screen):
    """A decision is kept with its reason, and shown."""
    number = one(screen, "unknown")["receipt"]["id"]
    screen.act_decide(number, "delivered", "seen in Omoto's list")
    screen.act_open(number)
    shown = screen.view()["open"]
    assert shown["receipt"]["state"] == "delivered"
    assert shown["decisions"][-1]["why"] == "seen in Omoto's list"


def test_a_held_row_shows_what_holds_it(screen):
    """The problems of a held row are still known in the outbox."""
    assert one(screen, "held")["problems"]


def test_each_campaign_has_its_own_history(screen, space):
    """Counts, rows, days and scores are of the chosen campaign; of all campaigns each row names its own, unscored."""
    desk = screen.desk
    other = space.root / "data" / "other.toml"
    text = desk.campaign.path.read_text(encoding="utf-8")
    text = text.replace('id = "154"', 'id = "999"').replace("[campaign]\n", '[campaign]\nprocessid = "81"\n', 1)
    other.write_text(re.sub(r"scale = .*", "scale = [1, 12]", text), encoding="utf-8")
    mine = screen.view()
    desk.choose_campaign(other)
    batch = desk.take("data/kiosk-april.csv")
    with desk.outbox() as box:
        put = box.put(batch, to=desk.endpoint())
        for _ in box.push(desk.endpoint(), campaign=desk.campaign):
            pass
    theirs = screen.view()
    assert theirs["wanted"]["campaign"] == "999"
    assert theirs["counts"]["rows"] == put.rows
    assert theirs["scored"] == "mean rating"
    screen.act_narrow(campaign="154")
    again = screen.view()
    assert (again["counts"], again["scored"], again["days"]) == (mine["counts"], "NPS", mine["days"])
    opened = one(screen, "delivered")
    assert (opened["campaign"], opened["mine"]) == ("154", False)
    assert json.loads(opened["request"]["jsonheader"]) == {"processid": "76"}
    screen.act_narrow(campaign="", state="delivered")
    both = screen.view()
    assert both["counts"]["rows"] == mine["counts"]["rows"] + put.rows
    assert both["campaigns"] == ["154", "999"]
    assert {row["campaign"] for row in both["rows"]} == {"999"}
    screen.act_page(both["pages"] - 1)
    assert {row["campaign"] for row in screen.view()["rows"]} == {"154"}
    assert (both["scored"], both["units"]) == ("", [])


def test_a_campaign_without_a_contract_has_no_score(screen, space):
    """Where nothing says the scale of what was sent, no score is told."""
    desk = screen.desk
    desk.campaign.path.unlink()
    desk.choose_campaign(Campaign(id="999"))
    screen.act_narrow(campaign="154")
    assert (screen.view()["scored"], screen.view()["units"]) == ("", [])


def test_charts_have_their_numbers(screen):
    """What is drawn adds up with the receipts."""
    view = screen.view()
    assert sum(day["delivered"] for day in view["days"]) == view["counts"]["delivered"]
    assert sum(unit["answers"] for unit in view["units"]) <= view["counts"]["delivered"]
    assert sum(kind["count"] for kind in view["kinds"]) == screen.desk.state.batch.problems.height


def test_a_score_comes_with_its_margin():
    """Few answers leave much doubt; on another scale the mean is told, not the NPS."""
    few = pl.DataFrame({"npsrating": ["10", "9"], "namevaluemap.unitname": ["A"] * 2})
    many = pl.DataFrame({"npsrating": ["10", "9"] * 50, "namevaluemap.unitname": ["A"] * 100})
    assert by_unit(few, (0, 10))[0]["margin"] > by_unit(many, (0, 10))[0]["margin"] > 0
    assert by_unit(few.with_columns(npsrating=pl.lit("4")), (1, 5))[0]["score"] == 4.0
    assert by_unit(pl.DataFrame({"npsrating": ["9"]}), (0, 10)) == []


def test_kinds_are_counted_by_severity(laid):
    """A code that is once an error and once a warning is two kinds."""
    kinds = by_kind(laid.state.batch.problems)
    assert kinds == sorted(kinds, key=lambda kind: -kind["count"])
    assert by_kind(laid.state.batch.problems.clear()) == []
