"""Certificates of kind `piece-bound`: a network with too few pieces for the extremal dataset (FORMAT.md)."""

__all__ = ["SOURCE", "piece_bound_certificate", "piece_bound_claim"]

from exactmem.certificates.writing.document import Json, assemble, sizes
from exactmem.networks import Network
from exactmem.pieces import Evidence, hidden_layers
from exactmem.rationals import rational, to_text
from exactmem.sizes.pieces import shared_breakpoint_bound

SOURCE = "Yun-Sra-Jadbabaie 2019, Theorem 3.3 (continuous activations)"


def piece_bound_claim(network: Network, evidence: Evidence) -> Json:
    """The claim: how many pieces the network has on the line, how many its widths allow, and the sample it misses."""
    return {
        "kind": "piece-bound",
        "source": SOURCE,
        "sizes": sizes(network, evidence.dataset),
        "bound": to_text(rational(shared_breakpoint_bound(hidden_layers(network)))),
        "pieces": evidence.pieces,
        "missed": evidence.missed,
    }


def piece_bound_certificate(network: Network, evidence: Evidence) -> Json:
    """A certificate of kind `piece-bound`, as JSON data."""
    claim = piece_bound_claim(network, evidence)
    return assemble(network, evidence.dataset, claim, "piece count on the extremal line", {})
