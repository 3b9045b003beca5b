"""The size condition that a product of two widths is large enough, minimized exactly."""

__all__ = ["ProductCondition", "below", "minimize_weighted_product"]

from dataclasses import dataclass
from math import isqrt


def minimize_weighted_product(first: int, second: int, product: int) -> tuple[int, int]:
    """(P, Q), positive integers with P Q >= product and first * P + second * Q least; the smallest such P on ties.

    Exact for every size, in about (product / max(first, second))^(1/4) steps: the search over the factor with the
    larger weight is confined to the interval where the real relaxation does not exceed a known value.
    """
    product = max(product, 1)
    if first >= second:
        return _minimize(first, second, product, prefer_small=True)
    # Both factors of an optimal pair are determined by the other one, so that the least P is the largest Q.
    q, p = _minimize(second, first, product, prefer_small=False)
    return p, q


def _minimize(heavy: int, light: int, product: int, *, prefer_small: bool) -> tuple[int, int]:
    """(H, L) with H L >= product and heavy * H + light * L least; on ties the smallest or the largest such H."""

    def cost(h: int) -> int:
        return heavy * h + light * -(-product // h)

    guess = max(1, isqrt(light * product // heavy))
    best = min(cost(guess), cost(guess + 1))
    # heavy H^2 - best H + light product <= 0 holds for every H that is at least as good.
    root = isqrt(max(0, best * best - 4 * heavy * light * product))
    low = max(1, (best - root - 1) // (2 * heavy))
    high = (best + root + 1) // (2 * heavy) + 1
    h = min(range(low, high + 1), key=lambda h: (cost(h), h if prefer_small else -h))
    return h, -(-product // h)


def below(sizes: str, value: int, target: int, text: str) -> str | None:
    """None when value >= target, else a sentence that the condition `text` does not hold for `sizes`."""
    return None if value >= target else f"{text} does not hold for {sizes}: {value} < {target}"


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
        return below(f"d1={d1}, d2={d2}", self.value(d1, d2), self.target, text)

    def smallest(self) -> tuple[int, int]:
        """The widths (d1, d2) that satisfy the condition with the least sum."""
        p, q = minimize_weighted_product(self.first, self.second, -(-self.target // self.factor))
        return self.first * p, self.second * q
