"""From the filled-in form to the sign-off; and every form that is refused."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.errors import CampaignError, OmotoError, SettingsError, UsageError
from omoto_kit.verification import SignOff, pack, questions_of, record, signoff_path, terms_of, write_pack

EXAMPLE = Path(__file__).parent.parent.parent / "omoto_kit" / "journey" / "example"


@pytest.fixture
def folder(tmp_path):
    """Give a folder with the example's contract and its pack."""
    for name in ("campaigns", "data"):
        shutil.copytree(EXAMPLE / name, tmp_path / name)
    write_pack(pack(Campaign.load(tmp_path / "campaigns" / "store-visit.toml")), tmp_path / "pack")
    return tmp_path


@pytest.fixture
def contract_file(folder):
    """Give the contract's file."""
    return folder / "campaigns" / "store-visit.toml"


def fill(folder, *pairs, by="Meera, Omoto", on="2026-04-20"):
    """Fill in the form: who, when, and further texts."""
    form = folder / "pack" / "answers.toml"
    text = form.read_text("utf-8")
    for old, new in (('by = ""', f'by = "{by}"'), ('on = ""', f'on = "{on}"'), *pairs):
        assert old in text, old
        text = text.replace(old, new, 1)
    form.write_text(text, encoding="utf-8")
    return form


def test_a_form_left_as_it_is_signs_the_contract_as_it_is(folder, contract_file):
    """With nobody's correction the campaign file stays, byte for byte, and the sign-off has its fingerprint."""
    before = contract_file.read_bytes()
    done = record(contract_file, fill(folder), who="asha")
    assert contract_file.read_bytes() == before
    assert done.changes == ()
    signoff = SignOff.load(signoff_path(contract_file))
    assert signoff == done.signoff
    assert (signoff.by, signoff.on, signoff.recorded_by) == ("Meera, Omoto", date(2026, 4, 20), "asha")
    assert signoff.fingerprint == signoff.pack == terms_of(Campaign.load(contract_file)).fingerprint
    assert set(signoff.answers) == {question.key for question in questions_of(Campaign.load(contract_file))}


ANSWERS = {
    "processid": ('processid = "76"', 'processid = "81"'),
    "channels": ('channels = ["kiosk", "whatsapp"]', 'channels = ["kiosk"]'),
    "type": ('campaigntype = "NPS"', 'campaigntype = ""'),
    "absent": ('absent = "omit"', 'absent = "empty"'),
    "reasons": ('reasons = "listed"', 'reasons = "never"'),
    "scale": ("scale = [0, 10]", "scale = [1, 5]"),
    "required": ("rating_required = true", "rating_required = false"),
    "phone": ('phone = "national"', 'phone = "e164"'),
    "any_of": ('contacts_any_of = ["mobileno", "email"]', "contacts_any_of = []"),
    "max_length": ("comment_max_length = 500", "comment_max_length = 0"),
}


def test_every_binding_answer_is_taken_into_the_contract(folder, contract_file):
    """All corrections stand in the campaign file afterwards, comments kept, and are told as a diff."""
    done = record(contract_file, fill(folder, *ANSWERS.values()), who="asha")
    campaign = Campaign.load(contract_file)
    assert (campaign.processid, campaign.channels, campaign.type, campaign.absent) == ("81", ("kiosk",), None, "empty")
    assert (campaign.rating.scale, campaign.rating.required) == ((1, 5), False)
    assert (campaign.customer.phone, campaign.customer.any_of) == ("e164", ())
    assert campaign.comment.max_length is None
    assert not any(campaign.categories.values())
    text = contract_file.read_text("utf-8")
    assert "# given by Omoto; responses with another id are refused" in text
    assert list(contract_file.parent.glob("*.trial")) == []
    assert "+ campaign.processid = 81" in [str(change) for change in done.changes]
    assert done.signoff.fingerprint == terms_of(campaign).fingerprint != done.signoff.pack


def test_the_same_form_can_be_recorded_again(folder, contract_file):
    """A second recording of the same form, or of a corrected one, is no other contract's form."""
    form = fill(folder, ANSWERS["processid"])
    first = record(contract_file, form, who="asha")
    assert record(contract_file, form, who="asha").signoff.fingerprint == first.signoff.fingerprint
    form.write_text(form.read_text().replace('processid = "81"', 'processid = "82"'))
    assert record(contract_file, form, who="asha").signoff.answers["processid"] == "82"
    assert Campaign.load(contract_file).processid == "82"


@pytest.mark.parametrize(
    ("pairs", "signs", "said"),
    [
        ([("processid =", "procesid =")], {}, ("answers.procesid", "'processid'")),
        ([("\n[verified]", "\n[verifed]")], {}, ("verifed", "'verified'")),
        ([("[answers]", "[answers]\nbonus = 1")], {}, ("answers.bonus",)),
        ([('campaign = "154"', 'campaign = "155"')], {}, ("'155'", "'154'")),
        ([('fingerprint = "', 'fingerprint = "00')], {}, ("pack.fingerprint", "omoto pack")),
        ([('phone = "national"', 'phone = "local"')], {}, ("answers.phone", "'e164'")),
        ([("scale = [0, 10]", "scale = [10, 0]")], {}, ("answers.scale", "[0, 10]")),
        ([("scale = [0, 10]", 'scale = "0-10"')], {}, ("answers.scale", "a list")),
        ([("rating_required = true", "rating_required = 1")], {}, ("true or false",)),
        ([("comment_max_length = 500", "comment_max_length = -1")], {}, ("answers.comment_max_length",)),
        ([('processid = "76"', 'processid = ""')], {}, ("answers.processid", "empty")),
        ([], {"by": " "}, ("verified.by",)),
        ([], {"on": "soon"}, ("verified.on", "2026-04-15")),
        ([], {"on": (datetime.now(UTC) + timedelta(days=3)).date().isoformat()}, ("yet to come",)),
        ([("[answers]", "[answers")], {}, ("TOML",)),
    ],
)
def test_a_wrong_form_is_refused_with_the_reason(folder, contract_file, pairs, signs, said):
    """Unknown keys, wrong kinds, another campaign, another contract or no signature: named, and nothing is written."""
    before = contract_file.read_bytes()
    with pytest.raises(UsageError) as error:
        record(contract_file, fill(folder, *pairs, **signs), who="asha")
    for text in ("answers.toml", *said):
        assert text in str(error.value)
    assert contract_file.read_bytes() == before
    assert not signoff_path(contract_file).exists()


def test_a_form_of_an_older_contract_names_what_changed_since(folder, contract_file):
    """A contract that was edited after its pack was made needs a new pack, and the edit is named."""
    text = contract_file.read_text("utf-8").replace("scale = [0, 10]", "scale = [1, 5]")
    contract_file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"rating\.scale = \[1, 5\]"):
        record(contract_file, fill(folder), who="asha")


def test_answers_that_contradict_the_contract_change_nothing(folder, contract_file):
    """An answer that makes the contract contradict itself leaves the file as it was."""
    text = contract_file.read_text("utf-8")
    contract_file.write_text(text.replace("scale = [0, 10]", "scale = [\n0,\n10]"), encoding="utf-8")
    before = contract_file.read_bytes()
    with pytest.raises(CampaignError, match="laid out"):
        record(contract_file, fill(folder, ANSWERS["scale"]), who="asha")
    assert contract_file.read_bytes() == before
    assert not signoff_path(contract_file).exists()


@pytest.mark.parametrize(("old", "new"), [("154", "155"), ("fingerprint = ", "x = "), ('\\"Too high\\", ', "")])
def test_an_edited_sign_off_is_no_sign_off(folder, contract_file, old, new):
    """A sign-off whose contract was changed by hand does not fit its fingerprint, and says so."""
    record(contract_file, fill(folder), who="asha")
    place = signoff_path(contract_file)
    text = place.read_text("utf-8")
    place.write_text(text[:60] + text[60:].replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match="edited or damaged"):
        SignOff.load(place)


def test_a_form_away_from_its_pack_still_counts(folder, contract_file, tmp_path):
    """The form may come back by mail alone; the contract's own shape is then what was verified."""
    form = fill(folder)
    alone = tmp_path / "inbox"
    alone.mkdir()
    done = record(contract_file, Path(shutil.copy(form, alone)), who="asha")
    assert not done.from_pack
    assert "npsrating" in done.signoff.shape.fields


def test_every_refusal_is_of_one_tree(tmp_path, contract_file):
    """A form that is not there is an error of this package, and names the file."""
    with pytest.raises(OmotoError, match=r"nowhere\.toml"):
        record(contract_file, tmp_path / "nowhere.toml", who="asha")
