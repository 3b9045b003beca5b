"""The exact memorization capacity of two-layer networks (one hidden layer).

For one output the capacity, the largest N such that any labels at any N distinct inputs are memorized, is

    2 d1 for hard-tanh; d1 + 2 for ReLU-likes, but d1 + 1 for d1 = 1, and for d1 = 2 if s_minus = 0.

The printed Theorem 3.3 bounds it by 2 d1 + 2 and d1 + 2. Proofs: `proofs/ours/two_layer_capacity.py`.
"""

__all__ = ["fewest_two_layer_units", "two_layer_capacity"]

from exactmem.activations import Activation, slopes_of
from exactmem.errors import UsageError


def two_layer_capacity(activation: Activation, units: int) -> int:
    """The capacity of a two-layer network with `units` >= 0 hidden units and one output; UsageError for others.

    Exact for hard-tanh and every ReLU-like activation, whatever the input dimension.
    """
    if activation.kind == "hard-tanh":
        return max(1, 2 * units)
    if activation.kind != "relu-like":
        raise UsageError(
            f"the two-layer capacity is known for ReLU-like and hard-tanh units, not for {activation.name}"
        )
    _, s_minus = slopes_of(activation)
    few = units <= 1 or (units == 2 and s_minus == 0)
    return units + (1 if few else 2)


def fewest_two_layer_units(activation: Activation, N: int) -> int:
    """The least number of hidden units whose capacity is at least N >= 1; errors as `two_layer_capacity`."""
    if activation.kind == "hard-tanh":
        return 0 if N == 1 else -(-N // 2)
    units = max(0, N - 2)
    while two_layer_capacity(activation, units) < N:
        units += 1
    return units
