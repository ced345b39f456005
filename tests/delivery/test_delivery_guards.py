"""A batch that a guard holds waits in the outbox until somebody lets it go to a live endpoint; who did is kept."""

from dataclasses import replace

import pytest

from omoto_kit.errors import SettingsError
from omoto_kit.problem import Guard, Severity
from omoto_kit.receipt import State

SCALE = Guard("scale_small", "All 40 ratings lie between 1 and 5.")
BLANK = Guard("blanks_rise", "Half of the comments are blank.")
HINT = Guard("constant_column", "One channel only.", Severity.WARNING)


@pytest.fixture
def live(server, kit):
    """The server as a live endpoint."""
    return kit.endpoint_of(server, sandbox=False)


def guarded(batch, *guards):
    """Give a batch with guards."""
    return replace(batch, guards=guards)


def test_a_live_endpoint_gets_no_batch_that_a_guard_holds(outbox, live, server, kit):
    """Every ready row is held with the guard's words, the account adds up, and a push sends nothing."""
    put = outbox.put(guarded(kit.batch(range(5), problems=[kit.problem(2)]), SCALE, HINT), to=live)
    assert (put.queued, put.held, put.guards) == (0, 5, ("scale_small",))
    assert outbox.receipt(2).reason == f"the batch waits for a person: scale_small: {SCALE.message}"
    assert list(outbox.push(live)) == []
    assert server.bodies == []
    assert kit.adds_up(outbox.counts())
    assert outbox.sources()[0]["held"] == outbox.receipt(2).reason


def test_a_sandbox_only_tells(outbox, endpoint, kit):
    """Where nothing can do harm, the batch goes; a warning holds nothing anywhere."""
    assert outbox.put(guarded(kit.batch(range(3)), SCALE), to=endpoint).queued == 3
    assert outbox.put(guarded(kit.batch(range(3)), SCALE)).queued == 3


def test_a_warning_holds_nothing(outbox, live, kit):
    """A guard that only warns lets the batch go."""
    assert outbox.put(guarded(kit.batch(range(3)), HINT), to=live).queued == 3


def test_letting_go_is_recorded(outbox, live, server, kit):
    """Put again with the guard's code, the same rows are queued, and who let them go, when and why is kept."""
    batch = guarded(kit.batch(range(5), problems=[kit.problem(2)]), SCALE, BLANK)
    outbox.put(batch, to=live)
    partly = outbox.put(batch, to=live, go=["scale_small"], who="Asha")
    assert (partly.queued, partly.guards) == (0, ("blanks_rise",))
    assert outbox.receipt(2).reason == f"the batch waits for a person: blanks_rise: {BLANK.message}"
    put = outbox.put(batch, to=live, go=["all"], who="Ravi", why="a new kiosk")
    assert (put.rows, put.queued, put.held, put.already, put.guards) == (5, 4, 0, 1, ())
    words = [(one.word, one.who, one.why) for one in outbox.decisions(2)]
    assert words == [("go", "Asha", "scale_small"), ("go", "Ravi", "scale_small, blanks_rise: a new kiosk")]
    assert outbox.receipt(1).state is State.HELD, "it has an error of its own"
    assert len(list(outbox.push(live))) == len(server.bodies) == 4
    assert outbox.put(batch, to=live).already == 5


def test_go_at_once(outbox, live, kit):
    """A person who knows says so at the first put."""
    put = outbox.put(guarded(kit.batch(range(3)), SCALE), to=live, go=["scale_small"], who="Asha")
    assert (put.queued, put.held) == (3, 0)
    assert [one.who for one in outbox.decisions(1)] == ["Asha"]


def test_somebody_must_be_named(outbox, live, kit):
    """Nobody lets a batch go without a name."""
    with pytest.raises(SettingsError, match="Nobody is named"):
        outbox.put(guarded(kit.batch(range(3)), SCALE), to=live, go=["all"])
    assert outbox.counts()["rows"] == 0


def test_a_batch_is_let_go_later(outbox, live, server, kit):
    """`let_go` queues what its guard held, and nothing that waits for a reason of its own."""
    outbox.put(kit.batch([0], keys=["R0"], name="march.csv"), to=live)
    list(outbox.push(live))
    batch = guarded(kit.batch(range(1, 5), keys=["R0", "R1", "R2", "R3"], problems=[kit.problem(5)]), SCALE)
    put = outbox.put(batch, to=live)
    assert outbox.let_go(put.source, who="Asha", why="seen") == 2
    assert outbox.let_go(put.source, who="Asha") == 0
    states = {receipt.row: receipt.state.value for receipt in outbox.receipts(source=put.source)}
    assert states == {2: "held", 3: "queued", 4: "queued", 5: "held"}
    assert "which is delivered" in outbox.receipt(2).reason
    assert kit.adds_up(outbox.counts())


def test_a_batch_whose_guard_is_gone_goes(outbox, live, kit):
    """Where the contract was mended so that the guard holds no more, the same rows are queued."""
    outbox.put(guarded(kit.batch(range(3)), SCALE), to=live)
    assert outbox.put(kit.batch(range(3)), to=live, go=["scale_small"], who="Asha").queued == 3
    assert outbox.sources()[0]["held"] is None
    assert outbox.receipt(1).reason == "nothing held its batch any more"
    assert outbox.decisions(1) == []


def test_what_was_let_go_once_goes_on(outbox, live, kit):
    """A guard that appears later, as the history grows, does not take back what was put before it."""
    outbox.put(kit.batch(range(3)), to=live)
    assert outbox.put(guarded(kit.batch(range(3)), SCALE), to=live).queued == 0
    assert outbox.counts()["queued"] == 3
    assert outbox.sources()[0]["held"] is None


def test_a_known_name_is_as_live_as_its_endpoint(outbox, live, kit):
    """An endpoint that is only named is held to what the outbox knows of it."""
    outbox.put(kit.batch(range(1), name="first.csv"), to=live)
    assert outbox.put(guarded(kit.batch(range(3)), SCALE), to="here").held == 2
    assert outbox.put(guarded(kit.batch(range(3), name="b.csv"), SCALE), to="https://a.example/x").held == 3


def test_a_held_batch_can_be_cancelled_or_released(outbox, live, kit):
    """A person may also decide row by row."""
    outbox.put(guarded(kit.batch(range(3)), SCALE), to=live)
    assert outbox.cancel(1, who="Asha", why="") == 1
    assert outbox.release(2, who="Asha", why="") == 1
    put = outbox.put(guarded(kit.batch(range(3)), SCALE), to=live, go=["all"], who="Asha")
    assert put.queued == 1
    assert outbox.receipt(1).state is State.CANCELLED


def test_a_mended_row_waits_with_its_batch(outbox, live, kit):
    """Mending one row lets neither it nor its batch go; it goes when the batch does."""
    batch = guarded(kit.batch(range(3), problems=[kit.problem(2)]), SCALE)
    put = outbox.put(batch, to=live)
    mended = outbox.mend(1, kit.batch([7]), who="Asha")
    assert (mended.state, mended.reason) == (State.HELD, outbox.receipt(2).reason)
    assert list(outbox.push(live)) == []
    assert outbox.let_go(put.source, who="Asha") == 3
    assert len(list(outbox.push(live))) == 3
