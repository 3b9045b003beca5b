"""The figure of what float32 loses: its numbers, against numpy."""

import numpy as np

from exactmem.plots.floats import plot_floats, values
from exactmem.rationals import exactly, to_fraction


def test_the_figure_shows_what_float32_gives(tmp_path):
    large = np.float32(2**24)
    table = values()
    assert any(exact != given for _, exact, given in table)
    for x, exact, given in table:
        assert exact == x
        assert given == to_fraction(exactly(np.float32(np.float32(np.float32(x) + large) - large)))
    plot_floats(tmp_path / "f.svg")
    assert (tmp_path / "f.svg").read_bytes().startswith(b"<?xml")
