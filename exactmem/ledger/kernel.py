"""Which Coq theorems stand behind claims: those whose sources are the ones that Coq's kernel has accepted.

The kernel is asked by `proofs/coq/build.sh`, which records the digests of what it compiled; here no Coq is needed.
"""

__all__ = ["kernel_proved"]

import importlib
from functools import cache

from exactmem.ledger.claims import PACKAGE


@cache
def kernel_proved() -> frozenset[str]:
    """The names of the theorems in `proofs/coq/THEOREMS.json` whose digest is that of the sources at hand."""
    names: frozenset[str] = importlib.import_module(f"{PACKAGE}.coq.inventory").kernel_proved()
    return names
