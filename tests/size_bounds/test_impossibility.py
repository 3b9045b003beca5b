"""exactmem/size_bounds: sizes, the integer minimizations, the bounds; each against slow enumeration."""

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, RELU, SQUARE, THRESHOLD, relu_like
from exactmem.constructions.build import build
from exactmem.datasets import make_dataset
from exactmem.errors import UsageError
from exactmem.size_bounds.impossibility import Bilinear, Setting, bilinear, bounds_for, fewest_single, smallest_excluded
from exactmem.size_bounds.related_work import huang_widths, related_work, width_exponent, zhang_matrix_entries
from exactmem.sizes.counts import fnn_edges, free_parameters, resnet_edges
from exactmem.sizes.problem import Problem
from exactmem.sizes.two_layer import two_layer_capacity

small = st.integers(0, 6)
LEAKY = relu_like(1, "1/10")


def setting(activation, d_x=1, d_y=1, collinear=True, real_labels=True):
    return Setting(activation, d_x, d_y, collinear, real_labels)


def test_edges_are_those_of_built_networks():
    data = make_dataset([[i, i * i % 7] for i in range(5)], [[int(i % 2 == k) for k in range(2)] for i in range(5)])
    for theorem in ("3.1", "3.2", "two-layer", "4.2"):
        network = build(data, theorem).network
        assert network.edges == fnn_edges(2, network.widths, 2)
    network = build(data, "4.1").network
    assert network.edges == resnet_edges(2, network.widths, 2)


def test_the_paper_s_edge_count_in_symbols():
    n, d = sp.symbols("n d")
    assert sp.expand(fnn_edges(d, (2 * n, 2 * n), 1)) == sp.expand(4 * n**2 + (2 * d + 6) * n + 1)
    assert sp.expand(fnn_edges(d, (n,), 1) - zhang_matrix_entries(d, n)) == 1


@given(small, small, small, st.integers(1, 5), st.integers(0, 400))
def test_the_least_sum_of_a_bilinear_form(constant, first, second, product, target):
    form = Bilinear(constant, first, second, product)
    d1, d2 = form.fewest(target)
    assert form.value(d1, d2) >= target
    pairs = [(a, b) for a in range(1, d1 + d2) for b in range(1, d1 + d2) if a + b < d1 + d2]
    assert all(form.value(a, b) < target for a, b in pairs)


@given(st.integers(1, 30), st.integers(0, 9), st.integers(0, 9), st.integers(1, 4))
def test_the_best_split_of_a_sum(total, first, second, product):
    form = Bilinear(3, first, second, product)
    best = max(form.value(a, total + 1 - a) for a in range(1, total + 1))
    assert form.value(*form.best_split(total + 1)) == best


def test_bilinear_forms_are_recovered():
    assert bilinear(lambda a, b: 7 + 2 * a + 3 * b + 5 * a * b) == Bilinear(7, 2, 3, 5)
    assert fewest_single(lambda d: 3 * d + 1, 100) == 33
    assert fewest_single(lambda d: 3 * d + 1, 101) == 34
    assert fewest_single(lambda d: d, -5) == 1


CASES = [
    setting(RELU),
    setting(LEAKY),
    setting(HARD_TANH),
    setting(ABS),
    setting(THRESHOLD),
    setting(RELU, 5, 3),
    setting(HARD_TANH, 5, 3, collinear=False),
    setting(RELU, 5, 3, real_labels=False),
    setting(SQUARE, 2, 1),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.activation}-{c.d_x}-{c.d_y}-{c.collinear}-{c.real_labels}")
@pytest.mark.parametrize("N", [1, 2, 3, 5, 10, 37])
def test_fewest_widths_are_the_first_that_do_not_exclude(case, N):
    for bound in bounds_for(case):
        for hidden in (1, 2):
            if not bound.covers(hidden):
                continue
            widths = bound.fewest(N, hidden)
            assert bound.excluded(widths) > N, (bound.id, widths)
            total = sum(widths)
            if hidden == 1:
                assert total == 1 or bound.excluded((total - 1,)) <= N
            else:
                smaller = [(a, total - 1 - a) for a in range(1, total - 1)]
                assert all(bound.excluded(pair) <= N for pair in smaller), (bound.id, widths)


def test_the_printed_conditions_of_theorem_3_3():
    for activation, p in ((RELU, 2), (HARD_TANH, 3)):
        printed, shared = bounds_for(setting(activation))[:2]
        for d1 in range(1, 6):
            assert printed.excluded((d1,)) == (p - 1) * d1 + 3
            for d2 in range(1, 6):
                assert printed.excluded((d1, d2)) == p * (p - 1) * d1 * d2 + (p - 1) * d2 + 3
                assert shared.excluded((d1, d2)) == (1 + (p - 1) * d1) * (1 + (p - 1) * d2) + 2
                assert shared.excluded((d1, d2)) <= printed.excluded((d1, d2))


def test_parameters_on_a_line():
    for d1 in range(1, 5):
        for d2 in range(1, 5):
            excluded = {b.id: N for b, N in smallest_excluded(setting(RELU), (d1, d2))}
            assert excluded["parameters"] == (d1 + 1) * (d2 + 1) + 1
    assert free_parameters(THRESHOLD, 9, (5, 4), 3) == 15
    assert free_parameters(HARD_TANH, 1, (2,), 1) == 7


def test_where_no_bound_or_only_some_apply():
    assert [b.id for b in bounds_for(setting(THRESHOLD))] == ["parameters"]
    assert [b.id for b in bounds_for(setting(SQUARE))] == ["parameters"]
    assert [b.id for b in bounds_for(setting(RELU, 3, 2, collinear=False))] == ["parameters"]
    assert bounds_for(setting(RELU, 3, 2, collinear=False, real_labels=False)) == []
    assert bounds_for(setting(RELU, 1, 1, real_labels=False)) == []
    assert [b.id for b in bounds_for(setting(RELU, 3, 2, real_labels=False))] == [
        "3.3",
        "shared-breakpoints",
        "two-layer",
    ]
    with pytest.raises(UsageError, match="affine"):
        smallest_excluded(setting(RELU), ())


def test_the_two_layer_bound_is_the_strongest_on_a_line():
    for activation in (RELU, LEAKY, HARD_TANH):
        for d1 in range(1, 9):
            bound, N = smallest_excluded(setting(activation), (d1,))[0]
            assert N == two_layer_capacity(activation, d1) + 1
            assert bound.excluded((d1,)) == N


def test_capacity_is_for_relu_likes_and_hard_tanh():
    with pytest.raises(UsageError, match="not for threshold"):
        two_layer_capacity(THRESHOLD, 3)


@given(st.integers(1, 300))
def test_huang_s_widths(N):
    d1, K = huang_widths(N)
    assert d1 - 2 * K == -(-N // K)
    assert d1 + K == min(-(-N // k) + 3 * k for k in range(1, N + 1))


def test_related_work():
    rows = {work.id: work for work in related_work(Problem(50_000, 3_072, 10, RELU))}
    assert rows["Zhang et al. 2017"].units == 50_000
    assert rows["Hardt-Ma 2017"].units == 50_010
    assert rows["Huang 2003"].units == sum(huang_widths(50_000))
    k = rows["Oymak-Soltanolkotabi 2019"].units
    assert k * 3_072 > 50_000**2 >= (k - 1) * 3_072
    assert [width_exponent(a) for a in (0, 1, 2)] == [2, 5, 8]
