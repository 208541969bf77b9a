"""`explain`: an admin sees why an item was read so, and nothing from outside is obeyed by the terminal."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.alerts import Audience
from bot.cli.arguments import parse_arguments
from bot.cli.build import Knowledge, build_brain, open_database
from bot.cli.explaining import one_item
from bot.domain import Item
from bot.errors import UsageError
from bot.pipeline import Pipeline
from tests.fakes import START, FakeClock, FakeLog

TITLE = "Poland urges Brussels to sanction Belarus over jailed reporter"
SUMMARY = "Budapest is wary. Minsk has lived on despite sanctions since the vote."
TEXT = (
    "The European Union imposed asset freezes on eight Belarusian judges on Friday, the bloc said in a statement.\n"
    + "The weather in the capital was fine, and the cafés along the river were full until late.\n" * 3
    + "In reply, Belarus imposed sanctions on 12 Polish officials, its foreign ministry said on Saturday."
)


class Desk:
    """A configuration with some rules, and the command."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        (folder / "rules.toml").write_text(
            '[[subscriptions]]\nroom = "console"\nrule = "target:by"\n'
            '[[subscriptions]]\nroom = "console"\nrule = "issuer:cn"\n'
            '[[rules]]\nname = "No football"\nkind = "mute"\nrule = "football"\n'
        )

    @property
    def db(self) -> Path:
        return self.folder / "news.db"

    def explain(self, text: str, *words: str) -> str:
        (self.folder / "item").write_text(text, encoding="utf-8")
        typed = ["explain", str(self.folder / "item"), "--config", str(self.folder), "--db", str(self.db), *words]
        options = parse_arguments(typed)
        assert options.run(options, {}) == 0
        return self._capsys.readouterr().out

    def fields(self, text: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.explain(text, "--json"))
        return found


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def news(title: str = TITLE, summary: str = SUMMARY, **more: str) -> str:
    return json.dumps({"id": "n1", "title": title, "summary": summary, "date": START.isoformat(), **more})


# --- what is shown


def test_names_are_marked_by_their_role_and_measures_by_what_they_hang_on(desk: Desk) -> None:
    shown = desk.explain(news())
    for marked in ("Poland[speaker PL]", "Brussels[issuer EU]", "Belarus[target BY]", "urges[call]"):
        assert marked in shown
    assert "sanctions[measure, behind “amid”: background]" in shown


def test_the_answer_stands_first_with_how_sure_it_is(desk: Desk) -> None:
    first = desk.explain(news()).splitlines()[0]
    assert first.startswith("PROPOSED  EU -> Belarus  speaker Poland")
    assert "%, " in first


def test_what_lost_is_left_out_with_its_chances_and_why(desk: Desk) -> None:
    left = {one["what"]: one["because"] for one in desk.fields(news())["left_out"]}
    assert "background" in left["sanctions"]
    assert all(role in left["Hungary (HU)"] for role in ("issuer", "target", "speaker", "%"))


def test_reasons_are_words_with_their_shorthand_and_weight(desk: Desk) -> None:
    told = desk.fields(news())["reasons"]
    assert {one["about"] for one in told} >= {"sanctions news", "stage proposed", "issuer EU", "target Belarus"}
    for reason in (reason for one in told for reason in one["reasons"]):
        assert reason["says"]
        assert reason["name"] not in reason["says"]
        assert reason["weight"]


def test_marks_lead_back_to_the_words(desk: Desk) -> None:
    for sentence in desk.fields(news(text=TEXT))["sentences"]:
        for mark in sentence["marks"]:
            assert sentence["text"][mark["start"] : mark["end"]] == mark["words"] != ""


def test_no_sanctions_news_says_what_it_is_instead(desk: Desk) -> None:
    shown = desk.explain(news("Iran opens new airport", "The country builds on despite sanctions."))
    assert shown.startswith("No sanctions news: ")
    assert "no story, silent" in shown


def test_an_item_without_any_measure_is_explained_too(desk: Desk) -> None:
    fields = desk.fields(news("Bakery wins prize", ""))
    assert (fields["relevant"], fields["story"], fields["outcome"]) == (False, None, "silent")
    assert desk.explain(news("Bakery wins prize", "")).startswith("No sanctions news")


def test_of_a_long_text_only_what_tells_is_shown(desk: Desk) -> None:
    shown = desk.explain(f"EU freezes assets of Belarusian judges\n\n{TEXT}")
    assert "text 1" in shown
    assert "text 5   In reply, Belarus[issuer BY]" in shown
    assert "and 3 sentences of the text without a measure" in shown
    assert "weather" not in shown


def test_each_rule_says_yes_or_no_and_why(desk: Desk) -> None:
    rules = {one["name"]: one for one in desk.fields(news())["rules"]}
    said = {name.split()[0]: rule["yes"] for name, rule in rules.items() if "rule" in name}
    assert said == {"mute": False}
    assert sorted(rule["yes"] for name, rule in rules.items() if name.startswith("subscription")) == [False, True]
    assert all(rule["because"] for rule in rules.values())


# --- what would become of it


async def test_a_second_report_is_shown_in_the_story_that_it_would_join(desk: Desk, knowledge: Knowledge) -> None:
    store = open_database(str(desk.db), knowledge)
    brain = build_brain(knowledge, Audience([], [], knowledge.names), window=timedelta(days=7))
    pipeline = Pipeline(store=store, brain=brain, sources={}, chats={}, clock=FakeClock(), log=FakeLog())
    first = "EU imposes sanctions on eight Belarusian judges over jailed reporter"
    item = Item(feed="w", guid="1", link="https://w.example/1", title=first, date=START, outlet="Wire")
    [decision] = await pipeline.take([item])
    store.close()
    assert decision.story is not None
    shown = desk.fields(news("Brussels sanctions eight judges in Belarus over jailed reporter", "", source="Herald"))
    assert shown["story"] == decision.story.key
    assert [step["verb"] for step in shown["steps"]][:2] == ["read", "place"]


def test_nothing_is_written_for_a_question(desk: Desk) -> None:
    desk.explain(news())
    assert not desk.db.exists()


# --- what it takes


def test_an_article_may_begin_with_its_link_and_its_title() -> None:
    item = one_item(f"https://wire.example/a\n\nEU sanctions judges\n\n{TEXT}", "a.txt")
    assert (item.link, item.title, item.text) == ("https://wire.example/a", "EU sanctions judges", TEXT)


@pytest.mark.parametrize(
    "text",
    [
        "1. Skip to content\n2. Menu\nEU sanctions judges\n" + TEXT,
        "The EU has imposed sanctions on judges.\n" + TEXT,
        "EU sanctions\n\njudges in\n\nMinsk, it\n\nsaid today\n\nin a short\n\nnote to all\n\nmembers of\n\nthe press",
        "word " * 60 + "\n" + TEXT,
    ],
)
def test_a_first_line_that_is_no_title_is_text(text: str) -> None:
    item = one_item(text, "a.txt")
    assert (item.title, item.text) == ("", text.strip())


def test_standard_input_is_read_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = desk.folder / "typed"
    typed.write_text(TITLE)
    options = parse_arguments(["explain", "-", "--config", str(desk.folder), "--db", str(desk.db)])
    with typed.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert options.run(options, {}) == 0
    assert "PROPOSED" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        ("{broken", "give one JSON object"),
        ('{"id": "1"}', "nothing to read"),
        ("https://a.example", "is empty"),
    ],
)
def test_what_is_no_item_is_named(text: str, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        one_item(text, "a.txt")


def test_nothing_from_outside_is_obeyed_by_the_terminal(desk: Desk) -> None:
    hostile = "EU \x1b[31msanctions\x1b[0m Belarus \u202eover \x07[bold]reporter[/bold] \x9b2J"
    shown = desk.explain(news(hostile, "\x1b]8;;http://x.example\x07click\x1b]8;;\x07 Minsk faces EU sanctions."))
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(shown)
    assert "[bold]reporter[/bold]" in shown
