"""Counts: exact numbers of those hit, in digits and words; nothing vague, nothing that is money, time or a toll."""

from collections.abc import Sequence

import pytest

from bot.domain import Item, Stage
from bot.errors import SeedError
from bot.lexicon import compile_lexicon
from bot.reading import counts, detailing, numbers
from bot.reading.measures import Place
from bot.reading.model import NO_WEIGHTS, Weights
from bot.reading.teaching import Labelled, Row
from tests.reading.details_support import lexicon, marked, place


def counted(title: str, summary: str = "") -> dict[str, int]:
    return counts.counts(marked(title, summary), place(), lexicon(), NO_WEIGHTS)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("US sanctions 10 people and four institutions", {"individuals": 10, "entities": 4}),
        ("UK sanctions 29 entities", {"entities": 29}),
        ("Sanctions hit five banks", {"entities": 5}),
        ("Sanctions on 14 individuals, including two ministers", {"individuals": 14}),
        ("US puts 3 dozen more Chinese companies under sanctions", {"entities": 36}),
        ("A dozen sanctioned Russians own villas", {"individuals": 12}),
        ("EU sanctions twenty-three judges", {"individuals": 23}),
        ("EU sanctions two hundred officials", {"individuals": 200}),
        ("EU sanctions 1,200 officials", {"individuals": 1200}),
        ("US sanctions four Mexico-based firms", {"entities": 4}),
        ("US sanctions 2 MS-13 gang members", {"individuals": 2}),
        ("US sanctions three firms and three oil tankers", {"entities": 3, "vessels": 3}),
        ("US sanctions two Russians and one Ukrainian", {"individuals": 3}),
        ("US sanctions five companies, and one person", {"entities": 5, "individuals": 1}),
        ("US sanctions the minister and two other officials", {"individuals": 3}),
        ("China sanctions Pompeo and 27 others", {"individuals": 28}),
        ("Sanctions on BGI Group and 17 others", {"entities": 18}),
        ("US sanctions top Syrian general, four others", {"individuals": 5}),
        ("Australia sanctions MH17 trio", {"individuals": 3}),
        ("US sanctions two Federal Security Service (FSB) officers", {"individuals": 2}),
        ("US sanctions one gunman and three supertankers", {"individuals": 1, "vessels": 3}),
        ("US sanctions one refinery and two police", {"entities": 1, "individuals": 2}),
        ("US sanctions Syrian lender and two others", {"entities": 3}),
        ("US sanctions a pair of freighters", {"vessels": 2}),
        ("Quito delists three, keeps sanctions", {"individuals": 3}),
        ("Iran sanctions put 113 planes out of reach", {"aircraft": 113}),
        ("Canada sanctions nine Taliban and Syrian commanders", {"individuals": 9}),
        ("Canada sanctions 9 Taliban, Syrian commanders", {"individuals": 9}),
        ("Japan sanctions 2 Syrians and Lebanese over arms deal", {"individuals": 3}),
        ("Japan sanctions two Syrians and a Lebanese", {"individuals": 3}),
        ("Japan sanctions two Syrians and Lebanese firm", {"individuals": 2}),
        ("Oslo bars six more over graft", {"individuals": 6}),
        ("Sanctions on two banks of the guard and four others near the port", {"entities": 6}),
        ("Envoys invited, five of whom are under EU sanctions", {"individuals": 5}),
        ("Sanctions hit three of Peru's banks", {"entities": 3}),
        ("Sanctions hit smugglers, including four firms and two men", {"entities": 4, "individuals": 2}),
        ("Sanctions hit 10 people, including two ministers, and 5 firms", {"individuals": 10, "entities": 5}),
        ("EU sanctions nine Iranian and two Syrian officials", {"individuals": 11}),
        ("US sanctions three firms from China and one from Belarus", {"entities": 4}),
        ("Oslo sanctions two firms and two people said to feed the junta", {"entities": 2, "individuals": 2}),
    ],
)
def test_a_number_is_counted_with_the_noun_behind_it(title: str, expected: dict[str, int]) -> None:
    assert counted(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "EU sanctions dozens of officials",
        "EU sanctions scores of firms",
        "EU sanctions more than 100 officials",
        "EU sanctions nearly 300 lawmakers",
        "EU sanctions 200 people and entities",
        "EU sanctions a company",
        "EU adopts 10th package of sanctions",
        "EU extends sanctions for 12 months",
        "EU sanctions cost firms $60 billion",
        "EU sanctions hit 40% of banks",
        "EU sanctions of 2014 hit banks",
        "EU sanctions one of its former officials",
        "EU sanctions over raid that killed 12 people",
        "EU sanctions follow strike, 12 people killed",
        "EU plans sanctions, according to two officials",
        "EU plans sanctions, two officials said",
        "EU sanctions G7 member",
        "EU sanctions hit generals, including two ministers",
        "EU sanctions hit kin, including the tyrant's two grown daughters",
        "EU sanctions 120 individuals, entities and ships",
        "EU sanctions 80 officials or companies",
        "EU sanctions follow three-day meeting of leaders",
        "EU sanctions from 15 April unless the suspects come",
        "EU sanctions split five European states",
        "EU sanctions rattle builder of two halls who plans four others",
        "EU sanctions after sale of 20 helicopters",
        "EU sanctions half a dozen officials",
        "Three of the men under EU sanctions are spies",
        "Envoys under EU sanctions, five of whom left",
        "EU sanctions over 40 housing units",
    ],
)
def test_what_is_no_exact_count_of_those_hit_is_none(title: str) -> None:
    assert counted(title) == {}


def test_a_share_of_a_number_is_not_added_to_it() -> None:
    assert counted("US sanctions 28 entities, nine firms of which supplied drones")["entities"] == 28
    assert counted("UK sanctions five people including two spies") == {"individuals": 5}


def test_the_title_wins_over_the_summary() -> None:
    assert counted("US sanctions 6 firms", "The Treasury said sanctions now hit 40 firms.") == {"entities": 6}


def test_a_number_that_the_item_hedges_once_is_exact_nowhere_in_it() -> None:
    assert counted("Bern sanctions 90 firms", "Bern put sanctions on more than 90 people and firms.") == {}
    assert counted("Bern sanctions 90 firms", "Bern put sanctions on more than 80 people.") == {"entities": 90}


def test_a_dateline_is_no_count() -> None:
    assert counted("Oil sanctions", "WASHINGTON, June 30 - Officials announced sanctions.") == {}


def test_it_is_seen_whether_a_measure_is_aimed_at_those_counted_or_they_act() -> None:
    def described(title: str, stage: Stage) -> set[str]:
        [(_, _, features)] = counts.candidates(marked(title), place(stage), lexicon())
        return set(features)

    assert {"aimed", "stage:imposed"} <= described("Lima imposes sanctions on two clerics", Stage.IMPOSED)
    assert "they act" in described("Lima imposes sanctions as two clerics leave", Stage.CONTEXT)
    assert "they act" not in described("Two clerics sanctioned by Lima", Stage.IMPOSED)


def test_those_who_act_where_nothing_is_done_to_them_are_not_counted() -> None:
    for title in ("Two clerics leave amid sanctions", "Two bourses fail to block clients under sanctions"):
        assert not counts.candidates(marked(title), place(Stage.CONTEXT), lexicon())
    assert counts.candidates(marked("Two sanctioned clerics leave"), place(Stage.CONTEXT), lexicon())
    assert counts.candidates(marked("Two clerics leave prison, face sanctions"), place(Stage.IMPOSED), lexicon())


def test_a_sum_teaches_that_each_of_its_parts_counts() -> None:
    title = "Rome sanctions four Syrians and two Libyans"
    action = {"stage": "imposed", "evidence": title, "counts": {"individuals": 6}}

    def fit(head: str, cases: object, labels: Sequence[str], **_: object) -> list[Row]:
        return [{"head": head, "label": label, "bias": 0, "weights": {}} for label in labels]

    other = Labelled(Item(title="Rome sanctions 40 firms"), True, actions=({**action, "counts": {}},))
    rows = detailing.details([Labelled(Item(title=title), True, actions=(action,)), other], lexicon(), fit)
    assert [row["label"] for row in rows if row["head"] == counts.COUNT] == ["yes", "yes", "no"]


def test_a_number_is_not_told_again_of_an_action_that_follows() -> None:
    said = marked("UK sanctions 10 generals", "Moscow denounced the sanctions.")
    later = Place(Stage.CONDEMNED, line=1, rank=1)
    assert counts.counts(said, later, lexicon(), NO_WEIGHTS) == {}


def test_learned_weights_tell_the_askers_from_the_hit() -> None:
    weights = Weights.parse([{"head": "count", "label": "yes", "bias": 1, "weights": {"before trigger:5": -4.0}}])
    said = marked("Nine senators push for sanctions on Iran")
    assert counts.counts(said, place(), lexicon(), NO_WEIGHTS) == {"individuals": 9}
    assert counts.counts(said, place(), lexicon(), weights) == {}


def test_a_count_keeps_its_place_in_the_sentence() -> None:
    sentence = marked("US sanctions four big firms today")[0].sentence
    [count] = numbers.find(sentence, lexicon())
    assert sentence.text[count.start : count.end] == "four big firms"


@pytest.mark.parametrize("text", ["", "9" * 400 + " firms", "1,2,3,4 firms", "- - 7", "one", "½ firms", "\ud7ff firms"])
def test_odd_text_is_read_without_harm(text: str) -> None:
    assert counted(f"EU sanctions {text}") == {}


def test_a_number_word_without_a_number_is_a_fault_of_the_seed() -> None:
    seeds = {**lexicon().seeds, "counts": {"numbers": {"two": "zwei"}}}
    with pytest.raises(SeedError, match=r"seeds/counts\.toml"):
        numbers.find(marked("EU sanctions two firms")[0].sentence, compile_lexicon(seeds))
