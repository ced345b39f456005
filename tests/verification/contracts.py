"""Random contracts, and rows for them."""

from hypothesis import strategies as st

from omoto_kit.campaign import CUSTOMER_FIELDS, Attribute, Campaign, Comment, Customer, Rating

WORD = st.text(st.sampled_from("abcXYZ 019-&,.'\"/()éस"), min_size=1, max_size=12).map(str.strip).filter(bool)
NAMES = st.lists(WORD, min_size=1, max_size=5, unique=True)
PATTERNS = ["[1-9][0-9]{5}", "[A-Z]{3}-\\d{2,4}", "(?:GOLD|SILVER)", "\\+?[0-9 ]{6,9}", "[^a-z]+", "x*y?z"]


@st.composite
def attributes(draw):
    """One rule of namevaluemap that a value can follow."""
    kind = draw(st.sampled_from(["text", "text", "integer", "date", "datetime", "choice", "pattern"]))
    required = draw(st.booleans())
    if kind == "pattern":
        return Attribute(required=required, pattern=draw(st.sampled_from(PATTERNS)))
    if kind == "choice":
        return Attribute(required=required, kind="choice", values=draw(NAMES))
    if kind == "text":
        least = draw(st.integers(0, 20))
        most = draw(st.none() | st.integers(max(least, 1), 40))
        return Attribute(required=required, min_length=least, max_length=most)
    return Attribute(required=required, kind=kind)


@st.composite
def campaigns(draw):
    """A contract with any of its parts there or not."""
    low = draw(st.integers(-1, 3))
    fields = st.lists(st.sampled_from(CUSTOMER_FIELDS), unique=True, max_size=3)
    return Campaign(
        id=draw(st.sampled_from(["154", "C-7"])),
        name=draw(st.sampled_from(["", "Visits <b>& more</b>"])),
        type=draw(st.sampled_from([None, "NPS"])),
        channels=draw(st.lists(WORD, max_size=3, unique=True)),
        absent=draw(st.sampled_from(["omit", "empty"])),
        rating=Rating(scale=(low, low + draw(st.integers(1, 10))), required=draw(st.booleans())),
        categories=draw(st.none() | st.dictionaries(WORD, st.lists(WORD, max_size=3, unique=True), max_size=4)),
        units=draw(st.none() | NAMES),
        attributes=draw(
            st.none() | st.dictionaries(WORD | st.sampled_from(["city", "pincode"]), attributes(), max_size=4)
        ),
        customer=Customer(
            any_of=draw(fields),
            required=draw(fields),
            region=draw(st.sampled_from(["IN", "AE", "OM", "FR"])),
            phone=draw(st.sampled_from(["national", "e164"])),
            name_max_length=draw(st.none() | st.integers(1, 40)),
        ),
        comment=Comment(max_length=draw(st.none() | st.integers(1, 600)), required=draw(st.booleans())),
    )
