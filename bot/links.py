"""Web addresses: which of them lead to the same page. What does not matter in one is data, in ``seeds/links.toml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from bot.errors import SeedError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SIMPLE = re.compile(
    r"https?://([a-z0-9.-]*[a-z0-9])((?:/[A-Za-z0-9/:@!$&'()*+,=~._-]*)?)"
    r"(?:\?([A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]*(?:&[A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]*)*))?\Z"
)
"""Most links, which need not be taken apart with all care: that takes three times as long, with a query ten times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRules:
    """What in an address does not matter: the content of ``seeds/links.toml``."""

    names: frozenset[str] = frozenset()
    """Query parameters to drop."""
    prefixes: tuple[str, ...] = ()
    """Beginnings of query parameters to drop."""
    hosts: tuple[str, ...] = ("www.",)
    endings: tuple[str, ...] = ()


def parse_link_rules(table: Mapping[str, object]) -> LinkRules:
    """Return the rules that ``seeds/links.toml`` states. Raises SeedError naming the entry that does not hold."""
    unknown = sorted(set(table) - {"drop", "hosts", "endings"})
    if unknown:
        raise SeedError(f"links.toml: unknown entry {unknown[0]!r}; there are drop, hosts and endings")
    drop, hosts, endings = (_words(table, name) for name in ("drop", "hosts", "endings"))
    for pattern in drop:
        if "*" in pattern[:-1] or pattern == "*":
            raise SeedError(f"links.toml: drop {pattern!r}: a * may only stand at the end of a name")
    return LinkRules(
        names=frozenset(name for name in drop if not name.endswith("*")),
        prefixes=tuple(name[:-1] for name in drop if name.endswith("*")),
        hosts=hosts,
        endings=endings,
    )


def _words(table: Mapping[str, object], name: str) -> tuple[str, ...]:
    words = table.get(name, [])
    if not _are_words(words):
        raise SeedError(f"links.toml: {name} must be a list of texts, none of them empty")
    return tuple(word.lower() for word in words)


def _are_words(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(word, str) and word for word in value)


def canonical_link(url: str, rules: LinkRules) -> str:
    """Return the address by which a page is known, or `url` itself, stripped, where it is no web address.

    >>> canonical_link("HTTP://WWW.Example.com:80/a/?b=2&a=1#top", LinkRules())
    'https://example.com/a?a=1&b=2'
    """
    url = url.strip()
    if (simple := _SIMPLE.match(url)) is not None:
        query = _simple_query(simple[3], rules) if simple[3] else ""
        return f"https://{_canonical_host(simple[1], rules)}{_canonical_path(simple[2], rules)}{query}"
    if url[:4].lower() != "http" and url.isascii() and url.isprintable():
        return url  # a guid, mostly
    if not url.isascii():
        # halves of characters have no place in an address, and would be put right again at every other step
        url = url.encode("utf-8", "replace").decode("utf-8")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return url
    place = "" if port in (None, *_DEFAULT_PORTS.values()) else f":{port}"
    query = _canonical_query(parts.query, rules) if parts.query else ""
    path = _canonical_path(parts.path, rules)
    return f"https://{_canonical_host(host, rules)}{place}{path}{'?' + query if query else ''}"


def _canonical_host(host: str, rules: LinkRules) -> str:
    before = ""
    while host != before:
        before, host = host, host.rstrip(".")
        for prefix in rules.hosts:
            rest = host.removeprefix(prefix)
            # "m.example.com" is a mobile "example.com", but "m.com" is a name of its own
            host = rest if "." in rest else host
    return host


def _canonical_path(path: str, rules: LinkRules) -> str:
    if "%" in path or " " in path or not path.isascii():
        path = quote(unquote(path, errors="replace"), safe="/:@!$&'()*+,;=~-._")
    before = ""
    while path != before:
        before, path = path, path.rstrip("/")
        for ending in rules.endings:
            path = path.removesuffix(ending)
    return path


def _simple_query(query: str, rules: LinkRules) -> str:
    """Do the same for pairs of plain words."""
    pairs = [tuple(pair.split("=", 1)) for pair in query.split("&")]
    kept = sorted(pair for pair in pairs if not _is_decoration(pair[0].lower(), rules))
    return f"?{'&'.join(map('='.join, kept))}" if kept else ""


def _canonical_query(query: str, rules: LinkRules) -> str:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    except ValueError:
        return query
    kept = [(name, value) for name, value in pairs if not _is_decoration(name.lower(), rules)]
    return urlencode(sorted(kept))


def _is_decoration(name: str, rules: LinkRules) -> bool:
    return name in rules.names or name.startswith(rules.prefixes)
