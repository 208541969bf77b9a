"""The manifest that people paste, and the guide that they read, say what the program does."""

import re
from pathlib import Path
from typing import Any

import pytest

from adapters.chat import PLATFORMS
from adapters.chat.slack.checking import GROUPS, PICTURES, PRIVATE, SCOPES
from adapters.chat.slack.home import SHOWN

TOP = Path(__file__).parents[4]
GUIDE = (TOP / "docs/slack.md").read_text("utf-8")


@pytest.fixture(scope="module")
def manifest() -> Any:
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load((TOP / "config/slack-manifest.yaml").read_text("utf-8"))


def test_the_manifest_asks_for_what_is_needed_and_no_more(manifest: Any) -> None:
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(SCOPES | PRIVATE | PICTURES)


def test_the_manifest_keeps_slacks_limits(manifest: Any) -> None:
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == "/sanctions"
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000


def test_the_manifest_turns_on_what_the_bot_listens_to(manifest: Any) -> None:
    settings = manifest["settings"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    assert settings["event_subscriptions"]["bot_events"] == ["app_home_opened"]
    assert manifest["features"]["app_home"]["home_tab_enabled"]
    assert SHOWN


def test_the_guide_explains_every_scope_and_every_variable() -> None:
    (platform,) = (one for one in PLATFORMS if one.name == "slack")
    wanted = {*SCOPES, *PRIVATE, *PICTURES, GROUPS, *platform.tokens, *platform.addresses}
    assert wanted <= set(re.findall(r"[A-Za-z_:]+", GUIDE))
