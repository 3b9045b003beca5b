"""What the author responses say besides their claims about networks: notation, other papers, sketches in words."""

import sympy as sp

from exactmem.ledger.claims import REBUTTALS, Result, Verdict, claim, not_covered, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds
from exactmem.ledger.steps import index, slack
from exactmem.proofs._conditions import D_1, D_2, D_Y, PRODUCT, N
from exactmem.proofs.ours import product
from exactmem.proofs.yun2019 import capacity_remarks


@claim(
    id="response-omega",
    theorem="3.1",
    source=REBUTTALS,
    place="response to reviewer 3, Omega notation",
    statement=(
        "In 3-layer ReLU-like networks with d_y = 1 ceil(sqrt(N)) or more nodes per layer memorize, as they meet {}, "
        "and sqrt(N) are necessary up to a constant: the number is Theta(sqrt N)."
    ),
    formulas=[PRODUCT],
    expected=Verdict.PROVED,
    by=[product.relu_like_theorem, capacity_remarks.necessary],
    quote="we agree that it is erroneous to say that Ω(sqrt(N)) is necessary",
)
def omega() -> Result:
    """Hypotheses: widths ceil(sqrt N) + more in both layers, d_y = 1.

    Line: (root + x + more)^2 >= root^2, the condition of theorem product; the necessary number is 3.2-necessary.
    Conclusion: the response is right; the paper's section 3.2 says Theta.
    """
    root, rounding, more = slack("sqrt(N)"), slack("x"), index("more")
    width = root + rounding + more
    holds(PRODUCT, "wider layers do as well", {D_1: width, sp.floor(D_2 / D_Y): width, N: root**2})
    return proved("nonnegative coefficients")


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


@claim(
    id="response-recurrent",
    source=REBUTTALS,
    place="response on recurrent networks, to R4, R5 and R6",
    statement="Recurrent networks of polynomial width reach zero training error from a random start, W moving little.",
    expected=Verdict.NOT_COVERED,
)
def recurrent() -> Result:
    """Hypotheses: random A, B, W; a width that is a polynomial without exponents, small steps.

    Line: none for the theorem; its toy example has the rows toy-*, and that some W near a given one memorizes is
    certified per instance (box-unique).
    Conclusion: none.
    """
    return not_covered("a probability over starts and an unnamed polynomial; instances: certificates existence-box")


@claim(
    id="response-lazy",
    source=REBUTTALS,
    place="response on recurrent networks, comparison to [L], [G] and [J]",
    statement="Lazy training has several magnitudes, and [J] studies the infinite width.",
    expected=Verdict.NOT_COVERED,
)
def lazy() -> Result:
    """Hypotheses: none.

    Line: about other papers' settings.
    Conclusion: none.
    """
    return not_covered("a comparison with other papers' settings")


@claim(
    id="response-regions",
    source=REBUTTALS,
    place="response on over-parameterized networks, to reviewers 1 and 3, gradient regions",
    statement="Gradient regions are in the proof alone, and larger ones for separated data may give larger gradients.",
    expected=Verdict.NOT_COVERED,
)
def regions() -> Result:
    """Hypotheses: none.

    Line: what may be improved, in words.
    Conclusion: none.
    """
    return not_covered("an outlook in words about a paper that is not at hand")


@claim(
    id="response-top-layer",
    source=REBUTTALS,
    place="response on over-parameterized networks, to reviewer 2",
    statement="The analysis extends to a trained top layer, with guarantees no worse.",
    expected=Verdict.NOT_COVERED,
)
def top_layer() -> Result:
    """Hypotheses: none.

    Line: a sketch in words.
    Conclusion: none.
    """
    return not_covered("a proof sketch in words about a paper that is not at hand")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
