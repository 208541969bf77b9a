"""What `doctor` says of Slack: whether the tokens hold, what they allow, and which rooms can be posted to."""

from collections.abc import Iterable, Mapping

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.chat.slack import calls
from adapters.chat.slack.sending import channel_of
from bot.domain import Finding
from bot.errors import Undeliverable

SCOPES = {
    "chat:write": "post alerts",
    "commands": "hear /sanctions",
    "users:read": "tell admins from others",
    "channels:read": "see whether it is in a channel",
    "channels:history": "never post an alert twice",
}
"""What the app must be allowed, and what for."""
PRIVATE = {"groups:read": "see whether it is in a private channel", "groups:history": "never post an alert twice there"}
"""What it needs besides in private channels."""
PICTURES = {"files:write": "show pictures; without it they are told in words"}
GROUPS = "usergroups:read"
"""Only where the settings or a rule name a user group."""


async def check(
    client: AsyncWebClient, rooms: Iterable[str], *, app_token: str, mode: str, group: str
) -> list[Finding]:
    """Return what was found; nothing is changed and nothing posted."""
    try:
        answer = await client.auth_test()
    except calls.FAILURES as error:
        return [Finding(what="slack", holds=False, said=str(calls.failure(error, "SLACK_BOT_TOKEN")))]
    team = str(answer["team_id"])
    said = f"{answer.get('team')} ({team}) as {answer.get('user')}, {mode}"
    given = _scopes_of(answer)
    found = [Finding(what="slack", holds=True, said=said), _scopes(given, group)]
    if app_token:
        found.append(await _socket(client, app_token))
    return [
        *found,
        *[await _room(client, room, team, given) for room in sorted(set(rooms)) if room.startswith("slack:")],
    ]


def _scopes_of(answer: AsyncSlackResponse) -> set[str]:
    """Return the scopes that Slack says the token has."""
    named = next((str(value) for key, value in answer.headers.items() if key.lower() == "x-oauth-scopes"), "")
    return {name.strip() for name in named.split(",") if name.strip()}


def _scopes(given: set[str], group: str) -> Finding:
    needed = SCOPES | ({GROUPS: f"see who is in {group}"} if group else {})
    missing = _missing(needed, given)
    if missing:
        said = f"missing {missing}: update the app from config/slack-manifest.yaml and reinstall it"
        return Finding(what="slack scopes", holds=False, said=said)
    other = _missing(PRIVATE | PICTURES, given)
    said = "all that is needed" + (f"; not given: {other}" if other else "")
    return Finding(what="slack scopes", holds=True, said=said)


def _missing(wanted: Mapping[str, str], given: set[str]) -> str:
    return ", ".join(f"{scope} (to {what})" for scope, what in wanted.items() if scope not in given)


async def _socket(client: AsyncWebClient, app_token: str) -> Finding:
    try:
        await client.apps_connections_open(app_token=app_token)
    except calls.FAILURES as error:
        said = str(calls.failure(error, "SLACK_APP_TOKEN")).replace("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
        return Finding(what="slack socket", holds=False, said=said)
    return Finding(what="slack socket", holds=True, said="Socket Mode opens")


async def _room(client: AsyncWebClient, room: str, team: str, given: set[str]) -> Finding:
    try:
        channel = (await client.conversations_info(channel=channel_of(room, team)))["channel"]
    except Undeliverable as error:
        return Finding(what="slack room", holds=False, said=str(error))
    except calls.FAILURES as error:
        return Finding(what="slack room", holds=False, said=str(calls.failure(error, room)))
    name = f"{room} (#{channel.get('name') or 'direct message'})"
    if channel.get("is_archived"):
        return Finding(what="slack room", holds=False, said=f"{name}: archived; unarchive it, or unsubscribe it")
    if not (channel.get("is_member") or channel.get("is_im")):
        return Finding(what="slack room", holds=False, said=f"{name}: the bot is not in it; type /invite and its name")
    if channel.get("is_private") and not channel.get("is_im") and (missing := _missing(PRIVATE, given)):
        return Finding(what="slack room", holds=False, said=f"{name}: private, and the app lacks {missing}")
    return Finding(what="slack room", holds=True, said=name)
