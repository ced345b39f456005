"""A made-up contract and made-up answers, for tests that need some and do not care which."""

from __future__ import annotations

import random
from typing import Any

from omoto_kit.campaign import Campaign

__all__ = ["fake_campaign", "fake_rows"]

UNITS = (
    {"name": "Indiranagar", "code": "BLR-01", "city": "Bengaluru"},
    {"name": "Koramangala 5th Block", "code": "BLR-02", "city": "Bengaluru"},
    {"name": "Saket", "code": "DEL-01", "city": "New Delhi"},
    {"name": "Al Barsha", "code": "DXB-01", "city": "Dubai"},
)
PINCODES = ("560001", "560034", "110001", "400001", None)
COMMENTS = ("Good", "The queue was long", "سريع وودود", "बहुत अच्छा", None)


def fake_campaign(**changes: Any) -> Campaign:
    """Make a contract with units, categories and attributes; `changes` replaces parts of it.

    >>> fake_campaign(id="9").id, [unit.code for unit in fake_campaign().units]
    ('9', ['BLR-01', 'BLR-02', 'DEL-01', 'DXB-01'])
    """
    parts: dict[str, Any] = {
        "id": "154",
        "name": "Made-up visits",
        "channels": ("kiosk", "whatsapp"),
        "units": UNITS,
        "categories": {"Price": ["Too high", "Unclear"], "Staff": []},
    }
    return Campaign(**parts | changes)


def fake_rows(count: int, seed: int = 0) -> list[dict[str, str | None]]:
    """Make answers as an export has them, the same for the same seed; some cells are empty.

    >>> sorted(fake_rows(1)[0])
    ['Pincode', 'Store Code', 'comment', 'mobileno', 'npsrating', 'unitname']
    """
    chance = random.Random(seed)
    rows = []
    for _ in range(count):
        unit = chance.choice(UNITS)
        rows.append(
            {
                "Store Code": unit["code"],
                "unitname": unit["name"],
                "Pincode": chance.choice(PINCODES),
                "npsrating": str(chance.randint(0, 10)),
                "comment": chance.choice(COMMENTS),
                "mobileno": f"9{chance.randrange(10**9):09d}",
            }
        )
    return rows
