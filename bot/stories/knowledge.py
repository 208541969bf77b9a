"""What placing knows, from `seeds/stories.toml`: weights, windows, familiar words. The code knows no word by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain import Code, Stage
from bot.errors import SeedError
from bot.stories.stems import stem_of

FILE = "seeds/stories.toml"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """All that `place` weighs by. Compared by identity: it is compiled once."""

    weights: Mapping[str, float]
    """Feature name to what one unit of it adds to the score of "the same event" (log odds)."""
    bias: float
    threshold: float
    """From which probability on two reports tell one event."""
    suffixes: tuple[str, ...]
    ignored: frozenset[str]
    numbers: Mapping[str, str]
    ordinals: Mapping[str, str]
    synonyms: Mapping[str, str]
    series: frozenset[str]
    """Words that, beside an ordinal, number the measures of one issuer: package, round."""
    familiar: Mapping[str, float]
    """Stem to how many of 1,000 sanctions items have it; rarer ones are not listed."""
    familiar_pairs: Mapping[str, float]
    """``US>RU`` to how many of 1,000 sanctions items are about it."""
    near: frozenset[frozenset[Stage]]
    """Stages that two readers of one event may well call differently."""
    remarks: frozenset[Stage]
    """Stages of talk about measures: no measure themselves."""
    plans: frozenset[Stage]
    """Stages of what is not done yet."""
    vague: frozenset[str]
    """Instruments that say nothing of what is done; never told as something new."""
    circles: Mapping[Code, frozenset[Code]]
    """A loose name to those whom it may mean."""
    follows: Mapping[Stage, tuple[Stage, ...]]
    """Stage to the stages of which it can be the sequel, nearest first."""
    answerable: Mapping[Stage, float]
    """Stages that somebody may retaliate for, and what each adds to the kinship."""
    retaliation: str
    """The ground that makes an action an answer to another's."""
    kinship: Mapping[str, float]
    """Feature name to what it adds to the likelihood that one event continues or answers another."""
    follow_window: timedelta
    reaction_window: timedelta
    answer_window: timedelta
    least: Mapping[str, float] = field(default_factory=dict)
    """How sure something must be before it is acted on: ``follow``, ``remark``, ``answer``, ``unsaid``, ``add`` ..."""


def compile_knowledge(raw: Mapping[str, Any]) -> Knowledge:
    """Compile what `tomllib` gives of `seeds/stories.toml`. Raises SeedError naming what does not hold."""
    try:
        return _compile(raw)
    except KeyError as missing:
        raise SeedError(f"{FILE}: {missing.args[0]} is missing") from missing
    except (TypeError, ValueError, AttributeError) as fault:
        raise SeedError(f"{FILE}: {fault}") from fault


def _compile(raw: Mapping[str, Any]) -> Knowledge:
    words, windows, score = raw["words"], raw["windows"], raw["score"]
    suffixes = tuple(sorted(words["suffixes"], key=lambda suffix: (-len(suffix), suffix)))
    return Knowledge(
        weights=_numbers(score["weights"], "score.weights"),
        bias=float(score["bias"]),
        threshold=float(score["threshold"]),
        suffixes=suffixes,
        ignored=frozenset(words["ignored"]),
        numbers={word: str(number) for word, number in words["numbers"].items()},
        ordinals=_ordinals(words["ordinals"]),
        synonyms={
            stem_of(word, suffixes): stem_of(group[0], suffixes) for group in words["synonyms"] for word in group
        },
        series=frozenset(stem_of(word, suffixes) for word in words["series"]),
        familiar=_numbers(raw["familiar"]["words"], "familiar.words"),
        familiar_pairs=_numbers(raw["familiar"]["pairs"], "familiar.pairs"),
        near=frozenset(frozenset(_stages(pair)) for pair in raw["stages"]["near"]),
        remarks=frozenset(_stages(raw["stages"]["remarks"])),
        plans=frozenset(_stages(raw["stages"]["plans"])),
        vague=frozenset(raw["measures"]["vague"]),
        circles={loose: frozenset(codes) for loose, codes in raw["circles"].items()},
        follows={Stage(stage): _stages(earlier) for stage, earlier in raw["stages"]["follows"].items()},
        answerable={Stage(name): n for name, n in _numbers(raw["stages"]["answerable"], "stages.answerable").items()},
        retaliation=str(raw["measures"]["retaliation"]),
        kinship=_numbers(raw["kinship"], "kinship"),
        follow_window=timedelta(days=windows["follow_days"]),
        reaction_window=timedelta(days=windows["reaction_days"]),
        answer_window=timedelta(days=windows["answer_days"]),
        least=_numbers(raw["least"], "least"),
    )


def _stages(names: Iterable[str]) -> tuple[Stage, ...]:
    return tuple(Stage(name) for name in names)


def _numbers(table: Mapping[str, Any], where: str) -> dict[str, float]:
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{where}.{name}: {value!r} is not a number")
    return {name: float(value) for name, value in table.items()}


def _ordinals(table: Mapping[str, int]) -> dict[str, str]:
    """Return both spellings of each ordinal, mapped to one: "tenth" and "10th" to "10th"."""
    return {word: _suffixed(number) for word, number in table.items()}


def _suffixed(number: int) -> str:
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
