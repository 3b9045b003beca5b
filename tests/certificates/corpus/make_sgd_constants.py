"""Writes the corpus sgd_constants/: `python -m tests.certificates.corpus.make_sgd_constants`.

Certificates of kind `sgd-constants`. HAND is worked out by hand; the others get constants by the simplest bounds, with
roots rounded up to multiples of 2^-20. Malformed files are named after their fault, MALFORMED gives its place.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.certificates.corpus import corpus_files
from tests.certificates.corpus.corpus_files import Faults
from tests.certificates.corpus.make_memorization import (
    HARD_TANH,
    IDENTITY,
    LEAKY,
    THRESHOLD,
    column,
    drop,
    fnn,
    put,
    residual,
    resnet,
)
from tests.support import naive, naive_sgd
from tests.support.checker_cases import RELU, Document, assembled, edited, layer
from tests.support.naive_sgd import At, inner

FOLDER = Path(__file__).parent / "sgd_constants"
SQUARED = ["1/2"]
SKEW = ["1/2", "1/6", "1/12"]
Constants = dict[str, str]


def certificate(
    network: Document, inputs: list[list[str]], loss: list[str], B: int, factor: int, constants: Constants, bounds: Any
) -> Document:
    """A sealed certificate whose labels are the network's outputs."""
    labels = [[str(At(network, [Fraction(q) for q in x]).z[-1][0])] for x in inputs]
    claim = {
        "kind": "sgd-constants",
        "source": "a test",
        "sizes": naive.sizes(network, [[Fraction(q) for q in x] for x in inputs], [[Fraction(1)]] * len(inputs)),
        "loss": {"kind": "polynomial", "coefficients": loss},
        "batch_size": B,
        "factor": factor,
        "constants": constants,
        "bounds": bounds,
    }
    return assembled(claim, dataset={"inputs": inputs, "labels": labels}, network=network)


def root(value: Fraction) -> Fraction:
    """A multiple of 2^-20 that is at least the root."""
    return Fraction(math.isqrt(math.ceil(value * 4**20)) + 1, 2**20)


def sample_bounds(at: At, r: Fraction) -> dict[str, list[Fraction]]:
    """Evidence for one sample, entry l belonging to layer l; norms of matrices by Frobenius."""
    L, zero = at.L, Fraction(0)
    size = [[zero] * (L + 2) for _ in range(7)]
    alpha, w, v, d, F, S, G = size
    for l in range(L):
        alpha[l] = root(inner(at.a[l], at.a[l]) + 1)
    for l in range(1, L + 1):
        d[l] = Fraction(1) if l == L else root(inner(at.D[l], at.D[l]))
        w[l] = root(sum(inner(row, row) for row in at.w(l))) if l >= 2 else zero
        v[l] = root(sum((inner(row, row) for row in at.v(l)), zero)) if l <= L - 2 else zero
        F[l] = root((at.s(l) * alpha[l - 1]) ** 2 + (w[l] * F[l - 1]) ** 2)
        a, b = w[l] * S[l - 1], at.s(l) * (F[l - 1] + r * S[l - 1])
        S[l] = (a + root(a * a + b * b)) / 2
    for l in range(L - 1, 0, -1):
        G[l] = root((G[l + 1] * v[l]) ** 2 + at.s(l) ** 2 * (d[l + 1] + G[l + 1] * r) ** 2)
    return dict(zip(("alpha", "w", "v", "d", "F", "S", "G"), size, strict=True))


def stated(b: dict[str, list[Fraction]], L: int) -> dict[str, list[str]]:
    """The entries of one sample's evidence that the format asks for."""
    spans = {"alpha": (0, L), "w": (2, L + 1), "v": (1, L - 1), "d": (1, L), "F": (1, L), "S": (1, L), "G": (1, L)}
    return {name: [str(q) for q in b[name][low:high]] for name, (low, high) in spans.items()}


def squared_c5(b: dict[str, list[Fraction]], r: Fraction, L: int) -> Fraction:
    A = [b["G"][l] * b["alpha"][l - 1] for l in range(1, L + 1)]
    B = [(b["d"][l] + b["G"][l] * r) * (b["F"][l - 1] + r * b["S"][l - 1]) for l in range(1, L + 1)]
    total = [x + y for x, y in zip(A, B, strict=True)]
    return max(sum(A[l] * total[l] for l in range(k)) + sum(B[l] * total[l] for l in range(k + 1, L)) for k in range(L))


def derived(
    network: Document, inputs: list[list[str]], radius: str, loss: list[str] = SQUARED, B: int = 1, factor: int = 16
) -> Document:
    """A certificate with the simplest valid constants for that radius."""
    places = [At(network, [Fraction(q) for q in x]) for x in inputs]
    r, L, N = Fraction(radius), places[0].L, len(inputs)
    bounds = [sample_bounds(at, r) for at in places]
    gram = [
        [sum(inner(p.D[l], q.D[l]) * (inner(p.a[l - 1], q.a[l - 1]) + 1) for l in p.D) for q in places] for p in places
    ]
    curvature, floor = 2 * Fraction(loss[0]), Fraction(1, 2**10)
    c = {"rho_s": r, "C_2": root(max(gram[i][i] for i in range(N)))}
    c["C_6"] = curvature * c["C_2"]
    c["C_3"] = max(floor, *(b["S"][L] for b in bounds))
    c["C_5"] = max(floor, *(root(squared_c5(b, r, L)) for b in bounds))
    U = c["C_2"] * r + c["C_3"] * r * r
    terms = [(k, abs(Fraction(q))) for k, q in enumerate(loss, 2)]
    c["C_1"] = sum(k * (k - 1) * q * U ** (k - 2) for k, q in terms) / 2
    third = sum(k * (k - 1) * (k - 2) * q * U ** max(0, k - 3) for k, q in terms)
    c["C_4"] = curvature * c["C_3"] + third * (c["C_2"] + c["C_3"] * r) ** 2 / 2
    low, high = eigenvalue_bounds(gram, curvature)
    c |= {"lambda_min": low, "lambda_max": high}
    c["tau"] = factor * c["C_2"] * c["C_4"] * N / low
    c["rho"] = min(r, low * c["C_2"] / (factor * c["C_2"] * c["C_5"] * c["C_6"] * N + low * c["C_5"])) / 2
    c["gamma"] = low * B / (2 * high**2 * (N // B) ** 2)
    c["lambda"] = low / (4 * B)
    c["C"] = 16 * c["C_1"] * (c["C_2"] * c["tau"] + c["C_3"]) ** 2
    constants = {key: str(c[key]) for key in naive_sgd.KEYS}
    return certificate(network, inputs, loss, B, factor, constants, [stated(b, L) for b in bounds])


def eigenvalue_bounds(gram: list[list[Fraction]], curvature: Fraction) -> tuple[Fraction, Fraction]:
    """The trace, and the first number trace/2^k that lies below every positive eigenvalue."""
    trace = curvature * sum(gram[i][i] for i in range(len(gram)))
    square = naive_sgd.product(gram, gram)
    low = trace
    while not naive_sgd.semidefinite(
        [[curvature * q - low * g for q, g in zip(u, v, strict=True)] for u, v in zip(square, gram, strict=True)]
    ):
        low /= 2
    return low, trace


# f(x) = 2 relu(x + 1/4) at x = 3/4: z = a = 1, f = 2, D^1 = 2, nu = (3/2, 2, 1, 1), nu.nu = 33/4; alpha_0 = 5/4.
ONE_UNIT = fnn(layer([["1"]], ["1/4"], RELU), layer([["2"]], ["0"], IDENTITY))
HAND_CONSTANTS = {
    "rho_s": "1/2",  # 1/2 * 5/4 < 1
    "C_1": "1/2",
    "C_2": "3",
    "C_3": "5/8",
    "C_4": "5/8",
    "C_5": "5/4",
    "C_6": "3",
    "lambda_min": "33/4",
    "lambda_max": "33/4",
    "tau": "40/11",
    "rho": "33/512",  # (99/4)/(180 + 165/16)/2 = 198/3045
    "gamma": "2/33",
    "lambda": "33/16",
    "C": "1030225/968",
}
HAND_BOUNDS = {"alpha": ["5/4", "3/2"], "w": ["2"], "v": [], "d": ["2"], "F": ["5/4"], "S": ["0"], "G": ["1"]}
HAND = certificate(ONE_UNIT, [["3/4"]], SQUARED, 1, 16, HAND_CONSTANTS, [HAND_BOUNDS])

TWO_UNITS = fnn(layer(column("1", "1/2"), ["1/3", "-1"], HARD_TANH), layer([["2", "-1"]], ["1/5"], IDENTITY))
DEEP = fnn(
    layer([["1", "-1/2"], ["1/3", "1"]], ["1/2", "1"], LEAKY),
    layer([["1", "1/2"], ["-1", "2"]], ["1/4", "0"], RELU),
    layer([["1", "-2"], ["3", "1"]], ["1", "1/7"], LEAKY),
    layer([["1", "1/3"]], ["-1"], IDENTITY),
)
SATURATED = fnn(layer([["1"], ["2"]], ["9", "-9"], HARD_TANH), layer([["1", "3"]], ["0"], IDENTITY))
STEPS = fnn(layer(column("1", "-1"), ["0", "0"], THRESHOLD), layer([["2", "3"]], ["0"], IDENTITY))
LINEAR_BELOW = fnn(
    layer([["2"]], ["1"], IDENTITY),
    layer({"column": ["1", "-1"], "row": ["1/2"]}, ["1", "2"], {"kind": "abs"}),
    layer({"shape": [1, 2], "entries": [[0, 1, "3"]]}, ["1"], IDENTITY),
)


def scaled(name: str, factor: str) -> Callable[[Document], Any]:
    """Multiplies one constant."""

    def edit(document: Document) -> None:
        constants = document["claim"]["constants"]
        constants[name] = str(Fraction(constants[name]) * Fraction(factor))

    return edit


def scaled_bound(key: str, factor: str, sample: int = 0, entry: int = 0) -> Callable[[Document], Any]:
    """Multiplies one entry of the evidence."""

    def edit(document: Document) -> None:
        values = document["claim"]["bounds"][sample][key]
        values[entry] = str(Fraction(values[entry]) * Fraction(factor))

    return edit


def without_a_term(keep_v: bool) -> Callable[[Document], Any]:
    """G_1 of the first sample from its recursion with one of the two terms in G_2 left out."""

    def edit(document: Document) -> None:
        r = Fraction(document["claim"]["constants"]["rho_s"])
        b = {key: [Fraction(q) for q in row] for key, row in document["claim"]["bounds"][0].items()}
        at = At(document["network"], [Fraction(q) for q in document["dataset"]["inputs"][0]])
        through, change = (b["G"][1] * b["v"][0] if keep_v else 0), (0 if keep_v else b["G"][1] * r)
        square = through**2 + at.s(1) ** 2 * (b["d"][1] + change) ** 2
        value = Fraction(math.isqrt(math.ceil(square * 4**80)) + 1, 2**80)
        document["claim"]["bounds"][0]["G"][0] = str(value)

    return edit


def stated_as(name: str, formula: Callable[[dict[str, Fraction]], Fraction]) -> Callable[[Document], Any]:
    """Sets a constant to what a formula makes of the others."""

    def edit(document: Document) -> None:
        constants = document["claim"]["constants"]
        constants[name] = str(formula({key: Fraction(q) for key, q in constants.items()}))

    return edit


def c1_for_a_linear_output(c: dict[str, Fraction]) -> Fraction:
    """C_1 for FALLING_LOSS as if C_3 were 0."""
    U = c["C_2"] * c["rho_s"]
    return (1 + U + U * U) / 2


def c4_by_a_signed_coefficient(c: dict[str, Fraction]) -> Fraction:
    """C_4 for FALLING_LOSS with its last coefficient's sign."""
    U = c["C_2"] * c["rho_s"] + c["C_3"] * c["rho_s"] ** 2
    return c["C_3"] + (1 - 2 * U) * (c["C_2"] + c["C_3"] * c["rho_s"]) ** 2 / 2


def c5_without_the_radius(document: Document) -> None:
    """C_5 as if G_l r were 0."""
    b = [{key: [Fraction(q) for q in row] for key, row in sample.items()} for sample in document["claim"]["bounds"]]
    L, r = len(b[0]["alpha"]), Fraction(document["claim"]["constants"]["rho_s"])
    for sample in b:
        sample["d"].append(Fraction(1))
        sample["G"].append(Fraction(0))
        sample["F"].insert(0, Fraction(0))
        sample["S"].insert(0, Fraction(0))
    largest = Fraction(0)
    for sample in b:
        A = [sample["G"][l] * sample["alpha"][l] for l in range(L)]
        B = [sample["d"][l] * (sample["F"][l] + r * sample["S"][l]) for l in range(L)]
        for k in range(L):
            below = sum(A[l] * (A[l] + B[l]) for l in range(k))
            largest = max(largest, below + sum(B[l] * (A[l] + B[l]) for l in range(k + 1, L)))
    document["claim"]["constants"]["C_5"] = str(Fraction(math.isqrt(math.ceil(largest * 4**80)) + 1, 2**80))


# z = 100 x + 1 at x = 0: a radius of 1/50 keeps 1 > r, but not 1 > 100 r
STEEP = fnn(layer([["1"]], ["0"], IDENTITY), layer([["100"]], ["1"], {"kind": "abs"}), layer([["1"]], ["0"], IDENTITY))
STEEPER_LOSS = derived(TWO_UNITS, column("1/4", "3"), "1/100", ["1"])
FALLING_LOSS = derived(TWO_UNITS, column("1/4", "3"), "1/100", ["1/2", "1/6", "-1/12"])
TWO = derived(TWO_UNITS, column("1/4", "3"), "1/100")
FOUR_LAYERS = derived(DEEP, [["1", "0"], ["-1", "1/2"]], "1/1000", SKEW, 2)

VALID = {
    "one-unit-by-hand": HAND,
    "one-unit-for-rounded-steps": edited(
        HAND, put(32, "claim", "factor"), scaled("tau", "2"), scaled("rho", "1/2"), scaled("C", "4")
    ),
    "loss-with-a-zero-coefficient": edited(HAND, put(["1/2", "0"], "claim", "loss", "coefficients")),
    "hard-tanh-two-samples": TWO,
    "gradient-descent": derived(TWO_UNITS, column("1/4", "3"), "1/100", B=2),
    "skew-loss": derived(TWO_UNITS, column("1/4", "3"), "1/100", SKEW),
    "loss-twice-as-steep": STEEPER_LOSS,
    "loss-with-a-negative-coefficient": FALLING_LOSS,
    "four-layers": FOUR_LAYERS,
    "affine-map": derived(fnn(layer([["1", "2"]], ["-1"], IDENTITY)), [["1", "0"], ["3", "1/2"]], "5"),
    "all-units-saturated": derived(SATURATED, column("0", "1"), "1/10"),
    "threshold-away-from-its-steps": derived(STEPS, column("-1", "2"), "1/10"),
    "three-matrix-forms": derived(LINEAR_BELOW, column("1", "-3"), "1/100"),
    "equal-samples": derived(TWO_UNITS, column("1/4", "3", "1/4"), "1/100", B=3),
    "more-samples-than-parameters": derived(fnn(layer([["1"]], ["0"], IDENTITY)), column("0", "1", "2", "3"), "1", B=2),
    "spectral-norm-below-the-frobenius-norm": edited(
        derived(
            fnn(
                layer(column("1", "1"), ["1", "2"], RELU),
                layer([["3", "0"], ["0", "3"]], ["1", "1"], RELU),
                layer([["1", "1"]], ["0"], IDENTITY),
            ),
            [["1"]],
            "1/100",
        ),
        put("3", "claim", "bounds", 0, "w", 0),
    ),
}

UNSAFE = dict.fromkeys(("C_1", "C_3", "C_4", "C_5", "lambda_max", "tau", "C"), "999/1000")
UNSAFE |= dict.fromkeys(("lambda_min", "gamma", "lambda"), "1001/1000")
UNSAFE |= {"C_2": "19/20", "C_6": "19/20", "rho": "51/50"}
DEEP_EDITS = {
    ("alpha", 2, 0): "9/10",
    ("w", 1, 1): "9/10",
    ("v", 0, 0): "1/2",
    ("v", 1, 1): "1/2",
    ("d", 2, 0): "9/10",
    ("F", 1, 1): "9/10",
    ("S", 2, 0): "9/10",
    ("S", 1, 1): "9/10",
    ("G", 0, 0): "9/10",
    ("G", 2, 1): "9/10",
}
LESS, MORE = str(1 - Fraction(1, 10**40)), str(1 + Fraction(1, 10**40))

INVALID = {
    "label-missed": edited(HAND, put(["3"], "dataset", "labels", 0)),
    "lambda-too-small": edited(HAND, scaled("lambda", "999/1000")),
    "radius-that-meets-a-kink": edited(HAND, put("4/5", "claim", "constants", "rho_s")),
    "factor-of-rounded-steps-without-its-constants": edited(HAND, put(32, "claim", "factor")),
    "kink-at-the-minimum": derived(fnn(layer([["1"]], ["-1"], RELU), layer([["1"]], ["0"], IDENTITY)), [["1"]], "1/9"),
    "saturation-swap": derived(
        fnn(layer([["1"]], ["-1/100"], HARD_TANH), layer([["1"]], ["0"], IDENTITY)), column("1"), "1/10"
    ),
    "radius-so-large-that-only-squares-pass": derived(LINEAR_BELOW, column("1", "-3"), "1000000"),
    "deep-radius-by-the-first-layer-alone": derived(DEEP, [["1", "0"], ["-1", "1/2"]], "1/4", SKEW, 2),
    "radius-by-a-kink-condition-without-its-weight": derived(STEEP, [["0"]], "1/50"),
    "C-6-without-the-loss": edited(STEEPER_LOSS, scaled("C_6", "3/4")),
    "C-4-by-a-negative-coefficient": edited(FALLING_LOSS, stated_as("C_4", c4_by_a_signed_coefficient)),
    "C-1-for-the-linear-part-of-the-output": edited(FALLING_LOSS, stated_as("C_1", c1_for_a_linear_output)),
    "deep-C-5-without-the-radius": edited(FOUR_LAYERS, c5_without_the_radius),
    "deep-G-without-the-term-in-v": edited(FOUR_LAYERS, without_a_term(keep_v=False)),
    "deep-G-without-the-term-in-r": edited(FOUR_LAYERS, without_a_term(keep_v=True)),
    **{f"hand-{name.replace('_', '-')}": edited(HAND, scaled(name, factor)) for name, factor in UNSAFE.items()},
    **{f"hand-{key}-too-small": edited(HAND, scaled_bound(key, "999/1000")) for key in ("w", "d", "F", "G")},
    "hand-lambda-max-by-one-part-in-10-to-the-40": edited(HAND, scaled("gamma", "1/2"), scaled("lambda_max", LESS)),
    "hand-gamma-by-one-part-in-10-to-the-40": edited(HAND, scaled("gamma", MORE)),
    **{
        f"deep-{key}-{entry}-of-sample-{sample}": edited(FOUR_LAYERS, scaled_bound(key, factor, sample, entry))
        for (key, entry, sample), factor in DEEP_EDITS.items()
    },
}


BASE = FOUR_LAYERS
MALFORMED: Faults = {
    "claim-key-missing": ("claim", BASE, lambda d: d["claim"].pop("factor")),
    "claim-key-unknown": ("claim", BASE, put("1", "claim", "E")),
    "source-not-a-string": ("claim.source", BASE, put(None, "claim", "source")),
    "size-wrong": ("claim.sizes.edges", BASE, put(1, "claim", "sizes", "edges")),
    "loss-unknown": ("claim.loss.kind", BASE, put("logistic", "claim", "loss", "kind")),
    "loss-without-coefficients": ("claim.loss.coefficients", BASE, put([], "claim", "loss", "coefficients")),
    "loss-flat-at-its-minimum": (
        "claim.loss.coefficients[0]",
        BASE,
        put(["0", "0", "1"], "claim", "loss", "coefficients"),
    ),
    "batch-that-leaves-a-rest": ("claim.batch_size", VALID["equal-samples"], put(2, "claim", "batch_size")),
    "batch-zero": ("claim.batch_size", TWO, put(0, "claim", "batch_size")),
    "batch-larger-than-n": ("claim.batch_size", TWO, put(3, "claim", "batch_size")),
    "batch-as-string": ("claim.batch_size", TWO, put("1", "claim", "batch_size")),
    "batch-true": ("claim.batch_size", TWO, put(True, "claim", "batch_size")),
    "factor-unknown": ("claim.factor", BASE, put(8, "claim", "factor")),
    "factor-as-string": ("claim.factor", BASE, put("16", "claim", "factor")),
    "constant-missing": ("claim.constants", BASE, lambda d: d["claim"]["constants"].pop("C_4")),
    "constant-unknown": ("claim.constants", BASE, put("1", "claim", "constants", "C_7")),
    "constant-zero": ("claim.constants.tau", BASE, put("0", "claim", "constants", "tau")),
    "constant-negative": ("claim.constants.C_3", BASE, put("-1", "claim", "constants", "C_3")),
    "constant-as-number": ("claim.constants.C_1", BASE, put(1, "claim", "constants", "C_1")),
    "constant-as-decimal": ("claim.constants.rho", BASE, put("0.5", "claim", "constants", "rho")),
    "bounds-of-one-sample-missing": ("claim.bounds", BASE, lambda d: d["claim"]["bounds"].pop()),
    "bounds-not-a-list": ("claim.bounds", BASE, put({}, "claim", "bounds")),
    "bound-key-missing": ("claim.bounds[1]", BASE, lambda d: d["claim"]["bounds"][1].pop("S")),
    "bound-too-short": ("claim.bounds[0].alpha", BASE, lambda d: d["claim"]["bounds"][0]["alpha"].pop()),
    "bound-too-long": ("claim.bounds[1].v", BASE, lambda d: d["claim"]["bounds"][1]["v"].append("1")),
    "bound-not-empty": ("claim.bounds[0].v", HAND, put(["1"], "claim", "bounds", 0, "v")),
    "bound-negative": ("claim.bounds[0].G[1]", BASE, put("-1", "claim", "bounds", 0, "G", 1)),
    "activation-square": (
        "network.layers[0].activation",
        HAND,
        put({"kind": "square"}, "network", "layers", 0, "activation"),
    ),
    "two-outputs": (
        "network.layers[1]",
        HAND,
        put(layer([["1"], ["1"]], ["0", "0"], IDENTITY), "network", "layers", 1),
    ),
    "two-labels": ("network.layers[1]", HAND, put([["1", "2"]], "dataset", "labels")),
    "residual-network": (
        "network.architecture",
        HAND,
        put(resnet(residual([["1"]], ["0"], [["1"]], ["0"])), "network"),
    ),
    "dataset-missing": ("missing key", BASE, drop("dataset")),
}


def malformed() -> dict[str, Document]:
    """The malformed documents, one with a stale digest among them."""
    stale = edited(HAND, put("4", "claim", "constants", "C_2"), sealed=False)
    return {**corpus_files.malformed(MALFORMED), "digest-of-another-claim": stale}


def places() -> dict[str, str]:
    """What the verdict on each malformed file begins with."""
    return {**corpus_files.places(MALFORMED), "digest-of-another-claim": "digests.claim"}


def corpus() -> dict[str, bytes]:
    """File contents by path under sgd_constants/."""
    return corpus_files.contents(valid=VALID, invalid=INVALID, malformed=malformed())


if __name__ == "__main__":
    corpus_files.write(FOLDER, corpus())
