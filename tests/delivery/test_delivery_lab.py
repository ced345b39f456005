"""Deterministic crashes: dead at every step, at every width of the window, by kill and by power cut; planted bugs."""

import itertools

import pytest

from omoto_kit.delivery.brakes import Brakes
from omoto_kit.delivery.control import Control
from omoto_kit.delivery.lock import SenderLock
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.delivery.sender import Sender
from omoto_kit.errors import OutboxBusy, OutboxError
from tests.delivery import lab

CLAIMS = 5  #: how many different claims each kind of death is tried at
GRID = list(itertools.product(lab.STEPS, lab.WINDOWS, ["kill", "power cut"]))


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Nothing waits before it tries again."""
    monkeypatch.setattr("omoto_kit.delivery.sender.FIRST_WAIT", 0)


def grid(machine, cases=GRID, claims=CLAIMS):
    """Run the trials of the grid; tell at which steps the machine died, by their number."""
    died = []
    for step, window, kind in cases:
        for at in range(1, claims + 1):
            where, _ = lab.one_death(machine, step, window, 1 + at * window // 2, power=kind == "power cut")
            died.append(where)
    return died


@pytest.mark.parametrize("window", lab.WINDOWS)
@pytest.mark.parametrize("kind", ["kill", "power cut"])
@pytest.mark.parametrize("step", lab.STEPS)
def test_no_death_loses_or_doubles_a_row(step, window, kind):
    """Dead at this step, five trials: nothing lost, nothing twice, at most one unknown, or the window's."""
    died = grid(lab.Machine, [(step, window, kind)])
    assert died.count(step) >= (1 if step == "before settle" else CLAIMS), "the step was reached"


def test_the_grid_is_wide_enough():
    """The grid counts at least three hundred trials."""
    assert len(GRID) * CLAIMS >= 300


@pytest.mark.parametrize("seed", range(40))
def test_no_row_of_deaths_loses_or_doubles_a_row(seed):
    """Dying again and again, at chance steps, among rejections, lost replies and refused connections."""
    lab.many_deaths(lab.Machine, seed)


def test_a_kill_costs_a_row_only_where_it_was_claimed():
    """The bound is reached and not more: a claimed row is unknown, and before the claim nothing is."""
    assert lab.one_death(lab.Machine, "claimed", 8, 3, power=False)[1] == 1
    assert lab.one_death(lab.Machine, "before claim", 8, 0, power=False)[1] == 0


def test_a_power_cut_costs_what_was_reserved():
    """In the middle of a window of eight, all of it that has no outcome on disk is unknown."""
    machine = lab.Machine(20, 8)
    machine.vendor.kind = lambda: "taken"
    assert not machine.push("reply read", 13)
    assert machine.restart(power=True) == 8
    assert len(machine.vendor.arrived) == 13
    assert machine.push()
    assert machine.agree()["unknown"] == 8
    machine.close()


class SendsFirst(lab.LabStore):
    """Planted bug: the claim is committed only together with its outcome, so after the send."""

    def claim_next(self, parcel, settle, lease):
        self._claimed = getattr(self, "_claimed", {})
        if settle is not None:
            self.settle(settle, 1)
        self._attempt += 1
        self._claimed[self._attempt] = (self._attempt, 0, parcel.id, parcel.content)
        return self._attempt

    def _write(self, settlement):
        self.connection.execute(QUERIES["claim"], self._claimed[settlement.attempt])
        super()._write(settlement)


class ForcesNothing(lab.LabStore):
    """Planted bug: no claim is forced to disk, not even the first of a window."""

    def claim_next(self, parcel, settle, lease):
        with self.writing(forced=False) as connection:
            if settle is not None:
                self._write(settle)
            if lease is not None:
                self._reserve(parcel, lease)
            self._attempt += 1
            connection.execute(QUERIES["claim"], (self._attempt, 0, parcel.id, parcel.content))
        return self._attempt


class ReservesTheFirst(lab.LabStore):
    """Planted bug: a window's reservation names only its first response."""

    def claim_next(self, parcel, settle, lease):
        return super().claim_next(parcel, settle, lease and lease[:1])


class LandsOnItsFeet(Sender):
    """Planted bug: a response that was on the wire goes back to the queue, as if its try had never been."""

    def _read(self, outcome):
        reading = super()._read(outcome)
        return super()._read(type(outcome)(error="lost", bytes_left=False)) if outcome.error else reading


NOTHING = "UPDATE response SET state = 4 WHERE :now < 0 AND :reason = ''"
MUTANTS = {
    "commits after the send": {"store_class": SendsFirst},
    "forces no commit": {"store_class": ForcesNothing},
    "reserves the first row only": {"store_class": ReservesTheFirst},
    "sends again what had no reply": {"sender_class": LandsOnItsFeet},
    "forgets open attempts": {"recover_claimed": NOTHING},
    "trusts the reservation after a reboot": {"recover_leased": f"{NOTHING} AND :boot = ''"},
    "drops the boot check": {
        "recover_leased": "UPDATE response SET state = 4, changed = :now, reason = :reason WHERE :boot = :boot"
        " AND state = 0 AND id IN (SELECT j.value FROM lease l, json_each(l.responses) j)"
    },
    "reserves nothing": {"lease_take": "INSERT INTO lease SELECT ?, ?, ? WHERE 0"},
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_lab_catches_planted_bugs(monkeypatch, mutant):
    """The lab can fail: with a promise taken out of the code, a row is sent twice, lost, or unknown for nothing."""
    change = MUTANTS[mutant]
    statements = {name: sql for name, sql in change.items() if name in QUERIES}
    monkeypatch.setattr("omoto_kit.delivery.store.QUERIES", {**QUERIES, **statements})
    broken = type("Broken", (lab.Machine,), {name: value for name, value in change.items() if name not in QUERIES})
    assert any(fails(lambda case=case: grid(broken, [case], claims=2)) for case in GRID) or any(
        fails(lambda seed=seed: lab.many_deaths(broken, seed)) for seed in range(20)
    )


def fails(trial):
    """Tell whether a trial finds something wrong."""
    try:
        trial()
    except AssertionError:
        return True
    return False


def second_sender(machine):
    """Push from a second program while the first has a row on the wire."""
    lock = SenderLock(machine.path)
    lock.acquire()
    try:
        store = lab.LabStore(machine.path, "boot 0")
        store.recover()
        sender = Sender(store, 1, lab.Vendor(machine.chance), Brakes((), 0, 0), Control())
        sender._transport.arrived = machine.vendor.arrived
        sender._transport.kind = lambda: "taken"
        sender.prepare(lab.ENDPOINT, None, None, limit=None, window=1)
        list(sender.run())
        store.close()
    finally:
        lock.release()


def two_senders():
    """Let a second sender come while the first one is in the middle of its window."""
    machine = lab.Machine(12, 8)
    machine.vendor.kind = lambda: "taken"
    first, refused = SenderLock(machine.path), []
    first.acquire()

    def step(name):
        if name == "after bytes" and len(machine.vendor.arrived) == 3 and not refused:
            refused.append(False)
            try:
                second_sender(machine)
            except OutboxBusy:
                refused[0] = True

    store = lab.LabStore(machine.path, "boot 0")
    machine.vendor.crash = step
    sender = Sender(store, 1, machine.vendor, Brakes((), 0, 0), Control())
    sender.prepare(lab.ENDPOINT, None, None, limit=None, window=8)
    try:
        list(sender.run())
        store.close()
        first.release()
        machine.agree()
    finally:
        machine.close()
    return refused[0]


def test_a_second_sender_is_refused():
    """While one sender is at work, another one is turned away, and nothing arrives twice."""
    assert two_senders()


def test_without_the_lock_a_second_sender_would_be_caught(monkeypatch):
    """Planted bug: the lock that refuses a second sender is gone; then the lab sees what it prevents."""
    monkeypatch.setattr("omoto_kit.delivery.lock._lock", lambda file: None)
    with pytest.raises((AssertionError, OutboxError)):
        assert two_senders()
