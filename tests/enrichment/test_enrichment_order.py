import itertools

import pytest

from omoto_kit.enrichment.order import in_order, plan
from omoto_kit.errors import PluginError
from omoto_kit.plugins import Plugins, enricher
from tests.enrichment.conftest import CITY, PINCODE, ZONE


def steps_of(**functions):
    """Make enrichers from name = (field that it writes, arguments that it reads)."""
    made = []
    for name, (field, reads) in functions.items():
        function = eval(f"lambda {reads}: None")  # noqa: S307  the test's own words
        function.__name__ = name
        made.append(enricher(field)(function))
    return Plugins().with_functions(*made, name="p").enrichers


def tasks(steps, columns=(PINCODE,)):
    """Give the tasks in their order, steps by name."""
    planned, _ = plan(steps, columns)
    return [(kind, planned[name].step.name if isinstance(name, int) else name) for kind, name in in_order(planned)]


def test_a_field_is_settled_before_it_is_read():
    """Fill, then standardise, then read: each waits for what it needs."""
    steps = steps_of(fill=(CITY, "pincode"), mend=(CITY, "city"), use=(ZONE, "city"))
    assert tasks(steps) == [
        ("ask", "fill"),
        ("fill", CITY),
        ("ask", "mend"),
        ("standardise", CITY),
        ("ask", "use"),
        ("fill", ZONE),
    ]


def test_all_fillers_answer_before_a_field_is_settled():
    """A late filler is waited for, so that its rank can count."""
    steps = steps_of(a=(ZONE, "pincode"), b=(CITY, "zone"), c=(CITY, "pincode"), d=("namevaluemap.floor", "city"))
    order = tasks(steps)
    assert order.index(("fill", CITY)) > max(order.index(("ask", "b")), order.index(("ask", "c")))
    assert order.index(("ask", "d")) > order.index(("fill", CITY))


def test_a_standardiser_waits_where_nobody_fills():
    """A field that only its standardiser writes needs no filling first."""
    assert tasks(steps_of(mend=(CITY, "city")), [CITY]) == [("ask", "mend"), ("standardise", CITY)]


def test_the_order_of_definition_changes_nothing():
    """However the steps are given, the tasks come in the same order."""
    parts = {"fill": (CITY, "pincode"), "mend": (CITY, "city"), "use": (ZONE, "city"), "other": (ZONE, "pincode")}
    orders = {tuple(tasks(steps_of(**dict(order)))) for order in itertools.permutations(parts.items())}
    assert len(orders) == 1


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        ({"a": (CITY, "zone"), "b": (ZONE, "city")}, "p:a and p:b"),
        ({"a": (CITY, "zone"), "b": (ZONE, "floor"), "c": ("namevaluemap.floor", "city")}, "p:a and p:b and p:c"),
        ({"a": (CITY, "city, zone"), "b": (ZONE, "city, zone")}, "p:a and p:b"),
    ],
)
def test_a_circle_names_all_its_steps(parts, names):
    """However long the circle, each step and each field of it is named."""
    with pytest.raises(PluginError) as caught:
        tasks(steps_of(**parts))
    assert f"{names} wait for one another" in str(caught.value)
    assert CITY in str(caught.value)
    assert ZONE in str(caught.value)


def test_steps_without_their_columns_are_left_out():
    """What cannot run is not waited for, and is noted; a field that others write counts as a column."""
    steps = steps_of(fill=(CITY, "pincode"), use=(ZONE, "city"), lost=("namevaluemap.floor", "no_such"))
    planned, notes = plan(steps, [PINCODE])
    assert [one.step.name for one in planned] == ["fill", "use"]
    assert notes == ["p:lost was skipped: no column no_such."]


def test_a_source_header_is_not_the_field_of_that_name():
    """A step that reads the source's own column waits for nobody who writes the field."""
    steps = steps_of(fill=(CITY, "source_city"))
    planned, _ = plan(steps, ["source.Source City", CITY])
    assert planned[0].columns == {"source_city": "source.Source City"}
    assert not planned[0].standardises(CITY)
