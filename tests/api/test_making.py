"""exactmem/api/making.py: datasets, networks and constructions from plain Python."""

from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pandas as pd
import pytest

import exactmem as em
from exactmem.networks import dense, layer, residual


def test_the_tour():
    data = em.dataset([["0.1", "1/3"], [2, 5], [-1, "1e-30"]], ["1/2", -3, 0])
    net = em.build(data, "3.1", activation="hard-tanh")
    assert net(["0.1", Fraction(1, 3)]) == [Fraction(1, 2)]
    assert net(data.X) == data.y == [[Fraction(1, 2)], [-3], [0]]
    assert em.verify(net, data)
    assert net.network.hidden_nodes == 4


def test_classes_become_one_hot_labels():
    for y in (["b", "a", "b"], np.array(["b", "a", "b"]), pd.DataFrame({"y": ["b", "a", "b"]}), [["b"], ["a"], ["b"]]):
        data = em.dataset([[1], [2], [3]], y, classify=True)
        assert (data.y, data.classes) == ([[0, 1], [1, 0], [0, 1]], ("a", "b"))
    assert em.dataset([[1], [2]], [10, 9], classify=True).classes == ("9", "10")
    with pytest.raises(em.ShapeError, match="row 0 has 2 entries"):
        em.dataset([[1]], [["a", "b"]], classify=True)


def test_data_are_read_as_on_the_command_line(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("a,b,price,kind\n1,2,3,x\n4,5,6,y\n")
    assert em.read_dataset(path, labels="price", inputs="a,b").y == [[3], [6]]
    assert em.read_dataset(path, labels=["price"], inputs=["b"]).X == [[2], [5]]
    assert em.read_dataset(path, labels="kind=x").y == [[1], [0]]
    assert em.read_dataset("iris", classify=True).N == 149


def test_networks_from_lists():
    made = em.network([([[1], [-1]], [0, 0], "relu"), ([["1/2", 1]], ["0.25"])])
    assert made == em.fnn([[[1], [-1]], [[Fraction(1, 2), 1]]], [[0, 0], [Decimal("0.25")]])
    assert made([-3]) == [Fraction(13, 4)]
    assert em.network([layer(dense([[2]]), [1])])([3]) == [7]
    skip = residual(dense([[1]]), [0], dense([[1]]), [0], em.RELU, True)
    assert em.network([skip])([3]) == [6]
    assert em.fnn([[[1]], [[1]], [[1]]], [[0], [0], [0]], ["abs", ("relu-like", 1, "1/10")])([-2]) == [2]
    assert em.fnn([np.array([[1, 2]])], [[0]])([1, 1]) == [3]
    assert em.fnn([[[0.5]]], [[0]], floats="exact")([1]) == [Fraction(1, 2)]


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: em.network("relu"), em.UsageError, "no list of layers"),
        (lambda: em.network(5), em.UsageError, "no list of layers"),
        (lambda: em.network([]), em.ShapeError, "at least one layer"),
        (lambda: em.network([([[1]],)]), em.UsageError, "layer 1 is not"),
        (lambda: em.network([([[1, 2]], [0, 1])]), em.ShapeError, "layer 1: a weight with 1 rows has a bias of 2"),
        (lambda: em.network([([[1]], [0], "tanh"), ([[1]], [0])]), em.UsageError, "layer 1: unknown activation 'tanh'"),
        (lambda: em.network([([[1]], [0], 7), ([[1]], [0])]), em.UsageError, "7 of type int is no activation"),
        (lambda: em.network([([[1]], [0], "relu")]), em.ShapeError, "last layer must be linear"),
        (lambda: em.network([([[0.5]], [0])]), em.InexactNumberError, "layer 1: the weight, row 0, entry 0: 0.5"),
        (lambda: em.network([("12", [0])]), em.ShapeError, "layer 1: the weight is '12'"),
        (lambda: em.network([([[1]], "0")]), em.ShapeError, "layer 1: the bias is '0'"),
        (lambda: em.fnn(1, []), em.ShapeError, "weights is the single value 1"),
        (lambda: em.fnn([[[1]]], []), em.UsageError, "1 weights, 0 biases"),
        (lambda: em.fnn([[[1]], [[1]]], [[0], [0]], ["relu", "relu"]), em.UsageError, "2 activations"),
        (lambda: em.dataset([[1]], [1], floats="yes"), em.UsageError, "floats='yes'"),
        (lambda: em.build([[1]], "3.1"), em.UsageError, "is no dataset"),
        (lambda: em.build("iris", "3.1"), em.UsageError, "read_dataset"),
        (lambda: em.build(em.dataset([[1]], [1]), 3.1), em.UsageError, "give its id as text"),
        (lambda: em.build(em.dataset([[1]], [1]), "3.1", widths="2,x"), em.ExactmemError, "'x' is not an exact number"),
        (lambda: em.build(em.dataset([[1]], [1]), "3.1", widths=(2, "1/2")), em.UsageError, "not a positive integer"),
        (lambda: em.build(em.dataset([[1]], [1]), "3.1", u=[mpmath.mpf(1)]), em.InexactNumberError, "u, entry 0"),
        (lambda: em.build(em.dataset([[1]], [1]), "3.1", delta=0.5), em.InexactNumberError, "0.5"),
    ],
)
def test_bad_arguments_get_a_sentence(make, error, text):
    with pytest.raises(error, match=text):
        make()


def test_text_and_tuples_are_taken_where_the_command_line_takes_text():
    data = em.dataset([[0], [1], [2]], [1, "-1/2", 0])
    networks = [em.build(data, "3.1", widths=w, activation=("relu-like", 1, "1/10")) for w in ("4,8", (4, 8), ["4", 8])]
    networks += [em.build(data, "3.1", widths=np.array([4, 8]), activation="relu-like:1,1/10")]
    assert len({n.network for n in networks}) == 1
    assert em.build(data, "folklore", widths=5, activation=em.relu_like(1, "1/10")).network.widths == (5,)


def test_mpmath_numbers_are_free_parameters_when_asked_for():
    data = em.dataset([[0, 1], [1, 0]], [1, -1])
    with mpmath.workprec(200):
        root = mpmath.sqrt(2)
    assert em.exactly(0.5) == Fraction(1, 2)
    assert isinstance(em.exactly("1/3"), em.Exact)
    net = em.build(data, "3.1", u=[em.exactly(root), 1], delta=em.exactly(0.25))
    assert em.verify(net, data)


def test_long_results_are_printed():
    net = em.fnn([[["1e5000"]]], [["1/3"]])
    (value,) = net([1])
    assert len(str(value)) > 5000
    assert len(repr(net([1]))) < 100
