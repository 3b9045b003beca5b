"""The network in an answer, a certificate of format version 2 (FORMAT.md, section 17)."""

__all__ = ["read"]

from io import BytesIO
from pathlib import Path

from exactmem.certificates.version_2 import answer_in
from exactmem.interchange.imported import Imported, Options, read_bytes


def read(path: Path, options: Options) -> Imported:
    """The network of an answer that lies beside its question; its claim is not verified.

    CertificateError for a file that is none or whose question is another, LimitError for one beyond MAX_BYTES.
    """
    return Imported(answer_in(BytesIO(read_bytes(path)), path)[1], "answer")
