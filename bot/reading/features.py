"""Named features of an item and of each code that it names: what the linear model weighs.

Two kinds of case are described. The *item* (is it sanctions news, at which stage?) by its kinds of token: alone, in pairs, as
a skeleton of cues only, and around each trigger. Each *candidate* code (is it an issuer, a target, the speaker?) by how it is
named and by its place: what stands before and after, on which side of which trigger, and what lies between.

Names joined by "and" or commas stand in one role, so a mention is described by the edges of the chain it is part of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain import Code, Item
from bot.lexicon import Lexicon
from bot.reading.mentions import ACTOR, TRIGGERS, Mention, Scan, scanner
from bot.reading.text import sentences

Features = dict[str, float]
_FIRM = frozenset({"sanction.n", "sanction.v", "sanction.p", "measure"})
_EDGES = frozenset({"when", "amid", "who", ":", ";", ".", "?", "!"})
"""What begins a clause of its own: no cue works across it."""
_BASES = frozenset({"impose", "hold", "ease", "block", "enforce", "evade", "approve"})
_TURNS = frozenset({"not", "hedge", "call", "condemn"})
_REACH = 8
"""How many tokens a cue may stand from its trigger."""


@dataclass(slots=True)
class Page:
    """An item scanned: its title, and what follows it."""

    item: Item
    title: list[Scan]
    body: list[Scan]
    prepositions: frozenset[str]
    joints: frozenset[str]
    coarse: Mapping[str, str]

    def scans(self) -> Iterable[tuple[str, Scan]]:
        """Yield each sentence with ``t`` for the title or ``s`` for what follows."""
        for scan in self.title:
            yield "t", scan
        for scan in self.body:
            yield "s", scan


def page(item: Item, lexicon: Lexicon) -> Page:
    """Scan an item's title and summary."""
    day: date | None = item.date.date() if item.date else None
    machine = scanner(lexicon)
    scan = machine.scan
    title: list[Scan] = []
    body: list[Scan] = []
    for sentence in sentences(item):
        if sentence.part == "title":
            title.append(scan(sentence, day))
        elif sentence.part == "summary":
            body.append(scan(sentence, day))
    grammar: Mapping[str, list[str]] = lexicon.language.get("grammar", {})
    return Page(item, title, body, frozenset(grammar.get("prepositions", ())), frozenset(grammar.get("joints", ())), machine.coarse)


def item_features(page: Page) -> Features:
    """Describe the item."""
    found: Features = {}
    actors = 0
    for part, scan in page.scans():
        kinds = scan.kinds
        actors += len(scan.mentions)
        before = "^"
        for kind in kinds:
            found[f"{part}:{kind}"] = 1.0
            found[f"{kind}"] = 1.0
            found[f"{part}:{before} {kind}"] = 1.0
            found[f"{before} {kind}"] = 1.0
            before = kind
        for word, kind in zip(scan.words, kinds, strict=True):
            if word != kind and kind != ACTOR:
                found["w:" + word] = 1.0
        _skeleton(found, page, part, kinds)
        for at in scan.triggers:
            _around(found, page, part, scan, at)
            _algebra(found, page, part, scan, at)
    found[f"actors:{min(actors, 4)}"] = 1.0
    where = ("t" if any(scan.triggers for scan in page.title) else "") + ("s" if any(scan.triggers for scan in page.body) else "")
    found["where:" + where] = 1.0
    if not page.body:
        found["bare"] = 1.0
    return found


def _skeleton(found: Features, page: Page, part: str, kinds: list[str]) -> None:
    """Describe a sentence by its cues and actors alone, by twos and threes."""
    coarse = page.coarse
    bones = ["^"]
    for kind in kinds:
        drift = coarse.get(kind) or (kind if kind == ACTOR or kind in TRIGGERS or kind in _EDGES else "")
        if drift and not (drift == ACTOR and bones[-1] == ACTOR):
            bones.append(drift)
    bones.append("$")
    for at in range(len(bones) - 1):
        found[f"{part}~{bones[at]} {bones[at + 1]}"] = 1.0
        if at:
            found[f"{part}~{bones[at - 1]} {bones[at]} {bones[at + 1]}"] = 1.0


def _around(found: Features, page: Page, part: str, scan: Scan, at: int) -> None:
    """Describe a trigger's surroundings: neighbours by place, cues by side."""
    kinds, trigger = scan.kinds, scan.kinds[at]
    for step in (-3, -2, -1, 1, 2, 3):
        other = kinds[at + step] if 0 <= at + step < len(kinds) else "^"
        found[f"{trigger}{step:+d}:{other}"] = 1.0
        if abs(step) < 3:
            found[f"{part}:{trigger}{step:+d}:{other}"] = 1.0
    for other in kinds[max(0, at - _REACH) : at]:
        if drift := page.coarse.get(other):
            found[f"{part}:{drift}<{trigger}"] = 1.0
            found[f"{part}:{other}<trigger"] = 1.0
    for other in kinds[at + 1 : at + 1 + _REACH]:
        if drift := page.coarse.get(other):
            found[f"{part}:{trigger}>{drift}"] = 1.0
            found[f"{part}:trigger>{other}"] = 1.0


def _algebra(found: Features, page: Page, part: str, scan: Scan, at: int) -> None:
    """Name what the trigger's clause does with it: the nearest base cue, and what turns that cue about.

    The clause ends at the nearest edge on either side. "refuses to ease" is ``not+ease``, "weighs easing" ``hedge+ease``.
    """
    kinds, coarse = scan.kinds, page.coarse
    start = at
    while start and kinds[start - 1] not in _EDGES:
        start -= 1
    stop = at + 1
    while stop < len(kinds) and kinds[stop] not in _EDGES:
        stop += 1
    edge = kinds[start - 1] if start else "^"
    base, where = "", at
    if kinds[at] == "sanction.v":
        base = "impose"
    else:
        for step in [*range(at - 1, start - 1, -1), *range(at + 1, stop)]:
            drift = coarse.get(kinds[step], "")
            if drift in _BASES:
                base, where = drift, step
                break
    before = kinds[start : min(where, at)]
    turns = sorted({drift for kind in before if (drift := coarse.get(kind, "")) in _TURNS})
    if base and where > at:
        turns += ["'" + drift for kind in kinds[at + 1 : where] if (drift := coarse.get(kind, "")) in _TURNS]
    does = "+".join([*turns, base or "-"])
    who = "@" if ACTOR in before else ""
    whom = "@" if ACTOR in kinds[at + 1 : stop] else ""
    side = "" if where == at else ("L" if where < at else "R")
    word = scan.words[where] if base else ""
    ending = "ed" if word.endswith("ed") else "ing" if word.endswith("ing") else "s" if word.endswith("s") else ""
    to = "to " if base and where and scan.words[where - 1] == "to" else ""
    for name in (
        f"does {does}", f"edge {edge}", f"edge {edge} does {does}", f"does {does}{side}", f"{kinds[at]} does {does}",
        f"does {who} {does} {whom}", f"does {to}{does}.{ending}",
    ):  # fmt: skip
        found[f"{part}|{name}"] = 1.0
        found[name] = 1.0


# --- candidates -----------------------------------------------------------------------------------------------------


def candidates(page: Page) -> dict[Code, Features]:
    """Describe each code that the item names, in order of first mention."""
    found: dict[Code, Features] = {}
    for part, scan in page.scans():
        chains = _chains(scan, page.joints)
        for number, mention in enumerate(scan.mentions):
            features = _mention(page, part, scan, mention, chains[number], number)
            for code in mention.codes:
                found.setdefault(code, {}).update(features)
                found[code][f"{part}:code:{code}"] = 1.0
                if len(mention.codes) > 1:
                    found[code]["of several"] = 1.0
    _company(found)
    return found


def _chains(scan: Scan, joints: frozenset[str]) -> list[tuple[int, int]]:
    """Return for each mention the first and last token of the chain of names it stands in."""
    chains: list[list[int]] = []
    spans: list[tuple[int, int]] = []
    last = -9
    for mention in scan.mentions:
        gap = scan.words[last + 1 : mention.at]
        if chains and len(gap) <= 3 and gap and all(word in joints or word == "the" for word in gap):
            spans[-1] = (spans[-1][0], mention.at)
        else:
            chains.append([])
            spans.append((mention.at, mention.at))
        chains[-1].append(mention.at)
        last = mention.at
    return [span for chain, span in zip(chains, spans, strict=True) for _ in chain]


def _mention(page: Page, part: str, scan: Scan, mention: Mention, chain: tuple[int, int], number: int) -> Features:
    """Describe one mention: its form, its neighbours, and its way to the nearest trigger."""
    kinds, words = scan.kinds, scan.words
    first, last = chain
    left, right = (kinds[first - 1] if first else "^"), (kinds[last + 1] if last + 1 < len(kinds) else "$")
    left2 = kinds[first - 2] if first > 1 else "^"
    right2 = kinds[last + 2] if last + 2 < len(kinds) else "$"
    names = [
        f"form:{mention.form}", f"l:{left}", f"r:{right}", f"ll:{left2} {left}", f"rr:{right} {right2}", f"lr:{left} {right}",
        f"nth:{min(number, 3)}", f"form:{mention.form} r:{right}", f"form:{mention.form} l:{left}",
    ]  # fmt: skip
    if first != last:
        names.append("chain")
    if number == 0 and not any(kind in {"when", "analysis"} for kind in kinds[:first]):
        names.append("opens")
    preposition = next((word for word in reversed(words[max(0, first - 4) : first]) if word in page.prepositions), "")
    if preposition:
        names.append(f"prep:{preposition}")
    names += _way(page, scan, first, last)
    found: Features = {}
    for name in names:
        found[name] = 1.0
        found[f"{part}|{name}"] = 1.0
    return found


def _way(page: Page, scan: Scan, first: int, last: int) -> list[str]:
    """Name the way from a mention to the nearest trigger; firm triggers count before doubtful ones."""
    triggers = [at for at in scan.triggers if scan.kinds[at] in _FIRM] or scan.triggers
    if not triggers:
        return ["apart"]
    at = min(triggers, key=lambda at: (first - at if at < first else at - last))
    kinds, trigger = scan.kinds, scan.kinds[at]
    if at > last:
        side, between = "before", kinds[last + 1 : at]
    else:
        side, between = "after", kinds[at + 1 : first]
    far = min(len(between), 8) if len(between) < 4 else (4 if len(between) < 7 else 8)
    coarse = page.coarse
    cues = [
        coarse.get(kind, kind)
        for kind in between
        if kind in coarse or kind in TRIGGERS or kind in _EDGES or kind == ACTOR or kind in page.prepositions
    ]
    names = [f"{side} {trigger}", f"{side} {trigger} {far}", f"{side} {far}", f"{side} cues {trigger}:{' '.join(cues[:4])}"]
    if len(between) <= 4:
        names.append(f"{side} way {trigger}:{' '.join(between)}")
    if side == "after":
        names.append(f"after {trigger} then {between[0] if between else '='}")
    names += [f"{side} over {kind}" for kind in set(cues)]
    return names


def _company(found: dict[Code, Features]) -> None:
    """Describe each candidate by the others."""
    codes = list(found)
    for at, code in enumerate(codes):
        features = found[code]
        features[f"order:{min(at, 3)}"] = 1.0
        features[f"of:{min(len(codes), 5)}"] = 1.0
        features["code:" + code] = 1.0
        for other in codes:
            if other != code:
                features["with:" + other] = 1.0
                features[f"{code} with {other}"] = 1.0
        features["bias"] = 1.0
