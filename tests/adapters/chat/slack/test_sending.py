"""A delivery becomes one post, whatever goes wrong on the way."""

import asyncio
from dataclasses import replace

import pytest

from adapters.chat.slack.client import SlackChat
from bot.domain import AlertKind, Delivery, Message, Receipt
from bot.errors import ChatError, Delayed, Doubtful
from tests.adapters.chat.slack.conftest import Make
from tests.adapters.chat.slack.support import ALERT, delivery, until, words
from tests.emulators.slack import Fault, SlackEmulator


async def persist(chat: SlackChat, one: Delivery, tries: int = 6) -> Receipt:
    """Send as the pipeline does: again after a failure, in doubt after a doubtful one."""
    for _ in range(tries):
        try:
            return await chat.send(one)
        except Doubtful:
            one = replace(one, doubtful=True, attempts=one.attempts + 1)
        except Delayed as error:
            one = replace(one, attempts=one.attempts + 1)
            await asyncio.sleep(min(error.after.total_seconds(), 2) if error.after else 0)
    raise AssertionError("never sent")


async def test_an_alert_is_posted_with_its_key(slack: SlackEmulator, chat: SlackChat) -> None:
    receipt = await chat.send(delivery(slack.world.room("alerts"), key="k1"))
    (message,) = slack.world.said("alerts")
    assert receipt == Receipt(message=message["ts"])
    assert message["metadata"] == {"event_type": "sanctionwire_delivery", "event_payload": {"key": "k1"}}
    assert "Norland sanctions Sudland" in words(message)
    assert message["_pings"] == []


async def test_an_edit_changes_the_post_with_its_blocks_and_its_text(slack: SlackEmulator, chat: SlackChat) -> None:
    first = await chat.send(delivery(slack.world.room("alerts")))
    edit = delivery(slack.world.room("alerts"), key="d2", kind=AlertKind.EDIT, replies_to=first)
    assert await chat.send(replace(edit, message=replace(ALERT, title="Now 12 people"))) == first
    (message,) = slack.world.said("alerts")
    assert "Now 12 people" in words(message)
    assert "Now 12 people" in message["text"]


async def test_a_follow_up_answers_in_the_thread_of_the_first_post(slack: SlackEmulator, chat: SlackChat) -> None:
    first = await chat.send(delivery(slack.world.room("alerts")))
    later = delivery(slack.world.room("alerts"), key="d2", kind=AlertKind.FOLLOW_UP, replies_to=first)
    receipt = await chat.send(later)
    assert receipt.thread == first.message
    assert slack.world.said("alerts")[1]["thread_ts"] == first.message


async def test_a_follow_up_to_a_deleted_post_is_told_all_the_same(slack: SlackEmulator, chat: SlackChat) -> None:
    slack.api.faults.append(Fault("chat.postMessage", error="thread_not_found"))
    later = delivery(slack.world.room("alerts"), kind=AlertKind.FOLLOW_UP, replies_to=Receipt(message="1.1"))
    await chat.send(later)
    (message,) = slack.world.said("alerts")
    assert "thread_ts" not in message


async def test_a_long_digest_goes_on_in_replies_each_once(slack: SlackEmulator, chat: SlackChat) -> None:
    digest = Message(title="Today", lines=tuple(f"story {n} with some more words to it" for n in range(600)))
    one = delivery(slack.world.room("alerts"), message=digest)
    slack.api.faults.append(Fault("chat.postMessage", status=0, commit=True))
    receipt = await persist(chat, one)
    top, *rest = slack.world.said("alerts")
    assert receipt.message == top["ts"]
    assert rest
    assert {reply["thread_ts"] for reply in rest} == {top["ts"]}
    shown = words({"blocks": [block for message in slack.world.said("alerts") for block in message["blocks"]]})
    assert [shown.count(f"story {n} with") for n in range(600)] == [1] * 600


# --- once, whatever happens ------------------------------------------------------------------------------------------

FAULTS = [
    Fault("chat.postMessage", status=0),
    Fault("chat.postMessage", status=0, commit=True),
    Fault("chat.postMessage", status=500),
    Fault("chat.postMessage", status=500, commit=True),
    Fault("chat.postMessage", status=503, commit=True, times=2),
    Fault("chat.postMessage", status=429, retry_after=1),
    Fault("chat.postMessage", error="internal_error", commit=True),
    Fault("chat.postMessage", error="fatal_error"),
    Fault("chat.postMessage", error="service_unavailable"),
    Fault("chat.postMessage", error="something_new"),
]
THEN = [
    Fault("conversations.history", status=500),
    Fault("conversations.history", status=429, retry_after=1),
    Fault("conversations.history", status=0),
    Fault("conversations.history", error="internal_error", times=2),
]


LOST = FAULTS[1]
TROUBLES = [*((fault,) for fault in FAULTS), *((LOST, then) for then in THEN), (LOST, LOST)]


@pytest.mark.parametrize("faults", TROUBLES, ids=lambda faults: ", then ".join(map(str, faults)))
async def test_whatever_fails_an_alert_arrives_exactly_once(
    slack: SlackEmulator, chat: SlackChat, faults: tuple[Fault, ...]
) -> None:
    slack.api.faults += [replace(fault) for fault in faults]
    receipt = await persist(chat, delivery(slack.world.room("alerts")))
    (message,) = slack.world.said("alerts")
    assert message["ts"] == receipt.message


async def test_a_lost_follow_up_is_found_in_its_thread(slack: SlackEmulator, chat: SlackChat) -> None:
    first = await chat.send(delivery(slack.world.room("alerts")))
    slack.api.faults.append(Fault("chat.postMessage", status=0, commit=True))
    later = delivery(slack.world.room("alerts"), key="d2", kind=AlertKind.FOLLOW_UP, replies_to=first)
    receipt = await persist(chat, later)
    assert len(slack.world.said("alerts")) == 2
    assert receipt.message == slack.world.said("alerts")[1]["ts"]


async def test_a_lost_edit_is_made_again(slack: SlackEmulator, chat: SlackChat) -> None:
    first = await chat.send(delivery(slack.world.room("alerts")))
    slack.api.faults.append(Fault("chat.update", status=0, commit=True))
    await persist(chat, delivery(slack.world.room("alerts"), key="d2", kind=AlertKind.EDIT, replies_to=first))
    assert len(slack.world.said("alerts")) == 1


async def test_what_a_process_that_died_may_have_sent_is_looked_up_first(slack: SlackEmulator, make: Make) -> None:
    one = delivery(slack.world.room("alerts"))
    for _ in range(2):
        chat = make()
        await chat.connect()
        # as it stands on disk: nobody lived to note that it was sent
        receipt = await chat.send(one)
        await chat.close()
    (message,) = slack.world.said("alerts")
    assert receipt.message == message["ts"]


async def test_a_fresh_delivery_costs_no_lookup(slack: SlackEmulator, chat: SlackChat) -> None:
    await chat.send(delivery(slack.world.room("alerts")))
    assert slack.api.called("conversations.history") == []


async def test_one_of_many_earlier_posts_is_found(slack: SlackEmulator, chat: SlackChat) -> None:
    one = delivery(slack.world.room("alerts"))
    receipt = await chat.send(one)
    for n in range(450):
        slack.world.post(slack.world.named("alerts"), {"text": f"chatter {n}"})
    assert await chat.send(replace(one, doubtful=True)) == receipt


async def test_without_the_scope_to_look_nothing_is_sent_on_the_chance(slack: SlackEmulator, chat: SlackChat) -> None:
    slack.api.scopes.discard("channels:history")
    with pytest.raises(Delayed, match="channels:history"):
        await chat.send(delivery(slack.world.room("alerts"), doubtful=True))
    assert slack.world.said("alerts") == []


async def test_a_call_that_hangs_is_joined_and_not_repeated(
    slack: SlackEmulator, chat: SlackChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.chat.slack.sending.PATIENCE", -2.0)
    slack.api.faults.append(Fault("chat.postMessage", delay=1.2, commit=True, status=0))
    one = delivery(slack.world.room("alerts"))
    with pytest.raises(Doubtful, match="goes on"):
        await chat.send(one)
    await persist(chat, replace(one, doubtful=True), tries=20)
    assert len(slack.world.said("alerts")) == 1
    assert len(slack.api.called("chat.postMessage")) == 1


# --- in order, at a pace ----------------------------------------------------------------------------------------------


async def test_a_rooms_posts_keep_their_order_and_their_pace(slack: SlackEmulator, chat: SlackChat) -> None:
    slack.api.post_burst = 1.0
    sends = [
        chat.send(delivery(slack.world.room("alerts"), key=f"d{n}", message=Message(title=f"{n}"))) for n in range(3)
    ]
    await asyncio.gather(*sends)
    assert [words(message) for message in slack.world.said("alerts")] == ["0", "1", "2"]


async def test_a_slow_room_holds_up_no_other(slack: SlackEmulator, chat: SlackChat) -> None:
    slack.api.faults.append(Fault("chat.postMessage", delay=2, commit=True, status=0))
    slow = asyncio.create_task(chat.send(delivery(slack.world.room("alerts"))))
    await until(lambda: slack.api.called("chat.postMessage"))
    async with asyncio.timeout(1):
        await chat.send(delivery(slack.world.room("general"), key="d2"))
    with pytest.raises(ChatError):
        await slow


async def test_sixty_rooms_are_told_without_a_refusal(slack: SlackEmulator, chat: SlackChat) -> None:
    for n in range(60):
        slack.world.add_channel(f"room-{n}")
    rooms = [slack.world.room(f"room-{n}") for n in range(60)]
    await asyncio.gather(*(persist(chat, delivery(room, key=room)) for room in rooms))
    assert [len(slack.world.said(f"room-{n}")) for n in range(60)] == [1] * 60
    assert len(slack.api.called("chat.postMessage")) == 60


async def test_many_edits_are_refused_by_nobody_and_hold_up_no_alert(slack: SlackEmulator, chat: SlackChat) -> None:
    edits = []
    for n in range(12):
        posted = Receipt(message=slack.world.post(slack.world.add_channel(f"room-{n}"), {"text": "old"})["ts"])
        edits.append(delivery(slack.world.room(f"room-{n}"), key=f"e{n}", kind=AlertKind.EDIT, replies_to=posted))
    ended = await asyncio.gather(*(chat.send(edit) for edit in edits), return_exceptions=True)
    assert {type(one) for one in ended} == {Receipt, Delayed}
    async with asyncio.timeout(1):
        await chat.send(delivery(slack.world.room("general"), key="d2"))


async def test_a_group_is_called_by_its_handle_where_a_rule_names_it(slack: SlackEmulator, chat: SlackChat) -> None:
    slack.world.groups["desk-eu"] = ["bob"]
    message = replace(ALERT, mentions=("@desk-eu", "@nobody"))
    await chat.send(delivery(slack.world.room("alerts"), message=message))
    assert slack.world.said("alerts")[0]["_pings"] == ["!subteam^SDESKEU00"]
