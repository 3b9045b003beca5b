"""Lemma G.1 as relations: the sentences that are printed and the obligations that are proved, from one object each.

P = ||xi_par||, R = ||xi||; the left sides are names.
"""

import sympy as sp

from exactmem.ledger.steps import slack
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import C1, C2, C3, C4, C5, C6

P, R = slack("||xi_par||"), slack("||xi||")

FIRST_ORDER = sp.Le(sp.Symbol("|nu_i . xi_par|"), C2 * P)
HIGHER_ORDERS = sp.Le(sp.Symbol("|f-tilde^(2+)|"), C3 * R**2)
LOSS = sp.Le(sp.Symbol("l_i(theta* + xi) - l_i(theta*)"), C1 * (C2 * P + C3 * R**2) ** 2)
REMAINDER = sp.Le(sp.Symbol("|R_i|"), C4 * R**2)
MEANT = ("(sup l'')", "(sup |l'''|)", "(max l''_i)", "f-tilde", "rho_s")
SUP_2, SUP_3, MAX_2, F_TILDE, RHO_S = map(slack, MEANT)
FIRST = SUP_2 / 2
FOURTH = MAX_2 * C3 + SUP_3 / 2 * (C2 + C3 * RHO_S) ** 2
RESIDUAL = C2 * RHO_S + C3 * RHO_S**2
LOSS_GAP = sp.Le(LOSS.lhs, C1 * F_TILDE**2)
SIXTH = sp.Le(sp.Symbol("||l''_i (nu_i . xi) mu_i||"), C6 * P * C5 * R)
GRADIENT = sp.Le(sp.Symbol("||mu_i||"), C5 * R)
