"""The bot's own words."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from bot.domain import Action, Stage
from bot.errors import SeedError
from bot.wording import Wording
from tests.fakes import FakeNames

RAW = tomllib.loads((Path(__file__).parents[1] / "seeds" / "wording" / "en.toml").read_text(encoding="utf-8"))


@pytest.fixture
def wording() -> Wording:
    return Wording(RAW, FakeNames(), measures={"asset_freeze": "asset freezes", "travel_ban": "travel bans"})


def action(stage: str = "imposed", **fields: object) -> Action:
    given: dict[str, object] = {"issuers": ("CN",), "targets": ("EU",)} | fields
    return Action(stage=Stage(stage), **given)  # type: ignore[arg-type]


def test_a_title_says_who_did_what_to_whom_and_how_many(wording: Wording) -> None:
    said = wording.sentence(action(counts={"individuals": 10, "entities": 4}))
    assert said == "China imposes sanctions on the EU: 10 people, 4 entities"


def test_several_issuers_take_the_plural(wording: Wording) -> None:
    assert wording.sentence(action(issuers=("EU", "US"))) == "The EU and the US impose sanctions on the EU"


def test_one_of_a_kind_is_singular(wording: Wording) -> None:
    assert wording.counts({"entities": 1, "vessels": 1}) == "1 entity, 1 vessel"


def test_an_unknown_issuer_is_not_invented(wording: Wording) -> None:
    assert wording.sentence(action(issuers=())) == "Sanctions on the EU imposed"


def test_an_unknown_target_is_left_out(wording: Wording) -> None:
    assert wording.sentence(action(targets=())) == "China imposes sanctions"


def test_a_single_named_measure_takes_its_own_name(wording: Wording) -> None:
    assert wording.sentence(action(instruments=("travel_ban",))) == "China imposes travel bans on the EU"


def test_several_measures_are_sanctions(wording: Wording) -> None:
    both = action(instruments=("travel_ban", "asset_freeze"))
    assert wording.sentence(both) == "China imposes sanctions on the EU"


def test_who_condemns_is_the_speaker_not_the_issuer(wording: Wording) -> None:
    said = wording.sentence(action("condemned", speaker=("RU",)))
    assert said == "Russia condemns China sanctions on the EU"


def test_who_blocks_is_named_where_known(wording: Wording) -> None:
    assert wording.sentence(action("blocked", issuers=("EU",), targets=("RU",), speaker=("HU",))) == (
        "Hungary blocks EU sanctions on Russia"
    )


def test_a_block_by_nobody_named_stays_so(wording: Wording) -> None:
    assert wording.sentence(action("blocked", issuers=("EU",), targets=("RU",))) == "EU sanctions on Russia blocked"


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_words(wording: Wording, stage: Stage) -> None:
    assert wording.stage(stage)
    assert "on the EU" in wording.sentence(action(stage))


def test_a_date_cannot_be_mistaken(wording: Wording) -> None:
    assert wording.day(date(2021, 3, 2)) == "2 Mar 2021"


def test_a_wording_file_without_a_stage_is_refused() -> None:
    broken = {**RAW, "stages": {name: words for name, words in RAW["stages"].items() if name != "eased"}}
    with pytest.raises(SeedError, match="eased"):
        Wording(broken, FakeNames(), measures={})
