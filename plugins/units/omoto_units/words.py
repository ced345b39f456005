"""What words are: which ones tell siblings apart, which say nothing, and which are two ways to write one thing."""

from __future__ import annotations

__all__ = [
    "ABBREVIATIONS",
    "ALIASES_OF_PLACES",
    "ARTICLES",
    "DIRECTIONS",
    "FILLERS",
    "KINDS",
    "LETTERED",
    "NUMBERS",
    "PLACE_SUFFIXES",
    "TELLING",
    "TENS",
]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)

#: Number words, ordinals among them, with their figures.
NUMBERS: dict[str, int] = {
    **{word: value for value, word in enumerate(_words(_UNITS))},
    **{word: value for value, word in enumerate(_words(_ORDINALS), start=1)},
}
TENS: dict[str, int] = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "ninty": 90,
}

NUMBERS |= {tens + ones: TENS[tens] + NUMBERS[ones] for tens in TENS for ones in _words(_UNITS)[1:10]}

#: Directions, each by the forms that mean the same in one language. Translations stay apart: Paschim Vihar is not
#: West Vihar.
DIRECTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("e", "east", "eastern"), ("east",)),
    **dict.fromkeys(("w", "west", "western"), ("west",)),
    **dict.fromkeys(("n", "north", "northern"), ("north",)),
    **dict.fromkeys(("s", "south", "southern"), ("south",)),
    **{f"{a}{b}": (a, b) for a in ("north", "south") for b in ("east", "west")},
    **dict.fromkeys(("purba", "purbi", "purab", "poorva", "poorvi", "purva", "purvi"), ("purba",)),
    **dict.fromkeys(("paschim", "pashchim", "paschimi", "pachim"), ("paschim",)),
    **dict.fromkeys(("uttar", "uttara", "uttari"), ("uttar",)),
    **dict.fromkeys(("dakshin", "dakshina", "dakshini"), ("dakshin",)),
}

_SAME: dict[str, str] = {
    "nava": "nava",
    "nai": "nai",
    "naya": "nai",
    "arrivals": "arrival",
    "departures": "departure",
    "dom": "domestic",
    "intl": "international",
    "extn": "extension",
    "extns": "extension",
    "ext": "extension",
    "cantt": "cantonment",
    "cantonement": "cantonment",
    "lhs": "left",
    "rhs": "right",
    "buzurg": "budruk",
    "buzrug": "budruk",
    "bujurg": "budruk",
    "bk": "budruk",
    "kh": "khurd",
    "mens": "men",
    "womens": "women",
    "ladies": "women",
    "gents": "men",
    "lwr": "lower",
    "upr": "upper",
    "sr": "senior",
    "jr": "junior",
}
_TELLING = (
    "new old nava nai upper lower inner outer left right arrival departure domestic international main extension "
    "cantonment rural urban big small mini mega men women kids boys girls male female front rear back khurd kalan "
    "budruk senior junior major minor greater lesser great little inbound outbound entry exit top bottom middle mid "
    "primary secondary wholesale retail express annexe annex temporary airside landside"
)
#: Words that tell siblings apart although they look like any other; each with the form that stands for it.
TELLING: dict[str, str] = {**{word: word for word in _words(_TELLING)}, **_SAME, "annexe": "annex"}

#: Kinds of places and their parts: a number beside one of them belongs to it.
KINDS = frozenset(
    _words(
        "phase sector block stage part unit gate terminal tower wing floor zone ward store plot level building area "
        "road street avenue lane cross main line exit pier concourse bay shop kiosk counter platform station highway "
        "km mile market mall nagar colony chowk park bazar center hospital airport plaza square garden circle layout "
        "village crossing junction complex town city camp hall court point pocket scheme"
    )
)

#: Kinds that have letters as well as numbers: Gate W is a gate, not the west.
LETTERED = frozenset(
    _words(
        "phase sector block stage part unit gate terminal tower wing floor zone ward plot level building exit pier "
        "concourse bay counter platform pocket hall"
    )
)

#: Two ways to write one word.
ABBREVIATIONS: dict[str, str] = {
    "rd": "road",
    "mkt": "market",
    "ngr": "nagar",
    "hosp": "hospital",
    "jn": "junction",
    "jnc": "junction",
    "jct": "junction",
    "stn": "station",
    "sta": "station",
    "ctr": "center",
    "centre": "center",
    "cntr": "center",
    "bldg": "building",
    "ave": "avenue",
    "av": "avenue",
    "hwy": "highway",
    "apt": "airport",
    "arpt": "airport",
    "sq": "square",
    "col": "colony",
    "univ": "university",
    "gdn": "garden",
    "gdns": "gardens",
    "ml": "mall",
    "mt": "mount",
    "ft": "fort",
    "dist": "district",
    "distt": "district",
    "blvd": "boulevard",
    "govt": "government",
    "inst": "institute",
    "indl": "industrial",
    "inds": "industrial",
    "sec": "sector",
    "sect": "sector",
    "opp": "opposite",
    "nr": "near",
    "blk": "block",
    "ph": "phase",
    "flr": "floor",
    "bazaar": "bazar",
    "bazzar": "bazar",
    "xing": "crossing",
    "pt": "point",
    "pk": "park",
    "vill": "village",
    "vlg": "village",
    "hq": "headquarters",
    "plz": "plaza",
    "cplx": "complex",
    "twr": "tower",
    "pkwy": "parkway",
    "ln": "lane",
}

#: Little words that are written in many ways and tell nothing by themselves, yet are part of a name.
ARTICLES: dict[str, str] = {"al": "al", "el": "al", "ul": "al", "la": "la", "le": "le", "de": "de", "du": "du"}

#: Words that say nothing of which unit is meant.
FILLERS = frozenset(
    _words(
        "branch br store stores outlet outlets showroom the at of in and shopping limited ltd pvt private number no "
        "nos for on by"
    )
)

#: Words around a city's name that do not make it another city.
PLACE_SUFFIXES = frozenset(
    _words("district dist distt urban rural suburban city greater metropolitan metro taluk tehsil")
)

#: Cities that are known by several names; the first of a line stands for all.
ALIASES_OF_PLACES: tuple[tuple[str, ...], ...] = (
    ("mumbai", "bombay"),
    ("bengaluru", "bangalore"),
    ("chennai", "madras"),
    ("kolkata", "calcutta", "kolkatta"),
    ("delhi", "new delhi"),
    ("gurugram", "gurgaon"),
    ("noida", "gautam buddha nagar", "gautam budh nagar"),
    ("pune", "poona"),
    ("vadodara", "baroda"),
    ("varanasi", "benares", "banaras"),
    ("prayagraj", "allahabad"),
    ("mysuru", "mysore"),
    ("mangaluru", "mangalore"),
    ("kochi", "cochin"),
    ("kozhikode", "calicut"),
    ("thiruvananthapuram", "trivandrum"),
    ("visakhapatnam", "vizag", "vishakhapatnam", "vishakapatnam"),
    ("puducherry", "pondicherry"),
    ("shimla", "simla"),
    ("kalaburagi", "gulbarga"),
    ("belagavi", "belgaum"),
    ("hubballi", "hubli"),
    ("shivamogga", "shimoga"),
    ("tiruchirappalli", "tiruchirapalli", "trichy"),
    ("thoothukudi", "tuticorin"),
    ("chhatrapati sambhajinagar", "chhatrapati sambhaji nagar"),
    ("ahilyanagar", "ahmednagar"),
    ("odisha", "orissa"),
    ("dubai", "dubayy"),
    ("riyadh", "ar riyad", "riyad"),
    ("jeddah", "jiddah", "jedda"),
    ("makkah", "mecca"),
    ("sharjah", "ash shariqah"),
    ("ras al khaimah", "ras al khaima", "rak"),
    ("manama", "al manamah"),
    ("doha", "ad dawhah"),
    ("muscat", "masqat"),
    ("kuwait city", "kuwait"),
    ("dammam", "ad dammam"),
)
