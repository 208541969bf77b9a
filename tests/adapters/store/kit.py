"""What the tests of the store are written with: the real identity, items, decisions, and a feed that is visited."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.store import SqliteStore, open_store
from bot.domain import (
    Action,
    Alert,
    AlertKind,
    Decision,
    Delivery,
    DeliveryState,
    Item,
    Message,
    Outcome,
    Reading,
    Receipt,
    Report,
    Stage,
    Step,
    Story,
    WhyNot,
)
from bot.identity import ItemIdentity
from bot.links import parse_link_rules

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IDENTITY = ItemIdentity(parse_link_rules(tomllib.loads((ROOT / "seeds/links.toml").read_text())))
SILENT = Reading(relevant=False, why_not=WhyNot.OTHER)
_SUBJECTS = [
    "harvest",
    "bridge",
    "orchestra",
    "tunnel",
    "glacier",
    "market",
    "lighthouse",
    "railway",
    "museum",
    "library",
    "airport",
    "ferry",
]


def opened(path: Path | str = ":memory:", *, service: bool = False) -> SqliteStore:
    return open_store(path, IDENTITY, service=service)


def entry(n: int, *, feed: str = "gazette", at: datetime | None = None) -> Item:
    """Return the n-th entry of a feed: a guid, link, title and date of its own."""
    subject = _SUBJECTS[n % len(_SUBJECTS)]
    return Item(
        feed=feed,
        guid=f"http://gazette.example/?p={n}",
        link=f"http://gazette.example/world/{subject}-{n}",
        title=f"Ministers quarrel over the {subject} in round {n}",
        summary=f"The {subject} has been on the table {n} times.",
        date=at or NOW - DAY + n * timedelta(minutes=1),
        outlet="Gazette",
    )


def silent(item: Item) -> Decision:
    steps = (Step(verb="read", outcome="silent", because="no sanctions"),)
    return Decision(item=item, reading=SILENT, outcome=Outcome.SILENT, because="no sanctions", trail=steps)


def visit(store: SqliteStore, items: Sequence[Item], now: datetime = NOW) -> tuple[int, int]:
    """Visit a feed as the pipeline does; return how many items were new, and how many newly worded."""
    found = store.unseen(items, now)
    store.record([silent(item) for item in found], now)
    return sum(not item.edits for item in found), sum(bool(item.edits) for item in found)


def story(key: str = "iran-1", *, first: datetime = NOW, issuer: str = "EU", target: str = "IR") -> Story:
    action = Action(
        stage=Stage.IMPOSED,
        issuers=(issuer,),
        targets=(target,),
        instruments=("asset_freeze",),
        counts={"individuals": 4},
    )
    report = Report(item=f"{key}-a", outlet="Gazette", link="https://gazette.example/a", title="Four listed", at=first)
    return Story(key=key, action=action, headline="Four listed", reports=(report,), first=first, last=first)


def telling(
    told: Story, *alerts: tuple[AlertKind, str], item: str = "item-1", words: str = "Four people listed"
) -> Decision:
    """Return a decision to tell rooms of a story; one room may stand in it several times."""
    return Decision(
        item=replace(
            entry(1), key=item, title=f"{words} {item}", guid=item, link=f"https://gazette.example/{item}", seen=NOW
        ),
        reading=Reading(relevant=True, actions=(told.action,)),
        outcome=Outcome.ALERT,
        because="a new story",
        story=told,
        alerts=tuple(Alert(kind=kind, room=room, story=told, because="subscribed") for kind, room in alerts),
        messages=tuple(Message(title=words, stage=Stage.IMPOSED) for _ in alerts),
        trail=(Step(verb="choose", outcome="alert", because="subscribed"),),
    )


def sent(delivery: Delivery, message: str = "m1") -> Delivery:
    return replace(delivery, state=DeliveryState.SENT, attempts=1, receipt=Receipt(message=message))


def refused(delivery: Delivery, problem: str = "the room is archived") -> Delivery:
    return replace(delivery, state=DeliveryState.REFUSED, attempts=1, problem=problem)
