"""Theorem 5.1 and Appendix G as printed: definitions and inequalities as objects, which give the claims' sentences.

The symbols here are plain; a proof puts its own expressions in their place (`holds`).
"""

import sympy as sp

C1, C2, C3, C4, C5, C6, RHO_S, TAU = sp.symbols("C_1 C_2 C_3 C_4 C_5 C_6 rho_s tau", positive=True)
LAMBDA_MIN, LAMBDA_MAX, LAMBDA, ETA, C = sp.symbols("lambda_min lambda_max lambda eta C", positive=True)
B, E, N = sp.symbols("B E N", integer=True, positive=True)
P_NEXT, P_NOW, P, R = sp.symbols("||xi_par^(kE+E)|| ||xi_par^(kE)|| ||xi_par|| ||xi||")
NOW, NOW_K, RHO, RHO_C, K, GAP_0 = sp.symbols("||xi^(t)|| ||xi^(kE+j)|| rho rho_c k R(theta^(0))-R(theta*)")
R_NEXT, R_NOW, START, ZETA, GAP = sp.symbols("||xi^(kE+E)|| ||xi^(kE)|| ||xi^(0)|| ||zeta|| R(theta^(t*))-R(theta*)")

FIRST_GAMMA = 8 * B * sp.log(2) / LAMBDA_MIN
SECOND_GAMMA = LAMBDA_MIN * B / (2 * LAMBDA_MAX**2 * E**2)
PRINTED = {
    "tau": 16 * C2 * C4 * N / LAMBDA_MIN,
    "rho": sp.Min(RHO_S, LAMBDA_MIN * C2 / (16 * C2 * C5 * C6 * N + LAMBDA_MIN * C5)) / 2,
    "gamma": sp.Min(FIRST_GAMMA, SECOND_GAMMA),
    "lambda": LAMBDA_MIN / (4 * B),
    "C": 16 * C1 * (C2 * TAU + C3) ** 2,
}

TRIANGLE = sp.Le(ZETA, C5 * C6 * R * P + C2 * C4 * R**2 + C4 * C5 * R**3)
ALLOWED = sp.Le(sp.Symbol("||e||"), LAMBDA_MIN / (16 * N) * P)
ROUNDED_NOISE = sp.Le(sp.Symbol("||zeta + e||"), LAMBDA_MIN / (8 * N) * P)
NOISE = sp.Le(ZETA, LAMBDA_MIN / (8 * N) * P)
CONTRACTION = sp.Le(P_NEXT, (1 - ETA * LAMBDA) * P_NOW)
GROWTH = sp.Le(R_NEXT, R_NOW + ETA * LAMBDA * P_NOW)
SHORT_SQUARE = sp.Le(ETA * LAMBDA_MAX / B, 1 / (2 * E**2))
SHORT_EPOCH = sp.Lt(ETA, B / (LAMBDA_MAX * E))
SHORT_STEP = sp.Lt(ETA, B / LAMBDA_MAX)
WITHIN_EPOCH = sp.Le(sp.Symbol("(1 + eta lambda_min/(8N))^t"), sp.Rational(16, 15))
SHORT = sp.Lt(ETA * LAMBDA, sp.Rational(1, 8))
X = sp.Symbol("x")
ORDER_K = sp.binomial(E, K) * (ETA * LAMBDA_MAX / B) ** K
RATIO = sp.Le(sp.binomial(E, K + 1) * 2 / E, sp.binomial(E, K))
TAIL = sp.Le(2 * sp.binomial(E, 2) * X**2, ETA**2 * E**2 * LAMBDA_MAX**2 / B**2)
TAIL_COST = sp.Le(ETA**2 * E**2 * LAMBDA_MAX**2 / B**2, ETA * LAMBDA_MIN / (2 * B))
ONE_STEP = 1 - 7 * ETA * LAMBDA_MIN / (8 * B)
RISK = sp.Le(GAP, C * START**4)
NEAR = sp.Le(NOW, 2 * START)
START_INSIDE, TWICE, WITHIN_KINKS = sp.Le(START, RHO), sp.Le(2 * RHO, RHO_S), sp.Le(RHO_S, RHO_C)
HIDDEN = C1 * (C2 + C3 * RHO) ** 2
RISK_AT_START = sp.Le(GAP_0, HIDDEN * START**2)
VANISHING = sp.Le(NOW_K**2, 2 * START / (TAU * (1 + K * ETA * LAMBDA)))
