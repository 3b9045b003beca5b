"""`exactmem sgd`: Theorem 5.1 at a certificate's network: constants, a run of SGD, every inequality checked."""

import argparse
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactmem.certificates.reader import read_certificate
from exactmem.certificates.sgd_constants import sgd_constants_certificate
from exactmem.certificates.writer import write_certificate
from exactmem.commands.common import Subparsers, add_parser, emit, progress, say, table
from exactmem.errors import CertificateError, UsageError
from exactmem.files import check_writable
from exactmem.plots.trajectory import check_target, plot_trajectory
from exactmem.rationals import Rational, parse, rational, to_text, vector
from exactmem.sgd import report
from exactmem.sgd.checks import Projection, squared
from exactmem.sgd.constants import EXACT_FACTOR, ROUNDED_FACTOR, Constants, Problem, constants
from exactmem.sgd.enclosures import MAX_PRECISION, follow_enclosed
from exactmem.sgd.loss import parse_loss
from exactmem.sgd.memorizer import Memorizer, memorizer
from exactmem.sgd.repair import without_kinks
from exactmem.sgd.rounded import RoundedStepper
from exactmem.sgd.starts import automatic_start, automatic_step_size, edge_start
from exactmem.sgd.trajectory import Epoch, ExactStepper, Partition, Run, check_start, follow, shuffled

EPOCHS = {"exact": 4, "rounded": 100, "arb": 100}
"""Epochs that are run unless --epochs is given."""

MAX_BITS_OF_PRECISION = 4096


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "sgd",
        "Theorem 5.1 at a memorizing network: its constants, and SGD with every inequality checked exactly",
        "exactmem sgd small.cert.json --epochs 200 --plot run.svg",
        run,
    )
    parser.add_argument("certificate", metavar="CERT.json", help="a memorization certificate with one output")
    parser.add_argument(
        "--loss", default="squared", metavar="LOSS", help="squared, or polynomial:C2,C3,... (C2 u^2 + ...)"
    )
    parser.add_argument(
        "--batch", metavar="B", default="1", help="batch size, a divisor of N (default: 1; N: gradient descent)"
    )
    parser.add_argument(
        "--eta", "--step-size", metavar="Q", default="auto", help="step size in (0, gamma) (default: auto)"
    )
    parser.add_argument(
        "--start",
        metavar="auto|edge|FILE",
        default="auto",
        help="auto: in the span of the gradients; edge: where the condition barely holds; or a JSON file",
    )
    parser.add_argument("--epochs", metavar="K", help="epochs to run (default: 100; exact: 4); 0: constants only")
    parser.add_argument(
        "--mode",
        choices=tuple(EPOCHS),
        default="rounded",
        help="rounded: Theorem 5.1r; exact: rationals; arb: balls around the true trajectory",
    )
    parser.add_argument(
        "--order",
        metavar="shuffled|fixed|FILE",
        default="shuffled",
        help='batches per epoch: seeded, in the order of the samples, or JSON {"partitions": [[[i, ...], ...], ...]}',
    )
    parser.add_argument("--seed", metavar="S", default="0", help="of the automatic start and of the shuffling")
    parser.add_argument(
        "--precision", metavar="BITS", default="32", help="relative precision of the constants, 2^-BITS"
    )
    parser.add_argument("--radius", metavar="Q", help="rho_s, at most rho_c (default: chosen)")
    parser.add_argument("--keep-kinks", action="store_true", help="refuse a network on a kink instead of moving it off")
    parser.add_argument("--certificate", dest="output", metavar="OUT", help="write a certificate of the constants")
    parser.add_argument("--plot", metavar="OUT", help="a figure of the run (.svg or .png)")


@dataclass(frozen=True)
class Setup:
    """Everything a run needs, read from the options."""

    problem: Problem
    values: Constants
    eta: Rational
    start: list[Rational]
    epochs: int
    moved: int


def natural(text: str, option: str, largest: int = 10**9) -> int:
    """A non-negative integer option; UsageError for anything else."""
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or int(text) > largest:
        raise UsageError(f"{option} {text!r}: give an integer from 0 to {largest}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Constants, run, checks, outputs; 0 if every check holds, 1 if one fails, 3 at a limit."""
    if args.plot is not None:
        check_target(args.plot)
    if args.output is not None:
        check_writable(args.output)
    setup = prepare(args)
    if args.output is not None:
        write_certificate(args.output, sgd_constants_certificate(setup.problem, setup.values))
    outcome = trajectory(args, setup)
    if args.plot is not None and outcome is not None:
        plot_trajectory(outcome, setup.values, args.plot)
    emit(args, facts(args, setup, outcome), text(args, setup, outcome))
    if outcome is None or (outcome.exhausted and args.epochs is not None):
        return 3
    return 0 if outcome.all_hold else 1


def prepare(args: argparse.Namespace) -> Setup:
    """The problem, its constants, the step size and the start."""
    loss = parse_loss(args.loss)
    minimum, moved = minimum_of(args)
    problem = Problem(minimum, loss)
    bits = natural(args.precision, "--precision", MAX_BITS_OF_PRECISION)
    factor = ROUNDED_FACTOR if args.mode == "rounded" else EXACT_FACTOR
    radius = None if args.radius is None else parse(args.radius)
    values = constants(problem, natural(args.batch, "--batch"), factor, max(1, bits), radius)
    eta = automatic_step_size(values) if args.eta == "auto" else parse(args.eta)
    start = start_of(args, problem, values)
    check_start(values, eta, start)
    epochs = EPOCHS[args.mode] if args.epochs is None else natural(args.epochs, "--epochs")
    return Setup(problem, values, eta, start, epochs, moved)


def minimum_of(args: argparse.Namespace) -> tuple[Memorizer, int]:
    """The certificate's network, moved off its kinks unless that is forbidden, and how many kinks it had."""
    read = read_certificate(args.certificate)
    decision = read.claim.get("decision")
    if read.claim.get("kind") != "memorization" or decision != "equal":
        raise UsageError(
            f"{args.certificate}: Theorem 5.1 needs f(x_i) = y_i; this certificate's claim is "
            f"{read.claim.get('kind')} {decision or ''}; build one with regression labels"
        )
    if args.keep_kinks:
        return memorizer(read.network, read.dataset), 0
    repair = without_kinks(read.network, read.dataset)
    if repair.moved:
        say(f"moved {len(repair.moved)} pre-activation(s) off a kink, the first: {repair.moved[0]}")
    return repair.minimum, len(repair.moved)


def start_of(args: argparse.Namespace, problem: Problem, values: Constants) -> list[Rational]:
    """The start that --start names: found automatically, or read from a file."""
    seed = natural(args.seed, "--seed")
    if args.start == "auto":
        return automatic_start(problem, values, seed)
    return edge_start(problem, values, seed) if args.start == "edge" else read_start(args.start)


def read_start(path: str) -> list[Rational]:
    """The perturbation xi in a JSON file {"perturbation": [q, ...]}, in the order of the parameters."""
    return vector(read_list(path, "perturbation", "one exact number per parameter"))


def read_partitions(path: str) -> list[Partition]:
    """The epochs' partitions in a JSON file {"partitions": [[[i, ...], ...], ...]}; `follow` checks each one."""
    epochs = read_list(path, "partitions", "per epoch a list of batches of sample numbers")
    if not epochs or not all(
        isinstance(epoch, list)
        and all(isinstance(batch, list) and all(type(i) is int for i in batch) for batch in epoch)
        for epoch in epochs
    ):
        raise UsageError(f"{path}: expected at least one epoch, each a list of batches of sample numbers")
    return epochs


def read_list(path: str, key: str, content: str) -> list[Any]:
    """The list under the key of a JSON object in a file; CertificateError for anything else."""
    try:
        data = json.loads(Path(path).read_bytes().decode("utf-8"), parse_float=str)
        values = data[key]
    except OSError as error:
        raise CertificateError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CertificateError(f'{path}: expected JSON {{"{key}": [...]}} with {content} ({error!r})') from error
    if not isinstance(values, list):
        raise CertificateError(f'{path}: "{key}" is no list; expected {content}')
    return values


def partitions_of(args: argparse.Namespace, values: Constants) -> Callable[[], Iterator[Partition]]:
    """What starts the sequence of partitions that --order names; partitions from a file are repeated in turn."""
    seed = natural(args.seed, "--seed")
    if args.order == "shuffled":
        return lambda: shuffled(values.N, values.B, seed)
    if args.order == "fixed":
        return lambda: itertools.repeat([list(range(i, i + values.B)) for i in range(0, values.N, values.B)])
    given = read_partitions(args.order)
    return lambda: itertools.cycle(given)


def trajectory(args: argparse.Namespace, setup: Setup) -> Run | None:
    """The checked run, with a progress bar on a terminal; None if balls stay undecided."""
    problem, values = setup.problem, setup.values
    partitions = partitions_of(args, values)
    with progress() as bar:
        task = bar.add_task("SGD, epochs", total=setup.epochs)

        def on_epoch(epoch: Epoch) -> None:
            bar.update(task, completed=epoch.k)

        if args.mode == "arb":
            return follow_enclosed(problem, values, setup.start, setup.eta, partitions, setup.epochs, on_epoch)
        make: Callable[..., Any] = RoundedStepper if args.mode == "rounded" else ExactStepper
        parts = (problem, values, setup.start) if args.mode == "rounded" else (problem, setup.start)
        return follow(make(*parts), values, setup.eta, partitions(), setup.epochs, on_epoch)


def facts(args: argparse.Namespace, setup: Setup, outcome: Run | None) -> dict[str, Any]:
    """The result as JSON data."""
    network = setup.problem.minimum.network
    undecided = {"verdict": "UNDECIDED", "mode": "arb", "max_precision": MAX_PRECISION}
    p, n = Projection(setup.problem).squared(setup.start), squared(setup.start)
    return {
        "certificate": str(args.certificate),
        **report.problem_json(setup.values),
        "widths": list(network.widths),
        "kinks_moved": setup.moved,
        "loss": setup.problem.loss.to_json(),
        "constants": report.constants_json(setup.values),
        "eta": to_text(setup.eta),
        "start": {
            "perturbation": [to_text(v) for v in setup.start],
            "xi_par": report.root_decimal(p, 10),
            "xi": report.root_decimal(n, 10),
        },
        "corollary_k_epochs": count(report.epochs_needed(setup.values, setup.eta, n)),
        "run": undecided if outcome is None else report.run_json(outcome),
    }


def count(value: int | None) -> int | str | None:
    """A JSON number, or a string of digits from 2^53 on."""
    return value if value is None or value < 2**53 else to_text(rational(value))


def text(args: argparse.Namespace, setup: Setup, outcome: Run | None) -> str:
    """The result for people."""
    values, minimum = setup.values, setup.problem.minimum
    widths = "-".join(map(str, (minimum.dataset.d_x, *minimum.network.widths, 1)))
    theorem = "Theorem 5.1" if values.factor == EXACT_FACTOR else "Theorem 5.1r (rounded steps)"
    p, n = Projection(setup.problem).squared(setup.start), squared(setup.start)
    moved = f"; {setup.moved} pre-activations moved off a kink" if setup.moved else ""
    lines = [
        f"{theorem} at the {widths} network of {args.certificate}{moved}",
        f"N = {values.N}, P = {values.P} parameters, B = {values.B}, E = {values.E}; loss {setup.problem.loss}; "
        f"H has {values.rank} positive eigenvalue(s)",
        "",
        table(["constant", "value", "relative width"], report.constant_rows(values)),
        "",
        report.start_line(values, setup.eta, p, n),
    ]
    if outcome is None:
        lines.append(f"UNDECIDED: some comparison needs balls of more than {MAX_PRECISION} bits")
        return "\n".join(lines)
    headers = ["epoch", "t", "||xi_par||", "||xi||", "tau ||xi||^2", "risk gap"]
    lines += ["", table(headers, report.trajectory_rows(outcome, values)), "", *report.check_lines(outcome)]
    lines += report.end_lines(outcome, report.epochs_needed(values, setup.eta, n))
    return "\n".join(lines)
