"""What every exporter takes and returns."""

__all__ = ["Export", "Exporter", "Wanted", "network_of", "stages"]

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from exactmem.certificates.reader import Document
from exactmem.errors import InexactExportError
from exactmem.networks import Network


@dataclass(frozen=True)
class Wanted:
    """How to write: whether inexact numbers may be rounded, and the bits of a float where the format has floats."""

    rounded: bool = False
    bits: int = 64


class Export(NamedTuple):
    """The file's content, facts about it as JSON data, and the same as sentences for people."""

    content: bytes
    facts: dict[str, Any]
    sentences: tuple[str, ...]


Exporter = Callable[[Document, Wanted], Export]
"""Raises InexactExportError where the format cannot hold the certificate exactly and rounding was not allowed."""


def stages(network: Network) -> Sequence[Any]:
    """The layers, for code that asks the network's kind first."""
    return network.layers


def network_of(document: Document) -> Network:
    """The certificate's network; InexactExportError if it has none."""
    if document.network is None:
        raise InexactExportError("this certificate holds no network; export one that does")
    return document.network
