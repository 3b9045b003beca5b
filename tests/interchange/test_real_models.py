"""Networks that nobody here made, all the way: certify, check, range or exactify, export, and the export run or read.

Where they are from and under which licences stands in tests/models/README.md. PyTorch's own module is there where
PyTorch is installed; the models that PyTorch wrote, which ship with the package onnx, are always there.
"""

import importlib.util
import json
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from flint import fmpq
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

from exactmem.certificates import checker
from exactmem.certificates.reader import read_document
from exactmem.certificates.writing.document import assemble, write_certificate
from exactmem.certificates.writing.memorization import memorization_claim
from exactmem.datasets import make_dataset
from exactmem.decisions import decide
from exactmem.evaluate import evaluate
from exactmem.interchange import read_network
from exactmem.rationals import exactly, to_fraction, to_text
from tests.support.onnx_models import onnx

MODELS = Path(__file__).parent.parent / "models"
WRITTEN_BY_PYTORCH = Path(onnx.__file__).parent / "backend" / "test" / "data" / "pytorch-converted"


def table(tmp_path, inputs, labels):
    """A data file of exact numbers, the labels in columns y0, y1, ..."""
    path = tmp_path / "data.json"
    text = [[[to_text(fmpq(v)) for v in row] for row in rows] for rows in (inputs, labels)]
    path.write_text(json.dumps({"inputs": text[0], "labels": text[1]}))
    return path


def own_outputs(file, inputs):
    return evaluate(read_network(file).network, [[fmpq(v) for v in x] for x in inputs])


NNET = {
    "tiny_nnet": [[0], [1], [fmpq(1, 3)]],
    "small_nnet": [[0], [-1], [fmpq(7, 2)]],
    "R2_R2": [[1, 2], [-1, 0], [0, 3]],
    "spiky_nnet": [[1], [50], [fmpq(125, 4)]],
    "cartpole_nnet": [[0, 0, 0, 0], [1, 0, -1, 2], [fmpq(1, 2), 1, 1, 1]],
}


@pytest.mark.parametrize("name", NNET)
def test_public_nnet_files(run, tmp_path, name):
    file, inputs = MODELS / f"{name}.nnet", NNET[name]
    cert, wrong, ranged, out = (tmp_path / f for f in ("c.json", "w.json", "r.json", "again.nnet"))
    outputs = own_outputs(file, inputs)
    data = table(tmp_path, inputs, outputs)
    assert run("certify", file, "--data", data, "-o", cert)[0] == 0
    assert run("check", cert, "--data", data)[0] == 0
    # one label a little off: an honest refutation, by the independent checker too
    off = [[*outputs[0][:-1], outputs[0][-1] + fmpq(1, 10**20)], *outputs[1:]]
    code, text, _ = run("certify", file, "--data", table(tmp_path, inputs, off), "-o", wrong, "--json")
    assert (code, json.loads(text)["failing"], json.loads(text)["first"]["sample"]) == (1, 1, 0)
    verdict = checker.check_file(str(wrong))
    assert (verdict.word, verdict.detail.startswith("sample 0, coordinate")) == ("REFUTED", True)
    # the range on a segment, against the certificate's own values
    sides = ",".join("-1/4:1/4" if j == 0 else "1/2" for j in range(len(inputs[0])))
    assert run("range", cert, "--box", sides, "-o", ranged)[0] == 0
    assert checker.check_file(str(ranged)).word == "VERIFIED"
    assert run("export", cert, "--to", "nnet", "-o", out)[0] == 0
    assert own_outputs(out, inputs) == outputs


def test_acas_xu(run, tmp_path):
    """The text format with its normalization: which advisory is cheapest, and by how much, exactly."""
    file, cert = MODELS / "ACASXU_run2a_1_1_tiny_4.nnet", tmp_path / "c.json"
    inputs = [[1000, 0, 0, 500, 500], [40000, 1, -1, 100, 900], [60760, 3, 3, 1200, 1200], [100000, 0, 0, 500, 500]]
    outputs = own_outputs(file, inputs)
    labels = [[int(v == max(row)) for v in row] for row in outputs]
    data = table(tmp_path, inputs, labels)
    code, text, err = run("certify", file, "--data", data, "--decision", "argmax", "-o", cert, "--json")
    facts = json.loads(text)
    assert (code, facts["failing"]) == (0, 0)
    margins = [sorted(row)[-1] - sorted(row)[-2] for row in outputs]
    assert facts["margin"]["value"] == to_text(min(margins))
    assert "means and ranges are folded" in err
    assert "1 of 4 inputs lie outside the box" in err
    assert checker.check_file(str(cert)).word == "VERIFIED"
    path = tmp_path / "r.json"
    fixed = ["1000:1100", "0", "0", "500", "500"]
    assert run("range", cert, "--box", ",".join(fixed), "--output-index", 0, "-o", path)[0] == 0
    assert checker.check_file(str(path)).word == "VERIFIED"
    code, text, _ = run("export", cert, "--to", "onnx", "--round", "-o", tmp_path / "o.onnx", "--json")
    assert (code, json.loads(text)["exact"]) == (0, False)
    session = onnxruntime.InferenceSession(str(tmp_path / "o.onnx"), providers=["CPUExecutionProvider"])
    got = session.run(None, {"x": np.array(inputs, np.float64)})[0]
    for row, exact, errors in zip(got, outputs, json.loads(text)["errors"], strict=True):
        for value, y, error in zip(row, exact, errors, strict=True):
            low, high = (error, error) if isinstance(error, str) else error
            assert fmpq(*_pair(low)) <= exactly(value) - y <= fmpq(*_pair(high))


def _pair(text):
    above, _, below = text.partition("/")
    return int(above), int(below or 1)


@pytest.mark.parametrize("name", ["Linear", "Conv2d_groups", "LeakyReLU_with_negval"])
def test_models_that_pytorch_wrote(run, tmp_path, name):
    folder = WRITTEN_BY_PYTORCH / f"test_{name}"
    x = onnx.numpy_helper.to_array(onnx.load_tensor(folder / "test_data_set_0" / "input_0.pb")).reshape(-1)
    inputs = [[exactly(v) for v in x]]
    outputs = own_outputs(folder / "model.onnx", inputs)
    cert, out = tmp_path / "c.json", tmp_path / "o.onnx"
    data = table(tmp_path, inputs, outputs)
    assert run("certify", folder / "model.onnx", "--data", data, "-o", cert)[0] == 0
    assert run("check", cert, "--data", data)[0] == 0
    ends = [",".join(to_text(v + d) for v in inputs[0]) for d in (0, 1)]
    ranged = tmp_path / "r.json"
    assert run("range", cert, "--from", ends[0], "--to", ends[1], "--output-index", 0, "-o", ranged)[0] == 0
    assert checker.check_file(str(ranged)).word == "VERIFIED"
    data = table(tmp_path, inputs, [[0] * len(outputs[0])])
    assert run("exactify", folder / "model.onnx", "--data", data, "-o", cert)[0] == 0
    assert checker.check_file(str(cert)).word == "VERIFIED"
    assert run("export", cert, "--to", "onnx", "--round", "-o", out)[0] == 0
    assert read_network(out).network.d_y == len(outputs[0])


def test_a_scikit_learn_classifier(run, tmp_path):
    """Trained on the digits that ship with scikit-learn; on all of them, how many fail is what scikit-learn says."""
    digits = load_digits(n_class=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trained = MLPClassifier((8,), max_iter=40, random_state=0).fit(digits.data[:200], digits.target[:200])
    network = read_network(trained).network
    names = [int(c) for c in trained.classes_]
    data = make_dataset(digits.data.astype(int).tolist(), [[int(c == t) for c in names] for t in digits.target])
    decided = decide(network, data, "argmax")
    assert len(decided.failing) == int(sum(trained.predict(digits.data) != digits.target))
    cert, out = tmp_path / "c.json", tmp_path / "o.smt2"
    claim = memorization_claim(network, data, "a test", "argmax")
    write_certificate(cert, assemble(network, data, claim, "a test", {}))
    assert checker.check_file(str(cert)).exit_code == int(bool(decided.failing))
    assert run("export", cert, "--to", "smt2", "-o", out)[0] == 0
    corner = ",".join(to_text(v) for v in data.inputs[0])
    other = ",".join(to_text(v) for v in data.inputs[1])
    ranged = tmp_path / "r.json"
    assert run("range", cert, "--from", corner, "--to", other, "-o", ranged)[0] == 0
    assert checker.check_file(str(ranged)).word == "VERIFIED"


def test_an_onnx_classifier_runs_as_it_is_certified(run, tmp_path):
    """A classifier in float32 as skl2onnx writes it, with softmax and arg max: its decisions are the runtime's."""
    digits = load_digits(n_class=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trained = MLPClassifier((6,), max_iter=40, random_state=2).fit(digits.data[:150], digits.target[:150])
    path, cert = tmp_path / "digits.onnx", tmp_path / "c.json"
    converted = to_onnx(trained, digits.data[:1].astype(np.float32), options={"zipmap": False})
    path.write_bytes(converted.SerializeToString())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    decisions = session.run(["probabilities"], {"X": digits.data.astype(np.float32)})[0].argmax(axis=1)
    labels = np.eye(3, dtype=int)[decisions]
    data = table(tmp_path, digits.data.astype(int).tolist(), labels.tolist())
    options = ("--data", data, "--decision", "argmax", "-o", cert, "--json")
    assert "several outputs; name one with --output-name: 'label', 'probabilities'" in run("certify", path, *options)[2]
    code, text, err = run("certify", path, *options, "--output-name", "probabilities")
    assert (code, json.loads(text)["failing"]) == (0, 0)
    assert "the final Softmax is left out" in err
    assert run("check", cert, "--data", data)[0] == 0
    ends = [",".join(to_text(v) for v in read_document(cert).dataset.inputs[i]) for i in (0, 5)]
    ranged = tmp_path / "r.json"
    assert run("range", cert, "--from", ends[0], "--to", ends[1], "-o", ranged)[0] == 0
    assert checker.check_file(str(ranged)).word == "VERIFIED"
    code, _, err = run("export", cert, "--to", "nnet", "-o", tmp_path / "o.nnet")
    assert code == 0, err
    points = [[fmpq(int(v)) for v in row] for row in digits.data[:5]]
    logits = evaluate(read_network(path, output="probabilities").network, points)
    assert own_outputs(tmp_path / "o.nnet", points) == logits


if importlib.util.find_spec("torch") is not None:
    import torch

    def test_a_pytorch_module(run, tmp_path):
        torch.manual_seed(0)
        module = torch.nn.Sequential(torch.nn.Linear(2, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
        network = read_network(module).network
        inputs = [[fmpq(a, 2), fmpq(b, 2)] for a in range(-2, 3) for b in range(-1, 2)]
        outputs = evaluate(network, inputs)
        got = module(torch.tensor([[float(to_fraction(v)) for v in x] for x in inputs])).detach().numpy()
        assert max(abs(exactly(a[0]) - b[0]) for a, b in zip(got, outputs, strict=True)) < fmpq(1, 10**6)
        data = make_dataset(inputs, outputs)
        cert, ranged = tmp_path / "c.json", tmp_path / "r.json"
        write_certificate(cert, assemble(network, data, memorization_claim(network, data, "a test"), "a test", {}))
        assert checker.check_file(str(cert)).word == "VERIFIED"
        assert run("range", cert, "--box", "-1:1,-1:1", "-o", ranged)[0] == 0
        assert checker.check_file(str(ranged)).word == "VERIFIED"
        assert run("export", cert, "--to", "onnx", "--float", 32, "--round", "-o", tmp_path / "o.onnx")[0] == 0
