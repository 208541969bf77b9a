"""Signed HTTP instead of Socket Mode: Slack posts commands, presses and events to an address of ours.

What is not signed with the signing secret, is older than five minutes, or comes a second time with the same signature
gets 401 and does nothing. Slack's own repetitions are signed anew; one within the same second is told by its header,
and only acknowledged.
"""

from urllib.parse import urlsplit

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from adapters.chat.slack.listening import Once
from bot.errors import ChatError
from bot.ports import Log

ADDRESS = "http://127.0.0.1:3000/slack/events"
"""Where we listen if nothing else is said; whatever stands before it speaks TLS."""
LARGEST = 1024 * 1024
"""Bytes of a request."""


class WebLink:
    """An HTTP server that only Slack can talk to."""

    def __init__(self, app: AsyncApp, secret: str, address: str, log: Log) -> None:
        self._app = app
        self._verifier = SignatureVerifier(secret)
        self._address = urlsplit(address or ADDRESS)
        self._log = log
        self._once = Once()
        self._runner: web.AppRunner | None = None
        self.address = ""
        """Where it listens, once it does."""

    async def connect(self) -> None:
        """Begin to listen. Raises ChatError where the address is taken or not ours."""
        served = web.Application(client_max_size=LARGEST)
        served.router.add_post(self._address.path or "/slack/events", self._take)
        self._runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        host, port = self._address.hostname or "127.0.0.1", 3000 if self._address.port is None else self._address.port
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self.close()
            raise ChatError(
                f"Slack's requests cannot be received at {host}:{port} ({error.strerror}); "
                "free it, or give another address in SLACK_EVENTS_URL"
            ) from error
        bound = self._runner.addresses[0][1]
        self.address = f"http://{host}:{bound}{self._address.path or '/slack/events'}"
        self._log("slack_listening", address=self.address)

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not self._is_signed(body, stamp, signature):
            self._log("slack_request_refused", why="unsigned or late")
            return web.Response(status=401, text="unsigned or late")
        if not self._once.first(f"{stamp} {signature}"):
            repeated = "X-Slack-Retry-Num" in request.headers
            self._log("slack_request_refused", why="repeated")
            return web.Response(status=200 if repeated else 401, text="" if repeated else "repeated")
        return await to_aiohttp_response(await self._app.async_dispatch(await to_bolt_request(request)))

    def _is_signed(self, body: bytes, stamp: str, signature: str) -> bool:
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 20 and signature.isascii()):
            return False
        try:
            return self._verifier.is_valid(body, stamp, signature)
        except UnicodeDecodeError:
            return False
