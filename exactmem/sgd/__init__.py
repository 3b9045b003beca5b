"""Theorem 5.1 (Yun, Sra, Jadbabaie 2019) for a concrete network: constants, spectrum, trajectories, checks.

Notation: theta = theta* + xi; nu_i = gradient of f(x_i) at theta*; p = ||xi_par||^2 and n = ||xi||^2, where xi_par is
the projection of xi onto span(nu_1, ..., nu_N). Inequalities between norms are decided on these squares.
"""

__all__: list[str] = []
