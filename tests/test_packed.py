"""Packed rows against the tuples they stand for: the same rows, datasets, projections, products and certificates."""

import math
from dataclasses import replace

import numpy as np
import pytest
from flint import fmpq
from hypothesis import example, given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU
from exactmem.blocked import EXACT, exact_products, limb_bytes
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.memorization import certificate
from exactmem.certificates.writing.version_2 import packed, write_question
from exactmem.constructions.build import build
from exactmem.constructions.parts.projection import find_projection
from exactmem.datasets import class_indices, make_dataset, packed_dataset
from exactmem.errors import DatasetError, DuplicateInputError, LimitError
from exactmem.matrices import affine, dense, rank_one
from exactmem.packed import IntegerRows, OneHotRows, column

TYPES = ("u1", "i1", "<i2", ">i2", "u4", "i8")


@st.composite
def integer_rows(draw, largest=2**62):
    """Rows of every machine type, their extremes likely, with a denominator."""
    kind = np.dtype(draw(st.sampled_from(TYPES)))
    low, high = max(np.iinfo(kind).min, -largest), min(np.iinfo(kind).max, largest)
    entry = st.one_of(st.sampled_from([low, high, 0, 1]), st.integers(low, high))
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    table = draw(st.lists(st.lists(entry, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    return IntegerRows(np.array(table, dtype=kind), draw(st.sampled_from([1, 2, 12, 1000, 2**63])))


def unpacked(rows):
    return [[fmpq(int(v), rows.denominator) for v in row] for row in rows.integers]


@given(integer_rows(), st.data())
def test_rows_are_the_tuples_they_stand_for(rows, data):
    expected = [tuple(row) for row in unpacked(rows)]
    assert list(rows) == expected
    assert rows == expected
    assert rows[-1] == expected[-1]
    cut = slice(data.draw(st.integers(0, len(rows) - 1)), None)
    assert rows[cut] == expected[cut]
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1))
    assert list(rows.chosen(chosen)) == [expected[i] for i in chosen]
    with pytest.raises(IndexError):
        rows[len(rows)]


@given(integer_rows())
@example(IntegerRows(np.array([[-128, 0]] * 2, dtype="i1"), 128))
@example(IntegerRows(np.array([[0]], dtype="u1"), 10**30))
def test_columns_over_their_least_denominators(rows):
    """Where a denominator is longer than the machine's integers, too."""
    for j in range(rows.width):
        expected = [row[j] for row in unpacked(rows)]
        assert column(rows, j) == expected
        assert rows.column(j)[0] == math.lcm(*[int(v.q) for v in expected])


@given(integer_rows())
def test_the_row_bound_is_the_largest_sum_or_above(rows):
    sums = [sum(abs(int(v)) for v in row) for row in rows.integers]
    assert rows.row_bound >= max(sums)
    if rows.row_bound < 2**62:
        assert rows.row_bound == max(sums)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_one_hot_rows(indices):
    rows = OneHotRows(np.array(indices), 4)
    assert rows == [tuple(fmpq(int(k == a)) for a in range(4)) for k in indices]
    assert rows != [tuple(fmpq(1) for a in range(4)) for k in indices]


@pytest.mark.parametrize("bad", [np.zeros((0, 2), int), np.zeros((2, 2)), np.zeros(3, int), np.array([["1"]])])
def test_other_arrays_are_refused(bad):
    with pytest.raises(DatasetError):
        IntegerRows(bad)


def test_a_class_out_of_range_is_refused():
    with pytest.raises(DatasetError, match="of sample 1 is not from 0 to 2"):
        OneHotRows(np.array([0, 3]), 3)


@given(integer_rows(largest=2**40), st.data())
def test_blocked_products_are_integer_products(rows, data):
    width = rows.width
    number = st.one_of(st.integers(-300, 300), st.integers(-(2**200), 2**200), st.sampled_from([2**52, -(2**53)]))
    vectors = data.draw(st.lists(st.lists(number, min_size=width, max_size=width), min_size=1, max_size=4))
    if limb_bytes(rows) == 0:
        with pytest.raises(LimitError):
            list(exact_products(rows, vectors))
        return
    assert rows.row_bound * 256 ** limb_bytes(rows) <= EXACT
    products = [row for block in exact_products(rows, vectors) for row in block]
    assert products == [
        [sum(int(v) * w for v, w in zip(row, vector, strict=True)) for vector in vectors] for row in rows.integers
    ]


@given(integer_rows(), st.data())
def test_affine_maps_of_packed_inputs(rows, data):
    numbers = st.fractions(max_denominator=9).map(lambda v: fmpq(v.numerator, v.denominator))
    row = st.lists(numbers, min_size=rows.width, max_size=rows.width)
    table = data.draw(st.lists(row, min_size=1, max_size=3))
    bias = [fmpq(1, k + 2) for k in range(len(table))]
    assert affine(dense(table), bias, rows) == affine(dense(table), bias, unpacked(rows))
    single = rank_one([fmpq(2), fmpq(-1, 3)], table[0])
    assert affine(single, bias[:1] * 2, rows) == affine(single, bias[:1] * 2, unpacked(rows))


@given(integer_rows())
def test_projections_of_packed_inputs(rows):
    distinct = sorted(set(rows))
    places = [list(rows).index(x) for x in distinct]
    assert find_projection(rows.chosen(places)) == find_projection(distinct)


def test_equal_inputs_are_merged_or_refused():
    inputs = IntegerRows(np.array([[1, 2], [3, 4], [1, 2]]))
    merged = packed_dataset(inputs, OneHotRows(np.array([1, 0, 1]), 2))
    assert (merged.N, merged.merged, class_indices(merged)) == (2, (("sample 0", "sample 2"),), [1, 0])
    with pytest.raises(DuplicateInputError) as error:
        packed_dataset(inputs, OneHotRows(np.array([1, 0, 0]), 2))
    assert error.value.witness == ("sample 0", "sample 2")


@pytest.mark.parametrize("activation", [RELU, HARD_TANH])
@pytest.mark.parametrize(
    "theorem", ["3.1", "3.2", "plateau", "decoupled", "4.1", "4.2", "default-class", "narrow-resnet"]
)
def test_packed_data_give_the_same_certificate(theorem, activation):
    table = np.random.default_rng(3).integers(0, 256, (24, 3), dtype=np.uint8)
    classes = np.arange(24) % 3
    packed = packed_dataset(IntegerRows(table, 4), OneHotRows(classes, 3))
    plain = make_dataset(
        [[fmpq(int(v), 4) for v in row] for row in table], [[int(k == c) for c in range(3)] for k in classes.tolist()]
    )
    expected = to_bytes(certificate(build(plain, theorem, activation=activation)))
    assert to_bytes(certificate(build(packed, theorem, activation=activation))) == expected


@pytest.mark.parametrize("labels", ["classes", "numbers", "rationals"])
def test_packed_data_are_the_same_question(tmp_path, labels):
    table, classes = np.arange(12, dtype=np.uint8).reshape(4, 3), np.array([0, 1, 2, 1])
    inputs = [[fmpq(int(v), 4) for v in row] for row in table]
    rows = IntegerRows(table, 4)
    if labels == "classes":
        packed_data = packed_dataset(rows, OneHotRows(classes, 3))
        plain = make_dataset(inputs, [[int(k == c) for c in range(3)] for k in classes.tolist()])
    else:
        packed_data = packed_dataset(rows, IntegerRows(np.array([[-3], [1], [7], [2]]), 7))
        plain = make_dataset(inputs, [[fmpq(v, 7)] for v in (-3, 1, 7, 2)])
        if labels == "rationals":
            packed_data = replace(packed_data, labels=plain.labels)
    written = [
        write_question(tmp_path / f"{name}.question", packed(data), "equal").data["data"]
        for name, data in (("a", packed_data), ("b", plain))
    ]
    for data in written:
        del data["file"]
        data["input"]["denominator"] = "lowest"
    if labels == "classes":
        assert packed(packed_data).classes == packed(plain).classes == ("0", "1", "2")
    first, second = ((tmp_path / f"{name}.data").read_bytes() for name in "ab")
    assert (first, written[0]) == (second, written[1])
