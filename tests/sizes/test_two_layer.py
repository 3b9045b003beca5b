"""The two-layer sizes: the fewest units are the least number whose capacity is large enough."""

import pytest

from exactmem.activations import HARD_TANH, RELU, THRESHOLD, relu_like
from exactmem.errors import UsageError
from exactmem.sizes.two_layer import fewest_two_layer_units, two_layer_capacity


@pytest.mark.parametrize("activation", [HARD_TANH, RELU, relu_like(1, "1/10")], ids=lambda a: a.name)
@pytest.mark.parametrize("N", range(1, 12))
def test_the_fewest_units_are_the_least_number_that_suffices(activation, N):
    enough = [units for units in range(N + 1) if two_layer_capacity(activation, units) >= N]
    assert fewest_two_layer_units(activation, N) == enough[0]


def test_other_activations_are_refused():
    for question in (two_layer_capacity, fewest_two_layer_units):
        with pytest.raises(UsageError, match="ReLU-like and hard-tanh"):
            question(THRESHOLD, 3)
