from fractions import Fraction

import pytest
from flint import fmpq

from exactmem.datasets import Dataset
from exactmem.errors import UsageError
from exactmem.rationals import to_fraction
from exactmem.sgd.constants import FLOOR, Training, constants, second_branch
from exactmem.sgd.loss import SQUARED_LOSS, polynomial
from exactmem.sgd.memorizer import memorizer
from tests.support.sgd_cases import ACTIVATIONS, HARD_TANH, LEAKY, RELU, fnn, labelled, one_two_one, random_network

SKEW = polynomial(["1/2", "1/6", "1/12"])


class DoubleForLarge:
    """A loss whose curvature depends on the label: u^2 for y > 2, u^2/2 otherwise."""

    def curvature(self, y):
        return fmpq(2) if y > 2 else fmpq(1)

    def curvature_bound(self, radius, y):
        return self.curvature(y)

    def third_bound(self, radius, y):
        return fmpq(0)


def test_a_two_layer_network_by_hand():
    # f(x) = 2 relu(x + 1) at x = 1, 3: nu = (2x, 2, x + 1, 1); Gram [[13, 25], [25, 57]]
    network = fnn([([[1]], [1]), ([[2]], [0])])
    problem = Training(memorizer(network, labelled(network, [[1], [3]])), SQUARED_LOSS)
    assert problem.gram.tolist() == [[13, 25], [25, 57]]
    values = constants(problem, 1)
    near = {
        "C_1": Fraction(1, 2),
        "C_2": Fraction(57) ** 0.5,
        "C_3": 10**0.5 / 2,  # alpha_0 = ||(3, 1)||, slope 1
        "C_4": 10**0.5 / 2,
        "C_5": 10**0.5,
        "C_6": Fraction(57) ** 0.5,
        "lambda_min": 35 - (22**2 + 25**2) ** 0.5,
        "lambda_max": 35 + (22**2 + 25**2) ** 0.5,
    }
    for name, value in near.items():
        assert abs(float(to_fraction(values.named()[name])) / float(value) - 1) < 1e-9
    # dist/alpha_0 is 2/sqrt 2 and 4/sqrt 10, of which the second is smaller
    assert values.rho_c**2 < fmpq(8, 5) < values.rho_c**2 * (1 + fmpq(1, 2**30))
    assert (values.N, values.B, values.E, values.P, values.rank) == (2, 1, 2, 4, 2)


@pytest.mark.parametrize("factor", [16, 32])
@pytest.mark.parametrize("B", [1, 2, 4])
def test_the_formulas_of_appendix_g_hold_on_the_safe_side(B, factor):
    problem = Training(random_network(2, [2, 3, 2, 1], LEAKY, 4), SKEW)
    c = constants(problem, B, factor)
    l, t, N = c.lemma, c.theorem, 4
    assert t.tau >= factor * l.C_2 * l.C_4 * N / c.lambda_min
    assert t.rho <= l.rho_s / 2
    assert t.rho * 2 * (factor * l.C_2 * l.C_5 * l.C_6 * N + c.lambda_min * l.C_5) <= c.lambda_min * l.C_2
    assert t.gamma <= c.lambda_min * B / (2 * c.lambda_max**2 * (N // B) ** 2)
    assert t.lam == c.lambda_min / (4 * B)
    assert t.C >= 16 * l.C_1 * (l.C_2 * t.tau + l.C_3) ** 2
    assert l.rho_s <= c.rho_c
    assert all(v > 0 for v in c.named().values())


@pytest.mark.parametrize("bits", [8, 24, 60])
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_enclosures_hold_the_values_and_are_as_narrow_as_asked(activation, bits):
    c = constants(Training(random_network(3, [2, 3, 1], activation, 3), SKEW), 1, bits=bits)
    values = c.named() | {"rho_c": c.rho_c}
    assert set(c.enclosures) == set(values) - {"rho_s"}
    for name, enclosure in c.enclosures.items():
        assert enclosure.low <= values[name] <= enclosure.high
        assert enclosure.relative_width <= fmpq(1, 2**bits)


def test_more_precision_gives_nested_enclosures():
    problem = Training(random_network(3, [2, 3, 2, 1], RELU, 3), SQUARED_LOSS)
    radius = fmpq(1, 2**20)
    coarse, fine = (constants(problem, 1, bits=bits, rho_s=radius) for bits in (10, 50))
    for name, enclosure in fine.enclosures.items():
        assert coarse.enclosures[name].low <= enclosure.high
        assert enclosure.low <= coarse.enclosures[name].high


def test_a_larger_radius_never_gives_smaller_constants():
    problem = Training(random_network(2, [1, 2, 2, 1], LEAKY, 3), SKEW)
    small, large = (problem.lemma(radius, 40, "up")[0] for radius in (fmpq(1, 100), fmpq(1, 10)))
    for name in ("C_1", "C_3", "C_4", "C_5"):
        assert getattr(small, name) < getattr(large, name)


def test_rho_s_is_not_what_limits_rho_unless_kinks_do():
    problem = Training(random_network(2, [2, 3, 2, 1], LEAKY, 4), SKEW)
    c = constants(problem, 1)
    assert c.lemma.rho_s < c.rho_c
    assert c.lemma.rho_s * (1 + fmpq(1, 2**10)) > second_branch(c.lemma, c.lambda_min, 4, 16)


def test_one_affine_layer_and_all_units_saturated_get_the_floor():
    affine = Training(random_network(1, [2, 1], RELU, 3), SQUARED_LOSS)
    c = constants(affine, 1)
    assert c.rho_c is None
    assert (c.lemma.C_3, c.lemma.C_4, c.lemma.C_5) == (FLOOR, FLOOR, FLOOR)
    network = fnn([([[1], [2]], [9, -9]), ([[1, 3]], [0])], HARD_TANH)
    saturated = Training(memorizer(network, labelled(network, [[0], [1]])), SQUARED_LOSS)
    c = constants(saturated, 1)
    assert (c.lemma.C_3, c.lemma.C_5, c.rank) == (FLOOR, FLOOR, 1)
    assert c.theorem.tau > 0


def test_rank_as_large_as_the_number_of_parameters():
    # w = 1, b = 0 and four inputs: every direction of parameter space moves some output
    network = fnn([([[1]], [0]), ([[1]], [0])], HARD_TANH)
    data = labelled(network, [[-3], ["-1/2"], ["1/2"], [3]])
    c = constants(Training(memorizer(network, data), SQUARED_LOSS), 4)
    assert c.rank == c.P == 4


def test_duplicate_samples_and_repeated_eigenvalues():
    network = fnn([([[1]], [1]), ([[2]], [0])])
    data = labelled(network, [[1], [3]])
    doubled = Dataset(data.inputs * 2, data.labels * 2, data.rows * 2)
    once, twice = (constants(Training(memorizer(network, d), SQUARED_LOSS), 1) for d in (data, doubled))
    assert twice.rank == once.rank == 2
    assert abs(twice.lambda_min / once.lambda_min - 2) < fmpq(1, 2**30)
    single = Dataset(data.inputs[:1] * 3, data.labels[:1] * 3, data.rows[:1] * 3)
    c = constants(Training(memorizer(network, single), SQUARED_LOSS), 3)
    assert c.rank == 1
    assert c.enclosures["lambda_min"].low <= 39 <= c.enclosures["lambda_max"].high


def test_a_curvature_that_depends_on_the_sample():
    minimum = one_two_one()
    problem = Training(minimum, DoubleForLarge())
    assert len(set(problem.curvatures)) == 2
    c = constants(problem, 1)
    squares = max(k * k * q for k, q in zip(problem.curvatures, problem.nu2, strict=True))
    assert c.lemma.C_6**2 >= squares > (c.lemma.C_6 * (1 - fmpq(1, 2**30))) ** 2
    trace = sum((k * q for k, q in zip(problem.curvatures, problem.nu2, strict=True)), fmpq(0))
    assert abs(c.lambda_min + c.lambda_max - trace) < trace / 2**30


@pytest.mark.parametrize("B", [0, 3, 5, -1, 8])
def test_a_batch_size_that_does_not_divide_N(B):
    problem = Training(random_network(2, [1, 2, 1], RELU, 4), SQUARED_LOSS)
    with pytest.raises(UsageError, match=r"does not divide N = 4.*use one of 1, 2, 4"):
        constants(problem, B)


def test_a_radius_beyond_the_first_kink_is_refused():
    problem = Training(one_two_one(), SQUARED_LOSS)
    rho_c = constants(problem, 1).rho_c
    assert constants(problem, 1, rho_s=rho_c).lemma.rho_s == rho_c
    for radius in (rho_c * 2, fmpq(0), fmpq(-1)):
        with pytest.raises(UsageError, match="not in"):
            constants(problem, 1, rho_s=radius)
