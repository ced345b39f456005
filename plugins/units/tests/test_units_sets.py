import doctest
import importlib
import json
import pkgutil
import random
from pathlib import Path

import omoto_units
import pytest
from omoto_units import Matcher, selftest
from omoto_units.selftest import mutants

SETS = Path(__file__).parents[4] / "shared" / "data" / "units"
MODULES = [module.name for module in pkgutil.iter_modules(omoto_units.__path__)]

MADE = [
    f"{place} {part}"
    for place in ("Gurgaon", "New Delhi Rohini", "Whitefield", "Deira", "Al Barsha", "M.G. Road", "Salt Lake")
    for part in (
        "Sector 12",
        "Phase II",
        "Block C",
        "East",
        "Gate 3 Arrivals",
        "Upper Level",
        "Twenty Two",
        "7th Cross",
    )
]


def read(name):
    """Read a set of names with known truth, where the shared data lies beside the repository."""
    path = SETS / f"{name}.json"
    if not path.exists():
        pytest.skip(f"there is no {path.name} in ../shared/data/units")
    data = json.loads(path.read_text(encoding="utf-8"))
    return data, Matcher(data["standard"], data["meta"])


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_docstrings_hold(module):
    """Every `>>>` line of the plugin prints what its docstring says."""
    found = doctest.testmod(importlib.import_module(f"omoto_units.{module}"))
    assert found.failed == 0


def test_no_changed_telling_part_is_accepted():
    """Of made-up names of all kinds, each telling part is changed, and none is taken for the name unchanged."""
    units = Matcher(MADE)
    kinds = {mutant.kind for mutant in mutants(units)}
    assert {"digit", "digits swapped", "number dropped", "word", "word dropped", "initial", "part added"} <= kinds
    found = selftest(units)
    assert found.tried > 200
    assert found.accepted == ()
    assert found.pairs == ()


@pytest.mark.parametrize(("name", "recall"), [("sib_ICIC", 0.88), ("sib_KKBK", 0.88)])
def test_siblings_of_a_real_list(name, recall):
    """No name lands on a sibling, none that is withheld or absent is accepted, and most of the rest are found."""
    data, units = read(name)
    known = [query for query in data["queries"] if query["truth"] is not None]
    right = offered = 0
    for query in known:
        found = units.match(query["q"], query.get("city", ""))
        assert found.unit in (None, query["truth"]), query
        assert units.match(query["q"], query.get("city", ""), without=query["truth"]).unit is None, query
        right += found.unit == query["truth"]
        offered += query["truth"] in (found.unit, *(option.unit for option in found.options))
    assert right >= recall * len(known)
    assert offered >= 0.97 * len(known)
    for query in data["queries"]:
        assert query["truth"] is not None or units.match(query["q"], query.get("city", "")).unit is None, query


#: What a rough matcher does on the sets with made-up mess and with ten years of renaming, 300 names of each.
ROUGH = {"right": 684, "wrong": 14, "withheld": 27, "absent": 13}
RENAMED = ("ifsc_ICIC", "ifsc_IDIB", "ifsc_IOBA", "ifsc_KKBK", "ifsc_MAHB", "ifsc_UCBA", "syn_KKBK")


def test_mess_and_renaming_of_real_lists():
    """Fewer errors of each kind than a rough matcher makes, and more names found."""
    got = dict.fromkeys(ROUGH, 0)
    for name in RENAMED:
        data, units = read(name)
        queries = data["queries"]
        for query in random.Random(7).sample(queries, 300) if len(queries) > 300 else queries:
            text, city, truth = query["q"], query.get("city", ""), query["truth"]
            found = units.match(text, city).unit
            got["absent"] += truth is None and found is not None
            got["right"] += truth is not None and found == truth
            got["wrong"] += truth is not None and found not in (None, truth)
            got["withheld"] += truth is not None and units.match(text, city, without=truth).unit is not None
    assert got["right"] > ROUGH["right"]
    assert all(got[kind] < ROUGH[kind] for kind in ("wrong", "withheld", "absent")), got


def test_mutants_of_a_real_list():
    """What holds for made-up names holds for a real list of branches, with and without the row's city."""
    data, units = read("syn_KKBK")
    tried = list(mutants(units))[::4]
    assert len(tried) > 400
    for mutant in tried:
        city = (data["meta"][mutant.unit] or [""])[0]
        assert units.match(mutant.text).unit != mutant.unit, mutant
        assert units.match(mutant.text, city).unit != mutant.unit, mutant


def test_a_long_list_is_no_harder_to_use():
    """A list of some thousand names is laid out once, and answers do not depend on its order."""
    names = [
        f"{a} {b} {number}" for a in ("Anna", "Gandhi", "Nehru") for b in ("Nagar", "Road") for number in range(400)
    ]
    one, other = Matcher(names), Matcher(names[::-1])
    assert one.match("anna ngr 17").name == other.match("anna ngr 17").name == "Anna Nagar 17"
    assert one.match("anna ngr 417").outcome == other.match("anna ngr 417").outcome == "suggest"
