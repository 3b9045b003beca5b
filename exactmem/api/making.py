"""Datasets and networks from plain Python, and networks that memorize."""

__all__ = ["build", "dataset", "exactly", "fnn", "network", "read_dataset"]

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from exactmem import rationals, readers
from exactmem.activations import IDENTITY
from exactmem.api.arguments import activation_of, dataset_of, integer_of, names_of, widths_of
from exactmem.border import Exact, Floats, check_floats, entries_of, outward, row, table
from exactmem.commands.common import data_path
from exactmem.constructions import build as building
from exactmem.constructions.build import Construction
from exactmem.constructions.theorem import Choices
from exactmem.datasets import Dataset, make_dataset, one_hot
from exactmem.errors import ExactmemError, ShapeError, UsageError, quoted
from exactmem.networks import (
    FNN,
    DenseMatrix,
    FNNLayer,
    Matrix,
    Network,
    RankOneMatrix,
    ResNet,
    ResNetLayer,
    SparseMatrix,
)


def exactly(value: Any) -> Exact:
    """The exact number that a float stores, of Python, numpy, mpmath or SymPy; other numbers as everywhere.

    InexactNumberError for NaN, infinities and what is no number.
    """
    return outward(rationals.exactly(value))


def dataset(X: Any, y: Any, *, classify: bool = False, floats: Floats = "refuse") -> Dataset:
    """The dataset of inputs X, N x d_x, and labels y, N numbers or N x d_y; equal samples are merged.

    Lists, arrays, series and data frames of exact numbers; with `classify`, y holds N class names, which become one-hot
    labels in sorted order. Floats are refused unless floats="exact", which takes the values that they store. Raises
    ShapeError, DatasetError, DuplicateInputError (equal inputs with different labels) or InexactNumberError.
    """
    if not classify:
        return make_dataset(X, y, floats=check_floats(floats))
    labels, names = one_hot(_class_names(y))
    return make_dataset(X, labels, classes=names, floats=check_floats(floats))


def _class_names(y: Any) -> list[str]:
    """One class name per sample."""
    names = []
    for i, entry in enumerate(entries_of(y, "labels", "one class name per sample")):
        cells = entry if isinstance(entry, list | tuple) else [entry]
        if len(cells) != 1:
            raise ShapeError(f"labels, row {i} has {len(cells)} entries: classify=True needs one class name per sample")
        names.append(str(cells[0]).strip())
    return names


def read_dataset(
    path: str | Path,
    *,
    labels: str | Sequence[str] | None = None,
    inputs: str | Sequence[str] | None = None,
    classify: bool = False,
    floats: Floats = "refuse",
) -> Dataset:
    """The dataset in a .csv, .json, .npy or .npz file, or the shipped `"iris"` or `"iris_numeric"`.

    `labels` and `inputs` name columns, as a list or separated by commas; `labels="species=virginica"` is 1 where equal,
    else 0. Errors and defaults as `exactmem.readers.read_dataset`.
    """
    return readers.read_dataset(
        data_path(str(path)),
        labels=names_of(labels),
        inputs=names_of(inputs),
        classify=classify,
        floats=check_floats(floats),
    )


def network(layers: Sequence[Any], *, floats: Floats = "refuse") -> Network:
    """The network of the given layers: (weight, bias, activation) each, the last one (weight, bias).

    Weight l is d_l x d_{l-1}, bias l has d_l entries; activations are names, such as "relu", or objects. Layers made
    with `exactmem.networks` are taken as they are, residual ones make a residual network. Raises ShapeError naming the
    layer where shapes do not fit, InexactNumberError for floats unless floats="exact".
    """
    if not hasattr(layers, "__iter__") or isinstance(layers, str):
        raise UsageError(f"{quoted(layers)} is no list of layers: write [(weight, bias, 'relu'), (weight, bias)]")
    made = [
        given if isinstance(given, FNNLayer | ResNetLayer) else _layer(given, l, check_floats(floats))
        for l, given in enumerate(layers, 1)
    ]
    residual = [layer for layer in made if isinstance(layer, ResNetLayer)]
    plain = [layer for layer in made if isinstance(layer, FNNLayer)]
    if residual and plain:
        raise UsageError("residual and fully-connected layers cannot be mixed in one network")
    return ResNet(tuple(residual)) if residual else FNN(tuple(plain))


def _layer(given: Any, l: int, floats: Floats) -> FNNLayer:
    """One layer; errors name it."""
    if not isinstance(given, tuple | list) or len(given) not in (2, 3):
        raise UsageError(f"layer {l} is not (weight, bias, activation) or, at the end, (weight, bias)")
    try:
        bias = tuple(row(given[1], "the bias", None, floats))
        activation = activation_of(given[2]) if len(given) == 3 else IDENTITY
        return FNNLayer(_matrix(given[0], floats), bias, activation)
    except ExactmemError as error:
        raise type(error)(f"layer {l}: {error}") from error


def _matrix(given: Any, floats: Floats) -> Matrix:
    if isinstance(given, DenseMatrix | SparseMatrix | RankOneMatrix):
        return given
    return DenseMatrix(tuple(map(tuple, table(given, "the weight", floats))))


def fnn(weights: Sequence[Any], biases: Sequence[Any], activation: Any = "relu", *, floats: Floats = "refuse") -> FNN:
    """The fully-connected network x -> W^L s(... s(W^1 x + b^1) ...) + b^L, with one activation s for hidden layers.

    A list gives every hidden layer its own. Shapes and errors as `network`; UsageError for differing counts.
    """
    given_weights = entries_of(weights, "weights", "a list of matrices, one per layer")
    given_biases = entries_of(biases, "biases", "a list of rows, one per layer")
    hidden = len(given_weights) - 1
    activations = list(activation) if isinstance(activation, list) else [activation] * hidden
    if len(given_biases) != hidden + 1 or len(activations) != hidden:
        raise UsageError(
            f"{hidden + 1} weights, {len(given_biases)} biases and {len(activations)} activations: give one bias per "
            "weight, and one activation for all hidden layers or one for each"
        )
    pairs = list(zip(given_weights, given_biases, strict=True))
    layers = [(*pair, s) for pair, s in zip(pairs, activations, strict=False)]
    made = network([*layers, *pairs[hidden:]], floats=floats)
    if not isinstance(made, FNN):
        raise UsageError("weights and biases make a fully-connected network")
    return made


def build(
    data: Any,
    theorem: str,
    *,
    activation: Any = None,
    widths: Any = None,
    u: Any = None,
    delta: Any = None,
    alpha: Any = None,
    codes: Any = None,
    precision: int | None = None,
    blocks: Any = None,
    seed: int | None = None,
    eta: Any = None,
    orthonormal: str | None = None,
    flat: bool = False,
    decision: str | None = None,
) -> Construction:
    """A network that memorizes the data by a theorem, f(x_i) == y_i checked exactly; call it, or take its `network`.

    `theorem` is an id of `exactmem theorems`, such as "3.1"; `activation` a name, tuple or object (default: ReLU if the
    theorem covers it); `widths` such as "39,48" or (39, 48) (default: the fewest hidden units). The others are the
    construction's free parameters, exact numbers (`em.exactly` takes mpmath's). With decision="argmax", which a theorem
    may have as a choice, f(x_i) is largest at the class of x_i, strictly, in the place of equality. Errors as
    `exactmem.constructions.build.build`.
    """
    if not isinstance(theorem, str):
        raise UsageError(f"theorem {quoted(theorem)}: give its id as text, such as '3.1'")
    choices = Choices(
        u=None if u is None else tuple(row(u, "u")),
        delta=delta,
        alpha=alpha,
        codes=None if codes is None else tuple(row(codes, "codes")),
        precision=None if precision is None else integer_of(precision, "precision", 0),
        blocks=widths_of(blocks, "blocks"),
        seed=seed,
        eta=eta,
        orthonormal=orthonormal,
        flat=True if flat else None,
        decision=decision,  # type: ignore[arg-type]  # Choices refuses all others
    )
    given = None if activation is None else activation_of(activation)
    return building.build(dataset_of(data), theorem, widths_of(widths), given, choices)
