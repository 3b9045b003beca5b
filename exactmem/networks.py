"""Networks with exact parameters; shapes are checked when a network is made.

`FNN` computes a^l = sigma(W^l a^{l-1} + b^l) and a linear last layer; `ResNet` computes
h^l = h^{l-1} + V^l sigma(U^l h^{l-1} + b^l) + c^l, without the skip in the last layer (paper, sections 2 and 4).
"""

__all__ = [
    "FNN",
    "WRITTEN_OUT",
    "DenseMatrix",
    "FNNLayer",
    "Matrix",
    "Network",
    "RankOneMatrix",
    "ResNet",
    "ResNetLayer",
    "SparseMatrix",
    "dense",
    "largest_bits",
    "layer",
    "pad_rows",
    "rank_one",
    "residual",
    "sparse",
    "zeros",
]

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import fmpq

from exactmem.activations import IDENTITY, Activation
from exactmem.border import Exact, Floats, one_or_many, outward_row
from exactmem.errors import ShapeError
from exactmem.matrices import DenseMatrix, Matrix, RankOneMatrix, SparseMatrix, Vector, affine, dense, rank_one, sparse
from exactmem.presentation import Shown, Table, latex_array, latex_matrix
from exactmem.rationals import Rational, bits, to_text, vector

WRITTEN_OUT = 16
"""Most entries of a matrix that is written out in a notebook's formula."""


@dataclass(frozen=True, repr=False)
class FNNLayer:
    """One layer a -> activation(weight a + bias); weight is d_l x d_{l-1}, bias has d_l entries."""

    weight: Matrix
    bias: tuple[Rational, ...]
    activation: Activation

    def __post_init__(self) -> None:
        if len(self.bias) != self.weight.shape[0]:
            raise ShapeError(f"a weight with {self.weight.shape[0]} rows has a bias of {len(self.bias)} entries")

    def __repr__(self) -> str:
        height, width = self.weight.shape
        return f"<layer from {width} to {height}, {self.activation.name}>"

    def apply(self, values: Sequence[Sequence[Rational]]) -> list[Vector]:
        """The layer's outputs for many inputs at once."""
        return affine(self.weight, self.bias, values, self.activation.of_ratio)

    def to_json(self) -> dict[str, Any]:
        """The layer in the certificate format."""
        return {
            "weight": self.weight.to_json(),
            "bias": [to_text(v) for v in self.bias],
            "activation": self.activation.to_json(),
        }


def layer(weight: Matrix, bias: Iterable[Any], activation: Activation = IDENTITY) -> FNNLayer:
    """An FNNLayer from a matrix, a bias of exact numbers and an activation."""
    return FNNLayer(weight, tuple(vector(bias)), activation)


class _Network(Shown):
    """What both kinds of network offer to people: exact outputs, and how they show themselves."""

    layers: Any
    d_x: Any
    d_y: Any
    widths: Any
    edges: Any

    def __call__(self, x: Any, floats: Floats = "refuse") -> Any:
        """f(x) exactly: d_y numbers (`Exact`) for an input of d_x numbers, a list of those for a table of inputs.

        Takes rows and tables of every kind (see `exactmem.border`). ShapeError for inputs of another length,
        InexactNumberError for floats unless floats="exact".
        """
        inputs, single = one_or_many(x, "the input", self.d_x, floats)
        values = inputs
        for l in self.layers:
            values = l.apply(values)
        outputs: list[list[Exact]] = [outward_row(y) for y in values]
        return outputs[0] if single else outputs

    @property
    def hidden_nodes(self) -> int:
        """Number of hidden units."""
        return sum(self.widths)

    def table(self) -> Table:
        """Its kind, sizes and activations."""
        kind = type(self).__name__
        names = list(dict.fromkeys(l.activation.name for l in self.layers if l.activation.kind != "identity"))
        activation = ", ".join(names) or "linear"
        sizes = "-".join(map(str, (self.d_x, *self.widths, self.d_y)))
        return Table(
            f"{kind} {sizes}, {activation}",
            [
                ("inputs", self.d_x),
                ("hidden widths", ", ".join(map(str, self.widths)) or "none"),
                ("outputs", self.d_y),
                ("activation", activation),
                ("hidden units", self.hidden_nodes),
                ("weights and biases", self.edges),
            ],
        )


@dataclass(frozen=True, repr=False)
class FNN(_Network):
    """A fully-connected network; the last layer's activation is the identity."""

    layers: tuple[FNNLayer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise ShapeError("a network needs at least one layer")
        for l, (below, above) in enumerate(zip(self.layers, self.layers[1:], strict=False), 1):
            if above.weight.shape[1] != below.weight.shape[0]:
                raise ShapeError(
                    f"layer {l + 1} expects {above.weight.shape[1]} inputs, layer {l} has width {below.weight.shape[0]}"
                )
        if self.layers[-1].activation.kind != "identity":
            raise ShapeError(f"the last layer must be linear, not {self.layers[-1].activation.name}")

    @property
    def d_x(self) -> int:
        """Input dimension."""
        return self.layers[0].weight.shape[1]

    @property
    def d_y(self) -> int:
        """Output dimension."""
        return self.layers[-1].weight.shape[0]

    @property
    def widths(self) -> tuple[int, ...]:
        """Widths of the hidden layers, d_1, ..., d_{L-1}."""
        return tuple(l.weight.shape[0] for l in self.layers[:-1])

    @property
    def edges(self) -> int:
        """Number of weight and bias entries of the full shapes, zeros included (the paper's "edges")."""
        return sum(l.weight.shape[0] * (l.weight.shape[1] + 1) for l in self.layers)

    def numbers(self) -> Iterable[Rational]:
        """Every stored parameter."""
        for l in self.layers:
            yield from l.weight.values()
            yield from l.bias

    def _repr_latex_(self) -> str:
        """f layer by layer, small matrices written out."""
        lines = [["a^{0} = x"]]
        for l, layer in enumerate(self.layers, 1):
            term = _affine_latex(layer.weight, layer.bias, f"a^{{{l - 1}}}", (f"W^{{{l}}}", f"b^{{{l}}}"))
            last = layer.activation.kind == "identity"
            lines.append([f"{'f(x)' if l == len(self.layers) else f'a^{{{l}}}'} = {_sigma_latex(layer, term, last)}"])
        return latex_array(lines, 1)

    def to_json(self) -> dict[str, Any]:
        """The network in the certificate format."""
        return {"architecture": "fnn", "layers": [l.to_json() for l in self.layers]}


@dataclass(frozen=True, repr=False)
class ResNetLayer:
    """One residual layer h -> [h +] V activation(U h + b) + c; U is d_l x d, V is d' x d_l."""

    U: Matrix
    b: tuple[Rational, ...]
    V: Matrix
    c: tuple[Rational, ...]
    activation: Activation
    skip: bool

    def __post_init__(self) -> None:
        width = self.U.shape[0]
        if len(self.b) != width or self.V.shape[1] != width or len(self.c) != self.V.shape[0]:
            raise ShapeError(f"a residual layer of width {width} has b, V or c of another size")
        if self.skip and self.V.shape[0] != self.U.shape[1]:
            raise ShapeError("a residual layer with a skip connection must keep the dimension")

    def __repr__(self) -> str:
        (width, below), (above, _) = self.U.shape, self.V.shape
        return f"<residual layer from {below} to {above} by {width} units, {self.activation.name}>"

    def apply(self, values: Sequence[Sequence[Rational]]) -> list[Vector]:
        """The layer's outputs for many inputs at once."""
        hidden = affine(self.U, self.b, values, self.activation.of_ratio)
        update = affine(self.V, self.c, hidden)
        if not self.skip:
            return update
        return [[h + d for h, d in zip(x, y, strict=True)] for x, y in zip(values, update, strict=True)]

    def to_json(self) -> dict[str, Any]:
        """The layer in the certificate format."""
        return {
            "U": self.U.to_json(),
            "b": [to_text(v) for v in self.b],
            "V": self.V.to_json(),
            "c": [to_text(v) for v in self.c],
            "activation": self.activation.to_json(),
            "skip": self.skip,
        }


def residual(
    U: Matrix, b: Iterable[Any], V: Matrix, c: Iterable[Any], activation: Activation, skip: bool
) -> ResNetLayer:
    """A ResNetLayer from matrices, vectors of exact numbers and an activation."""
    return ResNetLayer(U, tuple(vector(b)), V, tuple(vector(c)), activation, skip)


@dataclass(frozen=True, repr=False)
class ResNet(_Network):
    """A residual network; every layer has a skip connection, but the last may go without (as in the paper)."""

    layers: tuple[ResNetLayer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise ShapeError("a network needs at least one layer")
        for l, below in enumerate(self.layers[:-1], 1):
            if not below.skip:
                raise ShapeError(f"residual layer {l} must have a skip connection; only the last has none")
            if self.layers[l].U.shape[1] != below.V.shape[0]:
                raise ShapeError(f"residual layers {l} and {l + 1} do not fit")

    @property
    def d_x(self) -> int:
        """Input dimension."""
        return self.layers[0].U.shape[1]

    @property
    def d_y(self) -> int:
        """Output dimension."""
        return self.layers[-1].V.shape[0]

    @property
    def widths(self) -> tuple[int, ...]:
        """Hidden units per residual layer, d_1, ..., d_L (the last layer's included)."""
        return tuple(l.U.shape[0] for l in self.layers)

    @property
    def edges(self) -> int:
        """Number of entries of all U, b, V, c, zeros included."""
        return sum(l.U.shape[0] * (l.U.shape[1] + 1) + l.V.shape[0] * (l.V.shape[1] + 1) for l in self.layers)

    def numbers(self) -> Iterable[Rational]:
        """Every stored parameter."""
        for l in self.layers:
            yield from l.U.values()
            yield from l.b
            yield from l.V.values()
            yield from l.c

    def _repr_latex_(self) -> str:
        """f layer by layer, small matrices written out."""
        lines = [["h^{0} = x"]]
        for l, layer in enumerate(self.layers, 1):
            below = f"h^{{{l - 1}}}"
            inner = _affine_latex(layer.U, layer.b, below, (f"U^{{{l}}}", f"b^{{{l}}}"))
            term = _affine_latex(layer.V, layer.c, _sigma_latex(layer, inner, False), (f"V^{{{l}}}", f"c^{{{l}}}"))
            name = "f(x)" if l == len(self.layers) else f"h^{{{l}}}"
            lines.append([f"{name} = {below + ' + ' if layer.skip else ''}{term}"])
        return latex_array(lines, 1)

    def to_json(self) -> dict[str, Any]:
        """The network in the certificate format."""
        return {"architecture": "resnet", "layers": [l.to_json() for l in self.layers]}


Network: TypeAlias = FNN | ResNet


def _affine_latex(weight: Matrix, bias: Sequence[Rational], argument: str, names: tuple[str, str]) -> str:
    """W a + b, with W and b written out where they are small."""
    height, width = weight.shape
    if height * width > WRITTEN_OUT:
        return f"{names[0]} {argument} + {names[1]}"
    rows = [[fmpq(0)] * width for _ in range(height)]
    for i, entries in enumerate(weight.nonzero()):
        for j, v in entries:
            rows[i][j] = v
    return f"{latex_matrix(rows)} {argument} + {latex_matrix([[b] for b in bias])}"


def _sigma_latex(layer: FNNLayer | ResNetLayer, argument: str, identity: bool) -> str:
    """The activation applied to the argument."""
    return argument if identity else rf"\sigma_{{\text{{{layer.activation.name}}}}}\left({argument}\right)"


def largest_bits(network: Network) -> int:
    """The bit length of the largest parameter (of numerator or denominator)."""
    return max(bits(v) for v in network.numbers())


def zeros(count: int) -> list[Rational]:
    """`count` exact zeros."""
    return [fmpq(0)] * count


def pad_rows(rows: Sequence[Sequence[Rational]], height: int, width: int) -> list[list[Rational]]:
    """The rows extended by zeros to a height x width matrix (unused units are zero rows and columns)."""
    padded = [[*row, *zeros(width - len(row))] for row in rows]
    return padded + [zeros(width) for _ in range(height - len(padded))]
