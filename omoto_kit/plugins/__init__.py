"""Plugins: the decorators that make steps, the hooks, and the collection that finds and guards them."""

from omoto_kit.plugins.calling import Answer
from omoto_kit.plugins.cards import PluginCard, StepCard, cards_of
from omoto_kit.plugins.context import Context
from omoto_kit.plugins.examples import wrong_examples, wrong_with
from omoto_kit.plugins.guard import Failure, attempt
from omoto_kit.plugins.hookspecs import hookimpl
from omoto_kit.plugins.manager import Plugins
from omoto_kit.plugins.outcomes import Clear, Finding, Replace, Suggest
from omoto_kit.plugins.reads import Absent, resolve_reads, snake
from omoto_kit.plugins.sources import Found, Recipe, discover
from omoto_kit.plugins.steps import EnricherStep, ReaderStep, RuleStep, enricher, known_fields, reader, rule, steps_of
from omoto_kit.plugins.tables import Table, need_column, open_table
from omoto_kit.plugins.trust import Trust
from omoto_kit.plugins.worker import Heard, Key, Worker

__all__ = [
    "Absent",
    "Answer",
    "Clear",
    "Context",
    "EnricherStep",
    "Failure",
    "Finding",
    "Found",
    "Heard",
    "Key",
    "PluginCard",
    "Plugins",
    "ReaderStep",
    "Recipe",
    "Replace",
    "RuleStep",
    "StepCard",
    "Suggest",
    "Table",
    "Trust",
    "Worker",
    "attempt",
    "cards_of",
    "discover",
    "enricher",
    "hookimpl",
    "known_fields",
    "need_column",
    "open_table",
    "reader",
    "resolve_reads",
    "rule",
    "snake",
    "steps_of",
    "wrong_examples",
    "wrong_with",
]
