"""The public table of codes is whole: what it lacks would be found twice by a second validation."""

import ast
from pathlib import Path

from omoto_kit import validation
from omoto_kit.campaign import Campaign
from omoto_kit.validation.codes import CODES, missing_code

SOURCES = sorted(Path(validation.__file__).parent.glob("*.py"))


def codes_in(tree):
    """Give the literal codes of findings made in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding" and node.args:
            first = node.args[0]
            options = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            yield from (one.value for one in options if isinstance(one, ast.Constant))


def test_every_finding_of_ours_is_in_the_table():
    """A code that a rule uses is one that a new validation drops and finds anew."""
    used = {code for path in SOURCES for code in codes_in(ast.parse(path.read_text(encoding="utf-8")))}
    assert len(used) > 15
    assert used - CODES.keys() == set()


def test_every_required_field_has_its_code():
    """Whatever a contract can require has a code of the table for its absence."""
    fields = {"email", "regid", "registrationno", "mobileno", "name"}
    campaign = Campaign(
        id="154",
        rating={"required": True},
        comment={"required": True},
        customer={"required": sorted(fields)},
        units=["A"],
        attributes={
            "day": {"kind": "date", "required": True},
            "tier": {"required": True},
            "unitname": {"required": True},
        },
    )
    codes = {missing_code(field, campaign) for field in campaign.required_fields()}
    assert codes <= CODES.keys()
    assert {"date_missing", "attribute_missing", "unit_missing", "mobile_missing", "comment_missing"} <= codes
