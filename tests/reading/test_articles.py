"""Articles: several actions, told sentence by sentence."""

from bot.domain import Action, Stage
from bot.reading import read
from tests.reading.reading_support import lexicon, news

TEXT = (
    "The European Union imposed sanctions on eight Belarusian judges on Friday, the bloc said in a statement. "
    "Belarus has condemned the sanctions imposed by the EU and Britain against Minsk. "
    "In reply, Belarus imposed sanctions on 12 Polish officials. "
    "The weather in the capital was fine."
)


def triples(actions: tuple[Action, ...]) -> set[tuple[Stage, frozenset[str], frozenset[str]]]:
    return {(action.stage, frozenset(action.issuers), frozenset(action.targets)) for action in actions}


def test_each_sentence_that_tells_an_action_gives_one() -> None:
    found = triples(read(news("", text=TEXT, day="2021-06-04"), lexicon()).actions)
    assert (Stage.IMPOSED, frozenset({"EU"}), frozenset({"BY"})) in found
    assert (Stage.IMPOSED, frozenset({"BY"}), frozenset({"PL"})) in found


def test_who_stands_behind_by_is_the_issuer_of_what_is_condemned() -> None:
    found = triples(read(news("", text=TEXT, day="2021-06-04"), lexicon()).actions)
    assert (Stage.CONDEMNED, frozenset({"EU", "GB"}), frozenset({"BY"})) in found


def test_no_action_is_told_twice() -> None:
    actions = read(news("", text=TEXT + " " + TEXT, day="2021-06-04"), lexicon()).actions
    assert len(actions) == len(triples(actions))


def test_the_headline_leads_and_the_text_adds() -> None:
    item = news("EU imposes sanctions on Belarusian judges", "Eight are listed.", TEXT, day="2021-06-04")
    actions = read(item, lexicon()).actions
    assert actions[0].issuers == ("EU",)
    assert actions[0].stage == Stage.IMPOSED
    assert len(actions) > 1


def test_text_without_an_action_adds_nothing() -> None:
    item = news("EU imposes sanctions on Belarusian judges", "Eight are listed.", "It rained. Nobody spoke.")
    assert len(read(item, lexicon()).actions) == 1
