"""Reading a TOML file that a person wrote: every mistake answered with file, key and the nearest right name."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from omoto_kit.errors import OmotoError, Place, did_you_mean

__all__ = ["explain", "read_toml", "refuse_unknown"]


def read_toml(path: Path, error: type[OmotoError], *, advice: str = "") -> dict[str, Any]:
    """Read a TOML file as nested dicts. Raises `error`, whatever can be wrong with the file itself."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        near = did_you_mean(path.name, [found.name for found in path.parent.glob("*.toml")])
        raise error(f"There is no such file. {near}".rstrip(), where=path, advice=advice) from None
    except UnicodeDecodeError as cause:
        what = f"The file is not UTF-8 text (byte {cause.start})."
        raise error(what, where=path, advice="Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as cause:
        hint = "Look there: quotes closed, names with spaces quoted, each section named once?"
        raise error(f"This is no valid TOML: {cause}.", where=path, advice=hint) from None
    except OSError as cause:
        raise error(f"The file cannot be read: {cause.strerror}.", where=path, advice=advice) from None


def refuse_unknown(table: Collection[str], known: Collection[str], where: Place, error: type[OmotoError]) -> None:
    """Refuse the first key that is not known, naming the nearest one that is."""
    for key in table:
        if key not in known:
            near = did_you_mean(key, known) or f"Known here are {', '.join(known)}."
            place = Place(where.path, key=f"{where.key}.{key}" if where.key else key)
            raise error(f"{key!r} is not known here.", where=place, advice=near)


def explain(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """Say one pydantic error in plain words, with the model's nearest known name for an unknown key."""
    if detail["type"] == "extra_forbidden":
        name, known = str(detail["loc"][-1]), list(model.model_fields)
        near = did_you_mean(name, known) or f"Known here are {', '.join(known)}."
        return f"{name!r} is not known here. {near}"
    text = detail["msg"].removeprefix("Value error, ").strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")
