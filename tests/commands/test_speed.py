"""A country is answered at once, however much is known of it."""

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

from bot.domain import (
    Action,
    Decision,
    Feed,
    Item,
    ListedKind,
    ListingChange,
    ListingFate,
    Outcome,
    Reading,
    Report,
    Stage,
    Story,
)
from tests.commands.kit import START, Town
from tests.lists_support import listing

STORIES, LISTINGS = 4_000, 6_000
LIST = Feed(key="list-ofac", url="https://lists.example/SDN.CSV", kind="ofac", outlet="OFAC SDN List")
STAGES = (Stage.IMPOSED, Stage.PROPOSED, Stage.CONTEXT, Stage.EXTENDED, Stage.EASED, Stage.BLOCKED)


def known(n: int) -> Story:
    at = START - timedelta(hours=n)
    issuers, targets = (("EU", "US"), ("RU",)) if n % 3 else (("RU",), ("EU",))
    action = Action(
        stage=STAGES[n % len(STAGES)],
        issuers=issuers,
        targets=targets,
        counter=n % 5 == 0,
        evidence=f"sanctions on yard {n}",
        counts={"entities": n},
    )
    reports = tuple(
        Report(
            item=f"i{n}-{m}", outlet=f"Outlet {m}", link=f"https://o.example/{n}/{m}", title=f"Yard {n} listed", at=at
        )
        for m in range(3)
    )
    return Story(key=f"s{n:07}", action=action, headline=f"Yard {n} listed", reports=reports, first=at, last=at)


def keep(town: Town, stories: list[Story]) -> None:
    decisions = [
        Decision(
            item=Item(key=f"i-{one.key}", feed="wire", guid=one.key, title=one.headline, seen=one.first),
            reading=Reading(relevant=True, actions=(one.action,)),
            outcome=Outcome.ALERT,
            because="a new story",
            story=one,
        )
        for one in stories
    ]
    town.store.record(decisions, START)


def list_everybody(town: Town) -> None:
    changes = [
        (
            ListingChange(
                fate=ListingFate.ADDED,
                listing=listing(str(n), kind=list(ListedKind)[n % 4], countries=("RU",), targets=("RU",)),
                at=START,
            ),
            n,
        )
        for n in range(LISTINGS)
    ]
    town.store.save_listings(LIST.key, changes[: LISTINGS // 2])
    town.store.finish_list(LIST.key, digest="a", at=START)
    town.store.save_listings(LIST.key, changes[LISTINGS // 2 :])
    town.store.finish_list(LIST.key, digest="b", at=START)


async def test_a_country_of_which_very_much_is_known_is_answered_within_100_ms(town: Town) -> None:
    keep(town, [known(n) for n in range(STORIES)])
    town = replace(town, feeds=(LIST,))
    list_everybody(town)
    cold = perf_counter()
    message = await town.ask("country Russia")
    assert perf_counter() - cold < 0.3
    warm = perf_counter()
    assert await town.ask("country Russia") == message
    assert perf_counter() - warm < 0.1
    assert any("OFAC SDN List: 1,500 people" in line for line in message.lines)
    assert any("+3,000" in line for line in message.lines)
