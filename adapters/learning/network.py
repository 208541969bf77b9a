"""The encoder while it learns: the arithmetic of `bot.reading.encoder.Encoder` over batches, with what is wrong in it.

The pre-trained part is some layers of all-MiniLM-L6-v2; its words and places stay as they are, for a few thousand
items would only spoil them. Above it, each head is one plain layer, but for the roles, which have two.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.ports import KINDS, OWNERS, Labels, Lesson

_LAYERS = (0, 1, 2, 3, 4, 5)
"""Which layers of the pre-trained six are kept: depth matters more than width (see `docs/design.md`)."""
_WIDTH, _INNER, _HEAD = 384, 128, 32
_KEPT_HEADS, _KEPT_UNITS = 8, 256
"""Heads of attention, of 12, and inner units, of 1,536, that are kept in each layer: the rest say little of news, and
would more than double the time."""
_SAID = 0.05
"""Label smoothing of stages: annotators differ too."""


class Net:
    """The network while it learns: the same arithmetic as `bot.reading.encoder.Encoder`, over batches."""

    def __init__(self, torch: Any, folder: Path, labels: Labels) -> None:
        from safetensors.torch import load_file

        self._torch, self._labels = torch, labels
        self.dropped = 0.1
        """What share of all that flows is dropped while learning."""
        told = load_file(folder / "model.safetensors")
        told = {name.removeprefix("bert."): tensor.float() for name, tensor in told.items()}
        self._words = told["embeddings.word_embeddings.weight"]
        rest = {
            "places": told["embeddings.position_embeddings.weight"][:128],
            "segments": told["embeddings.token_type_embeddings.weight"],
            "norm.w": told["embeddings.LayerNorm.weight"],
            "norm.b": told["embeddings.LayerNorm.bias"],
        }
        self._layers = [_layer(told, at) for at in _LAYERS]
        self._rest = {name: tensor.clone() for name, tensor in rest.items()}
        self._top: dict[str, Any] = {}
        for head, names in labels.items():
            self._linear(head, {"roles": 2 * _INNER, "evidence": _WIDTH}.get(head, 4 * _WIDTH), len(names))
        self._linear("roles.in", 4 * _WIDTH, _INNER)
        # begun small, so that what is pre-trained is not drowned; the first row says that there is nothing to say
        for name, count in (("kinds", KINDS), ("owners", OWNERS)):
            self._top[name] = torch.randn(count, _WIDTH) * 0.02 * (torch.arange(count) > 0)[:, None]
        for tensor in self.parameters():
            tensor.requires_grad_(requires_grad=True)

    def _linear(self, name: str, wide: int, out: int) -> None:
        plain = self._torch.nn.Linear(wide, out)
        self._top[name + ".w"], self._top[name + ".b"] = plain.weight.detach().T.clone(), plain.bias.detach().clone()

    def pretrained(self) -> list[Any]:
        """Return what was learned before; words and places stay as they are."""
        norms = [self._rest["segments"], self._rest["norm.w"], self._rest["norm.b"]]
        return [*norms, *(tensor for layer in self._layers for tensor in layer.values())]

    def heads(self) -> list[Any]:
        """Return what begins with nothing."""
        return list(self._top.values())

    def parameters(self) -> list[Any]:
        """Return all that learns."""
        return [*self.pretrained(), *self.heads()]

    def mix(self, others: Sequence["Net"]) -> None:
        """Become the mean of itself and others that had the same beginning."""
        with self._torch.no_grad():
            for each in zip(*(net.parameters() for net in (self, *others)), strict=True):
                each[0].copy_(self._torch.stack(each).mean(0))

    def slim(self, lessons: Sequence[Lesson]) -> None:
        """Keep of each layer the heads and inner units that say most of some lessons; before anything is learned."""
        torch, dropped = self._torch, self.dropped
        self.dropped = 0.0
        with torch.no_grad():
            x, real = self._begun(lessons)
            mask, counts = real.bool()[:, None, None, :], real[..., None]
            for layer in self._layers:
                looked = self._looked(x, layer, mask)
                x = self._attended(x, looked, layer)
                inner = self._inner(x, layer)
                x = self._closed(x, inner, layer)
                says = (looked * counts).abs().sum((0, 1)) * layer["out.w"].norm(dim=1)
                heads = _loudest(says.view(-1, _HEAD).sum(1), _KEPT_HEADS)
                _cut(layer, ("query", "key", "value"), "out", (heads[:, None] * _HEAD + torch.arange(_HEAD)).flatten())
                says = (inner * counts).abs().sum((0, 1)) * layer["down.w"].norm(dim=1)
                _cut(layer, ("up",), "down", _loudest(says, _KEPT_UNITS))
        self.dropped = dropped

    def _begun(self, batch: Sequence[Lesson]) -> Any:
        """Return what stands for each piece before the first layer, and which pieces are real."""
        torch, functional = self._torch, self._torch.nn.functional
        longest = max(len(lesson.ids) for lesson in batch)
        ids, segments, kinds, owners, real = (torch.zeros(len(batch), longest, dtype=torch.long) for _ in range(5))
        for row, lesson in enumerate(batch):
            count = len(lesson.ids)
            ids[row, :count], real[row, :count] = torch.tensor(lesson.ids), 1
            segments[row, :count] = torch.tensor(lesson.segments)
            kinds[row, :count], owners[row, :count] = torch.tensor(lesson.kinds), torch.tensor(lesson.owners)
        rest = self._rest
        x = self._words[ids] + rest["places"][:longest] + rest["segments"][segments]
        for name, of in (("kinds", kinds), ("owners", owners)):
            x = x + functional.embedding(of, self._top[name], padding_idx=0)
        return self._drop(functional.layer_norm(x, (_WIDTH,), rest["norm.w"], rest["norm.b"], 1e-12)), real

    def _run(self, batch: Sequence[Lesson]) -> Any:
        x, real = self._begun(batch)
        mask = real.bool()[:, None, None, :]
        for layer in self._layers:
            x = self._attended(x, self._looked(x, layer, mask), layer)
            x = self._closed(x, self._inner(x, layer), layer)
        return x, real

    def _drop(self, x: Any) -> Any:
        return self._torch.nn.functional.dropout(x, self.dropped)

    def _looked(self, x: Any, layer: Mapping[str, Any], mask: Any) -> Any:
        """Return what each head of attention saw, side by side."""
        functional, (many, longest, _) = self._torch.nn.functional, x.shape
        query, key, value = (
            (x @ layer[f"{name}.w"] + layer[f"{name}.b"]).view(many, longest, -1, _HEAD).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=self.dropped)
        return seen.transpose(1, 2).reshape(many, longest, -1)

    def _attended(self, x: Any, looked: Any, layer: Mapping[str, Any]) -> Any:
        seen = self._drop(looked @ layer["out.w"] + layer["out.b"])
        return self._torch.nn.functional.layer_norm(x + seen, (_WIDTH,), layer["norm1.w"], layer["norm1.b"], 1e-12)

    def _inner(self, x: Any, layer: Mapping[str, Any]) -> Any:
        return self._torch.nn.functional.gelu(x @ layer["up.w"] + layer["up.b"], approximate="tanh")

    def _closed(self, x: Any, inner: Any, layer: Mapping[str, Any]) -> Any:
        inner = self._drop(inner @ layer["down.w"] + layer["down.b"])
        return self._torch.nn.functional.layer_norm(x + inner, (_WIDTH,), layer["norm2.w"], layer["norm2.b"], 1e-12)

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

    def loss(self, batch: Sequence[Lesson]) -> Any:
        """Return how wrong all heads are together."""
        torch, functional = self._torch, self._torch.nn.functional
        item, seen, held = self._item(batch)
        yes = torch.tensor([[float(lesson.relevant)] for lesson in batch])
        loss = functional.binary_cross_entropy_with_logits(self._head("relevant", item), yes)
        loss = loss + self._evidence_loss(batch, held)
        rows = [row for row, lesson in enumerate(batch) if lesson.lead]
        if not rows:
            return loss
        leads = [batch[row].lead or {} for row in rows]
        stages = torch.tensor([list(self._labels["stage"]).index(lead["stage"]) for lead in leads])
        loss = loss + functional.cross_entropy(self._head("stage", item[rows]), stages, label_smoothing=_SAID)
        for head, matter in (("instruments", 5.0), ("grounds", 5.0), ("counter", 1.0)):
            told = torch.tensor([[float(_holds(lead, head, name)) for name in self._labels[head]] for lead in leads])
            loss = loss + matter * functional.binary_cross_entropy_with_logits(self._head(head, item[rows]), told)
        return loss + self._roles_loss([(row, batch[row]) for row in rows], item, seen)

    def _evidence_loss(self, batch: Sequence[Lesson], held: Any) -> Any:
        torch, functional = self._torch, self._torch.nn.functional
        rows = [(row, lesson) for row, lesson in enumerate(batch) if lesson.evidence]
        if not rows:
            return 0.0
        marked = [(frozenset(lesson.evidence), len(lesson.ids)) for _, lesson in rows]
        told = [float(at in evidence) for evidence, count in marked for at in range(count)]
        asked = torch.cat([held[row, : len(lesson.ids)] for row, lesson in rows])
        return functional.binary_cross_entropy_with_logits(asked, torch.tensor(told))

    def _roles_loss(self, rows: Sequence[tuple[int, Lesson]], item: Any, seen: Any) -> Any:
        told = [
            [float(code in (lesson.lead or {}).get(role, ())) for role in self._labels["roles"]]
            for _, lesson in rows
            for code in lesson.codes
        ]
        if not told:
            return 0.0
        functional = self._torch.nn.functional
        logits = self._role_logits(rows, item, seen)
        return 3 * functional.binary_cross_entropy_with_logits(logits, self._torch.tensor(told))

    def _role_logits(self, rows: Sequence[tuple[int, Lesson]], item: Any, seen: Any) -> Any:
        """Return what is said of each code of the items that stand in these rows."""
        torch, functional = self._torch, self._torch.nn.functional
        own, items = [], []
        for row, lesson in rows:
            for places in lesson.codes.values():
                named = seen[row, list(places)]
                own.append(torch.cat([named.mean(0), named[0], seen[row, 0], item[row, -_WIDTH:]]))
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

    def _one_look(self, layer: Mapping[str, Any]) -> dict[str, Any]:
        """Return a layer with query, key and value in one matrix: in use, one large product is quicker than three."""
        looks = ("query", "key", "value")
        told = {name: tensor for name, tensor in layer.items() if name.partition(".")[0] not in looks}
        told |= {f"look.{part}": self._torch.cat([layer[f"{name}.{part}"] for name in looks], -1) for part in "wb"}
        return told

    def file(self, kept: Sequence[int], pieces: Sequence[str]) -> bytes:
        """Return the network as the seeds have it: matrices in bytes, each column with its scale."""
        from safetensors.torch import save

        torch = self._torch
        words = self._words[list(kept)]
        scale = words.abs().amax(1) / 127
        arrays = {"words": (words / scale[:, None]).round().to(torch.int8), "words.scale": scale}
        named = {
            f"layer{at}.{name}": tensor
            for at, layer in enumerate(self._layers)
            for name, tensor in self._one_look(layer).items()
        }
        named |= {f"rest.{name}": tensor for name, tensor in (self._rest | self._top).items()}
        for name, tensor in named.items():
            tensor = tensor.detach()
            if name.startswith("layer") and tensor.dim() == 2:
                column = tensor.abs().amax(0) / 127
                arrays[name], arrays[name + ".scale"] = (tensor / column).round().to(torch.int8), column
            else:
                arrays[name] = tensor.float()
        told = {
            "layers": len(self._layers),
            "labels": {head: list(names) for head, names in self._labels.items()},
            "pieces": [pieces[at] for at in kept],
        }
        arrays["told"] = torch.tensor(list(json.dumps(told, ensure_ascii=False).encode()), dtype=torch.uint8)
        return bytes(save({name: tensor.contiguous() for name, tensor in arrays.items()}))


def _loudest(says: Any, count: int) -> Any:
    """Return which of them say most, in order."""
    return says.topk(count).indices.sort().values


def _cut(layer: dict[str, Any], into: Sequence[str], out: str, kept: Any) -> None:
    """Keep columns of the matrices that go in, and the rows of the one that comes out."""
    slimmed = {f"{out}.w": layer[f"{out}.w"][kept]}
    for name in into:
        slimmed |= {f"{name}.w": layer[f"{name}.w"][:, kept], f"{name}.b": layer[f"{name}.b"][kept]}
    layer |= {name: part.clone().requires_grad_() for name, part in slimmed.items()}


def _layer(told: Mapping[str, Any], at: int) -> dict[str, Any]:
    """Return one pre-trained layer under our names; matrices turned, so that rows go in and columns come out."""
    names = {
        "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "out": "attention.output.dense", "up": "intermediate.dense", "down": "output.dense",
    }  # fmt: skip
    found = {}
    for ours, theirs in names.items():
        found[ours + ".w"] = told[f"encoder.layer.{at}.{theirs}.weight"].T.contiguous()
        found[ours + ".b"] = told[f"encoder.layer.{at}.{theirs}.bias"].clone()
    for ours, theirs in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
        found[ours + ".w"] = told[f"encoder.layer.{at}.{theirs}.weight"].clone()
        found[ours + ".b"] = told[f"encoder.layer.{at}.{theirs}.bias"].clone()
    return found


def _holds(lead: Mapping[str, Any], head: str, name: str) -> bool:
    return bool(lead.get("counter")) if head == "counter" else name in lead.get(head, ())
