"""Encoding in columns says byte for byte what encoding one response says."""

import json
from urllib.parse import urlencode

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omoto_kit.batch import Batch, Source
from omoto_kit.campaign import Campaign
from omoto_kit.errors import ResponseError
from omoto_kit.response import Response
from omoto_kit.wire import Envelope, encode_rows

texts = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
FIELDS = [
    "npsrating",
    "comment",
    "channel",
    "customerinfo.name",
    "customerinfo.email",
    "customerinfo",
    "namevaluemap.unit.name",
    'namevaluemap.a "b"',
    "namevaluemap",
    "namevaluemap.Ärger",
]
LISTS = ["catnpsmap.Price", "catnpsmap.Wi-Fi 2.4 \\", "catnpsmap.ä"]


@st.composite
def batches(draw):
    """Make batches of any texts, with any choice and order of columns."""
    fields = draw(st.lists(st.sampled_from(FIELDS + LISTS), unique=True))
    height = draw(st.integers(0, 4))
    lists = st.one_of(st.none(), st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), max_size=3))
    columns = {field: [draw(lists if field in LISTS else texts) for _ in range(height)] for field in fields}
    schema = {field: pl.List(pl.String) if field in LISTS else pl.String for field in fields}
    values = pl.DataFrame(
        {"row": range(2, 2 + height), "campaignid": ["154"] * height} | columns,
        {"row": pl.Int64, "campaignid": pl.String} | schema,
    )
    campaign = Campaign(id="154", absent=draw(st.sampled_from(["omit", "empty"])))
    return Batch(campaign, Source("a.csv"), values)


@settings(max_examples=150)
@given(batches())
def test_columns_encode_as_responses_do(batch):
    """Whatever texts and columns there are, each row's jsonbody is what its Response writes."""
    rows = batch.values.select(batch.fields).iter_rows(named=True)
    bodies = [Response.from_fields(row).as_json(absent=batch.campaign.absent) for row in rows]
    written = [json.dumps(body, ensure_ascii=False, separators=(",", ":")) for body in bodies]
    assert [body for _, body in encode_rows(batch)] == written
    by_name = [json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True) for body in bodies]
    assert [body for _, body in encode_rows(batch, by_name=True)] == by_name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_form_is_what_urlencode_writes(text):
    """The quick way to quote gives what the standard library gives."""
    form = Envelope('{"processid":"76"}', text).form({"key": text})
    assert form.decode() == urlencode({"jsonheader": '{"processid":"76"}', "jsonbody": text, "key": text})


def test_a_row_without_a_campaign_is_no_response():
    """What columns cannot promise is looked at row by row, and refused as a Response refuses it."""
    values = pl.DataFrame({"row": [2, 3], "campaignid": ["154", None], "comment": ["a", "b"]})
    with pytest.raises(ResponseError, match="campaignid"):
        list(encode_rows(Batch(Campaign(id="154"), Source("a.csv"), values)))
    numbers = pl.DataFrame({"row": [2], "campaignid": ["154"], "npsrating": [9]})
    assert list(encode_rows(Batch(Campaign(id="154"), Source("a.csv"), numbers))) == [
        (2, '{"campaignid":"154","npsrating":"9"}')
    ]
