"""Pictures in answers: uploaded to Slack as the bot's own file, and shown by an image block that names it.

An upload needs the scope files:write and a moment until Slack can show it. Where either is missing, the answer comes
without: what the picture shows stands in it in words anyway.
"""

import asyncio

from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack import calls
from adapters.chat.slack.render import Post
from adapters.chat.slack.text import clean
from bot.domain import Picture
from bot.ports import Log

PATIENCE = 15.0
"""Seconds that an upload may take."""


async def uploaded(client: AsyncWebClient, picture: Picture, log: Log) -> str:
    """Return the id of a picture's file, once it is uploaded; empty where it could not be."""
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await client.files_upload_v2(
                content=picture.data,
                filename=file_name(picture.name),
                title=clean(picture.alt, 100) or file_name(picture.name),
                alt_txt=clean(picture.alt, 900),
            )
        return str(answer["files"][0]["id"])
    except calls.FAILURES as error:
        log("slack_picture_left_out", problem=calls.error_of(error) or type(error).__name__)
        return ""


def pictured(post: Post, picture: Picture, file: str) -> Post:
    """Return a post with a picture below its title."""
    image = {"type": "image", "slack_file": {"id": file}, "alt_text": clean(picture.alt, 1_000) or "…"}
    return Post(post.text, [*post.blocks[:1], image, *post.blocks[1:]])


def file_name(name: str) -> str:
    """Return a picture's name as a file may have it."""
    kept = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "-_."))
    return kept.strip(".")[-80:] or "picture.png"
