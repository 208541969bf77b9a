"""`demo`: sample feeds from loopback, polled by the real scheduler through the real pipeline, told in the terminal.

Nothing is pretended but the outlets: their feeds change act by act, as `seeds/demo.toml` has it.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

from bot.cli.arguments import Options
from bot.cli.build import Knowledge, build_desk, compile_knowledge, now
from bot.cli.house import House, open_house
from bot.cli.printing import show
from bot.cli.service import serve
from bot.domain import Feed, Request, Subscription
from bot.settings import Account, Network, Settings

PATIENCE = 5.0
"""Seconds in which an act must have been polled and told."""

EVERY = timedelta(seconds=1)


@dataclass(slots=True)
class Outlets:
    """The outlets that do not exist: what each one's feed shows at this moment."""

    names: Mapping[str, str]
    started: datetime
    items: dict[str, list[str]] = field(default_factory=dict)
    address: str = ""

    def show(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Put items on top of their outlets' feeds."""
        for item in items:
            self.items.setdefault(item["outlet"], []).insert(0, self._entry(item))

    def link(self, item: Mapping[str, Any]) -> str:
        """Return an item's address."""
        return f"{self.address}/{item['outlet']}/{item.get('link', item['id'])}.html"

    async def feed(self, request: web.Request) -> web.Response:
        """Answer with an outlet's feed as it stands."""
        outlet = request.match_info["outlet"]
        entries = "".join(self.items.get(outlet, []))
        body = (
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{self.names[outlet]}</title>'
            f"<link>{self.address}</link><description>Sample news</description>{entries}</channel></rss>"
        )
        return web.Response(body=body.encode(), content_type="application/rss+xml", charset="utf-8")

    def _entry(self, item: Mapping[str, Any]) -> str:
        when = now() if "hours_ago" not in item else self.started - timedelta(hours=item["hours_ago"])
        return (
            f"<item><title>{escape(item['title'])}</title><description>{escape(item['summary'])}</description>"
            f'<link>{self.link(item)}</link><guid isPermaLink="false">{item["id"]}</guid>'
            f"<pubDate>{format_datetime(when)}</pubDate></item>"
        )


class Watch:
    """The demo's log: says nothing, and knows when an act has been polled."""

    def __init__(self) -> None:
        self._polled = asyncio.Event()

    def log(self, event: str, **fields: object) -> None:
        """Take in one event of the service."""
        if event == "polled" and fields.get("outcome") != "unchanged":
            self._polled.set()

    async def act(self, house: House) -> None:
        """Return when something new was polled and everything that follows is told."""
        self._polled.clear()
        async with asyncio.timeout(PATIENCE):
            await self._polled.wait()
            # every outlet is visited once a second: let the others of the act be read too
            await asyncio.sleep(EVERY.total_seconds() * 1.2)
            while house.store.waiting():  # noqa: ASYNC110 - the store is asked, it does not call
                await asyncio.sleep(0.05)


def run(_: Options, __: Mapping[str, str]) -> int:
    """Play the demo."""
    knowledge = compile_knowledge()
    with tempfile.TemporaryDirectory(prefix="sanctionwire-demo-") as folder:
        asyncio.run(_play(knowledge, str(Path(folder) / "demo.db")))
    return 0


async def _play(knowledge: Knowledge, path: str) -> None:
    script = knowledge.seeds["demo"]
    outlets = Outlets(names=script["outlets"], started=now())
    watch = Watch()
    async with _serving(outlets), _open(knowledge, outlets, watch, path) as house:
        stopped = asyncio.Event()
        outlets.show(script["acts"][0]["items"])
        service = asyncio.create_task(serve(house, stopped))
        for number, act in enumerate(script["acts"]):
            _say(act["say"])
            if number:
                outlets.show(act["items"])
            await watch.act(house)
            if act.get("silent"):
                _explain(house, outlets, act["items"])
        _say(script["closing"]["say"])
        desk = build_desk(house.settings, house.store, knowledge)
        show(await desk.answer(Request(words="country", options={"name": script["closing"]["lookup"]})))
        stopped.set()
        await service


def _open(knowledge: Knowledge, outlets: Outlets, watch: Watch, path: str) -> Any:
    """Open the house with the sample feeds as its sources."""
    feeds = tuple(
        Feed(key=key, url=f"{outlets.address}/{key}.xml", outlet=name, every=EVERY)
        for key, name in outlets.names.items()
    )
    settings = Settings(
        network=Network(allow_private=True, per_host=len(feeds)),
        feeds=feeds,
        subscriptions=(Subscription(key="demo", room="console"),),
        chats={"console": Account()},
    )
    return open_house(settings, knowledge, path, stream=sys.stdout, json_lines=False, take_stock=True, log=watch.log)


@asynccontextmanager
async def _serving(outlets: Outlets) -> AsyncIterator[None]:
    """Serve the outlets' feeds on a free port of loopback."""
    app = web.Application()
    app.router.add_get("/{outlet}.xml", outlets.feed)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        outlets.address = f"http://127.0.0.1:{port}"
        yield
    finally:
        await runner.cleanup()


def _explain(house: House, outlets: Outlets, items: Sequence[Mapping[str, Any]]) -> None:
    """Say what became of each item, and why."""
    for item in items:
        found = house.store.find_item(outlets.link(item))
        if found is not None:
            known, outcome, because, _ = found
            said = f"{outcome}, {because}" if known.guid == item["id"] else "known already, told once"
            sys.stdout.write(f"  {item['title']!r}: {said}\n")
    sys.stdout.flush()


def _say(line: str) -> None:
    sys.stdout.write(f"\n— {line}\n\n")
    sys.stdout.flush()
