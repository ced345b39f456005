"""Checking only the edited rows again gives what checking all of them again gives."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from omoto_kit.plugins import Finding, Plugins, Replace, rule
from omoto_kit.validation import look_at_whole, revalidate, validate
from tests.validation.surveys import batch
from tests.validation.test_validation_properties import CONTRACT, FIELDS, NAUGHTY

#: Few texts, so that keys, numbers and contents meet again.
POOL = {
    "key": ["R1", "R2", "R3", "", None],
    "npsrating": ["9", " 9", "9/10", "ten", "11", None],
    "customerinfo.mobileno": ["9663798289", "+91 96637 98289", "9999999999", "x", None],
    "customerinfo.email": ["asha@gmail.com", "asha@gmial.com", "no", None],
    "namevaluemap.unitname": ["EXL Deira Dubai 101", " exl deira dubai 101", "EXL Deira", None],
    "namevaluemap.visit": ["03/04/2026 10:00", "25/04/2026 10:00", "04/25/2026 10:00", "2026-04-01T10:30:00", None],
    "namevaluemap.day": ["03/04/2026", "2026-04-03", "13/13/2026", None],
    "namevaluemap.age": ["7", "7.0", "x", None],
    "comment": ["good", "cafÃ©", "x" * 50, "\x00", *NAUGHTY[:6], None],
}
ROW = st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in POOL.items()})
REASONS = st.sampled_from([None, [], ["Too High"], ["too high"], ["Dear", "Too High"]])


@rule("comment")
def shouting(comment, npsrating):
    """Doubt a shout, and write a whisper in full."""
    if comment == "good" and npsrating == "9":
        return Finding("shouting", "A nine that is only good.")
    return Replace("excellent", "a whisper") if comment == "x" * 50 else None


def compared(checked, again, plugins):
    """Compare all that a batch holds with a whole validation of the same values."""
    whole = validate(again, plugins=plugins)
    part = revalidate(again, checked, plugins=plugins)
    assert part.values.equals(whole.values)
    assert part.changes.equals(whole.changes)
    assert part.problems.equals(whole.problems)
    assert (part.notes, part.guards, part.rule_codes) == (whole.notes, whole.guards, whole.rule_codes)
    quick = revalidate(again, checked, plugins=plugins, whole=False)
    assert quick.problems.equals(whole.problems)
    assert look_at_whole(quick).guards == whole.guards
    return part


def edited(checked, row, new):
    """Set fields of one row; a source's column stays as it is."""
    values = checked.values
    for name, value in new.items():
        kind = values.schema[name]
        text = pl.lit(pl.Series([value], dtype=kind)).first()
        values = values.with_columns(pl.when(pl.col("row") == row).then(text).otherwise(pl.col(name)).alias(name))
    return replace(checked, values=values)


@settings(deadline=None, max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(data=st.data(), sources=st.booleans(), strange=st.booleans())
def test_checking_the_edited_rows_again_is_checking_all_again(data, sources, strange):
    """Keys that begin or cease to repeat, dates of either order, rules of plugins, one edit after another."""
    plugins = Plugins().with_functions(shouting) if strange else Plugins()
    rows = data.draw(st.lists(st.tuples(ROW, REASONS), min_size=2, max_size=12))
    raw = batch([row | {"catnpsmap.Price": reasons} for row, reasons in rows], **CONTRACT)
    if sources:
        texts = {f"source.{name}": raw.values[f"namevaluemap.{name}"] for name in ("visit", "day")}
        headers = {f"namevaluemap.{name}": name for name in ("visit", "day")}
        raw = replace(raw, values=raw.values.with_columns(**texts), columns=headers)
    checked = validate(raw, plugins=plugins)
    for _ in range(data.draw(st.integers(1, 3))):
        chosen = data.draw(st.lists(st.sampled_from(raw.values["row"].to_list()), min_size=1, max_size=3, unique=True))
        again = checked
        for row in chosen:
            fields = data.draw(st.lists(st.sampled_from(list(POOL)), min_size=1, max_size=3, unique=True))
            again = edited(again, row, {name: data.draw(st.sampled_from(POOL[name])) for name in fields})
        checked = compared(chosen, again, plugins)


def test_a_row_that_takes_anothers_key_is_told_and_so_is_its_leaving():
    """The third row says the same as the first only while it has its key."""
    rows = [{"key": "A", "comment": "x"}, {"key": "B", "comment": "x"}, {"key": "C", "comment": "x"}]
    checked = validate(batch(rows, identity=["ID"]), plugins=Plugins())
    one = compared([4], edited(checked, 4, {"key": "A"}), Plugins())
    assert one.problems.filter(pl.col("code") == "row_repeated")["row"].to_list() == [4]
    two = compared([2], edited(one, 2, {"comment": "y"}), Plugins())
    assert two.problems.filter(pl.col("code") == "id_duplicate")["row"].to_list() == [4]
    three = compared([2], edited(two, 2, {"key": "D"}), Plugins())
    assert "id_duplicate" not in set(three.problems["code"])


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_alone(field):
    """Every naughty text, typed into one field after another."""
    rows = [dict.fromkeys(FIELDS, text) | {"key": f"R{at}"} for at, text in enumerate(["1", "2", "x"])]
    checked = validate(batch(rows, **CONTRACT), plugins=Plugins())
    for text in NAUGHTY[:: max(1, len(NAUGHTY) // 12)]:
        checked = compared([3], edited(checked, 3, {field: text}), Plugins())
