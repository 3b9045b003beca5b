"""The boundary of a two-layer theorem: its least width builds, any larger one too, one less is refused."""

import pytest

from exactmem.constructions.build import build
from exactmem.errors import SizeError
from exactmem.testing import assert_memorizes, assert_verified


def assert_builds_at(data, theorem, least, more, activation):
    """Build at `least + more`; at the least width certify as well, and see one less refused with the numbers."""
    construction = build(data, theorem, (least + more,), activation)
    assert construction.network.widths == (least + more,)
    assert_memorizes(construction.network, data)
    if more == 0:
        assert_verified(construction)
    if more == 0 and least > 1:
        with pytest.raises(SizeError, match=f"{least - 1} < {least}"):
            build(data, theorem, (least - 1,), activation)
