"""Everything that can happen to an outbox, in any order: a state machine against a vendor that counts what arrives."""

import collections
import contextlib
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from omoto_kit.delivery.deciding import UnknownPolicy, follow
from omoto_kit.delivery.lock import SenderLock
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.delivery.recognising import REPEATS
from omoto_kit.delivery.sender import Sender
from omoto_kit.errors import OutboxBusy, OutboxError
from omoto_kit.receipt import State
from omoto_kit.wire import encode_rows
from tests.delivery import lab
from tests.delivery.conftest import make_batch, problem

KINDS = ["taken", "rejected", "lost", "refused"]
SETTLED = (State.DELIVERED, State.REJECTED)


def body_of(answer):
    """Write the jsonbody that says an answer, which is a number."""
    (body,) = encode_rows(make_batch([answer]))
    return body[1]


class Deliveries(RuleBasedStateMachine):
    """An outbox on a machine that may die, files that are put again, a person who decides, and a second sender."""

    @initialize(window=st.sampled_from(lab.WINDOWS))
    def start(self, window):
        """Begin with an empty outbox."""
        self.machine = lab.Machine(0, window)
        self.vendor = self.machine.vendor
        self.vendor.kind = lambda: self.kinds.popleft() if self.kinds else "taken"
        self.kinds = collections.deque()
        self.files = {}  # what each file said when it was put last
        self.ever = collections.defaultdict(set)  # and all that it ever said
        self.said = {}  # what each row says as far as it still follows its file
        self.numbers = {}  # which row had a response's number first
        self.by_hand = set()  # responses that were mended
        self.marked = set()  # what was rejected or faulty in such a copy: it is held once it is right
        self.to_look_for = {}  # what may have been sent before the file came back from a copy, with its body then
        self.resent = collections.Counter()  # jsonbodies that somebody decided to send again
        self.told = set()  # rows whose outcome a person decided, not the vendor
        self.mended = set()  # jsonbodies of responses before they were mended: another file may bring them again
        self.next = 1

    def teardown(self):
        """Remove the files."""
        if hasattr(self, "machine"):
            self.machine.close()

    @contextlib.contextmanager
    def changed(self):
        """Open the outbox for a forced change."""
        with self.machine.outbox() as outbox:
            yield outbox
        self.machine.keep_image()

    def put(self, name, answers):
        """Put a file that says these answers, a number a row; None is a row with an error."""
        batch = make_batch(
            [answer or 0 for answer in answers],
            name=name,
            problems=[problem(row) for row, answer in enumerate(answers, 2) if answer is None],
        )
        with self.changed() as outbox:
            before = {receipt.row: (receipt, outbox.body(receipt.id)) for receipt in outbox.receipts(source=name)}
            put = outbox.put(batch, to=lab.ENDPOINT)
            for row, answer in enumerate(answers, 2):
                if not self.stays(before.get(row), answer):
                    self.said[name, row] = answer
            for receipt in outbox.receipts(source=name, states=[State.HELD]):
                if receipt.id in self.marked and outbox.body(receipt.id):
                    self.marked.remove(receipt.id)
                    self.to_look_for[receipt.id] = outbox.body(receipt.id)
        assert put.queued + put.held + put.duplicate + put.already == len(answers)
        self.machine.rows += len(answers) - len(self.files.get(name, ()))
        self.files[name] = answers
        self.ever[name].update(answers)
        return put

    def stays(self, before, answer):
        """Tell whether a row no longer follows its file: a person or the vendor has seen it as it was."""
        if before is None:
            return False
        receipt, body = before
        if receipt.state is State.REJECTED and answer is not None and receipt.id not in self.by_hand:
            if body != body_of(answer):
                self.mended.add(body)
                self.resent[body] += 1  # Omoto refused it, so another file may bring it once more
            return False
        if receipt.state is State.CANCELLED and receipt.reason == REPEATS:
            return False
        if receipt.state is State.QUEUED and receipt.attempts and receipt.id not in self.by_hand:
            self.mended.add(body)  # somebody decided to send it again, and now its file says something else
        return (
            receipt.state not in (State.QUEUED, State.HELD)
            or receipt.id in self.by_hand
            or receipt.id in self.to_look_for
        )

    @rule(rows=st.integers(1, 6))
    def enqueue(self, rows):
        """Put a file with rows that nobody has put before."""
        answers = list(range(self.next, self.next + rows))
        self.next += rows
        assert self.put(f"{len(self.files)}.csv", answers).queued == rows

    @precondition(lambda self: self.files)
    @rule(which=st.integers(0, 100))
    def import_again(self, which):
        """Put a file again, as it was last: each of its rows waits, is done, or is another one's repetition."""
        name = list(self.files)[which % len(self.files)]
        self.put(name, self.files[name])
        with self.machine.outbox() as outbox:
            held = {receipt.row: receipt.id for receipt in outbox.receipts(source=name, states=[State.HELD])}
        for row, number in held.items():
            assert self.said[name, row] is None or number in (*self.to_look_for, *self.by_hand)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), rows=st.integers(1, 5))
    def copy(self, data, rows):
        """Put another file whose rows say what rows of others say, or said once."""
        known = data.draw(st.lists(st.integers(1, max(self.next - 1, 1)), min_size=1, max_size=rows, unique=True))
        self.put(f"{len(self.files)}.csv", known)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), which=st.integers(0, 100))
    def map_anew(self, data, which):
        """Put a file again whose rows say something else now: something new, what another row says, or an error."""
        name = list(self.files)[which % len(self.files)]
        answers = list(self.files[name])
        for place in range(len(answers)):
            kind = data.draw(st.sampled_from(["same", "same", "new", "known", "error"]))
            if kind == "new":
                answers[place], self.next = self.next, self.next + 1
            elif kind == "known":
                known = data.draw(st.integers(1, self.next - 1))
                if known not in self.ever[name] | set(answers):  # a file that says the same twice means two answers
                    answers[place] = known
            elif kind == "error":
                answers[place] = None
        self.put(name, answers)

    @rule()
    def restore(self):
        """Say that the file came back from an older copy: what is queued may have been sent."""
        with self.changed() as outbox:
            found = [(receipt, outbox.body(receipt.id)) for receipt in outbox.receipts()]
            waiting = (State.QUEUED, State.HELD)
            held = {receipt.id: body for receipt, body in found if receipt.state in waiting and body}
            assert outbox.mark_restored(who="Asha") == len(held)
        self.to_look_for |= held
        later = (State.REJECTED, State.HELD)
        self.marked |= {receipt.id for receipt, _ in found if receipt.state in later} - held.keys()

    @precondition(lambda self: self.to_look_for)
    @rule(which=st.integers(0, 30), there=st.booleans())
    def look(self, which, there):
        """Look for one of them in Omoto, and release or cancel it."""
        number = sorted(self.to_look_for)[which % len(self.to_look_for)]
        with self.changed() as outbox:
            decide = outbox.cancel if there else outbox.release
            assert decide(number, who="Asha", why="looked") == 1
        del self.to_look_for[number]

    @rule(count=st.integers(1, 9), kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
    def send(self, count, kinds):
        """Send some; the vendor takes, rejects, loses the reply or cannot be reached. Then pause."""
        self.kinds = collections.deque(kinds)
        assert self.machine.push(limit=count)

    @rule(step=st.sampled_from(lab.STEPS), at=st.integers(1, 9), power=st.booleans())
    def die(self, step, at, power):
        """Die at a step, by a kill or a power cut, and come back."""
        self.kinds.clear()
        if not self.machine.push(step, at):
            self.restart(power=power)

    def restart(self, *, power):
        """Come back; not more became unknown than was promised."""
        if power:
            self.machine.cut_power()
        before = self.machine.unknown()
        with self.changed() as outbox:
            assert outbox.counts()["unknown"] - before <= (self.machine.window if power else 1)

    @rule(power=st.booleans())
    def die_at_rest(self, power):
        """Die while nothing is sent: nothing becomes unknown."""
        if power:
            self.machine.cut_power()
        before = self.machine.unknown()
        with self.changed() as outbox:
            assert outbox.counts()["unknown"] == before

    @rule(which=st.integers(0, 30))
    def cancel(self, which):
        """Cancel one that waits, if there is any."""
        with self.changed() as outbox:
            waiting = [receipt.id for receipt in outbox.receipts(states=[State.QUEUED])]
            if waiting:
                assert outbox.cancel(waiting[which % len(waiting)], who="Asha", why="") == 1

    @rule(which=st.integers(0, 30), decision=st.sampled_from(["delivered", "resend", "cancel"]))
    def decide(self, which, decision):
        """Decide about one unknown response, if there is any."""
        with self.changed() as outbox:
            unknown = [receipt.id for receipt in outbox.receipts(states=[State.UNKNOWN])]
            if not unknown:
                return
            number = unknown[which % len(unknown)]
            assert outbox.decide(number, decision, who="Asha", why="") == 1
            self.told.add(number)
            if decision == "resend":
                self.resent[outbox.body(number)] += 1

    @rule(which=st.integers(0, 30))
    def mend(self, which):
        """Mend one that waits or was rejected, if there is any: it goes with another answer, and follows no file."""
        with self.changed() as outbox:
            found = [one for one in outbox.receipts(states=[State.QUEUED, State.REJECTED]) if one.id not in self.marked]
            if not found:
                return
            broken = found[which % len(found)]
            before = outbox.body(broken.id)
            mended = outbox.mend(broken.id, make_batch([self.next]), who="Asha", why="")
            assert (mended.id, mended.state) == (broken.id, State.QUEUED)
            self.by_hand.add(broken.id)
            self.next += 1
            self.mended.add(before)
            if broken.attempts:
                self.resent[before] += 1  # Omoto refused it, so another file may bring it once more

    @rule(unknown=st.sampled_from(["always", "never"]))
    def follow_the_setting(self, unknown):
        """Let a setting decide about all that is unknown, as a run does at its start."""
        with self.changed() as outbox:
            before = {receipt.id for receipt in outbox.receipts(states=[State.UNKNOWN])}
            follow(outbox._store, 1, UnknownPolicy(unknown))
            after = {receipt.id for receipt in outbox.receipts(states=[State.UNKNOWN])}
            assert unknown == "always" or before == after
            self.told |= before - after
            self.resent.update(outbox.body(number) for number in before - after)

    @rule()
    def second_sender(self):
        """While one sender has the lock, another is refused, and opening the outbox changes nothing."""
        lock = SenderLock(self.machine.path)
        lock.acquire()
        try:
            with self.machine.outbox() as outbox:
                before = outbox.counts()
                try:
                    next(outbox.push(lab.ENDPOINT))
                except OutboxBusy:
                    pass
                else:
                    raise AssertionError("two senders at once")
                assert outbox.counts() == before
        finally:
            lock.release()

    @invariant()
    def nothing_disappears_and_nothing_goes_twice(self):
        """Hold every row against what arrived."""
        if not hasattr(self, "machine"):
            return
        with self.machine.outbox() as outbox:
            counts = outbox.counts()
            receipts = [(receipt, outbox.body(receipt.id)) for receipt in outbox.receipts()]
        assert counts["rows"] == self.machine.rows == sum(counts.values()) - counts["rows"]
        assert {body for _, body in receipts} | self.mended >= set(self.vendor.arrived)
        for receipt, body in receipts:
            arrived = self.vendor.arrived[body]
            assert arrived <= 1 + self.resent[body]
            if receipt.id not in self.told and body not in self.mended:
                assert arrived == 1 or receipt.state not in SETTLED
                assert arrived == 0 or receipt.state is not State.QUEUED

    @invariant()
    def each_row_stands_for_what_it_says(self):
        """A row waits with its own answer, or repeats a response that says the same; or somebody is told."""
        if not hasattr(self, "machine"):
            return
        with self.machine.outbox() as outbox:
            receipts = {(one.source, one.row): one for one in outbox.receipts()}
            bodies = {one.id: outbox.body(one.id) for one in receipts.values()}
            repeats = {
                (outbox._store.ask("sources")[source - 1][1], row): of.id for source, row, of in outbox.doubles()
            }
        assert not receipts.keys() & repeats.keys()
        assert receipts.keys() | repeats.keys() == self.said.keys()
        for place, answer in self.said.items():
            if place in repeats:
                assert answer is not None
                assert bodies[repeats[place]] == body_of(answer)
                continue
            one = receipts[place]
            if one.id in self.to_look_for:
                assert (one.state, bodies[one.id]) == (State.HELD, self.to_look_for[one.id])
            elif one.state is State.QUEUED and one.id not in self.by_hand:
                assert bodies[one.id] == body_of(answer)
            elif one.state is State.CANCELLED and one.reason == REPEATS and body_of(answer) not in bodies.values():
                assert self.is_looked_at_anew(place[0]), "nothing brings its answer, and its file would be passed over"

    def is_looked_at_anew(self, name):
        """Tell whether a file, put once more, is looked at row by row."""
        with contextlib.closing(sqlite3.connect(self.machine.path)) as raw:
            return raw.execute("SELECT digest IS NULL FROM source WHERE name = ?", [name]).fetchone()[0]

    @invariant()
    def no_number_is_given_twice(self):
        """A response's number is for good: what had it once is what has it now, or it is gone."""
        if not hasattr(self, "machine"):
            return
        with self.machine.outbox() as outbox:
            for receipt in outbox.receipts():
                assert self.numbers.setdefault(receipt.id, (receipt.source, receipt.row)) == (
                    receipt.source,
                    receipt.row,
                )

    @invariant()
    def the_tally_is_what_the_rows_say(self):
        """What is kept as counts is what a recount of every row gives."""
        if not hasattr(self, "machine"):
            return
        with contextlib.closing(sqlite3.connect(self.machine.path)) as raw:
            kept = raw.execute("SELECT source_id, state, rows FROM tally WHERE rows <> 0 ORDER BY 1, 2").fetchall()
            counted = raw.execute(
                "SELECT source_id, state, count(*) FROM response GROUP BY 1, 2"
                " UNION ALL SELECT source_id, 6, count(*) FROM duplicate GROUP BY 1 ORDER BY 1, 2"
            ).fetchall()
        assert kept == counted

    @invariant()
    def nobody_else_writes(self):
        """An outbox at rest has no open claim and no reservation."""
        if not hasattr(self, "machine"):
            return
        with self.machine.outbox() as outbox:
            assert outbox._store.ask("unfinished") == [(0,)]


LIMITS = settings(
    max_examples=30,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_any_order_of_events_keeps_the_promises(monkeypatch):
    """Rows <= arrivals + decisions, delivered means arrived, queued means it did not, and all rows add up, always."""
    monkeypatch.setattr("omoto_kit.delivery.sender.FIRST_WAIT", 0)
    run_state_machine_as_test(Deliveries, settings=LIMITS)


class SendsAgain(Sender):
    """Planted bug: a response without a reply is taken for one that was not sent."""

    def _read(self, outcome):
        return super()._read(replace(outcome, bytes_left=False))


PLANTED = {
    "sends again what had no reply": ("tests.delivery.lab.Machine.sender_class", SendsAgain),
    "queues again what was put before": (
        "omoto_kit.delivery.recognising.QUERIES",
        {**QUERIES, "by_content": "SELECT 1, 1, 1, 1 WHERE '' IN (:list)"},
    ),
    "leaves repetitions behind": ("omoto_kit.delivery.repeating.Repeats.rows_of", lambda *_: []),
}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("bug", PLANTED)
def test_the_machine_catches_planted_bugs(monkeypatch, bug):
    """The machine can fail: with a promise taken out of the code, it soon finds a row sent twice.

    It takes the same way each time, since by chance it may need a minute or three.
    """
    monkeypatch.setattr("omoto_kit.delivery.sender.FIRST_WAIT", 0)
    monkeypatch.setattr(*PLANTED[bug])
    told = {"max_examples": 1000, "stateful_step_count": 40, "derandomize": True, "database": None}
    unshrunk = settings(LIMITS, phases=[Phase.generate], **told)  # ends at the first find
    with pytest.raises((AssertionError, OutboxError)):
        run_state_machine_as_test(Deliveries, settings=unshrunk)
