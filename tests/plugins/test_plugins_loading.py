import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from omoto_kit.errors import PluginError
from omoto_kit.plugins import Plugins, Recipe, discover
from tests.plugins.conftest import CITY

ROOT = Path(__file__).parent.parent.parent
HEAVY = ["polars", "requests", "ipywidgets", "typer"]
FORBIDDEN = "raise SystemExit('this file must not run')\n"


def states(listing):
    """Give the state of each plugin by name."""
    return {found.name: found.state for found in listing}


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a distribution with one module as an entry point, as a wheel's installer would lay it out."""

    def install(name, module, text, version="1.2"):
        site = tmp_path / "site"
        info = site / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: About.\n")
        (info / "entry_points.txt").write_text(f"[omoto_kit]\n{name} = {module}\n")
        (site / f"{module.partition(':')[0]}.py").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(site))

    return install


def test_a_named_file_runs(write):
    """A file that was named is trusted by being named, and its steps are signed with its name and hash."""
    plugins = Plugins.load(files=[write()], entry_points=False)
    (step,) = plugins.enrichers
    assert (step.label, step.where, plugins.problems) == ("stores:city", "stores.py:6", ())
    assert len(step.version) == 12
    assert plugins.writes == {"namevaluemap.city"}


def test_the_one_file_example_of_the_repository_runs():
    """The example that the documentation shows works as it is."""
    path = ROOT / "plugins" / "city_from_pincode.py"
    (step,) = Plugins.load(files=[path], entry_points=False).enrichers
    assert step.function("560001") == "Bengaluru"


def test_a_workspaces_file_runs_once_it_is_trusted(tmp_path, write, trust):
    """An unknown file is listed and said, but not run; trusted it runs; edited it waits again."""
    path = write()
    first = Plugins.load(workspace=tmp_path, entry_points=False, trust=trust)
    assert (first.enrichers, states(first.listing())) == ((), {"stores": "untrusted"})
    assert f"omoto plugins trust {path.stem}" in str(first.problems[0])
    trust.add(path)
    second = Plugins.load(workspace=tmp_path, entry_points=False, trust=trust)
    assert ([step.name for step in second.enrichers], second.problems) == (["city"], ())
    path.write_text(CITY + "\n# edited\n", encoding="utf-8")
    third = Plugins.load(workspace=tmp_path, entry_points=False, trust=trust)
    assert (third.enrichers, states(third.listing())) == ((), {"stores": "changed"})


def test_untrusted_files_never_run(tmp_path, write, trust):
    """Neither loading nor listing executes a line of a file that nobody trusted."""
    write(FORBIDDEN)
    assert states(Plugins.load(workspace=tmp_path, entry_points=False, trust=trust).listing()) == {
        "stores": "untrusted"
    }


def test_scanning_imports_nothing(tmp_path, write, trust, installed):
    """The list comes from texts and metadata alone, even for what is trusted and installed."""
    trust.add(write(CITY + FORBIDDEN))
    installed("regions", "omoto_regions", FORBIDDEN)
    listing = {one.found.name: one.found for one in discover(Recipe(tmp_path, trust=trust))}
    stores, regions = listing["stores"], listing["regions"]
    assert (stores.state, stores.steps, stores.says) == ("ok", ("city",), "Fills the city from the pincode.")
    assert (regions.kind, regions.version, regions.where, regions.says) == ("package", "1.2", "omoto_regions", "About.")
    assert "omoto_regions" not in sys.modules


def test_an_installed_package_is_found(installed):
    """The entry point group is omoto_kit; steps carry the package's version."""
    installed("regions", "omoto_regions_ok", CITY, version="3.4")
    steps = [step for step in Plugins.load().enrichers if step.plugin == "regions"]
    assert [(step.name, step.version) for step in steps] == [("city", "3.4")]


def test_a_package_may_name_an_object(installed):
    """An entry point may be an instance with hooks; a class in its place is named as the mistake that it is."""
    hooks = (
        "from omoto_kit.plugins import hookimpl\n\n\nclass Guard:\n    @hookimpl\n"
        "    def before_send(self, response):\n        return 'wait'\n\n\nguard = Guard()\n"
    )
    installed("guard", "omoto_guard:guard", hooks)
    installed("guards", "omoto_guards:Guard", hooks)
    plugins = Plugins.load()
    assert ("guard", "wait") in [(answer.plugin, answer.value) for answer in plugins.call("before_send", response=None)]
    (problem,) = [problem for problem in plugins.problems if problem.plugin == "guards"]
    assert "Guard is a class" in str(problem)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nowhere_to_be_found\n", "ModuleNotFoundError at stores.py:1, No module named 'nowhere_to_be_found'"),
        ("\n\n1 / 0\n", "cannot be imported: ZeroDivisionError at stores.py:3"),
        (
            'from omoto_kit import enricher\n\n@enricher("comment", ranks="master")\ndef city(pincode): ...\n',
            "TypeError at stores.py:3, enricher() got an unexpected keyword argument 'ranks'",
        ),
        (
            'from omoto_kit import enricher\n\n\n@enricher("namevaluemap.city")\nclass City: ...\n',
            "stores.py:4: City is a class",
        ),
        ("raise SystemExit\n", "cannot be imported: SystemExit at stores.py:1"),
        ("def broken(:\n", "It is no Python: invalid syntax"),
        ("\0", "It is no Python"),
        (CITY.replace('"namevaluemap.city"', '"campaignid"'), "campaignid can never be written"),
    ],
)
def test_a_broken_plugin_stops_nothing(tmp_path, write, trust, text, said):
    """What is wrong with one plugin is listed with its place, and the others load."""
    trust.add(write(text))
    trust.add(write(CITY, "zones.py"))
    plugins = Plugins.load(workspace=tmp_path, entry_points=False, trust=trust)
    assert [step.plugin for step in plugins.enrichers] == ["zones"]
    assert states(plugins.listing()) == {"stores": "broken", "zones": "ok"}
    (problem,) = plugins.problems
    assert said in str(problem)
    assert problem.plugin == "stores"


@pytest.mark.parametrize("text", ["1 / 0\n", "def broken(:\n", ""])
def test_a_named_file_that_is_broken_is_an_error(write, text):
    """Who asks for one file wants to hear at once that it does not work."""
    with pytest.raises(PluginError) as caught:
        Plugins.load(files=[write(text)], entry_points=False)
    assert caught.value.plugin == "stores"
    assert "stores.py" in str(caught.value)


def test_a_named_file_that_is_missing_is_an_error(write):
    """The nearest file beside it is named."""
    path = write()
    with pytest.raises(PluginError, match=r"There is no such plugin file. Did you mean 'stores.py'"):
        Plugins.load(files=[path.with_name("store.py")])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def city(pincode):\n    return None\n", "stores.py:1: The plugin has no step and no hook. city looks like"),
        ("def a(x): ...\ndef b(y): ...\n", "a and b look like a step without its decorator"),
        ("x = 1\n", "The plugin has no step and no hook. Decorate it by @enricher"),
        ("from pathlib import Path\ndef _private(): ...\n", "The plugin has no step and no hook. Decorate it"),
        (CITY + "\ndef before_send(response): ...\n", "before_send has the name of a hook, but no decorator"),
        (
            "@hookimpl\ndef befor_send(response): ...\n",
            "stores.py:2: 'befor_send' is no hook. Did you mean 'before_send'",
        ),
        ("@hookimpl\ndef before_send(respons): ...\n", "no argument 'respons'. Did you mean 'response'"),
        ("@hookimpl\ndef enrichers(batch): ...\n", "no argument 'batch'. It has no arguments."),
        ("@hookimpl\ndef before_send(response=None): ...\n", "before_send has a default for response"),
        ("@hookimpl\ndef before_send(**all): ...\n", "before_send gathers **all"),
        ("@hookimpl\ndef before_send(*, response): ...\n", "before_send takes response by keyword only"),
        (
            "class Hold:\n    def __call__(self, response): ...\n\nbefore_send = hookimpl(Hold())\n",
            "before_send is an object that can be called, not a function",
        ),
    ],
)
def test_mistakes_of_authors_are_named_at_load(write, text, said):
    """What pluggy would take in silence is an error with file, line and the nearest right name."""
    path = write("from omoto_kit.plugins import hookimpl\n" * ("hookimpl" in text) + text)
    with pytest.raises(PluginError) as caught:
        Plugins.load(files=[path], entry_points=False)
    assert said in str(caught.value)


def test_steps_from_elsewhere_are_not_taken_over(tmp_path, write, monkeypatch):
    """A step that a module only imports belongs to where it was written, and is not registered twice."""
    (tmp_path / "town_helper.py").write_text(CITY, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    text = "from town_helper import city\n" + CITY.replace("def city", "def town")
    plugins = Plugins.load(files=[write(text)], entry_points=False)
    assert [step.name for step in plugins.enrichers] == ["town"]


def test_hidden_files_of_a_workspace_are_passed_over(tmp_path, write, trust):
    """Names that begin with _ or . are helpers, not plugins."""
    for name in ("_helper.py", ".hidden.py", "stores.py"):
        write(CITY, name)
    assert [one.found.name for one in discover(Recipe(tmp_path, trust=trust, entry_points=False))] == ["stores"]


def test_the_order_of_files_changes_nothing(write):
    """Steps stand by plugin and name, whatever was named first."""
    files = [write(CITY, name) for name in ("b.py", "a.py", "c.py")]
    labels = {
        tuple(step.label for step in Plugins.load(files=order, entry_points=False).enrichers)
        for order in itertools.permutations(files)
    }
    assert labels == {("a:city", "b:city", "c:city")}


def test_the_nearer_of_two_with_one_name_counts(tmp_path, write, trust, installed):
    """A file that was named hides the package of that name, and the list says so."""
    installed("stores", "omoto_stores_far", FORBIDDEN)
    plugins = Plugins.load(workspace=tmp_path, files=[write()], trust=trust)
    mine = [found for found in plugins.listing() if found.name == "stores"]
    assert [(found.kind, found.state) for found in mine] == [("file", "ok"), ("folder", "off"), ("package", "off")]
    assert "has the same name and comes first" in mine[2].why


def test_a_plugin_can_be_turned_off(installed):
    """A package that is off is not even imported."""
    installed("regions", "omoto_regions_off", FORBIDDEN)
    plugins = Plugins.load(settings={"regions": {"enabled": False}})
    assert states(plugins.listing())["regions"] == "off"
    assert "regions" not in [problem.plugin for problem in plugins.problems]
    assert "omoto_regions_off" not in sys.modules


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"zone": "south", "limit": "three"}, "key 'plugins.stores.limit': Input should be a valid integer"),
        ({"zone": "south", "limt": 3}, "'limt' is no setting of this plugin. Did you mean 'limit'"),
        ({}, "key 'plugins.stores.zone': Field required"),
    ],
)
def test_wrong_settings_name_their_key(write, table, said):
    """Settings are checked by the plugin's own model when it is loaded."""
    text = """
    from pydantic import BaseModel
    from omoto_kit.plugins import enricher

    class Settings(BaseModel):
        zone: str
        limit: int = 5

    @enricher("namevaluemap.zone", settings=Settings)
    def zone(city, ctx):
        return ctx.settings.zone
    """
    with pytest.raises(PluginError) as caught:
        Plugins.load(files=[write(text)], entry_points=False, settings={"stores": table})
    assert said in str(caught.value)


def test_settings_for_a_plugin_that_has_none_are_an_error(write):
    """A setting that nobody reads is a misunderstanding, and is said."""
    with pytest.raises(PluginError, match=r"'zone' is no setting of this plugin. It has none"):
        Plugins.load(files=[write()], entry_points=False, settings={"stores": {"zone": "south"}})


def test_a_damaged_store_of_trust_stops_nothing(tmp_path, write, trust):
    """Files of the workspace do not run then, and everything else does."""
    write()
    trust.store.parent.mkdir()
    trust.store.write_text("{", encoding="utf-8")
    plugins = Plugins.load(workspace=tmp_path, entry_points=False, trust=trust)
    assert states(plugins.listing()) == {"stores": "broken"}
    assert "list of trusted plugins cannot be read" in str(plugins.problems[0])


def test_a_workspace_without_plugins_is_fine(tmp_path):
    """No folder, no plugins, no complaint."""
    plugins = Plugins.load(workspace=tmp_path, entry_points=False)
    assert (plugins.listing(), plugins.problems, plugins.writes) == ((), (), frozenset())


def test_importing_the_decorators_is_light():
    """A plugin that only decorates does not load polars, requests or widgets."""
    script = f"import sys, omoto_kit.plugins.steps; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"
