"""The encoder: a small transformer that reads an item as a whole, and says what the named features cannot.

A linear model over named features knows a cue where it stands in a table; that "turns the screw on", "pulls the plug"
and "slaps" are one thing, or which of two clauses is the news, it does not. The encoder was trained on a great deal of
English before it saw a headline, so it brings meaning; the features bring grammar. Each head's logit is a blend of
both (see `judging.py`), and the encoder's part of it is a reason by its own name.

The network is BERT's: pieces and places in, layers of attention and of two plain ones, each normalised. Beside what
is usual, each piece comes with what the lexicon knows of it (`Cut`): whether it is a country, a capital, a person or a
body, and which names are one and the same actor's. Out come

    item = [first piece, mean of all, of the measures' names, of the news] -> relevant, stage, counter, instruments ...
    code = [mean of its names, first of them, first piece, of the news]    -> issuers, targets, speaker

A code's roles hang on who else is named: each is judged with the strongest signs of all others beside its own.

where the news is what another head finds: it was taught which words annotators quoted as evidence.

It came about by fine-tuning four layers of all-MiniLM-L6-v2 (Apache 2.0; Wang et al. 2020), slimmed to two thirds of
their attention and a sixth of their inner width, with `sanctionwire learn --encoder`. Its weights stand in bytes
(``seeds/encoder.safetensors``), each column with its own scale, and are floats for the moment of use; all is done in
one order on one thread, so that the same item gives the same logits.
"""

import json
import mmap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.domain import Code
from bot.errors import SeedError
from bot.reading.network import Network, gelu
from bot.reading.page import Page
from bot.reading.pieces import Cut, Pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

_KINDS = {"I8": "i1", "U8": "u1", "F32": "<f4"}
_DIGITS = 3
"""Digits of a logit that are told: what lies behind them may differ between machines."""


@dataclass(frozen=True, slots=True)
class Impression:
    """What the encoder makes of an item, as logits by label."""

    item: Mapping[str, Mapping[str, float]]
    """Head to label to logit: ``relevant`` and ``counter`` have the label ``yes``."""
    roles: Mapping[str, Mapping[Code, float]]


class Encoder:
    """The network of one seeds file: views of it, made floats where they are used."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        """Take a safetensors file's bytes. Raises SeedError where they are none, or lack a part."""
        import numpy as np

        self._np, self._data = np, data
        try:
            arrays = _arrays(np, data)
            told = json.loads(bytes(arrays.pop("told")).decode())
            self._pieces = Pieces(told["pieces"])
            self._labels: Mapping[str, list[str]] = told["labels"]
            self._rest = _part(arrays, "rest.")
            layers = [_part(arrays, f"layer{at}.") for at in range(int(told["layers"]))]
            self._network = Network(np, (arrays["words"], arrays["words.scale"]), self._rest, layers)
            self._words = _span(np, data, arrays["words"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            fault = f"{type(error).__name__}: {error}"
            raise SeedError(f"seeds/encoder: {fault}; install Sanctionwire again, or train it anew") from error

    def look(self, page: Page) -> Impression:
        """Return the logits of an item's heads, and of each code it names."""
        return self.look_all([page])[0]

    def look_all(self, pages: Iterable[Page]) -> list[Impression]:
        """Return what `look` returns for each page, digit by digit, in two thirds of the time for many."""
        told = self._all_told(map(self._pieces.cut, pages))
        self._let_go()
        return told

    def _let_go(self) -> None:
        """Give the words' pages back to the system, which keeps them at hand: 6 MB less; a look needs few."""
        if isinstance(self._data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            self._data.madvise(mmap.MADV_DONTNEED, *self._words)

    def weigh_words(self, page: Page, ask: Callable[[Impression], float]) -> list[tuple[str, float]]:
        """Return each word of an item with how much `ask` would sink were the word hidden, the weightiest first."""
        cut = self._pieces.cut(page)
        asked = [cut]
        for word in cut.words:
            hidden = [self._pieces.hidden] * (word.behind - word.first)
            asked.append(replace(cut, ids=[*cut.ids[: word.first], *hidden, *cut.ids[word.behind :]]))
        whole, *without = map(ask, self._all_told(asked))
        found = [(word.text, whole - left) for word, left in zip(cut.words, without, strict=True)]
        return sorted(found, key=lambda one: (-abs(one[1]), one[0]))

    def _all_told(self, asked: Iterable[Cut]) -> list[Impression]:
        return [self._told(cut, seen) for cut, seen in self._network.seen(asked)]

    def _told(self, cut: Cut, seen: "Matrix") -> Impression:
        rest, np = self._rest, self._np
        places = cut.focus
        focus = seen[places].mean(0) if places else seen[0]
        news = self._news(seen) @ seen
        item = np.concatenate([seen[0], seen.mean(0), focus, news])
        heads = {
            head: self._named(labels, item @ rest[f"{head}.w"] + rest[f"{head}.b"])
            for head, labels in self._labels.items()
            if head not in {"roles", "evidence"}
        }
        roles: dict[str, dict[Code, float]] = {role: {} for role in self._labels["roles"]}
        for code, logits in self._of_codes(cut, seen, news):
            for role, logit in self._named(self._labels["roles"], logits).items():
                roles[role][code] = logit
        return Impression(heads, roles)

    def _of_codes(self, cut: Cut, seen: "Matrix", news: "Matrix") -> Iterable[tuple[Code, "Matrix"]]:
        """Return the logits of each code's roles: of its own signs, and the strongest of all others."""
        if not cut.codes:
            return []
        np, rest = self._np, self._rest
        own = np.stack([np.concatenate([seen[at].mean(0), seen[at[0]], seen[0], news]) for at in cut.codes.values()])
        signs = gelu(np, own @ rest["roles.in.w"] + rest["roles.in.b"])
        others = [np.delete(signs, at, 0).max(0) if len(signs) > 1 else 0 * signs[0] for at in range(len(signs))]
        told = np.concatenate([signs, np.stack(others)], 1) @ rest["roles.w"] + rest["roles.b"]
        return zip(cut.codes, told, strict=True)

    def _news(self, seen: "Matrix") -> "Matrix":
        """Return how much of the news each piece holds; all together hold it once."""
        held = self._np.exp(seen @ self._rest["evidence.w"] + self._rest["evidence.b"])[:, 0]
        share: Matrix = held / held.sum()
        return share

    def _named(self, labels: list[str], logits: "Matrix") -> dict[str, float]:
        return {label: round(float(logit), _DIGITS) for label, logit in zip(labels, logits, strict=True)}


def _arrays(np: Any, data: bytes | mmap.mmap) -> dict[str, Any]:
    """Return the arrays of a safetensors file as views of it, so that only what is looked at is ever in memory.

    The form: the header's length in eight bytes, the header in JSON, the arrays.
    """
    begin = 8 + int.from_bytes(data[:8], "little")
    found = {}
    for name, about in json.loads(bytes(data[8:begin])).items():
        if name != "__metadata__":
            kind, (first, behind) = np.dtype(_KINDS[about["dtype"]]), about["data_offsets"]
            flat = np.frombuffer(data, kind, (behind - first) // kind.itemsize, begin + first)
            found[name] = flat.reshape(about["shape"])
    return found


def _span(np: Any, data: bytes | mmap.mmap, array: Any) -> tuple[int, int]:
    """Return which whole pages of a file an array fills: where they begin, and how many bytes they are."""
    begins, whole = (one.__array_interface__["data"][0] for one in (array, np.frombuffer(data, np.uint8)))
    first = -(-(begins - whole) // mmap.PAGESIZE) * mmap.PAGESIZE
    return first, max(0, (begins - whole + array.nbytes) // mmap.PAGESIZE * mmap.PAGESIZE - first)


def _part(arrays: Mapping[str, Any], prefix: str) -> "dict[str, Matrix]":
    """Return the arrays of a prefix, by the rest of their names."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
