"""The service that posts to Discord and Slack, killed again and again, while both answer late, wrongly or not at all.

A platform can be asked what it has already, and so every alert stands in every room exactly once. Every answer comes a
while after the post was made: that is the moment in which a death is most confusing.
"""

import asyncio
import json
import random
import signal
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.cli.outlet import Outlet
from tests.crashes.lives import Lives, News, kills, suffer
from tests.emulators.discord_rest import Call
from tests.emulators.discord_server import DiscordServer
from tests.emulators.slack import BOT_TOKEN, Fault, SlackEmulator
from tests.emulators.slack_api import WebApi

LATE = 0.12
"""Seconds between a post and the answer that it was made."""


class LateDiscord(DiscordServer):
    def welcome(self) -> None:
        """Let the next life in at once: the real one makes it wait until five seconds after the last began."""
        self._last_identify = 0.0

    async def _carry_out(self, request: web.Request, call: Call, headers: dict[str, str]) -> tuple[int, Any]:
        answer = await super()._carry_out(request, call, headers)
        if call.method == "POST":
            await asyncio.sleep(LATE)
        return answer


class LateApi(WebApi):
    async def answer(self, request: web.Request) -> web.StreamResponse:
        answer = await super().answer(request)
        if request.match_info["method"] == "chat.postMessage":
            await asyncio.sleep(LATE)
        return answer


class LateSlack(SlackEmulator):
    def __init__(self) -> None:
        super().__init__()
        self.api = LateApi(self.world)


@dataclass(frozen=True, slots=True)
class Post:
    """A message as it stands on a platform: whose delivery it is, in which room, and under which post."""

    key: str
    room: str
    message: str
    under: str = ""


def on_discord(discord: DiscordServer) -> list[Post]:
    posts = []
    for one in discord.messages.values():
        channel = discord.channels[one["channel_id"]]
        under = channel["id"] if channel.get("thread_metadata") else ""
        room = channel["parent_id"] if under else channel["id"]
        posts.append(Post(str(one.get("nonce")), f"discord:{room}", one["id"], under))
    return posts


def on_slack(slack: SlackEmulator) -> list[Post]:
    return [
        Post(one["metadata"]["event_payload"]["key"], slack.world.room(name), one["ts"], one.get("thread_ts", ""))
        for name in ("general", "alerts")
        for one in slack.world.said(name)
    ]


def kept(db: Path) -> list[dict[str, Any]]:
    """Return every delivery that the database knows."""
    with closing(sqlite3.connect(db)) as raw:
        raw.row_factory = sqlite3.Row
        return [dict(row) for row in raw.execute("select key, room, kind, story, state, receipt from deliveries")]


def disturb(discord: LateDiscord, slack: SlackEmulator, rng: random.Random) -> None:
    """Let the next posts go wrong: refused, broken off, or done and then denied."""
    discord.welcome()
    status, done = rng.choice([(500, True), (0, True), (0, False), (503, False), (502, True)])
    discord.trouble("POST", r"/messages$", status, done=done)
    status, done = rng.choice([(500, True), (0, True), (429, False), (503, False)])
    slack.api.faults.append(Fault("chat.postMessage", status=status, commit=done))


async def test_killed_at_random_moments_every_alert_stands_in_every_room_exactly_once(
    outlet: Outlet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(5)
    count = kills(8)
    async with LateDiscord() as discord, LateSlack() as slack:
        rooms = [f"discord:{discord.named(name)['id']}" for name in ("general", "alerts")]
        rooms += [slack.world.room(name) for name in ("general", "alerts")]
        env = {**discord.variables, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API_BASE": f"{slack.base}/api/"}
        lives, news = Lives(tmp_path, outlet, rooms, env), News(outlet, rng)
        async with lives.beginning():
            ends = await suffer(lives, news, rng, count, work=1.2, most=1, before=lambda: disturb(discord, slack, rng))
            discord.welcome()
            await lives.settle(news.links)
        posts = on_discord(discord) + on_slack(slack)
        assert (discord.violations, slack.world.violations) == ([], [])
    deliveries = kept(lives.db)
    check(deliveries, posts, rooms)
    async with lives.reading() as store:
        found = [store.find_item(link) for link in news.links]
        assert store.counts()["items"] == len(news.links)
        assert store.check() == "ok"
    stories = {one[3] for one in found if one is not None and one[3] is not None}
    alerts = {(one["room"], one["story"]) for one in deliveries if one["kind"] == "alert"}
    assert alerts == {(room, story) for room in rooms for story in stories}
    asked = sum(name == "conversations.history" for name, _ in slack.api.calls)
    asked += sum(one["method"] == "GET" and one["path"].endswith("/messages") for one in discord.log)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{ends}: {len(found)} items, {len(stories)} stories, {len(posts)} posts in {len(rooms)} rooms, "
            f"platforms asked {asked} times\n"
        )


def check(deliveries: list[dict[str, Any]], posts: list[Post], rooms: list[str]) -> None:
    """See that posts and deliveries are the same, each once, and that follow-ups stand under their posts."""
    told = [one for one in deliveries if one["kind"] in ("alert", "follow-up")]
    assert {one["state"] for one in deliveries} <= {"sent", "overtaken"}
    assert Counter((post.room, post.key) for post in posts) == Counter((one["room"], one["key"]) for one in told)
    assert max(Counter((one["room"], one["story"]) for one in told if one["kind"] == "alert").values()) == 1
    stands = {post.key: post for post in posts}
    first = {(one["room"], one["story"]): stands[one["key"]] for one in told if one["kind"] == "alert"}
    answers = [one for one in told if one["kind"] == "follow-up"]
    assert answers
    for one in answers:
        assert stands[one["key"]].under == first[one["room"], one["story"]].message
    for one in deliveries:
        if one["kind"] == "edit" and one["state"] == "sent":
            assert json.loads(one["receipt"])["message"] == first[one["room"], one["story"]].message


async def test_a_service_that_is_told_to_stop_in_the_middle_of_a_post_ends_well_and_posts_it_once(
    outlet: Outlet, tmp_path: Path
) -> None:
    news = News(outlet, random.Random(1))
    async with LateDiscord() as discord:
        room = f"discord:{discord.named('alerts')['id']}"
        lives = Lives(tmp_path, outlet, [room], discord.variables)
        async with lives.beginning():
            news.go_on()
            pid = await lives.start()
            async with asyncio.timeout(20):
                while not on_discord(discord):  # noqa: ASYNC110 - a condition of another process
                    await asyncio.sleep(0.01)
            assert await lives.end(pid, signal.SIGTERM) == 0
            discord.welcome()
            await lives.settle(news.links)
        (post,) = on_discord(discord)
        (delivery,) = kept(lives.db)
        assert (delivery["key"], delivery["state"]) == (post.key, "sent")
