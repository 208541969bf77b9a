"""What was changed, by whom, and taking it back; rules as TOML."""

from dataclasses import replace

from bot import briefs
from bot.commands.drafting import buttons, changes_for, propose
from bot.commands.office import Office, Row, number, reach
from bot.commands.pages import PAGED, page_of, turning
from bot.commands.ruling import check_rule, kind_of, made_rule, mention_of
from bot.commands.subscribing import made_subscription
from bot.commands.toml import label_of, pages, read_toml, write_toml
from bot.commands.trying import count, heard_here, told, tried
from bot.domain import Change, Command, Feed, Made, Message, Option, Request, Right, Rule, Subscription
from bot.errors import AlreadyThere, UsageError
from bot.rules import Query, parse, print_line
from bot.rules.values import shown

KEPT = 500
"""Changes looked back at."""

Thing = Rule | Subscription | Feed


async def _history(office: Office, request: Request) -> Message:
    page = page_of(request, changes_for(office, request, KEPT))
    lines = tuple(briefs.change_line(change) for change in page.shown)
    listed = Message(title="What was changed here", lines=lines or ("Nothing yet.",), footer=page.footer)
    return replace(listed, buttons=turning(office, HISTORY, request, page))


async def _undo(office: Office, request: Request) -> Message:
    change = _meant(office, request)
    if _standing(office, change) != change.after:
        raise UsageError(f"No. {change.n} was changed again since. Undo the later change first, or edit it.")
    verb = "Bring back" if change.after is None else "Remove" if change.before is None else "Put back"
    thing = change.before or change.after
    line = briefs.thing_line(thing) if thing else ""
    draft = propose(
        office,
        request,
        before=_made(change.after),
        after=_made(change.before),
        says=f"No. {change.n} is undone: {line}",
    )
    return Message(
        title=f"Undo no. {change.n}?",
        lines=(f"{verb}: {line}", *await _effect(office, request, change)),
        buttons=buttons(draft, "Undo"),
        private=True,
    )


def _meant(office: Office, request: Request) -> Change:
    changes = changes_for(office, request, KEPT)
    wanted = request.options.get("number", "").strip().removeprefix("#")
    if not wanted and changes:
        return changes[0]
    if wanted:
        n = number(wanted, what="number of a change")
        for change in changes:
            if change.n == n:
                return change
        raise UsageError(f'There is no change no. {n} here. "rules history" lists them.')
    raise UsageError("Nothing was changed here yet.")


def _standing(office: Office, change: Change) -> Thing | None:
    """Return what a change was about, as it is now."""
    now: list[Thing] = [*office.store.rules(), *office.store.subscriptions(), *office.store.feeds()]
    kinds = (type(change.before), type(change.after))
    return next((one for one in now if one.key == change.key and type(one) in kinds), None)


def _made(thing: Thing | None) -> Made:
    if isinstance(thing, Rule):
        return Made(rules=(thing,))
    if isinstance(thing, Subscription):
        return Made(subscriptions=(thing,))
    return Made(feeds=(thing,)) if thing else Made()


async def _effect(office: Office, request: Request, change: Change) -> tuple[str, ...]:
    """Say what undoing it would do in this room, where it does anything here."""
    thing = change.before or change.after
    if thing is None or isinstance(thing, Feed):
        return ()
    if isinstance(thing, Subscription) and thing.room != request.room:
        return ()
    here = heard_here(office, request).without(change.key)
    then = here.and_(change.before) if isinstance(change.before, Rule | Subscription) else here
    query = parse(thing.line, office.names)
    return told(office, await tried(office, request, query, then, everything=isinstance(thing, Rule)))


# --- TOML -----------------------------------------------------------------------------------------------------------


async def _export(office: Office, request: Request) -> Message:
    own = [rule for rule in office.store.rules() if rule.scope == reach(request) or request.right >= Right.OPERATOR]
    heard = [one for one in office.subscriptions_for(request) if one.origin != "file"]
    page = page_of(request, pages([*heard, *own]), per=1)
    shown = [one for entries in page.shown for one in entries]
    text = write_toml(
        [one for one in shown if isinstance(one, Subscription)], [one for one in shown if isinstance(one, Rule)]
    )
    exported = Message(
        title="rules.toml",
        lines=tuple(text.splitlines()) or ("# no rules here yet",),
        verbatim=True,
        footer=replace(page, total=len(heard) + len(own)).footer,
        private=True,
    )
    return replace(exported, buttons=turning(office, EXPORT, request, page))


async def _import(office: Office, request: Request) -> Message:
    read = read_toml(request.options["toml"])
    rules, subscriptions = _imported(office, request, read)
    if not rules and not subscriptions:
        raise UsageError("All of that is here already.")
    made: tuple[Rule | Subscription, ...] = (*subscriptions, *rules)
    result = await tried(office, request, Query(), heard_here(office, request).and_(*made), everything=False)
    keys = {one.key for one in subscriptions}
    what = f"{count(len(rules), 'rule')} and {count(len(subscriptions), 'subscription')}"
    draft = propose(
        office,
        request,
        before=Made(subscriptions=tuple(one for one in office.store.subscriptions() if one.key in keys)),
        after=Made(rules=tuple(rules), subscriptions=tuple(subscriptions)),
        says=f"Imported {what}",
    )
    shown_lines = [briefs.thing_line(one) for one in made[:10]]
    more = [f"… and {len(made) - 10} more"] if len(made) > 10 else []
    return Message(
        title=f"Import {what}?",
        lines=(*shown_lines, *more, *told(office, result)[1:]),
        buttons=buttons(draft, "Import"),
        private=True,
    )


def _imported(
    office: Office, request: Request, read: list[tuple[str, dict[str, str]]]
) -> tuple[list[Rule], list[Subscription]]:
    """Return what the entries make that is not here yet. Raises UsageError that names each that does not hold."""
    rules: dict[str, Rule] = {}
    subscriptions: dict[str, Subscription] = {}
    faults = []
    for where, entry in read:
        try:
            query = parse(entry["rule"], office.names)
            if "kind" in entry:
                mention, kind = mention_of(entry.get("mention", "")), kind_of(entry["kind"])
                check_rule(kind, query)
                named = replace(request, options={"label": label_of(entry.get("name", ""), print_line(query))})
                rule = made_rule(office, named, kind, query, mention=mention)
                rules[rule.key] = rule
            elif entry.get("room", request.room) != request.room:
                raise UsageError(f'room "{shown(entry["room"])}" is not this one, {request.room}')
            else:
                one = made_subscription(office, request, query)
                subscriptions[one.key] = one
        except AlreadyThere:
            continue
        except UsageError as error:
            faults.append(f"{where}: {error}")
    if faults:
        raise UsageError("Nothing was imported. " + " ".join(faults[:5]))
    return list(rules.values()), list(subscriptions.values())


def _admins(words: str, about: str, *options: Option) -> Command:
    return Command(words=words, about=about, options=options, right=Right.ADMIN, private=True)


HISTORY = _admins("rules history", "Who changed what, and when", PAGED)
EXPORT = _admins("rules export", "Rules and subscriptions as TOML", PAGED)

ROWS = (
    Row(command=HISTORY, answer=_history),
    Row(
        command=_admins(
            "rules undo",
            "Take back the last change, or one of the history",
            Option(name="number", about="The change's number in the history", required=False),
        ),
        answer=_undo,
        cost=4,
    ),
    Row(command=EXPORT, answer=_export),
    Row(
        command=_admins(
            "rules import",
            "Add rules and subscriptions given as TOML",
            Option(name="toml", about='As "rules export" gives it', kind="toml"),
        ),
        answer=_import,
        cost=4,
    ),
)
