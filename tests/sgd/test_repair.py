import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import THRESHOLD
from exactmem.constructions.build import build
from exactmem.datasets import make_dataset
from exactmem.errors import ConstructionError, KinkError
from exactmem.evaluate import first_mismatch
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.loss import SQUARED_LOSS
from exactmem.sgd.memorizer import find_kinks, memorizer, network_with, weight_rows
from exactmem.sgd.repair import null_space, positive_direction, without_kinks
from tests.support.sgd_cases import HARD_TANH, LEAKY, RELU, fnn, labelled, one_two_one

ALTERNATING = make_dataset([[i] for i in range(12)], [1 - 2 * (i % 2) for i in range(12)])
EVEN = make_dataset([[i, i * i] for i in range(-4, 5)], [fmpq(i, 5) for i in range(-4, 5)])


@pytest.mark.parametrize("data", [ALTERNATING, EVEN], ids=["alternating", "even"])
@pytest.mark.parametrize(
    ("theorem", "activation", "widths"),
    [
        ("3.1", HARD_TANH, None),
        ("3.1", RELU, None),
        ("3.1", LEAKY, None),
        ("3.1", HARD_TANH, (7, 8)),
        ("3.1", RELU, (9, 14)),
        ("3.4", HARD_TANH, None),
        ("A.1", LEAKY, None),
        ("folklore", RELU, None),
        ("folklore", LEAKY, (15,)),
    ],
)
def test_constructions_are_moved_off_their_kinks(theorem, activation, widths, data):
    network = build(data, theorem, widths, activation).network
    kinks = find_kinks(network, data)
    assert kinks
    repair = without_kinks(network, data)
    assert repair.moved == kinks
    assert find_kinks(repair.minimum.network, data) == []
    assert first_mismatch(repair.minimum.network, data) is None
    assert repair.minimum.network.widths == network.widths
    assert constants(Training(repair.minimum, SQUARED_LOSS), 1).rank > 0


def test_the_step_leaves_room_to_the_next_kink():
    # twice the step still works, so that no unit was put right next to another kink
    network = build(ALTERNATING, "3.1", None, RELU).network
    repair = without_kinks(network, ALTERNATING)
    before = [v for l in network.layers for row, b in zip(weight_rows(l), l.bias, strict=True) for v in (*row, b)]
    doubled = [2 * b - a for a, b in zip(before, repair.minimum.theta, strict=True)]
    assert any(a != b for a, b in zip(before, doubled, strict=True))
    memorizer(network_with(network, doubled), ALTERNATING)


def test_a_network_without_kinks_is_left_alone():
    minimum = one_two_one()
    repair = without_kinks(minimum.network, minimum.dataset)
    assert repair.moved == []
    assert repair.minimum.network == minimum.network


def test_unread_units_are_moved_by_their_bias_alone():
    network = fnn([([[1], [0], [3]], [1, 0, -3]), ([[2, 0, 0]], [0])])
    data = labelled(network, [[1], [2]])
    moved = without_kinks(network, data).minimum.network
    assert moved.layers[0].weight.rows == ((1,), (0,), (3,))
    assert moved.layers[0].bias[0] == 1
    assert moved.layers[1].weight.rows == network.layers[1].weight.rows
    assert all(3 * x[0] + moved.layers[0].bias[2] < 0 for x in data.inputs)


def test_a_kink_in_every_layer():
    network = fnn([([[1], [1]], [-1, 2]), ([[1, 1], [1, -1]], [0, fmpq(9, 2)]), ([[1, 2]], [0])], LEAKY)
    data = labelled(network, [[1], [2], [-3]])
    assert {k.layer for k in find_kinks(network, data)} == {1, 2}
    repair = without_kinks(network, data)
    assert find_kinks(repair.minimum.network, data) == []


def test_a_step_keeps_its_right_side():
    # threshold(0) = 1: only a move to the right keeps the value
    network = fnn([([[1], [1]], [0, -2]), ([[1, 4]], [0])], THRESHOLD)
    data = make_dataset([[0], [1], [2]], [1, 1, 5])
    repair = without_kinks(network, data)
    assert first_mismatch(repair.minimum.network, data) is None
    assert repair.minimum.network.layers[0].bias[0] > 0


def test_what_cannot_be_moved_is_refused():
    # |w x| at x = 0 with no bias to move: both samples fix the only unit, and the output bias
    network = fnn([([[1]], [0]), ([[1]], [0])], RELU)
    data = make_dataset([[0], [1], [-1], [2], [-2]], [0, 1, 0, 2, 0])
    with pytest.raises(KinkError, match="larger --alpha") as error:
        without_kinks(network, data)
    assert error.value.witness == (0, 1, 0)
    with pytest.raises(ConstructionError, match="no memorizing minimum"):
        without_kinks(network, make_dataset([[0]], [1]))


rows = st.lists(st.lists(st.integers(-3, 3).map(fmpq), min_size=4, max_size=4), min_size=1, max_size=3)


@given(rows, rows)
def test_directions_satisfy_their_conditions(equal, positive):
    delta = positive_direction(equal, positive)
    if delta is None:
        return
    assert all(sum((a * b for a, b in zip(row, delta, strict=True)), fmpq(0)) == 0 for row in equal)
    assert all(sum((a * b for a, b in zip(row, delta, strict=True)), fmpq(0)) > 0 for row in positive)


@given(rows, st.lists(st.integers(-3, 3).map(fmpq), min_size=4, max_size=4))
def test_a_direction_is_found_where_one_exists(positive, delta):
    products = [sum((a * b for a, b in zip(row, delta, strict=True)), fmpq(0)) for row in positive]
    signed = [row if q > 0 else [-v for v in row] for row, q in zip(positive, products, strict=True) if q != 0]
    if signed:
        assert positive_direction([[fmpq(0)] * 4], signed) is not None


def test_contradictory_conditions_have_no_direction():
    one = [fmpq(1), fmpq(2)]
    assert positive_direction([[fmpq(0)] * 2], [one, [-v for v in one]]) is None
    assert positive_direction([one], [one]) is None
    assert positive_direction([one, [fmpq(0), fmpq(1)]], [one]) is None


def test_null_space():
    rows_ = [[fmpq(1), fmpq(2), fmpq(3)], [fmpq(2), fmpq(4), fmpq(6)]]
    basis = null_space(rows_, 3)
    assert basis is not None
    assert (basis.nrows(), basis.ncols()) == (3, 2)
    assert set((fmpq_mat(rows_) * basis).entries()) == {0}
    assert null_space([[fmpq(1), fmpq(0)], [fmpq(0), fmpq(1)]], 2) is None


def test_memorizer_accepts_the_repaired_network():
    network = build(ALTERNATING, "3.1", None, HARD_TANH).network
    with pytest.raises(KinkError):
        memorizer(network, ALTERNATING)
    assert memorizer(without_kinks(network, ALTERNATING).minimum.network, ALTERNATING).N == 12
