"""Writes the corpus existence_box/: `python -m tests.certificates.corpus.make_existence_box`.

Certificates of kind `existence-box`, small enough to be checked by hand; files are named after what is special about
them, malformed ones after their fault, and MALFORMED gives the place a checker has to name.
"""

from pathlib import Path
from typing import Any

from tests.certificates.corpus import corpus_files
from tests.certificates.corpus.corpus_files import Faults
from tests.certificates.corpus.make_memorization import HARD_TANH, LEAKY, drop, put
from tests.support.checker_cases import RELU, Document, assembled, edited

FOLDER = Path(__file__).parent / "existence_box"


def certificate(network: Document, samples: Any, free: Any, radius: list[str], preconditioner: Any) -> Document:
    """A sealed certificate about the samples (input, label)."""
    dataset = {"inputs": [list(x) for x, _ in samples], "labels": [list(y) for _, y in samples]}
    claim = {"kind": "existence-box", "source": "a test", "free": free, "radius": radius}
    return assembled(claim, dataset=dataset, recurrent=network, evidence={"preconditioner": preconditioner})


def scalar(w: str, activation: Any = RELU, u: str = "1", b: str = "0", v: str = "1", c: str = "0") -> Document:
    return {"W": [[w]], "U": [[u]], "b": [b], "V": [[v]], "c": [c], "activation": activation}


def alone(network: Document, sequence: list[str], label: str, radius: str, preconditioner: str) -> Document:
    """One sequence, one weight."""
    return certificate(network, [(sequence, [label])], [[0, 0]], [radius], [[preconditioner]])


# after the sequence 1, 0 the output is w; after 1, 0, 0 it is w^2
ONCE, TWICE = ["1", "0"], ["1", "0", "0"]
# after 2/3, -1, 1 it is 3/2 (w (w - 1)/10 + 1) under leaky ReLU, which is 471/320 for w = 1/4 and w = 3/4
CURVE = ["2/3", "-1", "1"]
# two units that remember x_1 and x_2 of the first step, and mix: h_2 = W x_1; both outputs free in W's diagonal
PAIR = {
    "W": [["1", "0"], ["0", "2"]],
    "U": [["1", "0"], ["0", "1"]],
    "b": ["0", "0"],
    "V": [["1", "0"], ["0", "1"]],
    "c": ["0", "0"],
    "activation": RELU,
}
ONES = ["1", "1", "0", "0"]
DIAGONAL = [["1", "0"], ["0", "1"]]
# one unit is read out; its weights from both units are found from two sequences: rows (1, 2) and (2, 1)
READ = {**PAIR, "W": [["1", "1"], ["0", "0"]], "b": ["1", "1"], "V": [["1", "0"]], "c": ["0"]}
BOTH = [(["0", "1", "0", "0"], ["4"]), (["1", "0", "0", "0"], ["4"])]
SOLVE = [["-1/3", "2/3"], ["2/3", "-1/3"]]
ROW = [[0, 0], [0, 1]]
# the second unit, which nothing reads, sees 5/4 - w in the last step, for the output w^2
ASIDE = {**PAIR, "W": [["1", "0"], ["-1", "0"]], "U": [["1"], ["0"]], "b": ["0", "5/4"], "V": [["1", "0"]], "c": ["0"]}
# the second unit is saturated, at 1, in the first step; then the output is the weight from it
SATURATED = {**ASIDE, "W": [["0", "1/2"], ["0", "0"]], "U": [["0"], ["5"]], "b": ["0", "0"], "activation": HARD_TANH}

VALID = {
    "exact-at-the-center": alone(scalar("1"), ONCE, "1", "1/2", "1"),
    "near-the-center": alone(scalar("9/10"), ONCE, "1", "1/2", "1"),
    "root-of-two": alone(scalar("7/5"), TWICE, "2", "1/10", "5/14"),
    "large-box": alone(scalar("7/5"), TWICE, "2", "13/10", "5/14"),
    "second-of-two-memorizers": alone(scalar("3/4", LEAKY), CURVE, "471/320", "1/5", "40/3"),
    "box-almost-at-the-kink": alone(scalar("1"), ONCE, "1", "999/1000", "1"),
    "preconditioner-not-exact": alone(scalar("1"), ONCE, "1", "1/2", "2/3"),
    "tiny-box": alone(scalar("1"), ONCE, "1", "1/1" + "0" * 60, "1"),
    "negative-preconditioner": alone(scalar("1", v="-2"), ONCE, "-2", "1/2", "-1/2"),
    "leaky-left-of-the-kink": alone(scalar("-1", LEAKY), ONCE, "-3/20", "1/2", "20/3"),
    "between-two-kinks": alone(scalar("1/2", HARD_TANH, u="1/2"), ONCE, "1/4", "1", "2"),
    "biases-and-read-out": alone(scalar("1", b="1", v="3", c="-1"), ["1", "-1/2"], "13/2", "1/8", "1/6"),
    "saturated-unit": certificate(SATURATED, [(ONCE, ["1/2"])], [[0, 1]], ["1/4"], [["1"]]),
    "jacobian-not-symmetric": certificate(
        READ,
        [BOTH[0], (["4", "0", "0", "0"], ["7"])],
        ROW,
        ["1/4", "1/4"],
        [["-1/9", "2/9"], ["5/9", "-1/9"]],
    ),
    "two-outputs": certificate(PAIR, [(ONES, ["1", "2"])], [[0, 0], [1, 1]], ["1/2", "1"], DIAGONAL),
    "two-outputs-off-the-center": certificate(PAIR, [(ONES, ["5/4", "2"])], [[0, 0], [1, 1]], ["1/2", "1"], DIAGONAL),
    "two-sequences": certificate(READ, BOTH, ROW, ["1/4", "1/4"], SOLVE),
    "two-sequences-nearly": certificate(READ, [BOTH[0], (BOTH[1][0], ["17/4"])], ROW, ["1/4", "1/4"], SOLVE),
}

INVALID = {
    "box-contains-the-kink": alone(scalar("1"), ONCE, "1", "2", "1"),
    "box-ends-on-the-kink": alone(scalar("1"), ONCE, "1", "1", "1"),
    "box-begins-on-the-upper-kink": alone(scalar("1/2", HARD_TANH, u="1/2"), ONCE, "1/4", "3/2", "2"),
    "first-step-on-the-kink": alone(scalar("1"), ["0", "1"], "1", "1/2", "1"),
    "kink-at-the-second-sequence": certificate(
        READ, [BOTH[0], (["-1", "0", "0", "0"], ["4"])], ROW, ["1/4", "1/4"], SOLVE
    ),
    "kink-behind-a-negative-weight": certificate(ASIDE, [(TWICE, ["1"])], [[0, 0]], ["1/2"], [["1/2"]]),
    "kink-behind-a-product": alone(scalar("-1", {"kind": "abs"}), ["1", "0", "3/2"], "1/2", "1/2", "1/2"),
    "no-memorizer-in-the-box": alone(scalar("1"), ONCE, "2", "1/2", "1"),
    "memorizer-on-the-edge": alone(scalar("1"), ONCE, "3/2", "1/2", "1"),
    "operator-reaches-the-edge": alone(scalar("7/5"), TWICE, "17/10", "1/10", "5/14"),
    "two-memorizers": alone(scalar("1/2", LEAKY), CURVE, "471/320", "2/5", "40/3"),
    "half-way-between-two-memorizers": alone(scalar("1/2", LEAKY), CURVE, "471/320", "1/10", "40/3"),
    "preconditioner-too-large-for-the-box": alone(scalar("7/5"), TWICE, "2", "13/10", "1/2"),
    "preconditioner-zero": alone(scalar("1"), ONCE, "1", "1/2", "0"),
    "preconditioner-of-the-wrong-sign": alone(scalar("1"), ONCE, "1", "1/2", "-1"),
    "preconditioner-twice-too-large": alone(scalar("1"), ONCE, "1", "1/2", "2"),
    "dead-unit": alone(scalar("1"), ["-1", "-1"], "0", "1/2", "1"),
    "one-step-has-no-weight": alone(scalar("1"), ["1"], "1", "1/2", "1"),
    "equations-dependent": certificate(READ, [BOTH[0], BOTH[0]], ROW, ["1/4", "1/4"], SOLVE),
    "preconditioner-transposed": certificate(READ, BOTH, ROW, ["1/4", "1/4"], [["2/3", "-1/3"], ["-1/3", "2/3"]]),
    "one-coordinate-leaves": certificate(PAIR, [(ONES, ["1", "3"])], [[0, 0], [1, 1]], ["1/2", "1"], DIAGONAL),
    "radii-that-do-not-fit-together": certificate(READ, BOTH, ROW, ["1/4", "1/64"], [SOLVE[0], ["23/30", "-1/3"]]),
}

BASE = VALID["two-sequences"]
MALFORMED: Faults = {
    "free-too-few": ("claim.free", BASE, put([[0, 0]], "claim", "free")),
    "free-out-of-range": ("claim.free[1][1]", BASE, put([[0, 0], [0, 2]], "claim", "free")),
    "free-repeated": ("claim.free[1]", BASE, put([[0, 0], [0, 0]], "claim", "free")),
    "free-not-in-order": ("claim.free[1]", BASE, put([[0, 1], [0, 0]], "claim", "free")),
    "free-three-coordinates": ("claim.free[0]", BASE, put([[0, 0, 0], [0, 1]], "claim", "free")),
    "radius-zero": ("claim.radius[1]", BASE, put(["1/4", "0"], "claim", "radius")),
    "radius-negative": ("claim.radius[0]", BASE, put(["-1/4", "1/4"], "claim", "radius")),
    "radius-too-few": ("claim.radius", BASE, put(["1/4"], "claim", "radius")),
    "source-not-a-string": ("claim.source", BASE, put(None, "claim", "source")),
    "claim-key-missing": ("claim: missing key 'radius'", BASE, drop("claim", "radius")),
    "claim-key-unknown": ("claim: unknown key 'sizes'", BASE, put({}, "claim", "sizes")),
    "network-in-its-place": (
        "missing key 'recurrent'",
        BASE,
        lambda document: document.update(network=document.pop("recurrent")),
    ),
    "weights-not-square": ("recurrent.W[1]", BASE, put(["0"], "recurrent", "W", 1)),
    "input-weights-too-few-rows": ("recurrent.U", BASE, put([["1", "0"]], "recurrent", "U")),
    "input-weights-ragged": ("recurrent.U[1]", BASE, put(["1"], "recurrent", "U", 1)),
    "bias-too-long": ("recurrent.b", BASE, put(["1", "1", "1"], "recurrent", "b")),
    "read-out-of-two-outputs": ("recurrent.V", BASE, put([["1", "0"], ["0", "1"]], "recurrent", "V")),
    "read-out-too-narrow": ("recurrent.V[0]", BASE, put([["1"]], "recurrent", "V")),
    "shift-too-long": ("recurrent.c", BASE, put(["0", "0"], "recurrent", "c")),
    "activation-square": ("recurrent.activation", BASE, put({"kind": "square"}, "recurrent", "activation")),
    "inputs-no-whole-sequence": (
        "dataset.inputs",
        BASE,
        put([["0", "1", "0"], ["1", "0", "0"]], "dataset", "inputs"),
    ),
    "preconditioner-too-few-rows": ("evidence.preconditioner", BASE, put([["1", "0"]], "evidence", "preconditioner")),
    "preconditioner-ragged": ("evidence.preconditioner[0]", BASE, put(["1"], "evidence", "preconditioner", 0)),
    "evidence-missing": ("missing key 'evidence'", BASE, drop("evidence")),
}


def malformed() -> dict[str, Document]:
    """The malformed documents, one with a stale digest among them."""
    stale = edited(BASE, put("1", "recurrent", "c", 0), sealed=False)
    return {**corpus_files.malformed(MALFORMED), "digest-of-another-network": stale}


def places() -> dict[str, str]:
    """What the verdict on each malformed file begins with."""
    return {**corpus_files.places(MALFORMED), "digest-of-another-network": "digests.recurrent"}


def corpus() -> dict[str, bytes]:
    """File contents by path under existence_box/."""
    return corpus_files.contents(valid=VALID, invalid=INVALID, malformed=malformed())


if __name__ == "__main__":
    corpus_files.write(FOLDER, corpus())
