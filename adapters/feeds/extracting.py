"""From a web page to its article's text; run as a program of its own, for one page, by `adapters.feeds.articles`.

A page is a stranger's, and those who take pages apart (trafilatura on lxml on libxml2) promise nothing about time,
memory or crashes. In a process of its own all three are bounded by the system: it gets three seconds of processor
time, a gigabyte of address space, and no variable of the environment and so no secret. Whatever a page does in here,
its article is not read, and nothing else happens. That costs 0.3 s for each article, of which there are a few a day.

The page comes on standard input as UTF-8, the text goes to standard output, a line for each paragraph. The exit code
is 1 for a page without an article. This file imports nothing of the project, so that its start is quick.
"""

import resource
import sys
from contextlib import suppress

MEMORY = 1 << 30
"""Bytes of address space."""
PROCESSOR = 3
"""Seconds of processor time."""
MAX_TAGS = 20_000
"""Tags that a page may have; long news pages have 5,000. trafilatura takes some 50 µs for each."""


def main() -> int:
    """Read a page, write its article's text."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, PROCESSOR)):
        with suppress(OSError, ValueError):  # not every system knows every limit
            resource.setrlimit(what, (most, most))
    text = extract_text(sys.stdin.buffer.read().decode("utf-8", "replace"))
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0 if text else 1


def extract_text(html: str) -> str:
    """Return the article's text, a line for each paragraph; nothing where a page has none, or too many tags."""
    if html.count("<") > MAX_TAGS:
        return ""
    # not before there is work for it, and in this process alone: it takes 40 MB and 0.2 s
    from trafilatura import extract

    return extract(html, favor_precision=True, include_comments=False, include_tables=False) or ""


if __name__ == "__main__":
    sys.exit(main())
