"""Answers to whoever asked, and to nobody else, by the address that Slack gave with the question."""

import asyncio

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.chat.slack import calls
from adapters.chat.slack.pictures import pictured, uploaded
from adapters.chat.slack.render import Post, render
from bot.domain import Message
from bot.ports import Log

USES = 4
"""Posts that one answer may take: Slack takes five from one question, and one may have to be made again."""
PROCESSING = (0.5, 1.5)
"""Seconds to wait before showing a picture that Slack has just been given, and before trying once more."""


class Replies:
    """Replies by a question's `response_url`."""

    def __init__(self, client: AsyncWebClient, log: Log) -> None:
        self._client = client
        self._log = log

    async def reply(self, url: str, message: Message, *, replacing: bool, uses: int = USES) -> None:
        """Tell whoever asked, and nobody else."""
        posts = render(message)
        if message.picture and (file := await uploaded(self._client, message.picture, self._log)):
            shown = pictured(posts[0], message.picture, file)
            for pause in PROCESSING:
                await asyncio.sleep(pause)
                if await self.told(url, shown, replacing=replacing):
                    posts, replacing = posts[1:], False
                    break
        for place, post in enumerate(posts[: uses - 2 * bool(message.picture)]):
            if not await self.told(url, post, replacing=replacing and not place):
                await asyncio.sleep(1)
                await self.told(url, post, replacing=replacing and not place)

    async def told(self, url: str, post: Post, *, replacing: bool) -> bool:
        """Hand over an answer; returns whether Slack took it."""
        hook = AsyncWebhookClient(url, timeout=calls.TIMEOUT, session=self._client.session, retry_handlers=[])
        hook.proxy = None if calls.goes_direct(url) else hook.proxy
        said = {"text": post.text, "blocks": post.blocks, "response_type": "ephemeral", "replace_original": replacing}
        try:
            answer = await hook.send_dict(said)
            problem = "" if answer.status_code == 200 else f"{answer.status_code} {answer.body[:100]}"
        except calls.FAILURES as error:
            problem = type(error).__name__
        if problem:
            self._log("slack_answer_refused", problem=problem)
        return not problem
