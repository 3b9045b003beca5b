"""exactmem/tangent/kernel.py, systems.py and draws.py: features, Gram matrix, rank and dependencies, exactly."""

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, RELU, relu_like
from exactmem.datasets import make_dataset
from exactmem.errors import DrawError, KinkError, LimitError, UsageError
from exactmem.tangent import draws, kernel
from exactmem.tangent.kernel import features, gram, kernel_rank, least_units, weights
from exactmem.tangent.systems import Dependency, dependencies, rank, solve
from exactmem.testing import rationals

ACTIVATIONS = [RELU, ABS, relu_like(3, "1/7")]


def seeded(m, d, seed):
    return make_dataset(draws.gaussian_rows(seed, "inputs", m, d), draws.signs(seed, "labels", m))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 4), st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_the_gram_matrix_is_that_of_the_features(activation, m, d, q, seed):
    data, rows = seeded(m, d, seed), weights(seed, q, d)
    phi = features(rows, data, activation)
    assert (phi.nrows(), phi.ncols()) == (m, d * q)
    assert gram(rows, data, activation) == phi * phi.transpose()
    assert kernel_rank(data, seed, q, activation) == phi.rref()[1]


def test_one_sample_on_the_wrong_side_has_rank_zero_though_dq_is_m():
    data = make_dataset([[1]], [1])
    assert rank(gram([[fmpq(-1)]], data, RELU)) == 0
    assert rank(gram([[fmpq(-1)]], data, relu_like(1, "1/9"))) == 1


def test_kinks_zero_rows_and_many_samples_are_refused(monkeypatch):
    data = make_dataset([[1, 1], [2, -1]], [1, 2], rows=["line 2", "line 3"])
    with pytest.raises(KinkError, match="line 3 lies on the kink of unit 1") as caught:
        gram([[1, 0], [1, 2]], data, RELU)
    assert caught.value.witness == (1, 1, 1)
    with pytest.raises(KinkError, match="is zero, where every unit"):
        gram([[1, 0]], make_dataset([[0, 0]], [1]), RELU)
    monkeypatch.setattr(kernel, "MAX_SAMPLES", 1)
    with pytest.raises(LimitError, match="kernel matrix of 2 samples: the limit is 1"):
        gram([[1, 5]], data, RELU)
    with pytest.raises(UsageError, match="one kink is at 0"):
        gram([[1, 0]], make_dataset([[1, 1]], [1]), HARD_TANH)


@given(st.lists(st.lists(rationals(low=-3, high=3, max_denominator=3), min_size=2, max_size=2), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_a_system_is_solved_or_refuted_by_a_dependency(rows):
    phi = fmpq_mat(rows)
    system, labels = phi * phi.transpose(), fmpq_mat([[fmpq(i * i + 1)] for i in range(len(rows))])
    found = solve(system, labels)
    if isinstance(found, Dependency):
        row = fmpq_mat(
            [[dict(zip(found.samples, found.coefficients, strict=True)).get(i, 0) for i in range(len(rows))]]
        )
        assert row * phi == fmpq_mat(1, 2)
        assert (row * labels)[0, 0] == found.labels != 0
        assert found.rank == phi.rref()[1] < len(rows)
    else:
        assert system * found == labels
    assert len(list(dependencies(system, labels))) == len(rows) - phi.rref()[1]


def test_consistent_labels_are_solved_though_the_rank_is_deficient():
    phi = fmpq_mat([[1, 2], [2, 4], [0, 1]])
    labels = fmpq_mat([[3], [6], [5]])
    gram_matrix = phi * phi.transpose()
    assert gram_matrix * solve(gram_matrix, labels) == labels


def test_the_least_units_are_the_first_of_full_rank():
    for seed in range(4):
        data = seeded(9, 3, seed)
        q = least_units(data, seed, RELU)
        assert q >= 3
        ranks = [kernel_rank(data, seed, k, RELU) for k in range(1, q + 1)]
        assert ranks[-1] == 9
        assert max(ranks[:-1]) < 9
        assert ranks == sorted(ranks)


def test_multiples_never_get_full_rank():
    with pytest.raises(
        DrawError,
        match=r"2 \* \(sample 0\) \+ -1 \* \(sample 1\) is 0 for the features, but -1 for",
    ) as caught:
        least_units(make_dataset([[1, 2], [2, 4]], [1, 3]), 0, RELU)
    assert caught.value.witness.rank == 1


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_orthonormal_rows_are_exactly_that(seed, count, more):
    rows = fmpq_mat(draws.orthonormal_rows(seed, count, count + more))
    assert rows * rows.transpose() == fmpq_mat([[int(i == j) for j in range(count)] for i in range(count)])


def test_draws_are_one_sequence_per_seed():
    assert draws.gaussian_rows(5, "weights", 2, 3) == draws.gaussian_rows(5, "weights", 4, 3)[:2]
    assert draws.gaussian_rows(5, "weights", 2, 3) != draws.gaussian_rows(6, "weights", 2, 3)
    assert draws.gaussian_rows(0, "weights", 1, 2) == [[fmpq(27207, 16384), fmpq(-3261, 32768)]]
    numbers = [v for row in draws.gaussian_rows(1, "inputs", 400, 5) for v in row]
    assert abs(sum(numbers)) < 150
    assert 1800 < sum(v * v for v in numbers) < 2200
    with pytest.raises(UsageError, match="do not exist in dimension 2"):
        draws.orthonormal_rows(0, 3, 2)
