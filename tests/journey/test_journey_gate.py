"""What stands between a large file, or a mended response, and a live endpoint: the shape that was verified."""

from dataclasses import replace
from datetime import date

import pytest

from omoto_kit.delivery import HttpEndpoint, Outbox
from omoto_kit.errors import OutboxError
from omoto_kit.journey import prepare
from omoto_kit.journey.gate import Watch, accept_drift, examine, examine_mended
from omoto_kit.journey.large import prepare_stream
from omoto_kit.plugins import Plugins
from omoto_kit.verification import Shape, SignOff, pack, signoff_path, terms_of
from omoto_kit.verification.shape import FieldShape
from tests.journey.test_journey_parts import answers
from tests.journey.test_journey_streaming import CAMPAIGN, written

LIVE = HttpEndpoint.from_url("http://127.0.0.1:9/omoto/response.htm", name="live", sandbox=False)
SANDBOX = replace(LIVE, name="try", address="http://127.0.0.1:9/omoto/try.htm", sandbox=True)


@pytest.fixture
def signed(tmp_path):
    """Give the contract with a sign-off beside it, of one kind of customer and one tier."""
    campaign = CAMPAIGN.model_copy(update={"path": tmp_path / "c.toml"})
    tiers = {"namevaluemap.tier": FieldShape(optional=True, values=frozenset("a"))}
    shape = Shape({**pack(campaign).shape.fields, **tiers})
    signoff = SignOff(campaign.id, "Meera", date(2026, 4, 20), "", terms_of(campaign), shape)
    signoff.save(signoff_path(campaign.path))
    return campaign


def streamed(tmp_path, campaign, rows):
    """Prepare a file of these rows in small blocks."""
    return prepare_stream(written(tmp_path / "a.csv", rows), campaign, Plugins(), least=0, block=3000)


def drifting():
    """Rows of which some hold what was not verified, in several parts of the file."""
    rows = answers()
    for at in (10, 250, 390):
        rows[at][4] = f"tier=b{at}"
    rows[320][3] = ""
    return rows


def by_field(gate):
    """Name each drift once."""
    return {(drift.field, drift.what): drift for drift in gate.drifts}


def test_drift_of_parts_is_drift_of_the_whole(tmp_path, signed):
    """Watched as it goes by, or gone through once more: the same is new, in the same rows, as in one batch."""
    whole = examine(signed, LIVE, prepare(written(tmp_path / "a.csv", drifting()), signed, Plugins()).batch)
    stream, watch = streamed(tmp_path, signed, drifting()), Watch(signed)
    parts = stream.parts(watch.through(stream.batches()), tmp_path / "none.db")
    assert len(list(parts.again())) > 3
    assert whole.holds
    for gate in (examine(signed, LIVE, parts, watch=watch), examine(signed, LIVE, parts)):
        assert by_field(gate) == by_field(whole) != {}
        assert gate.shape == whole.shape
        assert gate.holds
    assert not examine(signed, SANDBOX, parts).holds


def test_what_is_accepted_of_parts_passes_from_then_on(tmp_path, signed):
    """The shape of all parts goes into the sign-off; a watch that was held against the old one is not believed."""
    stream, watch = streamed(tmp_path, signed, drifting()), Watch(signed)
    parts = stream.parts(watch.through(stream.batches()), tmp_path / "none.db")
    accept_drift(examine(signed, LIVE, parts, watch=watch), "Asha", "a.csv")
    assert examine(signed, LIVE, parts, watch=watch).drifts == ()
    assert examine(signed, LIVE, parts).drifts == ()


def test_a_source_that_changes_is_not_examined(tmp_path, signed):
    """What is gone through must be what was checked."""
    stream = streamed(tmp_path, signed, answers())
    parts = stream.parts(stream.batches(), tmp_path / "none.db")
    written(tmp_path / "a.csv", answers(399))
    with pytest.raises(OutboxError, match="not what it was"):
        examine(signed, LIVE, replace(parts, again=streamed(tmp_path, signed, answers(399)).batches))


def test_a_mended_response_is_held_against_the_sign_off(tmp_path, signed):
    """At a live endpoint its one row is examined; what waits for a sandbox, or has no sign-off, is not held."""
    batch = prepare(written(tmp_path / "a.csv", answers()[:3]), signed, Plugins()).batch
    mended = prepare(written(tmp_path / "b.csv", drifting()[10:11]), signed, Plugins()).batch
    with Outbox(tmp_path / "o.db") as box:
        box.put(batch, to=LIVE)
        box.put(batch, to=SANDBOX)
        box.put(batch, to=replace(LIVE, address="http://127.0.0.1:9/omoto/other.htm", name="other"))
        box._store.connection.execute("UPDATE endpoint SET live = NULL WHERE name = 'other'")
        gates = [examine_mended(box, number, mended) for number in (1, 4, 7)]
        assert [gate.holds for gate in gates] == [True, False, True]
        assert [drift.field for drift in gates[0].drifts] == ["namevaluemap.tier"]
        same = prepare(written(tmp_path / "c.csv", answers()[:1]), signed, Plugins()).batch
        assert not examine_mended(box, 1, same).drifted
        unsigned = prepare(tmp_path / "b.csv", CAMPAIGN, Plugins()).batch
        assert not examine_mended(box, 1, unsigned).drifted
