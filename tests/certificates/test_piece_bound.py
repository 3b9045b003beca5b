"""Certificates of kind `piece-bound`: the corpus, the writer, two implementations compared, attempts to fool one."""

import copy
import dataclasses
import json
import time

from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import ABS, SQUARE, THRESHOLD
from exactmem.certificates.checker import Limits, check_bytes
from exactmem.certificates.reader import network_from_json
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.piece_bound import piece_bound_certificate
from exactmem.evaluate import evaluate_generic
from exactmem.lines import restrict
from exactmem.networks import FNN, ResNet, dense, layer
from exactmem.pieces import refute
from exactmem.testing.strategies import entries, fnns, resnets, vectors
from tests.certificates.corpus import make_piece_bound as corpus
from tests.support import checker_cases as cases


def files(folder):
    return sorted((corpus.FOLDER / folder).glob("*.json"))


def holds(document):
    """Whether the claim is true, by exactmem's own line restriction and forward pass; sizes are taken as right."""
    network = network_from_json(document["network"])
    inputs = [[fmpq(*map(int, q.split("/"))) for q in row] for row in document["dataset"]["inputs"]]
    count = len(restrict(network, [0] * network.d_x, inputs[0]).pieces)
    outputs = evaluate_generic(network, inputs)
    missed = [i for i, (value,) in enumerate(outputs) if value != (-1) ** (i + 1)]
    claim = document["claim"]
    return count == claim["pieces"] < len(inputs) - 1 and missed[:1] == [claim["missed"]]


def test_a_second_opinion_on_the_corpus():
    for folder in ("valid", "invalid"):
        for file in files(folder):
            assert holds(json.loads(file.read_bytes())) == (folder == "valid"), file.name


def continuous_with_one_output(network, draw):
    """The network with |t| for jumps and squares, and its outputs combined into one."""

    def smooth(part):
        jumps = part.activation in (THRESHOLD, SQUARE)
        return dataclasses.replace(part, activation=ABS) if jumps else part

    parts = [smooth(part) for part in network.layers]
    if isinstance(network, ResNet):
        row, width = draw(vectors(parts[-1].U.shape[0])), parts[-1].U.shape[1]
        last = dataclasses.replace(parts[-1], V=dense([row]), c=(fmpq(1),), skip=False)
        assert last.U.shape[1] == width
        return ResNet((*parts[:-1], last))
    row = draw(vectors(parts[-1].weight.shape[1]))
    return FNN((*parts[:-1], layer(dense([row]), [draw(entries)])))


def random_evidence(data):
    network = continuous_with_one_output(data.draw(st.one_of(fnns(max_layers=4), resnets())), data.draw)
    u = data.draw(vectors(network.d_x).filter(any))
    return network, refute(network, u)


@given(st.data())
def test_both_implementations_count_the_same_pieces(data):
    network, evidence = random_evidence(data)
    document = piece_bound_certificate(network, evidence)
    verdict = check_bytes(to_bytes(document))
    assert verdict.word == "VERIFIED", verdict
    for key, change in (("pieces", -1), ("pieces", 1), ("missed", 1), ("missed", -1)):
        wrong = copy.deepcopy(document)
        wrong["claim"][key] += change
        assert check_bytes(cases.dumps(cases.seal(wrong))).word in ("REFUTED", "MALFORMED")


@given(st.data())
def test_a_changed_weight_is_verified_only_if_the_claim_still_holds(data):
    document = copy.deepcopy(data.draw(st.sampled_from([*corpus.VALID.values(), *corpus.INVALID.values()])))
    places = list(number_places(document["network"]))
    container, key = data.draw(st.sampled_from(places))
    container[key] = data.draw(st.sampled_from(["1", "-1", "2", "1/3", "-5/2"]))
    word = check_bytes(cases.dumps(cases.seal(document))).word
    if word != "MALFORMED":
        assert (word == "VERIFIED") == holds(document)


def number_places(value):
    """Every place of a rational string below a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(item, str) and key not in ("kind", "architecture"):
            yield value, key
        else:
            yield from number_places(item)


def test_limits_are_kept():
    content = (corpus.FOLDER / "valid" / "two-layers-of-kinks.json").read_bytes()
    words = [check_bytes(content, Limits(max_operations=10**k)).word for k in range(8)]
    assert words[0] == "RESOURCE"
    assert words[-1] == "VERIFIED"
    assert sorted(words) == words


def test_a_network_with_very_many_pieces_is_a_matter_of_resources():
    # the tent map composed 40 times has 2^40 pieces on [0, 1]; every layer is tiny
    tent = [cases.layer([["1"], ["1"]], ["0", "-1"], cases.RELU)]
    tent += [cases.layer([["2", "-4"], ["2", "-4"]], ["0", "-1"], cases.RELU) for _ in range(39)]
    network = {"architecture": "fnn", "layers": [*tent, cases.layer([["2", "-4"]], ["0"], {"kind": "identity"})]}
    start = time.monotonic()
    document = corpus.certificate(network, 4, 2, 0)
    verdict = check_bytes(cases.dumps(document), Limits(max_operations=3 * 10**8))
    assert verdict.word == "RESOURCE"
    assert time.monotonic() - start < 30


def test_the_claim_states_the_sharpened_bound():
    network = FNN((layer(dense([[1], [1]]), [0, -1], ABS), layer(dense([[1, 2]]), [0], ABS), layer(dense([[1]]), [0])))
    document = piece_bound_certificate(network, refute(network, [1]))
    assert document["claim"]["bound"] == "6"
    assert document["claim"]["sizes"]["N"] == document["claim"]["pieces"] + 2
