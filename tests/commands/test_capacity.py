"""`exactmem capacity`: decisions, certificates, the table, limits."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from exactmem import cli
from exactmem.activations import HARD_TANH, RELU
from exactmem.certificates.checker import check_file
from exactmem.commands import capacity as command


@pytest.fixture
def zigzag(tmp_path):
    path = tmp_path / "zigzag.csv"
    path.write_text("x,y\n4,1\n0,0\n1,1\n7,0\n2,0\n")
    return str(path)


def run(capsys, *arguments):
    code = cli.main(["capacity", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_fewest_units_with_both_certificates(capsys, tmp_path, zigzag):
    needs, fits = tmp_path / "needs.json", tmp_path / "fits.json"
    code, out, err = run(capsys, zigzag, "-o", needs, "--network", fits)
    assert (code, err) == (0, "")
    assert "2 units: impossible, 6 boxes of cases excluded by 3 vectors" in out
    assert "the fewest hidden units that do: 3" in out
    assert check_file(str(needs)).detail.startswith("needs-units: N = 5 samples need more than 2 relu-like units")
    assert check_file(str(fits)).word == "VERIFIED"
    assert json.loads(fits.read_text())["claim"]["sizes"]["widths"] == [3]


@pytest.mark.parametrize(("activation", "least"), [("relu", 3), ("relu-like:1,1/10", 3), ("hard-tanh", 3)])
def test_json(capsys, zigzag, activation, least):
    code, out, err = run(capsys, zigzag, "--activation", activation, "--json")
    data = json.loads(out)
    assert (code, err) == (0, "")
    assert data["least_units"] == least
    assert [row["memorizes"] for row in data["attempts"]] == [False] * least + [True]


def test_given_units(capsys, tmp_path, zigzag):
    target = tmp_path / "needs.json"
    code, out, _ = run(capsys, zigzag, "--units", 2, "-o", target, "--network", tmp_path / "none.json")
    assert code == 1
    assert "none.json: not written" in out
    assert not (tmp_path / "none.json").exists()
    assert check_file(str(target)).word == "VERIFIED"
    code, out, _ = run(capsys, zigzag, "--units", 4, "-o", tmp_path / "more.json", "--json")
    assert code == 0
    assert json.loads(out)["least_units"] is None
    assert not (tmp_path / "more.json").exists()


def test_constant_labels_need_no_unit(capsys, tmp_path):
    path = tmp_path / "flat.csv"
    path.write_text("x,y\n0,1/3\n5,1/3\n")
    code, out, _ = run(capsys, path)
    assert code == 0
    assert "0 units: f(x) = 1/3" in out
    assert "the fewest hidden units that do: 0" in out


def test_functions_are_written_for_people(capsys, tmp_path):
    path = tmp_path / "tent.csv"
    path.write_text("x,y\n0,0\n1,1\n2,2\n3,0\n")
    data = json.loads(run(capsys, path, "--json")[1])
    text = data["attempts"][-1]["function"]
    assert "1*" not in text.replace("/1*", "")
    assert not re.search(r"(^|\() ", text)
    for x, y in ((0, 0), (1, 1), (2, 2), (3, 0)):
        exact = re.sub(r"\d+(/\d+)?", r"Fraction('\g<0>')", text)
        assert eval(exact, {"relu": lambda t: max(0, t), "x": x, "Fraction": Fraction}) == y


def test_the_table(capsys):
    code, out, err = run(capsys, "--table", "--activation", "relu", "--json")
    data = json.loads(out)
    assert (code, err) == (0, "")
    assert [row["capacity"] for row in data["two_layers"]] == [2, 3, 5, 6]
    assert all(row["memorized"] and row["certificate"] == "VERIFIED" for row in data["two_layers"])
    assert {"activation": "relu", "widths": [3, 2], "lower": 6, "upper": 12, "upper_by": "parameters"} in data[
        "three_layers"
    ]
    code, out, _ = run(capsys, "--table", "--activation", "relu-like:1,1/3")
    assert [line.split()[2] for line in out.splitlines()[5:9]] == ["2", "4", "5", "6"]


def test_a_wrong_capacity_would_be_noticed(capsys, monkeypatch):
    monkeypatch.setattr(command, "two_layer_capacity", lambda activation, units: units)
    row = command.capacity_row(RELU, 2)
    assert (row["memorized"], row["certificate"]) == (True, "not refuted")
    assert run(capsys, "--table", "--activation", "relu")[0] == 1
    monkeypatch.setattr(command, "two_layer_capacity", lambda activation, units: 2 * units + 1)
    assert command.capacity_row(HARD_TANH, 2)["memorized"] is False


def test_limits_exit_with_3(capsys, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "".join(f"{i},{(-1) ** i}\n" for i in range(9)))
    code, out, err = run(capsys, path, "--activation", "hard-tanh", "--max-cases", "60")
    assert (code, out) == (3, "")
    assert "more than 2 hidden units are needed" in err
    code, _, err = run(capsys, path, "--units", "99")
    assert code == 3
    assert "limited to" in err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "give DATA"),
        (["--table", "iris"], "takes no DATA"),
        (["--table", "--units", "3"], "--units '3': is about DATA"),
        (["--table", "-o", "c.json"], "-o 'c.json': is about DATA"),
        (["--table", "--network", "c.json"], "--network 'c.json': is about DATA"),
        (["iris_numeric", "-o", "c.json", "--network", "c.json"], "same file"),
        (["iris_numeric"], "d_x = 4"),
        (["iris_numeric", "--units", "-1"], "--units"),
        (["iris_numeric", "--max-cases", "0"], "--max-cases"),
        (["iris_numeric", "--activation", "sigmoid"], "unknown activation"),
        (["--table", "--activation", "threshold"], "not for threshold"),
        (["missing.csv"], "missing.csv"),
    ],
)
def test_bad_usage_is_one_line(capsys, arguments, word):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    (line,) = [line for line in err.splitlines() if not line.startswith("merged")]
    assert line.startswith("exactmem: ")
    assert word in line


def test_the_data_are_not_overwritten(capsys, zigzag):
    before = Path(zigzag).read_bytes()
    for option in ("-o", "--network"):
        code, _, err = run(capsys, zigzag, option, zigzag)
        assert (code, "would be overwritten" in err) == (2, True)
    assert Path(zigzag).read_bytes() == before


def test_threshold_data_are_refused(capsys, zigzag):
    code, _, err = run(capsys, zigzag, "--activation", "threshold")
    assert code == 2
    assert "not threshold" in err
