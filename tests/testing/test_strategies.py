"""exactmem/testing/strategies.py: what is drawn is what is promised, and the constructions stand it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

import exactmem as em
from exactmem import testing
from exactmem.general_position import find_dependent_samples
from exactmem.testing import assert_memorizes


@given(testing.adversarial_spacings(min_size=2))
def test_adversarial_spacings_increase(values):
    assert all(a < b for a, b in pairwise(values))


@given(testing.adversarial_spacings(max_size=8), st.sampled_from(["3.1", "product", "decoupled", "two-layer"]))
def test_constructions_stand_adversarial_spacings(values, theorem):
    data = em.dataset([[v] for v in values], [(-1) ** i for i in range(len(values))])
    assert_memorizes(em.build(data, theorem))


@given(testing.general_position_inputs())
def test_inputs_are_in_general_position(inputs):
    assert find_dependent_samples(inputs) is None


@given(testing.networks())
def test_networks_have_outputs(network):
    assert len(network([0] * network.d_x)) == network.d_y


def test_every_name_is_there():
    assert all(hasattr(testing, name) for name in testing.__all__)
