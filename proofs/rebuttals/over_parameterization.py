"""The author response on over-parameterization: exponents of the width, and the numbers of its theorems."""

import re

import sympy as sp

from exactmem.ledger.claims import OURS, Kind, Result, Verdict, claim, not_covered, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import require_equal
from exactmem.size_bounds.related_work import width_exponent

RESPONSE = "author response on over-parameterization"
SENTENCES = (
    "Such stronger results are stated in Theorem 3.10.",
    "We use Remark 3.11 to compare the results in Theorem 3.8 when choosing L = 2, with the results in Theorem 3.11",
)


ORDER = sp.Symbol("a")
LAW = width_exponent(ORDER)


@claim(
    id="width-24-to-8",
    source=RESPONSE,
    place="A1, 'from n^24 to n^8'",
    statement=(
        "On the law n^({}) for a gradient lower bound m/n^a the width n^8 is that of a = 2; n^24 would be that of a = "
        "22/3, and of no integer a."
    ),
    formulas=[LAW],
    expected=Verdict.PROVED,
    by=["width-law"],
)
def from_24_to_8() -> Result:
    """Hypotheses: the law of claim width-law.

    Line: 2 + 3a = 24 gives a = 22/3, which is no integer; 2 + 3a = 8 gives a = 2.
    Conclusion: no integer a; a = 22/3 would be needed.
    """
    a = sp.Symbol("a", real=True)
    require_equal(taken(LAW, {ORDER: 2}), sp.Integer(8), "a = 2")
    solutions = sp.solve(sp.Eq(taken(LAW, {ORDER: a}), 24), a)
    require(solutions == [sp.Rational(22, 3)], "a = 22/3 alone gives 24")
    return proved("one linear equation")


@claim(
    id="theorem-3-11-numbers",
    source=RESPONSE,
    place="to reviewer 3, A2",
    statement="The stronger two-layer result is 'Theorem 3.11'.",
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="compare the results in Theorem 3.8 when choosing L = 2, with the results in Theorem 3.11",
)
def numbers() -> Result:
    """Hypotheses: the response's own sentences.

    Line: one says that the stronger results are stated in Theorem 3.10; the next calls them Theorem 3.11 and, in the
    same line, gives the number 3.11 to a remark.
    Conclusion: Theorem 3.10 (two layers) and Theorem 3.8 (any L >= 2) are meant.
    """
    stated, compared = (re.findall(r"(Theorem|Remark) (3\.\d+)", sentence) for sentence in SENTENCES)
    require(stated == [("Theorem", "3.10")], "where the result is stated")
    require(("Remark", "3.11") in compared and ("Theorem", "3.11") in compared, "one number for a remark and a theorem")
    require(("Theorem", "3.10") not in compared, "the number of the result itself is not used")
    return refuted("'Remark 3.11' and 'Theorem 3.11' in one sentence, 'stated in Theorem 3.10' in the one before")


@claim(
    id="theorem-3-10-numbers",
    source=OURS,
    place="to reviewer 3, A2, corrected",
    statement=(
        "With Theorem 3.10 in the place of 'Theorem 3.11' the response uses every number for one kind of statement: "
        "Remark 3.11 compares Theorem 3.8 at L = 2 with Theorem 3.10."
    ),
    expected=Verdict.PROVED,
    corrects="theorem-3-11-numbers",
)
def right_numbers() -> Result:
    """Hypotheses: the response's own sentences; numbers that are used for two kinds of statements are wrong once.

    Line: with 3.10 in the place of the second 3.11 every number belongs to one kind of statement.
    Conclusion: the sentence as meant.
    """
    meant = " ".join(SENTENCES).replace("Theorem 3.11", "Theorem 3.10")
    kinds = dict[str, set[str]]()
    for kind, number in re.findall(r"(Theorem|Remark) (3\.\d+)", meant):
        kinds.setdefault(number, set()).add(kind)
    require(kinds == {"3.10": {"Theorem"}, "3.11": {"Remark"}, "3.8": {"Theorem"}}, "one kind for every number")
    return proved("the numbers of the two sentences")


@claim(
    id="width-n8",
    source=RESPONSE,
    place="A1 and A2, the condition n^8",
    statement="A width of the order n^8 suffices for gradient descent to reach a global minimum, and n^5 or n^2 would "
    "with better gradient bounds.",
    expected=Verdict.NOT_COVERED,
)
def convergence() -> Result:
    """Hypotheses: random starts, separated inputs; factors in the separation, the depth and logarithms.

    Line: none. Conclusion: none.
    """
    return not_covered("orders of magnitude and a probability over starts, without constants: no instance decides them")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
