"""What every shallow construction must do, as functions of its id: used by the tests of the single theorems."""

import itertools

import pytest
from flint import fmpq

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.constructions import find_theorem
from exactmem.constructions.build import build
from exactmem.datasets import make_dataset
from exactmem.errors import SizeError, UsageError
from exactmem.evaluate import pre_activations
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified

ACTIVATIONS = (HARD_TANH, RELU, relu_like(1, "1/10"), relu_like(1, "999/1000"), relu_like("7/3", "2/5"))

HUGE = 2**70
INPUTS = {
    "one sample": [["1/3", -5]],
    "prime number of samples": [[v] for v in (3, -1, 4, 159, 26, -53, 5)],
    "offset 2^70": [[HUGE + v] for v in (0, 1, 5, 6, 7, 11)],
    "gaps 1e-30": [[f"{v}e-30"] for v in (0, 1, 2, 4, 5, 9, 30, 31)],
    "exponentially skewed": [[fmpq(2) ** (5 * e)] for e in range(-6, 7)],
    "ties in every coordinate": [list(x) for x in itertools.product((0, 1, "1/7"), (5, -5))],
    "mixed denominators": [[fmpq(1, d), fmpq(d, 3)] for d in (1, 2, 3, 5, 7, 11, 13, 17, 19)],
}


def nasty_regression(name, d_y=1):
    """The named inputs with labels that include exactly +1 and -1."""
    inputs = INPUTS[name]
    cycle = (1, -1, fmpq(-1, 3), 0, 1, 1, fmpq(999, 1000))
    labels = [[cycle[(3 * i + 2 * a) % len(cycle)] for a in range(d_y)] for i in range(len(inputs))]
    return make_dataset(inputs, labels)


def nasty_classification(name, d_y=3):
    """The named inputs in classes that alternate irregularly."""
    inputs = INPUTS[name]
    return one_hot_dataset(inputs, [(i * i + i // 2) % d_y for i in range(len(inputs))], d_y)


def one_hot_dataset(inputs, classes, d_y):
    """A dataset with one-hot labels."""
    return make_dataset(inputs, [[int(k == c) for k in range(d_y)] for c in classes])


def problem_of(data, activation):
    return Problem(data.N, data.d_x, data.d_y, activation)


def smallest_of(theorem_id, data, activation):
    return find_theorem(theorem_id).smallest(problem_of(data, activation))


def check_smallest(theorem_id, data, activation):
    """Without widths the smallest ones are built; both evaluators and the checker agree."""
    construction = build(data, theorem_id, activation=activation)
    assert construction.network.widths == smallest_of(theorem_id, data, activation)
    assert_memorizes(construction.network, data)
    assert_verified(construction)
    return construction.network


def check_widths(theorem_id, data, activation, widths):
    """Exactly the given widths are built, with exact outputs."""
    network = build(data, theorem_id, widths, activation).network
    assert network.widths == tuple(widths)
    assert_memorizes(network, data)
    return network


def check_refused(theorem_id, data, activation):
    """One unit less in any layer is refused, with the reason and the smallest widths."""
    least = smallest_of(theorem_id, data, activation)
    for position, width in enumerate(least):
        widths = (*least[:position], width - 1, *least[position + 1 :])
        if width == 1:
            with pytest.raises(UsageError, match="is not a positive integer"):
                build(data, theorem_id, widths, activation)
            continue
        with pytest.raises(
            SizeError, match=rf"does not hold for d.*\d+ < \d+.*smallest widths that do are {least[0]},"
        ) as e:
            build(data, theorem_id, widths, activation)
        assert e.value.witness == least


def check_fewest_units(theorem_id, activation, d_y, holds):
    """`smallest` has the fewest hidden units of all widths that `holds(N, *widths)` admits, found by enumeration."""
    theorem = find_theorem(theorem_id)
    for N in range(1, 20):
        problem = Problem(N, 1, d_y, activation)
        least = theorem.smallest(problem)
        assert holds(N, *least)
        ranges = [range(1, sum(least) + 1) for _ in least]
        for widths in itertools.product(*ranges):
            if sum(widths) <= sum(least):
                assert (theorem.unmet(problem, widths) is None) == bool(holds(N, *widths))
            if sum(widths) < sum(least):
                assert not holds(N, *widths)


def check_unused_units_are_zero(theorem_id, data, activation, more):
    """Every unit is read by a later one and reads something, or its row, bias and column are all zero; some are."""
    widths = [d + m for d, m in zip(smallest_of(theorem_id, data, activation), more, strict=True)]
    network = check_widths(theorem_id, data, activation, widths)
    unused = []
    for below, above in itertools.pairwise(network.layers):
        read = {j for row in above.weight.nonzero() for j, _ in row}
        rows = below.weight.nonzero()
        active = {j for j, b in enumerate(below.bias) if rows[j] or b != 0}
        assert active == read
        unused.append(len(rows) - len(read))
    return unused


def check_no_kinks(network, data):
    """No used unit has a pre-activation on a breakpoint at a sample."""
    for x in data.inputs:
        for layer, row in zip(network.layers[:-1], pre_activations(network, x), strict=False):
            used = layer.weight.nonzero()
            for j, z in enumerate(row):
                assert not used[j] or z not in layer.activation.breakpoints
