"""Figures as tables of a page: pure, from what `tests.accuracy_counts` counted."""

import re
from collections.abc import Mapping, Sequence

from bot.domain import Stage
from tests.accuracy_counts import SILENT, Accuracy, Tally

BEGIN, END = "<!-- accuracy: begin -->", "<!-- accuracy: end -->"


def rewritten(page: str, lines: Sequence[str]) -> str:
    """Return a page with what stands between its markers replaced. Raises ValueError where it has no such pair."""
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if len(between.findall(page)) != 1:
        raise ValueError(f"a page needs {BEGIN} and {END}, once each and in this order")
    return between.sub(lambda _: "\n".join([BEGIN, "", *lines, "", END]), page)


def summary(measured: Mapping[str, Accuracy]) -> list[str]:
    """Return the short table's lines, a column for each set of items: what a reader of the README wants to know."""
    columns = [_summed(found) for found in measured.values()]
    lines = [f"| | {' | '.join(measured)} |", "|---|" + "---:|" * len(columns)]
    return lines + [f"| {name} | {' | '.join(column[name] for column in columns)} |" for name in columns[0]]


def _summed(found: Accuracy) -> dict[str, str]:
    leads = found.leads
    shares = {
        "sanctions news told from other news (F1)": found.relevance.f1,
        "stage of the lead": _share(found.lead["stage"], leads),
        "issuers of the lead, all and no other": _share(found.lead["issuers"], leads),
        "targets of the lead, all and no other": _share(found.lead["targets"], leads),
        "all three right": _share(found.lead["triple"], leads),
        "calls itself sure": _share(found.sure, leads),
        "all three right where it does": _share(found.sure_right, found.sure),
    }
    return {name: _percent(share) for name, share in shares.items()}


def tables(found: Accuracy) -> list[str]:
    """Return the lines of every further table."""
    return [
        "### Fields",
        "",
        *_field_rows(found),
        "",
        "### Stages of the lead",
        "",
        *_stage_rows(found),
        "",
        "### Which stage is taken for which",
        "",
        "Rows: what is meant; columns: what was read.",
        "",
        *_confusion_rows(found),
        "",
        "### What is no sanctions news, and stays silent",
        "",
        *_silence_rows(found),
    ]


def _field_rows(found: Accuracy) -> list[str]:
    tallies = {"sanctions news": found.relevance, "triples of all actions": found.triples, **found.sets}
    rows = ["| field | precision | recall | F1 | n |", "|---|---:|---:|---:|---:|"]
    rows += [
        f"| {name} | {_percent(tally.precision)} | {_percent(tally.recall)} | {_percent(tally.f1)} | {tally.meant} |"
        for name, tally in tallies.items()
    ]
    speaker = _percent(_share(found.lead["speaker"], found.leads))
    counter = _percent(_share(found.counter, found.pairs))
    return [
        *rows,
        f"| speaker of the lead, all and no other | | | {speaker} | {found.leads} |",
        f"| counter-measure or not | | | {counter} | {found.pairs} |",
    ]


def _stage_rows(found: Accuracy) -> list[str]:
    rows = ["| stage | precision | recall | F1 | n |", "|---|---:|---:|---:|---:|"]
    for stage in Stage:
        tally = Tally(
            hits=found.confusion[stage, stage],
            read=sum(times for (_, told), times in found.confusion.items() if told == stage),
            meant=sum(times for (meant, _), times in found.confusion.items() if meant == stage),
        )
        figures = " | ".join(map(_percent, (tally.precision, tally.recall, tally.f1)))
        rows.append(f"| {stage} | {figures} | {tally.meant} |")
    return rows


def _confusion_rows(found: Accuracy) -> list[str]:
    columns = [*(stage.value for stage in Stage), SILENT]
    rows = [f"| | {' | '.join(columns)} |", "|---|" + "---:|" * len(columns)]
    for stage in Stage:
        cells = [str(found.confusion[stage, told] or "") for told in columns]
        rows.append(f"| **{stage}** | {' | '.join(cells)} |")
    return rows


def _silence_rows(found: Accuracy) -> list[str]:
    rows = ["| reason | silent | of |", "|---|---:|---:|"]
    for reason in sorted({reason for reason, _ in found.silence}):
        right, wrong = found.silence[reason, True], found.silence[reason, False]
        rows.append(f"| {reason} | {_percent(_share(right, right + wrong))} | {right + wrong} |")
    return rows


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
