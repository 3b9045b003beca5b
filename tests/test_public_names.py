"""Every module lists in `__all__` all its public functions and classes, and no name that is not there."""

import ast
import importlib

import pytest

from tests.test_floors import MODULES, module_of

TRUSTED = "exactmem.certificates.check"
"""The checker offers less than it defines, and the files in `checking` are its own: nothing else imports them."""
OURS = [path for path in MODULES if path.name != "__main__.py" and not module_of(path).startswith(TRUSTED)]


def defined(tree):
    """The public functions and classes of a module; which of its constants are of use to others is its own choice."""
    found = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return [name for name in found if not name.startswith("_")]


def test_what_is_defined_is_found():
    source = "A = 1\nclass B: pass\ndef c(): d = 4\ndef _e(): pass\nimport f"
    assert defined(ast.parse(source)) == ["B", "c"]


@pytest.mark.parametrize("path", OURS, ids=module_of)
def test_every_module_lists_its_public_names(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    module = importlib.import_module(module_of(path))
    assert "__all__" in vars(module)
    assert len(set(module.__all__)) == len(module.__all__)
    assert set(defined(tree)) <= set(module.__all__)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_the_checker_offers_names_too():
    checker = importlib.import_module("exactmem.certificates.checker")
    assert all(hasattr(checker, name) for name in checker.__all__)
