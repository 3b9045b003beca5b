from fractions import Fraction

import pytest
from flint import arb, fmpq

from exactmem.rationals import to_fraction
from exactmem.sgd import report
from exactmem.sgd.constants import Training, constants, epochs_needed
from exactmem.sgd.loss import SQUARED_LOSS
from exactmem.sgd.rounded import RoundedStepper
from exactmem.sgd.starts import automatic_start, automatic_step_size, edge_start
from exactmem.sgd.trajectory import follow, shuffled
from tests.support.sgd_cases import RELU, random_network


@pytest.fixture(scope="module")
def prepared():
    problem = Training(random_network(1, [1, 2, 1], RELU, 3), SQUARED_LOSS)
    values = constants(problem, 1, 32)
    return problem, values, automatic_step_size(values)


def test_decimals():
    assert report.decimal(fmpq(1, 3)) == "0.33333"
    assert report.decimal(fmpq(-7, 10**400)) == "-7.0e-400"
    assert report.decimal(arb(2)) == "2.0"
    assert report.root_decimal(fmpq(1, 4)) == "0.5"
    assert report.root_decimal(fmpq(0)) == "0.0"


def test_corollary_k_is_the_least_number_of_epochs_up_to_rounding(prepared):
    problem, values, eta = prepared
    start = automatic_start(problem, values)
    n = sum(to_fraction(v) ** 2 for v in start)
    K = epochs_needed(values, eta, fmpq(n.numerator, n.denominator))
    rate = to_fraction(1 - eta * values.theorem.lam)
    goal = 16 * to_fraction(values.theorem.tau) ** 2 * n
    # (1 - eta lambda)^K <= 4 tau ||xi^(0)||, compared as squares in floating point with room to spare
    assert float(rate) ** (2 * K) <= float(goal) * (1 + 1e-6)
    assert float(rate) ** (2 * K - 4) > float(goal) * (1 - 1e-6)
    assert epochs_needed(values, eta, fmpq(0)) is None
    assert epochs_needed(values, eta, 1 / (16 * values.theorem.tau**2)) == 0
    assert epochs_needed(values, eta, fmpq(99, 100) / (16 * values.theorem.tau**2)) > 0


def test_the_json_of_constants_and_run(prepared):
    problem, values, eta = prepared
    run = follow(RoundedStepper(problem, values, automatic_start(problem, values)), values, eta, shuffled(3, 1, 0), 30)
    described = report.constants_json(values)
    assert Fraction(described["tau"]["value"]) == to_fraction(values.theorem.tau)
    assert (
        Fraction(described["C_3"]["low"]) <= Fraction(described["C_3"]["value"]) <= Fraction(described["C_3"]["high"])
    )
    assert "relative_width" not in described["rho_s"]
    data = report.run_json(run)
    assert (data["verdict"], data["t_star"], len(data["epochs"]), data["steps"]) == ("HOLDS", None, 31, 90)
    assert data["checks"]["contraction"] == {"held": 30, "failed": 0}
    assert report.problem_json(values)["eigenvalues"]["positive"] == values.rank
    rows = report.trajectory_rows(run, values)
    assert len(rows) <= report.SHOWN + 1
    assert (rows[0][0], rows[-1][0]) == ("0", "30")


def test_a_failed_check_is_shown(prepared):
    problem, values, eta = prepared
    run = follow(RoundedStepper(problem, values, edge_start(problem, values)), values, eta, shuffled(3, 1, 0), 3)
    run.record("growth", False)
    assert not run.all_hold
    assert report.run_json(run)["verdict"] == "VIOLATED"
    assert any(line.startswith("  FAILS") and "grows" in line for line in report.check_lines(run))
