"""Writes the corpus piece_bound/: `python -m tests.certificates.corpus.make_piece_bound`.

Certificates of kind `piece-bound`, small enough to be checked by hand; files are named after what is special about
them, malformed ones after their fault, and MALFORMED gives the place a checker has to name.
"""

from fractions import Fraction
from pathlib import Path

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
    one_unit,
    put,
    residual,
    resnet,
)
from tests.support import naive
from tests.support.checker_cases import RELU, Document, assembled, edited, layer

FOLDER = Path(__file__).parent / "piece_bound"
ABS = {"kind": "abs"}
PIECES = {"identity": 1, "relu-like": 2, "abs": 2, "hard-tanh": 3, "threshold": 2, "square": 1}


def extremal(count: int, u: list[str]) -> Document:
    inputs = [[str(i * Fraction(v)) for v in u] for i in range(1, count + 1)]
    return {"inputs": inputs, "labels": [[str((-1) ** i)] for i in range(1, count + 1)]}


def bound(network: Document) -> str:
    layers = network["layers"][:-1] if network["architecture"] == "fnn" else network["layers"]
    product = 1
    for part in layers:
        width = len(part["bias"] if "bias" in part else part["b"])
        product *= 1 + (PIECES[part["activation"]["kind"]] - 1) * width
    return str(product)


def certificate(network: Document, count: int, pieces: int, missed: int, u: list[str] | None = None) -> Document:
    """A sealed certificate about `count` samples i u with the right sizes and bound."""
    dataset = extremal(count, u or ["1"])
    numbers = [[naive.number(q) for q in row] for row in dataset["inputs"]], [[Fraction(1)]] * count
    claim = {
        "kind": "piece-bound",
        "source": "a test",
        "sizes": naive.sizes(network, *numbers),
        "bound": bound(network),
        "pieces": pieces,
        "missed": missed,
    }
    return assembled(claim, dataset=dataset, network=network)


CONSTANT = fnn(layer([["0"]], ["-1"], IDENTITY))
# relu(x) - relu(-x) = x : the two kinks cancel
CANCEL = fnn(layer(column("1", "-1"), ["0", "0"], RELU), layer([["1", "-1"]], ["0"], IDENTITY))
# 2|x - 2| - 1 ... = 1, -1, 1, 3: shifted so that it is -1, 1, -1 would need 2 kinks; 1 - 2|x - 2| is -1, 1, -1, -3
TENT = fnn(layer([["1"]], ["-2"], ABS), layer([["-2"]], ["1"], IDENTITY))
# -1 + 2 relu(x - 1) - 4 relu(x - 2) + 4 relu(x - 3): -1, 1, -1, 1, then 3: fits four samples with 4 pieces
ZIGZAG = fnn(layer(column("1", "1", "1"), ["-1", "-2", "-3"], RELU), layer([["2", "-4", "4"]], ["-1"], IDENTITY))
# two units of hard-tanh with breakpoints at -2, 0 and 0, 2: one piece where they meet, 3 pieces in all
JOINED = fnn(layer(column("1", "1"), ["1", "-1"], HARD_TANH), layer([["1", "1"]], ["0"], IDENTITY))
# |2|x| - 1| on the line: kinks at -1/2, 0, 1/2
TWICE = fnn(layer([["1"]], ["0"], ABS), layer([["2"]], ["-1"], ABS), layer([["1"]], ["0"], IDENTITY))
# the first unit is constant and sits on its breakpoint; the second has its kink left of all samples
STILL = fnn(layer(column("0", "1"), ["1", "5"], HARD_TANH), layer([["3", "1"]], ["0"], IDENTITY))
# h = x + relu(-x - 1), which is -1 up to x = -1 and then x; then 2 |h|: kinks at -1 and 0
BLOCKS = resnet(
    residual([["-1"]], ["-1"], [["1"]], ["0"]),
    {**residual([["1"]], ["0"], [["2"]], ["0"], skip=False), "activation": ABS},
)
# u = (1/2, -3) meets relu(2 x1 + x2 / 3 + 1) = relu(t - t + 1): constant; and leaky(x1 - 1) at t = 2
SLANTED = fnn(
    layer({"shape": [2, 2], "entries": [[0, 0, "2"], [0, 1, "1/3"], [1, 0, "1"]]}, ["1", "-1"], LEAKY),
    layer({"column": ["1"], "row": ["1", "1"]}, ["0"], IDENTITY),
)
# leaky(leaky(x - 2) - 1): kinks at 2 and, where 3/2 (x - 2) = 1, at 8/3
LEAKS = fnn(layer([["1"]], ["-2"], LEAKY), layer([["1"]], ["-1"], LEAKY), layer([["1"]], ["0"], IDENTITY))
LINEAR_PART = fnn(layer([["1"]], ["0"], IDENTITY), layer([["1"]], ["-3"], HARD_TANH), layer([["1"]], ["0"], IDENTITY))

VALID = {
    "one-relu": certificate(one_unit(RELU), 4, 2, 0),
    "constant": certificate(CONSTANT, 3, 1, 1),
    "kinks-that-cancel": certificate(CANCEL, 3, 1, 0),
    "three-samples-fitted": certificate(TENT, 4, 2, 3),
    "four-samples-fitted": certificate(ZIGZAG, 6, 4, 4),
    "more-samples-than-needed": certificate(ZIGZAG, 9, 4, 4),
    "breakpoints-that-meet": certificate(JOINED, 5, 3, 0),
    "two-layers-of-kinks": certificate(TWICE, 6, 4, 0),
    "unit-constant-on-its-breakpoint": certificate(STILL, 5, 3, 0),
    "residual-blocks": certificate(BLOCKS, 5, 3, 0),
    "slanted-direction": certificate(SLANTED, 4, 2, 0, ["1/2", "-3"]),
    "negative-direction": certificate(one_unit(RELU, bias="3"), 4, 2, 0, ["-1"]),
    "leaky-slopes-in-two-layers": certificate(LEAKS, 5, 3, 0),
    "identity-layer": certificate(LINEAR_PART, 5, 3, 1),
    "far-breakpoint": certificate(one_unit(RELU, bias="-" + "9" * 40), 4, 2, 0),
}

INVALID = {
    "one-piece-too-many": certificate(one_unit(RELU), 5, 3, 0),
    "one-piece-too-few": certificate(ZIGZAG, 6, 3, 4),
    "no-pieces": certificate(one_unit(RELU), 4, 0, 0),
    "cancelled-kinks-counted": certificate(CANCEL, 6, 3, 0),
    "coinciding-kinks-counted-twice": certificate(JOINED, 7, 5, 0),
    "kinks-left-of-the-samples-left-out": certificate(STILL, 5, 1, 0),
    "only-the-first-layer-counted": certificate(TWICE, 6, 2, 0),
    "enough-pieces": certificate(ZIGZAG, 5, 4, 4),
    "all-samples-fitted": certificate(ZIGZAG, 4, 4, 3),
    "missed-sample-is-fitted": certificate(ZIGZAG, 6, 4, 3),
    "missed-sample-is-not-the-first": certificate(ZIGZAG, 6, 4, 5),
    "first-sample-missed-as-well": certificate(one_unit(RELU), 4, 2, 2),
    "residual-skip-forgotten": certificate(BLOCKS, 5, 2, 0),
}


BASE = VALID["four-samples-fitted"]
WIDE = VALID["slanted-direction"]
MALFORMED: Faults = {
    "bound-wrong": ("claim.bound", BASE, put("5", "claim", "bound")),
    "bound-as-number": ("claim.bound", BASE, put(4, "claim", "bound")),
    "bound-by-lemma-d1": ("claim.bound", VALID["two-layers-of-kinks"], put("5", "claim", "bound")),
    "pieces-as-string": ("claim.pieces", BASE, put("4", "claim", "pieces")),
    "pieces-true": ("claim.pieces", BASE, put(True, "claim", "pieces")),
    "pieces-negative": ("claim.pieces", BASE, put(-1, "claim", "pieces")),
    "missed-out-of-range": ("claim.missed", BASE, put(6, "claim", "missed")),
    "missed-negative": ("claim.missed", BASE, put(-1, "claim", "missed")),
    "missed-null": ("claim.missed", BASE, put(None, "claim", "missed")),
    "claim-key-missing": ("claim", BASE, drop("claim", "pieces")),
    "claim-key-of-another-kind": ("claim", BASE, put("equal", "claim", "decision")),
    "source-not-a-string": ("claim.source", BASE, put(3, "claim", "source")),
    "size-n-wrong": ("claim.sizes.N", BASE, put(7, "claim", "sizes", "N")),
    "size-edges-wrong": ("claim.sizes.edges", BASE, put(11, "claim", "sizes", "edges")),
    "direction-zero": ("dataset.inputs[0]", BASE, put(column(*"000000"), "dataset", "inputs")),
    "input-not-a-multiple": ("dataset.inputs[2]", BASE, put(["4"], "dataset", "inputs", 2)),
    "inputs-from-zero": ("dataset.inputs[0]", BASE, put(column(*"012345"), "dataset", "inputs")),
    "input-off-the-line": ("dataset.inputs[3]", WIDE, put(["2", "-11"], "dataset", "inputs", 3)),
    "labels-begin-with-one": ("dataset.labels[0]", BASE, put(["1"], "dataset", "labels", 0)),
    "label-repeated": ("dataset.labels[1]", BASE, put(["-1"], "dataset", "labels", 1)),
    "label-with-two-coordinates": ("network.layers[1]", BASE, put([["-1", "0"]] * 6, "dataset", "labels")),
    "activation-threshold": (
        "network.layers[0].activation",
        BASE,
        put(THRESHOLD, "network", "layers", 0, "activation"),
    ),
    "activation-square": (
        "network.layers[0].activation",
        BASE,
        put({"kind": "square"}, "network", "layers", 0, "activation"),
    ),
    "activation-threshold-in-the-last-block": (
        "network.layers[1].activation",
        VALID["residual-blocks"],
        put(THRESHOLD, "network", "layers", 1, "activation"),
    ),
    "two-outputs": (
        "network.layers[1]",
        BASE,
        put(layer([["1", "1", "1"]] * 2, ["0", "0"], IDENTITY), "network", "layers", 1),
    ),
    "dataset-missing": ("missing key", BASE, drop("dataset")),
}


def malformed() -> dict[str, Document]:
    """The malformed documents, one with a stale digest among them."""
    stale = edited(BASE, put(3, "claim", "pieces"), sealed=False)
    return {**corpus_files.malformed(MALFORMED), "digest-of-another-claim": stale}


def places() -> dict[str, str]:
    """What the verdict on each malformed file begins with."""
    return {**corpus_files.places(MALFORMED), "digest-of-another-claim": "digests.claim"}


def corpus() -> dict[str, bytes]:
    """File contents by path under piece_bound/."""
    return corpus_files.contents(valid=VALID, invalid=INVALID, malformed=malformed())


if __name__ == "__main__":
    corpus_files.write(FOLDER, corpus())
