"""How many affine pieces layers of given widths can make: Lemma D.1 and the sharper count with shared breakpoints.

Yun, Sra, Jadbabaie 2019, Appendix D; proofs in `proofs/yun2019/theorem_3_3/`.
"""

__all__ = [
    "HiddenLayer",
    "lemma_d1_bound",
    "pieces_of_composition",
    "pieces_of_sum",
    "shared_breakpoint_bound",
    "smallest_impossible",
]

from collections.abc import Sequence
from typing import Any, NamedTuple


class HiddenLayer(NamedTuple):
    """What a layer's piece count depends on: its width, the pieces of its activation, whether a skip goes around it."""

    width: Any
    pieces: Any
    skip: bool = False


def pieces_of_sum(k: Any, l: Any) -> Any:
    """k + l - 1: the most pieces of the sum of two functions with k and l pieces (Lemma D.1)."""
    return k + l - 1


def pieces_of_composition(k: Any, l: Any) -> Any:
    """k l: the most pieces of g o h for g with k and h with l pieces (Lemma D.1)."""
    return k * l


def lemma_d1_bound(layers: Sequence[HiddenLayer]) -> Any:
    """The most pieces that Lemma D.1 allows, layer by layer: d (p K - 1) + 1 after a layer that sees K pieces.

    For equal p it is (p-1) d1 + 1 and p (p-1) d1 d2 + (p-1) d2 + 1, the counts of Theorem 3.3. A skip connection adds
    one more summand of K pieces. Integers or symbols; no layers give 1.
    """
    count: Any = 1
    for width, pieces, skip in layers:
        unit = pieces_of_composition(pieces, count)
        count = pieces_of_sum(width * (unit - 1) + 1, count if skip else 1)
    return count


def shared_breakpoint_bound(layers: Sequence[HiddenLayer]) -> Any:
    """The most pieces, product of 1 + (p - 1) d over the layers: units of one layer share the breakpoints below.

    Never above `lemma_d1_bound`; below it from the second layer with two or more units on. Integers or symbols.
    """
    count: Any = 1
    for width, pieces, _ in layers:
        count = count * (1 + (pieces - 1) * width)
    return count


def smallest_impossible(piece_bound: int) -> int:
    """The least N for which networks of at most that many pieces miss a sample of the extremal dataset: N - 1 > bound.

    For continuous activations only (Theorem 3.3, corrected).
    """
    return piece_bound + 2
