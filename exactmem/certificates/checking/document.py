"""The certificate as a whole: its top level, its digests, and which module decides which kind of claim."""

from hashlib import sha256
from io import BytesIO
from types import ModuleType
from typing import BinaryIO

from . import existence_box, gradient_rate, memorization, needs_units, output_range, piece_bound, sgd_constants
from .answers import START, examine_answer, read_provenance
from .streams import PIECE, Stream
from .strict_json import Node, parse_json
from .verdicts import DEFAULT_LIMITS, Answer, Limits, Malformed, Meter, Progress, Refuted, Resource, quoted

# A kind of claim is a module with three names: SECTIONS, the top-level keys it needs, each with a digest;
# read(document), which returns a well-formed question or raises Malformed; and check(question, meter), which decides
# it exactly: it returns a summary if the claim holds and raises Refuted if not. Both may raise Resource.
KINDS: dict[str, ModuleType] = {
    "existence-box": existence_box,
    "gradient-rate": gradient_rate,
    "memorization": memorization,
    "needs-units": needs_units,
    "output-range": output_range,
    "piece-bound": piece_bound,
    "sgd-constants": sgd_constants,
}


def find_kind(document: Node) -> ModuleType:
    """The module that decides the claim of a version 1 certificate."""
    document.expect(type(document.value) is dict, "expected an object")
    name, version, kind = document.member("format"), document.member("version"), document.member("claim").member("kind")
    name.expect(name.value == "exactmem-certificate", "expected 'exactmem-certificate'")
    version.expect(version.canonical() == b"1", "expected version 1")
    kind.expect(kind.text() in KINDS, f"unknown kind {quoted(kind.text())}")
    return KINDS[kind.text()]


def examine(data: bytes, meter: Meter, dataset: str) -> str:
    """A summary of the claim if every check passes; Malformed, Refuted or Resource are raised otherwise.

    With a `dataset`, a digest, a certificate about other data, or about none, is refuted.
    """
    meter.read(len(data))
    document = parse_json(data, meter)
    kind = find_kind(document)
    sections = ("claim", *kind.SECTIONS)
    *_, digests, provenance = document.fields("format", "version", *sections, "digests", "provenance")
    read_provenance(provenance)
    question = kind.read(document)
    for section, digest in zip(sections, digests.fields(*sections), strict=True):
        same = digest.value == sha256(document.member(section).canonical()).hexdigest()
        digest.expect(same, "does not match the section's content")
    own = str(digests.member("dataset").value) if "dataset" in sections else ""
    if dataset not in ("", own):
        raise Refuted(f"about other data: {f'its dataset has the digest {own}' if own else 'it has no dataset'}")
    summary = str(kind.check(question, meter))
    return f"{summary}, dataset {own}" if own else summary


def examine_file(file: BinaryIO, folder: str | None, meter: Meter, dataset: str) -> str:
    """As `examine`, of the file's content; the other files of version 2 lie in the folder."""
    start = file.read(len(START))
    if start == START:
        if folder is None:
            raise Malformed("an answer of version 2: give the file, in the folder of its question")
        meter.version = 2
        return examine_answer(Stream(file, "the answer", meter, start), folder, meter, dataset)
    pieces, size = [start], len(start)
    while size <= meter.max_bytes and (piece := file.read(min(PIECE, meter.max_bytes + 1 - size))):
        pieces.append(piece)
        size += len(piece)
    return examine(b"".join(pieces), meter, dataset)


def check_stream(
    file: BinaryIO,
    folder: str | None,
    limits: Limits,
    dataset: str,
    plain: bool,
    progress: Progress | None = None,
) -> Answer:
    """The verdict on a file's content, which must be about the dataset, if given. Never raises but OSError.

    With `plain` every sample is evaluated by itself. `progress` is told now and then how far it is.
    """
    try:
        return Answer("VERIFIED", examine_file(file, folder, Meter(limits, plain, progress), dataset))
    except (Refuted, Malformed, Resource) as outcome:
        return Answer(type(outcome).__name__.upper(), str(outcome))
    except MemoryError:
        return Answer("RESOURCE", "out of memory: check it on a machine with more")
    except RecursionError:
        return Answer("RESOURCE", "brackets are nested too deeply to be read")
    except OSError:
        raise
    except Exception as error:
        return Answer("RESOURCE", f"no verdict: internal error, {type(error).__name__}: {quoted(str(error))}")


def check_bytes(
    data: bytes,
    limits: Limits = DEFAULT_LIMITS,
    dataset: str = "",
    plain: bool = False,
    folder: str | None = None,
) -> Answer:
    """The verdict on a file's bytes; those of an answer of version 2 need the folder of its question. Never raises."""
    return check_stream(BytesIO(data), folder, limits, dataset, plain)
