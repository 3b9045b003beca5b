"""exactmem/border.py: what comes in, what is refused, and numbers that go out."""

import copy
import pickle
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pandas as pd
import pytest
import sympy
from flint import fmpq, fmpq_mat, fmpz
from hypothesis import example, given
from hypothesis import strategies as st

from exactmem.activations import RELU, SQUARE
from exactmem.border import Exact, column_or_table, number, one_or_many, outward, row, table
from exactmem.datasets import make_dataset
from exactmem.errors import ExactmemError, InexactNumberError, NumberFormatError, ShapeError
from exactmem.evaluate import evaluate, evaluate_generic, pre_activations
from exactmem.general_position import find_dependent_samples
from exactmem.lines import restrict
from exactmem.networks import FNN, dense, layer
from exactmem.regions import box, segment
from exactmem.testing import rationals

HALF = fmpq(1, 2)
ROWS = [
    [1, HALF],
    (1, Fraction(1, 2)),
    ["1", "0.5"],
    ["2/2", Decimal("0.50")],
    np.array([1, Fraction(1, 2)], dtype=object),
    pd.Series([1, Fraction(1, 2)]),
    sympy.Matrix([1, sympy.Rational(1, 2)]).T[:],
    [np.int8(1), sympy.Rational(1, 2)],
    [np.True_, HALF],
    [True, HALF],
    [fmpz(1), HALF],
    (v for v in (1, HALF)),
    range(1, 2),
]


@pytest.mark.parametrize("values", ROWS, ids=lambda v: type(v).__name__)
def test_rows_of_every_kind(values):
    found = row(values, "x")
    assert found == [1, HALF][: len(found)]
    assert {type(v) for v in found} == {fmpq}


TABLES = [
    [[1, 2], [3, 4]],
    np.array([[1, 2], [3, 4]], dtype=np.uint64),
    np.array([["1", "2"], ["3", "4"]]),
    pd.DataFrame({"a": [1, 3], "b": [2, 4]}),
    pd.DataFrame({"a": [1, 3], "b": ["2", "4"]}),
    sympy.Matrix([[1, 2], [3, 4]]),
    fmpq_mat([[1, 2], [3, 4]]),
    [np.array([1, 2]), (3, "4")],
]


@pytest.mark.parametrize("values", TABLES, ids=lambda v: type(v).__name__)
def test_tables_of_every_kind(values):
    assert table(values, "inputs") == [[1, 2], [3, 4]]
    assert make_dataset(values, [0, 1]).inputs == ((1, 2), (3, 4))


def test_boolean_arrays_are_zeros_and_ones():
    assert table(np.array([[True, False]]), "x") == [[1, 0]]
    assert column_or_table(pd.Series([True, False]), "y") == [[1], [0]]
    assert column_or_table(np.array([True]), "y") == [[1]]


def test_columns_of_a_frame_keep_their_types():
    frame = pd.DataFrame({"a": [2**60 + 1], "b": [0.5]})
    with pytest.raises(InexactNumberError, match=r"row 0, entry 1: 0\.5 of type float"):
        table(frame, "inputs")
    assert table(frame, "inputs", "exact") == [[2**60 + 1, HALF]]


@pytest.mark.parametrize("labels", [[[1], [2]], np.array([[1], [2]]), pd.DataFrame({"y": [1, 2]}), [1, 2], ["1", "2"]])
def test_label_columns(labels):
    assert make_dataset([[0], [1]], labels).labels == ((1,), (2,))


FLOATS = [0.5, np.float64(0.5), np.float32(0.5), np.longdouble(0.5), sympy.Float(0.5), mpmath.mpf(0.5)]
NETWORK = FNN((layer(dense([[1]]), [0]),))
WAYS_IN = [
    lambda v: row([v], "x"),
    lambda v: table([[v]], "x"),
    lambda v: make_dataset([[v]], [1]),
    lambda v: make_dataset([[1]], [v]),
    lambda v: dense([[v]]),
    lambda v: layer(dense([[1]]), [v]),
    lambda v: evaluate(NETWORK, [[v]]),
    lambda v: evaluate_generic(NETWORK, [[v]]),
    lambda v: pre_activations(NETWORK, [v]),
    lambda v: NETWORK([v]),
    lambda v: restrict(NETWORK, [v], [1]),
    lambda v: segment([v], [1]),
    lambda v: box([v], [1]),
    lambda v: restrict(NETWORK, [0], [1])(v),
    lambda v: restrict(NETWORK, [0], [1]).point(v),
    lambda v: restrict(NETWORK, [0], [1]).pieces[0](v),
    lambda v: find_dependent_samples([[v]]),
    lambda v: RELU(v),
    lambda v: SQUARE(v),
]


@pytest.mark.parametrize("value", FLOATS, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("way_in", WAYS_IN)
def test_floats_of_every_kind_are_refused_everywhere(way_in, value):
    with pytest.raises(InexactNumberError, match="is not an exact number"):
        way_in(value)


@pytest.mark.parametrize("value", [Fraction(1, 2), Decimal("0.5"), sympy.Rational(1, 2), HALF, "1/2", "0.5"])
@pytest.mark.parametrize("way_in", WAYS_IN)
def test_exact_numbers_of_every_kind_are_the_same_number_everywhere(way_in, value):
    assert way_in(value) == way_in(HALF)


@pytest.mark.parametrize("value", FLOATS, ids=lambda v: type(v).__name__)
def test_floats_are_taken_for_what_they_store_on_request(value):
    assert number(value, "exact") == HALF
    assert NETWORK([value], floats="exact") == [Fraction(1, 2)]
    assert make_dataset([[value]], [value], floats="exact").inputs == ((HALF,),)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: make_dataset(["12", "34"], [1, 2]), r"inputs of the shape \(2,\): row 0 is '12', text, not a row"),
        (lambda: make_dataset([1, 2], [1, 2]), r"inputs of the shape \(2,\): row 0 is 1, not a row"),
        (lambda: make_dataset([[1], 2], [1, 2]), "row 1 is 2, not a row"),
        (lambda: make_dataset("12", [1, 2]), "inputs is '12' of type str, expected a table"),
        (lambda: make_dataset([[1]], "1"), "labels is '1' of type str"),
        (lambda: make_dataset({1: 2}, [1]), "type dict, expected a table"),
        (lambda: make_dataset(5, [1]), "inputs is the single value 5"),
        (lambda: make_dataset(np.zeros((2, 3, 4), int), [1, 2]), r"inputs, row 0 has the shape \(3, 4\), expected one"),
        (lambda: make_dataset([[[1, 2], [3]]], [1]), "has the shape ragged"),
        (lambda: make_dataset([[1, [2]]], [1]), r"has the shape \(2,\), expected one row"),
        (lambda: NETWORK("1"), "the input is '1' of type str, expected one number in brackets"),
        (lambda: NETWORK([1, 2]), "the input has 2 entries, expected 1"),
        (lambda: NETWORK([[1], [1, 2]]), "the input 1 has 2 entries, expected 1"),
        (lambda: NETWORK(np.array(3)), "single value"),
        (lambda: evaluate(NETWORK, ["12"]), "row 0 is '12', text"),
        (lambda: restrict(NETWORK, "0", "1"), "the first point is '0' of type str"),
        (lambda: segment([0], "1"), "the second point is '1' of type str"),
        (lambda: dense(["12"]), "'12' of type str is no row"),
    ],
)
def test_what_has_the_wrong_shape_gets_a_sentence(make, text):
    with pytest.raises(ShapeError, match=text):
        make()


def test_bad_entries_are_placed():
    with pytest.raises(NumberFormatError, match=r"inputs, row 1, entry 0: 'x' is not an exact number"):
        make_dataset([[1], ["x"]], [1, 2])
    with pytest.raises(ExactmemError, match=r"labels, row 0, entry 1: <NA>"):
        make_dataset([[1]], [[1, pd.NA]])


def test_one_input_or_many():
    assert one_or_many([1, 2], "x", 2) == ([[1, 2]], True)
    assert one_or_many([[1, 2]], "x", 2) == ([[1, 2]], False)
    assert one_or_many(np.array([[1], [2]]), "x", 1) == ([[1], [2]], False)
    assert NETWORK([[1], ["1/2"]]) == [[1], [Fraction(1, 2)]]


# ---- what goes out --------------------------------------------------------------------------------------------------

numbers = rationals(max_denominator=1000)


def as_fraction(q):
    return Fraction(int(q.numer()), int(q.denom()))


def test_results_are_fractions_for_whoever_computes_with_them():
    value = NETWORK(["1/2"])
    assert value == [Fraction(1, 2)]
    assert hash(value[0]) == hash(Fraction(1, 2))
    assert {value[0]: 1}[Fraction(1, 2)] == 1
    assert Fraction(value[0]) == Fraction(1, 2)
    assert isinstance(value[0], Fraction)
    assert value[0] == HALF
    assert HALF == value[0]
    assert value[0] != fmpq(1, 3)
    assert hash(value[0]) == hash(HALF)


@given(numbers, numbers)
def test_arithmetic_is_that_of_fractions_and_stays_exact(a, b):
    x, y, p, q = outward(a), outward(b), as_fraction(a), as_fraction(b)
    assert (x, y) == (p, q)
    assert (x < y, x == y, x >= 3) == (p < q, p == q, p >= 3)
    for found, expected in ((x + q, p + q), (q - x, q - p), (x * 3, p * 3), (2 - y, 2 - q), (-x, -p), (abs(x), abs(p))):
        assert found == expected
        assert type(found) is Exact
    if q != 0:
        assert (x / y, 1 / y, x // y, x % y) == (p / q, 1 / q, p // q, p % q)
    assert x**2 == p**2
    assert float(x) == float(p)
    assert x + 0.5 == float(p) + 0.5


@given(st.fractions(), st.integers(0, 30))
def test_formats_are_the_correctly_rounded_decimals(f, places):
    nearest = round(f * 10**places)
    digits = f"{abs(nearest):0{places + 1}d}"
    expected = (f"-{digits}" if nearest < 0 else digits)[: len(digits) + (nearest < 0) - places]
    expected += f".{digits[len(digits) - places :]}" if places else ""
    assert f"{Exact(f):.{places}f}" == expected


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        ("1/3", ".3f", "0.333"),
        ("1/3", "f", "0.333333"),
        ("2/3", ".1%", "66.7%"),
        ("-2/3", "+.2e", "-6.67e-01"),
        ("200/3", ".3g", "66.7"),
        ("1/3", ">8.2f", "    0.33"),
        ("5/2", ".0f", "2"),
        ("1234567/2", ",.1f", "617,283.5"),
        ("1/3", "", "1/3"),
        ("1/3", ">5", "  1/3"),
        ("10/3", ".0e", "3e+00"),
        ("1e-5", ".3g", "1e-05"),
        ("-1/1000", ".2f", "-0.00"),
        ("-1/3", "=10.2E", "- 3.33E-01"),
    ],
)
def test_formats(value, spec, text):
    assert format(Exact(value), spec) == text


FILLS, SIGNS = ("", "<", ">", "^", "=", "*>", "e<", "5^"), ("", "+", " ", "-")


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.tuples(
        st.sampled_from(FILLS),
        st.sampled_from(SIGNS),
        st.sampled_from(["", "0"]),
        st.sampled_from(["", "1", "12", "25"]),
        st.sampled_from(["", ".0", ".2", ".17"]),
        st.sampled_from("eEfFgG"),
    ).map("".join),
)
@example(0.0, ".2e")
@example(0.0, "g")
@example(-1e-9, ".2f")
def test_formats_are_those_of_a_float_of_the_same_value(value, spec):
    value += 0.0  # an exact zero has no sign
    assert format(Exact(Fraction(value)), spec) == format(value, spec)


def test_long_numbers_are_written_in_full_and_shown_in_short():
    value = Exact(10**5000 + 1, 3)
    assert str(value) == f"1{'0' * 4999}1/3"
    assert len(repr(value)) < 60
    assert len(f"{value:.2f}") > 5000
    assert f"{Exact(1, 10**5000):.2e}" == "1.00e-5000"
    assert value._repr_latex_().startswith("$\\text{")
    assert Exact(-1, 3)._repr_latex_() == r"$-\tfrac{1}{3}$"


def test_copies_and_pickles():
    value = Exact(10**6000, 7)
    for twin in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value), copy.copy(value)):
        assert twin == value
        assert type(twin) is Exact


def test_activations_answer_in_the_kind_of_number_they_are_asked_in():
    assert RELU(Fraction(-1, 2)) == 0
    assert type(RELU("1/2")) is Exact
    assert type(RELU(HALF)) is fmpq
    assert SQUARE(Fraction(1, 2)) == Fraction(1, 4)
