r"""Layer 2 of Theorem 3.1: the O(p) solution of equation (7) and the minimal scale alpha.

Setting (p, q >= 1 of any parity, all quantities rational). c_1 < ... < c_{pq} are the projected samples (padding included),
c_0 < c_1 and c_{pq+1} > c_{pq} are arbitrary, m_j = (c_{jq} + c_{jq+1})/2 for j = 0..p. Layer 1, unit l, computes
a_l(c) = (-1)^(l-1) clip((2 c - m_l - m_{l-1})/(m_l - m_{l-1})). Fix a unit k of layer 2; its member of block j is the sample
i_{k,j} = (j-1) q + k for odd j, j q + 1 - k for even j, with projection c_j (short for c_{i_{k,j}}) and label y_j in [-1, 1].

    u_j = c_j - m_{j-1} > 0,    r_j = (m_j - c_j)/u_j > 0,    R_j = r_1 ... r_j  (R_0 = 1)
    Z_0 free,  Z_j = (1 + r_j) y_j - r_j Z_{j-1}          (Z_j is the pre-activation of unit k at the point m_j)
    W2_{k,j} = (-1)^(j-1) (Z_j - Z_{j-1})/2,   b2_k = (Z_0 + Z_p)/2        (the same formula for even and for odd p)

solves equation (7), and every solution is of this form. Inside block j the pre-activation is the linear interpolation of
Z_{j-1} at m_{j-1} and Z_j at m_j.

Orientation: o = +1 for odd k, o = -1 for even k (weights W2_{k,j} of sign o); s_j = o (-1)^(j-1). The non-members of block j
have to be clipped to -s_j on the left of c_j and to +s_j on the right. With A_0 = 0, A_j = (1 + r_j) y_j - r_j A_{j-1} and
B_j = (-1)^j R_j we have Z_j = A_j + B_j Z_0, and

    need_j = max of (1 - s_j y_j)/(c_{i+1} - c_i) over the right neighbour i+1 of i = i_{k,j}, if it lies in block j,
                and (1 + s_j y_j)/(c_i - c_{i-1}) over the left neighbour i-1, if it lies in block j
                (no neighbour, that is q = 1: no condition from any block, every Z_0 will do)
    s_j (B_j - B_{j-1}) = -o (1 + r_j) R_{j-1}            (never zero: its sign is -o)
    bound_j = (need_j (m_j - m_{j-1}) - s_j (A_j - A_{j-1})) / (s_j (B_j - B_{j-1}))
            = -o (need_j u_j - s_j (y_j - A_{j-1})) / R_{j-1}              (the same number, without the common factor 1 + r_j)

All non-members of every block are clipped to the right side if and only if
    o = +1:  Z_0 <= min_j bound_j    (Z_0 -> -infinity makes every W2_{k,j} -> +infinity; largest integer choice: floor)
    o = -1:  Z_0 >= max_j bound_j    (Z_0 -> +infinity makes every W2_{k,j} -> -infinity; smallest integer choice: ceil)
At equality the tight neighbour sits exactly on +-1, which sigma_H maps to +-1: equality is admitted.
"""
