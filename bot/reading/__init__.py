"""The reading: `read(item, lexicon) -> Reading`; who did what to whom, with what and why."""

from bot.reading.reader import read

__all__ = ["read"]
