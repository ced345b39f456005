"""Signatures that could never be called rightly, named when a function is decorated and not when it fails.

Values are handed over by position, each argument being a name; a default would silently win over the row's value, and
what is gathered by `*` has no name.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable
from pathlib import Path

from omoto_kit.errors import PluginError
from omoto_kit.plugins.places import place_at

__all__ = ["arguments_of", "place_of", "source_hash"]

HERE = Path(__file__).parent
_KINDS = {
    inspect.Parameter.VAR_POSITIONAL: ("gathers *{name}", "Name each value that it reads as an argument."),
    inspect.Parameter.VAR_KEYWORD: ("gathers **{name}", "Name each value that it reads as an argument."),
    inspect.Parameter.KEYWORD_ONLY: ("takes {name} by keyword only", "Remove the * before it."),
}


def place_of(function: object) -> str:
    """Say where a function stands, as "file.py:12" or "In[3]:1"; empty where that is not known."""
    code = getattr(inspect.unwrap(function) if callable(function) else function, "__code__", None)
    return place_at(code.co_filename, code.co_firstlineno) if code else _decorated_at()


def _decorated_at() -> str:
    """Say on which line an author's decorator is at work just now; empty where none is."""
    frame = inspect.currentframe()
    while frame is not None and Path(frame.f_code.co_filename).parent == HERE:
        frame = frame.f_back
    return place_at(frame.f_code.co_filename, frame.f_lineno) if frame is not None else ""


def source_hash(function: Callable[..., object]) -> str:
    """Give the first 12 hex digits of the SHA-256 of a function's source; of its code, where no source is kept."""
    own = inspect.unwrap(function)
    code = getattr(own, "__code__", None)
    try:
        text = inspect.getsource(own)
    except (OSError, TypeError):
        text = f"{code.co_code.hex()} {code.co_names} {_plain(code.co_consts)}" if code else type(own).__name__
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _plain(constants: Iterable[object]) -> list[object]:
    """Leave out inner functions, whose looks have an address of memory in them."""
    return [one for one in constants if not hasattr(one, "co_code")]


def arguments_of(function: object, *, options: bool = False) -> tuple[str, ...]:
    """Give the names of a function's arguments.

    `options` allows the `**options` and defaults of a reader. Raises PluginError for a class, for a callable object,
    and for arguments with defaults, by keyword only or gathered by stars.
    """
    if inspect.isclass(function):
        raise _error(function, "is a class", "Decorate a function, or a function that uses an instance of it.")
    if not (callable(function) and inspect.isroutine(function)):
        advice = "Wrap it: def name(pincode): return lookup(pincode)."
        raise _error(function, "is an object that can be called, not a function", advice)
    parameters = inspect.signature(function).parameters
    optional = [name for name, one in parameters.items() if one.kind in _KINDS or one.default is not one.empty]
    if optional and not options:
        raise _not_plain(function, parameters[optional[0]])
    return tuple(name for name in parameters if name not in optional)


def _not_plain(function: object, parameter: inspect.Parameter) -> PluginError:
    """Say what is wrong with an argument that is not filled by its name alone."""
    if parameter.kind in _KINDS:
        what, advice = _KINDS[parameter.kind]
        return _error(function, what.format(name=parameter.name), advice)
    advice = "Remove the default: an absent value arrives as None."
    return _error(function, f"has a default for {parameter.name}", advice)


def _error(function: object, what: str, advice: str) -> PluginError:
    name = getattr(function, "__name__", type(function).__name__)
    plugin = str(getattr(function, "__module__", "") or "")
    return PluginError(f"{name} {what}.", plugin=plugin, where=place_of(function), advice=advice)
