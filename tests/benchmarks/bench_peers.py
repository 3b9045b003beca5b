"""exactmem against other exact evaluators, solvers and floats: `python tests/benchmarks/bench_peers.py`.

For networks of Theorem 3.1 (hard-tanh, integer inputs below 10^6, d_x = 8, labels of three decimals) and N samples:
CPU seconds for all N outputs, of the peers marked * from as many samples as fit into `--seconds` each. Every peer's
outputs are compared with the labels. Then the errors of numpy's floats, for weights as Theorem 3.1 prints them and for
the short ones of `decoupled`. Needs the extra `bench`. `--figure OUT.svg` draws the errors.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import cvc5
import mpmath
import numpy
import z3
from flint import fmpq, fmpq_mat
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

import exactmem as em
from exactmem.certificates.checker import check_bytes
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.memorization import certificate
from exactmem.constructions.build import Construction
from exactmem.datasets import Dataset, make_dataset
from exactmem.evaluate import evaluate
from exactmem.interchange.smt2 import equations, memorization
from exactmem.plots.float_errors import Measured, plot_float_errors
from exactmem.rationals import to_fraction
from exactmem.sgd.memorizer import weight_rows

STEP = fmpq(1, 1000)
"""Between neighbouring labels."""

Outputs = list[Any]
Evaluator = Callable[[list[list[int]]], Outputs]


def drawn(N: int) -> Dataset:
    """N samples from a seed."""
    draw = random.Random(N)
    inputs = [[draw.randrange(10**6) for _ in range(8)] for _ in range(N)]
    return make_dataset(inputs, [[STEP * draw.randrange(-1000, 1001)] for _ in range(N)])


def layers_of(net: Construction, number: Callable[[Fraction], Any]) -> list[tuple[list[list[Any]], list[Any]]]:
    """Dense weights and biases in some other number type."""
    return [
        (
            [[number(to_fraction(v)) for v in row] for row in weight_rows(layer)],
            [number(to_fraction(b)) for b in layer.bias],
        )
        for layer in net.network.layers
    ]


def by_loops(net: Construction, number: Callable[[Fraction], Any]) -> Evaluator:
    """Layer by layer with plain loops: what one writes first."""
    layers = layers_of(net, number)

    def run(inputs: list[list[int]]) -> Outputs:
        outputs = []
        for x in inputs:
            values = [number(Fraction(v)) for v in x]
            for k, (rows, bias) in enumerate(layers):
                values = [
                    sum((w * v for w, v in zip(row, values, strict=True)), b) for row, b in zip(rows, bias, strict=True)
                ]
                if k < 2:
                    values = [max(-1, min(1, v)) for v in values]
            outputs.append(values[0])
        return outputs

    return run


def by_fmpq_mat(net: Construction) -> Evaluator:
    """Matrix products of python-flint's rationals."""
    layers = [(fmpq_mat(rows), bias) for rows, bias in layers_of(net, lambda q: fmpq(q.numerator, q.denominator))]

    def run(inputs: list[list[int]]) -> Outputs:
        count = len(inputs)
        values = fmpq_mat(inputs).transpose()
        for k, (weight, bias) in enumerate(layers):
            product = (weight * values).entries()
            entries = [v + bias[i // count] for i, v in enumerate(product)]
            if k < 2:
                entries = [fmpq(1) if v > 1 else fmpq(-1) if v < -1 else v for v in entries]
            values = fmpq_mat(weight.nrows(), count, entries)
        return values.entries()

    return run


def by_domain_matrix(net: Construction) -> Evaluator:
    """Matrix products of SymPy's DomainMatrix."""
    layers = []
    for rows, bias in layers_of(net, lambda q: QQ(q.numerator, q.denominator)):
        layers.append((DomainMatrix(rows, (len(rows), len(rows[0])), QQ), bias))

    def run(inputs: list[list[int]]) -> Outputs:
        values = DomainMatrix([[QQ(v) for v in x] for x in inputs], (len(inputs), 8), QQ).transpose()
        for k, (weight, bias) in enumerate(layers):
            rows = [[v + b for v in row] for row, b in zip((weight * values).to_list(), bias, strict=True)]
            if k < 2:
                rows = [[max(QQ(-1), min(QQ(1), v)) for v in row] for row in rows]
            values = DomainMatrix(rows, (len(rows), len(inputs)), QQ)
        return values.to_list()[0]

    return run


def by_mpmath(net: Construction, dataset: Dataset) -> Evaluator:
    """mpmath's floats, with bits doubled until the first labels are right to 2^-30; the bits are `run.bits`."""
    label = [to_fraction(y[0]) for y in dataset.labels[:3]]
    bits = 32
    while True:
        bits *= 2
        with mpmath.workprec(bits):
            run = by_loops(net, lambda q: mpmath.mpf(q.numerator) / q.denominator)
            found = run([[int(v) for v in x] for x in dataset.inputs[:3]])
            if all(
                abs(f - mpmath.mpf(y.numerator) / y.denominator) < 2**-30 for f, y in zip(found, label, strict=True)
            ):
                break

    def precise(inputs: list[list[int]]) -> Outputs:
        with mpmath.workprec(bits):
            return run(inputs)

    precise.bits = bits  # type: ignore[attr-defined]
    return precise


def by_solver(net: Construction, dataset: Dataset, decide: Callable[[str], str]) -> Evaluator:
    """A solver that is asked, sample by sample, whether the output is not the label: unsat, and the labels follow."""
    place = {tuple(map(int, x)): i for i, x in enumerate(dataset.inputs)}
    network = equations(net.network, "")

    def run(inputs: list[list[int]]) -> Outputs:
        labels = []
        for x in inputs:
            labels.append(dataset.labels[place[tuple(x)]][0])
            question = memorization(make_dataset([x], [labels[-1:]]), "equal")
            answer = decide("\n".join(["(set-logic QF_LRA)", *network, *question, "(check-sat)"]))
            if answer != "unsat":
                raise SystemExit(f"a solver says {answer}")
        return labels

    return run


def ask_z3(script: str) -> str:
    """z3's answer."""
    solver = z3.SolverFor("QF_LRA")
    solver.from_string(script.replace("(check-sat)", ""))
    return str(solver.check())


def ask_cvc5(script: str) -> str:
    """cvc5's answer."""
    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "peers")
    symbols, answer = parser.getSymbolManager(), ""
    while not (command := parser.nextCommand()).isNull():
        answer = command.invoke(solver, symbols).strip() or answer
    return answer


def timed(run: Evaluator, dataset: Dataset, seconds: float) -> tuple[float, int]:
    """CPU seconds for all samples, from ever more of them until one round takes `seconds`; and how many were done."""
    inputs, count = [[int(v) for v in x] for x in dataset.inputs], 1
    while True:
        begin = time.process_time()
        found = run(inputs[:count])
        spent = time.process_time() - begin
        wrong = sum(
            abs(Fraction(str(f)) - to_fraction(y[0])) > Fraction(1, 2**30)
            if isinstance(f, mpmath.mpf)
            else Fraction(str(f)) != to_fraction(y[0])
            for f, y in zip(found, dataset.labels, strict=False)
        )
        if wrong:
            raise SystemExit(f"{wrong} outputs are wrong")
        if spent * 4 > seconds or count == dataset.N:
            return spent * dataset.N / count, count
        count = min(dataset.N, 4 * count)


def peers(net: Construction, dataset: Dataset) -> Iterator[tuple[str, Evaluator]]:
    """Every peer with its name."""
    yield "fmpq_mat", by_fmpq_mat(net)
    yield "DomainMatrix", by_domain_matrix(net)
    precise = by_mpmath(net, dataset)
    yield f"mpmath, {precise.bits} bits", precise  # type: ignore[attr-defined]
    yield "Fraction, loops", by_loops(net, lambda q: q)
    yield "z3", by_solver(net, dataset, ask_z3)
    yield "cvc5", by_solver(net, dataset, ask_cvc5)


def compare(N: int, seconds: float) -> None:
    """The table for N samples."""
    dataset = drawn(N)
    net = em.build(dataset, "3.1", activation="hard-tanh")
    data = to_bytes(certificate(net))
    begin = time.process_time()
    evaluate(net.network, dataset.inputs)
    evaluated = time.process_time() - begin
    begin = time.process_time()
    if check_bytes(data).word != "VERIFIED":
        raise SystemExit("the checker does not verify")
    checked = time.process_time() - begin
    print(f"\nN = {N}, widths {net.network.widths}, {len(data)} bytes")
    print("| | CPU seconds | against `check` | against `evaluate` |\n|---|---:|---:|---:|")

    def row(name: str, spent: float) -> None:
        print(f"| {name} | {spent:.3g} | {spent / checked:.3g} | {spent / evaluated:.3g} |", flush=True)

    row("`evaluate`", evaluated)
    row("`check`, with reading the file", checked)
    for name, run in peers(net, dataset):
        spent, done = timed(run, dataset, seconds)
        row(name if done == N else f"{name}*", spent)


def floats(net: Construction, dataset: Dataset, kind: Any) -> tuple[float, int]:
    """The largest error of numpy's floats of a kind, and how many labels are off by more than half a step."""
    values = numpy.array([[int(v) for v in x] for x in dataset.inputs], dtype=kind).T
    for k, (rows, bias) in enumerate(layers_of(net, float)):
        values = numpy.array(rows, dtype=kind) @ values + numpy.array(bias, dtype=kind)[:, None]
        values = numpy.clip(values, -1, 1) if k < 2 else values
    errors = [abs(Fraction(float(v)) - to_fraction(y[0])) for v, y in zip(values[0], dataset.labels, strict=True)]
    return float(max(errors)), sum(e > to_fraction(STEP) / 2 for e in errors)


def measure_floats(most: int) -> list[Measured]:
    """The errors for N = 128, 512, ..., printed as a table."""
    print("\n| N | weights | float64: error | wrong labels | float32: error | wrong labels |")
    print("|---:|---|---:|---:|---:|---:|")
    points, N = list[Measured](), 128
    while N <= most:
        dataset = drawn(N)
        for theorem, name in (("3.1", "weights of Theorem 3.1"), ("decoupled", "short weights")):
            net = em.build(dataset, theorem, activation="hard-tanh")
            cells = []
            for kind in (numpy.float64, numpy.float32):
                error, wrong = floats(net, dataset, kind)
                points.append(Measured(name, kind.__name__, N, error))
                cells.append(f"{error:.1e} | {wrong} ({100 * wrong / N:.0f} %)")
            print(f"| {N} | {name} | {' | '.join(cells)} |", flush=True)
        N *= 4
    return points


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=10_000, help="most samples (default: 10000)")
    parser.add_argument("--seconds", type=float, default=4.0, help="about what a peer may take (default: 4)")
    parser.add_argument("--figure", metavar="OUT.svg", help="draw the errors of floats")
    arguments = parser.parse_args()
    size = 100
    while size <= arguments.most:
        compare(size, arguments.seconds)
        size *= 10
    measured = measure_floats(2 * arguments.most)
    if arguments.figure is not None:
        plot_float_errors(measured, float(Fraction(str(STEP))), arguments.figure)
