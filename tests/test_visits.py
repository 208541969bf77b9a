"""What a visit leaves behind."""

from datetime import timedelta

from bot.domain import Feed, FeedState, Item, Poll
from bot.errors import NotAFeed
from bot.visits import failed, good
from tests.fakes import START

FEED = Feed(key="wire", url="https://wire.example/rss")
STATE = FeedState(feed="wire", etag='"old"', failures=2, problem="too_slow", body_hash="h0")


def test_a_good_visit_ends_a_row_of_failures() -> None:
    _, after = good(FEED, STATE, Poll(status=200, etag='"new"', body_hash="h1"), fresh=0, now=START)
    assert (after.failures, after.problem, after.last_good, after.etag) == (0, None, START, '"new"')


def test_a_good_visit_has_taken_stock() -> None:
    assert good(FEED, STATE, Poll(status=200), fresh=0, now=START)[1].stocked


def test_a_failure_keeps_validators_and_the_last_good_visit() -> None:
    before, error = good(FEED, STATE, Poll(status=200, etag='"new"'), fresh=0, now=START)[1], NotAFeed("html_page")
    visit, after = failed(FEED, before, error, now=START + timedelta(hours=1))
    assert (after.etag, after.last_good, after.failures) == ('"new"', START, 1)
    assert (visit.outcome, after.detail) == ("not_a_feed", "html_page")


def test_an_unchanged_body_keeps_its_hash() -> None:
    visit, after = good(FEED, STATE, Poll(status=304, modified=False), fresh=0, now=START)
    assert (visit.outcome, after.body_hash) == ("unchanged", "h0")


def test_nothing_new_is_evidence_too() -> None:
    visit, _ = good(FEED, STATE, Poll(status=200, items=(Item(title="old", date=START),)), fresh=0, now=START)
    assert (visit.outcome, visit.items, visit.fresh, visit.newest) == ("nothing_new", 1, 0, START)


def test_a_date_in_the_future_is_not_the_newest() -> None:
    items = (Item(title="a", date=START), Item(title="b", date=START + timedelta(days=400)))
    assert good(FEED, STATE, Poll(items=items), fresh=2, now=START)[1].newest == START


def test_the_newest_date_never_goes_back() -> None:
    seen = good(FEED, STATE, Poll(items=(Item(title="a", date=START),)), fresh=1, now=START)[1]
    older = Poll(items=(Item(title="b", date=START - timedelta(days=3)),))
    assert good(FEED, seen, older, fresh=1, now=START)[1].newest == START
