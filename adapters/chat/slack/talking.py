"""What people ask, and how they are answered: the desk decides, here it is only shown.

Where an answer goes follows from where the question came from: a command's or a message button's to whoever asked
alone (`response_url`, five uses in half an hour), replacing what was asked from if that was such an answer itself; a
modal's into the modal; App Home's into a modal above it. Nobody waits for us here: all of it was acknowledged before.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.attending import Progress, attended
from adapters.chat.slack import calls, forms
from adapters.chat.slack.forms import View, Where
from adapters.chat.slack.home import SHOWN, home
from adapters.chat.slack.people import People
from adapters.chat.slack.render import ASK, Block, render
from adapters.chat.slack.replies import USES, Replies
from adapters.chat.slack.text import typed
from adapters.chat.slack.waiting import AFTER, Waiting
from bot.domain import Command, Message, Request, Right
from bot.errors import SanctionwireError
from bot.ports import Desk, Log

ACKNOWLEDGED = 3.0
"""Seconds after which a form that was submitted has surely been acknowledged, and may be changed."""
FRESH = 2.0
"""Seconds after a question within which a modal may still be opened; Slack allows three."""

Body = Mapping[str, Any]


class Talk:
    """Asks the desk on behalf of people in one workspace."""

    def __init__(self, client: AsyncWebClient, desk: Desk, people: People, team: str, log: Log) -> None:
        self._client = client
        self._desk = desk
        self._people = people
        self._place = f"slack:{team}"
        self._log = log
        self._replies = Replies(client, log)

    async def command(self, body: Body) -> None:
        """Answer `/sanctions TEXT`, or open the form that serves better."""
        began = _now()
        room, user = f"{self._place}/{body['channel_id']}", str(body["user_id"])
        words, options = self._parsed(typed(str(body.get("text") or "")) or "help")
        person = await self._people.who(user)
        command = self._command(words)
        fillable = command and not command.hidden and person.right >= command.right
        if command and fillable and forms.wants_form(command, options):
            form = forms.form(command, options, Where(room=room))
            if await self._opened(body, form, began):
                return
        waiting = self._waiting(body, Where(room=room), began, replacing=False)
        message = await self._ask(words, options, room, user, waiting)
        # with nothing to press in it, the form is all that it is about
        filled = None if message.buttons else self._form_in(message, Where(room=room))
        if filled and not waiting.view and await self._opened(body, filled, began):
            return
        if command and command.right is Right.MANAGER:
            message = await self._with_reach(message, str(body["channel_id"]))
        await self._conclude(body, message, waiting, Where(room=room), replacing=False)

    async def pressed(self, body: Body) -> None:
        """Answer a button or a menu: its value is the line that it asks."""
        action: Mapping[str, Any] = (body.get("actions") or [{}])[0]
        if body.get("view"):
            await self._pressed_in_view(body, action)
        elif str(action.get("action_id", "")).startswith(ASK) and (line := forms.value_of(action)):
            await self._pressed_in_room(body, line)

    async def submitted(self, body: Body) -> View:
        """Return what a submitted form is to show now: itself, with the answer above."""
        view, user = body["view"], str(body["user"]["id"])
        where = Where.of(view)
        # the acknowledgement changes the form first
        waiting = Waiting(where, self._show, view=str(view["id"]))
        return await self._tried(where, forms.values(view), user, waiting, after=ACKNOWLEDGED)

    async def home(self, user: str) -> None:
        """Show App Home to somebody: what the desk says of this workspace."""
        person = await self._people.who(user)
        answers = []
        for line in SHOWN:
            words, options = self._parsed(line)
            command = self._command(words)
            if command and person.right >= command.right:
                answers.append((command, await self._ask(words, options, self._place, user)))
        await self._client.views_publish(user_id=user, view=home(answers, self._desk.commands, person.right))

    async def suggestions(self, body: Body) -> list[Block]:
        """Return what a menu in a form offers for what was typed so far."""
        where = Where.of(body.get("view") or {})
        option = forms.option_of(self._desk.commands, where.words, str(body.get("action_id")))
        if option is None:
            return []
        asked = Request(
            words=where.words, room=where.room, place=self._place, person=str((body.get("user") or {}).get("id", ""))
        )
        return forms.menu(await self._desk.complete(option.kind, typed(str(body.get("value") or "")), asked))

    # --- where it was pressed -------------------------------------------------------------------------------------

    async def _pressed_in_room(self, body: Body, line: str) -> None:
        began = _now()
        room, user = f"{self._place}/{body['channel']['id']}", str(body["user"]["id"])
        words, options = self._parsed(line)
        whose = bool((body.get("container") or {}).get("is_ephemeral"))
        waiting = self._waiting(body, Where(room=room), began, replacing=whose)
        message = await self._ask(words, options, room, user, waiting)
        filled = self._form_in(message, Where(room=room))
        if filled and not waiting.view and await self._opened(body, filled, began):
            return
        await self._conclude(body, message, waiting, Where(room=room), replacing=whose)

    async def _pressed_in_view(self, body: Body, action: Mapping[str, Any]) -> None:
        began = _now()
        view, user = body["view"], str(body["user"]["id"])
        where = Where.of(view) if view.get("type") == "modal" else Where(room=self._place, home=True)
        name = str(action.get("action_id", ""))
        if name.startswith(ASK):
            words, options = self._parsed(forms.value_of(action))
            modal = view.get("type") == "modal"
            shown = str(view["id"]) if modal else await self._above_home(body, words, options, where, began)
            if shown:
                waiting = Waiting(where, self._show, view=shown)
                await self._show(shown, await self._answered(words, options, where, user, waiting))
        elif view.get("type") == "modal":
            # a rule entered, or a rule chosen: tried at once
            given = forms.values(view) | {name: forms.value_of(action)}
            waiting = Waiting(where, self._show, view=str(view["id"]))
            await self._show(waiting.view, await self._tried(where, given, user, waiting))
        if where.home and name.startswith(ASK):
            await self.home(user)

    async def _above_home(self, body: Body, words: str, options: Mapping[str, str], where: Where, began: float) -> str:
        """Open a modal above App Home: the form that serves, which is all, or what waits for the answer; its id."""
        command = self._command(words)
        if command and not command.hidden and forms.wants_form(command, options):
            await self._opened(body, forms.form(command, options, where), began)
            return ""
        return await self._opened(body, forms.working(where), began)

    async def _answered(
        self, words: str, options: Mapping[str, str], where: Where, user: str, waiting: Waiting
    ) -> View:
        message = await self._ask(words, options, where.room, user, waiting)
        return self._form_in(message, where) or forms.answer_view(message, where)

    def _form_in(self, message: Message, where: Where) -> View | None:
        """Return the form that an answer can be changed by, with the answer above."""
        command = self._command(message.form.words) if message.form else None
        return forms.form(command, message.form.options, where, message) if message.form and command else None

    async def _tried(
        self, where: Where, given: Mapping[str, str], user: str, waiting: Waiting, *, after: float = AFTER
    ) -> View:
        """Return a form with what it holds, and what the desk says to that."""
        message = await self._ask(where.words, given, where.room, user, waiting, after=after)
        command = self._command(where.words)
        if command is None:
            return forms.answer_view(message, where)
        filled = message.form.options if message.form and message.form.words == where.words else given
        return forms.form(command, filled, where, message, typed_in=given)

    # --- asking ---------------------------------------------------------------------------------------------------

    async def _ask(
        self,
        words: str,
        options: Mapping[str, str],
        room: str,
        user: str,
        waiting: Waiting | None = None,
        *,
        after: float = AFTER,
    ) -> Message:
        """Return the answer; where it takes longer than `after` seconds, `waiting` shows how far it has come."""
        person = await self._people.who(user)
        progress = Progress()
        asked = Request(
            words=words,
            options=options,
            room=room,
            place=self._place,
            person=user,
            name=person.name or user,
            right=person.right,
            meanwhile=progress if waiting else None,
        )
        answer = asyncio.ensure_future(self._desk.ask(asked))
        try:
            message = await (attended(answer, progress, waiting.show, first=after) if waiting else answer)
        finally:
            answer.cancel()  # nobody waits for it any more, if it is not done
        return replace(message, mentions=())

    def _waiting(self, body: Body, where: Where, began: float, *, replacing: bool) -> Waiting:
        """Return how an answer is waited for that was asked for in a room."""
        url = str(body.get("response_url") or "")
        return Waiting(
            where,
            self._show,
            opening=lambda view: self._opened(body, view, began),
            posting=lambda message: self._replies.told(url, render(message)[0], replacing=replacing),
        )

    def _parsed(self, line: str) -> tuple[str, Mapping[str, str]]:
        """Split a line; one that cannot be split is asked as it is, for the desk to say what is wrong with it."""
        try:
            return self._desk.parse(line)
        except SanctionwireError:
            return line, {}

    def _command(self, words: str) -> Command | None:
        return next((command for command in self._desk.commands if command.words == words), None)

    async def _with_reach(self, message: Message, channel: str) -> Message:
        """Return an answer with a word on it where the bot cannot post in the channel that it is about."""
        try:
            async with asyncio.timeout(FRESH):
                found = (await self._client.conversations_info(channel=channel))["channel"]
            reaches = bool(found.get("is_member") or found.get("is_im"))
        except calls.FAILURES as error:
            reaches = calls.error_of(error) != "channel_not_found"
        hint = "I am not in this channel yet, so nothing can be posted here: type /invite and my name."
        return message if reaches else replace(message, lines=(*message.lines, hint))

    # --- showing --------------------------------------------------------------------------------------------------

    async def _opened(self, body: Body, view: View, began: float) -> str:
        """Open a modal, and return its id; empty where it is too late or Slack will not."""
        if _now() - began > FRESH:
            return ""
        try:
            answer = await self._client.views_open(trigger_id=str(body.get("trigger_id")), view=view)
        except calls.FAILURES as error:
            self._log("slack_form_refused", error=str(calls.failure(error, "views.open")))
            return ""
        return str(answer["view"]["id"])

    async def _show(self, view_id: str, view: View) -> bool:
        """Change a modal; returns whether it was there."""
        try:
            await self._client.views_update(view_id=view_id, view=view)
        except calls.FAILURES as error:
            # closed meanwhile, mostly
            self._log("slack_form_gone", error=str(calls.failure(error, "views.update")))
            return False
        return True

    async def _conclude(self, body: Body, message: Message, waiting: Waiting, where: Where, *, replacing: bool) -> None:
        """Show an answer where it was waited for, or else tell whoever asked."""
        answered = self._form_in(message, where) or forms.answer_view(message, where)
        if waiting.view and await self._show(waiting.view, answered):
            return
        url = str(body.get("response_url") or "")
        await self._replies.reply(url, message, replacing=replacing, uses=USES - waiting.posted)


def _now() -> float:
    return asyncio.get_running_loop().time()
