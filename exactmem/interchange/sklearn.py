"""Scikit-learn's MLPClassifier and MLPRegressor, from their attributes; scikit-learn is not needed.

Weights are float64 or float32, taken for their exact binary values. A classifier's last activation (softmax, or
logistic for two classes) is left out and said so: it keeps the order of the outputs, or the sign.
"""

__all__ = ["HIDDEN", "OUT", "is_network", "read"]

from typing import Any

import numpy as np

from exactmem.activations import IDENTITY, RELU
from exactmem.errors import NetworkFormatError, quoted
from exactmem.interchange.imported import Imported, Options, check_count, exact
from exactmem.networks import FNN, FNNLayer, dense

HIDDEN = {"relu": RELU, "identity": IDENTITY}
OUT = {
    "identity": None,
    "softmax": "the final softmax is left out: it keeps the order of the outputs",
    "logistic": "the final logistic function is left out: above 1/2 means a positive output",
}


def is_network(source: Any) -> bool:
    """Whether the object has what a fitted (or unfitted) scikit-learn perceptron has."""
    return hasattr(source, "hidden_layer_sizes") and hasattr(source, "activation") and hasattr(source, "fit")


def read(source: Any, options: Options) -> Imported:
    """The network of a fitted MLPClassifier or MLPRegressor; NetworkFormatError for one not fitted, and for tanh."""
    if not hasattr(source, "coefs_"):
        raise NetworkFormatError("this scikit-learn network is not fitted; call fit first")
    if source.activation not in HIDDEN:
        raise NetworkFormatError(f"the activation {quoted(source.activation)} is not piecewise linear; use relu")
    if source.out_activation_ not in OUT:
        raise NetworkFormatError(f"the output activation {quoted(source.out_activation_)} is not supported")
    check_count(sum(np.size(c) for c in source.coefs_), "the weights")
    layers = []
    for l, (weight, bias) in enumerate(zip(source.coefs_, source.intercepts_, strict=True), 1):
        rows = [[exact(v, f"layer {l}, unit {i}") for v in column] for i, column in enumerate(np.asarray(weight).T)]
        last = l == len(source.coefs_)
        layers.append(
            FNNLayer(
                dense(rows),
                tuple(exact(v, f"layer {l}, bias {i}") for i, v in enumerate(bias)),
                IDENTITY if last else HIDDEN[source.activation],
            )
        )
    note = OUT[source.out_activation_]
    return Imported(
        FNN(tuple(layers)), "scikit-learn", () if note is None else (note,), readout_left_out=note is not None
    )
