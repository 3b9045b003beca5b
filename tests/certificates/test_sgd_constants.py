"""Certificates of kind `sgd-constants`: the corpus, a second opinion, the writer, and attempts to fool the checker."""

import copy
import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactmem as em
from exactmem.certificates.checker import Limits, check_bytes
from exactmem.certificates.checking.metered import Number
from exactmem.certificates.checking.sgd_inequalities import check_spectrum, in_range_plainly
from exactmem.certificates.checking.verdicts import DEFAULT_LIMITS, Meter, Refuted
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.sgd_constants import sgd_constants_certificate
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.loss import SQUARED_LOSS, polynomial
from exactmem.sgd.repair import without_kinks
from tests.certificates.corpus import make_sgd_constants as corpus
from tests.support import checker_cases as cases
from tests.support import naive_sgd
from tests.support.sgd_cases import ACTIVATIONS, HARD_TANH, LEAKY, RELU, random_network

SKEW = polynomial(["1/2", "1/6", "1/12"])
UNSAFE = {
    **dict.fromkeys(("C_1", "C_2", "C_3", "C_4", "C_5", "C_6", "lambda_max", "tau", "C"), Fraction(99, 100)),
    **dict.fromkeys(("lambda_min", "rho", "gamma", "lambda"), Fraction(101, 100)),
}


def files(folder):
    return sorted((corpus.FOLDER / folder).glob("*.json"))


def verdict_of(document):
    return check_bytes(cases.dumps(cases.seal(document)))


def written(sizes, activation, N, loss=SQUARED_LOSS, B=1, factor=16, seed=1, bits=32):
    problem = Training(random_network(seed, sizes, activation, N), loss)
    return sgd_constants_certificate(problem, constants(problem, B, factor, bits))


def test_a_second_opinion_on_the_corpus():
    for folder in ("valid", "invalid"):
        for file in files(folder):
            assert naive_sgd.holds(json.loads(file.read_bytes())) == (folder == "valid"), file.name


@pytest.mark.parametrize("loss", [SQUARED_LOSS, SKEW], ids=["squared", "skew"])
@pytest.mark.parametrize("factor", [16, 32])
@pytest.mark.parametrize(
    ("sizes", "activation", "N", "B"),
    [
        ([2, 1], RELU, 3, 1),
        ([1, 2, 1], HARD_TANH, 2, 2),
        ([2, 3, 2, 1], LEAKY, 3, 3),
        ([1, 2, 2, 2, 1], LEAKY, 3, 1),
        ([2, 2, 3, 2, 1], RELU, 2, 1),
    ],
)
def test_what_exactmem_computes_is_verified_and_nothing_a_percent_better(sizes, activation, N, B, factor, loss):
    document = written(sizes, activation, N, loss, B, factor)
    assert check_bytes(to_bytes(document)).word == "VERIFIED"
    assert naive_sgd.holds(document)
    at_the_floor = ("C_3", "C_5") if len(sizes) == 2 else ()
    for name, change in UNSAFE.items():
        if name in at_the_floor:
            continue
        wrong = copy.deepcopy(document)
        wrong["claim"]["constants"][name] = str(Fraction(wrong["claim"]["constants"][name]) * change)
        assert verdict_of(wrong).word == "REFUTED", name


@pytest.mark.parametrize("key", ["alpha", "d", "F", "S", "G"])
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_evidence_a_percent_too_small_is_refuted(key, activation):
    document = written([2, 3, 3, 1], activation, 3)
    for sample in range(3):
        for entry, value in enumerate(document["claim"]["bounds"][sample][key]):
            if Fraction(value) > 0:
                wrong = copy.deepcopy(document)
                wrong["claim"]["bounds"][sample][key][entry] = str(Fraction(value) * Fraction(99, 100))
                assert verdict_of(wrong).word == "REFUTED", (sample, entry)


@pytest.mark.parametrize("seed", range(8))
def test_the_largest_radius_is_verified_and_no_larger_one(seed):
    problem = Training(random_network(seed, [1, 2, 3, 1], HARD_TANH, 2), SQUARED_LOSS)
    rho_c = constants(problem, 1).rho_c
    document = sgd_constants_certificate(problem, constants(problem, 1, rho_s=rho_c))
    assert verdict_of(document).word == "VERIFIED"
    document["claim"]["constants"]["rho_s"] = str(Fraction(str(rho_c)) * (1 + Fraction(1, 10**6)))
    assert verdict_of(document).word == "REFUTED"


small = st.fractions(min_value=Fraction(1, 3), max_value=3, max_denominator=4)


@settings(max_examples=40)
@given(st.data())
def test_any_edit_gets_the_second_opinions_verdict(data):
    names = ["one-unit-by-hand", "hard-tanh-two-samples", "skew-loss", "four-layers", "three-matrix-forms"]
    document = copy.deepcopy(corpus.VALID[data.draw(st.sampled_from(names))])
    claim = document["claim"]
    place = data.draw(st.sampled_from(["constant", "bound", "weight", "bias", "input"]))
    if place == "constant":
        target, key = claim["constants"], data.draw(st.sampled_from(naive_sgd.KEYS))
    elif place == "bound":
        lists = [row for b in claim["bounds"] for row in b.values() if row]
        target = data.draw(st.sampled_from(lists))
        key = data.draw(st.integers(0, len(target) - 1))
    elif place == "input":
        target, key = data.draw(st.sampled_from(document["dataset"]["inputs"])), 0
    else:
        layers = [l for l in document["network"]["layers"] if isinstance(l["weight"], list)]
        layer = data.draw(st.sampled_from(layers))
        target, key = (data.draw(st.sampled_from(layer["weight"])) if place == "weight" else layer["bias"]), 0
    target[key] = str(Fraction(target[key]) * data.draw(small))
    expected = "VERIFIED" if naive_sgd.holds(document) else "REFUTED"
    assert verdict_of(document).word == expected


@pytest.mark.parametrize(
    ("rows", "curvature", "lowest", "highest"),
    [
        ([[3]], 2, 6, 6),
        ([[2, 2], [2, 2]], 1, 4, 4),
        ([[2, 2, 0], [2, 2, 0], [0, 0, 3]], 1, 3, 4),
        ([[2, 0, 2, 2], [0, 1, 0, 0], [2, 0, 2, 2], [2, 0, 2, 2]], Fraction(1, 3), Fraction(1, 3), 2),
        ([[2, 1], [1, 2]], Fraction(1, 3), Fraction(1, 3), 1),
    ],
)
def test_the_quick_test_of_the_spectrum_counts_equal_gradients(rows, curvature, lowest, highest):
    matrix = [[Fraction(v) for v in row] for row in rows]
    spent = Meter(DEFAULT_LIMITS)

    def holds(low, high):
        numbers = (Number(Fraction(v), spent) for v in (curvature, low, high))
        return in_range_plainly(matrix, *numbers, spent)

    closer, wider = 1 - Fraction(1, 2**40), 1 + Fraction(1, 2**40)
    assert holds(lowest * closer, highest * wider)
    assert not holds(lowest * wider, highest * wider)
    assert not holds(lowest * closer, highest * closer)


def test_what_is_too_close_for_the_quick_test_is_decided_exactly():
    matrix = [[Fraction(2), Fraction(1)], [Fraction(1), Fraction(2)]]
    spent = Meter(DEFAULT_LIMITS)
    one, low, high = (Number(Fraction(v), spent) for v in (1, 1, 3))
    assert not in_range_plainly(matrix, one, low, high, spent)
    check_spectrum(matrix, one, low, high, spent)
    tiny = Fraction(1, 10**1000)
    for wrong in ((low + tiny, high), (low, high - tiny)):
        with pytest.raises(Refuted):
            check_spectrum(matrix, one, *wrong, spent)


def test_the_constants_of_the_iris_data_are_verified():
    data = em.read_dataset("iris", labels="species=virginica")
    net = em.build(data, "decoupled", activation="hard-tanh")
    problem = Training(without_kinks(net.network, net.dataset).minimum, SQUARED_LOSS)
    values = constants(problem, 1)
    assert values.rank == values.N == 149
    assert check_bytes(to_bytes(sgd_constants_certificate(problem, values))).word == "VERIFIED"


def test_a_limit_stops_the_work():
    data = to_bytes(written([2, 3, 3, 1], RELU, 4))
    assert check_bytes(data).word == "VERIFIED"
    verdict = check_bytes(data, Limits(max_operations=100_000))
    assert verdict.word == "RESOURCE"


def test_long_numbers_in_the_evidence():
    document = written([1, 2, 1], RELU, 2, bits=600)
    assert check_bytes(to_bytes(document)).word == "VERIFIED"
    assert max(len(q) for q in document["claim"]["constants"].values()) > 150


def test_the_writers_certificate_is_about_the_network_it_was_given():
    problem = Training(random_network(1, [1, 2, 1], RELU, 2), SQUARED_LOSS)
    document = sgd_constants_certificate(problem, constants(problem, 1, 32))
    assert document["network"] == problem.minimum.network.to_json()
    assert document["claim"]["factor"] == 32
    assert document["claim"]["source"] == "exactmem, Theorem 5.1r"
