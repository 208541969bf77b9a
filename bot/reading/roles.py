"""Named features of each code that an item names: issuer, target, speaker.

A candidate is described by how it is named and by its place: what stands before and after, on which side of which
trigger, what lies between, and how it stands to the triggers' frames: subject, premodifier ("US sanctions"), or
behind ("on Iran"). The same with the code before it (``RU|premod 1 0``), for some are known by the role they mostly
play; and by its company.

Names joined by "and" or commas stand in one role, so a mention is described by the edges of the chain it is part of.
"""

from bot.domain import Code
from bot.reading.language import Grammar
from bot.reading.mentions import ACTOR, TRIGGERS, Mention, Scan
from bot.reading.page import EDGES, FIRM, REACH, Page, frame

Features = dict[str, float]


def candidates(page: Page) -> dict[Code, Features]:
    """Describe each code that the item names, in order of first mention."""
    found: dict[Code, Features] = {}
    for part, scan in page.scans():
        chains = _chains(scan, page.grammar)
        for number, mention in enumerate(scan.mentions):
            features = _mention(page, part, scan, mention, chains[number], number)
            keyed = _relations(page, scan, mention, chains[number])
            for name in keyed:
                features[name] = features[f"{part}|{name}"] = 1.0
            keyed.append("form " + mention.form)
            for code in mention.codes:
                found.setdefault(code, {}).update(features)
                for name in keyed:
                    found[code][f"{code}|{name}"] = 1.0
                found[code][f"{part}:code:{code}"] = 1.0
                if len(mention.codes) > 1:
                    found[code]["of several"] = 1.0
    _company(found)
    return found


def _chains(scan: Scan, grammar: Grammar) -> list[tuple[int, int]]:
    """Return for each mention the first and last token of the chain of names it stands in."""
    links = grammar.joints | grammar.articles
    chains: list[list[int]] = []
    spans: list[tuple[int, int]] = []
    last = -9
    for mention in scan.mentions:
        gap = scan.words[last + 1 : mention.at]
        if chains and len(gap) <= 3 and gap and all(word in links for word in gap):
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
        f"form:{mention.form}",
        f"l:{left}",
        f"r:{right}",
        f"ll:{left2} {left}",
        f"rr:{right} {right2}",
        f"lr:{left} {right}",
        f"nth:{min(number, 3)}",
        f"form:{mention.form} r:{right}",
        f"form:{mention.form} l:{left}",
    ]
    if first != last:
        names.append("chain")
    if number == 0 and not any(kind in {"when", "analysis"} for kind in kinds[:first]):
        names.append("opens")
    preposition = next(
        (word for word in reversed(words[max(0, first - 4) : first]) if word in page.grammar.prepositions), ""
    )
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
    triggers = [at for at in scan.triggers if scan.kinds[at] in FIRM] or scan.triggers
    if not triggers:
        return ["apart"]
    at = min(triggers, key=lambda at: first - at if at < first else at - last)
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
        if kind in coarse or kind in TRIGGERS or kind in EDGES or kind == ACTOR or kind in page.grammar.prepositions
    ]
    names = [
        f"{side} {trigger}",
        f"{side} {trigger} {far}",
        f"{side} {far}",
        f"{side} cues {trigger}:{' '.join(cues[:4])}",
    ]
    if len(between) <= 4:
        names.append(f"{side} way {trigger}:{' '.join(between)}")
    if side == "after":
        names.append(f"after {trigger} then {between[0] if between else '='}")
    names += [f"{side} over {kind}" for kind in set(cues)]
    return names


def _relations(page: Page, scan: Scan, mention: Mention, chain: tuple[int, int]) -> list[str]:
    """Name how a mention stands to the frames of its sentence: subject, premodifier, or after the trigger."""
    kinds, words = scan.kinds, scan.words
    names: list[str] = []
    triggers = [at for at in scan.triggers if kinds[at] in FIRM] or scan.triggers
    for at in triggers[:3]:
        found = frame(page, scan, at)
        drift = page.coarse.get(found.kind, found.kind)
        after = kinds[at + 1] if at + 1 < len(kinds) else "$"
        if found.first <= mention.at < at and found.governor != at:
            inside = [other.at for other in scan.mentions if found.first <= other.at < at]
            place = f"{len(inside)} {inside.index(mention.at)}"
            names += [
                f"premod {place}",
                f"premod {place} {kinds[at]} {after}",
                f"premod of {drift}",
                f"premod {kinds[mention.at + 1]}",
            ]
        elif mention.at > at:
            nth = sum(at < other.at < mention.at for other in scan.mentions)
            names += [
                f"post {after} {min(nth, 2)}",
                f"post {kinds[at]} {after} {min(nth, 2)}",
                f"post of {drift} {min(nth, 2)}",
            ]
        elif found.subject >= chain[0] and found.subject - chain[1] <= 3:
            names += [
                f"subject {drift}",
                f"subject {found.kind} {found.auxiliaries}",
                f"subject {kinds[at]}",
                f"subject {drift} {after}",
            ]
        else:
            to_go = "near" if at - mention.at < REACH else "far"
            names += [f"before {to_go}", f"before {to_go} {words[chain[1] + 1] if chain[1] + 1 < len(words) else '$'}"]
    if not triggers:
        names.append("no trigger")
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
