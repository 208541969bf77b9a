"""What a channel hears: subscribe, unsubscribe, subscriptions."""

from dataclasses import replace

from bot import briefs
from bot.commands.drafting import buttons, propose
from bot.commands.keys import short_key
from bot.commands.office import PAGE, Office, Row, whole_place
from bot.commands.pages import PAGED, page_of, turning
from bot.commands.trying import heard_here, told, tried
from bot.domain import Button, Command, Key, Made, Message, Option, Request, Right, Subscription
from bot.errors import AlreadyThere, UsageError
from bot.rules import Every, Query, parse, print_line
from bot.rules.values import shown

RHYTHM = ("every", "at", "zone", "quiet")


async def _subscribe(office: Office, request: Request) -> Message:
    query = parse(composed(request), office.names)
    made = made_subscription(office, request, query)
    before = tuple(one for one in office.store.subscriptions() if one.key == made.key)
    result = await tried(office, request, query, heard_here(office, request).and_(made), everything=False)
    says = f"This channel now hears {made.line or 'everything'}  [{made.key}]"
    draft = propose(office, request, before=Made(subscriptions=before), after=Made(subscriptions=(made,)), says=says)
    return Message(
        title=f"Subscribe to {made.line or 'everything'}?",
        lines=(*told(office, result), *_rhythm(query)),
        buttons=buttons(draft, "Change it" if before else "Subscribe"),
        private=True,
    )


def made_subscription(office: Office, request: Request, query: Query) -> Subscription:
    """Return a subscription of this room; one to the same at other times keeps its key. Raises AlreadyThere."""
    line = print_line(query)
    if any(one.line == line for one in office.heard_here(request)[0]):
        raise AlreadyThere(f"This channel hears that already: {line or 'everything'}.")
    before = _same_terms(office, request, query)
    return Subscription(
        key=before.key if before else short_key((request.room, *map(str, query.terms)), _taken(office)),
        room=request.room,
        line=line,
        origin="chat",
        by=request.name or request.person,
        at=office.clock(),
        place=request.place,
    )


def composed(request: Request) -> str:
    """Return the rule line with the options that were given by name."""
    said = [request.options.get("rule", "")]
    for name in RHYTHM:
        value = request.options.get(name, "").strip()
        if value:
            said.append(f'{name}:"{value}"' if " " in value else f"{name}:{value}")
    return " ".join(filter(None, said))


def _rhythm(query: Query) -> list[str]:
    """Say when the channel is told."""
    rhythm = query.rhythm
    said = []
    if rhythm.every is Every.DAY and rhythm.at is not None:
        said.append(f"Told once a day at {rhythm.at:%H:%M} ({rhythm.zone}).")
    elif rhythm.every is Every.HOUR:
        said.append("Told once an hour, in one message.")
    if rhythm.quiet is not None:
        start, end = rhythm.quiet
        said.append(f"Quiet from {start:%H:%M} to {end:%H:%M} ({rhythm.zone}); what comes then is told together after.")
    return said


def _same_terms(office: Office, request: Request, query: Query) -> Subscription | None:
    """Return the room's subscription to the same, told at other times."""
    mine = [one for one in office.store.subscriptions() if one.room == request.room]
    return next((one for one in mine if parse(one.line, office.names).terms == query.terms), None)


def _taken(office: Office) -> set[Key]:
    return {one.key for one in office.store.subscriptions()}


async def _unsubscribe(office: Office, request: Request) -> Message:
    if whole_place(request) and request.right < Right.ADMIN:
        raise UsageError("For a whole place that is up to its admins; type it in the channel itself.")
    mine = [one for one in office.subscriptions_for(request) if one.origin != "file"]
    key = request.options.get("key", "").strip().strip("[]")
    if not key and len(mine) != 1:
        return _which(mine)
    one = next((one for one in mine if one.key == key or not key), None)
    if one is None:
        kept = any(other.key == key for other in office.subscriptions_for(request))
        why = "is the operator's, and stands in config/rules.toml" if kept else "is none of this channel's"
        raise UsageError(f'The subscription "{shown(key)}" {why}. "subscriptions" lists them.')
    query = parse(one.line, office.names)
    here = replace(request, room=one.room, place=one.place)
    result = await tried(office, here, query, heard_here(office, here).without(one.key), everything=False)
    draft = propose(
        office,
        request,
        before=Made(subscriptions=(one,)),
        says=f"This channel no longer hears {one.line or 'everything'}  [{one.key}]",
    )
    return Message(
        title=f"No longer hear {one.line or 'everything'}?",
        lines=told(office, result),
        buttons=buttons(draft, "Unsubscribe"),
        private=True,
    )


def _which(mine: list[Subscription]) -> Message:
    if not mine:
        raise UsageError('Nothing is subscribed here that could be taken back. "subscriptions" lists what is heard.')
    offered = tuple(Button(action="unsubscribe", label=one.key, value=one.key) for one in mine[:PAGE])
    lines = tuple(briefs.subscription_line(one) for one in mine[:PAGE])
    return Message(title="Which one?", lines=lines, buttons=offered, private=True)


async def _subscriptions(office: Office, request: Request) -> Message:
    page = page_of(request, office.subscriptions_for(request))
    everywhere = request.right >= Right.OPERATOR or whole_place(request)
    lines = tuple(briefs.subscription_line(one, everywhere=everywhere) for one in page.shown)
    listed = Message(
        title="Subscriptions here", lines=lines or ('None yet. "subscribe" makes one.',), footer=page.footer
    )
    return replace(listed, buttons=turning(office, SUBSCRIPTIONS, request, page))


SUBSCRIBE = Command(
    words="subscribe",
    about="Let this channel hear what a rule picks; shows first what it would have posted",
    options=(
        Option(name="rule", about="A rule line; nothing: all sanctions news", kind="rule", required=False),
        Option(name="every", about="How often", required=False, choices=tuple(Every)),
        Option(name="at", about="When a daily digest comes, such as 09:00", kind="time", required=False),
        Option(name="zone", about="The time zone, such as Europe/Berlin", kind="zone", required=False),
        Option(name="quiet", about="Quiet hours, such as 22:00-07:00", required=False),
    ),
    right=Right.MANAGER,
    private=True,
)
UNSUBSCRIBE = Command(
    words="unsubscribe",
    about="Let this channel no longer hear something",
    options=(Option(name="key", about="The subscription's key", kind="subscription", required=False),),
    right=Right.MANAGER,
    private=True,
)
SUBSCRIPTIONS = Command(words="subscriptions", about="What this channel hears", options=(PAGED,))

ROWS = (
    Row(command=SUBSCRIBE, answer=_subscribe, cost=4),
    Row(command=UNSUBSCRIBE, answer=_unsubscribe, cost=4),
    Row(command=SUBSCRIPTIONS, answer=_subscriptions),
)
