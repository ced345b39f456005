"""Batches for the tests of validation: small ones by hand, and the generated survey with its known faults."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from omoto_kit.batch import Batch, Source
from omoto_kit.campaign import Campaign

GENERATOR = Path(__file__).parent.parent.parent / "../shared/bench/make_survey.py"


def batch(rows, campaign=None, columns=None, **contract):
    """Make a batch of rows given as dicts of fields; row numbers begin at 2, as below a header."""
    campaign = campaign or Campaign(id="154", **contract)
    names = dict.fromkeys(name for row in rows for name in row)
    schema = {name: pl.List(pl.String) if name.startswith("catnpsmap.") else pl.String for name in names}
    table = {name: [row.get(name) for row in rows] for name in names}
    values = pl.DataFrame(table, schema=schema)
    if "campaignid" not in values.columns:
        values = values.with_columns(campaignid=pl.lit(campaign.id))
    if "key" not in values.columns:
        values = values.with_columns(key=pl.lit(None, pl.String))
    if "row" not in values.columns:
        values = values.with_columns(row=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))
    return Batch(campaign, Source("test.csv"), values, columns or {})


def found(checked):
    """Give the problems of a batch as (row, field, code)."""
    return [tuple(row) for row in checked.problems.select("row", "field", "code").iter_rows()]


def generate(folder, rows, seed):
    """Write a survey with known faults, or skip where its generator is not at hand."""
    if not GENERATOR.is_file():
        pytest.skip(f"the survey generator is not there: {GENERATOR}")
    command = [sys.executable, str(GENERATOR), str(rows), str(folder), "--seed", str(seed)]
    subprocess.run(command, check=True, capture_output=True)
    return Survey(folder)


class Survey:
    """One generated survey: its campaign, its batch, and the truth about its faults."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.spec = json.loads((self.folder / "spec.json").read_text(encoding="utf-8"))
        self.campaign = campaign_of(self.spec)

    def truth(self):
        """Give the faults as (row as a spreadsheet numbers it, column, code), with their severity."""
        with (self.folder / "truth.csv").open(encoding="utf-8", newline="") as lines:
            return {(int(r["row"]) + 1, r["column"], r["code"]): r["severity"] for r in csv.DictReader(lines)}

    def batch(self):
        """Read and compose the file by the campaign's columns."""
        from omoto_kit.intake import compose, read

        return compose(read(self.folder / "survey.csv"), self.campaign)


def campaign_of(spec):
    """Make the contract that the survey was written for."""
    plain = {name: {} for name in spec["nvnames"]}
    attributes = plain | {
        "unitname": {"required": True},
        "submittedat": {"kind": "datetime", "required": True},
        "pincode": {"pattern": "[1-9][0-9]{5}"},
    }
    return Campaign(
        id=spec["campaignid"],
        type=spec["campaigntype"],
        channels=[spec["channel"]],
        rating={"scale": (0, 10), "required": True},
        categories={name: spec["sub"].get(name, []) for name in spec["categories"]},
        units=[{"name": name, "city": spec["unit_city"][name]} for name in spec["units"]],
        attributes=attributes,
        customer={"required": ["mobileno"]},
        comment={"max_length": spec["comment_max"]},
        identity=["Response ID"],
        columns={
            "customerinfo.regid": "Response ID",
            "namevaluemap.submittedat": "Submitted At",
            "namevaluemap.unitname": "Store",
            "namevaluemap.city": "City",
            "namevaluemap.pincode": "Pincode",
            "customerinfo.name": "Customer Name",
            "customerinfo.mobileno": "Mobile",
            "customerinfo.email": "Email",
            "npsrating": "Overall Rating",
            "catnpsmap.Price": {"column": "Price", "split": ";"},
            "catnpsmap.Staff": {"column": "Staff", "split": ";"},
            "catnpsmap": {"column": "Other Reasons", "split": ";"},
            "namevaluemap": {"column": "Embedded Data", "pairs": "|"},
            "comment": "Comment",
        },
    )
