"""Theorem 5.1 and Appendix G as printed: definitions and inequalities as objects, which give the claims' sentences.

The symbols here are plain; a proof puts its own expressions in their place (`holds`).
"""

import sympy as sp

C1, C2, C3, C4, C5, C6, RHO_S, TAU = sp.symbols("C_1 C_2 C_3 C_4 C_5 C_6 rho_s tau", positive=True)
LAMBDA_MIN, LAMBDA_MAX, LAMBDA, ETA, C = sp.symbols("lambda_min lambda_max lambda eta C", positive=True)
B, E, N = sp.symbols("B E N", integer=True, positive=True)
P_NEXT, P_NOW, P = sp.symbols("||xi_par^(kE+E)|| ||xi_par^(kE)|| ||xi_par||")
NOW, NOW_K, RHO, K, GAP_0 = sp.symbols("||xi^(t)|| ||xi^(kE+j)|| rho k R(theta^(0))-R(theta*)")
R_NEXT, R_NOW, START, ZETA, GAP = sp.symbols("||xi^(kE+E)|| ||xi^(kE)|| ||xi^(0)|| ||zeta|| R(theta^(t*))-R(theta*)")

PRINTED = {
    "tau": 16 * C2 * C4 * N / LAMBDA_MIN,
    "rho": sp.Min(RHO_S, LAMBDA_MIN * C2 / (16 * C2 * C5 * C6 * N + LAMBDA_MIN * C5)) / 2,
    "gamma": sp.Min(8 * B * sp.log(2) / LAMBDA_MIN, LAMBDA_MIN * B / (2 * LAMBDA_MAX**2 * E**2)),
    "lambda": LAMBDA_MIN / (4 * B),
    "C": 16 * C1 * (C2 * TAU + C3) ** 2,
}

NOISE = sp.Le(ZETA, LAMBDA_MIN / (8 * N) * P)
CONTRACTION = sp.Le(P_NEXT, (1 - ETA * LAMBDA) * P_NOW)
GROWTH = sp.Le(R_NEXT, R_NOW + ETA * LAMBDA * P_NOW)
SHORT = sp.Lt(ETA * LAMBDA, sp.Rational(1, 8))
RISK = sp.Le(GAP, C * START**4)
NEAR = sp.Le(NOW, 2 * START)
RISK_AT_START = sp.Le(GAP_0, C1 * (C2 + C3 * RHO) ** 2 * START**2)
VANISHING = sp.Le(NOW_K**2, 2 * START / (TAU * (1 + K * ETA * LAMBDA)))
