"""What is wrong in the survey's Algorithm 3 and around its equation (1): random features. Corrections: `ntk.py`."""

import sympy as sp

from exactmem.ledger.claims import SURVEY, Kind, Result, Verdict, claim, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails
from exactmem.ledger.steps import require_equal

INNER, DOUBLED = sp.Symbol("<s x, s' x'>"), sp.Symbol("<(s x, -s x), (s' x', -s' x')>")
ROOT_TWO = sp.Eq(DOUBLED**2, 2 * INNER**2)
MEAN, WANTED = sp.Symbol("E[v^T Psi]"), sp.Symbol("f")
UNBIASED = sp.Eq(MEAN, WANTED)


@claim(
    id="survey-3-root",
    theorem="ntk",
    source=SURVEY,
    place="Algorithm 3, 'only change by a multiplicative factor of sqrt 2'",
    statement="{}: a factor of sqrt 2.",
    formulas=[ROOT_TWO],
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="the inner product between the different samples only change by a multiplicative factor of √2",
)
def root() -> Result:
    """Hypotheses: s = s' = x = x' = 1. Line: 1 + 1 = 2. Conclusion: inner products change by 2, norms by sqrt 2."""
    first, second = sp.symbols("a b", real=True)
    require_equal(first * second + (-first) * (-second), 2 * first * second, "twice the inner product")
    one = {first: 1, second: 1}
    given = {INNER: (first * second).subs(one), DOUBLED: (first * second + (-first) * (-second)).subs(one)}
    fails(ROOT_TWO, "2^2 is not 2", given)
    return refuted("x = x' = 1, active: the inner product is 2, not sqrt 2")


@claim(
    id="survey-1-normalization",
    theorem="ntk",
    source=SURVEY,
    place="equation (1), 'E[v^T Psi_omega(x)] = f(x)'",
    statement="With v = (1/sqrt q)(f^(w_1), ..., f^(w_q)) and Psi = (psi_(w_1), ..., psi_(w_q)): {}.",
    formulas=[UNBIASED],
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="E[v^T Ψ_ω(x)] = E[f_ω(x)] = f(x)",
    note="v has the factor 1/√q, Ψ_ω has none in the text at hand.",
)
def normalization() -> Result:
    """Hypotheses: q = 4 and the constant case f^ psi = 1, f = 1.

    Line: v^T Psi = (1/sqrt q) sum_i f^(w_i) psi_{w_i}, of expectation q f/sqrt q = sqrt q f.
    Conclusion: Psi needs the factor 1/sqrt q.
    """
    q = 4
    value = sum((sp.Integer(1) / sp.sqrt(q) for _ in range(q)), sp.Integer(0))
    fails(UNBIASED, "2 for q = 4", {MEAN: value, WANTED: 1})
    return refuted("q = 4, f^ psi = 1: v^T Psi = 2, f = 1")


@claim(
    id="survey-1-parity",
    theorem="ntk",
    source=SURVEY,
    place="equation (1), f(x) = sum y_i <x_i, x>^c', 'c' > 4c + 2'",
    statement="For ReLU <x_i, x>^c' has a finite norm in the tangent kernel for every integer c' > 4c + 2.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="We define f(x) = sum_{i=1}^m y_i (<x_i, x>)^{c'} where c' > 4c + 2.",
    note="One such c' is enough for the construction; for ReLU it has to be even, which is not said.",
)
def parity() -> Result:
    """Hypotheses: unit vectors, d >= 2, t = <x, x'>; the expected kernel of psi is t (1/4 + arcsin(t)/(2 pi)).

    Line: arcsin is odd: the kernel is t/4 plus a series in even powers of t. The coefficient of t^c' is 0 for odd
    c' >= 3, so <x_i, x>^c' is not in the space of the kernel.
    Conclusion: c' must be even.
    """
    t = sp.Symbol("t")
    require_equal(sp.asin(-t), -sp.asin(t), "arcsin is odd")
    series = sp.Poly(sp.series(sp.asin(t), t, 0, 12).removeO() * t, t)
    odd = [series.coeff_monomial(t**k) for k in range(3, 13, 2)]
    even = [series.coeff_monomial(t**k) for k in range(2, 13, 2)]
    require(set(odd) == {0} and all(value > 0 for value in even), "odd and even coefficients up to t^12")
    return refuted("c' = 7 (c = 1): the kernel t/4 + t arcsin(t)/(2 pi) has no t^7 term")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
