"""The campaign: the contract agreed with Omoto, read from a TOML file."""

from omoto_kit.campaign.contract import (
    Attribute,
    Campaign,
    ColumnRule,
    Comment,
    Customer,
    Rating,
    ReplyPattern,
    Unit,
)
from omoto_kit.campaign.fields import CUSTOMER_FIELDS, OPEN_FIELDS, SCALAR_FIELDS, is_field, split_field
from omoto_kit.campaign.schema import json_schema

__all__ = [
    "CUSTOMER_FIELDS",
    "OPEN_FIELDS",
    "SCALAR_FIELDS",
    "Attribute",
    "Campaign",
    "ColumnRule",
    "Comment",
    "Customer",
    "Rating",
    "ReplyPattern",
    "Unit",
    "is_field",
    "json_schema",
    "split_field",
]
