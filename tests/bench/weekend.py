"""The plain bot that everything is compared with: what one writes on a weekend.

It fetches each feed, one after the other, lets feedparser parse it, looks each entry up in SQLite, runs a loop of
regular expressions over the new ones and commits each. It is written without malice: one connection to the database, no
work twice, feedparser given bytes and not an address. httpx fetches where it is installed, else urllib.
"""

import re
import sqlite3
from collections.abc import Iterable
from importlib import import_module
from typing import Any
from urllib.request import urlopen

import feedparser

from adapters.files import read_seeds

try:
    httpx: Any = import_module("httpx")
except ImportError:
    httpx = None

KEYWORDS = (r"sanction\w*", r"embargo\w*", "asset freezes?", "travel bans?", r"blacklist\w*", "export controls?")
"""What a sanctions bot of a weekend looks for."""


class WeekendBot:
    """Polls feeds and says which entries its keywords pick."""

    def __init__(self, path: str, keywords: Iterable[str] = KEYWORDS) -> None:
        self._patterns = [re.compile(rf"\b{word}\b", re.IGNORECASE) for word in keywords]
        self._db = sqlite3.connect(path)
        self._db.execute("create table if not exists seen (id text primary key, title text, link text, told integer)")
        self._client = httpx.Client() if httpx else None

    def poll(self, url: str) -> int:
        """Visit one feed; returns how many new entries were picked."""
        picked = 0
        for entry in feedparser.parse(self._fetch(url)).entries:
            key = entry.get("id") or entry.get("link", "")
            if self._db.execute("select 1 from seen where id = ?", (key,)).fetchone():
                continue
            picked += self.take(key, entry.get("title", ""), entry.get("summary", ""), entry.get("link", ""))
        return picked

    def take(self, key: str, title: str, summary: str, link: str) -> bool:
        """Look at one new entry and keep it."""
        text = f"{title} {summary}"
        told = any(pattern.search(text) for pattern in self._patterns)
        self._db.execute("insert or ignore into seen values (?, ?, ?, ?)", (key, title, link, told))
        self._db.commit()
        return told

    def _fetch(self, url: str) -> bytes:
        if self._client is not None:
            return bytes(self._client.get(url).content)
        with urlopen(url, timeout=60) as answer:
            return bytes(answer.read())

    def close(self) -> None:
        """Let go of the file and the connections."""
        self._db.close()
        if self._client is not None:
            self._client.close()


def country_keywords() -> list[str]:
    """Return as keywords what a thorough person would list: every territory, with each word for a sanction."""
    return [row["name"] for row in read_seeds()["territories"]["territories"]]
