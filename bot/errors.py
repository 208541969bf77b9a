"""Every error in our own words. Adapters turn outside exceptions into these at the door.

SanctionwireError            what, where, and how to mend it; always fit to be shown to a person
├── UsageError               somebody typed something that cannot be done (exit code 2)
│   ├── RuleError            a rule line that does not parse; knows the column
│   └── AlreadyThere         it is so already
├── ConfigError              settings, feeds or rules that do not hold; lists every fault at once
├── SeedError                a seeds file that does not hold
├── StoreError               the database cannot be used: locked, full, newer than we are
├── FeedError                a visit failed; `problem` names how
│   ├── Unreachable          no connection, name not found, TLS, broken off
│   ├── TooSlow              the time cap ran out
│   ├── TooLarge             the size cap ran out, packed or unpacked
│   ├── Refused              an HTTP status that is no success; knows Retry-After
│   ├── Forbidden            an address we do not visit: private, not http(s), too many redirects
│   ├── NotAFeed             a body that is no feed: a page, a challenge, nothing
│   ├── NotAnArticle         an address behind which there is no article: another kind of file, a page without one
│   ├── SchemaChanged        a list that is no longer laid out as it was: other columns, other elements
│   ├── Truncated            a list that ends in the middle of an entry
│   └── Shrunken             a list that lost more entries at once than is believed of one visit
└── ChatError                a send failed
    ├── Delayed              try later; knows when
    ├── Doubtful             it may have gone through; ask the platform before sending again
    └── Undeliverable        never: the room is gone, archived or closed to us
"""

from datetime import timedelta


class SanctionwireError(Exception):
    """The root: a sentence that says what is wrong, where, and how to mend it."""


class UsageError(SanctionwireError):
    """Somebody asked for something that cannot be done as typed."""


class RuleError(UsageError):
    """A rule line that does not parse: ``column`` counts from 1, ``hint`` says what to type instead."""

    def __init__(self, what: str, *, column: int, hint: str = "") -> None:
        super().__init__(f"column {column}: {what}" + (f" ({hint})" if hint else ""))
        self.what = what
        self.column = column
        self.hint = hint


class AlreadyThere(UsageError):
    """What somebody asked for is so already."""


class ConfigError(SanctionwireError):
    """Configuration that does not hold; ``faults`` has one sentence for each fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class SeedError(SanctionwireError):
    """Knowledge that does not hold: which file, which entry, what is wrong with it."""


class StoreError(SanctionwireError):
    """The database cannot be used."""


class FeedError(SanctionwireError):
    """A visit to a source failed."""

    problem = "failed"

    def __init__(
        self,
        detail: str,
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
        problem: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.retry_after = retry_after
        if problem is not None:
            self.problem = problem


class Unreachable(FeedError):
    """No connection: name not found, refused, TLS, or broken off in the middle."""

    problem = "unreachable"


class TooSlow(FeedError):
    """The time cap ran out."""

    problem = "too_slow"


class TooLarge(FeedError):
    """The size cap ran out, packed or unpacked."""

    problem = "too_large"


class Refused(FeedError):
    """An HTTP status that is no success (``http_404``, ``http_429`` ...)."""

    problem = "refused"


class Forbidden(FeedError):
    """An address that is not visited: private network, not http(s), redirects without end."""

    problem = "forbidden_address"


class NotAFeed(FeedError):
    """A body that is no feed: a web page, a challenge page, nothing at all."""

    problem = "not_a_feed"


class NotAnArticle(FeedError):
    """An address behind which no article was found: no web page, or one without an article."""

    problem = "not_an_article"


class SchemaChanged(FeedError):
    """An official list that is laid out otherwise than it was; says what was expected and what is there."""

    problem = "schema_changed"


class Truncated(FeedError):
    """An official list that ends in the middle of an entry."""

    problem = "truncated"


class Shrunken(FeedError):
    """An official list that lost more entries than is believed of one visit: an outage until a second visit agrees."""

    problem = "shrunken"


class ChatError(SanctionwireError):
    """A message could not be sent."""


class Delayed(ChatError):
    """Not now; ``after`` is how long the platform asks to wait, if it says so."""

    def __init__(self, detail: str, *, after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.after = after


class Doubtful(ChatError):
    """No answer came: the message may stand in the room or not."""


class Undeliverable(ChatError):
    """Never: the room is gone, archived, or we may not post there."""
