"""What came of each step, in rows, and where steps differ."""

from omoto_kit.enrichment import conflicts, coverage, enrich, undo
from omoto_kit.plugins import Clear, Plugins, Suggest, enricher
from tests.enrichment.conftest import CITY, PINCODE, ZONE, batch_of


@enricher(CITY)
def first(pincode):
    """Know three pincodes, and fail at another."""
    if pincode == "666":
        raise OSError
    return {"1": "Pune", "2": Suggest("Agra", "maybe"), "4": "Delhi"}.get(pincode)


@enricher(CITY)
def second(pincode):
    """Say another thing of one of them."""
    return {"4": "Mumbai"}.get(pincode)


@enricher(ZONE)
def zone(region):
    """Read what no file has."""
    return region


def enriched(*steps, pincodes=("1", "1", "2", "3", "4", "666", None)):
    """Enrich rows with these pincodes; give the batch, the plugins and what each step was asked."""
    plugins, tallies = Plugins().with_functions(*steps), []
    return enrich(batch_of({PINCODE: list(pincodes)}), plugins=plugins, on_step=tallies.append), plugins, tallies


def test_every_row_that_was_asked_is_accounted_for():
    """Set, suggested, in conflict, failed and silent rows add up to those that had something to read."""
    mine, other = coverage(*enriched(first, second))
    assert (mine.step, mine.plugin, mine.writes) == ("notebook:first", "notebook", (CITY,))
    assert (mine.set, mine.suggested, mine.conflict, mine.failed, mine.silent) == (2, 1, 1, 1, 1)
    assert mine.asked == mine.set + mine.suggested + mine.conflict + mine.failed + mine.silent
    assert (other.conflict, other.silent, other.asked) == (1, 5, 6)
    assert mine.seconds > 0
    assert mine.calls == 5


def test_a_step_without_its_column_says_why():
    """It was not asked, and the nearest column would be named."""
    batch, plugins, tallies = enriched(first, zone)
    (skipped,) = [one for one in coverage(batch, plugins, tallies) if one.step == "notebook:zone"]
    assert (skipped.asked, skipped.set) == (0, 0)
    assert "no column region" in skipped.skipped


def test_what_was_taken_back_counts_as_that():
    """After an undo nothing of the step stands."""
    batch, plugins, _ = enriched(first, pincodes=("1", "1"))
    (one,) = coverage(undo(batch, step="notebook"), plugins)
    assert (one.set, one.undone) == (0, 2)


def test_a_cleared_cell_is_counted():
    """Clear is an outcome of its own."""

    @enricher(PINCODE)
    def tidy(pincode):
        return Clear("a placeholder") if pincode == "0" else None

    (one,) = coverage(*enriched(tidy, pincodes=("0", "1")))
    assert (one.cleared, one.set, one.silent) == (1, 0, 1)


def test_conflicts_are_grouped():
    """One line for each field and set of steps, with how many rows and the first row's values."""
    batch, *_ = enriched(first, second, pincodes=("1", "4", "4"))
    (one,) = conflicts(batch)
    assert (one.field, one.steps, one.rows, one.first) == (CITY, ("notebook:first", "notebook:second"), 2, 3)
    assert one.values == ("Delhi", "Mumbai")
    alone, *_ = enriched(first)
    assert conflicts(alone) == ()
