"""exactmem/tangent/one_step.py and constructions/one_step.py: the exact set of step sizes, and certificates by sign."""

from dataclasses import replace

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import RELU
from exactmem.constructions import build as building
from exactmem.constructions.build import build
from exactmem.constructions.one_step import THEOREM
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.decisions import decide
from exactmem.errors import ConstructionError, DatasetError, DrawError, SizeError, UsageError
from exactmem.tangent.draws import ORTHONORMAL, dot, orthonormal_rows
from exactmem.tangent.one_step import intersect, positive_sizes, step
from exactmem.tangent.tables import seeded_dataset
from exactmem.testing import assert_verified, rationals

ETAS = [fmpq(n, 8) for n in range(1, 80)]


def inside(eta, intervals):
    return any(low < eta and (high is None or eta < high) for low, high in intervals)


@given(
    st.lists(
        st.tuples(rationals(low=-2, high=2, max_denominator=3), st.integers(-4, 4), st.integers(-4, 4)), max_size=4
    )
)
@settings(max_examples=150, deadline=None)
def test_the_step_sizes_are_those_with_a_positive_output(units):
    outputs = [fmpq(v) for v, _, _ in units]
    starts, changes = [fmpq(p or 1) for _, p, _ in units], [fmpq(g) for _, _, g in units]
    found = positive_sizes(outputs, starts, changes)
    for eta in ETAS:
        value = sum((v * abs(p + eta * g) for v, p, g in zip(outputs, starts, changes, strict=True)), fmpq(0))
        assert inside(eta, found) == (value > 0)


intervals = st.lists(st.integers(0, 20), max_size=6, unique=True).map(
    lambda ends: [(a, b) for a, b in zip(sorted(ends)[::2], [*sorted(ends)[1::2], None], strict=False)]
)


@given(intervals, intervals)
def test_the_intersection_holds_what_both_hold(left, right):
    both = intersect(left, right)
    for half in range(1, 60):
        eta = fmpq(half, 2)
        assert inside(eta, both) == (inside(eta, left) and inside(eta, right))


def test_the_step_is_the_one_of_the_hinge_loss():
    data = seeded_dataset(3, 4, 2)
    found = step(data, 0, 4)
    start = found.network(fmpq(0))
    margins = decide(start, data, "sign").margins
    for j, row in enumerate(found.direction):
        expected = [fmpq(0)] * 4
        for x, (y,), margin in zip(data.inputs, data.labels, margins, strict=True):
            if margin < 1:
                side = 1 if sum(a * b for a, b in zip(found.rows[j], x, strict=True)) > 0 else -1
                expected = [e + y * found.outputs[j] * side * v for e, v in zip(expected, x, strict=True)]
        assert list(row) == expected
    assert set(found.outputs) == {fmpq(1, 2), fmpq(-1, 2)}


@pytest.mark.parametrize("method", ORTHONORMAL)
@given(st.integers(0, 10**6), st.integers(1, 5))
@settings(max_examples=20, deadline=None)
def test_rows_are_orthonormal_by_both_methods(method, seed, length):
    rows = orthonormal_rows(seed, length, length, method)
    products = [[dot(r, s) for s in rows] for r in rows]
    assert products == [[int(i == j) for j in range(length)] for i in range(length)]
    assert orthonormal_rows(seed, 1, length, method) == rows[:1]


def test_both_methods_build_and_are_recorded():
    data = seeded_dataset(3, 4, 0)
    made = {method: build(data, "one-step", choices=Choices(orthonormal=method)) for method in (None, "cayley")}
    for method, construction in made.items():
        assert_verified(construction)
        recorded = construction.parameters
        assert (recorded["seed"], recorded["orthonormal"]) == ("0", method or "householder")
        assert step(data, 0, construction.network.widths[0], recorded["orthonormal"]).sizes
    assert made[None].network != made["cayley"].network
    with pytest.raises(UsageError, match="'qr': use householder or cayley"):
        build(data, "one-step", choices=Choices(orthonormal="qr"))


def test_certificates_are_by_sign_and_every_size_is_known():
    data = seeded_dataset(4, 8, 0)
    construction = build(data, "one-step")
    assert_verified(construction)
    found = step(data, 0, construction.network.widths[0])
    for eta in ETAS:
        assert decide(found.network(eta), data, "sign").holds == inside(eta, found.sizes)
    wrong = next(eta for eta in ETAS if not inside(eta, found.sizes))
    with pytest.raises(DrawError, match="the step sizes that do are those in"):
        build(data, "one-step", construction.network.widths, choices=Choices(eta=wrong))
    low, high = found.sizes[0]
    assert build(data, "one-step", construction.network.widths, choices=Choices(eta=(low + (high or low + 2)) / 2))


def test_a_network_that_decides_wrongly_is_not_handed_out(monkeypatch):
    data = seeded_dataset(4, 8, 0)
    found = step(data, 0, 8)
    wrong = next(eta for eta in ETAS if not inside(eta, found.sizes))
    theorem = replace(THEOREM, construct=lambda *given: found.network(wrong))
    monkeypatch.setattr(building, "find_theorem", lambda name: theorem)
    with pytest.raises(ConstructionError, match="decided wrongly, the first is sample"):
        build(data, "one-step", (8,))


def test_refusals():
    data = seeded_dataset(4, 2, 0)
    with pytest.raises(SizeError, match="3 > 2"):
        build(data, "one-step", (3,))
    with pytest.raises(UsageError, match="a step size is positive"):
        build(data, "one-step", (2,), choices=Choices(eta=0))
    with pytest.raises(UsageError, match="relu: E sigma'"):
        build(data, "one-step", activation=RELU)
    with pytest.raises(DatasetError, match="sample 1 has the label 2"):
        build(make_dataset([[1, 2], [2, 5]], [1, 2]), "one-step", (1,))
    opposite = make_dataset([[1, 2], [-1, -2]], [1, -1])
    with pytest.raises(DrawError, match="no step of any size memorizes 2 samples with up to 2"):
        build(opposite, "one-step")
    with pytest.raises(DrawError, match="no step of any size memorizes 2 samples with 2"):
        build(opposite, "one-step", (2,))
