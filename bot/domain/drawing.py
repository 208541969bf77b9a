"""Drawings: what a picture shows, before anybody draws it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A filled circle, with a ring around it where that has a colour."""

    x: float
    y: float
    radius: float
    colour: str
    """``#rrggbb``, as all colours of a drawing."""
    ring: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Words, vertically centred on their place, in at most `lines` lines; cut with dots where they are longer."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    most: float
    """How wide a line may be."""
    lines: int = 1
    align: str = "left"
    """``left``, ``middle`` or ``right``: which part of it stands at x."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is to be drawn, the first first; in pixels from the upper left corner."""

    width: int
    height: int
    background: str
    shapes: tuple[Disc | Stroke | Label, ...] = ()
