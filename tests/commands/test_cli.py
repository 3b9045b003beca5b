"""The command line: names, exit codes, --json, and one clear line for bad input."""

import errno
import json
import os
import subprocess
import sys
from contextlib import nullcontext

import numpy as np
import pytest

from exactmem.cli import main
from exactmem.constructions import theorems
from exactmem.ledger import claims, discovery


@pytest.fixture
def csv(tmp_path):
    def write(content, name="d.csv"):
        path = tmp_path / name
        path.write_text(content)
        return path

    return write


def test_build_then_check(run, csv, tmp_path):
    data, cert = csv("a,y\n0,1\n1/3,-1\n0.5,1/2\n"), tmp_path / "c.json"
    code, out, err = run("build", data, "--theorem", "3.1", "-o", cert)
    assert code == 0
    assert "f(x_i) == y_i for all 3 samples" in out
    assert "built and verified" in err
    code, out, _ = run("check", cert)
    assert (code, out.split()[0]) == (0, "VERIFIED")


def test_build_json_is_one_object(run, csv, tmp_path):
    data = csv("a,y\n0,a\n1,b\n1,b\n")
    code, out, err = run(
        "build",
        data,
        "--theorem",
        "3.1",
        "--activation",
        "hard-tanh",
        "--classify",
        "--json",
        "-o",
        tmp_path / "c.json",
    )
    summary = json.loads(out)
    assert code == 0
    assert (summary["N"], summary["merged"], summary["classes"]) == (2, 1, ["a", "b"])
    assert "merged 1 equal sample(s), the first: line 4 into line 3" in err


def test_check_gives_the_worst_exit_code(run, csv, tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    run("build", csv("a,y\n0,1\n1,2\n"), "--theorem", "3.1", "-o", good)
    bad.write_text("{}")
    code, out, _ = run("check", good, bad)
    assert code == 2
    assert [line.split()[0] for line in out.splitlines()] == ["VERIFIED", "MALFORMED"]
    code, out, _ = run("check", "--json", good, bad)
    assert [r["verdict"] for r in json.loads(out)["results"]] == ["VERIFIED", "MALFORMED"]
    assert run("check", tmp_path / "missing.json")[0] == 2


def test_widths_and_free_parameters(run, csv, tmp_path):
    cert = tmp_path / "c.json"
    code, out, _ = run(
        "build", csv("a,b,y\n0,1,1\n1,0,-1\n"), "--theorem", "3.1", "--activation", "relu-like:1,1/10",
        "--widths", "7, 9", "--projection", "1,1/3", "--delta", "1e-3", "--alpha", "1000000", "--json", "-o", cert,
    )  # fmt: skip
    assert code == 0
    assert json.loads(out)["widths"] == [7, 9]
    parameters = json.loads(cert.read_text())["provenance"]["parameters"]
    assert parameters == {"activation": "relu-like:1,1/10", "u": "1,1/3", "delta": "1/1000", "alpha": "1000000"}
    assert run("check", cert)[0] == 0
    data = csv("a,b,y\n0,1,1\n1,0,-1\n")
    assert run("build", data, "--theorem", "3.1", "--projection", "-1,2", "-o", cert)[0] == 0
    assert json.loads(cert.read_text())["provenance"]["parameters"]["u"] == "-1,2"
    more = ["--precision", "10", "--jobs", "2"]
    assert run("build", csv("a,y\n0,1\n3,2\n"), "--theorem", "3.1", *more, "-o", cert)[0] == 0


BAD_INPUT = [
    ("", [], 2, "the file is empty"),
    ("a,y\n1,2\n3\n", [], 2, "line 3 has 1 cells, the header has 2"),
    ("a,y\n1,nan\n", [], 2, "line 2, column 'y': 'nan' is not a finite number"),
    ("a,y\n" + "9" * 3_000_000 + ",2\n", [], 3, "more than 1000000 characters in a cell of line 2"),
    ("x;y\n1;2\n", [], 2, "no input column is left beside the label 'x;y'; columns are separated by commas"),
    ("a,y,\n1,2,\n3,4,\n", ["--classify"], 2, "column 3 has no name"),
    (",a,y\n0,1,1\n1,1,0\n", [], 2, "column 1 has no name, like an index that pandas writes"),
    ("Unnamed: 0,a,y\n0,1,1\n1,1,0\n", [], 2, "column 1 has no name"),
    (",a,y\n0,1,1\n1,1,0\n", ["--inputs", "a"], 2, "line 2 and line 3 have equal inputs but different labels"),
    ("a,y\n1,b\n2, \n", ["--classify"], 2, "line 3, column 'y': the class name is missing"),
    ("a,y\n1,x\n", [], 2, "line 2, column 'y': 'x' is not an exact number"),
    ("y\n1\n", [], 2, "no input column"),
    ("a,y\n1,2\n1,3\n", [], 2, "line 2 and line 3 have equal inputs but different labels"),
    ("a,y\n1,2\n", ["--labels", "z"], 2, "no column 'z'; the columns are a, y"),
    ("a,y\n1,2\n", ["--widths", "2,x"], 2, "'x' is not a positive integer"),
    ("a,y\n1,2\n", ["--widths", "0,4"], 2, "'0' is not a positive integer"),
    ("a,y\n1,2\n", ["--widths", "2,2"], 1, "4*floor(d1/4)*floor(d2/(4*d_y)) >= N does not hold for d1=2, d2=2: 0 < 1"),
    ("a,y\n1,2\n", ["--widths", "99999,99999"], 3, "the limit is 50000000"),
    ("a,y\n1,2\n", ["--jobs", "none"], 2, "--jobs 'none'"),
    ("a,y\n1,2\n", ["--widths", "4"], 2, "theorem 3.1 is about 2 hidden layers: give as many widths, not 1"),
    ("a,y\n1,2\n", ["--theorem", "9.9"], 2, "unknown theorem '9.9': use one of 3.1,"),
    ("a,y\n1,2\n", ["--theorem", "Prodct"], 2, "unknown theorem 'Prodct': did you mean product?"),
    ("a,y\n1,2\n", ["--activation", "tanh"], 2, "unknown activation 'tanh'"),
    ("a,y\n1,2\n", ["--activation", "relu-like:1,2"], 2, "s_plus > s_minus >= 0"),
    ("a,y\n1,2\n", ["--activation", "threshold"], 2, "not threshold"),
    ("a,y\n1,2\n", ["--precision", "-1"], 2, "--precision"),
    ("a,y\n1,2\n", ["--precision", "9" * 5000], 2, "--precision"),
    ("a,y\n1,2\n", ["--widths", "-4,4"], 2, "'-4' is not a positive integer"),
    ("a,y\n1,2\n", ["--delta", "-1/2"], 2, "delta = -1/2 must be positive"),
    ("a,y\n1,2\n", ["--delta", "9" * 5000 + "/0"], 2, "has denominator zero"),
    ("a,y\n1,2\n", ["--alpha", "0.1.2"], 2, "--alpha: '0.1.2' is not an exact number"),
    ("a,y\n1,2\n", ["--alpha", "1,2"], 2, "--alpha: one number is needed, not 2"),
    ("a,y\n1,2\n", ["--delta", ""], 2, "--delta: '' is not an exact number"),
    ("a,y\n1,2\n", ["--projection", "1/0"], 2, "--projection: '1/0' has denominator zero"),
    ("a,y\n1,2\n", ["--activation", ""], 2, "unknown activation ''"),
    ("a,y\n1,2\n", ["--jobs", "0"], 2, "--jobs '0': give an integer from 1 to"),
    ("a,y\n1,2\n", ["-o", "/nowhere/c.json"], 2, "no such folder"),
]


@pytest.mark.parametrize(("content", "options", "code", "text"), BAD_INPUT)
def test_bad_input_gets_one_line(run, csv, tmp_path, content, options, code, text):
    data, cert = csv(content), tmp_path / "c.json"
    command = ["build", data, "--theorem", "3.1", "-o", cert, *options]
    got, out, err = run(*command)
    assert got == code
    assert text in err
    assert len(err.strip().splitlines()) == 1
    assert out == ""
    assert not cert.exists()
    got, out, _ = run(*command, "--json")
    assert got == code
    assert text in json.loads(out)["error"]["message"]


OPTIONS = {
    "build DATA --theorem 3.1 -o OUT": (
        "--theorem --labels --inputs --widths --activation --alpha --blocks --jobs --flat --decision --precision "
        "--seed --eta --floats -o"
    ),
    "capacity DATA": "--units --max-cases --activation --labels -o --network",
    "bounds --samples 3": "--samples --widths --activation --task --d-x",
    "pieces CERT": "--from --extremal --refute -o --direction",
    "pieces CERT --to 1": "--from",
    "plot pieces CERT -o OUT.svg": "-o --style --spacing",
    "plot pieces CERT -o OUT.svg --to 1": "--from",
    "sgd CERT": "--loss --batch --eta --start --epochs --mode --order --seed --precision --radius --plot --resume",
    "train DATA": "--units --activation --loss --eta --steps --seed --batch --batches --scale --precision",
    "draws kernel-rank --samples 2 --seeds 1": "--samples --d-x --units --seeds --activation --power",
    "check": "",
    "prove": "",
    "demo": "-o",
}
HOSTILE = ["a" * 100_000, "9" * 100_000, "a\x1b[31mb\nc", "a\udcffb\u202e", "/" + "x/" * 50_000]


@pytest.mark.parametrize("value", HOSTILE, ids=["long", "digits", "escapes", "undecodable", "path"])
@pytest.mark.parametrize("command", OPTIONS)
def test_what_is_repeated_is_short_and_printable(run, csv, tmp_path, monkeypatch, command, value):
    monkeypatch.chdir(tmp_path)
    csv("a,y\n0,1\n1,2\n", "DATA.csv")
    run("build", "DATA.csv", "--theorem", "3.1", "-o", "CERT")
    words = command.replace("DATA", "DATA.csv").split()
    files = sorted(os.listdir())
    for more in ([value], ["--no-such-option", value], *([option, value] for option in OPTIONS[command].split())):
        code, _, err = run(*words, *more)
        assert len(err) < 2200
        if code != 0:  # some values are unusual, but legal
            assert code in (1, 2, 3)
            assert len(err.splitlines()) == (words != ["check"] or len(more) > 1)
            assert err.rstrip("\n").isprintable()
            assert sorted(os.listdir()) == files
        files = sorted(os.listdir())


def test_a_projection_that_meets_names_the_lines_of_the_file(run, csv, tmp_path):
    data = csv("a,b,y\n5,5,0\n5,5,0\n\n0,1,1\n1,0,2\n")
    for theorem in ("3.1", "product", "folklore"):
        code, _, err = run("build", data, "--theorem", theorem, "--projection", "1,1", "-o", tmp_path / "c.json")
        assert code == 2
        assert f"{data}: u projects line 5 and line 6 to the same number: choose another u" in err


def test_floats_need_permission(run, tmp_path):
    np.save(tmp_path / "d.npy", np.array([[0.1, 1.0], [0.2, -1.0]]))
    command = ["build", tmp_path / "d.npy", "--theorem", "3.1", "-o", tmp_path / "c.json"]
    code, _, err = run(*command)
    assert code == 2
    assert "--floats exact" in err
    assert run(*command, "--floats", "exact")[0] == 0
    np.save(tmp_path / "d.npy", np.array([[np.nan, 1.0], [0.1, -1.0]]))
    for more in ([], ["--floats", "exact"]):
        code, _, err = run(*command, *more)
        assert (code, "row 0, column '0': nan is not a finite number" in err) == (2, True)


def test_a_full_disk_leaves_no_certificate(run, csv, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run("build", csv("a,y\n1,2\n"), "--theorem", "3.1", "-o", tmp_path / "c.json")
    assert code == 2
    assert "No space left on device" in err
    assert os.listdir(tmp_path) == ["d.csv"]


def test_the_data_are_not_overwritten(run, csv):
    data = csv("a,y\n1,2\n")
    code, _, err = run("build", data, "--theorem", "3.1", "-o", data)
    assert code == 2
    assert "would be overwritten" in err
    assert data.read_text() == "a,y\n1,2\n"


def test_an_interruption_is_130(run, csv, tmp_path, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    assert run("build", csv("a,y\n1,2\n"), "--theorem", "3.1", "-o", tmp_path / "c.json")[0] == 130
    assert os.listdir(tmp_path) == ["d.csv"]


def test_theorems_lists_every_construction(run):
    code, out, _ = run("theorems", "--json")
    rows = json.loads(out)["theorems"]
    assert code == 0
    assert [row["id"] for row in rows] == list(theorems())
    assert {"id", "source", "activations", "conditions", "task"} <= set(rows[0])
    lines = run("theorems")[1].splitlines()
    assert all(t.source in " ".join(" ".join(lines).split()) for t in theorems().values())
    assert max(map(len, lines)) <= 80


def test_prove_one_script_and_list(run):
    code, out, _ = run("prove", "activations", "--json")
    rows = json.loads(out)["claims"]
    assert code == 0
    assert rows
    assert all(row["verdict"] in {str(v) for v in claims.Verdict} and row["source"] and row["place"] for row in rows)
    assert run("prove", "no-such-claim")[0] == 2
    code, out, _ = run("prove", "--list")
    assert code == 0
    assert out.count(": expects ") == len(discovery.ledger())


def test_prove_exits_1_when_a_verdict_is_not_the_expected_one(run, monkeypatch):
    wrong = claims.Row("x", "s", "p", "t", claims.Verdict.PROVED, lambda: claims.checked("m", "c"), "script")
    monkeypatch.setattr(discovery, "ledger", lambda: [wrong])
    code, _, err = run("prove")
    assert code == 1
    assert "x: CHECKED, expected PROVED" in err


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["build"], ["check"], ["theorems", "--nonsense"]])
def test_usage_errors_exit_2_with_one_line(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "--help`" in err
    code, out, _ = run(*arguments, "--json")
    assert code == 2
    assert json.loads(out)["error"]["kind"] == "UsageError"


@pytest.mark.parametrize(
    "arguments",
    [("build", "D", "--theorem", "3.1", "-o", "C"), ("capacity", "D"), ("certify", "N", "--data", "D"), ("prove",)],
)
def test_jobs_and_a_cluster_are_one_too_many(run, csv, arguments):
    data = csv("a,y\n1,2\n3,4\n")
    named = [data if a == "D" else a for a in arguments]
    code, _, err = run(*named, "--jobs", "2", "--dask", "tcp://127.0.0.1:1")
    assert code == 2
    assert "give one of them" in err


def test_several_files_are_checked_by_several_processes(run, csv, tmp_path):
    data = csv("a,y\n1,2\n3,4\n")
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    assert run("build", data, "--theorem", "3.1", "-o", good)[0] == 0
    bad.write_bytes(good.read_bytes().replace(b'"4"', b'"5"'))
    alone = run("check", good, bad, good)
    assert run("check", good, bad, good, "--jobs", "2") == alone
    assert [line.split()[0] for line in alone[1].splitlines()] == [
        "VERIFIED",
        alone[1].splitlines()[1].split()[0],
        "VERIFIED",
    ]
    assert run("check", good, "-", "--jobs", "2")[0] == 2


def test_labels_that_a_theorem_cannot_use_are_placed(run, csv, tmp_path):
    data = csv("a,y\n1,0\n3,2\n")
    for theorem in ("3.2", "baum"):
        code, _, err = run("build", data, "--theorem", theorem, "-o", tmp_path / "c.json")
        assert code == 2
        assert f"{data}: line" in err


@pytest.mark.parametrize("command", ["demo", "theorems", "build", "check", "prove"])
def test_every_command_has_help_with_an_example(command, capsys):
    assert main([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"exactmem {command}" in out.partition("example:")[2]
    assert "--json" in out


def test_demo_verifies_all_four_networks(run, tmp_path):
    code, out, err = run("demo", "-o", tmp_path)
    assert code == 0
    assert err.strip() == f"certificates kept in {tmp_path}"
    assert out.count("VERIFIED") == 4
    assert "line 2 and line 19 have equal inputs but different labels" in out
    assert len(out.splitlines()) <= 25
    assert run("check", *sorted(tmp_path.iterdir()))[0] == 0
    code, out, _ = run("demo", "--json")
    assert code == 0
    assert [r["verdict"] for r in json.loads(out)["networks"]] == ["VERIFIED"] * 4


def test_the_module_runs():
    result = subprocess.run(
        [sys.executable, "-m", "exactmem", "theorems", "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(result.stdout)["theorems"]


def test_build_says_which_columns_it_took(run, csv, tmp_path):
    data, out = csv("a,b,c,y\n0,1,2,1\n1,1,3,2\n"), tmp_path / "c.json"
    build = ["build", data, "--theorem", "folklore", "-o", out]
    assert "inputs: a, b, c; label: y\n" in run(*build)[2]
    assert "inputs: a, y; label: c, b\n" in run(*build, "--labels", "c,b")[2]
    facts = json.loads(run(*build, "--inputs", "c", "--json")[1])
    assert (facts["inputs"], facts["labels"]) == (["c"], ["y"])
    many = ",".join(f"x{j}" for j in range(20))
    wide = csv(f"{many},y\n{','.join(['1'] * 20)},1\n{','.join(['2'] * 20)},2\n", "wide.csv")
    assert "inputs: x0, x1, x2, x3, ..., x19, 20 in all; label: y\n" in run("build", wide, *build[2:])[2]


@pytest.mark.parametrize(
    ("command", "hint"),
    [("biuld", ": did you mean build?"), ("foo", ": use one of bounds, build, "), ("Check", "check")],
)
def test_an_unknown_command_is_named_with_those_that_are_like_it(run, command, hint):
    code, out, err = run(command, "x.csv")
    assert (code, out) == (2, "")
    assert err.startswith(f"exactmem: no command '{command}'")
    assert hint in err


def test_check_says_which_of_many_files_it_is_at(run, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr("exactmem.commands.check.phases", lambda text: seen.append(text) or nullcontext(seen.append))
    run("check", "a.json", "b.json")
    run("check", "c.json")
    assert seen == ["checking a.json, 1 of 2", "checking b.json, 2 of 2", "checking c.json"]
