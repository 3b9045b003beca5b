"""A memorization certificate as a theorem for Coq's kernel.

The file states the network and the dataset by the definitions of `proofs/coq/checker/Semantics.v`, and proves
`memorizes`, shapes included, by computation (`check_correct`). The numbers of a row of a matrix stand over one
denominator, together with its bias, so that the kernel has no common denominator to look for; they are hexadecimal and
in chunks, as Coq's parser reads long decimal numbers slowly and overflows its stack on a long list.

    coqc -Q proofs/coq/checker/build Checker OUT.v
"""

__all__ = [
    "ACTIVATIONS",
    "CHUNK_CHARACTERS",
    "CHUNK_ITEMS",
    "DECISIONS",
    "HEAD",
    "MAX_SECONDS",
    "PARTS",
    "activation",
    "affine",
    "chunked",
    "export",
    "fraction",
    "heading",
    "integer",
    "layer_definition",
    "listed",
    "listing",
    "over",
]

import json
from collections.abc import Iterator, Sequence
from typing import Any

from exactmem.activations import Activation
from exactmem.certificates.reader import Document
from exactmem.certificates.writing.document import digest
from exactmem.errors import CertificateError, InexactExportError, LimitError
from exactmem.interchange.coq_cost import estimated_seconds
from exactmem.interchange.exported import Export, Wanted, network_of, stages
from exactmem.networks import FNN, DenseMatrix, Matrix, RankOneMatrix
from exactmem.rationals import Rational, clear_denominators, common_denominator, vector

MAX_SECONDS = 600
"""Longest estimated time of `coqc` for which a file is written."""
CHUNK_ITEMS, CHUNK_CHARACTERS = 64, 8000
PARTS = ("claim", "dataset", "network")
DECISIONS = {"equal": "Equal", "argmax": "Argmax", "sign": "Sign"}
ACTIVATIONS = {
    "identity": "Identity",
    "hard-tanh": "HardTanh",
    "threshold": "Threshold",
    "square": "Square",
    "abs": "Abs",
}
HEAD = """From Coq Require Import ZArith QArith List.
From Checker Require Import Semantics Check.
Import ListNotations.
Open Scope Z_scope."""


def export(document: Document, wanted: Wanted) -> Export:
    """The theorem; InexactExportError for other kinds of claim, LimitError where `coqc` would take too long."""
    network = network_of(document)
    if document.claim["kind"] != "memorization":
        raise InexactExportError(
            f"a claim of kind {document.claim['kind']} has no translation to Coq; memorization does"
        )
    decision, digests = document.claim.get("decision"), {part: digest(document.data[part]) for part in PARTS}
    source = document.claim.get("source")
    if decision not in DECISIONS or not isinstance(source, str) or document.data.get("digests") != digests:
        raise CertificateError("the decision, the source or a digest is wrong; `exactmem check` names the place")
    inputs = [vector(row) for row in document.data["dataset"]["inputs"]]
    labels = [vector(row) for row in document.data["dataset"]["labels"]]
    lines = [heading(digests, source), HEAD]
    lines += chunked("sample_inputs", "vector", [over(row) for row in inputs])
    lines += chunked("sample_labels", "vector", [over(row) for row in labels])
    lines.append("Definition samples := {| inputs := sample_inputs; labels := sample_labels |}.")
    units = []
    for l, layer in enumerate(stages(network), 1):
        units.append(len(layer.bias if isinstance(network, FNN) else layer.b))
        lines += layer_definition(l, layer)
    names = "; ".join(f"layer_{l}" for l in range(1, len(units) + 1))
    lines.append(f"Definition net := [{names}].")
    sizes = f"[{'; '.join(map(str, units))}]%nat samples {len(inputs)} {len(inputs[0])} {len(labels[0])}"
    lines.append(f"Theorem memorized : memorizes {DECISIONS[decision]} net {sizes}.")
    lines.append("Proof. apply check_correct. vm_cast_no_check (eq_refl true). Qed.")
    lines.append("Print Assumptions memorized.")
    content = ("\n".join(lines) + "\n").encode("ascii")
    seconds = estimated_seconds(network, inputs, labels, len(content))
    if seconds > MAX_SECONDS:
        raise LimitError(
            f"Coq would take about {seconds} s, more than {MAX_SECONDS} s: export fewer samples or a network with "
            "shorter numbers, or use the verified checker, exactmem-verified",
            witness=seconds,
        )
    say = f"coqc will take about {seconds} s: coqc -Q proofs/coq/checker/build Checker OUT.v"
    return Export(content, {"theorem": "memorized", "estimated_seconds": seconds}, (say,))


def heading(digests: dict[str, str], source: str) -> str:
    """A comment with the digests and the source of the claim, in which Coq's lexer finds no star and no inner quote."""
    text = json.dumps(source)[1:-1].replace("\\\\", "\\u005c").replace('\\"', "\\u0022").replace("*", "\\u002a")
    lines = "".join(f"   {part} {digests[part]}\n" for part in PARTS)
    return f'(* An exactmem certificate of kind memorization, SHA-256:\n{lines}   source "{text}" *)'


def integer(value: Any) -> str:
    """A hexadecimal literal."""
    return f"{'-' if value < 0 else ''}0x{abs(int(value)):x}"


def listing(items: Sequence[str]) -> str:
    """A list in chunks."""
    chunks = [items[i : i + CHUNK_ITEMS] for i in range(0, len(items), CHUNK_ITEMS)] or [[]]
    return " ++ ".join(f"[{'; '.join(chunk)}]" for chunk in chunks)


def over(row: Sequence[Rational], denominator: Any = None) -> str:
    """A vector: numerators over one denominator, the least one unless it is given."""
    if denominator is None:
        numerators, denominator = clear_denominators(row)
    else:
        numerators = [v.numer() * (denominator // v.denom()) for v in row]
    return f"over {integer(denominator)} ({listing([integer(n) for n in numerators])})"


def fraction(value: Rational, denominator: Any = None) -> str:
    """A rational, in lowest terms unless a denominator is given."""
    denominator = value.denom() if denominator is None else denominator
    return f"({integer(value.numer() * (denominator // value.denom()))} # {integer(denominator)})"


def chunked(name: str, kind: str, items: Sequence[str]) -> Iterator[str]:
    """Definitions of a list in parts that Coq's parser can hold, and of the whole."""
    parts: list[list[str]] = [[]]
    length = 0
    for item in items:
        if parts[-1] and (len(parts[-1]) == CHUNK_ITEMS or length + len(item) > CHUNK_CHARACTERS):
            parts.append([])
            length = 0
        parts[-1].append(item)
        length += len(item)
    for i, part in enumerate(parts):
        body = ";\n  ".join(part)
        yield f"Definition {name}_{i} : list {kind} := [\n  {body}]."
    yield f"Definition {name} : list {kind} := {' ++ '.join(f'{name}_{i}' for i in range(len(parts)))}."


def layer_definition(l: int, layer: Any) -> Iterator[str]:
    """The definitions of a layer, the last of which is `layer_<l>`."""
    if hasattr(layer, "U"):
        inner, outer = f"U_{l}", f"V_{l}"
        yield from affine(inner, layer.U, layer.b)
        yield from affine(outer, layer.V, layer.c)
        skip = "true" if layer.skip else "false"
        maps = f"Residual {inner} {inner}_bias {activation(layer.activation)} {outer} {outer}_bias {skip}"
    else:
        yield from affine(f"W_{l}", layer.weight, layer.bias)
        maps = f"Plain W_{l} W_{l}_bias {activation(layer.activation)}"
    yield f"Definition layer_{l} := {maps}."


def affine(name: str, matrix: Matrix, bias: Sequence[Rational]) -> Iterator[str]:
    """The definitions of a matrix and of its bias, each row's numbers over the denominator of both."""
    if isinstance(matrix, RankOneMatrix):
        denominators = [common_denominator(pair) for pair in zip(matrix.column, bias, strict=True)]
        column = [fraction(c, d) for c, d in zip(matrix.column, denominators, strict=True)]
        yield from chunked(f"{name}_column", "Q", column)
        yield f"Definition {name} := RankOne {name}_column ({over(matrix.row)})."
    elif isinstance(matrix, DenseMatrix):
        denominators = [common_denominator([*row, b]) for row, b in zip(matrix.rows, bias, strict=True)]
        rows = [over(row, d) for row, d in zip(matrix.rows, denominators, strict=True)]
        yield from chunked(f"{name}_rows", "vector", rows)
        yield f"Definition {name} := Dense {name}_rows."
    else:
        entries = matrix.nonzero()
        denominators = [common_denominator([b, *(v for _, v in row)]) for row, b in zip(entries, bias, strict=True)]
        rows = [listed(row, d) for row, d in zip(entries, denominators, strict=True)]
        yield from chunked(f"{name}_rows", "(list (nat * Q))", rows)
        yield f"Definition {name} := Sparse {matrix.shape[1]} {name}_rows."
    shifts = [fraction(b, d) for b, d in zip(bias, denominators, strict=True)]
    yield from chunked(f"{name}_bias", "Q", shifts)


def listed(entries: Sequence[tuple[int, Rational]], denominator: Any) -> str:
    """A row of a sparse matrix: columns with numerators over one denominator."""
    pairs = [f"({j}%nat, {integer(v.numer() * (denominator // v.denom()))})" for j, v in entries]
    return f"listed {integer(denominator)} ({listing(pairs)})"


def activation(value: Activation) -> str:
    """The activation by its name in Semantics.v."""
    if value.kind in ACTIVATIONS:
        return ACTIVATIONS[value.kind]
    slopes = dict(value.parameters)  # type: ignore[union-attr]
    return f"(ReluLike {fraction(slopes['s_plus'])} {fraction(slopes['s_minus'])})"
