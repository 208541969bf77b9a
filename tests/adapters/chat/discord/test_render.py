"""Whatever a message says, its post keeps within every limit and says what it can."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.chat.discord.render import Post, render, weight
from bot.domain import Button, Field, Link, Message, Picture, Quote, Stage
from tests.adapters.chat.discord.support import alert
from tests.adapters.chat.discord.test_text import HOSTILE
from tests.emulators.discord_limits import message_faults

LINKS = st.lists(
    st.builds(Link, label=HOSTILE, url=st.one_of(HOSTILE, st.just("https://example.org/" + "a" * 700)), story=HOSTILE),
    max_size=40,
).map(tuple)
BUTTONS = st.lists(st.builds(Button, action=HOSTILE, label=HOSTILE, value=HOSTILE, style=HOSTILE), max_size=40)
FIELDS = st.lists(st.builds(Field, label=HOSTILE, value=HOSTILE, inline=st.booleans()), max_size=40)
PAGES = st.builds(
    Message,
    title=HOSTILE,
    stage=st.sampled_from([None, *Stage]),
    lines=st.lists(HOSTILE, max_size=40).map(tuple),
    fields=FIELDS.map(tuple),
    quote=st.one_of(st.none(), st.builds(Quote, text=HOSTILE, outlet=HOSTILE)),
    sources=LINKS,
    links=LINKS,
    buttons=BUTTONS.map(tuple),
    footer=HOSTILE,
    mentions=st.lists(HOSTILE, max_size=30).map(tuple),
    picture=st.one_of(st.none(), st.builds(Picture, name=HOSTILE, data=st.just(b"x"), alt=HOSTILE)),
)
MESSAGES = st.builds(lambda page, more: replace(page, more=tuple(more)), PAGES, st.lists(PAGES, max_size=3))

PATIENT = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
"""Such messages are large, and a busy machine is no fault of the text's."""


def body(post: Post) -> dict[str, object]:
    buttons = [{"type": 2, "custom_id": one.id, "label": one.label} for one in post.buttons]
    rows = [{"type": 1, "components": buttons[start : start + 5]} for start in range(0, len(buttons), 5)]
    mentions = {"parse": [], "roles": list(post.roles)}
    return {"content": post.content, "embeds": list(post.embeds), "components": rows, "allowed_mentions": mentions}


def all_text(post: Post) -> str:
    parts = [
        [embed.get("description", ""), embed["title"], *(f["value"] for f in embed["fields"])] for embed in post.embeds
    ]
    return "\n".join(text for part in parts for text in part)


@PATIENT
@given(MESSAGES, HOSTILE)
def test_no_message_breaks_a_limit(message: Message, mark: str) -> None:
    post = render(message, mark)
    names = [post.embeds[0]["image"]["url"].removeprefix("attachment://")] if post.picture else []
    assert message_faults(body(post), names) == []
    assert sum(map(weight, post.embeds)) <= 6000


@PATIENT
@given(MESSAGES)
def test_the_posts_own_text_is_mentions_of_roles_and_nothing_else(message: Message) -> None:
    post = render(message)
    assert post.content == " ".join(f"<@&{role}>" for role in post.roles)


def test_an_alert_shows_all_that_is_known() -> None:
    (embed,) = render(alert(lines=("12 more people",), links=(Link(label="Answers the EU", story="eu1"),)), "k1").embeds
    assert embed["title"] == "Norland sanctions Sudland"
    assert embed["description"] == "12 more people\n\n> “Norland said so” — Wire\n\n↳ Answers the EU · story `eu1`"
    assert embed["fields"] == [
        {"name": "Issuer", "value": "Norland", "inline": True},
        {"name": "Source", "value": "[Wire](https://example.org/1)", "inline": False},
    ]
    assert embed["footer"] == {"text": "nor1 · k1"}


def test_each_stage_has_a_colour_of_its_own() -> None:
    colours = {render(alert(stage=stage)).embeds[0]["color"] for stage in [None, *Stage]}
    assert len(colours) == len(Stage) + 1


def test_what_does_not_fit_is_counted() -> None:
    post = render(alert(lines=tuple(f"line {n} {'x' * 90}" for n in range(100))))
    text = all_text(post)
    kept = text.count("line ")
    assert 20 < kept < 100
    assert f"… and {100 - kept} more" in text


def test_many_sources_are_counted_too() -> None:
    sources = tuple(Link(label=f"Outlet {n}", url=f"https://example.org/{'a' * 100}/{n}") for n in range(20))
    field = render(alert(sources=sources)).embeds[0]["fields"][-1]
    kept = field["value"].count("](")
    assert kept > 5
    assert field["value"].endswith(f"… and {20 - kept} more")


def test_many_fields_leave_room_for_the_quote() -> None:
    fields = tuple(Field(label=f"Field {n}", value="y" * 500) for n in range(30))
    (embed,) = render(alert(fields=fields)).embeds
    assert "Norland said so" in embed["description"]
    assert embed["fields"][-2]["value"].endswith("more")


def test_pages_follow_each_other_and_the_last_says_how_many_are_missing() -> None:
    page = alert(lines=tuple("z" * 200 for _ in range(20)))
    post = render(replace(page, more=tuple(replace(page, title=f"page {n}") for n in range(5))))
    assert 1 < len(post.embeds) < 6
    assert post.embeds[-1]["fields"][-1]["value"] == f"{6 - len(post.embeds)} more pages"


def test_a_button_says_what_it_asks_and_one_that_cannot_is_left_out() -> None:
    buttons = (
        Button(action="country", label="More", value="CN page:2", style="primary"),
        Button(action="country", label="More again", value="CN page:2"),
        Button(action="rules add", label="Long", value="x" * 100),
    )
    (press,) = render(alert(buttons=buttons)).buttons
    assert (press.id, press.label, press.style) == ("sw:country CN page:2", "More", "primary")


@pytest.mark.parametrize(
    ("mentions", "roles"),
    [
        (("123456789012345678",), (123456789012345678,)),
        (("<@&123>", "123"), (123,)),
        (("@everyone", "here", "S0123", "12 34", "-1", "١٢"), ()),
    ],
)
def test_only_roles_by_their_ids_are_mentioned(mentions: tuple[str, ...], roles: tuple[int, ...]) -> None:
    assert render(alert(mentions=mentions)).roles == roles


def test_a_message_of_nothing_is_still_a_post() -> None:
    assert render(Message(title="\u200b \u3164")).embeds[0]["title"] == "—"
