"""Answers at the terminal: panels on a screen, plain lines in a pipe, JSON where it was asked for."""

import dataclasses
import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from adapters.chat.console import render, render_answer
from bot.domain import Message


def show_values(values: Mapping[str, Any]) -> None:
    """Print an answer as plain values, in JSON."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def show(message: Message, *, as_json: bool = False) -> None:
    """Print one answer with its further pages."""
    if as_json:
        # a picture is for files and chats
        said = dataclasses.asdict(dataclasses.replace(message, picture=None))
        sys.stdout.write(json.dumps(said, ensure_ascii=False, default=str) + "\n")
    elif sys.stdout.isatty():
        Console(highlight=False, markup=False, emoji=False).print(render(message))
    else:
        sys.stdout.write(render_answer(message) + "\n")
    sys.stdout.flush()
