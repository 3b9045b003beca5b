"""Certificates of kind `gradient-rate`: gradient descent that converges at a stated rate for ever (FORMAT.md)."""

__all__ = ["SOURCE", "gradient_rate_certificate", "gradient_rate_claim"]

from exactmem.certificates.writing.document import Json, assemble, digest, sizes
from exactmem.rationals import to_text
from exactmem.tangent.rate import Rate

SOURCE = "Oymak-Soltanolkotabi 2019, geometric rate, in the form of claim rate-for-ever"


def gradient_rate_claim(found: Rate) -> Json:
    """The claim: the step size and the least eigenvalue of the kernel, from below."""
    return {
        "kind": "gradient-rate",
        "source": SOURCE,
        "sizes": sizes(found.network, found.dataset),
        "step": to_text(found.step),
        "rate": to_text(found.rate),
        "biases": found.tangent.biases,
    }


def gradient_rate_certificate(found: Rate, construction: str = "given network", parameters: Json | None = None) -> Json:
    """A certificate of kind `gradient-rate`, as JSON data."""
    document = assemble(found.network, found.dataset, gradient_rate_claim(found), construction, parameters or {})
    evidence = {"inverse": [[to_text(v) for v in row] for row in found.tangent.inverse.tolist()]}
    document["evidence"] = evidence
    document["digests"]["evidence"] = digest(evidence)
    return document
