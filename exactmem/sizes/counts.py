"""Numbers of weights, biases and free parameters of a network of given widths; integers or symbols."""

__all__ = ["POSITIVELY_HOMOGENEOUS", "fnn_edges", "free_parameters", "resnet_edges"]

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from exactmem.activations import Activation, PiecewiseLinear

POSITIVELY_HOMOGENEOUS = ("relu-like", "abs")
"""Activations with sigma(s t) = s sigma(t) for s > 0: the scale of a unit's inputs can be moved to its output."""


def fnn_edges(d_x: Any, widths: Sequence[Any], d_y: Any) -> Any:
    """Weights and biases of a fully-connected network, the paper's "edges": the sum of d_l (d_{l-1} + 1)."""
    return sum((above * (below + 1) for below, above in pairwise([d_x, *widths, d_y])), 0)


def resnet_edges(d_x: Any, widths: Sequence[Any], d_y: Any) -> Any:
    """Entries of all U, b, V, c of a residual network with d_1, ..., d_L; the last layer has d_y outputs."""
    outputs = [d_x] * (len(widths) - 1) + [d_y]
    return sum((d * (d_x + 1) + out * (d + 1) for d, out in zip(widths, outputs, strict=True)), 0)


def free_parameters(activation: Activation, d_x: Any, widths: Sequence[Any], d_y: Any) -> Any:
    """How many real numbers a fully-connected network's outputs at given inputs depend on; inputs on a line: d_x = 1.

    All weights and biases; one less per hidden unit where the activation is positively homogeneous; the last layer's
    only where it is piecewise constant (for each of its finitely many activation patterns).
    """
    if isinstance(activation, PiecewiseLinear) and all(slope == 0 for slope in activation.slopes):
        return d_y * (widths[-1] + 1)
    idle = sum(widths) if activation.kind in POSITIVELY_HOMOGENEOUS else 0
    return fnn_edges(d_x, widths, d_y) - idle
