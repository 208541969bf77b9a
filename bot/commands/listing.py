"""What there is: subscriptions of the room, rules of the place, sources."""

from dataclasses import replace

from bot import briefs
from bot.commands.looking import PAGED
from bot.commands.office import Office, Row
from bot.commands.pages import page_of, turning
from bot.domain import Command, Message, Request, Right


async def _subscriptions(office: Office, request: Request) -> Message:
    page = page_of(request, office.subscriptions_for(request))
    lines = tuple(briefs.subscription_line(one, everywhere=request.right >= Right.OPERATOR) for one in page.shown)
    told = Message(title="Subscriptions here", lines=lines or ('None yet. "subscribe" makes one.',), footer=page.footer)
    return replace(told, buttons=turning(SUBSCRIPTIONS, request, page))


async def _feeds(office: Office, request: Request) -> Message:
    states, now = office.store.feed_states(), office.clock()
    page = page_of(request, office.feeds_for(request))
    lines = tuple(briefs.feed_line(feed, states.get(feed.key), now) for feed in page.shown)
    told = Message(title=f"{page.total} sources", lines=lines, footer=page.footer)
    return replace(told, buttons=turning(FEEDS, request, page))


async def _rules(office: Office, request: Request) -> Message:
    page = page_of(request, office.rules_for(request))
    lines = tuple(briefs.rule_line(rule) for rule in page.shown)
    told = Message(title="Rules here", lines=lines or ('None yet. "rules add" makes one.',), footer=page.footer)
    return replace(told, buttons=turning(RULES, request, page))


SUBSCRIPTIONS = Command(words="subscriptions", about="What this channel hears", options=(PAGED,))
FEEDS = Command(words="feeds list", about="The sources and how they are", options=(PAGED,), right=Right.ADMIN)
RULES = Command(
    words="rules list", about="The keyword rules, and how each is doing", options=(PAGED,), right=Right.ADMIN
)

ROWS = (
    Row(command=SUBSCRIPTIONS, answer=_subscriptions),
    Row(command=FEEDS, answer=_feeds),
    Row(command=RULES, answer=_rules),
)
