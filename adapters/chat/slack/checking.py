"""What `doctor` says of Slack: whether the tokens hold, what they allow, and which rooms can be posted to."""

from collections.abc import Iterable

from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack import calls
from adapters.chat.slack.sending import channel_of
from bot.domain import Finding
from bot.errors import Undeliverable

SCOPES = {
    "chat:write": "post alerts",
    "commands": "hear /sanctions",
    "users:read": "tell admins from others",
    "channels:read": "see whether it is in a channel",
    "groups:read": "see whether it is in a private channel",
    "channels:history": "never post an alert twice",
    "groups:history": "never post an alert twice in a private channel",
}
"""What the app must be allowed, and what for; the manifest asks for the same."""
GROUP_SCOPE = "usergroups:read"
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
    named = next((str(value) for key, value in answer.headers.items() if key.lower() == "x-oauth-scopes"), "")
    given = {name.strip() for name in named.split(",") if name.strip()}
    found = [Finding(what="slack", holds=True, said=said), *_scopes(given, group)]
    if app_token:
        found.append(await _socket(client, app_token))
    return [*found, *[await _room(client, room, team) for room in sorted(set(rooms)) if room.startswith("slack:")]]


def _scopes(given: set[str], group: str) -> list[Finding]:
    wanted = SCOPES | ({GROUP_SCOPE: f"see who is in {group}"} if group else {})
    missing = [f"{scope} (to {what})" for scope, what in wanted.items() if scope not in given]
    if not given or not missing:
        return [Finding(what="slack scopes", holds=bool(given), said=", ".join(sorted(given)) or "Slack names none")]
    said = f"missing {', '.join(missing)}: update the app from config/slack-manifest.yaml and reinstall it"
    return [Finding(what="slack scopes", holds=False, said=said)]


async def _socket(client: AsyncWebClient, app_token: str) -> Finding:
    try:
        await client.apps_connections_open(app_token=app_token)
    except calls.FAILURES as error:
        said = str(calls.failure(error, "SLACK_APP_TOKEN")).replace("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
        return Finding(what="slack socket", holds=False, said=said)
    return Finding(what="slack socket", holds=True, said="Socket Mode opens")


async def _room(client: AsyncWebClient, room: str, team: str) -> Finding:
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
    return Finding(what="slack room", holds=True, said=name)
