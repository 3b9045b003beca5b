"""`exactmem existence`: a box of recurrent weights in which exactly one choice memorizes the sequences."""

__all__ = ["MOST_STEPS", "MOST_UNITS", "describe", "register", "run", "sentences", "size"]

import argparse
from typing import Any

from exactmem.activations import parse_activation
from exactmem.certificates.writing.document import write_certificate
from exactmem.certificates.writing.existence_box import existence_box_certificate
from exactmem.commands.common import (
    Subparsers,
    add_data_options,
    add_parser,
    emit,
    integer,
    load_data,
    named_data,
    waiting,
)
from exactmem.errors import UsageError
from exactmem.files import check_writable
from exactmem.rationals import Rational, to_text
from exactmem.sgd.norms import decimal_bound, squared_norm
from exactmem.tangent.elman import Elman, seeded
from exactmem.tangent.existence import ExistenceBox, find

MOST_UNITS, MOST_STEPS = 200, 1000


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "existence",
        "exactmem existence --seed 1 --units 6 --steps 4 --data sequences.csv -o box.json",
        run,
    )
    add_data_options(parser, option=True)
    parser.add_argument("--seed", metavar="S", required=True, help="the start: seeded rational weights")
    parser.add_argument("--units", metavar="M", required=True, help="hidden units")
    parser.add_argument(
        "--steps", metavar="T", required=True, help="steps: the inputs are T vectors, one after the other"
    )
    parser.add_argument("--activation", metavar="A", default="relu", help="piecewise linear (default: relu)")
    parser.add_argument("-o", "--output", metavar="CERT", help="where the certificate of kind existence-box goes")


def run(args: argparse.Namespace) -> int:
    """Find the box; write the certificate if asked for."""
    seed, units = integer(args.seed, "--seed", 0, 2**63 - 1), integer(args.units, "--units", 1, MOST_UNITS)
    steps = integer(args.steps, "--steps", 1, MOST_STEPS)
    if args.output is not None:
        check_writable(args.output)
    dataset = load_data(args)
    if dataset.d_x % steps:
        raise UsageError(f"--steps {steps}: the {dataset.d_x} inputs are not {steps} vectors of one length")
    start = seeded(seed, units, dataset.d_x // steps, dataset.d_y, parse_activation(args.activation))
    with waiting("looking for a memorizer"), named_data(args):
        found = find(start, dataset)
    facts, lines = describe(found, start), sentences(found, start, steps)
    if args.output is not None:
        parameters = {"seed": str(seed), "units": units, "steps": steps}
        write_certificate(args.output, existence_box_certificate(found, parameters))
        facts["certificate"] = str(args.output)
        lines.append(f"{args.output}: certificate written")
    emit(args, facts, "\n".join(lines))
    return 0


def size(network: Elman) -> Rational:
    """The squared norm of W."""
    return squared_norm([v for row in network.W for v in row])


def describe(found: ExistenceBox, start: Elman) -> dict[str, Any]:
    """What was found, as JSON data, all numbers exact."""
    return {
        "sequences": found.dataset.N,
        "units": start.units,
        "rank": found.rank,
        "free": [list(place) for place in found.free],
        "radius": [to_text(r) for r in found.radius],
        "moved": to_text(found.moved),
        "start": to_text(size(start)),
        "certificate": None,
    }


def sentences(found: ExistenceBox, start: Elman, steps: int) -> list[str]:
    """The same for people; decimals are rounded up and say so."""
    places = ", ".join(f"({j}, {k})" for j, k in found.free[:6]) + (", ..." if len(found.free) > 6 else "")
    sizes = f"{found.dataset.N} sequences of {steps} steps, {start.units} units"
    return [
        f"{sizes}: the Jacobian in W has full rank {found.rank}",
        f"W moved by ||W'||^2 <= {decimal_bound(found.moved, 'up')} from ||W||^2 <= {decimal_bound(size(start), 'up')}",
        f"with the entries {places} of W free within {to_text(max(found.radius))}, exactly one choice memorizes",
    ]
