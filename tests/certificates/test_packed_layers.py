"""Whole networks at many packed samples at once: the same outputs as sample by sample, with every kink met."""

from fractions import Fraction
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exactmem.certificates.checking import packed_layers, packing
from exactmem.certificates.checking.evaluation import evaluate
from exactmem.certificates.checking.networks import Layer, read_network
from exactmem.certificates.checking.strict_json import Node
from exactmem.certificates.checking.verdicts import DEFAULT_LIMITS, Limits, Meter, Resource
from tests.certificates.test_packing import Counted, asks_for_its_memory, layouts, packed
from tests.support.checker_cases import RELU, fnns, layer, resnets

BYTE = packing.Integers(1, False, 1)
IDENTITY, HARD_TANH, THRESHOLD = {"kind": "identity"}, {"kind": "hard-tanh"}, {"kind": "threshold"}


def read(network: Any, inputs: int) -> list[Layer]:
    return read_network(Node(network, "network", Meter(DEFAULT_LIMITS)), inputs).layers


def fitted(network: Any, inputs: int, layout: packing.Integers = BYTE) -> packed_layers.Steps | None:
    return packed_layers.fitted(read(network, inputs), inputs, layout, Meter(Limits(max_operations=10**15)))


def both_ways(network: Any, samples: list[list[int]], layout: packing.Integers) -> Any:
    """The outputs at packed samples, all at once and one by one; slots may be as wide as they have to."""
    meter = Meter(DEFAULT_LIMITS)
    with patch.object(packed_layers, "WIDE", 10**4):
        steps = fitted(network, len(samples[0]), layout)
    assert steps is not None
    layers = read(network, len(samples[0]))
    one_by_one = [evaluate(layers, [(v, layout.denominator) for v in x], meter) for x in samples]
    return [
        [[Fraction(*v) for v in values] for values in way]
        for way in (steps.values(packed(samples, layout)), one_by_one)
    ]


@st.composite
def cases(draw: st.DrawFn) -> Any:
    layout, value = draw(layouts())
    d_x, d_y = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    network = draw(st.one_of(fnns(d_x, d_y), fnns(d_x, d_y, first="rank-one", least_layers=2), resnets(d_x, d_y)))
    for of in network["layers"]:
        if of["activation"]["kind"] == "square":
            of["activation"] = RELU
    return network, draw(st.lists(st.lists(value, min_size=d_x, max_size=d_x), min_size=1, max_size=6)), layout


def gates(activation: Any) -> Any:
    """Units over different denominators, with kinks at the samples 0, 1, 2."""
    weight, bias = [["1", "-1"], ["1/2", "-1/2"], ["-1/3", "1/3"]], ["-1", "-1/2", "0"]
    output = layer([["1", "-2", "3"], ["0", "0", "0"]], ["1/7", "5"], IDENTITY)
    return {"architecture": "fnn", "layers": [layer(weight, bias, activation), output]}


@given(cases())
@example((gates(THRESHOLD), [[a, b] for a in range(4) for b in range(4)], BYTE))
@example((gates(HARD_TANH), [[a, b] for a in range(4) for b in range(4)], BYTE))
@example((gates(RELU), [[a, b] for a in range(4) for b in range(4)], BYTE))
def test_all_at_once_is_as_one_by_one(case: Any) -> None:
    at_once, one_by_one = both_ways(*case)
    assert at_once == one_by_one


@pytest.mark.parametrize("activation", [IDENTITY, HARD_TANH, THRESHOLD, RELU])
@pytest.mark.parametrize("weight", [2**k + d for k in range(9, 18) for d in (-1, 0, 1)])
def test_the_longest_numbers_stay_in_their_slots(weight: int, activation: Any) -> None:
    """Of both signs, side by side, in a hidden layer and in the output; a unit of a denominator as long as its sum."""
    hidden = layer([[str(weight)], [str(-weight)], [f"1/{256 * weight}"]], ["0", "0", "0"], activation)
    network = {
        "architecture": "fnn",
        "layers": [hidden, layer([["1", "0", "0"], ["0", "-1", "1"]], ["0", "0"], IDENTITY)],
    }
    at_once, one_by_one = both_ways(network, [[255], [0], [255], [255], [1]], BYTE)
    assert at_once == one_by_one


@pytest.mark.parametrize("activation", [HARD_TANH, THRESHOLD])
@pytest.mark.parametrize("below", [2**k + d for k in range(13, 18) for d in (-1, 1)])
def test_breakpoints_stay_in_their_slots(below: int, activation: Any) -> None:
    """A breakpoint times the denominator is longer than every sum."""
    hidden = layer([[f"1/{below}"], [f"-1/{below}"]], ["0", "0"], activation)
    network = {"architecture": "fnn", "layers": [hidden, layer([["1", "0"], ["0", "1"]], ["0", "0"], IDENTITY)]}
    at_once, one_by_one = both_ways(network, [[255], [0], [255], [255], [1]], BYTE)
    assert at_once == one_by_one


@pytest.mark.parametrize(
    ("network", "fits"),
    [
        (gates(RELU), True),
        (gates({"kind": "square"}), False),
        (gates({"kind": "relu-like", "s_plus": str(2**505), "s_minus": "0"}), False),
        (gates({"kind": "relu-like", "s_plus": str(2**300), "s_minus": "0"}), True),
        ({"architecture": "fnn", "layers": [layer([[str(2**502), "1"]], ["0"], IDENTITY)]}, True),
        ({"architecture": "fnn", "layers": [layer([[str(2**503), "1"]], ["0"], IDENTITY)]}, False),
        ({"architecture": "fnn", "layers": [layer([["1", "1"]], [str(2**512)], IDENTITY)]}, False),
        (
            gates(RELU) | {"layers": [*gates(RELU)["layers"][:1], layer([[f"1/{3**400}", "0", "0"]], ["0"], IDENTITY)]},
            False,
        ),
    ],
    ids=["gates", "no pieces", "steep", "less steep", "just", "too long", "bias", "denominator"],
)
def test_what_fits(network: Any, fits: bool) -> None:
    """A slot has 512 bits, with the sign: 503 for a weight of integers of 8 bits, and its sum."""
    assert (fitted(network, 2) is not None) == fits


def test_many_denominators_are_too_long() -> None:
    """A row over the least common multiple of 60 denominators, each of them short."""
    hidden = layer([[f"1/{2**30 + k}"] for k in range(60)], ["0"] * 60, RELU)
    network = {"architecture": "fnn", "layers": [hidden, layer([["1"] * 60], ["0"], IDENTITY)]}
    assert fitted(network, 1) is None
    hidden["activation"] = THRESHOLD
    assert fitted(network, 1) is not None


def test_neighbours_with_the_same_weights_are_multiplied_once() -> None:
    class Counted(int):
        products = 0

        def __rmul__(self, other: int) -> int:
            Counted.products += 1
            return int(self) * other

    units = [(packed_layers.Row([(0, w)], bias, 1), packed_layers.IDENTITY) for w, bias in ((3, 1), (3, 2), (4, 0))]
    assert list(packed_layers.sums(units, [Counted(5)], 1)) == [16, 17, 20]
    assert Counted.products == 2


def test_layers_are_charged_before_they_are_evaluated() -> None:
    hidden = layer([[str(7**60)] * 50] * 40, ["0"] * 40, RELU)
    network = {"architecture": "fnn", "layers": [hidden, layer([["1"] * 40], ["0"], IDENTITY)]}
    records, meter = packing.Records(bytes(50) * 400, 0, 50, BYTE), Meter(DEFAULT_LIMITS)
    layers = read(network, 50)
    steps = packed_layers.fitted(layers, 50, BYTE, meter)
    assert steps is not None
    assert meter.spent > 2000 * 6 * 192  # weights, made longer and bounded
    assert meter.kept > 2000 * 64
    before = meter.spent
    list(steps.values(records))
    assert meter.spent - before > 2000 * 6 * 400 * steps.slot // 4  # digits of weights, limbs of all samples
    steps.meter = Meter(Limits(max_operations=meter.spent - before - 400 * 192 * 16))
    with patch.object(packed_layers, "taken_apart", side_effect=AssertionError), pytest.raises(Resource):
        steps.values(records)
    steps.meter = Meter(Limits(max_memory=400 * 90 * steps.slot))
    with patch.object(packed_layers, "repeated", side_effect=AssertionError), pytest.raises(Resource):
        steps.values(records)
    with pytest.raises(Resource):
        packed_layers.fitted(layers, 50, BYTE, Meter(Limits(max_operations=10**6)))
    with patch.object(packed_layers, "step_of", side_effect=AssertionError), pytest.raises(Resource):
        packed_layers.fitted(layers, 50, BYTE, Meter(Limits(max_memory=2000 * 64)))


def test_denominators_with_the_same_hash_are_not_compared_with_each_other() -> None:
    """CPython hashes integers modulo 2^61 - 1."""
    bounds = [(1, Counted(1 + k * (2**61 - 1))) for k in range(1, 50)]
    Counted.compared = 0
    row = packed_layers.Row([(j, 1) for j in range(49)], 0, 1)
    assert packed_layers.over_one(row, bounds, Meter(DEFAULT_LIMITS)) is None
    assert Counted.compared == 0


def test_many_lists_of_one_sample_stay_within_the_memory_that_was_asked_for() -> None:
    weight = {"shape": [1, 30_000], "entries": [[0, 0, "1"]]}
    steps = fitted({"architecture": "fnn", "layers": [layer(weight, ["0"], IDENTITY)]}, 30_000, BYTE._replace(size=2))
    assert steps is not None
    records = packing.Records(b"\7" * 60_000, 0, 60_000, BYTE._replace(size=2))
    asks_for_its_memory(steps, records)


def test_all_at_once_is_charged_less_than_one_by_one() -> None:
    """Few weights, and long denominators at every unit: what takes less time may not reach a limit first."""
    first, hidden = layer([[f"1/{2**470 + 1}"]], ["0"], IDENTITY), layer([["1"]] * 40, ["0"] * 40, HARD_TANH)
    network = {"architecture": "fnn", "layers": [first, hidden, layer([["0"] * 40], ["0"], IDENTITY)]}
    at_once, one_by_one = Meter(DEFAULT_LIMITS), Meter(DEFAULT_LIMITS)
    layers = read(network, 1)
    steps = packed_layers.fitted(layers, 1, BYTE, at_once)
    assert steps is not None
    list(steps.values(packing.Records(bytes(range(200)), 0, 1, BYTE)))
    for k in range(200):
        evaluate(layers, [(k, 1)], one_by_one)
    assert at_once.spent < one_by_one.spent
