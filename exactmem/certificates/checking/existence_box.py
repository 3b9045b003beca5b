"""The claim "existence-box": exactly one recurrent network in a box memorizes the sequences; see FORMAT.md."""

from __future__ import annotations

from typing import NamedTuple

from .intervals import Interval, combination, is_zero, kept, magnitude, plus, point, scaled_by, size_of
from .memorization import shown
from .metered import Number, positive, read_number
from .networks import Activation, Dataset, read_activation, read_dataset
from .sgd_sample import fraction
from .strict_json import Node, Rational
from .verdicts import PAIR, STEP, Meter, Refuted

SECTIONS = ("dataset", "recurrent", "evidence")
Matrix = list[list[Number]]
Places = list[tuple[int, int]]


class Recurrent(NamedTuple):
    """h_t = activation(W h_(t-1) + U x_t + b), h_0 = 0; the output is V h_T + c."""

    W: Matrix
    U: Matrix
    b: list[Number]
    V: Matrix
    c: list[Number]
    activation: Activation


class Question(NamedTuple):
    """Does exactly one choice of the free entries of W, each within its radius of the file's, fit all labels?"""

    dataset: Dataset
    network: Recurrent
    free: Places
    radius: list[Number]
    preconditioner: Matrix


def read_matrix(node: Node, rows: int | None = None, columns: int | None = None) -> Matrix:
    """Rows of rationals of one length."""
    items = node.items(rows)
    columns = columns or len(items[0].array())
    return [[read_number(entry) for entry in item.items(columns)] for item in items]


def read_network(node: Node, d_y: int) -> Recurrent:
    """Matrices that fit each other and d_y outputs, and a piecewise-linear activation."""
    first, inner, bias, outer, shift, kind = node.fields("W", "U", "b", "V", "c", "activation")
    units = len(first.array())
    W, U = read_matrix(first, units, units), read_matrix(inner, units)
    activation = read_activation(kind)
    kind.expect(bool(activation.pieces), "expected a piecewise-linear one")
    V, c = read_matrix(outer, d_y, units), [read_number(entry) for entry in shift.items(d_y)]
    return Recurrent(W, U, [read_number(entry) for entry in bias.items(units)], V, c, activation)


def read_free(node: Node, count: int, units: int) -> Places:
    """As many places in W as there are equations, in increasing order."""
    places, before = Places(), (-1, -1)
    node.array(count)
    node.meter.keep(2 * PAIR * count)
    for item in node.items():
        j, k = (index.index(units) for index in item.items(2))
        item.expect((j, k) > before, "expected places in increasing order")
        before = (j, k)
        places.append(before)
    return places


def read(document: Node) -> Question:
    """The question that a well-formed document asks."""
    _, source, free, radius = document.member("claim").fields("kind", "source", "free", "radius")
    source.text()
    data = document.member("dataset")
    dataset = read_dataset(data)
    network = read_network(document.member("recurrent"), len(dataset.labels[0]))
    whole = len(dataset.inputs[0]) % len(network.U[0]) == 0
    data.member("inputs").expect(whole, "expected a multiple of the columns of U as length")
    count = len(dataset.inputs) * len(dataset.labels[0])
    places = read_free(free, count, len(network.W))
    radii = [positive(item) for item in radius.items(count)]
    (preconditioner,) = document.member("evidence").fields("preconditioner")
    return Question(dataset, network, places, radii, read_matrix(preconditioner, count, count))


class Run(NamedTuple):
    """The outputs of one sequence, and per output its derivatives in the free entries."""

    outputs: list[Interval]
    derivatives: list[list[Interval]]


def run(
    network: Recurrent,
    W: list[list[Interval]],
    free: list[tuple[int, int]],
    sequence: list[Rational],
    i: int,
    meter: Meter,
) -> Run:
    """All outputs and derivatives over all W in the box; Refuted where a pre-activation may meet a breakpoint."""
    zero, d, before = point(Number(0, meter)), len(network.U[0]), meter.kept
    meter.charge(STEP * len(W) * (len(free) + 1))
    meter.room(PAIR * len(W) * (len(free) + 1))
    state, slopes = [zero] * len(W), [[zero] * len(W) for _ in free]  # slopes[f][k]: of h_k in the free entry f
    for t in range(len(sequence) // d):
        x = kept([point(Number(fraction(*entry, meter), meter)) for entry in sequence[t * d : (t + 1) * d]], meter)
        after, gradients = list[Interval](), list[Number]()
        for j, row in enumerate(W):
            fixed = combination([point(u) for u in network.U[j]], x, point(network.b[j]))
            slope, value = piece(network.activation, combination(row, state, fixed), (i, t, j), meter)
            gradients.append(slope)
            after.append(value)
        for f, (j, k) in enumerate(free):
            inner = [combination(row, slopes[f], state[k] if unit == j else zero) for unit, row in enumerate(W)]
            slopes[f] = kept([scaled_by(s, z) for s, z in zip(gradients, inner, strict=True)], meter)
        state = kept(after, meter)
    rows = [[point(v) for v in row] for row in network.V]
    outputs = [combination(row, state, point(c)) for row, c in zip(rows, network.c, strict=True)]
    derivatives = [[combination(row, column, zero) for column in slopes] for row in rows]
    meter.release(meter.kept - before)
    meter.keep(size_of(outputs) + sum(map(size_of, derivatives)))
    return Run(outputs, derivatives)


def piece(kind: Activation, z: Interval, place: tuple[int, int, int], meter: Meter) -> tuple[Number, Interval]:
    """The slope and the values of the activation over an interval that lies inside one of its pieces."""
    number = sum(z[0] > p for p in kind.breakpoints)
    for p in kind.breakpoints[number : number + 1]:
        if not z[1] < p:
            i, t, j = place
            raise Refuted(f"sample {i}, step {t}, unit {j}: the pre-activation may meet the breakpoint {p}")
    slope, value = (Number(fraction(v, kind.scale, meter), meter) for v in kind.pieces[number])
    return slope, plus(scaled_by(slope, z), point(value))


def check(question: Question, meter: Meter) -> str:
    """A summary if Krawczyk's operator takes the box into its interior; else Refuted."""
    dataset, network, free, radius, preconditioner = question
    center = [kept([point(w) for w in row], meter) for row in network.W]
    box = [list(row) for row in center]
    for (j, k), r in zip(free, radius, strict=True):
        box[j][k] = kept([(network.W[j][k] - r, network.W[j][k] + r)], meter)[0]
    misses, jacobian = list[Interval](), list[list[Interval]]()
    for i, (sequence, label) in enumerate(zip(dataset.inputs, dataset.labels, strict=True)):
        derivatives = run(network, box, free, sequence, i, meter).derivatives
        outputs = run(network, center, [], sequence, i, meter).outputs
        jacobian += derivatives
        misses += kept([point(f[0] - fraction(*y, meter)) for f, y in zip(outputs, label, strict=True)], meter)
    check_operator(jacobian, misses, radius, preconditioner, meter)
    largest = max(radius).value
    sizes = f"{len(dataset.inputs)} sequences, {len(network.W)} units, {len(free)} free weights"
    within = shown((largest.numerator, largest.denominator), meter)
    return f"existence-box: {sizes}: exactly one choice within {within} of the file's memorizes"


def check_operator(
    jacobian: list[list[Interval]], misses: list[Interval], radius: list[Number], preconditioner: Matrix, meter: Meter
) -> None:
    """Refuted unless |Y G(c)| + |I - Y G'(C)| radius < radius in every coordinate."""
    zero, one = point(Number(0, meter)), point(Number(1, meter))
    columns = [[row[f] for row in jacobian] for f in range(len(radius))]
    for i, row in enumerate(preconditioner):
        weights = [point(Number(-y.value, meter)) for y in row]
        reach = magnitude(combination(weights, misses, zero))
        for f, column in enumerate(columns):
            defect = combination(weights, column, one if f == i else zero)
            if not is_zero(defect):
                reach = reach + magnitude(defect) * radius[f]
        if not reach < radius[i]:
            raise Refuted(f"Krawczyk's operator leaves the box in coordinate {i}")
