"""Words by which two outlets' reports of one event are compared: stems, numbers and ordinals, each once.

Another spelling of a number is the same word ("ten", "10"; "twelfth", "12th"), and so are a word's endings ("expels",
"expelled") and what the seeds call the same ("firms", "companies"). Stemming is light on purpose: a stem need not be a
word of any language, it only has to be the same for two endings and another for two words.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from bot.folding import fold
from bot.stories.knowledge import Knowledge
from bot.stories.stems import stem_of

MOST = 60
"""Words kept of one report: a headline and two sentences; more would only blur what the event is."""

# "u.s." and "g-7" are one word each; "635.2m" is the number 635; "12th" is an ordinal
_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|[^\W\d_]-?\d+\b|\d+(?:st|nd|rd|th)\b|\d+(?:,\d{3})*(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)?"
)
_REACH = 4
"""How near what is counted stands to its ordinal: "the 11th sanctions package"."""


@lru_cache(maxsize=1024)
def words_of(title: str, summary: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the words of a report, each once, the title's first, at most `MOST`."""
    stem = _stemmer(knowledge)
    words = [word for raw in _WORD.findall(fold(f"{title} . {summary}")) if (word := stem(raw))]
    return tuple(dict.fromkeys((*_numbered(words, knowledge), *words)))[:MOST]


def _numbered(words: list[str], knowledge: Knowledge) -> Iterator[str]:
    """Yield a word such as "package 10th" for each numbered measure: an ordinal, and what it counts soon after it."""
    for place, word in enumerate(words):
        if word[0].isdigit() and word[-1].isalpha():
            counted = (after for after in words[place + 1 : place + _REACH] if after in knowledge.series)
            yield from (f"{after} {word}" for after in islice(counted, 1))


@lru_cache(maxsize=4)
def _stemmer(knowledge: Knowledge) -> "_Stemmer":
    return _Stemmer(knowledge)


class _Stemmer:
    """Works each word out once; news repeats its words."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._known: dict[str, str] = {}

    def __call__(self, raw: str) -> str:
        stem = self._known.get(raw)
        if stem is None:
            if len(self._known) > 50_000:  # hostile feeds may invent words without end
                self._known.clear()
            stem = self._known[raw] = self._work_out(raw)
        return stem

    def _work_out(self, raw: str) -> str:
        known = self._knowledge
        word = raw.replace(".", "") if raw[0].isalpha() else raw.replace(",", "").split(".")[0]
        word = word.replace("-", "").split("'")[0]
        if len(word) < 2 and not word.isdigit():
            return ""
        if word in known.ordinals:
            return known.ordinals[word]
        if word in known.numbers:
            return known.numbers[word]
        if not word.isalpha():
            return word
        stem = stem_of(word, known.suffixes)
        return "" if word in known.ignored else known.synonyms.get(stem, stem)
