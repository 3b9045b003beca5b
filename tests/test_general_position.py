"""General position: the full check agrees with all determinants, and every witness is minimal."""

import itertools

import pytest
from flint import fmpq, fmpz, fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from exactmem.datasets import make_dataset
from exactmem.errors import LimitError
from exactmem.general_position import (
    affine_dependence,
    explain,
    find_dependent_samples,
    homogeneous,
    line_through_origin,
    primitive,
    project_away,
)


@st.composite
def small_inputs(draw):
    d_x = draw(st.integers(1, 4))
    high = draw(st.sampled_from([1, 3, 9]))
    point = st.tuples(*[st.integers(-high, high).map(lambda v: fmpq(v, 3))] * d_x)
    return draw(st.lists(point, min_size=1, max_size=7, unique=True))


def dependent_by_determinants(inputs):
    """Whether some min(N, d_x + 1) of the points have rows (x, 1) of lower rank."""
    size = min(len(inputs), len(inputs[0]) + 1)
    rows = homogeneous(inputs)
    return any(fmpz_mat(list(subset)).rank() < size for subset in itertools.combinations(rows, size))


@given(small_inputs())
def test_agrees_with_all_subsets(inputs):
    assert (find_dependent_samples(inputs) is not None) == dependent_by_determinants(inputs)


@given(small_inputs())
def test_a_witness_is_a_minimal_dependent_set(inputs):
    witness = find_dependent_samples(inputs)
    if witness is not None:
        assert fmpz_mat(homogeneous([inputs[i] for i in witness])).rank() == len(witness) - 1
        assert list(witness) == sorted(set(witness))
        for left_out in witness:
            assert affine_dependence(inputs, [i for i in witness if i != left_out]) is None


def test_as_printed_the_assumption_says_nothing_up_to_d_x_samples():
    collinear = [(fmpq(i), fmpq(i), fmpq(0)) for i in range(3)]
    assert find_dependent_samples(collinear, as_printed=True) is None
    assert find_dependent_samples(collinear) == (0, 1, 2)
    with_more = [*collinear, (fmpq(0), fmpq(0), fmpq(1))]
    assert find_dependent_samples(with_more, as_printed=True) == (0, 1, 2)


def test_one_sample_and_two_samples_are_in_general_position():
    assert find_dependent_samples([(fmpq(5), fmpq(1))]) is None
    assert find_dependent_samples([(fmpq(5),), (fmpq(6),)]) is None
    assert affine_dependence([(fmpq(5),)], []) is None


def test_the_sentence_names_rows_and_says_where_they_lie():
    line = make_dataset([[0, 0, 0], [5, 0, 1], [1, 1, 1], [2, 2, 2], [1, 7, 3]], [0] * 5, rows=list("abcde"))
    assert find_dependent_samples(line.inputs) == (0, 2, 3)
    assert explain(line, (0, 2, 3)) == "a, c, d lie on one line"
    plane = make_dataset([[0, 0], [1, 0], [2, 0]], [0, 0, 0], rows=list("abc"))
    assert explain(plane, find_dependent_samples(plane.inputs)) == "a, b, c lie on one hyperplane"
    flat = make_dataset([[0] * 6, [1] + [0] * 5, [0, 1] + [0] * 4, [1, 1] + [0] * 4], [0] * 4)
    assert "lie on one plane" in explain(flat, (0, 1, 2, 3))
    assert "one flat of dimension 3" in explain(flat, (0, 1, 2, 3, 3))
    assert find_dependent_samples(make_dataset([[0, 0], [1, 0], [0, 1], [5, 7]], [0] * 4).inputs) is None


def test_the_limit_is_stated_and_counts_subsets():
    # 6 points on the moment curve are in general position in 3 dimensions. Of the C(6, 3) = 20 triples the 4 that end
    # in the last two points are not looked at: no fourth point comes after them.
    curve = [(fmpq(t), fmpq(t) ** 2, fmpq(t) ** 3) for t in range(6)]
    assert find_dependent_samples(curve, limit=16) is None
    with pytest.raises(LimitError, match="after 15 subsets"):
        find_dependent_samples(curve, limit=15)


def test_a_violation_found_within_the_limit_is_an_answer():
    points = [(fmpq(t), fmpq(0)) for t in range(200)]
    assert find_dependent_samples(points, limit=10) == (0, 1, 2)


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=5), st.integers(-3, 3))
def test_projection_kills_multiples_and_keeps_others_primitive(entries, factor):
    pivot = primitive([fmpz(v) for v in entries])
    if any(pivot):
        (image,) = project_away(pivot, [[factor * v for v in pivot]])
        assert not any(image)
        other = [v + int(k == 0) for k, v in enumerate(pivot)]
        (image,) = project_away(pivot, [other])
        assert len(image) == len(pivot) - 1
        assert primitive(image) == image
        assert line_through_origin(pivot) == line_through_origin([-v for v in pivot])


def test_homogeneous_coordinates_are_primitive_with_a_positive_last_entry():
    assert homogeneous([(fmpq(1, 2), fmpq(-2, 3))]) == [[3, -4, 6]]


def test_many_samples_are_not_all_named():
    data = make_dataset([[i, *([0] * 19)] for i in range(30)], list(range(30)))
    text = explain(data, range(21))
    assert text.startswith("sample 0, sample 1, ")
    assert text.endswith("sample 11 and 9 more lie on one hyperplane")
