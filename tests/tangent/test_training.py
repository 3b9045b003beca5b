"""exactmem/tangent/algorithms.py, training.py and `exactmem train`: Theorem 8's replacement and its limits."""

import json
import random

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import ABS, RELU, relu_like
from exactmem.certificates.checker import check_file
from exactmem.datasets import make_dataset
from exactmem.errors import DatasetError, KinkError, LimitError, UsageError
from exactmem.evaluate import evaluate_generic
from exactmem.rationals import rational
from exactmem.tangent import algorithms
from exactmem.tangent.algorithms import Setting, Tangent, TrueNetwork, seeded_batches, square_norm
from exactmem.tangent.kernel import weights
from exactmem.tangent.losses import LOSSES
from exactmem.tangent.tables import seeded_dataset
from exactmem.tangent.training import train, train_rounded, trained_network

CSV = "a,b,y\n1,2,1\n3,-1,-1\n-2,1,1\n-1,-4,1\n"


def setting(m=4, d=2, q=4, seed=0, loss="squared", eta="1/10", steps=3, batch=None, activation=RELU):
    rows = tuple(map(tuple, weights(seed, q, d)))
    batches = seeded_batches(m, batch or m, steps, seed)
    return Setting(seeded_dataset(m, d, seed), rows, activation, LOSSES[loss], rational(eta), batches)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", [RELU, ABS, relu_like(2, "1/3")], ids=str)
@given(st.integers(0, 10**6), st.sampled_from([1, 2, 4]))
@settings(max_examples=5, deadline=None)
def test_algorithms_1_and_2_are_one_above_the_bound_and_two_below(loss, activation, seed, batch):
    found = train(setting(seed=seed, loss=loss, activation=activation, batch=batch))
    assert found.above.identical
    assert found.bound == max(row.threshold for row in found.rows)
    assert found.below is None or not found.below.identical
    assert found.algorithm_3_equal
    assert found.regret is None or found.regret.holds


def test_the_literal_definition_5_and_a_small_scale_differ():
    s = setting(steps=6)
    found = train(s, fmpq(1, 8))
    assert found.given.weights is not None
    assert found.given.outputs <= found.given.weights
    literal = TrueNetwork(s, fmpq(1))
    W = literal.start() - s.eta / 64 * literal.gradient(literal.start(), s.batches[0])
    V = Tangent(s, 2).run(s.eta)[1]
    assert W != literal.start() + V / 8


@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_are_those_of_the_loss(loss):
    s, rng = setting(loss=loss, m=3, q=2), random.Random(1)
    batch = s.batches[0]
    tangent, network = Tangent(s, 2), TrueNetwork(s, fmpq(3))
    direction = fmpq_mat([[fmpq(rng.randint(-9, 9)) for _ in range(2)] for _ in range(4)])
    step = fmpq(1, 10**12)
    starts = [(tangent, fmpq_mat([[fmpq(rng.randint(-9, 9), 7) for _ in range(2)] for _ in range(4)]))]
    starts.append((network, network.start() + direction / 1000))
    for algorithm, at in starts:
        gradient = algorithm.gradient(at, batch)
        slope = sum((gradient[i, j] * direction[i, j] for i in range(4) for j in range(2)), fmpq(0))
        ahead, behind = (
            sum(s.losses(algorithm.outputs(at + sign * step * direction, batch), batch), fmpq(0)) / 3
            for sign in (1, -1)
        )
        assert (ahead - behind) / (2 * step) == slope


def test_rounded_iterates_stay_within_their_bound():
    s = setting(eta=fmpq(1, 50), steps=4, batch=2)
    exact, found = Tangent(s, 2).run(s.eta), train_rounded(s, 12)
    near = Tangent(s, 2).run(s.eta, 12)
    assert near != exact
    for V, rounded, bound in zip(exact, near, found.errors, strict=True):
        assert square_norm(V - rounded) <= bound
    assert max(row.bits for row in found.rows) <= 24


def test_refusals(monkeypatch):
    with pytest.raises(UsageError, match="squared loss only"):
        train_rounded(setting(loss="hinge"), 8)
    with pytest.raises(UsageError, match="take eta <="):
        train_rounded(setting(eta=fmpq(100)), 8)
    with pytest.raises(UsageError, match="batches of 3 do not divide 4 samples"):
        seeded_batches(4, 3, 1, 0)
    with pytest.raises(UsageError, match="is positive"):
        train(setting(), fmpq(0))
    with pytest.raises(UsageError, match="a step size is positive"):
        setting(eta=fmpq(0))
    with pytest.raises(DatasetError, match="have one output"):
        Setting(make_dataset([[1]], [[1, 2]]), ((fmpq(1),),), RELU, LOSSES["squared"], fmpq(1), ((0,),))
    with pytest.raises(DatasetError, match="sample 0 has the label 2"):
        Setting(make_dataset([[1]], [2]), ((fmpq(1),),), RELU, LOSSES["hinge"], fmpq(1), ((0,),))
    with pytest.raises(KinkError, match="is zero"):
        train(Setting(make_dataset([[0]], [2]), ((fmpq(1),),), RELU, LOSSES["squared"], fmpq(1), ((0,),)))
    monkeypatch.setattr(algorithms, "MAX_BITS", 40)
    with pytest.raises(LimitError, match="after step 2 a number has"):
        train(setting())


def test_the_command(run, tmp_path):
    data = tmp_path / "d.csv"
    data.write_text(CSV)
    code, out, _ = run("train", data, "--units", 8, "--scale", "1/9", "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["above"]["identical"], found["given"]["identical"], found["algorithm_3_equal"]) == (True, False, True)
    assert [row["t"] for row in found["steps"]] == [1, 2, 3, 4, 5, 6]
    assert "identical, W^t = W^1 + V^t/B" in run("train", data, "--batches", "1,2;3,4", "--loss", "hinge")[1]
    rounded = json.loads(run("train", data, "--eta", "1/1000", "--precision", 40, "--json")[1])
    assert rounded["steps"][0]["error_squared_at_most"] == "0"
    for options, text in (
        (["--batch", 3], "batches of 3 do not divide 4"),
        (["--batches", "1,5"], "sample numbers from 1 to 4"),
        (["--batches", "1", "--batch", 2], "leave one out"),
        (["--eta", "0"], "a step size is positive"),
        (["--precision", 5, "--scale", 2], "leave out --precision"),
        (["--activation", "hard-tanh"], "one kink is at 0"),
    ):
        code, out, err = run("train", data, *options)
        assert (code, out, text in err, len(err.splitlines())) == (2, "", True, 1), err


def test_the_trained_network_is_algorithm_1_s():
    for s in (setting(steps=3), setting(steps=2, batch=2, loss="absolute", activation=ABS)):
        found = train(s)
        network = TrueNetwork(s, found.bound + 1)
        outputs = evaluate_generic(trained_network(s, found), s.dataset.inputs)
        assert [[value] for value in network.outputs(network.run()[-1], range(4))] == outputs
        assert [[value] for value in Tangent(s, 2).outputs(found.last, range(4))] == outputs
    s = setting(eta=fmpq(1, 50), steps=3)
    rounded = train_rounded(s, 9)
    assert rounded.bound == max(row.threshold for row in rounded.rows)
    outputs = evaluate_generic(trained_network(s, rounded), s.dataset.inputs)
    assert [[value] for value in Tangent(s, 2).outputs(rounded.last, range(4))] == outputs


def test_the_certificate_of_the_trained_network(run, tmp_path):
    data, target = tmp_path / "d.csv", tmp_path / "c.json"
    data.write_text(CSV)
    options = ("--units", 8, "--eta", "1/50", "--steps", 12, "-o", target)
    for extra in (("--loss", "hinge"), ("--precision", 30)):
        code, out, _ = run("train", data, *options, *extra, "--json")
        facts = json.loads(out)
        assert (code, facts["decision"], facts["failing"], facts["certificate"]) == (0, "sign", 0, str(target))
        assert check_file(str(target)).word == "VERIFIED"
        target.unlink()
    code, out, _ = run("train", data, *options, "--decision", "equal")
    assert (code, target.exists()) == (1, False)
    assert "after 12 steps 4 of 4 samples fail (equal), the first line 2: no certificate is written" in out
    assert json.loads(run("train", data, *options, "--decision", "equal", "--json")[1])["failing"] == 4
    assert run("train", data, "--decision", "sign")[0] == 2
    other = tmp_path / "o.csv"
    other.write_text("a,y\n1,2\n")
    code, _, err = run("train", other, "-o", target, "--decision", "sign")
    assert (code, target.exists(), len(err.splitlines())) == (2, False, 1), err
    one = ("--units", 1, "--seed", 1, "--eta", "1/2", "--steps", 1, "-o", target)
    assert run("train", other, *one)[0] == 0
    assert "memorization (equal)" in str(check_file(str(target)).detail)
