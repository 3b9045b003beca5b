"""Writes the corpus needs_units/: `python -m tests.certificates.corpus.make_needs_units`.

Certificates of kind `needs-units`, small enough to be checked by hand; files are named after what is special about
them, malformed ones after their fault, and MALFORMED gives the place a checker has to name.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.certificates.corpus import corpus_files
from tests.certificates.corpus.corpus_files import Edit, Faults
from tests.certificates.corpus.make_memorization import HARD_TANH, LEAKY, THRESHOLD, column, drop, put
from tests.support.checker_cases import RELU, Document, assembled, edited

FOLDER = Path(__file__).parent / "needs_units"
ABS = {"kind": "abs"}
Tree = Sequence[Any]


def certificate(
    labels: Sequence[str], units: int, vectors: Sequence[str], tree: Tree, activation: Any = RELU, inputs: str = ""
) -> Document:
    """A sealed certificate about samples at 0, 1, 2, ... unless `inputs` are given; a vector is written "1 -1/2"."""
    places = inputs.split() if inputs else [str(i) for i in range(len(labels))]
    return assembled(
        {"kind": "needs-units", "source": "a test", "activation": activation, "units": units},
        dataset={"inputs": column(*places), "labels": column(*labels)},
        refutation={"vectors": [vector.split() for vector in vectors], "tree": list(tree)},
    )


# Slopes 1, -1. A ReLU-like unit's are >= 0 for v >= 0 and orientation 0, or v <= 0 and orientation 1, else <= 0.
TENT = ["0", "1", "0"]
TENT_VECTORS = ["0 1", "-1 0"]
BY_SIGN = ([0, 2, 0], [0, 1, 0], 0, 1, [0, 1, 0], 1, 0)
RAMP_BY_SIGN = ([0, 2, 0], 0, 1)
# For slopes 3/2 and 1/10 the slopes a, b of a unit have 15 b - a >= 0 and 15 a - b >= 0, or both <= 0.
STEEP_FIRST, FLAT_FIRST = ["0", "16", "17"], ["0", "0", "1"]
# The slopes 1, 3 are those of a ReLU with its kink between samples 0 and 1.
CONVEX = ["0", "1", "4"]
# The slopes 0, 1, 0: a ReLU-like unit's slopes rise, or fall, or are negative.
BUMP = ["0", "0", "1", "1"]
BUMP_VECTORS = ["0 -1 1", "0 -1 0", "1 -1 0"]
BUMP_TREE = ([0, 2, 0], [0, 1, 0], 0, 1, [0, 1, 0], 1, 2)

# Of two units the second is cut at its first coordinate, and with it the first one, without which leaf 23 is too large.
TWO_UNITS = ["0", "2", "1", "1", "0", "0"]
TWO_UNITS_VECTORS = [
    "0 0 0 1 -1",
    "0 0 -1 1 -1",
    "0 1 -1 0 -1",
    "-1 0 -1 0 -1",
    "-1 0 0 0 -1",
    "0 1 -1 0 0",
    "-1 0 -1 0 0",
    "-1 1 0 0 0",
    "-1 0 0 0 0",
]
TWO_UNITS_TREE = json.loads(
    "[[0, 0, 2], [0, 1, 2], [1, 0, 2], [1, 1, 2], 0, [1, 2, 0], 0, [0, 0, 1], [0, 1, 1], [1, 0, 1], 1, "
    "[0, 0, 0], [0, 1, 0], 2, [0, 2, 0], 2, 3, 3, [0, 2, 0], [0, 0, 0], 2, 4, 3, 4, [1, 1, 2], [0, 0, 1], "
    "[0, 1, 1], [0, 0, 0], [0, 1, 0], 5, [0, 2, 0], 5, 6, 6, [0, 2, 0], 7, 6, 7, [0, 0, 1], [1, 0, 2], "
    "[1, 1, 2], [0, 2, 0], 0, [1, 0, 0], [1, 1, 1], 1, [1, 2, 0], 2, 1, 4, [1, 0, 0], 5, [0, 0, 0], [1, "
    "2, 0], [0, 2, 0], 0, 8, 5, 8, [0, 0, 0], 5, 8, 7, 5]"
)

VALID = {
    "no-unit": certificate(["0", "1"], 0, ["-1"], [0]),
    "no-unit-three-samples": certificate(["2", "2", "3"], 0, ["0 -5/3"], [0]),
    "one-relu": certificate(TENT, 1, TENT_VECTORS, BY_SIGN),
    "one-relu-is-no-bump": certificate(BUMP, 1, BUMP_VECTORS, BUMP_TREE),
    "one-leaky-relu": certificate(TENT, 1, TENT_VECTORS, BY_SIGN, LEAKY),
    "one-leaky-relu-too-steep": certificate(STEEP_FIRST, 1, ["-1 15", "-1 0"], BY_SIGN, LEAKY),
    "one-leaky-relu-too-flat": certificate(FLAT_FIRST, 1, ["15 -1", "0 -1"], BY_SIGN, LEAKY),
    "one-hard-tanh": certificate(TENT, 1, TENT_VECTORS, RAMP_BY_SIGN, HARD_TANH),
    "uneven-inputs": certificate(["0", "1", "1/2"], 1, TENT_VECTORS, BY_SIGN, inputs="-1/3 10 1000"),
    "five-samples": certificate(["0", "1", "0", "1", "0"], 1, ["0 1 0 1", "-1 0 -1 0"], BY_SIGN),
    "rational-vectors": certificate(TENT, 1, ["1/7 8/7", "-9/2 -1/3"], BY_SIGN),
    "two-hard-tanhs-in-order": certificate(TWO_UNITS, 2, TWO_UNITS_VECTORS, TWO_UNITS_TREE, HARD_TANH),
    "vectors-not-used": certificate(TENT, 1, [*TENT_VECTORS, "0 0", "5 5"], BY_SIGN),
    "gap-split-without-need": certificate(TENT, 1, TENT_VECTORS, [[0, 0, 0], *BY_SIGN, *BY_SIGN]),
    # the ramp ends in gap 0 or 1; in the first part it cannot begin in gap 1
    "part-without-a-cell-left-out": certificate(
        TENT, 1, TENT_VECTORS, [[0, 1, 0], [0, 0, 0], *RAMP_BY_SIGN, *RAMP_BY_SIGN], HARD_TANH
    ),
}


def refuted() -> dict[str, Document]:
    """Certificates that the search writes, as examples with longer trees."""
    from exactmem.activations import from_json
    from exactmem.capacities.decision import memorize
    from exactmem.capacities.search import Refutation
    from exactmem.certificates.writing.needs_units import needs_units_certificate
    from exactmem.datasets import make_dataset

    documents = {}
    for name, N, units, activation in (
        ("alternating-two-relus", 4, 2, RELU),
        ("alternating-three-relus", 6, 3, RELU),
        ("alternating-two-leaky-relus", 5, 2, LEAKY),
        ("alternating-two-hard-tanhs", 5, 2, HARD_TANH),
    ):
        dataset = make_dataset([[i] for i in range(N)], [(-1) ** i for i in range(N)])
        outcome = memorize(dataset, from_json(activation), units)
        if not isinstance(outcome, Refutation):
            raise SystemExit(f"{name}: a network was found")
        document = needs_units_certificate(dataset, from_json(activation), units, outcome)
        documents[name] = json.loads(json.dumps(document))
    return documents


TWO_RELUS = refuted()["alternating-two-relus"]


INVALID = {
    # false claims
    "monotone-labels": certificate(["0", "1", "2"], 1, TENT_VECTORS, BY_SIGN),
    "convex-labels": certificate(["0", "0", "1"], 1, TENT_VECTORS, BY_SIGN),
    "constant-labels": certificate(["3", "3"], 0, ["1"], [0]),
    "labels-that-two-relus-fit": edited(TWO_RELUS, put(column("0", "1", "0", "0"), "dataset", "labels")),
    "leaky-relu-steep-enough": certificate(["0", "15", "16"], 1, ["-1 15", "-1 0"], BY_SIGN, LEAKY),
    "relu-excluded-as-a-leaky-one": certificate(FLAT_FIRST, 1, ["15 -1", "0 -1"], BY_SIGN),
    "hard-tanh-excluded-as-a-relu": certificate(BUMP, 1, BUMP_VECTORS, BUMP_TREE, HARD_TANH),
    "kink-at-the-far-end-of-its-gap": certificate(
        CONVEX, 1, ["2 -1", "-1 0"], [[0, 2, 0], [0, 1, 0], [0, 0, 0], 0, 1, 1, [0, 1, 0], 1, 0]
    ),
    "kink-at-the-near-end-of-its-gap": certificate(
        CONVEX, 1, ["-1 0", "2 -1"], [[0, 2, 0], [0, 1, 0], [0, 0, 0], 0, 0, 0, [0, 1, 0], 0, 1]
    ),
    "ramp-that-begins-inside-a-gap": certificate(
        ["0", "1", "3"], 1, ["1 -1", "-1 0"], [[0, 2, 0], [0, 0, 0], 0, 1, 1], HARD_TANH
    ),
    "ramp-that-ends-inside-a-gap": certificate(
        ["0", "2", "3"], 1, ["-1 1", "0 -1"], [[0, 2, 0], [0, 1, 0], 1, 0, 1], HARD_TANH
    ),
    # true claims with wrong proofs
    "sign-not-split": certificate(TENT, 1, TENT_VECTORS, [0]),
    "orientation-not-split": certificate(TENT, 1, TENT_VECTORS, RAMP_BY_SIGN),
    "vectors-exchanged": certificate(TENT, 1, TENT_VECTORS[::-1], BY_SIGN),
    "product-with-the-slopes-zero": certificate(TENT, 1, ["1 1", "-1 0"], BY_SIGN),
    "product-with-the-slopes-positive": certificate(TENT, 1, ["1 0", "-1 0"], BY_SIGN),
    "zero-vector": certificate(TENT, 1, ["0 0", "-1 0"], BY_SIGN),
    "second-unit-not-excluded": certificate(["0", "1", "0", "1"], 2, ["0 1 0", "-1 0 0"], BY_SIGN),
    "one-vector-replaced": edited(TWO_RELUS, put(TWO_RELUS["refutation"]["vectors"][0], "refutation", "vectors", 1)),
}


ONE = VALID["one-relu"]
RAMP = VALID["one-hard-tanh"]


def tree(*items: Any) -> Edit:
    return put(list(items), "refutation", "tree")


MALFORMED: Faults = {
    "activation-threshold": ("claim.activation", ONE, put(THRESHOLD, "claim", "activation")),
    "activation-abs": ("claim.activation", ONE, put(ABS, "claim", "activation")),
    "activation-by-name": ("claim.activation", ONE, put("relu", "claim", "activation")),
    "units-negative": ("claim.units", ONE, put(-1, "claim", "units")),
    "units-as-string": ("claim.units", ONE, put("1", "claim", "units")),
    "units-true": ("claim.units", ONE, put(True, "claim", "units")),
    "units-that-always-suffice": ("claim.units", ONE, put(2, "claim", "units")),
    "claim-key-missing": ("claim", ONE, drop("claim", "units")),
    "claim-key-of-another-kind": ("claim", ONE, put([2], "claim", "widths")),
    "source-not-a-string": ("claim.source", ONE, put(None, "claim", "source")),
    "dataset-missing": ("missing key", ONE, drop("dataset")),
    "refutation-missing": ("missing key", ONE, drop("refutation")),
    "network-given": ("unknown key", ONE, put({"architecture": "fnn", "layers": []}, "network")),
    "one-sample": ("dataset.inputs", ONE, put({"inputs": [["0"]], "labels": [["1"]]}, "dataset")),
    "two-inputs-per-sample": ("dataset.inputs[0]", ONE, put([["0", "0"], ["1", "0"], ["2", "0"]], "dataset", "inputs")),
    "two-labels-per-sample": ("dataset.labels[0]", ONE, put([["0", "0"], ["1", "0"], ["0", "0"]], "dataset", "labels")),
    "inputs-not-in-order": ("dataset.inputs[2]", ONE, put(column("0", "2", "1"), "dataset", "inputs")),
    "inputs-equal": ("dataset.inputs[1]", ONE, put(column("0", "0", "1"), "dataset", "inputs")),
    "vectors-empty": ("refutation.vectors", ONE, put([], "refutation", "vectors")),
    "vector-too-short": ("refutation.vectors[1]", ONE, put(["1"], "refutation", "vectors", 1)),
    "vector-of-integers": ("refutation.vectors[0][0]", ONE, put([0, 1], "refutation", "vectors", 0)),
    "refutation-key-unknown": ("refutation", ONE, put(2, "refutation", "leaves")),
    "tree-empty": ("refutation.tree", ONE, tree()),
    "tree-not-a-list": ("refutation.tree", ONE, put({"split": [0, 2, 0]}, "refutation", "tree")),
    "tree-nested": ("refutation.tree[0]", ONE, tree([[0, 2, 0], 0, 1])),
    "tree-cut-short": ("refutation.tree", ONE, tree(*BY_SIGN[:-1])),
    "tree-too-long": ("refutation.tree[7]", ONE, tree(*BY_SIGN, 1)),
    "tree-negative-vector": ("refutation.tree[2]", ONE, tree([0, 2, 0], 0, -1)),
    "tree-vector-out-of-range": ("refutation.tree[1]", ONE, tree([0, 2, 0], 2, 1)),
    "tree-vector-true": ("refutation.tree[2]", ONE, tree([0, 2, 0], 0, True)),
    "tree-vector-null": ("refutation.tree[1]", ONE, tree([0, 2, 0], None, 1)),
    "split-of-an-unknown-unit": ("refutation.tree[0][0]", ONE, tree([1, 2, 0], 0, 1)),
    "split-of-an-unknown-coordinate": ("refutation.tree[0][1]", ONE, tree([0, 3, 0], 0, 1)),
    "split-at-the-upper-end": ("refutation.tree[0][2]", ONE, tree([0, 2, 1], 0, 1)),
    "split-below-the-range": ("refutation.tree[0][2]", ONE, tree([0, 2, -1], 0, 1)),
    "split-beyond-the-gaps": ("refutation.tree[0][2]", ONE, tree([0, 0, 1], 0, 1)),
    "split-of-a-single-value": ("refutation.tree[1][2]", ONE, tree([0, 2, 0], [0, 2, 0], 0, 0, 1)),
    "split-with-four-entries": ("refutation.tree[0]", ONE, tree([0, 2, 0, 1], 0, 1)),
    "split-at-a-boolean": ("refutation.tree[0][2]", ONE, tree([0, 2, False], 0, 1)),
    "part-without-a-cell-put-in": (
        "refutation.tree[6]",
        VALID["part-without-a-cell-left-out"],
        tree([0, 1, 0], [0, 0, 0], *RAMP_BY_SIGN, 0, *RAMP_BY_SIGN),
    ),
    "part-of-a-relu-left-out": ("refutation.tree", ONE, tree([0, 1, 0], [0, 0, 0], [0, 2, 0], 0, 1, [0, 2, 0], 0, 1)),
}


def malformed() -> dict[str, Document]:
    """The malformed documents, one with a stale digest among them."""
    stale = edited(ONE, put(["0", "2"], "refutation", "vectors", 0), sealed=False)
    return {**corpus_files.malformed(MALFORMED), "digest-of-another-refutation": stale}


def places() -> dict[str, str]:
    """What the verdict on each malformed file begins with."""
    return {**corpus_files.places(MALFORMED), "digest-of-another-refutation": "digests.refutation"}


def corpus() -> dict[str, bytes]:
    """File contents by path under needs_units/."""
    return corpus_files.contents(valid={**VALID, **refuted()}, invalid=INVALID, malformed=malformed())


if __name__ == "__main__":
    corpus_files.write(FOLDER, corpus())
