"""Packages that only some commands need: found, or named with the way to install them where exactmem is."""

__all__ = ["package"]

import importlib
import sys
from typing import Any

from exactmem.errors import UsageError


def package(name: str, purpose: str, distribution: str = "") -> Any:
    """The module of that name; UsageError saying how to install it beside exactmem where it is missing.

    `purpose` begins the sentence: what needs the package, in the plural; `distribution` is what is installed, if it has
    another name.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        install = f"{sys.executable} -m pip install {distribution or name}"
        raise UsageError(f"{purpose} need the package {name}, which is not installed: {install}") from error
