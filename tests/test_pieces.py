"""exactmem/pieces.py and the command `exactmem pieces`."""

import json
import re

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, RELU, SQUARE, THRESHOLD
from exactmem.certificates.writing.document import assemble, write_certificate
from exactmem.certificates.writing.memorization import memorization_claim
from exactmem.datasets import make_dataset
from exactmem.errors import ShapeError, UsageError
from exactmem.evaluate import evaluate_generic
from exactmem.lines import restrict
from exactmem.networks import FNN, ResNet, dense, layer, rank_one, residual
from exactmem.pieces import extremal_dataset, has_continuous_activations, hidden_layers, own_line, refute
from exactmem.sizes.pieces import HiddenLayer, lemma_d1_bound, shared_breakpoint_bound, smallest_impossible
from exactmem.testing.strategies import fnns, resnets, vectors

# -1 + 2 relu(x - 1) - 4 relu(x - 2) + 4 relu(x - 3): -1, 1, -1, 1 at 1, 2, 3, 4 and then 3
ZIGZAG = FNN((layer(dense([[1], [1], [1]]), [-1, -2, -3], RELU), layer(dense([[2, -4, 4]]), [-1])))


@pytest.mark.parametrize(
    ("layers", "lemma", "shared"),
    [
        ([], 1, 1),
        ([(3, 2)], 4, 4),
        ([(5, 3)], 11, 11),
        ([(2, 2), (3, 2)], 16, 12),
        ([(4, 3), (1, 3)], 27, 27),
        ([(1, 2), (2, 3), (1, 2)], 22, 20),
        ([(7, 1)], 1, 1),
    ],
)
def test_bounds_by_hand(layers, lemma, shared):
    parts = [HiddenLayer(width, pieces) for width, pieces in layers]
    assert (lemma_d1_bound(parts), shared_breakpoint_bound(parts)) == (lemma, shared)


def test_printed_counts_of_theorem_3_3():
    for p in (2, 3, 5):
        for d1 in (1, 4):
            assert lemma_d1_bound([HiddenLayer(d1, p)]) == (p - 1) * d1 + 1
            for d2 in (1, 3):
                printed = p * (p - 1) * d1 * d2 + (p - 1) * d2 + 1
                assert lemma_d1_bound([HiddenLayer(d1, p), HiddenLayer(d2, p)]) == printed


def test_a_skip_connection_adds_a_summand():
    assert lemma_d1_bound([HiddenLayer(2, 2, skip=True)]) == 1 + 2 * 1
    assert lemma_d1_bound([HiddenLayer(2, 2, True), HiddenLayer(1, 2, False)]) == 1 * (2 * 3 - 1) + 1
    assert lemma_d1_bound([HiddenLayer(2, 2, True), HiddenLayer(1, 2, True)]) == 1 * (2 * 3 - 1) + 3


@given(st.one_of(fnns(max_layers=4), resnets()), st.data())
def test_no_network_exceeds_the_bounds(network, data):
    if any(l.activation is SQUARE for l in network.layers):
        with pytest.raises(UsageError, match="no pieces to count"):
            hidden_layers(network)
        return
    start, direction = data.draw(vectors(network.d_x)), data.draw(vectors(network.d_x).filter(any))
    restriction = restrict(network, start, [p + v for p, v in zip(start, direction, strict=True)])
    layers = hidden_layers(network)
    assert len(restriction.pieces) <= shared_breakpoint_bound(layers) <= lemma_d1_bound(layers)


def test_continuity():
    assert has_continuous_activations(ZIGZAG)
    jump = FNN((layer(dense([[1]]), [0], THRESHOLD), layer(dense([[1]]), [0])))
    assert not has_continuous_activations(jump)
    assert not has_continuous_activations(ResNet((residual(dense([[1]]), [0], dense([[1]]), [0], THRESHOLD, False),)))
    with pytest.raises(UsageError, match="continuous activations only"):
        refute(jump, [1])


def test_the_extremal_dataset():
    dataset = extremal_dataset(3, ["1/2", -1])
    assert dataset.inputs == ((fmpq(1, 2), -1), (1, -2), (fmpq(3, 2), -3))
    assert dataset.labels == ((-1,), (1,), (-1,))
    with pytest.raises(UsageError, match="direction u is zero"):
        extremal_dataset(3, [0, 0])
    with pytest.raises(UsageError, match="at least one sample"):
        extremal_dataset(0, [1])


def test_refuting_a_network():
    evidence = refute(ZIGZAG, [1])
    assert (evidence.pieces, evidence.dataset.N, evidence.missed, evidence.obtained) == (4, 6, 4, 3)
    assert refute(ZIGZAG, [1], 100).missed == 4
    with pytest.raises(UsageError, match="N >= 6 only") as caught:
        refute(ZIGZAG, [1], 5)
    assert caught.value.witness == 4
    two = FNN((layer(dense([[1]]), [0], RELU), layer(dense([[1], [1]]), [0, 0])))
    with pytest.raises(ShapeError, match="2 outputs"):
        refute(two, [1])
    with pytest.raises(ShapeError, match="direction u has 3 entries"):
        refute(ZIGZAG, [1, 0, 0])


@given(st.data())
def test_fewer_than_N_minus_1_pieces_always_miss_a_sample(data):
    breaks = sorted(data.draw(st.sets(st.integers(-8, 40).map(lambda v: fmpq(v, 4)), max_size=6)))
    slopes = data.draw(st.lists(st.integers(-4, 4), min_size=len(breaks), max_size=len(breaks)))
    first = data.draw(st.integers(-4, 4))
    units = [[1]] * (len(breaks) + 2)
    bias = [*(-b for b in breaks), 50, -1000]
    network = FNN((layer(dense(units), bias, RELU), layer(dense([[*slopes, first, 0]]), [-50 * first])))
    evidence = refute(network, [1])
    assert evidence.pieces <= len(breaks) + 2
    assert evidence.dataset.N == smallest_impossible(evidence.pieces)
    value = evaluate_generic(network, [evidence.dataset.inputs[evidence.missed]])[0][0]
    assert value == evidence.obtained != evidence.dataset.labels[evidence.missed][0]


def test_the_own_line_of_a_network():
    assert own_line(ZIGZAG) == ([0], [1])
    projecting = FNN((layer(rank_one([1, 2], [3, 4]), [0, 0], ABS), layer(dense([[1, 1]]), [0])))
    start, end = own_line(projecting)
    assert (start, end) == ([0, 0], [fmpq(3, 25), fmpq(4, 25)])
    x = [fmpq(2), fmpq(-7)]
    t = 3 * x[0] + 4 * x[1]
    assert restrict(projecting, start, end)(t) == evaluate_generic(projecting, [x])[0]
    assert own_line(FNN((layer(dense([[1, 2]]), [0], RELU), layer(dense([[1]]), [0])))) is None
    assert own_line(FNN((layer(rank_one([1], [0, 0]), [0], RELU), layer(dense([[1]]), [0])))) is None


# ---- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    def save(network, name="c.json"):
        dataset = make_dataset([[fmpq(i)] * network.d_x for i in range(2)], [[0] * network.d_y] * 2)
        path = tmp_path / name
        write_certificate(path, assemble(network, dataset, memorization_claim(network, dataset, "a test"), "test", {}))
        return path

    return save


def test_pieces_as_json(run, saved):
    code, out, err = run("pieces", saved(ZIGZAG), "--from", "1", "--to", "3", "--json")
    facts = json.loads(out)
    assert (code, err) == (0, "")
    assert facts["breakpoints"] == ["0", "1/2", "1"]
    assert facts["pieces"] == 4
    assert facts["parts"][1] == {"interval": "[0, 1/2)", "maps": [["4", "-1"]]}
    assert facts["continuous"] is True
    assert facts["bounds"] == {"lemma_d1": 4, "shared_breakpoints": 4, "smallest_impossible_N": 6}


def test_pieces_for_people(run, saved):
    code, out, _ = run("pieces", saved(ZIGZAG))
    assert code == 0
    assert "[2, 3)     -2 t + 5" in out
    assert "4 pieces, 3 breakpoints on (-inf, inf); continuous" in out
    assert "of 6 or more samples" in " ".join(out.split())


def test_a_segment_and_several_outputs(run, saved):
    network = FNN((layer(dense([[1], [-1]]), [0, 0], THRESHOLD), layer(dense([[1, 0], [1, 1]]), [0, 0])))
    code, out, _ = run("pieces", saved(network), "--from", "-1", "--to", "1", "--segment", "--json")
    facts = json.loads(out)
    assert code == 0
    assert facts["domain"] == "[0, 1]"
    assert facts["pieces_per_output"] == [2, 3]
    assert [part["interval"] for part in facts["parts"]] == ["[0, 1/2)", "{1/2}", "(1/2, 1]"]
    assert facts["bounds"]["smallest_impossible_N"] is None
    assert "pieces per output: 2, 3" in run("pieces", saved(network))[1]


def test_long_lists_are_cut_and_long_numbers_rounded(run, saved):
    many = FNN(
        (layer(dense([[1]] * 60), [fmpq(-i, 10**30 + 1) for i in range(60)], RELU), layer(dense([[1] * 60]), [0]))
    )
    path = saved(many)
    short, full = run("pieces", path)[1], run("pieces", path, "--all")[1]
    assert "21 more (--all shows them)" in short
    assert "~1.000000e-30" in short
    rows = [re.findall(r"^\d+  .*", text, re.MULTILINE) for text in (short, full)]
    assert [len(found) for found in rows] == [40, 61]
    assert full.count("t in [") - short.count("t in [") == 21
    assert f"t in [0, 1/{10**30 + 1}): 1 t" in short


def test_deep_networks_have_bounds_of_any_length(run, saved):
    network = FNN((*(layer(dense([[1]]), [0], HARD_TANH) for _ in range(300)), layer(dense([[1]]), [0])))
    code, out, _ = run("pieces", saved(network), "--json")
    assert code == 0
    assert json.loads(out)["bounds"]["shared_breakpoints"] == str(3**300)


def test_the_extremal_dataset_as_a_file(run, tmp_path):
    data, cert = tmp_path / "d.csv", tmp_path / "c.json"
    assert run("pieces", "--extremal", 5, "--direction", "1/3,-2", "-o", data)[0] == 0
    assert data.read_text().splitlines() == ["x1,x2,y", "1/3,-2,-1", "2/3,-4,1", "1,-6,-1", "4/3,-8,1", "5/3,-10,-1"]
    assert run("build", data, "--theorem", "3.1", "--activation", "hard-tanh", "-o", cert)[0] == 0
    code, out, _ = run("pieces", "--extremal", 3, "--d-x", 2, "-o", data, "--json")
    assert (code, json.loads(out)["direction"]) == (0, ["1", "0"])


def test_a_refutation_is_verified(run, saved, tmp_path):
    bound = tmp_path / "b.json"
    code, out, _ = run("pieces", saved(ZIGZAG), "--refute", "auto", "-o", bound)
    assert code == 0
    assert "4 pieces on the line t -> t u cannot fit N = 6" in out
    digest = json.loads(bound.read_text())["digests"]["dataset"]
    assert run("check", bound)[:2] == (
        0,
        f"VERIFIED {bound}: piece-bound by fnn, widths [3], 4 pieces < N - 1 = 5, sample 4 is missed; "
        f"bound 4 < N - 1: no network of these widths and activations fits, dataset {digest}\n",
    )
    assert json.loads(run("pieces", saved(ZIGZAG), "--refute", 8, "-o", bound, "--json")[1])["N"] == 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "1"], "a line needs both points"),
        (["--from", "1", "--to", "1"], "two different points"),
        (["--from", "1", "--to", "1,2"], "second point has 2 coordinates"),
        (["--from", "x", "--to", "1"], "--from: 'x' is not an exact number"),
        (["--from", "1", "--to", "1/0"], "--to: '1/0' has denominator zero"),
        (["--refute", "auto", "--direction", "1,2", "-o", "OUT"], "direction u has 2 entries"),
        (["--refute", "auto", "--direction", "y", "-o", "OUT"], "--direction: 'y'"),
        (["--refute", "auto"], "-o BOUND.json"),
        (["--refute", "5", "-o", "OUT"], "N >= 6 only"),
        (["--refute", "many", "-o", "OUT"], "--refute 'many': one positive integer"),
        (["--refute", "6", "--direction", "0", "-o", "OUT"], "direction u is zero"),
        (["--extremal", "5", "--refute", "5"], "give one of them"),
        (["--extremal", "5"], "-o DATA.csv"),
        (["--extremal", "1.5", "-o", "OUT"], "one positive integer"),
        (["--extremal", "5", "--direction", "1,1", "--d-x", "3", "-o", "OUT"], "--d-x says 3"),
        (["--extremal", "5", "--direction", "0", "-o", "OUT"], "direction u is zero"),
        (["--extremal", "5", "CERT", "-o", "OUT"], "CERT is not about --extremal; leave it out"),
        (["--extremal", "5", "--all", "-o", "OUT"], "--all is not about --extremal"),
        (["--refute", "auto", "--from", "1", "-o", "OUT"], "--from is not about --refute"),
        (["--refute", "auto", "--d-x", "1", "-o", "OUT"], "--d-x is not about --refute"),
        (["-o", "OUT"], "-o is not about the pieces on a line"),
        (["--direction", "1"], "--direction is not about the pieces on a line"),
    ],
)
def test_bad_usage_is_told_in_one_line(run, saved, tmp_path, arguments, message):
    place = tmp_path / "out"
    certificate = [] if "--extremal" in arguments else [saved(ZIGZAG)]
    code, out, err = run("pieces", *certificate, *[place if a == "OUT" else a for a in arguments])
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert not place.exists()


def test_a_certificate_or_an_extremal_dataset_is_needed(run, saved):
    code, _, err = run("pieces")
    assert (code, "a certificate is needed" in err) == (2, True)
    general = FNN((layer(dense([[1, 2], [2, 1]]), [0, 0], RELU), layer(dense([[1, 1]]), [0])))
    code, _, err = run("pieces", saved(general))
    assert (code, "no line of its own" in err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--extremal", "100000000000"],
        ["--extremal", "1" + "0" * 30],
        ["--extremal", "1", "--d-x", "1000000000000"],
        ["CERT", "--refute", "100000000000"],
    ],
)
def test_extremal_datasets_have_a_limit(run, saved, tmp_path, arguments):
    place = tmp_path / "out"
    code, out, err = run("pieces", *[saved(ZIGZAG) if a == "CERT" else a for a in arguments], "-o", place)
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert "more than the limit of 1000000" in err
    assert not place.exists()


def test_the_certificate_is_not_overwritten_by_the_refutation(run, saved):
    path = saved(ZIGZAG)
    before = path.read_bytes()
    code, _, err = run("pieces", path, "--refute", "auto", "-o", path.parent / "." / path.name)
    assert (code, "would be overwritten" in err) == (2, True)
    assert path.read_bytes() == before
