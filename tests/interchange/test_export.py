"""Exports are run or read back: ONNX by onnxruntime, SMT-LIB by z3 and cvc5, .nnet and LaTeX by reading them."""

import json
import re
from fractions import Fraction
from itertools import pairwise

import cvc5
import numpy as np
import onnx
import onnxruntime
import pytest
import z3
from flint import fmpq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, RELU, SQUARE, THRESHOLD, relu_like
from exactmem.certificates.reader import Document
from exactmem.certificates.writing.document import assemble, write_certificate
from exactmem.certificates.writing.memorization import memorization_claim
from exactmem.certificates.writing.output_range import output_range_certificate
from exactmem.datasets import make_dataset
from exactmem.errors import ExactmemError
from exactmem.evaluate import evaluate
from exactmem.interchange import latex, nnet, onnx_writer, read_network, smt2
from exactmem.interchange.exported import Wanted
from exactmem.networks import FNN, ResNet, dense, layer, residual
from exactmem.ranges import output_ranges
from exactmem.rationals import exactly, to_fraction
from exactmem.regions import box
from exactmem.testing import strategies as networks

HIDDEN = [RELU, HARD_TANH, ABS, THRESHOLD, relu_like("3/2", "1/4")]


def memorized(network, inputs, labels=None, decision="equal"):
    """A document whose claim is true, or about the labels given."""
    inputs = [[fmpq(v) for v in x] for x in inputs]
    data = make_dataset(inputs, labels if labels is not None else evaluate(network, inputs))
    return Document(network, data, memorization_claim(network, data, "a test", decision), {})


def run_onnx(content, inputs, kind):
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": np.array([[float(v) for v in x] for x in inputs], kind)})[0]


# ---- ONNX -----------------------------------------------------------------------------------------------------------


@st.composite
def dyadic_networks(draw):
    sizes = [draw(st.integers(1, 3)) for _ in range(draw(st.integers(2, 4)))]
    entry = st.builds(fmpq, st.integers(-8, 8), st.sampled_from([1, 2, 4]))
    layers = []
    for l, (below, above) in enumerate(pairwise(sizes)):
        weight = dense([[draw(entry) for _ in range(below)] for _ in range(above)])
        bias = [draw(entry) for _ in range(above)]
        hidden = l < len(sizes) - 2
        layers.append(layer(weight, bias, draw(st.sampled_from(HIDDEN))) if hidden else layer(weight, bias))
    return FNN(tuple(layers))


@settings(max_examples=30)
@given(dyadic_networks(), st.sampled_from([32, 64]), st.data())
def test_an_exact_export_is_exact_in_the_runtime_and_reads_back(network, bits, data):
    row = st.lists(st.integers(-4, 4), min_size=network.d_x, max_size=network.d_x)
    inputs = data.draw(st.lists(row, min_size=1, max_size=4, unique_by=tuple))
    export = onnx_writer.export(memorized(network, inputs), Wanted(bits=bits))
    assert export.facts["exact"] is True
    got = run_onnx(export.content, inputs, {32: np.float32, 64: np.float64}[bits])
    expected = evaluate(network, [[fmpq(v) for v in x] for x in inputs])
    assert [[exactly(v) for v in row] for row in got] == expected


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dyadic_networks())
def test_what_is_written_is_read_again(tmp_path, network):
    if any(l.activation.kind == "threshold" for l in network.layers):
        return
    path = tmp_path / "m.onnx"
    path.write_bytes(onnx_writer.export(memorized(network, [[1] * network.d_x]), Wanted()).content)
    again = read_network(path).network
    points = [[fmpq(k, 3) - j for j in range(network.d_x)] for k in range(-4, 5)]
    assert evaluate(again, points) == evaluate(network, points)


def test_a_residual_network_runs(tmp_path):
    first = residual(dense([[1, -1]]), [fmpq(1, 2)], dense([[2], [1]]), [0, 1], HARD_TANH, True)
    last = residual(dense([[1, 0], [0, 1]]), [0, -1], dense([[1, 1]]), [3], RELU, False)
    network = ResNet((first, last))
    inputs = [[1, 2], [-3, 1], [0, 0]]
    export = onnx_writer.export(memorized(network, inputs), Wanted(bits=32))
    got = run_onnx(export.content, inputs, np.float32)
    assert [[exactly(v) for v in row] for row in got] == evaluate(network, [[fmpq(v) for v in x] for x in inputs])


@settings(max_examples=30)
@given(networks.fnns(max_layers=3), st.sampled_from([32, 64]))
def test_a_rounded_export_errs_as_announced(network, bits):
    """The runtime's output minus f(x), exactly, is the error announced, or lies in the interval announced."""
    inputs = [[fmpq(k, 3)] * network.d_x for k in (-2, 1, 5)]
    export = onnx_writer.export(memorized(network, inputs), Wanted(rounded=True, bits=bits))
    got = run_onnx(
        export.content, [[to_fraction(v) for v in x] for x in inputs], {32: np.float32, 64: np.float64}[bits]
    )
    for row, exact, errors in zip(got, evaluate(network, inputs), export.facts["errors"], strict=True):
        for value, y, error in zip(row, exact, errors, strict=True):
            found = to_fraction(exactly(value) - y)
            low, high = (error, error) if isinstance(error, str) else error
            assert Fraction(low) <= found <= Fraction(high)


def test_the_error_stands_in_the_metadata():
    network = FNN((layer(dense([[fmpq(1, 3)]]), [0]),))
    export = onnx_writer.export(memorized(network, [[1], [3]]), Wanted(rounded=True, bits=32))
    model = onnx.load_model_from_string(export.content)
    metadata = json.loads(next(p.value for p in model.metadata_props if p.key == "exactmem"))
    third = exactly(np.float32(1 / 3)) - fmpq(1, 3)
    assert metadata["errors"][0] == [str(to_fraction(third))]
    assert (metadata["exact"], metadata["float"]) == (False, "float32")


def test_what_onnx_cannot_hold():
    square = FNN((layer(dense([[1]]), [0], SQUARE), layer(dense([[1]]), [0])))
    with pytest.raises(ExactmemError, match="square"):
        onnx_writer.export(memorized(square, [[1]]), Wanted())
    far = FNN((layer(dense([[fmpq(2) ** 200]]), [0]),))
    with pytest.raises(ExactmemError, match="beyond the range of float32"):
        onnx_writer.export(memorized(far, [[1]]), Wanted(bits=32))
    assert onnx_writer.export(memorized(far, [[1]]), Wanted(bits=64)).facts["exact"]


# ---- SMT-LIB --------------------------------------------------------------------------------------------------------


def by_z3(script):
    solver = z3.Solver()
    solver.from_string(script)
    return str(solver.check())


def by_cvc5(script):
    solver = cvc5.Solver(cvc5.TermManager())
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "script")
    answers = []
    while not (command := parser.nextCommand()).isNull():
        answers.append(command.invoke(solver, parser.getSymbolManager()).strip())
    return next(a for a in answers if a in ("sat", "unsat", "unknown"))


def answers(document):
    script = smt2.export(document, Wanted()).content.decode("ascii")
    return {by_z3(script), by_cvc5(script)}


@settings(max_examples=15)
@given(st.one_of(networks.fnns(max_layers=3), networks.resnets()))
def test_solvers_agree_that_a_true_claim_is_true_and_a_false_one_false(network):
    if any(l.activation == SQUARE for l in network.layers):
        with pytest.raises(ExactmemError, match="QF_LRA"):
            smt2.export(memorized(network, [[0] * network.d_x]), Wanted())
        return
    inputs = [[fmpq(k, 2)] * network.d_x for k in (-1, 0, 3)]
    assert answers(memorized(network, inputs)) == {"unsat"}
    labels = evaluate(network, inputs)
    labels[2][0] += fmpq(1, 10**30)
    assert answers(memorized(network, inputs, labels)) == {"sat"}


def test_decisions_and_big_numbers():
    network = FNN((layer(dense([[1], [-1]]), [0, fmpq(1, 2**71)]),))
    labels = [[1, 0], [0, 1]]
    assert answers(memorized(network, [[2**71], [0]], labels, "argmax")) == {"unsat"}
    assert answers(memorized(network, [[fmpq(1, 2**72)], [0]], labels, "argmax")) == {"sat"}
    sign = FNN((layer(dense([[1]]), [0]),))
    assert answers(memorized(sign, [[fmpq(1, 2**71)], [-1]], [1, -1], "sign")) == {"unsat"}
    assert answers(memorized(sign, [[0]], [1], "sign")) == {"sat"}


def test_an_output_range():
    network = FNN((layer(dense([[1, 0], [0, 1], [1, 1]]), [0, 0, fmpq(-1, 3)], ABS), layer(dense([[1, 1, -2]]), [0])))
    region = box([-1, -1], [1, 1])
    data = output_range_certificate(network, region, output_ranges(network, region))
    assert answers(Document(network, None, data["claim"], data)) == {"unsat"}
    data["claim"]["ranges"][0]["maximum"] = str(Fraction(data["claim"]["ranges"][0]["maximum"]) - Fraction(1, 10**20))
    assert answers(Document(network, None, data["claim"], data)) == {"sat"}


def test_other_kinds_are_refused(run, tmp_path):
    data, cert, out = tmp_path / "d.csv", tmp_path / "c.json", tmp_path / "o.smt2"
    data.write_text("x,y\n0,0\n1,1\n2,0\n3,1\n")
    assert run("capacity", data, "--units", 1, "-o", cert)[0] == 1
    code, _, err = run("export", cert, "--to", "smt2", "-o", out)
    assert (code, "holds no network" in err, out.exists()) == (1, True, False)


# ---- .nnet and LaTeX ------------------------------------------------------------------------------------------------


def relu_networks():
    return networks.fnns(max_layers=3).map(
        lambda n: FNN((*(layer(l.weight, l.bias, RELU) for l in n.layers[:-1]), n.layers[-1]))
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(relu_networks())
def test_nnet_reads_back_or_errs_as_announced(tmp_path, network):
    path, inputs = tmp_path / "n.nnet", [[k] * network.d_x for k in (-1, 0, 2)]
    document = memorized(network, inputs)
    export = nnet.export(document, Wanted(rounded=True))
    path.write_bytes(export.content)
    again = read_network(path).network
    errors = nnet.output_errors(again, network, document.dataset)
    if export.facts["exact"]:
        assert not any(e for row in errors for e in row)
        assert nnet.export(document, Wanted()).facts["exact"]
    else:
        assert export.facts["errors"] == [[str(to_fraction(e)) for e in row] for row in errors]
        with pytest.raises(ExactmemError, match="which no decimal holds exactly"):
            nnet.export(document, Wanted())


def test_nnet_is_for_relu_only():
    network = FNN((layer(dense([[1]]), [0], ABS), layer(dense([[1]]), [0])))
    with pytest.raises(ExactmemError, match="knows ReLU only; the activation of layer 1 is abs"):
        nnet.export(memorized(network, [[1]]), Wanted())


def matrices_of(text):
    """The matrices of a LaTeX text, read back."""

    def number(cell):
        match = re.fullmatch(r"(-?)(?:\\tfrac\{(\d+)\}\{(\d+)\}|(\d+))", cell.strip())
        sign, above, below, whole = match.groups()
        value = Fraction(int(above), int(below)) if above else Fraction(int(whole))
        return -value if sign else value

    blocks = re.findall(r"\\begin\{bmatrix\}\n(.*?)\n\\end\{bmatrix\}", text, re.DOTALL)
    return [[[number(cell) for cell in row.split("&")] for row in block.split("\\\\\n")] for block in blocks]


@given(networks.fnns(squares=True))
def test_latex_holds_every_number_exactly(network):
    found = iter(matrices_of(latex.export(memorized(network, [[0] * network.d_x]), Wanted()).content.decode()))
    for l in network.layers:
        rows = [dict(row) for row in l.weight.nonzero()]
        table = [[to_fraction(row.get(j, fmpq(0))) for j in range(l.weight.shape[1])] for row in rows]
        assert next(found) == table
        assert next(found) == [[to_fraction(b)] for b in l.bias]
    assert next(found, None) is None


def test_latex_names_the_activation_and_is_for_small_networks():
    network = FNN((layer(dense([[1]]), [0], relu_like(2, "1/3")), layer(dense([[1]]), [0])))
    text = latex.export(memorized(network, [[0]]), Wanted()).content.decode()
    assert r"\sigma_{1}(t) = \begin{cases}2\,t & t \ge 0 \\ \tfrac{1}{3}\,t & t < 0\end{cases}" in text
    wide = FNN((layer(dense([[0] * 3000]), [0]),))
    with pytest.raises(ExactmemError, match="at most 2000"):
        latex.export(memorized(wide, [[0] * 3000]), Wanted())


def test_the_command_writes_whole_files_or_none(run, tmp_path):
    network = FNN((layer(dense([[fmpq(1, 3)]]), [0]),))
    document = memorized(network, [[3]])
    cert, out = tmp_path / "c.json", tmp_path / "o.nnet"
    write_certificate(cert, assemble(network, document.dataset, document.claim, "a test", {}))
    code, text, err = run("export", cert, "--to", "nnet", "-o", out)
    assert (code, text, out.exists(), err.count("\n")) == (1, "", False, 1)
    code, text, _ = run("export", cert, "--to", "nnet", "--round", "-o", out, "--json")
    facts = json.loads(text)
    assert (code, facts["format"], facts["errors"]) == (
        0,
        "nnet",
        [[str(3 * (Fraction("0." + "3" * 17) - Fraction(1, 3)))]],
    )
    assert run("export", cert, "--to", "nnet", "--round", "-o", cert)[0] == 2
