"""Thousands of rooms with rules of their own: each hears what it would hear by itself, and pays for nobody else."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts import Audience, Heard, choose
from bot.domain import Rule, RuleKind, Subscription
from bot.rules import Subject, matches, parse
from tests.rules_support import NAMES, act, item
from tests.test_messages import story

ROOMS = ("console", "slack:T1/C1", "slack:T1/C2", "slack:T2/C1", "discord:1", "discord:2", "discord:2/9")
PLACES = {"discord:1": "discord:7", "discord:2": "discord:7"}
SCOPES = ("", *ROOMS, "slack:T1", "slack:T2", "slack:T", "discord:7")
LINES = ("", "oil", "issuer:us", "target:ru", "-oil", "issuer:cn | tanker*", "stage:eased")
SUBJECTS = (item("Oil tanker listed", act("US", "IR")), item("Nothing of note", act("CN", "RU"), act("US", "RU")))

subscriptions = st.lists(st.tuples(st.sampled_from(ROOMS), st.sampled_from(LINES)), min_size=1, max_size=8)
rules = st.lists(
    st.tuples(st.sampled_from(list(RuleKind)), st.sampled_from(SCOPES), st.sampled_from(LINES)), max_size=8
)


def made(heard: list[tuple[str, str]], ruled: list[tuple[RuleKind, str, str]]) -> tuple[list[Subscription], list[Rule]]:
    return (
        [Subscription(key=f"s{n}", room=room, line=line) for n, (room, line) in enumerate(heard)],
        [
            Rule(key=f"r{n}", name=f"rule {n}", kind=kind, line=line, scope=scope)
            for n, (kind, scope, line) in enumerate(ruled)
        ],
    )


def reaches(scope: str, room: str) -> bool:
    """Say plainly how far a rule reaches."""
    return scope in ("", room, PLACES.get(room)) or room.startswith(f"{scope}/")


def picks(line: str, subject: Subject, *, watching: bool) -> bool:
    return matches(parse(line, NAMES), subject, without_actions=watching).yes


def told_plainly(one: Subject, heard: list[Subscription], ruled: list[Rule]) -> dict[str, list[str]]:
    """Return the rooms that are alerted with their flags, room by room and rule by rule."""
    told = {}
    for room in {sub.room for sub in heard}:
        reaching = [rule for rule in ruled if reaches(rule.scope, room) and picks(rule.line, one, watching=True)]
        of_kind = {kind: [rule.name for rule in reaching if rule.kind is kind] for kind in RuleKind}
        asked = any(sub.room == room and picks(sub.line, one, watching=False) for sub in heard)
        if (asked or of_kind[RuleKind.WATCH]) and not of_kind[RuleKind.MUTE]:
            told[room] = of_kind[RuleKind.FLAG]
    return told


@settings(max_examples=300)
@given(subscriptions, rules, st.sampled_from(SUBJECTS))
def test_all_rooms_together_hear_what_each_hears_by_itself(
    heard: list[tuple[str, str]], ruled: list[tuple[RuleKind, str, str]], one: Subject
) -> None:
    subscribed, rules = made(heard, ruled)
    audience = Audience(subscribed, rules, NAMES, places=PLACES)
    alerts, _ = choose(Heard(story=story()), one, audience, ())
    plainly = told_plainly(one, subscribed, rules)
    assert {alert.room: sorted(alert.flags) for alert in alerts} == {room: sorted(plainly[room]) for room in plainly}


def seconds(count: int) -> float:
    """Return what it takes to find who hears of an item that one subscription and a rule of each kind pick."""
    kinds = list(RuleKind)
    rules = [
        Rule(key=f"r{n}", name=f"r{n}", kind=kinds[n % 3], line="oil", scope=f"discord:{n + 10}") for n in range(count)
    ]
    rooms = [Subscription(key=f"s{n}", room=f"discord:{n}", line="target:ru") for n in range(count)]
    audience = Audience(rooms, rules, NAMES)
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        audience.judge(SUBJECTS[0])
        best = min(best, time.process_time() - start)
    return best


def test_a_watch_rule_looks_at_the_rooms_that_it_reaches_and_at_no_others() -> None:
    """Each looking at all rooms, four times as many rules and rooms would take sixteen times as long."""
    assert seconds(4_000) < 9 * seconds(1_000)
