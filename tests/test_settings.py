"""Settings: what holds is taken, what does not is told, all of it at once."""

import tomllib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat import PLATFORMS
from adapters.feeds import POLLERS
from adapters.files import read_config
from bot.domain import RuleKind
from bot.errors import ConfigError, UsageError
from bot.ports import RawConfig
from bot.settings import Health, Network, Secret, Settings, parse_settings
from bot.tables import parse_duration

KINDS = ("rss", "list")


def parse(*, settings: str = "", feeds: str = "", rules: str = "", env: dict[str, str] | None = None) -> Settings:
    raw = RawConfig(settings=tomllib.loads(settings), feeds=tomllib.loads(feeds), rules=tomllib.loads(rules))
    return parse_settings(raw, env or {}, kinds=KINDS, platforms=PLATFORMS)


def faults(**files: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(**files)
    return caught.value.faults


def feed(line: str = "") -> str:
    return f'[[feeds]]\nkey = "a"\nurl = "https://example.org/rss"\n{line}\n'


# --- what holds


def test_nothing_said_is_everything_at_its_default() -> None:
    settings = parse()
    assert settings == Settings(health=Health(host="127.0.0.1", port=8080), chats=settings.chats)
    assert list(settings.chats) == ["console"]


def test_the_shipped_settings_say_the_defaults_and_name_every_key() -> None:
    shipped = read_config("config")
    said = parse_settings(RawConfig(settings=shipped.settings), {}, kinds=KINDS, platforms=PLATFORMS)
    assert said == parse_settings(RawConfig(), {}, kinds=KINDS, platforms=PLATFORMS)
    assert set(shipped.settings["network"]) == set(Network.__dataclass_fields__)


def test_the_shipped_configuration_holds_and_tells_the_terminal_everything() -> None:
    settings = parse_settings(read_config("config"), {}, kinds=frozenset(POLLERS), platforms=PLATFORMS)
    assert [(one.room, one.line) for one in settings.subscriptions] == [("console", "")]


def test_each_section_is_taken() -> None:
    settings = parse(
        settings="""
        [network]
        allow_private = true
        timeout = "5s"
        max_bytes = 2048
        user_agent = "Me/1.0"
        per_host = 1
        connections = 7
        [health]
        address = "[::1]:0"
        [retention]
        items = 0
        [admins]
        discord = "Moderators"
        [stories]
        window = "36h"
        [articles]
        fetch = true
        per_visit = 2
        [delivery]
        give_up = "90m"
        [alerts]
        take_stock = false
        """
    )
    assert settings.network == Network(
        allow_private=True,
        timeout=timedelta(seconds=5),
        max_bytes=2048,
        user_agent="Me/1.0",
        per_host=1,
        connections=7,
    )
    assert settings.health == Health(host="::1", port=0)
    assert (settings.retention.items, settings.retention.visits) == (0, 3)
    assert settings.admins == {"discord": "Moderators"}
    assert (settings.story_window, settings.give_up) == (timedelta(hours=36), timedelta(minutes=90))
    assert settings.take_stock is False
    assert (settings.fetch_articles, settings.articles_per_visit) == (True, 2)


def test_an_empty_health_address_turns_it_off() -> None:
    assert parse(settings='[health]\naddress = ""').health is None


def test_a_feed_is_taken_with_all_its_keys() -> None:
    (one,) = parse(
        feeds=feed('kind = "list"\nevery = "1s"\nlanguage = "pt-BR"\nofficial = true\npaused = true\noutlet = "A"')
    ).feeds
    assert (one.key, one.url, one.kind, one.outlet) == ("a", "https://example.org/rss", "list", "A")
    assert (one.every, one.language, one.official, one.paused) == (timedelta(seconds=1), "pt-BR", True, True)


def test_a_feed_needs_only_a_key_and_an_address() -> None:
    (one,) = parse(feeds=feed()).feeds
    assert (one.kind, one.every, one.language) == ("rss", timedelta(minutes=10), "en")


def test_rules_are_taken_with_keys_made_of_their_names() -> None:
    settings = parse(
        rules="""
        [[rules]]
        name = "Shadow fleet!"
        kind = "watch"
        rule = '''"shadow fleet"
                  tanker*'''
        [[rules]]
        name = "Теневой флот"
        kind = "flag"
        rule = "target:ru"
        mention = "42"
        """
    )
    first, second = settings.rules
    assert (first.key, first.kind, first.line) == ("shadow-fleet", RuleKind.WATCH, '"shadow fleet" tanker*')
    assert (second.key, second.mention, second.origin) == ("теневой-флот", "42", "file")


@pytest.mark.parametrize("room", ["console", "discord:112233445566778899", "slack:T0123ABCD/C0123ABCD"])
def test_a_room_is_taken(room: str) -> None:
    (one,) = parse(rules=f'[[subscriptions]]\nroom = "{room}"\nrule = "issuer:us"').subscriptions
    assert (one.room, one.line) == (room, "issuer:us")


def test_a_subscriptions_key_stays_when_others_come_and_go() -> None:
    one = '[[subscriptions]]\nroom = "console"\nrule = "issuer:us"\n'
    other = '[[subscriptions]]\nroom = "console"\n'
    assert parse(rules=one).subscriptions[0].key == parse(rules=other + one).subscriptions[1].key


# --- what does not hold


def test_every_fault_is_told_at_once() -> None:
    found = faults(
        settings='[network]\ntimeout = "fast"\n[helth]\naddress = ""',
        feeds=feed('every = "10min"') + '[[feeds]]\nkey = "b"',
        rules='[[subscriptions]]\nroom = "irc"',
        env={"DISCORD_TOKEN": "x", "DISCORD_API_BASE": "https://example.org"},
    )
    rooms = "console, discord:CHANNEL_ID, slack:TEAM_ID/CHANNEL_ID"
    assert found == [
        "config/settings.toml [network] timeout: 'fast' is no duration; write a number and s, m, h or d, like 10m",
        "config/settings.toml helth: is no key of this table; did you mean health?",
        "config/feeds.toml [[feeds]] 1 ('a') every: '10min' is no duration; write a number and s, m, h or d, like 10m",
        "config/feeds.toml [[feeds]] 2 ('b') url: is missing",
        f"config/rules.toml [[subscriptions]] 1 ('irc') room: 'irc' is no room; write one of {rooms}",
        "environment: DISCORD_GATEWAY_URL is missing; DISCORD_API_BASE and DISCORD_GATEWAY_URL work only together",
    ]


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ("network = 1", "[network] must be a table, not a whole number"),
        ("[network]\nallow_private = 1", "allow_private: must be true or false, not a whole number"),
        ("[network]\nper_host = true", "per_host: must be a whole number, not true or false"),
        ("[network]\nper_host = 0", "per_host: 0 is out of bounds; write a whole number from 1 to 100"),
        ("[network]\nmax_bytes = 1e6", "max_bytes: must be a whole number, not a number"),
        ("[network]\ntimeout = 20", "timeout: must be a text in quotes, not a whole number"),
        ("[network]\ntimeout = '0s'", "timeout: '0s' is out of bounds; write a duration from 1s to 5m"),
        ("[network]\nuser_agent = 'Zwölf'", "user_agent: 'Zwölf' cannot be sent; use ASCII characters"),
        ('[network]\nuser_agent = "a\\u001bb"', "user_agent: holds a control character; type it anew"),
        ("[network]\ntimeuot = '5s'", "timeuot: is no key of this table; did you mean timeout?"),
        ("[health]\naddress = 'localhost'", "address: 'localhost' is no HOST:PORT"),
        ("[health]\naddress = 'localhost:70000'", "is no HOST:PORT"),
        ("[retention]\nitems = -1", "items: -1 is out of bounds"),
        ("[retention]\nitems = 2026-01-01", "items: must be a whole number, not a date or time"),
        ("[stories]\nwindow = '400d'", "window: '400d' is out of bounds; write a duration from 1h to 90d"),
        ("[admins]\nirc = 'ops'", "[admins] irc: is no key of this table; there are console, discord, slack"),
    ],
)
def test_a_setting_that_does_not_hold_is_named(toml: str, fault: str) -> None:
    (found,) = faults(settings=toml)
    assert fault in found
    assert found.startswith("config/settings.toml ")


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ("[feeds]\nkey = 'a'", "feeds: must be a list of tables; head each of them with [[feeds]]"),
        ("feeds = ['a']", "[[feeds]] 1 must be a table, not a text in quotes"),
        (feed("kind = 'rrs'"), "kind: 'rrs' is unknown; did you mean rss?"),
        (feed("kind = 'fax'"), "kind: 'fax' is unknown; there are rss, list"),
        (feed("every = '0m'"), "every: '0m' is out of bounds; write a duration from 1s to 31d"),
        (feed("every = '99999999d'"), "is no duration"),
        (feed("every = '-5m'"), "is no duration"),
        (feed("every = '٣m'"), "is no duration"),
        (feed("language = 'English'"), "language: 'English' is no language code"),
        (feed("official = 'yes'"), "official: must be true or false, not a text in quotes"),
        (feed("intervall = '5m'"), "intervall: is no key of this table; "),
        (feed() + feed(), "2 ('a') key: is the same as in config/feeds.toml [[feeds]] 1 ('a')"),
    ],
)
def test_a_feed_that_does_not_hold_is_named(toml: str, fault: str) -> None:
    assert any(fault in found for found in faults(feeds=toml))


@pytest.mark.parametrize(
    "url",
    [
        "example.org/rss",
        "ftp://example.org/rss",
        "file:///etc/passwd",
        "https://",
        "https:///rss",
        "https://[::1/rss",
        "https://example.org:99999/",
        "https://example.org/a b",
    ],
)
def test_an_address_that_is_none_is_named(url: str) -> None:
    (found,) = faults(feeds=f'[[feeds]]\nkey = "a"\nurl = "{url}"')
    assert found.startswith(f"config/feeds.toml [[feeds]] 1 ('a') url: '{url}' ")
    assert "https://" in found.removeprefix(f"config/feeds.toml [[feeds]] 1 ('a') url: '{url}' ")


def test_a_broken_address_with_a_password_is_not_repeated() -> None:
    (found,) = faults(feeds='[[feeds]]\nkey = "a"\nurl = "ftp://me:hunter2@example.org/"')
    assert "hunter2" not in found
    assert "url: must begin with https:// or http://" in found


@pytest.mark.parametrize("key", ["", " ", "a b", "-a", "ä", "x" * 65])
def test_a_key_that_nobody_could_type_is_named(key: str) -> None:
    (found,) = faults(feeds=f'[[feeds]]\nkey = "{key}"\nurl = "https://example.org"')
    assert " key: " in found


@pytest.mark.parametrize("room", ["terminal", "console:1", "discord", "discord:", "discord:general", "slack:C1", ""])
def test_a_room_that_is_none_is_named(room: str) -> None:
    (found,) = faults(rules=f'[[subscriptions]]\nroom = "{room}"')
    assert " room: " in found


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ("name = 'a'\nkind = 'mut'\nrule = 'b'", "kind: 'mut' is unknown; did you mean mute?"),
        ("name = 'a'\nkind = 'mute'", "rule: is missing"),
        ("name = 'a'\nkind = 'mute'\nrule = ''", "rule: must not be empty"),
        ("name = '!?'\nkind = 'mute'\nrule = 'b'", "name: '!?' needs a letter or a digit"),
        ("name = 'a'\nkind = 'mute'\nrule = 'b'\nmention = '1'", "mention: only a rule of kind"),
        ("name = 'a'\nkind = 'mute'\nrule = 'b'\nroom = 'console'", "room: is no key of this table"),
    ],
)
def test_a_rule_that_does_not_hold_is_named(toml: str, fault: str) -> None:
    (found,) = faults(rules=f"[[rules]]\n{toml}")
    assert fault in found


def test_two_rules_of_one_name_are_named() -> None:
    rule = "[[rules]]\nname = '{}'\nkind = 'mute'\nrule = 'b'\n"
    (found,) = faults(rules=rule.format("Fleet") + rule.format("fleet"))
    assert "name: is the same as in config/rules.toml [[rules]] 1 ('Fleet')" in found


def test_the_same_subscription_twice_is_named() -> None:
    (found,) = faults(rules='[[subscriptions]]\nroom = "console"\n' * 2)
    assert "rule: is the same as in" in found


# --- the environment


def test_a_platform_is_on_when_its_token_is_set() -> None:
    chats = parse(env={"DISCORD_TOKEN": " abc\n", "SLACK_BOT_TOKEN": "", "SLACK_API_BASE": "http://localhost:1/"}).chats
    assert list(chats) == ["console", "discord"]
    assert chats["discord"].reveal() == {"DISCORD_TOKEN": "abc"}


def test_another_host_comes_with_the_account() -> None:
    env = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_BASE": "http://127.0.0.1:9/api/"}
    assert parse(env=env).chats["slack"].reveal() == env


def test_no_secret_is_seen_in_the_settings() -> None:
    settings = parse(env={"DISCORD_TOKEN": "hunter2", "SLACK_BOT_TOKEN": "xoxb-hunter3"})
    seen = f"{settings!r} {settings} {settings.chats['slack']} {Secret('hunter4'):}"
    assert "hunter" not in seen
    assert settings.secrets() == ("hunter2", "xoxb-hunter3")


@pytest.mark.parametrize(
    ("env", "fault"),
    [
        ({"DISCORD_TOKEN": "Bot abc"}, "DISCORD_TOKEN holds a space"),
        ({"DISCORD_TOKEN": "a", "DISCORD_GATEWAY_URL": "wss://x"}, "DISCORD_API_BASE is missing"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_APP_TOKEN is given without SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xapp-abc"}, "SLACK_BOT_TOKEN begins with xapp- and so seems to be SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_BASE": "me:abc@x"}, "SLACK_API_BASE must begin with https://"),
    ],
)
def test_an_environment_that_does_not_hold_is_named_without_its_values(env: dict[str, str], fault: str) -> None:
    (found,) = faults(env=env)
    assert found.startswith(f"environment: {fault}")
    assert "abc" not in found


# --- durations


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("6h", 21_600), ("1d", 86_400), (" 10 m ", 600)]
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_wrong_usage(text: str) -> None:
    try:
        span = parse_duration(text)
    except UsageError:
        return
    assert span >= timedelta(0)
    assert text.strip()[-1] in "smhd"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["network", "health", "feeds", "rules", "subscriptions", "key", "url", "room", "timeout", "x"])


@given(st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES, max_size=3), max_size=4))
def test_whatever_a_file_holds_settings_come_out_or_faults(data: dict[str, Any]) -> None:
    raw = RawConfig(settings=data, feeds=data, rules=data)
    told: list[str] = []
    try:
        parse_settings(raw, {}, kinds=KINDS, platforms=PLATFORMS)
    except ConfigError as error:
        told = error.faults
    assert bool(told) == bool(data)
    assert all(fault.startswith("config/") for fault in told)
