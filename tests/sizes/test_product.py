"""exactmem/sizes: the integer minimization is exact."""

from hypothesis import given
from hypothesis import strategies as st

from exactmem.sizes.product import ProductCondition, minimize_weighted_product

small = st.integers(1, 12)


@given(small, small, st.integers(0, 300))
def test_minimum_agrees_with_trying_everything(first, second, product):
    p, q = minimize_weighted_product(first, second, product)
    need = max(product, 1)
    best = min(first * a + second * -(-need // a) for a in range(1, need + 1))
    assert p * q >= need
    assert first * p + second * q == best


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**12))
def test_large_products_cannot_be_improved_nearby(first, second, product):
    p, q = minimize_weighted_product(first, second, product)
    cost = first * p + second * q
    assert p * q >= product
    for other in {1, 2, max(1, p - 1), p + 1, max(1, p - 1000), p + 1000, product}:
        assert first * other + second * -(-product // other) >= cost


@given(st.integers(1, 4), st.integers(1, 6), st.integers(1, 200))
def test_smallest_widths_just_suffice(first, second, target):
    condition = ProductCondition(first, second, 4, target)
    d1, d2 = condition.smallest()
    assert condition.unmet(d1, d2, "c") is None
    assert condition.unmet(d1 - 1, d2, "c") is not None
    assert condition.unmet(d1, d2 - 1, "c") is not None
    if target < 9:
        pairs = ((a, b) for a in range(1, d1 + d2) for b in range(1, d1 + d2))
        assert d1 + d2 == min(a + b for a, b in pairs if condition.value(a, b) >= target)
