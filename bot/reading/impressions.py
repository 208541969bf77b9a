"""Impressions for learning: what encoders say of items that they were not trained on, and how far to trust them.

An encoder knows its lessons by heart, so what it says of them teaches nothing about it. For learning how to blend it
with the features, as many encoders are trained as there are folds, each without one fold's outlets, and each item is
looked at by the one that never saw its outlet. The one that is shipped is trained on all.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bot.domain import Item, Stage
from bot.lexicon import Lexicon
from bot.ports import Labels, Lesson, Trainer
from bot.reading import judging
from bot.reading.encoder import Encoder, Impression
from bot.reading.judging import COUNTER, ENCODER, FEATURES, LOOKED_AT, RELEVANT, ROLES, STAGE, YES, Look
from bot.reading.page import page
from bot.reading.pieces import Cut, Pieces
from bot.reading.teaching import Features, Fit, Labelled, Row, fit_head, word

FOLDS = 3
"""Encoders that are trained for figures; each costs minutes."""
_STRENGTH = 1.0
_FLATTENED = 0.4
"""How much of the difference between frequent and rare stages is taken out of what the encoder says: the mix of its
lessons is no law, and who waits for a veto wants to be told of it. At 0.4 not an item is lost over unseen outlets, and
the mean of the stages' recalls rises by half a point."""


def labels(lexicon: Lexicon) -> Labels:
    """Return the heads of an encoder with what each may answer."""
    return {
        RELEVANT: [YES],
        COUNTER: [YES],
        STAGE: [str(stage) for stage in Stage],
        "instruments": sorted(lexicon.seeds["instruments"]),
        "grounds": sorted(lexicon.seeds["grounds"]),
        "roles": list(ROLES),
        "evidence": [YES],
    }


def trained(items: Sequence[Labelled], lexicon: Lexicon, trainer: Trainer, progress: Callable[[str], None]) -> bytes:
    """Train an encoder on items."""
    pieces = Pieces(trainer.vocabulary())
    return trainer.train([lesson(labelled, lexicon, pieces) for labelled in items], labels(lexicon), progress)


def lesson(labelled: Labelled, lexicon: Lexicon, pieces: Pieces) -> Lesson:
    """Return an item as an encoder is taught with it."""
    cut = pieces.cut(page(labelled.item, lexicon))
    lead = labelled.actions[0] if labelled.actions else None
    return Lesson(
        ids=cut.ids,
        segments=cut.segments,
        kinds=cut.kinds,
        owners=cut.owners,
        focus=list(cut.focus),
        codes=cut.codes,
        relevant=labelled.relevant,
        lead=lead,
        evidence=_evidence(labelled.item, cut, str((lead or {}).get("evidence", ""))),
    )


def _evidence(item: Item, cut: Cut, quote: str) -> list[int]:
    """Return the pieces of the words that an annotator quoted."""
    spans = {part: (at, at + len(quote)) for part, text in _parts(item) if quote and (at := text.find(quote)) >= 0}
    return [
        at
        for word in cut.words
        if word.part in spans and spans[word.part][0] <= word.start < spans[word.part][1]
        for at in range(word.first, word.behind)
    ]


def _parts(item: Item) -> Iterator[tuple[str, str]]:
    yield "title", item.title
    yield "summary", item.summary
    yield "text", item.text


def impressions(
    items: Sequence[Labelled],
    folds: Sequence[int],
    lexicon: Lexicon,
    trainer: Trainer,
    progress: Callable[[str], None],
) -> list[Impression]:
    """Return what is said of each item by an encoder that was trained on the other folds."""
    found: dict[int, Impression] = {}
    for fold in sorted(set(folds)):
        others = [labelled for labelled, own in zip(items, folds, strict=True) if own != fold]
        encoder = Encoder(trained(others, lexicon, trainer, progress))
        for at, labelled in enumerate(items):
            if folds[at] == fold:
                found[at] = encoder.look(page(labelled.item, lexicon))
    return [found[at] for at in range(len(items))]


def blends(looks: Sequence[Look], told: Sequence[Labelled], fit: Fit) -> list[Row]:
    """Learn how far each head's features and the encoder are to be trusted, from looks that neither was taught."""
    cases: dict[str, list[tuple[Features, str]]] = {head: [] for head in (RELEVANT, COUNTER, STAGE, *ROLES)}
    for look, labelled in zip(looks, told, strict=True):
        impression = look.impression
        if impression is None:
            continue
        if look.relevant > LOOKED_AT:
            cases[RELEVANT].append(_case(look.relevant, impression.item[RELEVANT][YES], yes=labelled.relevant))
        if not labelled.actions:
            continue
        lead = labelled.actions[0]
        cases[COUNTER].append(_case(look.counter, impression.item[COUNTER][YES], yes=bool(lead.get(COUNTER))))
        for stage, (own, other) in judging.stage_logits(look.stages, impression).items():
            cases[STAGE].append(_case(own, other, yes=stage == lead[STAGE]))
        for role in ROLES:
            for code, logit in look.roles[role].items():
                if code in impression.roles[role]:
                    yes = code in lead.get(role, ())
                    cases[role].append(_case(logit, impression.roles[role][code], yes=yes))
    rows = [row for head, asked in cases.items() for row in fit_head(fit, head + judging.BLEND, asked, _STRENGTH)]
    for row in rows:
        if row["head"] == STAGE + judging.BLEND:
            row["weights"] |= _lifts(
                [str(one.actions[0][STAGE]) for one in told if one.actions], row["weights"][ENCODER]
            )
    return rows


def _lifts(stages: Sequence[str], trust: float) -> dict[str, float]:
    """Return for each stage what makes up for how rare it was among the encoder's lessons."""
    return {
        stage: -_FLATTENED * trust * math.log(count / len(stages)) for stage, count in sorted(Counter(stages).items())
    }


def _case(features: float, encoder: float, *, yes: bool) -> tuple[Features, str]:
    return {FEATURES: features, ENCODER: encoder}, word(yes=yes)
