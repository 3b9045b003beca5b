"""What the commands about one network share: it comes in a certificate, or in any other file that can be read."""

__all__ = ["any_network"]

from pathlib import Path

from exactmem.certificates.reader import read_document
from exactmem.certificates.version_2 import is_answer
from exactmem.commands.common import say
from exactmem.errors import CertificateError
from exactmem.files import STANDARD
from exactmem.interchange import IMPORTERS, read_network
from exactmem.networks import Network


def any_network(path: str) -> Network:
    """The network of a certificate, whatever its name, or of a .nnet, .onnx or .json file; notes are said.

    CertificateError for a certificate without one, and the errors of `read_network`.
    """
    if path == STANDARD or (Path(path).suffix.lower() in IMPORTERS and not is_answer(path)):
        imported = read_network(path)
        for note in imported.notes:
            say(f"{path}: {note}")
        return imported.network
    network = read_document(path).network
    if network is None:
        raise CertificateError(f"{path}: this certificate holds no network; name one that does")
    return network
