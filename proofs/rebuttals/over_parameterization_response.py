"""The author response on over-parameterized networks, but for its law of the exponents (width-law)."""

from exactmem.ledger.claims import REBUTTALS, Result, Verdict, claim, not_covered
from exactmem.ledger.running import run_script


@claim(
    id="response-gradient-bounds",
    source=REBUTTALS,
    place="response on over-parameterized networks, A1 to reviewer 1 and A2",
    statement="The condition n^24 was improved to n^8, by a gradient lower bound m/n^2 and a shorter trajectory.",
    expected=Verdict.NOT_COVERED,
)
def gradient_bounds() -> Result:
    """Hypotheses: none.

    Line: asymptotic theorems of a paper that is not at hand; the arithmetic of their exponents is width-law.
    Conclusion: none.
    """
    return not_covered("asymptotic theorems of another paper, of which only the response is at hand")


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


@claim(
    id="response-theorem-numbers",
    source=REBUTTALS,
    place="response on over-parameterized networks, Q2 of reviewer 3",
    statement="Remark 3.11 compares Theorem 3.8 at L = 2 with the sharper Theorem 3.10 for two layers.",
    expected=Verdict.NOT_COVERED,
    quote=(
        "We use Remark 3.11 to compare the results in Theorem 3.8 when choosing L = 2, with the results in Theorem 3.11"
    ),
    note="The response names the stronger result Theorem 3.10 in one sentence and Theorem 3.11 in the next.",
)
def theorem_numbers() -> Result:
    """Hypotheses: none.

    Line: the response calls the same result by two numbers; the paper is not at hand.
    Conclusion: none.
    """
    return not_covered("references to theorems of a paper that is not at hand")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
