"""The wire: what a POST carries, letter for letter, and what each reply means."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qsl

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit.batch import Batch, Source
from omoto_kit.campaign import Campaign
from omoto_kit.problem import Problem
from omoto_kit.receipt import State
from omoto_kit.response import Response
from omoto_kit.wire import REPLIES, Envelope, KeyPlace, Verdict, decipher, encode_frame, encode_rows, retry_after, seal

SAMPLES = Path(__file__).parent / "samples"
CAMPAIGN = Campaign(id="154")
SUCCESS = b'{"status":"success"}'


def decoded(form):
    """Take a form apart as a server would."""
    return dict(parse_qsl(form.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict"))


# --- sealing


@pytest.mark.parametrize("sample", ["template", "example"])
def test_the_vendors_samples_are_sealed_as_they_stand(sample):
    """The two form parameters hold the JSON of the vendor's page."""
    parts = {
        name: (SAMPLES / sample / f"{name}.json").read_text(encoding="utf-8") for name in ("jsonheader", "jsonbody")
    }
    form = decoded(seal(Response.parse(parts["jsonbody"]), CAMPAIGN).form())
    assert {name: json.loads(text) for name, text in form.items()} == {
        name: json.loads(text) for name, text in parts.items()
    }
    assert form["jsonheader"] == '{"processid":"76"}'


@pytest.mark.parametrize(
    "comment",
    [
        "सेवा बहुत अच्छी थी",
        "الخدمة ممتازة جدا",
        "😀👨‍👩‍👧",
        "a=b&c=d",
        "1 + 1 = 2",
        "100 % #1",
        'say "hi"',
        "back\\slash",
        "tab\there",
        "two\nlines",
        "\0",
    ],
)
def test_the_form_says_exactly_what_was_sealed(comment):
    """Each script and each sign with a meaning in forms or JSON comes out of the form as it went in."""
    response = Response(campaignid="154", comment=comment)
    form = seal(response, CAMPAIGN).form()
    assert form.isascii()
    assert list(decoded(form)) == ["jsonheader", "jsonbody"]
    assert decoded(form)["jsonbody"] == response.encode()
    assert json.loads(decoded(form)["jsonbody"])["comment"] == comment


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_the_form(body, extra):
    """Whatever the parameters hold, a server reads the same."""
    form = Envelope('{"processid":"76"}', body).form({"apikey": extra})
    assert decoded(form) == {"jsonheader": '{"processid":"76"}', "jsonbody": body, "apikey": extra}


def test_the_contract_sets_process_id_and_absent_values():
    """Another process id and the "empty" setting show in what is sent."""
    envelope = seal(Response(campaignid="154"), Campaign(id="154", processid='7"6', absent="empty"))
    assert json.loads(envelope.jsonheader) == {"processid": '7"6'}
    assert json.loads(envelope.jsonbody)["customerinfo"]["regid"] == ""


def test_a_body_already_encoded_is_sealed_untouched():
    """What the outbox kept goes out byte for byte."""
    body = '{ "campaignid" : "154" }'
    assert seal(body, CAMPAIGN).jsonbody == body


def test_an_envelope_shows_no_answer():
    """Its representation holds the header, not the person's answer."""
    shown = repr(seal(Response(campaignid="154", comment="my secret"), CAMPAIGN))
    assert "processid" in shown
    assert "my secret" not in shown


def test_the_keys_places_are_words():
    """The three places that settings may name."""
    assert [str(place) for place in KeyPlace] == ["query", "header", "form"]


def test_rows_are_encoded_as_responses_are():
    """Each ready row of a batch gives its number and its jsonbody, in order; a held row gives nothing."""
    values = pl.DataFrame(
        {
            "row": [2, 3, 4],
            "key": ["a", "b", "c"],
            "campaignid": ["154"] * 3,
            "comment": ["न", "x", None],
            "catnpsmap.Price": [["high"], None, []],
            "source.Store": ["MG Road"] * 3,
        }
    )
    batch = Batch(CAMPAIGN, Source("a.csv"), values).with_problems([Problem(3, "comment", "wrong", "Wrong.")])
    assert list(encode_rows(batch)) == [
        (2, '{"campaignid":"154","catnpsmap":{"Price":["high"]},"comment":"न"}'),
        (4, '{"campaignid":"154","catnpsmap":{"Price":[]}}'),
    ]


# --- deciphering


@pytest.mark.parametrize(
    ("status", "body", "headers", "verdict"),
    [
        (200, SUCCESS, {}, Verdict.DELIVERED),
        (200, b' \r\n{ "status" : "success", "id": 7 }\n', {}, Verdict.DELIVERED),
        (200, b"\xef\xbb\xbf" + SUCCESS, {}, Verdict.DELIVERED),
        (200, SUCCESS.decode(), {"Content-Type": "text/html"}, Verdict.DELIVERED),
        (400, b'{"response":"parseerror"}', {}, Verdict.REJECTED),
        (401, b'{"response":"keymismatch"}', {}, Verdict.REFUSED),
        (401, b"", {}, Verdict.REFUSED),
        (403, b"<html>", {}, Verdict.REFUSED),
        (404, b"", {}, Verdict.REFUSED),
        (405, b"", {}, Verdict.REFUSED),
        (301, b"", {}, Verdict.REFUSED),
        (302, SUCCESS, {"Location": "/login"}, Verdict.REFUSED),
        (399, b"", {}, Verdict.REFUSED),
        (413, b"", {}, Verdict.REJECTED),
        (415, b"", {}, Verdict.REJECTED),
        (422, b"", {}, Verdict.REJECTED),
        (429, b"", {}, Verdict.DEFERRED),
        (429, b"", {"Retry-After": "7"}, Verdict.DEFERRED),
        (503, b"", {"retry-after": "7"}, Verdict.DEFERRED),
        (503, b"", {"RETRY-AFTER": "0"}, Verdict.DEFERRED),
        (503, b"", {}, Verdict.UNKNOWN),
        (503, b"", {"Retry-After": "soon"}, Verdict.UNKNOWN),
        (400, b"", {}, Verdict.UNKNOWN),
        (400, b"<html>Bad Request</html>", {}, Verdict.UNKNOWN),
        (400, SUCCESS, {}, Verdict.UNKNOWN),
        (402, b"", {}, Verdict.UNKNOWN),
        (408, b"", {}, Verdict.UNKNOWN),
        (500, SUCCESS, {}, Verdict.UNKNOWN),
        (502, b"", {}, Verdict.UNKNOWN),
        (504, b"", {"Retry-After": "7"}, Verdict.UNKNOWN),
        (201, SUCCESS, {}, Verdict.UNKNOWN),
        (202, SUCCESS, {}, Verdict.UNKNOWN),
        (204, b"", {}, Verdict.UNKNOWN),
        (100, b"", {}, Verdict.UNKNOWN),
        (0, b"", {}, Verdict.UNKNOWN),
        (999, SUCCESS, {}, Verdict.UNKNOWN),
    ],
)
def test_the_verdict_table(status, body, headers, verdict):
    """Each status with each documented body, and the nearest look-alikes, read as the design has it."""
    reading = decipher(status, body, headers)
    assert reading.verdict is verdict
    assert reading.reason


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"success",
        b'"success"',
        b"null",
        b"true",
        b"1",
        b"[]",
        b'["success"]',
        b'[{"status":"success"}]',
        b"{}",
        b'{"status":"Success"}',
        b'{"status":"success "}',
        b'{"Status":"success"}',
        b'{"status":true}',
        b'{"status":["success"]}',
        b'{"status":{"status":"success"}}',
        b'{"response":"success"}',
        b'{"success":"status"}',
        b'{"data":{"status":"success"}}',
        b'{"status":null}',
        b'{"response":"parseerror"}',
        b'{"status":"success"',
        b'{"status":"success"}}',
        b'{"status":"success"}{"status":"success"}',
        b'{"status":"success","x":NaN}',
        b'{"status":"success","x":Infinity}',
        b'{"status":"failure","status":"success"}',
        b'{"status":"success","status":"success"}',
        b"{'status':'success'}",
        b'{"status":"success","x":"\xff"}',
        b"\xff\xfe\x00",
        b"\x1f\x8b\x08\x00",
        b"<html>status success</html>",
        b'<script>{"status":"success"}</script>',
        b'{"a":' * 50_000,
        b"[" * 100_000,
        b'{"status":' + b"9" * 5_000 + b"}",
        '\ufeff{"status":"success"}',
    ],
)
def test_only_the_documented_success_is_one(body):
    """A 200 whose body is anything else is unknown: it may have arrived, and is never sent again by itself."""
    reading = decipher(200, body)
    assert reading.verdict is Verdict.UNKNOWN
    assert reading.verdict.state is State.UNKNOWN
    assert "200" in reading.reason


@given(st.integers(0, 999), st.binary(max_size=60))
def test_no_reply_is_a_success_by_chance(status, body):
    """Whatever comes back is read without an error, and is delivered only where status and JSON both say so."""
    assert decipher(status, body).verdict is not Verdict.DELIVERED


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
        max_leaves=6,
    )
)
def test_any_json_is_read(reply):
    """Any JSON at all reads as some verdict; of 200 replies only the documented one is delivered."""
    delivered = isinstance(reply, dict) and reply.get("status") == "success"
    assert (decipher(200, json.dumps(reply)).verdict is Verdict.DELIVERED) == delivered


@pytest.mark.parametrize(
    ("verdict", "state", "stops"),
    [
        (Verdict.DELIVERED, State.DELIVERED, False),
        (Verdict.REJECTED, State.REJECTED, False),
        (Verdict.REFUSED, State.QUEUED, True),
        (Verdict.DEFERRED, State.QUEUED, False),
        (Verdict.UNKNOWN, State.UNKNOWN, False),
    ],
)
def test_each_verdict_has_its_state(verdict, state, stops):
    """A verdict says where the response goes, and only a refusal of us stops the run."""
    assert (verdict.state, verdict.stops) == (state, stops)


def test_every_line_of_the_table_can_be_reached():
    """No line of the verdict table stands in the shadow of an earlier one."""
    reached = set()
    for rule in REPLIES:
        body = json.dumps(dict([rule.says])) if rule.says else ""
        reached.add(decipher(next(iter(rule.statuses)), body, {"Retry-After": "1"}).reason)
        reached.add(decipher(list(rule.statuses)[-1], body, {"Retry-After": "1"}).reason)
    assert reached == {rule.reason for rule in REPLIES}


# --- Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0", 0.0),
        (" 120 ", 120.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("1e3", None),
        ("inf", None),
        ("\N{ARABIC-INDIC DIGIT THREE}", None),
        ("99999999999999999999", None),
        ("Mon, 32 Foo 2020 99:99:99 GMT", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0.0),
    ],
)
def test_retry_after_forms(value, seconds):
    """Whole seconds and dates are understood; a date gone by asks for no wait; all else is as if absent."""
    assert retry_after(value) == seconds


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000", "", "+0530"])
def test_retry_after_dates_are_read_in_their_zone(monkeypatch, zone):
    """A date in an hour asks for an hour, however its zone is written and wherever this machine stands."""
    import time

    monkeypatch.setenv("TZ", "Asia/Kolkata")
    if hasattr(time, "tzset"):
        time.tzset()
    shift = timedelta(hours=5, minutes=30) if zone == "+0530" else timedelta()
    moment = format_datetime(datetime.now(UTC) + timedelta(hours=1) + shift).replace("+0000", zone).strip()
    wait = retry_after(moment)
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()
    assert wait is not None
    assert 3500 < wait <= 3600


@given(st.text(max_size=40))
def test_any_retry_after_is_a_wait_or_nothing(value):
    """No header, however odd, is an error or a negative wait."""
    wait = retry_after(value)
    assert wait is None or wait >= 0


def test_the_wait_comes_with_the_reading():
    """A deferral, and an unknown, carry the wait that the server asks for."""
    assert decipher(429, b"", {"Retry-After": "7"}).retry_after == 7.0
    assert decipher(429, b"").retry_after is None
    assert decipher(500, b"", {"Retry-After": "7"}).retry_after == 7.0


# --- what the contract adds

LEARNT = Campaign(
    id="154",
    delivered=[
        {"status": 200, "path": "result.code", "value": "0"},
        {"status": 202},
        {"status": 400, "path": "response", "value": "parseerror"},
        {"status": 401},
        {"status": 500, "path": "both", "value": "1"},
    ],
    rejected=[
        {"status": 200, "path": "response", "value": "duplicate"},
        {"status": 200, "path": "status", "value": "success"},
        {"status": 500, "path": "both", "value": "1"},
    ],
)


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, '{"result":{"code":0}}', Verdict.DELIVERED),
        (200, '{"result":{"code":"0"}}', Verdict.DELIVERED),
        (200, '{"result":{"code":1}}', Verdict.UNKNOWN),
        (200, '{"result":0}', Verdict.UNKNOWN),
        (200, '{"result.code":"0"}', Verdict.UNKNOWN),
        (200, "{}", Verdict.UNKNOWN),
        (200, "<html>", Verdict.UNKNOWN),
        (201, '{"result":{"code":0}}', Verdict.UNKNOWN),
        (202, "anything", Verdict.DELIVERED),
        (200, '{"response":"duplicate"}', Verdict.REJECTED),
        (500, '{"both":1}', Verdict.REJECTED),
        (200, SUCCESS, Verdict.DELIVERED),
        (400, '{"response":"parseerror"}', Verdict.REJECTED),
        (401, "", Verdict.REFUSED),
    ],
)
def test_the_contract_decides_only_what_the_table_cannot(status, body, verdict):
    """Patterns teach replies that are not documented; a documented one keeps its meaning, and rejected wins."""
    assert decipher(status, body, campaign=LEARNT).verdict is verdict
    assert decipher(status, body, campaign=CAMPAIGN).verdict is decipher(status, body).verdict


def test_a_reading_by_the_contract_says_so():
    """The reason names the campaign file, so that a person knows whose word it was."""
    assert decipher(202, "", campaign=LEARNT).reason == "HTTP 202, read as delivered by the campaign file"


def test_no_pattern_reads_an_absent_value():
    """A pattern without a value does not take a missing path for an empty one."""
    campaign = Campaign(id="154", delivered=[{"status": 200, "path": "note"}])
    assert decipher(200, "{}", campaign=campaign).verdict is Verdict.UNKNOWN
    assert decipher(200, '{"note":null}', campaign=campaign).verdict is Verdict.UNKNOWN
    assert decipher(200, '{"note":""}', campaign=campaign).verdict is Verdict.DELIVERED


def test_a_batch_without_a_ready_row_encodes_to_nothing():
    """All of its rows are held, whatever columns it has."""
    values = pl.DataFrame({"row": [2], "campaignid": ["154"], "npsrating": ["9"], "customerinfo.mobileno": ["9"]})
    held = Batch(Campaign(id="154"), Source("a.csv"), values).with_problems([Problem(2, "npsrating", "bad", "Bad.")])
    assert encode_frame(held).shape == (0, 2)
    assert list(encode_rows(held, by_name=True)) == []
