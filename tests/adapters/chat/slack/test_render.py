"""Messages in Block Kit: as the face of Sanctionwire draws them, and within every limit of Slack's."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.slack.render import MAX_POSTS, SIGNS, Post, render
from bot.domain import Button, Field, Link, Message, Quote, Stage
from tests.adapters.chat.slack.support import ALERT, HOSTILE, words
from tests.emulators.slack_limits import (
    MAX_BLOCK_CHARACTERS,
    MAX_EDITED_TEXT,
    block_faults,
    elements,
    pings,
    units,
    weight,
)
from tests.emulators.slack_shapes import shape_faults

WILD = st.text(max_size=80) | st.sampled_from([HOSTILE, "<!here>", "&" * 5_000, '"\\' * 3_000, "", " ", "🇪🇺" * 900])
LINKS = st.builds(Link, label=WILD, url=WILD | st.just("https://a.example/" + "x" * 900), story=WILD)
BUTTONS = st.builds(
    Button, action=st.sampled_from(["mute", "rules add"]), label=WILD, value=WILD, admin=st.booleans(), style=WILD
)
MESSAGES = st.builds(
    Message,
    title=WILD,
    stage=st.none() | st.sampled_from(Stage),
    lines=st.lists(WILD, max_size=60).map(tuple),
    fields=st.lists(st.builds(Field, label=WILD, value=WILD, inline=st.booleans()), max_size=30).map(tuple),
    quote=st.none() | st.builds(Quote, text=WILD, outlet=WILD),
    sources=st.lists(LINKS, max_size=20).map(tuple),
    links=st.lists(LINKS, max_size=8).map(tuple),
    buttons=st.lists(BUTTONS, max_size=12).map(tuple),
    footer=WILD,
)


def check(posts: list[Post]) -> None:
    assert 1 <= len(posts) <= MAX_POSTS
    for post in posts:
        assert block_faults(post.blocks) == []
        assert shape_faults("blocks", post.blocks) == []
        assert weight(post.blocks) <= MAX_BLOCK_CHARACTERS
        assert 0 < units(post.text) <= MAX_EDITED_TEXT


@settings(max_examples=60, deadline=None)
@given(MESSAGES, st.lists(MESSAGES, max_size=2))
def test_whatever_a_message_holds_it_keeps_every_limit_and_calls_nobody(message: Message, more: list[Message]) -> None:
    posts = render(replace(message, more=tuple(more)))
    check(posts)
    assert all(pings(post.text, None) == pings("", post.blocks) == [] for post in posts)


def test_an_alert_shows_all_that_is_known() -> None:
    (post,) = render(ALERT)
    check([post])
    shown = words({"blocks": post.blocks})
    for part in ("🇳🇴 Norland sanctions Sudland", "🔴 Imposed", "*Issuer*\nNorland", ">“Norland said so”\n>— Wire"):
        assert part in shown
    assert "Sources: <https://example.org/1?a=1&amp;b=2|Wire>" in shown
    assert "Answers Sudland of 3 March (story sud1)" in shown
    assert shown.endswith("nor1")


def test_a_notification_tells_the_news_by_itself() -> None:
    assert render(ALERT)[0].text == "🔴 🇳🇴 Norland sanctions Sudland\n“Norland said so” Wire"


def test_every_stage_has_a_sign_of_its_own() -> None:
    assert set(SIGNS) == set(Stage)
    assert len(set(SIGNS.values())) == len(Stage)


def test_what_is_for_admins_stands_in_a_menu() -> None:
    (post,) = render(ALERT)
    pressed = {one["action_id"]: one for _, one in elements(post.blocks)}
    assert pressed["ask:0:status"]["value"] == "status"
    (option,) = pressed["ask:menu"]["options"]
    assert (option["text"]["text"], option["value"]) == ("Mute like this", "mute nor1")


def test_only_groups_that_a_rule_names_are_called() -> None:
    message = replace(ALERT, title="<!subteam^S0EVIL123>", mentions=("S0TEAM123", "<!subteam^S0MORE123|@x>", "@here"))
    (post,) = render(message)
    assert pings("", post.blocks) == ["!subteam^S0MORE123", "!subteam^S0TEAM123"]
    assert "@here" in words({"blocks": post.blocks})


@pytest.mark.parametrize("entries", [500, 3000])
def test_a_long_digest_goes_on_in_further_posts_and_drops_no_line(entries: int) -> None:
    lines = tuple(f"story number {n} of many & more" for n in range(entries))
    posts = render(Message(title="Today", lines=lines))
    check(posts)
    shown = "\n".join(words({"blocks": post.blocks}) for post in posts)
    assert all(line.replace("&", "&amp;") in shown for line in lines)
    assert len(posts) > 1
    assert posts[1].text.startswith(f"(2/{len(posts)}) ")


def test_where_a_rule_is_wrong_is_pointed_at() -> None:
    (post,) = render(Message(title="x", lines=("issuer:usa `target", "       ^", "column 8: no such issuer")))
    assert "```issuer:usa ˋtarget\n       ^```\ncolumn 8: no such issuer" in words({"blocks": post.blocks})
    assert "^" not in post.text


def test_further_pages_follow_the_first() -> None:
    (post,) = render(Message(title="One", more=(Message(title="Two"),)))
    assert words({"blocks": post.blocks}) == "One\nTwo"


def test_more_than_any_room_takes_is_cut_and_says_so() -> None:
    posts = render(Message(title="x", lines=("y" * 600,) * 900))
    check(posts)
    assert len(posts) == MAX_POSTS
    assert "left out" in words({"blocks": posts[-1].blocks})


def test_a_long_title_is_read_in_full() -> None:
    title = "Norland " * 40
    (post,) = render(Message(title=title))
    assert title.strip() in words({"blocks": post.blocks})


def test_an_empty_message_is_still_one() -> None:
    check(render(Message(title="")))
