"""exactmem/lines.py against the forward pass, and by hand where functions jump."""

import itertools

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, IDENTITY, RELU, SQUARE, THRESHOLD, PiecewiseLinear
from exactmem.constructions.build import build
from exactmem.curves import Cut
from exactmem.datasets import make_dataset
from exactmem.errors import ShapeError, UsageError
from exactmem.evaluate import evaluate_generic
from exactmem.lines import position_on_line, restrict
from exactmem.networks import FNN, dense, layer, residual, sparse
from exactmem.networks import ResNet as Residual
from exactmem.testing.strategies import entries, fnns, resnets, vectors

SAWTOOTH = PiecewiseLinear("sawtooth", "sawtooth", (fmpq(0),), ((fmpq(1), fmpq(0)), (fmpq(1), fmpq(-2))))


def is_piecewise_linear(network):
    return all(l.activation is not SQUARE for l in network.layers)


def one_layer(activation, rows, bias, out, shift=0):
    return FNN((layer(dense(rows), bias, activation), layer(dense([out]), [shift])))


def probes(restriction, extra=()):
    """Breakpoints, midpoints, one point beyond either end, and any others that lie in the domain."""
    ends = restriction.breakpoints or [fmpq(0)]
    middle = [(a + b) / 2 for a, b in itertools.pairwise(ends)]
    points = [ends[0] - 1, *ends, *middle, ends[-1] + 1, fmpq(0), fmpq(1, 2), fmpq(1), *extra]
    first, last = restriction.pieces[0].low, restriction.pieces[-1].high
    return [t for t in points if (first is None or first <= (t, False)) and (last is None or (t, False) < last)]


def assert_equals_forward_pass(network, restriction, extra=()):
    points = probes(restriction, extra)
    forward = evaluate_generic(network, [restriction.point(t) for t in points])
    assert [restriction(t) for t in points] == forward


def assert_no_two_neighbours_are_one_piece(restriction):
    for left, right in itertools.pairwise(restriction.pieces):
        t = right.low.t
        assert left.high == right.low
        if left.is_point or right.is_point:
            assert left(t) != right(t)
        else:
            assert left.maps != right.maps


def assert_is_the_restriction(network, start, end, extra=()):
    for segment in (False, True):
        restriction = restrict(network, start, end, segment)
        assert_equals_forward_pass(network, restriction, extra)
        assert_no_two_neighbours_are_one_piece(restriction)
        for k in range(network.d_y):
            output = restriction.output(k)
            assert_no_two_neighbours_are_one_piece(output)
            assert len(output.pieces) <= len(restriction.pieces)
            assert [output(t) for t in probes(restriction)] == [[restriction(t)[k]] for t in probes(restriction)]


@settings(max_examples=150)
@given(fnns(max_layers=5), st.data())
def test_fully_connected_networks_of_up_to_five_layers(network, data):
    start, end = data.draw(vectors(network.d_x)), data.draw(vectors(network.d_x))
    if start == end:
        with pytest.raises(UsageError, match="two different points"):
            restrict(network, start, end)
    else:
        assert_is_the_restriction(network, start, end, data.draw(st.lists(entries, max_size=5)))


@given(resnets(), st.data())
def test_residual_networks(network, data):
    start = data.draw(vectors(network.d_x))
    end = [v + 1 for v in start[:1]] + data.draw(vectors(network.d_x))[1:]
    if is_piecewise_linear(network):
        assert_is_the_restriction(network, start, end, data.draw(st.lists(entries, max_size=5)))
    else:
        with pytest.raises(UsageError, match="has the activation square"):
            restrict(network, start, end)


@given(fnns(max_layers=5), st.data())
def test_the_segment_is_the_line_restricted_to_it(network, data):
    start = data.draw(vectors(network.d_x))
    end = [v + 2 for v in start]
    line, segment = restrict(network, start, end), restrict(network, start, end, segment=True)
    assert segment.domain == "[0, 1]"
    inside = [t for t in line.breakpoints if 0 < t < 1]
    assert [t for t in segment.breakpoints if 0 < t < 1] == inside
    for t in [fmpq(0), fmpq(1), *inside, *data.draw(st.lists(st.sampled_from([fmpq(1, 7), fmpq(2, 3)])))]:
        assert segment(t) == line(t)
    with pytest.raises(UsageError, match=r"outside the restriction's domain \[0, 1\]"):
        segment(fmpq(-1, 10**9))
    with pytest.raises(UsageError, match="outside"):
        segment(1 + fmpq(1, 10**9))


def test_relu_by_hand():
    restriction = restrict(one_layer(RELU, [["1", "2"]], ["-1"], ["3"], "1/2"), [0, 0], [1, 1])
    assert [p.interval for p in restriction.pieces] == ["(-inf, 1/3)", "[1/3, inf)"]
    assert [p.maps for p in restriction.pieces] == [((fmpq(0), fmpq(1, 2)),), ((fmpq(9), fmpq(-5, 2)),)]
    assert restriction.is_continuous


def test_the_identity_and_cancelling_units_have_one_piece():
    assert len(restrict(one_layer(IDENTITY, [[5]], [1], [2]), [0], [1]).pieces) == 1
    cancelling = one_layer(RELU, [[1], [-1]], [-3, 3], [1, -1])  # relu(t - 3) - relu(3 - t) = t - 3
    assert [p.maps for p in restrict(cancelling, [0], [1]).pieces] == [((fmpq(1), fmpq(-3)),)]


def test_a_threshold_belongs_to_the_side_of_larger_preactivations():
    rising = restrict(one_layer(THRESHOLD, [[2]], [-1], [1]), [0], [1])
    falling = restrict(one_layer(THRESHOLD, [[-2]], [1], [1]), [0], [1])
    assert [p.interval for p in rising.pieces] == ["(-inf, 1/2)", "[1/2, inf)"]
    assert [p.interval for p in falling.pieces] == ["(-inf, 1/2]", "(1/2, inf)"]
    assert not rising.is_continuous
    assert not falling.is_continuous
    assert rising(fmpq(1, 2)) == falling(fmpq(1, 2)) == [1]


def test_an_isolated_point_is_a_piece_of_its_own():
    both = restrict(one_layer(THRESHOLD, [[1], [-1]], [-2, 2], [1, 1]), [0], [1])  # 1 everywhere, 2 at t = 2
    assert [(p.interval, p.maps[0]) for p in both.pieces] == [
        ("(-inf, 2)", (0, 1)),
        ("{2}", (0, 2)),
        ("(2, inf)", (0, 1)),
    ]
    assert both.breakpoints == [2]
    at_the_ends = restrict(one_layer(THRESHOLD, [[1], [-1], [1], [-1]], [0, 0, -1, 1], [1, 1, 1, 1]), [0], [1], True)
    assert [p.interval for p in at_the_ends.pieces] == ["{0}", "(0, 1)", "{1}"]
    assert [p([fmpq(0)][0]) for p in at_the_ends.pieces] == [[3], [2], [3]]


def test_a_jump_that_only_moves_the_boundary_is_one_cut():
    # relu(t) - 2 * 1[t >= 0]-like jumps: two units whose jumps cancel at the point but not behind it
    network = one_layer(THRESHOLD, [[1], [-1]], [0, 0], [1, -1])  # 1[t >= 0] - 1[t <= 0]: -1, 0 at 0, 1
    assert [p.interval for p in restrict(network, [0], [1]).pieces] == ["(-inf, 0)", "{0}", "(0, inf)"]
    saw = restrict(one_layer(SAWTOOTH, [[-1]], [4], [1]), [0], [1])
    assert [(p.interval, p.maps[0]) for p in saw.pieces] == [("(-inf, 4]", (-1, 2)), ("(4, inf)", (-1, 4))]


def test_pieces_are_joint_but_cuts_are_not_doubled():
    # output 1 jumps behind t = 0, output 2 has a kink there: one cut serves both
    network = FNN((layer(dense([[-1], [1]]), [0, 0], THRESHOLD), layer(dense([[1, 0], [0, 0]]), [0, 0])))
    hidden = residual(dense([[1]]), [0], dense([[1]]), [0], RELU, True)
    assert len(restrict(network, [0], [1]).pieces) == 2
    mixed = Residual((hidden, residual(dense([[-1], [1]]), [0, 0], dense([[1, 0], [0, 1]]), [0, 0], THRESHOLD, False)))
    restriction = restrict(mixed, [0], [1])
    assert [p.interval for p in restriction.pieces] == ["(-inf, 0)", "{0}", "(0, inf)"]
    assert [p.interval for p in restriction.output(0).pieces] == ["(-inf, 0]", "(0, inf)"]
    assert [p.interval for p in restriction.output(1).pieces] == ["(-inf, 0)", "[0, inf)"]


def test_a_line_on_which_a_unit_is_constant_on_its_breakpoint():
    network = one_layer(THRESHOLD, [[1, 0], [0, 1]], [0, 0], [4, 1])  # first unit is exactly 0 on the line x1 = 0
    restriction = restrict(network, [0, -1], [0, 1])
    assert [(p.interval, p.maps[0]) for p in restriction.pieces] == [("(-inf, 1/2)", (0, 4)), ("[1/2, inf)", (0, 5))]


def test_breakpoints_of_all_units_at_one_place():
    network = one_layer(ABS, [[1], [2], [-3]], ["1/3", "2/3", -1], [1, 1, 1])
    assert [p.maps for p in restrict(network, [0], [1]).pieces] == [((-6, -2),), ((6, 2),)]


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_the_tent_map_composed_with_itself_doubles_its_pieces(depth):
    tent = [layer(dense([[1], [1], [1]]), [0, "-1/2", -1], RELU)]
    for _ in range(depth - 1):
        tent.append(layer(dense([[2, -4, 2]] * 3), [0, "-1/2", -1], RELU))
    network = FNN((*tent, layer(dense([[2, -4, 2]]), [0])))
    restriction = restrict(network, [0], [1], segment=True)
    assert len(restriction.pieces) == 2**depth
    assert restriction.breakpoints == [fmpq(i, 2**depth) for i in range(1, 2**depth)]


@pytest.mark.parametrize("activation", [HARD_TANH, RELU])
def test_theorem_3_1_with_400_samples(activation):
    step = [fmpq(7 * i % 11 + 1, 12) for i in range(400)]
    places = list(itertools.accumulate(step))
    dataset = make_dataset([[c, -c / 2] for c in places], [fmpq(37 * i % 201 - 100, 100) for i in range(400)])
    network = build(dataset, "3.1", activation=activation).network
    restriction = restrict(network, dataset.inputs[0], dataset.inputs[1])
    for x, y in zip(dataset.inputs, dataset.labels, strict=True):
        assert restriction(position_on_line(restriction.start, restriction.end, x)) == list(y)
    assert_equals_forward_pass(network, restriction)
    assert restriction.is_continuous


def test_long_sparse_weights_stay_exact():
    tiny = fmpq(1, 10**5000)
    network = FNN((layer(sparse((2, 1), {(0, 0): 1, (1, 0): 1}), [0, -tiny], RELU), layer(dense([[1, -1]]), [0])))
    restriction = restrict(network, [0], [1])
    assert restriction.breakpoints == [0, tiny]
    assert restriction(fmpq(1)) == [tiny]


def test_refusals():
    network = one_layer(RELU, [[1, 1]], [0], [1])
    with pytest.raises(ShapeError, match="second point has 1 coordinates, the network expects 2"):
        restrict(network, [0, 0], [1])
    with pytest.raises(UsageError, match=r"both points are \(1/2, 3\)"):
        restrict(network, ["1/2", 3], ["0.5", "3"])
    with pytest.raises(UsageError, match="layer 1 has the activation square"):
        restrict(one_layer(SQUARE, [[1]], [0], [1]), [0], [1])


def test_position_on_line():
    assert position_on_line([0, 1], [0, 3], [fmpq(0), fmpq(2)]) == fmpq(1, 2)
    assert position_on_line([fmpq(0), fmpq(1)], [fmpq(1), fmpq(3)], [fmpq(2), fmpq(5)]) == 2
    assert position_on_line([fmpq(0), fmpq(1)], [fmpq(1), fmpq(3)], [fmpq(2), fmpq(6)]) is None


def test_cuts_are_ordered_before_and_behind_a_point():
    assert Cut(fmpq(1), False) < Cut(fmpq(1), True) < Cut(fmpq(2), False)
