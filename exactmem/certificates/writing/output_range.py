"""Certificates of kind `output-range`: the exact range of a network's outputs over a region (FORMAT.md)."""

__all__ = ["SOURCE", "output_range_certificate", "range_json", "region_json"]

from collections.abc import Sequence

from exactmem.certificates.writing.document import Json, digest
from exactmem.networks import Network
from exactmem.ranges import Extreme, OutputRange
from exactmem.rationals import to_text
from exactmem.regions import Box, Region
from exactmem.version import __version__

SOURCE = "exactmem, subdivision into simplices"


def output_range_certificate(network: Network, region: Region, ranges: Sequence[OutputRange]) -> Json:
    """A certificate of kind `output-range`, as JSON data."""
    sizes = {
        "d_x": network.d_x,
        "d_y": network.d_y,
        "widths": list(network.widths),
        "hidden_nodes": network.hidden_nodes,
        "edges": network.edges,
    }
    parts = {
        "claim": {
            "kind": "output-range",
            "source": SOURCE,
            "sizes": sizes,
            "region": region_json(region),
            "ranges": [range_json(r) for r in ranges],
        },
        "network": network.to_json(),
        "evidence": {"trees": [{"minimum": _tree(r.minimum), "maximum": _tree(r.maximum)} for r in ranges]},
    }
    return {
        "format": "exactmem-certificate",
        "version": 1,
        **parts,
        "digests": {key: digest(value) for key, value in parts.items()},
        "provenance": {"tool": f"exactmem {__version__}", "construction": "branch and bound", "parameters": {}},
    }


def region_json(region: Region) -> Json:
    """The region as the claim holds it."""
    if isinstance(region, Box):
        return {"low": [to_text(v) for v in region.low], "high": [to_text(v) for v in region.high]}
    return {"from": [to_text(v) for v in region.start], "to": [to_text(v) for v in region.end]}


def range_json(found: OutputRange) -> Json:
    """One output's range as the claim holds it."""
    return {
        "output": found.output,
        "minimum": to_text(found.minimum.value),
        "minimum_at": [to_text(v) for v in found.minimum.at],
        "maximum": to_text(found.maximum.value),
        "maximum_at": [to_text(v) for v in found.maximum.at],
    }


def _tree(extreme: Extreme) -> list[object]:
    return ["leaf" if cut is None else [cut.i, cut.j, to_text(cut.share)] for cut in extreme.tree]
