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
from exactmem.certificates.writing.document import digest
from exactmem.cli import main
from exactmem.commands import sgd as command
from exactmem.commands.sgd_state import Keeper
from exactmem.sgd.checks import Inequalities, squared
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.loss import SQUARED_LOSS
from exactmem.sgd.rounded import RoundedStepper
from exactmem.sgd.starts import automatic_start, automatic_step_size
from exactmem.sgd.trajectory import ExactStepper, follow, shuffled
from tests.support.sgd_cases import one_two_one

DATA = {"three": "x,y\n1,0.5\n2,-0.25\n4,1\n", "six": "x,y\n1,0.5\n2,-0.25\n4,1\n5,0\n7,1/3\n9,-1\n"}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Theorem 3.1 certificates by (data, activation)."""
    folder = tmp_path_factory.mktemp("certificates")
    made = {}
    for name, text in DATA.items():
        (folder / f"{name}.csv").write_text(text)
        for activation in ("hard-tanh", "relu"):
            path = folder / f"{name}-{activation}.json"
            command = ["build", str(folder / f"{name}.csv"), "--theorem", "3.1", "--activation", activation]
            assert main([*command, "-o", str(path)]) == 0
            made[name, activation] = str(path)
    return made


def result(capsys, *argv):
    """(exit code, standard output, standard error) of one command."""
    capsys.readouterr()
    code = main(["sgd", *argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


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


# ---- runs that stop and go on ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "epochs", "more"),
    [
        ("rounded", 30, ["--order", "shuffled", "--seed", "5"]),
        ("rounded", 300, ["--batch", "3", "--start", "edge"]),
        ("exact", 2, ["--order", "fixed"]),
        ("exact", 50, []),
    ],
    ids=["rounded", "to t*", "exact", "to the limit"],
)
@pytest.mark.parametrize("steps", [0, 1, 4])
def test_a_run_that_was_interrupted_goes_on_as_if_it_had_not_been(
    certificates, capsys, tmp_path, monkeypatch, mode, epochs, more, steps
):
    argv = [certificates["three", "hard-tanh"], "--mode", mode, "--epochs", str(epochs), *more]
    state = tmp_path / "s.json"
    monkeypatch.setattr(ExactStepper.__init__, "__defaults__", (1_000_000,))  # a limit that is soon reached
    whole = result(capsys, *argv)
    whole_json = result(capsys, *argv, "--json")
    stepper = ExactStepper if mode == "exact" else RoundedStepper
    with monkeypatch.context() as patch:
        step, left = stepper.step, [steps]

        def interrupted(self, *args):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            step(self, *args)

        patch.setattr(stepper, "step", interrupted)
        code, out, err = result(capsys, *argv, "--save", str(state))
    assert (code, out) == (130, "")
    assert f"{state}: the state after" in err
    assert os.listdir(tmp_path) == ["s.json"]
    again = result(capsys, *argv, "--resume", str(state), "--save", str(state))
    assert again[:2] == whole[:2]
    # The state at the end goes on too: the epoch in which the run ended is run once more.
    assert result(capsys, *argv, "--resume", str(state), "--json")[:2] == whole_json[:2]


def test_a_saved_run_can_be_made_longer(certificates, capsys, tmp_path):
    certificate, state = certificates["six", "relu"], str(tmp_path / "s.json")
    argv = [certificate, "--batch", "2", "--json"]
    assert result(capsys, *argv, "--epochs", "0", "--save", state)[0] == 0
    for epochs in ("5", "5", "12"):
        code, out, _ = result(capsys, *argv, "--epochs", epochs, "--resume", state, "--save", state)
        assert (code, out) == result(capsys, *argv, "--epochs", epochs)[:2]
    code, _, err = result(capsys, *argv, "--epochs", "11", "--resume", state)
    assert (code, "12 epochs are already run; give --epochs 12 or more" in err) == (2, True)


def test_a_state_goes_on_in_its_own_run_only(certificates, capsys, tmp_path):
    certificate, state, order = certificates["six", "relu"], tmp_path / "s.json", tmp_path / "order.json"
    order.write_text(json.dumps({"partitions": [[[i] for i in range(6)]]}))
    assert result(capsys, certificate, "--epochs", "2", "--save", str(state))[0] == 0
    others = {
        "mode": ["--mode", "exact"],
        "batch": ["--batch", "2"],
        "order": ["--order", str(order)],
        "seed": ["--seed", "1"],
        "loss": ["--loss", "polynomial:1"],
        "eta": ["--eta", "1e-9"],
        "start": ["--start", "edge"],
        "constants": ["--precision", "40", "--eta", "ETA", "--start", "START"],
    }
    first = json.loads(result(capsys, certificate, "--epochs", "0", "--json")[1])
    start = tmp_path / "start.json"
    start.write_text(json.dumps({"perturbation": first["start"]["perturbation"]}))
    given = {"ETA": first["eta"], "START": str(start)}
    for name, argv in others.items():
        argv = [given.get(word, word) for word in argv]
        code, _, err = result(capsys, certificate, "--resume", str(state), "--epochs", "3", *argv)
        assert code == 2
        assert f"the state of another run, whose {name} is" in err
        assert len(err.splitlines()) == 1
    code, _, err = result(capsys, certificates["three", "relu"], "--resume", str(state), "--epochs", "3")
    assert (code, "the state of another run, whose data is" in err) == (2, True)


def changed(epochs, epoch, entry, value):
    """The recorded epochs with another value in one entry: k, t, p, n, risk, checks."""
    return [[value if (i, j) == (epoch, entry) else old for j, old in enumerate(e)] for i, e in enumerate(epochs)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_keeps_the_state(certificates, capsys, tmp_path, monkeypatch, number):
    step, left = RoundedStepper.step, [4]

    def signalled(self, *args):
        left[0] -= 1
        if left[0] == 0:
            signal.raise_signal(number)
        step(self, *args)

    monkeypatch.setattr(RoundedStepper, "step", signalled)
    before = signal.getsignal(signal.SIGTERM)
    argv = [certificates["three", "relu"], "--epochs", "9", "--save", str(tmp_path / "s.json")]
    assert result(capsys, *argv)[0] == 130
    assert json.loads((tmp_path / "s.json").read_text())["epochs"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_damaged_state_is_refused(certificates, capsys, tmp_path):
    certificate, state = certificates["three", "relu"], tmp_path / "s.json"
    result(capsys, certificate, "--epochs", "2", "--save", str(state))
    good = state.read_text()
    xi = json.loads(good)["xi"][0]
    assert good.count(f'["{xi}"') == 1
    for bad in (good.replace(f'["{xi}"', '["1"'), good[:-9], "[]", '{"format": "exactmem-sgd-state", "version": 1}'):
        state.write_text(bad)
        code, _, err = result(capsys, certificate, "--resume", str(state))
        assert code == 2
        assert str(state) in err
        assert len(err.splitlines()) == 1
    contents = json.loads(good)
    for changes, words in (
        ({"xi": ["0"] * len(contents["xi"])}, "does not end at the iterate"),
        ({"xi": ["0"]}, "the state has 1 numbers"),
        ({"xi": ["0/0"]}, "not a well-formed state"),
        ({"epochs": []}, "not a well-formed state"),
        ({"fractional_bits": -1}, "not a well-formed state"),
        ({"counts": [["growth", [1, "x"]]]}, "not a well-formed state"),
        ({"identity": None}, "not a well-formed state"),
        ({"fractional_bits": None}, "not a well-formed state"),
        ({"fractional_bits": 1}, "not a well-formed state"),
        ({"counts": [*contents["counts"][:-1], ["growth", [3, 0]]]}, "the record's counts of checks"),
        ({"counts": [[name, [n, 0]] for name, (n, _) in contents["counts"][:-1]]}, "the record's counts of checks"),
        ({"epochs": contents["epochs"][1:]}, "the record of epoch 0 contradicts itself"),
        ({"epochs": [contents["epochs"][0], contents["epochs"][2]]}, "the record of epoch 1 contradicts itself"),
        ({"epochs": changed(contents["epochs"], 0, 2, "1/3")}, "the record"),
        ({"epochs": changed(contents["epochs"], 1, 1, 2)}, "the record of epoch 1 contradicts itself"),
        ({"epochs": changed(contents["epochs"], 1, 5, [["growth", True]])}, "the record of epoch 1 contradicts"),
        ({"epochs": changed(contents["epochs"], 0, 4, "0")}, "does not begin at the start"),
    ):
        forged = {**contents, **changes}
        parts = {key: value for key, value in forged.items() if key not in ("format", "version", "digest")}
        state.write_text(json.dumps({**forged, "digest": digest(parts)}))
        code, _, err = result(capsys, certificate, "--resume", str(state))
        assert (code, words in err.splitlines()[-1]) == (2, True)


def test_what_is_remembered_does_not_change_as_the_run_goes_on():
    minimum = one_two_one()
    problem = Training(minimum, SQUARED_LOSS)
    values = constants(problem, 1)
    stepper = ExactStepper(problem, automatic_start(problem, values))
    eta, keeper, seen = automatic_step_size(values), Keeper(stepper), []

    def stop_after_the_first_epoch(run):
        if len(run.epochs) == 2:
            keeper.remember(run)
            seen.append((list(run.epochs), {name: tuple(tally) for name, tally in run.counts.items()}, stepper.xi))

    follow(stepper, values, eta, shuffled(2, 1, 0), 3, stop_after_the_first_epoch)
    state = keeper.state()
    counts = {name: tuple(tally) for name, tally in state.run.counts.items()}
    assert [(state.run.epochs, counts, state.xi)] == seen
    assert state.run.steps == 2


def test_a_run_that_goes_on_is_measured_by_its_own_start(monkeypatch):
    minimum = one_two_one()
    problem = Training(minimum, SQUARED_LOSS)
    values = constants(problem, 1)
    start, eta = automatic_start(problem, values), automatic_step_size(values)
    first = ExactStepper(problem, start)
    before = follow(first, values, eta, shuffled(2, 1, 0), 1)
    starts = []
    near = Inequalities.near
    monkeypatch.setattr(Inequalities, "near", lambda self, n, n_start: starts.append(n_start) or near(self, n, n_start))
    follow(ExactStepper(problem, first.xi), values, eta, shuffled(2, 1, 0), 2, before=before)
    assert starts == [squared(start)] * 2
