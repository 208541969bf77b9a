"""`lookup`, `between`, `latest`, `story`, `why`, `status` ...: the chat's questions, asked at the terminal."""

import asyncio
from collections.abc import Mapping

from bot.cli.arguments import Options
from bot.cli.build import build_desk, compile_knowledge, database, open_database, read_settings
from bot.cli.printing import show
from bot.domain import Request, Right


def ask(options: Options, environ: Mapping[str, str], words: str, **given: str) -> int:
    """Answer one question from the database and print it."""
    knowledge = compile_knowledge()
    settings = read_settings(options, environ)
    store = open_database(database(options, environ), knowledge)
    try:
        desk = build_desk(settings, store, knowledge)
        request = Request(words=words, options=given, right=Right.OPERATOR)
        show(asyncio.run(desk.answer(request)), as_json=options.json)
    finally:
        store.close()
    return 0


def lookup(options: Options, environ: Mapping[str, str]) -> int:
    """Show the brief of a country."""
    side = "against" if options.against and not options.by else "by" if options.by and not options.against else ""
    return ask(options, environ, "country", name=" ".join(options.country), side=side, since=options.since)


def between(options: Options, environ: Mapping[str, str]) -> int:
    """Show who answered whom."""
    return ask(options, environ, "between", a=options.a, b=options.b)


def latest(options: Options, environ: Mapping[str, str]) -> int:
    """List the newest stories."""
    return ask(options, environ, "latest", rule=" ".join(options.rule))


def story(options: Options, environ: Mapping[str, str]) -> int:
    """Show one story."""
    return ask(options, environ, "story", key=options.key)


def why(options: Options, environ: Mapping[str, str]) -> int:
    """Show what became of an item."""
    return ask(options, environ, "why", link=options.link)


def status(options: Options, environ: Mapping[str, str]) -> int:
    """Show when each source was last read."""
    return ask(options, environ, "status")


def subscriptions(options: Options, environ: Mapping[str, str]) -> int:
    """List the subscriptions."""
    return ask(options, environ, "subscriptions")


def rules(options: Options, environ: Mapping[str, str]) -> int:
    """List the rules."""
    return ask(options, environ, "rules")


def feeds(options: Options, environ: Mapping[str, str]) -> int:
    """List the sources."""
    return ask(options, environ, "feeds")
