"""Writes the corpus gradient_rate/: `python -m tests.certificates.corpus.make_gradient_rate`.

Certificates of kind `gradient-rate`, small enough to be checked by hand; files are named after what is special about
them, malformed ones after their fault, and MALFORMED gives the place a checker has to name.
"""

from pathlib import Path
from typing import Any

from tests.certificates.corpus import corpus_files
from tests.certificates.corpus.corpus_files import Faults
from tests.certificates.corpus.make_memorization import (
    HARD_TANH,
    IDENTITY,
    LEAKY,
    column,
    drop,
    fnn,
    put,
    residual,
    resnet,
)
from tests.support import naive
from tests.support.checker_cases import RELU, Document, assembled, edited, layer

FOLDER = Path(__file__).parent / "gradient_rate"
ABS = {"kind": "abs"}


def certificate(network: Document, samples: Any, step: str, rate: str, inverse: Any, biases: bool = False) -> Document:
    """A sealed certificate about the samples (input, label) with the right sizes."""
    inputs, labels = [list(x) for x, _ in samples], [[y] for _, y in samples]
    numbers = [[naive.number(q) for q in row] for row in inputs], [[naive.number(q) for q in row] for row in labels]
    sizes = naive.sizes(network, *numbers)
    claim = {"kind": "gradient-rate", "source": "a test", "sizes": sizes, "step": step, "rate": rate, "biases": biases}
    return assembled(
        claim, dataset={"inputs": inputs, "labels": labels}, network=network, evidence={"inverse": inverse}
    )


def unit(activation: Any, weight: str = "1", bias: str = "0", out: str = "1", shift: str = "0") -> Document:
    """out * activation(weight x + bias) + shift."""
    return fnn(layer([[weight]], [bias], activation), layer([[out]], [shift], IDENTITY))


def alone(
    network: Document, label: str, step: str = "1", rate: str = "1", inverse: str = "1", biases: bool = False
) -> Document:
    """One sample, x = 1; with the slope 1 the kernel is 1, or 2 with biases."""
    return certificate(network, [(["1"], label)], step, rate, [[inverse]], biases)


# x_1 = (1, 0) and x_2 = (1, 1) under one unit: the kernel ((1, 1), (1, 2)) has the eigenvalues (3 -+ sqrt 5)/2
LINE = fnn(layer([["1", "0"]], ["0"], RELU), layer([["1"]], ["0"], IDENTITY))
BOTH = [(["1", "0"], "11/10"), (["1", "1"], "9/10")]
INVERSE = [["2", "-1"], ["-1", "1"]]
# x_1 = (1, 0), x_2 = (0, 1): both units pass the first, one the second: the kernel is diagonal with 2 and 1
SPLIT = fnn(layer([["1", "1"], ["1", "-1"]], ["0", "0"], RELU), layer([["1", "1"]], ["0"], IDENTITY))
APART = [(["1", "0"], "2"), (["0", "1"], "3/2")]
DIAGONAL = [["1/2", "0"], ["0", "1"]]
# a unit without weight in the output, and one that no sample passes, do not move
STILL = fnn(
    layer(column("1", "5", "-3"), ["0", "1", "0"], RELU),
    layer({"shape": [1, 3], "entries": [[0, 0, "1"], [0, 2, "7"]]}, ["0"], IDENTITY),
)
PRODUCT = fnn(layer({"column": ["1", "2"], "row": ["1", "0"]}, ["0", "1"], RELU), layer([["1", "1"]], ["0"], IDENTITY))

VALID = {
    "one-unit": alone(unit(RELU), "2", "1/2"),
    "step-as-long-as-possible": alone(unit(RELU), "2"),
    "rate-smaller-than-needed": alone(unit(RELU), "2", "1/2", "1/3"),
    "memorizes-already": alone(unit(RELU), "1"),
    "towards-the-kink": alone(unit(RELU), "1/" + "9" * 40),
    "far-away-from-the-kink": alone(unit(RELU), "9" * 40),
    "left-of-the-kink": alone(unit(ABS, weight="-1", bias="-1"), "5"),
    "leaky": alone(unit(LEAKY, weight="-1"), "-1", "50", "1/100", "100"),
    "between-two-kinks": alone(unit(HARD_TANH, weight="1/2"), "-9/10"),
    "no-kinks": alone(unit(IDENTITY, weight="0"), "-7"),
    "output-weight-and-biases": alone(unit(RELU, bias="1/2", out="-3", shift="2"), "-5", "1/9", "9", "1/9"),
    "two-samples-one-unit": certificate(LINE, BOTH, "3/8", "3/8", INVERSE),
    "two-samples-two-units": certificate(SPLIT, APART, "1/2", "1", DIAGONAL),
    "units-that-do-not-move": alone(STILL, "3"),
    "biases-trained": alone(unit(RELU, bias="1"), "3", "1/2", "2", "1/2", biases=True),
    "input-zero-with-biases": certificate(unit(RELU, bias="1"), [(["0"], "2")], "1", "1", [["1"]], biases=True),
    "rank-one-weight": certificate(PRODUCT, [(["1", "9"], "5")], "1/164", "164", [["1/164"]]),
}

INVALID = {
    "ends-on-the-kink": alone(unit(RELU), "0"),
    "ends-beyond-the-kink": alone(unit(RELU), "-1"),
    "starts-on-the-kink": alone(unit(RELU, weight="0"), "1"),
    "starts-on-the-kink-and-stays": alone(unit(RELU, weight="0"), "0"),
    "ends-beyond-the-upper-kink": alone(unit(HARD_TANH, weight="1/2"), "2"),
    "ends-on-the-lower-kink": alone(unit(HARD_TANH, weight="1/2"), "-1"),
    "other-unit-reaches-its-kink": certificate(SPLIT, [APART[0], (["0", "1"], "-1")], "1/2", "1", DIAGONAL),
    "second-unit-ends-beyond-its-kink": alone(
        fnn(layer(column("1", "1"), ["0", "0"], RELU), layer([["1", "3"]], ["0"], IDENTITY)), "-1", "1/10", "10", "1/10"
    ),
    "ends-well-but-the-way-may-not": certificate(
        LINE, [(["1", "0"], "1/10"), (["1", "1"], "10")], "3/8", "3/8", INVERSE
    ),
    "step-too-long": certificate(LINE, BOTH, "5/13", "3/8", INVERSE),
    "step-twice-too-long": alone(unit(RELU), "2", "3/2"),
    "rate-too-large": certificate(LINE, BOTH, "3/8", "5/13", INVERSE),
    "rate-of-the-larger-eigenvalue": certificate(SPLIT, APART, "1/2", "2", DIAGONAL),
    "inverse-of-something-else": certificate(LINE, BOTH, "3/8", "3/8", [["1", "-1"], ["-1", "2"]]),
    "inverse-not-symmetric": certificate(LINE, BOTH, "3/8", "3/8", [["2", "0"], ["-1", "1"]]),
    "inverse-wrong-off-the-diagonal": certificate(LINE, BOTH, "3/8", "3/8", [["1", "0"], ["1", "0"]]),
    "inverse-scaled": alone(unit(RELU), "2", "1/2", "1", "1/2"),
    "biases-forgotten": alone(unit(RELU, bias="1"), "3", "1/2", "1", "1", biases=True),
    "biases-not-trained": alone(unit(RELU, bias="1"), "3", "1/2", "1", "1/2"),
    "kernel-singular": certificate(
        fnn(layer([["1"]], ["0"], RELU), layer([["1"]], ["0"], IDENTITY)),
        [(["1"], "1"), (["2"], "2")],
        "1/5",
        "1/100",
        [["1", "0"], ["0", "1"]],
    ),
    "no-unit-passes": alone(unit(RELU, weight="-1"), "1", "1/2"),
}

BASE = VALID["two-samples-one-unit"]
MALFORMED: Faults = {
    "step-zero": ("claim.step", BASE, put("0", "claim", "step")),
    "step-negative": ("claim.step", BASE, put("-3/8", "claim", "step")),
    "step-as-number": ("claim.step", BASE, put(1, "claim", "step")),
    "rate-zero": ("claim.rate", BASE, put("0", "claim", "rate")),
    "rate-negative": ("claim.rate", BASE, put("-1", "claim", "rate")),
    "rate-as-decimal": ("claim.rate", BASE, put("0.3", "claim", "rate")),
    "biases-as-number": ("claim.biases", BASE, put(0, "claim", "biases")),
    "claim-key-missing": ("claim: missing key 'rate'", BASE, drop("claim", "rate")),
    "claim-key-of-another-kind": ("claim: unknown key 'decision'", BASE, put("equal", "claim", "decision")),
    "source-not-a-string": ("claim.source", BASE, put(3, "claim", "source")),
    "size-widths-wrong": ("claim.sizes.widths", BASE, put([2], "claim", "sizes", "widths")),
    "evidence-missing": ("missing key 'evidence'", BASE, drop("evidence")),
    "evidence-key-unknown": ("evidence: unknown key", BASE, put("1", "evidence", "kernel")),
    "inverse-too-few-rows": ("evidence.inverse", BASE, put([["2", "-1"]], "evidence", "inverse")),
    "inverse-row-too-long": ("evidence.inverse[1]", BASE, put(["-1", "1", "0"], "evidence", "inverse", 1)),
    "inverse-not-in-lowest-terms": ("evidence.inverse[0][0]", BASE, put("4/2", "evidence", "inverse", 0, 0)),
    "no-hidden-layer": (
        "network.layers",
        BASE,
        lambda document: (
            document.update(network=fnn(layer([["1", "0"]], ["0"], IDENTITY))),
            document["claim"]["sizes"].update(widths=[], hidden_nodes=0, edges=3),
        ),
    ),
    "two-hidden-layers": (
        "network.layers",
        BASE,
        lambda document: (
            document["network"]["layers"].insert(1, layer([["1"]], ["0"], RELU)),
            document["claim"]["sizes"].update(widths=[1, 1], hidden_nodes=2, edges=7),
        ),
    ),
    "two-outputs": (
        "network.layers[1]",
        BASE,
        lambda document: (
            document["network"]["layers"].__setitem__(1, layer([["1"], ["1"]], ["0", "0"], IDENTITY)),
            document["dataset"].update(labels=[["1", "1"]] * 2),
            document["claim"]["sizes"].update(d_y=2, edges=7),
        ),
    ),
    "residual-network": (
        "network.architecture",
        BASE,
        lambda document: (
            document.update(network=resnet(residual([["1", "0"]], ["0"], [["1"]], ["0"], skip=False))),
            document["claim"]["sizes"].update(widths=[1], hidden_nodes=1, edges=5),
        ),
    ),
    "activation-square": (
        "network.layers[0].activation",
        BASE,
        put({"kind": "square"}, "network", "layers", 0, "activation"),
    ),
}


def malformed() -> dict[str, Document]:
    """The malformed documents, one with a stale digest among them."""
    stale = edited(BASE, put([["1", "-1"], ["-1", "2"]], "evidence", "inverse"), sealed=False)
    return {**corpus_files.malformed(MALFORMED), "digest-of-other-evidence": stale}


def places() -> dict[str, str]:
    """What the verdict on each malformed file begins with."""
    return {**corpus_files.places(MALFORMED), "digest-of-other-evidence": "digests.evidence"}


def corpus() -> dict[str, bytes]:
    """File contents by path under gradient_rate/."""
    return corpus_files.contents(valid=VALID, invalid=INVALID, malformed=malformed())


if __name__ == "__main__":
    corpus_files.write(FOLDER, corpus())
