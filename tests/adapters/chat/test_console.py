"""The terminal: what a person sees, what a script reads, and what a hostile headline cannot do."""

import errno
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from adapters.chat.console import COLOURS, MAX_CHARACTERS, ConsoleChat, clean, render, render_json, render_plain
from bot.domain import Action, AlertKind, Delivery, Field, Link, Message, Quote, Stage
from bot.errors import Delayed, Undeliverable

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

MESSAGE = Message(
    title="🇨🇳 China imposes sanctions on the EU 🇪🇺: 10 people, 4 institutions",
    stage=Stage.IMPOSED,
    fields=(Field(label="Issuer", value="China"), Field(label="Measures", value="entry ban, business ban")),
    quote=Quote(text="China will sanction 10 people", outlet="Example Times"),
    links=(Link(label="Answers EU sanctions of 22 Mar", story="eu22"),),
    sources=(Link(label="Example Times", url="https://example.org/1"), Link(label="Wire", url="https://example.com/2")),
    actions=(
        Action(
            stage=Stage.IMPOSED,
            issuers=("CN",),
            targets=("EU",),
            counts={"individuals": 10, "entities": 4},
            when=date(2021, 3, 22),
            counter=True,
            confidence=0.93,
            sure=False,
        ),
    ),
)

DELIVERY = Delivery(key="d1", room="console", kind=AlertKind.ALERT, story="cn22", message=MESSAGE, created=NOW, due=NOW)


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def drawn(message: Message, width: int = 80) -> str:
    """Return what a terminal without colours shows."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    with console.capture() as capture:
        console.print(render(message, "story cn22"))
    return capture.get()


def of(**changes: Any) -> Delivery:
    return replace(DELIVERY, message=replace(MESSAGE, **changes))


# --- on a terminal


@pytest.fixture(autouse=True)
def a_terminal_with_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")


def test_a_panel_shows_everything_that_is_known() -> None:
    seen = drawn(MESSAGE)
    for words in (
        "imposed · story cn22",
        "🇨🇳 China imposes sanctions on the EU 🇪🇺: 10 people, 4 institutions",
        "“China will sanction 10 people” — Example Times",
        "Issuer    China",
        "Measures  entry ban, business ban",
        "→         Answers EU sanctions of 22 Mar (story eu22)",
        "Sources   Example Times https://example.org/1",
        "Wire https://example.com/2",
    ):
        assert words in seen


def test_a_panel_keeps_its_frame_straight_around_flags_and_wide_letters() -> None:
    wide = replace(MESSAGE, title="🇨🇳 中国制裁欧盟 " * 9)
    widths = {Console().render_str(line).cell_len for line in drawn(wide, 60).splitlines()}
    assert widths == {60}


def test_every_stage_has_a_colour_of_its_own() -> None:
    assert set(COLOURS) == {*Stage, None}
    assert len(set(COLOURS.values())) == len(COLOURS)


@pytest.mark.parametrize("stage", [*Stage, None])
async def test_a_terminal_shows_the_stage_in_its_colour(stage: Stage | None) -> None:
    screen = Screen()
    await ConsoleChat(screen, width=80).send(of(stage=stage))
    red, green, blue = bytes.fromhex(COLOURS[stage].removeprefix("#"))
    assert f"\x1b[38;2;{red};{green};{blue}m╭" in screen.getvalue()


async def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    screen = Screen()
    await ConsoleChat(screen).send(DELIVERY)
    assert screen.getvalue() == render_plain(DELIVERY) + "\n\n"


def test_many_sources_are_counted_not_listed() -> None:
    many = replace(MESSAGE, sources=tuple(Link(label=f"Outlet {n}", url="https://example.org") for n in range(9)))
    assert "Outlet 4" in drawn(many)
    assert "Outlet 5" not in drawn(many)
    assert "and 4 more" in drawn(many)


def test_further_pages_are_shown_below() -> None:
    pages = replace(MESSAGE, more=(Message(title="The second page"),))
    assert drawn(pages).index("10 people") < drawn(pages).index("The second page")
    assert "  The second page" in render_plain(replace(DELIVERY, message=pages))


def test_a_bare_answer_is_a_bare_panel() -> None:
    assert [line.strip("│ ") for line in drawn(Message(title="Nothing", footer="as of today")).splitlines()[1:-1]] == [
        "Nothing",
        "as of today",
    ]


# --- in a pipe


async def test_a_pipe_gets_one_plain_block_an_alert() -> None:
    pipe = io.StringIO()
    await ConsoleChat(pipe).send(DELIVERY)
    await ConsoleChat(pipe).send(replace(DELIVERY, kind=AlertKind.EDIT, message=Message(title="More")))
    assert pipe.getvalue() == (
        "[alert] 🇨🇳 China imposes sanctions on the EU 🇪🇺: 10 people, 4 institutions (story cn22)\n"
        "  stage: imposed\n"
        "  Issuer: China\n"
        "  Measures: entry ban, business ban\n"
        "  “China will sanction 10 people” — Example Times\n"
        "  Answers EU sanctions of 22 Mar (story eu22)\n"
        "  source: Example Times https://example.org/1\n"
        "  source: Wire https://example.com/2\n"
        "\n"
        "[edit] More (changes story cn22)\n"
        "\n"
    )


async def test_a_notice_belongs_to_no_story() -> None:
    notice = replace(DELIVERY, kind=AlertKind.NOTICE, story="", message=Message(title="1 source is in trouble"))
    assert render_plain(notice) == "[notice] 1 source is in trouble"
    assert json.loads(render_json(notice))["kind"] == "notice"


@pytest.mark.parametrize("json_lines", [False, True])
async def test_who_looks_after_the_terminal_is_told_there(json_lines: bool) -> None:
    pipe = io.StringIO()
    about = Message(title="Cannot post in discord:1", lines=("archived\x1b[2J",))
    await ConsoleChat(pipe, json_lines=json_lines).notify("discord:1", about)
    if json_lines:
        said = {"kind": "notice", "room": "discord:1", "title": "Cannot post in discord:1", "text": "archived[2J"}
        assert json.loads(pipe.getvalue()) == said
    else:
        assert pipe.getvalue() == "Cannot post in discord:1\n  archived[2J\n\n"


async def test_a_pipe_gets_no_colours_even_where_somebody_forces_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    pipe = io.StringIO()
    await ConsoleChat(pipe).send(DELIVERY)
    assert "\x1b" not in pipe.getvalue()


def test_whom_a_flag_rule_names_is_said() -> None:
    assert "\n  for: supply team" in render_plain(of(mentions=("supply team",)))
    assert "For       supply team" in drawn(replace(MESSAGE, mentions=("supply team",)))


async def test_an_old_code_page_gets_question_marks_not_a_crash() -> None:
    raw = io.BytesIO()
    pipe = io.TextIOWrapper(raw, encoding="ascii")
    await ConsoleChat(pipe).send(DELIVERY)
    assert raw.getvalue().startswith(b"[alert] ?? China imposes")


# --- as JSON


async def test_json_is_one_line_a_delivery() -> None:
    pipe = Screen()
    await ConsoleChat(pipe, json_lines=True).send(DELIVERY)
    (line,) = pipe.getvalue().splitlines()
    said = json.loads(line)
    assert {name: said[name] for name in ("kind", "story", "title")} == {
        "kind": "alert",
        "story": "cn22",
        "title": MESSAGE.title,
    }
    assert said["text"].startswith("Issuer: China\nMeasures: entry ban, business ban\n“China will")
    assert said["sources"][0] == {"outlet": "Example Times", "link": "https://example.org/1"}


def test_an_action_in_json_has_the_fields_of_the_labels_and_how_sure_it_is() -> None:
    (action,) = json.loads(render_json(DELIVERY))["actions"]
    assert (action["stage"], action["issuers"], action["targets"]) == ("imposed", ["CN"], ["EU"])
    assert action["counts"] == {"individuals": 10, "entities": 4}
    assert (action["when"], action["counter"]) == ("2021-03-22", True)
    assert (action["confidence"], action["sure"]) == (0.93, False)
    assert {"speaker", "instruments", "grounds", "names", "evidence"} <= set(action)


# --- hostile text


HOSTILE = "a\x1b[2J\x1b]0;owned\x07\n[alert] fake\r\x9b31m\u202eexe.\u2066\u200b\u2028b\ud800[red]c[/red] :smile: \\[x]"


def test_what_a_terminal_would_obey_is_taken_out_and_the_rest_is_shown() -> None:
    assert clean(HOSTILE) == "a[2J]0;owned [alert] fake 31mexe. b\ufffd[red]c[/red] :smile: \\[x]"


def test_markup_in_a_headline_is_shown_not_obeyed() -> None:
    assert "[red]c[/red] :smile:" in drawn(replace(MESSAGE, title="[red]c[/red] :smile:"))


def test_letters_of_other_scripts_stay_as_they_are() -> None:
    for text in ("می\u200cخواهم", "👩\u200d💻", "Việt Nam", "هشدار", "制裁"):
        assert clean(text) == text


def test_marks_piled_on_a_letter_are_thinned() -> None:
    assert clean("Z" + "\u0301" * 500 + "algo") == "Z" + "\u0301" * 4 + "algo"


def test_a_text_without_end_is_cut() -> None:
    cut = clean("word " * 1_000_000)
    assert len(cut) <= MAX_CHARACTERS
    assert cut.endswith("word…")


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_a_feed_says_a_plain_block_keeps_its_form(title: str, value: str, url: str) -> None:
    message = Message(title=title, fields=(Field(label="Issuer", value=value),), sources=(Link(label=value, url=url),))
    head, field, source = render_plain(replace(DELIVERY, message=message)).split("\n")
    assert (head[:8], field[:10], source[:10]) == ("[alert] ", "  Issuer: ", "  source: ")
    assert not any(sign < " " or "\x7f" <= sign <= "\x9f" for sign in head + field + source)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "https://", "http://[", "https://a b", "\x1b]8;;https://a\x1b\\"],
)
def test_an_address_that_is_none_for_people_is_not_shown(url: str) -> None:
    delivery = of(sources=(Link(label="Wire", url=url),))
    assert render_plain(delivery).endswith("  source: Wire")
    assert json.loads(render_json(delivery))["sources"] == [{"outlet": "Wire", "link": ""}]


# --- a stream that fails


class Broken(io.StringIO):
    """A stream whose reader went away, or whose disk is full."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def flush(self) -> None:
        raise self._error


async def test_a_broken_pipe_is_undeliverable() -> None:
    with pytest.raises(Undeliverable, match="nobody reads standard output"):
        await ConsoleChat(Broken(BrokenPipeError())).send(DELIVERY)


async def test_a_closed_stream_is_undeliverable() -> None:
    pipe = io.StringIO()
    chat = ConsoleChat(pipe)
    pipe.close()
    with pytest.raises(Undeliverable):
        await chat.send(DELIVERY)


async def test_a_full_disk_is_tried_again() -> None:
    with pytest.raises(Delayed, match="No space left"):
        await ConsoleChat(Broken(OSError(errno.ENOSPC, "No space left on device"))).send(DELIVERY)
