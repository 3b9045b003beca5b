"""Certificates of kind `gradient-rate`: the corpus, the writer, two implementations compared, attempts to fool one."""

import copy
import json
from fractions import Fraction
from itertools import combinations

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.certificates.checker import check_bytes
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.gradient_rate import gradient_rate_certificate
from exactmem.datasets import make_dataset
from exactmem.errors import ExactmemError
from exactmem.networks import FNN, dense, layer
from exactmem.tangent.rate import certify, tangent
from tests.certificates.corpus import make_gradient_rate as corpus
from tests.support import checker_cases as cases
from tests.support import naive


def files(folder):
    return sorted((corpus.FOLDER / folder).glob("*.json"))


def determinant(rows):
    """By expansion along the first row."""
    if not rows:
        return Fraction(1)
    minors = (determinant([row[:k] + row[k + 1 :] for row in rows[1:]]) for k in range(len(rows)))
    return sum((-1) ** k * a * minor for k, (a, minor) in enumerate(zip(rows[0], minors, strict=True)))


def semidefinite(rows):
    """By all principal minors."""
    indices = range(len(rows))
    chosen = (pick for size in range(1, len(rows) + 1) for pick in combinations(indices, size))
    return all(determinant([[rows[i][k] for k in pick] for i in pick]) >= 0 for pick in chosen)


KINKS = {"identity": [], "relu-like": [0], "abs": [0], "hard-tanh": [-1, 1], "threshold": [0]}


def slope(activation, t):
    """That of the piece that holds t, which is the one on its right at a breakpoint."""
    A, little = naive.activation(activation), Fraction(1, 10**80)
    return (A(t + little) - A(t)) / little


def broken(document):
    """Which conditions of FORMAT.md, section 15, read literally, in Fractions, fail; sizes are taken as right."""
    hidden, last = document["network"]["layers"]
    weight, out = naive.matrix(hidden["weight"]), naive.matrix(last["weight"])[0]
    kind, bias = hidden["activation"], naive.vector(hidden["bias"])
    inputs = [naive.vector(row) for row in document["dataset"]["inputs"]]
    labels = [naive.number(row[0]) for row in document["dataset"]["labels"]]
    step, rate = (naive.number(document["claim"][key]) for key in ("step", "rate"))
    inverse = [naive.vector(row) for row in document["evidence"]["inverse"]]
    everyone, units = range(len(inputs)), range(len(weight))

    z = [[sum(w * v for w, v in zip(weight[j], x, strict=True)) + bias[j] for j in units] for x in inputs]
    D = [[out[j] * slope(kind, z[i][j]) for j in units] for i in everyone]
    more = int(document["claim"]["biases"])
    G = [[sum(a * b for a, b in zip(x, y, strict=True)) + more for y in inputs] for x in inputs]
    K = [[sum(a * b for a, b in zip(D[i], D[k], strict=True)) * G[i][k] for k in everyone] for i in everyone]
    r = [naive.evaluate(document["network"], x)[0] - y for x, y in zip(inputs, labels, strict=True)]
    identity = [[Fraction(i == k) for k in everyone] for i in everyone]

    def form(a, b):
        return sum(a[i] * inverse[i][k] * b[k] for i in everyone for k in everyone)

    product = [[sum(K[i][l] * inverse[l][k] for l in everyone) for k in everyone] for i in everyone]
    low = [[K[i][k] - rate * identity[i][k] for k in everyone] for i in everyone]
    high = [[identity[i][k] - step * K[i][k] for k in everyone] for i in everyone]
    found = {"inverse": product != identity, "rate": not semidefinite(low), "step": not semidefinite(high)}
    found["breakpoints"] = any(
        (2 * (z[i][j] - p) - form(c, r)) ** 2 <= form(c, c) * form(r, r)
        for i in everyone
        for j in units
        for c in [[D[k][j] * G[k][i] for k in everyone]]
        for p in KINKS[kind["kind"]]
    )
    return {name for name, fails in found.items() if fails}


def holds(document):
    return not broken(document)


def test_a_second_opinion_on_the_corpus():
    for folder in ("valid", "invalid"):
        for file in files(folder):
            assert holds(json.loads(file.read_bytes())) == (folder == "valid"), file.name


def test_every_condition_is_the_only_one_that_some_file_breaks():
    alone = [broken(json.loads(file.read_bytes())) for file in files("invalid")]
    for condition in ("inverse", "rate", "step", "breakpoints"):
        assert {condition} in alone, condition


small = st.builds(fmpq, st.integers(-4, 4), st.sampled_from([1, 2, 3]))
wild = st.builds(fmpq, st.integers(-(10**30), 10**30), st.integers(1, 10**30))
ACTIVATIONS = [RELU, relu_like(1, "1/10"), HARD_TANH]


@st.composite
def problems(draw):
    """A network with one hidden layer, and samples of which it has none on a breakpoint or dependent."""
    d_x, q, N = draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    numbers = draw(st.sampled_from([small, small, small, wild]))

    def matrix(height, width):
        return draw(st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=height, max_size=height))

    hidden = layer(
        dense(matrix(q, d_x)), draw(st.lists(numbers, min_size=q, max_size=q)), draw(st.sampled_from(ACTIVATIONS))
    )
    network = FNN((hidden, layer(dense(matrix(1, q)), [draw(numbers)])))
    inputs = draw(st.lists(st.lists(small, min_size=d_x, max_size=d_x), min_size=N, max_size=N, unique_by=tuple))
    labels = [draw(small) for _ in inputs]
    return network, make_dataset(inputs, labels), draw(st.booleans())


def certified(problem):
    try:
        return certify(tangent(*problem), bits=6)
    except ExactmemError:
        return None


@given(problems().map(certified).filter(bool))
def test_what_is_certified_is_verified_and_a_change_only_if_it_holds(found):
    document = gradient_rate_certificate(found)
    verdict = check_bytes(to_bytes(document))
    assert verdict.word == "VERIFIED", verdict
    assert holds(document)
    for key, factor in (("step", 2), ("rate", 2), ("step", Fraction(1, 3)), ("rate", Fraction(1, 3))):
        wrong = copy.deepcopy(document)
        wrong["claim"][key] = str(Fraction(wrong["claim"][key]) * factor)
        assert (check_bytes(cases.dumps(cases.seal(wrong))).word == "VERIFIED") == holds(wrong)


ALL = [*corpus.VALID.values(), *corpus.INVALID.values()]


@given(cases.with_a_number_changed(ALL, ("network", "dataset", "evidence")))
def test_a_changed_number_is_verified_only_if_the_claim_still_holds(document):
    word = check_bytes(cases.dumps(cases.seal(document))).word
    if word != "MALFORMED":
        assert (word == "VERIFIED") == holds(document)


def test_limits_are_kept():
    words = cases.words_by_limit((corpus.FOLDER / "valid" / "two-samples-two-units.json").read_bytes())
    assert (words[0], words[-1], sorted(words)) == ("RESOURCE", "VERIFIED", words)


@pytest.mark.parametrize("name", corpus.VALID)
def test_descent_from_every_valid_file_does_what_it_says(name):
    """Twelve true steps, in Fractions, by the naive evaluator: pieces stay, residuals fall at the rate."""
    document = copy.deepcopy(corpus.VALID[name])
    hidden, last = document["network"]["layers"]
    W, out = naive.matrix(hidden["weight"]), naive.matrix(last["weight"])[0]
    bias = naive.vector(hidden["bias"])
    kinks = KINKS[hidden["activation"]["kind"]]
    step, rate = (naive.number(document["claim"][key]) for key in ("step", "rate"))
    inputs = [naive.vector(row) for row in document["dataset"]["inputs"]]
    labels = [naive.number(row[0]) for row in document["dataset"]["labels"]]
    sides, bound = None, None
    for _ in range(12):
        hidden["weight"], hidden["bias"] = [[str(w) for w in row] for row in W], [str(b) for b in bias]
        outputs = [naive.evaluate(document["network"], x)[0] for x in inputs]
        r = [f - y for f, y in zip(outputs, labels, strict=True)]
        z = [[sum(a * b for a, b in zip(w, x, strict=True)) + s for w, s in zip(W, bias, strict=True)] for x in inputs]
        assert all(value != p for row in z for value in row for p in kinks)
        now = [[[value > p for p in kinks] for value in row] for row in z]
        square = sum(v * v for v in r)
        assert sides in (None, now)
        assert bound is None or square <= bound
        sides, bound = now, square * (1 - step * rate) ** 2
        for j, w in enumerate(W):
            slopes = [slope(hidden["activation"], row[j]) * out[j] for row in z]
            if document["claim"]["biases"]:
                bias[j] -= step * sum(v * s for v, s in zip(r, slopes, strict=True))
            for k in range(len(w)):
                w[k] -= step * sum(v * s * x[k] for v, s, x in zip(r, slopes, inputs, strict=True))
