"""Residual networks whose layers' numbers are followed instead of their inputs: the same outputs, for less work."""

from fractions import Fraction
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactmem.certificates.checking import memorization, residual
from exactmem.certificates.checking.networks import Dataset, Network, read_network
from exactmem.certificates.checking.strict_json import Node
from exactmem.certificates.checking.verdicts import DEFAULT_LIMITS, Limits, Meter, Resource

NUMBERS = st.one_of(
    st.sampled_from(["0", "1", "-1"]), st.integers(-(2**70), 2**70).map(str), st.fractions(max_denominator=60).map(str)
)
ACTIVATIONS = [
    {"kind": "hard-tanh"},
    {"kind": "threshold"},
    {"kind": "square"},
    {"kind": "relu-like", "s_plus": "1", "s_minus": "0"},
    {"kind": "relu-like", "s_plus": "3/2", "s_minus": "1/7"},
]


def vectors(size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(NUMBERS, min_size=size, max_size=size)


@st.composite
def matrices(draw: st.DrawFn, rows: int, columns: int) -> Any:
    """A matrix in one of the three forms."""
    form = draw(st.sampled_from(["dense", "sparse", "rank-one"]))
    if form == "rank-one":
        return {"column": draw(vectors(rows)), "row": draw(vectors(columns))}
    if form == "dense":
        return [draw(vectors(columns)) for _ in range(rows)]
    places = draw(st.sets(st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1)), max_size=4))
    values = NUMBERS.filter(lambda value: value != "0")
    return {"shape": [rows, columns], "entries": [[*place, draw(values)] for place in sorted(places)]}


@st.composite
def networks(draw: st.DrawFn) -> tuple[dict[str, Any], list[list[str]]]:
    """A residual network with no more units than inputs have coordinates, and as many inputs at least."""
    widths = draw(st.lists(st.integers(1, 2), min_size=2, max_size=3))
    d_x, d_y = sum(widths) + draw(st.integers(0, 2)), draw(st.integers(1, 2))
    layers = []
    for k, width in enumerate(widths, 1):
        out = d_y if k == len(widths) else d_x
        layers.append(
            {
                "U": draw(matrices(width, d_x)),
                "b": draw(vectors(width)),
                "V": draw(matrices(out, width)),
                "c": draw(vectors(out)),
                "activation": draw(st.sampled_from(ACTIVATIONS)),
                "skip": k < len(widths),
            }
        )
    inputs = [draw(vectors(d_x)) for _ in range(sum(widths) + draw(st.integers(0, 1)))]
    return {"architecture": "resnet", "layers": layers}, inputs


def prepared(network: Any, inputs: list[list[str]], meter: Meter) -> tuple[Network, memorization.Table]:
    read = read_network(Node(network, "network", meter), len(inputs[0]))
    rows = [Node(x, "inputs", meter).rationals() for x in inputs]
    return read, memorization.Table(Dataset(rows, [[(0, 1)]] * len(rows)), meter)


def outputs(network: Any, inputs: list[list[str]], plain: bool) -> list[list[Fraction]]:
    meter = Meter(DEFAULT_LIMITS, plain)
    read, samples = prepared(network, inputs, meter)
    assert plain or residual.follows(read.layers, samples.N)
    found = memorization.outputs(read, samples, meter)
    return [[Fraction(*value) for value in values] for _, values in found]


@given(networks())
def test_what_layers_see_can_be_followed(case: Any) -> None:
    network, inputs = case
    assert outputs(network, inputs, plain=False) == outputs(network, inputs, plain=True)


def two_layers(last: bool) -> dict[str, Any]:
    """2 units on 2 inputs; the last layer has a skip connection or not."""
    layer = {"U": [["1", "2"]], "b": ["1"], "V": [["1"], ["3"]], "c": ["5", "7"], "activation": {"kind": "hard-tanh"}}
    return {"architecture": "resnet", "layers": [{**layer, "skip": True}, {**layer, "skip": last}]}


@pytest.mark.parametrize(
    ("samples", "last", "follows"), [(2, False, True), (1, False, False), (2, True, False)], ids=str
)
def test_where_it_is_not_worth_while_or_not_possible(samples: int, last: bool, follows: bool) -> None:
    read, table = prepared(two_layers(last), [["1", "0"]] * samples, Meter(DEFAULT_LIMITS))
    assert residual.follows(read.layers, table.N) == follows
    with patch.object(residual, "FEW", 1):
        assert not residual.follows(read.layers, table.N)


def test_the_maps_are_paid_for_before_they_are_put_together() -> None:
    network, inputs = two_layers(last=False), [["1", "0"]] * 2
    network["layers"][1]["U"] = [[str(7**4000), f"1/{3**4000}"]]
    network["layers"][0]["V"] = [[f"1/{5**4000}"], [f"1/{11**4000}"]]
    meter = Meter(DEFAULT_LIMITS)
    read, _ = prepared(network, inputs, meter)
    before, kept = meter.spent, meter.kept
    residual.followed(read.layers, meter)
    assert meter.spent - before > 300 * 460  # limbs of a weight, and of the common denominator
    assert meter.kept - kept > 4 * (300 + 460)
    meter.limits = Limits(max_operations=before + 300 * 460)
    meter.read(0)
    meter.spent = before
    with pytest.raises(Resource):
        residual.followed(read.layers, meter)
