"""Folding: narrow residual networks with short weights, exactly one-hot or decided by argmax."""

import numpy as np
import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.certificates import checker
from exactmem.certificates.writing.version_2 import packed, write_answer, write_question
from exactmem.constructions.build import build
from exactmem.constructions.parts import folding
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset, packed_dataset
from exactmem.decisions import decide
from exactmem.errors import NotGeneralPositionError, SizeError, UsageError
from exactmem.general_position import find_dependent_samples
from exactmem.networks import largest_bits
from exactmem.packed import IntegerRows, OneHotRows
from exactmem.testing import assert_memorizes, assert_verified
from exactmem.testing.strategies import one_hot_dataset

ARGMAX, FLAT = Choices(decision="argmax"), Choices(flat=True)
SLOPES = st.sampled_from([RELU, relu_like(3, "1/7"), relu_like(1, "999/1000")])


def pixels(samples, d_x, classes, seed=0):
    table = np.random.default_rng(seed).integers(0, 256, (samples, d_x), dtype=np.uint8)
    return packed_dataset(IntegerRows(table), OneHotRows(np.arange(samples) % classes, classes))


@st.composite
def datasets(draw, least_classes=2):
    """As many samples as groups may have, or fewer; the coordinates that are read are in general position."""
    d_x = draw(st.integers(2, 6))
    most = max(G * (d_x - G) for G in range(1, d_x))
    value = st.one_of(
        st.integers(-9, 9).map(fmpq),
        st.fractions(-9, 9, max_denominator=7).map(lambda v: fmpq(v.numerator, v.denominator)),
    )
    rows = draw(st.lists(st.tuples(*[value] * d_x), min_size=1, max_size=most, unique=True))
    count = folding.groups_needed(len(rows), d_x)
    assume(len({row[count:] for row in rows}) == len(rows))
    assume(find_dependent_samples([row[count:] for row in rows]) is None)
    d_y = draw(st.integers(least_classes, 4))
    return one_hot_dataset(rows, draw(st.lists(st.integers(0, d_y - 1), min_size=len(rows), max_size=len(rows))), d_y)


@settings(max_examples=25)
@given(datasets(), SLOPES, st.data())
def test_the_right_class_is_largest(data, activation, drawn):
    construction = build(data, "narrow-resnet", activation=activation, choices=ARGMAX)
    count = folding.groups_needed(data.N, data.d_x)
    folds = max(1, count - 1)
    assert construction.network.widths == (folds, folds, 1, data.d_y - 1)
    assert decide(construction.network, data, "argmax").holds
    wider = [width + drawn.draw(st.integers(0, 2)) for width in construction.network.widths]
    assert build(data, "narrow-resnet", wider, activation, ARGMAX).network.widths == tuple(wider)


@settings(max_examples=25)
@given(datasets(least_classes=1), SLOPES)
def test_flat_outputs_are_one_hot(data, activation):
    construction = build(data, "narrow-resnet", activation=activation, choices=FLAT)
    folds = max(1, folding.groups_needed(data.N, data.d_x) - 1)
    assert construction.network.widths == (folds, folds, 1, max(1, 2 * (data.d_y - 1)))
    assert_memorizes(construction.network, data)
    assert_verified(construction)


@pytest.mark.parametrize("activation", [RELU, relu_like(3, "1/7")])
@pytest.mark.parametrize(("samples", "d_x", "classes"), [(1, 2, 2), (60, 20, 3), (200, 40, 7)])
def test_certificates_are_verified_and_swapped_labels_refuted(tmp_path, samples, d_x, classes, activation):
    data = pixels(samples, d_x, classes)
    made = build(data, "narrow-resnet", activation=activation, choices=ARGMAX)
    assert (made.decision, made.parameters["decision"]) == ("argmax", "argmax")
    assert_verified(made)
    for name, labels, word in (
        ("a", data.labels.indices, "VERIFIED"),
        ("b", (data.labels.indices + 1) % classes, "REFUTED"),
    ):
        asked = packed_dataset(data.inputs, OneHotRows(labels, classes))
        question = write_question(tmp_path / f"{name}.question", packed(asked), "argmax")
        write_answer(tmp_path / f"{name}.answer", question, made.network, "a test", "narrow-resnet", {})
        for plain in (False, True):
            assert checker.check_file(str(tmp_path / f"{name}.answer"), plain=plain).word == word


def test_weights_stay_short_where_facets_make_them_grow():
    data = pixels(60, 20, 3)
    by_argmax, flat, peeled = (build(data, "narrow-resnet", choices=choices) for choices in (ARGMAX, FLAT, Choices()))
    assert max(largest_bits(by_argmax.network), largest_bits(flat.network)) < 50 < 300 < largest_bits(peeled.network)


def test_packed_data_need_no_exact_hyperplane(monkeypatch):
    monkeypatch.setattr(folding, "cover_within", None)
    data = pixels(120, 30, 3)
    assert decide(build(data, "narrow-resnet", choices=ARGMAX).network, data, "argmax").holds


def test_data_that_floats_do_not_resolve_get_exact_hyperplanes():
    points = [(0, 3, 1, 0), (1, 4, 0, 3), (2, 0, 5, 1), (3, 1, 2, 7)]
    data = packed_dataset(IntegerRows(np.array(points) + 2**60), OneHotRows(np.arange(4) % 2, 2))
    assert folding.groups_needed(4, 4) == 2
    assert decide(build(data, "narrow-resnet", choices=ARGMAX).network, data, "argmax").holds


def test_sizes():
    """N <= G (d_x - G): 50,000 samples of 3072 inputs take 17 groups, and 42 units for ten classes."""
    assert folding.groups_needed(50_000, 3072) == 17
    assert folding.groups_needed(16 * 3056, 3072) == 16
    assert folding.groups_needed(16 * 3056 + 1, 3072) == 17
    assert [folding.groups_needed(N, 4) for N in range(1, 6)] == [1, 1, 1, 2, None]
    assert folding.groups_needed(1, 1) is None


def test_one_unit_less_is_refused():
    data = pixels(60, 20, 3)
    for widths in ((2, 3, 1, 2), (3, 2, 1, 2), (3, 3, 1, 1), (3, 3, 2), (6, 3, 1, 2, 2)):
        with pytest.raises(SizeError, match="four widths of at least 3,3,1,2"):
            build(data, "narrow-resnet", widths, RELU, ARGMAX)
    with pytest.raises(SizeError, match="four widths of at least 3,3,1,4"):
        build(data, "narrow-resnet", (3, 3, 1, 3), RELU, FLAT)


def test_what_is_refused():
    data = pixels(60, 20, 3)
    for choices, what in ((ARGMAX, "the decision argmax"), (FLAT, "a flat narrow-resnet")):
        with pytest.raises(UsageError, match=f"{what} folds .* hard-tanh is bounded"):
            build(data, "narrow-resnet", activation=HARD_TANH, choices=choices)
    with pytest.raises(UsageError, match="there is one class"):
        build(make_dataset([[1, 2]], [[1]]), "narrow-resnet", choices=ARGMAX)
    with pytest.raises(SizeError, match=r"at most 4 for d_x=4: 5 > 4"):
        build(pixels(5, 4, 2), "narrow-resnet", choices=ARGMAX)


def test_samples_that_agree_in_all_columns_that_are_read_are_named():
    data = make_dataset([[0, 0, 1, 5], [1, 0, 1, 5], [2, 7, 3, 3], [3, 1, 9, 4]], [[1, 0], [0, 1], [1, 0], [0, 1]])
    with pytest.raises(NotGeneralPositionError, match="leaves out the first 2 input columns") as caught:
        build(data, "narrow-resnet", choices=ARGMAX)
    assert caught.value.witness == (0, 1)


def test_samples_on_a_line_in_the_columns_that_are_read_are_named():
    rows = [[r, r * r, r**3, *x] for r, x in enumerate([(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)])]
    data = one_hot_dataset(rows, [0, 1, 0, 1, 0, 1], 2)
    assert folding.groups_needed(6, 5) == 2
    with pytest.raises(
        NotGeneralPositionError, match=r"first 2 input columns: in all others .* lie on .*build without"
    ):
        build(data, "narrow-resnet", choices=FLAT)
