"""`omoto check`: every problem named, every row accounted for, nothing sent."""

import json

from tests.cli.survey import line, mobile


def test_check_accounts_for_every_row(omoto, answers):
    """Ready, held and duplicate rows add up to the rows of the file, and held rows make the exit code 1."""
    answers(line(1), line(2, rating="Promoter"), line(3), line(3), line(4, store=""))
    ran = omoto("check", "answers.csv", "-c", "c.toml", "--json")
    summary = ran.summary
    assert ran.code == 1
    assert (summary["rows"], summary["ready"], summary["held"], summary["duplicate"]) == (5, 2, 2, 1)
    assert summary["problems"] == len(ran.of("problem"))


def test_a_clean_file_ends_with_zero(omoto, answers):
    """A file without errors ends with exit code 0 and no problem lines."""
    answers(line(1), line(2))
    ran = omoto("check", "answers.csv", "-c", "c.toml", "--json")
    assert (ran.code, ran.of("problem")) == (0, [])


def test_a_problem_says_where_and_what(omoto, answers):
    """Each problem carries row, column, field, code, severity, value, message and fix."""
    answers(line(1), line(2, store="Koramangla 4th Block"))
    told = omoto("check", "answers.csv", "-c", "c.toml", "--json").of("problem")
    (problem,) = (problem for problem in told if problem["severity"] == "error")
    assert (problem["row"], problem["column"], problem["field"]) == (3, "Store", "namevaluemap.unitname")
    assert (problem["code"], problem["severity"]) == ("unit_unknown", "error")
    assert problem["value"] == "Koramangla 4th Block"
    assert problem["fix"]["options"][0] == "Koramangala 4th Block"
    assert problem["message"]


def test_bodies_are_written_for_ready_rows_only(omoto, answers, tmp_path):
    """`--bodies` writes row number and jsonbody of each ready row, exactly as it would be sent."""
    answers(line(1, price="Too high; Unclear"), line(2, rating="11"))
    ran = omoto("check", "answers.csv", "-c", "c.toml", "--bodies", "bodies.jsonl")
    (body,) = map(json.loads, (tmp_path / "bodies.jsonl").read_text("utf-8").splitlines())
    assert ran.code == 1
    assert body == {
        "row": 2,
        "jsonbody": {
            "campaignid": "154",
            "channel": "kiosk",
            "catnpsmap": {"Price": ["Too high", "Unclear"]},
            "npsrating": "1",
            "comment": "Fine",
            "customerinfo": {"mobileno": mobile(1)},
            "namevaluemap": {"unitname": "Hitech City Phase 1"},
        },
    }


def test_changes_are_told(omoto, answers):
    """`--changes` tells who set a cell, from what, to what and why."""
    answers(line(1, store="HITECH CITY  PHASE 1"))
    (change,) = omoto("check", "answers.csv", "-c", "c.toml", "--changes", "--json").of("change")
    assert (change["row"], change["field"]) == (2, "namevaluemap.unitname")
    assert (change["before"], change["after"]) == ("HITECH CITY  PHASE 1", "Hitech City Phase 1")
    assert change["step"]
    assert change["why"]


def test_a_map_overrides_the_contract(omoto, answers):
    """`--map` feeds a field from another column than the contract names."""
    path = answers(line(1))
    path.write_text(path.read_text("utf-8").replace("Rating", "Score given"), encoding="utf-8")
    assert omoto("check", path, "-c", "c.toml").code == 2
    ran = omoto("check", path, "-c", "c.toml", "--json", "--map", "Score given=npsrating")
    assert (ran.code, ran.summary["ready"]) == (0, 1)


def test_a_plugin_file_runs_when_it_is_named(omoto, answers, tmp_path):
    """`--plugin FILE` runs a one-file enricher, and its change names it."""
    (tmp_path / "cities.py").write_text(
        '"""Fills the city."""\nfrom omoto_kit import enricher\n\n\n'
        '@enricher("namevaluemap.city")\ndef city(unitname):\n'
        '    return "Hyderabad" if "Hitech" in unitname else None\n',
        encoding="utf-8",
    )
    answers(line(1))
    ran = omoto("check", "answers.csv", "-c", "c.toml", "--plugin", "cities.py", "--changes", "--json")
    (change,) = ran.of("change")
    assert (change["field"], change["after"], ran.code) == ("namevaluemap.city", "Hyderabad", 0)
    assert "cities" in change["step"]


def test_a_person_sees_columns_problems_and_the_account(omoto, answers):
    """Without --json the columns, each kind of problem and the account of rows are shown, and no JSON."""
    answers(line(1), line(2, rating="Promoter"), line(3, rating="11"))
    ran = omoto("check", "answers.csv", "-c", "c.toml")
    for word in ("Columns", "Rating", "rating_not_integer", "rating_out_of_range", "3 rows = 1 ready + 2 held"):
        assert word in ran.out
    assert not ran.out.lstrip().startswith("{")


def test_markup_in_a_file_is_only_text(omoto, answers):
    """Square brackets in headers and cells are shown as they are, not read as colours."""
    path = answers(line(1, store="[bold]No such[/bold] store[/]"))
    ran = omoto("check", path, "-c", "c.toml", "--all")
    assert "[bold]No" in ran.out
    assert "store[/]" in ran.out


def test_why_tells_the_chain_of_one_cell(omoto, answers):
    """`omoto why` tells the source's cell, each change and the value that stands there now."""
    answers(line(1, rating="9/10"))
    ran = omoto("why", 2, "npsrating", "answers.csv", "-c", "c.toml")
    assert ran.code == 0
    for word in ("Rating", "9/10", "'9'"):
        assert word in ran.out
    missing = omoto("why", 99, "npsrating", "answers.csv", "-c", "c.toml")
    assert (missing.code, "from 2 to 2" in missing.err) == (2, True)
    unknown = omoto("why", 2, "npsratng", "answers.csv", "-c", "c.toml")
    assert (unknown.code, "Did you mean 'npsrating'?" in unknown.err) == (2, True)


def test_how_a_file_is_read_can_be_said(omoto, tmp_path):
    """`--read` names the header's row, as the library's argument does."""
    (tmp_path / "c.toml").write_text('[campaign]\nid = "154"\n[columns]\ncomment = "Said"\n')
    (tmp_path / "t.csv").write_text("a,b\nc,d\nSaid,Store\nfine,x\ngood,y\n")
    ran = omoto("check", "t.csv", "-c", "c.toml", "--json", "--read", "header_row=3")
    assert ran.summary["rows"] == 2
    wrong = omoto("check", "t.csv", "-c", "c.toml", "--read", "header_rwo=3")
    assert (wrong.code, "Did you mean 'header_row'?" in wrong.err) == (2, True)


def test_several_files_are_one_source(omoto, answers):
    """A pattern and a list of files are read together; each problem names its file and its row there."""
    answers(line(1), name="april.csv")
    answers(line(2, rating="11"), name="may.csv")
    for files in (["*.csv"], ["april.csv", "may.csv"]):
        ran = omoto("check", *files, "-c", "c.toml", "--json")
        assert (ran.code, ran.summary["rows"], ran.summary["held"]) == (1, 2, 1)
        (problem,) = ran.of("problem")
        assert problem["code"] == "rating_out_of_range"
        assert (problem["file"][-7:], problem["file_row"]) == ("may.csv", 2)
    seen = omoto("check", "april.csv", "may.csv", "-c", "c.toml").out
    assert "1 row: may.csv 2" in seen
    nothing = omoto("check", "*.xlsx", "-c", "c.toml")
    assert (nothing.code, "No file matches" in nothing.err) == (2, True)


def test_several_files_are_pushed_together(omoto, answers):
    """One push of two files sends the rows of both, and the same again sends none."""
    answers(line(1), name="april.csv")
    answers(line(2), name="may.csv")
    first = omoto("push", "april.csv", "may.csv", "-c", "c.toml", "--outbox", "o.db", "--json")
    assert (first.code, first.summary["delivered"], first.summary["rows"]) == (0, 2, 2)
    again = omoto("push", "*.csv", "-c", "c.toml", "--outbox", "o.db", "--json")
    assert (again.summary["sent"], again.summary["rows"]) == (0, 2)


def test_a_map_is_saved_used_and_found_by_itself(omoto, answers):
    """A column map written by one check feeds the next file of the shape: by its name, or from the folder maps."""
    (omoto.folder / "open.toml").write_text('[campaign]\nid = "154"\n', encoding="utf-8")
    (omoto.folder / "a.csv").write_text("X,Y\n9,Pune\n", encoding="utf-8")
    saved = omoto("check", "a.csv", "-c", "open.toml", "--map", "X=npsrating", "--save-map", "maps/x.toml", "--json")
    assert saved.of("map_saved") == [{"event": "map_saved", "path": "maps/x.toml", "fields": ["npsrating"]}]
    named = omoto("check", "a.csv", "-c", "open.toml", "--use-map", "maps/x.toml", "--bodies", "out.jsonl")
    assert named.code == 0
    assert '"npsrating":"9"' in (omoto.folder / "out.jsonl").read_text(encoding="utf-8")
    told = omoto("why", 2, "npsrating", "a.csv", "-c", "open.toml", "--use-map", "maps/x.toml", "--json")
    assert (told.of("why")[0]["column"], told.of("why")[0]["value"]) == ("X", "9")
    (omoto.folder / "omoto.toml").write_text("", encoding="utf-8")
    found = omoto("check", "a.csv", "-c", "open.toml")
    assert "as the saved map says" in found.out
    assert "which was saved from a file of the same shape" in found.out.replace("\n", " ")
    broken = omoto("check", "a.csv", "-c", "open.toml", "--use-map", "open.toml")
    assert (broken.code, "open.toml" in broken.err) == (2, True)


def test_each_kind_says_how_it_is_mended(omoto, answers):
    """Beside a kind of problem stands the option that sets what is on offer."""
    answers(line(1, store="Koramangla 4th Block"), line(2))
    assert "1 can be set to the value on offer: --fix unit_unknown" in omoto("check", "answers.csv", "-c", "c.toml").out


OFFERS = '''"""Empties a comment that says nothing, and has an opinion on the city."""
from omoto_kit import Clear, Suggest, enricher


@enricher("comment")
def dash(comment):
    return Clear("The cell says that there is none.") if comment == "no words" else None


@enricher("namevaluemap.city")
def city(unitname):
    return Suggest("Pune", "a guess")
'''


def test_what_was_only_offered_is_not_told_as_changed(omoto, answers, tmp_path):
    """A person's list of changes keeps offers that nobody took apart from what was changed."""
    (tmp_path / "offers.py").write_text(OFFERS, encoding="utf-8")
    answers(line(1, rating="9/10"))
    out = omoto("check", "answers.csv", "-c", "c.toml", "--changes", "--plugin", "offers.py").out
    made, offered = out.split("\nChanges")[1].split("Not changed: what was offered")
    assert ("9/10" in made, "Pune" in made) == (True, False)
    assert ("suggested" in offered, "Pune" in offered, "9/10" in offered) == (True, True, False)


def test_a_cell_that_a_plugin_empties_counts_as_changed(omoto, answers, tmp_path):
    """The sum of changed cells names cells that were emptied, too."""
    (tmp_path / "offers.py").write_text(OFFERS, encoding="utf-8")
    answers(line(1, comment="no words"))
    out = omoto("check", "answers.csv", "-c", "c.toml", "--plugin", "offers.py").out
    (told,) = (row for row in out.split("Changed cells")[1].splitlines() if row.startswith("  comment"))
    assert told.split()[1:] == ["1", "offers:dash"]


def test_columns_that_feed_nothing_are_named(omoto, answers):
    """A column that no field takes is told, but for the one that makes a row itself."""
    path = answers(line(1))
    head, row = path.read_text("utf-8").splitlines()
    path.write_text(f"{head},Visited on,Cashier\n{row},2026-04-01,Ravi\n", encoding="utf-8")
    out = omoto("check", "answers.csv", "-c", "c.toml").out
    assert "No field takes 'Visited on', 'Cashier'." in out


def test_a_person_is_told_how_to_see_every_problem(omoto, answers):
    """Where a kind of problem stands in several rows, `--all` is named once."""
    answers(line(1, rating="11"), line(2, rating="12"), line(3))
    assert omoto("check", "answers.csv", "-c", "c.toml").out.count("--all lists every problem") == 1
    assert "--all lists" not in omoto("check", "answers.csv", "-c", "c.toml", "--all").out


def test_an_advice_names_the_options_of_the_command_line(omoto, tmp_path):
    """What the library calls `as_table=True` is `--read as_table=yes` here."""
    (tmp_path / "sums.csv").write_text(
        "Question,Promoters,Passives,Detractors,NPS\nQ1,50,30,20,30\nQ2,40,40,20,20\n", encoding="utf-8"
    )
    ran = omoto("check", "sums.csv", "-c", "c.toml")
    assert ran.code == 2
    assert "(--read header_row=3), or --read as_table=yes." in ran.err


def test_several_files_are_counted_once(omoto, answers):
    """The line that says what was understood begins with the files, not twice."""
    answers(line(1), name="may.csv")
    answers(line(2), name="june.csv")
    out = omoto("check", "may.csv", "june.csv", "-c", "c.toml").out
    assert "\n2 files, 2 rows (may.csv: CSV" in out
