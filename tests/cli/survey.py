"""A small contract and the answers that fit it."""

CONTRACT = """
[campaign]
id = "154"
name = "Store visit"
channels = ["kiosk"]

[rating]
scale = [0, 10]
required = true

[categories]
Price = ["Too high", "Unclear"]
Parking = []

[units]
names = ["Koramangala 4th Block", "Hitech City Phase 1", "Hitech City Phase 2"]

[attributes.unitname]
required = true
[attributes.city]

[customer]
any_of = ["mobileno", "email"]

[identity]
columns = ["Response ID"]

[columns]
npsrating = "Rating"
comment = "Comment"
"customerinfo.mobileno" = "Mobile"
"namevaluemap.unitname" = "Store"
"catnpsmap.Price" = { column = "Price", split = ";" }
"""
HEADER = "Response ID,Rating,Comment,Mobile,Store,Price\n"


def mobile(number: int) -> str:
    """Give each answer a number of its own that does not look made up."""
    return f"98{number * 7_654_321 % 10**8:08d}"


def line(number: int, **other: str) -> str:
    """Write one good answer, or one with other cells."""
    cells = {
        "id": f"R{number}",
        "rating": str(number % 11),
        "comment": "Fine",
        "mobile": mobile(number),
        "store": "Hitech City Phase 1",
        "price": "",
    } | other
    return ",".join(cells.values()) + "\n"
