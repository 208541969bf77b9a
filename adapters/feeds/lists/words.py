"""Words from a list, made fit to be kept and shown: one line, nothing invisible, not without end."""

from collections.abc import Iterable
from datetime import date, datetime

MAX_NAME = 300
MAX_ALIASES = 60
MAX_REMARKS = 2_000
MAX_COUNTRIES = 12


def line(text: str | None, longest: int = MAX_NAME) -> str:
    """Return a text on one line, without control and format characters, of at most so many characters."""
    flat = " ".join((text or "")[: 4 * longest].split())
    if not flat.isprintable():
        flat = "".join(sign for sign in flat if sign.isprintable())
    return flat[:longest].strip()


def lines(texts: Iterable[str | None], most: int = MAX_ALIASES) -> tuple[str, ...]:
    """Return the texts that say something, each once, in their order, at most so many."""
    return tuple(dict.fromkeys(filter(None, map(line, texts))))[:most]


def others(texts: Iterable[str | None], name: str) -> tuple[str, ...]:
    """Return the aliases: what is not the name itself."""
    return tuple(one for one in lines(texts) if one != name)


def day(text: str | None, *formats: str) -> date | None:
    """Return the day that a text begins with, by the first format that fits; None for none."""
    plain = (text or "").strip()
    for each in formats or ("%Y-%m-%d",):
        try:
            return datetime.strptime(plain[:10], each).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
