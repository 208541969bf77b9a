"""What stands on top of a network while it learns: heads. How wrong they are is in `losses.py`.

The same for the encoder (`network.py`) and its teacher (`teacher.py`), which differ below. Each head is one plain
layer, but for the roles, which have two; `bot.reading.encoder` runs the same arithmetic without PyTorch.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.ports import KINDS, OWNERS, Labels, Lesson

HEADS = ("stage", "relevant", "counter", "instruments", "grounds")
"""Heads that judge an item as a whole, and one answer for each label."""
_INNER = 128


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
        self.torch, self.labels, self.width = torch, labels, width
        self.dropped = 0.1
        """What share of all that flows is dropped while learning."""
        self._top: dict[str, Any] = {}
        self.like: list[Any] = []
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
        return [*self._top.values(), *self.like]

    def parameters(self) -> list[Any]:
        """Return all that learns."""
        return [*self.pretrained(), *self.heads()]

    def _linear(self, name: str, wide: int, out: int) -> None:
        plain = self.torch.nn.Linear(wide, out)
        self._top[name + ".w"], self._top[name + ".b"] = plain.weight.detach().T.clone(), plain.bias.detach().clone()

    def _laid_out(self, batch: Sequence[Lesson]) -> Any:
        """Return a batch's ids, segments, kinds, owners and which pieces are real, as tables of one width."""
        torch = self.torch
        longest = max(len(lesson.ids) for lesson in batch)
        told = torch.zeros(5, len(batch), longest, dtype=torch.long)
        for row, lesson in enumerate(batch):
            each = (lesson.ids, lesson.segments, lesson.kinds, lesson.owners, [1] * len(lesson.ids))
            told[:, row, : len(lesson.ids)] = torch.tensor(each)
        return told

    def _known(self, kinds: Any, owners: Any) -> Any:
        """Return what the lexicon knows of each piece: of which kind of name it is part, and whose."""
        embedding = self.torch.nn.functional.embedding
        return embedding(kinds, self._top["kinds"], padding_idx=0) + embedding(
            owners, self._top["owners"], padding_idx=0
        )

    def _drop(self, x: Any) -> Any:
        return self.torch.nn.functional.dropout(x, self.dropped)

    def head(self, name: str, x: Any) -> Any:
        """Return a head's logits, of each row."""
        return self._drop(x) @ self._top[name + ".w"] + self._top[name + ".b"]

    def item(self, batch: Sequence[Lesson]) -> tuple[Any, Any, Any]:
        """Return what stands for each item, for each of its pieces, and how much of the news each piece holds."""
        torch = self.torch
        seen, real = self._run(batch)
        mean = (seen * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        focus = torch.stack([seen[row, list(one.focus) or [0]].mean(0) for row, one in enumerate(batch)])
        held = (seen @ self._top["evidence.w"] + self._top["evidence.b"])[..., 0]
        news = (held.masked_fill(real == 0, -1e9).softmax(1)[..., None] * seen).sum(1)
        return torch.cat([seen[:, 0], mean, focus, news], 1), seen, held

    def logits(self, lesson: Lesson, head: str) -> list[float]:
        """Return what a head of an item says now."""
        with self.torch.no_grad():
            return [float(logit) for logit in self.head(head, self.item([lesson])[0])[0]]

    def role_logits(self, lesson: Lesson) -> list[list[float]]:
        """Return what is said of each code's roles now."""
        with self.torch.no_grad():
            item, seen, _ = self.item([lesson])
            logits: list[list[float]] = self.logits_of_roles([(0, lesson)], item, seen).tolist()
            return logits

    def opinions(self, batch: Sequence[Lesson]) -> list[Opinion]:
        """Return what is said of each lesson now, for another network to learn from."""
        torch = self.torch
        with torch.no_grad():
            item, seen, held = self.item(batch)
            heads = {head: self.head(head, item).float() for head in HEADS}
            roles = iter(self.logits_of_roles(list(enumerate(batch)), item, seen).float() if _codes(batch) else ())
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
        like = self.torch.nn.Linear(self.width, width)
        self.like = [like.weight, like.bias]

    def logits_of_roles(self, rows: Sequence[tuple[int, Lesson]], item: Any, seen: Any) -> Any:
        """Return what is said of each code of the items that stand in these rows."""
        torch, functional = self.torch, self.torch.nn.functional
        own, items = [], []
        for row, lesson in rows:
            for places in lesson.codes.values():
                named = seen[row, list(places)]
                own.append(torch.cat([named.mean(0), named[0], seen[row, 0], item[row, -self.width :]]))
                items.append(row)
        signs = functional.gelu(self.head("roles.in", torch.stack(own)), approximate="tanh").float()
        signs = torch.cat([signs, self._strongest(signs, torch.tensor(items))], 1)
        return signs @ self._top["roles.w"] + self._top["roles.b"]

    def _strongest(self, signs: Any, items: Any) -> Any:
        """Return for each code the strongest signs of all others of its item; nothing where it is alone."""
        torch = self.torch
        others = (items[:, None] == items[None]) & ~torch.eye(len(items), dtype=torch.bool)
        strongest = signs[None].expand(len(items), -1, -1).masked_fill(~others[..., None], -1e4).amax(1)
        return torch.where(others.any(1)[:, None], strongest, torch.zeros_like(strongest))


def _codes(batch: Sequence[Lesson]) -> bool:
    return any(lesson.codes for lesson in batch)
