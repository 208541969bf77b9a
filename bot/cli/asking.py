"""`lookup`, `between`, `latest`, `story`, `why`, `status` ...: the chat's questions, asked at the terminal."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.cli.arguments import Options
from bot.cli.build import build_desk, compile_knowledge, database, open_database, read_settings
from bot.cli.printing import show, show_values
from bot.commands import FrontDesk
from bot.commands.pages import ONWARD
from bot.domain import Button, Message, Request, Right
from bot.errors import UsageError
from bot.ports import Draw

WHOLE = frozenset({"country", "between", "story"})
"""Questions whose answers come with all their pages; those to all of the ledger would have no end."""
MOST_PAGES = 50


def ask(options: Options, environ: Mapping[str, str], words: str, draw: Draw | None = None, /, **given: str) -> Message:
    """Answer one question from the database and print it, with all its pages; returns the answer."""
    knowledge = compile_knowledge()
    settings = read_settings(options, environ)
    store = open_database(database(options, environ), knowledge)
    try:
        desk = build_desk(settings, store, knowledge, draw=draw)
        return asyncio.run(_answered(desk, Request(words=words, options=given, right=Right.OPERATOR), options))
    finally:
        store.close()


async def _answered(desk: FrontDesk, request: Request, options: Options) -> Message:
    if options.json and (facts := await desk.facts(request)) is not None:
        show_values(facts)
        return Message(title="")
    answer = await _whole(desk, request)
    show(answer, as_json=options.json)
    return answer


async def _whole(desk: FrontDesk, request: Request) -> Message:
    """Return an answer with its further pages: where there is nothing to press, nothing may be behind a button."""
    pages = [await desk.answer(request)]
    while request.words in WHOLE and (onward := _onward(pages[-1])) and len(pages) < MOST_PAGES:
        words, given = desk.parse(f"{onward.action} {onward.value}")
        pages.append(await desk.answer(replace(request, words=words, options=given)))
    return replace(pages[0], more=(*pages[0].more, *pages[1:]))


def _onward(message: Message) -> Button | None:
    return next((one for one in message.buttons if one.label == ONWARD), None)


def lookup(options: Options, environ: Mapping[str, str]) -> int:
    """Show the brief of a country; one side of it in full."""
    side = "against" if options.against and not options.by else "by" if options.by and not options.against else ""
    ask(options, environ, "country", name=" ".join(options.country), side=side, since=options.since)
    return 0


def between(options: Options, environ: Mapping[str, str]) -> int:
    """Show who answered whom."""
    ask(options, environ, "between", a=options.a, b=options.b)
    return 0


def timeline(options: Options, environ: Mapping[str, str]) -> int:
    """Show a timeline in words, and write its picture to a file where one is named."""
    of = " ".join(options.of)
    if not options.picture:
        ask(options, environ, "timeline", of=of)
        return 0
    # drawing takes longer to load than all else that a short command needs
    from adapters.pictures import draw

    picture = ask(options, environ, "timeline", draw, of=of).picture
    if picture is None:
        raise UsageError(f"Nothing is known of {of}; there is no picture, and {options.picture} was not written.")
    try:
        Path(options.picture).write_bytes(picture.data)
    except OSError as error:
        raise UsageError(f"{options.picture} cannot be written: {error.strerror}") from error
    return 0


def search(options: Options, environ: Mapping[str, str]) -> int:
    """List stories and listed names with these words."""
    ask(options, environ, "search", words=" ".join(options.words))
    return 0


def latest(options: Options, environ: Mapping[str, str]) -> int:
    """List the newest stories."""
    ask(options, environ, "latest", rule=" ".join(options.rule))
    return 0


def story(options: Options, environ: Mapping[str, str]) -> int:
    """Show one story."""
    ask(options, environ, "story", key=options.key)
    return 0


def why(options: Options, environ: Mapping[str, str]) -> int:
    """Show what became of an item."""
    ask(options, environ, "why", link=options.link)
    return 0


def status(options: Options, environ: Mapping[str, str]) -> int:
    """Show when each source was last read."""
    ask(options, environ, "status")
    return 0


def subscriptions(options: Options, environ: Mapping[str, str]) -> int:
    """List the subscriptions."""
    ask(options, environ, "subscriptions")
    return 0


def feeds(options: Options, environ: Mapping[str, str]) -> int:
    """List the sources."""
    ask(options, environ, "feeds")
    return 0
