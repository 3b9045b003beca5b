"""Lemma G.1 on exact networks, in the worst directions: eigenvectors of each sample's second derivative.

Directions are looked for in floating point; every inequality is then decided exactly.
"""

import random
from dataclasses import replace

import numpy as np
import pytest
from flint import fmpq

from exactmem.errors import KinkError
from exactmem.rationals import to_fraction
from exactmem.sgd.checks import Projection
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.gradients import Differentiator
from exactmem.sgd.lemma_g1 import keeps_pieces, kink_free_radius
from exactmem.sgd.loss import SQUARED_LOSS, polynomial
from exactmem.sgd.norms import dot, root, squared_norm, sum_of_roots_sign
from tests.support.sgd_cases import HARD_TANH, LEAKY, RELU, random_network

SKEW = polynomial(["1/2", "1/6", "1/12"])
CASES = [
    pytest.param([2, 1], RELU, 4, SQUARED_LOSS, id="L1"),
    pytest.param([2, 3, 1], RELU, 4, SQUARED_LOSS, id="L2-relu"),
    pytest.param([1, 4, 1], HARD_TANH, 4, SKEW, id="L2-hard-tanh-skew"),
    pytest.param([2, 3, 2, 1], LEAKY, 4, SKEW, id="L3-leaky-skew"),
    pytest.param([2, 3, 3, 1], HARD_TANH, 3, SQUARED_LOSS, id="L3-hard-tanh"),
    pytest.param([1, 2, 2, 2, 1], LEAKY, 3, SQUARED_LOSS, id="L4-leaky"),
    pytest.param([2, 2, 3, 2, 1], RELU, 3, SKEW, id="L4-relu-skew"),
]


class UnitSlope:
    """A stand-in for a loss whose slope is 1, so that the batch gradient of one sample is grad f."""

    def slope(self, u, y):
        return fmpq(1)


class Instance:
    """A problem with everything the inequalities of Lemma G.1 speak about."""

    def __init__(self, minimum, loss):
        self.problem = Training(minimum, loss)
        self.loss, self.minimum = loss, minimum
        self.differentiator = Differentiator(minimum, UnitSlope())
        self.projection = Projection(self.problem)
        self.nu = [t.gradient() for t in self.problem.traces]

    def at(self, xi, i):
        """(f(x_i) - y_i, grad f(x_i)) at theta* + xi."""
        theta = [a + b for a, b in zip(self.minimum.theta, xi, strict=True)]
        _, (f,) = self.differentiator.forward(self.differentiator.layers(theta), [i])
        return f - self.problem.labels[i], self.differentiator.gradient(theta, [i])

    def violations(self, lemma, xi):
        """The names of the inequalities of Lemma G.1 that xi violates for some sample."""
        p, n = self.projection.squared(xi), squared_norm(xi)
        found = set()
        for i, nu in enumerate(self.nu):
            moved, gradient = self.at(xi, i)
            y = self.problem.labels[i]
            first = dot(nu, xi)
            remainder = self.loss.slope(moved, y) - self.loss.curvature(y) * first
            mu = squared_norm([g - v for g, v in zip(gradient, nu, strict=True)])
            holds = {
                "C_1": sum_of_roots_sign(self.loss.value(moved, y) / lemma.C_1, lemma.C_2**2 * p, lemma.C_3**2 * n * n)
                <= 0,
                "C_2": first**2 <= lemma.C_2**2 * p,
                "C_3": (moved - first) ** 2 <= lemma.C_3**2 * n * n,
                "C_4": remainder**2 <= lemma.C_4**2 * n * n,
                "C_5": mu <= lemma.C_5**2 * n,
                "C_6": self.loss.curvature(y) ** 2 * squared_norm(nu) <= lemma.C_6**2,
            }
            found |= {name for name, true in holds.items() if not true}
        return found

    def hessian(self, i, radius):
        """The second derivative of f(x_i) at theta*: exact differences, as f is affine in each parameter; as floats."""
        step = radius / 4
        unit = [[step if j == k else fmpq(0) for j in range(self.minimum.P)] for k in range(self.minimum.P)]
        return np.array(
            [
                [float(to_fraction((g - v) / step)) for g, v in zip(self.at(e, i)[1], self.nu[i], strict=True)]
                for e in unit
            ]
        )

    def worst_directions(self, radius):
        """Per sample nu_i and the eigenvectors of the two eigenvalues of largest magnitude, both signs; two random."""
        generator = random.Random(0)
        for i, nu in enumerate(self.nu):
            yield nu
            values, vectors = np.linalg.eigh(self.hessian(i, radius))
            for k in np.argsort(-abs(values))[:2]:
                for sign in (1, -1):
                    yield [fmpq(*(sign * float(v)).as_integer_ratio()) for v in vectors[:, k]]
        for _ in range(2):
            yield [fmpq(generator.randint(-99, 99)) for _ in range(self.minimum.P)]


def scaled(direction, radius):
    """The direction with norm at most, and almost, the radius."""
    norm = root(squared_norm(direction), 40, "up")
    return [v * radius / norm for v in direction]


@pytest.mark.parametrize(("sizes", "activation", "N", "loss"), CASES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_inequality_in_the_worst_directions(sizes, activation, N, loss, seed):
    instance = Instance(random_network(seed, sizes, activation, N), loss)
    radius = kink_free_radius(instance.problem.norms, 20)
    rho_c = fmpq(1) if radius is None else radius.safe
    values = constants(instance.problem, 1, rho_s=rho_c, bits=20)
    for direction in instance.worst_directions(rho_c):
        for radius in (rho_c, rho_c / 7):
            assert instance.violations(values.lemma, scaled(direction, radius)) == set()


@pytest.mark.parametrize("name", ["C_2", "C_3", "C_4", "C_5", "C_6"])
@pytest.mark.parametrize("activation", [RELU, LEAKY], ids=str)
def test_two_percent_less_is_noticed_for_two_layers(name, activation):
    instance = Instance(random_network(1, [2, 3, 1], activation, 4), SQUARED_LOSS)
    values = constants(instance.problem, 1)
    smaller = replace(values.lemma, **{name: getattr(values.lemma, name) * fmpq(98, 100)})
    radius = values.lemma.rho_s
    found = [instance.violations(smaller, scaled(d, radius)) for d in instance.worst_directions(radius)]
    assert any(name in names for names in found)


def test_the_constants_of_deeper_networks_are_within_a_factor_of_their_worst_case():
    instance = Instance(random_network(1, [2, 3, 2, 1], LEAKY, 4), SQUARED_LOSS)
    values = constants(instance.problem, 1)
    for name in ("C_3", "C_5"):
        smaller = replace(values.lemma, **{name: getattr(values.lemma, name) / 3})
        found = [
            instance.violations(smaller, scaled(d, values.lemma.rho_s))
            for d in instance.worst_directions(values.lemma.rho_s)
        ]
        assert any(name in names for names in found)


@pytest.mark.parametrize("activation", [RELU, HARD_TANH], ids=str)
def test_the_radius_is_exact_for_two_layers(activation):
    instance = Instance(random_network(4, [2, 3, 1], activation, 4), SQUARED_LOSS)
    rho_c = kink_free_radius(instance.problem.norms, 30).safe
    distance, i, j = min(
        (distance**2 / squared_norm([*x, fmpq(1)]), i, j)
        for i, x in enumerate(instance.minimum.dataset.inputs)
        for j, (z, piece) in enumerate(
            zip(instance.problem.traces[i].pre[0], instance.minimum.pieces[0][i], strict=True)
        )
        if (distance := piece.distance(z)) is not None
    )
    assert rho_c**2 < distance <= rho_c**2 * (1 + fmpq(1, 2**27))
    x = [*instance.minimum.dataset.inputs[i], fmpq(1)]
    z, piece = instance.problem.traces[i].pre[0][j], instance.minimum.pieces[0][i][j]
    end = min((e for e in (piece.low, piece.high) if e is not None), key=lambda e: abs(e - z))
    toward = [fmpq(0)] * instance.minimum.P
    for k, v in enumerate(x):
        toward[j * len(x) + k] = v if end > z else -v
    instance.at(scaled(toward, rho_c), i)
    with pytest.raises(KinkError):
        instance.at(scaled(toward, rho_c * (1 + fmpq(1, 2**20))), i)


def test_the_radius_of_deeper_networks_keeps_every_piece_in_the_directions_of_each_unit():
    instance = Instance(random_network(2, [2, 3, 3, 1], HARD_TANH, 3), SQUARED_LOSS)
    radius = kink_free_radius(instance.problem.norms, 20)
    rho_c = radius.safe
    assert radius.low == rho_c < radius.high
    assert radius.relative_width * 2**20 <= 1
    assert not all(keeps_pieces(n, radius.high, 36) for n in instance.problem.norms)
    assert all(keeps_pieces(n, rho_c, 40) for n in instance.problem.norms)
    assert not all(keeps_pieces(n, rho_c * (1 + fmpq(1, 2**16)), 40) for n in instance.problem.norms)
    generator = random.Random(3)
    for _ in range(40):
        direction = [fmpq(generator.randint(-9, 9)) * generator.choice((0, 0, 1)) for _ in range(instance.minimum.P)]
        if any(direction):
            for i in range(instance.minimum.N):
                instance.at(scaled(direction, rho_c), i)


def test_without_kinks_there_is_no_radius():
    assert kink_free_radius(Training(random_network(1, [2, 1], RELU, 3), SQUARED_LOSS).norms, 10) is None
