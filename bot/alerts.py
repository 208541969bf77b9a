"""choose(...) -> who hears of a story, and a reason for every yes and every no.

no room asked for it                    silent
a mute rule of the room picks it        silent there
the room has not heard of the story     an alert
it has, and the report adds something   a follow-up, in the thread of the first post
it has, and nothing is added            an edit: the post's sources line grows
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.domain import Alert, AlertKind, Item, Key, Reading, Rule, RuleKind, Step, Story, Subscription
from bot.errors import ConfigError, RuleError
from bot.rules import Names, Query, Subject, Verdict, compile_rules, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A story as a report left it, in the terms that matter for who is told."""

    story: Story
    added: tuple[str, ...] = ()
    """What the report added that is worth telling."""
    changed: bool = True
    """Whether what was told before reads differently now: another outlet among the sources, or a correction."""


class Audience:
    """Everybody who listens: subscriptions and rules, compiled together.

    Raises ConfigError that lists every line which does not parse.
    """

    def __init__(self, subscriptions: Iterable[Subscription], rules: Iterable[Rule], names: Names) -> None:
        self.subscriptions = {f"s:{one.key}": one for one in subscriptions}
        self.rules = {f"r:{one.key}": one for one in rules}
        lines = {key: one.line for key, one in (self.subscriptions | self.rules).items()}
        self.queries = _parse_all(lines, names)
        self._picks = compile_rules((key, self.queries[key]) for key in self.subscriptions)
        self._judges = compile_rules((key, self.queries[key]) for key in self.rules)
        self._rooms: dict[str, list[str]] = defaultdict(list)
        for key, one in self.subscriptions.items():
            self._rooms[one.room].append(key)

    def judge(self, subject: Subject) -> tuple[dict[str, str], dict[RuleKind, list[Rule]]]:
        """Return the rooms that asked for this, each with the reason, and the rules that pick it, by kind."""
        rooms: dict[str, str] = {}
        for key, verdict in self._picks.judge(subject).items():
            one = self.subscriptions[key]
            rooms.setdefault(one.room, f"subscription {one.key}: {verdict.because}")
        picked: dict[RuleKind, list[Rule]] = defaultdict(list)
        for key in self._judges.judge(subject, without_actions=True):
            picked[self.rules[key].kind].append(self.rules[key])
        for rule in picked[RuleKind.WATCH]:
            for room in self._rooms:
                if covers(rule, room):
                    rooms.setdefault(room, f"watch rule {rule.name}")
        return rooms, picked

    def watches(self, subject: Subject) -> bool:
        """Return whether a watch rule asks for an item although no sanctions action was read in it."""
        return any(self.rules[key].kind is RuleKind.WATCH for key in self._judges.judge(subject, without_actions=True))

    def explain(self, subject: Subject) -> dict[str, Verdict]:
        """Return each subscription's and rule's verdict, the noes among them, by a name people know."""
        verdicts = {}
        for key, one in self.subscriptions.items():
            verdicts[f"subscription {one.key} ({one.room})"] = self._picks.why(subject, key)
        for key, rule in self.rules.items():
            verdicts[f"{rule.kind} rule {rule.name}"] = self._judges.why(subject, key, without_actions=True)
        return verdicts


def covers(rule: Rule, room: str) -> bool:
    """Return whether a rule reaches a room: the operator's reach all, others their own scope."""
    return not rule.scope or room == rule.scope or room.startswith(f"{rule.scope}/")


def subject_of(item: Item, reading: Reading, story: Story | None = None) -> Subject:
    """Return what rules look at: the item's words and every action told."""
    actions = (story.action, *story.also) if story else reading.actions
    return Subject.of(item, actions)


def choose(
    heard: Heard, subject: Subject, audience: Audience, told: Collection[str], *, stock: bool = False
) -> tuple[tuple[Alert, ...], tuple[Step, ...]]:
    """Decide which rooms hear of a story, and how. `told` are the rooms that have a post of it already."""
    if stock:
        return (), (Step(verb="choose", outcome="silent", because="the first visit to its feed takes stock"),)
    rooms, picked = audience.judge(subject)
    if not rooms and not told:
        return (), (Step(verb="choose", outcome="silent", because="no subscription asks for it"),)
    alerts: list[Alert] = []
    steps: list[Step] = []
    for room in sorted({*rooms, *told}):
        mute = next((rule for rule in picked[RuleKind.MUTE] if covers(rule, room)), None)
        if mute is not None:
            steps.append(Step(verb="choose", outcome=f"muted in {room}", because=f"mute rule {mute.name}"))
            continue
        alert = _alert(heard, room, rooms, told, picked)
        if alert is None:
            steps.append(Step(verb="choose", outcome=f"nothing to add in {room}", because="it is told there already"))
        else:
            alerts.append(alert)
            steps.append(Step(verb="choose", outcome=f"{alert.kind} to {room}", because=alert.because))
    return tuple(alerts), tuple(steps)


def _alert(
    heard: Heard, room: str, rooms: Mapping[str, str], told: Collection[str], picked: Mapping[RuleKind, list[Rule]]
) -> Alert | None:
    if room not in told:
        flags = [rule for rule in picked.get(RuleKind.FLAG, []) if covers(rule, room)]
        return Alert(
            kind=AlertKind.ALERT,
            room=room,
            story=heard.story,
            because=rooms[room],
            flags=tuple(rule.name for rule in flags),
            mentions=tuple(rule.mention for rule in flags if rule.mention),
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


def _parse_all(lines: Mapping[Key, str], names: Names) -> dict[Key, Query]:
    queries: dict[Key, Query] = {}
    faults = []
    for key, line in lines.items():
        try:
            queries[key] = parse(line, names)
        except RuleError as error:
            faults.append(f"{key.partition(':')[2]}: {line!r}: {error}")
    if faults:
        raise ConfigError(faults)
    return queries
