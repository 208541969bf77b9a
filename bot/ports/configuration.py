"""Configuration before it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RawConfig:
    """What the operator's files say, parsed but not judged; a missing file is an empty mapping."""

    folder: str = "config"
    """Where they lie, for messages."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    feeds: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What must be known of a chat platform to check settings for it; all else only its adapter knows."""

    name: str
    """The first part of its rooms' names."""
    room: str
    """A room as people are told to write it: ``discord:CHANNEL_ID``."""
    pattern: str
    """A regular expression for what follows ``name:``; empty where the platform is one room by itself."""
    token: str = ""
    """The environment variable that turns it on; empty: always on."""
    tokens: Mapping[str, str] = field(default_factory=dict)
    """Every variable that holds a secret, with how its value begins as far as that is known."""
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Variables that hold an address, with the schemes it may have."""
    together: tuple[tuple[str, ...], ...] = ()
    """Variables that are given all or none."""
