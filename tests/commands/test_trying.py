"""A back-test says how far it has come, waits its turn, and lets everybody else have theirs."""

import asyncio
from time import perf_counter

from bot.domain import Message, Request, Right
from tests.commands.kit import EVENTS, GUILD, NOISE, ROOM, Town, news, text

LINES = ("subscribe issuer:us", "rules test watch orchestra", "rules add mute target:ru", "rules test mute issuer:eu")


async def fill(town: Town, count: int) -> None:
    items = [
        news(f"{(NOISE + EVENTS[:1])[n % 4]} {n}", town.clock.now, outlet=f"Outlet {n % 30}") for n in range(count)
    ]
    await town.pipeline.take(items, now=town.clock.now)
    town.clock.advance(hours=1)


async def ask(town: Town, line: str, heard: list[Message]) -> Message:
    words, options = town.desk.parse(line)
    asked = Request(
        words=words,
        options=options,
        room=ROOM,
        place=GUILD,
        person="ann",
        right=Right.ADMIN,
        meanwhile=heard.append,
    )
    return await town.desk.ask(asked)


async def test_a_back_test_says_of_how_many_items_it_has_looked_at_how_many(town: Town) -> None:
    await fill(town, 250)
    for line in LINES:
        heard: list[Message] = []
        assert "250 items" in text(await ask(town, line, heard))
        assert [said.lines for said in heard] == [
            ("Looked at 0 of 250 items (0%).",),
            ("Looked at 100 of 250 items (40%).",),
            ("Looked at 200 of 250 items (80%).",),
        ]
        assert all(said.private for said in heard)


async def test_a_changed_rule_and_an_undone_one_say_so_too(town: Town) -> None:
    await fill(town, 120)
    await town.do("subscribe")
    await town.do("rules add mute target:ru")
    key = town.store.rules()[0].key
    for line in (f"rules edit {key} target:ir", f"rules remove {key}", "rules undo"):
        heard: list[Message] = []
        assert (await ask(town, line, heard)).buttons
        assert len(heard) == 2


async def test_nobody_listening_is_told_nothing_and_gets_the_same_answer(town: Town) -> None:
    await fill(town, 120)
    heard: list[Message] = []
    assert text(await town.ask(LINES[0])) == text(await ask(town, LINES[0], heard))


async def test_who_must_wait_for_others_is_told_so(town: Town) -> None:
    await fill(town, 120)
    words: list[list[Message]] = [[], [], []]
    await asyncio.gather(*(ask(town, line, heard) for line, heard in zip(LINES, words, strict=False)))
    assert [said[0].lines[0].startswith("Others are trying") for said in words] == [False, False, True]


async def test_a_back_test_never_keeps_the_event_loop_for_long(town: Town) -> None:
    """The bound is loose, for a busy machine: without giving way, the wait is the whole back-test's."""
    await fill(town, 2_000)
    waits: list[float] = []

    async def watch() -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(0)
            waits.append(perf_counter() - before)

    watching = asyncio.create_task(watch())
    began = perf_counter()
    await ask(town, LINES[1], [])
    took = perf_counter() - began
    watching.cancel()
    assert len(waits) > 2_000 / 10
    assert max(waits) < max(0.05, took / 4)
