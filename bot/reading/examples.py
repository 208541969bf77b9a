"""Parser of `seeds/examples/`: headlines with what they mean, in one pleasant line-based form.

    # a comment; blank lines do not matter
    EU slaps asset freezes on 10 Russian officials over Navalny poisoning
      = imposed EU -> RU | asset_freeze | human_rights | individuals=10

    ! Hungary vetoes fresh EU measures against Belarus
      ~ A leading "!" keeps an example for figures only: nothing is ever learned from it.
      = blocked EU -> BY speaker HU

    FIFA lifts sanctions on Cameroon federation
      = no: sports

A title stands at the margin, what belongs to it is indented. `~` adds to its summary. Each `=` is one action, the most
newsworthy first: stage, issuers, `->`, targets, then `speaker CODES` and `counter` where they apply; after bars come
instruments, grounds, counts and names (those separated by `;`). Codes are joined by commas, `-` means none, and bars at
the end may be left off. `= no: REASON` says that the item is no sanctions news, and why.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from bot.domain import Action, Stage, WhyNot
from bot.errors import SeedError

COUNTED = ("individuals", "entities", "vessels", "aircraft")
_E = TypeVar("_E", bound=StrEnum)
_CODE = re.compile(r"[A-Z][A-Z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One headline and its meaning; `line` is where its title stands in `file`."""

    title: str
    summary: str = ""
    held_out: bool = False
    relevant: bool
    why_not: WhyNot | None = None
    actions: tuple[Action, ...] = ()
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The codes that may occur; None leaves a kind of code unchecked."""

    actors: Collection[str] | None = None
    instruments: Collection[str] | None = None
    grounds: Collection[str] | None = None


@dataclass(slots=True)
class _Draft:
    """An example of which not all lines have been read yet."""

    title: str
    line: int
    held_out: bool
    summary: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    why_not: WhyNot | None = None
    meant: bool = False
    """Whether any line says what it means, be it a faulty one."""


class _LineError(Exception):
    """What is wrong with a line, before it is known which line that is."""


def parse_examples(text: str, *, file: str, known: Known | None = None) -> tuple[Example, ...]:
    """Return the examples of one file, in order.

    Raises SeedError with every fault of the file, each as `file:line: what is wrong`.
    """
    faults: list[str] = []
    drafts: list[_Draft] = []
    for number, line in _telling_lines(text):
        try:
            _read_line(line, number, drafts, known or Known())
        except _LineError as fault:
            faults.append(f"{file}:{number}: {fault}")
    faults += [f"{file}:{d.line}: no '=' line says what this means" for d in drafts if not d.meant]
    faults += _told_twice(drafts, file)
    if faults:
        raise SeedError("\n".join(sorted(faults, key=_line_of)))
    return tuple(_finish(draft, file) for draft in drafts)


def _line_of(fault: str) -> int:
    return int(fault.split(":")[1])


def _telling_lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.rstrip()


def _told_twice(drafts: list[_Draft], file: str) -> list[str]:
    first: dict[tuple[str, str], int] = {}
    faults = []
    for draft in drafts:
        said = (draft.title.casefold(), " ".join(draft.summary).casefold())
        if said in first:
            faults.append(f"{file}:{draft.line}: the same example stands in line {first[said]}; remove one")
        first.setdefault(said, draft.line)
    return faults


def _finish(draft: _Draft, file: str) -> Example:
    return Example(
        title=draft.title,
        summary=" ".join(draft.summary),
        held_out=draft.held_out,
        relevant=draft.why_not is None,
        why_not=draft.why_not,
        actions=tuple(draft.actions),
        file=file,
        line=draft.line,
    )


def _read_line(line: str, number: int, drafts: list[_Draft], known: Known) -> None:
    """Add what `line` says to `drafts`."""
    if not line[0].isspace():
        held_out = line.startswith("!")
        drafts.append(_Draft(title=line[held_out:].strip(), line=number, held_out=held_out))
        if not drafts[-1].title:
            raise _LineError("a '!' without a title behind it")
        return
    mark, rest = line.strip()[0], line.strip()[1:].strip()
    if not drafts:
        raise _LineError("an indented line before any title; titles stand at the margin")
    draft = drafts[-1]
    draft.meant = draft.meant or mark != "~"
    if mark == "~":
        draft.summary.append(rest)
    elif mark == "=":
        _read_meaning(rest, draft, known)
    else:
        raise _LineError(f"an indented line starts with '~' (summary) or '=' (meaning), not {mark!r}")


def _read_meaning(text: str, draft: _Draft, known: Known) -> None:
    if draft.why_not:
        raise _LineError("nothing can follow '= no:'")
    reason = re.fullmatch(r"no:\s*(\w*)", text)
    if reason is None:
        draft.actions.append(_action(text, known))
    elif draft.actions:
        raise _LineError("'= no:' after an action: either it is sanctions news or not")
    else:
        draft.why_not = _member(WhyNot, reason.group(1), "reason")


def _action(text: str, known: Known) -> Action:
    """Return the action that the text behind `=` describes."""
    head, *more = (part.strip() for part in text.split("|"))
    if len(more) > 4:
        raise _LineError("too many bars: instruments | grounds | counts | names is all there is")
    more += [""] * (4 - len(more))
    match = re.fullmatch(r"(\w+)\s+(\S+)\s*->\s*(\S+)(?:\s+speaker\s+(\S+))?(\s+counter)?", head)
    if match is None:
        raise _LineError(f"cannot read {head!r}; write: STAGE ISSUERS -> TARGETS [speaker CODES] [counter]")
    stage, issuers, targets, speaker, counter = match.groups()
    return Action(
        stage=_member(Stage, stage, "stage"),
        issuers=_codes(issuers, "actor", known.actors),
        targets=_codes(targets, "actor", known.actors),
        speaker=_codes(speaker or "", "actor", known.actors),
        instruments=_codes(more[0], "instrument", known.instruments),
        grounds=_codes(more[1], "ground", known.grounds),
        counts=_counts(more[2]),
        names=tuple(name.strip() for name in more[3].split(";") if name.strip() not in {"", "-"}),
        counter=bool(counter),
    )


def _member(kind: type[_E], name: str, what: str) -> _E:
    try:
        return kind(name)
    except ValueError:
        raise _LineError(f"unknown {what} {name!r}; one of: {', '.join(kind)}") from None


def _codes(text: str, what: str, known: Collection[str] | None) -> tuple[str, ...]:
    codes = tuple(code.strip() for code in text.split(",") if code.strip() not in {"", "-"})
    for code in codes:
        if what == "actor" and not _CODE.fullmatch(code):
            raise _LineError(f"{code!r} is no code; countries and issuers are written like EU, US or ARAB_LEAGUE")
        if known is not None and code not in known:
            raise _LineError(f"unknown {what} {code!r}")
    if len(set(codes)) < len(codes):
        raise _LineError(f"{text!r} names a code twice")
    return codes


def _counts(text: str) -> dict[str, int]:
    counts = {}
    for pair in text.split() if text != "-" else []:
        kind, _, number = pair.partition("=")
        if kind not in COUNTED or not number.isdecimal() or int(number) < 1:
            raise _LineError(f"{pair!r} is no count; write for instance individuals=10; kinds: {', '.join(COUNTED)}")
        counts[kind] = int(number)
    return counts
