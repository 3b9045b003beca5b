"""Certificates of memorization, written deterministically (see FORMAT.md)."""

__all__ = ["Json", "assemble", "canonical", "digest", "provenance", "sizes", "to_bytes", "write_certificate"]

import hashlib
import json
from pathlib import Path
from typing import Any

from exactmem.datasets import Dataset
from exactmem.files import write_whole
from exactmem.networks import Network
from exactmem.version import __version__

Json = dict[str, Any]


def canonical(data: Any) -> bytes:
    """The canonical JSON of the format: keys sorted, no white space, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def digest(data: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(data)).hexdigest()


def sizes(network: Network, dataset: Dataset) -> Json:
    """The `sizes` object: N, d_x, d_y, hidden widths, hidden units, edges."""
    return {
        "N": dataset.N,
        "d_x": dataset.d_x,
        "d_y": dataset.d_y,
        "widths": list(network.widths),
        "hidden_nodes": network.hidden_nodes,
        "edges": network.edges,
    }


def assemble(network: Network, dataset: Dataset, claim: Json, construction: str, parameters: Json) -> Json:
    """A whole certificate around any claim about a network and a dataset, with its digests and provenance."""
    parts = {"dataset": dataset.to_json(), "network": network.to_json(), "claim": claim}
    return {
        "format": "exactmem-certificate",
        "version": 1,
        "claim": parts["claim"],
        "dataset": parts["dataset"],
        "network": parts["network"],
        "digests": {key: digest(value) for key, value in parts.items()},
        "provenance": provenance(construction, parameters),
    }


def provenance(construction: str, parameters: Json) -> Json:
    """How a certificate of this version of exactmem came about."""
    return {"tool": f"exactmem {__version__}", "construction": construction, "parameters": parameters}


def to_bytes(data: Json) -> bytes:
    """The certificate as it stands in a file: one line per top-level key, each value in canonical form."""
    lines = [f"{json.dumps(key)}:{canonical(value).decode('utf-8')}" for key, value in data.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8")


def write_certificate(path: str | Path, data: Json, option: str = "-o") -> int:
    """Write the certificate whole or not at all and return its size in bytes; OutputError if it cannot be written.

    `option` is the command-line option that names the file, for the message.
    """
    content = to_bytes(data)
    write_whole(path, content, option)
    return len(content)
