"""Rows of integers times many packed samples at once: the same as one by one, at the largest values too."""

import tracemalloc
from fractions import Fraction
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exactmem.certificates.checking import evaluation, packing
from exactmem.certificates.checking.affine_maps import Row, measured, read_affine
from exactmem.certificates.checking.strict_json import Node
from exactmem.certificates.checking.verdicts import DEFAULT_LIMITS, Limits, Meter, Resource

METER = Meter(DEFAULT_LIMITS)


def affine(rows: list[list[str]], bias: list[str]) -> Any:
    (found,) = read_affine(Node(rows, "weight", METER), Node(bias, "bias", METER), len(rows[0]), 1)
    return found


def both_ways(rows: list[list[str]], bias: list[str], samples: list[list[int]], layout: packing.Integers) -> Any:
    """The values of the map at packed samples, by the product of all at once and by one evaluation each."""
    map_ = affine(rows, bias)
    at_once = packing.Product(map_, layout, METER).values(packed(samples, layout))
    one_by_one = [evaluation.through([map_], [(v, layout.denominator) for v in x], METER) for x in samples]
    return [[[Fraction(*v) for v in values] for values in way] for way in (at_once, one_by_one)]


BOUNDARIES = sorted({sign * (2**k + d) for k in (0, 1, 29, 30, 31, 60, 90) for d in (-1, 0, 1) for sign in (1, -1)})
WEIGHTS = st.one_of(
    st.sampled_from([str(v) for v in BOUNDARIES]),
    st.integers(-(2**200), 2**200).map(str),
    st.fractions(max_denominator=50).map(str),
)


def packed(samples: list[list[int]], layout: packing.Integers) -> packing.Records:
    """The samples as records, each behind a byte of a label."""
    rows = [b"".join(v.to_bytes(layout.size, "little", signed=layout.signed) for v in x) for x in samples]
    block = b"".join(b"\xff" + row for row in rows)
    return packing.Records(block, 1, len(block) // len(samples), layout)


@st.composite
def layouts(draw: st.DrawFn) -> tuple[packing.Integers, st.SearchStrategy[int]]:
    """Integers, and values that they hold: the least, the largest, and those between."""
    layout = packing.Integers(draw(st.integers(1, 5)), draw(st.booleans()), draw(st.sampled_from([1, 2, 255, 10**12])))
    low, high = (
        (-(1 << 8 * layout.size - 1), (1 << 8 * layout.size - 1) - 1) if layout.signed else (0, 256**layout.size - 1)
    )
    return layout, st.one_of(st.sampled_from([low, high]), st.integers(max(low, -6), 6), st.integers(low, high))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Any, ...]:
    layout, value = draw(layouts())
    d_x, d_1, N = draw(st.integers(1, 4)), draw(st.integers(1, 5)), draw(st.integers(1, 5))
    samples = draw(st.lists(st.lists(value, min_size=d_x, max_size=d_x), min_size=N, max_size=N))
    kinds = draw(st.lists(st.lists(WEIGHTS, min_size=d_x, max_size=d_x), min_size=1, max_size=2))
    rows = []
    for _ in range(d_1):  # multiples of few rows, so that some are shared
        factor = draw(st.sampled_from([0, 1, 1, -1, 6, Fraction(1, 3)]))
        rows.append([str(Fraction(w) * factor) for w in draw(st.sampled_from(kinds))])
    return rows, draw(st.lists(WEIGHTS, min_size=d_1, max_size=d_1)), samples, layout


@given(cases())
@example(([["-1073741823"] * 4], ["0"], [[255] * 4] * 3, packing.Integers(1, False, 1)))
@example(([["1"], ["0"]], ["0", "1"], [[-128], [127]], packing.Integers(1, True, 1)))
def test_all_at_once_is_as_one_by_one(case: Any) -> None:
    at_once, one_by_one = both_ways(*case)
    assert at_once == one_by_one


@pytest.mark.parametrize("digit", [1, 2**30 - 1])
@pytest.mark.parametrize("columns", [1, 2, 127, 128, 129, 255, 256, 257])
def test_the_largest_sums_stay_in_their_slots(columns: int, digit: int) -> None:
    """Sums of both signs, as long as they can be, side by side."""
    rows = [[str(sign * digit)] * columns for sign in (1, -1)]
    samples = [[255] * columns, [0] * columns] * 3
    at_once, one_by_one = both_ways(rows, ["0", "0"], samples, packing.Integers(1, False, 1))
    assert at_once == one_by_one


def test_multiples_of_a_row_are_multiplied_once() -> None:
    rows = [["3", "5"], ["3/7", "5/7"], ["6", "10"], ["0", "0"], ["5", "3"]]
    product = packing.Product(affine(rows, ["1/2"] * 5), packing.Integers(1, False, 1), METER)
    assert product.count == 2
    assert [number for number, _ in product.rows] == [0, 0, 0, 1, 2]


def test_products_are_charged_before_they_are_made() -> None:
    map_ = affine([[str(7**60)] * 50], ["0"])
    records = packing.Records(bytes(50) * 400, 0, 50, packing.Integers(1, False, 1))
    meter = Meter(DEFAULT_LIMITS)
    list(packing.Product(map_, records.integers, meter).values(records))
    assert meter.spent >= 50 * 400 * 6 + 400 * 6 * 192
    made = packing.Product(map_, records.integers, METER)
    made.meter = Meter(Limits(max_operations=meter.spent // 10))
    with patch.object(packing, "quotient", side_effect=AssertionError), pytest.raises(Resource):
        list(made.values(records))


class Counted(int):
    """An integer that counts how often it is compared and shifted."""

    compared = shifted = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return int(self) == other

    __hash__ = int.__hash__

    def __floordiv__(self, other: int) -> "Counted":
        return Counted(int(self) // other)

    def __abs__(self) -> "Counted":
        return Counted(abs(int(self)))

    def __rshift__(self, other: int) -> int:
        Counted.shifted += 1
        return int(self) >> other


def test_rows_with_the_same_hash_are_not_compared_with_each_other() -> None:
    """CPython hashes integers modulo 2^61 - 1."""
    rows = [Row([(0, Counted(1)), (1, Counted(1 + k * (2**61 - 1)))], 0, 1) for k in range(1, 50)]
    Counted.compared = 0
    assert packing.Product(measured(rows, 2), packing.Integers(1, False, 1), METER).count == 49 * 3
    assert Counted.compared == 0


def test_short_weights_beside_a_long_one_have_few_digits() -> None:
    row = Row([(0, Counted(7**1000)), *[(j, Counted(1)) for j in range(1, 50)]], 0, 1)
    Counted.shifted = 0
    assert packing.Product(measured([row], 50), packing.Integers(1, False, 1), METER).count == 94
    assert Counted.shifted == 94 + 49


def test_a_long_weight_costs_no_more_than_its_digits_in_pairs() -> None:
    meter, records = Meter(DEFAULT_LIMITS), packing.Records(b"\1" * 3, 0, 3, packing.Integers(1, False, 1))
    product = packing.Product(measured([Row([(0, 7**20000), (1, 1)], 0, 1)], 3), records.integers, meter)
    assert product.count == 1872
    list(product.values(records))
    assert meter.spent < 10 * 1872**2


def test_long_integers_times_short_weights_are_charged_like_one_by_one() -> None:
    """What takes less time than sample by sample may not reach a limit long before it."""
    map_, size = affine([[str(k), "1"] for k in range(1, 101)], ["1/3"] * 100), 2000
    records = packing.Records(b"\1" * 2 * size, 0, 2 * size, packing.Integers(size, False, 1))
    at_once, one_by_one = Meter(DEFAULT_LIMITS), Meter(DEFAULT_LIMITS)
    list(packing.Product(map_, records.integers, at_once).values(records))
    value = int.from_bytes(b"\1" * size, "little")
    evaluation.through([map_], [(value, 1)] * 2, one_by_one)
    assert at_once.spent < 3 * one_by_one.spent


def asks_for_its_memory(made: Any, records: packing.Records) -> None:
    """With a byte less than it takes at most, it ends with Resource."""
    tracemalloc.start()
    try:
        list(made.values(records))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    made.meter = Meter(Limits(max_memory=peak - 1))
    with pytest.raises(Resource):
        list(made.values(records))


@pytest.mark.parametrize(("exponent", "size"), [(20_000, 1), (1000, 12_000)])
def test_digits_stay_within_the_memory_that_was_asked_for(exponent: int, size: int) -> None:
    records = packing.Records(b"\xff" * 2 * size, 0, 2 * size, packing.Integers(size, False, 1))
    asks_for_its_memory(
        packing.Product(measured([Row([(0, 7**exponent), (1, 1)], 0, 1)], 2), records.integers, METER), records
    )
