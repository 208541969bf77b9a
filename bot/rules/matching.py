"""Whether a query picks an item, and which term decided.

Everything a term can ask about is a *fact*: a field with a value, such as ``issuer:US`` or ``text:oil``. An item has
facts of its own, each of its actions adds some, and a term holds where one of its values is among the facts (or,
negated, none is). `bot.rules.compiled` judges ten thousand queries by the same facts.

An item without actions is picked by no subscription. A watch rule (`without_actions`) sees it all the same:
then only text, source and official can hold, every other field is one the item does not have, and
``-target:us`` is true of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain import Action, Item
from bot.rules.query import OF_THE_ITEM, Either, Query, RuleField, Term
from bot.rules.values import fold_source
from bot.rules.words import find_phrase, find_spans, fold_parts, fold_places, readable, segments

Fact = str
"""``issuer:US``, ``text:shadow fleet*``: plain strings, because hashing an enum costs more than all else here."""

NO_ACTION = "no sanctions action was read in it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What rules see of an item. Made by `Subject.of`, once for all rules."""

    text: str
    """Title, summary and text as `bot.rules.words.fold_parts` gives them."""
    actions: tuple[Action, ...] = ()
    outlet: str = ""
    feed: str = ""
    official: bool = False

    @classmethod
    def of(cls, item: Item, actions: Sequence[Action] = ()) -> "Subject":
        """Return what rules see of an item in which these actions were read."""
        return cls(
            text=fold_parts(item.title, item.summary, item.text),
            actions=tuple(actions),
            outlet=item.outlet,
            feed=item.feed,
            official=item.official,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no, the terms that decided, and the words of the text (folded, as they stand there) that were found."""

    yes: bool
    because: str
    words: tuple[str, ...] = ()


def facts_of_item(subject: Subject) -> set[Fact]:
    """Return what holds of the item by itself, its text's phrases left out."""
    sources = {fold_source(subject.outlet), fold_source(subject.feed)} - {""}
    return {
        f"official:{_yes(subject.official)}",
        *(f"source:{name}" for name in sources),
    }


def facts_of_action(action: Action) -> set[Fact]:
    """Return what holds of one action."""
    facts: set[Fact] = {
        f"stage:{action.stage.value}",
        f"counter:{_yes(action.counter)}",
        f"sure:{_yes(action.sure)}",
    }
    facts.update([f"instrument:{code}" for code in action.instruments])
    facts.update([f"ground:{code}" for code in action.grounds])
    facts.update([f"issuer:{code}" for code in action.issuers])
    facts.update([f"target:{code}" for code in action.targets])
    facts.update([f"country:{code}" for code in (*action.issuers, *action.targets)])
    return facts


def _yes(value: object) -> str:
    return "yes" if value else "no"


def fact(field: RuleField, value: str) -> Fact:
    """Return the fact that a term with this field and value asks for."""
    return field + ":" + value  # a StrEnum is a string; to format it takes three times as long


def views_of(subject: Subject) -> list[set[Fact]]:
    """Return what holds by each action of an item, or by itself where it has none; its text's phrases left out."""
    own = facts_of_item(subject)
    return [own | facts_of_action(action) for action in subject.actions] or [own]


def matches(
    query: Query, subject: Subject, *, without_actions: bool = False, plain: Sequence[set[Fact]] = ()
) -> Verdict:
    """Judge one query. `without_actions`: as a watch rule, which also sees items in which no action was read.

    `plain` is what `views_of` says of the subject, where many queries are asked about one.
    """
    if not subject.actions and not without_actions:
        return Verdict(yes=False, because=NO_ACTION)
    found = _phrases(query, subject.text)
    said = {fact(RuleField.TEXT, phrase) for phrase in found}
    views = [facts | said if said else facts for facts in plain or views_of(subject)]
    for facts in views:
        if all(_holds(either, facts) for either in query.terms):
            because = ", ".join(_which_held(either, facts) for either in query.terms)
            words = tuple(found[phrase] for phrase in wanted_phrases(query) if phrase in found) if found else ()
            return Verdict(yes=True, because=because or "everything", words=words)
    return Verdict(yes=False, because=_why_not(query, views))


def wanted_phrases(query: Query) -> list[str]:
    """Return the phrases that a query looks for, those left out that must not be there."""
    terms = [term for either in query.terms for term in either if not term.negated]
    return list(dict.fromkeys(term.values[0] for term in terms if term.field is RuleField.TEXT))


def mark(query: Query, text: str) -> tuple[tuple[int, int], ...]:
    """Return where `text` (as published) has the phrases that a query looks for: spans of characters, left to right.

    For showing an example with its words marked; spans that touch or overlap are one.
    """
    folded, places = fold_places(text)
    found = sorted(
        (places[start], places[end - 1] + 1)
        for phrase in wanted_phrases(query)
        for start, end in find_spans(segments(phrase), folded)
    )
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)


def _phrases(query: Query, text: str) -> dict[str, str]:
    """Return the query's phrases that the text has, each as it stands there."""
    phrases = [term.values[0] for either in query.terms for term in either if term.field is RuleField.TEXT]
    found = {phrase: find_phrase(segments(phrase), text) for phrase in phrases}
    return {phrase: words for phrase, words in found.items() if words}


def _has(term: Term, facts: set[Fact]) -> list[str]:
    """Return the values of a term that are among the facts."""
    return [value for value in term.values if fact(term.field, value) in facts]


def _holds(either: Either, facts: set[Fact]) -> bool:
    return any(bool(_has(term, facts)) is not term.negated for term in either)


def _which_held(either: Either, facts: set[Fact]) -> str:
    """Name the first alternative that holds, with those of its values that do."""
    term = next(term for term in either if bool(_has(term, facts)) is not term.negated)
    return f"not {describe(term)}" if term.negated else describe(term, _has(term, facts))


def describe(term: Term, values: Iterable[str] = ()) -> str:
    """Return a term, or only these of its values, in words: ``issuer US``, ``target IR or RU``, ``"shadow fleet"``."""
    if term.field is RuleField.TEXT:
        return f'"{readable(term.values[0])}"'
    if term.field in (RuleField.COUNTER, RuleField.SURE, RuleField.OFFICIAL):
        return f"{term.field}: {' or '.join(term.values)}"
    return f"{term.field} {' or '.join(values or term.values)}"


def _why_not(query: Query, views: list[set[Fact]]) -> str:
    """Name what the action that comes nearest lacks; or that no single action has it all."""
    unmet = [[either for either in query.terms if not _holds(either, facts)] for facts in views]
    missing = min(unmet, key=len)[0]
    if not any(_holds(missing, facts) for facts in views):
        return _lacking(missing)
    wanted = [either for either in query.terms if any(term.field not in OF_THE_ITEM for term in either)]
    return "no single action with " + " and ".join(map(_ask, wanted))


def _ask(either: Either) -> str:
    return " or ".join(("not " if term.negated else "") + describe(term) for term in either)


def _lacking(either: Either) -> str:
    """Say that an entry of a query fails."""
    if len(either) > 1:
        return f"neither {' nor '.join(('not ' if term.negated else '') + describe(term) for term in either)}"
    (term,) = either
    if term.field is RuleField.TEXT:
        return f"{describe(term)} {'in' if term.negated else 'not in'} the text"
    if term.field in OF_THE_ITEM:
        return f"{describe(term)}, which is excluded" if term.negated else f"not {describe(term)}"
    return f"every action has {describe(term)}" if term.negated else f"no action with {describe(term)}"
