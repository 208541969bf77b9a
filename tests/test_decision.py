"""The brain: what follows from one item."""

from datetime import timedelta

import pytest

from bot.alerts import Audience
from bot.cli.build import Knowledge, build_brain
from bot.decision import Memory, decide
from bot.domain import Action, Decision, Item, Outcome, Reading, Rule, RuleKind, Stage, Subscription
from tests.fakes import START

ACTION = Action(stage=Stage.IMPOSED, issuers=("EU",), targets=("RU",), evidence="EU sanctions ten Russians")


class Brain:
    """The brain with one subscription to everything, told how each item reads."""

    def __init__(self, knowledge: Knowledge, *rules: Rule) -> None:
        hears = Subscription(key="all", room="console")
        audience = Audience([hears], rules, knowledge.names)
        self.memory: Memory = build_brain(knowledge, audience, window=timedelta(days=7)).memory
        self.knowledge = knowledge

    def decide(self, title: str, reading: Reading | None, *, hours: int = 0) -> Decision:
        at = START + timedelta(hours=hours)
        item = Item(key=title, title=title, link=f"https://x.example/{hours}", date=at, seen=at, outlet=f"o{hours}")
        decision = decide(item, self.memory, self.knowledge.lexicon, self.knowledge.wording, reading=reading)
        self.memory.remember(decision)
        return decision


@pytest.fixture
def brain(knowledge: Knowledge) -> Brain:
    return Brain(knowledge)


def sure(confidence: float = 0.9) -> Reading:
    return Reading(relevant=True, confidence=confidence, actions=(ACTION,))


def test_a_new_event_is_told_with_its_reasons(brain: Brain) -> None:
    decision = brain.decide("EU sanctions ten Russians over Crimea", sure())
    assert decision.outcome is Outcome.ALERT
    assert [step.verb for step in decision.trail] == ["read", "place", "choose"]


def test_a_doubtful_reading_begins_no_story_and_says_so(brain: Brain) -> None:
    decision = brain.decide("EU sanctions ten Russians over Crimea", sure(0.55))
    assert (decision.outcome, decision.story) == (Outcome.SILENT, None)
    assert "55%" in decision.because


def test_a_doubtful_reading_still_joins_the_story_that_it_tells(brain: Brain) -> None:
    first = brain.decide("EU sanctions ten Russians over Crimea", sure())
    second = brain.decide("Ten Russians sanctioned by EU over Crimea", sure(0.55), hours=2)
    assert second.outcome is Outcome.UPDATE
    assert second.story is not None
    assert first.story is not None
    assert second.story.key == first.story.key


def test_no_sanctions_news_is_silent_with_the_reason_of_the_reading(brain: Brain) -> None:
    decision = brain.decide("Ferry line adds night crossings", None)
    assert (decision.outcome, decision.story, decision.alerts) == (Outcome.SILENT, None, ())
    assert decision.because


def test_a_watch_rule_tells_what_holds_no_sanctions_news(knowledge: Knowledge) -> None:
    watching = Brain(knowledge, Rule(key="w", name="ferries", kind=RuleKind.WATCH, line="ferry"))
    decision = watching.decide("Ferry line adds night crossings", None)
    assert decision.outcome is Outcome.ALERT
    assert "Ferry line adds night crossings" in decision.messages[0].title


def test_what_a_source_states_itself_is_not_read(brain: Brain) -> None:
    item = Item(key="k", title="List changed", date=START, seen=START, official=True, actions=(ACTION,))
    decision = decide(item, brain.memory, brain.knowledge.lexicon, brain.knowledge.wording)
    assert decision.reading.actions == (ACTION,)


def test_the_same_items_make_the_same_stories_and_words(knowledge: Knowledge) -> None:
    told = [Brain(knowledge).decide("EU sanctions ten Russians over Crimea", sure()) for _ in range(2)]
    assert told[0] == told[1]
