"""The author response on small ReLU networks: what it says of the risk near a memorizing minimum.

Its sentences on r_j stand with Proposition 3.4, those on strong convexity with Lemma G.1 (claims response-carry and
5.1-scale-symmetry).
"""

import sympy as sp

from exactmem.ledger.claims import Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import at_most, gap, require_equal, slack
from exactmem.proofs.yun2019.theorem_5_1._printed import NEAR, RHO, RISK, RISK_AT_START, START

RESPONSE = "author response on small ReLU networks"


@claim(
    id="response-start-risk",
    theorem="5.1",
    source=RESPONSE,
    place="to reviewer 3, 'empirical risk O(eps^2)'",
    statement=(
        "A start ||xi^(0)|| <= eps from a memorizing minimum has {}, at most a constant times eps^2, and no smaller"
        " order holds for all of them."
    ),
    formulas=[RISK_AT_START],
    expected=Verdict.PROVED,
    by=["5.1-risk-at-start"],
)
def start_risk() -> Result:
    """Hypotheses: those of Lemma G.1 within the radius; the example f(theta) = theta at x = 1, y = 0, squared loss.

    Line: the bound is claim 5.1-risk-at-start with ||xi^(0)|| <= eps. In the example theta* = 0, xi = eps, and the risk
    is eps^2/2: divided by eps^2 it is 1/2 for every eps.
    Conclusion: the order is eps^2, exactly.
    """
    epsilon = gap("eps")
    risk = epsilon**2 / 2
    require_equal(risk / epsilon**2, sp.Rational(1, 2), "the example's risk in units of eps^2")
    require(sp.limit(risk / epsilon**3, epsilon, 0, "+") == sp.oo, "no higher order bounds it")
    norm = slack("||xi||")
    near, far = (taken(RISK_AT_START, {START: n, RHO: slack("rho")}).rhs for n in (norm, norm + slack("eps - ||xi||")))
    at_most(near, far, "the bound grows with the distance")
    return proved("the first display of Theorem 5.1, and an example")


@claim(
    id="response-final-risk",
    theorem="5.1",
    source=RESPONSE,
    place="to reviewer 3, 'a O(eps^4)-risk point'",
    statement=(
        "At the first violation t* {}, with ||xi^(0)|| = eps: the ratio to the bound at the start is a constant "
        "times eps^2."
    ),
    formulas=[RISK],
    expected=Verdict.PROVED,
    by=["5.1-risk-at-violation", start_risk],
)
def final_risk() -> Result:
    """Hypotheses: those of Theorem 5.1, t* finite (it need not be), ||xi^(0)|| = eps.

    Line: C eps^4 divided by c eps^2 is (C/c) eps^2.
    Conclusion: the comparison of the response, in terms of the two bounds. How long it takes is claim 5.1-corollary-k.
    """
    epsilon, rho = gap("eps"), gap("rho")
    last = taken(RISK, {START: epsilon}).rhs
    first = taken(RISK_AT_START, {START: epsilon, RHO: rho}).rhs
    constant = last / epsilon**4 / (first / epsilon**2)
    require("eps" not in {s.name for s in sp.cancel(constant).free_symbols}, "the constant does not depend on eps")
    require_equal(last / first, constant * epsilon**2, "the ratio of the bounds")
    return proved("the two bounds of Theorem 5.1")


@claim(
    id="response-farther-away",
    theorem="5.1",
    source=RESPONSE,
    place="to reviewer 3, 'the point found at t* can be farther away'",
    statement=(
        "The bounds, {}, allow the point at t* to be farther from theta* than the start, but at most twice as far."
    ),
    formulas=[NEAR],
    expected=Verdict.PROVED,
    by=["5.1-stays-near"],
)
def farther_away() -> Result:
    """Hypotheses: those of Theorem 5.1.

    Line: claim 5.1-stays-near gives ||xi^(t)|| <= 2 ||xi^(0)||; in squares a factor of 4.
    Conclusion: the sentence of the response with its constant.
    """
    start, rest = gap("||xi^(0)||"), slack("2 ||xi^(0)|| - ||xi||")
    norm = taken(NEAR, {START: start}).rhs - rest
    require_equal(4 * start**2 - norm**2, rest * (4 * start - rest), "the squares")
    require_equal((2 * start) ** 2, 4 * start**2, "twice as far at most")
    return proved("claim 5.1-stays-near")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
