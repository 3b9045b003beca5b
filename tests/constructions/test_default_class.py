"""Gates for all classes but the largest: counts from the data, the worst case without, exact one-hot outputs."""

import pytest
from flint import fmpq
from hypothesis import assume, given
from hypothesis import strategies as st

import exactmem as em
from exactmem.activations import HARD_TANH, RELU
from exactmem.api.verdicts import claimed as claimed_certificate
from exactmem.certificates import checker
from exactmem.certificates.writing.version_2 import packed, write_answer, write_question
from exactmem.constructions import corollary_4_2
from exactmem.constructions.build import build
from exactmem.constructions.default_class import (
    least_units,
    most_gates,
    samples_by_class,
    smallest,
    units_per_gate,
    unmet,
)
from exactmem.constructions.theorem import Choices
from exactmem.datasets import class_indices, make_dataset
from exactmem.decisions import decide
from exactmem.errors import DatasetError, NotGeneralPositionError, SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified
from exactmem.testing.strategies import general_position_classification, one_hot_dataset
from tests.support.gate_activations import ACTIVATIONS, activations
from tests.support.least_width import assert_builds_at


@given(general_position_classification(max_samples=10), activations, st.integers(0, 3))
def test_memorizes_at_the_least_width_and_above(data, activation, more):
    sizes = sorted(sum(y[k] == 1 for y in data.labels) for k in range(data.d_y))[:-1]
    least = max(1, units_per_gate(activation.kind) * sum(-(-size // data.d_x) for size in sizes))
    assert_builds_at(data, "default-class", least, more, activation)


def splits(N, parts):
    if parts == 1:
        return [(N,)]
    return [(first, *rest) for first in range(N + 1) for rest in splits(N - first, parts - 1)]


@pytest.mark.parametrize("d_x", [1, 2, 3, 4])
@pytest.mark.parametrize("d_y", [1, 2, 3])
def test_the_bound_holds_for_every_split_into_classes(d_x, d_y):
    for N in range(1, 13):
        worst = max(sum(-(-size // d_x) for size in sorted(sizes)[:-1]) for sizes in splits(N, d_y))
        assert worst <= most_gates(N, d_x, d_y)
        if d_x == 1 or d_y == 1:
            assert worst == most_gates(N, d_x, d_y)


@given(st.integers(1, 10**12), st.integers(1, 5000), st.integers(1, 1000), activations)
def test_always_less_than_corollary_4_2(N, d_x, d_y, activation):
    problem = Problem(N, d_x, d_y, activation)
    assert least_units(problem) < corollary_4_2.least_units(problem)
    assert unmet(problem, (least_units(problem),)) is None
    assert "does not hold" in unmet(problem, (least_units(problem) - 1,))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize(
    ("inputs", "classes", "d_y", "groups"),
    [
        ([[1, 0], [1, 5], [2, 5]], [0, 1, 1], 2, 1),
        ([[1, 1], [-1, -1], [3, 0]], [0, 0, 1], 2, 1),
        ([[0] * 4, [1] * 4, [2] * 4], [0, 1, 0], 2, 1),
        ([[0], [1], [2]], [0, 1, 0], 2, 1),
        ([[0, 0], [5, 1]], [2, 2], 3, 0),
    ],
)
def test_nasty_data(activation, inputs, classes, d_y, groups):
    data = one_hot_dataset(inputs, classes, d_y)
    width = max(1, groups * units_per_gate(activation.kind))
    assert_memorizes(build(data, "default-class", (width,), activation).network, data)


def test_the_default_is_the_first_of_the_largest_classes():
    data = one_hot_dataset([[0], [1], [2], [3], [4]], [2, 1, 0, 1, 2], 3)
    assert samples_by_class(data) == (1, [[2], [], [0, 4]])


def test_refusals():
    data = one_hot_dataset([[i, i] for i in range(12)], [i % 2 for i in range(12)], 2)
    with pytest.raises(NotGeneralPositionError, match="need 6 gates or units, the widths have 3"):
        build(data, "default-class", activation=HARD_TANH)
    assert_memorizes(build(data, "default-class", (18,), RELU).network, data)
    assert "1 hidden widths" in unmet(Problem(1, 1, 1, RELU), (4, 4))


@given(general_position_classification(max_samples=8), activations)
def test_flat_gates_are_counted_with_their_own_units(data, activation):
    problem = Problem(data.N, data.d_x, data.d_y, activation, data, flat=True)
    least = smallest(problem)[0]
    made = build(data, "default-class", None, activation, Choices(flat=True))
    assert made.network.widths == (least,)
    assert_memorizes(made.network, data)
    if least > 1:
        assert "flat gate takes" in unmet(problem, (least - 1,))
        with pytest.raises(SizeError, match=f"the smallest widths that do are {least}"):
            build(data, "default-class", (least - 1,), activation, Choices(flat=True))


ARGMAX = Choices(decision="argmax")


@given(general_position_classification(max_samples=8), activations, st.integers(0, 3))
def test_by_argmax_with_the_units_of_exact_outputs(data, activation, more):
    assume(data.d_y > 1)
    least = smallest(Problem(data.N, data.d_x, data.d_y, activation, data))[0]
    made = build(data, "default-class", (least + more,), activation, ARGMAX)
    assert made.network.widths == (least + more,)
    assert made.decision == made.parameters["decision"] == "argmax"
    decided = decide(made.network, data, "argmax")
    assert decided.holds
    if least > 1:
        with pytest.raises(SizeError, match=f"{least - 1} < {least}"):
            build(data, "default-class", (least - 1,), activation, ARGMAX)
    default = samples_by_class(data)[0]
    for k, outputs in zip(class_indices(data), decided.outputs, strict=True):
        own = outputs[k]
        assert own == 1 if k == default else fmpq(1, 2) < own <= 1
        assert outputs == tuple(own if j == k else 1 - own if j == default else 0 for j in range(data.d_y))


def with_two_labels_swapped(data):
    first, other = 0, next(i for i, y in enumerate(data.labels) if y != data.labels[0])
    labels = list(data.labels)
    labels[first], labels[other] = labels[other], labels[first]
    return make_dataset(data.inputs, labels, classes=data.classes)


def checked(network, data, folder, name):
    """The checker's words on a certificate by argmax, in both versions of the format."""
    question = write_question(folder / f"{name}.question", packed(data), "argmax")
    write_answer(folder / f"{name}.answer", question, network, "", "", {})
    claimed = claimed_certificate(network, data, "argmax")
    return {checker.check_bytes(bytes(claimed)).word, checker.check_file(str(folder / f"{name}.answer")).word}


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_certificates_by_argmax_of_both_versions(activation, tmp_path):
    data = em.read_dataset("iris", classify=True)
    phases = []
    made = build(data, "default-class", None, activation, ARGMAX, report=phases.append)
    assert phases[-1].startswith(f"verified {data.N} of {data.N} samples")
    assert_verified(made)
    assert em.certificate(made).claim["decision"] == "argmax"
    assert checked(made.network, data, tmp_path, "right") == {"VERIFIED"}
    assert checked(made.network, with_two_labels_swapped(data), tmp_path, "swapped") == {"REFUTED"}
    assert not em.verify(made, data)  # the outputs are not one-hot
    with pytest.raises(em.CertificateError):
        em.certificate(made, decision="equal")


def test_what_excludes_the_decision():
    data = one_hot_dataset([[0, 0], [5, 1]], [0, 1], 2)
    with pytest.raises(UsageError, match="flat gates give exactly one-hot outputs already"):
        em.build(data, "default-class", flat=True, decision="argmax")
    with pytest.raises(UsageError, match="alpha is for exact hyperplanes"):
        em.build(data, "default-class", alpha=3, decision="argmax")
    for other in ("equal", "sign", ""):
        with pytest.raises(UsageError, match="the only one to choose is argmax"):
            em.build(data, "default-class", decision=other)
    for theorem in ("4.1", "4.2", "3.1"):
        with pytest.raises(UsageError, match="no free parameter 'decision'"):
            em.build(data, theorem, decision="argmax")
    with pytest.raises(DatasetError, match="at least two outputs"):
        em.build(one_hot_dataset([[0], [1]], [0, 0], 1), "default-class", decision="argmax")
    line = one_hot_dataset([[i, i] for i in range(12)], [i % 2 for i in range(12)], 2)
    with pytest.raises(NotGeneralPositionError, match="need 6 gates or units, the widths have 3"):
        build(line, "default-class", None, HARD_TANH, ARGMAX)
    assert decide(build(line, "default-class", (18,), RELU, ARGMAX).network, line, "argmax").holds


def test_outputs_that_are_one_hot_are_no_choice_and_say_equal():
    data = one_hot_dataset([[0, 0], [5, 1]], [0, 1], 2)
    made = em.build(data, "default-class")
    assert (made.decision, made.parameters) == ("equal", {"activation": "relu"})
    assert "(argmax)" in em.build(data, "default-class", decision="argmax").table().title
