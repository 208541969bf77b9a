"""Reasons in plain words: what a feature's name says, for people who know news and not features.

The reading names its features in a shorthand (`bot/reading/features.py`, `bot/reading/roles.py`): ``lead @<`` is "a
name before the measure", ``t|subject impose`` is "it is the subject of ... (title)". Each line of `FORMS` is one such
shorthand with what it says; in its words ``{0}``, ``{1}`` ... stand the parts of the name, each put into the item's own
words where it is a kind of word: where "slaps" is what was found of the kind ``impose``, the reason says “slaps”.

"The measure" is the word that names, or may name, sanctions: "sanctions", "blacklist", "asset freeze". A shorthand that
stands in no line is shown as it is, in brackets, so that nothing is hidden when the reading learns new ones.
"""

import re
from collections.abc import Callable, Mapping

SHOWN_WORDS = 2
"""Words of a kind that are quoted; further ones are hinted at."""

_SIGNS = {
    "@": "a name",
    "#": "a number",
    "#year": "a year",
    "^": "the beginning",
    "$": "the end",
    "=": "nothing",
    "masked": "a name that means no state",
    "": "nothing",
}
_MEASURE = r"(?:sanction\.[nvp]|measure|maybe|seize|trigger|trig)"
_FORMS_OF_NAMES = {
    "name": "its name",
    "adjective": "its adjective",
    "body": "one of its bodies",
    "capital": "its capital",
    "place": "a place in it",
    "prefix": "its prefix (Sino-, Anglo-)",
    "person": "somebody in its office",
    "former": "somebody who left its office",
    "group": "a group's name",
}
_STRENGTHS = {"S": "sanctions by name", "M": "a measure", "m": "a word that may be a measure", "-": "no measure"}
_PARTS = {"t": "title", "s": "text"}

FORMS: tuple[tuple[str, str], ...] = (
    (r"encoder", "how the whole of it reads"),
    # --- the item: is it sanctions news, at which stage
    (r"w:(.+)", "the word {0}"),
    (r"tw:(.+)", "the word {0} in the title"),
    (r"title with(?:out)? (.+)", "{0} in the title"),
    (r"actors:(\d+)", "states and bodies named: {0!s}"),
    (r"where:(.*)", "measures named in: {0!p}"),
    (r"bare", "there is nothing but a title"),
    (r"places (.)(.)", "title: {0!m}; text: {1!m}"),
    (r"firm in body (\d) .", "sanctions named in the text, times: {0!s}"),
    (r"lead ([ts]) (\d)", "the measure stands in the {0!p}, about word {1!x}"),
    (r"lead (.+)<", "{0} before the measure"),
    (r"lead >(.+)", "{0} behind the measure"),
    # --- what a measure hangs on
    (r"gov word (.*)", "the measure hangs on the word {0}"),
    (r"gov edge (\S+) (.*)", "its clause begins with {0}, and the measure hangs on {1}"),
    (r"gov edge (\S+)", "its clause begins with {0}"),
    (r"gov (\S*)\.(ed|ing|s)", "the measure hangs on {0}, a form in -{1!s}"),
    (r"gov (\S*)\.?", "the measure hangs on {0}"),
    (r"gov (.*)", "around what the measure hangs on: {0!l}"),
    (r"trig (\S+)", "the measure is called {0}"),
    (r"trig \S+ (\S+)", "the measure is followed by {0}"),
    (r"stage (\S*) after (\S+)", "by its grammar it is {0!s}, in a clause that begins with {1}"),
    (r"stage (\S+)", "by its grammar it is {0!s}"),
    (r"stage .*", "its grammar says no stage"),
    (r"does (\S*) plain(?: .*)?", "what happens to the measure: {0!d}"),
    (r"does (\S+) (\S+)(?: .*)?", "what happens to the measure: {0!d}, turned by {1!d}"),
    (r"does .*", "nothing is said to happen to the measure"),
    (r"turns (\S+) (\S*)(?: after .*)?", "{1!d} is turned by {0!d}"),
    (r"turns .*", "nothing turns the sense about"),
    # --- one code: does it issue, is it hit, does it speak
    (r"form:(\S+)", "it is named by {0!f}"),
    (r"form (\S+)", "it is named by {0!f}"),
    (r"form:(\S+) r:(.+)", "it is named by {0!f}, with {1} behind it"),
    (r"form:(\S+) l:(.+)", "it is named by {0!f}, with {1} before it"),
    (r"(?:l|ll):\^", "it opens its sentence"),
    (r"(?:r|rr):\$", "its sentence ends with it"),
    (r"lr:\^ (\S+)", "it opens its sentence, {0} behind it"),
    (r"lr:(\S+) \$", "its sentence ends with it, {0} before it"),
    (r"l:(.+)", "{0} before it"),
    (r"r:(.+)", "{0} behind it"),
    (r"ll:(\S+) (\S+)", "{0!l} {1} before it"),
    (r"rr:(\S+) (\S+)", "{0} {1} behind it"),
    (r"lr:(\S+) (\S+)", "it stands between {0} and {1}"),
    (r"nth:(\d)", "it is name {0!n} of its sentence"),
    (r"order:(\d)", "it is the item's name {0!n}"),
    (r"of:(\d)", "codes named: {0!s}"),
    (r"of several", "the name stands for several"),
    (r"chain", "it is named with others, joined by “and”"),
    (r"opens", "its sentence opens with it"),
    (r"apart", "its sentence names no measure"),
    (r"no trigger", "its sentence names no measure"),
    (r"bias", "what holds of most names"),
    (r"prep:(.+)", "it stands behind {0}"),
    (r"premod.*", "it stands right before the measure, whose own it may be"),
    (r"post of (\S*) .*", "it stands behind a measure that hangs on {0}"),
    (r"post (?:" + _MEASURE + r" )?(\S+) \d", "it stands behind the measure, after {0}"),
    (r"post .*", "it stands behind the measure"),
    (r"subject (\S*)(?: .*)?", "it is the subject of {0}"),
    (r"before (?:near|far) (.+)", "it stands before the measure, {0} behind it"),
    (r"(before|after) (?:near|far|\d)", "it stands {0!s} the measure"),
    (r"(before|after) cues \S+?:(.*)", "it stands {0!s} the measure, between them: {1!l}"),
    (r"(before|after) way \S+?:(.*)", "it stands {0!s} the measure, between them: {1!l}"),
    (r"(before|after) over (.+)", "it stands {0!s} the measure, between them: {1}"),
    (r"after " + _MEASURE + r" then (.+)", "it stands behind the measure, which {0} follows"),
    (r"(before|after) " + _MEASURE + r"(?: \d)?", "it stands {0!s} the measure"),
    (r"code:([A-Z][A-Z0-9_]*)", "what {0!c} mostly does in the news"),
    (r"with:([A-Z][A-Z0-9_]*)", "{0!c} is named beside it"),
    (r"([A-Z][A-Z0-9_]*) with ([A-Z][A-Z0-9_]*)", "what {0!c} mostly does to {1!c}"),
    # --- words by their order, the item again
    (_MEASURE + r"\+(\d):(.+)", "{1}, {0!s} behind the measure"),
    (_MEASURE + r"-(\d):(.+)", "{1}, {0!s} before the measure"),
    (r"(\S+)<" + _MEASURE, "{0} before the measure"),
    (_MEASURE + r">(\S+)", "{0} behind the measure"),
    (r"(\S+) (\S+)", "{0}, then {1}"),
    (r"(\S+)", "{0} is there"),
)
"""Shorthands, the more special ones first. ``!s``: as it stands; the other signs are explained at `_put`."""

_COMPILED = tuple((re.compile(form), say) for form, say in FORMS)
_HOLE = re.compile(r"\{(\d)(?:!(\w))?\}")
_BONES = re.compile(r"([ts])~(.+)")
_PARTED = re.compile(r"([ts])[|:](.+)")
_LED = re.compile(r"lead\|(.*)")
_CODED = re.compile(r"([A-Z][A-Z0-9_]*)\|(.+)")

Named = Callable[[str], str]
"""A code's name in words."""


class Phrasing:
    """Puts features' names into the words of one item: `words` has for each kind of word those that it has of it."""

    def __init__(self, words: Mapping[str, list[str]], named: Named) -> None:
        self._words = words
        self._named = named

    def phrase(self, name: str) -> str:
        """Return what a feature's name says."""
        if match := _LED.fullmatch(name):
            return self.phrase(match[1])
        if match := _BONES.fullmatch(name):
            bones = ", then ".join(map(self._kind, match[2].split(" ")))
            return f"{bones} ({_PARTS[match[1]]})"
        if match := _PARTED.fullmatch(name):
            return f"{self.phrase(match[2])} ({_PARTS[match[1]]})"
        if match := _CODED.fullmatch(name):
            return f"{self._named(match[1])}: {self.phrase(match[2])}"
        for form, say in _COMPILED:
            if match := form.fullmatch(name):
                return self._filled(say, match.groups(default=""))
        return f"[{name}]"

    def _filled(self, say: str, parts: tuple[str, ...]) -> str:
        return _HOLE.sub(lambda hole: self._put(parts[int(hole[1])], hole[2] or ""), say)

    def _put(self, part: str, how: str) -> str:
        """Put a part of a name into words: as it stands, a list of kinds, a place, a form of name, a code ..."""
        match how:
            case "s":
                return part
            case "l":
                return ", ".join(self._kind(kind) for kind in part.split() if kind) or "nothing"
            case "p":
                return " and ".join(_PARTS.get(sign, sign) for sign in part) or "nowhere"
            case "m":
                return _STRENGTHS.get(part, part)
            case "f":
                return _FORMS_OF_NAMES.get(part, part)
            case "c":
                return self._named(part)
            case "n":
                return str(int(part) + 1)
            case "x":
                return str(8 * int(part) + 1)
            case "d":
                return " and ".join(map(self._drift, part.split("+")))
            case _:
                return self._kind(part)

    def _kind(self, kind: str) -> str:
        """Return a kind of word by the item's own words for it."""
        if kind in _SIGNS:
            return _SIGNS[kind]
        found = self._words.get(kind)
        if found is None and re.fullmatch(_MEASURE, kind):
            return "the measure"
        quoted = "/".join(f"“{word}”" for word in (found or [kind])[:SHOWN_WORDS])
        return quoted + ("/…" if found and len(found) > SHOWN_WORDS else "")

    def _drift(self, drift: str) -> str:
        """Return a drift by its name, and by the item's words for it where it has some."""
        found = self._words.get(drift)
        return f"{drift} ({self._kind(drift)})" if found and found != [drift] else drift or "nothing"
