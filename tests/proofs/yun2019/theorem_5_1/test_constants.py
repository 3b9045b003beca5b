"""Theorem 5.1's constants: the proofs hold, and each fails, with parameters as a witness, for a changed constant."""

from dataclasses import replace

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure, Verdict
from exactmem.ledger.discovery import ledger
from exactmem.ledger.running import run
from exactmem.proofs.ours import rounded_sgd as rounded
from exactmem.proofs.yun2019.theorem_5_1 import constants as algebra
from exactmem.proofs.yun2019.theorem_5_1 import contraction
from exactmem.proofs.yun2019.theorem_5_1 import first_violation as violation
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, C2, C4, C5, C6, LAMBDA_MIN, ROUNDED, E, N

LEDGER = {row.id: row for row in ledger()}
HALF = sp.Rational(1, 2)


MUTATIONS = [
    ("tau/2", {"tau_factor": sp.Integer(8)}, algebra.zeta_relative, "lambda_min/(8N)"),
    ("rho*2", {"rho_factor": sp.Integer(1)}, algebra.zeta_relative, "lambda_min/(8N)"),
    ("rho*2 leaves rho_s", {"rho_factor": sp.Integer(1)}, violation.stays_near, "Lemma G.1 applies"),
    ("radius*2", {"radius_factor": sp.Integer(8)}, algebra.zeta_relative, "lambda_min/(8N)"),
    ("gamma*2", {"gamma_factor": sp.Integer(1)}, algebra.step_size, "1/(2 E^2)"),
    ("gamma*2", {"gamma_factor": sp.Integer(1)}, algebra.bernoulli, "E u <= 1/16"),
    ("gamma*2", {"gamma_factor": sp.Integer(1)}, algebra.first_order_contraction, "<= 1/2"),
    ("gamma*2", {"gamma_factor": sp.Integer(1)}, contraction.geometric_tail, "lambda_max^2/B^2"),
    ("gamma*2", {"gamma_factor": sp.Integer(1)}, contraction.contraction, "norm of the product"),
    ("lambda*2", {"lambda_factor": HALF}, contraction.contraction, "1 - eta lambda"),
    ("lambda*2", {"lambda_factor": HALF}, algebra.eta_lambda, "eta lambda < 1/8"),
    ("lambda/2", {"lambda_factor": sp.Rational(1, 8)}, contraction.growth, "all E steps"),
    ("C/2", {"risk_factor": sp.Integer(8)}, violation.risk_at_violation, "r <= 2 r_0"),
    ("C/2", {"risk_factor": sp.Integer(8)}, rounded.corollary_k, "r <= 2 r_0"),
    ("tau/2", {"tau_factor": sp.Integer(8)}, rounded.corollary_k, "lambda_min/(8N)"),
    ("lambda*2", {"lambda_factor": HALF}, violation.no_violation, "1 - eta lambda"),
    ("lambda = 0", {"lambda_factor": sp.Integer(0)}, algebra.eta_lambda, "eta lambda > 0"),
]


@pytest.mark.parametrize(
    ("change", "fields", "proof", "step"), MUTATIONS, ids=lambda value: getattr(value, "__name__", str(value))
)
def test_changed_constant_breaks_the_proof(change, fields, proof, step):
    with pytest.raises(ProofFailure) as failure:
        proof(replace(APPENDIX_G, **fields))
    assert step in str(failure.value)
    assert "false at" in str(failure.value)


@pytest.mark.parametrize("field", ["tau_factor", "radius_factor"])
def test_rounded_theorem_needs_32(field):
    with pytest.raises(ProofFailure, match="false at"):
        rounded.rounded_zeta(replace(ROUNDED, **{field: sp.Integer(16)}))


def test_rounded_theorem_needs_the_bound_on_the_error():
    with pytest.raises(ProofFailure, match="false at"):
        rounded.rounded_conclusions(replace(ROUNDED, rounding_factor=sp.Rational(1, 8)))
    with pytest.raises(ProofFailure, match="false at"):
        rounded.rounded_conclusions(replace(ROUNDED, risk_factor=sp.Integer(8)))


def test_error_of_a_rounded_step_is_not_free_under_appendix_g():
    with pytest.raises(ProofFailure, match="false at"):
        rounded.rounded_zeta(replace(APPENDIX_G, rounding_factor=sp.Rational(1, 16)))


def test_half_tau_really_breaks_the_bound_on_zeta():
    """The line itself, evaluated by hand at one point: C_2 = C_4 = C_5 = lambda_min = N = 1, C_6 close to 0."""
    point = {C2: 1, C4: 1, C5: 1, C6: sp.Rational(1, 1000), LAMBDA_MIN: 1, N: 1} | dict.fromkeys(E.free_symbols, 0)
    for constants, holds in ((APPENDIX_G, True), (replace(APPENDIX_G, tau_factor=sp.Integer(8)), False)):
        tau, r = (
            value.subs(point).subs(dict.fromkeys(N.free_symbols, 1)) for value in (constants.tau, constants.radius)
        )
        zeta = algebra.zeta_bound(r, tau * r**2).subs(point)
        assert bool(zeta <= sp.Rational(1, 8) * tau * r**2) is holds


def test_appendix_g_formulas_are_the_printed_ones():
    assert sp.simplify(APPENDIX_G.tau - 16 * C2 * C4 * N / LAMBDA_MIN) == 0
    printed = LAMBDA_MIN * C2 / (16 * C2 * C5 * C6 * N + LAMBDA_MIN * C5)
    assert sp.simplify(APPENDIX_G.radius - printed) == 0


def test_operator_steps_stay_assumed():
    assert run(LEDGER["5.1-operator-steps"]).result.verdict is Verdict.ASSUMED
