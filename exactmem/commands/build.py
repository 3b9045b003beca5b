"""`exactmem build`: a network that memorizes a dataset exactly, with its certificate."""

__all__ = [
    "CASES_FOR_A_HINT",
    "MAX_PRECISION",
    "MAX_SEED",
    "MEMORIZED",
    "choices_from",
    "columns",
    "fewer_units",
    "made_by",
    "register",
    "run",
]

import argparse
import contextlib
import time
from collections.abc import Sequence

from exactmem.activations import Activation, parse_activation
from exactmem.capacities.decision import MAX_SAMPLES, attempts
from exactmem.commands.common import (
    Subparsers,
    add_data_options,
    add_parser,
    add_worker_options,
    data_path,
    emit,
    integer,
    load_data,
    named_data,
    parse_integers,
    parse_rational,
    parse_rationals,
    phases,
    say,
    workers_for,
)
from exactmem.commands.versions import Made, add_version_option, asked, check_version, write_version
from exactmem.constructions import find_theorem
from exactmem.constructions.build import Construction, build, default_activation
from exactmem.constructions.theorem import Choices
from exactmem.errors import LimitError, printable
from exactmem.files import check_writable
from exactmem.networks import largest_bits

MAX_PRECISION = 100_000

MAX_SEED = 2**63 - 1

CASES_FOR_A_HINT = 64
"""Boxes of cases that are examined to tell whether fewer units would do."""

MEMORIZED = {
    "equal": "f(x_i) == y_i",
    "sign": "y_i f(x_i) > 0",
    "argmax": "the output of its class is strictly the largest",
}


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "build",
        "exactmem build iris --theorem 3.1 --activation relu --classify -o iris.cert.json",
        run,
    )
    add_data_options(parser)
    parser.add_argument("--theorem", metavar="ID", required=True, help="which construction (see `exactmem theorems`)")
    parser.add_argument(
        "--activation",
        metavar="A",
        help="relu, relu-like:S_PLUS,S_MINUS, hard-tanh, threshold, abs (default: relu if possible)",
    )
    parser.add_argument("--widths", metavar="W1,W2,...", help="hidden widths (default: the fewest hidden units)")
    parser.add_argument("-o", "--output", metavar="CERT.json", required=True, help="where the certificate goes")
    add_version_option(parser)
    add_worker_options(parser, "verify a large network")
    free = parser.add_argument_group("free parameters, as exact numbers")
    free.add_argument("--projection", metavar="U1,U2,...", help="the vector u, one number per input column")
    free.add_argument("--delta", metavar="Q", help="gap beyond the outermost samples")
    free.add_argument("--alpha", metavar="Q", help="scale of layer 2 (default: the least that does)")
    free.add_argument("--codes", metavar="Q,...", help="one number per class")
    free.add_argument("--blocks", metavar="L1,L2,...", help="layers where the blocks of a deep construction begin")
    free.add_argument("--seed", metavar="N", help="seed of drawn weights (default: 0)")
    free.add_argument("--eta", metavar="Q", help="step size of one-step (default: any that does)")
    free.add_argument(
        "--orthonormal", metavar="HOW", help="rows of one-step: householder or cayley (default: householder)"
    )
    free.add_argument(
        "--flat", action="store_true", help="gates that are flat around codes or hyperplanes, so that weights are short"
    )
    free.add_argument(
        "--decision",
        choices=("argmax",),
        help="in what sense the network memorizes, where the construction leaves a choice: argmax, the output of the "
        "class is strictly the largest (default: that of the theorem)",
    )
    free.add_argument("--precision", metavar="BITS", help="round free parameters to dyadics with BITS fractional bits")


def choices_from(args: argparse.Namespace) -> Choices:
    """The free parameters given on the command line."""
    precision = None if args.precision is None else integer(args.precision, "--precision", 0, MAX_PRECISION)
    return Choices(
        u=parse_rationals(args.projection, "--projection"),
        delta=parse_rational(args.delta, "--delta"),
        alpha=parse_rational(args.alpha, "--alpha"),
        codes=parse_rationals(args.codes, "--codes"),
        precision=precision,
        blocks=parse_integers(args.blocks, "--blocks"),
        seed=None if args.seed is None else integer(args.seed, "--seed", 0, MAX_SEED),
        eta=parse_rational(args.eta, "--eta"),
        orthonormal=args.orthonormal,
        flat=True if args.flat else None,
        decision=args.decision,
    )


def run(args: argparse.Namespace) -> int:
    """Read, build, verify and write."""
    check_writable(args.output, [data_path(args.data)])
    question = asked(args)
    theorem = find_theorem(args.theorem)
    choices = choices_from(args)
    check_version(args, question, choices.decision or theorem.decision, f"--theorem {args.theorem}")
    activation = parse_activation(args.activation) if args.activation is not None else default_activation(theorem)
    widths = parse_integers(args.widths, "--widths")
    workers = workers_for(args)
    dataset = load_data(args)
    start = time.perf_counter()
    with contextlib.ExitStack() as stack:
        phase = stack.enter_context(phases("building"))
        executor = stack.enter_context(workers)
        with named_data(args):
            construction = build(dataset, theorem.id, widths, activation, choices, executor, phase)
        phase(f"writing {args.output}")
        size = write_version(args, question, made_by(construction))
        seconds = time.perf_counter() - start
        phase("asking whether fewer units would do")
        fewer = fewer_units(construction, activation) if widths is None else None
    network = construction.network
    meaning = MEMORIZED[construction.decision]
    if dataset.input_names:
        say(f"inputs: {columns(dataset.input_names)}; label: {columns(dataset.label_names)}")
    say(f"built and verified in {seconds:.2f} s")
    if fewer is not None:
        say(
            f"{fewer} hidden units do for these {dataset.N} samples, fewer than the theorem's {network.hidden_nodes}: "
            "`exactmem capacity DATA --network CERT.json` certifies such a network"
        )
    summary = {
        "certificate": str(args.output),
        "theorem": theorem.id,
        "source": theorem.source,
        "activation": activation.name,
        "N": dataset.N,
        "d_x": dataset.d_x,
        "d_y": dataset.d_y,
        "inputs": list(dataset.input_names),
        "labels": list(dataset.label_names),
        "merged": len(dataset.merged),
        "classes": list(dataset.classes),
        "widths": list(network.widths),
        "hidden_nodes": network.hidden_nodes,
        "edges": network.edges,
        "largest_weight_bits": largest_bits(network),
        "decision": construction.decision,
        "fewer_units": fewer,
        "bytes": size,
    }
    emit(
        args,
        summary,
        f"{args.output}: {theorem.source}, {activation.name}: N={dataset.N}, d_x={dataset.d_x}, d_y={dataset.d_y}, "
        f"widths {','.join(map(str, network.widths))}, {network.hidden_nodes} hidden units, {network.edges} edges, "
        f"largest weight {summary['largest_weight_bits']} bits; {meaning} for all {dataset.N} samples",
    )
    return 0


def made_by(construction: Construction) -> Made:
    """What the certificate of a construction holds."""
    theorem, parameters = construction.theorem, dict(construction.parameters)
    decision = construction.decision
    return Made(construction.network, construction.dataset, decision, theorem.source, theorem.id, parameters)


def fewer_units(construction: Construction, activation: Activation) -> int | None:
    """How few hidden units fit samples on a line, if that is less than a two-layer theorem takes; None if not known."""
    dataset = construction.dataset
    searchable = (
        activation.kind in ("relu-like", "hard-tanh")
        and (dataset.d_x, dataset.d_y) == (1, 1)
        and dataset.N <= MAX_SAMPLES
    )
    if not searchable or construction.theorem.depth != (1, 1):
        return None
    try:
        *_, (units, _) = attempts(dataset, activation, CASES_FOR_A_HINT)
    except LimitError:
        return None
    return units if units < construction.network.hidden_nodes else None


def columns(names: Sequence[str]) -> str:
    """The names of columns for a message, the middle of many left out."""
    shown = [printable(name, 24) for name in names]
    return ", ".join(shown if len(shown) <= 8 else [*shown[:4], "...", shown[-1], f"{len(shown)} in all"])
