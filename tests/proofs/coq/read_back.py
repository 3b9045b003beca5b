"""A second reader of exported Coq files: what the theorem in such a file is about, as parts of a certificate.

Shares no code with the exporter. Every sentence of the file has to be one that it knows; no name may be defined twice
or stand for something of Semantics.v, so that what is read here is what Coq reads.
"""

import hashlib
import json
import re
import sys
from fractions import Fraction
from typing import Any

HEAD = """From Coq Require Import ZArith QArith List.
From Checker Require Import Semantics Check.
Import ListNotations.
Open Scope Z_scope.
"""
TAIL = """Proof. apply check_correct. vm_cast_no_check (eq_refl true). Qed.
Print Assumptions memorized.
"""
COMMENT = re.compile(
    r"\(\* An exactmem certificate of kind memorization, SHA-256:\n   claim ([0-9a-f]{64})\n   dataset ([0-9a-f]{64})\n"
    r'   network ([0-9a-f]{64})\n   source ("(?:[^"\\*\n]|\\[^"*\n])*") \*\)\n'
)
TOKEN = re.compile(r"\s*(:=|\+\+|\{\||\|\}|%nat|-?0x[0-9a-f]+|[0-9]+|[A-Za-z_][A-Za-z_0-9]*|[\[\]();:,#])")
NAME = re.compile(r"(sample_(inputs|labels)|[WUV]_[0-9]+_(rows|column|bias))(_[0-9]+)?|[WUV]_[0-9]+|layer_[0-9]+|net")
CONSTANTS = {
    "Identity": "identity",
    "HardTanh": "hard-tanh",
    "Threshold": "threshold",
    "Square": "square",
    "Abs": "abs",
}
DECISIONS = {"Equal": "equal", "Argmax": "argmax", "Sign": "sign"}


class NotRead(Exception):
    """The file is not one that the exporter writes."""


def need(condition: bool, what: str) -> None:
    if not condition:
        raise NotRead(what)


def text(value: Fraction) -> str:
    """The canonical text, also of numbers beyond CPython's limit of 4300 digits."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return str(value)
    finally:
        sys.set_int_max_str_digits(limit)


class Terms:
    """The terms of one sentence, evaluated with what was defined before."""

    def __init__(self, source: str, known: dict[str, Any]) -> None:
        self.known, self.tokens, position = known, list[str](), 0
        while source[position:].strip():
            match = TOKEN.match(source, position)
            need(match is not None, f"no token: {source[position : position + 30]!r}")
            assert match is not None
            self.tokens.append(match[1])
            position = match.end()
        self.tokens.append("")

    def take(self, *expected: str) -> str:
        token = self.tokens.pop(0)
        need(not expected or token in expected, f"expected {expected}, found {token!r}")
        return token

    def whole(self) -> Any:
        value = self.term()
        self.take("")
        return value

    def term(self) -> Any:
        value = self.application()
        while self.tokens[0] == "++":
            self.take()
            right = self.application()
            need(isinstance(value, list) and isinstance(right, list), "++ joins lists")
            value = value + right
        return value

    def application(self) -> Any:
        head = self.tokens[0]
        if head in FUNCTIONS:
            self.take()
            count, function = FUNCTIONS[head]
            return function(*[self.atom() for _ in range(count)])
        return self.atom()

    def atom(self) -> Any:
        token = self.take()
        if token == "(":
            value = self.term()
            if self.tokens[0] == "#":
                self.take()
                below = self.term()
                need(type(value) is int and type(below) is int and below > 0, "a fraction of integers")
                value = Fraction(value, below)
            elif self.tokens[0] == ",":
                self.take()
                value = (value, self.term())
            self.take(")")
            return value
        if token == "[":
            items = []
            while self.tokens[0] != "]":
                items.append(self.term())
                if self.tokens[0] != "]":
                    self.take(";")
            self.take("]")
            value = items
        elif re.fullmatch("-?0x[0-9a-f]+|[0-9]+", token):
            value = int(token, 0)
        elif token in ("true", "false"):
            value = token == "true"
        elif token in CONSTANTS:
            value = {"kind": CONSTANTS[token]}
        else:
            need(token in self.known, f"unknown name {token!r}")
            value = self.known[token]
        if self.tokens[0] == "%nat":
            self.take()
        return value


def over(below: int, above: list[int]) -> list[Fraction]:
    return [Fraction(n, below) for n in above]


def listed(below: int, entries: list[tuple[int, int]]) -> list[tuple[int, Fraction]]:
    return [(j, Fraction(n, below)) for j, n in entries]


def dense(rows: list[list[Fraction]]) -> Any:
    return [[text(v) for v in row] for row in rows]


def sparse(columns: int, rows: list[list[tuple[int, Fraction]]]) -> Any:
    entries = [[i, j, text(v)] for i, row in enumerate(rows) for j, v in row]
    return {"shape": [len(rows), columns], "entries": entries}


def rank_one(column: list[Fraction], row: list[Fraction]) -> Any:
    return {"column": [text(v) for v in column], "row": [text(v) for v in row]}


def plain(weight: Any, bias: list[Fraction], activation: Any) -> Any:
    return {"weight": weight, "bias": [text(v) for v in bias], "activation": activation}


def residual(U: Any, b: list[Fraction], activation: Any, V: Any, c: list[Fraction], skip: bool) -> Any:
    shifts = {"b": [text(v) for v in b], "c": [text(v) for v in c]}
    return {"U": U, "V": V, "activation": activation, "skip": skip, **shifts}


def relu_like(plus: Fraction, minus: Fraction) -> Any:
    return {"kind": "relu-like", "s_plus": text(plus), "s_minus": text(minus)}


FUNCTIONS: dict[str, tuple[int, Any]] = {
    "over": (2, over),
    "listed": (2, listed),
    "Dense": (1, dense),
    "Sparse": (2, sparse),
    "RankOne": (2, rank_one),
    "Plain": (3, plain),
    "Residual": (6, residual),
    "ReluLike": (2, relu_like),
}


def read_back(content: str) -> dict[str, Any]:
    """The claim, dataset and network of the theorem, and the digests that the file names."""
    comment = COMMENT.match(content)
    need(comment is not None, "no heading")
    assert comment is not None
    content = content[comment.end() :]
    need(content.startswith(HEAD) and content.endswith(TAIL), "another beginning or end")
    *sentences, theorem = content[len(HEAD) : -len(TAIL)].removesuffix(".\n").split(".\n")
    known: dict[str, Any] = {}
    samples = "Definition samples := {| inputs := sample_inputs; labels := sample_labels |}"
    need(sentences.count(samples) == 1, "no samples")
    for sentence in sentences:
        if sentence == samples:
            continue
        match = re.fullmatch(r"Definition (\w+)(?: : list (?:vector|Q|\(list \(nat \* Q\)\)))? := (.*)", sentence, re.S)
        need(match is not None, f"unknown sentence {sentence[:60]!r}")
        assert match is not None
        name = match[1]
        need(NAME.fullmatch(name) is not None and name not in known, f"a name that may not be defined here: {name}")
        known[name] = Terms(match[2], known).whole()
    match = re.fullmatch(
        r"Theorem memorized : memorizes (\w+) net (\[[0-9; ]*\]%nat) samples (\d+) (\d+) (\d+)", theorem
    )
    need(match is not None, f"another theorem: {theorem[:60]!r}")
    assert match is not None
    units = Terms(match[2], {}).whole()
    layers, resnet = known["net"], "U" in known["net"][0]
    shapes = [len(layer["b" if resnet else "bias"]) for layer in layers]
    need(units == shapes, "the widths of the theorem are not those of the network")
    sizes = {"N": int(match[3]), "d_x": int(match[4]), "d_y": int(match[5]), "widths": units if resnet else units[:-1]}
    inputs, labels = known["sample_inputs"], known["sample_labels"]
    need((sizes["N"], sizes["N"]) == (len(inputs), len(labels)), "the number of samples is not that of the theorem")
    source = json.loads(comment[4])
    return {
        "claim": {"kind": "memorization", "decision": DECISIONS[match[1]], "source": source, "sizes": sizes},
        "dataset": {"inputs": dense(inputs), "labels": dense(labels)},
        "network": {"architecture": "resnet" if resnet else "fnn", "layers": layers},
        "digests": {"claim": comment[1], "dataset": comment[2], "network": comment[3]},
    }


def digest(part: Any) -> str:
    """SHA-256 of the canonical JSON."""
    data = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(data.encode("utf-8")).hexdigest()
