"""The bot's own words: codes, numbers and dates as a reader of news would write them.

Knows no language: verbs, labels and nouns come from ``seeds/wording/LANGUAGE.toml``, names from the lexicon.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from bot.domain import Action, Code, Link, Report, Stage
from bot.errors import SeedError

COUNTED = ("individuals", "entities", "vessels", "aircraft")
UNSTATED = "unspecified"
"""The instrument code of a measure that the text does not name."""


MAX_SOURCES = 8
"""Outlets named on a sources line before the rest is counted."""


class Names(Protocol):
    """What wording needs to know of names; the lexicon knows it."""

    def name(self, code: Code) -> str:
        """Return the name as a sentence uses it: ``the EU``, ``Russia``."""
        ...

    def short(self, code: Code) -> str:
        """Return the shortest name: ``EU``, ``US``, ``Russia``."""
        ...

    def flag(self, code: Code) -> str:
        """Return the flag emoji, or an empty string."""
        ...

    def label(self, code: str) -> str:
        """Return what an instrument or a ground is called."""
        ...


class Wording:
    """Words for actions in one language."""

    def __init__(self, raw: Mapping[str, Any], names: Names, measures: Mapping[str, str]) -> None:
        """Take the content of a wording file, and what several of each instrument are called.

        Raises SeedError where a stage or a noun is missing.
        """
        missing = [f"stages.{stage}" for stage in Stage if stage not in raw.get("stages", {})]
        missing += [f"nouns.{noun}" for noun in (*COUNTED, "measures", "and") if noun not in raw.get("nouns", {})]
        if missing:
            raise SeedError(f"seeds/wording: missing {', '.join(missing)}")
        self._stages: Mapping[str, Mapping[str, Any]] = raw["stages"]
        self._nouns: Mapping[str, Any] = raw["nouns"]
        self._fields: Mapping[str, str] = raw.get("fields", {})
        self._plurals = measures
        self.names = names

    def stage(self, stage: Stage) -> str:
        """Return a stage's label."""
        return str(self._stages[stage]["label"])

    def field(self, name: str) -> str:
        """Return the label of a field."""
        return self._fields.get(name, name)

    def join(self, words: Sequence[str]) -> str:
        """Join words as in a sentence: ``a, b and c``."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self._nouns['and']} {words[-1]}"

    def actors(self, codes: Iterable[Code]) -> str:
        """Return names as a sentence uses them."""
        return self.join([self.names.name(code) for code in codes])

    def flags(self, codes: Iterable[Code]) -> str:
        """Return the flags of those codes that have one."""
        return "".join(self.names.flag(code) for code in codes)

    def labels(self, codes: Iterable[str]) -> str:
        """Return the labels of instruments or grounds, listed."""
        return ", ".join(self.names.label(code) for code in codes if code != UNSTATED)

    def counts(self, counts: Mapping[str, int]) -> str:
        """Return exact numbers with their nouns: ``10 people, 4 entities``."""
        parts = []
        for kind in COUNTED:
            if number := counts.get(kind):
                one, many = self._nouns[kind]
                parts.append(f"{number:,} {one if number == 1 else many}")
        return ", ".join(parts)

    def day(self, day: date) -> str:
        """Return a date that no reader can mistake: ``22 Mar 2021``."""
        return f"{day.day} {day:%b %Y}"

    def phrase(self, action: Action) -> str:
        """Return an action as a noun: ``EU sanctions on Russia``."""
        issuers = "/".join(self.names.short(code) for code in action.issuers)
        words = [issuers, self._measures(action)] if issuers else [self._measures(action).capitalize()]
        if action.targets:
            words += [self._stages[action.stage]["on"], self.actors(action.targets)]
        return " ".join(words)

    def sentence(self, action: Action) -> str:
        """Return an action as a headline: ``China imposes sanctions on the EU: 10 people, 4 entities``."""
        words = self._stages[action.stage]
        actors, object_ = self._subject(action, by_speaker=bool(words.get("speaker")))
        if actors:
            verb = words["one"] if len(actors) == 1 else words["many"]
            line = f"{self.actors(actors)} {verb} {object_}"
        else:
            line = f"{object_} {words['headless']}".strip()
        line = line[:1].upper() + line[1:]
        numbers = self.counts(action.counts)
        return f"{line}: {numbers}" if numbers else line

    def _subject(self, action: Action, *, by_speaker: bool) -> tuple[Sequence[Code], str]:
        """Return who acts in the title, and what is acted upon."""
        if by_speaker:
            return action.speaker, self.phrase(action)
        object_ = self._measures(action)
        if action.targets:
            object_ += f" {self._stages[action.stage]['on']} {self.actors(action.targets)}"
        return action.issuers, object_

    def _measures(self, action: Action) -> str:
        """Return what the measures are called: by their name where there is one kind, else the general word."""
        named = [self._plurals[code] for code in action.instruments if code in self._plurals]
        return named[0] if len(named) == 1 == len(action.instruments) else str(self._nouns["measures"])


def sources(reports: Sequence[Report]) -> tuple[Link, ...]:
    """Return one link for each outlet, in the order in which they reported; official ones are marked."""
    seen: dict[str, Link] = {}
    for report in reports:
        label = report.outlet or report.link
        if label and label not in seen:
            seen[label] = Link(label=f"{label} (official)" if report.official else label, url=report.link)
    links = list(seen.values())
    if len(links) > MAX_SOURCES:
        links = [*links[:MAX_SOURCES], Link(label=f"and {len(links) - MAX_SOURCES} more")]
    return tuple(links)
