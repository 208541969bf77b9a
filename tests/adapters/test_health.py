"""The two pages for machines, over a real socket."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.health import HealthServer, Metrics, Vitals
from bot.errors import ConfigError, StoreError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Service:
    """A service with a health page, which is as well as `vitals` say."""

    vitals: Vitals | StoreError = field(default_factory=Vitals)
    metrics: Metrics = field(default_factory=Metrics)
    address: str = ""

    def look(self) -> Vitals:
        if isinstance(self.vitals, StoreError):
            raise self.vitals
        return self.vitals

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[aiohttp.ClientSession]:
        self.metrics.watch(self.look)
        async with HealthServer("127.0.0.1", 0, self.look, self.metrics) as server:
            self.address = f"http://127.0.0.1:{server.port}"
            async with aiohttp.ClientSession(self.address) as session:
                yield session

    async def figures(self) -> dict[str, float]:
        """Return every figure of /metrics, by its name with its labels."""
        async with self.serving() as session, session.get("/metrics") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=")
            text = await answer.text()
        return {
            sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


@pytest.fixture
def service() -> Service:
    return Service()


async def test_a_service_that_is_well_answers_200_and_says_what_it_looks_at(service: Service) -> None:
    service.vitals = Vitals(
        waiting=2, last_good={"wire": NOON, "herald": None}, failing=("herald",), up=timedelta(hours=1)
    )
    async with service.serving() as session, session.get("/health") as answer:
        assert answer.status == 200
        said = await answer.json()
    assert (said["status"], said["sources"], said["sources_failing"], said["waiting"]) == ("ok", 2, ["herald"], 2)
    assert (said["last_good"], said["up_seconds"]) == ("2026-03-02T12:00:00+00:00", 3600)


async def test_a_service_that_is_ill_answers_503_and_says_why(service: Service) -> None:
    service.vitals = Vitals(problems=("nothing was sent for 700 s",))
    async with service.serving() as session, session.get("/health") as answer:
        assert answer.status == 503
        assert (await answer.json())["problems"] == ["nothing was sent for 700 s"]


async def test_a_store_that_cannot_be_read_makes_it_ill_and_takes_no_counter_away(service: Service) -> None:
    service.vitals = StoreError("the database news.db is damaged")
    service.metrics("polled", outcome="new", fresh=3)
    async with service.serving() as session, session.get("/health") as answer:
        assert answer.status == 503
        assert (await answer.json())["problems"] == ["the database news.db is damaged"]
    figures = await Service(vitals=service.vitals, metrics=service.metrics).figures()
    assert figures["sanctionwire_well"] == 0
    assert figures["sanctionwire_items_total"] == 3


async def test_what_is_logged_is_counted(service: Service) -> None:
    log = service.metrics
    log("polled", feed="wire", outcome="new", items=20, fresh=3, actions=4, stories=2)
    log("polled", feed="wire", outcome="unchanged", items=0, fresh=0, actions=0, stories=0)
    log("poll_failed", feed="herald", problem="http_404")
    log("delivered", kind="alert", delay=timedelta(seconds=4))
    log("delivered", kind="alert", delay=timedelta(seconds=-4))
    log("delayed", kind="edit")
    log("room_given_up", refused=7)
    log("poll_broke", feed="wire", error="bug")
    log("something_else", delay="x")
    figures = await service.figures()
    assert figures["sanctionwire_polls_total outcome=new"] == 1
    assert figures["sanctionwire_polls_total outcome=failed"] == 1
    assert figures["sanctionwire_poll_failures_total problem=http_404"] == 1
    assert figures["sanctionwire_items_total"] == 3
    assert figures["sanctionwire_actions_total"] == 4
    assert figures["sanctionwire_stories_total"] == 2
    assert figures["sanctionwire_alerts_total kind=alert outcome=sent"] == 2
    assert figures["sanctionwire_alerts_total kind=edit outcome=delayed"] == 1
    assert figures["sanctionwire_alerts_total kind=any outcome=refused"] == 7
    assert figures["sanctionwire_faults_total event=poll_broke"] == 1
    assert figures["sanctionwire_delivery_delay_seconds_count"] == 2
    assert figures["sanctionwire_delivery_delay_seconds_bucket le=2.0"] == 1


async def test_what_is_a_state_is_looked_up(service: Service) -> None:
    service.vitals = Vitals(
        waiting=5, stopped_rooms=1, store_bytes=4096, last_good={"wire": NOON, 'a"\n{b': NOON, "new": None}
    )
    figures = await service.figures()
    assert figures["sanctionwire_waiting"] == 5
    assert figures["sanctionwire_rooms_stopped"] == 1
    assert figures["sanctionwire_store_bytes"] == 4096
    assert figures["sanctionwire_sources"] == 3
    assert figures["sanctionwire_source_last_good_timestamp_seconds feed=wire"] == NOON.timestamp()
    assert figures['sanctionwire_source_last_good_timestamp_seconds feed=a"\n{b'] == NOON.timestamp()
    assert "sanctionwire_source_last_good_timestamp_seconds feed=new" not in figures
    assert figures["process_resident_memory_bytes"] > 0


async def test_two_services_in_one_process_count_for_themselves() -> None:
    first, second = Metrics(), Metrics()
    first("polled", fresh=1)
    assert (await Service(metrics=second).figures())["sanctionwire_items_total"] == 0


async def test_nothing_else_is_served(service: Service) -> None:
    async with service.serving() as session:
        for path, method, status in (("/", "GET", 404), ("/../etc/passwd", "GET", 404), ("/health", "POST", 405)):
            async with session.request(method, path) as answer:
                assert answer.status == status


async def test_an_address_that_is_taken_is_named_with_what_to_do(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"\[health\] address: 127\.0\.0\.1:{port} .*in use.*write another"):
            async with HealthServer("127.0.0.1", port, service.look, service.metrics):
                pass


async def test_an_address_that_is_not_ours_is_named_too(service: Service) -> None:
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1:8080 cannot be listened on"):
        async with HealthServer("192.0.2.1", 8080, service.look, service.metrics):
            pass
