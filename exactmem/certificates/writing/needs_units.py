"""Certificates of kind `needs-units`: no network with so few hidden units memorizes (FORMAT.md)."""

__all__ = ["SOURCE", "needs_units_certificate"]

from exactmem.activations import Activation
from exactmem.capacities.decision import samples_of
from exactmem.capacities.search import Refutation
from exactmem.certificates.writing.document import Json, digest
from exactmem.datasets import Dataset
from exactmem.rationals import to_text
from exactmem.version import __version__

SOURCE = "exactmem, all cases of kinks between the samples"


def needs_units_certificate(dataset: Dataset, activation: Activation, units: int, refutation: Refutation) -> Json:
    """A certificate of kind `needs-units`, as JSON data: more than `units` hidden units are needed.

    The samples are written in increasing order. Raises DatasetError unless d_x = d_y = 1.
    """
    samples = samples_of(dataset)
    parts = {
        "claim": {"kind": "needs-units", "source": SOURCE, "activation": activation.to_json(), "units": units},
        "dataset": {
            "inputs": [[to_text(c)] for c in samples.line],
            "labels": [[to_text(y)] for y in samples.labels],
        },
        "refutation": {
            "vectors": [[to_text(v) for v in vector] for vector in refutation.vectors],
            "tree": [item if isinstance(item, int) else list(item) for item in refutation.tree],
        },
    }
    return {
        "format": "exactmem-certificate",
        "version": 1,
        **parts,
        "digests": {key: digest(value) for key, value in parts.items()},
        "provenance": {
            "tool": f"exactmem {__version__}",
            "construction": "capacity search",
            "parameters": {"activation": activation.name},
        },
    }
