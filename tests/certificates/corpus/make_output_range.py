"""Writes the corpus output_range/: `python -m tests.certificates.corpus.make_output_range`.

Certificates of kind `output-range`, small enough to be checked by hand; files are named after what is special about
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
    THRESHOLD,
    column,
    drop,
    fnn,
    put,
    residual,
    resnet,
)
from tests.support.checker_cases import RELU, Document, assembled, layer

FOLDER = Path(__file__).parent / "output_range"
ABS = {"kind": "abs"}
LEAF = "leaf"


def sizes(network: Document) -> Document:
    """The sizes, counted from the layers (dense matrices only)."""
    layers = network["layers"]
    if network["architecture"] == "fnn":
        shapes = [(len(part["weight"]), len(part["weight"][0])) for part in layers]
        widths = [rows for rows, _ in shapes[:-1]]
    else:
        shapes = [(len(part[m]), len(part[m][0])) for part in layers for m in ("U", "V")]
        widths = [len(part["b"]) for part in layers]
    edges = sum(rows * (columns + 1) for rows, columns in shapes)
    found = {"d_x": shapes[0][1], "d_y": shapes[-1][0], "widths": widths, "hidden_nodes": sum(widths)}
    return {**found, "edges": edges}


def box(low: list[str], high: list[str]) -> Document:
    return {"low": low, "high": high}


def segment(start: list[str], end: list[str]) -> Document:
    return {"from": start, "to": end}


def found(low: str, low_at: list[str], high: str, high_at: list[str], output: int = 0) -> Document:
    return {"output": output, "minimum": low, "minimum_at": low_at, "maximum": high, "maximum_at": high_at}


def trees(low: list[Any], high: list[Any]) -> Document:
    return {"minimum": low, "maximum": high}


def certificate(network: Document, region: Document, *parts: tuple[Document, Document]) -> Document:
    """A sealed certificate about these (range, trees) with the right sizes."""
    claim = {"kind": "output-range", "source": "a test", "sizes": sizes(network), "region": region}
    claim["ranges"] = [part for part, _ in parts]
    return assembled(claim, network=network, evidence={"trees": [evidence for _, evidence in parts]})


# |x| as relu(x) + relu(-x)
TENT = fnn(layer(column("1", "-1"), ["0", "0"], RELU), layer([["1", "1"]], ["0"], IDENTITY))
# |x| + |y|
PYRAMID = fnn(layer([["1", "0"], ["0", "1"]], ["0", "0"], ABS), layer([["1", "1"]], ["0"], IDENTITY))
AFFINE = fnn(layer([["2", "-1"], ["1", "1"]], ["1", "0"], IDENTITY))
CLIP = fnn(layer([["1"]], ["0"], HARD_TANH), layer([["1"]], ["0"], IDENTITY))
# x + relu(-x): 0 left of 0, x right of it; then without a skip minus its absolute value
BLOCKS = resnet(
    residual([["-1"]], ["0"], [["1"]], ["0"]),
    {**residual([["1"]], ["0"], [["-1"]], ["0"], skip=False), "activation": ABS},
)
# x + relu(-x) = relu(x), handed on unchanged by a second block
CARRIED = resnet(residual([["-1"]], ["0"], [["1"]], ["0"]), residual([["1"]], ["0"], [["0"]], ["0"]))
# relu(x) - relu(x - 1): flat from 1 on; the second unit hides the first one's slope
STEP = fnn(layer(column("1", "1"), ["0", "-1"], RELU), layer([["1", "-1"]], ["0"], IDENTITY))
# relu(1 - |x|) with |x| in a layer of its own
HAT = fnn(layer([["1"]], ["0"], ABS), layer([["-1"]], ["1"], RELU), layer([["1"]], ["0"], IDENTITY))
SLOPES = fnn(layer([["1"]], ["0"], LEAKY), layer([["-3"]], ["1/2"], IDENTITY))
THIRD = fnn(layer([["1"]], ["0"], ABS), layer([["1/3"]], ["0"], IDENTITY))
SUM3 = fnn(layer([["1", "1", "1"]], ["-1"], RELU), layer([["1"]], ["0"], IDENTITY))

HALF, QUARTER = [0, 1, "1/2"], [0, 1, "1/4"]
SIX = [LEAF] * 6
TENT_RANGE = found("0", ["0"], "1", ["-1"]), trees([HALF, LEAF, LEAF], [LEAF])
# from (-2, -2) to (1, 1): both simplices have the diagonal, which is cut at the origin; then each a side at its zero
PYRAMID_CUTS = [[0, 2, "2/3"], [0, 1, "2/3"], LEAF, LEAF, [1, 2, "2/3"], LEAF, LEAF] * 2

VALID = {
    "tent-on-an-interval": certificate(TENT, box(["-1"], ["1"]), TENT_RANGE),
    "tent-on-a-segment": certificate(TENT, segment(["-1"], ["1"]), TENT_RANGE),
    "cut-in-two-steps": certificate(
        TENT,
        box(["-3"], ["1"]),
        (found("0", ["0"], "3", ["-3"]), trees([QUARTER, LEAF, [0, 1, "2/3"], LEAF, LEAF], [LEAF])),
    ),
    "segment-backwards": certificate(
        TENT, segment(["2"], ["-1"]), (found("0", ["0"], "2", ["2"]), trees([[0, 1, "2/3"], LEAF, LEAF], [LEAF]))
    ),
    "single-point": certificate(TENT, box(["-3"], ["-3"]), (found("3", ["-3"], "3", ["-3"]), trees([LEAF], [LEAF]))),
    "pyramid-on-a-square": certificate(
        PYRAMID,
        box(["-2", "-2"], ["1", "1"]),
        (found("0", ["0", "0"], "4", ["-2", "-2"]), trees(PYRAMID_CUTS, [LEAF, LEAF])),
    ),
    "one-side-fixed": certificate(
        PYRAMID,
        box(["-1", "3"], ["1", "3"]),
        (found("3", ["0", "3"], "4", ["1", "3"]), trees([HALF, LEAF, LEAF], [LEAF])),
    ),
    "two-outputs-of-an-affine-map": certificate(
        AFFINE,
        box(["0", "0"], ["1", "1"]),
        (found("0", ["0", "1"], "3", ["1", "0"]), trees([LEAF, LEAF], [LEAF, LEAF])),
        (found("0", ["0", "0"], "2", ["1", "1"], 1), trees([LEAF, LEAF], [LEAF, LEAF])),
    ),
    "second-output-only": certificate(
        AFFINE,
        segment(["0", "0"], ["1", "1"]),
        (found("0", ["0", "0"], "2", ["1", "1"], 1), trees([LEAF], [LEAF])),
    ),
    "hard-tanh": certificate(
        CLIP,
        box(["-3"], ["3"]),
        (
            found("-1", ["-3"], "1", ["1"]),
            trees([[0, 1, "1/3"], LEAF, [0, 1, "1/2"], LEAF, LEAF], [[0, 1, "2/3"], [0, 1, "1/2"], LEAF, LEAF, LEAF]),
        ),
    ),
    "residual-blocks": certificate(
        BLOCKS,
        box(["-2"], ["1"]),
        (found("-1", ["1"], "0", ["-1"]), trees([[0, 1, "2/3"], LEAF, LEAF], [[0, 1, "2/3"], LEAF, LEAF])),
    ),
    "a-skip-hands-values-on": certificate(
        CARRIED, box(["-2"], ["1"]), (found("0", ["-2"], "1", ["1"]), trees([[0, 1, "2/3"], LEAF, LEAF], [LEAF]))
    ),
    "a-third-of-what-is-left-over": certificate(
        THIRD, box(["-1"], ["1"]), (found("0", ["0"], "1/3", ["1"]), trees([LEAF], [LEAF]))
    ),
    "two-layers": certificate(
        HAT,
        box(["-2"], ["2"]),
        (
            found("0", ["-2"], "1", ["0"]),
            trees([HALF, [0, 1, "1/2"], LEAF, LEAF, [0, 1, "1/2"], LEAF, LEAF], [HALF, LEAF, LEAF]),
        ),
    ),
    "leaky-with-a-fraction": certificate(
        SLOPES, box(["-1"], ["1"]), (found("-4", ["1"], "4/5", ["-1"]), trees([LEAF], [HALF, LEAF, LEAF]))
    ),
    "three-free-sides": certificate(
        SUM3,
        box(["0", "0", "0"], ["1", "1", "1"]),
        (
            found("0", ["0", "0", "1/2"], "2", ["1", "1", "1"]),
            trees([[0, 3, "1/3"], [0, 2, "1/2"], LEAF, LEAF, LEAF] * 6, SIX),
        ),
    ),
}

INVALID = {
    "maximum-too-small": certificate(
        TENT, box(["-1"], ["1"]), (found("0", ["0"], "1/2", ["1/2"]), trees([HALF, LEAF, LEAF], [HALF, LEAF, LEAF]))
    ),
    "minimum-not-attained-where-said": certificate(
        TENT, box(["-1"], ["1"]), (found("0", ["1/2"], "1", ["-1"]), trees([HALF, LEAF, LEAF], [LEAF]))
    ),
    "bound-loose-and-nowhere-attained": certificate(
        TENT, box(["-1"], ["1"]), (found("0", ["0"], "2", ["1"]), trees([HALF, LEAF, LEAF], [LEAF]))
    ),
    "maximum-attained-outside-the-box": certificate(
        TENT, box(["-1"], ["1"]), (found("0", ["0"], "2", ["2"]), trees([HALF, LEAF, LEAF], [LEAF]))
    ),
    "minimum-attained-beyond-the-segment": certificate(
        TENT, segment(["1"], ["3"]), (found("0", ["0"], "3", ["3"]), trees([LEAF], [LEAF]))
    ),
    "witness-off-the-segment": certificate(
        PYRAMID, segment(["0", "0"], ["1", "1"]), (found("0", ["0", "0"], "2", ["1", "-1"]), trees([LEAF], [LEAF]))
    ),
    "kink-not-cut": certificate(TENT, box(["-2"], ["1"]), (found("0", ["0"], "2", ["-2"]), trees([LEAF], [LEAF]))),
    "cut-beside-the-kink": certificate(
        TENT, box(["-1"], ["1"]), (found("0", ["0"], "1", ["-1"]), trees([[0, 1, "1/3"], LEAF, LEAF], [LEAF]))
    ),
    "second-simplex-not-cut": certificate(
        PYRAMID,
        box(["-2", "-2"], ["1", "1"]),
        (found("0", ["0", "0"], "4", ["-2", "-2"]), trees([*PYRAMID_CUTS[:7], LEAF], [LEAF, LEAF])),
    ),
    "first-simplex-not-cut": certificate(
        PYRAMID,
        box(["-2", "-2"], ["1", "1"]),
        (found("0", ["0", "0"], "4", ["-2", "-2"]), trees([LEAF, *PYRAMID_CUTS[:7]], [LEAF, LEAF])),
    ),
    "parts-of-a-cut-in-the-wrong-order": certificate(
        TENT,
        box(["-3"], ["1"]),
        (found("0", ["0"], "3", ["-3"]), trees([QUARTER, [0, 1, "2/3"], LEAF, LEAF, LEAF], [LEAF])),
    ),
    "minimum-of-another-output": certificate(
        AFFINE,
        segment(["0", "0"], ["1", "1"]),
        (found("1", ["0", "0"], "2", ["1", "1"], 1), trees([LEAF], [LEAF])),
    ),
    "what-two-units-leave-over-does-not-cancel": certificate(
        STEP,
        box(["-1"], ["2"]),
        (found("0", ["-1"], "1", ["2"]), trees([LEAF], [[0, 1, "1/3"], LEAF, [0, 1, "1/2"], LEAF, LEAF])),
    ),
    "what-is-left-over-goes-through-a-skip": certificate(
        CARRIED, box(["-2"], ["1"]), (found("0", ["-2"], "1", ["1"]), trees([LEAF], [LEAF]))
    ),
    "layers-below-left-undecided": certificate(
        HAT, box(["-2"], ["2"]), (found("0", ["-2"], "1", ["0"]), trees([LEAF], [LEAF]))
    ),
    "residual-skip-forgotten": certificate(
        BLOCKS, box(["-2"], ["1"]), (found("-2", ["-2"], "0", ["0"]), trees([[0, 1, "2/3"], LEAF, LEAF], [LEAF]))
    ),
}

BASE = VALID["tent-on-an-interval"]
TWO = VALID["two-outputs-of-an-affine-map"]
SEGMENT = VALID["tent-on-a-segment"]
THREE = VALID["three-free-sides"]
TREE = ("evidence", "trees", 0, "minimum")
WIDE = fnn(layer([["1"] * 4], ["0"], RELU), layer([["1"]], ["0"], IDENTITY))

MALFORMED: Faults = {
    "sizes-with-n": ("claim.sizes", BASE, put(3, "claim", "sizes", "N")),
    "size-edges-wrong": ("claim.sizes.edges", BASE, put(8, "claim", "sizes", "edges")),
    "size-widths-wrong": ("claim.sizes.widths", BASE, put([3], "claim", "sizes", "widths")),
    "source-not-a-string": ("claim.source", BASE, put(None, "claim", "source")),
    "claim-key-missing": ("claim: missing key", BASE, drop("claim", "ranges")),
    "region-of-neither-kind": ("claim.region", BASE, put({"low": ["0"]}, "claim", "region")),
    "region-of-both-kinds": (
        "claim.region",
        BASE,
        put({**box(["0"], ["1"]), **segment(["0"], ["1"])}, "claim", "region"),
    ),
    "box-empty": ("claim.region.high", BASE, put(["-2"], "claim", "region", "high")),
    "box-corners-of-two-lengths": ("claim.region.high", BASE, put(["1", "1"], "claim", "region", "high")),
    "box-with-four-free-sides": (
        "claim.region.high",
        certificate(
            WIDE, box(["0"] * 4, ["1"] * 3 + ["0"]), (found("0", ["0"] * 4, "3", ["1"] * 3 + ["0"]), trees(SIX, SIX))
        ),
        put(["1"] * 4, "claim", "region", "high"),
    ),
    "segment-of-one-point": ("claim.region.to", SEGMENT, put(["-1"], "claim", "region", "to")),
    "region-of-another-dimension": ("network.layers[0]", BASE, put(box(["0", "0"], ["1", "1"]), "claim", "region")),
    "output-out-of-range": ("claim.ranges[0].output", BASE, put(1, "claim", "ranges", 0, "output")),
    "output-twice": ("claim.ranges[1].output", TWO, put(0, "claim", "ranges", 1, "output")),
    "witness-too-long": ("claim.ranges[0].minimum_at", BASE, put(["0", "0"], "claim", "ranges", 0, "minimum_at")),
    "bound-as-number": ("claim.ranges[0].maximum", BASE, put(1, "claim", "ranges", 0, "maximum")),
    "trees-too-few": ("evidence.trees", TWO, put([trees([LEAF], [LEAF])], "evidence", "trees")),
    "tree-missing": ("evidence.trees[0]", BASE, drop("evidence", "trees", 0, "maximum")),
    "tree-empty": ("evidence.trees[0].minimum", BASE, put([], *TREE)),
    "tree-an-item-too-few": ("evidence.trees[0].minimum", BASE, put([HALF, LEAF], *TREE)),
    "tree-an-item-too-many": ("evidence.trees[0].minimum[3]", BASE, put([HALF, LEAF, LEAF, LEAF], *TREE)),
    "tree-for-five-of-six-simplices": (
        "evidence.trees[0].maximum",
        THREE,
        put(SIX[:5], "evidence", "trees", 0, "maximum"),
    ),
    "leaf-misspelt": ("evidence.trees[0].minimum[1]", BASE, put([HALF, "Leaf", LEAF], *TREE)),
    "cut-at-an-end": ("evidence.trees[0].minimum[0][2]", BASE, put([[0, 1, "1"], LEAF, LEAF], *TREE)),
    "cut-at-the-first-end": ("evidence.trees[0].minimum[0][2]", BASE, put([[0, 1, "0"], LEAF, LEAF], *TREE)),
    "cut-outside-the-edge": ("evidence.trees[0].minimum[0][2]", BASE, put([[0, 1, "-1/2"], LEAF, LEAF], *TREE)),
    "cut-of-a-vertex": ("evidence.trees[0].minimum[0][1]", BASE, put([[1, 1, "1/2"], LEAF, LEAF], *TREE)),
    "cut-of-an-edge-reversed": ("evidence.trees[0].minimum[0][1]", BASE, put([[1, 0, "1/2"], LEAF, LEAF], *TREE)),
    "cut-of-a-missing-vertex": ("evidence.trees[0].minimum[0][1]", BASE, put([[0, 2, "1/2"], LEAF, LEAF], *TREE)),
    "activation-threshold": (
        "network.layers[0].activation",
        BASE,
        put(THRESHOLD, "network", "layers", 0, "activation"),
    ),
    "dataset-put-in": ("unknown key", BASE, put({"inputs": [["1"]], "labels": [["1"]]}, "dataset")),
}


def malformed() -> dict[str, Document]:
    """The malformed documents, by name."""
    return corpus_files.malformed(MALFORMED)


def places() -> dict[str, str]:
    """What the verdict on each malformed file begins with."""
    return corpus_files.places(MALFORMED)


def corpus() -> dict[str, bytes]:
    """File contents by path under output_range/."""
    return corpus_files.contents(valid=VALID, invalid=INVALID, malformed=malformed())


if __name__ == "__main__":
    corpus_files.write(FOLDER, corpus())
