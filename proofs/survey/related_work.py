"""What the survey says in sections 2 and 5 of sizes and counting, without proofs."""

import sympy as sp

from exactmem.activations import HARD_TANH, RELU, THRESHOLD
from exactmem.constructions import find_theorem
from exactmem.ledger.claims import SURVEY, Result, Verdict, claim, not_covered, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import at_most, from_one, index, less, positive_index, require_equal
from exactmem.ledger.wording import names
from exactmem.proofs.survey import theorems_1_to_3
from exactmem.sizes.counts import fnn_edges


@claim(
    id="survey-2-sufficient",
    theorem="folklore",
    source=SURVEY,
    place="Section 2.1, 'O(m + d) many neurons are sufficient for memorization with arbitrary non-linearity'",
    statement="m neurons suffice for hard-tanh, threshold, |t| and every ReLU-like: no more than m + d.",
    expected=Verdict.PROVED,
    by=[theorems_1_to_3.folklore],
    quote="It's known that O(m + d) many neurons are sufficient for memorization with arbitrary non-linearity",
    note="“Arbitrary” cannot mean every function: survey-1-regular, polynomial-rank.",
)
def sufficient() -> Result:
    """Hypotheses: m distinct inputs in dimension d.

    Line: m <= m + d; the condition of theorem folklore is m.
    Conclusion: as stated.
    """
    m, d = index("m"), index("d")
    at_most(m, m + d, "m <= m + d")
    for activation in (HARD_TANH, RELU, THRESHOLD):
        require(activation.kind in find_theorem("folklore").activations, f"folklore covers {activation.name}")
    return proved("claim folklore")


NEURONS, DIMENSION, SAMPLES = names("q d m")
TOO_FEW = sp.Lt(NEURONS * (DIMENSION + 2) + 1, SAMPLES)


@claim(
    id="survey-2-counting",
    source=SURVEY,
    place="Section 2.1, 'q = m/d is optimal by a simple counting argument'",
    statement=(
        "For real labels q neurons of a piecewise-linear activation with {} do not suffice in two layers, by counting "
        "parameters."
    ),
    formulas=[TOO_FEW],
    expected=Verdict.PROVED,
    by=["capacity-parameters"],
    quote="we note that number of neurons q = m/d is optimal by a simple counting argument",
    note="For binary labels, of which the sentence speaks, counting parameters shows nothing.",
)
def counting() -> Result:
    """Hypotheses: two layers, d inputs, one output, a piecewise-linear activation.

    Line: q (d + 1) + q + 1 weights and biases; capacity-parameters needs as many as there are samples.
    Conclusion: q >= (m - 1)/(d + 2): optimal up to a constant, for real labels.
    """
    q, d = index("q"), from_one("d")
    parameters = taken(TOO_FEW, {NEURONS: q, DIMENSION: d}).lhs
    require_equal(fnn_edges(d, (q,), 1), parameters, "weights and biases")
    less(parameters, parameters + positive_index("more"), "more samples than parameters")
    return proved("number of weights and biases for symbolic q and d")


@claim(
    id="survey-2-literature",
    source=SURVEY,
    place="Sections 2.1 and 2.2, what the cited papers prove",
    statement="Results of [Ver20], [LL18], [DLL+19], [OS19], [KH19], [Dan20a], [Dan20b], [GWZ19], as reported.",
    expected=Verdict.NOT_COVERED,
)
def literature() -> Result:
    """Hypotheses: none.

    Line: reports of theorems of other papers, mostly probabilistic and asymptotic.
    Conclusion: instances that can be computed have rows of their own.
    """
    return not_covered("reports of other papers' theorems, mostly probabilistic and asymptotic")


@claim(
    id="survey-definition-4",
    source=SURVEY,
    place="Section 4.1, Definition 4 (informal)",
    statement="A function memorizes a set of m samples if h(x_i) = y_i with probability at least 1 - delta.",
    expected=Verdict.NOT_COVERED,
)
def memorizes() -> Result:
    """Hypotheses: labels drawn at random.

    Line: a probability over labels; the equalities at given samples and labels are what exactmem decides.
    Conclusion: none.
    """
    return not_covered("a definition with a probability over labels; for given labels h(x_i) = y_i is decided exactly")


@claim(
    id="survey-5-parameters",
    source=SURVEY,
    place="Section 5, 'to memorize m distinct points, we need at least m parameters'",
    statement="Memorizing m distinct points needs at least m parameters.",
    expected=Verdict.NOT_COVERED,
    quote="Intuitively, to memorize m distinct points, we need at least m parameters.",
)
def parameters() -> Result:
    """Hypotheses: none.

    Line: for real labels it is capacity-parameters; for labels from a finite set fewer parameters can do, and the
    sentence does not say which labels it means.
    Conclusion: none.
    """
    return not_covered("an intuition; for real labels see capacity-parameters")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
