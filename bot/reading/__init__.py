"""The reading: `read(item, lexicon) -> Reading`; who did what to whom, with what and why."""

from bot.reading.explaining import Explanation, explain
from bot.reading.reader import read, read_all

__all__ = ["Explanation", "explain", "read", "read_all"]
