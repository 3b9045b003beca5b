import pytest
from flint import fmpq

from exactmem.activations import SQUARE, THRESHOLD
from exactmem.datasets import make_dataset
from exactmem.errors import ConstructionError, KinkError, UsageError
from exactmem.networks import ResNet, dense, residual
from exactmem.sgd.memorizer import find_kinks, memorizer, piece_table
from tests.support.sgd_cases import HARD_TANH, RELU, fnn, labelled, one_two_one


def test_parameters_go_layer_by_layer_weights_before_bias():
    minimum = one_two_one()
    assert minimum.theta == (1, fmpq(1, 3), fmpq(1, 2), -1, 2, -1, fmpq(1, 5))
    assert minimum.shapes == ((2, 2), (1, 3))
    assert (minimum.P, minimum.L, minimum.N) == (7, 2, 2)
    assert [(p.slope, p.intercept) for p in minimum.pieces[0][1]] == [(0, 1), (1, 0)]


def test_other_parameters_give_another_network():
    minimum = one_two_one()
    theta = [v + k for k, v in enumerate(minimum.theta)]
    network = minimum.with_parameters(theta)
    assert network.layers[0].weight.rows == ((1,), (fmpq(5, 2),))
    assert network.layers[1].bias == (fmpq(31, 5),)
    assert minimum.with_parameters(minimum.theta).layers[1].weight.rows == ((2, -1),)


def test_a_kink_is_refused_with_sample_layer_and_unit():
    network = fnn([([[1], [1]], [0, -2]), ([[1, 1]], [0])], RELU)
    data = labelled(network, [[-1], [2]])
    with pytest.raises(KinkError, match="sample 1, layer 1, unit 1") as error:
        memorizer(network, data)
    assert error.value.witness == (1, 1, 1)
    assert [(k.sample, k.layer, k.unit) for k in find_kinks(network, data)] == [(1, 1, 1)]


def test_a_network_that_does_not_memorize_is_refused():
    network = fnn([([[1]], [1]), ([[1]], [0])])
    with pytest.raises(ConstructionError, match="sample 1 gives 3 for 4") as error:
        memorizer(network, make_dataset([[1], [2]], [2, 4]))
    assert error.value.witness == 1


def test_what_the_theorem_is_not_about():
    two_outputs = fnn([([[1], [1]], [1, 1])])
    with pytest.raises(UsageError, match="d_y = 1"):
        memorizer(two_outputs, make_dataset([[1]], [[2, 2]]))
    squares = fnn([([[1]], [1]), ([[1]], [0])], SQUARE)
    with pytest.raises(UsageError, match="piecewise-linear"):
        memorizer(squares, make_dataset([[1]], [4]))
    block = ResNet((residual(dense([[1]]), [0], dense([[1]]), [0], RELU, False),))
    with pytest.raises(UsageError, match="residual"):
        memorizer(block, make_dataset([[1]], [2]))


def test_pieces_are_open_intervals():
    left, middle, right = piece_table(HARD_TANH)
    assert (left.low, left.high, left.slope, left.intercept) == (None, -1, 0, -1)
    assert (middle.low, middle.high) == (-1, 1)
    assert right.distance(fmpq(5)) == 4
    assert middle.distance(fmpq(1, 2)) == fmpq(1, 2)
    assert piece_table(THRESHOLD)[1].intercept == 1
    (only,) = piece_table(fnn([([[1]], [0])]).layers[0].activation)  # type: ignore[arg-type]
    assert only.distance(fmpq(5)) is None
