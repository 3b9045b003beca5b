"""Slabs: short integer functions that are small on a group and larger elsewhere, and gates that are flat on them."""

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions.build import build
from exactmem.constructions.corollary_4_2 import samples_of_classes
from exactmem.constructions.parts import slabs
from exactmem.constructions.parts.hyperplanes import Hyperplane
from exactmem.constructions.parts.slabs import POINTED_RATIO, Slab, pointed_tent, slab_tent, slabs_within
from exactmem.constructions.theorem import Choices
from exactmem.datasets import packed_dataset
from exactmem.errors import NotGeneralPositionError, SizeError, UsageError
from exactmem.networks import largest_bits
from exactmem.packed import IntegerRows, OneHotRows
from exactmem.testing.strategies import general_position_classification, hidden_activations

FLAT = Choices(flat=True)


def packed_pixels(samples, d_x, classes, seed=0):
    table = np.random.default_rng(seed).integers(0, 256, (samples, d_x), dtype=np.uint8)
    return packed_dataset(IntegerRows(table), OneHotRows(np.arange(samples) % classes, classes))


def check_slabs(data, parts, limit, ratio=1):
    """Every sample of a part is in one of its slabs, and all others are more than `ratio` times as far from it."""
    found = slabs_within(data, parts, limit, ratio)
    for part, own in zip(parts, found, strict=True):
        assert sorted(i for slab in own for i in slab.plane.samples) == sorted(part)
        for slab in own:
            assert all(v.denom() == 1 for v in (*slab.plane.u, slab.plane.c))
            members = set(slab.plane.samples)
            sizes = [abs(slab.plane(x)) for x in data.inputs]
            assert max(sizes[i] for i in members) <= slab.inner < slab.outer
            assert all(size >= slab.outer for i, size in enumerate(sizes) if i not in members)
            assert all(size > ratio * slab.inner for i, size in enumerate(sizes) if i not in members)
            assert 2 * slab.outer > (1 + ratio) * slab.inner


@given(general_position_classification(), st.integers(1, 9))
def test_slabs_separate_their_groups(data, ratio):
    parts = samples_of_classes(data)
    check_slabs(data, parts, data.N, ratio)


def test_packed_data_need_no_exact_hyperplane(monkeypatch):
    data = packed_pixels(120, 20, 3)
    monkeypatch.setattr(slabs, "cover_within", None)
    for ratio in (1, POINTED_RATIO):
        check_slabs(data, samples_of_classes(data), 6, ratio)


def test_data_that_floats_do_not_resolve_fall_back_to_exact_hyperplanes():
    base = 2**40
    table = np.array([[base + a, base + b] for a, b in [(0, 0), (1, 3), (2, 1), (5, 2), (3, 7), (6, 6)]])
    data = packed_dataset(IntegerRows(table), OneHotRows(np.arange(6) % 2, 2))
    for ratio in (1, POINTED_RATIO):
        check_slabs(data, samples_of_classes(data), 6, ratio)


@given(hidden_activations(), st.integers(0, 9), st.integers(1, 8), st.integers(-20, 20))
def test_the_gate_is_flat_inside_and_zero_outside(activation, inner, gap, t):
    slab = Slab(Hyperplane((0,), (fmpq(1),), fmpq(0)), fmpq(inner), fmpq(inner + gap))
    gate = slab_tent(slab, activation)
    value = gate.constant + sum((w * activation(s * t + b) for s, b, w in gate.units), fmpq(0))
    assert value == min(1, max(0, fmpq(inner + gap - abs(t), gap)))


def powers_of_two():
    return st.integers(-9, 9).map(lambda e: fmpq(2) ** e)


@given(hidden_activations(), powers_of_two(), st.fractions(1, 2).filter(lambda v: v < 2), st.fractions(-3, 3))
def test_the_pointed_gate_is_a_tent_of_a_power_of_two(activation, power, part, t):
    outer = power * fmpq(part.numerator, part.denominator)
    slab = Slab(Hyperplane((0,), (fmpq(1),), fmpq(0)), outer / 4, outer)
    gate = pointed_tent(slab, activation)
    assert len(gate.units) == {"hard-tanh": 2}.get(activation.kind, 3)

    def value(t):
        return gate.constant + sum((w * activation(s * t + b) for s, b, w in gate.units), fmpq(0))

    height = power * fmpq(t.numerator, t.denominator)
    assert value(height) == max(0, 1 - abs(height) / power)
    assert value(outer) == value(-outer) == 0
    assert min(value(slab.inner), value(-slab.inner)) > fmpq(1, 2)


@pytest.mark.parametrize("activation", [RELU, HARD_TANH])
def test_pointed_gates_keep_weights_short(activation):
    data = packed_pixels(60, 12, 3)
    pointed = build(data, "default-class", activation=activation, choices=Choices(decision="argmax"))
    exact = build(data, "default-class", activation=activation)
    assert pointed.network.widths == exact.network.widths
    assert largest_bits(pointed.network) < 48 < largest_bits(exact.network)


@pytest.mark.parametrize("activation", [RELU, HARD_TANH])
@pytest.mark.parametrize("theorem", ["4.1", "4.2"])
def test_flat_gates_keep_weights_short(theorem, activation):
    data = packed_pixels(60, 12, 3)
    flat = build(data, theorem, activation=activation, choices=FLAT)
    exact = build(data, theorem, activation=activation)
    assert flat.network.widths == exact.network.widths
    assert largest_bits(flat.network) < 48 < largest_bits(exact.network)
    assert flat.parameters["flat"] == "true"


@given(general_position_classification(), hidden_activations())
def test_flat_gates_memorize(data, activation):
    for theorem in ("4.1", "4.2") if data.d_x >= data.d_y else ("4.2",):
        network = build(data, theorem, activation=activation, choices=FLAT).network
        assert [tuple(network(x)) for x in data.inputs] == list(data.labels)


def test_samples_in_special_position_are_refused_as_without_flat_gates():
    table = np.array([[i, 0] for i in range(9)])
    data = packed_dataset(IntegerRows(table), OneHotRows(np.arange(9) % 2, 2))
    with pytest.raises(NotGeneralPositionError):
        build(data, "4.2", (16,), HARD_TANH, FLAT)


@pytest.mark.parametrize("activation", [RELU, HARD_TANH])
def test_the_default_class_has_no_flat_gates(activation):
    data = packed_pixels(60, 12, 3)
    least = {"relu": 16, "hard-tanh": 8}[activation.name]
    assert build(data, "default-class", (least,), activation, FLAT).network.widths == (least,)
    with pytest.raises((SizeError, NotGeneralPositionError)):
        build(data, "default-class", (least - 1,), activation, FLAT)


@pytest.mark.parametrize("theorem", ["3.1", "bubeck", "hardt-ma"])
def test_other_theorems_have_no_flat_gates(theorem):
    with pytest.raises(UsageError, match="no free parameter 'flat'"):
        build(packed_pixels(12, 4, 3), theorem, choices=FLAT)
