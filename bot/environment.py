"""What the environment gives for each chat platform, judged. Its values appear in no message and no `repr`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.ports import Platform
from bot.tables import address_fault


class Secret:
    """A value that only `reveal` shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the environment gives for one platform, by the variables' names."""

    tokens: Mapping[str, Secret] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)

    def reveal(self) -> dict[str, str]:
        """Return every variable with its value, for the platform's own adapter."""
        return {**{name: secret.reveal() for name, secret in self.tokens.items()}, **self.addresses}


def account_from(platform: Platform, env: Mapping[str, str], faults: list[str]) -> Account | None:
    """Return what the environment gives for a platform; None if that does not turn it on."""
    given = {name: value for name in (*platform.tokens, *platform.addresses) if (value := env.get(name, "").strip())}
    faults.extend(f"environment: {name} {what}" for name, what in _faults(platform, given))
    if platform.token and platform.token not in given:
        return None
    return Account(
        tokens={name: Secret(value) for name, value in given.items() if name in platform.tokens},
        addresses={name: value for name, value in given.items() if name in platform.addresses},
    )


def _faults(platform: Platform, given: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, value in given.items():
        if name in platform.addresses and (what := address_fault(value, platform.addresses[name])):
            yield name, what
        elif any(sign.isspace() or not sign.isprintable() for sign in value):
            yield name, "holds a space or a control character; copy it anew"
        for other, begins in platform.tokens.items():
            if begins and value.startswith(begins) and name in platform.tokens and other != name:
                yield name, f"begins with {begins} and so seems to be {other}; swap them"
        if name in platform.tokens and platform.token not in given:
            yield name, f"is given without {platform.token}; set both or neither"
    for group in platform.together:
        missing = [name for name in group if name not in given]
        if missing and len(missing) < len(group):
            yield missing[0], f"is missing; {' and '.join(group)} work only together"
