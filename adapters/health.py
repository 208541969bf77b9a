"""Two pages for machines: ``/health`` for probes (200 well, 503 ill, JSON) and ``/metrics`` for Prometheus.

What is worth counting is worth logging: `Metrics` is handed every event of the log and counts those it knows, so that
nothing else in the program knows of metrics. What is a state and no event (queue, store, sources) is looked up when
somebody asks, through `look`.

The format is prometheus-client's, the reference implementation: typed, without dependencies of its own, 50 ms and
1.4 MB at the start (measured); escaping, histograms and content negotiation are more than they seem. The registry is
our own: the default one is global, and two houses in one process would count into each other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from types import TracebackType
from typing import TYPE_CHECKING, Self

from prometheus_client import CollectorRegistry, Counter, Histogram, Info
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from bot.domain import Key
from bot.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from aiohttp import web

DELAYS = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 86_400)
"""Seconds: from told at once to given up."""
FAULTS = ("poll_broke", "deliver_broke", "store_failed", "errand_failed", "errand_cancelled", "chat_lost")
"""Events that somebody should look into, counted by name."""
NAMED = 20
"""Failing sources that /health names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How the service is at one moment."""

    problems: tuple[str, ...] = ()
    """What makes it ill, in plain words; none: it is well."""
    waiting: int = 0
    """Deliveries that are to be sent."""
    stopped_rooms: int = 0
    store_bytes: int = 0
    last_good: Mapping[Key, datetime | None] = field(default_factory=dict)
    """For each source that is visited, its last good visit."""
    failing: tuple[Key, ...] = ()
    """Sources whose last visit failed. They make nobody ill: no restart mends them."""
    up: timedelta = timedelta()


Look = Callable[[], Vitals]
"""Raises StoreError."""


class Metrics:
    """Counts what is logged; a Log (`bot.ports`) by itself."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        Info("sanctionwire", "The program", registry=self.registry).info({"version": version("sanctionwire")})
        ProcessCollector(registry=self.registry)
        self._polls = self._counter("polls", "Visits to sources", "outcome")
        self._failures = self._counter("poll_failures", "Visits that failed", "problem")
        self._items = self._counter("items", "Items never seen before")
        self._actions = self._counter("actions", "Sanctions actions read in new items")
        self._stories = self._counter("stories", "Stories begun")
        self._alerts = self._counter("alerts", "Attempts to tell a room", "kind", "outcome")
        self._faults = self._counter("faults", "Events that somebody should look into", "event")
        self._delay = Histogram(
            "sanctionwire_delivery_delay_seconds",
            "From the decision to tell a room, or the end of its wait, to the platform's yes",
            buckets=DELAYS,
            registry=self.registry,
        )
        self._takers: dict[str, Callable[[Mapping[str, object]], None]] = {
            "polled": self._polled,
            "poll_failed": self._poll_failed,
            "delivered": self._delivered,
            "delayed": lambda fields: self._told(fields, "delayed"),
            "refused": lambda fields: self._told(fields, "refused"),
            "room_given_up": lambda fields: self._alerts.labels("any", "refused").inc(_number(fields, "refused")),
        }

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"sanctionwire_{name}", text, labels, registry=self.registry)

    def __call__(self, event: str, /, **fields: object) -> None:
        """Count an event, if it is one of those that are counted."""
        if taker := self._takers.get(event):
            taker(fields)
        elif event in FAULTS:
            self._faults.labels(event).inc()

    def watch(self, look: Look) -> None:
        """Show from now on, beside what is counted, how the service is."""
        self.registry.register(_Gauges(look))

    def _polled(self, fields: Mapping[str, object]) -> None:
        self._polls.labels(str(fields.get("outcome"))).inc()
        for counter, name in ((self._items, "fresh"), (self._actions, "actions"), (self._stories, "stories")):
            counter.inc(_number(fields, name))

    def _poll_failed(self, fields: Mapping[str, object]) -> None:
        self._polls.labels("failed").inc()
        self._failures.labels(str(fields.get("problem"))).inc()

    def _told(self, fields: Mapping[str, object], outcome: str) -> None:
        self._alerts.labels(str(fields.get("kind")), outcome).inc()

    def _delivered(self, fields: Mapping[str, object]) -> None:
        self._told(fields, "sent")
        if isinstance(delay := fields.get("delay"), timedelta):
            # a clock that was put back makes no delivery faster than light
            self._delay.observe(max(0.0, delay.total_seconds()))


def _number(fields: Mapping[str, object], name: str) -> int:
    value = fields.get(name, 0)
    return value if isinstance(value, int) else 0


class _Gauges(Collector):
    """What is looked up when somebody asks."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges; none while the store cannot be read, but for the one that says so."""
        try:
            vitals = self._look()
        except StoreError:
            yield _gauge("well", "Whether /health says ok", 0)
            return
        yield _gauge("well", "Whether /health says ok", not vitals.problems)
        yield _gauge("waiting", "Deliveries that are to be sent", vitals.waiting)
        yield _gauge("rooms_stopped", "Rooms that take nothing", vitals.stopped_rooms)
        yield _gauge("store_bytes", "Bytes of the store on disk", vitals.store_bytes)
        yield _gauge("sources", "Sources that are visited", len(vitals.last_good))
        yield _gauge("sources_failing", "Sources whose last visit failed", len(vitals.failing))
        good = GaugeMetricFamily("sanctionwire_source_last_good_timestamp_seconds", "Last good visit", labels=["feed"])
        for key, when in vitals.last_good.items():
            if when is not None:
                good.add_metric([key], when.timestamp())
        yield good


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"sanctionwire_{name}", text, value=float(value))


class HealthServer:
    """Serves both pages from `async with` on until its end; `port` is where, also where 0 was asked for."""

    def __init__(self, host: str, port: int, look: Look, metrics: Metrics) -> None:
        # a server is a tenth of a second at the start, and not everybody has one
        from aiohttp import web
        from prometheus_client.aiohttp import make_aiohttp_handler

        self.host, self.port = host, port
        self._look, self._web = look, web
        app = web.Application()
        app.router.add_get("/health", self._health)
        app.router.add_get("/metrics", make_aiohttp_handler(metrics.registry))
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.5)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        try:
            await self._web.TCPSite(self._runner, self.host, self.port).start()
        except OSError as error:
            await self._runner.cleanup()
            fault = (
                f"settings.toml [health] address: {self.host}:{self.port} cannot be listened on "
                f"({error.strerror or error}); end what does, write another address, or an empty one to turn it off"
            )
            raise ConfigError([fault]) from error
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _health(self, _: "web.Request") -> "web.Response":
        try:
            vitals = self._look()
        except StoreError as error:
            vitals = Vitals(problems=(str(error),))
        return self._web.json_response(_report(vitals), status=503 if vitals.problems else 200)


def _report(vitals: Vitals) -> dict[str, object]:
    read = [when for when in vitals.last_good.values() if when is not None]
    return {
        "status": "ill" if vitals.problems else "ok",
        "problems": list(vitals.problems),
        "version": version("sanctionwire"),
        "up_seconds": int(vitals.up.total_seconds()),
        "sources": len(vitals.last_good),
        "sources_failing": list(vitals.failing[:NAMED]),
        "last_good": max(read).isoformat(timespec="seconds") if read else None,
        "waiting": vitals.waiting,
        "stopped_rooms": vitals.stopped_rooms,
        "store_bytes": vitals.store_bytes,
    }
