"""Tables over seeds: how often seeded weights do, exactly, for sizes that one would count parameters for."""

__all__ = [
    "MOST_PER_INPUT",
    "Draws",
    "form_ranks",
    "form_units",
    "kernel_ranks",
    "kernel_units",
    "largest_samples",
    "seeded_dataset",
    "step_reach",
]

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from exactmem.activations import Activation
from exactmem.datasets import Dataset, make_dataset
from exactmem.tangent.draws import gaussian_rows, signs
from exactmem.tangent.forms import form_rank, mapped, random_map, rank_bound
from exactmem.tangent.kernel import kernel_rank
from exactmem.tangent.one_step import step

MOST_PER_INPUT = 8
"""Most samples per input coordinate for which `step_reach` goes on by itself."""


@dataclass(frozen=True)
class Draws:
    """One row: m samples, q units (or k rows), the bound that counting gives, and what every seed gave.

    `ranks` are exact ranks; for one step they are m where some step size memorizes, else 0.
    """

    samples: int
    units: int
    bound: int
    ranks: tuple[int, ...]

    @property
    def full(self) -> int:
        """How many seeds reached the number of samples."""
        return sum(rank == self.samples for rank in self.ranks)


def seeded_dataset(samples: int, d_x: int, seed: int) -> Dataset:
    """Seeded inputs in the place of Gaussian ones, with seeded labels 1 and -1."""
    return make_dataset(gaussian_rows(seed, "inputs", samples, d_x), signs(seed, "labels", samples))


def _table(
    pairs: Sequence[tuple[int, int]], seeds: int, bound: Callable[[int, int], int], rank: Callable[[int, int, int], int]
) -> list[Draws]:
    return [Draws(m, q, bound(m, q), tuple(rank(m, q, seed) for seed in range(seeds))) for m, q in pairs]


def kernel_units(samples: int, d_x: int) -> tuple[int, ...]:
    """Units with d q/m from 1 to 4."""
    least = -(-samples // d_x)
    return tuple(sorted({least, 3 * least // 2, 2 * least, 3 * least, 4 * least}))


def form_units(samples: int) -> tuple[int, ...]:
    """The least k with k(k+1)/2 >= m, and the next two."""
    least = next(k for k in itertools.count(1) if k * (k + 1) // 2 >= samples)
    return least, least + 1, least + 2


def kernel_ranks(samples: int, d_x: int, units: Sequence[int], seeds: int, activation: Activation) -> list[Draws]:
    """rank Phi over seeds for every q; the bound is min(m, d q)."""
    return _table(
        [(samples, q) for q in units],
        seeds,
        lambda m, q: min(m, d_x * q),
        lambda m, q, seed: kernel_rank(seeded_dataset(m, d_x, seed), seed, q, activation),
    )


def step_reach(
    samples: Sequence[int] | None, d_x: int, units: int, seeds: int, method: str = "householder"
) -> list[Draws]:
    """For every m, over seeds, whether one gradient step of some size memorizes with q units; `method` is that of the
    orthonormal rows. Without `samples` for m = 1, 2, ... to the first at which no seed does, MOST_PER_INPUT d at most.
    """

    def rows(counts: Iterable[int]) -> Iterator[Draws]:
        for m in counts:
            found = [step(seeded_dataset(m, d_x, seed), seed, units, method).sizes for seed in range(seeds)]
            yield Draws(m, units, m, tuple(m if sizes else 0 for sizes in found))

    if samples is not None:
        return list(rows(samples))
    reached = []
    for row in rows(range(1, MOST_PER_INPUT * d_x + 1)):
        reached.append(row)
        if row.full == 0:
            break
    return reached


def largest_samples(rows: Sequence[Draws]) -> list[int]:
    """Per seed, the largest m of the rows that it reached, 0 where none."""
    return [max(reached) for reached in zip(*(row.ranks for row in rows), strict=True)]


def form_ranks(samples: int, d_x: int, power: int, units: Sequence[int], seeds: int) -> list[Draws]:
    """The rank of the matrices z z^T, z = (R x)^power, over seeds for every k; the bound is that of `rank_bound`."""
    return _table(
        [(samples, k) for k in units],
        seeds,
        lambda m, k: min(m, rank_bound(d_x, power, k)),
        lambda m, k, seed: form_rank(mapped(seeded_dataset(m, d_x, seed).inputs, random_map(seed, k, d_x), power)),
    )
