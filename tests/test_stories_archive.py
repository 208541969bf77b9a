"""Stories that are too old to be held in memory: found on disk when one of today's follows or answers them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.store import SqliteStore
from bot.alerts import Audience
from bot.cli.build import Knowledge, build_brain, open_scratch
from bot.domain import Decision, Item, Subscription
from bot.pipeline import Pipeline
from tests.fakes import START, FakeClock, FakeLog

MEASURE = "EU imposes sanctions on four Chinese officials over Xinjiang abuses"
ANSWER = "China hits back with sanctions on 10 Europeans and four institutions"
PLAN = "EU proposes sanctions on Russian diamonds in 12th package"
ADOPTED = "EU imposes sanctions on Russian diamonds in 12th package"


@pytest.fixture
def store(knowledge: Knowledge) -> Iterator[SqliteStore]:
    store = open_scratch(knowledge)
    yield store
    store.close()


class Life:
    """One run of the program over a store: its memory ends with it."""

    def __init__(self, store: SqliteStore, knowledge: Knowledge, *, days: float) -> None:
        self.now = START + timedelta(days=days)
        hears = Subscription(key="all", room="console")
        self.brain = build_brain(knowledge, Audience([hears], [], knowledge.names), window=timedelta(days=7))
        self.pipeline = Pipeline(
            store=store, brain=self.brain, sources={}, chats={}, clock=FakeClock(self.now), log=FakeLog()
        )
        self.pipeline.recall(self.now)

    async def reads(self, title: str, *, scope: str = "", link: str = "") -> Decision:
        item = Item(
            feed=f"wire{scope}",
            guid=title,
            link=link or f"https://wire.example/{title.lower().replace(' ', '-')}",
            title=title,
            date=self.now,
            outlet="Harbour Wire",
            scope=scope,
        )
        (decision,) = await self.pipeline.take([item])
        return decision


def key_of(decision: Decision) -> str:
    assert decision.story is not None
    return decision.story.key


async def test_after_a_restart_only_the_window_is_in_memory(store: SqliteStore, knowledge: Knowledge) -> None:
    await Life(store, knowledge, days=0).reads(MEASURE)
    await Life(store, knowledge, days=5).reads(PLAN)
    assert len(Life(store, knowledge, days=8).brain.memory.recent) == 1


async def test_an_answer_finds_on_disk_what_it_answers(store: SqliteStore, knowledge: Knowledge) -> None:
    measure = await Life(store, knowledge, days=0).reads(MEASURE)
    answer = await Life(store, knowledge, days=9).reads(ANSWER)
    assert answer.story is not None
    assert answer.story.answers == key_of(measure)


async def test_what_is_adopted_follows_what_was_proposed_before_the_restart(
    store: SqliteStore, knowledge: Knowledge
) -> None:
    plan = await Life(store, knowledge, days=0).reads(PLAN)
    adopted = await Life(store, knowledge, days=30).reads(ADOPTED)
    assert adopted.story is not None
    assert adopted.story.follows == key_of(plan)


async def test_the_memory_of_one_long_life_and_of_many_short_ones_link_alike(knowledge: Knowledge) -> None:
    links = []
    for short in (True, False):
        store = open_scratch(knowledge)
        life = Life(store, knowledge, days=0)
        for day, title in enumerate((PLAN, MEASURE, ANSWER, ADOPTED)):
            if short:
                life = Life(store, knowledge, days=day * 9)
            life.now = START + timedelta(days=day * 9)
            decision = (await life.pipeline.take([_dated(life, title)], now=life.now))[0]
            links.append((decision.story and decision.story.key, decision.story and decision.story.answers))
        store.close()
    assert links[:4] == links[4:]
    assert any(answers for _, answers in links)


def _dated(life: Life, title: str) -> Item:
    return Item(feed="wire", guid=title, link=f"https://wire.example/{len(title)}", title=title, date=life.now)


async def test_what_is_older_than_an_answer_may_be_is_not_answered(store: SqliteStore, knowledge: Knowledge) -> None:
    await Life(store, knowledge, days=0).reads(MEASURE)
    answer = await Life(store, knowledge, days=400).reads(ANSWER)
    assert answer.story is not None
    assert answer.story.answers is None


async def test_a_place_own_stories_are_answered_in_that_place_only(store: SqliteStore, knowledge: Knowledge) -> None:
    own = await Life(store, knowledge, days=0).reads(MEASURE, scope="discord:1")
    everybodys = await Life(store, knowledge, days=9).reads(ANSWER)
    there = await Life(store, knowledge, days=9).reads(ANSWER, scope="discord:1")
    assert everybodys.story is not None
    assert there.story is not None
    assert (everybodys.story.answers, there.story.answers) == (None, key_of(own))


async def test_a_headline_corrected_after_a_month_corrects_its_old_story(
    store: SqliteStore, knowledge: Knowledge
) -> None:
    first = await Life(store, knowledge, days=0).reads(MEASURE, link="https://wire.example/xinjiang")
    life = Life(store, knowledge, days=30)
    again = replace(first.item, title=MEASURE.replace("four", "five"), key="")
    (corrected,) = await life.pipeline.take([again])
    assert key_of(corrected) == key_of(first)
    assert corrected.story is not None
    assert [report.title for report in corrected.story.reports] == [again.title]


async def test_who_was_told_is_asked_of_the_disk_when_it_matters(store: SqliteStore, knowledge: Knowledge) -> None:
    first = await Life(store, knowledge, days=0).reads(MEASURE)
    memory = Life(store, knowledge, days=1).brain.memory
    assert memory.told == {}
    assert memory.rooms_told(key_of(first)) == {"console"}
