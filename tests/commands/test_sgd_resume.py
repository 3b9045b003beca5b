"""`exactmem sgd` with --save and --resume: runs that stop and go on, and states that are refused."""

import json
import os
import signal

import pytest

from exactmem.certificates.writing.document import digest
from exactmem.commands.sgd_state import Keeper
from exactmem.sgd.checks import Inequalities, squared
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.loss import SQUARED_LOSS
from exactmem.sgd.rounded import RoundedStepper
from exactmem.sgd.starts import automatic_start, automatic_step_size
from exactmem.sgd.trajectory import ExactStepper, follow, shuffled
from tests.support.sgd_cases import one_two_one
from tests.support.sgd_command import result


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
