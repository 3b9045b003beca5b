"""Certificates of kind `sgd-constants`: Theorem 5.1's constants at a network, with evidence (FORMAT.md)."""

__all__ = ["ROUNDED_SOURCE", "SOURCE", "evidence", "sgd_constants_certificate", "sgd_constants_claim"]

from typing import Any

from exactmem.certificates.writing.document import Json, assemble, sizes
from exactmem.rationals import to_text
from exactmem.sgd.constants import EXACT_FACTOR, Constants, Training
from exactmem.sgd.lemma_g1 import SampleBounds

SOURCE = "Yun-Sra-Jadbabaie 2019, Theorem 5.1 (corrected)"
ROUNDED_SOURCE = "exactmem, Theorem 5.1r"


def sgd_constants_claim(problem: Training, values: Constants) -> Json:
    """The claim: loss, batch size, factor, the constants, and each sample's bounds as evidence."""
    minimum = problem.minimum
    return {
        "kind": "sgd-constants",
        "source": SOURCE if values.factor == EXACT_FACTOR else ROUNDED_SOURCE,
        "sizes": sizes(minimum.network, minimum.dataset),
        "loss": problem.loss.to_json(),
        "batch_size": values.B,
        "factor": values.factor,
        "constants": {name: to_text(value) for name, value in values.named().items()},
        "bounds": [evidence(b, minimum.L) for b in values.bounds],
    }


def evidence(bounds: SampleBounds, L: int) -> dict[str, list[str]]:
    """One sample's bounds for the layers the format names."""
    spans: dict[str, tuple[list[Any], range]] = {
        "alpha": (bounds.alpha, range(L)),
        "w": (bounds.w, range(2, L + 1)),
        "v": (bounds.v, range(1, L - 1)),
        "d": (bounds.d, range(1, L)),
        "F": (bounds.F, range(1, L)),
        "S": (bounds.S, range(1, L)),
        "G": (bounds.G, range(1, L)),
    }
    return {name: [to_text(values[l]) for l in layers] for name, (values, layers) in spans.items()}


def sgd_constants_certificate(problem: Training, values: Constants) -> Json:
    """A certificate of kind `sgd-constants`, as JSON data."""
    claim = sgd_constants_claim(problem, values)
    return assemble(problem.minimum.network, problem.minimum.dataset, claim, "constants of Theorem 5.1", {})
