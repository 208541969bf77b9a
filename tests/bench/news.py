"""News made from the seeds: the same for the same numbers, as varied as an automaton of names and words has to expect.

One item in fifty tells of sanctions: an example of `seeds/examples/`, with its summary. In a real week of 150 feeds one
in a hundred did. The others are general news put together from places and people of the seeds and from plain words:
what nearly all items are, and what a filter has to get out of the way quickly. One of them in nine has a word that may
name a measure ("tariff") and is looked at more closely; of the real week's items it was one in twelve.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from xml.sax.saxutils import escape

from adapters.files import read_seeds
from bot.domain import Item

START = datetime(2026, 3, 2, tzinfo=UTC)
SANCTIONS_EVERY = 50


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_WORDS = _words("""
    accord airport ballot bank border bridge budget cabinet campaign cargo census channel charity coach coast
    college commission company concert contract council court crisis crop dairy debate deficit delegation dispute
    district drought election embassy energy engineer exhibition factory farm ferry festival finance fire
    fishery flood fuel funding glacier governor grain harbour harvest hearing hospital housing inflation inquiry
    island judge labour lawmaker league library loan magazine market mayor merger minister museum navy nurse
    opposition orchestra parade parliament party pension pilot pipeline player police poll port premier price
    protest quarry railway ranch record reform refugee report reservoir resident rival river school senate service
    shares ship shortage singer smelter soldier stadium storm strike student summit survey tariff tax teacher
    terminal theatre tourism trade train tunnel turbine union university vaccine verdict village volcano voter wage
    weather wheat winter witness worker
""")
_VERBS = _words("""
    approves awaits backs begins blames cancels celebrates closes considers cuts delays denies discovers doubles
    ends expands faces fears finds hosts joins launches leaves loses marks meets names opens orders plans praises
    promises questions raises rebuilds reports reviews sells signs sues tests urges visits votes warns welcomes
    widens wins
""")
_LINKS = _words("""
    after amid as before despite over under while with without near against during
""")


@dataclass(frozen=True, slots=True)
class _Stock:
    """What headlines are put together from."""

    names: tuple[str, ...]
    told: tuple[tuple[str, str], ...]
    """Titles and summaries of items about sanctions."""


@lru_cache(maxsize=1)
def _stock() -> _Stock:
    seeds = read_seeds()
    people = [row["name"] for row in seeds["people"]["people"]]
    places = [row["name"] for row in seeds["territories"]["territories"]]
    told: list[tuple[str, str]] = []
    for _, text in sorted(seeds["examples"].items()):
        told += _examples(text)
    return _Stock(tuple(sorted({*people, *places})), tuple(told))


def _examples(text: str) -> Iterator[tuple[str, str]]:
    """Yield titles and summaries; the readings do not matter here."""
    title, summary = "", ""
    for line in text.splitlines():
        if line[:1].strip() and not line.startswith("#"):
            if title:
                yield title, summary
            title, summary = line.removeprefix("!").strip(), ""
        elif line.strip().startswith("~"):
            summary += line.strip()[1:]
    if title:
        yield title, summary.strip()


def _numbers(seed: str) -> Iterator[int]:
    """Give numbers without end, the same for the same seed on every machine."""
    block = 0
    while True:
        yield from blake2b(f"{seed}/{block}".encode(), digest_size=64).digest()
        block += 1


def headline(number: int) -> tuple[str, str]:
    """Return the title and summary of the n-th piece of news."""
    stock, dice = _stock(), _numbers(f"item {number}")
    if number % SANCTIONS_EVERY == 0:
        title, summary = stock.told[(number // SANCTIONS_EVERY) % len(stock.told)]
        return title, summary or _sentence(dice, 28)
    return _sentence(dice, 10), " ".join(_sentence(dice, 17) for _ in range(2))


def _sentence(dice: Iterator[int], length: int) -> str:
    names = _stock().names
    words: list[str] = []
    while len(words) < length:
        high, low, verb, noun, link = islice(dice, 5)
        words += [names[(high * 256 + low) % len(names)] if high % 3 == 0 else f"the {_WORDS[low % len(_WORDS)]}"]
        words += [_VERBS[verb % len(_VERBS)], _WORDS[noun % len(_WORDS)], _LINKS[link % len(_LINKS)]]
        if high % 7 == 0:
            words.append(str(low * 10))
    told = " ".join(" ".join(words).split()[:length])
    return f"{told[:1].upper()}{told[1:]}."


def item(number: int, *, feed: str = "", at: datetime | None = None) -> Item:
    """Return the n-th item; its outlet is one of a hundred."""
    title, summary = headline(number)
    outlet = f"outlet{number % 100}"
    return Item(
        feed=feed or outlet,
        guid=f"https://{outlet}.example/?p={number}",
        link=f"https://{outlet}.example/world/{number}-{'-'.join(title.lower().split()[:4])}",
        title=title,
        summary=summary,
        date=at or START + timedelta(seconds=40 * number),
        outlet=outlet,
    )


def items(count: int, start: int = 0) -> list[Item]:
    """Return items, oldest first."""
    return [item(number) for number in range(start, start + count)]


def feed_body(feed: int, entries: int, edition: int) -> bytes:
    """Return a feed's body as RSS 2.0; each edition has one new entry, and the oldest is gone."""
    rows = []
    for place in range(entries):
        number = feed * 10_000 + edition + entries - place
        title, summary = headline(number)
        rows.append(
            f"<item><title>{escape(title)}</title>"
            f"<link>https://outlet{feed}.example/world/{number}</link>"
            f'<guid isPermaLink="false">outlet{feed}-{number}</guid>'
            f"<description>&lt;p&gt;{escape(escape(summary))}&lt;/p&gt;</description>"
            f"<category>World</category><author>desk@outlet{feed}.example (The desk)</author>"
            f"<pubDate>{format_datetime(START + timedelta(minutes=number % 10_000))}</pubDate></item>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>Outlet {feed}</title><link>https://outlet{feed}.example/</link><description>World</description>"
        f"<lastBuildDate>{format_datetime(START)}</lastBuildDate>{''.join(rows)}</channel></rss>"
    ).encode()
