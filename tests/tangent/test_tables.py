"""exactmem/tangent/tables.py, `exactmem draws` and `exactmem plot kernel-rank`: exact tables over seeds."""

import json

import pytest

from exactmem.activations import RELU
from exactmem.tangent.kernel import kernel_rank
from exactmem.tangent.tables import form_ranks, kernel_ranks, largest_samples, seeded_dataset, step_reach


def test_counting_is_necessary_and_not_sufficient():
    (few, more) = kernel_ranks(9, 3, (3, 9), 6, RELU)
    assert (few.bound, more.bound) == (9, 9)
    assert few.full < more.full
    assert few.ranks == tuple(kernel_rank(seeded_dataset(9, 3, seed), seed, 3, RELU) for seed in range(6))
    assert max(kernel_ranks(9, 3, (2,), 4, RELU)[0].ranks) <= 6


def test_the_commands(run, tmp_path):
    code, out, _ = run("draws", "kernel-rank", "--samples", 6, "--d-x", 2, "--seeds", 3, "--json")
    rows = json.loads(out)["rows"]
    assert code == 0
    assert [row["units"] for row in rows] == [3, 4, 6, 9, 12]
    assert all(len(row["ranks"]) == 3 for row in rows)
    assert "memorized" in run("draws", "one-step", "--samples", "2,3", "--d-x", 3, "--seeds", 2)[1]
    out = run("draws", "quadratic-3", "--samples", 3, "--d-x", 2, "--seeds", 2, "--power", 3, "--json")[1]
    found = form_ranks(3, 2, 3, (2, 3, 4), 2)
    assert [row["ranks"] for row in json.loads(out)["rows"]] == [list(row.ranks) for row in found]
    figure = tmp_path / "r.svg"
    code, out, _ = run("plot", "kernel-rank", "--samples", 6, "--d-x", 2, "--seeds", 3, "-o", figure, "--json")
    facts = json.loads(out)
    assert (code, facts["rows"], facts["full"]) == (0, rows, [row["full"] for row in rows])
    text = figure.read_bytes()
    run("plot", "kernel-rank", "--samples", 6, "--d-x", 2, "--seeds", 3, "-o", figure)
    assert figure.read_bytes() == text


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["draws", "kernel-rank", "--samples", "3,4"], "one number of --samples"),
        (["draws", "kernel-rank", "--power", "2"], "about quadratic-3"),
        (["draws", "kernel-rank", "--samples", "5000"], "from 1 to 2000"),
        (["draws", "one-step", "--units", "2,3"], "one number of --units"),
        (["draws", "quadratic-3", "--activation", "relu"], "about kernel-rank"),
        (["draws", "kernel-rank", "--orthonormal", "cayley"], "about one-step"),
        (["draws", "one-step", "--orthonormal", "qr"], "use householder or cayley"),
        (["plot", "kernel-rank", "x.json", "-o", "x.svg"], "takes no certificate"),
        (["plot", "pieces", "-o", "x.svg"], "needs a certificate"),
        (["plot", "kernel-rank", "--style", "map", "-o", "x.svg"], "--style is about"),
    ],
)
def test_wrong_usage_is_one_line(run, options, text):
    code, out, err = run(*options)
    assert (code, out, text in err, len(err.splitlines())) == (2, "", True, 1), err


def test_one_step_reaches_or_not():
    (row,) = step_reach((3,), 3, 3, 3)
    assert set(row.ranks) <= {0, 3}


@pytest.mark.parametrize("method", ["householder", "cayley"])
def test_how_far_one_step_goes(run, method):
    rows = step_reach(None, 2, 2, 4, method)
    assert [row.samples for row in rows] == list(range(1, len(rows) + 1))
    assert (rows[0].full, rows[-1].full) == (4, 0)
    assert all(row.full > 0 for row in rows[:-1])
    largest = largest_samples(rows)
    assert largest == [max(row.samples * (row.ranks[seed] > 0) for row in rows) for seed in range(4)]
    options = ("draws", "one-step", "--d-x", 2, "--seeds", 4, "--orthonormal", method)
    facts = json.loads(run(*options, "--json")[1])
    assert ([row["ranks"] for row in facts["rows"]], facts["largest"]) == ([list(row.ranks) for row in rows], largest)
    beyond = sum(m > 2 for m in largest)
    assert f"from {min(largest)} to {max(largest)}" in run(*options)[1]
    assert f"more than q = 2 at {beyond} of 4 seeds" in run(*options)[1]


def test_counting_is_shown_as_a_ratio(run):
    lines = run("draws", "kernel-rank", "--samples", 6, "--d-x", 4, "--units", "2,3", "--seeds", 2)[1].splitlines()
    assert [line.split()[0] for line in (lines[0], *lines[-2:])] == ["dq/m", "4/3", "2"]
