"""The screen Push: putting, arming, the run as it goes, and decisions; against the real sandbox over a real socket."""

import time
from dataclasses import replace

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.errors import UsageError
from omoto_kit.journey import Workspace
from omoto_kit.sandbox import Sandbox
from omoto_kit.studio import Desk
from omoto_kit.studio.screens.push import PushScreen
from omoto_kit.verification import pack, record, write_pack

WAIT = 20


@pytest.fixture
def screen(laid):
    """Give the screen with the example batch on the desk."""
    return PushScreen(laid)


def finish(screen):
    """Follow a run as the page does, until it ends."""
    until = time.monotonic() + WAIT
    while screen.act_progress()["run"]["running"]:
        assert time.monotonic() < until
        time.sleep(0.02)
    return screen.view()


def test_every_row_is_accounted_for(screen):
    """After a push, delivered, rejected, unknown, held and duplicates add up to the rows of the file."""
    ready = screen.desk.state.batch.counts()
    screen.act_canary("0")
    screen.act_start()
    view = finish(screen)
    counts = view["counts"]
    assert counts["delivered"] == ready["ready"]
    assert counts["rows"] == ready["rows"] == sum(counts.values()) - counts["rows"]


def test_a_second_start_sends_nothing_twice(screen, space):
    """The same batch again is told as put; and on a new desk, which does not know, the outbox recognises each row."""
    screen.act_start()
    before = finish(screen)["counts"]
    assert "was put already" in screen.view()["blocked"]
    with pytest.raises(UsageError, match="was put already"):
        screen.act_start()
    again = PushScreen(Desk(workspace=space))
    again.desk.take("data/kiosk-april.csv")
    again.act_start()
    assert finish(again)["counts"] == before


def test_progress_counts_up_to_the_total(screen):
    """Done and total come from the run, the counts from the outbox, and the last receipt with its reply."""
    screen.act_start()
    run = finish(screen)["run"]
    assert run["done"] == run["total"] == run["sent"]["delivered"]
    assert "success" in run["last"]["reply"]


def test_pause_and_resume_go_on_where_it_stopped(space):
    """A paused run keeps what waits; the same start goes on with it, and each row arrives once."""
    desk = Desk(workspace=space, sandbox=Sandbox(faults="delay=0.01@all"))
    desk.take("data/kiosk-april.csv")
    screen = PushScreen(desk)
    screen.act_canary("0")
    screen.act_start()
    until = time.monotonic() + WAIT
    while screen.act_progress()["run"]["done"] < 3 and time.monotonic() < until:
        time.sleep(0.01)
    screen.act_pause()
    paused = finish(screen)
    assert paused["run"]["word"] == "paused"
    assert paused["counts"]["queued"] > 0
    desk.set_batch(None)
    screen.act_start()
    view = finish(screen)
    assert view["counts"]["queued"] == 0
    assert view["counts"]["delivered"] == desk.prepared.batch.counts()["ready"]


def test_a_new_desk_goes_on_from_the_outbox(screen, space):
    """After a kernel restart nothing is on the desk, and the outbox still knows what waits."""
    with screen.desk.outbox() as box:
        box.put(screen.desk.state.batch, to=screen.desk.endpoint())
    again = PushScreen(Desk(workspace=space))
    assert again.view()["counts"]["queued"] > 0
    again.act_start()
    assert finish(again)["counts"]["queued"] == 0


def test_cancel_never_sends_what_waits(screen, space):
    """What is cancelled stays in the sum, and is not sent by the next start."""
    with screen.desk.outbox() as box:
        box.put(screen.desk.state.batch, to=screen.desk.endpoint())
    queued = screen.view()["counts"]["queued"]
    assert screen.act_cancel() == {"cancelled": queued}
    assert screen.view()["counts"]["cancelled"] == queued


def test_the_canary_is_a_list_of_numbers(screen):
    """Sizes of the first releases are read as they are written; words are refused with an example."""
    screen.act_canary("1, 5, 20")
    assert screen.view()["canary"] == "1, 5, 20"
    with pytest.raises(UsageError, match="no list of numbers"):
        screen.act_canary("one")


@pytest.fixture
def live(space, monkeypatch):
    """Give a desk whose endpoint counts as live, and is a sandbox on this machine."""
    with Sandbox() as running:
        text = (space.root / "omoto.toml").read_text()
        (space.root / "omoto.toml").write_text(f'{text}\n[endpoints.live]\nurl = "{running.url}"\nsandbox = false\n')
        monkeypatch.setenv("OMOTO_KEY_LIVE", "k-live-123")
        desk = Desk(to="live", workspace=Workspace.find())
        desk.take("data/kiosk-april.csv")
        yield desk


def sign_off(desk, *, rows=True):
    """Let Omoto verify the pack of the campaign, with or without the rows on the desk."""
    folder = desk.workspace.root / "pack"
    write_pack(pack(desk.campaign, desk.state.batch if rows else None), folder)
    form = folder / "answers.toml"
    text = form.read_text(encoding="utf-8")
    form.write_text(text.replace('by = ""', 'by = "Meera"').replace('on = ""', 'on = "2026-04-20"'), encoding="utf-8")
    record(desk.campaign.path, form, who="asha", rows=desk.state.batch if rows else None)
    batch = desk.state.batch
    desk.choose_campaign(desk.campaign.path)
    desk.set_batch(replace(batch, campaign=desk.campaign))


def test_a_live_endpoint_wants_a_sign_off(live):
    """Without Omoto's sign-off nothing starts, and the reason says what to do."""
    screen = PushScreen(live)
    assert screen.view()["target"]["word"] == "LIVE"
    assert "no sign-off" in screen.view()["blocked"]
    with pytest.raises(UsageError, match="no sign-off"):
        screen.act_start()


def test_a_live_endpoint_is_armed_by_the_campaigns_id(live):
    """Once Omoto has signed off, typing the right id arms it, for one start; another id arms nothing."""
    sign_off(live)
    screen = PushScreen(live)
    for guard in screen.view()["guards"]:
        screen.act_let_go(guard["code"])
    assert "arm the live endpoint" in screen.view()["blocked"]
    with pytest.raises(UsageError, match="not this campaign's id"):
        screen.act_arm("155")
    screen.act_arm(" 154 ")
    assert screen.view()["blocked"] == ""
    screen.act_start()
    assert finish(screen)["counts"]["delivered"] > 0
    assert not screen.holding.armed


def test_what_is_armed_is_one_campaign_at_one_endpoint(live):
    """An endpoint that was armed is armed for no other campaign; and who leaves either and comes back arms anew."""
    screen = PushScreen(live)
    screen.act_arm("154")
    assert screen.holding.armed
    live.choose_campaign(Campaign(id="999"))
    assert not screen.holding.armed
    live.choose_campaign(live.workspace.campaigns()[0])
    assert not screen.holding.armed
    screen.act_arm("154")
    live.choose_target("sandbox")
    assert not screen.holding.armed
    live.choose_target("live")
    assert not screen.holding.armed
    screen.act_arm("154")
    assert screen.holding.armed


def test_what_was_accepted_is_what_lay_there(live):
    """Another batch must be looked at and accepted anew."""
    screen = PushScreen(live)
    screen.act_accept()
    assert screen.holding.accepts
    live.take("data/kiosk-april.csv")
    assert not screen.holding.accepts


def test_what_nobody_verified_holds_a_live_push(live):
    """A contract that is not the signed one is shown, and waits until a person accepts it; that is recorded."""
    sign_off(live)
    file = live.campaign.path
    file.write_text(
        file.read_text(encoding="utf-8").replace("Parking = []", "Parking = []\nLift = []"), encoding="utf-8"
    )
    live.choose_campaign(file)
    live.take("data/kiosk-april.csv")
    screen = PushScreen(live)
    for guard in screen.view()["guards"]:
        screen.act_let_go(guard["code"])
    screen.act_arm("154")
    assert any("Lift" in change for change in screen.view()["gate"]["changes"])
    assert "differs from what Omoto verified" in screen.view()["blocked"]
    screen.act_accept()
    screen.act_start()
    finish(screen)
    assert screen.view()["gate"]["changes"] == []


def test_the_key_is_on_no_screen(live):
    """Neither view nor code of the screen holds the api key."""
    screen = PushScreen(live)
    assert "k-live-123" not in repr(screen.view()) + screen.code()


def test_unknown_ones_are_listed_and_decided(space):
    """A lost reply makes an unknown response; a decision needs a reason, and is written down."""
    desk = Desk(workspace=space, sandbox=Sandbox(faults="drop@1"))
    desk.take("data/kiosk-april.csv")
    screen = PushScreen(desk)
    screen.act_canary("0")
    screen.act_start()
    (lost,) = finish(screen)["unknown"]
    with pytest.raises(UsageError, match="needs a reason"):
        screen.act_decide([lost["id"]], "delivered", " ")
    assert screen.act_decide([lost["id"]], "delivered", "seen in Omoto's list") == 1
    assert screen.view()["unknown"] == []
    with desk.outbox() as box:
        assert box.decisions(lost["id"])[-1].why == "seen in Omoto's list"


def test_nothing_ready_says_so(desk):
    """An empty desk cannot start, and says why."""
    desk.move(desk.state)
    assert desk.campaign == Campaign.load(desk.campaign.path)
    assert "Nothing is ready" in PushScreen(desk).view()["blocked"]


def test_cancel_means_the_endpoint_in_sight(screen, space):
    """After a run at one endpoint, cancelling at another cancels what waits there and nothing elsewhere."""
    screen.act_start()
    finish(screen)
    with Sandbox() as running:
        text = (space.root / "omoto.toml").read_text()
        (space.root / "omoto.toml").write_text(f'{text}\n[endpoints.other]\nurl = "{running.url}?key=k"\n')
        screen.desk.workspace = Workspace.find()
        with screen.desk.outbox() as box:
            box.put(screen.desk.state.batch, to=screen.desk.endpoint("other"))
        screen.desk.choose_target("other")
        queued = screen.view()["counts"]["queued"]
        assert queued > 0
        assert screen.act_cancel() == {"cancelled": queued}


def test_another_campaigns_rows_hold_a_live_push(live):
    """Arming one campaign never sends what waits of another."""
    sign_off(live)
    with live.outbox() as box:
        other = live.campaign.model_copy(update={"id": "999"})
        box.put(replace(live.state.batch, campaign=other, guards=()), to=live.endpoint())
    screen = PushScreen(live)
    for guard in screen.view()["guards"]:
        screen.act_let_go(guard["code"])
    screen.act_arm("154")
    assert "campaign 999" in screen.view()["blocked"]
