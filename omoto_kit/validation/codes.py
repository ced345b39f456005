"""The codes of the problems that validation finds, each with its meaning. Scripts may rely on them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from omoto_kit.batch import DUPLICATE
from omoto_kit.campaign import Campaign, split_field

__all__ = ["CODES", "missing_code"]

CODES: Mapping[str, str] = MappingProxyType(
    {
        "attribute_invalid": "an attribute's value has not the kind or form that the contract wants",
        "attribute_missing": "a required attribute is absent",
        "attribute_not_allowed": "an attribute's value is not in the contract's list",
        "attribute_too_long": "an attribute's value is longer than the contract allows",
        "attribute_too_short": "an attribute's value is shorter than the contract allows",
        "campaign_mismatch": "the campaign id is absent or another one",
        "campaigntype_unknown": "the campaign type is not the contract's",
        "category_unknown": "a category is not in the contract",
        "channel_unknown": "the channel is not in the contract",
        "comment_missing": "a required comment is absent",
        "comment_too_long": "the comment is longer than the contract allows",
        "control_characters": "signs that nobody can see were taken out",
        "customer_missing": "none of the contract's ways to know the customer is there",
        "customer_unidentified": "nothing tells this customer from another",
        "date_invalid": "a date does not exist, or cannot be read without guessing",
        "date_missing": "a required date is absent",
        "email_invalid": "the e-mail address is none",
        "email_missing": "a required e-mail address is absent",
        "email_placeholder": "the cell holds only signs, such as a dash, where an e-mail address should be",
        "email_suspect": "the e-mail address's domain looks like a slip",
        DUPLICATE: "the row repeats an earlier one",
        "id_duplicate": "an earlier row with other content has the same key",
        "id_missing": "the row has no key of its own",
        "mobile_invalid": "the mobile number is none",
        "mobile_missing": "a required mobile number is absent",
        "mobile_precision_lost": "a spreadsheet ate digits of the mobile number",
        "mobile_suspect": "the mobile number looks made up",
        "name_missing": "a required customer name is absent",
        "name_too_long": "the customer's name is longer than the contract allows",
        "nvname_unknown": "an attribute's name is not in the contract",
        "pincode_invalid": "the postal code is none",
        "rating_form": "the rating was written in another form, and is sent as the plain number",
        "rating_missing": "a required rating is absent",
        "rating_not_integer": "the rating is no whole number of this scale",
        "rating_out_of_range": "the rating lies outside the scale",
        "regid_missing": "a required registration id is absent",
        "registrationno_missing": "a required registration number is absent",
        "rule_failed": "a plugin's rule failed on this row",
        "subreason_unknown": "a reason is not in the category's list",
        "text_garbled": "the text was probably read in the wrong encoding",
        "unit_missing": "a required unit is absent",
        "unit_unknown": "the unit's name is no standard name",
    }
)
_MISSING = {"npsrating": "rating", "customerinfo.mobileno": "mobile", "namevaluemap.unitname": "unit"}


def missing_code(field: str, campaign: Campaign) -> str:
    """Name the problem of a required field that is absent.

    >>> missing_code("npsrating", Campaign(id="154")), missing_code("namevaluemap.tier", Campaign(id="154"))
    ('rating_missing', 'attribute_missing')
    """
    group, name = split_field(field)
    if field in _MISSING:
        return f"{_MISSING[field]}_missing"
    if group != "namevaluemap":
        return f"{name or group}_missing"
    attribute = (campaign.attributes or {}).get(name)
    return "date_missing" if attribute and attribute.kind in ("date", "datetime") else "attribute_missing"
