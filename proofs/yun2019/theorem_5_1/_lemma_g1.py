"""Lemma G.1 as relations: the sentences that are printed and the obligations that are proved, from one object each.

P = ||xi_par||, R = ||xi||; the left sides are names.
"""

import sympy as sp

from exactmem.ledger.steps import slack
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import C1, C2, C3, C4, C5

P, R = slack("||xi_par||"), slack("||xi||")

FIRST_ORDER = sp.Le(sp.Symbol("|f1|"), C2 * P)
HIGHER_ORDERS = sp.Le(sp.Symbol("|f2+|"), C3 * R**2)
LOSS = sp.Le(sp.Symbol("l_i(theta* + xi) - l_i(theta*)"), C1 * (C2 * P + C3 * R**2) ** 2)
REMAINDER = sp.Le(sp.Symbol("|R_i|"), C4 * R**2)
GRADIENT = sp.Le(sp.Symbol("||mu_i||"), C5 * R)
