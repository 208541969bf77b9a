"""An interaction -> the desk -> an answer. Translates; what may be asked, and by whom, only the desk knows.

Discord waits three seconds for the first response and forgets the interaction after that. So each is first promised an
answer, which asks nobody and takes milliseconds, and only when the promise stands is the desk asked: what could no
longer be answered is not done at all. The answer then changes the promise, which may be repeated until it arrives.

An interaction is done once, though a resumed connection may bring it again. The same question of the same person in
the same room, asked again while it is being answered, is the same question: both get the one answer.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import discord

from adapters.chat.attending import Progress, attended
from adapters.chat.discord import commands, faults, forms, wire
from adapters.chat.discord.render import PRESSED, Post, render
from adapters.chat.discord.tasks import break_off
from bot.domain import Command, Message, Request
from bot.ports import Desk, Log

REMEMBERED = 10_000
"""Interactions that are recognised when they come again."""
ASK_WITHIN = 600.0
"""Seconds; Discord takes answers for 15 minutes."""
COMPLETE_WITHIN = 2.0
AGAIN_AFTER = (0.0, 0.5, 2.0, 5.0)
"""Seconds before each attempt to show an answer."""
APOLOGY = Message(
    title="That did not work, and it is not your fault", lines=("It was noted. Please try again later.",), private=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Promise:
    """How an answer was promised: for whom to see, and whether it takes the place of the post that was pressed on."""

    private: bool
    in_place: bool = False


class Asking:
    """Answers interactions."""

    def __init__(self, desk: Desk, *, admins: str, log: Log) -> None:
        self._desk = desk
        self._admins = admins
        self._log = log
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._asked: dict[object, tuple[asyncio.Task[Message], Progress]] = {}
        self._busy: set[asyncio.Task[Any]] = set()

    async def take(self, interaction: discord.Interaction[Any]) -> None:
        """Answer an interaction that was not seen before. Never raises."""
        if interaction.id in self._seen:
            return
        self._seen[interaction.id] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        try:
            await self._answer(interaction)
        except faults.RAISED as error:
            self._log("answer_failed", problem=str(faults.fault(error)), code=faults.code_of(error))

    async def close(self, grace: float) -> None:
        """Give answers in hand `grace` seconds, then break them off."""
        busy = {*self._busy, *(task for task, _ in self._asked.values())} - {asyncio.current_task()}
        if busy:
            _, late = await asyncio.wait(busy, timeout=grace)
            await break_off(late)

    # --- the four kinds -------------------------------------------------------------------------------------------

    async def _answer(self, interaction: discord.Interaction[Any]) -> None:
        data: Any = interaction.data or {}
        if interaction.type is discord.InteractionType.autocomplete:
            await self._complete(interaction, commands.asked(data, self._desk.commands))
        elif interaction.type is discord.InteractionType.application_command:
            asked = commands.asked(data, self._desk.commands)
            await self._respond(interaction, self._request(interaction, asked.words, dict(asked.options)))
        elif str(data.get("custom_id", "")).startswith(PRESSED):
            await self._pressed(interaction, data)

    async def _pressed(self, interaction: discord.Interaction[Any], data: Any) -> None:
        """Ask what a button says, filled up with what its form brings; show the form where something is missing."""
        pressed = str(data["custom_id"])
        words, options = self._desk.parse(pressed.removeprefix(PRESSED))
        request = self._request(interaction, words, {**options, **forms.filled(data.get("components") or [])})
        command = commands.find(words, self._desk.commands)
        is_button = interaction.type is discord.InteractionType.component
        if command and is_button and request.right >= command.right and forms.missing(command, request.options):
            await interaction.response.send_modal(forms.form(pressed, command, request.options))
        else:
            await self._respond(interaction, request)

    async def _complete(self, interaction: discord.Interaction[Any], asked: commands.Asked) -> None:
        option = commands.option_of(commands.find(asked.words, self._desk.commands), asked.typing)
        typed = asked.options.get(asked.typing, "")
        offered: list[tuple[str, str]] = []
        if option and option.choices:
            offered = [(one, one) for one in option.choices if typed.casefold() in one.casefold()][: commands.CHOICES]
        elif option:
            request = self._request(interaction, asked.words, dict(asked.options))
            try:
                found = await asyncio.wait_for(self._desk.complete(option.kind, typed, request), COMPLETE_WITHIN)
                offered = commands.choices(found)
            except TimeoutError:
                self._log("completion_slow", kind=option.kind)
        await interaction.response.autocomplete(
            [discord.app_commands.Choice(name=label, value=value) for label, value in offered]
        )

    # --- promise, ask, show ---------------------------------------------------------------------------------------

    async def _respond(self, interaction: discord.Interaction[Any], request: Request) -> None:
        command = commands.find(request.words, self._desk.commands)
        promise = _Promise(
            private=command is None or command.private or request.right < command.right,
            in_place=_takes_place(interaction, request, command),
        )
        began = monotonic()
        if not await self._promised(interaction, promise):
            self._log("answer_late", words=request.words, room=request.room)
            return
        task, progress = self._ask_once(request)
        message = await attended(task, progress, lambda so_far: self._show_progress(interaction, promise, so_far))
        await self._show(interaction, promise, message)
        self._log("answered", words=request.words, room=request.room, seconds=round(monotonic() - began, 2))

    async def _promised(self, interaction: discord.Interaction[Any], promise: _Promise) -> bool:
        """Promise an answer; tells whether Discord took the promise."""
        for _ in range(2):
            try:
                await interaction.response.defer(ephemeral=promise.private, thinking=not promise.in_place)
            except discord.HTTPException as error:
                # answered already: the promise arrived, only its receipt was lost
                return error.code == faults.ANSWERED
            except faults.RAISED:
                continue
            return True
        return False

    def _ask_once(self, request: Request) -> tuple[asyncio.Task[Message], Progress]:
        key = (request.person, request.room, request.words, frozenset(request.options.items()))
        if key not in self._asked:
            progress = Progress()
            asked = self._ask(replace(request, meanwhile=progress))
            task = asyncio.create_task(asked, name=f"ask {request.words}")
            self._asked[key] = task, progress
            task.add_done_callback(lambda _: self._asked.pop(key, None))
        return self._asked[key]

    async def _ask(self, request: Request) -> Message:
        try:
            return await asyncio.wait_for(self._desk.ask(request), ASK_WITHIN)
        except TimeoutError:
            return replace(APOLOGY, title="That takes longer than Discord waits")
        except Exception as error:  # noqa: BLE001 - nobody may be left before a promise that is never kept
            self._log("ask_broke", words=request.words, error=repr(error))
            return APOLOGY

    async def _show_progress(self, interaction: discord.Interaction[Any], promise: _Promise, message: Message) -> None:
        """Show how far an answer has come in its place; where that fails, the next word on it or the answer comes."""
        if message.private and not promise.private:
            return
        shown = wire.to_edit(render(message))
        try:
            await interaction.edit_original_response(**shown, allowed_mentions=wire.NOBODY)
        except faults.RAISED as error:
            self._log("progress_failed", problem=str(faults.fault(error)))

    async def _show(self, interaction: discord.Interaction[Any], promise: _Promise, message: Message) -> None:
        post = replace(render(message), roles=())
        if message.private and not promise.private:
            await self._whisper(interaction, promise, post)
            return
        await self._until_shown(
            lambda: interaction.edit_original_response(**wire.to_edit(post), allowed_mentions=wire.NOBODY)
        )

    async def _whisper(self, interaction: discord.Interaction[Any], promise: _Promise, post: Post) -> None:
        """Show an answer to one person alone where all were promised one: take the promise back, then say it.

        What follows a promise takes its place and is as public as it was; so the promise must be gone before.
        """
        if not promise.in_place:
            await self._until_shown(interaction.delete_original_response)
        await interaction.followup.send(**wire.to_follow(post), allowed_mentions=wire.NOBODY, ephemeral=True)

    async def _until_shown(self, attempt: Callable[[], Awaitable[object]]) -> None:
        """Repeat what does no harm when done twice, while Discord or the way to it fails."""
        for place, wait in enumerate(AGAIN_AFTER, 1):
            await asyncio.sleep(wait)
            try:
                await attempt()
            except faults.RAISED as error:
                refused = isinstance(error, discord.HTTPException) and error.status < 500
                if refused or place == len(AGAIN_AFTER):
                    raise
            else:
                return

    def _request(self, interaction: discord.Interaction[Any], words: str, options: dict[str, str]) -> Request:
        person, may = interaction.user, interaction.permissions
        roles = person.roles if isinstance(person, discord.Member) else []
        return Request(
            words=words,
            options=options,
            room=f"discord:{interaction.channel_id or 0}",
            place=f"discord:{interaction.guild_id}" if interaction.guild_id else "",
            person=str(person.id),
            name=person.display_name,
            right=commands.right_of(
                manages_guild=may.manage_guild or may.administrator,
                manages_channels=may.manage_channels,
                roles=[name for role in roles for name in (str(role.id), role.name)],
                admins=self._admins,
            ),
        )


def _takes_place(interaction: discord.Interaction[Any], request: Request, command: Command | None) -> bool:
    """Tell whether an answer takes the place of the post that was pressed on: a further page, a confirmation.

    It does only where that post is itself an answer to the same person, and a confirmation only where nobody else sees
    it; alerts stay what they are.
    """
    post = interaction.message
    origin = post.interaction_metadata if post else None
    if post is None or origin is None or origin.user.id != interaction.user.id:
        return False
    return "page" in request.options or bool(command and command.hidden and post.flags.ephemeral)
