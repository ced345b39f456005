"""The survey's rules in the words of other libraries: forms, lists, lengths, what must be there, what may not repeat.

They find errors and count them. None of them writes a value in another form, names the row in words, offers a fix or
makes a body, so unit names come to them in their standard form already.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

__all__ = ["PEERS", "unit_names"]

UNIT, KEY, COMMENT, LONGEST = "Store", "Response ID", "Comment", 2000
#: A cell of each column that must be filled, and of each that may be empty.
REQUIRED = {
    "Submitted At": r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\d\d/\d\d/\d{4} \d\d:\d\d|4\d{4}\.\d+)$",
    "Mobile": r"^((\(?\+?91\)?|0091|0)?[ -]*[6-9]\d{4}[ -]?\d{5}(\.0)?|(\+|00)9(71|66) ?5[\d ]{8,10}|\d\.\d+E\d+)$",
    "Overall Rating": r"^ *(10|[0-9])(\.0+)?( */ *10)? *$",
}
OPTIONAL = {
    "Email": r"^\s*[\w.%+-]+@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}\s*$",
    "Pincode": r"^[1-9]\d\d ?\d{3}(\.0)?$",
}


def unit_names(frame: pl.DataFrame, units: list[str]) -> pl.DataFrame:
    """Write the names of units as the contract does, where only case and white space differ."""
    folded = {" ".join(name.casefold().split()): name for name in units}
    cells = frame[UNIT].drop_nulls().unique().to_list()
    known = {cell: folded.get(" ".join(cell.casefold().split()), cell) for cell in cells}
    return frame.with_columns(pl.col(UNIT).replace(known))


def read(path: Path) -> pl.DataFrame:
    """Read the file as text."""
    return pl.read_csv(path, infer_schema=False)


def pandera(path: Path, units: list[str]) -> int:
    """Validate by a schema of pandera, lazily, so that every error is found."""
    import pandera.polars as pa

    def matching(pattern: str) -> Any:
        return pa.Check(lambda data: data.lazyframe.select(pl.col(data.key).str.contains(pattern)))

    columns = {name: pa.Column(str, matching(pattern)) for name, pattern in REQUIRED.items()}
    columns |= {name: pa.Column(str, matching(pattern), nullable=True) for name, pattern in OPTIONAL.items()}
    columns[KEY] = pa.Column(str, unique=True)
    columns[UNIT] = pa.Column(str, pa.Check.isin(units))
    columns[COMMENT] = pa.Column(str, pa.Check.str_length(max_value=LONGEST), nullable=True)
    frame = read(path)
    try:
        pa.DataFrameSchema(columns).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return int(errors.failure_cases.height)
    return 0


def dataframely(path: Path, units: list[str]) -> int:
    """Part the rows by a schema of dataframely."""
    import dataframely as dy

    columns: dict[str, Any] = {name: dy.String(regex=pattern) for name, pattern in REQUIRED.items()}
    columns |= {name: dy.String(regex=pattern, nullable=True) for name, pattern in OPTIONAL.items()}
    columns[KEY] = dy.String(primary_key=True)
    columns[UNIT] = dy.String(check=lambda unit: unit.is_in(units))
    columns[COMMENT] = dy.String(max_length=LONGEST, nullable=True)
    schema = type("Survey", (dy.Schema,), columns)
    _, failed = schema.filter(read(path), cast=False)
    return len(failed)


def pointblank(path: Path, units: list[str]) -> int:
    """Interrogate the table by the steps of pointblank."""
    import pointblank as pb

    checks = pb.Validate(read(path)).rows_distinct(columns_subset=[KEY]).col_vals_not_null(columns=[KEY])
    checks = checks.col_vals_in_set(columns=UNIT, set=units)
    for name, pattern in REQUIRED.items():
        checks = checks.col_vals_regex(columns=name, pattern=pattern)
    for name, pattern in OPTIONAL.items():
        checks = checks.col_vals_regex(columns=name, pattern=pattern, na_pass=True)
    checks = checks.col_vals_expr(expr=pl.col(COMMENT).str.len_chars().fill_null(0) <= LONGEST)
    return sum(checks.interrogate(get_first_n=None, collect_extracts=False).n_failed().values())


def frictionless(path: Path, units: list[str]) -> int:
    """Validate the file by a table schema, row by row."""
    from frictionless import Resource, Schema, system

    fields = [{"name": name, "type": "string", "constraints": _constraints(name, units)} for name in read(path).columns]
    with system.use_context(trusted=True):
        resource = Resource(path=str(path), schema=Schema.from_descriptor({"fields": fields}))
        report = resource.validate(limit_errors=10**9)
    return int(report.stats["errors"])


def _constraints(name: str, units: list[str]) -> dict[str, Any]:
    if name == KEY:
        return {"required": True, "unique": True}
    if name == UNIT:
        return {"required": True, "enum": units}
    if name == COMMENT:
        return {"maxLength": LONGEST}
    found = REQUIRED.get(name) or OPTIONAL.get(name)
    return {"required": name in REQUIRED} | ({"pattern": found.strip("^$")} if found else {})


#: Each library's way: the errors that it counts in a file.
PEERS: dict[str, Callable[[Path, list[str]], int]] = {
    "pandera": pandera,
    "dataframely": dataframely,
    "pointblank": pointblank,
    "frictionless": frictionless,
}
