"""Items and readings as JSON: what `extract`, `replay` and `learn` read and write."""

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.files import BadLine, read_items
from bot.domain import Action, Item, Reading

TEXTS = ("id", "title", "summary", "text", "source", "link")


def items_in(path: str) -> Iterator[Item | None]:
    """Yield the item on each line; None for a line that holds none, which is reported on stderr with its number."""
    for number, raw in read_items(path):
        fault = raw.what if isinstance(raw, BadLine) else item_fault(raw)
        if fault or isinstance(raw, BadLine):
            print(f"line {number}: {fault}", file=sys.stderr)
            yield None
        else:
            yield item_from(raw, default_id=str(number))


def item_fault(raw: Mapping[str, Any]) -> str | None:
    """Return what is wrong with an item's object, or None."""
    for name in TEXTS:
        if name != "id" and not isinstance(raw.get(name) or "", str):
            return f"{name} is {type(raw[name]).__name__}, not text"
    if not any(raw.get(name) for name in ("title", "summary", "text")):
        return "no title, summary or text: nothing to read"
    try:
        parse_date(raw.get("date"))
    except ValueError as error:
        return f"date: {error}"
    return None


def item_from(raw: Mapping[str, Any], *, default_id: str = "") -> Item:
    """Return the item that an object without faults describes."""
    name = str(raw.get("id") or default_id)
    return Item(
        key=name,
        guid=name,
        title=raw.get("title") or "",
        summary=raw.get("summary") or "",
        text=raw.get("text") or "",
        date=parse_date(raw.get("date")),
        outlet=raw.get("source") or raw.get("outlet") or "",
        link=raw.get("link") or "",
    )


def parse_date(value: object) -> datetime | None:
    """Return a date as an aware time in UTC; a day is its midnight. Raises ValueError that shows what was given."""
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text like 2024-02-29 or 2024-02-29T12:00:00Z")
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is not like 2024-02-29 or 2024-02-29T12:00:00Z") from None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def reading_fields(item: Item, reading: Reading) -> dict[str, Any]:
    """Return a reading as `extract` prints it."""
    return {
        "id": item.key,
        "relevant": reading.relevant,
        "why_not": reading.why_not,
        "confidence": round(reading.confidence, 3),
        "actions": [action_fields(action) for action in reading.actions],
    }


def action_fields(action: Action) -> dict[str, Any]:
    """Return an action with its fields as JSON has them."""
    fields = dataclasses.asdict(action)
    fields["confidence"] = round(action.confidence, 3)
    fields["field_confidence"] = {name: round(value, 3) for name, value in action.field_confidence.items()}
    fields["when"] = action.when.isoformat() if action.when else None
    return fields
