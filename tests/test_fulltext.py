"""Which articles are asked for, and what becomes of an item with one: by the real brain and store."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.store import SqliteStore
from bot import fulltext
from bot.alerts import Audience
from bot.cli.build import Knowledge, build_brain, open_database
from bot.domain import Action, AlertKind, Feed, Item, Stage, Subscription
from bot.errors import Refused
from bot.fulltext import FullText, is_about, lacks_text, wanted
from bot.pipeline import Pipeline
from tests.fakes import START, FakeArticles, FakeChat, FakeClock, FakeLog, FakeSource

WIRE = Feed(key="wire", url="https://wire.example/rss", outlet="Harbour Wire")
TITLE = "EU sanctions Belarusian judges"
TEXT = (
    "The European Union has imposed sanctions on Belarus: asset freezes hit eight judges and four state firms.\n"
    "The judges jailed opposition leaders after the vote, the bloc said."
)
SUMMARY = "Eight judges and four firms are listed for their part in the repression that followed the vote."


def item(title: str = TITLE, *, slug: str = "a", summary: str = "", hours: float = 0) -> Item:
    return Item(
        feed=WIRE.key,
        guid=slug,
        link=f"https://wire.example/{slug}",
        title=title,
        summary=summary,
        date=START + timedelta(hours=hours),
        outlet=WIRE.outlet,
    )


class World:
    """A pipeline that may read articles; its one feed was visited once, and showed nothing."""

    def __init__(self, store: SqliteStore, knowledge: Knowledge, *, most: int = 5) -> None:
        self.store, self.clock, self.log = store, FakeClock(), FakeLog()
        self.source, self.chat, self.articles = FakeSource(), FakeChat(), FakeArticles()
        everything = Subscription(key="all", room="console", line="")
        self.pipeline = Pipeline(
            store=store,
            brain=build_brain(knowledge, Audience([everything], [], knowledge.names), window=timedelta(days=7)),
            sources={"rss": self.source},
            chats={"console": self.chat},
            clock=self.clock,
            log=self.log,
            full_text=FullText(articles=self.articles, lexicon=knowledge.lexicon, log=self.log, most=most),
        )
        self.pipeline.recall(self.clock.now)

    async def visit(self, *items: Item) -> None:
        self.source.shows[WIRE.key] = items
        await self.pipeline.poll(WIRE)
        self.clock.advance(minutes=1)

    def stored(self, of: Item) -> Item:
        found = self.store.find_item(of.link)
        assert found is not None
        return found[0]

    def outcomes(self) -> list[object]:
        return [event["outcome"] for event in self.log.named("article")]


@pytest.fixture
def store(knowledge: Knowledge) -> Iterator[SqliteStore]:
    store = open_database(":memory:", knowledge)
    yield store
    store.close()


@pytest.fixture
async def world(store: SqliteStore, knowledge: Knowledge) -> World:
    world = World(store, knowledge)
    await world.visit()
    return world


# --- what is asked for


async def test_a_bare_title_is_read_with_its_article(world: World) -> None:
    world.articles.holds[item().link] = TEXT
    await world.visit(item())
    assert world.stored(item()).text == TEXT
    reading = world.store.reading(world.stored(item()).key)
    assert reading is not None
    assert reading.actions[0].counts == {"individuals": 8, "entities": 4}
    assert world.outcomes() == ["read"]


@pytest.mark.parametrize(
    "other",
    [
        item(summary=SUMMARY),
        replace(item(), text=TEXT),
        replace(item(), link=""),
        replace(item(), actions=(Action(stage=Stage.IMPOSED, issuers=("EU",)),)),
    ],
)
async def test_what_has_words_enough_or_no_link_is_left_alone(other: Item) -> None:
    assert not lacks_text(other)


async def test_what_does_not_look_like_sanctions_news_is_left_alone(world: World) -> None:
    await world.visit(item("Ferry line adds night crossings"), item("City council sanctions new bike lanes", slug="b"))
    assert world.articles.asked == []


async def test_a_known_item_is_not_asked_for_again(world: World) -> None:
    for _ in range(3):
        await world.visit(item())
    assert world.articles.asked == [item().link]


async def test_what_is_new_is_looked_up_once_unless_something_was_recorded_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    unseen = world.store.unseen

    def counting(items: Sequence[Item], now: datetime) -> list[Item]:
        asked.append(len(items))
        return unseen(items, now)

    monkeypatch.setattr(world.store, "unseen", counting)
    world.articles.holds[item().link] = TEXT
    await world.visit(item())
    assert asked == [1]
    assert world.stored(item()).text == TEXT
    asked.clear()
    await world.visit(item(), *(item(f"Ferry line adds crossing {n}", slug=f"n{n}", hours=n) for n in range(60)))
    assert asked == [50, 11, 11]


async def test_no_article_is_read_while_stock_is_taken(store: SqliteStore, knowledge: Knowledge) -> None:
    world = World(store, knowledge)
    await world.visit(item())
    assert world.articles.asked == []
    assert world.store.counts()["items"] == 1


async def test_a_visit_asks_for_few_articles_and_for_the_newest(store: SqliteStore, knowledge: Knowledge) -> None:
    world = World(store, knowledge, most=2)
    await world.visit()
    await world.visit(
        *(item(f"EU sanctions {number} judges in Belarus", slug=f"n{number}", hours=number) for number in range(60))
    )
    assert world.articles.asked == ["https://wire.example/n59", "https://wire.example/n58"]
    assert world.store.counts()["items"] == 60


def test_a_link_that_several_items_share_is_asked_for_once(knowledge: Knowledge) -> None:
    shared = [replace(item(slug=slug), link="https://wire.example/live") for slug in "ab"]
    assert len(wanted(shared, knowledge.lexicon, 5)) == 1


# --- what comes back


@pytest.mark.parametrize("fault", [Refused("gone", status=410), RuntimeError("a fault of ours")])
async def test_without_its_article_an_item_is_told_by_its_title(fault: Exception, world: World) -> None:
    world.articles.holds[item().link] = fault
    await world.visit(item())
    await world.pipeline.deliver()
    assert [delivery.kind for delivery in world.chat.sent] == [AlertKind.ALERT]
    assert world.stored(item()).text == ""


async def test_an_article_that_does_not_come_holds_nobody_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fulltext, "PATIENCE", 0.05)
    late, quick = item(), item("US imposes sanctions on Iranian banks", slug="b")
    world.articles.holds = {late.link: None, quick.link: "The US imposed sanctions on two Iranian banks on Monday."}
    await asyncio.wait_for(world.visit(late, quick), 2)
    assert sorted(map(str, world.outcomes())) == ["read", "too_slow"]
    assert (world.stored(late).text, bool(world.stored(quick).text)) == ("", True)
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_a_visit_that_is_called_off_leaves_no_article_behind(world: World) -> None:
    world.articles.holds[item().link] = None
    visit = asyncio.create_task(world.visit(item()))
    while not world.articles.asked:  # noqa: ASYNC110 - the fake has no event, as the door has none
        await asyncio.sleep(0)
    visit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await visit
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_another_page_than_the_titles_own_is_not_believed(world: World) -> None:
    world.articles.holds[item().link] = "We value your privacy. Choose which cookies our partners may store."
    await world.visit(item())
    assert world.outcomes() == ["another_page"]
    assert world.stored(item()).text == ""


async def test_two_feeds_with_the_same_bare_title_still_tell_it_once(world: World) -> None:
    world.articles.holds[item().link] = TEXT
    again = replace(item(), feed="herald", link="https://herald.example/a", outlet="Continental Herald")
    herald = Feed(key="herald", url="https://herald.example/rss", outlet="Continental Herald")
    await world.pipeline.poll(herald)
    world.articles.holds[again.link] = TEXT
    world.source.shows = {"wire": (item(),), "herald": (again,)}
    await asyncio.gather(world.pipeline.poll(WIRE), world.pipeline.poll(herald))
    while await world.pipeline.deliver():
        pass
    assert [delivery.kind for delivery in world.chat.sent].count(AlertKind.ALERT) == 1


@pytest.mark.parametrize(
    ("title", "about"),
    [
        (TITLE, True),
        ("Brussels punishes Minsk judges, freezes assets", True),
        ("Oil prices climb as traders weigh storm damage", False),
    ],
)
def test_a_text_is_the_titles_own_if_it_has_most_of_its_words(title: str, about: bool) -> None:
    assert is_about(title, TEXT + " Minsk was punished by Brussels.") is about
