"""What the sandbox answers to good and bad requests, over real HTTP."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.response import Response
from omoto_kit.sandbox import Sandbox
from omoto_kit.sandbox.checks import Request, Rules
from omoto_kit.wire import Verdict, decipher, seal

SAMPLES = Path(__file__).parent.parent / "samples"


def test_a_good_response_is_a_success(sandbox, kit):
    """The reply is the documented success, and the jsonbody is kept as it came."""
    answer = kit.ask(sandbox)
    assert (answer.status, answer.json) == (200, {"status": "success"})
    assert sandbox.received == [json.loads(kit.good_body)]
    assert sandbox.counts == {"posts": 1, "accepted": 1, "refused": 0}


@pytest.mark.parametrize("sample", ["template", "example"])
def test_the_vendors_own_samples_are_taken(sandbox, kit, sample):
    """Template and example of the vendor's page pass as they stand on it."""
    parts = {
        name: (SAMPLES / sample / f"{name}.json").read_text(encoding="utf-8") for name in ("jsonheader", "jsonbody")
    }
    assert kit.ask(sandbox, body=kit.form(**parts)).status == 200
    assert sandbox.received == [json.loads(parts["jsonbody"])]


@pytest.mark.parametrize("comment", ["सेवा अच्छी थी", "الخدمة ممتازة", "😀 & = + % ? #", 'quotes " and \\ and \t'])
def test_what_we_seal_arrives_letter_for_letter(sandbox, kit, comment):
    """A response of any script, sealed by the wire, arrives as it was, and the reply reads as delivered."""
    response = Response.from_fields({"campaignid": "154", "comment": comment})
    answer = kit.ask(sandbox, body=seal(response, Campaign(id="154")).form())
    assert decipher(answer.status, answer.body).verdict is Verdict.DELIVERED
    assert sandbox.received == [{"campaignid": "154", "comment": comment}]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"jsonbody": None}, "the form has no jsonbody"),
        ({"jsonheader": None}, "the form has no jsonheader"),
        ({"jsonbody": ""}, "jsonbody: This is no JSON"),
        ({"jsonbody": '{"campaignid":"154"'}, "jsonbody: This is no JSON"),
        ({"jsonbody": '{"campaignid":"154","npsrating":NaN}'}, "jsonbody: This is no JSON"),
        ({"jsonbody": "[]"}, "jsonbody: A jsonbody is a JSON object, not a list"),
        ({"jsonbody": "{}"}, "jsonbody: campaignid: field required"),
        ({"jsonbody": '{"campaignid":"154","npsRating":"9"}'}, "'npsRating' is not in the vendor's template"),
        ({"jsonbody": '{"campaignid":"154","catnpsmap":{"Price":"high"}}'}, "jsonbody: catnpsmap.Price"),
        ({"jsonbody": '{"campaignid":"154","comment":"\\ud800"}'}, "jsonbody: comment"),
        ({"jsonbody": "[" * 100_000}, "jsonbody: This is no JSON"),
        ({"jsonheader": "76"}, "jsonheader is no JSON object"),
        ({"jsonheader": "{"}, "jsonheader is no JSON"),
        ({"jsonheader": "{}"}, "jsonheader has no processid"),
        ({"jsonheader": '{"processid":""}'}, "jsonheader has no processid"),
        ({"jsonheader": '{"processid":null}'}, "jsonheader has no processid"),
    ],
)
def test_a_bad_form_is_a_parse_error(sandbox, kit, parts, reason):
    """Whatever is wrong with the two parameters is answered as Omoto does, and the reason can be looked up."""
    answer = kit.ask(sandbox, body=kit.form(**parts))
    assert (answer.status, answer.json) == (400, {"response": "parseerror"})
    assert decipher(answer.status, answer.body).verdict is Verdict.REJECTED
    assert sandbox.counts == {"posts": 1, "accepted": 0, "refused": 1}
    assert any(reason in known for known in sandbox._ledger.reasons)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/x-www-form-urlencoded", 200),
        ("Application/X-WWW-Form-Urlencoded; charset=UTF-8", 200),
        ("application/json", 400),
        ("multipart/form-data; boundary=x", 400),
        ("", 400),
    ],
)
def test_only_a_form_is_read(sandbox, kit, content_type, status):
    """The parameters are looked for in a urlencoded form and nowhere else."""
    assert kit.ask(sandbox, headers={"Content-Type": content_type}).status == status


def test_a_parameter_stands_once(sandbox, kit):
    """Two jsonbody parameters are ambiguous, so neither is taken."""
    answer = kit.ask(sandbox, body=kit.form() + b"&jsonbody=%7B%7D")
    assert (answer.status, sandbox.received) == (400, [])


@pytest.mark.parametrize("body", [b"jsonheader=%ff&jsonbody=%ff", b"\xff\xfe=1", b"&".join([b"a=1"] * 200)])
def test_a_form_that_cannot_be_read_is_a_parse_error(sandbox, kit, body):
    """Bytes that are not UTF-8, and a form of far too many fields, are refused."""
    assert kit.ask(sandbox, body=body).status == 400


@pytest.mark.parametrize("campaigns", [["154"], "154", (Campaign(id="154"),), iter(["77", "154"])])
def test_only_agreed_campaigns_pass(kit, campaigns):
    """Ids, one id or whole campaigns say what is taken; every other campaign id is refused."""
    with Sandbox(campaigns=campaigns) as sandbox:
        assert kit.ask(sandbox).status == 200
        assert kit.ask(sandbox, body=kit.form('{"campaignid":"155"}')).status == 400
        assert sandbox.counts == {"posts": 2, "accepted": 1, "refused": 1}


@pytest.mark.parametrize("path", ["/omoto/response.htm", "/omoto/response.htm?key=", "/omoto/other.htm?key=anything"])
def test_any_key_passes_unless_one_is_set(sandbox, kit, path):
    """Without a key of its own the sandbox does not ask for one, at any address of Omoto's kind."""
    assert kit.ask(sandbox, path=path).status == 200


KEY = "s3cret+key/=&"


@pytest.mark.parametrize(
    ("query", "headers", "extra"),
    [
        (f"?key={quote(KEY, safe='')}", {}, {}),
        ("", {"X-Api-Key": KEY}, {}),
        ("", {"Authorization": f"Bearer {KEY}"}, {}),
        ("", {}, {"apikey": KEY}),
    ],
)
def test_the_right_key_passes_wherever_it_stands(kit, query, headers, extra):
    """The vendor leaves the key's place open, so query, header and form field are all looked at."""
    with Sandbox(key=KEY) as sandbox:
        path = f"/omoto/response.htm{query}"
        assert kit.ask(sandbox, path=path, headers=headers, body=kit.form(**extra)).status == 200


@pytest.mark.parametrize("query", ["", "?key=", "?key=wrong", "?key=s3cret", "?other=s3cret%2Bkey%2F%3D%26"])
def test_a_wrong_key_is_a_mismatch(kit, query):
    """A wrong or missing key gets the sibling page's reply, is told before anything else, and is stored nowhere."""
    with Sandbox(key=KEY) as sandbox:
        answer = kit.ask(sandbox, path=f"/omoto/response.htm{query}", body=b"nonsense")
        assert (answer.status, answer.json) == (401, {"response": "keymismatch"})
        assert decipher(answer.status, answer.body).verdict is Verdict.REFUSED
        assert sandbox.received == []


def test_the_key_shows_nowhere(kit, capfd):
    """Neither page, counts, representation nor output holds the key, right or wrong; only `url` does, on purpose."""
    with Sandbox(key="S3CRET") as sandbox:
        kit.ask(sandbox)
        kit.ask(sandbox, path="/omoto/response.htm?key=S3CRET2", body=b"jsonbody=S3CRET3")
        page = kit.ask(sandbox, method="GET", path="/").body.decode()
        shown = [page, repr(sandbox), str(sandbox.counts), sandbox.address, repr(Rules("S3CRET")), *capfd.readouterr()]
        shown.append(repr(Request("/omoto/response.htm", "key=S3CRET", {"x-api-key": "S3CRET"}, b"S3CRET")))
        assert [text for text in shown if "S3CRET" in text] == []
        assert sandbox.url.endswith("?key=S3CRET")


@pytest.mark.parametrize("path", ["/", "/omoto/", "/omoto/response", "/omoto/a/b.htm", "/response.htm", "//", "*"])
def test_other_paths_are_not_found(sandbox, kit, path):
    """A POST to a mistyped address gets 404, which stops a sender."""
    answer = kit.ask(sandbox, path=path)
    assert (answer.status, sandbox.received) == (404, [])
    assert decipher(answer.status, answer.body).verdict is Verdict.REFUSED


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_other_methods_are_not_allowed(sandbox, kit, method):
    """The endpoint knows POST only, says so, and does not count the rest as POSTs."""
    answer = kit.ask(sandbox, method=method, body=b"x" if method == "PUT" else None)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert sandbox.counts["posts"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"), [("PUT", "/", 405), ("GET", "/nothing", 404), ("GET", "/omoto", 404)]
)
def test_the_page_has_its_own_address_and_method(sandbox, kit, method, path, status):
    """Pages are read by GET, and what does not exist is 404 there, too."""
    assert kit.ask(sandbox, method=method, path=path).status == status
