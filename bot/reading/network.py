"""The layers of the encoder: pieces in, what stands for each piece out. BERT's arithmetic, in numpy.

Several items go through together, their pieces being the rows of one matrix: matrices of bytes are made floats once for
all of them, and large products are quicker. A row of a product does not depend on the rows beside it, so an item is
read alike whoever is beside it; only attention is each item's own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from bot.reading.pieces import Cut

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

HEAD = 32
"""The width of a head of attention, as the network that it was made from has them."""
AT_ONCE = 256
"""Pieces that go through the network together: more would be no quicker, and take memory."""
_TINY = 1e-12


class Network:
    """The arithmetic over one seeds file's arrays."""

    def __init__(
        self,
        np: Any,
        words: "tuple[Matrix, Matrix]",
        rest: "Mapping[str, Matrix]",
        layers: "Sequence[dict[str, Matrix]]",
    ) -> None:
        """Take the arrays: words and their scales; what else comes before the layers; each layer."""
        self._np, self._rest, self._layers = np, rest, layers
        self._words, self._scales = words
        self._desks: list[_Desk] = []
        """Those that nobody sits at: each thread that reads has one of its own."""

    def seen(self, cuts: Iterable[Cut]) -> "Iterator[tuple[Cut, Matrix]]":
        """Yield each item with what stands for its pieces after the last layer: (pieces, width).

        The matrix holds until the next item is asked for.
        """
        desk = self._desks.pop() if self._desks else _Desk(self._np)
        for batch in _by_size(cuts):
            behind = list(accumulate(len(cut.ids) for cut in batch))
            items = [slice(last - len(cut.ids), last) for cut, last in zip(batch, behind, strict=True)]
            x = self._run(batch, items, desk)
            for cut, item in zip(batch, items, strict=True):
                yield cut, x[item]
        self._desks.append(desk)

    def _run(self, cuts: Sequence[Cut], items: Sequence[slice], desk: "_Desk") -> "Matrix":
        """Return what stands for the items' pieces after the last layer; `items` are their rows."""
        rest, np = self._rest, self._np
        ids, kinds, owners, segments = (
            [one for cut in cuts for one in told(cut)]
            for told in (attrgetter("ids"), attrgetter("kinds"), attrgetter("owners"), attrgetter("segments"))
        )
        x: Matrix = self._words[ids].astype(np.float32)
        x *= self._scales[ids, None]
        x += np.concatenate([rest["places"][: len(cut.ids)] for cut in cuts])
        x += rest["segments"][segments]
        x += rest["kinds"][kinds] + rest["owners"][owners]
        self._normalise(x, rest["norm.w"], rest["norm.b"])
        for layer in self._layers:
            x = self._layer(x, layer, items, desk)
        return x

    def _layer(self, x: "Matrix", layer: Mapping[str, "Matrix"], items: Sequence[slice], desk: "_Desk") -> "Matrix":
        np = self._np
        looks = self._plain(x, layer, "look", desk)
        seen = desk.sheet("seen", len(x), looks.shape[1] // 3)
        for item in items:
            seen[item] = self._attended(looks[item])
        out = self._plain(seen, layer, "out", desk)
        out += x
        self._normalise(out, layer["norm1.w"], layer["norm1.b"])
        up = self._plain(out, layer, "up", desk)
        down = self._plain(gelu(np, up, desk.sheet("bent", *up.shape)), layer, "down", desk)
        down += out
        self._normalise(down, layer["norm2.w"], layer["norm2.b"])
        return down

    def _attended(self, looks: "Matrix") -> "Matrix":
        """Return what each head of attention sees among an item's pieces, side by side."""
        np, count = self._np, len(looks)
        query, key, value = looks.reshape(count, 3, -1, HEAD).transpose(1, 2, 0, 3)
        query *= np.float32(HEAD**-0.5)
        scores: Matrix = query @ key.transpose(0, 2, 1)
        scores -= scores.max(-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(-1, keepdims=True)
        seen: Matrix = (scores @ value).transpose(1, 0, 2).reshape(count, -1)
        return seen

    def _plain(self, x: "Matrix", layer: Mapping[str, "Matrix"], name: str, desk: "_Desk") -> "Matrix":
        """Return one plain layer's outcome; its matrix is made floats for the moment, which saves 16 MB."""
        told = layer[f"{name}.w"]
        weights = desk.sheet("weights", *told.shape)
        self._np.copyto(weights, told)
        outcome = desk.sheet(name, len(x), weights.shape[1])
        self._np.matmul(x, weights, out=outcome)
        outcome *= layer[f"{name}.w.scale"]
        outcome += layer[f"{name}.b"]
        return outcome

    def _normalise(self, x: "Matrix", weight: "Matrix", bias: "Matrix") -> None:
        np = self._np
        width = np.float32(x.shape[-1])
        x -= np.add.reduce(x, -1, keepdims=True) / width
        spread = np.sqrt(np.einsum("ij,ij->i", x, x) / width + _TINY)
        x *= 1 / spread[:, None]
        x *= weight
        x += bias


class _Desk:
    """Sheets that are written over and over: to fetch clean ones from the system takes longer than the sums."""

    def __init__(self, np: Any) -> None:
        self._np = np
        self._sheets: dict[str, Matrix] = {}

    def sheet(self, name: str, rows: int, columns: int) -> "Matrix":
        """Return a matrix of this size, whatever is on it; the next of the same name may be the same."""
        held = self._sheets.get(name)
        if held is None or len(held) < rows * columns:
            held = self._sheets[name] = self._np.empty(rows * columns, self._np.float32)
        sheet: Matrix = held[: rows * columns].reshape(rows, columns)
        return sheet


def _by_size(cuts: Iterable[Cut]) -> Iterator[list[Cut]]:
    """Put items together, in order, while they have few pieces."""
    batch: list[Cut] = []
    pieces = 0
    for cut in cuts:
        if batch and pieces + len(cut.ids) > AT_ONCE:
            yield batch
            batch, pieces = [], 0
        batch.append(cut)
        pieces += len(cut.ids)
    if batch:
        yield batch


def gelu(np: Any, x: "Matrix", bent: "Matrix | None" = None) -> "Matrix":
    """Return the Gaussian error linear unit, by its usual approximation; in `bent`, where that is given."""
    bent = np.multiply(x, x, out=bent)
    bent *= 0.044715
    bent += 1.0
    bent *= x
    bent *= 0.7978845608
    np.tanh(bent, out=bent)
    bent += 1.0
    bent *= x
    bent *= 0.5
    return bent
