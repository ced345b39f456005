import dataclasses
import functools
import re

import pytest
from pydantic import BaseModel

from omoto_kit.errors import PluginError
from omoto_kit.plugins import Context, EnricherStep, ReaderStep, RuleStep, enricher, hookimpl, reader, rule, steps_of


def only(function):
    """Give the one step beside a function."""
    (step,) = steps_of(function)
    return step


def test_a_decorated_function_stays_a_plain_one():
    """An author calls and tests the function as if nothing stood above it."""

    @enricher("namevaluemap.city")
    def city(pincode):
        return f"city of {pincode}"

    assert city("560001") == "city of 560001"
    assert city.__name__ == "city"


def test_an_enricher_reads_its_arguments():
    """What a step reads are its arguments but ctx, what it writes stands in the decorator, both in order."""

    @enricher("namevaluemap.city", "namevaluemap.zone", rank="master", timeout=3)
    def where(pincode, ctx, store_code):
        return ctx, pincode, store_code

    step = only(where)
    assert isinstance(step, EnricherStep)
    assert (step.reads, step.writes) == (("pincode", "store_code"), ("namevaluemap.city", "namevaluemap.zone"))
    assert (step.rank, step.timeout, step.bulk, step.overwrite, step.cache) == ("master", 3, False, False, True)
    assert step.bound("the context")("560001", "BLR-1") == ("the context", "560001", "BLR-1")
    assert re.fullmatch(r"test_plugins_steps\.py:\d+", step.where)


def test_a_bulk_enricher_may_read_several_columns():
    """The one argument is the list of keys; what makes up a key stands in reads."""

    @enricher("namevaluemap.city", bulk=True, reads={"code": "Store Code", "city": "city"})
    def by_key(keys, ctx):
        return dict.fromkeys(keys, ctx)

    assert only(by_key).reads == ("code", "city")
    assert only(by_key).bound("c")([("a", "b")]) == {("a", "b"): "c"}


def test_a_rule_and_a_reader_are_steps_too():
    """Each decorator makes its own kind of step, and suffixes are compared in lower case."""

    @rule("npsrating")
    def rating(npsrating, comment):
        return None

    @reader(".SAV", ".por")
    def spss(path, encoding="utf-8", **options):
        return []

    assert isinstance(only(rating), RuleStep)
    assert (only(rating).field, only(rating).reads) == ("npsrating", ("npsrating", "comment"))
    assert isinstance(only(spss), ReaderStep)
    assert only(spss).suffixes == (".sav", ".por")


def test_one_function_may_be_two_steps():
    """Decorators can be stacked, and each makes its own step."""

    @rule("namevaluemap.city")
    @enricher("namevaluemap.city")
    def city(pincode):
        return None

    assert [type(step) for step in steps_of(city)] == [EnricherStep, RuleStep]


def test_a_cached_function_can_be_a_step():
    """functools.lru_cache makes no plain function, but one whose arguments are known."""

    @enricher("namevaluemap.city")
    @functools.lru_cache
    def city(pincode):
        return "Bengaluru"

    assert only(city).reads == ("pincode",)


def test_steps_are_frozen():
    """A step that another plugin holds cannot be bent."""

    @rule("comment")
    def some(comment):
        return None

    with pytest.raises(dataclasses.FrozenInstanceError):
        only(some).field = "npsrating"
    assert hash(only(some)) == hash(only(some))


def keyword_only(pincode, *, city):
    """Cannot be called with a row's values."""


def default(pincode, city="Bengaluru"):
    """Cannot be called with a row's values."""


def keywords(**values):
    """Cannot be called with a row's values."""


def stars(*values):
    """Cannot be called with a row's values."""


def nothing():
    """Cannot be called with a row's values."""


class Lookup:
    def __call__(self, pincode):
        return None


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (keyword_only, "keyword_only takes city by keyword only. Remove the * before it."),
        (default, "default has a default for city. Remove the default"),
        (keywords, "keywords gathers **values. Name each value"),
        (stars, "stars gathers *values. Name each value"),
        (nothing, "In nothing, the function reads nothing. Name a field as its argument"),
        (Lookup, "Lookup is a class. Decorate a function"),
        (Lookup(), "Lookup is an object that can be called, not a function. Wrap it"),
    ],
)
@pytest.mark.parametrize("decorator", [enricher("namevaluemap.city"), rule("namevaluemap.city")])
def test_a_function_that_cannot_be_called_rightly_is_refused(decorator, function, said):
    """Signatures that would fail late, or silently do the wrong thing, are named at once, with the file and line."""
    with pytest.raises(PluginError) as caught:
        decorator(function)
    assert said in str(caught.value)
    if not isinstance(function, Lookup) and function is not Lookup:
        assert re.match(r"test_plugins_steps\.py:\d+: ", str(caught.value))


@pytest.mark.parametrize("name", ["campaignid", "processid", "endpoint"])
def test_what_says_whose_answer_it_is_cannot_be_written(name):
    """No plugin decides which campaign or endpoint an answer goes to."""
    with pytest.raises(PluginError, match=f"{name} can never be written by a plugin"):
        enricher(name)(lambda pincode: None)


@pytest.mark.parametrize(
    ("field", "near"),
    [
        ("customerinfo.mobilno", "Did you mean 'customerinfo.mobileno'"),
        ("nps_rating", "Did you mean 'npsrating'"),
        ("namevaluemap", "Did you mean 'namevaluemap.city'"),
        ("", "Fields are"),
    ],
)
def test_a_field_that_is_none_is_refused(field, near):
    """A misspelt field is answered with the nearest one, before any row is read."""
    with pytest.raises(PluginError, match=r"is no field that can be written") as caught:
        enricher(field)(lambda pincode: None)
    assert near in str(caught.value)


def test_other_slips_in_the_decorator_are_named():
    """Each wrong word beside @enricher, @rule and @reader has an answer that says what to write."""
    with pytest.raises(PluginError, match=r"the decorator lacks its field"):

        @enricher
        def city(pincode):
            return None

    with pytest.raises(PluginError, match=r"names no field"):
        enricher()(lambda pincode: None)
    with pytest.raises(PluginError, match=r"'mastr' is no rank. Did you mean 'master'"):
        enricher("namevaluemap.city", rank="mastr")(lambda pincode: None)
    with pytest.raises(PluginError, match=r"'pincod', which is no argument of the function. Did you mean 'pincode'"):
        enricher("namevaluemap.city", reads={"pincod": "PIN"})(lambda pincode: None)
    with pytest.raises(PluginError, match=r"takes one argument beside ctx, not 2"):
        enricher("namevaluemap.city", bulk=True)(lambda pincode, store: None)
    with pytest.raises(PluginError, match=r"'npsratng' is no field of a response. Did you mean 'npsrating'"):
        rule("npsratng")(lambda npsrating: None)
    with pytest.raises(PluginError, match=r"suffixes that begin with a dot"):
        reader("sav")(lambda path: [])


def test_settings_and_secrets_are_declared_beside_the_function():
    """The step carries its model of settings and the names of its secrets, and shows neither in its repr."""

    class Settings(BaseModel):
        zone: str = "south"

    @enricher("namevaluemap.city", settings=Settings, secrets=["crm_token"])
    def city(pincode, ctx: Context):
        return ctx.settings.zone

    assert (only(city).settings, only(city).secrets) == (Settings, ("crm_token",))
    assert "crm_token" not in repr(only(city))


def test_a_hook_is_no_step():
    """Marking a function as a hook does not make a step of it."""

    @hookimpl
    def before_send(response):
        return None

    assert steps_of(before_send) == ()
