"""`omoto plugins new`: a plugin, its examples and its test, which pass at once."""

from __future__ import annotations

import keyword
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from omoto_kit.errors import SettingsError, UsageError
from omoto_kit.plugins import Table, need_column, open_table, snake

__all__ = ["Scaffold", "scaffold", "write_scaffold"]

#: Usual headers of a store list, and the field that each fills.
USUAL = {
    "city": "namevaluemap.city",
    "name": "namevaluemap.unitname",
    "standard_name": "namevaluemap.unitname",
    "store": "namevaluemap.unitname",
    "store_name": "namevaluemap.unitname",
    "unit": "namevaluemap.unitname",
    "unit_name": "namevaluemap.unitname",
}
PLAIN = '''"""Fills the city from the pincode."""

from omoto_kit import enricher

CITIES = {"560001": "Bengaluru", "110001": "New Delhi"}


@enricher("namevaluemap.city", examples=[({"pincode": "560001"}, "Bengaluru"), ({"pincode": "?"}, None)])
def city_of(pincode):
    return CITIES.get(pincode)  # None: no opinion
'''
FROM_TABLE = '''"""Fills @FIELDS@ from @TABLE@."""

from omoto_kit import enricher


@enricher(
    @WRITES@,
    rank="master",
    examples=[(@GIVEN@, @GIVES@)],
)
def look_up(@READS@, ctx):
    row = ctx.table(@PATH@, key=@KEY@).get(@READS@)
    return row and {@PAIRS@}  # None: no opinion
'''
TEST = '''"""What the plugin promises; `pytest @FOLDER@` runs it."""

from pathlib import Path

from omoto_kit.testing import check_contract, check_examples, try_plugin

PLUGIN = Path(__file__).parent.parent / "@NAME@.py"


def test_the_examples_hold():
    """What stands beside the function is what it gives."""
    assert check_examples(PLUGIN) == ()


def test_a_row_is_filled():
    """A row with a key that it knows gets its value, and the change says who set it."""
    tried = try_plugin(PLUGIN, [@ROW@])
    assert tried.rows[0][@SHORT@] == @VALUE@
    assert tried.changes_of(@SHORT@)[0].step == "@NAME@:@STEP@"


def test_the_contract_is_kept():
    """Odd text, empty cells, another order and a second run change nothing for the worse."""
    check_contract(PLUGIN)
'''


@dataclass(frozen=True)
class Scaffold:
    """The texts of a new plugin, and the columns of its table that it leaves alone."""

    plugin: str
    test: str
    left: tuple[str, ...] = ()


def scaffold(name: str, folder: Path, table: Path | None, key: str | None) -> Scaffold:
    """Write a plugin's texts. Raises UsageError for a name that cannot be one, and PluginError for a table's faults."""
    _check_name(name)
    if table is None:
        parts = {"ROW": '{"pincode": "560001"}', "SHORT": '"city"', "VALUE": '"Bengaluru"', "STEP": "city_of"}
        return Scaffold(PLAIN, _fill(TEST, parts | {"NAME": name, "FOLDER": f"{folder}/tests"}))
    if not table.is_file():
        raise UsageError("There is no such table.", where=table, advice="Give the path of a CSV or Excel file.")
    found = open_table(table, name)
    chosen = key or (found.header[0] if found.header else "")
    need_column(found, chosen, name)
    return _from_table(name, folder, found, chosen)


def _check_name(name: str) -> None:
    """Raise UsageError for a name that a module cannot have."""
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        near = snake(name)
        advice = f"Write it like a function's name, such as {near if near.isidentifier() else 'stores'}."
        raise UsageError(f"{name!r} cannot be the name of a plugin.", advice=advice)


def _from_table(name: str, folder: Path, table: Table, key: str) -> Scaffold:
    row = next((row for row in table.rows if row[key] and any(row[other] for other in row if other != key)), None)
    if row is None:
        raise UsageError("It has no row that could be an example.", where=table.path, advice=f"Fill {key!r} in a row.")
    fills = _fills(table, key, row)
    reads = snake(key) or "key"
    reads = f"{reads}_" if keyword.iskeyword(reads) or not reads.isidentifier() else reads
    gives = {field.partition(".")[2]: row[column] for field, column in fills.items()}
    first = next(short for short, value in gives.items() if value)
    parts = {
        "FIELDS": " and ".join(fills),
        "TABLE": f"{table.path.name} by {key}",
        "WRITES": ",\n    ".join(_text(field) for field in fills),
        "GIVEN": f"{{{_text(reads)}: {_text(row[key])}}}",
        "GIVES": "{" + ", ".join(f"{_text(short)}: {_text(value)}" for short, value in gives.items()) + "}",
        "READS": reads,
        "PATH": _text(Path(os.path.relpath(table.path.resolve(), folder.resolve())).as_posix()),
        "KEY": _text(key),
        "PAIRS": ", ".join(f"{_text(f.partition('.')[2])}: row[{_text(column)}]" for f, column in fills.items()),
        "ROW": f"{{{_text(reads)}: {_text(row[key])}}}",
        "SHORT": _text(first),
        "VALUE": _text(gives[first]),
        "STEP": "look_up",
        "NAME": name,
        "FOLDER": f"{folder}/tests",
    }
    left = tuple(column for column in table.header if column not in (key, *fills.values()))
    return Scaffold(_fill(FROM_TABLE, parts), _fill(TEST, parts), left)


def _fills(table: Table, key: str, row: Mapping[str, str]) -> dict[str, str]:
    """Choose what to fill: columns with usual names, else the first column beside the key."""
    fills: dict[str, str] = {}
    for column in table.header:
        field = USUAL.get(snake(column))
        if column != key and field:
            fills.setdefault(field, column)
    if not any(row[column] for column in fills.values()):
        other = next(column for column in table.header if column != key and row[column])
        fills[f"namevaluemap.{snake(other) or 'value'}"] = other
    return fills


def _fill(template: str, parts: Mapping[str, str]) -> str:
    for name, text in parts.items():
        template = template.replace(f"@{name}@", text)
    return template


def _text(value: str) -> str:
    """Write a text as Python would, in double quotes where that is plain."""
    return f'"{value}"' if value.isprintable() and not set(value) & set('"\\') else repr(value)


def write_scaffold(name: str, folder: Path, texts: Scaffold) -> tuple[Path, Path]:
    """Write plugin and test. Raises SettingsError where one is there already, or cannot be written."""
    plugin, test = folder / f"{name}.py", folder / "tests" / f"test_{name}.py"
    for path in (plugin, test):
        if path.exists():
            raise SettingsError("It is there already, and stays as it is.", where=path, advice="Choose another name.")
    try:
        for path, text in ((plugin, texts.plugin), (test, texts.test)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        what = f"It cannot be written: {error.strerror}."
        raise SettingsError(what, where=folder, advice="Choose a folder that you may write to.") from None
    return plugin, test
