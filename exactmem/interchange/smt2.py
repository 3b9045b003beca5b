"""A certificate's question in SMT-LIB 2, logic QF_LRA, for any solver: `unsat` means that the claim is true.

The network is a list of equations between real constants, an activation a nest of `ite`. For `memorization` the inputs
and labels are one of the samples and the output is not as its label says; `sat` comes with a sample that fails. For
`output-range` the input lies in the region and some output leaves its range. Every number is written out in full.
"""

__all__ = ["Names", "affine", "applied", "equations", "export", "memorization", "number", "output_range"]

from collections.abc import Sequence

from exactmem.activations import Activation, PiecewiseLinear
from exactmem.certificates.reader import Document
from exactmem.datasets import Dataset
from exactmem.errors import InexactExportError
from exactmem.interchange.exported import Export, Wanted, network_of, stages
from exactmem.networks import Matrix, Network, ResNet
from exactmem.rationals import Rational, parse

Names = list[str]


def number(value: Rational) -> str:
    """A rational as an SMT-LIB term of sort Real."""
    numerator, denominator = value.numer(), value.denom()
    text = f"{abs(numerator)}.0" if denominator == 1 else f"(/ {abs(numerator)}.0 {denominator}.0)"
    return f"(- {text})" if numerator < 0 else text


def export(document: Document, wanted: Wanted) -> Export:
    """The script; InexactExportError for kinds of claim other than memorization and output-range, and for `square`."""
    network = network_of(document)
    kind = document.claim["kind"]
    if kind == "memorization" and document.dataset is not None:
        question = memorization(document.dataset, document.claim["decision"])
    elif kind == "output-range":
        question = output_range(document)
    else:
        raise InexactExportError(
            f"a claim of kind {kind} has no translation to SMT-LIB; memorization and output-range do"
        )
    lines = ["(set-logic QF_LRA)", f"; {kind}: unsat means that the claim is true", *equations(network, ""), *question]
    lines += ["(check-sat)", "(exit)"]
    return Export(
        ("\n".join(lines) + "\n").encode("ascii"),
        {"logic": "QF_LRA", "true_if": "unsat"},
        ("unsat: the claim is true",),
    )


def equations(network: Network, suffix: str) -> list[str]:
    """Declarations and equations from x0<suffix>, x1<suffix>, ... to f0<suffix>, f1<suffix>, ..."""
    names = [f"x{j}{suffix}" for j in range(network.d_x)]
    lines = [f"(declare-const {name} Real)" for name in names]

    def define(prefix: str, terms: Sequence[str]) -> Names:
        made = [f"{prefix}_{i}{suffix}" for i in range(len(terms))]
        lines.extend(f"(declare-const {name} Real)" for name in made)
        lines.extend(f"(assert (= {name} {term}))" for name, term in zip(made, terms, strict=True))
        return made

    for l, layer in enumerate(stages(network), 1):
        if isinstance(network, ResNet):
            before = define(f"z{l}", affine(layer.U, layer.b, names))
            hidden = define(f"a{l}", [applied(layer.activation, z) for z in before])
            update = affine(layer.V, layer.c, hidden)
            names = define(
                f"h{l}", [f"(+ {h} {d})" for h, d in zip(names, update, strict=True)] if layer.skip else update
            )
        else:
            before = define(f"z{l}", affine(layer.weight, layer.bias, names))
            identity = layer.activation.kind == "identity"
            names = before if identity else define(f"a{l}", [applied(layer.activation, z) for z in before])
    outputs = [f"f{k}{suffix}" for k in range(network.d_y)]
    lines += [f"(declare-const {name} Real)" for name in outputs]
    return lines + [f"(assert (= {name} {value}))" for name, value in zip(outputs, names, strict=True)]


def affine(matrix: Matrix, bias: Sequence[Rational], names: Names) -> list[str]:
    """The terms of matrix * names + bias."""
    terms = []
    for row, b in zip(matrix.nonzero(), bias, strict=True):
        parts = [f"(* {number(v)} {names[j]})" for j, v in row] + ([number(b)] if b != 0 or not row else [])
        terms.append(parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})")
    return terms


def applied(activation: Activation, name: str) -> str:
    """The term activation(name); a breakpoint belongs to the piece on its right."""
    if not isinstance(activation, PiecewiseLinear):
        raise InexactExportError(f"the activation {activation} is not linear in pieces, as QF_LRA needs")
    pieces = [_piece(slope, intercept, name) for slope, intercept in activation.pieces]
    term = pieces[-1]
    for point, piece in zip(activation.breakpoints[::-1], pieces[-2::-1], strict=True):
        term = f"(ite (< {name} {number(point)}) {piece} {term})"
    return term


def _piece(slope: Rational, intercept: Rational, name: str) -> str:
    if slope == 0:
        return number(intercept)
    line = name if slope == 1 else f"(* {number(slope)} {name})"
    return line if intercept == 0 else f"(+ {line} {number(intercept)})"


def memorization(dataset: Dataset, decision: str) -> list[str]:
    """(x, y) is one of the samples, and f(x) is not as y says in the sense of the decision."""
    K = range(dataset.d_y)
    lines = [f"(declare-const y{k} Real)" for k in K]
    samples = []
    for x, y in zip(dataset.inputs, dataset.labels, strict=True):
        equal = [f"(= x{j} {number(v)})" for j, v in enumerate(x)] + [f"(= y{k} {number(v)})" for k, v in enumerate(y)]
        samples.append(f"(and {' '.join(equal)})")
    lines.append(f"(assert (or {' '.join(samples)} false))")
    if decision == "equal":
        wrong = [f"(not (= f{k} y{k}))" for k in K]
    elif decision == "sign":
        wrong = ["(and (= y0 1.0) (<= f0 0.0))", "(and (= y0 (- 1.0)) (>= f0 0.0))"]
    else:
        wrong = [f"(and (= y{k} 1.0) (<= f{k} f{m}))" for k in K for m in K if k != m]
    return [*lines, f"(assert (or {' '.join(wrong)} false))"]


def output_range(document: Document) -> list[str]:
    """x lies in the region and an output leaves its range. (That the witnesses attain it is for the checker.)"""
    region = document.claim["region"]
    lines = []
    if "low" in region:
        ends = zip(region["low"], region["high"], strict=True)
        lines += [f"(assert (<= {number(parse(a))} x{j} {number(parse(b))}))" for j, (a, b) in enumerate(ends)]
    else:
        lines += ["(declare-const t Real)", "(assert (<= 0.0 t 1.0))"]
        for j, (a, b) in enumerate(zip(region["from"], region["to"], strict=True)):
            start, step = parse(a), parse(b) - parse(a)
            lines.append(f"(assert (= x{j} (+ {number(start)} (* {number(step)} t))))")
    outside = [
        f"(< f{part['output']} {number(parse(part['minimum']))}) (> f{part['output']} {number(parse(part['maximum']))})"
        for part in document.claim["ranges"]
    ]
    return [*lines, f"(assert (or {' '.join(outside)}))"]
