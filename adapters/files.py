"""Files become plain values here, and nowhere else: knowledge, configuration, `.env`, and items line by line.

Where the folders are: an installed wheel carries `seeds` and `config` in `adapters/data`; a clone has them at its top.
The wheel's place is looked at first, for beside it, in site-packages, a folder `seeds` could be anybody's.
"""

import gzip
import json
import mmap
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import tomli
from dotenv import dotenv_values

from bot.errors import ConfigError, SeedError, UsageError
from bot.ports import RawConfig

DEFAULT_CONFIG = "config"
LESSONS = "lessons"
"""The folder of the seeds that only learning reads."""
MAX_LINE = 16 * 1024 * 1024
"""Bytes of one item's line; a longer one is a fault, not a drain on memory."""

_HERE = Path(__file__).resolve().parent
_TOML_PLACE = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.S)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of JSON Lines that holds no item, and why."""

    what: str


# --- where things are -----------------------------------------------------------------------------------------------


def seeds_folder() -> Path:
    """Return the folder of the knowledge that came with the program, whether or not it is there."""
    return _shipped("seeds")


def config_folder(folder: str | None = None) -> Path:
    """Return the configuration's folder: the named one, else ``config`` here, else the one that came along.

    Raises ConfigError if a folder was named and is none.
    """
    if folder is not None:
        named = Path(folder)
        if not named.is_dir():
            raise ConfigError([f"{folder}: there is no such folder; make it, or name another with --config"])
        return named
    return here if (here := Path(DEFAULT_CONFIG)).is_dir() else _shipped("config")


def _shipped(name: str) -> Path:
    packed = _HERE / "data" / name
    return packed if packed.is_dir() else _HERE.parent / name


# --- seeds ----------------------------------------------------------------------------------------------------------


def read_seeds(folder: str | Path | None = None) -> dict[str, Any]:
    """Return the knowledge: {file's stem: content}, and for each folder inside, {its name: {stem: content}}.

    `.toml` and `.json` are parsed; `.txt` and `.jsonl` are given as text, `.safetensors` as bytes that are read when
    they are looked at; other files are not knowledge.
    The folder of lessons is left out: see `lesson_files`.
    Raises SeedError for a missing folder, a file that does not parse, and two files with one stem.
    """
    top = Path(folder) if folder is not None else seeds_folder()
    if not top.is_dir():
        raise SeedError(f"{top}: the folder of the bot's knowledge is missing; install Sanctionwire again")
    seeds = _read_folder(top)
    for inner in sorted(path for path in top.iterdir() if path.is_dir() and path.name != LESSONS):
        if inner.name in seeds:
            raise SeedError(f"{inner}: there is a file of the same name beside this folder; rename one of them")
        seeds[inner.name] = _read_folder(inner)
    return seeds


def lesson_files() -> list[Path]:
    """Return the files of labelled items that the reading is taught with; nobody else has a use for them."""
    return sorted((seeds_folder() / LESSONS).glob("*.jsonl"))


def _read_folder(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in {".toml", ".json", ".jsonl", ".txt", ".safetensors"} or not path.is_file():
            continue
        if path.stem in found:
            raise SeedError(f"{path}: there is a second file named {path.stem!r} in this folder; keep one of them")
        try:
            found[path.stem] = _parse(path)
        except (ValueError, OSError) as error:
            raise SeedError(_place(path, error)) from error
    return found


def _parse(path: Path) -> Any:
    if path.suffix == ".safetensors":
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    text = _text(path)
    if path.suffix == ".toml":
        return tomli.loads(text)
    return json.loads(text) if path.suffix == ".json" else text


# --- configuration --------------------------------------------------------------------------------------------------


def read_config(folder: str | None = None) -> RawConfig:
    """Return what settings.toml, feeds.toml and rules.toml say; a missing file says nothing.

    `folder` is None where nobody named one: then ``config`` here, or else the configuration that came along.
    Raises ConfigError with every file that cannot be read or parsed, its line and column.
    """
    place = config_folder(folder)
    parts: dict[str, dict[str, Any]] = {}
    faults = []
    for name in ("settings", "feeds", "rules"):
        path = place / f"{name}.toml"
        try:
            parts[name] = tomli.loads(_text(path))
        except FileNotFoundError:
            parts[name] = {}
        except (ValueError, OSError) as error:
            faults.append(_place(path, error))
    if faults:
        raise ConfigError(faults)
    return RawConfig(folder=str(place), **parts)


def read_env(folder: str | None = None, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment over what `.env` files say: the one in the configuration's folder, then the one here.

    `environ` is the real environment, which wins and is never changed. ``$`` in a value is just that.
    """
    values: dict[str, str] = {}
    for path in (Path(".env"), config_folder(folder) / ".env"):
        try:
            found = dotenv_values(path, interpolate=False, encoding="utf-8-sig") if path.is_file() else {}
        except (ValueError, OSError) as error:
            raise ConfigError([_place(path, error)]) from error
        values.update({name: value for name, value in found.items() if value is not None})
    return values | dict(environ or {})


# --- what a person hands over ---------------------------------------------------------------------------------------


def read_text(path: str, stdin: IO[bytes] | None = None) -> str:
    """Return a file's text (``-``: standard input's), at most MAX_LINE bytes. Raises UsageError."""
    try:
        with _open(path, stdin) as stream:
            data = stream.read(MAX_LINE + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(_place(Path(path), error)) from error
    if len(data) > MAX_LINE:
        raise UsageError(f"{path}: longer than {MAX_LINE:,} bytes; is it the right file?")
    return data.decode("utf-8-sig", "replace")


def read_items(path: str, stdin: IO[bytes] | None = None) -> Iterator[tuple[int, dict[str, Any] | BadLine]]:
    """Yield each line of JSON Lines with its number from 1: the object on it, or what is wrong with it.

    `path` may end in ``.gz``, or be ``-`` for standard input. Streams: memory holds one line. Blank lines are skipped.
    Raises UsageError, at the first step, if the file cannot be opened.
    """
    number = 0
    try:
        with _open(path, stdin) as stream:
            for number, line in enumerate(_lines(stream), 1):
                if line.strip():
                    yield number, _object(line)
    except (OSError, EOFError, zlib.error) as error:
        if number == 0:
            raise UsageError(_place(Path(path), error)) from error
        yield number + 1, BadLine(f"the file breaks off here: {_reason(error)}")


def _open(path: str, stdin: IO[bytes] | None) -> IO[bytes] | gzip.GzipFile:
    if path == "-":
        # a second handle on the same file: closing it must not close standard input for everybody
        return stdin or open(sys.stdin.fileno(), "rb", closefd=False)
    return gzip.open(path, "rb") if path.endswith(".gz") else Path(path).open("rb")


def _lines(stream: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    """Yield lines; of one that is too long its beginning, one byte longer than allowed."""
    while line := stream.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE + 1)
        yield line


def _object(line: bytes) -> dict[str, Any] | BadLine:
    if len(line.rstrip(b"\r\n")) > MAX_LINE:
        return BadLine(f"longer than {MAX_LINE:,} bytes")
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return BadLine(f"not UTF-8 at byte {error.start + 1}; save it as UTF-8")
    except json.JSONDecodeError as error:
        return BadLine(f"no JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError):
        return BadLine("no JSON that can be read: nested too deeply, or a number too long")
    if not isinstance(value, dict):
        return BadLine(f"an object in braces is needed, not {_kind(value)}")
    # half a character, as only an escape can smuggle in, could neither be printed nor stored
    return _whole(value) if rb"\ud" in line.lower() else value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {_whole(key): _whole(one) for key, one in value.items()} if isinstance(value, dict) else value


def _kind(value: object) -> str:
    names = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


# --- errors ---------------------------------------------------------------------------------------------------------


def _text(path: Path) -> str:
    # utf-8-sig: editors on Windows put a mark first, which TOML would take for a character
    return path.read_text(encoding="utf-8-sig")


def _place(path: Path, error: Exception) -> str:
    """Say what is wrong, and where in the file as far as the error knows."""
    if isinstance(error, tomli.TOMLDecodeError) and (found := _TOML_PLACE.match(str(error))):
        at = f"line {found['line']}, column {found['column']}" if found["line"] else "at its end"
        return f"{path}, {at}: {found['what']}"
    if isinstance(error, json.JSONDecodeError):
        return f"{path}, line {error.lineno}, column {error.colno}: {error.msg}"
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"{path}, line {line}: not UTF-8; save the file as UTF-8"
    return f"{path}: {_reason(error)}"


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
