"""Delivery: the outbox, and the sender that never lies about what arrived."""

from omoto_kit.delivery.endpoint import HttpEndpoint, Timeouts
from omoto_kit.delivery.model import Decided, Filter, Page, Put, Run, Version
from omoto_kit.delivery.outbox import Outbox
from omoto_kit.delivery.pushing import Push
from omoto_kit.delivery.secret import Secret

__all__ = [
    "Decided",
    "Filter",
    "HttpEndpoint",
    "Outbox",
    "Page",
    "Push",
    "Put",
    "Run",
    "Secret",
    "Timeouts",
    "Version",
]
