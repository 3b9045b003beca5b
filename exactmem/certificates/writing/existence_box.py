"""Certificates of kind `existence-box`: exactly one recurrent network in a box memorizes (FORMAT.md)."""

__all__ = ["SOURCE", "existence_box_certificate"]

from exactmem.certificates.writing.document import Json, digest
from exactmem.rationals import to_text
from exactmem.tangent.existence import ExistenceBox
from exactmem.version import __version__

SOURCE = "exactmem, Krawczyk's operator for recurrent networks"


def existence_box_certificate(found: ExistenceBox, parameters: Json | None = None) -> Json:
    """A certificate of kind `existence-box`, as JSON data."""
    parts = {
        "claim": {
            "kind": "existence-box",
            "source": SOURCE,
            "free": [list(place) for place in found.free],
            "radius": [to_text(r) for r in found.radius],
        },
        "dataset": found.dataset.to_json(),
        "recurrent": found.network.to_json(),
        "evidence": {"preconditioner": [[to_text(v) for v in row] for row in found.preconditioner.tolist()]},
    }
    return {
        "format": "exactmem-certificate",
        "version": 1,
        **parts,
        "digests": {key: digest(value) for key, value in parts.items()},
        "provenance": {
            "tool": f"exactmem {__version__}",
            "construction": "Gauss-Newton steps and Krawczyk's operator",
            "parameters": parameters or {},
        },
    }
