"""Floor 4: size conditions and exact integer minimization of hidden units."""

from dataclasses import dataclass
from math import isqrt


def minimize_weighted_product(first: int, second: int, product: int) -> tuple[int, int]:
    """(P, Q), positive integers with P Q >= product and first * P + second * Q least; the smallest such P on ties.

    Exact for every size: the search is confined to the interval where first * P + second * product / P does not
    exceed a known value, whose ends are roots of a quadratic; all integer arithmetic.
    """
    product = max(product, 1)

    def cost(p: int) -> int:
        return first * p + second * -(-product // p)

    guess = max(1, isqrt(second * product // first))
    best = min(cost(guess), cost(guess + 1))
    # first P^2 - best P + second product <= 0 holds for every P that is at least as good.
    root = isqrt(max(0, best * best - 4 * first * second * product))
    low = max(1, (best - root - 1) // (2 * first))
    high = (best + root + 1) // (2 * first) + 1
    p = min(range(low, high + 1), key=cost)
    return p, -(-product // p)


@dataclass(frozen=True)
class ProductCondition:
    """factor * floor(d1 / first) * floor(d2 / second) >= target, for two widths d1 and d2."""

    first: int
    second: int
    factor: int
    target: int

    def value(self, d1: int, d2: int) -> int:
        """The left-hand side."""
        return self.factor * (d1 // self.first) * (d2 // self.second)

    def unmet(self, d1: int, d2: int, text: str) -> str | None:
        """None when the condition holds, else a sentence with the numbers."""
        value = self.value(d1, d2)
        if value >= self.target:
            return None
        return f"{text} does not hold for d1={d1}, d2={d2}: {value} < {self.target}"

    def smallest(self) -> tuple[int, int]:
        """The widths (d1, d2) that satisfy the condition with the least sum."""
        p, q = minimize_weighted_product(self.first, self.second, -(-self.target // self.factor))
        return self.first * p, self.second * q
