"""Concrete deep networks for the CHECKED claims of `deep_blocks`: every admissible choice of indices is built."""

import itertools
from collections.abc import Callable, Iterator, Mapping

from exactmem.activations import HARD_TANH, Activation
from exactmem.constructions.build import build
from exactmem.constructions.parts.block_indices import BlockCondition
from exactmem.constructions.theorem import Choices
from exactmem.datasets import Dataset, make_dataset
from exactmem.ledger.claims import require


def spread(N: int) -> Dataset:
    """N samples with unequal gaps and labels 0, 1, 1, -1, 1, 0, ..., on which the printed alpha leaks."""
    return make_dataset([[i * i + i % 3] for i in range(N)], [[(0, 1, 1, -1, 1)[i % 5]] for i in range(N)])


def built_cases(
    check: Callable[[tuple[int, ...], Activation], int],
    depths: tuple[int, ...],
    sizes: Mapping[Activation, tuple[int, ...]],
) -> str:
    """Check all vectors of these widths, of these lengths; what was built, in words."""
    cases = []
    for activation, among in sizes.items():
        vectors = [w for hidden in depths for w in itertools.product(among, repeat=hidden)]
        count = sum(check(widths, activation) for widths in vectors)
        require(count > 0, "there are admissible indices to build")
        cases.append(f"{activation.name}: {count} networks with {depths} hidden layers of widths {among}")
    return "; ".join(cases)


def all_indices(last: int) -> Iterator[tuple[int, ...]]:
    """Every non-empty increasing choice of indices in [last]."""
    return itertools.chain.from_iterable(
        itertools.combinations(range(1, last + 1), m) for m in range(1, (last + 1) // 2 + 1)
    )


def check_widths(widths: tuple[int, ...], activation: Activation) -> int:
    """Build at every admissible choice of indices, with exactly as many samples as it holds; how many were built."""
    condition = BlockCondition(2 if activation is HARD_TANH else 4, 1)
    theorem = "3.4" if activation is HARD_TANH else "A.1"
    built = 0
    for indices in all_indices(len(widths) - 1):
        if condition.broken(widths, indices) is None and condition.total(widths, indices) > 0:
            data = spread(condition.total(widths, indices))
            network = build(data, theorem, widths, activation, Choices(blocks=indices)).network
            require(network.widths == widths, f"{widths}, {indices}: exactly the given widths")
            built += 1
    return built


def check_gated_widths(widths: tuple[int, ...], activation: Activation) -> int:
    """The same for Corollaries A.2 and A.3 with two classes: every admissible choice of blocks and gate layer."""
    condition = BlockCondition(2 if activation is HARD_TANH else 4, 1)
    theorem = "A.2" if activation is HARD_TANH else "A.3"
    built = 0
    for gates in range(3, len(widths) + 1):
        fits = widths[gates - 1] >= 2 * condition.step and all(d >= 2 for d in widths[gates:])
        below = widths[: gates - 1]
        for indices in all_indices(gates - 2) if fits else ():
            if condition.broken(below, indices) is None and condition.total(below, indices) > 0:
                plain = spread(condition.total(below, indices))
                data = make_dataset(plain.inputs, [[int(y[0] == 1), int(y[0] != 1)] for y in plain.labels])
                network = build(data, theorem, widths, activation, Choices(blocks=(*indices, gates))).network
                require(network.widths == widths, f"{widths}, {indices}, {gates}: exactly the given widths")
                built += 1
    return built
