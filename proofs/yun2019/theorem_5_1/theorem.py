"""Theorem 5.1, corrected, as one statement assembled from Lemma G.1 and the lines of Appendix G."""

from exactmem.ledger.arguments import Line, assemble
from exactmem.ledger.claims import PAPER, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, Constants
from exactmem.proofs.yun2019.theorem_5_1._printed import CONTRACTION, GROWTH, NEAR, RISK, RISK_AT_START
from exactmem.proofs.yun2019.theorem_5_1.as_printed_assumptions import no_kink_up_to_violation
from exactmem.proofs.yun2019.theorem_5_1.contraction import contraction, growth
from exactmem.proofs.yun2019.theorem_5_1.first_violation import (
    no_violation,
    risk_at_start,
    risk_at_violation,
    stays_near,
)
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1_assembled import lemma
from exactmem.proofs.yun2019.theorem_5_1.quadratic_forms import operator_steps

NEVER = "xi^(t) -> 0 if t* is infinite"
MINIMUM = "theta* memorizes, no pre-activation is a kink there, l is C^3, l''_i > 0, not all nu_i are 0"
BALL, STEP = "||xi^(0)|| <= rho", "0 < eta < gamma"


@claim(
    id="5.1-corrected",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1, corrected",
    section="Theorem 5.1",
    statement=(
        f"If {MINIMUM}, then {BALL} gives {{}}, and for {STEP} and any order of the batches: {{}} and {{}} for every k "
        f"with (k + 1) E <= t*; {{}} for t <= t*; {{}}; {NEVER}. Here t* is the first t with "
        "||xi_par^(t)|| < tau ||xi^(t)||^2, and all constants are those that are executed."
    ),
    formulas=[RISK_AT_START, CONTRACTION, GROWTH, NEAR, RISK],
    expected=Verdict.PROVED,
    by=[
        lemma,
        operator_steps,
        stays_near,
        contraction,
        growth,
        risk_at_start,
        risk_at_violation,
        no_violation,
        no_kink_up_to_violation,
    ],
)
def theorem(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: those of the statement; constants as Appendix G defines them.

    Line: Lemma G.1 holds up to 2 rho <= rho_s; the iterates up to t* stay there, so every epoch before t* contracts.
    Conclusion: Theorem 5.1 with the hypotheses that its proof needs.
    """
    ball, inside = "Lemma G.1 on ||xi|| <= rho_s", "no iterate up to t* meets a kink"
    operators = "(12), (13) and the norms of the factors"
    assemble(
        [MINIMUM, BALL, STEP],
        [
            Line((MINIMUM,), ball, lemma),
            Line((MINIMUM, STEP), operators, lambda: operator_steps(constants)),
            Line((ball, operators, BALL, STEP), NEAR, lambda: stays_near(constants)),
            Line((NEAR, ball), inside, lambda: no_kink_up_to_violation(constants)),
            Line((NEAR, inside, operators), CONTRACTION, lambda: contraction(constants)),
            Line((NEAR, inside, operators), GROWTH, lambda: growth(constants)),
            Line((ball, BALL), RISK_AT_START, risk_at_start),
            Line((ball, NEAR), RISK, lambda: risk_at_violation(constants)),
            Line((CONTRACTION, NEAR), NEVER, lambda: no_violation(constants)),
        ],
        [RISK_AT_START, CONTRACTION, GROWTH, NEAR, RISK, NEVER],
    )
    return proved("assembled from the claims it rests on")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
