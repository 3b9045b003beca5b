"""exactmem/tangent/forms.py, constructions/quadratic.py and quadratic_3.py: exact forms, few squares, exact ranks."""

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.constructions.build import build
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import DrawError, SizeError
from exactmem.tangent.draws import gaussian_rows
from exactmem.tangent.forms import form_rank, forms, mapped, random_map, rank_bound, squares
from exactmem.testing import assert_memorizes, assert_verified


@st.composite
def symmetric(draw):
    size = draw(st.integers(1, 4))
    entries = st.integers(-3, 3).map(fmpq)
    rows = [[draw(entries) for _ in range(size)] for _ in range(size)]
    for i in range(size):
        rows[i][i] = draw(st.sampled_from([fmpq(0), fmpq(0), rows[i][i]]))
        for j in range(i):
            rows[i][j] = rows[j][i]
    return rows


@given(symmetric())
@settings(max_examples=150, deadline=None)
def test_a_form_is_the_sum_of_as_many_squares_as_its_rank(form):
    found = squares(form)
    total = fmpq_mat(len(form), len(form))
    for c, r in found:
        total += fmpq_mat([r]).transpose() * fmpq_mat([r]) * c
    assert total == fmpq_mat(form)
    assert len(found) == fmpq_mat(form).rref()[1]


def test_zero_pivots_need_two_squares_at_once():
    assert squares([[0, 1], [1, 0]]) == [(fmpq(1, 2), (1, 1)), (fmpq(-1, 2), (-1, 1))]
    assert squares([[0]]) == []


@given(st.integers(1, 4), st.integers(0, 10**6), st.data())
@settings(max_examples=20, deadline=None)
def test_a_form_through_the_data(d, seed, data):
    m = data.draw(st.integers(1, d * (d + 1) // 2))
    dataset = make_dataset(gaussian_rows(seed, "inputs", m, d), [[i, fmpq(1, i + 1)] for i in range(m)])
    for a, form in enumerate(forms(dataset.inputs, dataset)):
        for x, y in zip(dataset.inputs, dataset.labels, strict=True):
            assert (fmpq_mat([x]) * fmpq_mat(form) * fmpq_mat([x]).transpose())[0, 0] == y[a]
    construction = build(dataset, "quadratic")
    assert construction.network.widths == (2 * d,)
    assert_memorizes(construction.network, dataset)


def test_quadratic_networks_are_certified_and_refused_below():
    dataset = make_dataset(gaussian_rows(1, "inputs", 6, 3), [1, -1, 2, 0, 5, 7])
    assert_verified(build(dataset, "quadratic"))
    assert build(dataset, "quadratic", (5,)).network.widths == (5,)
    with pytest.raises(SizeError, match="smallest widths that may do are 3"):
        build(dataset, "quadratic", (2,))
    more = make_dataset(gaussian_rows(1, "inputs", 7, 3), [1, -1, 2, 0, 5, 7, 0])
    with pytest.raises(DrawError, match="have rank 6, and") as caught:
        build(more, "quadratic")
    assert len(caught.value.witness.samples) == 7
    fitting = make_dataset(more.inputs, [x[0] * x[1] for x in more.inputs])
    assert_verified(build(fitting, "quadratic"))


@pytest.mark.parametrize("theorem", ["quadratic", "quadratic-3"])
def test_opposites_with_different_labels_are_named(theorem):
    dataset = make_dataset([[1, 2], [3, 1], [-1, -2]], [1, 2, 3], rows=["line 2", "line 3", "line 4"])
    with pytest.raises(DrawError, match="line 2 and line 4 are x and -x with different labels") as caught:
        build(dataset, theorem)
    assert caught.value.witness == (0, 2)
    same = make_dataset([[1, 2], [3, 1], [-1, -2]], [1, 2, 1])
    assert_memorizes(build(same, theorem, (4,) if theorem == "quadratic" else (3, 3)).network, same)


def test_zero_labels_and_one_sample():
    for labels in ([0, 0], [3, 4]):
        dataset = make_dataset([[1, 2], [3, 1]], labels)
        assert_verified(build(dataset, "quadratic"))
        assert_verified(build(dataset, "quadratic-3"))
    assert build(make_dataset([[2]], [5]), "quadratic").network.widths == (1,)


def test_the_rank_of_three_layers_stays_below_its_bound():
    inputs = gaussian_rows(0, "inputs", 35, 4)
    assert rank_bound(4, 2, 8) == 35
    assert form_rank(mapped(inputs, random_map(0, 8, 4), 2)) == 34
    dataset = make_dataset(inputs, [i % 2 for i in range(35)])
    with pytest.raises(DrawError, match="have rank 34"):
        build(dataset, "quadratic-3", (8, 8))


def test_three_layers_at_the_least_width():
    dataset = make_dataset(gaussian_rows(2, "inputs", 7, 3), [[i, -i] for i in range(7)])
    construction = build(dataset, "quadratic-3", choices=Choices(seed=4))
    k = construction.network.widths[0]
    assert construction.network.widths == (k, 2 * k)
    assert_verified(construction)
    assert form_rank(mapped(dataset.inputs, random_map(4, k - 1, 3), 2)) < 7
    with pytest.raises(SizeError, match="7 > 6"):
        build(dataset, "quadratic-3", (3, 6))
    with pytest.raises(SizeError, match="for any width: 2 > 1"):
        build(make_dataset([[1], [2]], [1, 2]), "quadratic-3")


def test_dependent_matrices_are_refused_with_the_dependency():
    dataset = make_dataset([[1, 2], [2, 4]], [1, -1])
    with pytest.raises(DrawError, match=r"have rank 1 with 3 seeded rows: 16 \* \(sample 0\)") as caught:
        build(dataset, "quadratic-3")
    found = caught.value.witness
    assert (found.rank, found.samples, found.coefficients, found.labels) == (1, (0, 1), (16, -1), 17)
