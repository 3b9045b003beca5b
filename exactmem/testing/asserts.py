"""Assertions with exact equality: an AssertionError says what differs, where, and by how much."""

__all__ = ["assert_memorizes", "assert_same_function", "assert_verified"]

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from flint import fmpq

from exactmem.api.arguments import box_of, dataset_of, network_of
from exactmem.api.verdicts import Certificate, check, claimed
from exactmem.border import table
from exactmem.datasets import Dataset
from exactmem.errors import UsageError
from exactmem.evaluate import evaluate, evaluate_generic, pre_activations
from exactmem.lines import restrict
from exactmem.networks import FNN, DenseMatrix, FNNLayer, Matrix, Network
from exactmem.ranges import output_ranges
from exactmem.rationals import Rational, listed
from exactmem.regions import box as box_between


def assert_memorizes(net: Any, data: Any = None) -> None:
    """Raise AssertionError unless f(x_i) == y_i exactly, by both of exactmem's evaluators.

    `data` may be left out for a construction or a certificate, which holds its own.
    """
    __tracebackhide__ = True
    network, samples = network_of(net), dataset_of(net if data is None else data)
    _expect_sizes(network, samples)
    for name, evaluator in (("evaluate", evaluate), ("evaluate_generic", evaluate_generic)):
        outputs = evaluator(network, samples.inputs)
        failing = [i for i, (y, f) in enumerate(zip(samples.labels, outputs, strict=True)) if list(y) != f]
        if failing:
            i = failing[0]
            raise AssertionError(
                f"{len(failing)} of {samples.N} samples fail by {name}; sample {i} ({samples.rows[i]}), "
                f"x = ({listed(samples.inputs[i], 8)}), gives ({listed(outputs[i], 8)}), "
                f"its label is ({listed(samples.labels[i], 8)})"
            )


def _expect_sizes(network: Network, samples: Dataset) -> None:
    if (network.d_x, network.d_y) != (samples.d_x, samples.d_y):
        raise AssertionError(
            f"the network maps {network.d_x} numbers to {network.d_y}, the samples have {samples.d_x} and {samples.d_y}"
        )


def assert_verified(subject: Any, data: Any = None, decision: str | None = None) -> None:
    """Raise AssertionError unless the independent checker says VERIFIED, and the certificate is about the data.

    `subject` is a certificate, its path or its bytes; or a construction, or a network with data, whose certificate is
    made for the purpose; the default decision is `equal`, for a construction its own.
    """
    __tracebackhide__ = True
    if isinstance(subject, str | Path | bytes | Certificate):
        verdict = check(subject, data)
    else:
        verdict = claimed(subject, data, decision).check()
    if not verdict:
        raise AssertionError(f"the checker says {verdict}")


def assert_same_function(first: Any, second: Any, *, inputs: Any = None, box: Any = None) -> None:
    """Raise AssertionError unless two networks are the same function; it names an input, the outputs and a unit.

    With `inputs` on those alone. With `box` (as in `em.range_on`) on all of it, for fully-connected networks of equal
    depth and activations. Else, for one input, on the whole line, piecewise-linear networks of any kind. UsageError
    where none of these is possible.
    """
    __tracebackhide__ = True
    f, g = network_of(first), network_of(second)
    if (f.d_x, f.d_y) != (g.d_x, g.d_y):
        raise AssertionError(f"one maps {f.d_x} numbers to {f.d_y}, the other {g.d_x} to {g.d_y}")
    if inputs is not None:
        points = table(inputs, "inputs")
    elif box is not None:
        points = _where_a_box_differs(f, g, box)
    elif f.d_x == 1:
        points = _probes_of_the_line(f, g)
    else:
        raise UsageError(
            f"networks of {f.d_x} inputs: say where they have to agree, by inputs=[...] or box=[(0, 1), ...]"
        )
    for i, (x, p, q) in enumerate(zip(points, evaluate(f, points), evaluate(g, points), strict=True)):
        if p != q:
            where = f"input {i}, " if inputs is not None else ""
            gap = [a - b for a, b in zip(p, q, strict=True)]
            raise AssertionError(
                f"the networks differ at {where}x = ({listed(x, 8)}): ({listed(p, 8)}) and ({listed(q, 8)}), "
                f"difference ({listed(gap, 8)}){_first_unit(f, g, x)}"
            )


def _probes_of_the_line(f: Network, g: Network) -> list[list[Rational]]:
    """Points of the line of which one tells the functions apart if anything does: between neighbouring breakpoints both
    are affine, and two points decide."""
    lines = [restrict(network, [0], [1]) for network in (f, g)]
    cuts = sorted({t for line in lines for t in line.breakpoints}) or [fmpq(0)]
    probes = [cuts[0] - 2, cuts[0] - 1]
    for low, high in pairwise(cuts):
        probes += [low, low + (high - low) / 3, high - (high - low) / 3]
    return [[t] for t in (*probes, cuts[-1], cuts[-1] + 1, cuts[-1] + 2)]


def _where_a_box_differs(f: Network, g: Network, box: Any) -> list[list[Rational]]:
    """A point of the box where the functions differ, or none if they are the same there."""
    for found in output_ranges(_difference(f, g), box_between(*box_of(box))):
        for extreme in (found.minimum, found.maximum):
            if extreme.value != 0:
                return [list(extreme.at)]
    return []


def _difference(f: Network, g: Network) -> FNN:
    """The network x -> f(x) - g(x)."""
    if not isinstance(f, FNN) or not isinstance(g, FNN) or _activations(f) != _activations(g):
        raise UsageError(
            "on a box, only fully-connected networks of equal depth and activations are compared: give inputs=[...]"
        )
    layers = []
    for l, (a, b) in enumerate(zip(f.layers, g.layers, strict=True)):
        last = l == len(f.layers) - 1
        rows = _beside(_rows(a.weight), _rows(b.weight), stacked=l == 0, subtracted=last)
        bias = [p - q for p, q in zip(a.bias, b.bias, strict=True)] if last else [*a.bias, *b.bias]
        layers.append(FNNLayer(DenseMatrix(tuple(map(tuple, rows))), tuple(bias), a.activation))
    return FNN(tuple(layers))


def _beside(a: list[Any], b: list[Any], *, stacked: bool, subtracted: bool) -> list[list[Rational]]:
    """The weights of one layer of the difference: one input for both in the first layer, one output in the last."""
    if stacked and subtracted:
        return [[p - q for p, q in zip(v, w, strict=True)] for v, w in zip(a, b, strict=True)]
    if stacked:
        return [*a, *b]
    if subtracted:
        return [[*v, *(-q for q in w)] for v, w in zip(a, b, strict=True)]
    zero = fmpq(0)
    return [*([*v, *[zero] * len(b[0])] for v in a), *([*[zero] * len(a[0]), *w] for w in b)]


def _activations(network: FNN) -> list[str]:
    return [layer.activation.name for layer in network.layers]


def _rows(matrix: Matrix) -> list[list[Rational]]:
    rows = [[fmpq(0)] * matrix.shape[1] for _ in range(matrix.shape[0])]
    for i, entries in enumerate(matrix.nonzero()):
        for j, v in entries:
            rows[i][j] = v
    return rows


def _first_unit(f: Network, g: Network, x: Sequence[Rational]) -> str:
    """The first unit whose pre-activations differ at x, of networks of the same widths."""
    if not isinstance(f, FNN) or not isinstance(g, FNN) or f.widths != g.widths:
        return ""
    layers = zip(pre_activations(f, x), pre_activations(g, x), strict=True)
    for l, (own, other) in enumerate(layers, 1):
        for k, (p, q) in enumerate(zip(own, other, strict=True)):
            if p != q:
                unit = f"output {k}" if l == len(f.layers) else f"unit {k} of layer {l}"
                return f"; the first to differ is {unit}, with pre-activations {listed([p])} and {listed([q])}"
    return ""
