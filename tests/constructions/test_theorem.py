"""exactmem/constructions: the table of theorems, ids as people type them, and how many widths a theorem takes."""

import re

import pytest

from exactmem.activations import parse_activation
from exactmem.constructions import find_theorem, theorems
from exactmem.constructions.build import build, default_activation
from exactmem.datasets import make_dataset
from exactmem.errors import UsageError
from exactmem.sizes.problem import Problem


@pytest.mark.parametrize("theorem", theorems().values(), ids=list(theorems()))
def test_ids_are_found_in_capitals_and_spaces_too(theorem):
    assert find_theorem(theorem.id.upper()) is find_theorem(f" {theorem.id.lower()} ") is theorem


def test_unknown_ids_get_a_hint():
    for name, words in (("two-layers", "did you mean two-layer"), ("9.9", "use one of 3.1, "), ("", "use one of")):
        with pytest.raises(UsageError, match=words):
            find_theorem(name)


@pytest.mark.parametrize("theorem", theorems().values(), ids=list(theorems()))
def test_the_smallest_widths_are_as_many_as_the_theorem_takes(theorem):
    problem = Problem(12, 3, 2, default_activation(theorem))
    widths = theorem.smallest(problem)
    theorem.check_depth(widths)
    least, most = theorem.depth
    for wrong in ([9] * (least - 1), [] if most is None else [9] * (most + 1)):
        with pytest.raises(UsageError, match=f"give as many widths, not {len(wrong)}"):
            theorem.check_depth(wrong)


def test_build_names_its_phases():
    data, phases = make_dataset([[0], [1], [2]], [0, 1, 0]), []
    build(data, "3.1", activation=parse_activation("hard-tanh"), report=phases.append)
    *named, last = phases
    assert named[:3] == ["choosing the widths", "constructing widths 2,2", "verifying the network at 3 samples"]
    assert re.fullmatch(r"verified 3 of 3 samples, \d+ a second, 0 s left", last)
    assert all(re.match(r"verified [123] of 3 samples, ", line) for line in named[3:])
    phases.clear()
    build(data, "3.1", [4, 6], parse_activation("hard-tanh"), report=phases.append)
    assert phases[:2] == ["checking the widths", "constructing widths 4,6"]
