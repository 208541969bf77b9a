"""A small encoder of made-up weights: the real file's form, a hundredth of its size."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from safetensors.numpy import save

from bot.ports import KINDS, OWNERS

WIDTH, INNER, LAYERS = 32, 8, 2
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,'-\"?!:;$%()/"
PIECES = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "sanctions", "sanction", "##s", "##ed", "russia", "russian", "on",
    "imposes", "lifts", "black", "##list", "the", "us", "eu", *LETTERS, *("##" + letter for letter in LETTERS),
]  # fmt: skip
LABELS = {
    "relevant": ["yes"],
    "counter": ["yes"],
    "stage": ["imposed", "eased", "context"],
    "roles": ["issuers", "targets", "speaker"],
    "evidence": ["yes"],
}


def small_encoder(labels: Mapping[str, Sequence[str]] | None = None, seed: int = 1) -> bytes:
    """Return an encoder's file."""
    labels = labels or LABELS
    lot = np.random.default_rng(seed)

    def some(*shape: int) -> Any:
        return lot.normal(0, 0.3, shape).astype(np.float32)

    arrays: dict[str, Any] = {
        "words": lot.integers(-127, 127, (len(PIECES), WIDTH)).astype(np.int8),
        "words.scale": np.full(len(PIECES), 0.01, np.float32),
        "rest.places": some(128, WIDTH),
        "rest.segments": some(2, WIDTH),
        "rest.norm.w": np.ones(WIDTH, np.float32),
        "rest.norm.b": np.zeros(WIDTH, np.float32),
        "rest.kinds": some(KINDS, WIDTH),
        "rest.owners": some(OWNERS, WIDTH),
        "rest.roles.in.w": some(4 * WIDTH, INNER),
        "rest.roles.in.b": some(INNER),
    }
    for head, names in labels.items():
        arrays[f"rest.{head}.w"] = some({"roles": 2 * INNER, "evidence": WIDTH}.get(head, 4 * WIDTH), len(names))
        arrays[f"rest.{head}.b"] = some(len(names))
    for at in range(LAYERS):
        for name, wide, out in (
            ("look", 1, 3),
            ("out", 1, 1),
            ("up", 1, 2),
            ("down", 2, 1),
        ):
            arrays[f"layer{at}.{name}.w"] = lot.integers(-127, 127, (wide * WIDTH, out * WIDTH)).astype(np.int8)
            arrays[f"layer{at}.{name}.w.scale"] = np.full(out * WIDTH, 0.003, np.float32)
            arrays[f"layer{at}.{name}.b"] = some(out * WIDTH)
        for name in ("norm1", "norm2"):
            arrays[f"layer{at}.{name}.w"] = np.ones(WIDTH, np.float32)
            arrays[f"layer{at}.{name}.b"] = np.zeros(WIDTH, np.float32)
    told = {"layers": LAYERS, "labels": labels, "pieces": PIECES}
    arrays["told"] = np.frombuffer(json.dumps(told).encode(), np.uint8)
    return save(arrays)


class SmallTrainer:
    """Trains nothing: hands out small encoders, and remembers what it was to learn from."""

    def __init__(self) -> None:
        self.lessons: list[Sequence[Any]] = []

    def vocabulary(self) -> Sequence[str]:
        """Return the small vocabulary."""
        return PIECES

    def train(
        self, lessons: Sequence[Any], labels: Mapping[str, Sequence[str]], progress: Callable[[str], None]
    ) -> bytes:
        """Return a small encoder that knows the labels."""
        self.lessons.append(lessons)
        progress("training")
        return small_encoder(labels, seed=len(self.lessons))
