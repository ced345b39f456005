"""The guide to writing plugins, done step by step in an empty folder."""

import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from omoto_kit.enrichment import enrich
from omoto_kit.journey import Workspace
from omoto_kit.plugins import Plugins
from tests.enrichment.conftest import CITY, batch_of

GUIDE = Path(__file__).parent.parent.parent / "plugins" / "README.md"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
#: A minute's reading, at the pace of a technical text.
WORDS = 200


def blocks(kind):
    """Give the blocks of one language, each with the file that it names."""
    return [(file, text) for found, file, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")) if found == kind]


def typed(line, folder):
    """Run one line of a shell block as its reader would; the commands are those of this installation."""
    words = re.findall(r'"[^"]*"|\S+', line)
    modules = {"omoto": "omoto_kit", "pytest": "pytest"}
    command = [sys.executable, "-m", modules[words[0]], *words[1:]]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Write every named file and run every line, in the order of the page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.setenv("COLUMNS", "200")
        folder, done = tmp_path_factory.mktemp("guide"), {}
        for kind, file, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
            if file:
                (folder / file).parent.mkdir(exist_ok=True)
                (folder / file).write_text(text, encoding="utf-8")
            for line in text.splitlines() if kind == "sh" else ():
                if line.startswith("cd "):
                    folder /= line.removeprefix("cd ")
                else:
                    done[line] = typed(line, folder)
        return folder, done


def test_every_command_of_the_guide_works(outcomes):
    """No command fails, but for a check that finds rows to hold in the messy example."""
    _, done = outcomes
    failed = {line: run.stdout + run.stderr for line, run in done.items() if run.returncode not in (0, "check" in line)}
    assert failed == {}
    assert len(done) >= 5


def test_the_first_plugin_enriches_a_row(outcomes):
    """The reader sees rows of the example with a region that the plugin has set."""
    _, done = outcomes
    (check,) = (run.stdout for line, run in done.items() if line.startswith("omoto check"))
    assert "namevaluemap.region" in check
    assert "region:region" in check


def test_the_plugin_and_its_tests_pass(outcomes):
    """Examples, contract and the author's own test, all green."""
    _, done = outcomes
    (tests,) = (run.stdout for line, run in done.items() if line.startswith("pytest"))
    assert "3 passed" in tests
    assert "region: sound" in done["omoto plugins test plugins/region.py"].stdout


def test_the_way_to_the_first_enriched_row_is_short():
    """What stands before the first enriched row is read in a minute."""
    text = GUIDE.read_text(encoding="utf-8")
    before = text[: text.index("omoto check")]
    assert len(before.split()) < WORDS


@pytest.mark.parametrize("way", ["plugin", "section"])
def test_the_table_is_looked_up_both_ways(outcomes, tmp_path, way):
    """The file of nine lines and the section of omoto.toml fill the same."""
    table = {"Code": ["BLR-1"], "Standard name": ["Indiranagar"], "City": ["Bengaluru"]}
    pl.DataFrame(table).write_excel(tmp_path / "stores.xlsx")
    lookup = next(text for file, text in blocks("python") if file == "plugins/stores.py")
    if way == "plugin":
        path = tmp_path / "plugins" / "stores.py"
        path.parent.mkdir()
        path.write_text(lookup, encoding="utf-8")
        plugins = Plugins.load(files=[path], entry_points=False)
    else:
        ((_, section),) = blocks("toml")
        (tmp_path / "omoto.toml").write_text(section, encoding="utf-8")
        space = Workspace(tmp_path)
        plugins = Plugins.load(workspace=tmp_path, lookups=space.lookups, entry_points=False)
    batch = enrich(batch_of({"source.Store Code": ["BLR-1", "?"]}), plugins=plugins)
    assert batch.values.select("namevaluemap.unitname", CITY).rows() == [("Indiranagar", "Bengaluru"), (None, None)]
    assert len(lookup.strip().splitlines()) <= 15


def test_the_guide_names_only_what_there_is():
    """Every decorator, class and command in its text exists."""
    import omoto_kit.plugins as module
    from omoto_kit.plugins.lint import HOOKS

    text = GUIDE.read_text(encoding="utf-8")
    for name in re.findall(r"@(\w+)", text):
        assert hasattr(module, name), name
    for name in ("before_send", "after_send"):
        assert name in HOOKS
        assert name in text
