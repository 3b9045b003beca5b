"""exactmem/api/training.py, seeds.py and descent.py: the gradient side in Python, exact numbers in and out."""

from fractions import Fraction

import pytest

import exactmem as em

DATA = em.dataset([[1, "2"], [3, -1], [-2, 1]], [1, -1, "1/2"])
SIGNS = em.dataset([[1, 2, 0], [3, -1, 1]], [1, -1])
SEQUENCES = em.dataset([[1, 0, -1], [0, 1, 2]], [1, 0])


def test_the_kernel_of_weights_of_one_s_own_by_hand():
    """The first sample passes two units, the second one of them: a third of the inner products times 2, 1 and 1."""
    kernel = em.tangent_kernel(em.dataset([[1, 1], [2, -1]], [1, 3]), weights=[["1", 0], [0, "1/2"], [-1, -1]])
    assert kernel.matrix == [[Fraction(4, 3), Fraction(1, 3)], [Fraction(1, 3), Fraction(5, 3)]]
    assert (kernel.rank, kernel.most) == (2, 2)


def test_the_kernel_its_rank_and_the_scale():
    kernel = em.tangent_kernel(DATA, seed=3)
    assert (kernel.rank, kernel.most, kernel.dependency) == (3, 3, None)
    assert kernel.matrix == [list(column) for column in zip(*kernel.matrix, strict=True)]
    assert all(type(v) is em.Exact for row in kernel.matrix for v in row)
    (scale,) = kernel.scales
    assert em.verify(kernel.network(), DATA)
    assert em.verify(kernel.network(scale), DATA)
    assert em.certificate(kernel.network(2 * scale), DATA).check()
    (below,) = kernel.below
    assert below.B < scale
    assert kernel.network(below.B)(DATA.X)[below.sample][below.output] == below.obtained != below.expected
    assert not em.verify(kernel.network(below.B), DATA)
    assert em.build(DATA, "ntk", seed=3).network == kernel.network()
    (norm,) = kernel.norms
    assert norm > 0
    few = em.tangent_kernel(DATA, seed=3, units="1", activation=("relu-like", 1, "1/10"))
    assert few.rank < 3
    assert all(
        sum(l * few.matrix[i][k] for i, l in zip(few.dependency.samples, few.dependency.coefficients, strict=True)) == 0
        for k in range(3)
    )
    assert few.dependency.labels != 0
    assert (few.scales, few.norms, few.below) == ([], [], [])
    with pytest.raises(em.DrawError):
        few.network()


def test_training_shows_theorem_8_made_exact():
    run = em.train(DATA, eta="1/10", units=8, steps=3, batch=1, scale="1/8")
    assert [i.t for i in run.iterates] == [1, 2, 3, 4]
    assert run.iterates[0].loss == Fraction(3, 8)
    assert run.iterates[-1].batch_loss is None
    assert run.bound == max(i.threshold for i in run.iterates)
    assert (run.above.B, run.above.identical) == (run.bound + 1, True)
    assert (run.below.B, run.below.identical) == (run.bound * Fraction(999, 1000), False)
    assert (run.given.B, run.given.identical) == (Fraction(1, 8), False)
    assert run.algorithm_3_equal
    assert run.comparator.total_loss <= run.comparator.bound
    assert run.comparator.kernel_norm == 16 * run.comparator.norm
    in_turn = em.train(DATA, eta="1/10", units=8, steps=3, batches=[[2, 0], [1]], loss="absolute")
    assert in_turn.setting.batches == ((2, 0), (1,), (2, 0))
    one = em.train(em.dataset([[1]], [1]), eta=1, weights=[[1]], steps=1)
    assert [(i.loss, i.norm, i.threshold) for i in one.iterates] == [(Fraction(1, 2), 0, 0), (Fraction(1, 2), 2, 1)]


def test_rounded_training_keeps_its_bound():
    exact = em.train(DATA, eta="1/100", units=4, steps=3)
    near = em.train(DATA, eta="1/100", units=4, steps=3, precision=20)
    assert [i.error for i in exact.iterates] == [0] * 4
    errors = [i.error for i in near.iterates]
    assert errors == [t * t * 16 * Fraction(1, 4**20) for t in range(4)]
    assert near.iterates != exact.iterates
    assert near.bound == max(i.threshold for i in near.iterates)
    assert (near.above, near.below, near.given, near.algorithm_3_equal, near.comparator) == (None,) * 5


@pytest.mark.parametrize("orthonormal", ["householder", "cayley"])
def test_the_step_sizes_are_those_that_build_accepts(orthonormal):
    low, high = em.step_sizes(SIGNS, orthonormal=orthonormal)[0]
    inner = low + 1 if high is None else (low + high) / 2
    made = em.build(SIGNS, "one-step", widths=3, eta=inner, orthonormal=orthonormal)
    assert em.verify(made, SIGNS, "sign")
    if high is not None:
        with pytest.raises(em.DrawError):
            em.build(SIGNS, "one-step", widths=3, eta=high, orthonormal=orthonormal)
    assert em.step_sizes(em.dataset([[1, 2], [-1, -2]], [1, -1])) == []


def test_tables_over_seeds():
    (row,) = em.draws("kernel-rank", samples=6, d_x=2, units="3", seeds=3)
    assert (row.samples, row.units, row.bound, len(row.ranks)) == (6, 3, 6, 3)
    assert row.full == sum(rank == 6 for rank in row.ranks)
    assert [r.units for r in em.draws("kernel-rank", samples=6, d_x=2, seeds=1)] == [3, 4, 6, 9, 12]
    far = em.draws("one-step", d_x=2, seeds=3, orthonormal="cayley")
    assert far.largest == [max(r.ranks[seed] for r in far) for seed in range(3)]
    assert far[-1].full == 0
    assert [r.ranks for r in em.draws("quadratic-3", samples=3, d_x=2, seeds=1)][-1] == (3,)


def test_descent_is_certified_for_ever():
    found = em.descend(DATA, units=20, seed=1, steps=3)
    assert em.check(found.certificate(), DATA)
    assert em.verify(found.limit, DATA)
    assert found.factor == 1 - found.step * found.rate
    assert [s.t for s in found.steps] == [0, 1, 2, 3]
    assert all(s.square <= s.bound for s in found.steps)
    again = em.descend(DATA, found.network, step=found.step, rate=found.rate / 2, steps=0)
    assert (again.step, again.rate, again.steps) == (found.step, found.rate / 2, found.steps[:1])
    assert em.descend(em.dataset([[0], [1]], [1, 0]), units=20, biases=True, activation="hard-tanh").factor < 1


def test_recurrent_networks():
    net = em.elman([["9/10"]], [[1]], [0], [[1]], [0])
    data = em.dataset([[1, 0, 0]], [2])
    assert net([1, 0, 0]) == [Fraction(81, 100)]
    assert net.jacobian(data) == [[Fraction(9, 5)]]
    assert net.rank(data) == 1
    box = em.existence(data, net)
    assert box.free == ((0, 0),)
    assert abs(box.network.W[0][0] ** 2 - 2) < box.radius[0]
    assert em.check(box.certificate(), data)
    drawn = em.existence(SEQUENCES, units=5, steps=3, seed=2)
    assert drawn.rank == len(drawn.free) == len(drawn.radius) == 2
    assert drawn.moved > 0


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: em.tangent_kernel([[1]]), em.UsageError, "is no dataset"),
        (lambda: em.tangent_kernel(DATA, units=0), em.UsageError, "units = 0: give an integer from 1"),
        (lambda: em.tangent_kernel(DATA, units=10**6), em.LimitError, "the limit is 10000"),
        (lambda: em.tangent_kernel(DATA, weights=[[0.5, 1]]), em.InexactNumberError, "weights, row 0, entry 0: 0.5"),
        (lambda: em.tangent_kernel(DATA, weights=[[1]]), em.ShapeError, "no rows of 2 numbers"),
        (lambda: em.tangent_kernel(DATA, weights=[[1, 1]], units=3), em.UsageError, "not both"),
        (lambda: em.tangent_kernel(DATA, activation="hard-tanh"), em.UsageError, "one kink is at 0"),
        (lambda: em.tangent_kernel(DATA, seed=3).network(0), em.UsageError, "is positive"),
        (lambda: em.tangent_kernel(em.dataset([[0, 0]], [1])), em.KinkError, "is zero"),
        (lambda: em.train(DATA, eta=0.5), em.InexactNumberError, "0.5"),
        (lambda: em.train(DATA, eta=1, loss="log"), em.UsageError, "unknown loss 'log'"),
        (lambda: em.train(DATA, eta=1, loss="hinge"), em.DatasetError, "sample 2 has the label 1/2"),
        (lambda: em.train(DATA, eta=1, batch=2), em.UsageError, "batches of 2 do not divide 3 samples"),
        (lambda: em.train(DATA, eta=1, batches=[[3]]), em.UsageError, "sample indices from 0 to 2"),
        (lambda: em.train(DATA, eta=1, batches=[[]]), em.UsageError, "sample indices from 0 to 2"),
        (lambda: em.train(DATA, eta=1, batches=[[1]], batch=1), em.UsageError, "leave one out"),
        (lambda: em.train(DATA, eta=1, scale=1, precision=9), em.UsageError, "leave out precision"),
        (lambda: em.step_sizes(DATA), em.DatasetError, "one label 1 or -1"),
        (lambda: em.step_sizes(SIGNS, orthonormal="qr"), em.UsageError, "householder or cayley"),
        (lambda: em.draws("nonsense"), em.UsageError, "use kernel-rank"),
        (lambda: em.draws("one-step", units=(1, 2)), em.UsageError, "one number of units"),
        (lambda: em.draws("kernel-rank", samples=(1, 2)), em.UsageError, "one number of samples"),
        (lambda: em.draws("kernel-rank", samples=10**9), em.LimitError, "samples = 1000000000"),
        (lambda: em.descend(DATA), em.UsageError, "not both"),
        (lambda: em.descend(DATA, units=3), em.UsageError, "an even number"),
        (lambda: em.descend(DATA, units=4, activation="square"), em.UsageError, "piecewise linear"),
        (lambda: em.descend(DATA, units=20, seed=1, rate=10**9), em.UsageError, "at most lambda_min"),
        (lambda: em.descend(em.dataset([[1], [2]], [1, 1]), units=2), em.DrawError, "rank"),
        (lambda: em.elman([[1, 2]], [[1]], [0], [[1]], [0]), em.ShapeError, "W has to have the shape"),
        (lambda: em.elman([[1.5]], [[1]], [0], [[1]], [0]), em.InexactNumberError, "W, row 0"),
        (lambda: em.existence(SEQUENCES, units=5), em.UsageError, "units and steps"),
        (lambda: em.existence(SEQUENCES, units=5, steps=2), em.UsageError, "are not 2 vectors"),
        (lambda: em.existence(SEQUENCES, em.fnn([[[1]]], [[0]])), em.UsageError, "em.elman made"),
    ],
)
def test_bad_arguments_get_a_sentence(make, error, text):
    with pytest.raises(error, match=text):
        make()
