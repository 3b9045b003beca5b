"""exactmem/networks.py: shapes are checked when a network is made; sizes count as the paper does."""

import pytest
from flint import fmpq

from exactmem.activations import HARD_TANH, RELU
from exactmem.errors import ShapeError
from exactmem.networks import (
    FNN,
    DenseMatrix,
    RankOneMatrix,
    ResNet,
    SparseMatrix,
    dense,
    largest_bits,
    layer,
    rank_one,
    residual,
    sparse,
)


def test_three_forms_of_one_matrix():
    forms = [dense([[2, 0], [4, 0]]), sparse((2, 2), {(1, 0): 4, (0, 0): 2}), rank_one([1, 2], [2, 0])]
    for matrix in forms:
        assert matrix.shape == (2, 2)
        assert matrix.nonzero() == [[(0, 2)], [(0, 4)]]
    assert forms[1].to_json() == {"shape": [2, 2], "entries": [[0, 0, "2"], [1, 0, "4"]]}
    assert forms[2].to_json() == {"column": ["1", "2"], "row": ["2", "0"]}
    assert sorted(forms[1].values()) == [2, 4]


@pytest.mark.parametrize(
    "make",
    [
        lambda: dense([]),
        lambda: dense([[]]),
        lambda: dense([[1], [1, 2]]),
        lambda: SparseMatrix((0, 1), ()),
        lambda: SparseMatrix((1, 1), ((0, 1, fmpq(1)),)),
        lambda: SparseMatrix((2, 2), ((1, 0, fmpq(1)), (0, 0, fmpq(1)))),
        lambda: SparseMatrix((2, 2), ((0, 0, fmpq(1)), (0, 0, fmpq(1)))),
        lambda: SparseMatrix((1, 1), ((0, 0, fmpq(0)),)),
        lambda: RankOneMatrix((), (fmpq(1),)),
        lambda: layer(dense([[1]]), [1, 2]),
        lambda: FNN(()),
        lambda: FNN((layer(dense([[1]]), [0], RELU),)),
        lambda: FNN((layer(dense([[1]]), [0], RELU), layer(dense([[1, 1]]), [0]))),
        lambda: ResNet(()),
        lambda: residual(dense([[1]]), [0], dense([[1, 1]]), [0], RELU, True),
        lambda: residual(dense([[1, 0]]), [0], dense([[1]]), [0], RELU, True),
        lambda: ResNet((residual(dense([[1]]), [0], dense([[1]]), [0], RELU, False),) * 2),
        lambda: ResNet(
            (
                residual(dense([[1]]), [0], dense([[1]]), [0], RELU, True),
                residual(dense([[1, 1]]), [0], dense([[1]]), [0], RELU, False),
            )
        ),
    ],
)
def test_shapes_that_do_not_fit(make):
    with pytest.raises(ShapeError):
        make()


def test_sparse_drops_zeros():
    assert sparse((1, 2), {(0, 0): 0, (0, 1): 3}).entries == ((0, 1, fmpq(3)),)


def test_sizes_of_an_fnn_match_the_papers_edge_count():
    """d1 = d2 = 2 sqrt(N), d_y = 1: 4N + (2 d_x + 6) sqrt(N) + 1 weights and biases."""
    for root in (2, 4, 6):
        for d_x in (1, 5):
            width = 2 * root
            network = FNN(
                (
                    layer(DenseMatrix(((fmpq(1),) * d_x,) * width), [0] * width, RELU),
                    layer(DenseMatrix(((fmpq(1),) * width,) * width), [0] * width, RELU),
                    layer(dense([[1] * width]), [0]),
                )
            )
            assert network.edges == 4 * root**2 + (2 * d_x + 6) * root + 1
            assert network.widths == (width, width)
            assert network.hidden_nodes == 2 * width


def test_sizes_of_a_resnet():
    first = residual(dense([[1, 0], [0, 1], [1, 1]]), [0] * 3, dense([[1] * 3] * 2), [0] * 2, HARD_TANH, True)
    last = residual(dense([[1, 0]]), [0], dense([[1]]), [0], HARD_TANH, False)
    network = ResNet((first, last))
    assert (network.d_x, network.d_y, network.widths, network.hidden_nodes) == (2, 1, (3, 1), 4)
    assert network.edges == 3 * 2 + 3 + 2 * 3 + 2 + 2 + 1 + 1 + 1
    assert network.to_json()["layers"][1]["skip"] is False


def test_largest_bits():
    network = FNN((layer(dense([[fmpq(1, 1024)]]), [5]),))
    assert largest_bits(network) == 11
