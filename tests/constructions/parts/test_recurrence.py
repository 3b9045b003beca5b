"""Layer 2, unit by unit, against the same unit computed forwards with fractions.Fraction."""

import itertools
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import example, given
from hypothesis import strategies as st

from exactmem.constructions.parts import recurrence
from exactmem.constructions.parts.recurrence import by_unit, layer2_unit, layer2_values, member, midpoints_of, passages
from exactmem.constructions.theorem import Choices
from exactmem.errors import UsageError
from exactmem.rationals import is_dyadic, rational, to_fraction

LABELS = st.one_of(st.sampled_from([-1, 0, 1]), st.integers(-99, 99).map(lambda n: Fraction(n, 99))).map(Fraction)
SMALL_GAPS = st.integers(1, 9).map(Fraction)
UNEVEN_GAPS = st.integers(-60, 60).map(lambda e: Fraction(2) ** e)
LONG_DENOMINATORS = st.integers(2**200, 2**201).map(lambda n: Fraction(2**200, n))


@st.composite
def lines(draw):
    """(line, labels, q) in fractions; q = 1, p = 1 and gaps of many magnitudes and denominators included."""
    p, q = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    gaps = draw(st.sampled_from([SMALL_GAPS, UNEVEN_GAPS, LONG_DENOMINATORS]))
    line = list(itertools.accumulate(draw(st.lists(gaps, min_size=p * q + 1, max_size=p * q + 1)), initial=Fraction(0)))
    return line, draw(st.lists(LABELS, min_size=p * q, max_size=p * q)), q


def members_of(line, k, q):
    return [member(j, k, q) for j in range(1, (len(line) - 2) // q + 1)]


def forwards(line, labels, k, q, alpha):
    """Z_0, ..., Z_p from Z_0 = -+alpha by Z_j = (1 + r_j) y_j - r_j Z_{j-1}."""
    values = [-alpha if k % 2 == 1 else alpha]
    for j, i in enumerate(members_of(line, k, q), 1):
        low, high = (line[last] + line[last + 1] for last in (j * q - q, j * q))
        ratio = (high - 2 * line[i]) / (2 * line[i] - low)
        values.append((1 + ratio) * labels[i - 1] - ratio * values[-1])
    return values


def least_alpha(line, labels, k, q, clip_ends):
    """The largest alpha at which some sample (or end) that has to be clipped is at its end of [-1, 1], or None.

    Every pre-activation is affine in alpha, so two values of alpha give the third.
    """
    at = {alpha: forwards(line, labels, k, q, Fraction(alpha)) for alpha in (0, 1)}
    found = []
    for j, i in enumerate(members_of(line, k, q), 1):
        sign = (-1) ** (k + j)
        low, high = ((line[last] + line[last + 1]) / 2 for last in (j * q - q, j * q))
        points = [(line[n], 1 if n > i else -1) for n in range(j * q - q + 1, j * q + 1) if n != i]
        points += [(low, -1)] if clip_ends and j == 1 else []
        points += [(high, 1)] if clip_ends and j * q == len(labels) else []
        for point, side in points:
            zero, one = (
                sign * side * (z[j - 1] + (z[j] - z[j - 1]) * (point - low) / (high - low)) for z in (at[0], at[1])
            )
            found.append((1 - zero) / (one - zero))
    return max(found, default=None)


def exact(values):
    return [rational(v) for v in values]


def units(line, labels, q, clip_ends=False):
    """(k, passage, labels of the members) of every unit."""
    pairs = zip(passages(exact(line), q, clip_ends), by_unit(exact(labels), q), strict=True)
    return [(unit.k, unit, own) for unit, own in pairs]


@given(lines(), st.booleans())
@example(([Fraction(c) for c in (0, 1, 2)], [Fraction(1)], 1), True)
@example(([Fraction(c) for c in (0, 1, 2, 3)], [Fraction(1), Fraction(-1)], 2), False)
@example(([Fraction(c) for c in range(8)], [Fraction(0)] * 6, 3), False)
def test_the_scale_is_the_least_and_the_values_are_those_of_equation_7(case, clip_ends):
    line, labels, q = case
    for k, unit, own in units(line, labels, q, clip_ends):
        least = least_alpha(line, labels, k, q, clip_ends)
        values = forwards(line, labels, k, q, least or Fraction(0))
        assert list(map(to_fraction, layer2_values(unit, own, Choices()))) == values
        row, bias = layer2_unit(unit, own, Choices())
        assert [to_fraction(w) for w in row] == [
            (-1) ** j * (after - before) / 2 for j, (before, after) in enumerate(itertools.pairwise(values))
        ]
        assert to_fraction(bias) == (values[0] + values[-1]) / 2


@given(lines(), st.fractions(-10, 10, max_denominator=50))
def test_a_given_scale_is_used_or_refused(case, alpha):
    line, labels, q = case
    for k, unit, own in units(line, labels, q):
        least = least_alpha(line, labels, k, q, False)
        if least is not None and alpha < least:
            with pytest.raises(UsageError, match=f"is too small: unit {k} of layer 2 needs at least"):
                layer2_values(unit, own, Choices(alpha=alpha))
        else:
            values = layer2_values(unit, own, Choices(alpha=alpha))
            assert list(map(to_fraction, values)) == forwards(line, labels, k, q, alpha)


@given(lines(), st.integers(0, 70))
def test_a_rounded_scale_is_the_next_dyadic(case, precision):
    line, labels, q = case
    for k, unit, own in units(line, labels, q):
        values = layer2_values(unit, own, Choices(precision=precision))
        alpha = to_fraction(-values[0] if k % 2 == 1 else values[0])
        least = least_alpha(line, labels, k, q, False) or 0
        assert 0 <= alpha - least < Fraction(1, 2**precision)
        assert is_dyadic(rational(alpha * 2**precision))
        assert list(map(to_fraction, values)) == forwards(line, labels, k, q, alpha)


@given(lines())
def test_distances_cleared_of_their_denominators_one_by_one_give_the_same(case):
    line, labels, q = case
    expected = [layer2_unit(unit, own, Choices()) for _, unit, own in units(line, labels, q)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recurrence, "MAX_DENOMINATOR_BITS", 0)
        found = units(line, labels, q)
    assert all(type(number) is int for _, unit, _ in found for column in unit[1:] for number in column)
    assert [layer2_unit(unit, own, Choices()) for _, unit, own in found] == expected


def test_a_line_of_integers_is_taken_as_it_is():
    line = [0, 1, 5, 6, 11, 30, 31, 40]
    assert passages(line, 3) == passages(exact(line), 3) == passages([fmpq(c, 7) for c in line], 3)
    assert midpoints_of(line, 3) == [fmpq(1, 2), fmpq(17, 2), fmpq(71, 2)]


@pytest.mark.parametrize(("p", "q"), [(1, 1), (1, 4), (2, 1), (3, 2), (4, 3)])
def test_grouping_by_unit_follows_the_members(p, q):
    groups = by_unit(range(1, p * q + 1), q)
    assert groups == [tuple(member(j, k, q) for j in range(1, p + 1)) for k in range(1, q + 1)]
