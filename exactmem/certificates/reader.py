"""Reading a certificate back as exact objects, for commands that go on working with its network.

This is not the checker: it trusts nothing but shapes and numbers, and verifies no claim.
"""

__all__ = [
    "Certificate",
    "Document",
    "document_of",
    "matrix_from_json",
    "network_from_json",
    "read_certificate",
    "read_document",
]

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from exactmem.activations import from_json as activation_from_json
from exactmem.certificates.version_2 import Samples, is_answer, read_answer
from exactmem.certificates.writing.document import assemble
from exactmem.datasets import Dataset, make_dataset
from exactmem.errors import CertificateError, ExactmemError, quoted
from exactmem.files import read_json
from exactmem.networks import FNN, FNNLayer, Matrix, Network, ResNet, dense, rank_one, residual, sparse
from exactmem.rationals import vector


@dataclass(frozen=True)
class Certificate:
    """A certificate's network, dataset, claim and provenance; its claim is not verified."""

    network: Network
    dataset: Dataset
    claim: dict[str, Any]
    provenance: dict[str, Any]


def read_certificate(path: str | Path) -> Certificate:
    """The certificate in a file; CertificateError naming the place when it is none."""
    if is_answer(path):
        network, samples, claim, head = _answer(path)
        return Certificate(network, samples.dataset(), claim, head["provenance"])
    data = read_json(path)
    if not isinstance(data, dict) or data.get("format") != "exactmem-certificate" or data.get("version") != 1:
        raise CertificateError(f"{path}: not an exactmem certificate of version 1")
    if "network" not in data:
        kind = data["claim"].get("kind") if isinstance(data.get("claim"), dict) else None
        raise CertificateError(f"{path}: a certificate of kind {quoted(kind)} holds no network; name one that does")
    try:
        dataset = make_dataset(data["dataset"]["inputs"], data["dataset"]["labels"])
        network = network_from_json(data["network"])
        if (network.d_x, network.d_y) != (dataset.d_x, dataset.d_y):
            raise CertificateError(
                f"the network maps {network.d_x} numbers to {network.d_y}, the samples have {dataset.d_x} and "
                f"{dataset.d_y}; `exactmem check` names the place"
            )
        return Certificate(network, dataset, dict(data["claim"]), dict(data["provenance"]))
    except ExactmemError as error:
        raise CertificateError(f"{path}: {error}", witness=error.witness) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CertificateError(
            f"{path}: not a well-formed certificate ({quoted(error)}); `exactmem check` names the place"
        ) from error


@dataclass(frozen=True)
class Document:
    """What a certificate of any kind holds: its network and samples, if it has them.

    `head` is the whole of version 1 as JSON data, the first line of version 2 with the digests of its companions.
    """

    network: Network | None
    samples: Dataset | Samples | None
    claim: dict[str, Any]
    head: dict[str, Any]

    @cached_property
    def dataset(self) -> Dataset | None:
        """The samples as rationals."""
        return self.samples.dataset() if isinstance(self.samples, Samples) else self.samples

    @cached_property
    def data(self) -> dict[str, Any]:
        """The certificate as JSON data of version 1."""
        if not isinstance(self.samples, Samples) or self.network is None:
            return self.head
        network, dataset, origin = self.network, self.samples.dataset(), self.head["provenance"]
        claim = {**self.claim, "sizes": {**self.claim["sizes"], "N": dataset.N}}
        return {**assemble(network, dataset, claim, "", {}), "provenance": origin}


def read_document(path: str | Path) -> Document:
    """A certificate of any kind; CertificateError naming the place when it is none. Its claim is not verified."""
    return Document(*_answer(path)) if is_answer(path) else document_of(read_json(path), path)


def _answer(path: str | Path) -> tuple[Network, Samples, dict[str, Any], dict[str, Any]]:
    """Network, samples, claim and head of a certificate of version 2, from its answer."""
    head, network, question = read_answer(path)
    sizes = {**question.sizes, **head["sizes"]}
    claim = {"kind": "memorization", "decision": question.decision, "source": head["source"], "sizes": sizes}
    digests = {"question": question.sha256, "dataset": question.data["data"]["sha256"]}
    return network, question.samples(), claim, {**head, "digests": digests}


def document_of(data: Any, path: str | Path) -> Document:
    """The certificate that JSON data are; errors as `read_document`, where `path` says where the data are from."""
    if not isinstance(data, dict) or data.get("format") != "exactmem-certificate" or data.get("version") != 1:
        raise CertificateError(f"{path}: not an exactmem certificate of version 1")
    try:
        dataset = make_dataset(data["dataset"]["inputs"], data["dataset"]["labels"]) if "dataset" in data else None
        network = network_from_json(data["network"]) if "network" in data else None
        str(data["claim"]["kind"])
        return Document(network, dataset, dict(data["claim"]), data)
    except ExactmemError as error:
        raise CertificateError(f"{path}: {error}", witness=error.witness) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CertificateError(
            f"{path}: not a well-formed certificate ({quoted(error)}); `exactmem check` names the place"
        ) from error


def network_from_json(data: dict[str, Any]) -> Network:
    """The network described in the certificate format."""
    if data["architecture"] == "fnn":
        return FNN(
            tuple(
                FNNLayer(matrix_from_json(l["weight"]), tuple(vector(l["bias"])), activation_from_json(l["activation"]))
                for l in data["layers"]
            )
        )
    if data["architecture"] == "resnet":
        return ResNet(
            tuple(
                residual(
                    matrix_from_json(l["U"]),
                    l["b"],
                    matrix_from_json(l["V"]),
                    l["c"],
                    activation_from_json(l["activation"]),
                    bool(l["skip"]),
                )
                for l in data["layers"]
            )
        )
    raise CertificateError(f"unknown architecture {quoted(data['architecture'])}")


def matrix_from_json(data: Any) -> Matrix:
    """A matrix in any of the format's three forms."""
    if isinstance(data, list):
        return dense(data)
    if "column" in data:
        return rank_one(data["column"], data["row"])
    rows, columns = data["shape"]
    return sparse((rows, columns), {(i, j): v for i, j, v in data["entries"]})
