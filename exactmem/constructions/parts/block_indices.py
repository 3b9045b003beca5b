"""Where the blocks of a deep network go: the size conditions of Proposition 3.4 and Corollaries A.1 to A.3.

Block j occupies the hidden layers l_j and l_j + 1. Of these layers, r_j units each are set aside: one to carry the
input on to later blocks (not in the last block) and one per value to carry what earlier blocks fitted (not in the
first). Layers between blocks carry both, layers after the last block the values only, layers before the first the
input only. All counts are exact integers; nothing depends on N.
"""

__all__ = ["BlockCondition", "Indices", "carries_input", "carries_values"]

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exactmem.errors import SizeError, UsageError
from exactmem.sizes.product import ProductCondition

Indices = tuple[int, ...]


def carries_input(layer: Any, last: Any) -> bool:
    """Whether the layer carries the input on, `last` being the first layer of the last block; integers or symbols."""
    return bool(layer < last)


def carries_values(layer: Any, first: Any) -> bool:
    """Whether the layer carries what blocks gave, `first` being the first layer of the first block."""
    return bool(layer >= first + 2)


@dataclass(frozen=True)
class BlockCondition:
    """The condition 4 sum_j floor((d_{l_j} - r_j)/step) floor((d_{l_j + 1} - r_j)/(step values)) >= N.

    step: 2 for hard-tanh, 4 for ReLU-like; values: how many numbers are fitted per sample (d_y, or 1 for codes).
    As printed the sum admits d_{l_j} < r_j, where two negative factors count; here such a block is not admitted.
    """

    step: int
    values: int

    def reserved(self, j: Any, m: Any) -> Any:
        """r_j = values * 1{j > 1} + 1{j < m} for the block j of m (1-based); integers or ordered symbols."""
        return self.values * int(bool(j > 1)) + int(bool(j < m))

    def shape(self, widths: Sequence[int], layer: int, reserved: int) -> tuple[int, int]:
        """(p, q): hard-tanh units in the block's first layer and, per value, in its second; both even."""
        first, second = widths[layer - 1] - reserved, widths[layer] - reserved
        return 2 * (first // self.step), 2 * (second // (self.step * self.values))

    def capacity(self, widths: Sequence[int], layer: int, reserved: int) -> int:
        """Samples that a block at layers `layer`, `layer` + 1 holds; 0 where the reserved units do not even fit."""
        if min(widths[layer - 1], widths[layer]) < reserved:
            return 0
        p, q = self.shape(widths, layer, reserved)
        return p * q

    def shapes(self, widths: Sequence[int], indices: Sequence[int]) -> list[tuple[int, int]]:
        """(p, q) of every block."""
        m = len(indices)
        return [self.shape(widths, l, self.reserved(j, m)) for j, l in enumerate(indices, 1)]

    def total(self, widths: Sequence[int], indices: Sequence[int]) -> int:
        """The left-hand side of the condition for indices that `broken` finds nothing wrong with."""
        return sum(p * q for p, q in self.shapes(widths, indices))

    def broken(self, widths: Sequence[int], indices: Sequence[int]) -> str | None:
        """None when the indices satisfy every condition but the sum, else a sentence naming the first broken one."""
        hidden, m = len(widths), len(indices)
        if m == 0:
            return "at least one block is needed"
        for j, l in enumerate(indices, 1):
            if not 1 <= l <= hidden - 1:
                return (
                    f"l_{j} = {l} is not in 1 .. {hidden - 1}: the two layers of a block must be among the {hidden} "
                    "hidden layers; name others or give more widths"
                )
            if j > 1 and not indices[j - 2] + 1 < l:
                return f"l_{j - 1} + 1 < l_{j} does not hold for l_{j - 1} = {indices[j - 2]}, l_{j} = {l}"
            reserved = self.reserved(j, m)
            for layer in (l, l + 1):
                if widths[layer - 1] < reserved:
                    return f"d_{layer} = {widths[layer - 1]} is less than r_{j} = {reserved}, the units set aside there"
        return self._too_narrow(widths, indices)

    def _too_narrow(self, widths: Sequence[int], indices: Sequence[int]) -> str | None:
        between = [k for l, following in itertools.pairwise(indices) for k in range(l + 2, following)]
        after = range(indices[-1] + 2, len(widths) + 1)
        for layers, least, place in ((between, self.values + 1, "between blocks"), (after, self.values, "after them")):
            for k in layers:
                if widths[k - 1] < least:
                    return f"d_{k} = {widths[k - 1]} is less than {least}, which layers {place} need"
        return None

    def best(self, widths: Sequence[int]) -> tuple[int, Indices]:
        """The largest sum over all admissible indices, and indices that reach it; (0, ()) if there are none.

        Exact, by dynamic programming over the layers: before the first block, between two, after the last. Among the
        indices of the largest sum those with the fewest blocks are taken, of these the lexicographically first.
        """
        before: _Plan = (0, 0, ())
        between: list[_Plan | None] = [None]
        after: list[_Plan | None] = [None]
        for k in range(1, len(widths) + 1):
            width = widths[k - 1]
            going = [between[k - 1]] if width >= self.values + 1 else []
            ended = [after[k - 1]] if width >= self.values else []
            if k >= 2:
                inner = between[k - 2]
                going += [self._extend(widths, k - 1, before, 1)]
                going += [self._extend(widths, k - 1, inner, self.values + 1)]
                ended += [self._extend(widths, k - 1, before, 0)]
                ended += [self._extend(widths, k - 1, inner, self.values)]
            between.append(max((plan for plan in going if plan is not None), default=None))
            after.append(max((plan for plan in ended if plan is not None), default=None))
        found = after[-1]
        return (found[0], tuple(-l for l in found[2])) if found is not None else (0, ())

    def _extend(self, widths: Sequence[int], layer: int, plan: "_Plan | None", reserved: int) -> "_Plan | None":
        """The plan with one more block, or None if there is no plan or the block would hold nothing."""
        capacity = self.capacity(widths, layer, reserved)
        if plan is None or capacity == 0:
            return None
        return plan[0] + capacity, plan[1] - 1, (*plan[2], -layer)

    def choose(self, widths: Sequence[int], N: int, blocks: Indices | None, gates: Indices = ()) -> Indices:
        """The given indices, or the best ones if there are none; then `gates`, the gates' layer if there is one.

        Raises UsageError where the given ones break a condition, SizeError (witness: the best indices) where they
        hold fewer than N samples.
        """
        best, indices = self.best(widths)
        best_of_all = (*indices, *gates)
        if blocks is None:
            return best_of_all
        named = ",".join(map(str, (*blocks, *gates)))
        reason = self.broken(widths, blocks)
        if reason is not None:
            raise UsageError(f"blocks {named}: {reason}")
        total = self.total(widths, blocks)
        if total < N:
            raise SizeError(
                f"blocks {named} hold {total} < {N} samples; blocks {','.join(map(str, best_of_all))} hold {best}",
                witness=best_of_all,
            )
        return (*blocks, *gates)

    def unmet(self, widths: Sequence[int], N: int, text: str, where: str = "") -> str | None:
        """None when some indices satisfy the condition, else a sentence with the best indices and their sum.

        `where` says which layers the widths belong to, if not to all.
        """
        total, indices = self.best(widths)
        if total >= N:
            return None
        given = ",".join(map(str, widths)) + where
        if total == 0:
            return f"{text} does not hold for widths {given}: no two adjacent layers have room for a block"
        at = ",".join(map(str, indices))
        return f"{text} does not hold for widths {given}: the sum is at most {total} < {N}, with blocks at l = {at}"

    def smallest_pair(self, N: int) -> tuple[int, int]:
        """The widths of the two layers of a single block that holds N samples with the fewest hidden units."""
        return ProductCondition(self.step, self.step * self.values, 4, N).smallest()

    def smallest(self, N: int, hidden: int = 2) -> tuple[int, ...]:
        """Widths of `hidden` >= 2 layers that hold N samples with the fewest hidden units: 1, ..., 1, then one block.

        Exact over all numbers of blocks: two blocks of P x Q and P' x Q' units can be merged into one of P + P' by
        max(Q, Q') units, which holds as many samples, frees two layers but for one unit each and needs nobody to carry
        values (`proofs/yun2019/proposition_3_4/blocks.py`). With `hidden` = 2 it is the least over all depths, too.
        """
        return (*[1] * (hidden - 2), *self.smallest_pair(N))


_Plan = tuple[int, int, tuple[int, ...]]
"""(samples held, minus the number of blocks, minus the indices): the larger, the better."""
