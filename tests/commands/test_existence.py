"""`exactmem existence`: a certificate that the checker verifies, and what is refused in one sentence."""

import json
from pathlib import Path

import pytest

import exactmem
from exactmem.certificates.checker import check_file
from exactmem.cli import main

SEQUENCES = str(Path(exactmem.__file__).parent / "examples" / "sequences.csv")


def found(capsys, *options):
    code = main(["existence", "--units", "6", "--steps", "3", "--data", SEQUENCES, *options])
    return code, capsys.readouterr()


def test_a_box(tmp_path, capsys):
    target = str(tmp_path / "box.json")
    code, output = found(capsys, "--seed", "1", "-o", target, "--json")
    assert code == 0
    facts = json.loads(output.out)
    assert facts["rank"] == len(facts["free"]) == len(facts["radius"]) == 4
    assert facts["certificate"] == target
    verdict = check_file(target)
    assert verdict.word == "VERIFIED"
    assert "4 sequences, 6 units, 4 free weights" in verdict.detail
    assert main(["show", target]) == 0
    assert "4 recurrent weight(s) free" in capsys.readouterr().out
    assert main(["eval", target, "--at", "1"]) == 2
    assert "no network" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--seed", "1", "--steps", "4"], 2, "are not 4 vectors of one length"),
        (
            ["--seed", "1", "--activation", "threshold"],
            1,
            "sequences.csv: the Jacobian in W has rank 0 < 4 outputs, as (line",
        ),
        (["--seed", "1", "--units", "1"], 1, "4 outputs cannot be fitted with the 1 entries"),
        (["--seed", "-1"], 2, "--seed"),
    ],
)
def test_what_is_refused(options, code, message, tmp_path, capsys):
    target = tmp_path / "box.json"
    got, output = found(capsys, *options, "-o", str(target))
    assert (got, message in output.err, target.exists()) == (code, True, False)
    assert len(output.err.splitlines()) == 1
