"""Makes the example's kiosk file: about 200 answers of invented people, with the mess that real exports have.

Run `python tests/samples/make_kiosk.py FILE`; the same file comes out each time.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

HEADER = [
    "Response ID",
    "Visit date",
    "Store",
    "Pincode",
    "Customer Name",
    "Mobile",
    "E-mail",
    "Bill No",
    "Overall Rating",
    "Price",
    "Staff",
    "Other reasons",
    "Comment",
]
STORES = {
    "Koramangala 4th Block": "560034",
    "Indiranagar 100 Feet Road": "560001",
    "Phoenix Marketcity Whitefield": "560048",
    "Connaught Place Block A": "110001",
    "Connaught Place Block B": "110001",
    "Bandra West Linking Road": "400050",
    "Andheri East Metro": "400069",
    "T Nagar Usman Road": "600017",
    "Hitech City Phase 1": "500081",
    "Hitech City Phase 2": "500081",
}
FIRST = ["Asha", "Ravi", "Fatima", "Imran", "Priya", "Arjun", "Noor", "Deepa", "Kabir", "Meera", "अनिता", "سارة"]
LAST = ["Rao", "Khan", "Iyer", "Menon", "Sharma", "D'Souza", "Nair", "Singh", "Reddy", "शर्मा"]
COMMENTS = [
    "Good service",
    "Billing counter was very slow",
    "Staff was polite, will come again 😊",
    "AC not working",
    "बहुत अच्छा अनुभव",
    "الخدمة ممتازة",
    'The "2 for 1" offer was not given',
    "Waited 20 minutes,\nno one came",
    "Parking full; had to walk",
    "Price on the shelf: ₹1,299, at the till ₹1,399",
    "",
    "",
    "",
    "na",
]
PRICE = ["Too high", "Unclear", "Offer not given"]
STAFF = ["Rude", "Helpful", "Slow"]
OTHER = ["Internet Availability", "Parking", "Cleanliness"]

#: Row (counted from 1) and what is wrong there: header and value.
FAULTS: dict[int, dict[str, str]] = {
    9: {"Overall Rating": "9/10"},
    14: {"Store": "Koramangla 4th Block"},
    21: {"Mobile": "9.66E+09", "E-mail": ""},
    27: {"Overall Rating": "Promoter"},
    33: {"Store": "HITECH CITY  PHASE 2 "},
    38: {"E-mail": "asha.example.com"},
    46: {"Overall Rating": "11"},
    52: {"Comment": "The cafÃ© was nice, but donâ€™t like the wait"},
    60: {"Other reasons": "Parkng"},
    67: {"Store": "Connaught Place"},
    75: {"Overall Rating": ""},
    83: {"Mobile": "", "E-mail": ""},
    90: {"Price": "Expensive"},
    98: {"Overall Rating": "8.0"},
    104: {"Pincode": "5600"},
    112: {"Mobile": "98450123456789"},
    120: {"Store": "BLR-02"},
    131: {"Visit date": "31/02/2026"},
    139: {"Store": ""},
    147: {"Comment": "Too long: " + "queue and noise, " * 40},
    158: {"Mobile": "9845012345/9845067890"},
    166: {"Overall Rating": "4/5"},
}


def mobile(chance: random.Random) -> str:
    """Write an Indian mobile number in one of the ways that people do; the 90000-0 block is nobody's."""
    number = f"9000{chance.randrange(10**6):06d}"
    shapes = [number, number, number, f"+91 {number[:5]} {number[5:]}", f"0{number}", f"91-{number}", f"{number}.0"]
    return chance.choice(shapes)


def reasons(chance: random.Random, names: list[str], share: float) -> str:
    """Choose up to two names, or none."""
    if chance.random() > share:
        return ""
    return "; ".join(chance.sample(names, chance.randrange(1, 3)))


def row(number: int, chance: random.Random) -> dict[str, str]:
    """Invent one answer."""
    store = chance.choice(list(STORES))
    first, last = chance.choice(FIRST), chance.choice(LAST)
    return {
        "Response ID": f"K-{number:04d}",
        "Visit date": f"{chance.randrange(1, 31):02d}/04/2026",
        "Store": store if chance.random() < 0.8 else f" {store.upper()} ",
        "Pincode": STORES[store],
        "Customer Name": f"{first} {last}",
        "Mobile": mobile(chance),
        "E-mail": f"guest{number}@example.com" if chance.random() < 0.6 else "",
        "Bill No": f"EXL{number:05d}",
        "Overall Rating": str(chance.choice([0, 3, 5, 6, 7, 8, 8, 9, 9, 10, 10])),
        "Price": reasons(chance, PRICE, 0.3),
        "Staff": reasons(chance, STAFF, 0.3),
        "Other reasons": reasons(chance, OTHER, 0.3),
        "Comment": chance.choice(COMMENTS),
    }


def rows() -> list[dict[str, str]]:
    """Make all answers, then plant the faults, one exact repetition and one response id used twice."""
    chance = random.Random(154)
    made = [row(number, chance) for number in range(1, 201)]
    for number, fault in FAULTS.items():
        made[number - 1] |= fault
    repeated = dict(made[40])
    reused = row(201, chance) | {"Response ID": made[70]["Response ID"]}
    return [*made, repeated, reused]


def main() -> None:
    """Write the file named on the command line."""
    with Path(sys.argv[1]).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows())


if __name__ == "__main__":
    main()
