"""Size conditions of the shallow constructions: a product of two widths, and a read-out width.

All functions are exact for integers of any size; none loops over the number of samples.
"""

__all__ = ["DecoupledCondition", "ProductAndReadout"]

from collections.abc import Sequence
from dataclasses import dataclass

from exactmem.sizes.product import ProductCondition, below


@dataclass(frozen=True)
class ProductAndReadout:
    """A ProductCondition on d1 and d2 together with d3 >= least, for the four-layer classifiers."""

    product: ProductCondition
    product_text: str
    least: int
    readout_text: str

    def unmet(self, widths: Sequence[int]) -> str | None:
        """None when both conditions hold for (d1, d2, d3), else a sentence about the first that does not."""
        reason = self.product.unmet(widths[0], widths[1], self.product_text)
        return reason or below(f"d3={widths[2]}", widths[2], self.least, self.readout_text)

    def smallest(self) -> tuple[int, ...]:
        """The widths (d1, d2, d3) that satisfy both with the least sum."""
        return (*self.product.smallest(), self.least)


@dataclass(frozen=True)
class DecoupledCondition:
    """floor((d1 + 1)/2) * floor(d2 / second) >= target: 2p - 1 units in layer 1 for p blocks of samples."""

    second: int
    target: int

    def value(self, d1: int, d2: int) -> int:
        """The left-hand side."""
        return ((d1 + 1) // 2) * (d2 // self.second)

    def unmet(self, d1: int, d2: int, text: str) -> str | None:
        """None when the condition holds, else a sentence with the numbers."""
        return below(f"d1={d1}, d2={d2}", self.value(d1, d2), self.target, text)

    def smallest(self) -> tuple[int, int]:
        """The widths (d1, d2) that satisfy the condition with the least sum."""
        d1, d2 = ProductCondition(first=2, second=self.second, factor=1, target=self.target).smallest()
        return d1 - 1, d2
