"""The network in an answer, a certificate of format version 2 (FORMAT.md, section 17)."""

__all__ = ["read"]

from pathlib import Path

from exactmem.certificates.version_2 import read_answer
from exactmem.interchange.imported import Imported, Options, read_bytes


def read(path: Path, options: Options) -> Imported:
    """The network of an answer that lies beside its question; its claim is not verified.

    CertificateError for a file that is none or whose question is another, LimitError for one beyond MAX_BYTES.
    """
    read_bytes(path)  # within the limit, or refused
    return Imported(read_answer(path)[1], "answer")
