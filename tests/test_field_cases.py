"""Cases that people met in public, with the answers they have to get; every decimal literal is an exact decimal."""

import itertools
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpq

from exactmem.activations import RELU, THRESHOLD
from exactmem.certificates import checker
from exactmem.certificates.reader import read_document
from exactmem.certificates.writing.document import assemble, sizes, write_certificate
from exactmem.certificates.writing.memorization import memorization_claim
from exactmem.datasets import make_dataset
from exactmem.evaluate import evaluate
from exactmem.floats import FORMATS, Trace, outputs
from exactmem.interchange import latex, onnx_writer, smt2
from exactmem.interchange.exported import Wanted
from exactmem.networks import FNN, dense, layer
from exactmem.rationals import parse

MODELS = Path(__file__).parent / "models"
EXAMPLES = Path(__file__).parents[1] / "exactmem" / "examples"


@pytest.fixture
def saved(tmp_path):
    """Write a network of the form W1 | b1 | W2 | b2 as plain JSON."""

    def write(text, name="n.json", activation="relu"):
        w1, b1, w2, b2 = ([v.strip() for v in part.split(",")] for part in text.split("|"))
        data = {"weights": [[[v] for v in w1], [w2]], "biases": [b1, b2], "activation": activation}
        path = tmp_path / name
        path.write_text(json.dumps(data))
        return path

    return write


@pytest.fixture
def certified(run, tmp_path):
    """Certify a network file on one sample, whatever its label: what range and export need is the network."""

    def certify(network, point, label="0"):
        data, cert = tmp_path / "p.csv", tmp_path / "cert.json"
        names = [f"x{j}" for j in range(len(point))]
        data.write_text(",".join([*names, "y"]) + "\n" + ",".join([*point, label]) + "\n")
        code, _, err = run("certify", network, "--data", data, "-o", cert)
        assert code in (0, 1), err
        return cert

    return certify


def ranged(run, cert, tmp_path, *region):
    """The exact range of output 0 over the region, after the checker has verified its certificate."""
    path = tmp_path / "range.json"
    code, out, err = run("range", cert, *region, "-o", path, "--json")
    assert code == 0, err
    assert checker.check_file(str(path)).word == "VERIFIED"
    found = json.loads(out)["ranges"][0]
    return Fraction(found["minimum"]), Fraction(found["maximum"]), found


R1 = (
    "-0.2092992410225305, 0.1527785697079942, 0.6952328858495411 | -0.12896309655879667, 0.13005202010414774, "
    "-0.34826001136290063 | 0.004074797378236905, 0.8952987002088535, -0.07894098008654638 | -0.8416186860567856"
)
R2 = (
    "0.4072532015696124, 0.9251007747973139, -0.25768960487674075 | -0.888575795050027, 0.4580732959764351, "
    "-0.4596806036755723 | 0.9647941752880822, 0.5500129763900836, 0.1493777238122047 | -0.8242404032117201"
)


def reference(text, low, high):
    """Minimum and maximum of a network with one hidden ReLU layer, by its values at kinks and ends."""
    w1, b1, w2, (b2,) = ([Fraction(v.strip()) for v in part.split(",")] for part in text.split("|"))
    kinks = [-b / w for w, b in zip(w1, b1, strict=True)]
    places = [low, high, *(t for t in kinks if low < t < high)]
    values = [sum(v * max(w * t + b, 0) for v, w, b in zip(w2, w1, b1, strict=True)) + b2 for t in places]
    return min(values), max(values)


def test_r1_verifiers_that_contradicted_each_other(run, saved, certified, tmp_path):
    centre, radius = Fraction("0.3791619134008495"), Fraction("0.10069447579678581")
    low, high = centre - radius, centre + radius
    cert = certified(saved(R1), ["0"])
    least, most, _ = ranged(run, cert, tmp_path, "--from", low, "--to", high)
    assert (least, most) == reference(R1, low, high)
    assert float(least) == pytest.approx(-0.6870938217785646, abs=1e-15)
    assert float(most) == pytest.approx(-0.6595473465940204, abs=1e-15)
    out = run("pieces", cert, "--from", low, "--to", high, "--segment")[1]
    assert "1 piece, 0 breakpoints" in out
    assert f"minimum {least} at" in run("range", cert, "--box", f"{low}:{high}")[1]


def test_r2_the_minimum_is_the_bias(run, saved, certified, tmp_path):
    centre, radius = Fraction("-0.42076139039401705"), Fraction("0.42346836042582625")
    cert = certified(saved(R2), ["0"])
    least, most, _ = ranged(run, cert, tmp_path, "--box", f"{centre - radius}:{centre + radius}")
    assert least == Fraction(-8242404032117201, 10**16)
    assert (least, most) == reference(R2, centre - radius, centre + radius)


def test_r3_a_tolerance_hid_a_wrong_reference_value(run, certified, tmp_path):
    cert = certified(MODELS / "spiky_nnet.nnet", ["1"])
    least, most, found = ranged(run, cert, tmp_path, "--from", 1, "--to", 100)
    assert (least, most) == (Fraction(85, 2), 100)
    assert found["minimum_at"][0] in ("125/4", "275/4")
    for point in ("125/4", "275/4"):
        assert run("eval", cert, "--at", point)[1] == "85/2\n"
    assert "12 pieces, 11 breakpoints" in run("pieces", cert, "--from", 1, "--to", 100, "--segment")[1]


def test_r4_ranges_of_the_absolute_value_are_printed_as_they_are(run, saved, certified, tmp_path):
    cert = certified(saved("1, -1 | 0, 0 | 1, 1 | 0"), ["0"])
    assert ranged(run, cert, tmp_path, "--box", "-1:1")[:2] == (0, 1)
    square = tmp_path / "square.json"
    rows = [[["1", "0"], ["-1", "0"], ["0", "1"], ["0", "-1"]], [["1", "1", "1", "1"]]]
    square.write_text(json.dumps({"weights": rows, "biases": [["0"] * 4, ["0"]]}))
    cert = certified(square, ["0", "0"])
    assert ranged(run, cert, tmp_path, "--box", "-1:1,-1:1")[:2] == (0, 2)
    lines = run("range", cert, "--box", "-1:1,-1:1")[1].splitlines()
    assert lines[1].startswith("output 0: minimum 0 at (0, 0)")
    assert lines[2].split()[:2] == ["maximum", "2"]


# ---- R5: ties and zero are not strict -------------------------------------------------------------------


def constant_outputs(tmp_path, values):
    path = tmp_path / "constant.json"
    path.write_text(json.dumps({"weights": [[["0"]] * len(values)], "biases": [values]}))
    return path


def classified(tmp_path, label):
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"inputs": [["0"]], "labels": [label]}))
    return path


def test_r5_zero_has_no_sign(run, saved, tmp_path):
    data, cert = tmp_path / "d.csv", tmp_path / "c.json"
    data.write_text("x,y\n0,-1\n")
    code, out, _ = run("certify", saved("1 | -5 | -1 | 0"), "--data", data, "--decision", "sign", "-o", cert)
    assert (code, out.splitlines()[0]) == (1, "REFUTED (sign): 0 of 1 samples are right")
    assert "the smallest margin is 0, of sample 0 (line 2)" in out
    assert checker.check_file(str(cert)).word == "REFUTED"


@pytest.mark.parametrize(
    ("second", "code", "margin"), [("1", 1, "0"), (str(1 - Fraction(1, 10**30)), 0, str(Fraction(1, 10**30)))]
)
def test_r5_ties_under_argmax(run, tmp_path, second, code, margin):
    cert = tmp_path / "cert.json"
    network, data = constant_outputs(tmp_path, ["1", second]), classified(tmp_path, ["1", "0"])
    got, out, _ = run("certify", network, "--data", data, "--decision", "argmax", "-o", cert, "--json")
    assert (got, json.loads(out)["margin"]["value"]) == (code, margin)
    assert checker.check_file(str(cert)).exit_code == code


def test_r5_a_margin_that_binary32_loses(run, tmp_path):
    scores = ["0.022617856469960455", "0.022617856469996443", "0.01"]
    network, data = constant_outputs(tmp_path, scores), classified(tmp_path, ["0", "1", "0"])
    out = run("certify", network, "--data", data, "--decision", "argmax", "--json")[1]
    assert json.loads(out)["margin"]["value"] == "8997/250000000000000000"
    assert len({FORMATS[32].round(parse(s)) for s in scores}) == 2


# ---- R6: right hash, easier problem ---------------------------------------------------------------------


def test_r6_a_right_certificate_about_an_easier_question(run, tmp_path):
    whole, cut = tmp_path / "iris.json", tmp_path / "cut.json"
    assert run("build", "iris", "--theorem", "3.1", "--classify", "-o", whole)[0] == 0
    document = read_document(whole)
    data = make_dataset(document.dataset.inputs[:49], document.dataset.labels[:49])
    claim = {**document.claim, "sizes": sizes(document.network, data)}
    write_certificate(cut, assemble(document.network, data, claim, "cut", {}))
    verdict = checker.check_file(str(cut))
    assert verdict.word == "VERIFIED"
    code, out, _ = run("check", cut, "--data", "iris", "--classify")
    assert code == 1
    assert "other data: 100 rows missing (line " in out
    code, out, _ = run("check", whole, "--data", "iris", "--classify")
    assert (code, out.rstrip().endswith("; the same data")) == (0, True)
    # the independent checker, by the digest that it prints with every VERIFIED
    digest = document.data["digests"]["dataset"]
    assert checker.check_file(str(whole)).detail.endswith(f", dataset {digest}")
    command = [sys.executable, "-IS", checker.__file__, "--dataset-digest", digest, str(whole), str(cut)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["VERIFIED", "REFUTED"]
    assert "about other data" in done.stdout


def test_the_digest_option_wants_a_digest(capsys, tmp_path):
    for wrong in ("", "12", "G" * 64, "A" * 64):
        assert checker.main(["--dataset-digest", wrong, str(tmp_path)]) == 2
        assert "64 lower-case hexadecimal digits" in capsys.readouterr().err


# ---- R8: large and small labels survive every exporter --------------------------------------------------


def interpolating(labels):
    """f(0), f(1), f(2) = labels, as labels[0] + a relu(x) + b relu(x - 1)."""
    first, second, third = labels
    a = second - first
    last = dense([[a, third - second - a]])
    return FNN((layer(dense([[1], [1]]), [0, -1], RELU), layer(last, [first])))


def document_of(tmp_path, network, inputs, labels):
    data = make_dataset(inputs, labels)
    path = tmp_path / "memorized.json"
    write_certificate(path, assemble(network, data, memorization_claim(network, data, "a test"), "a test", {}))
    return read_document(path)


def test_r8_big_integers_are_not_printed_as_zero(tmp_path):
    labels = [fmpq(2) ** 71, -(fmpq(2) ** 71), fmpq(1, 2**71)]
    network = interpolating(labels)
    document = document_of(tmp_path, network, [[0], [1], [2]], labels)
    assert evaluate(network, [[fmpq(i)] for i in range(3)]) == [[y] for y in labels]
    script = smt2.export(document, Wanted()).content.decode()
    assert f"{2**71}.0" in script
    assert f"(/ 1.0 {2**71}.0)" in script
    text = latex.export(document, Wanted()).content.decode()
    assert str(2**71) in text
    assert str(-(2**72)) in text


def test_r8_two_to_the_71_is_a_float32_and_its_successor_is_not(tmp_path):
    exact = FNN((layer(dense([[1]]), [2**71]),))
    document = document_of(tmp_path, exact, [[0]], [2**71])
    assert onnx_writer.export(document, Wanted(bits=32)).facts["exact"] is True
    more = FNN((layer(dense([[1]]), [2**71 + 1]),))
    with pytest.raises(Exception, match="layer 1, bias, entry 0 is 2361183241434822606849, no number of float32"):
        onnx_writer.export(document_of(tmp_path, more, [[0]], [2**71 + 1]), Wanted(bits=32))


# ---- R9: float exporters --------------------------------------------------------------------------------


def test_r9_what_binary32_loses_is_reported(run, tmp_path):
    network = FNN((layer(dense([[1]]), [2**24], RELU), layer(dense([[1]]), [-(2**24)])))
    document_of(tmp_path, network, [[0], [1]], [0, 1])
    cert, out = tmp_path / "memorized.json", tmp_path / "o.onnx"
    code, _, err = run("export", cert, "--to", "onnx", "--float", 32, "-o", out)
    assert (code, out.exists()) == (1, False)
    assert "1 of 2 samples may differ; the first, sample 1, output 0: exactly 1, in float32 0" in err
    code, text, _ = run("export", cert, "--to", "onnx", "--float", 32, "--round", "-o", out, "--json")
    assert (code, json.loads(text)["errors"]) == (0, [["0"], ["-1"]])
    assert run("export", cert, "--to", "onnx", "-o", out)[0] == 0


def test_r9_a_sum_that_depends_on_the_order(run, tmp_path):
    network = FNN((layer(dense([[2**24, 1, -(2**24)]]), [0]),))
    document_of(tmp_path, network, [[1, 1, 1]], [1])
    cert, out = tmp_path / "memorized.json", tmp_path / "o.onnx"
    code, _, err = run("export", cert, "--to", "onnx", "--float", 32, "-o", out)
    assert code == 1
    assert "exactly 1, in float32 0 to 1, depending on the order of summation" in err


def test_r9_dyadic_weights_are_exact_in_any_order_and_a_third_is_refused(run, tmp_path):
    weights = [fmpq(3, 8), fmpq(-5, 2), fmpq(7), fmpq(1, 16), fmpq(100)]
    network = FNN((layer(dense([weights]), [0]),))
    document_of(tmp_path, network, [[1, 2, 3, 4, 5]], [sum(((k + 1) * w for k, w in enumerate(weights)), fmpq(0))])
    cert, out = tmp_path / "memorized.json", tmp_path / "o.onnx"
    code, text, _ = run("export", cert, "--to", "onnx", "--float", 32, "-o", out)
    assert (code, "exact in float32: on all 1 samples every sum is exact in any order" in text) == (0, True)
    out.unlink()
    network = FNN((layer(dense([[*weights[:4], fmpq(1, 3)]]), [0]),))
    document_of(tmp_path, network, [[1, 2, 3, 4, 5]], [0])
    code, _, err = run("export", cert, "--to", "onnx", "--float", 32, "-o", out)
    assert (code, out.exists()) == (1, False)
    assert "layer 1, weight, entry 0, 4 is 1/3, no number of float32" in err
    assert run("export", cert, "--to", "onnx", "--float", 32, "--round", "-o", out)[0] == 0


# ---- R10: thresholds ------------------------------------------------------------------------------------


def bits(tmp_path, modulus):
    path = tmp_path / "bits.csv"
    rows = [",".join(map(str, (*b, sum(b) % modulus))) for b in itertools.product((0, 1), repeat=8)]
    path.write_text("\n".join([",".join([*(f"b{k}" for k in range(8)), "y"]), *rows]) + "\n")
    return path


def test_r10_parity_by_eight_thresholds(run, tmp_path):
    parity, cert = tmp_path / "parity.json", tmp_path / "c.json"
    weights = [[["1"] * 8] * 8, [["1", "-1"] * 4]]
    biases = [[str(-k) for k in range(1, 9)], ["0"]]
    parity.write_text(json.dumps({"weights": weights, "biases": biases, "activation": "threshold"}))
    code, out, _ = run("certify", parity, "--data", bits(tmp_path, 2), "-o", cert)
    assert (code, out.splitlines()[0]) == (0, "VERIFIED (equal): 256 of 256 samples are right")
    assert checker.check_file(str(cert)).word == "VERIFIED"
    assert THRESHOLD(fmpq(0)) == 1


def test_r10_how_many_rows_fail(run, tmp_path):
    unit, cert = tmp_path / "unit.json", tmp_path / "c.json"
    row = ["1", "1", "1", "-3", "1", "1", "1", "-3"]
    unit.write_text(json.dumps({"weights": [[row]], "biases": [["0"]]}))
    code, out, _ = run("certify", unit, "--data", bits(tmp_path, 4), "-o", cert, "--json")
    found = json.loads(out)
    assert (code, found["verdict"], found["N"]) == (1, "REFUTED", 256)
    rows = [f"line {i}" for i in range(2, 258)]
    right = [rows.index(f"line {2 + int('1' * k + '0' * (8 - k), 2)}") for k in range(9)]
    assert found["failing"] == len(found["failing_rows"]) == 129
    assert not {rows[i] for i in right} & set(found["failing_rows"])
    assert checker.check_file(str(cert)).word == "REFUTED"


def test_the_trace_names_what_is_inexact():
    trace = Trace(FORMATS[32])
    outputs(FNN((layer(dense([[1]]), [fmpq(1, 3)]),)), [fmpq(1)], trace)
    assert trace.inexact == "layer 1, unit 0: a sum of 2 terms"


# ---- R11: fewer units than the theorem's ----------------------------------------------------------------


def test_r11_build_says_when_fewer_units_do(run, tmp_path):
    data = EXAMPLES / "steps.csv"
    code, out, err = run("build", data, "--theorem", "two-layer", "-o", tmp_path / "five.json")
    assert (code, "5 hidden units" in out) == (0, True)
    assert "2 hidden units do for these 7 samples, fewer than the theorem's 5: `exactmem capacity DATA" in err
    code, out, _ = run("capacity", data, "--network", tmp_path / "two.json")
    assert (code, "the fewest hidden units that do: 2" in out) == (0, True)
    assert run("check", tmp_path / "five.json", tmp_path / "two.json")[0] == 0
    facts = json.loads(run("build", data, "--theorem", "two-layer", "--json", "-o", tmp_path / "five.json")[1])
    assert facts["fewer_units"] == 2


def test_r11_nothing_is_said_without_a_smaller_network(run, tmp_path):
    out = tmp_path / "c.json"
    (tmp_path / "zigzag.csv").write_text("x,y\n0,1\n1,-1\n2,1\n3,-1\n4,1\n")
    for options in (["two-layer"], ["two-layer", "--activation", "hard-tanh"], ["3.1"]):
        code, _, err = run("build", tmp_path / "zigzag.csv", "--theorem", *options, "-o", out)
        assert (code, "hidden units do for" in err) == (0, False)
    chosen = ["--theorem", "folklore", "--widths", "9", "-o", out]
    assert "hidden units do for" not in run("build", EXAMPLES / "steps.csv", *chosen)[2]


# ---- R12: contradictory rows ----------------------------------------------------------------------------


def test_r12_contradictory_rows_are_refused_behind_an_index_too(run, tmp_path):
    rows, out = ["1,1,1,0", "2,1,0,0", "1,1,0,0"], tmp_path / "c.json"
    build = ["--labels", "y1,y2", "--theorem", "3.1", "-o", out]
    (tmp_path / "d.csv").write_text("a,b,y1,y2\n" + "\n".join(rows))
    code, _, err = run("build", tmp_path / "d.csv", *build)
    assert (code, "line 2 and line 4 have equal inputs but different labels (1, 0 and 0, 0)" in err) == (2, True)
    (tmp_path / "d.csv").write_text(",a,b,y1,y2\n" + "\n".join(f"{i},{row}" for i, row in enumerate(rows)))
    code, _, err = run("build", tmp_path / "d.csv", *build)
    assert (code, "column 1 has no name, like an index that pandas writes" in err) == (2, True)
    code, _, err = run("build", tmp_path / "d.csv", "--inputs", "a,b", *build)
    assert (code, "line 2 and line 4 have equal inputs but different labels" in err) == (2, True)
    assert not out.exists()
