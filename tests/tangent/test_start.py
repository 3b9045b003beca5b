"""exactmem/tangent/start.py and `exactmem kernel`: h = 0, the kernel and its rank, B* and what fails below it."""

import json
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import ABS, RELU, relu_like
from exactmem.datasets import make_dataset
from exactmem.errors import ConstructionError, DrawError, ExactmemError, KinkError
from exactmem.evaluate import evaluate_generic
from exactmem.tangent import start as starts
from exactmem.tangent.draws import gaussian_rows
from exactmem.tangent.kernel import weights
from exactmem.tangent.start import examine, network_at_start
from exactmem.testing import assert_memorizes

CSV = "a,b,y\n1,2,1\n3,-1,-1\n-2,1,1/2\n"


def dot(x, y):
    return sum((a * b for a, b in zip(x, y, strict=True)), fmpq(0))


@pytest.mark.parametrize("activation", [RELU, ABS, relu_like(3, "1/7")], ids=str)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.integers(1, 6))
@settings(max_examples=20, deadline=None)
def test_what_is_found_is_what_the_true_network_does(activation, seed, N, d, outputs, q):
    labels = [[fmpq(3 * i - a, 2) for a in range(outputs)] for i in range(N)]
    data, rows = make_dataset(gaussian_rows(seed, "inputs", N, d), labels), weights(seed, q, d)
    found = examine(data, rows, activation)
    gradients = [
        [(activation(dot(w, x) * 2) - activation(dot(w, x))) / dot(w, x) * v for w in rows for v in x]
        for x in data.inputs
    ]
    assert found.gram.table() == [[dot(g, h) for h in gradients] for g in gradients]
    assert (found.rank == N) == (found.dependency is None)
    assert found.rank <= found.most == min(N, d * q)
    if not found.outputs:
        (sizes, broken) = (dict(zip(found.broken.samples, found.broken.coefficients, strict=True)), found.broken)
        assert all(sum(c * gradients[i][k] for i, c in sizes.items()) == 0 for k in range(d * q))
        assert broken.labels in [sum(c * labels[i][a] for i, c in sizes.items()) for a in range(outputs)]
        assert broken.labels != 0
        with pytest.raises(DrawError, match="reaches the labels"):
            found.network()
        return
    assert_memorizes(found.network(), data)
    assert_memorizes(found.network(1 + max(lazy.threshold.value for lazy in found.outputs)), data)
    for below in found.below:
        assert below.B < found.outputs[below.output].threshold.value
        obtained = evaluate_generic(found.network(below.B), data.inputs)[below.sample][below.output]
        assert obtained == below.obtained != below.expected == labels[below.sample][below.output]


def test_the_start_is_zero_and_kinks_are_refused():
    assert evaluate_generic(network_at_start(weights(7, 3, 2), fmpq(5), RELU), [[1, 2], [-3, 1]]) == [[0], [0]]
    with pytest.raises(KinkError, match="sample 0 lies on the kink of unit 0"):
        examine(make_dataset([[1, 1]], [1]), [[fmpq(1), fmpq(-1)]], RELU)


def test_a_network_that_contradicts_the_claims_is_reported(monkeypatch):
    data = make_dataset([[1, 2], [3, -1]], [1, -1])
    right = starts.network
    monkeypatch.setattr(
        starts, "network", lambda outputs, scales, sigma: right(outputs, [2 * B for B in scales], sigma)
    )
    with pytest.raises(ConstructionError, match="below"):
        examine(data, weights(0, 8, 2), RELU)
    monkeypatch.setattr(
        starts, "network", lambda outputs, scales, sigma: right(outputs, [B / 2 for B in scales], sigma)
    )
    monkeypatch.setattr(starts, "_below", lambda *arguments: None)
    with pytest.raises(ConstructionError, match=r"fails at B\*"):
        examine(data, weights(0, 8, 2), RELU)
    monkeypatch.setattr(starts, "evaluate", lambda network, inputs: [[1]])
    with pytest.raises(ConstructionError, match="not 0 at the start"):
        examine(data, weights(0, 8, 2), RELU)


def test_the_command(run, tmp_path):
    data = tmp_path / "d.csv"
    data.write_text(CSV)
    code, out, _ = run("kernel", data, "--seed", 3, "--json")
    facts = json.loads(out)
    assert (code, facts["rank"], facts["seed"], facts["zero_at_the_start"]) == (0, 3, 3, True)
    kernel = [[Fraction(v) for v in row] for row in facts["kernel"]]
    assert kernel == [list(column) for column in zip(*kernel, strict=True)]
    (label,) = facts["outputs"]
    assert Fraction(label["below"]["B"]) < Fraction(label["B"])
    assert label["below"]["obtained"] != label["below"]["expected"]
    scale, q = Fraction(label["B"]), facts["q"]
    certificate = tmp_path / "c.json"
    build = ["build", data, "--theorem", "ntk", "--seed", 3, "--widths", 2 * q, "-o", certificate]
    assert run(*build, "--alpha", str(scale))[0] == 0
    code, _, err = run(*build, "--alpha", label["below"]["B"])
    assert (code, f"{label['below']['row']} fails" in err) == (1, True)
    text = run("kernel", data, "--seed", 3)[1]
    assert "is 0 at all samples" in text.replace("\n  ", " ")
    assert "B* is least: with B = " in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("rows", "options", "code", "text"),
    [
        ("0,0,1\n1,2,-1\n", [], 1, "d.csv: line 2 is zero, where every unit has its kink"),
        (
            "1,2,1\n2,4,-1\n",
            [],
            1,
            "d.csv: the tangent features of 2 samples have rank 1 with 16 seeded units: 2 * (line",
        ),
        ("1,2,1\n1,2,-1\n", [], 2, "d.csv: line 2 and line 3 have equal inputs"),
        ("1,2,1\n", ["--units", "0"], 2, "--units '0': give an integer from 1"),
        ("1,2,1\n", ["--activation", "hard-tanh"], 2, "one kink is at 0"),
    ],
)
def test_bad_input_is_one_sentence(run, tmp_path, rows, options, code, text):
    data = tmp_path / "d.csv"
    data.write_text(f"a,b,y\n{rows}")
    got, out, err = run("kernel", data, *options)
    assert (got, out, text in err, len(err.splitlines())) == (code, "", True, 1), err


def test_labels_out_of_reach_are_said_with_the_dependency(run, tmp_path):
    data = tmp_path / "d.csv"
    data.write_text("a,b,y,z\n1,2,1,0\n2,4,2,1\n")
    code, out, _ = run("kernel", data, "--units", 4, "--labels", "y,z")
    assert (code, "2 * (line 2) + -1 * (line 3) is 0 for the features" in out.replace("\n  ", " ")) == (0, True)
    facts = json.loads(run("kernel", data, "--units", 4, "--labels", "y", "--inputs", "a,b", "--json")[1])
    assert (facts["rank"], facts["labels_break"]) == (1, None)
    assert facts["dependency"]["coefficients"] == ["2", "-1"]
    assert facts["outputs"][0]["below"] is not None


def test_errors_are_of_the_tree():
    with pytest.raises(ExactmemError):
        examine(make_dataset([[0]], [1]), [[fmpq(1)]], RELU)
