"""A small lexicon, and shorthands, for tests of rules."""

from collections.abc import Mapping

from bot.domain import Action, Item, Stage
from bot.rules import Query, Subject, parse

_CODES = {
    "US": ("united states", "washington", "us"),
    "EU": ("european union", "brussels", "eu"),
    "CN": ("china", "beijing", "chn", "cn"),
    "IR": ("iran", "irn", "ir"),
    "RU": ("russia", "moscow", "ru"),
    "KP": ("north korea", "dprk", "kp"),
}


class FewNames:
    """Six countries, three instruments, two grounds, three zones."""

    instruments: Mapping[str, str] = {
        "travel_ban": "travel ban",
        "asset_freeze": "asset freeze",
        "export_control": "export controls",
    }
    grounds: Mapping[str, str] = {"human_rights": "human rights", "cyber": "cyber attacks"}
    zones = frozenset({"UTC", "Europe/Berlin", "America/New_York"})

    def find(self, text: str) -> str | None:
        typed = text.strip().lower()
        return next((code for code, names in _CODES.items() if typed in names), None)

    def nearest(self, text: str) -> list[str]:
        return [names[0].title() for names in _CODES.values() if names[0][0] == text[:1].lower()]


NAMES = FewNames()


def rule(line: str) -> Query:
    return parse(line, NAMES)


def act(issuer: str = "", target: str = "", stage: Stage = Stage.IMPOSED, *instruments: str, **more: bool) -> Action:
    return Action(
        stage=stage,
        issuers=tuple(issuer.split()),
        targets=tuple(target.split()),
        instruments=instruments,
        counter=more.get("counter", False),
        sure=more.get("sure", True),
    )


def item(title: str, *actions: Action, summary: str = "", outlet: str = "BBC News", official: bool = False) -> Subject:
    return Subject.of(
        Item(title=title, summary=summary, feed="bbc-world", outlet=outlet, official=official),
        actions or (act("US", "IR"),),
    )


def unread(title: str, outlet: str = "BBC News") -> Subject:
    """Return an item in which no action was read."""
    return Subject.of(Item(title=title, outlet=outlet, feed="bbc-world"))
