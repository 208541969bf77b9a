"""Ten thousand rules judged together, at what ten cost.

Equal queries are judged once, whoever asked. The distinct ones are numbered, and a set of queries is one long
integer, a bit for each, so that a step over all of them is one machine-speed operation:

* A term with ``-`` that stands by itself rules its query out wherever one of its values is a fact.
* A query's other entries stand in *slots*: one for those about the issuer, one for those about the target ..., a
  second one for a second entry about the same, and so on; entries about several fields have slots of their own.
* A slot has a *lane* for terms without ``-``, and as many for terms with ``-`` as one entry there needs.
* The index says for each fact (`bot.rules.matching`) which queries it touches, in which lane.

To judge an item is to go through its facts (some dozen, however many rules there are), to add up the touched
queries by lane, and to combine: a slot holds for a query whose plain lane was touched, or one of whose negated
lanes was not; a query is picked whose slots all hold. An action is judged at a time: all must hold of one.
Which phrases the text has, one Aho-Corasick pass over it tells for all rules. So no rule needs a rare word, a
country or anything else to be cheap, and none is dear.

Reasons are worked out when somebody asks for them, not for each rule and item.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from ahocorasick_rs import AhoCorasick

from bot.domain import Key
from bot.rules.matching import Fact, Subject, Verdict, facts_of_action, facts_of_item, matches
from bot.rules.query import OF_THE_ITEM, Either, Query, RuleField, Term
from bot.rules.words import find_phrase, segments

_Terms = tuple[Either, ...]
_Slot = tuple[RuleField | None, int]
"""The field that an entry is about (None: several, or some negated) and the how manieth about it in its query."""
_Lane = tuple[_Slot, int]
"""A slot's plain lane (0) or one of its negated ones (1, 2 ...)."""


class _Phrases:
    """All phrases of all rules, found in one pass."""

    def __init__(self, phrases: Iterable[str]) -> None:
        by_anchor: dict[str, list[tuple[Fact, tuple[str, ...]]]] = defaultdict(list)
        for phrase in phrases:
            pieces = segments(phrase)
            # The longest piece is the rarest in news; a phrase of one piece is found when its anchor is.
            by_anchor[max(pieces, key=len)].append(((RuleField.TEXT, phrase), pieces))
        self._waiting = list(by_anchor.values())
        self._automaton = AhoCorasick(list(by_anchor)) if by_anchor else None

    def facts(self, text: str) -> list[Fact]:
        """Return the phrases that the text has."""
        if self._automaton is None:
            return []
        hits = {hit[0] for hit in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        return [
            fact
            for hit in sorted(hits)
            for fact, pieces in self._waiting[hit]
            if len(pieces) == 1 or find_phrase(pieces, text)
        ]


class _Index:
    """Facts to the queries they touch; see the module's text."""

    def __init__(self, queries: Iterable[_Terms]) -> None:
        self._all = 0
        in_slot: dict[_Slot, int] = defaultdict(int)
        lanes: dict[_Slot, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        """Slot to its negated lanes, by number, to their members."""
        touched: dict[Fact, dict[_Lane, int]] = defaultdict(lambda: defaultdict(int))
        refused: dict[Fact, int] = defaultdict(int)
        for number, terms in enumerate(queries):
            query = 1 << number
            self._all |= query
            for term in _refusals(terms):
                for value in term.values:
                    refused[term.field, value] |= query
            for slot, either in _slots(terms):
                in_slot[slot] |= query
                for lane, term in _lanes(either):
                    if lane:
                        lanes[slot][lane] |= query
                    for value in term.values:
                        touched[term.field, value][slot, lane] |= query
        # A query without entry in a slot is content with it: it counts as held there whatever the facts are.
        self._absent = {slot: self._all & ~there for slot, there in in_slot.items()}
        self._negated = {slot: list(members.items()) for slot, members in lanes.items()}
        self._spared = {fact: self._all & ~queries for fact, queries in refused.items()}
        """Fact to the queries that it does not rule out by itself."""
        self._touched = {
            fact: [(lane, there if lane[1] else there | self._absent[lane[0]]) for lane, there in of.items()]
            for fact, of in touched.items()
        }
        self._item_slots = [slot for slot in in_slot if slot[0] in OF_THE_ITEM]
        self._action_slots = [slot for slot in in_slot if slot[0] not in OF_THE_ITEM]

    def values_of(self, field: RuleField) -> list[str]:
        """Return what any query asks of a field, each once."""
        return sorted({value for about, value in (*self._touched, *self._spared) if about is field})

    def picked(self, own: Iterable[Fact], actions: Iterable[Iterable[Fact]]) -> int:
        """Return the queries that hold, by the item's own facts and those of one of its actions."""
        lanes: dict[_Lane, int] = {}
        content = self._hold(self._item_slots, lanes, self._touch(own, lanes, self._all))
        picked = 0
        for facts in actions:
            of_action = lanes.copy()
            picked |= self._hold(self._action_slots, of_action, self._touch(facts, of_action, content))
        return picked

    def _touch(self, facts: Iterable[Fact], lanes: dict[_Lane, int], queries: int) -> int:
        """Add to each lane the queries that these facts touch there; return those of `queries` that none rules out."""
        for fact in facts:
            for lane, touched in self._touched.get(fact, ()):
                lanes[lane] = lanes[lane] | touched if lane in lanes else touched
            if fact in self._spared:
                queries &= self._spared[fact]
        return queries

    def _hold(self, slots: Iterable[_Slot], lanes: dict[_Lane, int], queries: int) -> int:
        """Return those of the queries for which these slots hold."""
        for slot in slots:
            held = lanes.get((slot, 0), self._absent[slot])
            for number, members in self._negated.get(slot, ()):
                held |= members & ~lanes.get((slot, number), 0)
            queries &= held
            if not queries:
                break
        return queries


def _refusals(terms: _Terms) -> list[Term]:
    """Return the negated terms that stand by themselves: each value of theirs rules the query out."""
    return [either[0] for either in terms if len(either) == 1 and either[0].negated]


def _slots(terms: _Terms) -> Iterator[tuple[_Slot, Either]]:
    """Give a query's other entries their slots: the first, second ... about one field, or about several."""
    seen: dict[RuleField | None, int] = defaultdict(int)
    for either in terms:
        if len(either) == 1 and either[0].negated:
            continue
        fields = {term.field for term in either}
        about = fields.pop() if len(fields) == 1 else None
        yield (about, seen[about]), either
        seen[about] += 1


def _lanes(either: Either) -> Iterator[tuple[int, Term]]:
    """Give the terms of an entry the numbers of their lanes: 0 without ``-``, else 1, 2 ..."""
    negated = 0
    for term in either:
        negated += term.negated
        yield (negated if term.negated else 0), term


class Picked(Mapping[Key, Verdict]):
    """The rules that say yes to one item, each with its verdict; worked out as far as somebody looks."""

    def __init__(self, rules: "RuleSet", subject: Subject, picked: int, *, without_actions: bool) -> None:
        self._rules = rules
        self._subject = subject
        self._picked = picked
        self._without_actions = without_actions
        self._verdicts: dict[int, Verdict] = {}

    def __contains__(self, key: object) -> bool:
        number = self._rules.number_of.get(key) if isinstance(key, str) else None
        return number is not None and bool(self._picked >> number & 1)

    def __getitem__(self, key: Key) -> Verdict:
        if key not in self:
            raise KeyError(key)
        number = self._rules.number_of[key]
        if number not in self._verdicts:
            verdict = self._rules.why(self._subject, key, without_actions=self._without_actions)
            self._verdicts[number] = verdict
        return self._verdicts[number]

    def __iter__(self) -> Iterator[Key]:
        """Go through the keys, those of equal queries together, else in the order of the rules."""
        left = self._picked
        while left:
            lowest = left & -left
            yield from self._rules.keys_of[lowest.bit_length() - 1]
            left ^= lowest

    def __bool__(self) -> bool:
        return bool(self._picked)

    @cached_property
    def _length(self) -> int:
        return sum(1 for _ in self)

    def __len__(self) -> int:
        return self._length


class RuleSet:
    """Rules or subscriptions, compiled together by `compile_rules`; never changed afterwards."""

    def __init__(self, entries: Iterable[tuple[Key, Query]]) -> None:
        self._queries: dict[Key, Query] = {}
        numbers: dict[_Terms, int] = {}
        self.number_of: dict[Key, int] = {}
        """Key to the number of its query among the distinct ones."""
        self.keys_of: list[list[Key]] = []
        for key, query in entries:
            if key in self._queries:
                raise ValueError(f"two rules have the key {key!r}")
            self._queries[key] = query
            number = self.number_of[key] = numbers.setdefault(query.terms, len(numbers))
            if number == len(self.keys_of):
                self.keys_of.append([])
            self.keys_of[number].append(key)
        self._index = _Index(numbers)
        self._phrases = _Phrases(self._index.values_of(RuleField.TEXT))

    def __len__(self) -> int:
        return len(self._queries)

    @property
    def distinct(self) -> int:
        """How many different queries there are."""
        return len(self.keys_of)

    def judge(self, subject: Subject, *, without_actions: bool = False) -> Picked:
        """Return the rules that say yes. `without_actions`: as watch rules, see `bot.rules.matching`."""
        return Picked(
            self, subject, self._pick(subject, without_actions=without_actions), without_actions=without_actions
        )

    def _pick(self, subject: Subject, *, without_actions: bool) -> int:
        if not self._queries or not (subject.actions or without_actions):
            return 0
        own = [*facts_of_item(subject), *self._phrases.facts(subject.text)]
        return self._index.picked(own, [facts_of_action(action) for action in subject.actions] or [()])

    def why(self, subject: Subject, key: Key, *, without_actions: bool = False) -> Verdict:
        """Return any rule's yes or no, and the terms that decided. Raises KeyError for an unknown key."""
        return matches(self._queries[key], subject, without_actions=without_actions)


def compile_rules(entries: Iterable[tuple[Key, Query]]) -> RuleSet:
    """Compile rules to be judged together. Keys are unique (ValueError); rhythms play no part."""
    return RuleSet(entries)
