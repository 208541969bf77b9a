"""The encoder: pieces as its vocabulary has them, the same logits every time, and asked only where it matters."""

import json

import numpy as np
import pytest
from safetensors.numpy import load, save

from adapters.files import read_seeds
from bot.domain import Item
from bot.errors import SeedError
from bot.lexicon import Lexicon, compile_lexicon
from bot.reading import judging
from bot.reading.encoder import Encoder
from bot.reading.learned import encoder_of, weights_of
from bot.reading.model import Weights
from bot.reading.network import AT_ONCE
from bot.reading.page import Page, page
from bot.reading.pieces import MOST, Pieces
from tests.reading.encoder_support import PIECES, small_encoder

SEEDS = read_seeds()
LEXICON: Lexicon = compile_lexicon(SEEDS)
IMPOSES = "EU imposes sanctions on Russia"


def scanned(title: str, summary: str = "") -> Page:
    return page(Item(title=title, summary=summary), LEXICON)


def told(title: str) -> list[str]:
    return [PIECES[at] for at in Pieces(PIECES).cut(scanned(title)).ids]


def test_a_word_is_cut_greedily_the_longest_known_beginning_first() -> None:
    assert told("Sanctioned, blacklisted") == [
        "[CLS]", "sanction", "##ed", ",", "black", "##list", "##ed", "[SEP]",
    ]  # fmt: skip


def test_what_cannot_be_cut_is_the_unknown_piece() -> None:
    assert told("制裁 on") == ["[CLS]", "[UNK]", "on", "[SEP]"]
    assert told("on " + "a" * 300) == ["[CLS]", "on", "[UNK]", "[SEP]"]


def test_names_and_measures_keep_their_places_among_the_pieces() -> None:
    cut = Pieces(PIECES).cut(scanned(IMPOSES, "The EU said so."))
    assert [PIECES[cut.ids[at]] for at in cut.codes["RU"]] == ["russia"]
    assert [PIECES[cut.ids[at]] for at in cut.codes["EU"]] == ["eu", "eu"]
    assert [PIECES[cut.ids[at]] for at in cut.focus] == ["sanctions"]
    assert cut.segments[cut.codes["EU"][0]] == 0
    assert cut.segments[cut.codes["EU"][1]] == 1


def test_without_a_measure_the_title_is_looked_at() -> None:
    cut = Pieces(PIECES).cut(scanned("The lists", "the end"))
    assert all(cut.segments[at] == 0 for at in cut.focus)
    assert cut.focus


def test_a_long_item_is_read_to_a_bound() -> None:
    assert len(Pieces(PIECES).cut(scanned(IMPOSES, "the sanctions " * 5000)).ids) <= MOST


def test_the_same_item_gives_the_same_logits_and_another_gives_others() -> None:
    first, again = Encoder(small_encoder()), Encoder(small_encoder())
    assert first.look(scanned(IMPOSES)) == again.look(scanned(IMPOSES))
    assert (
        first.look(scanned(IMPOSES)).item["stage"] != first.look(scanned("EU lifts sanctions on Russia")).item["stage"]
    )


def test_items_looked_at_together_are_seen_as_each_alone_would_be() -> None:
    encoder = Encoder(small_encoder())
    pages = [scanned(IMPOSES, "The EU said so. " * many) for many in range(30)] + [scanned("")]
    assert sum(len(Pieces(PIECES).cut(one).ids) for one in pages) > 2 * AT_ONCE
    together, alone = encoder.look_all(pages), [encoder.look(one) for one in pages]
    assert encoder.look_all([]) == []
    for one, other in zip(together, alone, strict=True):
        # another machine's products may differ in the last digit, which may turn the third after rounding
        for head, logits in other.item.items():
            assert one.item[head] == pytest.approx(logits, abs=0.0011)
        for role, codes in other.roles.items():
            assert one.roles[role] == pytest.approx(codes, abs=0.0011)


def test_each_code_has_a_logit_in_each_role() -> None:
    said = Encoder(small_encoder()).look(scanned(IMPOSES))
    assert {role: set(codes) for role, codes in said.roles.items()} == {
        "issuers": {"EU", "RU"}, "targets": {"EU", "RU"}, "speaker": {"EU", "RU"},
    }  # fmt: skip


def test_the_words_that_an_opinion_hangs_on_are_found_by_hiding_them() -> None:
    encoder = Encoder(small_encoder())
    words = encoder.weigh_words(scanned(IMPOSES), lambda said: said.item["stage"]["imposed"])
    assert {word for word, _ in words} == {"eu", "imposes", "sanctions", "on", "russia"}
    assert [abs(weight) for _, weight in words] == sorted((abs(weight) for _, weight in words), reverse=True)


def broken(part: str) -> bytes:
    arrays = load(small_encoder())
    if part == "told":
        arrays["told"] = np.frombuffer(json.dumps({"layers": 2}).encode(), np.uint8)
    else:
        del arrays[part]
    return save(arrays)


@pytest.mark.parametrize("data", [b"", b"not an encoder", broken("told"), broken("words")])
def test_a_file_that_is_no_encoder_is_named(data: bytes) -> None:
    with pytest.raises(SeedError, match="seeds/encoder"):
        Encoder(data)


def test_a_lexicon_without_an_encoder_reads_by_its_features_alone() -> None:
    lexicon = compile_lexicon({name: seed for name, seed in SEEDS.items() if name != "encoder"})
    assert encoder_of(lexicon) is None
    found = judging.look(scanned(IMPOSES), weights_of(lexicon), None)
    assert found.impression is None
    assert found.stages


def weights(*blends: str) -> Weights:
    rows = [
        {"head": head, "label": "yes", "bias": 0.0, "weights": {"features": 0.0, "encoder": 1.0}} for head in blends
    ]
    return Weights.parse([*(row for row in weights_rows() if not str(row["head"]).endswith(".blend")), *rows])


def weights_rows() -> list[dict[str, object]]:
    return [json.loads(line) for line in SEEDS["weights"].splitlines()]


def test_what_the_encoder_says_counts_as_much_as_was_learned() -> None:
    encoder = Encoder(small_encoder())
    found = judging.look(scanned(IMPOSES), weights("relevant.blend", "issuers.blend"), encoder, closely=True)
    said = encoder.look(scanned(IMPOSES))
    assert found.relevant == pytest.approx(said.item["relevant"]["yes"])
    assert found.roles["issuers"] == pytest.approx(said.roles["issuers"])
    assert found.roles["targets"] != pytest.approx(said.roles["targets"])  # no blend was learned: the features' own


def test_what_is_plainly_other_news_is_not_shown_to_the_encoder() -> None:
    found = judging.look(
        scanned("League bans striker for three matches"), weights("relevant.blend"), Encoder(small_encoder())
    )
    assert found.impression is None


def test_trust_says_by_what_reasons_are_multiplied() -> None:
    assert judging.trust("relevant", weights("relevant.blend")) == (0.0, 1.0)
    assert judging.trust("relevant", weights()) == (1.0, 0.0)
