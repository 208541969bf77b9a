"""Whatever Slack sends is acknowledged at once, and done once; what follows from it happens in a task of ours.

Slack wants its acknowledgement within three seconds, whatever happens behind. bolt sends none for what nobody listens
to, and loses one when a listener raises right after it; so there is a listener for everything, and none of them does
more than acknowledge and hand on. Only what must answer in the acknowledgement itself (a submitted form, a menu's
options) waits for the desk, and not for long.

Slack sends an event again when it is in doubt whether it arrived, with the same id; what was seen is not done again.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack import calls, forms
from adapters.chat.slack.forms import View, Where
from adapters.chat.slack.talking import Talk
from bot.domain import Message
from bot.ports import Log

PATIENCE = 1.8
"""Seconds that an acknowledgement waits for the answer that it might carry."""
REMEMBERED = 3600.0
"""Seconds for which an event is remembered; Slack sends it again for six minutes at most."""
MOST = 20_000

_ANY = re.compile(r".*", re.DOTALL)
_WENT_WRONG = Message(title="That went wrong", lines=("It is our fault, and it is noted. Please try again later.",))

Body = dict[str, Any]
Done = TypeVar("Done")


class Once:
    """What has been done already, by its id."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, float] = {}

    def first(self, key: str) -> bool:
        """Return whether this is the first time; always for what has no id."""
        now = self._clock()
        if not key:
            return True
        if len(self._seen) >= MOST:
            self._seen = {one: at for one, at in self._seen.items() if now - at < REMEMBERED} if self._old(now) else {}
        fresh = now - self._seen.get(key, float("-inf")) >= REMEMBERED
        if fresh:
            self._seen[key] = now
        return fresh

    def _old(self, now: float) -> bool:
        return any(now - at >= REMEMBERED for at in self._seen.values())


class Listener:
    """Takes what bolt hands on to `talk`."""

    def __init__(self, client: AsyncWebClient, talk: Talk, log: Log) -> None:
        self._client = client
        self._talk = talk
        self._log = log
        self._once = Once()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """Break off what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def listen(self, app: AsyncApp) -> None:
        """Put a listener of ours behind everything that bolt can hand on."""
        app.command(_ANY)(self._command)
        app.view(_ANY)(self._submitted)
        app.view_closed(_ANY)(self._ignored)
        app.options(_ANY)(self._options)
        app.action(_ANY)(self._pressed)
        app.shortcut(_ANY)(self._ignored)
        app.event("app_home_opened")(self._home)
        app.event(_ANY)(self._ignored)

    async def _command(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        if self._once.first(str(body.get("trigger_id") or "")):
            self._hand_on("command", self._talk.command(body))

    async def _pressed(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        if self._once.first(str(body.get("trigger_id") or "")):
            self._hand_on("action", self._talk.pressed(body))

    async def _home(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        event = body.get("event") or {}
        if self._once.first(str(body.get("event_id") or "")) and event.get("tab", "home") == "home":
            self._hand_on("home", self._talk.home(str(event.get("user"))))

    async def _ignored(self, ack: AsyncAck) -> None:
        await ack()

    async def _options(self, ack: AsyncAck, body: Body) -> None:
        found = self._hand_on("options", self._talk.suggestions(body))
        await ack(options=await _within(PATIENCE, found) or [])

    async def _submitted(self, ack: AsyncAck, body: Body) -> None:
        """Answer with what the form is to show. Where the desk takes longer, the form waits and is changed later."""
        where = Where.of(body["view"])
        work = self._hand_on("submission", self._talk.submitted(body))
        view = await _within(PATIENCE, work)
        if work.done():
            await ack(response_action="update", view=view or forms.answer_view(_WENT_WRONG, where))
            return
        await ack(response_action="update", view=forms.working(where))
        self._hand_on("late submission", self._late(str(body["view"]["id"]), where, work))

    async def _late(self, view_id: str, where: Where, work: Awaitable[View | None]) -> None:
        view = await work or forms.answer_view(_WENT_WRONG, where)
        # the acknowledgement travels by another road, and must have arrived first
        await asyncio.sleep(1)
        await self._client.views_update(view_id=view_id, view=view)

    def _hand_on(self, what: str, work: Coroutine[Any, Any, Done]) -> "asyncio.Task[Done | None]":
        task = asyncio.create_task(self._guarded(what, work), name=f"slack {what}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guarded(self, what: str, work: Awaitable[Done]) -> Done | None:
        """Do something; a fault in it is noted, and nobody else's."""
        try:
            return await work
        except calls.FAILURES as error:
            self._log("slack_failed", what=what, error=str(calls.failure(error, what)))
        except Exception as error:  # noqa: BLE001 - one question's fault is not the others'
            self._log("slack_broke", what=what, error=repr(error))
        return None


def make_app(client: AsyncWebClient, identity: Mapping[str, str], secret: str) -> AsyncApp:
    """Return a bolt app for one workspace, which is known already (`identity`: team, user, bot, token).

    bolt would ask Slack who it is when the first request comes, and not acknowledge that where Slack does not answer.
    It also reads SLACK_BOT_TOKEN from the environment and warns that it is not used: hence the quiet logger.
    """
    logger = logging.getLogger("slack_bolt.sanctionwire")
    logger.setLevel(logging.ERROR)

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity["team"],
            bot_user_id=identity["user"],
            bot_id=identity["bot"],
            bot_token=identity["token"],
        )

    return AsyncApp(
        name="sanctionwire",
        client=client,
        authorize=authorize,
        signing_secret=secret,
        # `web` verifies signatures itself, for it must tell repetitions too
        request_verification_enabled=False,
        logger=logger,
    )


async def _within(seconds: float, task: "asyncio.Task[Done | None]") -> Done | None:
    """Return what a task returns, or None where it takes longer; it goes on then."""
    done, _ = await asyncio.wait({task}, timeout=seconds)
    return task.result() if done else None
