"""A large file shows as any other does, though its batches are gone by then."""

import pytest

from omoto_kit.cli import showing
from omoto_kit.cli.output import Face
from omoto_kit.cli.streaming import Teller
from omoto_kit.journey import prepare
from omoto_kit.journey.streaming import prepare_stream
from omoto_kit.plugins import Plugins
from tests.validation.surveys import generate


@pytest.mark.parametrize("as_json", [True, False])
def test_what_is_told_of_a_stream_is_what_is_told_of_the_whole(tmp_path, capsys, as_json):
    """Problems line by line for scripts; columns, problems, changed cells and the account for people."""
    survey = generate(tmp_path, 1500, 3)
    path, face = tmp_path / "survey.csv", Face(as_json)
    prepared = prepare(path, survey.campaign, Plugins())
    showing.tell_problems(face, prepared.batch)
    showing.show_prepared(face, prepared)
    whole = capsys.readouterr().out
    stream = prepare_stream(path, survey.campaign, Plugins(), least=0, block=100_000)
    teller = Teller(face, stream, changes=False, every=False)
    assert len(list(teller)) > 1
    teller.show()
    assert sorted(capsys.readouterr().out.splitlines()) == sorted(whole.splitlines())
