"""What a certificate claims, in words, as its file says; nothing is checked here."""

__all__ = ["CLAIMS", "SENSES", "words"]

from typing import Any

from exactmem.certificates.reader import Document
from exactmem.certificates.version_2 import Samples
from exactmem.errors import printable
from exactmem.networks import Network, ResNet
from exactmem.rationals import listed

SENSES = {
    "equal": "f(x) = y exactly, in every coordinate",
    "argmax": "the label's coordinate of f(x) is strictly the largest",
    "sign": "f(x) has the sign of the label, and is not zero",
}


def words(document: Document) -> list[str]:
    """The claim, the network, the data and the origin, a sentence each."""
    claim = document.claim
    lines = [f"claim ({claim['kind']}): {CLAIMS.get(str(claim['kind']), _other)(claim)}"]
    if document.network is not None:
        lines.append(f"network: {_network(document.network)}")
    if document.samples is not None:
        data = document.samples
        lines.append(f"data: {data.N} samples, {data.d_x} input(s) and {data.d_y} label coordinate(s) each")
        for name, i in (("first", 0), ("last", -1)):
            x, y = data.row(i) if isinstance(data, Samples) else (data.inputs[i], data.labels[i])
            lines.append(f"  the {name}: ({listed(x)}) -> ({listed(y)})")
        digests = document.head.get("digests", {})
        lines.append(f"  digest: {digests.get('dataset', 'none')}")
        if "question" in digests:
            lines.append(f"  digest of the question: {digests['question']}")
    if claim.get("source"):
        lines.append(f"source, as the file says: {printable(str(claim['source']), 200)}")
    origin = document.head.get("provenance", {})
    lines.append(
        f"made by, as the file says: {printable(str(origin.get('tool')))}, {printable(str(origin.get('construction')))}"
    )
    return lines


def _network(network: Network) -> str:
    layers: Any = network.layers
    kinds = list(dict.fromkeys(str(l.activation) for l in layers if l.activation.kind != "identity"))
    name = "residual" if isinstance(network, ResNet) else "fully-connected"
    widths = ", ".join(map(str, network.widths)) or "none"
    return (
        f"{name}, {network.d_x} input(s), widths {widths}, {network.d_y} output(s), "
        f"{network.edges} weights and biases; activation {', '.join(kinds) or 'none (affine)'}"
    )


def _memorization(claim: dict[str, Any]) -> str:
    return f"for every sample (x, y) below, {SENSES.get(str(claim.get('decision')), 'in an unknown sense')}"


def _output_range(claim: dict[str, Any]) -> str:
    region = claim["region"]
    if "low" in region:
        sides = [a if a == b else f"{a}:{b}" for a, b in zip(region["low"], region["high"], strict=True)]
        where = f"the box {', '.join(sides)}"
    else:
        where = f"the segment from ({', '.join(region['from'])}) to ({', '.join(region['to'])})"
    ranges = [
        f"output {r['output']} has the minimum {r['minimum']} and the maximum {r['maximum']}" for r in claim["ranges"]
    ]
    return f"over {where}, {'; '.join(ranges)}, both attained"


def _piece_bound(claim: dict[str, Any]) -> str:
    return (
        f"the network has {claim.get('pieces')} affine pieces on the line through the samples, too few for their "
        f"alternating labels; it misses sample {claim.get('missed')}"
    )


def _needs_units(claim: dict[str, Any]) -> str:
    return f"no network with one hidden layer of {claim.get('units')} units fits the samples"


def _sgd_constants(claim: dict[str, Any]) -> str:
    return "the network memorizes, and Theorem 5.1 holds there with the constants in the file"


def _other(claim: dict[str, Any]) -> str:
    return "a kind that this command has no words for"


def _gradient_rate(claim: dict[str, Any]) -> str:
    step, rate = claim.get("step"), claim.get("rate")
    trained = "hidden weights and biases" if claim.get("biases") else "hidden weights"
    return (
        f"gradient descent on the {trained} with the step {step} flips no activation, and at every step for ever the "
        f"norm of the residual is at most 1 - {step} * {rate} times the one before"
    )


def _existence_box(claim: dict[str, Any]) -> str:
    free = claim.get("free")
    count = len(free) if isinstance(free, list) else 0
    return f"with {count} recurrent weight(s) free in a box around the file's, exactly one choice fits all sequences"


CLAIMS = {
    "existence-box": _existence_box,
    "gradient-rate": _gradient_rate,
    "memorization": _memorization,
    "needs-units": _needs_units,
    "output-range": _output_range,
    "piece-bound": _piece_bound,
    "sgd-constants": _sgd_constants,
}
"""By the kind of claim: its sentence."""
