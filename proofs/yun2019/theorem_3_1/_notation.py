"""The objects of Theorem 3.1 (Yun, Sra, Jadbabaie 2019, Appendix B) as functions of symbolic or concrete indices.

Each function is written once and used with symbolic integers (their order and parity known from the case at
hand) by the proofs, and with concrete ones by the checks of finitely many cases. Concrete numbers may be of any
exact type: nothing here mixes them with anything but ints.
"""

from collections.abc import Callable, Sequence
from typing import Any

from exactmem.ledger.statements import taken
from exactmem.ledger.steps import Expr, minus_one_to, parities, positive_index, require_equal, sign_of
from exactmem.ledger.wording import names

Entry = Callable[[Any, Any, Any], Any]

J, K, L, Q = names("j k l q")
SIGN_L = (-1) ** (L - 1)
MEMBER_ODD, MEMBER_EVEN = (J - 1) * Q + K, J * Q + 1 - K


def alternating(l: Expr) -> int:
    """s_l = (-1)^(l-1): +1 for odd l, -1 for even l."""
    return minus_one_to(l - 1)


def show_signs() -> None:
    """s_l as it is printed is s_l as it is used, for both parities of l."""
    for parity, l in parities("n"):
        require_equal(taken(SIGN_L, {L: l}), alternating(l), f"{parity} l: s_l as printed")


def layer1_output(j: Expr, l: Expr, inside: Expr) -> Expr:
    """a^1_l at a sample of block j, by (1)-(6): s_l right of block l, -s_l left of it, `inside` within."""
    order = sign_of(l - j)
    if order == 0:
        return inside
    return alternating(l) if order < 0 else -alternating(l)


def entry_rows(values: Sequence[Any], entry: Entry = layer1_output) -> list[list[Any]]:
    """The p rows of M_k of (7), p + 1 long, with a^1_j(x_{i_{k,j}}) = values[j-1]; the last column is ones."""
    p = len(values)
    return [[entry(j, l, values[l - 1]) for l in range(1, p + 1)] + [1] for j in range(1, p + 1)]


def member(j: Expr, k: Expr, q: Expr) -> Expr:
    """i_{k,j}, the sample of block j that unit k of layer 2 fits: (j-1)q + k for odd j, jq + 1 - k for even j."""
    return (j - 1) * q + k if minus_one_to(j) == -1 else j * q + 1 - k


def show_members() -> None:
    """i_{k,j} as it is printed is i_{k,j} as it is used, for both parities of j."""
    k, q = positive_index("k"), positive_index("q")
    for printed, (parity, j) in zip((MEMBER_ODD, MEMBER_EVEN), parities("n"), strict=True):
        require_equal(taken(printed, {J: j, K: k, Q: q}), member(j, k, q), f"{parity} j: i_(k,j) as printed")


def orientation(k: Expr) -> int:
    """o_k, the sign of the large weights W^2_{k,:}: +1 for odd k (case 1 of B.3), -1 for even k (case 2)."""
    return alternating(k)


def clip_side(i: Expr, j: Expr, l: Expr, q: Expr) -> int:
    """a^2_l at a sample i of block j that unit l does not fit: s right of i_{l,j}, -s left, s = o_l (-1)^(j-1).

    This is (8)-(11), written block by block; 0 if i = i_{l,j}.
    """
    return orientation(l) * alternating(j) * sign_of(i - member(j, l, q))


def hard_tanh(t: Any) -> Any:
    """sigma_H of a concrete exact number."""
    return max(type(t)(-1), min(type(t)(1), t))


def layer1_parameters(j: Expr, c_before: Any, c_first: Any, c_last: Any, c_after: Any) -> tuple[Any, Any]:
    """(scale, bias) of unit j of layer 1 as printed in B.2; the c's have indices jq-q, jq-q+1, jq and jq+1."""
    span = c_last + c_after - c_before - c_first
    total = c_last + c_after + c_before + c_first
    return minus_one_to(j - 1) * 4 / span, minus_one_to(j) * total / span


def layer1_activations(c: Sequence[Any], p: int, q: int, i: int) -> list[Any]:
    """a^1_1, ..., a^1_p at sample i of c_0, ..., c_{pq+1}, computed from the printed weights and sigma_H."""
    outputs = []
    for l in range(1, p + 1):
        scale, bias = layer1_parameters(l, c[l * q - q], c[l * q - q + 1], c[l * q], c[l * q + 1])
        outputs.append(hard_tanh(scale * c[i] + bias))
    return outputs


def equation_7_matrix(c: Sequence[Any], p: int, q: int, k: int) -> list[list[Any]]:
    """M_k computed from the data: row j holds the layer-1 outputs at sample i_{k,j}, then 1."""
    one = type(c[0])(1)
    return [[*layer1_activations(c, p, q, member(j, k, q)), one] for j in range(1, p + 1)]
