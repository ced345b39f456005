"""How much the contacts plugin mends, flags and refuses, and how fast: `python -m tests.benchmarks.bench_contacts`."""

from __future__ import annotations

import csv
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import omoto_contacts
from omoto_contacts import email, name, phone

from omoto_kit import Campaign
from omoto_kit.plugins import Context
from omoto_kit.testing import try_plugin

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "torture"
CTX = Context(Campaign(id="154"))
OWN_ROW = "customer_unidentified"  # says only that the row has nothing but the cell
COUNT = 10_000


def outcomes(field: str, texts: Sequence[str], region: str = "IN") -> Counter[str]:
    """Count what became of cells: as it was, mended, cleared, flagged, refused."""
    contract = Campaign(id="154", customer={"region": region, "phone": "e164"})
    tried = try_plugin(omoto_contacts, [{field: text} for text in texts], contract)
    worst: dict[int, str] = {}
    for problem in tried.problems:
        if problem.code != OWN_ROW:
            said = "refused" if problem.severity.value == "error" else "flagged"
            worst[problem.row] = max(worst.get(problem.row, ""), said)
    counted: Counter[str] = Counter()
    for number, (text, row) in enumerate(zip(texts, tried.rows, strict=True), start=2):
        quiet = "cleared" if row[field] is None else "as it was" if row[field] == text else "mended"
        counted[worst.get(number, quiet)] += 1
    return counted


def decoded(address: str) -> str:
    """Read the set's stand-ins for control characters."""
    return "".join(chr(ord(sign) - 0x2400) if "\u2400" <= sign <= "\u2420" else sign for sign in address)


def speed(function: Callable[..., object], texts: Sequence[str]) -> float:
    """Give distinct cells a second of one core."""
    start = time.process_time()
    for text in texts:
        function(text, CTX)
    return len(texts) / (time.process_time() - start)


def main() -> None:
    """Print both tables."""
    numbers = DATA / "phones" / "example_numbers.csv"
    if numbers.exists():
        with numbers.open(encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row["region"].isalpha()]
        for expected in ("valid", "invalid"):
            counted: Counter[str] = Counter()
            for region in sorted({row["region"] for row in rows}):
                own = [row["e164"] for row in rows if (row["region"], row["expected"]) == (region, expected)]
                counted += outcomes("customerinfo.mobileno", own, region) if own else Counter()
            print(f"phones, {expected}: {dict(counted)}")
    labelled = DATA / "isemail" / "tests.xml"
    if labelled.exists():
        tests = ET.parse(labelled).getroot().iter("test")  # noqa: S314  a file of ours
        by_label: dict[str, list[str]] = {}
        for test in tests:
            by_label.setdefault(test.findtext("category") or "", []).append(decoded(test.findtext("address") or ""))
        for label, addresses in sorted(by_label.items()):
            print(f"e-mail, {label}: {dict(outcomes('customerinfo.email', addresses))}")
    plain = [f"{9000000000 + 7919 * number}" for number in range(COUNT)]
    print(f"phones as they should be: {speed(phone, plain):,.0f} a second")
    print(f"phones to be mended: {speed(phone, [f'{one} (home)' for one in plain]):,.0f} a second")
    print(f"addresses as they should be: {speed(email, [f'a{one}@gmail.com' for one in plain]):,.0f} a second")
    print(f"addresses to be mended: {speed(email, [f'a{one} @ gmail.com.' for one in plain]):,.0f} a second")
    print(f"names: {speed(name, [f'ASHA R{chr(65 + n % 26) * (n // 26 % 9)}AO' for n in range(COUNT)]):,.0f} a second")


if __name__ == "__main__":
    main()
