"""Gradients of the network and of the risk, near theta*, where every unit keeps its piece.

Shapes (paper, Appendices G and I): a^l in R^{d_l}; D^l = W^L J^{L-1} ... W^{l+1} J^l in R^{1 x d_l} with D^L = 1; the
gradient of layer l is (D^l)^T [(a^{l-1})^T, 1] (equations (18)-(20)).
"""

__all__ = ["Differentiator", "Inside", "Matrix", "Trace", "Vector", "exactly_inside", "gram", "trace", "traces"]

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from exactmem.backward import output_rows
from exactmem.errors import KinkError
from exactmem.evaluate import pre_activations
from exactmem.rationals import Rational, shorten
from exactmem.sgd.loss import Loss
from exactmem.sgd.memorizer import Memorizer, Piece

Vector = list[Rational]
Matrix = Any
Inside = Callable[[Any, Piece], bool]


@dataclass(frozen=True)
class Trace:
    """One sample at theta*: z^1..z^{L-1}, a^0..a^{L-1}, the slopes of layers 1..L-1, and D^1..D^L."""

    pre: list[Vector]
    post: list[Vector]
    slopes: list[Vector]
    backward: list[Vector]

    def gradient(self) -> Vector:
        """nu_i, with the parameters in the order of `Memorizer` (equation (20) in another order)."""
        return [
            d * a for row, post in zip(self.backward, self.post, strict=True) for d in row for a in (*post, fmpq(1))
        ]


def trace(minimum: Memorizer, sample: int) -> Trace:
    """The forward and backward pass of one sample at theta*, exactly."""
    x = minimum.dataset.inputs[sample]
    pre = pre_activations(minimum.network, x)[:-1]
    pieces = [layer[sample] for layer in minimum.pieces]
    post = [list(x)]
    for values, layer in zip(pre, pieces, strict=True):
        post.append([piece.slope * z + piece.intercept for z, piece in zip(values, layer, strict=True)])
    slopes = [[piece.slope for piece in layer] for layer in pieces]
    return Trace(pre, post, slopes, output_rows(minimum.rows, slopes))


def traces(minimum: Memorizer) -> list[Trace]:
    """The traces of all samples."""
    return [trace(minimum, i) for i in range(minimum.N)]


def gram(samples: Sequence[Trace]) -> Matrix:
    """The N x N matrix of nu_i . nu_j = sum over l of (D_i^l . D_j^l) (a_i^{l-1} . a_j^{l-1} + 1), as `fmpq_mat`."""
    count = len(samples)
    total = fmpq_mat(count, count)
    for l in range(len(samples[0].backward)):
        back = fmpq_mat([s.backward[l] for s in samples])
        post = fmpq_mat([[*s.post[l], fmpq(1)] for s in samples])
        entries = zip((back * back.transpose()).entries(), (post * post.transpose()).entries(), strict=True)
        total += fmpq_mat(count, count, [b * a for b, a in entries])
    return total


def exactly_inside(value: Rational, piece: Piece) -> bool:
    """True if the value lies in the piece's open interval; KinkError when it is an end or beyond."""
    if (piece.low is None or piece.low < value) and (piece.high is None or value < piece.high):
        return True
    raise KinkError(
        f"a pre-activation {shorten(value)} has left its piece: the iterate is outside the radius in which Theorem 5.1 "
        "keeps every piece",
        witness=value,
    )


class Differentiator:
    """Outputs and gradients at theta near theta*, for exact numbers (`fmpq_mat`) or balls (`arb_mat`).

    `matrix` is the matrix type; `inside(z, piece)` must raise unless z certainly lies in the piece's open interval.
    """

    def __init__(self, minimum: Memorizer, loss: Loss, matrix: Any = fmpq_mat, inside: Inside = exactly_inside) -> None:
        self.minimum, self.loss, self.matrix, self.inside = minimum, loss, matrix, inside
        self.labels = [y[0] for y in minimum.dataset.labels]
        self.one = matrix([[1]])[0, 0]

    def layers(self, theta: Sequence[Any]) -> list[Matrix]:
        """The parameters as one d_l x (d_{l-1} + 1) matrix per layer."""
        result, start = [], 0
        for height, width in self.minimum.shapes:
            result.append(self.matrix(height, width, list(theta[start : start + height * width])))
            start += height * width
        return result

    def forward(self, layers: Sequence[Matrix], batch: Sequence[int]) -> tuple[list[Matrix], list[Any]]:
        """[a^l; 1] of the batch for l = 0..L-1 (samples in columns), and the outputs."""
        size = len(batch)
        inputs = self.minimum.dataset.inputs
        columns = [inputs[i][k] for k in range(len(inputs[0])) for i in batch]
        post = [self.matrix(len(inputs[0]) + 1, size, columns + [self.one] * size)]
        for layer, pieces in zip(layers, self.minimum.pieces, strict=False):
            values = (layer * post[-1]).entries()
            units = []
            for k, z in enumerate(values):
                piece = pieces[batch[k % size]][k // size]
                self.inside(z, piece)
                units.append(piece.slope * z + piece.intercept)
            post.append(self.matrix(layer.nrows() + 1, size, units + [self.one] * size))
        return post, (layers[-1] * post[-1]).entries()

    def gradient(self, theta: Sequence[Any], batch: Sequence[int]) -> list[Any]:
        """g = (1/B) sum over the batch of l'(f(x_i); y_i) grad f(x_i) at theta (shape P)."""
        layers = self.layers(theta)
        post, outputs = self.forward(layers, batch)
        size = len(batch)
        weight = fmpq(1, size)
        slopes = [
            weight * self.loss.slope(f - self.labels[i], self.labels[i]) for f, i in zip(outputs, batch, strict=True)
        ]
        back = self.matrix(1, size, slopes)
        parts: list[list[Any]] = []
        for l in range(len(layers) - 1, -1, -1):
            parts.append((back * post[l].transpose()).entries())
            if l > 0:
                back = self._through(layers[l], back, l, batch)
        return [v for part in reversed(parts) for v in part]

    def _through(self, layer: Matrix, back: Matrix, l: int, batch: Sequence[int]) -> Matrix:
        """J^l (W^{l+1})^T times the backward matrix: d_l x B from d_{l+1} x B."""
        size, height = len(batch), layer.ncols() - 1
        values = (layer.transpose() * back).entries()[: height * size]
        pieces = self.minimum.pieces[l - 1]
        return self.matrix(height, size, [pieces[batch[k % size]][k // size].slope * v for k, v in enumerate(values)])

    def risk_gap(self, theta: Sequence[Any]) -> Any:
        """R(theta) - R(theta*), exactly or as a ball."""
        everything = range(self.minimum.N)
        _, outputs = self.forward(self.layers(theta), everything)
        total = fmpq(0)
        for f, y in zip(outputs, self.labels, strict=True):
            total = total + self.loss.value(f - y, y)
        return total * fmpq(1, self.minimum.N)
