"""The reading as a whole, on headlines of our own, with the shipped knowledge and weights."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import Stage, WhyNot
from bot.reading import read, read_all
from tests.reading.reading_support import lexicon, news

SHARED = Path(__file__).parents[3] / "shared"


@pytest.mark.parametrize(
    ("title", "stage", "issuers", "targets"),
    [
        ("US imposes sanctions on Iranian oil shippers", Stage.IMPOSED, {"US"}, {"IR"}),
        # whose trade the punished firms serve is hit as well
        ("Treasury blacklists Chinese firms over drone parts for Russia", Stage.IMPOSED, {"US"}, {"CN", "RU"}),
        ("EU weighs new sanctions on Belarus", Stage.PROPOSED, {"EU"}, {"BY"}),
        ("EU extends sanctions on Russia for another six months", Stage.EXTENDED, {"EU"}, {"RU"}),
        ("US eases sanctions on Venezuela", Stage.EASED, {"US"}, {"VE"}),
        ("US considers easing sanctions on Venezuela", Stage.EASING_PROPOSED, {"US"}, {"VE"}),
        ("Russia vetoes UN sanctions on Mali", Stage.BLOCKED, {"UN"}, {"ML"}),
        ("China condemns US sanctions on Chinese companies", Stage.CONDEMNED, {"US"}, {"CN"}),
    ],
)
def test_plain_headlines_are_read_whole(title: str, stage: Stage, issuers: set[str], targets: set[str]) -> None:
    reading = read(news(title), lexicon())
    assert reading.relevant
    lead = reading.actions[0]
    assert (lead.stage, set(lead.issuers), set(lead.targets)) == (stage, issuers, targets)


@pytest.mark.parametrize(
    ("title", "stage"),
    [
        ("Washington refuses to lift sanctions on Cuba", Stage.EXTENDED),
        ("EU will not ease its embargo on Myanmar until prisoners are freed", Stage.EXTENDED),
        ("South Africa urges UN to lift sanctions on Zimbabwe", Stage.EASING_PROPOSED),
        ("Security Council rejects a proposal to impose sanctions on Libya", Stage.BLOCKED),
        ("Russia threatens to impose sanctions on Georgia", Stage.PROPOSED),
        ("Sanctions against Serbia were eased by the European Union", Stage.EASED),
    ],
)
def test_small_words_turn_the_stage_about(title: str, stage: Stage) -> None:
    assert [action.stage for action in read(news(title), lexicon()).actions] == [stage]


def test_items_read_together_are_read_as_each_alone_would_be() -> None:
    items = [
        news("EU imposes sanctions on Russia"),
        news("Ferry line adds night crossings"),
        news("", text="The EU said on Monday that it had frozen the assets of ten Russian bankers."),
        news("League bans striker for five matches"),
        news("China condemns US sanctions on Chinese companies", "Beijing vowed countermeasures."),
    ]
    told = [
        [(action.stage, action.issuers, action.targets, action.evidence) for action in reading.actions]
        for reading in read_all(items, lexicon())
    ]
    alone = [read(item, lexicon()) for item in items]
    assert told == [
        [(action.stage, action.issuers, action.targets, action.evidence) for action in reading.actions]
        for reading in alone
    ]
    assert [bool(actions) for actions in told] == [True, False, True, False, True]
    assert read_all([], lexicon()) == []


def test_a_department_of_state_does_not_approve_whom_it_sanctions() -> None:
    punished = read(news("Turkish shippers sanctioned by the State Department over Russian crude"), lexicon())
    assert [action.issuers for action in punished.actions] == [("US",)]
    assert not read(news("Historians describe violence sanctioned by the state"), lexicon()).relevant


def test_a_summary_without_a_title_is_read_like_one() -> None:
    reading = read(news("", "Washington refused to lift sanctions against Cuba."), lexicon())
    assert reading.actions[0].stage == Stage.EXTENDED


def test_joint_issuers_are_one_action() -> None:
    reading = read(news("US, UK and Canada impose new sanctions on Myanmar"), lexicon())
    assert [set(action.issuers) for action in reading.actions] == [{"US", "GB", "CA"}]


def test_who_condemns_is_the_speaker_and_not_the_issuer() -> None:
    lead = read(news("China condemns US sanctions on Chinese companies"), lexicon()).actions[0]
    assert lead.speaker == ("CN",)


@pytest.mark.parametrize(
    ("title", "why_not"),
    [
        ("FIFA sanctions club over fans' chants at stadium", WhyNot.SPORTS),
        ("Council sanctions 200 new homes on old railway land", WhyNot.APPROVED),
        ("Bakery wins prize for sourdough", WhyNot.OTHER),
    ],
)
def test_false_friends_stay_silent_and_say_why(title: str, why_not: WhyNot) -> None:
    reading = read(news(title), lexicon())
    assert not reading.relevant
    assert reading.actions == ()
    assert reading.why_not is not None
    assert reading.why_not == why_not


def test_evidence_is_verbatim_and_short() -> None:
    summary = "The measures, " + "agreed after long talks, " * 20 + "freeze assets of ten generals. They start now."
    item = news("EU hits Russia with new sanctions over Ukraine", summary)
    for action in read(item, lexicon()).actions:
        assert action.evidence
        assert len(action.evidence) <= 200
        assert action.evidence in item.title or action.evidence in item.summary


def test_confidence_is_between_nought_and_one_and_names_its_fields() -> None:
    lead = read(news("US imposes sanctions on Iranian oil shippers"), lexicon()).actions[0]
    assert 0 < lead.confidence <= 1
    assert set(lead.field_confidence) == {"stage", "issuers", "targets", "speaker"}
    assert all(0 <= chance <= 1 for chance in lead.field_confidence.values())


def test_a_reading_is_explained_by_named_reasons() -> None:
    reading = read(news("US imposes sanctions on Iranian oil shippers"), lexicon())
    assert {reason.about for reason in reading.reasons} >= {"relevant", "stage", "issuers:US", "targets:IR"}
    assert all(reason.name and reason.weight for reason in reading.reasons)


def test_the_same_item_is_read_the_same_every_time() -> None:
    item = news("EU and UK weigh price cap on Russian oil", "Brussels and London may act within weeks.")
    assert read(item, lexicon()) == read(item, lexicon())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120), st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_the_reading(title: str, summary: str, text: str) -> None:
    reading = read(news(title, summary, text), lexicon())
    assert reading.relevant == bool(reading.actions)


def test_hostile_length_does_not_slow_it_beyond_its_size() -> None:
    reading = read(news("sanctions " * 300, "US sanctions on Iran and " * 300), lexicon())
    assert reading.confidence >= 0


@pytest.mark.skipif(not SHARED.exists(), reason="the shared measure is not here")
def test_the_seed_articles_are_read_action_by_action() -> None:
    hits = 0
    for line in (SHARED / "seeds" / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        text = (SHARED / "seeds" / gold["id"]).read_text(encoding="utf-8")
        reading = read(news("", text=text, day=gold["date"]), lexicon())
        found = {(action.stage, frozenset(action.issuers), frozenset(action.targets)) for action in reading.actions}
        hits += sum(
            (action["stage"], frozenset(action["issuers"]), frozenset(action["targets"])) in found
            for action in gold["actions"]
        )
    assert hits >= 12


def test_the_west_is_nobody_where_somebody_is_named() -> None:
    reading = read(news("US and its Western allies impose sanctions on Russian banks"), lexicon())
    assert reading.actions[0].issuers == ("US",)
    reading = read(news("Western sanctions on Russian banks tightened"), lexicon())
    assert reading.actions[0].issuers == ("WEST",)
