"""The stories of the last days, found by their words and actors; and the traces of the last months, found by actors.

Which of a week's stories can a report belong to? Measured elsewhere (2 cores, 10,000 to 100,000 stored): MinHash LSH
finds 0 to 43 % of paraphrases; FTS5 over the six rarest words 87 % in ten candidates, at 1,200 to 2,300 queries a
second, and it is on disk; blocking by rare words in plain dicts 12,000 to 32,000 a second. Stories of a few days are
few, and what was read names the actors, so two dicts are enough here and beat them all: word to stories, and
(issuer, target) to stories, newest last. The cost of a look-up is bounded by the numbers below, whatever is stored.
No near-duplicate library is used: they rank by words alone, which tells two events of the same actors no better apart
than chance; the words here only nominate, and `score` decides.

Everything in here can be built again from the stories alone, in any order, with the same answers.

After a start only the stories of the window are here. What is older is asked of the `Archive` behind them, by key, by
item or by its actors, at the moment when a new story may follow or answer it: loading the traces of months at once cost
0.13 ms a story, 13 s where 100,000 are stored, and nearly none of them is ever asked for.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import TypeVar

from bot.domain import Action, Key, Report, Stage, Story
from bot.ports import Archive
from bot.stories.entries import Entry, Voice, speakers, trace_of
from bot.stories.facts import Pair, facts_of, pairs_of
from bot.stories.knowledge import Knowledge
from bot.stories.words import words_of

ASKED = 8
"""Words of a report that nominate stories: its rarest."""
CROWD = 200
"""A word that more recent stories have than this nominates none of them."""
NEWEST = 12
"""Stories nominated by the pair of actors alone."""
NOMINEES = 8
"""Stories that are compared in full."""
SERIOUS = 0.25
"""Share of the best nominee's votes below which another is not worth comparing."""
ASKED_FOR = 60
"""Older stories with the same actors that the archive is asked for, the newest."""
_SHELVED = 5_000
"""Older stories that are kept ready for comparing."""

COMMON = 2.0
"""Minus the logarithm of the share of words that weigh nothing."""
_BELIEF = 400.0
"""How many stories the seeds' word counts are worth beside those seen."""
_SLACK = 1.5
"""Added to the weight of a report's words, so that one shared word is no perfect agreement."""
_UNHEARD = 0.7
"""What is assumed of a word that the seeds do not list: so many of 1,000 items have it."""

_Name = TypeVar("_Name")


class Recent:
    """The stories of the last days, and traces of older ones; grows with `add`, shrinks with `forget`.

    Not on disk: the shell fills it at start with the store's stories, oldest first, and adds each that `place` makes.
    """

    def __init__(
        self,
        stories: Iterable[Story] = (),
        *,
        knowledge: Knowledge,
        window: timedelta = timedelta(days=7),
        archive: Archive | None = None,
        scope: str = "",
    ) -> None:
        """Take in stories; `archive` has all that were ever told, of which those of the `scope` count."""
        self.knowledge = knowledge
        self._archive = archive
        self._scope = scope
        self._shelved: dict[Key, Entry] = {}
        self._weights = {word: max(0.0, _weight(share)) for word, share in knowledge.familiar.items()}
        self.window = window
        self._entries: dict[Key, Entry] = {}
        self._by_word: dict[str, dict[Key, None]] = {}
        self._by_pair: dict[Pair, dict[Key, None]] = {}
        self._deeds: Counter[tuple[Pair, Stage]] = Counter()
        self._by_item: dict[Key, Key] = {}
        self._traces: dict[Key, Entry] = {}
        self._traces_by_pair: dict[Pair, dict[Key, None]] = {}
        self._ageing: list[tuple[datetime, Key]] = []
        self._traces_ageing: list[tuple[datetime, Key]] = []
        for story in stories:
            self.add(story)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, story: Story) -> None:
        """Take in a new story, or a grown one in place of its older self."""
        self._drop(story.key)
        self._drop_trace(story.key)
        entry = self._prepare(story)
        self._entries[story.key] = entry
        for word in entry.words:
            self._by_word.setdefault(word, {})[story.key] = None
        for pair in entry.pairs:
            self._by_pair.setdefault(pair, {})[story.key] = None
        self._deeds.update((pair, story.action.stage) for pair in pairs_of(story.action))
        heapq.heappush(self._ageing, (story.last, story.key))
        self._add_trace(entry)

    def forget(self, now: datetime) -> None:
        """Drop the stories last reported before the window, and the traces of what is too old to be answered."""
        while self._ageing and self._ageing[0][0] < now - self.window:
            _, key = heapq.heappop(self._ageing)
            entry = self._entries.get(key)
            if entry is not None and entry.story.last < now - self.window:
                self._drop(key)
        horizon = now - max(self.knowledge.answer_window, self.knowledge.follow_window)
        while self._traces_ageing and self._traces_ageing[0][0] < horizon:
            _, key = heapq.heappop(self._traces_ageing)
            trace = self._traces.get(key)
            if trace is not None and trace.story.last < horizon:
                self._drop_trace(key)

    def __contains__(self, key: Key) -> bool:
        """Return whether a story is held in here, if only as a trace."""
        return key in self._traces

    def get(self, key: Key) -> Story | None:
        """Return a story that is still remembered, be it as a trace or in the archive."""
        trace = self._traces.get(key)
        if trace is not None or self._archive is None:
            return trace.story if trace is not None else None
        return self._mine(self._archive.story(key))

    def telling(self, item: Key) -> Story | None:
        """Return the remembered story that has a report of this item."""
        key = self._by_item.get(item)
        if key is not None or self._archive is None:
            return self.get(key) if key is not None else None
        story = self._mine(self._archive.story_of(item))
        return story if story and any(report.item == item for report in story.reports) else None

    def _mine(self, story: Story | None) -> Story | None:
        return story if story is not None and story.scope == self._scope else None

    def nominate(self, rarity: dict[str, float], action: Action, at: datetime) -> list[Entry]:
        """Return the few stories that a report could belong to, the likeliest first.

        `rarity` has the report's words with what each weighs; `at` is when it was published.
        """
        votes: dict[Key, float] = {}
        for word in heapq.nsmallest(ASKED, rarity, key=lambda word: (-rarity[word], word)):
            holders = self._by_word.get(word, {})
            if len(holders) <= CROWD:
                for key in holders:
                    votes[key] = votes.get(key, 0.0) + rarity[word]
        for pair in pairs_of(action):
            for key, _ in zip(reversed(self._by_pair.get(pair, {})), range(NEWEST), strict=False):
                same_stage = self._entries[key].facts.stage is action.stage
                votes[key] = votes.get(key, 0.0) + (4.0 if all(pair) else 2.0) + (2.0 if same_stage else 0.0)
        least = max(votes.values(), default=0.0) * SERIOUS
        serious = [(-vote, key) for key, vote in votes.items() if vote >= least]
        near = (entry for _, key in sorted(serious) if self._in_window((entry := self._entries[key]).story, at))
        return list(islice(near, NOMINEES))

    def traces(
        self, pairs: Collection[Pair], stages: Collection[Stage], at: datetime, within: timedelta
    ) -> Iterator[Entry]:
        """Yield earlier stories at one of `stages` with one of these pairs of actors, the newest of each pair first.

        Those that only the archive has come last.
        """
        seen = set()
        for pair in pairs:
            for key in reversed(self._traces_by_pair.get(pair, {})):
                trace = self._traces[key]
                if key not in seen and trace.facts.stage in stages and timedelta(0) <= at - trace.story.first <= within:
                    seen.add(key)
                    yield trace
        if self._archive is not None and stages:
            older = self._archive.earlier_stories(
                pairs, stages, since=at - within, until=at, scope=self._scope, limit=ASKED_FOR
            )
            yield from (self._off_the_shelf(story) for story in older if story.key not in self._traces)

    def _off_the_shelf(self, story: Story) -> Entry:
        """Return a story of the archive ready for comparing."""
        entry = self._shelved.get(story.key)
        if entry is None or entry.story is not story:
            if len(self._shelved) >= _SHELVED:
                self._shelved.clear()
            entry = self._shelved[story.key] = trace_of(self._prepare(story))
        return entry

    def crowd(self, action: Action) -> float:
        """Return how often recent stories have these actors at this stage: 0 for once, 1 for twice, 2 for four."""
        return math.log2(max([1, *(self._deeds[pair, action.stage] for pair in pairs_of(action) if all(pair))]))

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """Return what each word weighs: minus the logarithm of its share among recent stories and in the seeds.

        Less `COMMON`: what one report in seven has (an actor's name, "sanctions") tells nothing.
        """
        size = math.log(_BELIEF + len(self._entries)) - COMMON
        familiar, holders, scale = self.knowledge.familiar, self._by_word, _BELIEF / 1000
        weights = {}
        for word in words:
            seen = len(holders[word]) - 1 if word in holders else 0
            weights[word] = max(0.0, size - math.log(familiar.get(word, _UNHEARD) * scale + seen))
        return weights

    def voice(self, title: str, words: Iterable[str]) -> Voice:
        """Prepare one report's words for comparing."""
        all_words = frozenset(words)
        title_words = frozenset(words_of(title, "", self.knowledge)) & all_words
        series = frozenset([word for word in all_words if " " in word])
        return Voice(all_words, title_words, series, self._mass(all_words), self._mass(title_words))

    def _mass(self, words: Iterable[str]) -> float:
        """Weigh words by the seeds alone: the same on every day and after every restart."""
        weights = self._weights
        return math.fsum([weights.get(word, _MOST) for word in words]) + _SLACK

    def prepared(self, story: Story) -> Entry:
        """Return a remembered story ready for comparing."""
        entry = self._entries.get(story.key)
        return entry if entry is not None and entry.story is story else self._prepare(story)

    def _prepare(self, story: Story) -> Entry:
        voices = tuple(self._voice_of(report) for report in speakers(story.reports)) or (
            self.voice(story.headline, words_of(story.headline, story.action.evidence, self.knowledge)),
        )
        words = frozenset(chain.from_iterable(voice.words for voice in voices))
        pairs = dict.fromkeys(chain.from_iterable(pairs_of(action) for action in (story.action, *story.also)))
        series = frozenset(chain.from_iterable(voice.series for voice in voices))
        return Entry(story, facts_of(story.action, self.knowledge), voices, words, series, tuple(pairs))

    def _voice_of(self, report: Report) -> Voice:
        words = report.words or words_of(report.title, report.evidence, self.knowledge)
        return self.voice(report.title, words)

    def _in_window(self, story: Story, at: datetime) -> bool:
        return story.first - self.window <= at <= story.last + self.window

    def _drop(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        for word in entry.words:
            _remove(self._by_word, word, key)
        for pair in entry.pairs:
            _remove(self._by_pair, pair, key)
        self._deeds.subtract((pair, entry.facts.stage) for pair in pairs_of(entry.story.action))

    def _add_trace(self, entry: Entry) -> None:
        story, trace = entry.story, trace_of(entry)
        self._traces[story.key] = trace
        for pair in trace.pairs:
            self._traces_by_pair.setdefault(pair, {})[story.key] = None
        for report in story.reports:
            self._by_item[report.item] = story.key
        heapq.heappush(self._traces_ageing, (story.last, story.key))

    def _drop_trace(self, key: Key) -> None:
        trace = self._traces.pop(key, None)
        if trace is None:
            return
        for pair in trace.pairs:
            _remove(self._traces_by_pair, pair, key)
        for report in trace.story.reports:
            if self._by_item.get(report.item) == key:
                del self._by_item[report.item]


def _weight(share: float) -> float:
    return math.log(1000 / max(share, _UNHEARD)) - COMMON


_MOST = _weight(_UNHEARD)


def _remove(index: dict[_Name, dict[Key, None]], name: _Name, key: Key) -> None:
    holders = index.get(name)
    if holders is not None:
        holders.pop(key, None)
        if not holders:
            del index[name]
