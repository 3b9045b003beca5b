"""The conditions of Proposition 3.4 and Corollaries A.1 to A.3, read off the paper once more, by enumeration.

Shares no code with exactmem.constructions.parts.block_indices. Layers and indices are counted from 1, as in the paper.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.datasets import Dataset, make_dataset

Indices = tuple[int, ...]

RELU_LIKES = [RELU, relu_like(1, "1/10"), relu_like(1, "999/1000"), relu_like(7, 2)]
STEPS = [(HARD_TANH, 2), (RELU, 4), (relu_like(1, "1/10"), 4)]


def r(j: int, m: int, values: int) -> int:
    return (values if j > 1 else 0) + (1 if j < m else 0)


def printed_sum(widths: Sequence[int], indices: Indices, values: int, step: int) -> int:
    """The left-hand side exactly as printed, negative factors included."""
    d = (0, *widths)
    total = 0
    for j, l in enumerate(indices, 1):
        set_aside = r(j, len(indices), values)
        total += ((d[l] - set_aside) // step) * ((d[l + 1] - set_aside) // (step * values))
    return 4 * total


def is_admissible(widths: Sequence[int], indices: Indices, values: int) -> bool:
    """All conditions but the sum, with the units that the figure sets aside in every block layer."""
    d, hidden, m = (0, *widths), len(widths), len(indices)
    ordered = all(a + 1 < b for a, b in itertools.pairwise(indices))
    inside = all(1 <= l and l + 1 <= hidden for l in indices)
    if not (ordered and inside and m >= 1):
        return False
    if any(d[k] < r(j, m, values) for j, l in enumerate(indices, 1) for k in (l, l + 1)):
        return False
    between = (k for a, b in itertools.pairwise(indices) for k in range(a + 2, b))
    after = range(indices[-1] + 2, hidden + 1)
    return all(d[k] >= values + 1 for k in between) and all(d[k] >= values for k in after)


def admissible_indices(widths: Sequence[int], values: int) -> Iterator[Indices]:
    """Every admissible (l_1, ..., l_m), by trying all subsets of layers."""
    for m in range(1, len(widths) // 2 + 1):
        for indices in itertools.combinations(range(1, len(widths)), m):
            if is_admissible(widths, indices, values):
                yield indices


def gated_indices(widths: Sequence[int], d_y: int, step: int) -> Iterator[Indices]:
    """Every admissible (l_1, ..., l_m) of Corollary A.2 or A.3, the last index being the gates'."""
    for gates in range(3, len(widths) + 1):
        if widths[gates - 1] >= step * d_y and all(d >= d_y for d in widths[gates:]):
            for indices in admissible_indices(widths[: gates - 1], 1):
                yield (*indices, gates)


def scattered(N: int, d_y: int) -> Dataset:
    """N samples on a bent line with labels that look random, +-1 and 0 among them."""
    inputs = [(i * i - 3 * i, (-1) ** i * i) for i in range(N)]
    labels = [[fmpq((7 * i * i + 3 * a * i + a) % 9 - 4, 4) for a in range(d_y)] for i in range(N)]
    return make_dataset(inputs, labels)


def classified(N: int, d_y: int) -> Dataset:
    """The inputs of `scattered` with one-hot labels of d_y classes."""
    inputs = scattered(N, 1).inputs
    return make_dataset(inputs, [[int(a == (5 * i * i + i) % 7 % d_y) for a in range(d_y)] for i in range(N)])


def width_vectors(most: int, fewest_layers: int = 2) -> st.SearchStrategy[Any]:
    """Hidden widths of networks with L = 3 to 7 layers, each from 1 to `most`, narrow ones likely."""
    width = st.one_of(st.integers(1, 3), st.integers(1, most), st.integers(1, most))
    return st.lists(width, min_size=fewest_layers, max_size=6).map(tuple)


HUGE, TINY = fmpq(2) ** 70, fmpq(10) ** -30
NASTY = {
    "one sample": make_dataset([[5]], [[1]]),
    "two samples": make_dataset([[0, 0], [0, 1]], [[-1], [1]]),
    "prime number of samples": make_dataset([[i] for i in range(13)], [[(-1) ** i] for i in range(13)]),
    "offset 2^70": make_dataset([[HUGE + i, -HUGE] for i in range(11)], [[(i % 3) - 1] for i in range(11)]),
    "gaps 1e-30": make_dataset([[1 + i * TINY] for i in range(11)], [[fmpq(i, 11)] for i in range(11)]),
    "skewed spacing": make_dataset([[fmpq(2) ** (i * i)] for i in range(14)], [[(-1) ** (i // 2)] for i in range(14)]),
    "labels all 1": make_dataset([[i, i * i] for i in range(9)], [[1]] * 9),
    "labels all -1": make_dataset([[i, i * i] for i in range(9)], [[-1]] * 9),
    "gap between blocks": make_dataset([[x] for x in (0, 100, 200, 300, 301, 400, 500, 600)], [[0]] * 8),
    "one spike": make_dataset([[x] for x in range(8)], [[int(x == 4)] for x in range(8)]),
}
"""Data that break naive implementations; the last two are counterexamples to Appendix E as printed."""
