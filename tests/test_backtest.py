"""What a line would do: the counts are those that a replay of the same items then really sends."""

import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta

import pytest

from adapters.store import SqliteStore
from bot.alerts import Audience
from bot.backtest import Result, Trial, backtest, marked
from bot.cli.build import Knowledge, build_brain, open_scratch
from bot.domain import AlertKind, Item, Rule, RuleKind, Subscription
from bot.pipeline import Pipeline
from bot.rules import parse
from tests.commands.kit import EVENTS, NOISE, news
from tests.fakes import START, FakeChat, FakeClock, FakeLog

ROOM = "console"
WINDOW = timedelta(days=7)
ALL = Subscription(key="all", room=ROOM)


def history() -> list[Item]:
    """Return three weeks of news: each event by two outlets, some of it told again, with noise between."""
    items = []
    for number, title in enumerate((*EVENTS, *NOISE)):
        at = START + timedelta(days=number, hours=number % 5)
        items.append(news(title, at))
        items.append(
            news(f"{title}, ministry says", at + timedelta(hours=2), outlet="Continental Herald", feed="herald")
        )
    return items


async def replayed(
    knowledge: Knowledge, items: Sequence[Item], subscriptions: Sequence[Subscription], rules: Sequence[Rule] = ()
) -> tuple[SqliteStore, int]:
    """Run items through the pipeline at their dates; returns the store, and how many alerts were really sent."""
    store, chat, clock = open_scratch(knowledge), FakeChat(), FakeClock()
    audience = Audience(subscriptions, rules, knowledge.names)
    pipeline = Pipeline(
        store=store,
        brain=build_brain(knowledge, audience, window=WINDOW),
        sources={},
        chats={"console": chat},
        clock=clock,
        log=FakeLog(),
    )
    pipeline.recall(START)
    for item in items:
        assert item.date is not None
        clock.now = item.date
        await pipeline.take([item], now=item.date)
        while await pipeline.deliver():
            pass
    return store, sum(one.kind is AlertKind.ALERT for one in chat.sent)


async def tried(
    store: SqliteStore,
    knowledge: Knowledge,
    line: str,
    after: Audience,
    *,
    before: Audience | None = None,
    everything: bool = False,
    days: int = 30,
) -> Result:
    end = START + timedelta(days=30)
    since = end - timedelta(days=days)
    trial = Trial(
        room=ROOM,
        query=parse(line, knowledge.names),
        before=before or Audience([], [], knowledge.names),
        after=after,
        everything=everything,
    )
    return await backtest(
        store.items_between(since - WINDOW, end),
        trial,
        since,
        knowledge=knowledge.stories,
        window=WINDOW,
        lexicon=knowledge.lexicon,
        wording=knowledge.wording,
    )


@pytest.mark.parametrize(
    "line",
    ["", "issuer:us", "target:ir,ru|issuer:jp", "-issuer:us", 'herald "ministry says"', "source:harbourwire", "fifa"],
)
async def test_a_subscription_would_be_told_what_a_replay_tells_it(knowledge: Knowledge, line: str) -> None:
    hears = Subscription(key="new", room=ROOM, line=line)
    store, _ = await replayed(knowledge, history(), [])
    with closing(store):
        result = await tried(store, knowledge, line, Audience([hears], [], knowledge.names))
    again, sent = await replayed(knowledge, history(), [hears])
    again.close()
    assert len(result.then) == sent
    assert result.now == {}
    assert len(result.more) == sent


@pytest.mark.parametrize("line", ["ferry", "night crossing*|bread", "issuer:us", "symphony target:ir", "ministry"])
@pytest.mark.parametrize("kind", list(RuleKind))
async def test_a_rule_would_do_what_a_replay_with_it_does(knowledge: Knowledge, kind: RuleKind, line: str) -> None:
    rule = Rule(key="r", name="r", kind=kind, line=line)
    hears = Subscription(key="s", room=ROOM, line="issuer:us,eu")
    store, sent_before = await replayed(knowledge, history(), [hears])
    before, after = (Audience([hears], rules, knowledge.names) for rules in ([], [rule]))
    with closing(store):
        result = await tried(store, knowledge, line, after, before=before, everything=True)
    again, sent_after = await replayed(knowledge, history(), [hears], [rule])
    again.close()
    assert (len(result.now), len(result.then)) == (sent_before, sent_after)


async def test_a_watch_rule_looks_at_items_that_were_no_alerts(knowledge: Knowledge) -> None:
    store, _ = await replayed(knowledge, history(), [])
    with closing(store):
        result = await tried(store, knowledge, "ferry", Audience([ALL], [], knowledge.names), everything=True)
    assert result.items == 2
    assert result.examples[0].marked.startswith("[Ferry] line adds")


async def test_only_the_period_is_counted_and_what_was_told_before_it_is_no_news(knowledge: Knowledge) -> None:
    store, _ = await replayed(knowledge, history(), [])
    with closing(store):
        month = await tried(store, knowledge, "", Audience([ALL], [], knowledge.names))
        later = await tried(store, knowledge, "", Audience([ALL], [], knowledge.names), days=20)
    assert len(later.then) < len(month.then)
    assert later.looked < month.looked
    assert set(later.then) <= set(month.then)


async def test_examples_are_the_newest_one_of_each_story(knowledge: Knowledge) -> None:
    store, _ = await replayed(knowledge, history(), [])
    with closing(store):
        result = await tried(store, knowledge, "sanctions", Audience([ALL], [], knowledge.names))
    titles = [one.item.title for one in result.examples]
    assert len(titles) == 5
    assert titles[0].startswith(EVENTS[11])
    assert all("[sanctions]" in one.marked for one in result.examples)


async def test_the_same_history_gives_the_same_result(knowledge: Knowledge) -> None:
    store, _ = await replayed(knowledge, history(), [])
    with closing(store):
        first, second = [await tried(store, knowledge, "us", Audience([ALL], [], knowledge.names)) for _ in range(2)]
    assert first == second


async def test_ten_thousand_items_take_seconds_and_let_others_run(knowledge: Knowledge) -> None:
    with closing(open_scratch(knowledge)) as store:
        clock = FakeClock()
        brain = build_brain(knowledge, Audience([], [], knowledge.names), window=WINDOW)
        pipeline = Pipeline(store=store, brain=brain, sources={}, chats={}, clock=clock, log=FakeLog())
        items = [news(f"{NOISE[n % 3]} no. {n}", START + timedelta(minutes=n)) for n in range(2_000)]
        await pipeline.take(items, now=START)
        started = time.perf_counter()
        result = await tried(store, knowledge, "ferry", Audience([ALL], [], knowledge.names), everything=True)
        taken = time.perf_counter() - started
    assert result.looked == 2_000
    assert taken < 4, "a year of 20,000 items must take seconds"


def test_words_are_marked_where_they_stand(knowledge: Knowledge) -> None:
    query = parse('"shadow fleet" sanction* -oil', knowledge.names)
    assert marked(query, "EU sanctions Shadow-Fleet oil tankers") == "EU [sanctions] [Shadow-Fleet] oil tankers"
    assert marked(query, "Nothing here") == "Nothing here"
