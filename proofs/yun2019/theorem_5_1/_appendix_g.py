"""The symbols and constants of Theorem 5.1 as Appendix G defines them."""

from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from exactmem.ledger.steps import gap, index, positive_index, slack

Expr = Any

C1, C2, C3, C4, C5, C6 = (gap(f"C_{number}") for number in range(1, 7))
LAMBDA_MIN = gap("lambda_min")
SPREAD = slack("spread")
LAMBDA_MAX = LAMBDA_MIN * (1 + SPREAD)
B = positive_index("B")
E = 1 + index("E_minus_1")
N = B * E
STEP_SLACK = gap("step_slack")


@dataclass(frozen=True)
class Constants:
    """The numeric factors in Theorem 5.1's constants (Appendix G); the symbolic values are the properties.

    rho = rho_factor * min(rho_s, radius). `rounding_factor` is the size of the additional error e of a rounded step,
    ||e|| <= rounding_factor * lambda_min / N * ||xi_par||; it is zero for the theorem as the paper states it.
    """

    tau_factor: Expr
    radius_factor: Expr
    rho_factor: Expr
    gamma_factor: Expr
    lambda_factor: Expr
    risk_factor: Expr
    rounding_factor: Expr

    @property
    def tau(self) -> Expr:
        """tau = 16 C_2 C_4 N / lambda_min."""
        return self.tau_factor * C2 * C4 * N / LAMBDA_MIN

    @property
    def radius(self) -> Expr:
        """The second branch of rho: lambda_min C_2 / (16 C_2 C_5 C_6 N + lambda_min C_5)."""
        return LAMBDA_MIN * C2 / (self.radius_factor * C2 * C5 * C6 * N + LAMBDA_MIN * C5)

    @property
    def gamma(self) -> Expr:
        """gamma = lambda_min B / (2 lambda_max^2 E^2), the branch of the printed minimum that binds."""
        return self.gamma_factor * LAMBDA_MIN * B / (LAMBDA_MAX**2 * E**2)

    @property
    def lam(self) -> Expr:
        """lambda = lambda_min / (4 B)."""
        return self.lambda_factor * LAMBDA_MIN / B

    @property
    def eta(self) -> Expr:
        """An arbitrary step size 0 < eta < gamma, written with a positive slack."""
        return self.gamma / (1 + STEP_SLACK)

    @property
    def rounding(self) -> Expr:
        """The largest admissible ||e|| / ||xi_par|| of a rounded step."""
        return self.rounding_factor * LAMBDA_MIN / N


APPENDIX_G = Constants(
    tau_factor=sp.Integer(16),
    radius_factor=sp.Integer(16),
    rho_factor=sp.Rational(1, 2),
    gamma_factor=sp.Rational(1, 2),
    lambda_factor=sp.Rational(1, 4),
    risk_factor=sp.Integer(16),
    rounding_factor=sp.Integer(0),
)
ROUNDED = replace(
    APPENDIX_G,
    tau_factor=sp.Integer(32),
    radius_factor=sp.Integer(32),
    rounding_factor=sp.Rational(1, 16),
)
