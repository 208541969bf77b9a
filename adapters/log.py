"""The log: one JSON line per event, for machines to read and people to grep.

Whatever is handed in, a line comes out: in ASCII, so that nothing from outside can move a terminal's cursor or begin a
line of its own; with every registered secret masked, before anything is cut, lest half of one remain; and bounded.
A log that cannot be written is not worth a service, so that failure is silent.
"""

import contextlib
import json
import logging
import math
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TextIO
from urllib.parse import quote

from bot.ports import Log

MAX_VALUE = 2000
"""Characters of one value."""
MAX_LINE = 32_000
"""Characters of one line."""
MAX_ENTRIES = 50
"""Entries of one list or mapping."""
MAX_DEPTH = 4
MASK = "***"

_GREATEST = 2**63


class JsonLog:
    """A Log (`bot.ports`) that writes to a stream; safe to call from any thread."""

    def __init__(self, stream: TextIO, clock: Callable[[], datetime]) -> None:
        self._stream = stream
        self._clock = clock
        self._secrets: tuple[str, ...] = ()
        self._lock = threading.RLock()

    def hide(self, secrets: Iterable[str]) -> None:
        """Never print these values from now on, nor their form in an address."""
        forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
        # the longest first: a secret may hold another
        self._secrets = tuple(sorted(forms.union(self._secrets), key=lambda form: (-len(form), form)))

    def __call__(self, event: str, /, **fields: object) -> None:
        """Write one event with its fields; a field named ``at`` or ``event`` gets an underscore."""
        said = {name + "_" * (name in {"at", "event"}): value for name, value in fields.items()}
        head = {"at": self._clock().isoformat(timespec="milliseconds"), "event": self._plain(event, 0)}
        line = json.dumps(head | {self._text(name): self._plain(value, 0) for name, value in said.items()})
        if len(line) > MAX_LINE:
            line = json.dumps(head | {"too_long": len(line), "fields": [self._text(name) for name in list(said)[:9]]})
        # json leaves DEL as it is; a closed or full stream is nobody's news
        with contextlib.suppress(OSError, ValueError), self._lock:
            self._stream.write(line.replace("\x7f", "\\u007f") + "\n")
            self._stream.flush()

    def _plain(self, value: object, depth: int) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return int(value) if abs(value) < _GREATEST else f"a number of {value.bit_length()} bits"
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if isinstance(value, timedelta):
            return value.total_seconds()
        if isinstance(value, Mapping | list | tuple | set | frozenset) and depth < MAX_DEPTH:
            return self._inside(value, depth + 1)
        return self._text(value)

    def _inside(self, value: Mapping[Any, Any] | Iterable[Any], depth: int) -> Any:
        if isinstance(value, Mapping):
            pairs = list(value.items())[:MAX_ENTRIES]
            return {self._text(key): self._plain(one, depth) for key, one in pairs}
        entries = [self._plain(one, depth) for one in list(value)[:MAX_ENTRIES]]
        return sorted(entries, key=str) if isinstance(value, set | frozenset) else entries

    def _text(self, value: object) -> str:
        text = _words(value)
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}... ({len(text)} characters)"


class LibraryLog(logging.Handler):
    """Turns what libraries log into events named ``library``; tracebacks only where they are asked for."""

    def __init__(self, log: Log, level: int, *, traces: bool) -> None:
        super().__init__(level)
        self._log = log
        self._traces = traces

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # the caller's arguments do not fit its own format: the format still tells something
            message = str(record.msg)
        fields: dict[str, object] = {"level": record.levelname.lower(), "logger": record.name, "message": message}
        if record.exc_info and (error := record.exc_info[1]) is not None:
            fields["error"] = error
            if self._traces:
                # by lines, and the last ones: there stands what happened
                fields["trace"] = logging.Formatter().formatException(record.exc_info).splitlines()[-MAX_ENTRIES:]
        self._log("library", **fields)


def make_log(stream: TextIO, *, secrets: Iterable[str] = (), clock: Callable[[], datetime] | None = None) -> JsonLog:
    """Return the log. More secrets can be hidden later, when they are known."""
    log = JsonLog(stream, clock or (lambda: datetime.now(UTC)))
    log.hide(secrets)
    return log


def route_libraries(log: Log, *, level: int = logging.WARNING, traces: bool = False) -> Callable[[], None]:
    """Send what aiohttp, discord, slack and every other library logs, and warnings, to `log`; return how to undo it.

    Takes the place of all that hung on the root logger; a library that calls ``basicConfig`` later changes nothing.
    """
    root = logging.getLogger()
    before, level_before = root.handlers[:], root.level
    root.handlers[:] = [LibraryLog(log, level, traces=traces)]
    root.setLevel(level)
    logging.captureWarnings(capture=True)

    def undo() -> None:
        root.handlers[:] = before
        root.setLevel(level_before)
        logging.captureWarnings(capture=False)

    return undo


def _words(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    try:
        return f"{type(value).__name__}: {value}" if isinstance(value, BaseException) else str(value)
    except Exception as error:  # noqa: BLE001 - whatever an object of others does when asked for its text
        return f"<{type(value).__name__} without a text: {type(error).__name__}>"
