"""What stands on top of a network while it learns: heads, how wrong they are, and how far from a teacher's opinion.

The same for the encoder (`network.py`) and its teacher (`teacher.py`), which differ below. Each head is one plain
layer, but for the roles, which have two; `bot.reading.encoder` runs the same arithmetic without PyTorch.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.ports import KINDS, OWNERS, Labels, Lesson

_INNER = 128
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a teacher says of a lesson, before anything becomes a share."""

    heads: Mapping[str, Any]
    """The logits of each head of an item."""
    roles: Sequence[Any]
    """Of each code, in the lesson's order."""
    evidence: Any
    """Of each piece."""
    seen: Any
    """What stands for each piece after the last layer, at half the digits."""


class Heads(ABC):
    """A network that learns: pieces go through layers of whatever make, and heads stand on what comes out."""

    def __init__(self, torch: Any, labels: Labels, width: int) -> None:
        self._torch, self._labels, self.width = torch, labels, width
        self.dropped = 0.1
        """What share of all that flows is dropped while learning."""
        self._top: dict[str, Any] = {}
        self._like: list[Any] = []
        """What makes its pieces comparable with a teacher's: learned along, and then of no more use."""
        for head, names in labels.items():
            self._linear(head, {"roles": 2 * _INNER, "evidence": width}.get(head, 4 * width), len(names))
        self._linear("roles.in", 4 * width, _INNER)
        # begun small, so that what is pre-trained is not drowned; the first row says that there is nothing to say
        for name, count in (("kinds", KINDS), ("owners", OWNERS)):
            self._top[name] = torch.randn(count, width) * 0.02 * (torch.arange(count) > 0)[:, None]

    @abstractmethod
    def pretrained(self) -> list[Any]:
        """Return what was learned before and goes on learning."""

    @abstractmethod
    def _run(self, batch: Sequence[Lesson]) -> Any:
        """Return what stands for each piece after the last layer, and which pieces are real."""

    def heads(self) -> list[Any]:
        """Return what begins with nothing."""
        return [*self._top.values(), *self._like]

    def parameters(self) -> list[Any]:
        """Return all that learns."""
        return [*self.pretrained(), *self.heads()]

    def _linear(self, name: str, wide: int, out: int) -> None:
        plain = self._torch.nn.Linear(wide, out)
        self._top[name + ".w"], self._top[name + ".b"] = plain.weight.detach().T.clone(), plain.bias.detach().clone()

    def _laid_out(self, batch: Sequence[Lesson]) -> Any:
        """Return a batch's ids, segments, kinds, owners and which pieces are real, as tables of one width."""
        torch = self._torch
        longest = max(len(lesson.ids) for lesson in batch)
        told = torch.zeros(5, len(batch), longest, dtype=torch.long)
        for row, lesson in enumerate(batch):
            each = (lesson.ids, lesson.segments, lesson.kinds, lesson.owners, [1] * len(lesson.ids))
            told[:, row, : len(lesson.ids)] = torch.tensor(each)
        return told

    def _known(self, kinds: Any, owners: Any) -> Any:
        """Return what the lexicon knows of each piece: of which kind of name it is part, and whose."""
        embedding = self._torch.nn.functional.embedding
        return embedding(kinds, self._top["kinds"], padding_idx=0) + embedding(
            owners, self._top["owners"], padding_idx=0
        )

    def _drop(self, x: Any) -> Any:
        return self._torch.nn.functional.dropout(x, self.dropped)

    def _head(self, name: str, x: Any) -> Any:
        return self._drop(x) @ self._top[name + ".w"] + self._top[name + ".b"]

    def _item(self, batch: Sequence[Lesson]) -> tuple[Any, Any, Any]:
        """Return what stands for each item, for each of its pieces, and how much of the news each piece holds."""
        torch = self._torch
        seen, real = self._run(batch)
        mean = (seen * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        focus = torch.stack([seen[row, list(one.focus) or [0]].mean(0) for row, one in enumerate(batch)])
        held = (seen @ self._top["evidence.w"] + self._top["evidence.b"])[..., 0]
        news = (held.masked_fill(real == 0, -1e9).softmax(1)[..., None] * seen).sum(1)
        return torch.cat([seen[:, 0], mean, focus, news], 1), seen, held

    def logits(self, lesson: Lesson, head: str) -> list[float]:
        """Return what a head of an item says now."""
        with self._torch.no_grad():
            return [float(logit) for logit in self._head(head, self._item([lesson])[0])[0]]

    def role_logits(self, lesson: Lesson) -> list[list[float]]:
        """Return what is said of each code's roles now."""
        with self._torch.no_grad():
            item, seen, _ = self._item([lesson])
            logits: list[list[float]] = self._role_logits([(0, lesson)], item, seen).tolist()
            return logits

    def opinions(self, batch: Sequence[Lesson]) -> list[Opinion]:
        """Return what is said of each lesson now, for another network to learn from."""
        torch = self._torch
        with torch.no_grad():
            item, seen, held = self._item(batch)
            heads = {head: self._head(head, item).float() for head in ("stage", *_MATTERS)}
            roles = iter(self._role_logits(list(enumerate(batch)), item, seen).float() if _codes(batch) else ())
            return [
                Opinion(
                    heads={head: told[row] for head, told in heads.items()},
                    roles=[next(roles) for _ in lesson.codes],
                    evidence=held[row, : len(lesson.ids)].float(),
                    seen=seen[row, : len(lesson.ids)].half(),
                )
                for row, lesson in enumerate(batch)
            ]

    def follow(self, width: int) -> None:
        """Get ready to learn from a teacher whose layers are so wide."""
        like = self._torch.nn.Linear(self.width, width)
        self._like = [like.weight, like.bias]

    def loss(self, batch: Sequence[Lesson], opinions: Sequence[Opinion] = ()) -> Any:
        """Return how wrong all heads are together, and how far from a teacher's opinions where there are some."""
        item, seen, held = self._item(batch)
        loss = self._yes_or_no("relevant", item, [[float(lesson.relevant)] for lesson in batch])
        loss = loss + self._evidence_loss(batch, held)
        if opinions:
            loss = loss + self._unlike(opinions, item, seen, held)
        rows = [row for row, lesson in enumerate(batch) if lesson.lead]
        if not rows:
            return loss
        lines = [(row, batch[row]) for row in rows]
        loss = loss + self._lead_loss([lesson.lead or {} for _, lesson in lines], item[rows])
        if opinions:
            loss = loss + self._lead_unlike([opinions[row] for row in rows], item[rows])
        return loss + self._roles_loss(lines, [opinions[row] for row in rows] if opinions else [], item, seen)

    def _yes_or_no(self, head: str, item: Any, told: Any) -> Any:
        """Return how far a head is from what is told, shares of yes."""
        loss = self._torch.nn.functional.binary_cross_entropy_with_logits
        return _MATTERS[head] * loss(self._head(head, item), self._torch.as_tensor(told))

    def _lead_loss(self, leads: Sequence[Mapping[str, Any]], item: Any) -> Any:
        functional = self._torch.nn.functional
        stages = self._torch.tensor([list(self._labels["stage"]).index(lead["stage"]) for lead in leads])
        loss = functional.cross_entropy(self._head("stage", item), stages, label_smoothing=_SAID)
        for head in ("instruments", "grounds", "counter"):
            told = [[float(_holds(lead, head, name)) for name in self._labels[head]] for lead in leads]
            loss = loss + self._yes_or_no(head, item, told)
        return loss

    def _unlike(self, opinions: Sequence[Opinion], item: Any, seen: Any, held: Any) -> Any:
        """Return how far each item is from the teacher's relevance, and each piece from what the teacher saw in it."""
        torch, functional = self._torch, self._torch.nn.functional
        counts = [len(opinion.evidence) for opinion in opinions]
        mine, weighed = (torch.cat([told[row, :count] for row, count in enumerate(counts)]) for told in (seen, held))
        theirs = torch.cat([opinion.seen.float() for opinion in opinions])
        alike = functional.cosine_similarity(functional.linear(mine, *self._like).float(), theirs, -1)
        shown = torch.cat([opinion.evidence for opinion in opinions]).sigmoid()
        loss = self._yes_or_no("relevant", item, torch.stack([each.heads["relevant"] for each in opinions]).sigmoid())
        loss = loss + functional.binary_cross_entropy_with_logits(weighed.float(), shown)
        return loss + _ALIKE * (1 - alike).mean()

    def _lead_unlike(self, opinions: Sequence[Opinion], item: Any) -> Any:
        """Return how far the heads of an action are from the teacher's."""
        functional = self._torch.nn.functional
        told = {head: self._torch.stack([each.heads[head] for each in opinions]) for head in ("stage", *_MATTERS)}
        mine = (self._head("stage", item).float() / _COOLED).log_softmax(-1)
        loss = functional.kl_div(mine, (told["stage"] / _COOLED).softmax(-1), reduction="batchmean") * _COOLED**2
        for head in ("instruments", "grounds", "counter"):
            loss = loss + self._yes_or_no(head, item, told[head].sigmoid())
        return loss

    def _evidence_loss(self, batch: Sequence[Lesson], held: Any) -> Any:
        torch, functional = self._torch, self._torch.nn.functional
        rows = [(row, lesson) for row, lesson in enumerate(batch) if lesson.evidence]
        if not rows:
            return 0.0
        marked = [(frozenset(lesson.evidence), len(lesson.ids)) for _, lesson in rows]
        told = [float(at in evidence) for evidence, count in marked for at in range(count)]
        asked = torch.cat([held[row, : len(lesson.ids)] for row, lesson in rows])
        return functional.binary_cross_entropy_with_logits(asked, torch.tensor(told))

    def _roles_loss(self, rows: Sequence[tuple[int, Lesson]], opinions: Sequence[Opinion], item: Any, seen: Any) -> Any:
        told = [
            [float(code in (lesson.lead or {}).get(role, ())) for role in self._labels["roles"]]
            for _, lesson in rows
            for code in lesson.codes
        ]
        if not told:
            return 0.0
        torch, functional = self._torch, self._torch.nn.functional
        logits = self._role_logits(rows, item, seen)
        loss = functional.binary_cross_entropy_with_logits(logits, torch.tensor(told))
        if opinions:
            theirs = torch.stack([row for opinion in opinions for row in opinion.roles])
            loss = loss + functional.binary_cross_entropy_with_logits(logits, theirs.sigmoid())
        return _ROLES_MATTER * loss

    def _role_logits(self, rows: Sequence[tuple[int, Lesson]], item: Any, seen: Any) -> Any:
        """Return what is said of each code of the items that stand in these rows."""
        torch, functional = self._torch, self._torch.nn.functional
        own, items = [], []
        for row, lesson in rows:
            for places in lesson.codes.values():
                named = seen[row, list(places)]
                own.append(torch.cat([named.mean(0), named[0], seen[row, 0], item[row, -self.width :]]))
                items.append(row)
        signs = functional.gelu(self._head("roles.in", torch.stack(own)), approximate="tanh").float()
        signs = torch.cat([signs, self._strongest(signs, torch.tensor(items))], 1)
        return signs @ self._top["roles.w"] + self._top["roles.b"]

    def _strongest(self, signs: Any, items: Any) -> Any:
        """Return for each code the strongest signs of all others of its item; nothing where it is alone."""
        torch = self._torch
        others = (items[:, None] == items[None]) & ~torch.eye(len(items), dtype=torch.bool)
        strongest = signs[None].expand(len(items), -1, -1).masked_fill(~others[..., None], -1e4).amax(1)
        return torch.where(others.any(1)[:, None], strongest, torch.zeros_like(strongest))


def _codes(batch: Sequence[Lesson]) -> bool:
    return any(lesson.codes for lesson in batch)


def _holds(lead: Mapping[str, Any], head: str, name: str) -> bool:
    return bool(lead.get("counter")) if head == "counter" else name in lead.get(head, ())
