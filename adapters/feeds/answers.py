"""What a server answers: the head line by line as it comes, and the whole of it in the end.

A head is bounded here, where nothing of it was believed yet: in its length, in the length of the body that it
announces, and in how often it says that the body was packed. A few kilobytes that were packed three times over can
unpack to so much of nothing that no cap on what comes out would notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_LONGEST = 1 << 18
"""Bytes of a head; news sites send long content security policies."""
_ENOUGH_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; headers by their names in lower case, the first of several."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Head:
    """An answer's status line and headers while they come."""

    def __init__(self, cap: int) -> None:
        """Begin, for a body of at most so many bytes."""
        self._cap = cap
        self._size = 0
        self._lines: list[bytes] = []
        self._status = b""
        self._packings = 0
        self._ended = False
        self.too_long = False
        """Whether it announces more than was asked for."""
        self.enough = False
        """Whether it says all that there is to know: of a refusal or a redirect nobody reads the body."""

    def take(self, line: bytes) -> bool:
        """Take one more line, and return whether the rest is wanted."""
        self._size += len(line)
        if line[:5].upper() == b"HTTP/" and (not self._lines or (self._ended and self._status[:1] == b"1")):
            self._begin(line)
        elif self._ended:
            pass  # a trailer behind the body, which says nothing that is known too late
        elif line.strip():
            self._lines.append(line)
            self._judge(line)
        else:
            self._ended = True
            self.enough = self._status[:1] in {b"3", b"4", b"5"} and self._status != b"304"
        return not (self.enough or self.too_long or self._packings > 1 or self._size > _LONGEST)

    def _begin(self, line: bytes) -> None:
        """Begin anew: what came before was a word on the way, such as 103 Early Hints."""
        self._lines = [line]
        self._status = b"".join(line.split(None, 2)[1:2])
        self._packings = 0
        self._ended = False

    def _judge(self, line: bytes) -> None:
        if line[:8].lower() != b"content-":
            return
        name, _, value = line.partition(b":")
        match name.strip().lower():
            case b"content-length":
                self.too_long = self._status[:1] == b"2" and _number(value.strip()) > self._cap
            case b"content-encoding":
                self._packings += 1 + value.count(b",")

    def headers(self) -> dict[str, str]:
        """Return the headers; a line without a name is nobody's."""
        found: dict[str, str] = {}
        for line in b"".join(self._lines[1:]).decode("utf-8", "surrogateescape").split("\n"):
            name, colon, value = line.partition(":")
            if colon:
                found.setdefault(name.strip().lower(), value.strip())
        return found


def _number(digits: bytes) -> int:
    return int(digits) if digits.isdigit() and len(digits) <= _ENOUGH_DIGITS else 0
