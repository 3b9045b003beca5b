"""exactmem/testing/asserts.py: assertions that fail for the right reason, and need no hypothesis."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactmem as em
from exactmem.networks import FNN, FNNLayer, dense, layer, residual
from exactmem.testing import assert_memorizes, assert_same_function, assert_verified, fnns
from exactmem.testing.strategies import entries

DATA = em.dataset([[0], [1], [2]], [0, 1, 2])
GOOD, BAD = em.fnn([[[1]]], [[0]]), em.fnn([[[1]]], [["1/2"]])


def message(function, *arguments, **options):
    with pytest.raises(AssertionError) as caught:
        function(*arguments, **options)
    return str(caught.value)


def test_memorizing():
    assert_memorizes(GOOD, DATA)
    assert_memorizes(em.build(DATA, "3.1"))
    assert_memorizes(em.certificate(GOOD, DATA))
    half = em.dataset([[0], [1]], ["1/2", 0])
    assert message(assert_memorizes, BAD, half) == (
        "1 of 2 samples fail by evaluate; sample 1 (sample 1), x = (1), gives (3/2), its label is (0)"
    )
    assert "maps 1 numbers to 1, the samples have 2" in message(assert_memorizes, GOOD, em.dataset([[1, 2]], [1]))


def test_the_checker_is_asked(tmp_path):
    path = em.certificate(GOOD, DATA).save(tmp_path / "c.json")
    for subject in (path, str(path), path.read_bytes(), em.load(path), em.build(DATA, "3.1")):
        assert_verified(subject)
        assert_verified(subject, DATA)
    assert_verified(GOOD, em.dataset([[1]], [1]), "sign")
    assert "the checker says REFUTED" in message(assert_verified, BAD, DATA)
    assert "the checker says MALFORMED" in message(assert_verified, tmp_path / "none.json")
    assert "other data: 1 row missing (sample 0)" in message(assert_verified, path, em.dataset([[7]], [7]))


def test_equal_functions_of_different_networks():
    ramp = em.fnn([[[1], [1]], [[1, -1]]], [[0, -1], [0]])
    twice = em.fnn([[[2], [2]], [["1/2", "-1/2"]]], [[0, -2], [0]])
    tanh = em.fnn([[[2]], [["1/2"]]], [[-1], ["1/2"]], "hard-tanh")
    assert_same_function(ramp, twice)
    assert_same_function(ramp, tanh)
    assert_same_function(ramp, twice, box="-3:3")
    assert_same_function(ramp, tanh, inputs=[[0], ["1/2"], [5]])
    assert_same_function(em.network([residual(dense([[1]]), [0], dense([[1]]), [0], em.RELU, True)]),
                         em.fnn([[[1], [-1]], [[2, -1]]], [[0, 0], [0]]))  # fmt: skip


def test_a_difference_names_input_outputs_and_unit():
    f = em.fnn([[[1], [1]], [[1, 1]]], [[0, -1], [0]])
    g = em.fnn([[[1], [1]], [[1, 1]]], [[0, "-3/2"], [0]])
    text = "the first to differ is unit 1 of layer 1, with pre-activations"
    assert message(assert_same_function, f, g, inputs=[[0], [1], [2]]) == (
        f"the networks differ at input 2, x = (2): (3) and (5/2), difference (1/2); {text} 1 and 1/2"
    )
    assert text in message(assert_same_function, f, g)
    assert text in message(assert_same_function, f, g, box=[(0, 2)])
    assert "the first to differ is output 0" in message(assert_same_function, GOOD, BAD)
    assert "one maps 1 numbers to 1, the other 2" in message(assert_same_function, GOOD, em.fnn([[[1, 2]]], [[0]]))


def test_what_cannot_be_decided_is_said():
    plane = em.fnn([[[1, 1]]], [[0]])
    with pytest.raises(em.UsageError, match="say where they have to agree"):
        assert_same_function(plane, plane)
    assert_same_function(plane, plane, box="0:1,0:1")
    deep = em.fnn([[[1, 1]], [[1]]], [[0], [0]])
    with pytest.raises(em.UsageError, match="give inputs"):
        assert_same_function(plane, deep, box="0:1,0:1")
    with pytest.raises(em.InexactNumberError):
        assert_same_function(plane, plane, inputs=[[0.5, 0.5]])


@given(fnns(max_layers=3), st.data())
def test_one_changed_bias_is_found_wherever_the_function_changes(network, data):
    first = FNN((layer(dense([[1]] * network.d_x), [0] * network.d_x, em.RELU), *network.layers))
    l = data.draw(st.integers(0, len(first.layers) - 1))
    k = data.draw(st.integers(0, len(first.layers[l].bias) - 1))
    old = first.layers[l]
    bias = tuple(b + (data.draw(entries) if j == k else 0) for j, b in enumerate(old.bias))
    second = FNN((*first.layers[:l], FNNLayer(old.weight, bias, old.activation), *first.layers[l + 1 :]))
    probes = [[em.exactly(t) / 7] for t in range(-40, 41)]
    if first(probes) == second(probes):
        assert_same_function(first, second, inputs=probes)
    else:
        assert "the first to differ is" in message(assert_same_function, first, second)


def test_no_assertion_needs_hypothesis():
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "from exactmem.testing import assert_memorizes, assert_same_function, assert_verified\n"
        "import exactmem as em\n"
        "assert_memorizes(em.build(em.dataset([[1]], [1]), '3.1'))\n"
        "try:\n    em.testing.datasets\nexcept em.UsageError as error:\n    print(error)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    needed = "strategies need the package hypothesis, which is not installed:"
    assert (result.returncode, result.stdout) == (0, f"{needed} {sys.executable} -m pip install hypothesis\n")
