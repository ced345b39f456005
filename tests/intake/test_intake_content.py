"""What columns could feed by what their cells hold, the other names of a header, saved maps and drift."""

import tomllib
from dataclasses import replace

import pytest

from omoto_kit.campaign import Campaign, ColumnRule
from omoto_kit.errors import ColumnError, IntakeError
from omoto_kit.intake import ColumnMap, SavedMap, column_map, compose, read, saved_maps
from omoto_kit.intake.content import content_guesses, preview, weighed
from omoto_kit.intake.guesses import Guess, option_of
from omoto_kit.intake.hints import scale_hints
from omoto_kit.intake.saved import write_map

OPEN = Campaign(id="154")
PHONES = [f"9{n}637{n}" for n in range(100, 110)]


def columns(**cells):
    """Give rows of equally long columns; the serial keeps every row filled."""
    length = len(next(iter(cells.values())))
    names = {name.replace("_", " "): texts for name, texts in cells.items()}
    return read([{"Serial": str(n), **{name: texts[n] for name, texts in names.items()}} for n in range(length)])


def applied(rows, campaign=OPEN, **options):
    """Give field to header of all that is applied."""
    return {field: rule.column for field, rule in column_map(rows, campaign, **options).applied.items()}


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (PHONES, "customerinfo.mobileno"),
        ([f"+91 {text[:5]} {text[5:]}" for text in PHONES], "customerinfo.mobileno"),
        ([f"0{text}" for text in PHONES], "customerinfo.mobileno"),
        ([f"{text}.0" for text in PHONES], "customerinfo.mobileno"),
        ([f"+97150{n}4567" for n in range(100, 110)], "customerinfo.mobileno"),
        ([*PHONES[:8], "none", "-"], "customerinfo.mobileno"),
        ([f"'+91{text}" for text in PHONES], "customerinfo.mobileno"),
        ([f"tel:+91{text}" for text in PHONES], "customerinfo.mobileno"),
        ([f"\u202a+91 {text}\u202c" for text in PHONES], "customerinfo.mobileno"),
        ([text.translate({ord("0") + n: ord("०") + n for n in range(10)}) for text in PHONES], "customerinfo.mobileno"),
        ([f"a{n}@example.com" for n in range(10)], "customerinfo.email"),
    ],
)
def test_cells_tell_a_column_that_its_header_does_not(cells, field):
    """A column called X is known by what it holds, with the reason and a preview, and the preview is not in a repr."""
    found = column_map(columns(X=cells), OPEN)
    (entry,) = [entry for entry in found.entries if entry.applied]
    assert (entry.field, entry.rule.column) == (field, "X")
    assert "its cells are" in entry.reason
    assert entry.preview == tuple(cells[:3])
    assert cells[0] not in repr(found)


@pytest.mark.parametrize(
    "cells",
    [
        [f"1{n}637{n}" for n in range(100, 110)],
        [f"5{text[1:]}" for text in PHONES],
        [*PHONES[:5], *["no phone here"] * 5],
        PHONES[:3],
        [f"{n}.{n}63798" for n in range(100, 110)],
        ["a@b", "x", "y", "z", "w"],
    ],
)
def test_cells_that_are_only_like_it_feed_nothing(cells):
    """Other numbers, half of the cells, too few of them."""
    assert applied(columns(X=cells)) == {}


def test_an_order_number_is_no_phone():
    """Ten digits under a header of serial numbers are a weak guess, and not applied."""
    rows = columns(Order_ID=PHONES)
    assert applied(rows) == {}
    guesses = [entry for entry in column_map(rows, OPEN).entries if entry.field == "customerinfo.mobileno"]
    assert [entry.confidence for entry in guesses] == [0.6]


def test_a_header_outweighs_cells_and_two_columns_are_left_to_a_person():
    """The customer's phone is the one that is called so; where both are called nothing, somebody must say."""
    assert applied(columns(Mobile=PHONES, X=PHONES[::-1])) == {"customerinfo.mobileno": "Mobile"}
    found = column_map(columns(X=PHONES, Y=PHONES[::-1]), OPEN)
    assert found.applied == {}
    assert "Columns 'X' and 'Y' could both feed customerinfo.mobileno" in found.notes[0]


def test_units_are_known_by_their_names_and_codes():
    """Cells that mostly are units of the contract, in any spelling of case and signs."""
    campaign = Campaign(id="1", units=[{"name": "Pune - FC Road", "code": "P1"}, {"name": "Goa Mall", "code": "G2"}])
    rows = columns(Where=["pune fc road", "GOA MALL", "P1", "g2", "Pune - FC Road", "elsewhere"])
    assert applied(rows, campaign) == {"namevaluemap.unitname": "Where"}
    (guess,) = content_guesses(rows.frame, ["Where"], ["namevaluemap.unitname"], campaign)
    assert guess.reason == "83% of its cells are units of the contract"
    assert content_guesses(rows.frame, ["Where"], ["namevaluemap.unitname"], OPEN) == []


def test_a_question_whose_cells_are_texts_is_no_rating():
    """'Would you recommend us, and why?' answered in words would hold every row."""
    question = "Would you recommend us?"
    texts = read([{question: f"yes, because of reason {'x' * n}"} for n in range(30)])
    assert applied(texts) == {}
    numbers = read([{question: str(n % 11)} for n in range(30)])
    found = column_map(numbers, OPEN)
    assert found.applied["npsrating"].column == question
    assert "its cells are 0 to 10" in found.entries[0].reason
    other = Guess("x", "comment", 0.7, "")
    assert weighed([other], texts.frame, OPEN) == [other]


def test_the_question_below_a_short_header_counts():
    """Qualtrics' Q1 is known by its question, and a contract may name either."""
    records = [
        {"StartDate": "Start Date", "Q1": "How likely are you to recommend us?"},
        {"StartDate": '{"ImportId":"startDate"}', "Q1": '{"ImportId":"QID1"}'},
        {"StartDate": "2026-04-01", "Q1": "9"},
    ]
    assert applied(read(records)) == {"npsrating": "Q1"}
    for name in ("Q1", "How likely are you to recommend us?", "how likely are you to recommend us"):
        assert applied(read(records), Campaign(id="1", columns={"npsrating": name})) == {"npsrating": "Q1"}
        assert applied(read(records), overrides={name: "comment"}) == {"comment": "Q1"}


def test_the_names_of_a_legacy_export_are_known(tmp_path):
    """V1 has the name ResponseID below it; the row's own key may be asked for by that."""
    (tmp_path / "legacy.csv").write_text(
        "V1,V2,V3,V4,Q1\nResponseID,ResponseSet,Name,Status,Your rating?\nR_1,Default,Asha,0,9\nR_2,Default,Ravi,0,8\n"
    )
    campaign = Campaign(
        id="1", identity=["ResponseID"], columns={"npsrating": "Your rating?", "customerinfo.name": "V3"}
    )
    batch = compose(read(tmp_path / "legacy.csv"), campaign)
    assert batch.values.select("key", "npsrating", "customerinfo.name").rows() == [
        ("R_1", "9", "Asha"),
        ("R_2", "8", "Ravi"),
    ]


def test_another_name_that_several_columns_share_finds_none():
    """What is ambiguous is absent, not the first of them."""
    records = [
        {"StartDate": "Start", "Q1": "Rating?", "Q2": "Rating?"},
        {"StartDate": '{"ImportId":"s"}', "Q1": '{"ImportId":"a"}', "Q2": '{"ImportId":"b"}'},
        {"StartDate": "1", "Q1": "9", "Q2": "8"},
    ]
    with pytest.raises(ColumnError, match="There is no column 'Rating\\?'"):
        column_map(read(records), OPEN, {"Rating?": "npsrating"})


@pytest.mark.parametrize(
    ("header", "option"),
    [
        ("Wrong? - Price", "Price"),
        ("A - B - C", "C"),
        ("Price:Wrong?", "Price"),
        ("Wrong? [Price]", "Price"),
        ("Wrong?-Price", "Price"),
        ("Price", ""),
        ("Time: 10", ""),
        (" - Price", ""),
    ],
)
def test_the_option_of_a_header(header, option):
    """Each tool writes question and option of a column in its own way."""
    assert option_of(header) == option


def test_ends_of_a_scale_as_words_are_offered():
    """The map that would mend them is written out, ready to paste, and nothing is changed."""
    ratings = ["Not at all likely", *map(str, range(1, 10)), "Extremely likely", "Extremely likely"]
    rows = columns(NPS=ratings)
    (note,) = [note for note in column_map(rows, OPEN).notes if "ends of the scale" in note]
    assert "'Extremely likely' (2 rows) and 'Not at all likely' (1 row)" in note
    pasted = tomllib.loads(note.partition("write ")[2].removesuffix("."))
    values = pasted["npsrating"]["values"]
    assert values == {"Extremely likely": "10", "Not at all likely": "0"}
    mended = Campaign(id="1", columns=pasted)
    assert column_map(rows, mended).notes == ()
    assert set(compose(rows, mended).values["npsrating"]) == {str(n) for n in range(11)}
    assert compose(rows, OPEN).values["npsrating"][0] == "Not at all likely"


@pytest.mark.parametrize(
    "ratings",
    [
        ["Promoter", "9", "8", "7"],
        ["Extremely likely", "10", "9", "8"],
        ["Good", "Bad", "Fine", "9", "8"],
        ["Extremely likely", "Good", "Bad", "Likely"],
        ["banana", "9", "8", "7"],
        ["9", "8", "7"],
    ],
)
def test_other_words_are_no_ends(ratings):
    """Groups of customers, an end that a number says already, more words than ends, a scale of words alone."""
    rows = columns(NPS=ratings)
    assert scale_hints(rows.frame, {"npsrating": ColumnRule(column="NPS")}, OPEN) == []


def test_a_map_is_saved_and_used_again(tmp_path):
    """What was said for one file holds for the next of the same shape, without a word."""
    first = columns(Wie_war_es=list("98765"), Warum=list("abcde"))
    said = column_map(first, OPEN, {"Wie war es": "npsrating", "Warum": "comment"})
    path = tmp_path / "map.toml"
    path.write_text(said.to_toml(), encoding="utf-8")
    saved = SavedMap.load(path)
    again = column_map(first, OPEN, saved=saved)
    assert again.applied == said.applied
    assert again.notes == ()
    assert compose(first, OPEN, again).values["npsrating"].to_list() == list("98765")


def test_a_saved_map_is_named_where_its_column_is_absent():
    """The error names the map that asks for the column, which is not always the contract."""
    campaign = Campaign(id="154", units=["Pune"], attributes={"unitname": {"required": True}})
    saved = SavedMap(("Branch",), {"namevaluemap.unitname": ColumnRule(column="Branch")})
    with pytest.raises(ColumnError, match="the saved map asks for 'Branch', which is absent"):
        column_map(columns(Zone=["Pune"] * 6), campaign, saved=saved)
    told = column_map(columns(Zone=["Pune"] * 6), OPEN, saved=SavedMap(("A",), {"comment": ColumnRule(column="A")}))
    assert "Column 'A', which the saved map maps to comment, is not there." in " ".join(told.notes)


def test_drift_against_the_saved_map_is_told():
    """Columns that came, went or moved since are named, with the field that they fed and the likely new name."""
    saved = SavedMap(("Rating", "Coment", "Store"), {"comment": ColumnRule(column="Coment")})
    rows = read([{"Rating": "9", "Comments": "ok", "Store": "Pune"}])
    notes = column_map(rows, OPEN, saved=saved).notes
    assert "not in this file: 'Coment' (comment). 'Coment': is it now 'Comments'?" in notes[0]
    assert "new since the map was saved: 'Comments'." in notes[1]
    assert SavedMap(("B", "A"), {}).drift(["A", "B"])[0].startswith("The columns stand in another order")
    assert SavedMap(("A", "B"), {}).drift(["a ", "B."]) == []


@pytest.mark.parametrize(
    "header", ['He said "9"', "back\\slash", "two\nlines", "दुकान", "tab\there", "del\x7f", "emoji 🙂"]
)
def test_every_header_survives_being_saved(header, tmp_path):
    """Quotes, line breaks, signs and scripts come back as they were."""
    rule = ColumnRule(columns=[header, "B"], split=";", part=2, join=" / ", values={header: "5"})
    (tmp_path / "map.toml").write_text(write_map([header, "B"], {"catnpsmap.A b": rule}), encoding="utf-8")
    saved = SavedMap.load(tmp_path / "map.toml")
    assert saved.headers == (header, "B")
    assert saved.rules == {"catnpsmap.A b": rule}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("header = []", "'header' is not known here. Did you mean 'headers'"),
        ("headers = 7", "This is no column map"),
        ("headers = ", "no valid TOML"),
        ('headers = []\n[columns]\nnpsratng = "A"', "npsratng"),
    ],
)
def test_what_is_no_saved_map_is_refused(text, message, tmp_path):
    """The file and the key are named."""
    (tmp_path / "map.toml").write_text(text)
    with pytest.raises(IntakeError, match=message):
        SavedMap.load(tmp_path / "map.toml")


def test_a_preview_shows_the_first_different_values():
    """Three of them, blanks left out."""
    rows = columns(X=["a", "a", " ", "b", "c", "d"])
    assert preview(rows.frame, "X") == ("a", "b", "c")
    assert ColumnMap(()).to_toml() == "headers = []\n\n[columns]\n"


def test_a_rating_and_a_comment_are_offered_by_their_cells():
    """Numbers of the scale could be many things, so they are named and not taken."""
    found = column_map(
        columns(A=[str(at % 11) for at in range(20)], B=[f"it was slow on day {at}" for at in range(20)]), OPEN
    )
    assert found.applied == {}
    assert [(entry.field, entry.rule.column) for entry in found.entries] == [("npsrating", "A"), ("comment", "B")]
    assert "No column feeds npsrating" in found.notes[0]
    assert '--map "A=npsrating"' in found.notes[0]


@pytest.mark.parametrize("split", [";", ",", "|"])
def test_categories_in_one_cell_are_found_with_what_parts_them(split):
    """Cells that name the contract's categories select them, several in a cell."""
    campaign = Campaign(id="154", categories={"Price": [], "Staff, floor": [], "Parking": []})
    cells = ["Price", f"Price{split} Parking", "", f"Staff, floor{split}Price", "Parking"] * 3
    found = column_map(columns(Issues=cells), campaign)
    assert found.applied["catnpsmap"].split == split
    batch = compose(columns(Issues=cells), campaign)
    assert batch.values["catnpsmap.Price"].is_not_null().sum() == 9
    assert batch.values["catnpsmap.Staff, floor"].is_not_null().sum() == 3


REASONS = {"Price": ["Too high", "Wrong, again"], "Staff behaviour": ["Rude", "Helpful"], "Parking": []}


@pytest.mark.parametrize("split", [";", ",", "|", "\n"])
def test_a_category_named_by_its_header_learns_what_parts_its_reasons(split):
    """A column that is called as a category is, and holds several of its reasons in a cell, is parted by their sign."""
    campaign = Campaign(id="154", categories=REASONS)
    rows = columns(Price=["Too high", f"Wrong, again{split}Too high", "", "too high", "Wrong, again"])
    assert column_map(rows, campaign).applied["catnpsmap.Price"].split == split
    assert compose(rows, campaign).values["catnpsmap.Price"][1].to_list() == ["Wrong, again", "Too high"]


def test_a_category_with_one_reason_a_cell_is_not_parted():
    """No sign is made up where none is needed."""
    rows = columns(Price=["Too high", "Wrong, again", "", "Too high", "Wrong, again"])
    assert column_map(rows, Campaign(id="154", categories=REASONS)).applied["catnpsmap.Price"].split is None


def test_a_column_of_reasons_is_found_by_its_cells():
    """Cells that are reasons of one category feed it, whatever the header says; one shared reason is no proof."""
    campaign = Campaign(id="154", categories=REASONS)
    rows = columns(Team=["Rude", "Rude;Helpful", "", "Helpful", "Rude", "Helpful"])
    assert column_map(rows, campaign).applied["catnpsmap.Staff behaviour"].split == ";"
    alone = columns(Team=["Rude"] * 8)
    assert "catnpsmap.Staff behaviour" not in column_map(alone, campaign).applied


@pytest.mark.parametrize(
    ("scale", "message"),
    [
        ([1, 5], 'values = { "Dissatisfied" = "2", "Satisfied" = "4", "Very satisfied" = "5" }'),
        ([0, 10], "no number stands"),
    ],
)
def test_words_of_an_answer_scale_are_offered_where_they_fit(scale, message):
    """Five words stand for five numbers; for a scale of eleven they stand for none."""
    rows = columns(NPS=["Very satisfied", "Satisfied", "Dissatisfied"] * 4)
    found = column_map(rows, Campaign(id="154", rating={"scale": scale}))
    assert message in " ".join(found.notes)


def test_words_of_happiness_are_a_scale_too():
    """Help desks ask how happy somebody is."""
    words = ["Extremely happy", "Happy", "Neutral", "Unhappy", "Extremely unhappy"] * 3
    found = column_map(columns(NPS=words), Campaign(id="154", rating={"scale": [1, 5]}))
    assert '"Extremely unhappy" = "1", "Unhappy" = "2", "Neutral" = "3", "Happy" = "4"' in " ".join(found.notes)


def test_a_map_says_all_of_itself_as_json():
    """What is fed, by which rule and how surely, what could be, and what feeds nothing, with the first cells."""
    rows = columns(NPS=["9", "8"] * 5, Q=["Good", "Bad"] * 5)
    told = column_map(rows, OPEN).as_json()
    (fed,) = told["fed"]
    assert fed == {
        "field": "npsrating",
        "columns": ["NPS"],
        "rule": {},
        "confidence": 0.98,
        "reason": "a usual name of it",
        "applied": True,
        "samples": ["9", "8"],
    }
    assert told["unmapped"] == [
        {"header": "Serial", "samples": ["0", "1", "2"]},
        {"header": "Q", "samples": ["Good", "Bad"]},
    ]


def test_a_saved_map_fits_files_of_its_shape_only(tmp_path):
    """Other columns may come or go as long as all that feed a field are there."""
    rows = columns(NPS=["9"], Store=["Pune"], Remarks=["ok"], Day=["1"], Hour=["2"])
    column_map(rows, OPEN).save(tmp_path / "maps" / "kiosk.toml")
    (saved,) = saved_maps(tmp_path / "maps")
    assert (saved.campaign, saved.headers) == ("154", ("Serial", "NPS", "Store", "Remarks", "Day", "Hour"))
    assert saved.fits(["hour", "day", "serial", "remarks", "store", "nps"])
    assert saved.fits(["Serial", "NPS", "Store", "Remarks", "Day", "Minute", "Hour"])
    assert not saved.fits(["Serial", "NPS score", "Store", "Remarks", "Day", "Hour"])
    assert not saved.fits(["NPS", "Store", "Remarks", "A", "B", "C"])
    with pytest.raises(IntakeError, match="cannot be written"):
        column_map(rows, OPEN).save(tmp_path / "maps" / "kiosk.toml" / "x.toml")


def test_a_question_whose_cells_are_ratings_is_the_rating():
    """A question on a scale feeds the rating where its cells are numbers of it; of two such ones a person chooses."""
    ratings = [str(at * 7 % 11) for at in range(20)]
    one = columns(**{"On a scale of 0-10, how was it?": ratings})
    assert applied(one) == {"npsrating": "On a scale of 0-10, how was it?"}
    asked = ("On a scale of 0-10, how was it?", "On a scale of 0-10, how was the food?")
    two = columns(**dict(zip(asked, (ratings, ratings[::-1]), strict=True)))
    found = column_map(two, OPEN)
    assert found.applied == {}
    (note,) = [note for note in found.notes if "npsrating" in note]
    assert all(repr(header) in note for header in asked)


def test_a_question_answered_yes_or_no_is_no_rating():
    """Whether somebody would recommend a shop may be asked without a scale."""
    found = column_map(columns(**{"Would you recommend us?": ["Yes", "No", "maybe"] * 5}), OPEN)
    assert found.applied == {}
    assert "answered yes or no" in found.entries[0].reason
    groups = column_map(columns(**{"Would you recommend us?": ["Promoter", "Passive", "Detractor"] * 5}), OPEN)
    assert list(groups.applied) == ["npsrating"]


def test_a_column_of_nps_groups_is_no_rating():
    """Beside each NPS question stands a column of its groups, as words or numbers; the rating is the other one."""
    ratings = [str(at * 7 % 11) for at in range(20)]
    for groups in (["Promoter", "Passive"] * 10, ["3", "1"] * 10):
        found = columns(Q1_NPS_GROUP=groups, Q1=ratings)
        found = replace(found, labels={"Q1_NPS_GROUP": ("Recommend us? - Group",), "Q1": ("Would you recommend us?",)})
        assert applied(found)["npsrating"] == "Q1"


def test_anonymous_customers_have_no_address():
    """A form tool that writes "anonymous" below Email for everyone feeds no field; one real address changes that."""
    assert "customerinfo.email" not in applied(columns(Email=["anonymous"] * 6))
    assert "customerinfo.email" in applied(columns(Email=["anonymous"] * 5 + ["asha@example.com"]))


@pytest.mark.parametrize("header", ["nps_1", "Q1_NPS", "Answer"])
def test_a_name_that_says_little_is_the_rating_where_its_cells_are_ratings(header):
    """SPSS and AskNicely name the rating so; the cells make sure of it."""
    ratings, texts = ["9", "3", "10", "7", "0", "8"], ["very slow today"] * 6
    rows = read([{header: rating, "Comment": text} for rating, text in zip(ratings, texts, strict=True)])
    assert applied(rows) == {"npsrating": header, "comment": "Comment"}
    words = read([{header: "yes", "Comment": text} for text in texts])
    assert applied(words) == {"comment": "Comment"}


@pytest.mark.parametrize("headers", [("nps_1", "nps_2"), ("Question", "Answer"), ("Last NPS", "Visits"), ("snps", "X")])
def test_names_that_could_be_other_figures_feed_nothing(headers):
    """Two ratings, the answer to any question, an earlier or another NPS: a person must say which it is."""
    rows = read([{headers[0]: str(n), headers[1]: str(10 - n)} for n in (9, 3, 10, 7, 0, 8)])
    assert applied(rows) == {}


@pytest.mark.parametrize(("names", "blank"), [("Rating_{}", "0"), ("{}", ""), ("How likely are you? [{}]", "no")])
def test_a_rating_in_one_column_for_each_number_is_named(names, blank):
    """None of the columns is offered as the rating, for it would send 0 and 1; the export to ask for is named."""
    mark = "yes" if blank == "no" else "1"
    rows = read(
        [{"ID": f"R{at}", **{names.format(n): mark if n == at % 11 else blank for n in range(11)}} for at in range(22)]
    )
    found = column_map(rows, OPEN)
    assert "npsrating" not in found.applied
    (note,) = [note for note in found.notes if "npsrating" in note]
    assert f"Columns {names.format(0)!r} to {names.format(10)!r} hold one rating together" in note
    assert "--map" not in note


def test_columns_of_other_questions_are_no_rating_in_parts():
    """Several answers in one row, or other cells than marks, are several questions."""
    rows = read(
        [{"ID": f"R{at}", **{f"Reason_{n}": "1" if n <= at % 5 else "0" for n in range(5)}} for at in range(10)]
    )
    assert not any("hold one rating" in note for note in column_map(rows, OPEN).notes)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["★☆☆☆☆", "★★★★☆", "★★★★★"], '"★☆☆☆☆" = "1", "★★★★☆" = "4", "★★★★★" = "5"'),
        (["⭐", "⭐⭐⭐⭐", "⭐⭐⭐⭐⭐"], '"⭐" = "1", "⭐⭐⭐⭐" = "4", "⭐⭐⭐⭐⭐" = "5"'),
        (["1 star", "4 stars", "5 stars"], '"1 star" = "1", "4 stars" = "4", "5 stars" = "5"'),
    ],
)
def test_stars_are_offered_as_numbers_where_the_scale_has_five(cells, values):
    """Stars on a scale to 5 are offered as a value map; on one to 10 no number stands for them."""
    rows = read([{"ID": f"R{at}", "Rating": cell} for at, cell in enumerate(cells * 3)])
    five = column_map(rows, Campaign(id="1", rating={"scale": [1, 5]})).notes
    assert any(f"values = {{ {values} }}" in note for note in five)
    assert any("no number stands for them by itself" in note for note in column_map(rows, OPEN).notes)
