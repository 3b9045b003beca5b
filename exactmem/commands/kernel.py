"""`exactmem kernel`: the tangent kernel of seeded weights at data, its exact rank, and the scale B* that memorizes."""

__all__ = ["MAX_SEED", "MOST_SHOWN", "MOST_UNITS", "describe", "register", "run", "sentences"]

import argparse
from typing import Any

from exactmem.activations import parse_activation
from exactmem.commands.common import (
    Subparsers,
    add_data_options,
    add_parser,
    emit,
    integer,
    load_data,
    named_data,
    paragraph,
    table,
    waiting,
)
from exactmem.rationals import shorten, to_text
from exactmem.tangent.kernel import least_units, weights
from exactmem.tangent.start import Below, Start, examine
from exactmem.tangent.systems import Dependency

MOST_UNITS, MAX_SEED = 10_000, 2**63 - 1
MOST_SHOWN = 6
"""Most samples whose kernel is printed; --json has it always."""


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(subparsers, "kernel", "exactmem kernel signs.csv --seed 3 --units 8", run)
    add_data_options(parser)
    parser.add_argument("--seed", metavar="N", default="0", help="of the rows W' (default: 0)")
    parser.add_argument(
        "--units", metavar="Q", help="rows q of W'; networks have 2q units (default: the fewest of full rank)"
    )
    parser.add_argument("--activation", metavar="A", default="relu", help="ReLU-like or abs (default: relu)")


def run(args: argparse.Namespace) -> int:
    """Examine the start and report."""
    seed = integer(args.seed, "--seed", 0, MAX_SEED)
    units = None if args.units is None else integer(args.units, "--units", 1, MOST_UNITS)
    activation = parse_activation(args.activation)
    dataset = load_data(args)
    with waiting("examining the kernel"), named_data(args):
        q = least_units(dataset, seed, activation) if units is None else units
        found = examine(dataset, weights(seed, q, dataset.d_x), activation)
    emit(args, describe(found, seed), "\n".join(sentences(found, seed)))
    return 0


def describe(found: Start, seed: int) -> dict[str, Any]:
    """What was found, as JSON data, all numbers exact."""
    below = {b.output: b for b in found.below}
    return {
        "N": found.dataset.N,
        "d_x": found.dataset.d_x,
        "seed": seed,
        "q": found.q,
        "activation": found.activation.name,
        "zero_at_the_start": True,
        "kernel": [[to_text(v / found.q) for v in row] for row in found.gram.table()],
        "rank": found.rank,
        "rank_at_most": found.most,
        "dependency": _dependency_json(found.dependency),
        "labels_break": _dependency_json(found.broken),
        "outputs": [
            {
                "norm_squared": to_text(lazy.norm),
                "B": to_text(lazy.threshold.value),
                "below": _below_json(below[a], found) if a in below else None,
            }
            for a, lazy in enumerate(found.outputs)
        ],
    }


def _dependency_json(found: Dependency | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "samples": list(found.samples),
        "coefficients": [to_text(c) for c in found.coefficients],
        "labels": to_text(found.labels),
    }


def _below_json(found: Below, start: Start) -> dict[str, Any]:
    return {
        "B": to_text(found.B),
        "sample": found.sample,
        "row": start.dataset.rows[found.sample],
        "expected": to_text(found.expected),
        "obtained": to_text(found.obtained),
    }


def sentences(found: Start, seed: int) -> list[str]:
    """The same for people."""
    data = found.dataset
    lines = [
        f"N = {data.N}, d_x = {data.d_x}, q = {found.q} rows of seed {seed}, {found.activation.name}: the network with "
        f"{2 * found.q} units is 0 at all samples",
        f"the tangent kernel has rank {found.rank}; counting allows min(N, d_x*q) = {found.most}",
    ]
    if found.dependency is not None and found.broken is None:
        lines.append(found.dependency.text(data.rows))
    if data.N <= MOST_SHOWN:
        cells = [
            [name, *(shorten(v / found.q) for v in row)]
            for name, row in zip(data.rows, found.gram.table(), strict=True)
        ]
        lines.append(table(["tk_W", *data.rows], cells))
    if found.broken is not None:
        lines.append(f"no V in the tangent features reaches the labels: {found.broken.text(data.rows)}")
    below = {b.output: b for b in found.below}
    for a, lazy in enumerate(found.outputs):
        lines += [
            *([f"label {a + 1}:"] if data.d_y > 1 else []),
            *_scales(found, a, below.get(a), lazy.threshold.value),
        ]
    return [line if "\n" in line else paragraph(line, "  ") for line in lines]


def _scales(found: Start, output: int, below: Below | None, least: Any) -> list[str]:
    """What is known about the scale B of one output."""
    lines = [f"with B = B* = {shorten(least)} and with every larger B the true network memorizes"]
    if below is not None:
        lines.append(
            f"B* is least: with B = {shorten(below.B)} it gives {shorten(below.obtained)} at "
            f"{found.dataset.rows[below.sample]}, whose label is {shorten(below.expected)}"
        )
    elif least != 0:
        lines.append("just below B* the errors of several units cancel: B* is not shown to be least")
    return lines
