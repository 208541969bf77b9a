"""A Post in discord.py's own objects. They are made anew for each attempt: a file can be read only once."""

import io
from collections.abc import Mapping
from typing import Any

import discord

from adapters.chat.discord.render import Post, picture_name

NOBODY = discord.AllowedMentions.none()

_STYLES: Mapping[str, discord.ButtonStyle] = {
    "": discord.ButtonStyle.secondary,
    "primary": discord.ButtonStyle.primary,
    "danger": discord.ButtonStyle.danger,
}


def to_send(post: Post) -> dict[str, Any]:
    """Return what a new post is made of."""
    return {"content": post.content or None, "embeds": _embeds(post), "view": _view(post), "files": _files(post)}


def to_edit(post: Post) -> dict[str, Any]:
    """Return what a post is changed into: all of it, so that nothing of what stood there before remains."""
    return {"content": post.content or None, "embeds": _embeds(post), "view": _view(post), "attachments": _files(post)}


def to_follow(post: Post) -> dict[str, Any]:
    """Return what a further answer is made of, which knows no None."""
    return {name: value for name, value in to_send(post).items() if value}


def pings(post: Post) -> discord.AllowedMentions:
    """Return who may be pinged: the roles that a rule names."""
    roles = [discord.Object(role) for role in post.roles]
    return discord.AllowedMentions(everyone=False, users=False, roles=roles or False, replied_user=False)


def _embeds(post: Post) -> list[discord.Embed]:
    return [discord.Embed.from_dict(embed) for embed in post.embeds]


def _view(post: Post) -> discord.ui.View | None:
    if not post.buttons:
        return None
    view = discord.ui.View(timeout=None)
    for press in post.buttons:
        view.add_item(discord.ui.Button(label=press.label, custom_id=press.id, style=_STYLES[press.style]))
    # a stopped view is not remembered: buttons are told by their ids, not by what was in memory when they were sent
    view.stop()
    return view


def _files(post: Post) -> list[discord.File]:
    if post.picture is None:
        return []
    name, alt = picture_name(post.picture), post.picture.alt[:1024] or None
    return [discord.File(io.BytesIO(post.picture.data), filename=name, description=alt)]
