"""The figure of a trajectory: what is drawn, and that it is written whole and the same every time."""

import pytest
from flint import fmpq
from mpmath import mp

from exactmem.errors import OutputError, UsageError
from exactmem.plots.trajectory import CURVES, check_target, plot_trajectory, series
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.enclosures import follow_enclosed
from exactmem.sgd.loss import SQUARED_LOSS
from exactmem.sgd.starts import automatic_start, automatic_step_size, edge_start
from exactmem.sgd.trajectory import ExactStepper, follow, repeated, shuffled
from tests.support.sgd_cases import RELU, random_network

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def prepared():
    problem = Training(random_network(1, [1, 2, 1], RELU, 3), SQUARED_LOSS)
    return problem, constants(problem, 3)


def test_the_curves_are_the_theorem_s_quantities(prepared):
    problem, values = prepared
    start, eta = automatic_start(problem, values), automatic_step_size(values)
    run = follow(ExactStepper(problem, start), values, eta, repeated([[0, 1, 2]]), 2)
    curves = series(run, values)
    assert set(curves) == set(CURVES)
    assert all([t for t, _ in points] == [0, 1, 2] for points in curves.values())
    for t, epoch in enumerate(run.epochs):
        expected = {"norm": epoch.n, "parallel": epoch.p, "threshold": (values.theorem.tau * epoch.n) ** 2}
        for name, square in expected.items():
            approximate = 2 * curves[name][t][1]
            assert abs(approximate - mp.log10(mp.mpf(int(square.numer())) / int(square.denom()))) < 1e-9
    # every bound lies above its quantity, as the checks say
    for name, bound in (("parallel", "contraction bound"), ("norm", "norm bound"), ("risk", "risk bound")):
        assert all(v <= b + 1e-12 for (_, v), (_, b) in zip(curves[name], curves[bound], strict=True))


def test_zeros_have_no_logarithm(prepared):
    problem, values = prepared
    stay = follow(ExactStepper(problem, [fmpq(0)] * 7), values, automatic_step_size(values), shuffled(3, 3, 0), 2)
    assert all(points == [] for points in series(stay, values).values())


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_same_run_gives_the_same_file(prepared, tmp_path, ending):
    problem, values = prepared
    eta = automatic_step_size(values)
    for start in (automatic_start(problem, values), edge_start(problem, values)):
        run = follow_enclosed(problem, values, start, eta, lambda: shuffled(3, 3, 0), 3)
        assert run is not None
        first, second = tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"
        plot_trajectory(run, values, first)
        plot_trajectory(run, values, second)
        assert first.read_bytes() == second.read_bytes()
        assert len(first.read_bytes()) > 5000


def test_a_bad_target_is_refused_before_the_run(tmp_path):
    with pytest.raises(UsageError, match=r"\.svg or \.png"):
        check_target(tmp_path / "run.jpeg")
    with pytest.raises(OutputError):
        check_target(tmp_path / "nowhere" / "run.svg")
