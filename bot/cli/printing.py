"""Answers at the terminal: panels on a screen, plain lines in a pipe, JSON where it was asked for."""

import dataclasses
import json
import sys

from rich.console import Console

from adapters.chat.console import render, render_answer
from bot.domain import Message


def show(message: Message, *, as_json: bool = False) -> None:
    """Print one answer with its further pages."""
    if as_json:
        sys.stdout.write(json.dumps(dataclasses.asdict(message), ensure_ascii=False, default=str) + "\n")
    elif sys.stdout.isatty():
        Console(highlight=False, markup=False, emoji=False).print(render(message))
    else:
        sys.stdout.write(render_answer(message) + "\n")
    sys.stdout.flush()
