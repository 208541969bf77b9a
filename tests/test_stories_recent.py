"""What is remembered of the last days: found, forgotten, the same after a restart, and fast."""

import random
import time
from dataclasses import replace
from datetime import timedelta

from bot.domain import Item, Reading, Stage
from bot.stories import Placed, Recent, place
from tests.stories_support import KNOWLEDGE, NOW, item, read, remember, tell

ISSUERS = ["US", "EU", "GB", "CA", "JP"]
TARGETS = ["RU", "CN", "IR", "KP", "VE", "MM", "SD", "BY"]


def _week(n: int) -> list[tuple[Item, Reading]]:
    """Return n invented reports over seven days: many pairs of actors, headlines of a small vocabulary."""
    dice = random.Random(7)
    things = [
        f"{first}{last}"
        for first in ("bal", "kor", "mel", "tur", "vesh", "zin")
        for last in ("ano", "ex", "ik", "ov", "us")
    ]
    stages = [Stage.IMPOSED, Stage.PROPOSED, Stage.EASED, Stage.ENFORCED, Stage.CONTEXT]
    told = []
    for number in range(n):
        who, whom = dice.choice(ISSUERS), dice.choice(TARGETS)
        words = " ".join(dice.sample(things, 4))
        title = f"{who} sanctions {whom} {words}"
        stage = dice.choice(stages)
        told.append((item(title, hours=168 * number / n, outlet=f"o{number}"), read(f"{who}>{whom}", stage)))
    return told


def test_a_story_is_found_by_its_key_and_by_its_item() -> None:
    recent = remember()
    first = item("US sanctions Russian banks")
    story = tell(recent, first, read()).story
    assert recent.get(story.key) == story
    assert recent.telling(first.key) == story
    assert recent.get("nosuch") is None
    assert recent.telling("nosuch") is None


def test_a_grown_story_replaces_its_older_self() -> None:
    recent = remember()
    tell(recent, item("Germany expels 2 Iranian diplomats over death sentence"), read("DE>IR"))
    story = tell(recent, item("Germany expels two Iranian diplomats over death sentence", hours=1), read("DE>IR")).story
    assert len(recent) == 1
    assert recent.get(story.key) == story


def test_what_fell_out_of_the_window_is_forgotten_but_can_still_be_continued() -> None:
    recent = remember()
    old = tell(recent, item("EU weighs ban on Russian diamonds"), read("EU>RU", Stage.PROPOSED)).story
    recent.forget(NOW + timedelta(days=8))
    assert len(recent) == 0
    assert recent.get(old.key) == old
    again = tell(recent, item("EU weighs ban on Russian diamonds", hours=8 * 24), read("EU>RU", Stage.PROPOSED))
    assert again.verdict is Placed.NEW
    later = tell(recent, item("EU bans Russian diamonds", hours=9 * 24), read("EU>RU"))
    assert later.story.follows is not None


def test_what_is_too_old_to_be_answered_leaves_no_trace() -> None:
    recent = remember()
    story = tell(recent, item("US sanctions Russian banks"), read()).story
    recent.forget(NOW + max(KNOWLEDGE.answer_window, KNOWLEDGE.follow_window) + timedelta(days=1))
    assert recent.get(story.key) is None


def test_a_story_that_is_still_reported_stays() -> None:
    recent = remember()
    text = "Germany expels two Iranian diplomats over death sentence"
    for day in range(0, 13, 3):
        assert tell(recent, item(text, hours=24 * day, outlet=f"o{day}"), read("DE>IR")).story.first == NOW
        recent.forget(NOW + timedelta(days=day))
    assert len(recent) == 1


def test_a_date_far_in_the_future_does_not_empty_the_memory() -> None:
    recent = remember()
    tell(recent, item("US sanctions Russian banks"), read())
    tell(recent, item("Iran sanctions again", hours=24 * 365 * 50), read("US>IR"))
    recent.forget(NOW + timedelta(days=1))
    second = tell(recent, item("US puts sanctions on Russian banks", hours=2, outlet="AP"), read())
    assert second.verdict is Placed.SAME


def test_after_an_outage_the_dates_tell_the_days_apart() -> None:
    recent = remember()
    seen = NOW + timedelta(days=5)
    monday, thursday = item("US issues new Iran sanctions"), item("US issues fresh Iran sanctions", hours=72)
    tell(recent, replace(monday, seen=seen), read("US>IR"))
    assert tell(recent, replace(thursday, seen=seen), read("US>IR")).verdict is Placed.NEW


def test_an_incredible_date_is_not_believed() -> None:
    for wrong in (NOW - timedelta(days=400), NOW + timedelta(days=400)):
        recent = remember()
        tell(recent, item("US sanctions Russian banks"), read())
        odd = replace(item("US puts sanctions on Russian banks", hours=1, outlet="AP"), date=wrong)
        assert tell(recent, odd, read()).verdict is Placed.SAME


def test_an_item_without_any_date_is_placed_all_the_same() -> None:
    undated = replace(item("US sanctions Russian banks"), seen=None, date=None)
    assert tell(remember(), undated, read()).verdict is Placed.NEW


def test_nothing_read_of_who_and_whom_is_placed_by_words() -> None:
    recent = remember()
    tell(recent, item("Sanctions on coup leaders of Zamunda announced"), read(">"))
    second = tell(recent, item("Zamunda coup leaders hit by sanctions", hours=1), read(">"))
    assert second.verdict is Placed.SAME


def test_after_a_restart_the_same_items_are_placed_the_same() -> None:
    reports = _week(240)
    recent = remember()
    known = {story.key: story for story in (tell(recent, *report).story for report in reports[:180])}
    stories = list(known.values())
    random.Random(1).shuffle(stories)
    restarted = Recent(stories, knowledge=KNOWLEDGE)
    for told, reading in reports[180:]:
        assert tell(recent, told, reading) == tell(restarted, told, reading)


def test_placing_changes_nothing() -> None:
    recent = remember()
    tell(recent, item("Germany expels 2 Iranian diplomats"), read("DE>IR"))
    told, reading = item("Germany expels two Iranian diplomats", hours=1), read("DE>IR")
    first = place(told, reading, recent, names=str)
    assert first == place(told, reading, recent, names=str)
    assert recent.get(first.story.key) != first.story


def test_a_story_with_hundreds_of_reports_stays_cheap_to_join() -> None:
    recent = remember()
    text = "Germany expels two Iranian diplomats over death sentence"
    for number in range(300):
        tell(recent, item(text, hours=number / 10, outlet=f"o{number}"), read("DE>IR"))
    start = time.process_time()
    for number in range(50):
        tell(recent, item(text, hours=31, outlet=f"p{number}"), read("DE>IR"))
    assert (time.process_time() - start) / 50 < 0.01


def test_the_cost_of_placing_does_not_grow_with_what_is_remembered() -> None:
    def cost(n: int) -> float:
        recent = remember()
        for told, reading in _week(n):
            recent.add(place(told, reading, recent, names=str).story)
        probes = _week(4 * n)[-60:]
        start = time.process_time()
        for told, reading in probes:
            place(told, reading, recent, names=str)
        return (time.process_time() - start) / len(probes)

    few, many = cost(300), cost(3000)
    assert many < 0.005
    assert many < 6 * few
