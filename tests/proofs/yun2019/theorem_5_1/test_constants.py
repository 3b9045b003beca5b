"""Theorem 5.1's constants: the proofs hold of what is executed, and fail for a changed formula of `exactmem.sgd`."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
import sympy as sp
from flint import fmpq

from exactmem.ledger.claims import ProofFailure, Verdict
from exactmem.ledger.discovery import ledger
from exactmem.ledger.running import run, run_all
from exactmem.proofs.ours import rounded_sgd as rounded
from exactmem.proofs.yun2019.theorem_5_1 import constants as algebra
from exactmem.proofs.yun2019.theorem_5_1 import contraction, quadratic_forms
from exactmem.proofs.yun2019.theorem_5_1 import first_violation as violation
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, C2, C4, C5, C6, LAMBDA_MIN, E, N
from exactmem.sgd import constants as executed

LEDGER = {row.id: row for row in ledger()}
TAU = "factor * lemma.C_2 * lemma.C_4 * N / lambda_min"
RHO = "least(lemma.rho_s, second_branch(lemma, lambda_min, N, factor)) / 2"
BRANCH = "factor * lemma.C_2 * lemma.C_5 * lemma.C_6 * N"
GAMMA = "lambda_min * B / (2 * lambda_max**2 * E**2)"
TWICE_GAMMA = "lambda_min * B / (lambda_max**2 * E**2)"
LAMBDA = "lambda_min / (4 * B)"
RISK = "16 * lemma.C_1"


def changed(monkeypatch, old, new):
    """Execute the source of `exactmem.sgd.constants` with one formula changed, and let the proofs see that."""
    text = Path(executed.__file__).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    module = ModuleType("changed_constants")
    monkeypatch.setitem(sys.modules, "changed_constants", module)
    exec(compile(text.replace(old, new), executed.__file__, "exec"), module.__dict__)
    for name in ("theorem_constants", "second_branch", "risk_constant", "rounding_allowed"):
        monkeypatch.setattr(executed, name, getattr(module, name))
    for name in ("EXACT_FACTOR", "ROUNDED_FACTOR"):
        monkeypatch.setattr(executed, name, getattr(module, name))


MUTATIONS = [
    ("tau/4", TAU, TAU + " / 4", algebra.zeta_relative, "lambda_min/(8N)"),
    ("tau/2", TAU, TAU + " / 2", algebra.zeta_relative, "lambda_min/(8N)"),
    ("rho*2", RHO, RHO[:-4], algebra.zeta_relative, "lambda_min/(8N)"),
    ("rho*2 leaves rho_s", RHO, RHO[:-4], violation.stays_near, "Lemma G.1 applies"),
    ("radius*2", BRANCH, BRANCH.replace("factor", "factor / 2"), algebra.zeta_relative, "lambda_min/(8N)"),
    ("gamma*2", GAMMA, TWICE_GAMMA, algebra.step_size, "eta lambda_max/B <= 1/(2 E^2)"),
    ("gamma*2", GAMMA, TWICE_GAMMA, algebra.bernoulli, "E u <= 1/16"),
    ("gamma*4", GAMMA, "2 * " + TWICE_GAMMA, quadratic_forms.form_contraction, "v.Mv >= 0"),
    ("gamma*2", GAMMA, TWICE_GAMMA, contraction.geometric_tail, "lambda_max^2/B^2"),
    ("gamma*2", GAMMA, TWICE_GAMMA, contraction.contraction, "norm of the product"),
    ("4*lambda", LAMBDA, "lambda_min / B", contraction.contraction, "lambda as printed"),
    ("lambda*2", LAMBDA, "lambda_min / (2 * B)", algebra.eta_lambda, "eta lambda < 1/8"),
    ("lambda/2", LAMBDA, "lambda_min / (8 * B)", contraction.growth, "lambda as printed"),
    ("C/2", RISK, "8 * lemma.C_1", violation.risk_at_violation, "r <= 2 r_0"),
    ("C/2", RISK, "8 * lemma.C_1", rounded.corollary_k, "r <= 2 r_0"),
    ("tau/2", TAU, TAU + " / 2", rounded.corollary_k, "lambda_min/(8N)"),
    ("4*lambda", LAMBDA, "lambda_min / B", violation.no_violation, "lambda as printed"),
    ("lambda = 0", LAMBDA, "0 * lambda_min", algebra.eta_lambda, "eta lambda > 0"),
]


@pytest.mark.parametrize(
    ("change", "old", "new", "proof", "step"),
    MUTATIONS,
    ids=lambda value: getattr(value, "__name__", None) or str(value),
)
def test_a_changed_formula_breaks_the_proof(monkeypatch, change, old, new, proof, step):
    changed(monkeypatch, old, new)
    with pytest.raises(ProofFailure) as failure:
        proof()
    assert step in str(failure.value)
    assert "false at" in str(failure.value) or "as printed" in step


# The rows that say what a constant is, and the theorem's conclusions that rest on it.
NAMED = [
    ("C/2", RISK, "8 * lemma.C_1", "5.1-C", "5.1-risk-at-violation"),
    ("tau/4", TAU, TAU + " / 4", "5.1-tau", "5.1-contraction"),
    ("4 lambda", LAMBDA, "4 * lambda_min / (4 * B)", "5.1-lambda", "5.1-contraction"),
    ("2 rho", RHO, RHO[:-4], "5.1-rho", "5.1-stays-near"),
    ("2 gamma", GAMMA, TWICE_GAMMA, "5.1-gamma", "5.1-growth"),
]


@pytest.mark.parametrize(("change", "old", "new", "defined", "conclusion"), NAMED, ids=lambda value: str(value)[:8])
def test_rows_of_the_ledger_fail_for_a_changed_formula(monkeypatch, change, old, new, defined, conclusion):
    changed(monkeypatch, old, new)
    found = run_all([LEDGER[defined], LEDGER[conclusion]])
    assert found[defined].result.verdict is Verdict.UNDECIDED
    assert found[conclusion].result.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("factor", ["EXACT_FACTOR, ROUNDED_FACTOR = 16, 16", "EXACT_FACTOR, ROUNDED_FACTOR = 16, 31"])
def test_the_rounded_theorem_needs_32(monkeypatch, factor):
    changed(monkeypatch, "EXACT_FACTOR, ROUNDED_FACTOR = 16, 32", factor)
    with pytest.raises(ProofFailure, match="false at"):
        rounded.rounded_zeta()


def test_the_theorem_needs_16(monkeypatch):
    changed(monkeypatch, "EXACT_FACTOR, ROUNDED_FACTOR = 16, 32", "EXACT_FACTOR, ROUNDED_FACTOR = 15, 32")
    with pytest.raises(ProofFailure, match="false at"):
        algebra.zeta_relative()


def test_the_rounded_theorem_needs_the_bound_on_the_error_and_its_c(monkeypatch):
    with monkeypatch.context() as patch:
        changed(patch, "lambda_min / (16 * N)", "lambda_min / (8 * N)")
        with pytest.raises(ProofFailure, match="false at"):
            rounded.rounded_conclusions()
    changed(monkeypatch, RISK, "8 * lemma.C_1")
    with pytest.raises(ProofFailure, match="false at"):
        rounded.rounded_conclusions()


def test_the_minimum_in_rho_is_the_one_of_numbers():
    """What symbols cannot see: by default `least` is the minimum, on both sides of equality."""
    for rho_s in (fmpq(1, 100), fmpq(1)):
        lemma = executed.LemmaConstants(rho_s, *[fmpq(1)] * 6)
        branch = executed.second_branch(lemma, fmpq(1), 2, 16)
        values = executed.theorem_constants(lemma, fmpq(1), fmpq(2), 2, 1, 16)
        assert values.rho == min(rho_s, branch) / 2
        assert values.gamma == fmpq(1, 32)


def test_half_tau_really_breaks_the_bound_on_zeta():
    """The line itself, evaluated by hand at one point: C_2 = C_4 = C_5 = lambda_min = N = 1, C_6 close to 0."""
    point = {C2: 1, C4: 1, C5: 1, C6: sp.Rational(1, 1000), LAMBDA_MIN: 1} | dict.fromkeys(E.free_symbols, 0)
    point |= dict.fromkeys(N.free_symbols - E.free_symbols, 1)
    for share, holds in ((1, True), (sp.Rational(1, 2), False)):
        tau, r = share * APPENDIX_G.tau.subs(point), APPENDIX_G.radius.subs(point)
        zeta = algebra.zeta_bound(r, tau * r**2).subs(point)
        assert bool(zeta <= sp.Rational(1, 8) * tau * r**2) is holds


def test_the_operator_steps_are_proved():
    assert run(LEDGER["5.1-operator-steps"]).result.verdict is Verdict.PROVED
