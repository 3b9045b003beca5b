"""exactmem/__init__.py: every name is there, typed and lazy."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import exactmem as em

SOURCE = Path(em.__file__).read_text(encoding="utf-8")
PROMISED = [
    *("dataset", "read_dataset", "network", "fnn", "build", "read_network"),
    *("verify", "certificate", "check", "load", "bounds", "capacity"),
    *("restrict", "range_on", "sgd_constants", "prove", "claim", "exactly"),
    *("Exact", "RELU", "HARD_TANH", "THRESHOLD", "ABS", "IDENTITY"),
    *("tangent_kernel", "train", "step_sizes", "draws", "descend", "elman", "existence"),
    *("SQUARE", "relu_like", "ExactmemError", "UsageError", "ShapeError", "InexactNumberError"),
    *("__version__",),
]


def test_every_promised_name_is_there():
    assert set(PROMISED) <= set(em.__all__) <= set(dir(em))


@pytest.mark.parametrize("name", em.__all__)
def test_every_name_has_a_value(name):
    assert getattr(em, name) is not None


def test_type_checkers_are_told_the_same_homes():
    block = next(node for node in ast.parse(SOURCE).body if isinstance(node, ast.If))
    typed = {alias.name: node.module for node in block.body for alias in node.names}
    assert typed == em._MODULES
    assert {*typed, "__version__"} == set(em.__all__)


def test_every_error_of_the_tree_is_there():
    errors = importlib.import_module("exactmem.errors")
    tree = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert tree <= set(em.__all__)


def test_other_names_are_none():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = em.nonsense
    assert em.errors.UsageError is em.UsageError


def test_functions_keep_their_names_after_the_folders_behind_them_are_imported():
    importlib.import_module("exactmem.size_bounds.calculator")
    importlib.import_module("exactmem.capacities.decision")
    assert callable(em.bounds)
    assert callable(em.capacity)


def imported_by(statement):
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_the_import_alone_loads_nothing_else():
    modules = imported_by("import exactmem")
    assert {name for name in modules if name.partition(".")[0] == "exactmem"} == {"exactmem", "exactmem.version"}
    assert modules & {"flint", "numpy", "sympy", "mpmath", "argparse", "fractions"} == set()


def test_a_network_needs_no_computer_algebra():
    assert imported_by("import exactmem as em; em.fnn([[[1]]], [[0]])([1])") & {"sympy", "matplotlib", "onnx"} == set()
