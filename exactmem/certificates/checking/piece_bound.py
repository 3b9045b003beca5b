"""The claim "piece-bound": the network has too few affine pieces on a line for the alternating samples x_i = i u."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from .evaluation import evaluate, through
from .memorization import read_sized, shown
from .networks import Dataset, Network
from .strict_json import Node, Rational
from .verdicts import LIMB, OVERHEAD, PAIR, STEP, Meter, Refuted, limbs, listed

SECTIONS = ("dataset", "network")


class Question(NamedTuple):
    """Has this network that many pieces, too few for all samples, and is `missed` the first one it misses?"""

    dataset: Dataset
    network: Network
    hidden: int
    pieces: int
    missed: int


def check_dataset(node: Node, dataset: Dataset) -> None:
    """Sample i is ((i + 1) u, (-1)^(i + 1)) with u not zero."""
    u, (inputs, labels) = dataset.inputs[0], (node.member(name).items() for name in ("inputs", "labels"))
    inputs[0].expect(any(above for above, _ in u), "the direction u is zero")
    for i, (x, y) in enumerate(zip(dataset.inputs, dataset.labels, strict=True), 1):
        node.meter.charge(sum(8 * OVERHEAD + 4 * limbs(c) * limbs(b) for (_, b), (c, _) in zip(u, x, strict=True)))
        node.meter.charge(sum(4 * limbs(a) * limbs(d) for (a, _), (_, d) in zip(u, x, strict=True)))
        multiple = all(c * b == i * a * d for (a, b), (c, d) in zip(u, x, strict=True))
        inputs[i - 1].expect(multiple, f"expected {i} times the first input")
        labels[i - 1].expect(y == [((-1) ** i, 1)], f"expected ['{(-1) ** i}']")


def check_activations(node: Node, network: Network) -> int:
    """The number of layers whose activation counts; all must be piecewise linear and continuous."""
    hidden = len(network.layers) - (network.architecture == "fnn")
    for item, layer in zip(node.member("layers").items()[:hidden], network.layers, strict=False):
        continuous = layer.activation.kind not in ("threshold", "square")
        item.member("activation").expect(continuous, "expected a continuous piecewise-linear one")
    return hidden


def most_pieces(network: Network, hidden: int, meter: Meter) -> int:
    """The product of 1 + (p - 1) d over the hidden layers: the units of a layer share the breakpoints below."""
    most = 1
    for width, layer in zip(network.widths, network.layers[:hidden], strict=True):
        meter.charge(OVERHEAD + 2 * limbs(most))
        most *= 1 + len(layer.activation.breakpoints) * width
    return most


def read(document: Node) -> Question:
    """The question that a well-formed document asks."""
    names = ("kind", "source", "sizes", "bound", "pieces", "missed")
    _, source, sizes, bound, pieces, missed = document.member("claim").fields(*names)
    source.text()
    dataset, network = read_sized(document, sizes)
    layers = document.member("network").member("layers").items()
    layers[-1].expect(network.outputs == 1, "expected one output")
    hidden = check_activations(document.member("network"), network)
    check_dataset(document.member("dataset"), dataset)
    fits = bound.rational() == (most_pieces(network, hidden, document.meter), 1)
    bound.expect(fits, "expected the product of 1 + (p - 1) d over the hidden layers")
    return Question(dataset, network, hidden, pieces.index(2**53), missed.index(len(dataset.inputs)))


def values_at(network: Network, depth: int, u: list[Rational], t: Fraction, meter: Meter) -> list[Fraction]:
    """The pre-activations of layer `depth` (from 0) at t u; the outputs if there is no such layer."""
    above, below = t.numerator, t.denominator
    meter.charge(sum(8 * OVERHEAD + 8 * (limbs(a) + limbs(b)) * (limbs(above) + limbs(below)) for a, b in u))
    products = [Fraction(a * above, b * below) for a, b in u]
    values = [(product.numerator, product.denominator) for product in products]
    values = evaluate(network.layers[:depth], values, meter)
    if depth < len(network.layers):
        values = through(network.layers[depth].inner, values, meter)
    meter.charge(sum(8 * OVERHEAD + 4 * limbs(a) * limbs(b) for a, b in values))
    return [Fraction(a, b) for a, b in values]


Interval = tuple[Fraction, Fraction, list[Fraction], list[Fraction]]


def intervals(
    network: Network, depth: int, u: list[Rational], knots: list[Fraction], meter: Meter
) -> Iterator[Interval]:
    """Neighbouring points (a, b) with values there: the knots, one point left of all and one right of all."""
    places = [knots[0] - 1, *knots, knots[-1] + 1] if knots else [Fraction(0), Fraction(1)]
    valued = ((t, values_at(network, depth, u, t, meter)) for t in places)
    for (a, left), (b, right) in pairwise(valued):
        sizes = [limbs(t.numerator) + limbs(t.denominator) for t in (a, b, *left, *right)]
        meter.charge(sum([16 * STEP + 64 * size * size for size in sizes]))
        yield a, b, left, right


def refine(network: Network, depth: int, u: list[Rational], knots: list[Fraction], meter: Meter) -> list[Fraction]:
    """The knots and the places where layer `depth`, affine between knots, passes a breakpoint of its activation."""
    points = network.layers[depth].activation.breakpoints
    found, last = list[Fraction](), len(knots)
    for k, (a, b, left, right) in enumerate(intervals(network, depth, u, knots, meter)):
        shares = list[Fraction]()
        for start, end in zip(left, right, strict=True):
            if start == end:
                continue
            for point in points:
                share = (point - start) / (end - start)
                if (share > 0 or k == 0) and (share < 1 or k == last):
                    shares.append(share)
        found += [*knots[k - 1 : k], *places(a, b, shares, meter)]
    return found


def places(a: Fraction, b: Fraction, shares: list[Fraction], meter: Meter) -> list[Fraction]:
    """The points that divide the way from a to b in these shares, without repetition and in order."""
    longest = max([limbs(share.numerator) + limbs(share.denominator) for share in shares], default=1)
    size = longest + 2 * sum([limbs(t.numerator) + limbs(t.denominator) for t in (a, b)])
    meter.charge(len(shares) * (16 * OVERHEAD + 4 * longest * longest) * len(shares).bit_length())
    meter.charge(len(shares) * (8 * STEP + 16 * size * size))
    meter.keep(len(shares) * (2 * PAIR + LIMB * size))
    shares.sort()
    distinct = [share for before, share in zip([None, *shares], shares, strict=False) if share != before]
    return [a + share * (b - a) for share in distinct]


def count_pieces(question: Question, meter: Meter) -> int:
    """The least number of affine pieces of t -> f(t u), all t; f is continuous."""
    _, network, hidden, _, _ = question
    u = question.dataset.inputs[0]
    knots: list[Fraction] = []
    for depth in range(hidden):
        knots = refine(network, depth, u, knots, meter)
    outputs = intervals(network, len(network.layers), u, knots, meter)
    slopes = ((right[0] - left[0]) / (b - a) for a, b, left, right in outputs)
    return 1 + sum(before != after for before, after in pairwise(slopes))


def check(question: Question, meter: Meter) -> str:
    """A summary if the count is right and too small and the sample is the first one missed; else Refuted."""
    dataset, network, _, pieces, missed = question
    N = len(dataset.inputs)
    if pieces >= N - 1:
        raise Refuted(f"{pieces} pieces are not fewer than N - 1 = {N - 1}")
    found = count_pieces(question, meter)
    if found != pieces:
        raise Refuted(f"expected {pieces} pieces, found {found}")
    for i in range(missed + 1):
        (output,) = values_at(network, len(network.layers), dataset.inputs[0], Fraction(i + 1), meter)
        fitted = output == (-1) ** (i + 1)
        if fitted and i == missed:
            raise Refuted(f"sample {i} is not missed: the output is {shown(output.as_integer_ratio(), meter)}")
        if not fitted and i < missed:
            raise Refuted(f"sample {i} is missed before sample {missed}")
    sizes = f"widths {listed(network.widths)}, {pieces} pieces < N - 1 = {N - 1}, sample {missed} is missed"
    most = most_pieces(network, question.hidden, meter)
    meaning = ">= N - 1: says nothing of others"
    if most < N - 1:
        meaning = "< N - 1: no network of these widths and activations fits"
    return f"piece-bound by {network.architecture}, {sizes}; bound {shown((most, 1), meter)} {meaning}"
