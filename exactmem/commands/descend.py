"""`exactmem descend`: gradient descent on the hidden layer, certified for all its steps at once."""

__all__ = ["CONVERGED", "MOST_STEPS", "MOST_UNITS", "describe", "register", "run", "sentences", "start"]

import argparse
from typing import Any

from exactmem.activations import PiecewiseLinear, parse_activation
from exactmem.certificates.writing.document import assemble, write_certificate
from exactmem.certificates.writing.gradient_rate import gradient_rate_certificate
from exactmem.certificates.writing.memorization import memorization_claim
from exactmem.commands.common import (
    Subparsers,
    add_data_options,
    add_parser,
    emit,
    integer,
    load_data,
    named_data,
    paragraph,
    parse_rational,
    table,
    waiting,
)
from exactmem.commands.networks import any_network
from exactmem.datasets import Dataset
from exactmem.errors import UsageError
from exactmem.files import check_writable
from exactmem.plots import descent as figure
from exactmem.rationals import shorten, to_text
from exactmem.sgd.norms import decimal_bound
from exactmem.tangent.rate import Rate, Step, Tangent, certify, descend, from_seed, limit, tangent

MOST_STEPS, MOST_UNITS = 10_000, 100_000
CONVERGED = "gradient descent from its gradient-rate certificate, in the limit"


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers, "descend", "exactmem descend --seed 1 --units 40 --biases --data small.csv -o rate.json", run
    )
    about = "the start: a certificate, or a .nnet, .onnx or .json network (or else --seed and --units)"
    parser.add_argument("network", metavar="NETWORK", nargs="?", help=about)
    add_data_options(parser, option=True)
    parser.add_argument("--seed", metavar="S", help="start: paired units of random rational weights, the output is 0")
    parser.add_argument("--units", metavar="Q", help="with --seed: hidden units, an even number")
    parser.add_argument("--activation", metavar="A", help="with --seed (default: relu)")
    parser.add_argument(
        "--scale", metavar="B", help="with --seed: output weights B and -B (default: one that suffices)"
    )
    about = "train the hidden weights and biases (default: the weights alone); with --seed the units have biases then"
    parser.add_argument("--biases", action="store_true", help=about)
    parser.add_argument("--step", metavar="ETA", help="the step size (default: the longest that is certified)")
    parser.add_argument("--rate", metavar="MU", help="at most lambda_min(K) (default: the largest that is certified)")
    parser.add_argument("--steps", metavar="T", default="10", help="exact steps taken as a check (default: 10)")
    parser.add_argument("-o", "--output", metavar="CERT", help="where the certificate of kind gradient-rate goes")
    about = "where the certificate of the limit, which memorizes exactly, goes"
    parser.add_argument("--limit", dest="limit_output", metavar="CERT", help=about)
    parser.add_argument("--plot", metavar="FIGURE", help="the residual against its bound, .svg or .png")


def run(args: argparse.Namespace) -> int:
    """Certify, take some exact steps, write what is asked for."""
    count = integer(args.steps, "--steps", 0, MOST_STEPS)
    step, rate = parse_rational(args.step, "--step"), parse_rational(args.rate, "--rate")
    for path, option in ((args.output, "-o"), (args.limit_output, "--limit")):
        if path is not None:
            check_writable(path, [args.network], option)
    if args.plot is not None:
        figure.check_target(args.plot, [args.network, args.output, args.limit_output])
    dataset = load_data(args)
    with waiting("certifying"), named_data(args):
        found = certify(start(args, dataset), step, rate)
        steps = descend(found, count)
    facts, lines = describe(found, steps), sentences(found, steps)
    if args.output is not None:
        parameters = {name: getattr(args, name) for name in ("seed", "units") if getattr(args, name) is not None}
        origin = "given network" if args.seed is None else "paired units from a seed"
        write_certificate(args.output, gradient_rate_certificate(found, origin, parameters))
        facts["certificate"] = str(args.output)
        lines.append(f"{args.output}: certificate written")
    if args.limit_output is not None:
        end = limit(found)
        document = assemble(end, dataset, memorization_claim(end, dataset, CONVERGED), "limit of gradient descent", {})
        write_certificate(args.limit_output, document, "--limit")
        facts["limit"] = str(args.limit_output)
        lines.append(f"{args.limit_output}: certificate of the limit written")
    if args.plot is not None:
        figure.plot_descent(found, steps, args.plot)
        facts["figure"] = str(args.plot)
        lines.append(f"{args.plot}: figure written")
    emit(args, facts, "\n".join(lines))
    return 0


def start(args: argparse.Namespace, dataset: Dataset) -> Tangent:
    """The start that the arguments describe; UsageError for none or two."""
    if args.network is not None:
        if any(value is not None for value in (args.seed, args.units, args.activation, args.scale)):
            raise UsageError("give a NETWORK to start from, or --seed and --units, not both")
        return tangent(any_network(args.network), dataset, args.biases)
    if args.seed is None or args.units is None:
        raise UsageError("give a NETWORK to start from, or --seed S and --units Q")
    seed, units = integer(args.seed, "--seed", 0, 2**63 - 1), integer(args.units, "--units", 2, MOST_UNITS)
    if units % 2:
        raise UsageError(f"--units {units}: the units come in pairs, give an even number")
    activation = parse_activation(args.activation or "relu")
    if not isinstance(activation, PiecewiseLinear):
        raise UsageError(f"--activation {activation}: it has to be piecewise linear")
    return from_seed(seed, units // 2, dataset, activation, parse_rational(args.scale, "--scale"), args.biases)


def describe(found: Rate, steps: list[Step]) -> dict[str, Any]:
    """What was found, as JSON data, all numbers exact."""
    return {
        "samples": found.dataset.N,
        "widths": list(found.network.widths),
        "step": to_text(found.step),
        "rate": to_text(found.rate),
        "biases": found.tangent.biases,
        "factor": to_text(found.factor),
        "steps": [{"t": s.t, "square": to_text(s.square), "bound": to_text(s.bound)} for s in steps],
        "certificate": None,
        "limit": None,
        "figure": None,
    }


def sentences(found: Rate, steps: list[Step]) -> list[str]:
    """The same for people; decimals are rounded up and say so."""
    rows = [[s.t, decimal_bound(s.square, "up"), decimal_bound(s.bound, "up")] for s in steps]
    return [
        f"N = {found.dataset.N}, widths {list(found.network.widths)}: gradient descent on the hidden weights"
        + (" and biases" if found.tangent.biases else ""),
        paragraph(
            f"step {shorten(found.step)}, rate {shorten(found.rate)}: for all t no activation flips, and ||r_t|| <= "
            f"(1 - step*rate)^t ||r_0||, 1 - step*rate <= {decimal_bound(found.factor, 'up')}",
            "  ",
        ),
        f"{len(steps) - 1} steps taken exactly, each within its bound (decimals rounded up):",
        table(["t", "||r_t||^2", "bound"], rows),
    ]
