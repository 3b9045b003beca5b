"""Whether a step of a proof is accepted."""

from collections.abc import Callable
from typing import Any

from exactmem.ledger.claims import ProofFailure


def accepted(step: Callable[..., Any], *arguments: Any) -> bool:
    """Whether the step holds, that is, raises no ProofFailure."""
    try:
        step(*arguments)
    except ProofFailure:
        return False
    return True
