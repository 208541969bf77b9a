"""What there is on a Discord of our own: servers, people, roles, channels, threads, messages, and who may do what."""

import copy
import re
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.emulators.discord_limits import EPHEMERAL, EVERYTHING, LOADING, PERMISSIONS, ApiError, Json

TEXT, DIRECT, THREADS, FORUM = 0, 1, {11, 12}, 15
_EPOCH = 1_420_070_400_000
_MEMBERS = (
    "view_channel",
    "send_messages",
    "embed_links",
    "attach_files",
    "read_message_history",
    "use_application_commands",
    "create_public_threads",
    "send_messages_in_threads",
)


def bits(names: Iterable[str]) -> int:
    return sum(PERMISSIONS[name] for name in names)


def iso() -> str:
    return datetime.now(UTC).isoformat()


class World:
    """One bot, its servers and their people; `guild_id` is the first server's."""

    def __init__(self) -> None:
        self._count = 0
        self.users: dict[str, Json] = {}
        self.guilds: dict[str, Json] = {}
        self.roles: dict[str, dict[str, Json]] = {}
        self.members: dict[str, dict[str, Json]] = {}
        self.channels: dict[str, Json] = {}
        self.messages: dict[str, Json] = {}
        self.bot = self.add_user("alertbot", bot=True)
        self.owner = self.add_user("owner")
        self.guild_id = self.add_guild("First")
        for name in ("general", "alerts"):
            self.add_channel(name)

    def snowflake(self) -> str:
        self._count += 1
        return str((int(time.time() * 1000) - _EPOCH << 22) | self._count & 0x3FFFFF)

    # --- making -----------------------------------------------------------------------------------------------------

    def add_user(self, name: str, *, bot: bool = False) -> Json:
        user: Json = dict.fromkeys(
            ("avatar", "banner", "accent_color", "avatar_decoration_data", "collectibles", "clan", "primary_guild")
        )
        user |= {"id": self.snowflake(), "username": name, "global_name": None if bot else name.title(), "bot": bot}
        user |= {"discriminator": "0001" if bot else "0", "system": False, "public_flags": 0, "flags": 0}
        self.users[user["id"]] = user
        return user

    def add_guild(self, name: str) -> str:
        guild = self.snowflake()
        self.guilds[guild] = {"id": guild, "name": name}
        self.roles[guild], self.members[guild] = {}, {}
        self.add_role(guild, "@everyone", _MEMBERS, role=guild)
        self.add_member(guild, self.owner)
        self.add_member(guild, self.bot, [self.add_role(guild, "alertbot")["id"]])
        return guild

    def add_role(
        self, guild: str, name: str, may: Iterable[str] = (), role: str = "", *, mentionable: bool = True
    ) -> Json:
        made: Json = {"id": role or self.snowflake(), "name": name, "description": None, "permissions": str(bits(may))}
        made |= {"position": len(self.roles[guild]), "color": 0, "hoist": False, "managed": False, "flags": 0}
        made |= {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
        made |= {"mentionable": mentionable, "icon": None, "unicode_emoji": None}
        self.roles[guild][made["id"]] = made
        return made

    def add_member(self, guild: str, user: Json, roles: Sequence[str] = ()) -> Json:
        made: Json = dict.fromkeys(("nick", "avatar", "banner", "premium_since", "communication_disabled_until"))
        made |= {"user": user, "roles": list(roles), "joined_at": iso(), "deaf": False, "mute": False, "flags": 0}
        self.members[guild][user["id"]] = made | {"pending": False}
        return self.members[guild][user["id"]]

    def add_channel(
        self, name: str, *, guild: str = "", kind: int = TEXT, parent: str | None = None, **extra: Any
    ) -> Json:
        own = guild or self.guild_id
        made: Json = {"id": self.snowflake(), "type": kind, "guild_id": own, "name": name, "flags": 0, "nsfw": False}
        made |= {"position": len(self.channels), "parent_id": parent, "last_message_id": None, "topic": None}
        made |= {"permission_overwrites": [], "rate_limit_per_user": 0, **extra}
        self.channels[made["id"]] = made
        return made

    def add_direct(self, user: Json) -> Json:
        """Return the channel of direct messages with somebody."""
        known = (one for one in self.channels.values() if one["type"] == DIRECT and one["recipients"] == [user])
        made: Json = {"id": self.snowflake(), "type": DIRECT, "last_message_id": None, "flags": 0, "recipients": [user]}
        found = next(known, made)
        self.channels[found["id"]] = found
        return found

    def add_thread(self, parent: Json, body: Json, thread: str) -> Json:
        """Make a thread; one that belongs to a message has that message's id."""
        meta = {"archived": False, "archive_timestamp": iso(), "locked": False, "create_timestamp": iso()}
        meta["auto_archive_duration"] = body.get("auto_archive_duration") or 1440
        counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0}
        made: Json = {"id": thread, "type": 11, "guild_id": parent["guild_id"], "name": body["name"], "flags": 0}
        made |= {"parent_id": parent["id"], "last_message_id": None, "rate_limit_per_user": 0, "applied_tags": []}
        self.channels[thread] = made | counts | {"owner_id": self.bot["id"], "thread_metadata": meta}
        return self.channels[thread]

    # --- looking ----------------------------------------------------------------------------------------------------

    def guild(self, guild: str) -> Json:
        empty: tuple[str, ...] = (
            "icon",
            "description",
            "home_header",
            "splash",
            "discovery_splash",
            "banner",
            "application_id",
        )
        empty += ("afk_channel_id", "system_channel_id", "widget_channel_id", "max_presences", "vanity_url_code")
        empty += ("rules_channel_id", "safety_alerts_channel_id", "public_updates_channel_id", "incidents_data")
        zero: tuple[str, ...] = (
            "system_channel_flags",
            "verification_level",
            "default_message_notifications",
            "mfa_level",
            "nsfw_level",
        )
        zero += ("explicit_content_filter", "premium_tier", "premium_subscription_count")
        made: Json = dict.fromkeys(empty) | dict.fromkeys(zero, 0) | self.guilds[guild]
        made |= {"features": [], "owner_id": self.owner["id"], "region": "us-west", "afk_timeout": 300, "nsfw": False}
        made |= {"widget_enabled": False, "max_members": 500_000, "max_stage_video_channel_users": 50, "emojis": []}
        made |= {"max_video_channel_users": 25, "preferred_locale": "en-US", "premium_progress_bar_enabled": False}
        return made | {"roles": list(self.roles[guild].values()), "stickers": []}

    def channels_of(self, guild: str) -> list[Json]:
        return [one for one in self.channels.values() if one.get("guild_id") == guild]

    def guild_create(self, guild: str) -> Json:
        """Return what the gateway tells of a server: of its people only the bot, without privileged intents."""
        known = self.channels_of(guild)
        nothing: Json = {
            name: [] for name in ("voice_states", "presences", "stage_instances", "guild_scheduled_events")
        }
        made = self.guild(guild) | nothing | {"joined_at": iso(), "large": False, "soundboard_sounds": []}
        made |= {"member_count": len(self.members[guild]), "members": [self.members[guild][self.bot["id"]]]}
        made["channels"] = [one for one in known if one["type"] not in THREADS]
        return made | {"threads": [one for one in known if one["type"] in THREADS]}

    def permissions(self, user: str, channel: Json) -> int:
        guild = channel["guild_id"]
        held = [guild, *self.members[guild][user]["roles"]]
        may = 0
        for role in held:
            may |= int(self.roles[guild][role]["permissions"])
        if user == self.owner["id"] or may & PERMISSIONS["administrator"]:
            return EVERYTHING
        where = self.channels[channel["parent_id"]] if channel["type"] in THREADS else channel
        written = {one["id"]: (int(one["allow"]), int(one["deny"])) for one in where["permission_overwrites"]}
        for group in ([guild], held[1:], [user]):
            allow = deny = 0
            for one in group:
                allow, deny = allow | written.get(one, (0, 0))[0], deny | written.get(one, (0, 0))[1]
            may = may & ~deny | allow
        return may

    def channel(self, channel: str, *need: str) -> Json:
        """Return a channel in which the bot may do what it needs to. Raises ApiError."""
        found = self.channels.get(channel)
        if found is None:
            raise ApiError(404, 10003, "Unknown Channel")
        if found["type"] == DIRECT:
            return found
        may = self.permissions(self.bot["id"], found)
        if not may & PERMISSIONS["view_channel"]:
            raise ApiError(403, 50001, "Missing Access")
        for one in need:
            name = "send_messages_in_threads" if one == "send_messages" and found["type"] in THREADS else one
            if not may & PERMISSIONS[name]:
                raise ApiError(403, 50013, "Missing Permissions")
        return found

    def deny(self, channel: Json, *names: str) -> None:
        """Take permissions from the bot in one channel."""
        channel["permission_overwrites"] = [{"id": self.bot["id"], "type": 1, "allow": "0", "deny": str(bits(names))}]

    # --- messages ---------------------------------------------------------------------------------------------------

    def make_message(
        self, channel: Json, author: Json, body: Json, files: Sequence[tuple[str, int]] = (), **extra: Any
    ) -> Json:
        made: Json = {"id": self.snowflake(), "type": 0, "channel_id": channel["id"], "author": author, "tts": False}
        made |= {"content": body.get("content") or "", "timestamp": iso(), "edited_timestamp": None, "pinned": False}
        made |= self._pings(channel, author, body)
        made["attachments"] = [self._file(name, length) for name, length in files]
        made["embeds"] = [{"type": "rich"} | embed for embed in body.get("embeds") or []]
        made["components"] = numbered(body.get("components") or [])
        made["flags"] = (body.get("flags") or 0) & (EPHEMERAL | LOADING)
        made |= {"nonce": body["nonce"]} if body.get("nonce") is not None else {}
        made |= self._reference(channel, body.get("message_reference") or {})
        self.messages[made["id"]] = made | extra
        return self.messages[made["id"]]

    def _pings(self, channel: Json, author: Json, body: Json) -> Json:
        """Return whom a message notifies: what it writes, as far as it allows and its author may."""
        text, picked = (
            body.get("content") or "",
            body.get("allowed_mentions") or {"parse": ["users", "roles", "everyone"]},
        )
        guild = channel.get("guild_id")
        may = bool(guild and self.permissions(author["id"], channel) & PERMISSIONS["mention_everyone"])
        parse, roles = picked.get("parse") or [], self.roles[guild] if guild else {}
        allowed = {str(one) for one in picked.get("roles") or []}
        named = [one for one in dict.fromkeys(re.findall(r"<@&(\d+)>", text)) if one in roles]
        hit = [one for one in named if "roles" in parse or one in allowed]
        users = [one for one in re.findall(r"<@!?(\d+)>", text) if one in self.users and "users" in parse]
        everyone = may and "everyone" in parse and bool(re.search(r"@(everyone|here)\b", text))
        return {
            "mentions": [self.users[one] for one in users],
            "mention_roles": [one for one in hit if may or roles[one]["mentionable"]],
            "mention_everyone": everyone,
        }

    def _file(self, name: str, length: int) -> Json:
        url = f"https://cdn.example/{name}"
        return {"id": self.snowflake(), "filename": name, "size": length, "url": url, "proxy_url": url}

    def _reference(self, channel: Json, ref: Json) -> Json:
        if not ref:
            return {}
        target = self.messages.get(str(ref["message_id"]))
        if target is None and ref.get("fail_if_not_exists", True):
            raise ApiError(400, 50035, "Invalid Form Body")
        to = {"type": 0, "channel_id": channel["id"], "message_id": str(ref["message_id"])}
        shown = wire(target) if target else None
        return {"type": 19 if target else 0, "message_reference": to, "referenced_message": shown}


def numbered(components: Sequence[Json], counter: list[int] | None = None) -> list[Json]:
    """Return components with the ids that Discord gives to each."""
    counter, made = counter if counter is not None else [0], []
    for one in components:
        counter[0] += 1
        known = {"id": counter[0]} | {name: value for name, value in one.items() if value is not None}
        if isinstance(known.get("components"), list):
            known["components"] = numbered(known["components"], counter)
        made.append(known)
    return made


def wire(message: Json) -> Json:
    """Return a message as it goes over the wire."""
    return copy.deepcopy({name: value for name, value in message.items() if not name.startswith("_")})
