"""Real exports of survey tools: each goes the whole road by a contract of its own, every row accounted for."""

import csv
from pathlib import Path

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.intake import compose, read
from omoto_kit.wire import encode_rows

EXPORTS = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "exports"
STATES = ("delivered", "rejected", "unknown", "held", "queued", "cancelled", "duplicate")

if not EXPORTS.is_dir():
    pytest.skip("the public exports (../shared/data/exports) are not here", allow_module_level=True)

#: Six of these hold nothing but the answers of a test run, which are no responses.
QUALTRICS = "[identity]\ncolumns = ['ResponseID']\n"
#: For each export: its contract below [campaign], and the number of its answers as its rows say.
CONTRACTS = {
    "google_forms/sudzilla_nps_iso_dates.csv": (
        (
            "[rating]\nrequired = true\n[attributes.visit]\nkind = 'datetime'\n[columns]\n"
            "npsrating = 'On a scale of 0-10, how would you rate Sudzilla?'\n"
            "comment = '...why?'\n'namevaluemap.visit' = 'Timestamp'\n"
        ),
        39,
    ),
    "google_forms/sudzilla_nps_us_dates.csv": (
        (
            "[attributes.visit]\nkind = 'datetime'\nrequired = true\n[columns]\n"
            "npsrating = 'On a scale of 0-10, how would you rate Sudzilla?'\n"
            "comment = '...why?'\n'namevaluemap.visit' = 'Timestamp'\n"
        ),
        39,
    ),
    "google_forms/otel-collector-follow-up-survey.csv": (
        (
            "[attributes.organization]\n[attributes.industry]\n[columns]\n"
            "'namevaluemap.organization' = '1. How large is your organization?'\n"
            "'namevaluemap.industry' = '2. What industry do you work in?'\n"
        ),
        None,
    ),
    "nps_long/store_nps_03.csv": (
        (
            "[units]\nnames = ['Clapham', 'Putney', 'Wimbledon', 'Peckham', 'Scotland', 'Wales']\n[columns]\n"
            "npsrating = 'Would you recommend C&BSco to your friends and family?'\n"
            "comment = 'If you would, why?'\n'namevaluemap.unitname' = 'Store'\n'customerinfo.name' = 'Name'\n"
        ),
        24,
    ),
    "other/dirty_data.xlsx": ("[columns]\n'customerinfo.name' = 'First Name'\n", None),
    "other/hindi_english_reviews.csv": (
        (
            "[rating]\nscale = [1, 5]\nrequired = true\n[identity]\ncolumns = ['review_id']\n[columns]\n"
            "npsrating = 'rating'\ncomment = 'review_text'\n"
        ),
        40,
    ),
    "other/surveygizmo_2015.csv": (
        (
            "[attributes.started]\nkind = 'datetime'\n[columns]\n'namevaluemap.started' = 'Time Started'\n"
            "comment = 'What, if anything, hinders you from making Jupyter Notebook "
            "an even more regular part of your workflow?'\n"
        ),
        779,
    ),
    "qualtrics/Better_Sample_Survey.csv": (QUALTRICS, 0),
    "qualtrics/Multiple_Answer_MC_Questions (Insights).csv": (QUALTRICS, 0),
    "qualtrics/No_Basis_for_Evaluation (Insights).csv": (QUALTRICS, 0),
    "qualtrics/No_Basis_for_Evaluation (Legacy).csv": (QUALTRICS, 0),
    "qualtrics/Sample_Survey (Insights).csv": (QUALTRICS, 0),
    "qualtrics/Sample_Survey.csv": (QUALTRICS, 0),
    "qualtrics/qualtRics_sample.csv": ("[identity]\ncolumns = ['ResponseId']\n[columns]\ncomment = 'Q2'\n", 1),
    "qualtrics/qualtRics_sample_legacy.csv": ("[columns]\ncomment = 'Q2'\n", 1),
    "surveymonkey/CNCF Maintainers Survey 2023 H1.csv": (
        "[columns]\nnpsrating = 'Would you recommend CNCF to other open source projects?'\n",
        145,
    ),
    "surveymonkey/CNCF Marketing and Member Survey 1H 2020.csv": (
        "[columns]\ncomment = 'How long have you been a member of CNCF?'\n",
        150,
    ),
    "surveymonkey/Service Mesh Microsurvey.csv": ("[identity]\ncolumns = ['Respondent ID']\n", 253),
    "surveymonkey/StarWars.csv": ("[identity]\ncolumns = ['RespondentID']\n", 1186),
    "surveymonkey/ospo_2020.csv": ("[identity]\ncolumns = ['Respondent ID']\n", 1026),
}
#: Exports that hold no answers of customers, each with what the refusal says, and how many rows a person can force.
REFUSED = {
    "nps_long/store_nps_01.csv": ("This is in long form: one row a question", 140),
    "nps_long/store_nps_02.csv": ("This is a list of the survey's questions", 5),
    "other/survey_data_spreadsheet_messy.xls": ("This is a sheet of several tables side by side", None),
}


def test_every_export_has_a_contract():
    """No export is left out."""
    found = {path.relative_to(EXPORTS).as_posix() for path in EXPORTS.glob("*/*")}
    known = CONTRACTS.keys() | REFUSED.keys()
    assert {name.replace("\xa0", " ") for name in found} == {name.replace("\xa0", " ") for name in known}


def path_of(name):
    """Find an export whose name may hold no-break spaces."""
    return next(
        path for path in EXPORTS.glob("*/*") if path.relative_to(EXPORTS).as_posix().replace("\xa0", " ") == name
    )


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_real_export_goes_the_whole_road(omoto, tmp_path, name):
    """The rows of check add up, the rows of push add up to the same number, and the sandbox took what was delivered."""
    contract, answers = CONTRACTS[name]
    (tmp_path / "c.toml").write_text('[campaign]\nid = "154"\n' + contract, encoding="utf-8")
    path = path_of(name)
    checked = omoto("check", path, "-c", "c.toml", "--json")
    assert checked.code in {0, 1}, checked.err
    summary = checked.summary
    assert summary["rows"] == summary["ready"] + summary["held"] + summary["duplicate"]
    if answers is not None:
        assert summary["rows"] == answers
    server = omoto.sandbox()
    pushed = omoto("push", path, "-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json")
    assert pushed.code in {0, 1}, pushed.err
    assert sum(pushed.summary[state] for state in STATES) == pushed.summary["rows"] == summary["rows"]
    assert len(server.bodies()) == pushed.summary["delivered"] == summary["ready"]


@pytest.mark.parametrize("name", REFUSED)
def test_an_export_without_answers_is_refused_in_plain_words(omoto, tmp_path, name):
    """Exit code 2, what the file is and what to do, and nothing sent; who insists can read it all the same."""
    message, rows = REFUSED[name]
    (tmp_path / "c.toml").write_text('[campaign]\nid = "154"\n', encoding="utf-8")
    checked = omoto("check", path_of(name), "-c", "c.toml", "--json")
    assert checked.code == 2
    assert message in " ".join(checked.err.split())
    assert "Traceback" not in checked.err
    forced = read(path_of(name), as_table=True, keep=["previews"])
    assert len(forced) == rows if rows is not None else len(forced) > 10


def test_label_rows_are_no_responses(tmp_path):
    """Question texts and import ids of a Qualtrics export never become a response."""
    path = path_of("qualtrics/Better_Sample_Survey.csv")
    rows = read(path, keep=["previews"])
    campaign = Campaign(id="154", identity=["ResponseID"], columns={"comment": "q2_favorite"})
    text = "\n".join(body for _, body in encode_rows(compose(rows, campaign)))
    with path.open(encoding="utf-8-sig", newline="") as file:
        labels = next(row for number, row in enumerate(csv.reader(file)) if number == 1)
    assert "campaignid" in text
    assert "ImportId" not in text
    assert not any(label in text for label in labels if len(label) > 20)


def test_a_file_of_test_answers_alone_is_told(omoto, tmp_path):
    """Nothing is sent of it, the account is there, and a note says why there is nothing."""
    (tmp_path / "c.toml").write_text('[campaign]\nid = "154"\n', encoding="utf-8")
    ran = omoto("check", path_of("qualtrics/Sample_Survey.csv"), "-c", "c.toml")
    assert (ran.code, "No row of this source is an answer" in ran.out) == (0, True)
    kept = omoto("check", path_of("qualtrics/Sample_Survey.csv"), "-c", "c.toml", "--read", "keep=previews", "--json")
    assert kept.summary["rows"] == 5
