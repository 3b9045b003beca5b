"""Exact ranges against independent ways: pieces on lines, values at sampled points, and the independent checker."""

import json
from itertools import product

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, RELU, SQUARE, THRESHOLD, relu_like
from exactmem.certificates.checker import check_bytes
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.output_range import output_range_certificate
from exactmem.errors import LimitError, ShapeError, UsageError
from exactmem.evaluate import evaluate
from exactmem.lines import restrict
from exactmem.networks import FNN, ResNet, dense, layer, residual
from exactmem.ranges import output_ranges
from exactmem.regions import box, segment
from exactmem.testing import strategies as networks
from tests.support.checker_cases import seal

CONTINUOUS = [RELU, relu_like(2, "1/3"), HARD_TANH, ABS]


@st.composite
def fnns(draw, d_x, max_layers=3, width=3):
    sizes = [d_x, *draw(st.lists(st.integers(1, width), max_size=max_layers - 1)), draw(st.integers(1, 2))]
    layers = []
    for l in range(len(sizes) - 1):
        weight, bias = draw(networks.matrices(sizes[l + 1], sizes[l])), draw(networks.vectors(sizes[l + 1]))
        last = l == len(sizes) - 2
        layers.append(layer(weight, bias) if last else layer(weight, bias, draw(st.sampled_from(CONTINUOUS))))
    return FNN(tuple(layers))


@st.composite
def resnets(draw, d):
    layers = []
    for last in [False] * draw(st.integers(0, 1)) + [True]:
        width, out = draw(st.integers(1, 2)), draw(st.integers(1, 2)) if last else d
        U, V = draw(networks.matrices(width, d)), draw(networks.matrices(out, width))
        activation = draw(st.sampled_from(CONTINUOUS))
        layers.append(residual(U, draw(networks.vectors(width)), V, draw(networks.vectors(out)), activation, not last))
    return ResNet(tuple(layers))


def verified(network, region):
    """The ranges, after the independent checker has verified their certificate."""
    found = output_ranges(network, region)
    verdict = check_bytes(to_bytes(output_range_certificate(network, region, found)))
    assert verdict.word == "VERIFIED", verdict.detail
    return found


def by_pieces(network, start, end):
    """Per output, minimum and maximum on a segment from its pieces: an independent way for one dimension."""
    pieces = restrict(network, start, end, segment=True).pieces
    ends = [(piece, cut.t) for piece in pieces for cut in (piece.low, piece.high)]
    values = [piece(t) for piece, t in ends]
    return [(min(column), max(column)) for column in zip(*values, strict=True)]


points = st.lists(networks.entries, min_size=2, max_size=2)


@given(st.one_of(fnns(2), resnets(2)), points, points)
def test_segments_agree_with_the_pieces(network, p, q):
    if p == q:
        return
    found = verified(network, segment(p, q))
    assert [(r.minimum.value, r.maximum.value) for r in found] == by_pieces(network, p, q)


@given(st.one_of(fnns(1), resnets(1)), networks.entries, networks.entries)
def test_intervals_agree_with_segments(network, a, b):
    if a == b:
        return
    found = verified(network, box([min(a, b)], [max(a, b)]))
    assert [(r.minimum.value, r.maximum.value) for r in found] == by_pieces(network, [a], [b])


@settings(max_examples=30)
@given(fnns(2), points, points, st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=8))
def test_no_point_of_a_box_leaves_the_range_and_the_ends_are_attained(network, p, q, shares):
    low, high = [min(a, b) for a, b in zip(p, q, strict=True)], [max(a, b) for a, b in zip(p, q, strict=True)]
    found = verified(network, box(low, high))
    inside = [[a + fmpq(s, 6) * (b - a) for a, b, s in zip(low, high, pair, strict=True)] for pair in shares]
    corners = [list(c) for c in product(*zip(low, high, strict=True))]
    for x, y in zip(inside + corners, evaluate(network, inside + corners), strict=True):
        assert all(r.minimum.value <= v <= r.maximum.value for r, v in zip(found, y, strict=True)), x
    for r in found:
        for extreme in (r.minimum, r.maximum):
            assert evaluate(network, [extreme.at])[0][r.output] == extreme.value
            assert all(a <= v <= b for a, v, b in zip(low, extreme.at, high, strict=True))


@settings(max_examples=12)
@given(fnns(3, max_layers=2, width=4))
def test_cubes_agree_with_the_finest_way_of_looking(network):
    """In three dimensions: the range holds all values on a grid and on all lines between corners."""
    found = verified(network, box([-1] * 3, [1] * 3))
    grid = [[fmpq(v, 2) for v in x] for x in product(range(-2, 3), repeat=3)]
    for y in evaluate(network, grid):
        assert all(r.minimum.value <= v <= r.maximum.value for r, v in zip(found, y, strict=True))
    for low, high in by_pieces(network, [-1, -1, -1], [1, 1, 1]):
        assert any(r.minimum.value <= low and high <= r.maximum.value for r in found)


def test_a_minimum_inside_the_box_is_found():
    """|x - 1/3| + |y + 1/7| + |z|: the minimum 0 is attained at one point, inside."""
    unit = dense([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    network = FNN((layer(unit, ["-1/3", "1/7", 0], ABS), layer(dense([[1, 1, 1]]), [0])))
    (found,) = verified(network, box([-1] * 3, [1] * 3))
    assert (found.minimum.value, found.minimum.at) == (0, (fmpq(1, 3), fmpq(-1, 7), fmpq(0)))
    assert found.maximum.value == fmpq(4, 3) + fmpq(8, 7) + 1


def test_outputs_that_cancel_and_huge_numbers():
    big = fmpq(10) ** 40
    network = FNN((layer(dense([[1], [1], [1]]), [0, 0, -big], RELU), layer(dense([[1, -1, 1 / big]]), [fmpq(1, 3)])))
    (found,) = verified(network, box([-big], [2 * big]))
    assert (found.minimum.value, found.maximum.value) == (fmpq(1, 3), fmpq(4, 3))


def test_a_fixed_side_is_no_dimension():
    network = FNN((layer(dense([[1, 1, 1, 1, 1]]), [0], ABS), layer(dense([[1]]), [0])))
    (found,) = verified(network, box([-9, 1, 2, 3, 2], [9, 1, 2, 3, 2]))
    assert (found.minimum.value, found.maximum.value) == (0, 17)


def test_sixty_units_in_three_dimensions():
    """A sum of sixty units with kinks in all directions, whose range is known: the sum of |u . x| over +-u."""
    directions = [[i % 7 - 3, i % 5 - 2, i % 3 - 1] for i in range(30)]
    rows = directions + [[-v for v in u] for u in directions]
    network = FNN((layer(dense(rows), [0] * 60, RELU), layer(dense([[1] * 60]), [0])))
    (found,) = verified(network, box([-1] * 3, [1] * 3))
    corners = list(product((-1, 1), repeat=3))
    most = max(sum(abs(sum(a * b for a, b in zip(u, x, strict=True))) for u in directions) for x in corners)
    assert (found.minimum.value, found.maximum.value) == (0, most)


def test_limits_and_bad_regions():
    tent = FNN((layer(dense([[1], [-1]]), [0, 0], RELU), layer(dense([[1, 1]]), [0])))
    with pytest.raises(LimitError, match="output 0: after 0 cuts its minimum is known to lie between 1 and -1/3"):
        output_ranges(tent, box([-2], [1]), max_cuts=0)
    for activation in (THRESHOLD, SQUARE):
        with pytest.raises(UsageError, match="layer 1 has the activation"):
            output_ranges(FNN((layer(dense([[1]]), [0], activation), layer(dense([[1]]), [0]))), box([0], [1]))
    with pytest.raises(ShapeError, match="the region has 2 coordinates, the network expects 1"):
        output_ranges(tent, box([0, 0], [1, 1]))
    with pytest.raises(LimitError, match="4 free sides"):
        box([0] * 4, [1] * 4)
    with pytest.raises(UsageError, match="side 1 of the box is empty"):
        box([0, 1], [1, 0])
    with pytest.raises(UsageError, match="two points of the segment are equal"):
        segment([0], [0])


# ---- trying to fool the checker --------------------------------------------------------------------------------


def tampered(document, bound, value, at=None):
    document = json.loads(json.dumps(document))
    part = document["claim"]["ranges"][0]
    part[bound] = value
    if at is not None:
        part[f"{bound}_at"] = at

    return check_bytes(json.dumps(seal(document)).encode())


@settings(max_examples=30)
@given(fnns(2), points, points)
def test_a_tighter_bound_is_never_verified(network, p, q):
    """Whatever the tree: a claim that some point of the region contradicts is not VERIFIED."""
    low, high = [min(a, b) for a, b in zip(p, q, strict=True)], [max(a, b) for a, b in zip(p, q, strict=True)]
    region = box(low, high)
    found = output_ranges(network, region)[:1]
    document = output_range_certificate(network, region, found)
    centre = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    value = evaluate(network, [centre])[0][0]
    text = [str(v) for v in centre]
    if value < found[0].maximum.value:
        assert tampered(document, "maximum", str(value), text).word == "REFUTED"
    if value > found[0].minimum.value:
        assert tampered(document, "minimum", str(value), text).word == "REFUTED"


@settings(max_examples=40)
@given(fnns(2), st.data())
def test_whatever_tree_is_given_a_bound_that_it_proves_holds(network, data):
    """Random cuts instead of the right ones: VERIFIED or REFUTED, and VERIFIED only with the true maximum."""
    region = box([-1, -1], [1, 1])
    found = output_ranges(network, region)[:1]
    document = json.loads(json.dumps(output_range_certificate(network, region, found)))

    def tree(depth):
        if depth == 0 or data.draw(st.booleans()):
            return ["leaf"]
        i, j = sorted(data.draw(st.sets(st.integers(0, 2), min_size=2, max_size=2)))
        return [[i, j, data.draw(st.sampled_from(["1/2", "1/3", "5/7"]))], *tree(depth - 1), *tree(depth - 1)]

    document["evidence"]["trees"][0]["maximum"] = tree(2) + tree(2)
    corner = evaluate(network, [[fmpq(1), fmpq(1)]])[0][0]
    verdict = tampered(document, "maximum", str(corner), ["1", "1"])
    assert verdict.word in ("VERIFIED", "REFUTED")
    if verdict.word == "VERIFIED":
        assert corner == found[0].maximum.value
