"""Certificates of kind `needs-units`: the corpus, the writer, and attempts to have false claims verified."""

import copy
import dataclasses
import itertools
import json

import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, from_json, relu_like
from exactmem.capacities.cells import cells_of
from exactmem.capacities.decision import memorize, samples_of
from exactmem.capacities.search import Refutation, Search
from exactmem.certificates.checker import Limits, check_bytes
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.needs_units import needs_units_certificate
from exactmem.datasets import make_dataset
from exactmem.errors import DatasetError, LimitError
from tests.certificates.corpus import make_needs_units as corpus
from tests.support import checker_cases as cases

ACTIVATIONS = [RELU, relu_like(1, "1/3"), HARD_TANH]


small = st.integers(-3, 3)
labels_of_samples = st.lists(small, min_size=3, max_size=6)


def files(folder):
    return sorted((corpus.FOLDER / folder).glob("*.json"))


def on_a_line(labels):
    return make_dataset([[i] for i in range(len(labels))], list(labels))


def verdict_of(document):
    return check_bytes(cases.dumps(cases.seal(document))).word


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@given(labels_of_samples, st.integers(0, 2))
def test_what_the_search_refutes_is_verified(activation, labels, units):
    outcome = memorize(on_a_line(labels), activation, units)
    assume(isinstance(outcome, Refutation))
    document = needs_units_certificate(on_a_line(labels), activation, units, outcome)
    verdict = check_bytes(to_bytes(document))
    assert verdict.word == "VERIFIED", verdict
    assert f"N = {len(labels)} samples need more than {units} " in verdict.detail


def test_samples_are_written_in_increasing_order():
    dataset = make_dataset([[3], ["1/2"], [1]], [0, 0, 1])
    outcome = memorize(dataset, RELU, 1)
    document = needs_units_certificate(dataset, RELU, 1, outcome)
    assert document["dataset"] == {"inputs": [["1/2"], ["1"], ["3"]], "labels": [["0"], ["1"], ["0"]]}
    assert check_bytes(to_bytes(document)).word == "VERIFIED"
    with pytest.raises(DatasetError):
        needs_units_certificate(make_dataset([[0, 1]], [0]), RELU, 0, outcome)


# ---- attempts to fool the checker -----------------------------------------------------------------------------------


def true_claim(document):
    """Whether the units cannot fit the samples, by the search."""
    dataset = make_dataset(document["dataset"]["inputs"], document["dataset"]["labels"])
    outcome = memorize(dataset, from_json(document["claim"]["activation"]), document["claim"]["units"])
    return isinstance(outcome, Refutation)


def json_documents(folder):
    return [json.loads(file.read_bytes()) for file in files(folder)]


@given(st.sampled_from(json_documents("valid")), st.data())
@settings(max_examples=150)
def test_an_edited_certificate_is_verified_only_if_its_claim_is_true(document, data):
    document = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 2))):
        edit = data.draw(st.sampled_from(["label", "input", "vector", "leaf", "split", "units", "activation", "cut"]))
        change(document, edit, data)
    if verdict_of(document) == "VERIFIED":
        assert true_claim(document)


def change(document, edit, data):
    tree, vectors = document["refutation"]["tree"], document["refutation"]["vectors"]
    place = data.draw(st.integers(0, len(tree) - 1))
    if edit in ("label", "input"):
        rows = document["dataset"][edit + "s"]
        rows[data.draw(st.integers(0, len(rows) - 1))][0] = str(data.draw(small))
    elif edit == "vector":
        vector = vectors[data.draw(st.integers(0, len(vectors) - 1))]
        vector[data.draw(st.integers(0, len(vector) - 1))] = str(data.draw(small))
    elif edit == "leaf":
        tree[place] = data.draw(st.integers(0, len(vectors) - 1))
    elif edit == "split":
        tree[place : place + 1] = [[data.draw(st.integers(0, 1)), data.draw(st.integers(0, 2)), 0], 0, 0]
    elif edit == "units":
        document["claim"]["units"] += data.draw(st.sampled_from([-1, 1]))
    elif edit == "activation":
        document["claim"]["activation"] = data.draw(st.sampled_from(ACTIVATIONS)).to_json()
    else:
        del tree[place]


FAULTS = {
    "a sign": lambda cell, label: cell[2] == 1,
    "coordinate 1 above 0": lambda cell, label: cell[1] > 0,
    "the first gap": lambda cell, label: cell[0] == 0,
    "the near end of the gap": lambda cell, label: cell[0] in (label[0], label[1]),
    "the far end of the gap": lambda cell, label: cell[0] + 1 in (label[0], label[1]),
    "the near end of the last gap": lambda cell, label: cell[1] == label[1],
    "the far end of the last gap": lambda cell, label: cell[1] + 1 == label[1],
}


def sabotaged(cells, fault):
    """Cells of a prover that overlooks some generators, so that it refutes too much."""
    overlooks = FAULTS[fault]
    masks = {}
    for cell, mask in cells.cells.items():
        kept = [g for g, label in enumerate(cells.labels) if mask >> g & 1 and not overlooks(cell, label)]
        masks[cell] = sum(1 << g for g in kept)
    return dataclasses.replace(cells, cells=masks)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_prover_that_overlooks_cases_convinces_nobody_of_a_false_claim(activation, fault):
    fooled = 0
    three, four = (itertools.product((0, 1, 3, 2), repeat=N) for N in (3, 4))
    for labels in itertools.chain(three, itertools.islice(four, 1, 200, 4)):
        samples = samples_of(on_a_line(labels))
        for units in (1, 2):
            cells = sabotaged(cells_of(len(samples.slopes), activation), fault)
            try:
                outcome = Search(cells, samples.slopes, units, max_cases=300).decide()
            except LimitError:
                continue
            if not isinstance(outcome, Refutation):
                continue
            document = needs_units_certificate(on_a_line(labels), activation, units, outcome)
            if not true_claim(document):
                fooled += 1
                assert verdict_of(document) in ("REFUTED", "MALFORMED")
    assert fooled > 0, "the sabotage produced no false refutation to test with"


def test_vectors_that_exclude_other_data_exclude_nothing():
    document = copy.deepcopy(corpus.VALID["one-relu"])
    for labels in itertools.product("0123", repeat=3):
        document["dataset"]["labels"] = [[y] for y in labels]
        rises, falls = labels[1] > labels[0], labels[2] < labels[1]
        assert (verdict_of(document) == "VERIFIED") == (rises and falls)


# ---- limits ---------------------------------------------------------------------------------------------------------


def test_limits_are_kept():
    content = (corpus.FOLDER / "valid" / "alternating-two-hard-tanhs.json").read_bytes()
    words = [check_bytes(content, Limits(max_operations=10**k)).word for k in range(9)]
    assert words[0] == "RESOURCE"
    assert words[-1] == "VERIFIED"
    assert sorted(words) == words


def test_an_item_behind_a_finished_tree_is_found_at_once():
    document = copy.deepcopy(corpus.VALID["no-unit"])
    document["refutation"]["tree"] = [0] * 300_000
    content = cases.dumps(cases.seal(document))
    assert check_bytes(content).detail == "refutation.tree[1]: an item after the end of the tree"


@pytest.mark.parametrize(("last", "word"), [("0", "REFUTED"), ("1", "VERIFIED")])
def test_long_numbers_are_compared_exactly(last, word):
    # slopes 15 M + last and M, for M = 10^5000
    document = copy.deepcopy(corpus.VALID["one-leaky-relu-too-steep"])
    zeros = "0" * 4999
    document["dataset"]["labels"] = [["0"], ["15" + zeros + last], ["16" + zeros + last]]
    assert verdict_of(document) == word


def test_a_fraction_of_a_slope_is_seen():
    document = copy.deepcopy(corpus.VALID["one-leaky-relu-too-steep"])
    tiny = fmpq(1, 10**30)
    document["dataset"]["labels"] = [["0"], [str(15 + tiny)], [str(16 + tiny)]]
    assert verdict_of(document) == "VERIFIED"
    document["dataset"]["labels"] = [["0"], ["15"], ["16"]]
    assert verdict_of(document) == "REFUTED"
