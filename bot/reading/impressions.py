"""Impressions for learning: what encoders say of items that they were not trained on, and how far to trust them.

An encoder knows its lessons by heart, so what it says of them teaches nothing about it. For learning how to blend it
with the features, as many encoders are trained as there are folds, each without one fold's outlets, and each item is
looked at by the one that never saw its outlet. The one that is shipped is trained on all.
"""

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
_WRITTEN = 0.1
"""How much an item that was written to teach matters here, beside one that is news. What is asked is how far to trust
each of the two about news; of lessons the features know more than of news, as they have learned from more like them."""


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
        written=labelled.given,
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
    matters: dict[str, list[float]] = {head: [] for head in cases}
    for look, labelled in zip(looks, told, strict=True):
        for head, own, other, yes in _compared(look, labelled):
            cases[head].append(({FEATURES: own, ENCODER: other}, word(yes=yes)))
            matters[head].append(_WRITTEN if labelled.given else 1.0)
    return [
        row
        for head, asked in cases.items()
        for row in fit_head(fit, head + judging.BLEND, asked, _STRENGTH, weights=matters[head])
    ]


def _compared(look: Look, labelled: Labelled) -> Iterator[tuple[str, float, float, bool]]:
    """Yield each question of a head with what the features and the encoder say, as logits, and the right answer."""
    impression = look.impression
    if impression is None:
        return
    if look.relevant > LOOKED_AT:
        yield RELEVANT, look.relevant, impression.item[RELEVANT][YES], labelled.relevant
    if not labelled.actions:
        return
    lead = labelled.actions[0]
    yield COUNTER, look.counter, impression.item[COUNTER][YES], bool(lead.get(COUNTER))
    for stage, (own, other) in judging.stage_logits(look.stages, impression).items():
        yield STAGE, own, other, stage == lead[STAGE]
    for role in ROLES:
        for code, logit in look.roles[role].items():
            if code in impression.roles[role]:
                yield role, logit, impression.roles[role][code], code in lead.get(role, ())
