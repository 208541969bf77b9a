"""The keyword rules of a place: list, add, edit, remove, test."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import briefs
from bot.commands.drafting import buttons, propose
from bot.commands.keys import short_key
from bot.commands.office import Office, Row, reach
from bot.commands.pages import PAGED, page_of, turning
from bot.commands.trying import Heard, examples, heard_here, picks, told, tried
from bot.domain import Command, Form, Key, Made, Message, Option, Request, Right, Rule, RuleKind
from bot.errors import AlreadyThere, UsageError
from bot.rules import Query, Rhythm, parse, print_line
from bot.rules.values import shown

KINDS = tuple(kind.value for kind in RuleKind)

_MENTION = re.compile(r"(?:<@&|<!subteam\^)?(?P<id>[A-Za-z0-9]{2,40})(?:\|[^<>]{0,80})?>?")
_EVERYBODY = frozenset({"everyone", "here", "channel", "all"})


async def _list(office: Office, request: Request) -> Message:
    page = page_of(request, office.rules_for(request))
    records = office.store.records("" if request.right >= Right.OPERATOR else reach(request))
    lines = tuple(briefs.rule_line(rule, records.get(rule.key), office.clock()) for rule in page.shown)
    listed = Message(title="Rules here", lines=lines or ('None yet. "rules add" makes one.',), footer=page.footer)
    return replace(listed, buttons=turning(office, RULES, request, page))


async def _add(office: Office, request: Request) -> Message:
    kind = kind_of(request.options["kind"])
    query = parse(request.options["rule"], office.names)
    rule = made_rule(office, request, kind, query, mention=mention_of(request.options.get("mention", "")))
    return await offer(office, request, query, before=None, after=rule, says=f"Added {briefs.rule_line(rule)}")


async def _edit(office: Office, request: Request) -> Message:
    before = own_rule(office, request)
    query = parse(request.options["rule"], office.names)
    check_rule(before.kind, query)
    line = print_line(query)
    if line == before.line:
        raise UsageError(f'The rule "{before.key}" says that already.')
    name = line if before.name == before.line else before.name
    after = replace(before, line=line, name=name, by=request.name or request.person, at=office.clock())
    says = f"Changed {briefs.rule_line(after)}  (before: {before.line})"
    return await offer(office, request, query, before=before, after=after, says=says)


async def _remove(office: Office, request: Request) -> Message:
    before = own_rule(office, request)
    query = parse(before.line, office.names)
    says = f"Removed {briefs.rule_line(before)}"
    return await offer(office, request, query, before=before, after=None, says=says)


async def _test(office: Office, request: Request) -> Message:
    kind = kind_of(request.options.get("kind") or RuleKind.WATCH)
    query = parse(request.options["rule"], office.names)
    rule = made_rule(office, request, kind, query)
    return await offer(office, request, query, before=None, after=rule, says=f"Added {briefs.rule_line(rule)}")


async def offer(
    office: Office, request: Request, query: Query, *, before: Rule | None, after: Rule | None, says: str
) -> Message:
    """Show what a change of one rule would do, with the buttons to make it."""
    here = heard_here(office, request)
    then = here.without(before.key) if before else here
    then = then.and_(after) if after else then
    result = await tried(office, request, query, then, everything=True)
    draft = propose(
        office,
        request,
        before=Made(rules=(before,) if before else ()),
        after=Made(rules=(after,) if after else ()),
        says=says,
        words="rules add" if request.words == "rules test" else "",
    )
    verb = "Remove" if after is None else "Change" if before else "Add"
    rule = after or before
    form = None
    if after is not None:
        named = {"key": before.key} if before else {"kind": after.kind.value, "mention": after.mention}
        form = Form(words="rules edit" if before else "rules add", options={**named, "rule": after.line})
    lines = told(office, result) if here.subscriptions else (picks(result), *examples(result.examples), *_unheard(here))
    return Message(
        title=f"{verb} the {rule.kind if rule else ''} rule {rule.line if rule else ''}?",
        lines=lines,
        buttons=buttons(draft, verb),
        private=True,
        form=form,
    )


def _unheard(here: Heard) -> tuple[str, ...]:
    return (
        () if here.subscriptions else ("This channel hears nothing yet: rules work on what a channel subscribes to.",)
    )


# --- what a rule must be --------------------------------------------------------------------------------------------


def kind_of(text: str) -> RuleKind:
    """Return a kind of rule. Raises UsageError."""
    try:
        return RuleKind(text.strip().lower())
    except ValueError:
        raise UsageError(f'"{shown(text)}" is no kind of rule; type {", ".join(KINDS)}.') from None


def made_rule(office: Office, request: Request, kind: RuleKind, query: Query, *, mention: str = "") -> Rule:
    """Return a new rule of the place of whoever asks. Raises UsageError where there is one, or where it cannot be."""
    check_rule(kind, query)
    if mention and kind is not RuleKind.FLAG:
        raise UsageError(f"Only a flag rule mentions somebody; this is a {kind} rule.")
    scope, line = reach(request), print_line(query)
    for other in office.store.rules():
        if (other.scope, other.kind, other.line, other.mention) == (scope, kind, line, mention):
            raise AlreadyThere(f"There is such a rule already: {briefs.rule_line(other)}")
    label = " ".join(request.options.get("label", "").split())[:60]
    return Rule(
        key=short_key((scope, kind, line, mention), _taken(office)),
        name=label or line,
        kind=kind,
        line=line,
        scope=scope,
        mention=mention,
        origin="chat",
        by=request.name or request.person,
        at=office.clock(),
    )


def check_rule(kind: RuleKind, query: Query) -> None:
    """Raise UsageError for a line that no rule of this kind can have."""
    if query.rhythm != Rhythm():
        raise UsageError(
            f"A {kind} rule has no times: every:, at:, zone: and quiet: belong to a subscription. Leave them out."
        )
    if kind is RuleKind.WATCH and not any(all(not term.negated for term in either) for either in query.terms):
        raise UsageError("A watch rule must say what to look for, not only what not: add a word, or a field without -.")
    if kind is RuleKind.MUTE and not query.terms:
        raise UsageError('A mute rule that picks everything would silence the place. "unsubscribe" does that.')


def mention_of(text: str) -> str:
    """Return the id of a role or user group. Raises UsageError for what may not be mentioned."""
    if not text.strip():
        return ""
    found = _MENTION.fullmatch(text.strip().removeprefix("@"))
    if found is None or found["id"].lower() in _EVERYBODY:
        raise UsageError(f'"{shown(text)}" cannot be mentioned; name a role or a user group by its id.')
    return found["id"]


def own_rule(office: Office, request: Request) -> Rule:
    """Return the rule of the place that a key names. Raises UsageError, the same for a stranger's key as for none."""
    key = request.options["key"].strip().strip("[]")
    own = [rule for rule in office.store.rules() if rule.scope == reach(request) or request.right >= Right.OPERATOR]
    for rule in own:
        if rule.key == key:
            return rule
    if any(rule.key == key and rule.origin == "file" for rule in office.rules_for(request)):
        raise UsageError(f'The rule "{key}" is the operator\'s, and stands in config/rules.toml.')
    raise UsageError(f'There is no rule "{shown(key)}" here. "rules" lists them with their keys.')


def _taken(office: Office) -> set[Key]:
    return {rule.key for rule in (*office.rules, *office.store.rules())}


_KEY = Option(name="key", about='The rule\'s key, as "rules" lists it', kind="rulekey")
_RULE = Option(name="rule", about='A rule line, such as target:ru "shadow fleet"', kind="rule")
RULES = Command(
    words="rules list",
    about="The keyword rules, and how each is doing",
    options=(PAGED,),
    right=Right.ADMIN,
    private=True,
)


def _changing(words: str, about: str, options: Sequence[Option]) -> Command:
    return Command(words=words, about=about, options=tuple(options), right=Right.ADMIN, private=True)


ROWS = (
    Row(command=RULES, answer=_list),
    Row(
        command=_changing(
            "rules add",
            "Watch for more, mute noise, or flag what matters; shows first what it would do",
            (
                Option(name="kind", about="What it does", choices=KINDS),
                _RULE,
                Option(name="mention", about="A role or user group that a flag rule mentions", required=False),
                Option(name="label", about="What alerts call a flag", required=False),
            ),
        ),
        answer=_add,
        cost=4,
    ),
    Row(command=_changing("rules edit", "Change a rule's line", (_KEY, _RULE)), answer=_edit, cost=4),
    Row(command=_changing("rules remove", "Remove a rule", (_KEY,)), answer=_remove, cost=4),
    Row(
        command=_changing(
            "rules test",
            "Try a rule on the last 30 days without saving it",
            (_RULE, Option(name="kind", about="As which kind of rule", required=False, choices=KINDS)),
        ),
        answer=_test,
        cost=4,
    ),
)
