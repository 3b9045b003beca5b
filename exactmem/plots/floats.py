"""The figure of a network that a float format cannot follow: exact values against those of the format."""

__all__ = ["LAST", "plot_floats", "step_network", "values"]

from fractions import Fraction
from pathlib import Path

from exactmem.activations import RELU
from exactmem.evaluate import evaluate
from exactmem.floats import FORMATS, Trace, outputs
from exactmem.networks import FNN, dense, layer
from exactmem.plots.style import LINE, SAMPLE, drawing
from exactmem.rationals import rational, to_fraction

LAST = 8
"""The figure shows x from 0 to this."""


def step_network(bits: int = 32) -> FNN:
    """relu(x + 2^p) - 2^p, the identity for x >= 0; p is the precision of the format."""
    large = 2 ** FORMATS[bits].precision
    return FNN((layer(dense([[1]]), [large], RELU), layer(dense([[1]]), [-large])))


def values(bits: int = 32, parts: int = 4) -> list[tuple[Fraction, Fraction, Fraction]]:
    """(x, exact output, output in the format) for x = 0, 1/parts, ..., LAST; the sums have one order only."""
    network, result = step_network(bits), []
    for k in range(LAST * parts + 1):
        x = rational(k) / parts
        found = outputs(network, [x], Trace(FORMATS[bits]))[0]
        if not found.is_point:
            raise ArithmeticError("a sum of two terms has one order")
        result.append(tuple(map(to_fraction, (x, evaluate(network, [[x]])[0][0], found.low))))
    return [(x, exact, given) for x, exact, given in result]


def plot_floats(path: str | Path) -> None:
    """Write the figure as .svg or .png; UsageError without matplotlib, OutputError where it cannot be written."""
    table = values()
    with drawing(path, 6, 3) as figure:
        axes = figure.subplots()
        places = [float(x) for x, _, _ in table]
        axes.plot(places, [float(exact) for _, exact, _ in table], color=LINE, label="exactly")
        axes.plot(
            places, [float(given) for _, _, given in table], ".", color=SAMPLE, label="in float32, by any runtime"
        )
        axes.set_xlabel("x")
        axes.set_ylabel("relu(x + 2^24) - 2^24")
        axes.legend()
