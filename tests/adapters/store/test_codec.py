"""Whatever is kept comes back equal: properties over all our words."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.store.codec import dumps, loads, micros, moment, storable
from bot.domain import Action, Alert, Decision, Feed, FeedState, Message, Reading, Receipt, Rule, Story, Subscription
from bot.errors import StoreError

MOMENTS = st.datetimes(timezones=st.just(UTC))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(float, FLOATS)
PAGES = st.builds(Message, more=st.just(()), actions=st.just(()))


def test_every_word_that_is_kept_round_trips() -> None:
    words = [Action, Reading, Story, Message, Receipt, Feed, FeedState, Rule, Subscription, Alert, Decision]
    for word in words:
        check_round_trip(word)


def check_round_trip(word: type) -> None:
    nested = {"more": st.lists(PAGES, max_size=2).map(tuple)} if word is Message else {}
    if word is Decision:
        nested = {"messages": st.lists(PAGES, max_size=2).map(tuple)}

    @settings(max_examples=40, deadline=None)
    @given(st.builds(word, **nested))
    def comes_back(value: object) -> None:
        assert loads(word, dumps(value)) == value

    comes_back()


@given(st.recursive(PAGES, lambda inner: st.builds(Message, more=st.lists(inner, max_size=2).map(tuple)), max_leaves=4))
def test_pages_within_pages_come_back(message: Message) -> None:
    assert loads(Message, dumps(message)) == message


@given(MOMENTS, MOMENTS)
def test_moments_come_back_exactly_and_sort_as_numbers(one: datetime, other: datetime) -> None:
    assert moment(micros(one)) == one
    assert (micros(one) < micros(other)) == (one < other)


def test_a_moment_elsewhere_is_kept_as_the_same_moment() -> None:
    there = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))
    assert moment(micros(there)) == there


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(StoreError, match="no time zone"):
        micros(datetime(2026, 3, 2))  # noqa: DTZ001 - the fault in question


def test_defaults_are_left_out() -> None:
    assert dumps(Message(title="x")) == '{"title":"x"}'


@pytest.mark.parametrize("text", ["", "[]", "3", '{"stage":"unheard_of"}', "{}", '{"stage":"imposed","issuers":4}'])
def test_a_damaged_row_is_a_named_fault(text: str) -> None:
    with pytest.raises(StoreError, match="stored Action cannot be read"):
        loads(Action, text)


@given(st.text(st.characters()))
def test_any_text_can_be_kept(text: str) -> None:
    kept = storable(text)
    assert kept.encode().decode() == kept
    assert len(kept) == len(text)
