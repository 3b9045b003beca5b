"""`exactmem sgd` from the outside: exit codes, outputs, refusals."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from exactmem.certificates import checker
from exactmem.commands import sgd as command
from tests.support.sgd_command import result


@pytest.mark.parametrize("mode", ["rounded", "exact", "arb"])
@pytest.mark.parametrize("activation", ["hard-tanh", "relu"])
def test_every_mode_on_theorem_3_1_networks(certificates, capsys, mode, activation):
    code, out, err = result(
        capsys, certificates["three", activation], "--mode", mode, "--epochs", "3", "--batch", "3", "--json"
    )
    data = json.loads(out)
    assert code == 0
    assert data["kinks_moved"] > 0
    assert "moved" in err
    assert data["run"]["verdict"] == "HOLDS"
    assert data["run"]["steps"] == 3
    assert data["theorem"] == ("5.1r" if mode == "rounded" else "5.1")
    assert data["run"]["checks"]["contraction"] == {"held": 3, "failed": 0}


def test_the_text_and_its_order(certificates, capsys):
    code, out, err = result(capsys, certificates["six", "hard-tanh"], "--batch", "2", "--epochs", "20")
    assert code == 0
    for line in ("Theorem 5.1r", "lambda_min", "relative width", "start: ||xi||", "risk gap", "holds 20 of 20"):
        assert line in out
    assert "60 steps; t* not reached" in out
    assert re.search(r"Corollary K: .* after [1-9]\d* epochs", " ".join(out.split()))
    assert "\x1b" not in out + err


def test_a_start_on_the_edge_reaches_t_star_and_the_figure_marks_it(certificates, capsys, tmp_path):
    pytest.importorskip("matplotlib")
    figure = tmp_path / "run.svg"
    argv = [
        certificates["three", "hard-tanh"],
        "--batch",
        "3",
        "--start",
        "edge",
        "--epochs",
        "300",
        "--plot",
        str(figure),
    ]
    code, out, _ = result(capsys, *argv, "--json")
    data = json.loads(out)["run"]
    assert code == 0
    assert 0 < data["t_star"] == data["steps"] < 300
    assert data["checks"]["risk at t*"] == {"held": 1, "failed": 0}
    assert "<svg" in figure.read_text()
    again = tmp_path / "again.svg"
    result(capsys, *argv[:-1], str(again))
    assert again.read_bytes() == figure.read_bytes()


def test_the_certificate_of_the_constants_is_verified(certificates, capsys, tmp_path):
    for mode in ("exact", "rounded"):
        path = tmp_path / f"{mode}.json"
        argv = [
            certificates["six", "relu"],
            "--epochs",
            "0",
            "--batch",
            "3",
            "--mode",
            mode,
            "--certificate",
            str(path),
        ]
        assert result(capsys, *argv)[0] == 0
        assert checker.check_file(str(path)).word == "VERIFIED"


def test_a_given_start_and_step_size(certificates, capsys, tmp_path):
    certificate = certificates["three", "hard-tanh"]
    _, out, _ = result(capsys, certificate, "--epochs", "1", "--json")
    first = json.loads(out)
    start = tmp_path / "start.json"
    start.write_text(json.dumps({"perturbation": first["start"]["perturbation"]}))
    _, out, _ = result(capsys, certificate, "--epochs", "1", "--json", "--start", str(start), "--eta", first["eta"])
    assert json.loads(out) == first


def test_given_partitions(certificates, capsys, tmp_path):
    certificate = certificates["three", "hard-tanh"]
    order = tmp_path / "order.json"
    order.write_text(json.dumps({"partitions": [[[2], [0], [1]], [[1], [2], [0]]]}))
    _, out, _ = result(capsys, certificate, "--epochs", "3", "--order", str(order), "--json")
    given = json.loads(out)["run"]
    _, out, _ = result(capsys, certificate, "--epochs", "3", "--order", "fixed", "--json")
    fixed = json.loads(out)["run"]
    assert given["verdict"] == fixed["verdict"] == "HOLDS"
    assert given["epochs"][0] == fixed["epochs"][0]
    assert given["epochs"][1] != fixed["epochs"][1]
    for content in ("[]", '{"partitions": []}', '{"partitions": [[[0], [1], [1]]]}', '{"partitions": [[0, 1, 2]]}'):
        order.write_text(content)
        code, _, err = result(capsys, certificate, "--epochs", "3", "--order", str(order))
        assert code == 2
        assert "Traceback" not in err


def test_an_exact_run_that_asks_for_too_much_stops_at_its_limit(certificates, capsys):
    code, out, _ = result(capsys, certificates["three", "hard-tanh"], "--mode", "exact", "--epochs", "50")
    assert code == 3
    assert "the next exact iterate would have about" in out
    assert "FAILS" not in out


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["--batch", "2"], 2, "batch size 2 does not divide N = 3"),
        (["--batch", "0"], 2, "--batch '0'"),
        (["--eta", "1"], 2, "is not in (0, gamma) with gamma ="),
        (["--eta", "0.1e"], 2, "not an exact number"),
        (["--start", "nowhere.json"], 2, "cannot be read"),
        (["--loss", "polynomial:0,0,1"], 2, "2 c_2 > 0"),
        (["--loss", "cross-entropy"], 2, "unknown loss"),
        (["--epochs", "-1"], 2, "--epochs"),
        (["--radius", "1000"], 2, "(rounded down)"),
        (["--plot", "run.txt"], 2, ".svg or .png"),
        (["--certificate", "/no/such/folder/x.json"], 2, "no such folder"),
        (["--keep-kinks"], 1, "sit on a kink"),
    ],
)
def test_refusals_take_one_line(certificates, capsys, argv, code, words):
    found, out, err = result(capsys, certificates["three", "hard-tanh"], *argv)
    assert (found, out) == (code, "")
    assert words in err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--batch", "2"], "batch size 2 does not divide N = 3"),
        (["--batch", "x"], "--batch 'x'"),
        (["--eta", "0.1e"], "--eta: '0.1e' is not an exact number"),
        (["--eta", "0"], "--eta '0': give a positive number"),
        (["--eta", "-1/9"], "--eta '-1/9': give a positive number"),
        (["--radius", "-1"], "--radius '-1': give a positive number"),
        (["--precision", "0"], "--precision '0'"),
        (["--loss", "polynomial:x"], "--loss: 'x' is not an exact number"),
        (["--epochs", "many"], "--epochs 'many'"),
        (["--seed", "1/2"], "--seed '1/2'"),
        (["--start", "short.json"], "short.json: the start has 2 numbers, the network has 13 parameters"),
        (["--start", "float.json"], "float.json: 'a' is not an exact number"),
        (["--order", "order.json"], "order.json: epoch 1: the batches must have 1 samples each"),
        (["--order", "nowhere.json"], "nowhere.json: cannot be read"),
        (["--plot", "no/run.svg"], "choose another place with --plot"),
        (["--plot", "CERT.svg"], "would be overwritten; name another file with --plot"),
        (["--plot", "run.txt"], "choose such a name with --plot"),
        (["--certificate", "no/c.json"], "choose another place with --certificate"),
        (["--save", "no/s.json"], "choose another place with --save"),
        (["--save", "CERT.svg"], "would be overwritten; name another file with --save"),
        (["--save", "x.svg", "--plot", "./x.svg"], "--plot and --save name the same file"),
        (["--mode", "arb", "--save", "s.json"], "use the mode rounded or exact"),
        (["--resume", "CERT.svg"], "not a state written by"),
    ],
)
def test_bad_input_is_refused_before_work_starts(certificates, capsys, tmp_path, monkeypatch, argv, words):
    monkeypatch.chdir(tmp_path)
    contents = {"short": {"perturbation": ["1", "2"]}, "float": {"perturbation": ["a"]}}
    contents |= {"order": {"partitions": [[[0], [1], [2]], [[0], [1], [1]]]}}
    for name, content in contents.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    shutil.copy(certificates["three", "hard-tanh"], "CERT.svg")

    def work(*args):
        raise AssertionError("the work has started")

    monkeypatch.setattr(command, "without_kinks", work)
    code, out, err = result(capsys, "CERT.svg", *argv)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1


def test_a_start_outside_the_ball_is_refused_with_the_numbers(certificates, capsys, tmp_path):
    start = tmp_path / "start.json"
    start.write_text(json.dumps({"perturbation": ["1"] * 13}))
    code, _, err = result(capsys, certificates["three", "hard-tanh"], "--start", str(start))
    assert code == 2
    assert "||xi||^2 = 13 > rho^2, where rho =" in err
    for text in ('{"perturbation": [0.5]}', "[]", "{", '{"perturbation": 3}'):
        start.write_text(text)
        code, _, err = result(capsys, certificates["three", "hard-tanh"], "--start", str(start))
        assert code == 2
        assert "Traceback" not in err


def test_a_certificate_of_another_kind_is_refused(certificates, capsys, tmp_path):
    constants = tmp_path / "constants.json"
    result(capsys, certificates["three", "relu"], "--epochs", "0", "--certificate", str(constants))
    code, _, err = result(capsys, str(constants))
    assert code == 2
    assert "sgd-constants" in err


def test_an_interrupt_leaves_nothing_behind(certificates, tmp_path):
    command = [sys.executable, "-m", "exactmem", "sgd", certificates["three", "hard-tanh"], "--epochs", "1000000"]
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(
        [*command, "--plot", "run.svg"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert process.stderr is not None
    assert b"moved" in process.stderr.readline()  # the run starts after this message
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == b""
    assert b"interrupted" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("terminal", [True, False])
def test_the_constants_are_announced_on_a_terminal_only(certificates, terminal):
    arguments = [sys.executable, "-m", "exactmem", "sgd", certificates["three", "hard-tanh"], "--epochs", "0"]
    ours, theirs = pty.openpty() if terminal else os.pipe()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=theirs, env=environment, check=True)
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 65536):
            seen += chunk
    except OSError:  # how a pseudo-terminal ends
        pass
    os.close(ours)
    words = (b"moving the network off", b"constants of Theorem 5.1 for N = 3 and 13 parameters")
    assert [word in seen for word in words] == [terminal, terminal]
    assert b"moved 3 pre-activation(s)" in seen
