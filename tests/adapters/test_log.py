"""The log: one line per event, whatever is handed in."""

import io
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.log import MAX_LINE, JsonLog, LibraryLog, make_log, route_libraries
from bot.domain import Stage
from bot.errors import FeedError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Page:
    """A stream and the log that writes to it."""

    def __init__(self, *secrets: str) -> None:
        self.stream = io.StringIO()
        self.log: JsonLog = make_log(self.stream, secrets=secrets, clock=lambda: NOW)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def line(self) -> dict[str, Any]:
        (one,) = self.lines()
        return one


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def routed(page: Page) -> Iterator[Page]:
    undo = route_libraries(page.log)
    yield page
    undo()


def test_an_event_is_one_json_line_that_begins_with_when_and_what(page: Page) -> None:
    page.log("polled", feed="ofac", items=12)
    assert page.stream.getvalue() == (
        '{"at": "2026-03-01T12:00:00.000+00:00", "event": "polled", "feed": "ofac", "items": 12}\n'
    )


def test_the_words_of_the_domain_are_written_plainly(page: Page) -> None:
    page.log(
        "x",
        stage=Stage.IMPOSED,
        when=date(2026, 3, 1),
        at_time=NOW,
        wait=timedelta(minutes=2),
        error=FeedError("broken off"),
        codes=("US", "EU"),
        bag={"b", "a"},
        nothing=None,
        yes=True,
    )
    line = page.line()
    assert line["stage"] == "imposed"
    assert (line["when"], line["at_time"], line["wait"]) == ("2026-03-01", "2026-03-01T12:00:00+00:00", 120.0)
    assert line["error"] == "FeedError: broken off"
    assert (line["codes"], line["bag"], line["nothing"], line["yes"]) == (["US", "EU"], ["a", "b"], None, True)


def test_a_field_cannot_pose_as_the_event(page: Page) -> None:
    page.log("polled", event="fake", at="never")
    assert page.line() == {
        "at": NOW.isoformat(timespec="milliseconds"),
        "event": "polled",
        "event_": "fake",
        "at_": "never",
    }


def test_text_from_outside_cannot_begin_a_line_or_reach_the_terminal(page: Page) -> None:
    page.log("read", title='a\n{"event": "fake"}\r\x1b[2J\x7f\x9b\u2028\u202e\ud800')
    written = page.stream.getvalue()
    assert written.count("\n") == 1
    assert written.rstrip("\n").isprintable()
    assert written.isascii()


def test_a_huge_value_is_cut_and_says_so(page: Page) -> None:
    page.log("read", body="x" * 10_000_000, many=list(range(10_000)), number=10**5000)
    line = page.line()
    assert line["body"].endswith("x... (10000000 characters)")
    assert len(line["body"]) < 2100
    assert line["many"] == list(range(50))
    assert line["number"] == "a number of 16610 bits"


def test_a_huge_line_is_left_out_and_says_so(page: Page) -> None:
    page.log("read", **{f"f{number}": "x" * 2000 for number in range(50)})
    line = page.line()
    assert (line["event"], line["fields"][0]) == ("read", "f0")
    assert line["too_long"] > MAX_LINE
    assert len(page.stream.getvalue()) < MAX_LINE


def test_a_list_that_holds_itself_ends(page: Page) -> None:
    loop: list[object] = []
    loop.append(loop)
    page.log("x", loop=loop)
    assert page.line()["loop"] == [[[["[[...]]"]]]]


def test_an_object_whose_text_fails_does_not_fail_the_log(page: Page) -> None:
    class Sulk:
        def __str__(self) -> str:
            raise RuntimeError("no")

    page.log("x", value=Sulk(), infinite=float("inf"))
    assert page.line()["value"] == "<Sulk without a text: RuntimeError>"
    assert page.line()["infinite"] == "inf"


def test_a_closed_stream_is_no_reason_to_fall() -> None:
    page = Page()
    page.stream.close()
    page.log("x")
    assert page.stream.closed


def test_threads_do_not_tear_lines(page: Page) -> None:
    def say(name: int) -> None:
        for _ in range(200):
            page.log("x", name=name)

    threads = [threading.Thread(target=say, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(page.lines()) == 800


# --- secrets


def test_a_secret_is_masked_wherever_it_stands() -> None:
    page = Page("hunter2")
    page.log(
        "say hunter2", hunter2=1, text="a hunter2 b", deep=[{"hunter2": ("hunter2",)}], error=ValueError("hunter2")
    )
    assert "hunter2" not in page.stream.getvalue()
    assert page.line()["text"] == "a *** b"


def test_a_secret_is_masked_in_an_address_too() -> None:
    page = Page("a/b c=")
    page.log("x", url="https://example.org/?token=a%2Fb%20c%3D")
    assert page.line()["url"] == "https://example.org/?token=***"


def test_a_secret_that_holds_another_is_masked_whole() -> None:
    page = Page("abc", "abcdef")
    page.log("x", text="abcdef abc")
    assert page.line()["text"] == "*** ***"


def test_a_secret_at_the_cut_leaves_no_half() -> None:
    page = Page("hunter2")
    page.log("x", text="x" * 1996 + "hunter2" + "y" * 100)
    assert "hun" not in page.stream.getvalue()


def test_a_secret_learned_later_is_masked_from_then_on(page: Page) -> None:
    page.log.hide(["hunter2"])
    page.log.hide(["", "other"])
    page.log("x", text="hunter2 other")
    assert page.line()["text"] == "*** ***"


@given(st.text(min_size=3, max_size=12, alphabet=st.characters(codec="ascii", categories=["L", "N"])))
def test_no_secret_is_ever_printed(secret: str) -> None:
    page = Page(secret)
    page.log("x", value={"a": [f"{secret}{secret}", secret]}, error=ValueError(secret))
    said = page.line()
    assert all(secret not in text for text in [said["error"], *said["value"]["a"]])


# --- libraries


def test_what_libraries_warn_of_becomes_an_event(routed: Page) -> None:
    logging.getLogger("aiohttp.client").warning("connection %s lost", "seven")
    logging.getLogger("aiohttp.client").info("not worth a line")
    line = routed.line()
    assert (line["event"], line["level"], line["logger"]) == ("library", "warning", "aiohttp.client")
    assert line["message"] == "connection seven lost"


def test_a_librarys_exception_is_named_without_its_traceback(routed: Page) -> None:
    try:
        raise ValueError("hm")
    except ValueError:
        logging.getLogger("apscheduler").exception("job failed")
    line = routed.line()
    assert (line["level"], line["message"], line["error"]) == ("error", "job failed", "ValueError: hm")
    assert "trace" not in line


def test_tracebacks_are_there_when_asked_for(page: Page) -> None:
    undo = route_libraries(page.log, traces=True)
    try:
        raise ValueError("hm")
    except ValueError:
        logging.getLogger("apscheduler").exception("job failed")
    finally:
        undo()
    assert page.line()["trace"][-1] == "ValueError: hm"


def test_a_librarys_arguments_that_do_not_fit_still_give_a_line(page: Page) -> None:
    record = logging.makeLogRecord({"name": "discord", "msg": "%d of %d", "args": ("one",)})
    LibraryLog(page.log, logging.WARNING, traces=False).handle(record)
    assert page.line()["message"] == "%d of %d"


def test_warnings_become_events(routed: Page) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        # pytest and catch_warnings put hooks of their own in between
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old door", DeprecationWarning, stacklevel=1)
    assert "old door" in routed.line()["message"]


def test_undoing_gives_the_root_logger_back() -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    undo = route_libraries(Page().log)
    assert (root.handlers[:], root.level) != before
    undo()
    assert (root.handlers[:], root.level) == before
