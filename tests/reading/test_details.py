"""All details of an action in one call."""

from datetime import date

from bot.domain import Item, Stage
from bot.reading.cues import lines
from bot.reading.details import details
from bot.reading.measures import Place
from bot.reading.mentions import scanner
from bot.reading.model import NO_WEIGHTS
from bot.reading.text import sentences
from tests.reading.details_support import lexicon, marked

TITLE = "Canada slaps asset freezes on gold trader"
SUMMARY = (
    "Ottawa on Monday sanctioned Orlan Bekmuratov and two firms over torture under the Special Economic Measures Act."
)


def test_an_item_that_tells_everything_is_read_whole() -> None:
    said = marked(TITLE, SUMMARY)
    found = details(said, Place(Stage.IMPOSED, line=1, issuers=("CA",)), date(2021, 3, 24), lexicon(), NO_WEIGHTS)
    assert "asset_freeze" in found.instruments
    assert "human_rights" in found.grounds
    assert found.counts == {"entities": 2}
    assert found.names == ("Orlan Bekmuratov",)
    assert found.legal_basis == ("Special Economic Measures Act",)
    assert found.when == date(2021, 3, 22)


def test_mentions_that_were_scanned_before_change_nothing() -> None:
    told = sentences(Item(title=TITLE, summary=SUMMARY), lexicon())
    scanned = [scanner(lexicon()).scan(sentence, None).mentions for sentence in told]
    place = Place(Stage.IMPOSED, line=1, issuers=("CA",))
    first, second = (
        details(said, place, None, lexicon(), NO_WEIGHTS)
        for said in (lines(told, lexicon()), lines(told, lexicon(), scanned))
    )
    assert first == second


def test_an_item_that_says_nothing_has_no_details() -> None:
    found = details(marked("UK sanctions"), Place(Stage.IMPOSED), None, lexicon(), NO_WEIGHTS)
    assert found.instruments == ("unspecified",)
    assert (found.grounds, found.counts, found.names, found.legal_basis, found.when) == ((), {}, (), (), None)
