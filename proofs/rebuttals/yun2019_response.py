"""The author response on the paper itself; what it says of r_j and of strong convexity stands with the theorems."""

from exactmem.ledger.claims import REBUTTALS, Result, Verdict, claim, not_covered, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.steps import at_most, gap, index, require_equal, slack
from exactmem.proofs.ours import product
from exactmem.proofs.yun2019 import remarks


@claim(
    id="response-omega",
    theorem="3.1",
    source=REBUTTALS,
    place="response to reviewer 3, Omega notation",
    statement=(
        "More than sqrt(N) nodes per layer memorize as well, and sqrt(N) are necessary up to a constant: the number is "
        "Theta(sqrt N)."
    ),
    expected=Verdict.PROVED,
    by=[product.relu_like_theorem, remarks.necessary],
    quote="we agree that it is erroneous to say that Ω(sqrt(N)) is necessary",
)
def omega() -> Result:
    """Hypotheses: widths ceil(sqrt N) + more in both layers, d_y = 1.

    Line: (root + x + more)^2 >= root^2, the condition of theorem product; the necessary number is 3.2-necessary.
    Conclusion: the response is right; the paper's section 3.2 says Theta.
    """
    root, rounding, more = slack("sqrt(N)"), slack("x"), index("more")
    at_most(root**2, (root + rounding + more) ** 2, "wider layers do as well")
    return proved("nonnegative coefficients")


@claim(
    id="response-orders",
    theorem="5.1",
    source=REBUTTALS,
    place="response to reviewer 3, closeness of the initialization",
    statement="An initialization at distance eps has risk O(eps^2), the point found at t* has risk O(eps^4).",
    expected=Verdict.PROVED,
    by=["5.1-risk-at-start", "5.1-risk-at-violation"],
    quote="one can start off at a O(ε2)-risk point and quickly find a O(ε4)-risk point",
    note="“Quickly” is 5.1-erratum-05: the theorem has no time bound.",
)
def orders() -> Result:
    """Hypotheses: eps = ||xi^(0)|| <= rho.

    Line: the two bounds are constants times eps^2 and eps^4.
    Conclusion: for eps < 1/sqrt(ratio of the constants) the second is the smaller one.
    """
    first, second, eps = gap("C_start"), gap("C"), gap("eps")
    require_equal((second * eps**4) / (first * eps**2), second / first * eps**2, "the ratio of the two bounds")
    return proved("the claims it rests on")


@claim(
    id="response-constants",
    theorem="5.1",
    source=REBUTTALS,
    place="response to reviewer 3, the constants of Theorem 5.1",
    statement="The constants depend on N, B, rho_s, the Taylor expansions, and the eigenvalues of H, as listed.",
    expected=Verdict.NOT_COVERED,
    quote="The exact values of positive constants can be found in Appendix G",
)
def listed_constants() -> Result:
    """Hypotheses: none.

    Line: a list of what the constants depend on; their definitions are the rows 5.1-*.
    Conclusion: none.
    """
    return not_covered("a list; the definitions themselves are proved in `proofs/yun2019/theorem_5_1/constants.py`")


@claim(
    id="response-soudry-carmon",
    source=REBUTTALS,
    place="response to reviewer 3, comparison to [Soudry and Carmon, 2016]",
    statement="That paper's dropout noise makes its results not directly comparable.",
    expected=Verdict.NOT_COVERED,
)
def soudry_carmon() -> Result:
    """Hypotheses: none.

    Line: about another paper's setting.
    Conclusion: none.
    """
    return not_covered("a comparison with another paper's setting; no claim about networks of this paper")


@claim(
    id="response-zhong",
    source=REBUTTALS,
    place="response to reviewer 3, comparison to [Zhong et al., 2017]",
    statement="That paper has fixed output weights +-1, Gaussian inputs and a teacher network.",
    expected=Verdict.NOT_COVERED,
)
def zhong() -> Result:
    """Hypotheses: none.

    Line: about another paper's setting.
    Conclusion: none.
    """
    return not_covered("a comparison with another paper's setting")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
