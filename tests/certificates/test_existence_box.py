"""Certificates of kind `existence-box`: the corpus, the writer, two implementations compared, attempts to fool one."""

import copy
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.certificates.checker import check_bytes
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.existence_box import existence_box_certificate
from exactmem.datasets import make_dataset
from exactmem.errors import ExactmemError
from exactmem.tangent.elman import seeded
from exactmem.tangent.existence import find
from tests.certificates.corpus import make_existence_box as corpus
from tests.support import checker_cases as cases
from tests.support import naive

KINKS = {"identity": [], "relu-like": [0], "abs": [0], "hard-tanh": [-1, 1], "threshold": [0]}


def files(folder):
    return sorted((corpus.FOLDER / folder).glob("*.json"))


def slope(activation, t):
    """That of the piece that holds t, no breakpoint."""
    A, little = naive.activation(activation), Fraction(1, 10**80)
    return (A(t + little) - A(t)) / little


def states(network, W, x):
    """z_1, ..., z_T and h_T."""
    U, b = [[naive.number(v) for v in row] for row in network["U"]], naive.vector(network["b"])
    A, d, h, found = naive.activation(network["activation"]), len(U[0]), [Fraction(0)] * len(U), []
    for t in range(0, len(x), d):
        now = x[t : t + d]
        z = [
            sum(w * v for w, v in zip(W[j], h, strict=True)) + sum(u * v for u, v in zip(U[j], now, strict=True)) + b[j]
            for j in range(len(U))
        ]
        h = [A(v) for v in z]
        found.append(z)
    return found, h


def interval_sum(terms):
    """The sum of products of intervals."""
    low = high = Fraction(0)
    for a, b in terms:
        products = [u * v for u in a for v in b]
        low, high = low + min(products), high + max(products)
    return low, high


def interval_jacobian(network, box, free, x):
    """Intervals for the derivatives of every output in every free entry, and whether a breakpoint is met; there the
    piece at the lower end is taken."""
    U, b = [[naive.number(v) for v in row] for row in network["U"]], naive.vector(network["b"])
    kind, units, d = network["activation"], range(len(U)), len(U[0])
    zero, one = (Fraction(0),) * 2, (Fraction(1),) * 2
    met, h, dh = False, [zero for _ in units], {place: [zero for _ in units] for place in free}
    for t in range(0, len(x), d):
        z, s = [], []
        for j in units:
            fixed = b[j] + sum(u * v for u, v in zip(U[j], x[t : t + d], strict=True))
            low, high = interval_sum([*zip(box[j], h, strict=True), (one, (fixed, fixed))])
            met = met or any(low <= p <= high for p in KINKS[kind["kind"]])
            z.append((low, high))
            s.append(slope(kind, low))
        dz = {
            (row, k): [
                interval_sum([*zip(box[j], dh[row, k], strict=True), (one, h[k] if j == row else zero)]) for j in units
            ]
            for row, k in free
        }
        A = naive.activation(kind)
        h = [tuple(sorted((A(low), A(high)))) for low, high in z]
        dh = {place: [tuple(sorted((s[j] * v[j][0], s[j] * v[j][1]))) for j in units] for place, v in dz.items()}
    V = [naive.vector(row) for row in network["V"]]
    return [[interval_sum([((v, v), dh[place][j]) for j, v in enumerate(row)]) for place in free] for row in V], met


def broken(document):
    """Which conditions of FORMAT.md, section 16, read literally, in Fractions, fail.

    `shift` and `defect` are the two terms of the second condition, where one alone is too large.
    """
    network, claim = document["recurrent"], document["claim"]
    W, free = [naive.vector(row) for row in network["W"]], [tuple(place) for place in claim["free"]]
    radius = [naive.number(r) for r in claim["radius"]]
    Y = [naive.vector(row) for row in document["evidence"]["preconditioner"]]
    box = [[(w, w) for w in row] for row in W]
    for (j, k), r in zip(free, radius, strict=True):
        box[j][k] = (W[j][k] - r, W[j][k] + r)
    G, J, fails = [], [], set()
    for row, label in zip(document["dataset"]["inputs"], document["dataset"]["labels"], strict=True):
        x = naive.vector(row)
        found, met = interval_jacobian(network, box, free, x)
        fails |= {"breakpoints"} if met else set()
        J += found
        _, h = states(network, W, x)
        for v, c, y in zip(network["V"], network["c"], label, strict=True):
            G.append(sum(a * b for a, b in zip(naive.vector(v), h, strict=True)) + naive.number(c) - naive.number(y))
    for i, row in enumerate(Y):
        shift, defect = abs(sum(y * g for y, g in zip(row, G, strict=True))), Fraction(0)
        for f, r in enumerate(radius):
            low, high = interval_sum([((-y, -y), J[l][f]) for l, y in enumerate(row)])
            defect += max(abs(low + (i == f)), abs(high + (i == f))) * r
        if shift + defect >= radius[i]:
            fails |= {name for name, term in (("shift", shift), ("defect", defect)) if term >= radius[i]} or {"sum"}
    return fails


def holds(document):
    return not broken(document)


def test_every_condition_is_the_only_one_that_some_file_breaks():
    alone = [broken(json.loads(file.read_bytes())) for file in files("invalid")]
    for condition in ("breakpoints", "shift", "defect", "sum"):
        assert {condition} in alone, condition


def test_a_second_opinion_on_the_corpus():
    for folder in ("valid", "invalid"):
        for file in files(folder):
            assert holds(json.loads(file.read_bytes())) == (folder == "valid"), file.name


@pytest.mark.parametrize("name", corpus.VALID)
def test_newton_from_corners_meets_in_one_memorizer(name):
    """Krawczyk's map w -> w - Y G(w), iterated from the corners of the box, stays in it and contracts to one place."""
    document = corpus.VALID[name]
    network, free = document["recurrent"], [tuple(place) for place in document["claim"]["free"]]
    radius = [naive.number(r) for r in document["claim"]["radius"]]
    W = [naive.vector(row) for row in network["W"]]
    Y = [naive.vector(row) for row in document["evidence"]["preconditioner"]]
    center = [W[j][k] for j, k in free]

    def misses(w):
        here = [list(row) for row in W]
        for (j, k), v in zip(free, w, strict=True):
            here[j][k] = v
        result = []
        for row, label in zip(document["dataset"]["inputs"], document["dataset"]["labels"], strict=True):
            _, h = states(network, here, naive.vector(row))
            outputs = [sum(a * b for a, b in zip(naive.vector(v), h, strict=True)) for v in network["V"]]
            result += [
                f + naive.number(c) - naive.number(y) for f, c, y in zip(outputs, network["c"], label, strict=True)
            ]
        return result

    ends = []
    for side in (-1, 1):
        w = [c + side * r for c, r in zip(center, radius, strict=True)]
        for _ in range(60):
            w = [v - sum(y * g for y, g in zip(row, misses(w), strict=True)) for v, row in zip(w, Y, strict=True)]
            w = [Fraction(round(v * 2**200), 2**200) for v in w]
            assert all(abs(v - c) < r for v, c, r in zip(w, center, radius, strict=True))
        ends.append(w)
    assert all(abs(a - b) < r / 1000 for a, b, r in zip(*ends, radius, strict=True))


@st.composite
def problems(draw):
    units, d, T, N = draw(st.integers(1, 4)), draw(st.integers(1, 2)), draw(st.integers(2, 3)), draw(st.integers(1, 3))
    small = st.builds(Fraction, st.integers(-4, 4), st.sampled_from([1, 2, 3]))
    rows = draw(st.lists(st.lists(small, min_size=d * T, max_size=d * T), min_size=N, max_size=N, unique_by=tuple))
    activation = draw(st.sampled_from([RELU, relu_like(1, "1/10"), HARD_TANH]))
    return seeded(draw(st.integers(0, 10**6)), units, d, 1, activation), make_dataset(rows, [draw(small) for _ in rows])


def found(problem):
    try:
        return find(*problem)
    except ExactmemError:
        return None


@given(problems().map(found).filter(bool))
def test_what_is_found_is_verified_and_a_change_only_if_it_holds(box):
    document = existence_box_certificate(box)
    verdict = check_bytes(to_bytes(document))
    assert verdict.word == "VERIFIED", verdict
    assert holds(document)
    wider, other = copy.deepcopy(document), copy.deepcopy(document)
    wider["claim"]["radius"] = [str(16 * Fraction(r)) for r in document["claim"]["radius"]]
    other["dataset"]["labels"][0] = [str(Fraction(other["dataset"]["labels"][0][0]) + Fraction(1, 1000))]
    for changed in (wider, other):
        assert (check_bytes(cases.dumps(cases.seal(changed))).word == "VERIFIED") == holds(changed)


ALL = [*corpus.VALID.values(), *corpus.INVALID.values()]


@given(cases.with_a_number_changed(ALL, ("recurrent", "dataset", "evidence", "claim")))
def test_a_changed_number_is_verified_only_if_the_claim_still_holds(document):
    word = check_bytes(cases.dumps(cases.seal(document))).word
    if word != "MALFORMED":
        assert (word == "VERIFIED") == holds(document)


def test_limits_are_kept():
    words = cases.words_by_limit((corpus.FOLDER / "valid" / "two-sequences.json").read_bytes())
    assert (words[0], words[-1], sorted(words)) == ("RESOURCE", "VERIFIED", words)
