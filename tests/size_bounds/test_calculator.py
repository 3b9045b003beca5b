"""exactmem/size_bounds/calculator.py and `exactmem bounds`: sizes, largest N, both sides, the command's behaviour."""

import itertools
import json
import subprocess
import sys
import time

import pytest

from exactmem import cli
from exactmem.activations import HARD_TANH, RELU, THRESHOLD, relu_like
from exactmem.constructions import theorems
from exactmem.size_bounds.calculator import (
    MOST_SAMPLES,
    applicable,
    edges_of,
    largest_samples,
    reach_of,
    reading_order,
    smallest_sizes,
    tasks_of,
)
from exactmem.sizes.problem import Problem


def ids(theorems):
    return {t.id for t in theorems}


def run(capsys, *arguments):
    code = cli.main(["bounds", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_an_activation_without_kinks_and_very_deep_networks(capsys):
    code, out, _ = run(capsys, "--samples", "5", "--activation", "identity", "--json")
    assert (code, json.loads(out)["theorems"]) == (0, [])
    assert {row["bound"] for row in json.loads(out)["impossible"]} == {"parameters"}
    code, out, _ = run(capsys, "--widths", ",".join(["1"] * 64))
    assert (code, "impossible for some dataset: N >= 67" in out) == (0, True)
    code, out, err = run(capsys, "--widths", ",".join(["9"] * 5000))
    assert (code, out) == (3, "")
    assert err == "exactmem: --widths names 5000 hidden layers, the limit is 64: name fewer\n"


def test_every_theorem_is_listed_somewhere():
    problems = [Problem(9, 3, 2, a) for a in (RELU, HARD_TANH, THRESHOLD)]
    assert set().union(*(ids(applicable(p, None, True)) for p in problems)) == {
        t.id for t in theorems().values() if t.sufficient
    }
    for theorem in applicable(problems[0]):
        assert "general position" not in theorem.needs


def test_real_labels_serve_classes_but_not_the_other_way_round():
    problem = Problem(9, 3, 2, RELU)
    assert ids(applicable(problem, "regression")) < ids(applicable(problem, "classification"))
    assert tasks_of(theorems()["baum"]) == ("classification",)
    assert "3.2" not in ids(applicable(problem, "regression"))
    assert ids(applicable(problem, None, True, "resnet")) == {"4.1", "narrow-resnet"}


@pytest.mark.parametrize("activation", [RELU, relu_like(3, "1/7"), HARD_TANH], ids=str)
@pytest.mark.parametrize(("d_x", "d_y"), [(1, 1), (4, 2), (7, 3)])
def test_the_largest_number_of_samples_is_the_last_one_covered(activation, d_x, d_y):
    problem = Problem(1, d_x, d_y, activation)
    for theorem in applicable(problem, None, True):
        for widths in ((6,), (9, 8), (12, 13), (5, 9, 8), (16, 12, 14, 9)):
            most = largest_samples(theorem, problem, widths)
            covered = [N for N in range(1, 400) if theorem.unmet(Problem(N, d_x, d_y, activation), widths) is None]
            assert covered == list(range(1, min(most, 399) + 1)), (theorem.id, widths)


def test_smallest_sizes_cover_their_own_samples():
    for N in (1, 2, 17, 10**6, 10**12):
        problem = Problem(N, 5, 3, RELU)
        for theorem in applicable(problem, None, True):
            sizes = smallest_sizes(theorem, problem)
            assert sizes.units == sum(sizes.widths)
            assert sizes.edges == edges_of(theorem, problem, sizes.widths)
            assert largest_samples(theorem, problem, sizes.widths) >= N


def test_a_theorem_without_admissible_widths_gives_its_reason():
    sizes = smallest_sizes(theorems()["4.1"], Problem(9, 2, 3, RELU))
    assert (sizes.widths, sizes.units, sizes.edges) == (None, None, None)
    assert "d_x >= d_y" in sizes.reason


def test_reading_order():
    listed = applicable(Problem(9, 3, 2, RELU), None, True)
    ids = [t.id for t in reading_order(reversed(listed))]
    assert set(ids[ids.index("3.1") + 1 :][:2]) == {"product", "decoupled"}
    assert sorted(ids) == sorted(t.id for t in listed)
    assert reading_order([theorems()["product"]]) == [theorems()["product"]]


def test_both_sides_never_overlap():
    for activation in (RELU, relu_like(1, "1/10"), HARD_TANH, THRESHOLD):
        for d_x, d_y, general in ((1, 1, False), (3, 1, False), (3, 2, True), (2, 3, True)):
            for widths in ((1,), (2,), (7,), (3, 3), (8, 9), (4, 5, 6), (20, 12, 9)):
                for task in ("regression", "classification"):
                    verdict = reach_of(Problem(1, d_x, d_y, activation), widths, task, general)
                    if verdict.possible is not None and verdict.impossible is not None:
                        assert verdict.possible < verdict.impossible, (activation, d_x, d_y, widths, task)


@pytest.mark.parametrize("activation", [RELU, relu_like(1, "1/10"), HARD_TANH], ids=str)
def test_two_layers_leave_no_gap(activation):
    for d1 in range(1, 12):
        verdict = reach_of(Problem(1, 3, 1, activation), (d1,), "regression")
        assert verdict.impossible == verdict.possible + 1


def test_huge_sizes_are_instant():
    start = time.perf_counter()
    for activation in (RELU, HARD_TANH):
        for d_y in (1, 1000):
            problem = Problem(10**12, 3_072, d_y, activation)
            assert all(smallest_sizes(t, problem).widths for t in applicable(problem, None, True))
            reach_of(problem, (10**6, 10**6), "regression")
    assert time.perf_counter() - start < 2
    assert largest_samples(theorems()["folklore"], Problem(1, 1, 1, RELU), (10**40,)) == MOST_SAMPLES


def test_the_command_s_table(capsys):
    code, out, err = run(capsys, "--samples", "50000", "--d-x", "3072", "--d-y", "10", "--general-position")
    assert (code, err) == (0, "")
    rows = {line.split()[0]: line.split() for line in out.splitlines() if line}
    assert rows["4.1"][1:4] == ["106,20", "126", "716112"]
    assert rows["4.2"][1:3] == ["106", "106"]
    assert rows["product"][1] == "3.1"
    assert max(map(len, out.splitlines())) <= 80
    assert "Zhang et al. 2017" in out
    assert "N^24" in out
    code, out, err = run(capsys, "--samples", "9", "--task", "classification", "--d-y", "2")
    assert "more theorems need general position" in out


def test_an_activation_without_theorems_is_said_to_have_none(capsys):
    assert "no theorem is known here for this activation" in run(capsys, "--samples", "9", "--activation", "square")[1]


def test_theorems_that_ask_for_more_than_sizes_are_shown_with_what_they_ask(capsys):
    for options, expected in (
        (
            ("--d-y", "1"),
            {"hardt-ma": (20, 1), "ntk": (10,), "one-step": (4,), "quadratic": (4,), "quadratic-3": (6, 6)},
        ),
        (("--d-y", "3"), {"hardt-ma": (20, 3), "ntk": (30,), "quadratic": (12,), "quadratic-3": (6, 18)}),
        (
            ("--d-y", "1", "--task", "regression"),
            {"ntk": (10,), "one-step": (4,), "quadratic": (4,), "quadratic-3": (6, 6)},
        ),
    ):
        code, out, _ = run(capsys, "--samples", "20", "--d-x", "4", *options, "--json")
        rows = {row["id"]: row for row in json.loads(out)["conditional"]}
        assert {name: tuple(row["widths"]) for name, row in rows.items() if row["widths"]} == expected
        assert (code, rows["ntk"]["condition"]) == (0, "d_x*floor(d1/(2*d_y)) >= N")
        assert (rows["ntk"]["activation"], rows["quadratic"]["activation"]) == ("relu", "square")
    text = run(capsys, "--samples", "20", "--d-x", "4", "--d-y", "3")[1]
    assert "one-step is about one label 1 or -1, not 3 labels" in text
    assert max(map(len, text.splitlines())) <= 80
    for theorem in theorems().values():
        assert theorem.sufficient or f"\n{theorem.id}: " in text


def test_given_widths_that_the_data_and_the_seed_decide_about(capsys):
    for widths, activation, expected in (
        ("40", "relu", [("ntk", 80)]),
        ("4", "abs", [("ntk", 8), ("one-step", MOST_SAMPLES)]),
        ("4,4", "square", [("quadratic-3", 10)]),
        ("4", "square", [("quadratic", MOST_SAMPLES)]),
        ("40", "hard-tanh", []),
    ):
        options = ("--widths", widths, "--d-x", "4", "--activation", activation)
        (found,) = json.loads(run(capsys, *options, "--json")[1])["tasks"].values()
        assert [(row["theorem"], int(row["N"])) for row in found["conditional"]] == expected
        text = run(capsys, *options)[1]
        assert ("if the data and the seed allow" in text) == bool(expected)
        for name, N in expected:
            assert f"{'any' if N == MOST_SAMPLES else N}  by {name}: " in text


def test_the_command_s_json(capsys):
    arguments = ["--samples", "1000000", "--d-x", "150528", "--d-y", "1000", "--task", "classification", "--json"]
    code, out, err = run(capsys, *arguments)
    data = json.loads(out)
    assert (code, err) == (0, "")
    rows = {row["id"]: row for row in data["theorems"]}
    assert rows["3.2"]["widths"] == [2000, 2000, 4000]
    assert rows["product-readout"]["widths"] == [1000, 1000, 999]
    assert rows["product-readout"]["improves"] == "3.2"
    assert {row["bound"] for row in data["impossible"]} == {"3.3", "shared-breakpoints", "two-layer"}
    assert [(row["exponent"], int(row["order"])) for row in data["over_parameterized"]] == [
        (e, 10 ** (6 * e)) for e in (24, 8, 5, 2)
    ]
    sizes = [150528, *rows["3.1"]["widths"], 1000]
    assert rows["3.1"]["edges"] == sum(above * (below + 1) for below, above in itertools.pairwise(sizes))


def test_the_command_on_given_widths(capsys):
    code, out, _ = run(capsys, "--widths", "5", "--activation", "hard-tanh", "--samples", "11")
    assert code == 0
    assert "always possible: N <= 10" in out
    assert "impossible for some dataset: N >= 11" in out
    assert "the capacity is exactly 10" in out
    assert "N = 11: impossible for some dataset" in out
    assert "always possible, by two-layer" in run(capsys, "--widths", "5", "--samples", "7")[1]
    assert "open: no theorem decides it" in run(capsys, "--widths", "5,5", "--samples", "30")[1]
    answers = json.loads(run(capsys, "--widths", "5,5", "--samples", "30", "--json")[1])["tasks"]
    assert any("open: no theorem decides it" in row["answer"] for row in answers.values())
    data = json.loads(run(capsys, "--widths", "100,100", "--d-x", "784", "--json")[1])
    tasks = data["tasks"]
    assert list(tasks) == ["regression"]
    assert (tasks["regression"]["largest_possible"], tasks["regression"]["smallest_impossible"]) == (10_000, 10_202)
    data = json.loads(run(capsys, "--widths", "2000,2000,4000", "--d-y", "1000", "--json")[1])
    possible = {row["theorem"]: row["N"] for row in data["tasks"]["classification"]["possible"]}
    assert possible["3.2"] == 10**6
    residual = ["--widths", "9,4", "--architecture", "resnet", "--d-x", "5", "--d-y", "2", "--general-position"]
    data = json.loads(run(capsys, *residual, "--json")[1])
    assert data["tasks"]["classification"]["largest_possible"] >= 1
    assert data["tasks"]["classification"]["smallest_impossible"] is None
    out = run(capsys, "--widths", "2", "--activation", "threshold", "--d-y", "2", "--task", "classification")[1]
    assert "impossible: no bound is known" in out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--samples", "0"],
        ["--samples", "1e6"],
        ["--samples", "-3"],
        ["--samples", "10000000000001"],
        ["--samples", "9", "--d-x", "0"],
        ["--samples", "9", "--activation", "tanh"],
        ["--widths", "3,0"],
        ["--widths", ""],
        ["--samples", "9", "--architecture", "resnet"],
    ],
)
def test_bad_usage_is_one_line(capsys, arguments):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("exactmem: ")
    assert err.count("\n") == 1


def test_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "exactmem", "bounds", "--samples", "1000000000000", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["N"] == 10**12
