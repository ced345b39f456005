"""Response: the vendor's own samples, round trips, order, what is absent, and what is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omoto_kit.campaign import CUSTOMER_FIELDS
from omoto_kit.errors import ResponseError
from omoto_kit.response import ORDER, CustomerInfo, Response, dumps, fill_absent

SAMPLES = Path(__file__).parent / "samples"


def sample(name):
    """Read one jsonbody of the vendor's page."""
    return (SAMPLES / name / "jsonbody.json").read_text(encoding="utf-8")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
optional = {
    "channel": texts,
    "campaigntype": texts,
    "catnpsmap": st.dictionaries(names, st.lists(texts, max_size=3), max_size=3),
    "npsrating": texts,
    "comment": texts,
    "customerinfo": st.fixed_dictionaries({}, optional=dict.fromkeys(CUSTOMER_FIELDS, texts)),
    "namevaluemap": st.dictionaries(names, texts, max_size=3),
}
bodies = st.fixed_dictionaries({"campaignid": texts}, optional=optional)


@pytest.mark.parametrize("name", ["template", "example"])
def test_the_vendors_samples_come_back_equal(name):
    """What stands on the vendor's page is read and written again as the same JSON."""
    assert json.loads(Response.parse(sample(name)).encode()) == json.loads(sample(name))


def test_the_order_is_the_templates():
    """Names go out in the order of the vendor's template, whatever order they came in."""
    template = list(json.loads(sample("template")))
    assert list(ORDER) == template
    assert list(Response.parse(sample("example")).as_json()) == [
        name for name in template if name[:4] != "chan" and name != "campaigntype"
    ]
    assert list(Response.parse(sample("template")).as_json()["customerinfo"]) == list(CUSTOMER_FIELDS)


def test_what_is_absent_is_left_out():
    """A response of one attribute is an object of one name; an absent customer attribute is not sent, either."""
    assert Response(campaignid="154").encode() == '{"campaignid":"154"}'
    assert "regid" not in Response.parse(sample("example")).encode()
    assert Response.parse('{"campaignid":"154","comment":null}').encode() == '{"campaignid":"154"}'


def test_empty_is_not_absent():
    """An empty text, an empty object and a category without reasons are sent as they are."""
    body = '{"campaignid":"154","catnpsmap":{"Price":[]},"comment":"","customerinfo":{},"namevaluemap":{}}'
    assert Response.parse(body).encode() == body


def test_the_empty_setting_fills_the_template():
    """With `absent="empty"` every name of the template is there, empty where nothing is known, and nothing else."""
    template = json.loads(sample("template"))
    filled = json.loads(Response(campaignid="154").encode(absent="empty"))
    assert list(filled) == list(template)
    assert list(filled["customerinfo"]) == list(template["customerinfo"])
    assert filled == {
        "campaignid": "154",
        "channel": "",
        "campaigntype": "",
        "catnpsmap": {},
        "npsrating": "",
        "comment": "",
        "customerinfo": dict.fromkeys(CUSTOMER_FIELDS, ""),
        "namevaluemap": {},
    }


@given(bodies)
def test_filling_keeps_what_is_there(body):
    """Filling adds empty values only; a full body stays as it is."""
    filled = fill_absent(body)
    assert {name: value for name, value in filled.items() if name in body and name != "customerinfo"} == {
        name: value for name, value in body.items() if name != "customerinfo"
    }
    assert fill_absent(filled) == filled
    assert Response.from_json(body).as_json(absent="empty") == filled


@given(bodies)
def test_json_comes_back(body):
    """Parse and encode are inverse, for every script and every odd character."""
    response = Response.parse(json.dumps(body))
    assert json.loads(response.encode()) == body
    assert Response.parse(response.encode().encode()) == response
    response.encode().encode("utf-8")


@given(bodies)
def test_fields_come_back(body):
    """Dotted paths and responses are inverse, also for names with dots and for empty objects."""
    response = Response.from_json(body)
    assert Response.from_fields(response.fields()) == response


def test_fields_are_dotted_paths():
    """Scalars by name, the rest by group and name; reasons are tuples; None is absent."""
    fields = {
        "campaignid": "154",
        "catnpsmap.Wi-Fi 2.4": ("slow",),
        "customerinfo.mobileno": "9663798289",
        "namevaluemap.unitname": "MG Road",
    }
    assert Response.from_fields(fields | {"comment": None, "catnpsmap.Price": None}).fields() == fields


def test_numbers_become_texts():
    """Every scalar is a text on the wire, whatever a JSON file held."""
    response = Response.parse('{"campaignid":154,"npsrating":9,"namevaluemap":{"visits":3}}')
    assert response.encode() == '{"campaignid":"154","npsrating":"9","namevaluemap":{"visits":"3"}}'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "This is no JSON"),
        ("{", "This is no JSON"),
        ("{'campaignid':'154'}", "This is no JSON"),
        (b"\xff\xfe", "This is no JSON"),
        ('{"campaignid":"154","npsrating":NaN}', "NaN is no JSON value"),
        ('{"campaignid":"154","npsrating":-Infinity}', "-Infinity is no JSON value"),
        ('{"a":' * 100_000, "This is no JSON"),
        ("[]", "not a list"),
        ('"154"', "not a text"),
        ("154", "not a number"),
        ("null", "not null"),
        ("true", "not true or false"),
        ("{}", "campaignid: field required"),
        ('{"campaignid":null}', "campaignid"),
        ('{"campaignid":true}', "campaignid"),
        ('{"campaignid":["154"]}', "campaignid"),
        ('{"CampaignId":"154"}', "Did you mean 'campaignid'?"),
        ('{"campaignid":"154","npsratting":"9"}', "Did you mean 'npsrating'?"),
        ('{"campaignid":"154","customerinfo":{"mobile":"1"}}', "Did you mean 'mobileno'?"),
        ('{"campaignid":"154","customerinfo":"Asha"}', "customerinfo"),
        ('{"campaignid":"154","customerinfo":[]}', "customerinfo"),
        ('{"campaignid":"154","catnpsmap":{"Price":"high"}}', "catnpsmap.Price"),
        ('{"campaignid":"154","catnpsmap":{"Price":null}}', "catnpsmap.Price"),
        ('{"campaignid":"154","catnpsmap":["Price"]}', "catnpsmap"),
        ('{"campaignid":"154","catnpsmap":{"":[]}}', "catnpsmap has an empty name"),
        ('{"campaignid":"154","namevaluemap":{"":"x"}}', "namevaluemap has an empty name"),
        ('{"campaignid":"154","namevaluemap":{"a":{"b":"c"}}}', "namevaluemap.a"),
        ('{"campaignid":"154","comment":"\\ud83d"}', "half a character"),
        ('{"campaignid":"154","namevaluemap":{"\\ud83d":"x"}}', "half a character"),
    ],
)
def test_what_is_no_jsonbody_is_refused(body, said):
    """The place is named, and the nearest name where one is near, in one paragraph that can be written anywhere."""
    with pytest.raises(ResponseError) as caught:
        Response.parse(body)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    str(caught.value).encode("utf-8")


SECRETS = {
    "email": "asha@example.com",
    "regid": "R-77",
    "registrationno": "EXL001",
    "mobileno": "9663798289",
    "name": "Asha",
}


def test_no_representation_shows_a_person():
    """Neither the response nor its customer shows a contact, a comment or an attribute's value."""
    body = {"campaignid": "154", "npsrating": "9", "comment": "my secret", "customerinfo": SECRETS}
    response = Response.from_json(body | {"namevaluemap": {"policy": "P-99"}})
    for shown in (repr(response), str(response), repr(response.customerinfo), str(response.customerinfo)):
        assert [value for value in (*SECRETS.values(), "my secret", "P-99") if value in shown] == []
    assert "154" in repr(response)


@pytest.mark.parametrize(
    "wrong", [{"comment": ["my secret"]}, {"customerinfo": {"mobileno": ["my secret"]}}, {"comment": "my secret\ud800"}]
)
def test_no_error_shows_a_value(wrong):
    """A refused value may be a person's: the error names its place only, and has no cause that would show it."""
    with pytest.raises(ResponseError) as caught:
        Response.from_json({"campaignid": "154", **wrong})
    assert "my secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    with pytest.raises(ValidationError) as direct:
        Response(campaignid="154", **wrong)
    assert "my secret" not in str(direct.value)


def test_a_response_is_frozen():
    """Neither a response nor its parts can be changed once made."""
    response = Response.from_json({"campaignid": "154", "customerinfo": {}, "namevaluemap": {"city": "Pune"}})
    with pytest.raises(ValidationError):
        response.comment = "x"
    with pytest.raises(ValidationError):
        response.customerinfo.name = "x"
    with pytest.raises(TypeError):
        response.namevaluemap["city"] = "Delhi"
    assert CustomerInfo() == response.customerinfo


@given(bodies)
def test_json_is_compact_and_in_its_own_script(body):
    """No blank between parts and no escape for what UTF-8 can say."""
    text = dumps(body)
    assert json.loads(text) == body
    assert text == json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    assert dumps({"क": "😀"}) == '{"क":"😀"}'
