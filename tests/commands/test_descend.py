"""`exactmem descend`: certificates that the checker verifies, the figure, and what is refused in one sentence."""

import json

import pytest

from exactmem.certificates.checker import check_file
from exactmem.cli import main

ROWS = "a,b,y\n1,1/2,1\n-1/3,1,-1\n2,-1,1\n1/2,3,0\n"


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text(ROWS, encoding="utf-8")
    return str(path)


def test_an_input_0_needs_the_biases(tmp_path, capsys):
    path = tmp_path / "small.csv"
    path.write_text("x,y\n0,0\n1,1\n3,0\n", encoding="utf-8")
    command = ["descend", "--seed", "1", "--units", "20", "--data", str(path), "--steps", "0", "--json"]
    assert main(command) == 1
    assert "exactly on the breakpoint" in capsys.readouterr().err
    assert main([*command, "--biases"]) == 0
    assert json.loads(capsys.readouterr().out)["biases"] is True


def test_from_a_seed(data, tmp_path, capsys):
    files = [str(tmp_path / name) for name in ("rate.json", "limit.json", "figure.svg")]
    command = ["descend", "--seed", "1", "--units", "20", "--data", data, "--json"]
    assert main([*command, "-o", files[0], "--limit", files[1], "--plot", files[2]]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert len(facts["steps"]) == 11
    assert [facts[key] for key in ("certificate", "limit", "figure")] == files
    for file, kind in zip(files[:2], ("gradient-rate", "memorization"), strict=True):
        verdict = check_file(file)
        assert (verdict.word, verdict.detail.split(" ")[0].rstrip(":")) == ("VERIFIED", kind)
    assert "<svg" in (tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert main(["show", files[0]]) == 0
    assert "flips no activation" in capsys.readouterr().out
    assert main(["descend", files[0], "--data", data, "--steps", "2", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["step"], again["rate"]) == (facts["step"], facts["rate"])


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ([], 2, "give a NETWORK"),
        (["--seed", "1"], 2, "--seed S and --units Q"),
        (["net.json", "--seed", "1", "--units", "2"], 2, "not both"),
        (["--seed", "1", "--units", "5"], 2, "even number"),
        (["--seed", "1", "--units", "20", "--activation", "threshold"], 1, "rank 0"),
        (["--seed", "1", "--units", "20", "--activation", "sigmoid"], 2, "sigmoid"),
        (["--seed", "1", "--units", "2"], 1, "rank"),
        (["--seed", "1", "--units", "20", "--scale", "1/10"], 1, "may pass its breakpoint"),
        (["--seed", "1", "--units", "20", "--step", "1"], 2, "is certified"),
    ],
)
def test_what_is_refused(options, code, message, data, tmp_path, capsys):
    target = tmp_path / "out.json"
    assert main(["descend", *options, "--data", data, "-o", str(target)]) == code
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
    assert not target.exists()
