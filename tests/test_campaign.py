"""The campaign: the whole contract loads, and every mistake is answered with file, key and what is right."""

import re
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omoto_kit.campaign import Attribute, Campaign, ColumnRule, Unit, is_field, json_schema, split_field
from omoto_kit.errors import CampaignError
from omoto_kit.response import Response

CONTRACT = Path(__file__).parent / "samples" / "contract" / "154.toml"
BARE = '[campaign]\nid = "154"\n'


@pytest.fixture
def write(tmp_path):
    """Give a function that writes a campaign file and returns its path."""

    def write_campaign(text, name="154.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_campaign


def refusal(path):
    """Load a campaign that is wrong and return the error."""
    with pytest.raises(CampaignError) as caught:
        Campaign.load(path)
    error = caught.value
    assert str(error).startswith(str(path))
    assert "\n" not in str(error)
    assert error.__suppress_context__ or error.__context__ is None
    return error


# --- what loads


def test_the_whole_contract_loads():
    """Each section of the documented example arrives in its part."""
    campaign = Campaign.load(CONTRACT)
    assert (campaign.id, campaign.name, campaign.type) == ("154", "Store visit NPS", "NPS")
    assert (campaign.channels, campaign.processid, campaign.absent) == (("kiosk", "whatsapp"), "76", "omit")
    assert (campaign.rating.scale, campaign.rating.required) == ((0, 10), True)
    assert campaign.categories == {"Price": ("Too high", "Unclear"), "Staff behaviour": ()}
    assert campaign.units == (
        Unit(name="Koramangala 5th Block", code="001", city="Bengaluru"),
        Unit(name="Connaught Place, Inner Circle", code="002", city="New Delhi"),
        Unit(name="दादर", code="003", city="Mumbai"),
    )
    assert campaign.attributes == {
        "unitname": Attribute(required=True),
        "pincode": Attribute(pattern="[1-9][0-9]{5}"),
        "visit": Attribute(kind="datetime"),
        "tier": Attribute(kind="choice", values=["Gold", "Silver"]),
    }
    assert (campaign.customer.any_of, campaign.customer.region) == (("mobileno", "email"), "IN")
    assert (campaign.customer.phone, campaign.comment.max_length) == ("national", 2000)
    assert (campaign.identity, campaign.fixed) == (("Response ID",), {"channel": "kiosk"})
    assert campaign.columns["npsrating"] == ColumnRule(column="Overall Rating")
    assert campaign.columns["catnpsmap.Price"] == ColumnRule(column="Price", split=";")
    assert campaign.columns["namevaluemap"] == ColumnRule(column="Embedded data", pairs="|", equals="=")
    assert campaign.path == CONTRACT


def test_the_id_is_enough(write):
    """Everything else has a default that checks nothing the contract does not say."""
    campaign = Campaign.load(write(BARE))
    assert campaign == Campaign(id="154", path=campaign.path)
    assert (campaign.units, campaign.categories, campaign.attributes, campaign.channels) == (None, None, None, ())
    assert (campaign.processid, campaign.absent, campaign.rating.scale) == ("76", "omit", (0, 10))
    assert campaign.required_fields() == ()


def test_numbers_and_dates_become_texts(write):
    """An id written as a number, a process id, a fixed date: each is the text that goes on the wire."""
    text = '[campaign]\nid = 154\nprocessid = 76\n[fixed]\ncampaignid = 154\n"namevaluemap.since" = 2026-04-01\n'
    campaign = Campaign.load(write(text))
    assert (campaign.id, campaign.processid) == ("154", "76")
    assert campaign.fixed == {"campaignid": "154", "namevaluemap.since": "2026-04-01"}


def test_a_single_text_is_a_list_of_one(write):
    """Who names one channel, one reason or one column need not write a list."""
    text = '[campaign]\nid = "1"\nchannels = "kiosk"\n[categories]\nPrice = "High"\n[identity]\ncolumns = "ID"\n'
    campaign = Campaign.load(write(text))
    assert (campaign.channels, campaign.categories, campaign.identity) == (("kiosk",), {"Price": ("High",)}, ("ID",))


def test_a_byte_order_mark_is_no_mistake(write):
    """Notepad's UTF-8 loads; a path may be a text."""
    assert Campaign.load(str(write(b"\xef\xbb\xbf" + BARE.encode()))).id == "154"


def test_replies_that_omoto_was_seen_to_give(write):
    """[replies] teaches what the vendor's pages do not say."""
    text = (
        BARE
        + '[replies]\ndelivered = [{ status = 202, path = "result.code", value = 0 }]\nrejected = [{ status = 422 }]\n'
    )
    campaign = Campaign.load(write(text))
    assert [(p.status, p.path, p.value) for p in campaign.delivered] == [(202, "result.code", "0")]
    assert [p.status for p in campaign.rejected] == [422]


# --- mistakes in the file


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("", "campaign.id", "The campaign has no id"),
        ('[campaign]\nname = "x"\n', "campaign.id", '[campaign] id = "154"'),
        ('[campaign]\nid = ""\n', "campaign.id", "at least 1 character"),
        ("[campaign]\nid = true\n", "campaign.id", "string"),
        ("[campaign]\nid = ['154']\n", "campaign.id", "string"),
        ('campaign = "154"\n', "", "Write it as [campaign]."),
        ('[campaing]\nid = "154"\n', "campaing", "Did you mean 'campaign'?"),
        (BARE + "[zzz]\n", "zzz", "Known here are campaign, rating"),
        ('[campaign]\nid = "154"\nchanels = ["kiosk"]\n', "campaign.chanels", "Did you mean 'channels'?"),
        ('[campaign]\nid = "154"\nabsent = "null"\n', "campaign.absent", "'omit' or 'empty'"),
        (BARE + "[rating]\nscael = [0, 10]\n", "rating.scael", "Did you mean 'scale'?"),
        (BARE + "[rating]\nscale = [10, 0]\n", "rating.scale", "from a lower to a higher number"),
        (BARE + "[rating]\nscale = [5, 5]\n", "rating.scale", "from a lower to a higher number"),
        (BARE + "[rating]\nscale = [0]\n", "rating.scale.1", "Field required"),
        (BARE + "[rating]\nscale = [0, 5, 10]\n", "rating.scale", ""),
        (BARE + '[rating]\nscale = "0-10"\n', "rating.scale", ""),
        (BARE + "[rating]\nscale = [0, 9.5]\n", "rating.scale.1", "integer"),
        (BARE + 'rating = "0-10"\n', "campaign.rating", "not known"),
        (BARE + '[attributes.pin]\npattern = "[1-9"\n', "attributes.pin.pattern", "no regular expression"),
        (BARE + '[attributes.tier]\nkind = "choice"\n', "attributes.tier", "needs values = [...]"),
        (BARE + '[attributes.tier]\nkind = "choise"\n', "attributes.tier.kind", "'choice'"),
        (BARE + "[attributes.tier]\nrequried = true\n", "attributes.tier.requried", "Did you mean 'required'?"),
        (BARE + "[attributes.tier]\nmax_length = 0\n", "attributes.tier.max_length", "greater than or equal to 1"),
        (BARE + "[attributes]\ntier = 3\n", "attributes.tier", ""),
        (BARE + '[customer]\nany_of = ["mobile"]\n', "customer.any_of.0", "'mobileno'"),
        (BARE + '[customer]\nregion = "India"\n', "customer.region", ""),
        (BARE + '[customer]\nphone = "local"\n', "customer.phone", "'national' or 'e164'"),
        (BARE + "[comment]\nmax_lenght = 5\n", "comment.max_lenght", "Did you mean 'max_length'?"),
        (BARE + '[identity]\ncolumn = ["ID"]\n', "identity.column", "Did you mean 'columns'?"),
        (BARE + '[columns]\nnps = "Rating"\n', "columns", "'nps' is no field of a response"),
        (BARE + '[columns]\nnpsratting = "Rating"\n', "columns", "Did you mean 'npsrating'?"),
        (BARE + '[columns]\n"customerinfo.mobile" = "M"\n', "columns", "Did you mean 'customerinfo.mobileno'?"),
        (BARE + '[columns]\n"catnpsmap." = "M"\n', "columns", "is no field of a response"),
        (
            BARE + '[columns]\ncomment = { column = "C", splitt = ";" }\n',
            "columns.comment.splitt",
            "Did you mean 'split'?",
        ),
        (BARE + "[columns]\ncomment = { split = ';' }\n", "columns.comment.column", "Field required"),
        (BARE + '[columns]\ncomment = ""\n', "columns.comment.column", "at least 1 character"),
        (BARE + '[fixed]\nchanel = "kiosk"\n', "fixed", "Did you mean 'channel'?"),
        (BARE + '[fixed]\ncampaignid = "155"\n', "", "[fixed] campaignid is '155', but [campaign] id is '154'"),
        (BARE + "[replies]\ndeliverd = []\n", "replies.deliverd", "Did you mean 'delivered'?"),
        (
            BARE + "[replies]\ndelivered = [{ status = 20 }]\n",
            "replies.delivered.0.status",
            "greater than or equal to 100",
        ),
        (BARE + "[units]\n", "units", "either a file or names"),
        (BARE + '[units]\nfile = "a.csv"\nnames = ["A"]\n', "units", "either a file or names"),
        (BARE + '[units]\nflie = "a.csv"\n', "units.flie", "Did you mean 'file'?"),
        (BARE + '[units]\nfile = "a.csv"\n', "units.file", "The units file a.csv does not exist"),
        (BARE + '[units]\nfile = "a.xlsx"\n', "units.file", "The units file a.xlsx does not exist"),
        (BARE + '[units]\nnames = ["A", ""]\n', "units.1.name", "at least 1 character"),
        (BARE + "[units]\nnames = []\n", "units.names", "no units"),
    ],
)
def test_each_mistake_names_its_key(write, text, key, said):
    """File and key are the place; the sentence says what is wrong and, where one is near, which name is right."""
    error = refusal(write(text))
    assert error.where.key == key
    assert said in str(error)


@pytest.mark.parametrize(
    ("section", "field", "said"),
    [
        ("columns", "catnpsmap.Prise", "[columns] 'catnpsmap.Prise' names an unknown category. Did you mean 'Price'?"),
        (
            "columns",
            "namevaluemap.pincod",
            "[columns] 'namevaluemap.pincod' names an unknown attribute. Did you mean 'pincode'?",
        ),
        ("fixed", "namevaluemap.pincod", "[fixed] 'namevaluemap.pincod' names an unknown attribute."),
    ],
)
def test_columns_use_names_of_the_contract(write, section, field, said):
    """Where the contract lists categories or attributes, a column cannot feed one that it does not list."""
    lists = '[categories]\nPrice = []\n[attributes.pincode]\npattern = "[0-9]+"\n'
    assert said in str(refusal(write(f'{BARE}{lists}[{section}]\n"{field}" = "x"\n')))
    assert Campaign.load(write(f'{BARE}[{section}]\n"{field}" = "x"\n')).id == "154"


def test_the_vendors_own_attributes_need_no_declaring(write):
    """Unitname and city stand on the vendor's page, so a column may feed them beside the declared ones."""
    text = BARE + '[attributes.pincode]\n[columns]\n"namevaluemap.unitname" = "Store"\n"namevaluemap.city" = "City"\n'
    assert set(Campaign.load(write(text)).columns) == {"namevaluemap.unitname", "namevaluemap.city"}


def test_several_mistakes_are_told_at_once(write):
    """One reading of the error is enough to mend them all."""
    error = refusal(write(BARE + "[rating]\nscael = [0, 10]\n[comment]\nmax_length = 0\n"))
    assert error.where.key == "rating.scael"
    assert "Also comment.max_length: " in str(error)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[campaign\nid=1", "no valid TOML"),
        (b'[campaign]\nid = "154\n', "line 2"),
        (b"[campaign]\nid = 1\n[campaign]\n", "no valid TOML"),
        (b"\xff\xfe[\x00", "not UTF-8"),
        ('[campaign]\nid="1"\nname="Café"'.encode("latin-1"), "not UTF-8"),
        (b"\x00", "no valid TOML"),
    ],
)
def test_a_file_that_is_no_toml(write, content, said):
    """What is wrong with the file itself is said with the line or the reason, and how to mend it."""
    error = refusal(write(content))
    assert said in str(error)
    assert error.advice


def test_a_missing_file_names_its_neighbour(write, tmp_path):
    """A misspelt path is answered with the campaign file that lies there; a folder is no file."""
    write(BARE, "kiosk-154.toml")
    assert "Did you mean 'kiosk-154.toml'?" in str(refusal(tmp_path / "kiosk-145.toml"))
    assert "There is no such file." in str(refusal(tmp_path / "nowhere" / "154.toml"))
    assert "cannot be read" in str(refusal(tmp_path))


# --- units


def units_of(write, tmp_path, content, settings='name = "Standard name"\ncode = "Code"', file="units.csv"):
    """Write a campaign beside a units file and return the path of the campaign."""
    if content is not None:
        (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return write(f'{BARE}[units]\nfile = "{file}"\n{settings}\n')


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_units_from_any_csv(write, tmp_path, sign, mark, end):
    """Whatever sign parts the columns, with a byte order mark or without: names, codes as written, blanks cut off."""
    lines = [["Standard name", "Code", "City"], ["MG Road ", "007", "Bengaluru"], ["दादर", "", "Mumbai"], ["", "9", ""]]
    content = mark + end.join(sign.join(line) for line in lines).encode()
    campaign = Campaign.load(units_of(write, tmp_path, content))
    assert campaign.units == (Unit(name="MG Road", code="007"), Unit(name="दादर"))


def test_quoted_names_keep_their_commas(write, tmp_path):
    """A comma, a quote or a line break inside quotes is part of the name."""
    content = 'Standard name,Code\n"Connaught Place, ""A""",1\n'
    assert Campaign.load(units_of(write, tmp_path, content)).units == (Unit(name='Connaught Place, "A"', code="1"),)


def workbook(path, sheets):
    """Write an XLSX file."""
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()


def test_units_from_a_workbook(write, tmp_path):
    """The first sheet, or the one that is named; a code stored as a number has no decimal point."""
    rows = [["Standard name", "Code", "City"], ["MG Road", 7, "Bengaluru"], ["Dadar", "007", None], [None, 3, None]]
    workbook(tmp_path / "units.xlsx", {"Stores": rows, "Old": [["Standard name", "Code"], ["Closed", 1]]})
    first = Campaign.load(units_of(write, tmp_path, None, file="units.xlsx"))
    assert first.units == (Unit(name="MG Road", code="7"), Unit(name="Dadar", code="007"))
    settings = 'name = "Standard name"\nsheet = "Old"'
    assert Campaign.load(units_of(write, tmp_path, None, settings, "units.xlsx")).units == (Unit(name="Closed"),)
    error = refusal(units_of(write, tmp_path, None, 'sheet = "Store"', "units.xlsx"))
    assert error.where.key == "units.sheet"
    assert "units.xlsx has no sheet 'Store'. Did you mean 'Stores'?" in str(error)


def test_what_is_no_workbook_is_said_so(write, tmp_path):
    """A CSV that was merely renamed is answered in one sentence."""
    error = refusal(units_of(write, tmp_path, "Standard name\nA\n", file="units.xlsx"))
    assert "The units file units.xlsx cannot be read" in str(error)


@pytest.mark.parametrize(
    ("header", "settings", "name"),
    [
        ("Standard name", "", "A"),
        ("Anything", "", "A"),
        ("Code,Standard name", "", "B"),
        ("City,UnitName", "", "B"),
        ("ID,Name", "", "B"),
        ("Anything,Zone", "", "A"),
        ("Standard name,Code", 'name = "Code"', "B"),
    ],
)
def test_the_column_of_the_names(write, tmp_path, header, settings, name):
    """It is the one that is named, else the one whose header says name, else the first."""
    campaign = Campaign.load(units_of(write, tmp_path, f"{header}\nA,B\n", settings))
    assert [unit.name for unit in campaign.units] == [name]


@pytest.mark.parametrize(
    ("content", "settings", "key", "said"),
    [
        ("Name,Code\nA,1\n", 'name = "Nmae"', "units.name", "units.csv has no column 'Nmae'. Did you mean 'Name'?"),
        ("Name,Code\nA,1\n", 'code = "Zone"', "units.code", "Its columns are 'Name', 'Code'."),
        ("Name\n\n", "", "units.file", "units.csv names no units."),
        ("", "", "units.file", "units.csv names no units."),
        ("", 'name = "Name"', "units.file", "units.csv names no units."),
        ("Name\nCafé\n".encode("latin-1"), "", "units.file", "cannot be read"),
        (b"Name\nA\x00B\n", "", None, ""),
    ],
)
def test_mistakes_in_units(write, tmp_path, content, settings, key, said):
    """A column that is not there, a file without units and one that cannot be read are told apart."""
    path = units_of(write, tmp_path, content, settings)
    if key is None:
        assert Campaign.load(path).units
        return
    error = refusal(path)
    assert (error.where.key, said in str(error)) == (key, True)


def test_a_unit_that_stands_twice_is_one_unit(write, tmp_path):
    """A repeated line is no second unit; two codes of one name are both kept."""
    campaign = Campaign.load(units_of(write, tmp_path, "Standard name,Code\nA,1\nB,2\nA,1\nA,3\n"))
    assert [(unit.name, unit.code) for unit in campaign.units] == [("A", "1"), ("B", "2"), ("A", "3")]
    assert campaign.json_schema()["properties"]["namevaluemap"]["properties"]["unitname"] == {"enum": ["A", "B"]}
    assert Campaign(id="1", units=["A", "A"]).units == (Unit(name="A"), Unit(name="A"))


# --- what it knows


def test_required_fields():
    """What each response must have, from all parts of the contract; listed units make the unit's name needed."""
    campaign = Campaign(
        id="154",
        rating={"required": True},
        comment={"required": True},
        customer={"required": ["mobileno"]},
        units=["A"],
        attributes={"tier": {"required": True}, "visit": {}},
    )
    assert campaign.required_fields() == (
        "npsrating",
        "comment",
        "customerinfo.mobileno",
        "namevaluemap.unitname",
        "namevaluemap.tier",
    )
    relaxed = Campaign(id="154", units=["A"], attributes={"unitname": {"required": False}})
    assert relaxed.required_fields() == ()


def test_known_names():
    """A list that the contract gives is the list; one that it does not give is unknown, not empty."""
    campaign = Campaign(id="154", categories={"Price": []}, attributes={"city": {}})
    assert campaign.known_names("catnpsmap") == ("Price",)
    assert campaign.known_names("namevaluemap") == ("city", "unitname")
    assert Campaign(id="154", categories={}).known_names("catnpsmap") == ()
    assert [Campaign(id="154").known_names(group) for group in ("catnpsmap", "namevaluemap", "customerinfo")] == [
        None
    ] * 3


def test_a_campaign_is_frozen():
    """The contract is not changed by what works with it."""
    campaign = Campaign(id="154")
    with pytest.raises(ValidationError):
        campaign.id = "155"


@pytest.mark.parametrize(
    ("field", "valid"),
    [
        ("npsrating", True),
        ("campaignid", True),
        ("catnpsmap", True),
        ("namevaluemap", True),
        ("customerinfo.mobileno", True),
        ("catnpsmap.Wi-Fi 2.4 GHz", True),
        ("namevaluemap.a.b", True),
        ("customerinfo", False),
        ("customerinfo.phone", False),
        ("catnpsmap.", False),
        ("npsrating.x", False),
        ("source.Mobile", False),
        ("row", False),
        ("", False),
    ],
)
def test_what_is_a_field(field, valid):
    """Dotted paths that a jsonbody can hold, and nothing else."""
    assert is_field(field) is valid


@given(st.sampled_from(["catnpsmap", "namevaluemap"]), st.text(min_size=1))
def test_names_keep_their_dots(group, name):
    """Only the first dot parts a path; any name comes back."""
    assert split_field(f"{group}.{name}") == (group, name)


# --- the JSON Schema


def fits(schema, value):
    """Check a value by the keywords that our schemas use, and refuse to overlook any other."""
    keywords = {
        "type": lambda wanted: isinstance(value, {"object": dict, "array": list, "string": str}[wanted]),
        "const": lambda wanted: value == wanted,
        "enum": lambda wanted: value in wanted,
        "required": lambda wanted: set(wanted) <= set(value),
        "anyOf": lambda wanted: any(fits(one, value) for one in wanted),
        "items": lambda wanted: all(fits(wanted, item) for item in value),
        "maxItems": lambda wanted: len(value) <= wanted,
        "minLength": lambda wanted: len(value) >= wanted,
        "maxLength": lambda wanted: len(value) <= wanted,
        "pattern": lambda wanted: re.search(wanted, value) is not None,
        "properties": lambda wanted: all(fits(wanted[k], v) for k, v in value.items() if k in wanted),
        "additionalProperties": lambda wanted: all(
            wanted is not False and (wanted is True or fits(wanted, v))
            for k, v in value.items()
            if k not in schema.get("properties", {})
        ),
    }
    assert set(schema) <= {*keywords, "$schema", "title", "format"}
    return all(keywords[name](wanted) for name, wanted in schema.items() if name in keywords)


GOOD = {
    "campaignid": "154",
    "npsrating": "9",
    "customerinfo": {"mobileno": "9663798289"},
    "namevaluemap": {"unitname": "दादर"},
}


@pytest.mark.parametrize(
    ("changes", "fit"),
    [
        ({}, True),
        ({"comment": "x" * 2000}, True),
        ({"comment": "x" * 2001}, False),
        ({"campaignid": "155"}, False),
        ({"npsrating": "10"}, True),
        ({"npsrating": "11"}, False),
        ({"npsrating": 9}, False),
        ({"npsrating": None}, False),
        ({"channel": "whatsapp"}, True),
        ({"channel": "email"}, False),
        ({"campaigntype": "NPS"}, True),
        ({"campaigntype": "CSAT"}, False),
        ({"catnpsmap": {"Price": ["Unclear"], "Staff behaviour": []}}, True),
        ({"catnpsmap": {"Price": ["Cheap"]}}, False),
        ({"catnpsmap": {"Staff behaviour": ["Slow"]}}, False),
        ({"catnpsmap": {"Parking": []}}, False),
        ({"catnpsmap": {"Price": "Unclear"}}, False),
        ({"customerinfo": {"email": "asha@example.com", "name": "Asha"}}, True),
        ({"customerinfo": {"name": "Asha"}}, False),
        ({"customerinfo": {"mobileno": "9663798289", "phone": "1"}}, False),
        ({"namevaluemap": {"unitname": "Elsewhere"}}, False),
        ({"namevaluemap": {"city": "Mumbai"}}, False),
        ({"namevaluemap": {"unitname": "दादर", "pincode": "400014", "tier": "Gold", "city": "Mumbai"}}, True),
        ({"namevaluemap": {"unitname": "दादर", "pincode": "0400014"}}, False),
        ({"namevaluemap": {"unitname": "दादर", "tier": "Bronze"}}, False),
        ({"namevaluemap": {"unitname": "दादर", "policy": "P-1"}}, False),
        ({"surprise": "x"}, False),
    ],
)
def test_the_schema_takes_what_the_contract_allows(changes, fit):
    """The schema of the documented example accepts good bodies and refuses each way of being wrong."""
    assert fits(Campaign.load(CONTRACT).json_schema(), GOOD | changes) is fit


@pytest.mark.parametrize("name", ["campaignid", "npsrating", "customerinfo", "namevaluemap"])
def test_the_schema_demands_what_the_contract_demands(name):
    """Leaving out a required part is refused."""
    body = {key: value for key, value in GOOD.items() if key != name}
    assert not fits(Campaign.load(CONTRACT).json_schema(), body)


def test_a_bare_contract_allows_any_names():
    """Where the contract lists nothing, the schema asks only for the shape and the id."""
    schema = Campaign(id="154").json_schema()
    body = {"campaignid": "154", "channel": "any", "catnpsmap": {"Any": ["x"]}, "namevaluemap": {"any": "x"}}
    assert fits(schema, body)
    assert fits(schema, {"campaignid": "154"})
    assert not fits(schema, {"campaignid": "154", "namevaluemap": {"any": 1}})
    assert schema["title"] == "Campaign 154"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_schema_allows_the_empty_texts_that_the_contract_sends():
    """With `absent = "empty"` a response of nothing but its id still fits its own schema."""
    campaign = Campaign(id="154", absent="empty", type="NPS", channels=["kiosk"], categories={"Price": []})
    body = Response(campaignid="154").as_json(absent=campaign.absent)
    assert fits(json_schema(campaign), body)
    assert not fits(json_schema(campaign), body | {"channel": "email"})
    assert not fits(json_schema(campaign.model_copy(update={"absent": "omit"})), body)


def test_lengths_and_whole_numbers_are_in_the_schema():
    """Limits of an attribute's text and whole numbers are told, too."""
    campaign = Campaign(
        id="154", attributes={"code": {"min_length": 2, "max_length": 3}, "visits": {"kind": "integer"}}
    )
    good = [{"code": "ab"}, {"code": "abc"}, {"visits": "-3"}]
    bad = [{"code": "a"}, {"code": "abcd"}, {"visits": "3.5"}, {"visits": "many"}]
    results = [fits(campaign.json_schema(), {"campaignid": "154", "namevaluemap": names}) for names in good + bad]
    assert results == [True] * 3 + [False] * 4
