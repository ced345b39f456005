"""The names of the places in a response, written as dotted paths.

`npsrating` and its like are scalars; `customerinfo.mobileno`, `namevaluemap.unitname` and `catnpsmap.Price` lie one
level deeper, and everything after the first dot is the name, dots included. `catnpsmap` alone stands for selected
categories listed in one cell, `namevaluemap` alone for name-value pairs listed in one cell.
"""

from __future__ import annotations

__all__ = ["CUSTOMER_FIELDS", "GROUPS", "OPEN_FIELDS", "SCALAR_FIELDS", "is_field", "split_field"]

#: Scalars of the jsonbody, in the order of the vendor's template.
SCALAR_FIELDS = ("campaignid", "channel", "campaigntype", "npsrating", "comment")
#: Attributes of `customerinfo`, in the order of the vendor's template.
CUSTOMER_FIELDS = ("email", "regid", "registrationno", "mobileno", "name")
#: The three objects of the jsonbody.
GROUPS = ("catnpsmap", "customerinfo", "namevaluemap")
#: Fields whose values name no person, so that a reason or a report may quote them.
OPEN_FIELDS = ("campaignid", "channel", "campaigntype", "npsrating", "namevaluemap.unitname", "namevaluemap.city")


def split_field(field: str) -> tuple[str, str]:
    """Part a dotted path into its group and its name; a scalar has no name.

    >>> split_field("catnpsmap.Wi-Fi 2.4 GHz")
    ('catnpsmap', 'Wi-Fi 2.4 GHz')
    >>> split_field("npsrating")
    ('npsrating', '')
    """
    group, _, name = field.partition(".")
    return group, name


def is_field(field: str) -> bool:
    """Tell whether a dotted path can stand in a jsonbody at all, whatever the contract says of its name.

    >>> is_field("namevaluemap.anything"), is_field("customerinfo.phone")
    (True, False)
    """
    group, name = split_field(field)
    if group == "customerinfo":
        return name in CUSTOMER_FIELDS
    if group in GROUPS:
        return bool(name) or "." not in field
    return field in SCALAR_FIELDS
