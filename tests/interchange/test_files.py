"""Reading .nnet and JSON files: what is read exactly, and what is refused in one sentence."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpq
from hypothesis import given

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.errors import ExactmemError
from exactmem.evaluate import evaluate
from exactmem.interchange import imported, json_network, read_network
from tests.support import network_strategies as networks

MODELS = Path(__file__).parent.parent / "models"


def values(network, *points):
    return evaluate(network, [[fmpq(v) for v in x] for x in points])


# ---- .nnet ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("tiny_nnet", (1, (1,), 1)),
        ("small_nnet", (1, (2, 2), 1)),
        ("R2_R2", (2, (2,), 2)),
        ("spiky_nnet", (1, (6, 4, 3), 1)),
        ("cartpole_nnet", (4, (16, 16, 16), 2)),
        ("ACASXU_run2a_1_1_tiny_4", (5, (50, 50, 50), 5)),
    ],
)
def test_public_files_are_read(name, shape):
    network = read_network(MODELS / f"{name}.nnet").network
    assert (network.d_x, network.widths, network.d_y) == shape


def test_decimals_are_the_decimals_they_are():
    first = read_network(MODELS / "small_nnet.nnet").network
    assert values(first, [1]) == [[fmpq(3) * (2 * 5 + fmpq(5, 2)) * 2 + fmpq(7, 2)]]
    cartpole = read_network(MODELS / "cartpole_nnet.nnet").network
    assert cartpole.layers[0].weight.rows[0][0] == fmpq(-1043273, 10**6)


def test_the_normalization_is_folded_in_and_stated():
    found = read_network(MODELS / "ACASXU_run2a_1_1_tiny_4.nnet")
    assert "means and ranges are folded" in found.notes[0]
    assert found.box[0] == (0, 60760)
    # by hand: unit 0 of layer 1 sees weights times (x - mean) / range
    lines = (MODELS / "ACASXU_run2a_1_1_tiny_4.nnet").read_text().splitlines()
    numbers = [[fmpq(*_ratio(c)) for c in line.split(",") if c.strip()] for line in lines[6:8] + lines[8:9]]
    means, ranges, weights = numbers
    bias = fmpq(*_ratio(lines[8 + 50].split(",")[0]))
    x = [fmpq(1000), fmpq(1), fmpq(-1), fmpq(500), fmpq(700)]
    z = sum((w * (v - m) / r for w, v, m, r in zip(weights, x, means, ranges, strict=False)), bias)
    row, own = found.network.layers[0].weight.rows[0], found.network.layers[0].bias[0]
    assert sum((w * v for w, v in zip(row, x, strict=True)), own) == z


def _ratio(text):

    return Fraction(text.strip()).as_integer_ratio()


GOOD = ["2,1,1,1,", "1,1,1,", "0,", "0,", "0,", "0,", "0,", "2,", "-1,", "3,", "1/2,"]


def nnet(tmp_path, lines):
    path = tmp_path / "n.nnet"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_small_file(tmp_path):
    network = read_network(nnet(tmp_path, ["// a comment", *GOOD])).network
    assert values(network, [2]) == [[3 * 3 + fmpq(1, 2)]]
    header = ["2,1,1,1", "1,1,1", "0", "-1", "1", "1,10", "2,100"]
    network = read_network(nnet(tmp_path, [*header, *GOOD[7:]])).network
    assert values(network, [5]) == [[100 * (3 * (2 * 2 - 1) + fmpq(1, 2)) + 10]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s[:-1], "the file ends before the biases of layer 2"),
        (lambda s: [*s, "7"], "more lines than the layer sizes allow for"),
        (lambda s: [s[0], "1,1", *s[2:]], "2 layer sizes, expected 3 for 2 layers"),
        (lambda s: ["2", "1,100000,100000", *s[2:]], "numbers exceed the limit"),
        (lambda s: ["x", *s[1:]], "'x' is not a positive integer (number of layers)"),
        (lambda s: ["-2", *s[1:]], "'-2' is not a positive integer"),
        (lambda s: [*s[:7], "2,3", *s[8:]], "2 numbers, expected 1 (weights of layer 1)"),
        (lambda s: [*s[:7], "nan", *s[8:]], "'nan' is not a finite number"),
        (lambda s: [*s[:7], "inf", *s[8:]], "'inf' is not a finite number"),
        (lambda s: [*s[:7], "two", *s[8:]], "'two' is not an exact number"),
        (lambda s: [*s[:7], "1e999999999", *s[8:]], "exponent"),
        (lambda s: [*s[:5], "1,2", "0,1", *s[7:]], "a range is zero"),
        (lambda s: [*s[:5], "1,2", "0", *s[7:]], "2 means but 0 ranges"),
        (lambda s: [*s[:3], "5", "4", *s[5:]], "a lowest input exceeds"),
        (lambda s: [], "the file ends before the number of layers"),
    ],
)
def test_bad_files_are_told_in_one_sentence(run, tmp_path, change, message):
    path, data = nnet(tmp_path, change(GOOD)), tmp_path / "d.csv"
    data.write_text("x,y\n1,2\n")
    code, out, err = run("certify", path, "--data", data, "-o", tmp_path / "c.json")
    assert (code in (2, 3), out, len(err.splitlines())) == (True, "", 1), err
    assert message in err
    assert not (tmp_path / "c.json").exists()


def test_files_that_are_none(run, tmp_path):
    for name, content, message in (
        ("a.nnet", b"\xff\xfe", "not a text file"),
        ("a.json", b"{", "not valid JSON"),
        ("a.onnx", b"", "the model holds no node"),
        ("a.onnx", b"\x00\x01garbage", "not an ONNX model"),
        ("a.txt", b"1", "unknown network format '.txt'"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        code, _, err = run("certify", path, "--data", "iris")
        assert (code, message in err, err.count("\n")) == (2, True, 1), err
    assert "no such file" in run("certify", tmp_path / "none.onnx", "--data", "iris")[2]


def test_a_file_beyond_the_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(imported, "MAX_BYTES", 10)
    with pytest.raises(ExactmemError, match="more than 10 bytes, the limit") as caught:
        read_network(nnet(tmp_path, GOOD))
    assert caught.value.exit_code == 3


# ---- JSON -----------------------------------------------------------------------------------------------------------


def saved(tmp_path, data):
    path = tmp_path / "n.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_three_spellings_of_one_network(tmp_path):
    first = {"weights": [[["1/2", 2]], [["-1"]]], "biases": [["0.25"], [1]], "activation": "hard-tanh"}
    layers = [
        {"weight": [["1/2", 2]], "bias": ["0.25"], "activation": {"kind": "hard-tanh"}},
        {"weight": [["-1"]], "bias": [1]},
    ]
    networks_read = [read_network(saved(tmp_path, data)).network for data in (first, {"layers": layers})]
    networks_read.append(read_network(saved(tmp_path, networks_read[0].to_json())).network)
    assert networks_read[0] == networks_read[1] == networks_read[2]
    assert networks_read[0].layers[0].activation == HARD_TANH
    assert values(networks_read[0], [1, 0]) == [[1 - fmpq(3, 4)]]


@given(networks.fnns(squares=True))
def test_a_certificate_network_reads_back(network):
    data = json.loads(json.dumps(network.to_json()), parse_int=str)
    assert json_network.from_data(data) == network


def test_relu_is_the_default_and_slopes_have_names(tmp_path):
    data = {"weights": [[[1]], [[1]]], "biases": [[0], [0]]}
    assert read_network(saved(tmp_path, data)).network.layers[0].activation == RELU
    data["activation"] = "relu-like:1,1/10"
    assert read_network(saved(tmp_path, data)).network.layers[0].activation == relu_like(1, "1/10")


def test_bare_floats_are_refused_or_taken_on_request(run, tmp_path):
    path, data = saved(tmp_path, '{"weights": [[[0.1]]], "biases": [[0]]}'), tmp_path / "d.csv"
    data.write_text("x,y\n1,1/10\n")
    code, _, err = run("certify", path, "--data", data)
    assert (code, "layer 1, weight 0, 0: 0.1 of type float is not an exact number" in err) == (2, True)
    code, out, _ = run("certify", path, "--data", data, "--floats", "exact", "--json")
    assert (code, json.loads(out)["largest_error"]["value"]) == (1, "1/180143985094819840")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "expected an object"),
        ({}, "expected the keys weights and biases"),
        ({"weights": [[[1]]], "biases": []}, "of the same length"),
        ({"weights": [[[1], [2, 3]]], "biases": [[0, 0]]}, "rows of one positive length"),
        ({"weights": [[[1]]], "biases": [[0, 0]]}, "has a bias of 2 entries"),
        ({"weights": [[[1]], [[1, 2]]], "biases": [[0], [0]]}, "expects 2 inputs"),
        ({"weights": [[[None]]], "biases": [[0]]}, "None"),
        ({"weights": [[[True]]], "biases": [[0]]}, "True"),
        ({"weights": [[1]], "biases": [[0]]}, "a list of rows"),
        ({"weights": [[["nan"]]], "biases": [[0]]}, "not a finite number"),
        ({"weights": [[[1]]], "biases": [[0]], "activation": "tanh", "more": 1}, "expected the keys"),
        ({"weights": [[[1]], [[1]]], "biases": [[0], [0]], "activation": "tanh"}, "unknown activation 'tanh'"),
        ({"layers": [{"weight": [[1]]}]}, "layer 1: expected the keys weight, bias"),
        ({"layers": []}, "at least one layer"),
        ({"architecture": "cnn", "layers": []}, "unknown architecture"),
        ({"architecture": "fnn", "layers": [{}]}, "not a well-formed network"),
        ({"format": "exactmem-certificate"}, "holds no network"),
        ('{"weights": [[[NaN]]], "biases": [[0]]}', "not a finite number"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_bad_json_is_told_in_one_sentence(run, tmp_path, data, message):
    code, out, err = run("certify", saved(tmp_path, data), "--data", "iris_numeric")
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert message in err


def test_dimensions_that_do_not_fit(run, tmp_path):
    path = saved(tmp_path, {"weights": [[[1, 2]]], "biases": [[0]]})
    err = run("certify", path, "--data", "iris_numeric")[2]
    assert "the network has 2 inputs, the data have 4 input columns" in err
    path = saved(tmp_path, {"weights": [[[1, 2, 3, 4]]], "biases": [[0]]})
    err = run("certify", path, "--data", "iris", "--classify")[2]
    assert "the network has 1 outputs, the data have 3 label coordinates" in err
    err = run("certify", path, "--data", "iris_numeric", "--decision", "sign")[2]
    assert "the decision sign needs one label, 1 or -1" in err
    assert "argmax compares" in run("certify", path, "--data", "iris_numeric", "--decision", "argmax")[2]


def test_an_object_that_is_no_network():
    with pytest.raises(ExactmemError, match="an object of type list is no network"):
        read_network([1, 2])
