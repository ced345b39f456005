import doctest
import gc
import inspect
import sqlite3
import threading
import typing
from types import SimpleNamespace

import pytest
import typer

from omoto_kit import Campaign
from omoto_kit.errors import PluginError
from omoto_kit.plugins import Plugins, Suggest, enricher, hookimpl, hookspecs, reader, rule
from omoto_kit.plugins.hookspecs import HookSpecs
from omoto_kit.plugins.lint import HOOKS
from omoto_kit.receipt import Receipt, State
from omoto_kit.response import Response

RESPONSE = Response.from_fields({"campaignid": "154", "npsrating": "9"})
RECEIPT = Receipt(id=1, source="kiosk.csv", row=2, key="k", state=State.UNKNOWN)


class Everything:
    """A plugin with every hook, each with every argument that it may have."""

    @hookimpl
    def enrichers(self):
        @enricher("namevaluemap.city")
        def city(pincode):
            return None

        return [city]

    @hookimpl
    def rules(self):
        @rule("comment")
        def some(comment):
            return None

        return (some,)

    @hookimpl
    def readers(self):
        @reader(".sav")
        def spss(path):
            return []

        yield spss

    @hookimpl
    def column_guesses(self, columns, campaign):
        return {columns[0]: f"catnpsmap.{campaign.id}"}

    @hookimpl
    def explain_reject(self, response, reply):
        return Suggest(response.npsrating, why=reply)

    @hookimpl
    def reconcile(self, receipt):
        return f"delivered, row {receipt.row}"

    @hookimpl
    def before_send(self, response):
        return f"hold {response.npsrating}"

    @hookimpl
    def after_send(self, receipt):
        return receipt.state.value

    @hookimpl
    def commands(self, cli):
        cli.command("stores")(lambda: None)
        return "added"

    @hookimpl
    def studio_panels(self, studio):
        return [(studio.title, "widget")]


#: A call of each hook, and what the plugin above answers.
CALLS = {
    "column_guesses": ({"columns": ["Price"], "campaign": Campaign(id="154")}, {"Price": "catnpsmap.154"}),
    "explain_reject": ({"response": RESPONSE, "reply": "parseerror"}, Suggest("9", why="parseerror")),
    "reconcile": ({"receipt": RECEIPT}, "delivered, row 2"),
    "before_send": ({"response": RESPONSE}, "hold 9"),
    "after_send": ({"receipt": RECEIPT}, "unknown"),
    "commands": ({"cli": typer.Typer()}, "added"),
    "studio_panels": ({"studio": SimpleNamespace(title="Stores")}, [("Stores", "widget")]),
}
STEPS = ("enrichers", "rules", "readers")


def test_every_hook_is_tested_here():
    """A hook that nobody calls in a test is no hook."""
    assert set(CALLS) | set(STEPS) == set(HOOKS)


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_documented_with_an_example(name):
    """Each says what it is for, names the type of each argument and of its result, and shows itself at work."""
    spec = getattr(HookSpecs, name)
    hints = typing.get_type_hints(spec)
    assert set(hints) == {*HOOKS[name], "return"}
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(spec))
    assert any("hookimpl" in example.source for example in examples)
    assert any(name in example.source for example in examples)
    assert doctest.testmod(hookspecs).failed == 0


@pytest.mark.parametrize("name", CALLS)
def test_a_hook_is_called_with_what_it_asks_for(name):
    """Each hook of a plugin gets its arguments by name, and the answer says whose it is."""
    arguments, expected = CALLS[name]
    plugins = Plugins().with_module(Everything(), "everything")
    (answer,) = plugins.call(name, **arguments)
    assert (answer.plugin, answer.value, answer.failure) == ("everything", expected, "")


@pytest.mark.parametrize(("name", "step"), [*zip(STEPS, ("city", "some", "spss"), strict=True)])
def test_steps_may_come_from_a_hook(name, step):
    """What a hook gives is signed and listed like what a decorator marks."""
    plugins = Plugins().with_module(Everything(), "everything")
    assert [one.label for one in getattr(plugins, name)] == [f"everything:{step}"]


def test_a_hook_may_ask_for_less():
    """An implementation names the arguments that it wants, in any order, or none."""

    @hookimpl
    def explain_reject():
        return "no idea"

    answers = Plugins().with_functions(explain_reject).call("explain_reject", response=RESPONSE, reply="")
    assert [answer.value for answer in answers] == ["no idea"]


def test_a_failing_hook_is_one_answer_and_stops_nothing():
    """Each plugin is called by itself; what one throws is said without the text, which may hold data."""

    @hookimpl
    def before_send(response):
        raise ValueError(response.npsrating + " is secret")

    plugins = Plugins().with_functions(before_send, name="a").with_module(Everything(), "b")
    broken, fine = plugins.call("before_send", response=RESPONSE)
    assert (broken.plugin, broken.value) == ("a", None)
    assert broken.failure.startswith("before_send: ValueError at test_plugins_hooks.py:")
    assert "secret" not in broken.failure
    assert (fine.plugin, fine.value) == ("b", "hold 9")


def test_no_answer_is_no_answer():
    """None means no opinion, and is left out."""

    @hookimpl
    def before_send(response):
        return None

    assert Plugins().with_functions(before_send).call("before_send", response=RESPONSE) == ()


def test_answers_come_by_name_of_the_plugin():
    """Loading later does not mean being called first, as it would with pluggy alone."""
    plugins = Plugins()
    for name in ("b", "c", "a"):
        plugins = plugins.with_module(Everything(), name)
    assert [answer.plugin for answer in plugins.call("before_send", response=RESPONSE)] == ["a", "b", "c"]


def test_pluggys_own_call_works_too():
    """Who knows pluggy finds the hook relay and the implementations that it expects."""
    plugins = Plugins().with_module(Everything(), "everything")
    assert plugins.calling.manager.hook.before_send(response=RESPONSE) == ["hold 9"]
    assert plugins.calling.manager.list_name_plugin()[0][0] == "everything"
    plugins.calling.manager.check_pending()


def test_a_plugin_whose_steps_cannot_be_made_is_a_problem():
    """A hook that fails, or gives something odd, costs its plugin those steps only."""

    @hookimpl
    def enrichers():
        raise RuntimeError

    @hookimpl
    def rules():
        return 42

    plugins = Plugins().with_functions(enrichers, name="a").with_functions(rules, name="b")
    plugins = plugins.with_module(Everything(), "c")
    assert [step.plugin for step in (*plugins.enrichers, *plugins.rules)] == ["c", "c"]
    assert [problem.plugin for problem in plugins.problems] == ["a", "b"]


def test_a_class_is_not_registered_in_place_of_its_instance():
    """The mistake that pluggy answers with a TypeError at the first call is named at once."""
    with pytest.raises(PluginError, match=r"Everything is a class.*Register an instance: Everything\(\)"):
        Plugins().with_module(Everything, "everything")


def test_cells_of_a_notebook_can_be_run_again():
    """A function that is added again replaces itself, and the others of the notebook stay."""

    @enricher("namevaluemap.city")
    def city(pincode):
        return "first"

    @rule("comment")
    def some(comment):
        return None

    plugins = Plugins().with_functions(city).with_functions(some)

    @enricher("namevaluemap.city")
    def city(pincode):
        return "second"

    again = plugins.with_functions(city)
    assert [step.function("x") for step in again.enrichers] == ["second"]
    assert [step.name for step in again.rules] == ["some"]
    assert [step.function("x") for step in plugins.enrichers] == ["first"]
    assert [(found.name, found.kind, found.steps) for found in again.listing()] == [
        ("notebook", "live", ("some", "city"))
    ]


def test_a_function_that_is_no_step_cannot_be_added():
    """A forgotten decorator in a notebook is said at once."""
    with pytest.raises(PluginError, match="city looks like a step without its decorator"):
        Plugins().with_functions(lambda_named_city())


def lambda_named_city():
    """Make a plain function."""

    def city(pincode):
        return pincode

    return city


def test_what_is_only_standardised_is_not_filled():
    """A step that reads the field that it writes cannot make up for a column that is not there; others can."""

    @enricher("namevaluemap.city", "namevaluemap.state")
    def places(city):
        return city.title(), "Goa"

    @enricher("customerinfo.name", reads={"text": "customerinfo.name"})
    def name(text):
        return text.title()

    plugins = Plugins().with_functions(places, name)
    assert plugins.writes == {"namevaluemap.city", "namevaluemap.state", "customerinfo.name"}
    assert plugins.fills == {"namevaluemap.state"}


def test_a_hung_hook_is_left_behind(monkeypatch):
    """It costs its deadline once; later calls answer at once that it hung, and the others are asked as ever."""
    monkeypatch.setattr("omoto_kit.plugins.calling.TIMEOUT", 0.5)
    patience, calls = threading.Event(), []

    @hookimpl
    def before_send(response):
        calls.append(response)
        patience.wait(30)

    plugins = Plugins().with_functions(before_send, name="a").with_module(Everything(), "b")
    for said in ("which took more than 0.5 seconds", "an earlier call, so it is not asked again"):
        hung, fine = plugins.call("before_send", response=RESPONSE)
        assert said in hung.failure
        assert fine.value == "hold 9"
    assert len(calls) == 1
    patience.set()


def test_hooks_of_one_plugin_share_a_thread():
    """A database handle that was opened in one call serves the next, which SQLite allows in one thread only."""
    opened = []

    def database():
        if not opened:
            opened.append(sqlite3.connect(":memory:"))
        return opened[0]

    @hookimpl
    def before_send(response):
        return database().execute("SELECT 'wait'").fetchone()[0]

    @hookimpl
    def reconcile(receipt):
        return database().execute("SELECT 'delivered'").fetchone()[0]

    plugins = Plugins().with_functions(before_send, reconcile)
    assert [plugins.call("before_send", response=RESPONSE)[0].value for _ in range(3)] == ["wait"] * 3
    assert plugins.call("reconcile", receipt=RECEIPT)[0].value == "delivered"


def test_threads_of_hooks_end_with_their_collection():
    """Nothing is left of a collection that nobody holds any more."""
    plugins = Plugins().with_module(Everything(), "short-lived")
    plugins.call("before_send", response=RESPONSE)
    (thread,) = [one for one in threading.enumerate() if one.name == "plugin short-lived"]
    del plugins
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()
