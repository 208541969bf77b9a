"""Named features of an item: whether it is sanctions news, and at which stage.

Kinds of token alone and in pairs; the title's and the body's skeleton of cues and actors; for each trigger its
neighbours, its frame (see `page.py`) and the *algebra* of its clause; and once more, by itself, the leading trigger,
which mostly is the news.

Features come with ``t`` (title) or ``s`` (body) before them, and often without, so that what holds for both is
learned from both.
"""

from bot.reading.algebra import sense
from bot.reading.mentions import ACTOR, TRIGGERS, Scan
from bot.reading.page import EDGES, FIRM, REACH, Frame, Page, frame, lead

Features = dict[str, float]


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
            hung = frame(page, scan, at)
            for name in [*_framed(page, scan, at, hung), *_made(page, scan, at, hung)]:
                found[name] = 1.0
                found[f"{part}|{name}"] = 1.0
    _led(found, page)
    found[f"actors:{min(actors, 4)}"] = 1.0
    where = ("t" if any(scan.triggers for scan in page.title) else "") + (
        "s" if any(scan.triggers for scan in page.body) else ""
    )
    found["where:" + where] = 1.0
    if not page.body:
        found["bare"] = 1.0
    return found


def _led(found: Features, page: Page) -> None:
    """Describe the leading trigger by itself: its frame, its clause, its place."""
    leading = lead(page)
    if leading is None:
        return
    part, scan, at = leading
    hung = frame(page, scan, at)
    for name in [*_framed(page, scan, at, hung), *_made(page, scan, at, hung)]:
        found["lead|" + name] = 1.0
    strength = _strength(page.title) + _strength(page.body)
    found["places " + strength] = 1.0
    found[f"lead {part} {min(at // 8, 4)}"] = 1.0
    for kind in scan.kinds[max(0, at - REACH) : at]:
        found[f"lead {kind}<"] = 1.0
    for kind in scan.kinds[at + 1 : at + REACH]:
        found[f"lead >{kind}"] = 1.0
    firm = sum(scan.kinds[at] in FIRM for scan in page.body for at in scan.triggers)
    found[f"firm in body {min(firm, 3)} {strength[0]}"] = 1.0
    for scan in page.title:
        for kind in scan.kinds:
            found[f"title {'with' if part == 't' else 'without'} {kind}"] = 1.0
        for word, kind in zip(scan.words, scan.kinds, strict=True):
            if kind != ACTOR and kind != word:
                found["tw:" + word] = 1.0


def _strength(scans: list[Scan]) -> str:
    """Return how firm the firmest trigger is: the word itself (S), a measure (M), doubtful (m), faint (f), none (-)."""
    kinds = {scan.kinds[at] for scan in scans for at in scan.triggers}
    if not kinds:
        return "-"
    if kinds.isdisjoint(TRIGGERS):
        return "f"
    if "measure" in kinds and not kinds - {"measure", "price_cap", "maybe"}:
        return "M"
    return "S" if kinds != {"maybe"} else "m"


def _skeleton(found: Features, page: Page, part: str, kinds: list[str]) -> None:
    """Describe a sentence by its cues and actors alone, by twos and threes."""
    coarse = page.coarse
    bones = ["^"]
    for kind in kinds:
        drift = coarse.get(kind) or (kind if kind == ACTOR or kind in TRIGGERS or kind in EDGES else "")
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
    for other in kinds[max(0, at - REACH) : at]:
        if drift := page.coarse.get(other):
            found[f"{part}:{drift}<{trigger}"] = 1.0
            found[f"{part}:{other}<trigger"] = 1.0
    for other in kinds[at + 1 : at + 1 + REACH]:
        if drift := page.coarse.get(other):
            found[f"{part}:{trigger}>{drift}"] = 1.0
            found[f"{part}:trigger>{other}"] = 1.0


def _framed(page: Page, scan: Scan, at: int, found: Frame) -> list[str]:
    """Name a trigger's frame, coarsely and finely."""
    kinds = scan.kinds
    trigger = kinds[at]
    after = kinds[at + 1] if at + 1 < len(kinds) else "$"
    drift = page.coarse.get(found.kind, found.kind)
    subject = kinds[found.subject] if found.subject >= 0 else "^"
    actor = "@" if ACTOR in kinds[found.first : at] else ""
    ending = page.grammar.ending(found.word)
    return [
        f"gov {found.kind}",
        f"gov {drift} {trigger}",
        f"gov {found.kind}.{ending}",
        f"gov {found.auxiliaries} {found.kind}",
        f"gov {subject} {found.auxiliaries} {drift}",
        f"gov {subject} {found.kind}",
        f"gov {found.kind} {trigger} {after}",
        f"gov {drift} {actor} {after}",
        f"gov word {found.word}",
        f"gov edge {found.edge} {found.kind}",
        f"trig {scan.words[at]}",
        f"trig {trigger} {after}",
        f"gov {drift} {scan.words[at]}",
        f"gov edge {found.edge}",
    ]


def _made(page: Page, scan: Scan, at: int, hung: Frame) -> list[str]:
    """Name what the stage algebra makes of a trigger."""
    made = sense(page, scan, at, hung)
    edge = "" if hung.edge in {"^", ":"} else f" after {hung.edge}"
    return [
        f"stage {made.stage}",
        f"stage {made.stage}{edge}",
        f"does {made.base} {made.turn}",
        f"does {made.base} {made.turn} {made.how}",
        f"does {made.base} {made.turn} {scan.kinds[at]}",
        f"turns {made.turns} {made.base}",
        f"turns {made.turns} {made.base}{edge}",
    ]
