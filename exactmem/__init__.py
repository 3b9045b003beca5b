"""exactmem: exact-arithmetic symbolic verifier for neural-network memorization.

`import exactmem as em` imports next to nothing: each name below is loaded when it is first used.
"""

from exactmem.version import __version__

TYPE_CHECKING = False  # as type checkers know it; typing itself takes longer to import than all of this

if TYPE_CHECKING:
    from exactmem.activations import ABS, HARD_TANH, IDENTITY, RELU, SQUARE, THRESHOLD, relu_like
    from exactmem.api.descent import descend, elman, existence
    from exactmem.api.ledger import prove
    from exactmem.api.making import build, dataset, exactly, fnn, network, read_dataset
    from exactmem.api.questions import bounds, capacity, range_on, restrict, sgd_constants
    from exactmem.api.seeds import draws, step_sizes
    from exactmem.api.training import tangent_kernel, train
    from exactmem.api.verdicts import certificate, check, load, verify
    from exactmem.border import Exact
    from exactmem.errors import (
        CertificateError,
        ConstructionError,
        DatasetError,
        DrawError,
        DuplicateInputError,
        ExactmemError,
        InexactExportError,
        InexactNumberError,
        JsonError,
        KinkError,
        LedgerError,
        LimitError,
        NetworkFormatError,
        NotGeneralPositionError,
        NumberFormatError,
        OutputError,
        ProjectionError,
        ShapeError,
        SizeError,
        UsageError,
    )
    from exactmem.interchange import read_network
    from exactmem.ledger.claims import claim

__all__ = [
    "ABS",
    "HARD_TANH",
    "IDENTITY",
    "RELU",
    "SQUARE",
    "THRESHOLD",
    "CertificateError",
    "ConstructionError",
    "DatasetError",
    "DrawError",
    "DuplicateInputError",
    "Exact",
    "ExactmemError",
    "InexactExportError",
    "InexactNumberError",
    "JsonError",
    "KinkError",
    "LedgerError",
    "LimitError",
    "NetworkFormatError",
    "NotGeneralPositionError",
    "NumberFormatError",
    "OutputError",
    "ProjectionError",
    "ShapeError",
    "SizeError",
    "UsageError",
    "__version__",
    "bounds",
    "build",
    "capacity",
    "certificate",
    "check",
    "claim",
    "dataset",
    "descend",
    "draws",
    "elman",
    "exactly",
    "existence",
    "fnn",
    "load",
    "network",
    "prove",
    "range_on",
    "read_dataset",
    "read_network",
    "relu_like",
    "restrict",
    "sgd_constants",
    "step_sizes",
    "tangent_kernel",
    "train",
    "verify",
]

_HOMES = {
    "exactmem.activations": "ABS HARD_TANH IDENTITY RELU SQUARE THRESHOLD relu_like",
    "exactmem.api.descent": "descend elman existence",
    "exactmem.api.ledger": "prove",
    "exactmem.api.making": "build dataset exactly fnn network read_dataset",
    "exactmem.api.questions": "bounds capacity range_on restrict sgd_constants",
    "exactmem.api.seeds": "draws step_sizes",
    "exactmem.api.training": "tangent_kernel train",
    "exactmem.api.verdicts": "certificate check load verify",
    "exactmem.border": "Exact",
    "exactmem.errors": (
        "CertificateError ConstructionError DatasetError DrawError DuplicateInputError ExactmemError "
        "InexactExportError InexactNumberError JsonError KinkError LedgerError LimitError NetworkFormatError "
        "NotGeneralPositionError NumberFormatError OutputError ProjectionError ShapeError SizeError UsageError"
    ),
    "exactmem.interchange": "read_network",
    "exactmem.ledger.claims": "claim",
}
"""Where each name is defined; the imports above tell type checkers the same."""

_MODULES = {name: module for module, names in _HOMES.items() for name in names.split()}
_SUBMODULES = {"activations", "errors", "testing"}
"""Modules that are at hand without an import of their own."""


if not TYPE_CHECKING:  # else every name would be known to them

    def __getattr__(name: str) -> object:
        """A name's value, from the module that defines it."""
        import importlib

        if name in _SUBMODULES:
            return importlib.import_module(f"exactmem.{name}")
        if name not in _MODULES:
            raise AttributeError(f"module 'exactmem' has no attribute {name!r}")
        value = getattr(importlib.import_module(_MODULES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
