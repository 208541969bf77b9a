"""How wrong a network is while it learns: all heads together, and how far it is from a teacher's opinion."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.learning.heads import HEADS, Heads, Opinion
from bot.ports import Lesson

_SAID = 0.05
"""Label smoothing of stages: annotators differ too."""
_MATTERS = {"relevant": 1.0, "counter": 1.0, "instruments": 5.0, "grounds": 5.0}
"""How much a head of yes and no matters: the more answers it has, the fewer of them are yes."""
_ROLES_MATTER = 3.0
_COOLED = 2.0
"""Stages are compared after both networks' logits were divided by this: what a teacher holds for second best says most
of how it reads (Hinton et al. 2015, "Distilling the knowledge in a neural network")."""
_ALIKE = 5.0
"""How much it matters that each piece is seen as the teacher sees it."""


def total(net: Heads, batch: Sequence[Lesson], opinions: Sequence[Opinion] = ()) -> Any:
    """Return how wrong all heads are together, and how far from a teacher's opinions where there are some."""
    item, seen, held = net.item(batch)
    loss = _yes_or_no(net, "relevant", item, [[float(lesson.relevant)] for lesson in batch])
    loss = loss + _evidence_loss(net, batch, held)
    if opinions:
        loss = loss + _unlike(net, opinions, item, seen, held)
    rows = [row for row, lesson in enumerate(batch) if lesson.lead]
    if not rows:
        return loss
    lines = [(row, batch[row]) for row in rows]
    loss = loss + _lead_loss(net, [lesson.lead or {} for _, lesson in lines], item[rows])
    if opinions:
        loss = loss + _lead_unlike(net, [opinions[row] for row in rows], item[rows])
    return loss + _roles_loss(net, lines, [opinions[row] for row in rows] if opinions else [], item, seen)


def _yes_or_no(net: Heads, head: str, item: Any, told: Any) -> Any:
    """Return how far a head is from what is told, shares of yes."""
    loss = net.torch.nn.functional.binary_cross_entropy_with_logits
    return _MATTERS[head] * loss(net.head(head, item), net.torch.as_tensor(told))


def _lead_loss(net: Heads, leads: Sequence[Mapping[str, Any]], item: Any) -> Any:
    functional = net.torch.nn.functional
    stages = net.torch.tensor([list(net.labels["stage"]).index(lead["stage"]) for lead in leads])
    loss = functional.cross_entropy(net.head("stage", item), stages, label_smoothing=_SAID)
    for head in ("instruments", "grounds", "counter"):
        told = [[float(_holds(lead, head, name)) for name in net.labels[head]] for lead in leads]
        loss = loss + _yes_or_no(net, head, item, told)
    return loss


def _unlike(net: Heads, opinions: Sequence[Opinion], item: Any, seen: Any, held: Any) -> Any:
    """Return how far each item is from the teacher's relevance, and each piece from what the teacher saw in it."""
    torch, functional = net.torch, net.torch.nn.functional
    counts = [len(opinion.evidence) for opinion in opinions]
    mine, weighed = (torch.cat([told[row, :count] for row, count in enumerate(counts)]) for told in (seen, held))
    theirs = torch.cat([opinion.seen.float() for opinion in opinions])
    alike = functional.cosine_similarity(functional.linear(mine, *net.like).float(), theirs, -1)
    shown = torch.cat([opinion.evidence for opinion in opinions]).sigmoid()
    loss = _yes_or_no(net, "relevant", item, torch.stack([each.heads["relevant"] for each in opinions]).sigmoid())
    loss = loss + functional.binary_cross_entropy_with_logits(weighed.float(), shown)
    return loss + _ALIKE * (1 - alike).mean()


def _lead_unlike(net: Heads, opinions: Sequence[Opinion], item: Any) -> Any:
    """Return how far the heads of an action are from the teacher's."""
    functional = net.torch.nn.functional
    told = {head: net.torch.stack([each.heads[head] for each in opinions]) for head in HEADS}
    mine = (net.head("stage", item).float() / _COOLED).log_softmax(-1)
    loss = functional.kl_div(mine, (told["stage"] / _COOLED).softmax(-1), reduction="batchmean") * _COOLED**2
    for head in ("instruments", "grounds", "counter"):
        loss = loss + _yes_or_no(net, head, item, told[head].sigmoid())
    return loss


def _evidence_loss(net: Heads, batch: Sequence[Lesson], held: Any) -> Any:
    torch, functional = net.torch, net.torch.nn.functional
    rows = [(row, lesson) for row, lesson in enumerate(batch) if lesson.evidence]
    if not rows:
        return 0.0
    marked = [(frozenset(lesson.evidence), len(lesson.ids)) for _, lesson in rows]
    told = [float(at in evidence) for evidence, count in marked for at in range(count)]
    asked = torch.cat([held[row, : len(lesson.ids)] for row, lesson in rows])
    return functional.binary_cross_entropy_with_logits(asked, torch.tensor(told))


def _roles_loss(
    net: Heads, rows: Sequence[tuple[int, Lesson]], opinions: Sequence[Opinion], item: Any, seen: Any
) -> Any:
    told = [
        [float(code in (lesson.lead or {}).get(role, ())) for role in net.labels["roles"]]
        for _, lesson in rows
        for code in lesson.codes
    ]
    if not told:
        return 0.0
    torch, functional = net.torch, net.torch.nn.functional
    logits = net.logits_of_roles(rows, item, seen)
    loss = functional.binary_cross_entropy_with_logits(logits, torch.tensor(told))
    if opinions:
        theirs = torch.stack([row for opinion in opinions for row in opinion.roles])
        loss = loss + functional.binary_cross_entropy_with_logits(logits, theirs.sigmoid())
    return _ROLES_MATTER * loss


def _holds(lead: Mapping[str, Any], head: str, name: str) -> bool:
    return bool(lead.get("counter")) if head == "counter" else name in lead.get(head, ())
