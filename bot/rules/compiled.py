"""Ten thousand rules judged together, at what ten cost.

Equal queries are judged once, whoever asked. The distinct ones are numbered, and a set of queries is one long
integer, a bit for each, so that a step over all of them is one machine-speed operation:

* A query's entries (the things that all must hold) stand in *slots*: its first entry in slot 0, and so on.
* For each slot there is one *lane* of terms without ``-``, and as many lanes of terms with ``-`` as one entry
  there needs.
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
from bot.rules.query import Either, Query, RuleField
from bot.rules.words import find_phrase, segments

_Terms = tuple[Either, ...]


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
        self._lanes: dict[tuple[int, int], int] = {}
        """(slot, 0) for the plain lane, (slot, n) for the nth negated one, to the lane's number."""
        self._touched_by: dict[Fact, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._members: dict[int, int] = defaultdict(int)
        """Lane to the queries that have a term in it."""
        self._slots: dict[int, int] = defaultdict(int)
        """Slot to the queries that have an entry in it."""
        self._all = 0
        for number, terms in enumerate(queries):
            self._all |= 1 << number
            for slot, either in enumerate(terms):
                self._add(1 << number, slot, either)
        self.touched_by = {fact: tuple(lanes.items()) for fact, lanes in self._touched_by.items()}
        self._plan = self._make_plan()

    def _add(self, query: int, slot: int, either: Either) -> None:
        """Enter one query's entry."""
        self._slots[slot] |= query
        negated = 0
        for term in either:
            negated += term.negated
            lane = self._lanes.setdefault((slot, negated if term.negated else 0), len(self._lanes))
            self._members[lane] |= query
            for value in term.values:
                self._touched_by[term.field, value][lane] |= query

    def _make_plan(self) -> list[tuple[int, int | None, list[tuple[int, int]]]]:
        """Return for each slot: the queries with no entry there, its plain lane, its negated lanes and their members."""
        plan = []
        for slot in sorted(self._slots):
            negated = [
                (lane, self._members[lane]) for (where, sign), lane in self._lanes.items() if where == slot and sign
            ]
            plan.append((self._all & ~self._slots[slot], self._lanes.get((slot, 0)), negated))
        return plan

    def touch(self, facts: Iterable[Fact], start: list[int] | None = None) -> list[int]:
        """Return by lane which queries these facts touch, on top of those touched before."""
        lanes = list(start) if start else [0] * len(self._lanes)
        for fact in facts:
            for lane, queries in self.touched_by.get(fact, ()):
                lanes[lane] |= queries
        return lanes

    def picked(self, lanes: list[int]) -> int:
        """Return the queries whose slots all hold."""
        picked = self._all
        for absent, plain, negated in self._plan:
            held = absent if plain is None else absent | lanes[plain]
            for lane, members in negated:
                held |= members & ~lanes[lane]
            picked &= held
            if not picked:
                break
        return picked


class Picked(Mapping[Key, Verdict]):
    """The rules that say yes to one item, each with its verdict; worked out as far as somebody looks."""

    def __init__(self, rules: "RuleSet", subject: Subject, picked: int, *, without_actions: bool) -> None:
        self._rules = rules
        self._subject = subject
        self._picked = picked
        self._without_actions = without_actions

    def __contains__(self, key: object) -> bool:
        number = self._rules.number_of.get(key) if isinstance(key, str) else None
        return number is not None and bool(self._picked >> number & 1)

    def __getitem__(self, key: Key) -> Verdict:
        if key not in self:
            raise KeyError(key)
        return self._rules.why(self._subject, key, without_actions=self._without_actions)

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
        self._phrases = _Phrases(value for field, value in self._index.touched_by if field is RuleField.TEXT)

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
        own = self._index.touch([*facts_of_item(subject), *self._phrases.facts(subject.text)])
        picked = 0
        for action in subject.actions:
            picked |= self._index.picked(self._index.touch(facts_of_action(action), own))
        return picked if subject.actions else self._index.picked(own)

    def why(self, subject: Subject, key: Key, *, without_actions: bool = False) -> Verdict:
        """Return any rule's yes or no, and the terms that decided. Raises KeyError for an unknown key."""
        return matches(self._queries[key], subject, without_actions=without_actions)


def compile_rules(entries: Iterable[tuple[Key, Query]]) -> RuleSet:
    """Compile rules to be judged together. Keys are unique (ValueError); rhythms play no part."""
    return RuleSet(entries)
