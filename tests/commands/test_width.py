"""What the commands print for people fits a terminal of 80 columns, whatever the numbers."""

import pytest

from tests.support.shell_blocks import ROOT

EXAMPLES = ROOT / "exactmem" / "examples"
DATA = EXAMPLES / "steps.csv"


def is_one_number(line):
    """Whether a line holds one exact number that is longer than it: it is not broken, so that it can be copied."""
    return len(line.split()) == 1 and sum(c.isdigit() for c in line) > 70


@pytest.fixture
def certificate(run, tmp_path):
    path = tmp_path / "c.json"
    assert run("build", "iris", "--classify", "--theorem", "3.1", "-o", path)[0] == 0
    return path.rename("c.json")  # a short name: those that users give are never cut


@pytest.mark.parametrize(
    "command",
    [
        ["theorems"],
        ["bounds", "--samples", "1000000000000", "--d-x", "784", "--d-y", "100"],
        ["bounds", "--widths", "100,200,300", "--d-x", "3", "--d-y", "20"],
        ["prove", "--list"],
        ["prove", "3.3"],
        ["prove", "--why", "3.1-edges-fewer"],
        ["capacity", DATA],
        ["show", "c.json"],
        ["pieces", "c.json", "--from", "5,3,1,0", "--to", "6,3,4,1"],
        ["train", EXAMPLES / "signs.csv", "--units", "8", "--eta", "1/100"],
        ["draws", "kernel-rank", "--samples", "6", "--d-x", "4"],
        ["descend", "--seed", "1", "--units", "40", "--biases", "--data", EXAMPLES / "small.csv"],
        ["demo"],
        ["examples", "tour"],
    ],
    ids=lambda command: " ".join(map(str, command[:2])).replace(str(EXAMPLES), ""),
)
def test_lines_fit(run, monkeypatch, tmp_path, request, command):
    monkeypatch.chdir(tmp_path)
    if "c.json" in command:
        request.getfixturevalue("certificate")
    code, out, err = run(*command)
    assert code in (0, 1), err
    assert [line for line in out.splitlines() if len(line) > 80 and not is_one_number(line)] == []
