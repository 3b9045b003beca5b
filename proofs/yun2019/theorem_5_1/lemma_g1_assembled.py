"""Lemma G.1 as one statement, assembled from its parts: what each gives is what another uses, by the same relation."""

from exactmem.ledger.arguments import Line, assemble
from exactmem.ledger.claims import PAPER, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.proofs.yun2019.theorem_5_1._lemma_g1 import FIRST_ORDER, GRADIENT, HIGHER_ORDERS, LOSS, REMAINDER
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1 import first_order, layer_recursion
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1_bounds import layer_constants, loss_constants, taylor
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1_definitions import fifth, first, fourth, no_kink_radius, second, third

SPLIT = "l'_i(theta* + xi) = l''_i nu_i . xi_par + R_i"
SPLIT_GRADIENT = "nabla f_(theta* + xi) = nu_i + mu_i"
BALL = "||xi|| <= rho_s <= rho_c"
LOSS_CLASS = "l in C^3 with l'_i = 0 at theta*"
NO_KINK = "no pre-activation is a kink at theta*"


@claim(
    id="G.1",
    theorem="5.1",
    source=PAPER,
    place="Lemma G.1",
    statement="If no pre-activation is a kink at theta* and l is C^3, there are rho_s and C_1, ..., C_5 such that "
    f"{BALL} gives {{}}, {SPLIT} with {{}}, and {SPLIT_GRADIENT} with {{}}.",
    formulas=[LOSS, REMAINDER, GRADIENT],
    expected=Verdict.PROVED,
    by=[
        no_kink_radius,
        layer_recursion,
        first_order,
        layer_constants,
        taylor,
        loss_constants,
        first,
        second,
        third,
        fourth,
        fifth,
    ],
)
def lemma() -> Result:
    """Hypotheses: no kink at theta*, l in C^3, l'_i(theta*) = 0, ||xi|| <= rho_s <= rho_c.

    Line: the pieces stay, so f-tilde = f1 + f2+ with |f1| and |f2+| bounded; Taylor for l and l'; the block of mu.
    Conclusion: the three displays of Lemma G.1 for the executed constants.
    """
    pieces, recursion, orders = "every unit keeps its piece", "recursion of a-tilde", "f-tilde = nu_i . xi_par + f2+"
    taylor_1 = "l(u) - l(0) and l'(u) by Taylor at u = 0"
    assemble(
        [NO_KINK, BALL, LOSS_CLASS],
        [
            Line((NO_KINK, BALL), pieces, no_kink_radius),
            Line((pieces,), recursion, layer_recursion),
            Line((recursion,), orders, first_order),
            Line((orders,), FIRST_ORDER, second),
            Line((recursion,), "layer bounds", layer_constants),
            Line(("layer bounds", orders), HIGHER_ORDERS, third),
            Line((LOSS_CLASS,), taylor_1, taylor),
            Line((taylor_1, FIRST_ORDER, HIGHER_ORDERS), LOSS, first),
            Line((taylor_1, orders), SPLIT, loss_constants),
            Line((SPLIT, FIRST_ORDER, HIGHER_ORDERS), REMAINDER, fourth),
            Line((recursion,), SPLIT_GRADIENT, layer_constants),
            Line((SPLIT_GRADIENT, "layer bounds"), GRADIENT, fifth),
        ],
        [LOSS, SPLIT, REMAINDER, SPLIT_GRADIENT, GRADIENT],
    )
    return proved("assembled from the claims it rests on")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
