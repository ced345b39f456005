"""One response of an outbox as a batch again: by its jsonbody, or by what its file said."""

from datetime import timedelta

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.delivery import Outbox
from omoto_kit.errors import OutboxError, UsageError
from omoto_kit.intake import compose, read
from omoto_kit.journey import Endpoint, reopen
from omoto_kit.plugins import Plugins
from omoto_kit.validation import apply_fix, validate
from omoto_kit.wire import encode_rows

CONTRACT = {
    "id": "154",
    "rating": {"scale": (0, 10), "required": True},
    "categories": {"Price": ["Too high", "Unclear"]},
    "columns": {"npsrating": "Rating", "comment": "Comment", "catnpsmap.Price": {"column": "Price", "split": ";"}},
}
ROWS = [
    {"Rating": "9", "Comment": 'अच्छा "so"', "Price": "Too high; Unclear"},
    {"Rating": "2", "Comment": "", "Price": ""},
    {"Rating": "Promoter", "Comment": "kind", "Price": "Unclear"},
]


@pytest.fixture
def campaign():
    """A small contract."""
    return Campaign.model_validate(CONTRACT)


@pytest.fixture
def plugins():
    """No plugins but those of the kit itself."""
    return Plugins()


@pytest.fixture
def outbox(tmp_path, campaign, plugins):
    """An outbox with two ready rows and a held one."""
    with Outbox(tmp_path / "o.db") as box:
        box.put(validate(compose(read(ROWS), campaign), plugins=plugins))
        yield box


def test_a_jsonbody_comes_back_as_it_was(outbox, campaign, plugins):
    """Laid out in columns and encoded anew, each body is the same, byte for byte, and its columns ride along."""
    for number in (1, 2):
        batch = reopen(outbox, number, campaign, plugins)
        assert [body for _, body in encode_rows(batch)] == [outbox.body(number)]
        assert batch.values["row"].to_list() == [outbox.receipt(number).row]
        assert batch.values["source.Rating"].to_list() == [ROWS[number - 1]["Rating"]]


def test_a_held_row_is_composed_anew(outbox, campaign, plugins):
    """Without a jsonbody, the source's own columns are read by the contract again; a fix then makes it ready."""
    batch = reopen(outbox, 3, campaign, plugins)
    row = outbox.receipt(3).row
    assert batch.held_rows.to_list() == [row]
    fixed = apply_fix(batch, row, "npsrating", "10", by="asha", plugins=plugins)
    assert outbox.mend(3, fixed, who="Asha").state.value == "queued"
    assert outbox.body(3) == '{"campaignid":"154","catnpsmap":{"Price":["Unclear"]},"npsrating":"10","comment":"kind"}'


def test_a_held_rows_date_keeps_the_meaning_that_its_column_gave_it(tmp_path, plugins):
    """Composed anew and alone, 04/05/2026 is still the fifth of April where the whole file put the month first."""
    attributes, columns = {"visit": {"kind": "date"}}, CONTRACT["columns"] | {"namevaluemap.visit": "When"}
    campaign = Campaign.model_validate(CONTRACT | {"attributes": attributes, "columns": columns})
    rows = [ROWS[0] | {"When": "04/25/2026"}, ROWS[2] | {"When": "04/05/2026"}]
    with Outbox(tmp_path / "dates.db") as box:
        box.put(validate(compose(read(rows), campaign), plugins=plugins))
        assert '"When":"04/25/2026"' in box.original(1)
        batch = reopen(box, 2, campaign, plugins)
        assert batch.values["namevaluemap.visit"].to_list() == ["2026-04-05"]


def test_what_is_gone_says_so(outbox, campaign, plugins):
    """After a purge nothing is left to mend, and a number that is not there is named."""
    list(outbox.push(Endpoint.load("sandbox")))
    outbox.purge(timedelta(0))
    with pytest.raises(UsageError, match="Nothing is left of response 1"):
        reopen(outbox, 1, campaign, plugins)
    with pytest.raises(OutboxError, match="no response 99"):
        reopen(outbox, 99, campaign, plugins)
