"""Writes the corpus version_2/ beside this file: `python -m tests.certificates.corpus.make_version_2`.

An answer's question and data have its name, but for those that share a question. MALFORMED gives the place that a
checker has to name and an edit of the parts before they are sealed, AFTER one of the files afterwards.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.certificates.corpus import corpus_files, make_memorization
from tests.certificates.corpus.make_memorization import CLIP, LEAKY_BLOCK, THREE_CLASSES, column, fnn, layer, resnet
from tests.certificates.corpus.make_memorization import IDENTITY as PLAIN
from tests.support.checker_cases import RELU, certificate
from tests.support.version_2_cases import DIGEST, Case, Edit, converted, edited, sealed, sha, tabled

FOLDER = Path(__file__).parent / "version_2"
OLD = make_memorization.VALID
CONVERTED = (
    "one-relu affine-map-only square rank-one-first-layer resnet-two-blocks resnet-without-skip resnet-of-few-units "
    "argmax sign"
)
CLASSES = certificate(
    column("2", "-2", "1/4"), [["1", "0", "0"], ["0", "0", "1"], ["0", "1", "0"]], THREE_CLASSES, "argmax"
)
ONE_HOT = certificate(column("0", "1"), [["0", "1"], ["1", "0"]], fnn(layer(column("1", "-1"), ["0", "1"], PLAIN)))
STEP = fnn(
    layer([["1"]], ["0"], PLAIN),
    layer([["3"]], ["0"], {"kind": "hard-tanh"}),
    layer([["-1/2"], ["1/2"]], ["1/2", "1/2"], PLAIN),
)
"""The first class below 0, the second above; the outputs of many samples are one object."""
SIDES = column(*(str(x) for x in range(-9, 10) if x)), [["1", "0"]] * 9 + [["0", "1"]] * 9
SHARED = {"shared-by-two": CLIP, "shared-by-two-affine": fnn(layer([["1/7"]], ["1/3"], PLAIN))}
TELESCOPE = column("-7/3", "0", "7/3"), column("0", "1/3", "2/3")

SPACED = '{ "form":\t"dense", "rows" : 1, "activation": {"s_plus": "1", "kind": "relu-like", "s_minus": "0"} }'

OTHERWISE = "\n".join(
    [
        "\ufeff,b,,c,c\r",
        "row 0, -0,\t10/3 ,+1,1.000",
        "\N{GREEK SMALL LETTER PI}, 0.0, 4/30, -0/7, 0.00\r",
        ",003, 1/3, 01, 0",
        "1e3,-0.20,-2/30,-1.0,-5/5",
        "",
    ]
).encode()
"""The table of rank-one-first-layer."""

VALID = {
    **{name: converted(OLD[name]) for name in CONVERTED.split()},
    "hexadecimal": converted(OLD["rank-one-first-layer"], hexadecimal=True),
    "hexadecimal-and-long": converted(OLD["long-denominators"], hexadecimal=True),
    "integers-of-2084-bytes": converted(OLD["numbers-beyond-4300-digits"]),
    "one-hot-equal": converted(ONE_HOT, classes=True),
    "class-without-samples": converted(
        certificate(column("2", "1/4"), [["1", "0", "0"], ["0", "1", "0"]], THREE_CLASSES, "argmax")
    ),
    "equal-inputs": converted(OLD["equal-inputs"]),
    "resnet-leaky-relu-twice": converted(
        certificate(column("-5", "2"), column("-5", "37"), resnet(*LEAKY_BLOCK["layers"], *LEAKY_BLOCK["layers"]))
    ),
    "class-on-each-side": converted(certificate(*SIDES, STEP), classes=True),
    "csv-classes-off-a-line": tabled(CLASSES, classes=True),
    "csv-numbers": tabled(OLD["rank-one-first-layer"]),
    "csv-other-notations": edited(tabled(OLD["rank-one-first-layer"]), lambda c: setattr(c, "data", OTHERWISE)),
    "csv-resnet": tabled(OLD["resnet-two-blocks"]),
    "csv-sign": tabled(OLD["sign"]),
    "spaces-in-json": edited(converted(OLD["one-relu"]), lambda c: c.lines.__setitem__(0, SPACED)),
}
INVALID = {
    name: converted(make_memorization.INVALID[name])
    for name in (
        "off-by-one-part-in-10-to-the-5000",
        "only-the-last-sample",
        "only-the-second-coordinate",
        "two-labels-for-one-input",
        "resnet-skip-left-out",
        "resnet-of-few-units-inner-bias-twice",
        "resnet-of-few-units-outer-bias-left-out",
        "resnet-of-few-units-skip-alone",
        "argmax-tie",
        "sign-of-zero",
        "rank-one-second-layer-without-its-column",
    )
}
INVALID["class-of-the-other-side"] = converted(certificate(SIDES[0], [*SIDES[1][:-1], ["1", "0"]], STEP), classes=True)
INVALID["csv-numbers"] = tabled(make_memorization.INVALID["only-the-second-coordinate"])
INVALID["csv-classes"] = tabled(make_memorization.INVALID["argmax-tie"])
INVALID["second-sample-of-a-class"] = edited(
    converted(CLASSES), lambda c: setattr(c, "data", bytes([0, 8, 0, 248, 1, 1]))
)
INVALID["one-hot-equal"] = edited(converted(ONE_HOT, classes=True), lambda c: setattr(c, "data", bytes([0, 0, 0, 1])))


BASE = converted(OLD["rank-one-first-layer"])  # every form, three layers; 4 samples of two numbers with two labels
BLOCKS = converted(OLD["resnet-without-skip"])
NAMED = converted(CLASSES)
SIGNS = converted(OLD["sign"])
TABLE = tabled(OLD["rank-one-first-layer"])
CLASS_TABLE = tabled(CLASSES, classes=True)
SIGN_TABLE = tabled(OLD["sign"])
# BASE's lines after the first: of layer 1 a head, 0, a row, 1, two more, 2 and 3, a digest, 4; of layer 2 5 to 8
Files = dict[str, bytes]
Faults = dict[str, tuple[str, Case, Edit]]


def asked(value: Any, *path: str) -> Edit:
    """Sets a value of the question."""

    def edit(case: Case) -> None:
        target: Any = case.question
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return edit


def head(value: Any, *path: str) -> Edit:
    """Sets a value of the answer's first line."""

    def edit(case: Case) -> None:
        target: Any = case.head
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return edit


def at(index: int, *values: Any) -> Edit:
    """Puts these lines in the place of one."""
    return lambda case: case.lines.__setitem__(slice(index, index + 1), values)


def data(content: bytes) -> Edit:
    return lambda case: setattr(case, "data", content)


def replaced(old: bytes, new: bytes) -> Edit:
    """Replaces bytes of the data."""
    return lambda case: setattr(case, "data", case.data.replace(old, new))


def cell(text: str, after: bytes = b"") -> Edit:
    """Puts a text into the third field of TABLE's second line, which begins with `after`."""
    return data(TABLE.data.replace(b"row 0,0,10/3,", after + b"row 0,0," + text.encode() + b","))


def dense(*texts: str) -> Edit:
    """Another first row of the dense layer."""
    return at(6, " ".join(texts))


def sparse(*texts: str) -> Edit:
    """Another first row of the sparse layer."""
    return at(10, " ".join(texts))


MALFORMED: Faults = {  # * is the name
    # the question
    "question-format": ("*.question.format", BASE, asked("exactmem", "format")),
    "question-of-version-1": ("*.question.version", BASE, asked(1, "version")),
    "question-of-another-kind": ("*.question.kind", BASE, asked("piece-bound", "kind")),
    "question-key-unknown": ("*.question: unknown key", BASE, asked("", "comment")),
    "question-key-missing": ("*.question: missing", BASE, lambda c: c.question.pop("labels")),
    "decision-unknown": ("*.question.decision", BASE, asked("close", "decision")),
    "n-zero": ("*.question.sizes", BASE, asked(0, "sizes", "N")),
    "n-a-string": ("*.question.sizes.N", BASE, asked("4", "sizes", "N")),
    "sizes-of-the-network": ("*.question.sizes", BASE, asked(16, "sizes", "edges")),
    "labels-unknown": ("*.question.labels.kind", BASE, asked("floats", "labels", "kind")),
    "labels-with-classes": ("*.question.labels", BASE, asked([], "labels", "classes")),
    "classes-twice": (
        "*.question.labels.classes[2]: the same",
        NAMED,
        asked(["a", "b", "a"], "labels", "classes"),
    ),
    "classes-too-few": ("*.question.labels.classes", NAMED, asked(["a", "b"], "labels", "classes")),
    "classes-too-many": ("*.question.labels.classes", NAMED, asked(list("abcd"), "labels", "classes")),
    "class-a-number": ("*.question.labels.classes[1]", NAMED, asked(["a", 1, "c"], "labels", "classes")),
    "argmax-of-numbers": ("*.question.labels.kind", BASE, asked("argmax", "decision")),
    "argmax-of-one-class": (
        "*.question.labels.classes",
        NAMED,
        lambda c: (asked(1, "sizes", "d_y")(c), asked(["a"], "labels", "classes")(c)),
    ),
    "sign-of-classes": ("*.question.labels.kind", NAMED, asked("sign", "decision")),
    "sign-of-two-numbers": ("*.question.labels.kind", BASE, asked("sign", "decision")),
    # its data
    "byte-order-big": ("*.question.data.byte_order", BASE, asked("big", "data", "byte_order")),
    "data-of-unknown-kind": ("*.question.data.kind", BASE, asked("text", "data", "kind")),
    "data-key-unknown": ("*.question.data", BASE, asked(0, "data", "offset")),
    "data-key-missing": ("*.question.data", BASE, lambda c: c.question["data"].pop("input")),
    "integers-of-no-bytes": (
        "*.question.data.input.bytes",
        BASE,
        asked(0, "data", "input", "bytes"),
    ),
    "integers-too-long": ("*.question.data.input.bytes", BASE, asked(65537, "data", "input", "bytes")),
    "signed-a-number": ("*.question.data.input.signed", BASE, asked(1, "data", "input", "signed")),
    "denominator-zero": ("*.question.data.input", BASE, asked("0", "data", "input", "denominator")),
    "denominator-negative": (
        "*.question.data.label",
        BASE,
        asked("-1", "data", "label", "denominator"),
    ),
    "denominator-a-fraction": (
        "*.question.data.label",
        BASE,
        asked("1/2", "data", "label", "denominator"),
    ),
    "class-signed": ("*.question.data.label", NAMED, asked(True, "data", "label", "signed")),
    "class-with-a-denominator": (
        "*.question.data.label",
        NAMED,
        asked("2", "data", "label", "denominator"),
    ),
    "data-too-short": ("*.data: ", BASE, data(BASE.data[:-1])),
    "data-too-long": ("*.data: ", BASE, data(BASE.data + b"\0")),
    "data-empty": ("*.data: ", BASE, data(b"")),
    "record-too-many": ("*.data: ", NAMED, data(NAMED.data + NAMED.data[:2])),
    "n-too-large": ("*.data: ", BASE, asked(5, "sizes", "N")),
    "n-enormous": ("*.data: ", BASE, asked(2**53 - 1, "sizes", "N")),
    "class-out-of-range": ("*.data: sample 1: class 3", NAMED, data(bytes([0, 8, 3, 248, 1, 1]))),
    "sign-of-other-labels": ("*.data: sample 0: ", SIGNS, data(b"\2" + SIGNS.data[1:])),
    # in a CSV file
    "csv-key-missing": ("*.question.data: missing key 'input'", TABLE, lambda c: c.question["data"].pop("input")),
    "csv-key-of-packed-data": ("*.question.data: unknown key", TABLE, asked("little", "data", "byte_order")),
    "csv-label-of-one-column": ("*.question.data.label: expected 2 items", TABLE, asked([1], "data", "label")),
    "csv-input-of-three-columns": ("*.question.data.input: expected 2", TABLE, asked([3, 4, 0], "data", "input")),
    "csv-label-of-two-columns-for-a-class": ("*.question.data.label", CLASS_TABLE, asked([1, 0], "data", "label")),
    "csv-column-twice": ("*.question.data.input: the same", TABLE, asked([3, 3], "data", "input")),
    "csv-column-both-label-and-input": ("*.question.data.input: the same", TABLE, asked([2, 3], "data", "input")),
    "csv-column-by-name": ("*.question.data.input[0]", TABLE, asked(["column 3", 4], "data", "input")),
    "csv-column-negative": ("*.question.data.input[1]", TABLE, asked([3, -1], "data", "input")),
    "csv-column-true": ("*.question.data.input[1]", TABLE, asked([3, True], "data", "input")),
    "csv-column-that-is-none": ("*.data: line 1: 5 columns", TABLE, asked([3, 5], "data", "input")),
    "csv-label-column-that-is-none": ("*.data: line 1: 5 columns", TABLE, asked([1, 5], "data", "label")),
    "csv-line-missing": ("*.data: line 6: the file ends", TABLE, asked(5, "sizes", "N")),
    "csv-line-too-many": ("*.data: goes on", TABLE, asked(3, "sizes", "N")),
    "csv-line-empty-at-the-end": ("*.data: goes on", TABLE, data(TABLE.data + b"\n")),
    "csv-line-empty-in-the-middle": ("*.data: line 2: 1 fields", TABLE, cell("10/3", b"\n")),
    "csv-line-without-its-line-feed": ("*.data: line 5: the file ends", TABLE, data(TABLE.data[:-1])),
    "csv-lines-end-with-carriage-returns": (
        "*.data: line 1: the file ends",
        TABLE,
        data(TABLE.data.replace(b"\n", b"\r")),
    ),
    "csv-empty": ("*.data: line 1: the file ends", TABLE, data(b"")),
    "csv-without-its-header": ("*.data: line 5: the file ends", TABLE, data(TABLE.data.partition(b"\n")[2])),
    "csv-field-missing": ("*.data: line 2: 4 fields", TABLE, data(TABLE.data.replace(b"row 0,", b""))),
    "csv-field-too-many": ("*.data: line 2: 6 fields", TABLE, cell("10/3,")),
    "csv-field-quoted": ("*.data: line 2: a quotation mark", TABLE, cell('"10/3"')),
    "csv-header-quoted": ("*.data: line 1: a quotation mark", TABLE, data(b'"' + TABLE.data)),
    "csv-quotation-mark-where-nobody-looks": ("*.data: line 2: a quotation mark", TABLE, cell("10/3", b'"')),
    "csv-not-utf-8": ("*.data: line 2: not UTF-8", TABLE, cell("10/3", b"\xff")),
    "csv-header-not-utf-8": ("*.data: line 1: not UTF-8", TABLE, data(b"\xff" + TABLE.data)),
    **{
        f"csv-number-{name}": (f"*.data: line 2: {text!r} is not a number", TABLE, cell(text))
        for name, text in {
            "empty": "",
            "without-digits-before-the-point": ".5",
            "without-digits-after-the-point": "5.",
            "with-an-exponent": "1e3",
            "with-two-signs": "+-1",
            "over-zero": "1/0",
            "over-a-leading-zero": "1/03",
            "over-a-negative": "1/-3",
            "over-a-decimal": "1/3.0",
            "of-a-decimal-over-three": "1.0/3",
            "with-a-space-inside": "10 /3",
            "with-an-underscore": "1_0",
            "hexadecimal": "0x1",
            "in-words": "nan",
            "with-a-carriage-return-inside": "10\r/3",
        }.items()
    },
    "csv-number-of-another-alphabet": ("*.data: line 2: '\\u0661'", TABLE, cell("\N{ARABIC-INDIC DIGIT ONE}")),
    "csv-number-with-a-wide-space": ("*.data: line 2: '\\xa01'", TABLE, cell("\N{NO-BREAK SPACE}1")),
    "csv-class-unknown": ("*.data: line 2: 'class 9' is none", CLASS_TABLE, replaced(b"class 0", b"class 9")),
    "csv-class-in-capitals": ("*.data: line 2: 'Class 0' is none", CLASS_TABLE, replaced(b"class 0", b"Class 0")),
    "csv-class-by-its-number": ("*.data: line 2: '0' is none", CLASS_TABLE, replaced(b"class 0", b"0")),
    "csv-sign-of-other-labels": ("*.data: line 2: sign needs", SIGN_TABLE, replaced(b"row 0,1,", b"row 0,2/1,")),
    "csv-digest-wrong": ("*.question.data.sha256", TABLE, asked("0" * 64, "data", "sha256")),
    # companions
    "question-in-another-folder": (
        "line 1.question.file",
        BASE,
        head("../valid/one-relu.question", "question", "file"),
    ),
    "question-by-its-full-path": ("line 1.question.file", BASE, head("/tmp/a.question", "question", "file")),
    "question-a-folder": ("line 1.question.file", BASE, head("..", "question", "file")),
    "question-hidden": ("line 1.question.file", BASE, head(".question", "question", "file")),
    "question-with-a-backslash": ("line 1.question.file", BASE, head("..\\a.question", "question", "file")),
    "question-missing": ("line 1.question.file: cannot be read", BASE, head("none.question", "question", "file")),
    "question-name-a-number": ("line 1.question.file", BASE, head(1, "question", "file")),
    "question-name-empty": ("line 1.question.file", BASE, head("", "question", "file")),
    "question-name-with-a-null": ("line 1.question.file", BASE, head("a\0", "question", "file")),
    "question-key-in-the-head": ("line 1.question: unknown key", BASE, head(1, "question", "bytes")),
    "question-digest-wrong": ("line 1.question.sha256", BASE, head("0" * 64, "question", "sha256")),
    "question-digest-in-capitals": ("line 1.question.sha256", BASE, head("A" * 64, "question", "sha256")),
    "data-missing": ("*.question.data.file: cannot be read", BASE, asked("none.data", "data", "file")),
    "data-elsewhere": ("*.question.data.file", BASE, asked("../a.data", "data", "file")),
    "data-digest-wrong": ("*.question.data.sha256", BASE, asked("0" * 64, "data", "sha256")),
    "data-is-the-answer": ("*.answer: ", BASE, asked("data-is-the-answer.answer", "data", "file")),
    # the answer
    "answer-of-version-1": ("line 1.version", BASE, head(1, "version")),
    "answer-version-a-string": ("line 1.version", BASE, head("2", "version")),
    "answer-key-unknown": ("line 1: unknown key", BASE, head("", "comment")),
    "answer-key-missing": ("line 1: missing key", BASE, lambda c: c.head.pop("source")),
    "source-not-text": ("line 1.source", BASE, head(1, "source")),
    "provenance-not-an-object": ("line 1.provenance", BASE, head([], "provenance")),
    "architecture-unknown": ("line 1.architecture", BASE, head("cnn", "architecture")),
    "layers-none": ("line 1.layers", BASE, head(0, "layers")),
    "layers-too-few": ("line 7.activation", BASE, head(2, "layers")),
    "layers-too-many": ("line 15: the file ends", BASE, head(4, "layers")),
    "widths-wrong": ("line 1.sizes.widths", BASE, head([2, 3], "sizes", "widths")),
    "hidden-nodes-wrong": ("line 1.sizes.hidden_nodes", BASE, head(6, "sizes", "hidden_nodes")),
    "edges-wrong": ("line 1.sizes.edges", BASE, head(16, "sizes", "edges")),
    "outputs-too-few": (
        "line 1.layers",
        BASE,
        lambda c: (at(9, {**c.lines[9], "rows": 1})(c), at(11)(c), head(15, "sizes", "edges")(c)),
    ),
    "map-without-a-form": ("line 7: missing key", BASE, at(5, {"rows": 2, "activation": RELU})),
    "map-of-unknown-form": ("line 7.form", BASE, at(5, {"rows": 2, "form": "band", "activation": RELU})),
    "map-without-rows": ("line 7.rows", BASE, at(5, {"rows": 0, "form": "dense", "activation": RELU})),
    "map-of-true-rows": ("line 7.rows", BASE, at(5, {"rows": True, "form": "dense", "activation": RELU})),
    "activation-unknown": (
        "line 7.activation.kind",
        BASE,
        at(5, {"rows": 2, "form": "dense", "activation": {"kind": "tanh"}}),
    ),
    "skip-in-an-fnn": ("line 7: missing key", BASE, at(5, {"rows": 2, "form": "dense", "skip": True})),
    "skip-left-out-in-the-middle": (
        "line 5.skip",
        converted(OLD["resnet-two-blocks"]),
        at(3, {"rows": 1, "form": "dense", "skip": False}),
    ),
    "skip-with-other-rows": ("line 6.rows", BLOCKS, lambda c: c.lines[4].update(skip=True)),
    "row-missing": ("line 9: ", BASE, at(7)),
    "row-too-many": ("line 10: not the digest", BASE, at(8, "0 1 1", DIGEST)),
    "row-too-short": ("line 8: expected 3 items", BASE, dense("-1", "1")),
    "row-too-long": ("line 8: expected 3 items", BASE, dense("-1", "1", "1", "1")),
    "row-empty": ("line 8", BASE, dense("")),
    "row-with-two-spaces": ("line 8", BASE, dense("-1", "", "1")),
    "row-with-a-tab": ("line 8", BASE, dense("-1", "1\t1")),
    "row-that-begins-with-a-space": ("line 8", BASE, dense("", "-1", "1")),
    "row-that-ends-with-a-carriage-return": ("line 8[2]", BASE, dense("-1", "1", "1\r")),
    "row-in-json": ("line 8", BASE, at(6, '["-1","1","1"]')),
    "row-of-another-alphabet": ("line 8: not ASCII", BASE, dense("-1", "1", "\N{ARABIC-INDIC DIGIT ONE}")),
    "rank-one-row-too-short": ("line 3: expected 2 items", BASE, at(1, "1")),
    "rank-one-column-too-long": ("line 4: expected 2 items", BASE, at(2, "0 1 1")),
    "sparse-entry-zero": ("line 12[1]: a listed", BASE, sparse("0", "0:0")),
    "sparse-entries-out-of-order": ("line 12[2]: columns", BASE, sparse("0", "1:2", "0:2")),
    "sparse-entry-twice": ("line 12[2]: columns", BASE, sparse("0", "0:2", "0:2")),
    "sparse-column-out-of-range": ("line 12[1]: columns", BASE, sparse("0", "2:2")),
    "sparse-column-negative": ("line 12[1]: expected a column", BASE, sparse("0", "-1:2")),
    "sparse-column-with-a-zero": ("line 12[1]: expected a column", BASE, sparse("0", "00:2")),
    "sparse-column-hexadecimal": ("line 12[1]: expected a column", BASE, sparse("0", "0x1:2")),
    "sparse-column-enormous": ("line 12[1]: expected a column", BASE, sparse("0", "9" * 5000 + ":2")),
    "sparse-entry-without-a-column": ("line 12[1]: '' is not", BASE, sparse("0", "2")),
    "sparse-entry-without-a-number": ("line 12[1]", BASE, sparse("0", "0:")),
    "sparse-row-without-a-bias": ("line 12[0]", BASE, sparse("0:2", "1:2")),
    "number-not-in-lowest-terms": ("line 8[1]", BASE, dense("-1", "2/4", "1")),
    "number-over-one": ("line 8[1]", BASE, dense("-1", "2/1", "1")),
    "number-minus-zero": ("line 8[1]", BASE, dense("-1", "-0", "1")),
    "number-decimal-point": ("line 8[1]", BASE, dense("-1", "1.0", "1")),
    "hexadecimal-zero": ("line 8[1]", BASE, dense("-1", "0x0", "1")),
    "hexadecimal-in-capitals": ("line 8[1]", BASE, dense("-1", "0xA", "1")),
    "hexadecimal-with-a-capital-x": ("line 8[1]", BASE, dense("-1", "0X1", "1")),
    "hexadecimal-with-a-plus": ("line 8[1]", BASE, dense("-1", "+0x1", "1")),
    "hexadecimal-with-a-leading-zero": ("line 8[1]", BASE, dense("-1", "0x01", "1")),
    "hexadecimal-with-an-underscore": ("line 8[1]", BASE, dense("-1", "0x1_0", "1")),
    "hexadecimal-without-digits": ("line 8[1]", BASE, dense("-1", "0x", "1")),
    "hexadecimal-over-decimal": ("line 8[1]", BASE, dense("-1", "0x1/2", "1")),
    "hexadecimal-over-one": ("line 8[1]", BASE, dense("-1", "0x2/0x1", "1")),
    "hexadecimal-not-in-lowest-terms": ("line 8[1]", BASE, dense("-1", "0x2/0x4", "1")),
    "hexadecimal-over-a-negative": ("line 8[1]", BASE, dense("-1", "0x1/-0x3", "1")),
    "digest-missing": ("line 6: not the digest", BASE, at(4)),
    "digest-wrong-in-the-middle": ("line 10: not the digest", BASE, at(8, "sha256 " + "0" * 64)),
    "digest-without-its-name": ("line 10: not the digest", BASE, at(8, "0" * 64)),
    "digest-of-nothing": ("line 10: not the digest", BASE, at(8, f"sha256 {sha(b'')}")),
    "line-after-the-end": ("the answer: goes on", BASE, lambda c: c.lines.append("0")),
    "line-empty-after-the-end": ("the answer: goes on", BASE, lambda c: c.lines.append("")),
    "head-not-json": ("line 7: not JSON", BASE, at(5, '{"rows":2')),
    "head-a-key-twice": ("line 7: duplicate key", BASE, at(5, '{"rows":2,"rows":2}')),
    "head-with-a-float": ("line 7: ", BASE, at(5, '{"rows":2.0,"form":"dense","activation":{"kind":"identity"}}')),
}

AFTER: dict[str, tuple[str, Callable[[Files], Any]]] = {
    "end-without-a-line-feed": ("line 14: ", lambda files: files.update(answer=files["answer"][:-1])),
    "end-in-the-middle": ("line 7: ", lambda files: files.update(answer=files["answer"][: -len(files["answer"]) // 3])),
    "end-after-the-first-line": (
        "line 2: ",
        lambda files: files.update(answer=files["answer"].split(b"\n")[0] + b"\n"),
    ),
    "with-carriage-returns": ("line 3[1]", lambda files: files.update(answer=files["answer"].replace(b"\n", b"\r\n"))),
    "a-weight-changed": (
        "line 6: not the digest",
        lambda files: files.update(answer=files["answer"].replace(b"\n0 1\n", b"\n0 2\n")),
    ),
    "a-byte-of-the-data-changed": (
        "*.question.data.sha256",
        lambda files: files.update(data=bytes([files["data"][0] ^ 1]) + files["data"][1:]),
    ),
    "question-changed": ("line 1.question.sha256", lambda files: files.update(question=files["question"] + b" ")),
    "question-not-json": ("line 1.question.sha256", lambda files: files.update(question=b"")),
    "space-before-the-first-key": ("", lambda files: files.update(answer=b" " + files["answer"])),
}
"""By name: how the message begins, and what is done to the files of BASE after they are sealed, by their endings."""


def malformed() -> tuple[Files, dict[str, str]]:
    """The malformed files by name, and what the verdict on each answer begins with."""
    files, places = dict[str, bytes](), dict[str, str]()
    for name, (place, base, edit) in MALFORMED.items():
        files |= sealed(edited(base, edit), name)
        places[name] = place.replace("*", name)
    for name, (place, change) in AFTER.items():
        own = {path.rpartition(".")[2]: content for path, content in sealed(BASE, name).items()}
        change(own)
        files |= {f"{name}.{ending}": content for ending, content in own.items()}
        places[name] = place.replace("*", name)
    two = sealed(NAMED, "answer-to-another-question")
    two["answer-to-another-question.question"] = sealed(SIGNS, "answer-to-another-question")[
        "answer-to-another-question.question"
    ]
    places["answer-to-another-question"] = "line 1.question.sha256"
    return {**files, **two}, places


def corpus() -> dict[str, bytes]:
    """File contents by path under version_2/."""
    folders = {"valid": dict[str, bytes](), "invalid": dict[str, bytes](), "malformed": malformed()[0]}
    for folder, cases in (("valid", VALID), ("invalid", INVALID)):
        for name, case in cases.items():
            folders[folder] |= sealed(case, name)
    for name, network in SHARED.items():
        folders["valid"] |= sealed(converted(certificate(*TELESCOPE, network)), name, "shared")
    return {f"{folder}/{name}": content for folder, files in folders.items() for name, content in files.items()}


if __name__ == "__main__":
    corpus_files.write(FOLDER, corpus())
