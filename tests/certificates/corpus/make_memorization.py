"""Writes the corpus memorization/ beside this file: `python -m tests.certificates.corpus.make_memorization`.

Every certificate is small enough to be checked by hand. Files are named after what is special about them; a
malformed file after its fault, and MALFORMED gives the place a checker has to name.
"""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.support.checker_cases import RELU, Document, certificate, edited, layer

FOLDER = Path(__file__).parent / "memorization"


NINES, THREES = "1/" + "9" * 400, "1/3" + "0" * 399 + "1"
IDENTITY, HARD_TANH, THRESHOLD = {"kind": "identity"}, {"kind": "hard-tanh"}, {"kind": "threshold"}
LEAKY = {"kind": "relu-like", "s_plus": "3/2", "s_minus": "1/10"}
LONG = "1" + "0" * 5000
TINY = "1/" + LONG


def fnn(*layers: Document) -> Document:
    return {"architecture": "fnn", "layers": list(layers)}


def resnet(*layers: Document) -> Document:
    return {"architecture": "resnet", "layers": list(layers)}


def residual(u: Any, b: list[str], v: Any, c: list[str], skip: bool = True) -> Document:
    return {"U": u, "b": b, "V": v, "c": c, "activation": RELU, "skip": skip}


def column(*values: str) -> list[list[str]]:
    return [[value] for value in values]


def one_unit(activation: Any, scale: str = "1", bias: str = "0") -> Document:
    """scale * activation(x + bias)."""
    return fnn(layer([["1"]], [bias], activation), layer([[scale]], ["0"], IDENTITY))


# clip(x/7 + 1/3) as relu(. + 1) - relu(. - 1) - 1, where x = relu(x) - relu(-x): the two long sums telescope
CLIP = fnn(
    layer({"column": ["1", "-1"], "row": ["1"]}, ["0", "0"], RELU),
    layer([["1/7", "-1/7"], ["1/7", "-1/7"]], ["4/3", "-2/3"], RELU),
    layer([["1", "-1"]], ["-1"], IDENTITY),
)
# x -> x + relu(x), then h -> h - relu(h - 2) : 0, 2 stay, 4 becomes 8 - 6 = 2
TWO_BLOCKS = resnet(residual([["1"]], ["0"], [["1"]], ["0"]), residual([["1"]], ["-2"], [["-1"]], ["0"]))
# x -> x + 2 leaky(x) + 1
LEAKY_BLOCK = resnet({**residual([["1"]], ["0"], [["2"]], ["1"]), "activation": LEAKY})
# (x1, x2) -> relu(x1 + x2) + relu(x1 - x2) - 1 without a skip connection
NO_SKIP = resnet(residual([["1", "1"], ["1", "-1"]], ["0", "0"], [["1", "1"]], ["-1"], skip=False))
# (x1, x2) -> (relu(x2), relu(x1)), d_y = d_x and still no skip connection
SWAP = resnet(residual([["0", "1"], ["1", "0"]], ["0", "0"], [["1", "0"], ["0", "1"]], ["0", "0"], skip=False))
# h = x + (1/2, -1/3) relu(x1 + 2 x2 - 1) + (1, 0), then 2 relu(h1 - h2 + 1/2) - 1: no more units than coordinates
FEW_UNITS = resnet(
    residual([["1", "2"]], ["-1"], [["1/2"], ["-1/3"]], ["1", "0"]),
    residual([["1", "-1"]], ["1/2"], [["2"]], ["-1"], skip=False),
)
# t = x1 + 2 x2; layer 2 sees hard-tanh(t) and hard-tanh(3 - t)
LINE = fnn(
    layer({"column": ["1", "-1"], "row": ["1", "2"]}, ["0", "3"], HARD_TANH),
    layer([["1", "1"], ["1/2", "-1/2"]], ["-1", "0"], LEAKY),
    layer({"shape": [2, 2], "entries": [[0, 0, "2"], [1, 1, "4"]]}, ["0", "1/3"], IDENTITY),
)
# t = clip(x) + clip(3 - x)/2, then relu(t) + relu(2 t - 1): the sweep ends at t, within layer 2
RANK_ONE_SECOND = fnn(
    layer({"column": ["1", "-1"], "row": ["1"]}, ["0", "3"], HARD_TANH),
    layer({"column": ["1", "2"], "row": ["1", "1/2"]}, ["0", "-1"], RELU),
    layer([["1", "1"]], ["0"], IDENTITY),
)
STEPS = fnn(layer(column("1", "-1"), ["0", "0"], THRESHOLD), layer([["2", "3"]], ["0"], IDENTITY))
# x1 + 2 x2 for numbers whose denominators are too long to be made common
SUM = fnn(layer([["1", "2"]], ["0"], {"kind": "abs"}), layer([["1"]], ["0"], IDENTITY))
THREE_CLASSES = fnn(layer([["1"], ["0"], ["-1"]], ["0", "1/2", "0"], IDENTITY))

VALID = {
    "one-relu": certificate(column("-1", "0", "5/2"), column("0", "0", "5/2"), one_unit(RELU)),
    "one-sample": certificate([["7"]], [["7"]], one_unit(RELU)),
    "affine-map-only": certificate(
        [["1", "2"]], [["5", "-1/2"]], fnn(layer([["1", "2"], ["0", "0"]], ["0", "-1/2"], IDENTITY))
    ),
    "leaky-relu": certificate(column("-5", "2"), column("-1/2", "3"), one_unit(LEAKY)),
    "hard-tanh": certificate(column("-9", "-1/3", "1"), column("-1", "-1/3", "1"), one_unit(HARD_TANH)),
    "threshold-at-its-step": certificate(column("-1/9", "0", "1/9"), column("3", "5", "2"), STEPS),
    "absolute-value": certificate(column("-4/3", "0"), column("4/3", "0"), one_unit({"kind": "abs"})),
    "square": certificate(column("-2/3", "3"), column("4/9", "9"), one_unit({"kind": "square"})),
    "identity-in-a-hidden-layer": certificate([["-2"]], [["-2"]], one_unit(IDENTITY)),
    "telescoping-clip": certificate(
        column("-70", "-7/3", "0", "7/3", "70"), column("-1", "0", "1/3", "2/3", "1"), CLIP
    ),
    "rank-one-first-layer": certificate(
        [["1", "1"], ["0", "0"], ["1", "0"], ["-1", "-1"]],
        [["0", "10/3"], ["0", "2/15"], ["3", "1/3"], ["-1/5", "-1/15"]],
        LINE,
    ),
    "rank-one-second-layer": certificate(column("1", "-5", "0"), column("7/2", "0", "1/2"), RANK_ONE_SECOND),
    "rank-one-third-layer-on-a-long-stretch": certificate(
        column("1", "2", "3", "4", "5"),
        [["2", "3"], ["4", "6"], ["6", "9"], ["8", "12"], ["10", "15"]],
        fnn(
            layer([["1"]], ["0"], RELU),
            layer([["1"]], ["0"], RELU),
            layer({"column": ["2", "3"], "row": ["1"]}, ["0", "0"], IDENTITY),
        ),
    ),
    "sparse-without-entries": certificate(
        column("1", "2"), column("3", "3"), fnn(layer({"shape": [1, 1], "entries": []}, ["3"], IDENTITY))
    ),
    "resnet-two-blocks": certificate(column("-1", "1", "4"), column("-1", "2", "2"), TWO_BLOCKS),
    "resnet-leaky-relu": certificate(column("-5", "2"), column("-5", "9"), LEAKY_BLOCK),
    "resnet-without-skip": certificate([["1", "1"], ["0", "-3"]], column("1", "2"), NO_SKIP),
    "resnet-without-skip-square": certificate([["2", "3"]], [["3", "2"]], SWAP),
    "resnet-of-few-units": certificate([["1", "1"], ["0", "0"], ["-3", "1"]], column("16/3", "2", "-1"), FEW_UNITS),
    "argmax": certificate(
        column("2", "-2", "1/4"), [["1", "0", "0"], ["0", "0", "1"], ["0", "1", "0"]], THREE_CLASSES, "argmax"
    ),
    "argmax-others-tie": certificate([["0"]], [["0", "1", "0"]], THREE_CLASSES, "argmax"),
    "sign": certificate(column("3", "2"), column("1", "-1"), fnn(layer([["1"]], ["-5/2"], IDENTITY)), "sign"),
    "equal-inputs": certificate(column("4", "4"), column("4", "4"), one_unit(RELU)),
    "numbers-beyond-4300-digits": certificate([[TINY]], [["1"]], one_unit(RELU, scale=LONG)),
    "long-denominators": certificate([[NINES, THREES]], [[str(Fraction(NINES) + 2 * Fraction(THREES))]], SUM),
    "free-text": edited(
        certificate([["1"]], [["1"]], one_unit(RELU)),
        lambda d: (
            d["claim"].update(source='Théorème "ℝ"\\\n\x7f'),
            d["provenance"].update(tool="", parameters={"a": [1, -2, None, {"b": "1e5"}], "\u20ac": True}),
        ),
    ),
}

INVALID = {
    "long-denominators-confused": certificate([[NINES, THREES]], [[str(3 * Fraction(NINES))]], SUM),
    "off-by-one-part-in-10-to-the-5000": certificate([["0"]], [[TINY]], one_unit(RELU)),
    "only-the-last-sample": certificate(column("0", "1", "2"), column("0", "1", "3"), one_unit(RELU)),
    "only-the-second-coordinate": certificate(
        [["1"]], [["1", "2"]], fnn(layer(column("1", "1"), ["0", "0"], IDENTITY))
    ),
    "bias-left-out": certificate([["0"]], [["0"]], one_unit(RELU, bias="1")),
    "threshold-open-at-its-step": certificate([["0"]], [["2"]], STEPS),
    "threshold-taken-as-sign": certificate([["-1"]], [["-1"]], one_unit(THRESHOLD)),
    "leaky-taken-as-relu": certificate([["-1"]], [["0"]], one_unit(LEAKY)),
    "telescoping-clip-not-clipped": certificate(column("0", "70"), column("1/3", "31/3"), CLIP),
    "rank-one-column-and-row-swapped": certificate(
        [["1", "0"]], [["1", "-1"]], fnn(layer({"column": ["1", "2"], "row": ["1", "-1"]}, ["0", "0"], IDENTITY))
    ),
    "rank-one-second-layer-without-its-column": certificate(column("-5", "1"), column("0", "2"), RANK_ONE_SECOND),
    "two-labels-for-one-input": certificate(column("4", "4"), column("4", "5"), one_unit(RELU)),
    "resnet-skip-left-out": certificate([["1"]], [["1"]], resnet(residual([["1"]], ["0"], [["1"]], ["0"]))),
    "resnet-skip-put-in": certificate([["2", "3"]], [["5", "5"]], SWAP),
    "resnet-outer-bias-left-out": certificate([["1", "1"]], [["2"]], NO_SKIP),
    "resnet-of-few-units-inner-bias-twice": certificate([["0", "0"], ["1", "1"]], column("2", "19/3"), FEW_UNITS),
    "resnet-of-few-units-outer-bias-left-out": certificate([["-3", "1"], ["1", "1"]], column("-1", "10/3"), FEW_UNITS),
    "resnet-of-few-units-skip-alone": certificate([["-3", "1"], ["1", "1"]], column("-1", "0"), FEW_UNITS),
    "argmax-tie": certificate([["1/2"]], [["1", "0", "0"]], THREE_CLASSES, "argmax"),
    "argmax-of-another-coordinate": certificate([["1"]], [["0", "1", "0"]], THREE_CLASSES, "argmax"),
    "sign-of-zero": certificate([["0"]], [["1"]], one_unit(RELU), "sign"),
    "sign-wrong": certificate([["1"]], [["-1"]], one_unit(RELU), "sign"),
}

BASE = VALID["rank-one-first-layer"]  # every matrix form, two activations
Edit = Callable[[Document], Any]
DENSE, SPARSE = "network.layers[1].weight", "network.layers[2].weight"


def put(value: Any, *path: Any) -> Edit:
    """Sets the value at a path of keys and indices."""

    def edit(document: Document) -> None:
        target: Any = document
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return edit


def number(text: Any) -> Edit:
    return put(text, "network", "layers", 1, "bias", 0)


def drop(*path: Any) -> Edit:
    def edit(document: Document) -> None:
        target: Any = document
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]

    return edit


def in_layer(index: int, value: Any, *path: Any) -> Edit:
    return put(value, "network", "layers", index, *path)


def entries(*triples: list[Any]) -> Edit:
    return in_layer(2, [list(triple) for triple in triples], "weight", "entries")


BIAS = "network.layers[1].bias[0]"
MALFORMED: dict[str, tuple[str, Edit]] = {
    "format-misspelt": ("format", put("exactmem", "format")),
    "version-2": ("version", put(2, "version")),
    "version-true": ("version", put(True, "version")),
    "version-as-string": ("version", put("1", "version")),
    "kind-unknown": ("claim.kind", put("memorisation", "claim", "kind")),
    "kind-missing": ("claim", drop("claim", "kind")),
    "top-level-key-missing": ("missing key", drop("provenance")),
    "top-level-key-unknown": ("unknown key", put("", "comment")),
    "claim-key-unknown": ("claim", put("", "claim", "comment")),
    "claim-key-missing": ("claim", drop("claim", "source")),
    "source-not-a-string": ("claim.source", put(None, "claim", "source")),
    "decision-unknown": ("claim.decision", put("close", "claim", "decision")),
    "decision-a-list": ("claim.decision", put(["equal"], "claim", "decision")),
    "size-n-wrong": ("claim.sizes.N", put(5, "claim", "sizes", "N")),
    "size-n-a-string": ("claim.sizes.N", put("4", "claim", "sizes", "N")),
    "size-widths-wrong": ("claim.sizes.widths", put([2, 3], "claim", "sizes", "widths")),
    "size-hidden-nodes-wrong": ("claim.sizes.hidden_nodes", put(6, "claim", "sizes", "hidden_nodes")),
    "size-edges-counts-non-zeros-only": ("claim.sizes.edges", put(16, "claim", "sizes", "edges")),
    "size-missing": ("claim.sizes", drop("claim", "sizes", "edges")),
    "size-unknown": ("claim.sizes", put(3, "claim", "sizes", "depth")),
    "digest-missing": ("digests", lambda d: d["digests"].pop("claim")),
    "dataset-empty": ("dataset.inputs", put({"inputs": [], "labels": []}, "dataset")),
    "dataset-row-empty": ("dataset.inputs[0]", put([[], [], [], []], "dataset", "inputs")),
    "dataset-ragged": ("dataset.inputs[1]", put(["0"], "dataset", "inputs", 1)),
    "dataset-label-missing": ("dataset.labels", drop("dataset", "labels", 3)),
    "dataset-key-unknown": ("dataset", put([], "dataset", "names")),
    "labels-too-short-for-the-network": ("network.layers[2]", put(column(*"1234"), "dataset", "labels")),
    "architecture-unknown": ("network.architecture", put("cnn", "network", "architecture")),
    "layers-empty": ("network.layers", put([], "network", "layers")),
    "layer-key-missing": ("network.layers[0]", drop("network", "layers", 0, "bias")),
    "layer-of-a-resnet-in-an-fnn": ("network.layers[0]", put(TWO_BLOCKS["layers"], "network", "layers")),
    "last-activation-not-identity": ("network.layers[2].activation", in_layer(2, HARD_TANH, "activation")),
    "activation-unknown": ("network.layers[1].activation.kind", in_layer(1, "tanh", "activation", "kind")),
    "activation-key-missing": ("network.layers[1].activation", drop("network", "layers", 1, "activation", "s_minus")),
    "activation-key-unknown": ("network.layers[0].activation", in_layer(0, "1", "activation", "s_plus")),
    "slopes-equal": ("network.layers[1].activation", in_layer(1, "1/10", "activation", "s_plus")),
    "slope-negative": ("network.layers[1].activation", in_layer(1, "-1/10", "activation", "s_minus")),
    "dense-row-missing": (DENSE, drop("network", "layers", 1, "weight", 1)),
    "dense-row-too-long": (DENSE + "[1]", in_layer(1, ["1", "1", "1"], "weight", 1)),
    "dense-row-not-a-list": (DENSE + "[1]", in_layer(1, "11", "weight", 1)),
    "matrix-a-string": (DENSE, in_layer(1, "0", "weight")),
    "bias-too-long": (DENSE, in_layer(1, ["0", "0", "0"], "bias")),
    "rank-one-column-too-long": ("network.layers[0].weight.column", in_layer(0, ["1", "1", "1"], "weight", "column")),
    "rank-one-row-too-short": ("network.layers[0].weight.row", in_layer(0, ["1"], "weight", "row")),
    "rank-one-with-a-shape": ("network.layers[0].weight", in_layer(0, [2, 2], "weight", "shape")),
    "sparse-shape-transposed-size": (SPARSE + ".shape", in_layer(2, [2, 3], "weight", "shape")),
    "sparse-shape-a-string": (SPARSE + ".shape", in_layer(2, [2, "2"], "weight", "shape")),
    "sparse-entry-zero": (SPARSE + ".entries[0]", entries([0, 0, "0"], [1, 1, "4"])),
    "sparse-entries-out-of-order": (SPARSE + ".entries[1]", entries([1, 1, "4"], [0, 0, "2"])),
    "sparse-entry-twice": (SPARSE + ".entries[1]", entries([0, 0, "1"], [0, 0, "1"], [1, 1, "4"])),
    "sparse-index-negative": (SPARSE + ".entries[0][0]", entries([-2, 0, "2"], [1, 1, "4"])),
    "sparse-index-out-of-range": (SPARSE + ".entries[1][1]", entries([0, 0, "2"], [1, 2, "4"])),
    "sparse-index-false": (SPARSE + ".entries[0][0]", entries([False, 0, "2"], [1, 1, "4"])),
    "sparse-entry-without-value": (SPARSE + ".entries[0]", entries([0, 0], [1, 1, "4"])),
    "number-not-in-lowest-terms": (BIAS, number("-2/2")),
    "number-over-one": (BIAS, number("-1/1")),
    "number-zero-over-five": (BIAS, number("0/5")),
    "number-over-zero": (BIAS, number("-1/0")),
    "number-minus-zero": (BIAS, number("-0")),
    "number-plus-sign": (BIAS, number("+1")),
    "number-leading-zero": (BIAS, number("-01")),
    "number-decimal-point": (BIAS, number("-1.0")),
    "number-exponent": (BIAS, number("-1e0")),
    "number-with-a-space": (BIAS, number("-1 ")),
    "number-with-a-newline": (BIAS, number("-1\n")),
    "number-underscore": (BIAS, number("-1_0")),
    "number-negative-denominator": (BIAS, number("1/-1")),
    "number-two-slashes": (BIAS, number("-1/2/3")),
    "number-arabic-digits": (BIAS, number("-\u0661")),
    "number-empty": (BIAS, number("")),
    "number-as-json-integer": (BIAS, number(-1)),
    "number-null": (BIAS, number(None)),
    "provenance-key-missing": ("provenance", drop("provenance", "tool")),
    "provenance-tool-not-a-string": ("provenance.tool", put(1, "provenance", "tool")),
    "provenance-parameters-a-list": ("provenance.parameters", put([], "provenance", "parameters")),
    "provenance-lone-surrogate": ("provenance", put("\ud800", "provenance", "tool")),
}
ARGMAX, SIGN, TWO = VALID["argmax"], VALID["sign"], VALID["resnet-two-blocks"]
MALFORMED_OTHERS: dict[str, tuple[str, Document, Edit]] = {
    "argmax-label-not-one-hot": ("dataset.labels[1]", ARGMAX, put(["0", "1", "1"], "dataset", "labels", 1)),
    "argmax-label-all-zero": ("dataset.labels[1]", ARGMAX, put(["0", "0", "0"], "dataset", "labels", 1)),
    "argmax-label-scaled": ("dataset.labels[1]", ARGMAX, put(["0", "2", "0"], "dataset", "labels", 1)),
    "size-n-true": ("claim.sizes.N", VALID["one-sample"], put(True, "claim", "sizes", "N")),
    "argmax-of-one-coordinate": ("dataset.labels", VALID["one-sample"], put("argmax", "claim", "decision")),
    "sparse-shape-true": (
        "network.layers[0].weight.shape[0]",
        VALID["sparse-without-entries"],
        in_layer(0, [True, 1], "weight", "shape"),
    ),
    "sign-label-zero": ("dataset.labels[0]", SIGN, put(["0"], "dataset", "labels", 0)),
    "sign-label-two": ("dataset.labels[0]", SIGN, put(["2"], "dataset", "labels", 0)),
    "sign-of-two-coordinates": ("dataset.labels", BASE, put("sign", "claim", "decision")),
    "resnet-inner-layer-without-skip": ("network.layers[0].skip", TWO, in_layer(0, False, "skip")),
    "resnet-skip-as-integer": ("network.layers[1].skip", TWO, in_layer(1, 1, "skip")),
    "resnet-skip-between-shapes": ("network.layers[0].c", VALID["resnet-without-skip"], in_layer(0, True, "skip")),
    "resnet-key-missing": ("network.layers[0]", TWO, drop("network", "layers", 0, "skip")),
    "resnet-u-too-wide": ("network.layers[0].U[0]", TWO, in_layer(0, [["1", "0"]], "U")),
    "resnet-v-too-high": ("network.layers[0].V", TWO, in_layer(0, [["1"], ["1"]], "V")),
}


def raw_faults() -> dict[str, tuple[str, bytes]]:
    """Faults of the bytes themselves."""
    document = VALID["one-relu"]
    good = text(document)

    def swapped(old: str, new: str) -> bytes:
        if good.count(old) < 1:
            raise ValueError(old)
        return good.replace(old, new, 1).encode()

    wrong = edited(document, lambda d: d["digests"].update(network="0" * 64), sealed=False)
    upper = edited(document, lambda d: d["digests"].update(claim=d["digests"]["claim"].upper()), sealed=False)
    return {
        "digest-of-the-network-wrong": ("digests.network", text(wrong).encode()),
        "digest-in-upper-case": ("digests.claim", text(upper).encode()),
        "digest-of-another-dataset": ("digests.dataset", swapped('"5/2"', '"3/2"')),
        "json-duplicate-key": ("duplicate key 'version'", swapped('"version": 1', '"version": 1, "version": 1')),
        "json-duplicate-key-escaped": (
            "duplicate key 'version'",
            swapped('"version": 1', '"version": 1, "\\u0076ersion": 1'),
        ),
        "json-float": ("'1.0'", swapped('"version": 1', '"version": 1.0')),
        "json-exponent": ("'1e0'", swapped('"version": 1', '"version": 1e0')),
        "json-minus-zero": ("'-0'", swapped('"parameters": {}', '"parameters": {"a": -0}')),
        "json-integer-too-large": (
            "'9007199254740992'",
            swapped('"parameters": {}', '"parameters": {"a": 9007199254740992}'),
        ),
        "json-nan": ("'NaN'", swapped('"parameters": {}', '"parameters": {"a": NaN}')),
        "json-infinity": ("'-Infinity'", swapped('"parameters": {}', '"parameters": {"a": -Infinity}')),
        "json-leading-zero": ("not JSON", swapped('"version": 1', '"version": 01')),
        "json-comment": ("not JSON", swapped("{", "{ // one ReLU\n")),
        "json-trailing-comma": ("not JSON", swapped('"parameters": {}', '"parameters": {},')),
        "json-single-quotes": ("not JSON", good.replace('"', "'").encode()),
        "json-control-character-in-string": ("not JSON", swapped('"a test"', '"a\ttest"')),
        "json-two-documents": ("not JSON", (good + good).encode()),
        "json-cut-short": ("not JSON", good.encode()[:-40]),
        "json-byte-order-mark": ("not JSON", b"\xef\xbb\xbf" + good.encode()),
        "json-utf-16": ("not UTF-8", good.encode("utf-16")),
        "json-latin-1": ("not UTF-8", swapped('"a test"', '"\u00e9"').decode().encode("latin-1")),
        "json-array": ("expected an object", b"[]"),
        "json-null": ("expected an object", b"null"),
        "empty-file": ("not JSON", b""),
    }


def text(document: Document) -> str:
    return json.dumps(document, indent=1) + "\n"


def corpus() -> dict[str, bytes]:
    """The bytes of every file by its path below this folder."""
    files = {f"valid/{name}.json": text(document).encode() for name, document in VALID.items()}
    files |= {f"invalid/{name}.json": text(document).encode() for name, document in INVALID.items()}
    surrogate = "provenance-lone-surrogate"
    for name, (_, edit) in MALFORMED.items():
        sealed = name not in ("digest-missing", surrogate)
        files[f"malformed/{name}.json"] = text(edited(BASE, edit, sealed=sealed)).encode()
    for name, (_, base, edit) in MALFORMED_OTHERS.items():
        files[f"malformed/{name}.json"] = text(edited(base, edit)).encode()
    return files | {f"malformed/{name}.json": data for name, (_, data) in raw_faults().items()}


def places() -> dict[str, str]:
    """How the message on each malformed file has to begin, by the file's name."""
    others = {name: place for name, (place, _, _) in MALFORMED_OTHERS.items()}
    named = {name: place for name, (place, _) in MALFORMED.items()} | others
    raw = {name: place for name, (place, _) in raw_faults().items()}
    return named | raw


if __name__ == "__main__":
    for folder in ("valid", "invalid", "malformed"):
        (FOLDER / folder).mkdir(exist_ok=True)
        for old in (FOLDER / folder).glob("*.json"):
            old.unlink()
    for path, data in corpus().items():
        (FOLDER / path).write_bytes(data)
