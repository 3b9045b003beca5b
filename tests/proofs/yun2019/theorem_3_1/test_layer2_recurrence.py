"""Layer 2: wrong weights, recurrences or scales the proofs must reject."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import minus_one_to
from exactmem.proofs.yun2019.theorem_3_1 import layer2_recurrence as layer2
from exactmem.proofs.yun2019.theorem_3_1._notation import alternating, layer1_output


@pytest.mark.parametrize(
    "weights",
    [
        lambda l, z: (z(l) - z(l - 1)) / 2,
        lambda l, z: alternating(l) * (z(l) - z(l - 1)),
        lambda l, z: alternating(l) * (z(l) + z(l - 1)) / 2,
    ],
)
def test_wrong_weights_are_rejected(weights):
    with pytest.raises(ProofFailure):
        layer2.show_interpolation(weights=weights)


@pytest.mark.parametrize(
    "biases",
    [lambda p, z: (z(0) - z(p)) / 2, lambda p, z: (z(0) + minus_one_to(p) * z(p)) / 2, lambda p, z: z(0)],
)
def test_wrong_biases_are_rejected_in_particular_one_that_depends_on_the_parity_of_p(biases):
    with pytest.raises(ProofFailure):
        layer2.show_interpolation(biases=biases)


@pytest.mark.parametrize(
    "step",
    [lambda y, r, z: (1 + r) * y + r * z, lambda y, r, z: (1 + 1 / r) * y - z / r, lambda y, r, z: r * y - (r - 1) * z],
)
def test_wrong_recurrences_are_rejected(step):
    with pytest.raises(ProofFailure, match="y_j"):
        layer2.show_recurrence(step)


def test_wrong_layer_1_is_rejected():
    with pytest.raises(ProofFailure):
        layer2.show_every_solution(lambda j, l, inside: abs(layer1_output(j, l, inside)))
