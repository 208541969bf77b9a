"""CSV files, read strictly: a row of another width, or a quote that is never closed, is a fault and not a guess."""

import csv
import io
from collections.abc import Iterator

from adapters.feeds.charset import decode
from adapters.feeds.fetch import Fetched
from bot.errors import SchemaChanged, Truncated

_PAGE = ("<!doctype html", "<html")


def rows_of(fetched: Fetched, *, what: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with its number, counted from 1. Raises SchemaChanged or Truncated.

    `what` names the file in complaints.
    """
    text = decode(fetched.body, fetched.charset).removeprefix("\ufeff")
    if text.lstrip()[:20].lower().startswith(_PAGE):
        raise SchemaChanged(f"{what}: expected CSV, and a web page is there")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "end of data" in str(error):
                raise Truncated(f"{what}: ends within row {number + 1}, in the middle of a field") from error
            raise SchemaChanged(f"{what}: row {number + 1} is no CSV: {error}") from error
        number += 1
        if row and any(field.strip() for field in row):
            yield number, row


def of_width(rows: Iterator[tuple[int, list[str]]], width: int, *, what: str) -> Iterator[tuple[int, list[str]]]:
    """Pass rows of this width on. Raises Truncated where only the last is shorter, else SchemaChanged."""
    for number, row in rows:
        if len(row) == width:
            yield number, row
            continue
        if len(row) < width and next(rows, None) is None:
            raise Truncated(f"{what}: ends within row {number}, which has {len(row)} of {width} columns")
        raise SchemaChanged(f"{what}: row {number} has {len(row)} columns, expected {width}")
