"""The certificate as a whole: its top level, its digests, and which module decides which kind of claim."""

from hashlib import sha256
from types import ModuleType
from typing import Any

from . import memorization, needs_units, piece_bound, sgd_constants
from .strict_json import at, canonical, expect, fields, parse_json, text
from .verdicts import DEFAULT_LIMITS, Limits, Malformed, Meter, Refuted, Resource, Verdict, quoted

# A kind of claim is a module with three names: SECTIONS, the top-level keys it needs, each with a digest;
# read(document, meter), which returns a well-formed question or raises Malformed; and check(question, meter), which
# decides it exactly: it returns a summary if the claim holds and raises Refuted if not. Both may raise Resource.
KINDS: dict[str, ModuleType] = {
    "memorization": memorization,
    "needs-units": needs_units,
    "piece-bound": piece_bound,
    "sgd-constants": sgd_constants,
}


def find_kind(document: Any) -> ModuleType:
    expect(type(document) is dict, "expected an object")
    expect(document.get("format") == "exactmem-certificate", "expected 'exactmem-certificate'", "format")
    expect(at("version", canonical, document.get("version")) == b"1", "expected version 1", "version")
    claim = document.get("claim")
    expect(type(claim) is dict and type(claim.get("kind")) is str, "expected a claim with a kind", "claim")
    expect(claim["kind"] in KINDS, f"unknown kind {quoted(claim['kind'])}", "claim.kind")
    return KINDS[claim["kind"]]


def check_provenance(provenance: Any) -> None:
    tool, construction, parameters = fields(provenance, "tool", "construction", "parameters")
    at("tool", text, tool)
    at("construction", text, construction)
    expect(type(parameters) is dict, "expected an object", "parameters")
    canonical(provenance)


def check_digests(digests: Any, document: dict[str, Any], sections: tuple[str, ...]) -> None:
    fields(digests, *sections)
    for section in sections:
        digest = sha256(at(section, canonical, document[section])).hexdigest()
        expect(digests[section] == digest, "does not match the section's content", section)


def examine(data: bytes, limits: Limits) -> str:
    """A summary of the claim if every check passes; Malformed, Refuted or Resource are raised otherwise."""
    if len(data) > limits.max_bytes:
        raise Resource(f"more than --max-bytes {limits.max_bytes}")
    meter = Meter(limits)
    document = parse_json(data, meter)
    kind = find_kind(document)
    sections = ("claim", *kind.SECTIONS)
    fields(document, "format", "version", "digests", "provenance", *sections)
    at("provenance", check_provenance, document["provenance"])
    question = kind.read(document, meter)
    at("digests", check_digests, document["digests"], document, sections)
    return str(kind.check(question, meter))


def check_bytes(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Verdict:
    """The verdict on a certificate's bytes. Never raises, whatever the bytes."""
    try:
        return Verdict("VERIFIED", examine(data, limits))
    except (Refuted, Malformed, Resource) as outcome:
        return Verdict(type(outcome).__name__.upper(), str(outcome))
    except (MemoryError, RecursionError) as error:
        return Verdict("RESOURCE", f"out of memory or stack ({type(error).__name__})")
    except Exception as error:
        return Verdict("RESOURCE", f"no verdict: internal error, {type(error).__name__}: {quoted(str(error))}")
