"""The checker of output ranges: its work is charged, its arithmetic is that of the format, and limits are kept."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, RELU, relu_like
from exactmem.certificates.checker import Limits, check_bytes
from exactmem.certificates.checking import affine_maps, networks, output_range, simplices, strict_json
from exactmem.certificates.checking.verdicts import DEFAULT_LIMITS, Meter, limbs
from exactmem.ranges import left_over
from exactmem.rationals import rational, to_fraction
from tests.certificates.corpus import make_output_range as corpus
from tests.support.checker_cases import dumps

LONG = Fraction(7**3000, 3**3001)
SIZE = limbs(LONG.numerator)
ACTIVATIONS = [
    (RELU, networks.Activation("relu-like", (0,), ((0, 0), (1, 0)))),
    (relu_like(2, "1/3"), networks.Activation("relu-like", (0,), ((1, 0), (6, 0)), 3)),
    (ABS, networks.FIXED_ACTIVATIONS["abs"]),
    (HARD_TANH, networks.FIXED_ACTIVATIONS["hard-tanh"]),
]
fractions = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 4))


@given(st.sampled_from(ACTIVATIONS), st.lists(fractions, min_size=1, max_size=4), fractions, fractions, st.data())
def test_what_is_left_over_lies_in_the_interval(pair, z, a, b, data):
    """At random points of the simplex and for random errors, and the same by both implementations."""
    activation, own = pair
    rest = (-abs(a), abs(b))
    low, high = simplices.left_over(own, z, rest, Meter(DEFAULT_LIMITS))
    low, high = low / own.scale, high / own.scale
    again = left_over(activation, [rational(v) for v in z], (rational(rest[0]), rational(rest[1])))
    assert tuple(to_fraction(v) for v in again) == (low, high)
    shares = [data.draw(st.integers(0, 5)) for _ in z]
    total = sum(shares) or 1
    shares = [Fraction(s, total) for s in shares] if any(shares) else [Fraction(1), *[Fraction(0)] * (len(z) - 1)]
    t = sum(s * v for s, v in zip(shares, z, strict=True))
    values = [to_fraction(activation(rational(v))) for v in z]
    mean = sum(s * v for s, v in zip(shares, values, strict=True))
    for e in (rest[0], rest[1], (rest[0] + rest[1]) / 2, Fraction(0)):
        assert low <= to_fraction(activation(rational(t + e))) - mean <= high


def affine_map(weight):
    """The map of one number to weight times it, as the checker reads it."""
    free = Meter(DEFAULT_LIMITS)
    parts = (strict_json.Node(value, "", free) for value in ([[str(weight)]], ["0"]))
    return affine_maps.read_affine(*parts, 1, 1)[0]


WORK = {
    "new-vertex": lambda meter: simplices.between((Fraction(0),), (LONG,), 1 / LONG, meter),
    "left-over": lambda meter: simplices.left_over(ACTIVATIONS[0][1], [-LONG, LONG], (-LONG, LONG), meter),
    "spread": lambda meter: simplices.spread([affine_map(LONG)], [(-LONG, LONG)], meter),
}


@pytest.mark.parametrize("name", WORK)
def test_products_of_long_numbers_are_charged(name):
    meter = Meter(DEFAULT_LIMITS)
    WORK[name](meter)
    assert meter.spent >= SIZE**2


def test_every_part_is_charged():
    """With less and less to spend the verdict turns to RESOURCE once and stays there."""
    document = dumps(corpus.VALID["three-free-sides"])
    verdicts = [check_bytes(document, Limits(max_operations=10**k)).word for k in range(11)]
    assert (verdicts[0], verdicts[-1]) == ("RESOURCE", "VERIFIED")
    assert sorted(verdicts) == verdicts


def test_a_long_tree_stops_in_its_budget():
    """Forty thousand needless cuts of one segment: charged cut by cut."""
    cuts = 40_000
    tree = [[0, 1, "1/2"], "leaf"] * cuts + ["leaf"]
    value = corpus.found("0", ["0"], "1", ["-1"]), corpus.trees(tree, ["leaf"])
    document = dumps(corpus.certificate(corpus.TENT, corpus.box(["-1"], ["1"]), value))
    verdict = check_bytes(document, Limits(max_operations=10**9))
    assert verdict.word == "RESOURCE"
    assert "internal" not in verdict.detail


@pytest.mark.parametrize("name", ["pyramid-on-a-square", "three-free-sides", "two-layers", "segment-backwards"])
def test_memory_is_given_back_when_a_range_is_done(name):
    data = (corpus.FOLDER / "valid" / f"{name}.json").read_bytes()
    meter = Meter(DEFAULT_LIMITS)
    question = output_range.read(strict_json.parse_json(data, meter))
    before = meter.kept
    output_range.check(question, meter)
    assert meter.kept == before
