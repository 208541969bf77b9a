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
from bot.rules.matching import Fact, Subject, Verdict, fact, facts_of_action, facts_of_item, matches, views_of
from bot.rules.query import OF_THE_ITEM, Either, Query, RuleField, Term
from bot.rules.words import find_phrase, segments

_Terms = tuple[Either, ...]
_Slot = tuple[RuleField | None, int]
"""The field that an entry is about (None: several, or some negated) and the how manieth about it in its query."""
_Lane = tuple[_Slot, int]
"""A slot's plain lane (0) or one of its negated ones (1, 2 ...)."""
_Plan = tuple[int, int, list[tuple[int, int]]]
"""Of a slot: its plain lane, the queries without entry there, its negated lanes each with its members."""


class _Phrases:
    """All phrases of all rules, found in one pass."""

    def __init__(self, phrases: Iterable[str]) -> None:
        by_anchor: dict[str, list[tuple[Fact, tuple[str, ...]]]] = defaultdict(list)
        for phrase in phrases:
            pieces = segments(phrase)
            # The longest piece is the rarest in news; a phrase of one piece is found when its anchor is.
            by_anchor[max(pieces, key=len)].append((fact(RuleField.TEXT, phrase), pieces))
        self._waiting = list(by_anchor.values())
        self._automaton = AhoCorasick(list(by_anchor)) if by_anchor else None

    def facts(self, text: str) -> list[Fact]:
        """Return the phrases that the text has."""
        if self._automaton is None:
            return []
        hits = {hit[0] for hit in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        return [
            fact for hit in hits for fact, pieces in self._waiting[hit] if len(pieces) == 1 or find_phrase(pieces, text)
        ]


class _Index:
    """Facts to the queries they touch; see the module's text."""

    def __init__(self, queries: Iterable[_Terms]) -> None:
        self._all = 0
        self._lane_of: dict[_Lane, int] = {}
        """Lanes by number: a look-up by a small integer is several times faster than one by field."""
        self._members: dict[int, int] = defaultdict(int)
        """Lane to the queries that have a term there."""
        self._in_slot: dict[_Slot, int] = defaultdict(int)
        touched: dict[Fact, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        refused: dict[Fact, int] = defaultdict(int)
        for number, terms in enumerate(queries):
            self._all |= 1 << number
            for term in _refusals(terms):
                for value in term.values:
                    refused[fact(term.field, value)] |= 1 << number
            for slot, either in _slots(terms):
                self._add(1 << number, slot, either, touched)
        self._touched = {asked: self._with_absent(lanes) for asked, lanes in touched.items()}
        self._spared = {asked: self._all & ~queries for asked, queries in refused.items()}
        """Fact to the queries that it does not rule out by itself."""
        self._item_plan = [self._plan(slot) for slot in self._in_slot if slot[0] in OF_THE_ITEM]
        self._action_plan = [self._plan(slot) for slot in self._in_slot if slot[0] not in OF_THE_ITEM]

    def _add(self, query: int, slot: _Slot, either: Either, touched: dict[Fact, dict[int, int]]) -> None:
        """Enter one query's entry."""
        self._in_slot[slot] |= query
        self._lane_of.setdefault((slot, 0), len(self._lane_of))
        for sign, term in _lanes(either):
            lane = self._lane_of.setdefault((slot, sign), len(self._lane_of))
            self._members[lane] |= query
            for value in term.values:
                touched[fact(term.field, value)][lane] |= query

    def _absent(self, slot: _Slot) -> int:
        """Return the queries without entry in a slot: they are content with it, whatever the facts are."""
        return self._all & ~self._in_slot[slot]

    def _with_absent(self, lanes: Mapping[int, int]) -> list[tuple[int, int]]:
        """Add to what is touched in plain lanes the queries that are content with the slot anyway."""
        absent = {self._lane_of[slot, 0]: self._absent(slot) for slot in self._in_slot}
        return [(lane, queries | absent.get(lane, 0)) for lane, queries in lanes.items()]

    def _plan(self, slot: _Slot) -> _Plan:
        """Return how to see whether a slot holds."""
        signed = [(lane, self._members[lane]) for (at, sign), lane in self._lane_of.items() if at == slot and sign]
        return self._lane_of[slot, 0], self._absent(slot), signed

    def values_of(self, field: RuleField) -> list[str]:
        """Return what any query asks of a field, each once."""
        asked = {asked.partition(":") for asked in (*self._touched, *self._spared)}
        return sorted({value for about, _, value in asked if about == field})

    def picked(self, own: Iterable[Fact], actions: Iterable[Iterable[Fact]]) -> int:
        """Return the queries that hold, by the item's own facts and those of one of its actions."""
        lanes: dict[int, int] = {}
        content = _hold(self._item_plan, lanes, self._touch(own, lanes, self._all))
        picked = 0
        for facts in actions:
            of_action = lanes.copy()
            picked |= _hold(self._action_plan, of_action, self._touch(facts, of_action, content))
        return picked

    def _touch(self, facts: Iterable[Fact], lanes: dict[int, int], queries: int) -> int:
        """Add to each lane the queries that these facts touch there; return those of `queries` that none rules out."""
        for asked in facts:
            for lane, touched in self._touched.get(asked, ()):
                lanes[lane] = lanes[lane] | touched if lane in lanes else touched
            if asked in self._spared:
                queries &= self._spared[asked]
        return queries


def _hold(plan: Iterable[_Plan], lanes: Mapping[int, int], queries: int) -> int:
    """Return those of the queries for which all slots of the plan hold."""
    for plain, absent, signed in plan:
        held = lanes.get(plain, absent)
        for lane, members in signed:
            held |= members & ~lanes.get(lane, 0)
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
        return self._verdict(self._rules.number_of[key])

    def _verdict(self, number: int) -> Verdict:
        if number not in self._verdicts:
            query = self._rules.query_of(number)
            self._verdicts[number] = matches(
                query, self._subject, without_actions=self._without_actions, plain=self._views
            )
        return self._verdicts[number]

    def verdicts(self) -> Iterator[tuple[Key, Verdict]]:
        """Go through the keys with their verdicts: as `items` does, but no key is looked up to be found picked."""
        for number in self._numbers():
            verdict = self._verdict(number)
            for key in self._rules.keys_of[number]:
                yield key, verdict

    @cached_property
    def _views(self) -> list[set[Fact]]:
        return views_of(self._subject)

    def _numbers(self) -> Iterator[int]:
        left = self._picked
        while left:
            lowest = left & -left
            yield lowest.bit_length() - 1
            left ^= lowest

    def __iter__(self) -> Iterator[Key]:
        """Go through the keys, those of equal queries together, else in the order of the rules."""
        for number in self._numbers():
            yield from self._rules.keys_of[number]

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

    def query_of(self, number: int) -> Query:
        """Return one of the distinct queries by its number."""
        return self._queries[self.keys_of[number][0]]

    def why(self, subject: Subject, key: Key, *, without_actions: bool = False) -> Verdict:
        """Return any rule's yes or no, and the terms that decided. Raises KeyError for an unknown key."""
        return matches(self._queries[key], subject, without_actions=without_actions)


def compile_rules(entries: Iterable[tuple[Key, Query]]) -> RuleSet:
    """Compile rules to be judged together. Keys are unique (ValueError); rhythms play no part."""
    return RuleSet(entries)
