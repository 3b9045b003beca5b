"""The certificate that a network memorizes a dataset (kind `memorization`)."""

__all__ = ["certificate", "memorization_claim"]

from exactmem.certificates.writing.document import Json, assemble, sizes
from exactmem.constructions.build import Construction
from exactmem.datasets import Dataset
from exactmem.networks import Network


def memorization_claim(network: Network, dataset: Dataset, source: str, decision: str = "equal") -> Json:
    """A claim of kind `memorization` about the network and the dataset."""
    return {"kind": "memorization", "decision": decision, "source": source, "sizes": sizes(network, dataset)}


def certificate(construction: Construction, decision: str | None = None) -> Json:
    """The memorization certificate of a construction as JSON data; without a `decision`, its own."""
    theorem, decision = construction.theorem, decision or construction.decision
    claim = memorization_claim(construction.network, construction.dataset, theorem.source, decision)
    return assemble(construction.network, construction.dataset, claim, theorem.id, dict(construction.parameters))
