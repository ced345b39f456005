"""`omoto x units`: the list looked over, what it lacks reported, and what people fill in kept."""

import csv
import json
import subprocess
import sys

import pytest

CONTRACT = """
[campaign]
id = "154"
[units]
names = ["MG Road", "Phoenix Marketcity", "Noida Sector 62", "Connaught Place Block A", "Connaught Place Block B"]
[attributes.unitname]
required = true
[columns]
npsrating = "Rating"
"namevaluemap.unitname" = "Store"
"""
ANSWERS = "Rating,Store\n9,Connaught Place\n8,noida sector-62\n7,The big mall\n9,connaught place\n"


@pytest.fixture
def omoto(tmp_path):
    """Run the command line in a folder with a contract and answers; give exit code and output."""
    (tmp_path / "c.toml").write_text(CONTRACT, "utf-8")
    (tmp_path / "answers.csv").write_text(ANSWERS, "utf-8")

    def run(*arguments):
        command = [sys.executable, "-m", "omoto_kit", *arguments]
        ran = subprocess.run(  # noqa: S603  our own command line
            command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        return ran.returncode, ran.stdout + ran.stderr

    return run


def filled(path, means):
    """Fill in the column Means of a report, as a person does in a spreadsheet."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    for line in lines:
        line[header.index("Means")] = means.get(line[0], "")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *lines])
    return [line[0] for line in lines]


def test_what_a_person_fills_in_is_exact_from_then_on(omoto, tmp_path):
    """Names that no unit has are reported, filled in, kept with who and when, and set in the next run."""
    code, said = omoto("x", "units", "report", "answers.csv", "-c", "c.toml")
    assert (code, "3 names are no unit's" in said) == (0, True)
    report = tmp_path / "unmatched-units.csv"
    means = {"The big mall": "Phoenix Marketcity", "Connaught Place": "Connaught Place Block B"}
    assert filled(report, means) == ["Connaught Place", "The big mall", "connaught place"]
    code, said = omoto("x", "units", "confirm", "unmatched-units.csv", "-c", "c.toml")
    assert (code, said.startswith("2 names are kept")) == (0, True)
    kept = json.loads((tmp_path / "units.aliases.json").read_text("utf-8"))["aliases"]
    assert all(alias["who"] and alias["when"] and alias["version"] for alias in kept)
    _, said = omoto("check", "answers.csv", "-c", "c.toml", "--json", "--changes")
    events = [json.loads(line) for line in said.splitlines()]
    assert events[-1]["ready"] == 4
    why = {event["row"]: event["why"] for event in events if event["event"] == "change"}
    assert why[4] == "a person confirmed this spelling"


def test_a_new_list_is_looked_over(omoto, tmp_path):
    """Units with one name are told, and a choice whose unit is gone is doubted and no longer kept."""
    assert omoto("x", "units", "check", "-c", "c.toml")[0] == 0
    omoto("x", "units", "report", "answers.csv", "-c", "c.toml")
    filled(tmp_path / "unmatched-units.csv", {"The big mall": "Phoenix Marketcity", "Connaught Place": "MG Road"})
    omoto("x", "units", "confirm", "unmatched-units.csv", "-c", "c.toml")
    (tmp_path / "c.toml").write_text(CONTRACT.replace("Phoenix Marketcity", "M.G. Road Branch"), "utf-8")
    code, said = omoto("x", "units", "check", "-c", "c.toml")
    assert code == 1
    assert "'MG Road' and 'M.G. Road Branch' cannot be told apart by name" in said
    assert "'The big mall' no longer means 'Phoenix Marketcity': 'Phoenix Marketcity' is no longer in the list" in said
    kept = json.loads((tmp_path / "units.aliases.json").read_text("utf-8"))["aliases"]
    assert [alias["unit"] for alias in kept] == ["MG Road"]


def test_what_is_no_unit_is_not_kept(omoto, tmp_path):
    """A misspelt standard name in the column Means is refused with its row and the nearest one."""
    omoto("x", "units", "report", "answers.csv", "-c", "c.toml")
    filled(tmp_path / "unmatched-units.csv", {"The big mall": "Phoenix Marketcty"})
    code, said = omoto("x", "units", "confirm", "unmatched-units.csv", "-c", "c.toml")
    assert code == 2
    assert "row 3" in said
    assert "Did you mean 'Phoenix Marketcity'?" in said
    assert not (tmp_path / "units.aliases.json").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("confirm", "nope.csv", "-c", "c.toml"), "No such file"),
        (("confirm", "answers.csv", "-c", "c.toml"), "It has no columns 'Written' and 'Means'"),
        (("report", "answers.csv", "-c", "empty.toml"), "The contract lists no units"),
        (("report", "ratings.csv", "-c", "c.toml"), "no column"),
    ],
)
def test_wrong_files_are_named(omoto, tmp_path, arguments, told):
    """Each is answered in one sentence with exit code 2, and no traceback."""
    (tmp_path / "empty.toml").write_text('[campaign]\nid = "1"\n')
    (tmp_path / "ratings.csv").write_text("Rating\n9\n")
    code, said = omoto("x", "units", *arguments)
    assert code == 2
    assert told.lower() in said.lower()
    assert "Traceback" not in said
