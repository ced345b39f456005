"""City, state and district of a response: from its unit, its PIN code and its address, in one spelling.

A city is set only where two agree: the contract's list and the unit's name, or a PIN code and the text of an address.
What one of them says alone is a suggestion. A PIN's district is not its city, and is kept apart. Where the campaign's
units have cities, their spelling is used, and a city that is not among them is a suggestion only.
"""

from functools import lru_cache

from omoto_cities.addresses import cities_in, pin_of
from omoto_cities.tables import cities_of_state, fold, in_use, pins, states_of_seats
from omoto_kit import Finding, Suggest, enricher, rule
from omoto_kit.problem import Severity

CITY, STATE, DISTRICT = "namevaluemap.city", "namevaluemap.state", "namevaluemap.district"


@enricher(CITY, reads={"unitname": "namevaluemap.unitname"}, bulk=True, rank="master")
def city_of_unit(names, ctx):
    """Give the city that the contract's list has for the unit, by its standard name."""
    known = {}
    for unit in ctx.campaign.units or ():
        if unit.city:
            known.setdefault(unit.name, set()).add(unit.city)
    return {name: min(known[name]) for name in names if len(known.get(name, ())) == 1}


@enricher(
    CITY,
    reads={"city": CITY},
    bulk=True,
    examples=[
        ({"city": "Bombay"}, "Mumbai"),
        ({"city": " gurgaon "}, "Gurugram"),
        ({"city": "JIDDAH"}, "Jeddah"),
        ({"city": "Pune"}, None),
        ({"city": "Springfield"}, None),
    ],
)
def one_spelling(cities, ctx):
    """Replace a former name or another spelling of a city by the campaign's own, or else by the one in use."""
    listed = _listed(ctx.campaign)
    names = {city: listed.get(_key(city)) or in_use(city) for city in cities}
    return {city: name for city, name in names.items() if name != city}


@enricher(
    CITY,
    reads={"address": "given.address"},
    bulk=True,
    examples=[
        ({"address": "12, 100 Feet Road, Indiranagar, Bangalore 560038"}, "Bengaluru"),
        ({"address": "Delhi Road, Saharanpur"}, None),
    ],
)
def city_of_address(addresses, ctx):
    """Set the city that an address names where the address's PIN code agrees; else suggest it."""
    listed = _listed(ctx.campaign)
    return {address: _agreed(pin_of(address), address, listed) for address in addresses}


@enricher(
    CITY,
    reads={"pincode": "pincode", "address": "given.address"},
    bulk=True,
    examples=[
        ({"pincode": "400 001", "address": "Fort, Bombay"}, "Mumbai"),
        ({"pincode": "110001", "address": "Connaught Place, New Delhi"}, "New Delhi"),
    ],
)
def city_of_pin_and_address(keys, ctx):
    """Set the city that an address names where the PIN code agrees; else suggest it."""
    listed = _listed(ctx.campaign)
    return {(pin, address): _agreed(pin_of(pin or ""), address, listed) for pin, address in keys if address}


@enricher(
    CITY,
    reads={"pincode": "pincode"},
    bulk=True,
    rank="guess",
    examples=[
        ({"pincode": "560038"}, Suggest("Bengaluru", "PIN 560038 lies in the district Bengaluru Urban.")),
        ({"pincode": "999999"}, None),
    ],
)
def city_of_pin(pincodes, ctx):
    """Suggest the city of a PIN code's district: a district is no city, so nothing is set by it alone."""
    listed = _listed(ctx.campaign)
    found = {}
    for pincode in pincodes:
        place = pins().get(pin_of(pincode))
        if place and len(place.cities) == 1:
            (city,) = place.cities
            why = f"PIN {pin_of(pincode)} lies in the district {' or '.join(place.districts)}."
            found[pincode] = Suggest(listed.get(_key(city), city), why)
    return found


@enricher(STATE, DISTRICT, reads={"pincode": "pincode"}, bulk=True)
def state_of_pin(pincodes, ctx):
    """Give the state and the district of a PIN code, each only where the contract lists it: names are agreed first."""
    wanted = {STATE, DISTRICT} & {f"namevaluemap.{name}" for name in ctx.campaign.attributes or ()}
    found = {}
    for pincode in pincodes:
        place = pins().get(pin_of(pincode))
        facts = {STATE: place.states, DISTRICT: place.districts} if place else {}
        said = {field: _only(names, pincode) for field, names in facts.items() if names and field in wanted}
        if said:
            found[pincode] = said
    return found


@rule(CITY, reads={"city": CITY, "pincode": "pincode"})
def city_fits_pin(city, pincode, ctx):
    """Doubt a city that lies in another state than the PIN code beside it.

    A city of the campaign's units is not doubted: it may be the unit's, and the PIN code its customer's.
    """
    place = pins().get(pin_of(pincode or ""))
    states = states_of_seats().get(in_use(city or "") or city)
    if not place or not states or states & set(place.states) or _key(city) in _listed(ctx.campaign):
        return None
    where = " or ".join(place.states)
    message = f"This city and the PIN code beside it lie in different states: the PIN code is of {where}."
    return Finding("city_pin_differ", message, Severity.WARNING, place.cities[:1], "The city of the PIN's district.")


def _agreed(pin, address, listed):
    """Give the one city on which a PIN code and an address agree, a suggestion, or None."""
    place = pins().get(pin)
    if not place:
        return None
    cities = cities_in(address, place.cities)
    towns = cities_in(address, place.towns, loosely=True)
    if not (cities or towns):
        return None
    if len(cities) == 1 and not towns and not _others(address, place):
        (city,) = cities
        spelt = listed.get(_key(city))
        if spelt or not listed:
            return spelt or city
        return Suggest(city, "No unit of the campaign lies there.")
    city = (towns or cities)[0]
    return Suggest(listed.get(_key(city), city), f"PIN {pin} is near it, but the address can be read in two ways.")


def _others(address, place):
    """Give the cities of other districts of the state that an address names, too."""
    others = (city for state in place.states for city in cities_of_state(state) if city not in place.cities)
    return cities_in(address, dict.fromkeys(others))


def _only(names, pincode):
    """Give the one name; of several the likeliest, as a suggestion."""
    if len(names) == 1:
        return names[0]
    return Suggest(names[0], f"PIN {pin_of(pincode)} lies in {' and '.join(names)}.")


def _listed(campaign):
    """Give the cities of the campaign's units as the contract spells them, by what their spellings share."""
    return _by_key(tuple(unit.city for unit in campaign.units or () if unit.city))


@lru_cache(maxsize=16)
def _by_key(cities):
    return {_key(city): city for city in cities}


def _key(city):
    return fold(in_use(city) or city)
