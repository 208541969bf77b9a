"""Short keys that people may type, made of what they stand for."""

import base64
from collections.abc import Collection, Iterable
from hashlib import blake2b

from bot.domain import Key

_LENGTH = 6


def short_key(of: Iterable[str], taken: Collection[Key]) -> Key:
    """Return a key that is the same for the same content, and none that is taken."""
    said = "\0".join(of)
    for ordinal in range(1_000):
        digest = blake2b(f"{said}\0{ordinal}".encode("utf-8", "replace"), digest_size=10).digest()
        key = base64.b32encode(digest).decode().lower()[: _LENGTH + ordinal // 10]
        if key not in taken:
            return key
    raise AssertionError("a thousand keys cannot all be taken")
