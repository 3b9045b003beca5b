"""exactmem/capacities: the search agrees with an independent brute force, its networks fit, its vectors separate."""

import itertools
from fractions import Fraction

import pytest
import sympy as sp
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, THRESHOLD, relu_like
from exactmem.capacities.cells import cells_of
from exactmem.capacities.cone import Combination, Separation, coprime, decompose, dot
from exactmem.capacities.decision import MAX_SAMPLES, MAX_UNITS, attempts, memorize
from exactmem.capacities.search import Refutation, Search, children
from exactmem.constructions.parts.line_units import slopes_between
from exactmem.datasets import make_dataset
from exactmem.errors import DatasetError, LimitError, UsageError
from exactmem.evaluate import evaluate, first_mismatch
from exactmem.networks import FNN

LEAKY = relu_like(1, "1/3")
small = st.integers(-3, 3)


def on_a_line(labels, places=None):
    return make_dataset([[x] for x in places or range(len(labels))], list(labels))


# ---- cones ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(small, small, small), max_size=7), st.tuples(small, small, small))
def test_a_vector_is_a_combination_or_is_separated(columns, target):
    matrix = {i: [fmpq(v) for v in column] for i, column in enumerate(columns)}
    goal = [fmpq(v) for v in target]
    found = decompose(matrix, goal)
    if isinstance(found, Combination):
        assert all(w > 0 for w in found.weights.values())
        sums = [sum((w * matrix[i][r] for i, w in found.weights.items()), fmpq(0)) for r in range(3)]
        assert sums == goal
    else:
        assert all(dot(found.vector, column) >= 0 for column in matrix.values())
        assert dot(found.vector, goal) < 0
        assert found.vector == coprime(found.vector)


def test_empty_cones_and_the_zero_vector():
    assert decompose({}, [fmpq(0)]) == Combination({})
    assert isinstance(decompose({}, [fmpq(0), fmpq(-2)]), Separation)
    assert decompose({}, []) == Combination({})


def test_a_degenerate_problem_does_not_cycle():
    # all pivots but the last are degenerate: the target lies on an edge of the cone
    columns = {i: [fmpq(v) for v in c] for i, c in enumerate(itertools.product((-1, 0, 1), repeat=4))}
    found = decompose(columns, [fmpq(0), fmpq(0), fmpq(0), fmpq(5)])
    assert isinstance(found, Combination)


# ---- cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", [RELU, LEAKY, HARD_TANH], ids=str)
@given(st.data())
def test_every_unit_has_its_slopes_in_a_cell(activation, data):
    number = st.builds(fmpq, st.integers(-12, 12), st.integers(1, 3))
    line = sorted(data.draw(st.lists(number, min_size=3, max_size=5, unique_by=str)))
    weight, bias, output = data.draw(number), data.draw(number), data.draw(number)
    slopes = slopes_between(line, [output * activation(weight * t + bias) for t in line])
    cells = cells_of(len(line) - 1, activation)
    hits = []
    for cell, mask in cells.cells.items():
        columns = {g: v for g, v in enumerate(cells.generators) if mask >> g & 1}
        found = decompose(columns, slopes)
        if isinstance(found, Combination):
            hits.append(cell)
            unit = cells.unit(cell, found.weights, line)
            again = [unit.output * activation(unit.weight * t + unit.bias) for t in line]
            assert slopes_between(line, again) == slopes
    assert hits


def test_threshold_units_have_no_cells():
    with pytest.raises(UsageError, match="not threshold"):
        cells_of(3, THRESHOLD)


# ---- the search against brute force ---------------------------------------------------------------------------------


def relu_like_by_grid(labels, activation, units, grid):
    """Whether some kinks on the grid and orientations fit exactly: a linear system per choice, by sympy."""
    plus, minus = (Fraction(int(s.numer()), int(s.denom())) for s in reversed(activation.slopes))
    choices = list(itertools.product(grid, (1, -1)))
    for chosen in itertools.combinations_with_replacement(choices, units):
        columns = [[1] * len(labels)]
        for kink, orientation in chosen:
            arguments = [orientation * (t - kink) for t in range(len(labels))]
            columns.append([(plus if z >= 0 else minus) * z for z in arguments])
        matrix = sp.Matrix([[sp.Rational(v.numerator, v.denominator) for v in map(Fraction, c)] for c in columns]).T
        if matrix.rank() == matrix.row_join(sp.Matrix(labels)).rank():
            return True
    return False


@pytest.mark.parametrize("activation", [RELU, LEAKY], ids=str)
@pytest.mark.parametrize("labels", list(itertools.product((0, 1, 3), repeat=3)))
def test_one_unit_agrees_with_a_grid_of_kinks(activation, labels):
    # with three samples the kink of a fitting unit solves a linear equation with small coefficients
    grid = [Fraction(i, 12) for i in range(25)]
    possible = isinstance(memorize(on_a_line(labels), activation, 1), FNN)
    if relu_like_by_grid(labels, activation, 1, grid):
        assert possible
    assert possible == one_unit_fits(labels, activation)


def one_unit_fits(labels, activation):
    """Three samples at 0, 1, 2 and one unit, by hand: the ratio of the two slopes is between s_minus/s_plus and 1."""
    first, second = labels[1] - labels[0], labels[2] - labels[1]
    small, large = sorted((abs(first), abs(second)))
    r = activation.slopes[0] / activation.slopes[1]
    return first * second >= 0 and r * large <= small


@given(st.tuples(small, small, small, small))
@settings(max_examples=60)
def test_two_relus_agree_with_the_alternation_rule(labels):
    # three slopes need more than two ReLUs exactly if they alternate strictly
    slopes = [b - a for a, b in itertools.pairwise(labels)]
    alternate = all(a * b < 0 for a, b in itertools.pairwise(slopes))
    assert isinstance(memorize(on_a_line(labels), RELU, 2), Refutation) == alternate


@pytest.mark.parametrize("labels", [(0, 1, 0, 1), (0, 2, 1, 2), (0, 1, 2, 1), (1, 1, 0, 0), (0, 1, 3, 4)])
def test_two_units_agree_with_a_grid_of_kinks(labels):
    grid = [Fraction(i, 2) for i in range(7)]
    assert relu_like_by_grid(labels, RELU, 2, grid) == isinstance(memorize(on_a_line(labels), RELU, 2), FNN)


def all_cells_tried(labels, activation, units):
    """Whether some choice of cells fits, one linear program for every multiset of cells."""
    slopes = slopes_between([fmpq(i) for i in range(len(labels))], [fmpq(y) for y in labels])
    cells = cells_of(len(slopes), activation)
    for chosen in itertools.combinations_with_replacement(cells.cells.values(), units):
        mask = 0
        for cell in chosen:
            mask |= cell
        columns = {g: v for g, v in enumerate(cells.generators) if mask >> g & 1}
        if isinstance(decompose(columns, slopes), Combination):
            return True
    return False


@pytest.mark.parametrize("activation", [RELU, LEAKY, HARD_TANH], ids=str)
@given(st.lists(small, min_size=3, max_size=5), st.integers(1, 2))
@settings(max_examples=15)
def test_splitting_boxes_agrees_with_trying_all_cells(activation, labels, units):
    outcome = memorize(on_a_line(labels), activation, units)
    assert isinstance(outcome, FNN) == all_cells_tried(labels, activation, units)


@pytest.mark.parametrize("activation", [RELU, LEAKY, HARD_TANH], ids=str)
@given(st.data())
@settings(max_examples=40)
def test_what_a_network_computes_is_memorized_with_its_units(activation, data):
    number = st.builds(fmpq, st.integers(-9, 9), st.integers(1, 2))
    units = data.draw(st.integers(1, 3))
    parameters = [data.draw(st.tuples(number, number, number)) for _ in range(units)]
    places = sorted(data.draw(st.sets(st.integers(-8, 8), min_size=3, max_size=8)))
    labels = [sum((v * activation(w * t + b) for w, b, v in parameters), fmpq(0)) for t in places]
    dataset = on_a_line(labels, places)
    network = memorize(dataset, activation, units)
    assert isinstance(network, FNN)
    assert network.widths == (units,)
    assert first_mismatch(network, dataset) is None


@given(st.lists(small, min_size=2, max_size=7), st.data())
@settings(max_examples=25)
def test_spacing_does_not_matter_only_slopes_do(labels, data):
    gaps = data.draw(st.lists(st.integers(1, 9), min_size=len(labels) - 1, max_size=len(labels) - 1))
    places = list(itertools.accumulate(gaps, initial=0))
    stretched = [labels[0]]
    for gap, (a, b) in zip(gaps, itertools.pairwise(labels), strict=True):
        stretched.append(stretched[-1] + gap * (b - a))
    counts = [[a.units for a in attempts(on_a_line(y, x), RELU)] for y, x in ((labels, None), (stretched, places))]
    assert counts[0] == counts[1]


# ---- edges ----------------------------------------------------------------------------------------------------------


def test_no_unit_and_one_sample():
    constant = memorize(on_a_line([5, 5, 5]), RELU, 0)
    assert isinstance(constant, FNN)
    assert evaluate(constant, [[fmpq(9)]]) == [[fmpq(5)]]
    assert isinstance(memorize(on_a_line([5, 5, 6]), RELU, 0), Refutation)
    assert isinstance(memorize(on_a_line([5]), HARD_TANH, 2), FNN)
    assert [a.units for a in attempts(on_a_line([5]), HARD_TANH)] == [0]


def test_samples_come_in_any_order():
    dataset = on_a_line([0, 1, 0, 1], [7, -1, 3, 5])
    *refuted, last = attempts(dataset, RELU)
    assert all(isinstance(a.outcome, Refutation) for a in refuted)
    assert first_mismatch(last.outcome, dataset) is None


def test_units_are_sorted_when_a_box_is_split():
    box = ((0, 4), (0, 1), (0, 1))
    low, high = children((box, box, box), (1, 0, 2))
    assert [b[0] for b in low] == [(0, 2), (0, 2), (0, 4)]
    assert [b[0] for b in high] == [(0, 4), (3, 4), (3, 4)]
    low, high = children((box, box), (0, 2, 0))
    assert (low[0][2], low[1][2], high[0][2]) == ((0, 0), (0, 1), (1, 1))


def test_limits():
    alternating = on_a_line([(-1) ** i for i in range(9)])
    with pytest.raises(LimitError, match="raise --max-cases"):
        memorize(alternating, HARD_TANH, 4, max_cases=50)
    with pytest.raises(LimitError, match=str(MAX_SAMPLES)):
        memorize(on_a_line(range(MAX_SAMPLES + 1)), RELU, 2)
    with pytest.raises(LimitError, match=str(MAX_UNITS)):
        memorize(on_a_line([0, 1]), RELU, MAX_UNITS + 1)
    with pytest.raises(DatasetError, match="d_x = 2"):
        memorize(make_dataset([[0, 1]], [0]), RELU, 1)


def test_progress_is_reported():
    seen = []
    search = Search(cells_of(6, HARD_TANH), tuple(fmpq((-1) ** i) for i in range(6)), 3, report=seen.append)
    assert isinstance(search.decide(), Refutation)
    assert seen == list(range(64, search.cases + 1, 64))
