"""What is known of a country: regimes, lists, news, proposals, answers; a screen first, all the rest behind buttons."""

import re
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest

from bot.domain import (
    Action,
    Feed,
    FeedState,
    ListedKind,
    ListingChange,
    ListingFate,
    Message,
    Right,
    Stage,
    Story,
    Visit,
)
from bot.regimes import Status
from tests.commands.kit import EVENTS, START, Town, text
from tests.lists_support import listing

ANSWER = "China hits back with sanctions on 10 Europeans and four institutions"
SDN = Feed(key="list-ofac", url="https://lists.example/SDN.CSV", kind="ofac", outlet="OFAC SDN List", official=True)
DAY = timedelta(days=1)


def told(key: str, roles: str, ago: int, stage: Stage = Stage.IMPOSED, **more: object) -> Story:
    issuers, _, targets = roles.partition(">")
    at = START - ago * DAY
    action = Action(stage=stage, issuers=tuple(issuers.split()), targets=tuple(targets.split()), evidence=key)
    return replace(Story(key=key, action=action, headline=key, first=at, last=at), **more)  # type: ignore[arg-type]


def size(message: Message) -> int:
    """Return how many characters a first screen takes, addresses and all."""
    return len(text(message)) + sum(len(one.label) for one in message.buttons)


async def pages(town: Town, line: str) -> list[Message]:
    """Return a page and all that "More ▶" leads to."""
    found = [await town.ask(line, right=Right.OPERATOR)]
    while any(one.label == "More ▶" for one in found[-1].buttons):
        found.append(await town.press(found[-1], "More ▶", right=Right.OPERATOR))
    return found


def take_in(town: Town, uids: range, *, code: str = "RU", at: timedelta = timedelta()) -> None:
    """Let the list have these persons of a country, added at a moment before now."""
    changes = [
        (
            ListingChange(
                fate=ListingFate.ADDED,
                listing=listing(str(uid), f"PERSON {uid} IVANOV", countries=(code,), targets=(code,)),
                at=START - at,
            ),
            uid,
        )
        for uid in uids
    ]
    town.store.save_listings(SDN.key, changes)
    town.store.finish_list(SDN.key, digest=f"d{uids}", at=START - at)


@pytest.fixture
def listed(town: Town) -> Town:
    """A town that reads an official list: 40 Russians stood there at first, three came lately."""
    town = Town(town.store, town.knowledge, feeds=(SDN,))
    take_in(town, range(40), at=100 * DAY)
    take_in(town, range(40, 43), at=2 * DAY)
    town.store.save_visit(
        visit_of(SDN),
        FeedState(feed=SDN.key, stocked=True, last_visit=START, last_good=START - timedelta(hours=2)),
    )
    return town


def visit_of(feed: Feed) -> Visit:
    return Visit(feed=feed.key, at=START, outcome="nothing_new", status=200)


# --- the first screen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["China", "CN", "CHN", "beijing", "PRC", "chinese", '"people\'s republic of china"'])
async def test_a_country_goes_by_any_of_its_names(town: Town, name: str) -> None:
    await town.read(EVENTS[0])
    said = text(await town.ask(f"country {name}", right=Right.ALL))
    assert "Sanctions: China" in said
    assert "In force against it: " in said
    assert "The EU imposes sanctions on China" in said


async def test_an_unknown_country_gets_the_nearest(town: Town) -> None:
    assert "Did you mean Russia" in text(await town.ask("country Rusia"))


async def test_every_country_fits_one_screen_with_buttons_that_lead_somewhere(town: Town) -> None:
    town.store.seed_stories(town.events)
    asked = 0
    for code in town.knowledge.lexicon.codes:
        message = await town.ask(f"country {code}", right=Right.OPERATOR)
        assert size(message) <= 1_850, code
        for one in message.buttons:
            assert len(f"{one.action} {one.value}") <= 80, code
            words, options = town.desk.parse(f"{one.action} {one.value}")
            assert words in ("country", "timeline")
            assert options
        asked += 1
    assert asked >= 50


async def test_fifty_countries_with_everything_known_of_them_stay_on_one_screen(listed: Town) -> None:
    listed.store.seed_stories(listed.events)
    codes = [code for code in listed.knowledge.lexicon.codes if listed.knowledge.regimes.against(code)][:50]
    take_in(listed, range(100, 150), code=codes[0])
    started = perf_counter()
    for code in codes:
        assert size(await listed.ask(f"country {code}", right=Right.OPERATOR)) <= 1_850, code
    assert (perf_counter() - started) / len(codes) < 0.1


async def test_regimes_are_told_issuer_by_issuer_with_law_and_day(town: Town) -> None:
    said = (await town.ask("country Belarus")).lines
    eu = next(line for line in said if line.startswith("• EU"))
    assert re.search(r"asset freeze, .* · Council .* · as of \d+ \w+ \d{4}", eu)


async def test_an_unconfirmed_regime_is_marked_and_counted(town: Town) -> None:
    doubtful = [one for one in town.knowledge.regimes.against("KP") if not one.confirmed]
    assert doubtful
    message = await town.ask("country North Korea")
    assert f"{len(doubtful)} of these" in text(message)
    lines = [line for page in await pages(town, "country KP side:against") for line in page.lines]
    assert sum("unconfirmed" in line for line in lines) == len(doubtful)


async def test_ended_and_suspended_regimes_are_told_apart(town: Town) -> None:
    against = town.knowledge.regimes.against("ZW", ended=True)
    assert any(one.status is Status.ENDED for one in against)
    said = text(await town.ask("country Zimbabwe"))
    standing = sum(one.status is Status.IN_FORCE for one in against)
    assert re.search(rf"In force against it: {standing} regimes by \d+ issuers, 1 ended", said)
    lines = [line for page in await pages(town, "country ZW side:against") for line in page.lines]
    ended = [number for number, one in enumerate(against, 1) if one.status is Status.ENDED]
    assert [int(line.partition(".")[0]) for line in lines if re.match(r"\d+\. ENDED ", line)] == ended


async def test_a_country_of_which_nothing_is_known_says_so(town: Town) -> None:
    said = text(await town.ask("country Vanuatu"))
    assert "none known" in said
    assert "no proof that there is none" in said


async def test_a_union_has_what_it_imposes_and_what_hits_it_and_its_members(town: Town) -> None:
    said = text(await town.ask("country EU"))
    assert "by 3 issuers" in said
    assert "Against members by themselves: " in said
    assert "Lithuania" in said


async def test_a_member_is_led_to_its_union(town: Town) -> None:
    message = await town.ask("country Germany")
    assert f"Through the EU: {len(town.knowledge.regimes.against('EU'))} regimes against it" in text(message)
    assert "Sanctions: EU" in text(await town.press(message, "EU"))


# --- lists --------------------------------------------------------------------------------------------------------


async def test_lists_are_told_with_what_changed_in_30_days_and_when_they_were_read(listed: Town) -> None:
    said = text(await listed.ask("country Russia", right=Right.OPERATOR))
    assert "OFAC SDN List: 43 people; +3 −0 in 30 days" in said
    assert "lists read 2 h ago" in said


async def test_a_list_that_fails_is_said_to_be_old(listed: Town) -> None:
    state = replace(listed.store.feed_state(SDN.key), problem="schema_changed", failures=3)
    listed.store.save_visit(visit_of(SDN), state)
    lines = [line for page in await pages(listed, "country Russia side:more") for line in page.lines]
    assert any("FAILING schema_changed" in line for line in lines)
    assert any("cannot be read now (schema_changed); it is shown as it was 2 h ago" in line for line in lines)


async def test_no_list_read_is_no_clean_record(town: Town) -> None:
    town = Town(town.store, town.knowledge, feeds=(SDN,))
    said = text(await town.ask("country Russia", right=Right.OPERATOR))
    assert "Listed: no list was read yet" in said
    assert "no list read yet" in said


# --- the ledger ---------------------------------------------------------------------------------------------------


async def test_open_proposals_are_those_that_nothing_decided(town: Town) -> None:
    town.store.seed_stories(
        [
            told("open", "EU>RU", 20, Stage.PROPOSED),
            told("decided", "US>RU", 60, Stage.PROPOSED),
            told("decision", "US>RU", 30),
            told("stale", "GB>RU", 500, Stage.PROPOSED),
        ]
    )
    page = next(page for page in await pages(town, "country Russia side:more") if "proposals" in page.title)
    proposals = [line for line in page.lines if "considers" in line]
    assert len(proposals) == 1
    assert "[open]" in proposals[0]


async def test_who_answered_whom_names_both(town: Town) -> None:
    await town.read(EVENTS[0], ANSWER)
    said = text(await town.ask("country China"))
    assert "Who answered whom" in said
    assert re.search(r"China imposes sanctions on the EU.*\(answers EU sanctions on China", said)


async def test_since_leaves_out_what_was_before(town: Town) -> None:
    await town.read(EVENTS[1])
    assert "imposes" not in text(await town.ask("country Iran since:2026-03-03"))
    said = text(await town.ask("country Iran since:2026-03-01"))
    assert "Sanctions: Iran, since 1 Mar 2026" in said
    assert "In force against it: none since then" in said
    assert re.search("The US imposes .* on Iran", said)


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["RU", "EU", "US", "IR", "CN", "BY", "KP", "SY", "CU", "MM"])
async def test_every_regime_stands_on_a_page_with_its_link_and_day(town: Town, code: str) -> None:
    for side, regimes in (
        ("against", town.knowledge.regimes.against(code, ended=True)),
        ("by", town.knowledge.regimes.by(code, ended=True)),
    ):
        found = await pages(town, f"country {code} side:{side}")
        links = [link for page in found for link in page.links]
        assert [link.url for link in links] == [one.link for one in regimes]
        assert all(re.search(r"\(as of \d+ \w+ \d{4}\)$", link.label) for link in links)
        lines = [line for page in found for line in page.lines if re.match(r"\d+\. ", line)]
        assert len(lines) == len(regimes)
        for line, one in zip(lines, regimes, strict=True):
            assert one.legal_basis[0][:30] in line


async def test_every_page_is_short_and_dated(town: Town) -> None:
    town.store.seed_stories(town.events)
    for side in ("against", "by", "more"):
        for page in await pages(town, f"country Russia side:{side}"):
            assert len(page.title) + sum(map(len, page.lines)) <= 3_000
            assert "Regimes as of" in page.footer


async def test_the_other_sides_are_buttons_on_every_page(town: Town) -> None:
    regimes = town.knowledge.regimes
    many, few = len(regimes.against("RU", ended=True)), len(regimes.by("RU", ended=True))
    against = await town.press(await town.ask("country Russia"), f"Against ({many})")
    assert f"Sanctions against Russia: {many} regimes" in against.title
    by = await town.press(against, f"By ({few})")
    assert f"Sanctions by Russia: {few} regimes" in by.title
    assert "official lists" in (await town.press(by, "More")).title


# --- the same as values -------------------------------------------------------------------------------------------


async def test_those_who_read_json_get_the_same_as_values(listed: Town) -> None:
    await listed.read(EVENTS[0], ANSWER)
    facts = await listed.facts("country Russia")
    assert facts["code"] == "RU"
    assert len(facts["against"]["regimes"]) == len(listed.knowledge.regimes.against("RU", ended=True))
    assert {"issuer", "measures", "legal_basis", "link", "as_of", "status", "confirmed"} <= facts["against"]["regimes"][
        0
    ].keys()
    assert facts["lists"][0]["listed"] == {ListedKind.INDIVIDUAL: 43}
    china = await listed.facts("country CN side:by")
    assert "against" not in china
    assert china["by"]["actions"][0]["stage"] == "imposed"
    assert china["answers"]
