"""Certificates for the checker's tests: sealing a document, hand-made examples, random networks."""

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from exactmem.certificates.checker import Limits, check_bytes
from tests.support import naive

Document = dict[str, Any]
RELU = {"kind": "relu-like", "s_plus": "1", "s_minus": "0"}


def seal(document: Document) -> Document:
    """The document with the digests its content has."""
    parts = [
        part for part in ("dataset", "network", "recurrent", "refutation", "evidence", "claim") if part in document
    ]
    document["digests"] = {part: naive.digest(document[part]) for part in parts}
    return document


def assembled(claim: Document, **sections: Any) -> Document:
    """A sealed certificate document with this claim and these sections."""
    provenance = {"tool": "exactmem 0.1.0", "construction": "by hand", "parameters": {}}
    document = {"format": "exactmem-certificate", "version": 1, "claim": claim, **sections, "digests": {}}
    return seal({**document, "provenance": provenance})


def certificate(inputs: Any, labels: Any, network: Any, decision: str = "equal") -> Document:
    """A sealed certificate document of kind memorization with the right sizes."""
    numbers = [[naive.number(q) for q in row] for row in inputs], [[naive.number(q) for q in row] for row in labels]
    claim = {
        "kind": "memorization",
        "decision": decision,
        "source": "a test",
        "sizes": naive.sizes(network, *numbers),
    }
    return assembled(claim, dataset={"inputs": inputs, "labels": labels}, network=network)


def layer(weight: Any, bias: list[str], activation: Any) -> Document:
    return {"weight": weight, "bias": bias, "activation": activation}


def dumps(document: Any) -> bytes:
    return json.dumps(document).encode()


def edited(document: Document, *edits: Callable[[Document], Any], sealed: bool = True) -> Document:
    """A copy with edits; sealed again unless told otherwise."""
    document = copy.deepcopy(document)
    for edit in edits:
        edit(document)
    return seal(document) if sealed else document


# ---- random networks -----------------------------------------------------------------------------------------------

rationals = st.builds(Fraction, st.integers(-6, 6), st.sampled_from([1, 1, 2, 3, 7]))
wild_rationals = st.builds(Fraction, st.integers(-(10**40), 10**40), st.integers(1, 10**40))
numbers = st.one_of(rationals, rationals, rationals, wild_rationals).map(str)


def vectors(length: int) -> st.SearchStrategy[list[str]]:
    return st.lists(numbers, min_size=length, max_size=length)


@st.composite
def matrices(draw: Any, height: int, width: int, form: str | None = None) -> Any:
    form = form or draw(st.sampled_from(["dense", "sparse", "rank-one"]))
    if form == "rank-one":
        return {"column": draw(vectors(height)), "row": draw(vectors(width))}
    rows = [draw(vectors(width)) for _ in range(height)]
    if form == "dense":
        return rows
    kept = draw(st.sets(st.tuples(st.integers(0, height - 1), st.integers(0, width - 1))))
    return {"shape": [height, width], "entries": [[i, j, rows[i][j]] for i, j in sorted(kept) if rows[i][j] != "0"]}


@st.composite
def activations(draw: Any, linear: bool = False) -> Any:
    kind = draw(st.sampled_from(["relu-like", "relu-like", "hard-tanh", "threshold", "abs", "identity", "square"]))
    if kind == "relu-like":
        minus = draw(st.sampled_from(["0", "0", "1/10", "2/3"]))
        return {"kind": kind, "s_plus": draw(st.sampled_from(["1", "3/2", "7/9"])), "s_minus": minus}
    return {"kind": "abs" if linear and kind == "square" else kind}


@st.composite
def fnns(draw: Any, d_x: int, d_y: int, first: str | None = None, least_layers: int = 1) -> Any:
    """A small network; with `first` that form of first-layer weight and a piecewise-linear first activation."""
    widths = [d_x, *draw(st.lists(st.integers(1, 4), min_size=least_layers - 1, max_size=3)), d_y]
    layers = []
    for position, (width, height) in enumerate(pairwise(widths)):
        weight = draw(matrices(height, width, first if position == 0 else None))
        layers.append(
            layer(weight, draw(vectors(height)), draw(activations(linear=first is not None and position == 0)))
        )
    layers[-1]["activation"] = {"kind": "identity"}
    return {"architecture": "fnn", "layers": layers}


@st.composite
def resnets(draw: Any, d_x: int, d_y: int) -> Any:
    layers = []
    for width in draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)):
        u, v = draw(matrices(width, d_x)), draw(matrices(d_x, width))
        part = {"U": u, "b": draw(vectors(width)), "V": v, "c": draw(vectors(d_x))}
        layers.append({**part, "activation": draw(activations()), "skip": True})
    if d_y != d_x or draw(st.booleans()):
        width = len(layers[-1]["b"])
        layers[-1].update(V=draw(matrices(d_y, width)), c=draw(vectors(d_y)), skip=False)
    return {"architecture": "resnet", "layers": layers}


@st.composite
def datasets(draw: Any, d_x: int) -> list[list[str]]:
    return draw(st.lists(vectors(d_x), min_size=1, max_size=6))


def answers(network: Any, inputs: list[list[str]]) -> list[list[str]]:
    """The network's exact outputs, by the naive evaluator."""
    return [[str(q) for q in naive.evaluate(network, [Fraction(q) for q in row])] for row in inputs]


@st.composite
def true_certificates(draw: Any) -> Document:
    """A certificate of a random network whose labels are its own outputs."""
    d_x, d_y = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kinds = [fnns(d_x, d_y), fnns(d_x, d_y, first="rank-one", least_layers=2), resnets(d_x, d_y)]
    network, inputs = draw(st.one_of(kinds)), draw(datasets(d_x))
    return certificate(inputs, answers(network, inputs), network)


def number_places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a rational string below a JSON value: what holds it, and its key there."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(item, str) and key not in ("kind", "source", "architecture"):
            yield value, key
        else:
            yield from number_places(item)


@st.composite
def with_a_number_changed(draw: st.DrawFn, documents: Sequence[Document], parts: Sequence[str]) -> Document:
    """One of the documents with another number at a place in one of its parts; its digests are not mended."""
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    places = [place for part in parts for place in number_places(document[part])]
    container, key = draw(st.sampled_from(places))
    container[key] = draw(st.sampled_from(["1", "-1", "2", "1/3", "-5/2", "0", "9/10"]))
    return document


def words_by_limit(content: bytes) -> list[str]:
    """The verdicts on a certificate within at most 1, 10, ..., 10^8 operations."""
    return [check_bytes(content, Limits(max_operations=10**k)).word for k in range(9)]
