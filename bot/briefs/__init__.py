"""What people are told when they ask: facts -> Message. Pure.

dossier      what is known of a country, as values    lines    a source, a rule, a subscription on one line
country      the same in words, a screen at a time    looks    why something was told, how the sources are
ledger       stories, one by one or as a chain
"""

from bot.briefs.country import country
from bot.briefs.dossier import Dossier, ListLook, facts
from bot.briefs.ledger import PAGE, between, found, latest, report_line, story_line, story_link
from bot.briefs.lines import (
    LONGEST_TITLE,
    ago,
    as_of,
    change_line,
    cut,
    feed_line,
    rule_line,
    span,
    stopped_line,
    subscription_line,
    thing_line,
)
from bot.briefs.looks import status, why, with_footer
from bot.briefs.pages import country_pages

__all__ = [
    "LONGEST_TITLE",
    "PAGE",
    "Dossier",
    "ListLook",
    "ago",
    "as_of",
    "between",
    "change_line",
    "country",
    "country_pages",
    "cut",
    "facts",
    "feed_line",
    "found",
    "latest",
    "report_line",
    "rule_line",
    "span",
    "status",
    "stopped_line",
    "story_line",
    "story_link",
    "subscription_line",
    "thing_line",
    "why",
    "with_footer",
]
