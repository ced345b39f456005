"""The column map: authority, guesses, ties and errors."""

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.errors import ColumnError
from omoto_kit.intake import ColumnMap, column_map, compose, read
from omoto_kit.intake.guesses import SURE, fold, guess_fields, targets
from omoto_kit.intake.mapping import find_header

OPEN = Campaign(id="154")


def rows(*headers):
    """Give one row with these headers."""
    return read([dict.fromkeys(headers, "x")])


def mapped(campaign, *headers, overrides=None, **options):
    """Give field to header for all that is applied."""
    found = column_map(rows(*headers), campaign, overrides, **options)
    return {field: rule.column for field, rule in found.applied.items()}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Overall Rating", "npsrating"),
        ("overall_rating", "npsrating"),
        ("OVERALL  RATING:", "npsrating"),
        ("NPS", "npsrating"),
        ("NPS Score", "npsrating"),
        ("NPS Score (0-10)", "npsrating"),
        ("Score", "npsrating"),
        ("Likelihood to recommend", "npsrating"),
        ("How likely are you to recommend us to a friend?", "npsrating"),
        ("Q1. How likely is it that you would recommend our store?", "npsrating"),
        ("Mobile No.", "customerinfo.mobileno"),
        ("mobileno", "customerinfo.mobileno"),
        ("customerinfo.mobileno", "customerinfo.mobileno"),
        ("Phone", "customerinfo.mobileno"),
        ("Contact Number", "customerinfo.mobileno"),
        ("WhatsApp", "customerinfo.mobileno"),
        ("Mobile\xa0Number", "customerinfo.mobileno"),
        ("Moble", "customerinfo.mobileno"),
        ("Mobiel", "customerinfo.mobileno"),
        ("E-mail", "customerinfo.email"),
        ("Email ID", "customerinfo.email"),
        ("Customer Name", "customerinfo.name"),
        ("Guest name", "customerinfo.name"),
        ("Name", "customerinfo.name"),
        ("Comments", "comment"),
        ("visit/nps", "npsrating"),
        ("visit-store", "namevaluemap.unitname"),
        ("التقييم", "npsrating"),
        ("ما مدى احتمالية أن توصي بنا؟", "npsrating"),
        ("رقم الجوال", "customerinfo.mobileno"),
        ("टिप्पणी", "comment"),
        ("मोबाइल नंबर", "customerinfo.mobileno"),
        ("How likely are you to\nrecommend us\r\nto a friend?", "npsrating"),
        ("Anything else?", "comment"),
        ("What's the reason?", "comment"),
        ("Comnent", "comment"),
        ("Feedback", "comment"),
        ("Remarks", "comment"),
        ("Verbatim", "comment"),
        ("...why?", "comment"),
        ("What is the main reason for your score?", "comment"),
        ("Any other comments?", "comment"),
        ("Store", "namevaluemap.unitname"),
        ("Branch", "namevaluemap.unitname"),
        ("Outlet", "namevaluemap.unitname"),
        ("Unit Name", "namevaluemap.unitname"),
        ("Location", "namevaluemap.unitname"),
        ("City", "namevaluemap.city"),
        ("Reg ID", "customerinfo.regid"),
        ("Registration No", "customerinfo.registrationno"),
        ("Reg No.", "customerinfo.registrationno"),
        ("Member ID", "customerinfo.registrationno"),
        ("Channel", "channel"),
        ("Campaign ID", "campaignid"),
    ],
)
def test_usual_headers_are_guessed(header, field):
    """Case, spaces, punctuation, usual names, questions and slips of the keyboard lead to the field."""
    found = column_map(rows("Serial", header), OPEN)
    (entry,) = [entry for entry in found.entries if entry.applied]
    assert (entry.field, entry.rule.column) == (field, header.replace("\xa0", " "))
    assert SURE <= entry.confidence <= 1
    assert entry.reason
    assert found.unmapped == ("Serial",)


@pytest.mark.parametrize(
    "header",
    ["Food rating", "Rate the opening keynote on a scale of 0-10", "Stay", "Nme", "Game", "Status", "Phone 2", "State"],
)
def test_what_is_only_like_a_usual_header_is_not_applied(header):
    """A word in a longer header, a short word with a slip, or a number behind it is not enough."""
    assert mapped(OPEN, "Serial", header) == {}


def test_names_of_the_contract_are_guessed():
    """Each attribute and each category is found by its own name."""
    campaign = Campaign(id="1", attributes={"pincode": {}, "Visit type": {}}, categories={"Staff behaviour": []})
    found = mapped(campaign, "PINCODE", "visit_type", "staff-behaviour", "Store", "tier")
    assert found == {
        "namevaluemap.pincode": "PINCODE",
        "namevaluemap.Visit type": "visit_type",
        "catnpsmap.Staff behaviour": "staff-behaviour",
        "namevaluemap.unitname": "Store",
    }


def test_the_better_column_wins():
    """One field takes its best column, one column feeds one field; near misses yield to the right name."""
    found = column_map(rows("Phone", "Mobile No", "Score", "Store", "Comnent", "Comment"), OPEN)
    assert {field: rule.column for field, rule in found.applied.items()} == {
        "customerinfo.mobileno": "Mobile No",
        "npsrating": "Score",
        "namevaluemap.unitname": "Store",
        "comment": "Comment",
    }
    assert found.unmapped == ("Phone", "Comnent")


def test_equals_are_left_to_a_person():
    """Two columns that fit equally well are both left out, and named."""
    found = column_map(rows("Store", "Branch", "Rating"), OPEN)
    assert [entry.field for entry in found.entries if entry.applied] == ["npsrating"]
    assert found.notes == (
        "Columns 'Store' and 'Branch' could both feed namevaluemap.unitname; choose one with --map.",
    )


def test_the_contract_decides_before_guesses():
    """Its headers are found whatever their case and punctuation, with its split; nothing else is sent."""
    campaign = Campaign(
        id="1",
        columns={
            "npsrating": "Food rating",
            "comment": "feed back",
            "catnpsmap.Price": {"column": "PRICE", "split": ";"},
        },
    )
    found = column_map(rows("Food Rating", "Overall Rating", "Feedback", "Price", "Phone"), campaign)
    assert {field: rule.column for field, rule in found.applied.items()} == {
        "npsrating": "Food Rating",
        "comment": "Feedback",
        "catnpsmap.Price": "Price",
    }
    assert found.applied["catnpsmap.Price"].split == ";"
    assert found.unmapped == ("Overall Rating", "Phone")
    offer = "Column 'Phone' could feed customerinfo.mobileno (95%, a usual name of it); it is not sent unless"
    assert [note for note in found.notes if note.startswith(offer)]


def test_required_fields_are_guessed_despite_a_contract():
    """What the contract demands but does not map is guessed; customer fields only where it maps none of them."""
    required = Campaign(
        id="1", columns={"comment": "Comment"}, rating={"required": True}, customer={"any_of": ["email"]}
    )
    assert mapped(required, "Comment", "Score", "Email", "Phone") == {
        "comment": "Comment",
        "npsrating": "Score",
        "customerinfo.email": "Email",
    }
    one = Campaign(id="1", columns={"customerinfo.mobileno": "Phone"}, customer={"any_of": ["mobileno", "email"]})
    assert mapped(one, "Phone", "Email") == {"customerinfo.mobileno": "Phone"}


def test_an_absent_column_of_a_required_field_is_an_error():
    """The field, the header asked for, the nearest one and all headers are named."""
    campaign = Campaign(id="1", columns={"npsrating": "Overall Rating"}, rating={"required": True})
    with pytest.raises(ColumnError) as caught:
        column_map(rows("Overal Ratng", "Store"), campaign)
    text = str(caught.value)
    assert "'npsrating' has no column: the contract asks for 'Overall Rating'" in text
    assert "Did you mean 'Overal Ratng'?" in text
    assert "The headers are 'Overal Ratng', 'Store'." in text


@pytest.mark.parametrize(
    ("header", "reason"), [("Q1_NPS", "and its cells are 0 to 10"), ("Wertung", "its cells are whole numbers from 0")]
)
def test_an_absent_column_of_a_required_field_names_the_one_that_looks_like_it(header, reason):
    """The advice can be copied to the command line; a column that the contract uses otherwise is not offered."""
    columns = {"npsrating": "Overall experience", "namevaluemap.visits": "Visits"}
    campaign = Campaign(id="1", columns=columns, rating={"required": True}, attributes={"visits": {}})
    table = read([{header: str(n), "Visits": str(10 - n)} for n in (9, 3, 10, 7, 0, 8)])
    with pytest.raises(ColumnError) as caught:
        column_map(table, campaign)
    text = str(caught.value)
    assert f"{header!r} looks like it (" in text
    assert reason in text
    assert f'). Say so with --map "{header}=npsrating". The headers are' in text


def test_no_column_is_named_where_two_look_alike():
    """Two columns of ratings are left to a person, so the advice names none of them."""
    campaign = Campaign(id="1", columns={"npsrating": "Overall experience"}, rating={"required": True})
    table = read([{"Q1_NPS": str(n), "Q2_NPS": str(10 - n)} for n in (9, 3, 10, 7, 0, 8)])
    with pytest.raises(ColumnError) as caught:
        column_map(table, campaign)
    assert "looks like it" not in str(caught.value)
    assert 'Map another with --map "Header=npsrating".' in str(caught.value)


def test_a_required_field_that_two_columns_could_feed_names_both():
    """Where equals are left to a person, the error names them, and not only all headers."""
    campaign = Campaign(id="1", units=["Pune", "Surat"], attributes={"unitname": {"required": True}})
    table = read([{"Rating": str(n), "Store": "Pune", "Branch": "Surat"} for n in (9, 3, 10)])
    with pytest.raises(ColumnError, match=r"It could be 'Store' .a usual name of it. or 'Branch'"):
        compose(table, campaign)


def test_an_empty_column_is_no_rival_of_a_filled_one():
    """Two columns with a unit's usual name, one without a single cell: the other is the unit's."""
    campaign = Campaign(id="1", units=["Pune", "Surat"])
    table = read([{"Rating": str(n), "Branch": "", "Store": "Pune"} for n in (9, 3, 10)])
    assert column_map(table, campaign).applied["namevaluemap.unitname"].column == "Store"


def test_an_absent_column_of_another_field_is_a_note():
    """A file may lack what is not required; so may one whose field a plugin or [fixed] fills."""
    campaign = Campaign(id="1", columns={"comment": "Coment"})
    found = column_map(rows("Comments", "Store"), campaign)
    assert "Column 'Coment', which the contract maps to comment, is not there. Did you mean 'Comments'?" in found.notes
    required = Campaign(id="1", columns={"namevaluemap.unitname": "Shop"}, units=["Pune"])
    found = column_map(rows("Rating"), required, filled_later=["namevaluemap.unitname"])
    assert "'Shop'" in found.notes[0]


def test_fixed_values_need_no_column():
    """A fixed field is neither guessed nor missed; a column for it is not used, and that is said."""
    campaign = Campaign(id="1", fixed={"npsrating": "9", "channel": "kiosk"}, columns={"channel": "Channel"})
    found = column_map(rows("Channel", "Score"), campaign)
    assert found.applied == {}
    assert "[fixed] sets channel" in found.notes[0]


def test_overrides_come_first():
    """What the user says beats the contract, keeps its split, and takes a field's last part or a near header."""
    campaign = Campaign(id="1", columns={"npsrating": "Rating", "catnpsmap.Price": {"column": "Price", "split": ";"}})
    said = {"food rating": "npsrating", "Why": "catnpsmap.Price", "Contact": "mobileno"}
    found = column_map(rows("Food Rating", "Rating", "Price", "Why", "Contact"), campaign, said)
    assert {field: rule.column for field, rule in found.applied.items()} == {
        "npsrating": "Food Rating",
        "catnpsmap.Price": "Why",
        "customerinfo.mobileno": "Contact",
    }
    assert found.applied["catnpsmap.Price"].split == ";"
    assert found.unmapped == ("Rating", "Price")


def test_an_override_can_silence_a_column():
    """An empty field means that the column feeds nothing, whatever it looks like."""
    assert mapped(OPEN, "Phone", "Score", overrides={"Phone": ""}) == {"npsrating": "Score"}


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"Scor": "npsrating"}, r"There is no column 'Scor'\. Did you mean 'Score'\? The headers are 'Score', 'Store'"),
        ({"Score": "npsratng"}, r"column 'Score': 'npsratng' is no field of a response\. Did you mean 'npsrating'"),
        ({"Score": "customerinfo.phone"}, "is no field of a response"),
        ({"Score": "namevaluemap.unit"}, r"The contract has no attribute 'unit'\. Did you mean 'unitname'"),
        ({"Score": "catnpsmap.Prise"}, r"The contract has no category 'Prise'\. Did you mean 'Price'"),
        ({"Score": "comment", "Store": "comment"}, r"Both 'Score' and 'Store' are mapped to 'comment'"),
    ],
)
def test_a_wrong_override_names_the_right_one(overrides, message):
    """An unknown header, field, attribute or category is an error with the nearest name."""
    campaign = Campaign(id="1", attributes={"pincode": {}}, categories={"Price": []})
    with pytest.raises(ColumnError, match=message):
        column_map(rows("Score", "Store"), campaign, overrides)


def test_a_customer_without_any_way_to_reach_is_told():
    """Where nothing feeds any of the customer fields of which one is wanted, a note says so."""
    campaign = Campaign(id="1", customer={"any_of": ["mobileno", "email"]})
    note = "The contract wants one of customerinfo.mobileno, customerinfo.email, and no column feeds any of them."
    assert note in column_map(rows("Score"), campaign).notes
    assert note not in column_map(rows("Score", "Email"), campaign).notes


def test_many_headers_are_cut_in_an_error():
    """The first forty headers are listed, the rest counted."""
    with pytest.raises(ColumnError, match="'question 39' and 60 more"):
        column_map(rows(*(f"question {n}" for n in range(100))), OPEN, {"nothing": "comment"})


def test_exact_headers_win_over_folded_ones():
    """Where two headers differ by case only, the one written as asked is taken."""
    assert find_header("store", ["STORE", "store"]) == "store"
    assert find_header("Stores", ["STORE"]) is None
    assert fold("Größe №1") == fold("GRÖSSE no1")
    assert fold("???") == "???"


def test_other_scripts_are_matched_too():
    """Folding keeps the letters and vowel signs of other scripts."""
    campaign = Campaign(id="1", columns={"comment": "टिप्पणी", "npsrating": "التقييم"})
    assert mapped(campaign, " टिप्पणी:", "التقييم.") == {"comment": " टिप्पणी:".strip(), "npsrating": "التقييم."}
    assert fold("की") != fold("का")


def test_every_field_is_its_own_best_name():
    """A header that is a field's dotted path is surest of all for that field."""
    for field in targets(OPEN):
        best = guess_fields([field], targets(OPEN))[0]
        assert (best.field, best.confidence) == (field, 1.0)


def test_a_map_without_entries_is_empty():
    """The type says what it holds."""
    assert ColumnMap(()).applied == {}
