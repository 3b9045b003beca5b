"""Elman networks and existence boxes: the Jacobian against differences, exact ranks, what is refused."""

from itertools import product

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, SQUARE, relu_like
from exactmem.datasets import make_dataset
from exactmem.errors import DrawError, KinkError, ShapeError, UsageError
from exactmem.tangent.elman import elman, forward, jacobian, misses, seeded
from exactmem.tangent.existence import contracts, find, pivots

LITTLE = fmpq(1, 10**60)


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 3), st.sampled_from([RELU, relu_like(2, 1), HARD_TANH]))
def test_back_propagation_gives_the_differences(seed, units, T, activation):
    """F(W_0 + t V) is a polynomial of degree below T within its pieces: a tiny step gives its slope to the rest."""
    network = seeded(seed, units, 2, 2, activation)
    data = make_dataset([[fmpq(k + 1, 3 + k % 2) for k in range(2 * T)]], [[0, 0]])
    try:
        J, before = jacobian(network, data), misses(network, data)
    except KinkError:
        return
    for j, k in product(range(units), repeat=2):
        W = [list(row) for row in network.W]
        W[j][k] += LITTLE
        after = misses(network.with_weights(W), data)
        for o in range(2):
            rest = abs((after[o] - before[o]) / LITTLE - J[o, j * units + k])
            assert rest < fmpq(1, 10**40)
            assert T > 2 or rest == 0


def test_the_jacobian_by_hand():
    """h_1 = 1, h_2 = w + 1, h_3 = w h_2 + 1 = w^2 + w + 1: at w = 2 the output is 7 and its derivative 2 w + 1 = 5."""
    network = elman([[2]], [[1]], [0], [[1]], [0])
    data = make_dataset([[1, 1, 1]], [7])
    assert forward(network, data.inputs[0]).outputs == [7]
    assert jacobian(network, data).entries() == [5]
    assert misses(network, data) == [0]


def test_the_rank_is_exact():
    network = elman([[1, 0], [0, 1]], [[1, 0], [0, 1]], [1, 1], [[1, 1]], [0])
    rows = [[1, 2, 0, 0], [2, 4, 0, 0], [3, 5, 1, 1]]
    assert jacobian(network, make_dataset(rows, [0, 0, 0])).rank() == 2
    assert jacobian(network, make_dataset(rows[:2], [0, 0])).rank() == 2
    with pytest.raises(DrawError, match=r"rank 2 < 3 outputs, as .*\(sample 0\)") as refused:
        find(network, make_dataset(rows, [0, 0, 0]))
    found = refused.value.witness
    table = jacobian(network, make_dataset(rows, [0, 0, 0])).tolist()
    columns = range(4)
    pairs = list(zip(found.samples, found.coefficients, strict=True))
    assert pairs
    assert all(sum(c * table[i][k] for i, c in pairs) == 0 for k in columns)
    two = make_dataset([[1, 2, 0, 0]], [[0, 1]])
    same = elman([[1, 0], [0, 1]], [[1, 0], [0, 1]], [1, 1], [[1, 1], [2, 2]], [0, 0])
    with pytest.raises(
        DrawError, match=r"rank 1 < 2 outputs, as 2 \* \(sample 0, label 1\) \+ -1 \* \(sample 0, label 2"
    ):
        find(same, two)


def test_a_box_is_found_and_its_edges_matter():
    found = find(elman([["9/10"]], [[1]], [0], [[1]], [0]), make_dataset([[1, 0, 0]], [2]))
    assert found.free == ((0, 0),)
    assert found.rank == 1
    assert abs(found.network.W[0][0] ** 2 - 2) < fmpq(1, 2**30)
    assert found.moved == (found.network.W[0][0] - fmpq(9, 10)) ** 2
    assert not contracts(found.network, found.dataset, found.free, [fmpq(1, 2**70)], found.preconditioner)
    with pytest.raises(KinkError, match="sample 0, step 1, unit 0"):
        contracts(found.network, found.dataset, found.free, [fmpq(2)], found.preconditioner)


def test_four_steps_and_six_units():
    data = make_dataset([[fmpq((3 * i + 5 * k) % 7 - 3, 4) for k in range(8)] for i in range(4)], [1, "-1/2", "1/4", 0])
    found = next(box for box in map(attempt, ((seed, data) for seed in range(20))) if box)
    assert len(found.free) == found.rank == 4
    assert max(map(abs, misses(found.network, data))) < fmpq(1, 2**30)


def attempt(case):
    seed, data = case
    try:
        return find(seeded(seed, 6, 2, 1), data)
    except (DrawError, KinkError):
        return None


def test_pivots_span():
    from flint import fmpq_mat

    J = fmpq_mat([[0, 0, 1, 2], [0, 0, 2, 4], [0, 3, 0, 0]])
    with pytest.raises(DrawError):
        pivots(J)
    J[1, 0] = fmpq(1, 1000)
    chosen = pivots(J)
    assert fmpq_mat([[J[i, p] for p in chosen] for i in range(3)]).det() != 0


def test_what_is_refused():
    with pytest.raises(ShapeError, match="U has to have the shape 1 x 1"):
        elman([[1]], [[1], [1]], [0], [[1]], [0])
    with pytest.raises(ShapeError, match="W has"):
        elman([[1, 2]], [[1]], [0], [[1]], [0])
    with pytest.raises(DrawError, match="2 outputs cannot be fitted with the 1 entries"):
        find(elman([[1]], [[1]], [0], [[1]], [0]), make_dataset([[1, 1], [2, 1]], [1, 1]))
    with pytest.raises(UsageError, match="piecewise"):
        elman([[1]], [[1]], [0], [[1]], [0], SQUARE)
    network = elman([[1, 0], [0, 1]], [[1, 1], [0, 1]], [0, 0], [[1, 0]], [0])
    with pytest.raises(ShapeError, match="no sequence of vectors of 2"):
        forward(network, [fmpq(1)] * 3)
    with pytest.raises(KinkError, match="step 0, unit 1") as refused:
        forward(network, [fmpq(1), fmpq(0)])
    assert refused.value.witness == (0, 1)
