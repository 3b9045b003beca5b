"""The symbols of Theorem 5.1, and its constants as `exactmem.sgd.constants` computes them from these symbols.

There is one copy of the formulas: the functions that give a network's constants are called here with symbols, so that
what the scripts prove is what is executed. Appendix G's definitions, as printed, stand in `definitions.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from exactmem.ledger.claims import require
from exactmem.ledger.steps import Expr, gap, index, positive_index, slack, up_to
from exactmem.sgd import constants as executed

C1, C2, C3, C4, C5, C6 = (gap(f"C_{number}") for number in range(1, 7))
RHO_S = gap("rho_s")
LAMBDA_MIN = gap("lambda_min")
SPREAD = slack("spread")
LAMBDA_MAX = LAMBDA_MIN * (1 + SPREAD)
B = positive_index("B")
E = 1 + index("E_minus_1")
N = B * E
STEP_SLACK = gap("step_slack")


def lemma(rho_s: Expr = RHO_S) -> executed.LemmaConstants:
    """The constants of Lemma G.1 as symbols."""
    return executed.LemmaConstants(rho_s, C1, C2, C3, C4, C5, C6)


@dataclass(frozen=True)
class Constants:
    """The executed constants of Theorem 5.1, or of Theorem 5.1r for rounded steps, as expressions in the symbols."""

    rounded: bool = False

    @property
    def factor(self) -> int:
        """The factor in tau and rho."""
        return executed.ROUNDED_FACTOR if self.rounded else executed.EXACT_FACTOR

    def theorem(
        self, lambda_max: Expr = LAMBDA_MAX, rho_s: Expr = RHO_S, least: Any = sp.Min
    ) -> executed.TheoremConstants:
        """tau, rho, gamma, lambda and C for any lambda_max and rho_s."""
        return executed.theorem_constants(lemma(rho_s), LAMBDA_MIN, lambda_max, N, B, self.factor, least)

    @property
    def tau(self) -> Expr:
        """tau."""
        return self.theorem().tau

    @property
    def radius(self) -> Expr:
        """The second branch of rho."""
        return executed.second_branch(lemma(), LAMBDA_MIN, N, self.factor)

    def rho_by_branch(self) -> Iterator[tuple[str, Expr, Expr]]:
        """(which branch is the smaller, rho_s, rho), for every rho_s at most and at least the second branch."""
        branch = self.radius
        for name, rho_s, smaller in (
            ("rho_s <= second branch", up_to(branch, "rho_s"), 0),
            ("second branch <= rho_s", branch + slack("s_branch"), 1),
        ):

            def least(first: Expr, second: Expr, pair: Any = (rho_s, branch), smaller: int = smaller) -> Expr:
                require((first, second) == pair, "the minimum in rho is that of rho_s and of the second branch")
                return pair[smaller]

            yield name, rho_s, self.theorem(rho_s=rho_s, least=least).rho

    @property
    def gamma(self) -> Expr:
        """gamma."""
        return self.theorem().gamma

    @property
    def lam(self) -> Expr:
        """lambda."""
        return self.theorem().lam

    @property
    def risk(self) -> Expr:
        """C."""
        return executed.risk_constant(lemma(), self.tau)

    @property
    def eta(self) -> Expr:
        """An arbitrary step size 0 < eta < gamma, written with a positive slack."""
        return self.gamma / (1 + STEP_SLACK)

    @property
    def rounding(self) -> Expr:
        """The largest admissible ||e|| / ||xi_par|| of a rounded step; 0 for the theorem as the paper states it."""
        return executed.rounding_allowed(LAMBDA_MIN, N) if self.rounded else sp.Integer(0)


APPENDIX_G = Constants()
ROUNDED = Constants(rounded=True)
