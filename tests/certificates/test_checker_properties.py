"""Properties of the checker over random networks, random JSON, random bytes and random mutations."""

import json
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exactmem.certificates import checker
from exactmem.certificates.checking import evaluation, memorization, sweep, units
from exactmem.certificates.checking.document import KINDS
from exactmem.certificates.checking.networks import read_dataset, read_network
from exactmem.certificates.checking.strict_json import Node
from exactmem.certificates.checking.verdicts import DEFAULT_LIMITS, Meter, Refuted
from tests.support import checker_cases as cases
from tests.support import naive


def word(document: Any) -> str:
    verdict = checker.check_bytes(cases.dumps(document))
    assert "internal error" not in verdict.detail, verdict
    return verdict.word


@settings(max_examples=120)
@given(cases.true_certificates())
def test_a_network_memorizes_its_own_outputs(document: cases.Document) -> None:
    assert word(document) == "VERIFIED"
    assert naive.holds(document)


@settings(max_examples=60)
@given(cases.true_certificates(), st.data())
def test_one_changed_label_is_refuted_and_named(document: cases.Document, data: st.DataObject) -> None:
    labels = document["dataset"]["labels"]
    sample = data.draw(st.integers(0, len(labels) - 1))
    coordinate = data.draw(st.integers(0, len(labels[0]) - 1))
    change = data.draw(st.sampled_from([Fraction(1), Fraction(-1, 10**50), Fraction(1, 3)]))
    labels[sample][coordinate] = str(Fraction(labels[sample][coordinate]) + change)
    verdict = checker.check_bytes(cases.dumps(cases.seal(document)))
    assert verdict.word == "REFUTED"
    assert verdict.detail.startswith(f"sample {sample}, coordinate {coordinate}: expected ")


@settings(max_examples=50)
@given(cases.true_certificates(), st.data())
def test_the_first_failing_sample_is_named(document: cases.Document, data: st.DataObject) -> None:
    labels = document["dataset"]["labels"]
    wrong = data.draw(st.sets(st.integers(0, len(labels) - 1), min_size=1))
    for sample in wrong:
        labels[sample][-1] = str(Fraction(labels[sample][-1]) + 1)
    verdict = checker.check_bytes(cases.dumps(cases.seal(document)))
    assert verdict.detail.startswith(f"sample {min(wrong)}, coordinate {len(labels[0]) - 1}: ")


def test_huge_values_are_abbreviated_in_the_message() -> None:
    network = {"architecture": "fnn", "layers": [cases.layer([["1" + "0" * 3000]], ["1/3"], {"kind": "identity"})]}
    verdict = checker.check_bytes(cases.dumps(cases.certificate([["1"]], [["1"]], network)))
    assert verdict == ("REFUTED", "sample 0, coordinate 0: expected 1, obtained about 2^9966")
    network["layers"][0] = cases.layer([["1/1" + "0" * 3000]], ["-5/3"], {"kind": "identity"})
    verdict = checker.check_bytes(cases.dumps(cases.certificate([["1"]], [["1"]], network)))
    assert "obtained about -1.666666666666 (a fraction of" in verdict.detail


@settings(max_examples=60)
@given(cases.true_certificates(), st.lists(st.integers(1, 50), min_size=4, max_size=4))
def test_vectors_over_several_denominators(document: cases.Document, denominators: list[int]) -> None:
    """Inputs over short denominators that divide each other or not, beside those over long ones."""
    for row in document["dataset"]["inputs"]:
        row[:] = [str(Fraction(value) / below) for value, below in zip(row, denominators, strict=False)]
    labels = cases.answers(document["network"], document["dataset"]["inputs"])
    document["dataset"]["labels"] = labels
    assert word(cases.seal(document)) == "VERIFIED"
    labels[0][0] = str(Fraction(labels[0][0]) + Fraction(1, 7))
    assert word(cases.seal(document)) == "REFUTED"


def both_ways(network: Any, inputs: list[list[str]]) -> tuple[list[Any], list[Any]]:
    """The outputs by the sweep, in sample order, and by the generic evaluation, as Fractions."""
    meter = Meter(DEFAULT_LIMITS)
    read = read_network(Node(network, "network", meter), len(inputs[0]))
    dataset = read_dataset(Node({"inputs": inputs, "labels": [["0"]] * len(inputs)}, "dataset", meter))
    assume(sweep.on_a_line(read.layers))  # that is, no square among the first two layers
    generic = [evaluation.evaluate(read.layers, values, meter) for values in dataset.inputs]
    table, to_line = memorization.Table(dataset, meter), read.layers[0].inner[:-1]
    ways = [[Fraction(*value) for value in output] for output in generic]
    for long in (1, 4, len(inputs) + 1):  # every stretch by its lines, the longer ones, none
        shortened = 0 if long == 1 else units.LONG  # the sums of moving units: always, or where they are long
        with patch.object(sweep, "LONG", long), patch.object(units, "LONG", shortened):
            numbers = table.images(to_line[0]) if to_line else table.inputs()
            points = (((i, label), values[0]) for i, (label, values) in enumerate(numbers))
            swept = {i: output for (i, _), output in sweep.swept(read.layers, points, meter)}
        found = [[Fraction(*value) for value in swept[sample]] for sample in range(len(inputs))]
        if found != ways:
            return found, ways
    return found, ways


@settings(max_examples=100)
@given(st.data())
def test_the_sweep_agrees_with_the_generic_evaluation(data: st.DataObject) -> None:
    d_x, d_y = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 2))
    form = data.draw(st.sampled_from(["rank-one", "rank-one", "dense"])) if d_x == 1 else "rank-one"
    network = data.draw(cases.fnns(d_x, d_y, first=form, least_layers=2))
    inputs = data.draw(cases.datasets(d_x))
    swept, generic = both_ways(network, inputs)
    assert swept == generic


@settings(max_examples=100)
@given(st.data())
def test_the_sweep_agrees_on_many_samples(data: st.DataObject) -> None:
    """Integers that meet breakpoints, make them coincide, and make slopes vanish; several stretches and layers."""
    kinds = st.sampled_from([cases.RELU, {"kind": "hard-tanh"}, {"kind": "abs"}, {"kind": "threshold"}])
    number = st.integers(-2, 2).map(str)
    widths = [1, *data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)), 2]
    layers = []
    for before, width in pairwise(widths):
        weight = data.draw(st.lists(st.lists(number, min_size=before, max_size=before), min_size=width, max_size=width))
        bias = data.draw(st.lists(st.sampled_from(["-3", "-1/2", "0", "1", "5"]), min_size=width, max_size=width))
        layers.append(cases.layer(weight, bias, data.draw(kinds)))
    layers[-1]["activation"] = {"kind": "identity"}
    inputs = [[str(x)] for x in data.draw(st.lists(st.integers(-9, 9), min_size=1, max_size=25, unique=True))]
    swept, generic = both_ways({"architecture": "fnn", "layers": layers}, inputs)
    assert swept == generic


@settings(max_examples=100)
@given(st.data())
def test_the_sweep_agrees_on_breakpoints(data: st.DataObject) -> None:
    """Samples right on, just before and just after breakpoints of first-layer units of both orientations."""
    slopes = data.draw(st.lists(st.sampled_from(["1", "-1", "2/3", "-7", "0"]), min_size=1, max_size=4))
    kinks = data.draw(st.lists(st.integers(-3, 3), min_size=len(slopes), max_size=len(slopes)))
    biases = [str(-Fraction(slope) * kink) for slope, kink in zip(slopes, kinks, strict=True)]
    inputs = [[str(kink + Fraction(side, 10**9))] for kink in range(-3, 4) for side in (-1, 0, 1)]
    height = data.draw(st.integers(1, 3))
    second, middle = data.draw(cases.matrices(height, len(slopes))), data.draw(cases.activations())
    layers = [
        cases.layer({"column": slopes, "row": ["1"]}, biases, data.draw(cases.activations(linear=True))),
        cases.layer(second, data.draw(cases.vectors(height)), middle),
        cases.layer(data.draw(cases.matrices(2, height)), ["0", "1/2"], {"kind": "abs"}),
        cases.layer([["1", "2"]], ["0"], {"kind": "identity"}),
    ]
    network = {"architecture": "fnn", "layers": layers[: data.draw(st.integers(2, 4))]}
    network["layers"][-1]["activation"] = {"kind": "identity"}
    swept, generic = both_ways(network, data.draw(st.permutations(inputs)))
    assert swept == generic


@settings(max_examples=100)
@given(st.data())
def test_the_sweep_agrees_where_second_layer_units_change_piece(data: st.DataObject) -> None:
    """Small integers: second-layer breakpoints hit samples, several units share a denominator, several a change."""
    small = st.integers(-2, 2).map(str)
    width, height = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 5))

    def some(count: int) -> list[str]:
        return data.draw(st.lists(small, min_size=count, max_size=count))

    layers = [
        cases.layer({"column": some(width), "row": ["1"]}, some(width), data.draw(cases.activations(linear=True))),
        cases.layer([some(width) for _ in range(height)], some(height), data.draw(cases.activations(linear=True))),
        cases.layer([some(height)], ["1/3"], {"kind": "identity"}),
    ]
    network = {"architecture": "fnn", "layers": layers}
    inputs = [[str(Fraction(k, 2))] for k in range(-9, 10)]
    swept, generic = both_ways(network, inputs)
    assert swept == generic
    assert swept == [naive.evaluate(network, [Fraction(x[0])]) for x in inputs]


@settings(max_examples=100)
@given(st.data())
def test_the_sweep_agrees_on_plateaus(data: st.DataObject) -> None:
    """A third layer sees one number, often a breakpoint of it; some of its units rest in between, of weight 0 too."""
    small = st.sampled_from(["-2", "-1", "-1/2", "0", "1", "3"])
    width, height = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 4))

    def some(count: int) -> list[str]:
        return data.draw(st.lists(small, min_size=count, max_size=count))

    leaky = {"kind": "relu-like", "s_minus": "1/2", "s_plus": "2"}
    third = data.draw(st.sampled_from([{"kind": "hard-tanh"}, {"kind": "threshold"}, cases.RELU, leaky]))
    layers = [
        cases.layer({"column": some(width), "row": ["1"]}, some(width), {"kind": "hard-tanh"}),
        cases.layer([some(width) for _ in range(2)], some(2), data.draw(cases.activations(linear=True))),
        cases.layer({"column": some(height), "row": some(2)}, some(height), third),
        cases.layer([some(height), some(height)], some(2), {"kind": "identity"}),
    ]
    inputs = [[str(Fraction(k, 4))] for k in range(-12, 13)]
    swept, generic = both_ways({"architecture": "fnn", "layers": layers}, inputs)
    assert swept == generic


@settings(max_examples=60)
@given(cases.wild_rationals, cases.wild_rationals, st.sampled_from([("1", "0"), ("3/2", "1/10"), ("7/9", "2/3")]))
def test_two_units_of_one_clip_telescope(slope: Fraction, bias: Fraction, slopes: tuple[str, str]) -> None:
    """relu-like(z + 1) - relu-like(z - 1), whose long denominators cancel where both units are on one side."""
    activation = {"kind": "relu-like", "s_plus": slopes[0], "s_minus": slopes[1]}
    layers = [
        cases.layer({"column": ["1"], "row": ["1"]}, ["0"], {"kind": "hard-tanh"}),
        cases.layer([[str(slope)], [str(slope)]], [str(bias + 1), str(bias - 1)], activation),
        cases.layer([["1/2", "-1/2"]], ["1/7"], {"kind": "identity"}),
    ]
    network = {"architecture": "fnn", "layers": layers}
    inputs = [["-1"], ["-1/3"], ["0"], ["1/5"], ["1"]]
    swept, generic = both_ways(network, inputs)
    assert swept == generic == [naive.evaluate(network, [Fraction(x[0])]) for x in inputs]


@settings(max_examples=100)
@given(st.data())
def test_the_sweep_agrees_where_the_third_layer_sees_one_number_too(data: st.DataObject) -> None:
    """What the third layer sees is swept in its turn, in another order of the samples, and may be one number twice."""
    small = st.integers(-2, 2).map(str)
    widths = data.draw(st.lists(st.integers(1, 4), min_size=3, max_size=5))
    layers, before = [], widths[0]

    def some(count: int) -> list[str]:
        return data.draw(st.lists(small, min_size=count, max_size=count))

    for position, width in enumerate(widths):
        rank_one = {"column": some(width), "row": ["1"] if position == 0 else some(before)}
        dense = [some(before) for _ in range(width)]
        kind = {"kind": "identity"} if position == len(widths) - 1 else data.draw(cases.activations(linear=True))
        layers.append(cases.layer(dense if position % 2 else rank_one, some(width), kind))
        before = width
    network = {"architecture": "fnn", "layers": layers}
    inputs = [[str(Fraction(k, 2))] for k in data.draw(st.permutations(range(-7, 8)))]
    swept, generic = both_ways(network, inputs)
    assert swept == generic
    assert swept == [naive.evaluate(network, [Fraction(x[0])]) for x in inputs]


def test_what_does_not_change_is_one_object() -> None:
    """Two steps of one number, each of two units that both move above it: an output for each piece of both."""
    layers = [
        cases.layer({"column": ["1"], "row": ["1"]}, ["0"], {"kind": "abs"}),
        cases.layer([["1"]], ["0"], {"kind": "identity"}),
        cases.layer({"column": ["3"] * 4, "row": ["1"]}, ["-10", "-11", "-20", "-21"], cases.RELU),
        cases.layer([["1", "-1", "0", "0"], ["0", "0", "1", "-1"]], ["0", "0"], {"kind": "identity"}),
    ]
    for count in (4, 2):
        network = Node({"architecture": "fnn", "layers": layers[-count:]}, "network", Meter(DEFAULT_LIMITS))
        numbers = (((i, 0), (i % 10, 1)) for i in range(90))
        swept = list(sweep.swept(read_network(network, 1).layers, numbers, Meter(DEFAULT_LIMITS)))
        assert len({id(output) for _, output in swept}) <= 5
        assert {tuple(output) for _, output in swept} == {((0, 1), (0, 1)), ((1, 1), (0, 1)), ((1, 1), (1, 1))}


def test_square_in_the_first_layer_takes_the_generic_way() -> None:
    first = cases.layer({"column": ["1"], "row": ["1"]}, ["0"], {"kind": "square"})
    network = {"architecture": "fnn", "layers": [first, cases.layer([["1"]], ["0"], {"kind": "identity"})]}
    assert not sweep.on_a_line(read_network(Node(network, "network", Meter(DEFAULT_LIMITS)), 1).layers)
    assert word(cases.certificate([["-3"]], [["9"]], network)) == "VERIFIED"


@pytest.mark.parametrize("decision", ["argmax", "sign"])
@given(data=st.data())
def test_decisions_agree_with_their_definition(decision: str, data: st.DataObject) -> None:
    small = st.sampled_from(["-1", "-1/2", "0", "1/2", "1/2", "1"])
    d_y = 1 if decision == "sign" else data.draw(st.integers(2, 4))
    output = data.draw(st.lists(small, min_size=d_y, max_size=d_y))
    constant = cases.layer({"shape": [d_y, 1], "entries": []}, output, {"kind": "identity"})
    best = data.draw(st.integers(0, d_y - 1))
    label = data.draw(st.sampled_from([["1"], ["-1"]])) if d_y == 1 else ["0"] * best + ["1"] + ["0"] * (d_y - 1 - best)
    values = [Fraction(value) for value in output]
    if decision == "sign":
        true = Fraction(label[0]) * values[0] > 0
    else:
        true = values[best] == max(values) and values.count(max(values)) == 1
    document = cases.certificate([["0"]], [label], {"architecture": "fnn", "layers": [constant]}, decision)
    assert word(document) == ("VERIFIED" if true else "REFUTED")


# ---- fuzzing ---------------------------------------------------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("1") | cases.numbers
json_values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@settings(max_examples=150)
@given(st.binary() | st.text().map(str.encode) | json_values.map(cases.dumps))
def test_arbitrary_bytes_are_never_verified(data: bytes) -> None:
    verdict = checker.check_bytes(data)
    assert verdict.exit_code in (2, 3)
    assert "internal error" not in verdict.detail
    assert verdict.detail.isascii()
    assert verdict.detail.isprintable()


@settings(max_examples=150)
@given(cases.true_certificates(), st.data())
def test_an_arbitrary_value_in_an_arbitrary_place(document: cases.Document, data: st.DataObject) -> None:
    container: Any = document
    while True:
        steps = list(container) if isinstance(container, dict) else list(range(len(container)))
        step = data.draw(st.sampled_from(steps))
        inner = container[step]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.integers(0, 3)) == 0:
            break
        container = inner
    container[step] = data.draw(json_values)
    if data.draw(st.booleans()):
        try:
            cases.seal(document)
        except (LookupError, TypeError, UnicodeEncodeError):
            return
    assert (word(document) == "VERIFIED") == naive.holds(json.loads(cases.dumps(document)))


@settings(max_examples=80)
@given(cases.true_certificates(), st.data())
def test_one_changed_byte(document: cases.Document, data: st.DataObject) -> None:
    written = bytearray(cases.dumps(document))
    written[data.draw(st.integers(0, len(written) - 1))] = data.draw(st.integers(0, 255))
    verdict = checker.check_bytes(bytes(written))
    assert "internal error" not in verdict.detail
    if verdict.word == "VERIFIED":
        assert naive.holds(json.loads(bytes(written)))


def test_a_new_kind_is_one_entry_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuted(question: Any, meter: Meter) -> str:
        raise Refuted(f"{question} is false")

    read = lambda document: document.member("claim").member("statement").text()  # noqa: E731
    monkeypatch.setitem(KINDS, "statement", SimpleNamespace(SECTIONS=(), read=read, check=refuted))
    claim = {"kind": "statement", "statement": "1 = 2"}
    provenance = {"tool": "", "construction": "", "parameters": {}}
    document = {"format": "exactmem-certificate", "version": 1, "claim": claim, "provenance": provenance}
    document["digests"] = {"claim": naive.digest(claim)}
    assert checker.check_bytes(cases.dumps(document)) == ("REFUTED", "1 = 2 is false")
    document["dataset"] = {}
    assert word(document) == "MALFORMED"


def test_sections_of_the_memorization_kind() -> None:
    assert KINDS["memorization"] is memorization
    assert memorization.SECTIONS == ("dataset", "network")
