"""The encoder while it learns: the arithmetic of `bot.reading.network`, over batches.

The pre-trained part is all-MiniLM-L6-v2; its words and places stay as they are, for a few thousand
items would only spoil them.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.learning.heads import Heads
from bot.ports import Labels, Lesson

_TAKEN = (0, 1, 3, 5)
"""Which of the pre-trained network's six layers are taken (see `docs/design.md`)."""
_WIDTH, _HEAD = 384, 32
_KEPT_HEADS, _KEPT_UNITS = 8, 256
"""Heads of attention, of 12, and inner units, of 1,536, that are kept in each layer: the rest say little of news, and
would more than double the time."""


class Net(Heads):
    """The network while it learns: the same arithmetic as `bot.reading.network.Network`, over batches."""

    def __init__(self, torch: Any, folder: Path, labels: Labels) -> None:
        from safetensors.torch import load_file

        super().__init__(torch, labels, _WIDTH)
        told = load_file(folder / "model.safetensors")
        told = {name.removeprefix("bert."): tensor.float() for name, tensor in told.items()}
        self._words = told["embeddings.word_embeddings.weight"]
        rest = {
            "places": told["embeddings.position_embeddings.weight"][:128],
            "segments": told["embeddings.token_type_embeddings.weight"],
            "norm.w": told["embeddings.LayerNorm.weight"],
            "norm.b": told["embeddings.LayerNorm.bias"],
        }
        self._layers = [_layer(told, at) for at in _TAKEN]
        self._rest = {name: tensor.clone() for name, tensor in rest.items()}
        for tensor in self.parameters():
            tensor.requires_grad_(requires_grad=True)

    def pretrained(self) -> list[Any]:
        """Return what was learned before; words and places stay as they are."""
        norms = [self._rest["segments"], self._rest["norm.w"], self._rest["norm.b"]]
        return [*norms, *(tensor for layer in self._layers for tensor in layer.values())]

    def slim(self, lessons: Sequence[Lesson]) -> None:
        """Keep of each layer the heads and inner units that say most of some lessons; before anything is learned."""
        torch, dropped = self.torch, self.dropped
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
        normal = self.torch.nn.functional.layer_norm
        ids, segments, kinds, owners, real = self._laid_out(batch)
        rest = self._rest
        x = self._words[ids] + rest["places"][: ids.shape[1]] + rest["segments"][segments] + self._known(kinds, owners)
        return self._drop(normal(x, (_WIDTH,), rest["norm.w"], rest["norm.b"], 1e-12)), real

    def _run(self, batch: Sequence[Lesson]) -> Any:
        x, real = self._begun(batch)
        mask = real.bool()[:, None, None, :]
        for layer in self._layers:
            x = self._attended(x, self._looked(x, layer, mask), layer)
            x = self._closed(x, self._inner(x, layer), layer)
        return x, real

    def _looked(self, x: Any, layer: Mapping[str, Any], mask: Any) -> Any:
        """Return what each head of attention saw, side by side."""
        functional, (many, longest, _) = self.torch.nn.functional, x.shape
        query, key, value = (
            (x @ layer[f"{name}.w"] + layer[f"{name}.b"]).view(many, longest, -1, _HEAD).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=self.dropped)
        return seen.transpose(1, 2).reshape(many, longest, -1)

    def _attended(self, x: Any, looked: Any, layer: Mapping[str, Any]) -> Any:
        seen = self._drop(looked @ layer["out.w"] + layer["out.b"])
        return self.torch.nn.functional.layer_norm(x + seen, (_WIDTH,), layer["norm1.w"], layer["norm1.b"], 1e-12)

    def _inner(self, x: Any, layer: Mapping[str, Any]) -> Any:
        return self.torch.nn.functional.gelu(x @ layer["up.w"] + layer["up.b"], approximate="tanh")

    def _closed(self, x: Any, inner: Any, layer: Mapping[str, Any]) -> Any:
        inner = self._drop(inner @ layer["down.w"] + layer["down.b"])
        return self.torch.nn.functional.layer_norm(x + inner, (_WIDTH,), layer["norm2.w"], layer["norm2.b"], 1e-12)

    def _one_look(self, layer: Mapping[str, Any]) -> dict[str, Any]:
        """Return a layer with query, key and value in one matrix: in use, one large product is quicker than three."""
        looks = ("query", "key", "value")
        told = {name: tensor for name, tensor in layer.items() if name.partition(".")[0] not in looks}
        told |= {f"look.{part}": self.torch.cat([layer[f"{name}.{part}"] for name in looks], -1) for part in "wb"}
        return told

    def file(self, kept: Sequence[int], pieces: Sequence[str]) -> bytes:
        """Return the network as the seeds have it: matrices in bytes, each column with its scale."""
        from safetensors.torch import save

        torch = self.torch
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
            "labels": {head: list(names) for head, names in self.labels.items()},
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
