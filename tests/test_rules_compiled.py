"""Ten thousand rules judged together say what each says by itself, at about the cost of ten."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Stage
from bot.rules import Query, Subject, compile_rules, matches
from tests.rules_support import act, item, rule, unread

CODES = ["US", "EU", "CN", "IR", "RU", "KP"]
WORDS = ["oil", "tanker*", "shadow fleet", "fleet* of*", "制裁", "sh*", "oil tanker*", "санкц*"]
TITLES = ["Shadow fleet of tankers", "Oil tanker listed", "美国制裁", "Новые санкции", "spoils", ""]

values = st.sampled_from(CODES)
fields = st.one_of(
    st.tuples(st.sampled_from(["issuer", "target", "country"]), st.lists(values, min_size=1, max_size=3)).map(
        lambda pair: f"{pair[0]}:{','.join(pair[1])}"
    ),
    st.sampled_from(["stage:imposed", "stage:eased,imposed", "instrument:travel_ban", "counter:yes", "sure:no"]),
    st.sampled_from(["source:bbcnews", "source:x", "official:yes"]),
    st.sampled_from(WORDS).map('"{}"'.format),
)
terms = st.tuples(st.sampled_from(["", "", "-"]), fields).map("".join)
lines = st.lists(st.lists(terms, min_size=1, max_size=3).map("|".join), max_size=5).map(" ".join)
actions = st.builds(
    act,
    st.lists(values, max_size=2).map(" ".join),
    st.lists(values, max_size=2).map(" ".join),
    st.sampled_from([Stage.IMPOSED, Stage.EASED]),
    st.sampled_from(["travel_ban", "asset_freeze"]),
    counter=st.booleans(),
)
subjects = st.one_of(
    st.builds(item, st.sampled_from(TITLES), actions, actions, official=st.booleans()),
    st.builds(item, st.sampled_from(TITLES), actions, summary=st.sampled_from(TITLES)),
    st.builds(unread, st.sampled_from(TITLES), st.sampled_from(["X", "BBC News"])),
)


@given(st.lists(lines, max_size=12), st.lists(subjects, min_size=1, max_size=3), st.booleans())
def test_rules_judged_together_say_what_each_says_alone(many: list[str], items: list[Subject], watching: bool) -> None:
    queries = {f"r{n}": rule(line) for n, line in enumerate(many)}
    together = compile_rules(queries.items())
    for subject in items:
        alone = {key: matches(query, subject, without_actions=watching) for key, query in queries.items()}
        picked = together.judge(subject, without_actions=watching)
        assert dict(picked) == {key: verdict for key, verdict in alone.items() if verdict.yes}
        assert len(picked) == len(list(picked))
        assert {key: together.why(subject, key, without_actions=watching) for key in queries} == alone


def test_equal_queries_are_judged_once_for_all_their_keys() -> None:
    rules = compile_rules(
        [("b", rule("issuer:us oil")), ("x", rule("issuer:cn")), ("a", rule("oil issuer:US every:day"))]
    )
    assert (len(rules), rules.distinct) == (3, 2)
    assert list(rules.judge(item("Oil"))) == ["b", "a"]


def test_a_rule_that_says_no_is_not_among_the_picked_but_has_a_reason() -> None:
    rules = compile_rules([("a", rule("oil"))])
    picked = rules.judge(item("Gas"))
    assert not picked
    assert "a" not in picked
    with pytest.raises(KeyError):
        picked["a"]
    assert rules.why(item("Gas"), "a").because == '"oil" not in the text'


def test_no_rules_pick_nothing() -> None:
    assert not compile_rules([]).judge(item("Oil"))


def test_two_rules_cannot_share_a_key() -> None:
    with pytest.raises(ValueError, match="'a'"):
        compile_rules([("a", Query()), ("a", rule("oil"))])


def some_rules(count: int) -> list[tuple[str, Query]]:
    chance = random.Random(7)
    made = []
    for number in range(count):
        terms = [f"{side}:{chance.choice(CODES)}" for side in ("issuer", "target") if chance.random() < 0.6]
        terms += [f"stage:{chance.choice(list(Stage))}"] if chance.random() < 0.4 else []
        terms += [f'"w{chance.randrange(20_000)} w{chance.randrange(20_000)}"'] if chance.random() < 0.7 else []
        terms += [f"-w{chance.randrange(20_000)}"] if chance.random() < 0.3 else []
        made.append((f"r{number}", rule(" ".join(terms))))
    return made


def some_items(count: int) -> list[Subject]:
    chance = random.Random(8)
    made = []
    for _ in range(count):
        words = " ".join(f"w{chance.randrange(20_000)}" for _ in range(60))
        made.append(item(words, act(chance.choice(CODES), chance.choice(CODES), chance.choice(list(Stage)))))
    return made


def seconds(rules: list[tuple[str, Query]], items: list[Subject]) -> float:
    compiled = compile_rules(rules)
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for subject in items:
            compiled.judge(subject)
        best = min(best, time.process_time() - start)
    return best


def test_ten_thousand_rules_cost_an_item_little_more_than_ten() -> None:
    """A loose bound, for a busy machine: one by one, the factor is several hundred."""
    many, items = some_rules(10_000), some_items(200)
    assert seconds(many, items) < 8 * seconds(many[:10], items)


def test_hostile_rules_over_a_hostile_item_cost_milliseconds() -> None:
    hostile = [
        ("stars", rule('"' + "aa* " * 4 + '"')),
        ("bars", rule("|".join(f"-w{n}" for n in range(50)))),
        ("many", rule(" ".join(f"-w{n}|w{n + 1}" for n in range(25)))),
        ("long", rule('"' + "aa " * 300 + '"')),
    ]
    nasty = [item("aa " * 3_000)] * 5
    assert seconds(hostile, nasty) / len(nasty) < 0.02
