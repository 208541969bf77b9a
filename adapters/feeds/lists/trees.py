"""XML files, streamed: one entry is in memory at a time, and nothing that a document declares is ever followed.

No entity is resolved, no DTD or schema is loaded, nothing is fetched, and libxml2's own limits on depth and size stay
on. A list needs no document type, so one that has it is refused before its first element is read: that is where
entity bombs are declared.
"""

import io
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from adapters.feeds.fetch import Fetched
from bot.errors import FeedError, SchemaChanged, Truncated

_HTML = {"html", "HTML"}


def entries_of(fetched: Fetched, *tags: str, root: str = "", what: str) -> Iterator["Entry"]:
    """Yield the elements with these names, whatever their namespace. Raises SchemaChanged or Truncated.

    `root` is what the document's own element must be called; `what` names the file in complaints.
    """
    context = etree.iterparse(
        io.BytesIO(fetched.body),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    number = 0
    try:
        _, top = next(context)
        _check_root(top, root, what)
        for event, element in context:
            if event == "end" and _name(element) in tags:
                number += 1
                yield Entry(element, number, what)
                _forget(element)
    except (etree.XMLSyntaxError, StopIteration) as error:
        if _looks_like_html(fetched.body):
            raise SchemaChanged(f"{what}: expected XML, and a web page is there") from error
        raise Truncated(f"{what}: broken off or not XML after {number:,} entries: {_short(error)}") from error


class Entry:
    """One element of a list, asked by names; namespaces do not matter."""

    def __init__(self, element: etree._Element, number: int, what: str) -> None:
        self._element = element
        self._number = number
        self._what = what
        self.name = _name(element)

    def text(self, *path: str) -> str:
        """Return the first text at a path below the entry, or nothing."""
        return next(iter(self.texts(*path)), "")

    def texts(self, *path: str) -> list[str]:
        """Return all texts at a path below the entry that are not empty."""
        found = self._element.iterfind("/".join(f"{{*}}{part}" for part in path))
        return [text for each in found if (text := "".join(each.itertext()).strip())]

    def needed(self, *path: str) -> str:
        """Return the first text at a path. Raises SchemaChanged where there is none."""
        if text := self.text(*path):
            return text
        raise self.fault(f"has no {'/'.join(path)}")

    def attributes(self, child: str) -> list[dict[str, str]]:
        """Return the attributes of each child with this name."""
        return [dict(each.attrib) for each in self._element.iterfind(f"{{*}}{child}")]

    def attribute(self, name: str) -> str:
        """Return one of the entry's own attributes, or nothing."""
        return str(self._element.get(name, "")).strip()

    def fault(self, what: str) -> FeedError:
        """Return the complaint that this entry is not as expected."""
        return SchemaChanged(f"{self._what}: {self.name} number {self._number} {what}")


def _check_root(top: etree._Element, root: str, what: str) -> None:
    if top.getroottree().docinfo.doctype:
        raise SchemaChanged(f"{what}: declares a document type, which no list needs; it is not read")
    if _name(top) in _HTML:
        raise SchemaChanged(f"{what}: expected XML, and a web page is there")
    if root and _name(top) != root:
        raise SchemaChanged(f"{what}: expected <{root}>, and <{_name(top)[:60]}> is there")


def _forget(element: etree._Element) -> None:
    """Give back an entry's memory, and that of everything before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _looks_like_html(body: bytes) -> bool:
    return body.lstrip()[:20].lower().startswith((b"<!doctype html", b"<html"))


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
