"""Pictures in answers: shown where Slack takes them, told in words where it does not."""

from dataclasses import replace

import pytest

from adapters.chat.slack.pictures import file_name
from bot.domain import Message, Picture
from tests.adapters.chat.slack.support import FakeDesk, until, words
from tests.emulators.slack import Fault, SlackEmulator
from tests.emulators.slack_limits import Json
from tests.fakes import FakeLog

pytestmark = pytest.mark.usefixtures("chat")
TIMELINE = Picture(name="timeline-NO-SU.png", data=b"\x89PNG drawn", alt="Norland and Sudland, in turns")
DRAWN = Message(title="Timeline", lines=("in words",), picture=TIMELINE)


async def asked(slack: SlackEmulator, desk: FakeDesk, message: Message = DRAWN) -> Json:
    desk.answers["status"] = message
    await slack.command("bob", "alerts", "status")
    await until(lambda: slack.world.said("alerts", to="bob"))
    (answer,) = slack.world.said("alerts", to="bob")
    return answer


def image(answer: Json) -> Json | None:
    return next((block for block in answer["blocks"] if block["type"] == "image"), None)


@pytest.mark.parametrize("processed_after", [0.0, 1.0])
async def test_a_picture_is_shown_once_slack_has_processed_it(
    slack: SlackEmulator, desk: FakeDesk, processed_after: float
) -> None:
    slack.world.processed_after = processed_after
    shown = image(await asked(slack, desk))
    assert shown is not None
    assert slack.world.files[shown["slack_file"]["id"]] == TIMELINE.data
    assert shown["alt_text"] == TIMELINE.alt


async def test_a_picture_that_slack_never_shows_is_told_in_words(slack: SlackEmulator, desk: FakeDesk) -> None:
    slack.world.processed_after = 60
    answer = await asked(slack, desk)
    assert image(answer) is None
    assert TIMELINE.alt in words(answer)


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_without_the_scope_to_upload_it_is_told_in_words(
    slack: SlackEmulator, desk: FakeDesk, log: FakeLog, method: str
) -> None:
    slack.api.faults.append(Fault(method, error="missing_scope"))
    answer = await asked(slack, desk)
    assert image(answer) is None
    assert "in words" in words(answer)
    assert log.named("slack_picture_left_out") == [{"problem": "missing_scope"}]


async def test_a_picture_with_a_hostile_name_and_no_description_is_one(slack: SlackEmulator, desk: FakeDesk) -> None:
    nameless = replace(TIMELINE, name="../<x>\x00", alt="")
    assert image(await asked(slack, desk, replace(DRAWN, picture=nameless)))
    assert file_name(nameless.name) == "x"
    assert file_name("/") == "picture.png"
