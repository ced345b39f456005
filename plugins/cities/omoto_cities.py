"""Fills the city of a response from the campaign's unit list, and gives each city one spelling."""

from omoto_kit import enricher

# Former names and common spellings, each with the name in use today. A name that means two places is not here.
ALIASES = {
    # India
    "allahabad": "Prayagraj",
    "bangalore": "Bengaluru",
    "baroda": "Vadodara",
    "benares": "Varanasi",
    "bombay": "Mumbai",
    "calcutta": "Kolkata",
    "calicut": "Kozhikode",
    "cochin": "Kochi",
    "gurgaon": "Gurugram",
    "madras": "Chennai",
    "mangalore": "Mangaluru",
    "mysore": "Mysuru",
    "pondicherry": "Puducherry",
    "poona": "Pune",
    "simla": "Shimla",
    "trivandrum": "Thiruvananthapuram",
    "vizag": "Visakhapatnam",
    # the Gulf
    "abudhabi": "Abu Dhabi",
    "ad dammam": "Dammam",
    "ad dawhah": "Doha",
    "ajmaan": "Ajman",
    "al manamah": "Manama",
    "ar riyad": "Riyadh",
    "ash shariqah": "Sharjah",
    "dubayy": "Dubai",
    "jiddah": "Jeddah",
    "kuwait": "Kuwait City",
    "masqat": "Muscat",
    "mecca": "Makkah",
    "ras al khaima": "Ras Al Khaimah",
    "ras al-khaimah": "Ras Al Khaimah",
    "riyad": "Riyadh",
}


@enricher("namevaluemap.city", rank="master")
def city_of_unit(unitname, ctx):
    """Give the city that the contract's list has for the unit, by its standard name."""
    cities = {unit.city for unit in ctx.campaign.units or () if unit.name == unitname and unit.city}
    return cities.pop() if len(cities) == 1 else None


@enricher(
    "namevaluemap.city",
    examples=[({"city": "Bombay"}, "Mumbai"), ({"city": " gurgaon "}, "Gurugram"), ({"city": "Pune"}, None)],
)
def one_spelling(city):
    """Replace a former name or another spelling of a city by the one in use."""
    return ALIASES.get(" ".join(city.split()).casefold())
