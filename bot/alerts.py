"""choose(...) -> who hears of a story, and a reason for every yes and every no.

no room asked for it                    silent
a mute rule of the room picks it        silent there
the room has not heard of the story     an alert
it has, and the report adds something   a follow-up, in the thread of the first post
it has, and nothing is added            an edit: the post's sources line grows

A room's place, its guild or workspace, is how far the rules made there reach; a feed that was added in one place is
heard in the rooms of that place alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain import Alert, AlertKind, Item, Key, Reading, Rule, RuleKind, Step, Story, Subscription
from bot.errors import ConfigError, RuleError
from bot.rhythm import earliest
from bot.rules import Names, Query, Rhythm, Subject, Verdict, compile_rules, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A story as a report left it, in the terms that matter for who is told."""

    story: Story
    added: tuple[str, ...] = ()
    """What the report added that is worth telling."""
    changed: bool = True
    """Whether what was told before reads differently now: another outlet among the sources, or a correction."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Who asks for an item, and which rules pick it."""

    rooms: Mapping[str, str]
    """The rooms that asked for it, each with the reason."""
    rhythms: Mapping[str, Collection[Rhythm]] = field(default_factory=dict)
    """The rhythms of the subscriptions by which they did."""
    picked: Mapping[RuleKind, list[Rule]] = field(default_factory=dict)
    scoped: Mapping[RuleKind, Mapping[str, list[tuple[int, Rule]]]] = field(default_factory=dict)
    """The same by how far they reach, each with its place in their order."""

    @property
    def rules(self) -> tuple[Key, ...]:
        """The keys of the rules that pick it."""
        return tuple(rule.key for rules in self.picked.values() for rule in rules)

    def reaching(self, kind: RuleKind, scopes: frozenset[str]) -> list[Rule]:
        """Return the rules of a kind that pick it and have one of these scopes, in their order."""
        scoped = self.scoped.get(kind)
        if not scoped or scopes.isdisjoint(scoped):
            return []
        found = [one for scope in scopes for one in scoped.get(scope, ())]
        return [rule for _, rule in sorted(found, key=lambda one: one[0])]


class Audience:
    """Everybody who listens: subscriptions and rules, compiled together.

    `places` has the guild or workspace of each room of which it is known; `feeds` has the place of each feed that is
    heard in one place only. Raises ConfigError that lists every line which does not parse.
    """

    def __init__(
        self,
        subscriptions: Iterable[Subscription],
        rules: Iterable[Rule],
        names: Names,
        *,
        places: Mapping[str, str] | None = None,
        feeds: Mapping[Key, str] | None = None,
        known: Mapping[str, Query] | None = None,
    ) -> None:
        """Compile; `known` has queries of lines that were parsed before."""
        self.subscriptions = {f"s:{one.key}": one for one in subscriptions}
        self.rules = {f"r:{one.key}": one for one in rules}
        lines = {key: one.line for key, one in (self.subscriptions | self.rules).items()}
        self.queries = _parse_all(lines, names, known or {})
        self.parsed = {line: self.queries[key] for key, line in lines.items()}
        self._picks = compile_rules((key, self.queries[key]) for key in self.subscriptions)
        self._judges = compile_rules((key, self.queries[key]) for key in self.rules)
        self._watches = any(rule.kind is RuleKind.WATCH for rule in self.rules.values())
        self._feeds = dict(feeds or {})
        self._places = dict(places or {})
        self._rooms: dict[str, list[str]] = defaultdict(list)
        for key, one in self.subscriptions.items():
            self._rooms[one.room].append(key)
            if one.place:
                self._places.setdefault(one.room, one.place)
        self._scopes = {room: self._reaching(room) for room in self._rooms}
        self._within: dict[str, list[str]] = defaultdict(list)
        """Scope to the rooms that it reaches: a rule looks at these, and not at thousands."""
        for room, scopes in self._scopes.items():
            for scope in scopes:
                self._within[scope].append(room)

    def scopes(self, room: str) -> frozenset[str]:
        """Return what reaches a room: the operator's, its place's, its own, that of any room or place it lies in."""
        return self._scopes.get(room) or self._reaching(room)

    def _reaching(self, room: str) -> frozenset[str]:
        above = [room[:at] for at, sign in enumerate(room) if sign == "/"]
        return frozenset(("", room, self._places.get(room, ""), *above))

    def hears(self, room: str, feed: Key) -> bool:
        """Return whether a room may be told what a feed says."""
        scope = self._feeds.get(feed, "")
        return not scope or scope in self.scopes(room)

    def judge(self, subject: Subject) -> Judged:
        """Return the rooms that ask for this, each with the reason, and the rules that pick it, by kind."""
        rooms: dict[str, str] = {}
        rhythms: dict[str, list[Rhythm]] = defaultdict(list)
        for key, verdict in self._picks.judge(subject).verdicts():
            one = self.subscriptions[key]
            if self.hears(one.room, subject.feed):
                rooms.setdefault(one.room, f"subscription {one.key}: {verdict.because}")
                rhythms[one.room].append(self.queries[key].rhythm)
        picked: dict[RuleKind, list[Rule]] = defaultdict(list)
        scoped: dict[RuleKind, dict[str, list[tuple[int, Rule]]]] = defaultdict(lambda: defaultdict(list))
        for place, key in enumerate(self._judges.judge(subject, without_actions=True)):
            rule = self.rules[key]
            picked[rule.kind].append(rule)
            scoped[rule.kind][rule.scope].append((place, rule))
        for rule in picked[RuleKind.WATCH]:
            if scoped[RuleKind.WATCH][rule.scope][0][1] is not rule:
                continue  # the first of its scope has asked for all rooms there
            for room in self._within.get(rule.scope, ()):
                if room not in rooms and self.hears(room, subject.feed):
                    rooms[room] = f"watch rule {rule.name}"
                    rhythms[room] = [self.queries[key].rhythm for key in self._rooms[room]]
        return Judged(rooms, rhythms, picked, scoped)

    @property
    def watching(self) -> bool:
        """Return whether there is any watch rule."""
        return self._watches

    def watches(self, subject: Subject) -> bool:
        """Return whether a watch rule asks for an item although no sanctions action was read in it."""
        return self._watches and any(
            self.rules[key].kind is RuleKind.WATCH for key in self._judges.judge(subject, without_actions=True)
        )

    def explain(self, subject: Subject, room: str | None = None) -> dict[str, Verdict]:
        """Return each subscription's and rule's verdict, the noes among them, by a name people know.

        With a room: only those that concern it.
        """
        verdicts = {}
        for key, one in self.subscriptions.items():
            if room in (None, one.room):
                verdicts[f"subscription {one.key} ({one.room})"] = self._picks.why(subject, key)
        for key, rule in self.rules.items():
            if room is None or rule.scope in self.scopes(room):
                verdicts[f"{rule.kind} rule {rule.name}"] = self._judges.why(subject, key, without_actions=True)
        return verdicts


def subject_of(item: Item, reading: Reading, story: Story | None = None) -> Subject:
    """Return what rules look at: the item's words and every action told."""
    actions = (story.action, *story.also) if story else reading.actions
    return Subject.of(item, actions)


def choose(
    heard: Heard,
    subject: Subject,
    audience: Audience,
    told: Collection[str],
    *,
    stock: bool = False,
    judged: Judged | None = None,
    now: datetime | None = None,
) -> tuple[tuple[Alert, ...], tuple[Step, ...]]:
    """Decide which rooms hear of a story, and how. `told` are the rooms that have a post of it already.

    `judged` is what the audience said of the subject, where somebody has asked it already. With `now`, alerts know
    until when their room's rhythm holds them.
    """
    if stock:
        return (), (Step(verb="choose", outcome="silent", because="the first visit to its feed takes stock"),)
    judged = judged or audience.judge(subject)
    told = {room for room in told if audience.hears(room, subject.feed)}
    if not judged.rooms and not told:
        return (), (Step(verb="choose", outcome="silent", because="no subscription asks for it"),)
    alerts: list[Alert] = []
    steps: list[Step] = []
    for room in sorted({*judged.rooms, *told}):
        scopes = audience.scopes(room)
        if mutes := judged.reaching(RuleKind.MUTE, scopes):
            steps.append(Step(verb="choose", outcome=f"muted in {room}", because=f"mute rule {mutes[0].name}"))
            continue
        alert = _alert(heard, room, judged, scopes, new=room not in told)
        if alert is None:
            steps.append(Step(verb="choose", outcome=f"nothing to add in {room}", because="it is told there already"))
        else:
            alerts.append(_timed(alert, judged, now))
            steps.append(Step(verb="choose", outcome=f"{alert.kind} to {room}", because=alert.because))
    return tuple(alerts), tuple(steps)


def _timed(alert: Alert, judged: Judged, now: datetime | None) -> Alert:
    """Return an alert with the moment until which it is held; an edit disturbs nobody and is never held."""
    rhythms = judged.rhythms.get(alert.room, ())
    if now is None or not rhythms or alert.kind is AlertKind.EDIT:
        return alert
    return replace(alert, due=earliest(rhythms, now))


def _alert(heard: Heard, room: str, judged: Judged, scopes: frozenset[str], *, new: bool) -> Alert | None:
    if new:
        flags = judged.reaching(RuleKind.FLAG, scopes)
        return Alert(
            kind=AlertKind.ALERT,
            room=room,
            story=heard.story,
            because=judged.rooms[room],
            flags=tuple(dict.fromkeys(rule.name for rule in flags)),
            mentions=tuple(dict.fromkeys(rule.mention for rule in flags if rule.mention)),
        )
    if heard.added:
        because = f"adds {'; '.join(heard.added)}"
        return Alert(kind=AlertKind.FOLLOW_UP, room=room, story=heard.story, because=because, added=heard.added)
    if heard.changed:
        return Alert(
            kind=AlertKind.EDIT,
            room=room,
            story=heard.story,
            because="another outlet reports it, or its own corrected it",
        )
    return None


def _parse_all(lines: Mapping[Key, str], names: Names, known: Mapping[str, Query]) -> dict[Key, Query]:
    queries: dict[Key, Query] = {}
    # thousands of rooms ask for the same few things
    parsed = dict(known)
    faults = []
    for key, line in lines.items():
        try:
            if line not in parsed:
                parsed[line] = parse(line, names)
            queries[key] = parsed[line]
        except RuleError as error:
            faults.append(f"{key.partition(':')[2]}: {line!r}: {error}")
    if faults:
        raise ConfigError(faults)
    return queries
