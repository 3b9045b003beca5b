r"""A small network as LaTeX, every number exactly: f(x) layer by layer, with matrices written out.

The text needs `amsmath` only. Numbers are integers or \tfrac{a}{b}, so that they can be read back.
"""

__all__ = ["MOST_NUMBERS", "export", "number"]

from collections.abc import Sequence

from flint import fmpq

from exactmem.activations import Activation, PiecewiseLinear
from exactmem.certificates.reader import Document
from exactmem.errors import LimitError
from exactmem.interchange.exported import Export, Wanted, network_of, stages
from exactmem.networks import Matrix, ResNet
from exactmem.rationals import Rational

MOST_NUMBERS = 2000
"""Most numbers of a network that is written out."""


def number(value: Rational) -> str:
    """An integer, or a fraction in lowest terms with its sign in front."""
    numerator, denominator = value.numer(), value.denom()
    text = str(abs(numerator)) if denominator == 1 else rf"\tfrac{{{abs(numerator)}}}{{{denominator}}}"
    return f"-{text}" if numerator < 0 else text


def _matrix(rows: Sequence[Sequence[Rational]]) -> str:
    body = " \\\\\n".join(" & ".join(number(v) for v in row) for row in rows)
    return f"\\begin{{bmatrix}}\n{body}\n\\end{{bmatrix}}"


def _full(matrix: Matrix) -> list[list[Rational]]:
    zero = fmpq(0)
    table = [[zero] * matrix.shape[1] for _ in range(matrix.shape[0])]
    for i, row in enumerate(matrix.nonzero()):
        for j, value in row:
            table[i][j] = value
    return table


def _sigma(activation: Activation) -> str:
    r"""The activation as a formula of t."""
    if not isinstance(activation, PiecewiseLinear):
        return "t^2"
    cases = []
    for k, (slope, intercept) in enumerate(activation.pieces):
        line = f"{number(slope)}\\,t" if slope != 0 else ""
        constant = number(intercept) if intercept != 0 or not line else ""
        where = f"t \\ge {number(activation.breakpoints[k - 1])}" if k else f"t < {number(activation.breakpoints[0])}"
        cases.append(f"{line}{'+' if line and constant and intercept > 0 else ''}{constant} & {where}")
    return "\\begin{cases}" + " \\\\ ".join(reversed(cases)) + "\\end{cases}"


def export(document: Document, wanted: Wanted) -> Export:
    """The LaTeX text; LimitError for a network of more than MOST_NUMBERS weights and biases."""
    network = network_of(document)
    if network.edges > MOST_NUMBERS:
        raise LimitError(f"the network has {network.edges} weights and biases; LaTeX is for at most {MOST_NUMBERS}")
    lines = ["% exact: every number is an integer or a fraction in lowest terms", r"\begin{align*}"]
    lines.append(r"h^0 &= x \\")
    for l, layer in enumerate(stages(network), 1):
        sigma = "" if layer.activation.kind == "identity" else rf"\sigma_{{{l}}}"
        if isinstance(network, ResNet):
            U, V = _matrix(_full(layer.U)), _matrix(_full(layer.V))
            b, c = _matrix([[v] for v in layer.b]), _matrix([[v] for v in layer.c])
            skip = rf"h^{{{l - 1}}} + " if layer.skip else ""
            lines.append(rf"h^{{{l}}} &= {skip}{V}\,{sigma}\left({U} h^{{{l - 1}}} + {b}\right) + {c} \\")
        else:
            W, b = _matrix(_full(layer.weight)), _matrix([[v] for v in layer.bias])
            lines.append(rf"h^{{{l}}} &= {sigma}\left({W} h^{{{l - 1}}} + {b}\right) \\")
    lines.append(rf"f(x) &= h^{{{len(network.layers)}}}")
    lines.append(r"\end{align*}")
    used = {(l, layer.activation) for l, layer in enumerate(stages(network), 1) if layer.activation.kind != "identity"}
    lines += [rf"\[ \sigma_{{{l}}}(t) = {_sigma(activation)} \]" for l, activation in sorted(used, key=lambda u: u[0])]
    return Export(("\n".join(lines) + "\n").encode("ascii"), {"numbers": network.edges}, ("every number is exact",))
