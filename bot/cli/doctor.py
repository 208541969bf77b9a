"""`doctor`: checks everything that can be wrong on this machine, and says what to mend."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping

from adapters.chat import Kit
from adapters.feeds.lists import LISTS
from bot.alerts import Audience
from bot.cli.arguments import Options
from bot.cli.build import (
    Knowledge,
    all_feeds,
    build_desk,
    compile_knowledge,
    database,
    no_log,
    now,
    open_database,
    read_settings,
)
from bot.cli.house import make_chats
from bot.cli.sources import visit_all
from bot.domain import Finding
from bot.errors import ConfigError, FeedError, SanctionwireError
from bot.settings import Settings


def doctor(options: Options, environ: Mapping[str, str]) -> int:
    """Check seeds, configuration, database, tokens and sources; 1 if anything needs mending."""
    whole = True
    for finding in _examine(options, environ):
        mark = "ok  " if finding.holds else "MEND"
        sys.stdout.write(f"{mark}  {finding.what:<14} {finding.said}\n")
        sys.stdout.flush()
        whole = whole and finding.holds
    return 0 if whole else 1


def _examine(options: Options, environ: Mapping[str, str]) -> Iterator[Finding]:
    yield Finding(what="python", holds=sys.version_info >= (3, 11), said=sys.version.split()[0])
    knowledge, settings = None, None
    try:
        knowledge = compile_knowledge()
        yield Finding(what="seeds", holds=True, said=f"{len(knowledge.lexicon.codes)} countries and issuers known")
    except SanctionwireError as error:
        yield Finding(what="seeds", holds=False, said=str(error))
    try:
        settings = read_settings(options, environ)
        yield Finding(what="configuration", holds=True, said=f"{len(settings.feeds)} sources")
    except ConfigError as error:
        yield from (Finding(what="configuration", holds=False, said=fault) for fault in error.faults)
    if knowledge is None or settings is None:
        return
    yield from _rules(settings, knowledge)
    yield from _chats(options, environ, settings, knowledge)
    yield _finding("database", lambda: _database(options, environ, knowledge))
    yield from _lists(options, environ, settings, knowledge)
    yield from _sources(options, environ, settings, knowledge)


def _finding(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what=what, holds=True, said=look())
    except SanctionwireError as error:
        return Finding(what=what, holds=False, said=str(error))


def _rules(settings: Settings, knowledge: Knowledge) -> Iterator[Finding]:
    try:
        Audience(settings.subscriptions, settings.rules, knowledge.names)
        said = f"{len(settings.subscriptions)} subscriptions, {len(settings.rules)} rules"
        yield Finding(what="rules", holds=True, said=said)
    except ConfigError as error:
        yield from (Finding(what="rules", holds=False, said=fault) for fault in error.faults)


def _chats(options: Options, environ: Mapping[str, str], settings: Settings, knowledge: Knowledge) -> Iterator[Finding]:
    """Ask every chat that is on about its token, its permissions, and the rooms that it is to tell."""
    if len(settings.chats) == 1:
        yield Finding(what="chat", holds=True, said="no token is set: alerts go to the terminal")
    store = open_database(database(options, environ), knowledge)
    try:
        rooms = {one.room for one in (*settings.subscriptions, *store.subscriptions())}
        desk = build_desk(settings, store, knowledge, log=no_log)
        chats = make_chats(settings, Kit(stream=sys.stdout, log=no_log), desk)
        for name, chat in chats.items():
            mine = sorted(room for room in rooms if room.partition(":")[0] == name)
            yield from asyncio.run(chat.diagnose(mine))
    finally:
        store.close()


def _database(options: Options, environ: Mapping[str, str], knowledge: Knowledge) -> str:
    path = database(options, environ)
    store = open_database(path, knowledge)
    try:
        verdict = store.check()
        if verdict != "ok":
            raise SanctionwireError(f"{path}: {verdict}; restore a backup, or move the file away to start afresh")
        counts = ", ".join(f"{number:,} {name}" for name, number in store.counts().items())
        return f"{path}: {counts}"
    finally:
        store.close()


def _lists(options: Options, environ: Mapping[str, str], settings: Settings, knowledge: Knowledge) -> Iterator[Finding]:
    """Say of every official list what of it is kept, and since when; a list that was never read is no fault."""
    store = open_database(database(options, environ), knowledge)
    try:
        for feed in all_feeds(settings, store):
            if feed.kind not in LISTS or feed.paused:
                continue
            kept, state = store.list_state(feed.key), store.feed_state(feed.key)
            said = f"{kept.entries:,} entries as of {kept.at:%d %b %Y %H:%M} UTC" if kept else "not read yet"
            if state.problem:
                said += f"; the last visit failed: {state.problem}: {state.detail}"
            elif kept is None:
                said += "; the service reads it, or 'sanctionwire lists sync' now"
            yield Finding(what="list", holds=not state.problem, said=f"{feed.key}: {said}")
    finally:
        store.close()


def _sources(
    options: Options, environ: Mapping[str, str], settings: Settings, knowledge: Knowledge
) -> Iterator[Finding]:
    store = open_database(database(options, environ), knowledge)
    try:
        feeds = [feed for feed in all_feeds(settings, store) if not feed.paused]
    finally:
        store.close()
    found = asyncio.run(visit_all(settings, feeds))
    failing = [(feed, answer) for feed, answer in found if isinstance(answer, FeedError)]
    yield Finding(
        what="sources",
        holds=not failing,
        said=f"{len(found) - len(failing)} of {len(found)} answer at {now():%H:%M} UTC",
    )
    for feed, error in failing:
        yield Finding(what="source", holds=False, said=f"{feed.key}: {error.problem}: {error.detail}")
