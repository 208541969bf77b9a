"""`doctor`: checks everything that can be wrong on this machine, and says what to mend."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from adapters.chat import CHATS
from bot.alerts import Audience
from bot.cli.arguments import Options
from bot.cli.build import Knowledge, all_feeds, compile_knowledge, database, now, open_database, read_settings
from bot.cli.sources import visit_all
from bot.errors import ConfigError, FeedError, SanctionwireError
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it holds, and what to do where it does not."""

    what: str
    holds: bool
    said: str


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
    yield Finding("python", sys.version_info >= (3, 11), sys.version.split()[0])
    knowledge, settings = None, None
    try:
        knowledge = compile_knowledge()
        yield Finding("seeds", holds=True, said=f"{len(knowledge.lexicon.codes)} countries and issuers known")
    except SanctionwireError as error:
        yield Finding("seeds", holds=False, said=str(error))
    try:
        settings = read_settings(options, environ)
        yield Finding("configuration", holds=True, said=f"{len(settings.feeds)} sources")
    except ConfigError as error:
        yield from (Finding("configuration", holds=False, said=fault) for fault in error.faults)
    if knowledge is None or settings is None:
        return
    yield from _rules(settings, knowledge)
    yield from _tokens(settings)
    yield _finding("database", lambda: _database(options, environ, knowledge))
    yield from _sources(options, environ, settings, knowledge)


def _finding(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, holds=True, said=look())
    except SanctionwireError as error:
        return Finding(what, holds=False, said=str(error))


def _rules(settings: Settings, knowledge: Knowledge) -> Iterator[Finding]:
    try:
        Audience(settings.subscriptions, settings.rules, knowledge.names)
        said = f"{len(settings.subscriptions)} subscriptions, {len(settings.rules)} rules"
        yield Finding("rules", holds=True, said=said)
    except ConfigError as error:
        yield from (Finding("rules", holds=False, said=fault) for fault in error.faults)


def _tokens(settings: Settings) -> Iterator[Finding]:
    for name in settings.chats:
        if name not in CHATS:
            said = f"a token for {name} is set, but this version cannot talk to it yet; alerts go to the terminal"
            yield Finding("chat", holds=False, said=said)
    if len(settings.chats) == 1:
        yield Finding("chat", holds=True, said="no token is set: alerts go to the terminal")


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
    yield Finding("sources", not failing, f"{len(found) - len(failing)} of {len(found)} answer at {now():%H:%M} UTC")
    for feed, error in failing:
        yield Finding("source", holds=False, said=f"{feed.key}: {error.problem}: {error.detail}")
