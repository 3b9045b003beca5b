"""Exact assertions and Hypothesis strategies, for exactmem's own tests and for yours; see exactmem/docs/in-python.md.

The assertions need nothing but exactmem; the strategies need the extra `testing` (hypothesis).
"""

__all__ = [
    "adversarial_spacings",
    "assert_memorizes",
    "assert_same_function",
    "assert_verified",
    "classification_datasets",
    "coordinates",
    "datasets",
    "fnns",
    "general_position_classification",
    "general_position_inputs",
    "general_position_regression",
    "hidden_activations",
    "networks",
    "rationals",
    "resnets",
    "unit_labels",
]

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exactmem.testing.asserts import assert_memorizes, assert_same_function, assert_verified
    from exactmem.testing.strategies import (
        adversarial_spacings,
        classification_datasets,
        coordinates,
        datasets,
        fnns,
        general_position_classification,
        general_position_inputs,
        general_position_regression,
        hidden_activations,
        networks,
        rationals,
        resnets,
        unit_labels,
    )


def __getattr__(name: str) -> Any:
    """A name's value; only the strategies import hypothesis. UsageError where that is not installed."""
    if name not in __all__:
        raise AttributeError(f"module 'exactmem.testing' has no attribute {name!r}")
    if name.startswith("assert_"):
        return getattr(importlib.import_module("exactmem.testing.asserts"), name)
    from exactmem.extras import package

    package("hypothesis", "strategies")
    return getattr(importlib.import_module("exactmem.testing.strategies"), name)
