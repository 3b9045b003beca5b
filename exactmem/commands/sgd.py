"""`exactmem sgd`: Theorem 5.1 at a certificate's network: constants, a run of SGD, every inequality checked."""

__all__ = [
    "GLOSSARY",
    "Setup",
    "check_outputs",
    "facts",
    "identity",
    "kept_run",
    "minimum_of",
    "partitions_of",
    "prepare",
    "read_minimum",
    "register",
    "run",
    "start_of",
    "text",
    "trajectory",
]

import argparse
import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactmem.certificates.reader import Certificate, read_certificate
from exactmem.certificates.writing.document import digest, write_certificate
from exactmem.certificates.writing.sgd_constants import sgd_constants_certificate
from exactmem.commands.common import (
    Subparsers,
    add_parser,
    emit,
    json_integer,
    paragraph,
    progress,
    say,
    table,
    waiting,
)
from exactmem.commands.sgd_options import EPOCHS, Options, check_options, read_options
from exactmem.commands.sgd_state import (
    Keeper,
    State,
    check_identity,
    read_state,
    terminated_as_interrupted,
    write_state,
)
from exactmem.errors import UsageError, printable
from exactmem.files import check_writable
from exactmem.plots.trajectory import check_target, plot_trajectory
from exactmem.rationals import Rational, to_text
from exactmem.sgd import report
from exactmem.sgd.checks import Inequalities, Projection, squared
from exactmem.sgd.constants import EXACT_FACTOR, ROUNDED_FACTOR, Constants, Training, constants, epochs_needed
from exactmem.sgd.enclosures import MAX_PRECISION, follow_enclosed
from exactmem.sgd.memorizer import Kink, Memorizer, memorizer, piecewise
from exactmem.sgd.repair import without_kinks
from exactmem.sgd.rounded import RoundedStepper
from exactmem.sgd.starts import automatic_start, automatic_step_size, edge_start
from exactmem.sgd.trajectory import (
    Epoch,
    ExactStepper,
    Partition,
    Run,
    check_record,
    check_start,
    follow,
    repeated,
    shuffled,
)


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "sgd",
        "exactmem examples tour && cd tour && exactmem build small.csv --theorem two-layer -o small.json\n"
        "  exactmem sgd small.json --start edge --plot run.svg    (reaches t* in seconds)\n"
        "  exactmem sgd small.json --epochs 100000 --save state.json --resume state.json",
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
    parser.add_argument(
        "--save", metavar="STATE", help="keep the state after the last whole epoch, when interrupted too"
    )
    parser.add_argument(
        "--resume", metavar="STATE", help="go on from a state exactly as if the run had not stopped; same options"
    )


GLOSSARY = (
    "xi: the parameters minus the minimum's; xi_par: its part in the span of the samples' gradients there; risk gap: "
    "the empirical risk minus the minimum's; t*: the first step with ||xi_par|| < tau ||xi||^2; gamma: the step size "
    "must be below it"
)
"""What stands in the tables, in a sentence."""


@dataclass(frozen=True)
class Setup:
    """Everything a run needs, read from the options."""

    problem: Training
    values: Constants
    eta: Rational
    start: list[Rational]
    moved: list[Kink]

    @functools.cached_property
    def sizes(self) -> tuple[Rational, Rational]:
        """||xi_par||^2 and ||xi||^2 of the start."""
        return Projection(self.problem).squared(self.start), squared(self.start)


def run(args: argparse.Namespace) -> int:
    """Constants, run, checks, outputs; 0 if every check holds, 1 if one fails, 3 at a limit."""
    check_outputs(args)
    options = read_options(args)
    theirs, before = (None, None) if args.resume is None else read_state(args.resume, options.epochs)
    setup = prepare(args, options, read_minimum(args, options))
    if theirs is not None:
        check_identity(args.resume, theirs, identity(args, options, setup))
    if before is not None and len(before.xi) != setup.values.P:
        raise UsageError(f"{args.resume}: the state has {len(before.xi)} numbers, not {setup.values.P}")
    if setup.moved:
        say(f"moved {len(setup.moved)} pre-activation(s) off a kink, the first: {setup.moved[0]}")
    if args.output is not None:
        constants_certificate = sgd_constants_certificate(setup.problem, setup.values)
        write_certificate(args.output, constants_certificate, "--certificate")
    outcome = trajectory(args, options, setup, before)
    if args.plot is not None and outcome is not None:
        plot_trajectory(outcome, setup.values, args.plot)
    emit(args, facts(args, setup, outcome), text(args, setup, outcome))
    if outcome is None or (outcome.exhausted and args.epochs is not None):
        return 3
    return 0 if outcome.all_hold else 1


def check_outputs(args: argparse.Namespace) -> None:
    """Refuse outputs that cannot be written, that are one file, or that are read by this command."""
    read = [args.certificate, args.start, args.order, args.resume]
    if args.plot is not None:
        check_target(args.plot, read)
    if args.output is not None:
        check_writable(args.output, read, "--certificate")
    if args.save is not None:
        # A state may replace the one that the run goes on from.
        check_writable(args.save, read[:-1], "--save")
    outputs = {"--certificate": args.output, "--plot": args.plot, "--save": args.save}
    named = {option: Path(path).resolve() for option, path in outputs.items() if path is not None}
    if len(set(named.values())) < len(named):
        raise UsageError(f"{' and '.join(named)} name the same file; each needs its own")


def read_minimum(args: argparse.Namespace, options: Options) -> Certificate:
    """The certificate, once it is of the right kind and the options fit its network and data."""
    read = read_certificate(args.certificate)
    kind, decision = read.claim.get("kind"), read.claim.get("decision", "")
    if kind != "memorization" or decision != "equal":
        raise UsageError(
            f"{args.certificate}: Theorem 5.1 needs f(x_i) = y_i; this certificate's claim is "
            f"{printable(f'{kind} {decision}'.strip())}; build one with regression labels"
        )
    network, _ = piecewise(read.network)
    P = sum(height * (width + 1) for height, width in (layer.weight.shape for layer in network.layers))
    check_options(args, options, read.dataset.N, P)
    return read


def prepare(args: argparse.Namespace, options: Options, certificate: Certificate) -> Setup:
    """The problem, its constants, the step size and the start."""
    minimum, moved = minimum_of(args, certificate)
    with waiting(f"computing the constants of Theorem 5.1 for N = {minimum.N} and {minimum.P} parameters"):
        problem = Training(minimum, options.loss)
        factor = ROUNDED_FACTOR if args.mode == "rounded" else EXACT_FACTOR
        values = constants(problem, options.batch, factor, options.bits, options.radius)
    eta = automatic_step_size(values) if options.eta is None else options.eta
    with waiting("looking for a start"):
        start = start_of(options, problem, values)
    check_start(values, eta, start)
    return Setup(problem, values, eta, start, moved)


def minimum_of(args: argparse.Namespace, certificate: Certificate) -> tuple[Memorizer, list[Kink]]:
    """The certificate's network, moved off its kinks unless that is forbidden, and the kinks it had."""
    if args.keep_kinks:
        return memorizer(certificate.network, certificate.dataset), []
    with waiting("looking for kinks and moving the network off them"):
        repair = without_kinks(certificate.network, certificate.dataset)
    return repair.minimum, repair.moved


def start_of(options: Options, problem: Training, values: Constants) -> list[Rational]:
    """The start that --start names: found automatically, or the one that was read."""
    if not isinstance(options.start, str):
        return options.start
    find = edge_start if options.start == "edge" else automatic_start
    return find(problem, values, options.seed)


def partitions_of(options: Options, values: Constants) -> Iterator[Partition]:
    """The sequence of partitions that --order names; partitions from a file are repeated in turn."""
    if not isinstance(options.order, str):
        return itertools.cycle(options.order)
    if options.order == "shuffled":
        return shuffled(values.N, values.B, options.seed)
    return repeated([list(range(i, i + values.B)) for i in range(0, values.N, values.B)])


def identity(args: argparse.Namespace, options: Options, setup: Setup) -> dict[str, Any]:
    """All that a run depends on, but for its length: a state goes on only under the same."""
    minimum = setup.problem.minimum
    return {
        "mode": args.mode,
        "batch": options.batch,
        "order": options.order if isinstance(options.order, str) else digest(options.order),
        "seed": options.seed if options.order == "shuffled" else None,
        "data": digest(minimum.dataset.to_json()),
        "network": digest(minimum.network.to_json()),
        "loss": setup.problem.loss.to_json(),
        "eta": to_text(setup.eta),
        "start": digest([to_text(v) for v in setup.start]),
        "constants": digest({name: to_text(value) for name, value in setup.values.named().items()}),
    }


def trajectory(args: argparse.Namespace, options: Options, setup: Setup, before: State | None) -> Run | None:
    """The checked run, with a progress bar on a terminal; None if balls stay undecided."""
    problem, values = setup.problem, setup.values
    with progress() as bar:
        task = bar.add_task("SGD, epochs", total=options.epochs)

        def show(run: Run) -> None:
            bar.update(task, completed=run.epochs[-1].k)

        if args.mode == "arb":
            partitions = functools.partial(partitions_of, options, values)
            return follow_enclosed(problem, values, setup.start, setup.eta, partitions, options.epochs, show)
        xi, bits = (setup.start, None) if before is None else (before.xi, before.fractional_bits)
        exact = args.mode == "exact"
        stepper = ExactStepper(problem, xi) if exact else RoundedStepper(problem, values, xi, bits)
        return kept_run(args, options, setup, before, stepper, show)


def kept_run(
    args: argparse.Namespace,
    options: Options,
    setup: Setup,
    before: State | None,
    stepper: ExactStepper | RoundedStepper,
    show: Callable[[Run], None],
) -> Run:
    """The run from its start or from a state; however it ends, its last whole epoch is written where --save says."""
    keeper = Keeper(stepper)

    def on_epoch(run: Run) -> None:
        keeper.remember(run)
        show(run)

    partitions = partitions_of(options, setup.values)
    record = None if before is None else before.run
    if record is not None:
        origin = ExactStepper(setup.problem, setup.start)
        first = Epoch(0, 0, *origin.sizes(), origin.risk_gap(), {})
        inequalities = Inequalities(setup.values, setup.eta, stepper.decider)
        check_record(record, first, inequalities, setup.values.N // setup.values.B)
        say(f"{args.resume}: {record.epochs[-1].k} epochs computed before; their sizes and risks are taken as recorded")
    try:
        with terminated_as_interrupted():
            return follow(stepper, setup.values, setup.eta, partitions, options.epochs, on_epoch, record)
    finally:
        state = keeper.state()
        if args.save is not None and state is not None:
            write_state(args.save, identity(args, options, setup), state)
            say(f"{args.save}: the state after {state.run.epochs[-1].k} epochs; --resume goes on from there")


def facts(args: argparse.Namespace, setup: Setup, outcome: Run | None) -> dict[str, Any]:
    """The result as JSON data."""
    network = setup.problem.minimum.network
    undecided = {"verdict": "UNDECIDED", "mode": "arb", "max_precision": MAX_PRECISION}
    p, n = setup.sizes
    needed = epochs_needed(setup.values, setup.eta, n)
    return {
        "certificate": str(args.certificate),
        **report.problem_json(setup.values),
        "widths": list(network.widths),
        "kinks_moved": len(setup.moved),
        "loss": setup.problem.loss.to_json(),
        "constants": report.constants_json(setup.values),
        "eta": to_text(setup.eta),
        "start": {
            "perturbation": [to_text(v) for v in setup.start],
            "xi_par": report.root_decimal(p, 10),
            "xi": report.root_decimal(n, 10),
        },
        "corollary_k_epochs": None if needed is None else json_integer(needed),
        "run": undecided if outcome is None else report.run_json(outcome),
    }


def text(args: argparse.Namespace, setup: Setup, outcome: Run | None) -> str:
    """The result for people."""
    values, minimum = setup.values, setup.problem.minimum
    widths = "-".join(map(str, (minimum.dataset.d_x, *minimum.network.widths, 1)))
    theorem = "Theorem 5.1" if values.factor == EXACT_FACTOR else "Theorem 5.1r (rounded steps)"
    p, n = setup.sizes
    moved = f"; {len(setup.moved)} pre-activations moved off a kink" if setup.moved else ""
    lines = [
        paragraph(f"{theorem} at the {widths} network of {args.certificate}{moved}", "  "),
        paragraph(
            f"N = {values.N}, P = {values.P} parameters, B = {values.B}, E = {values.E}; "
            f"loss {setup.problem.loss}; H has {values.rank} positive eigenvalue(s)",
            "  ",
        ),
        "",
        table(["constant", "value", "relative width"], report.constant_rows(values)),
        "",
        paragraph(GLOSSARY),
        "",
        paragraph(report.start_line(values, setup.eta, p, n), "  "),
    ]
    if outcome is None:
        lines.append(f"UNDECIDED: some comparison needs balls of more than {MAX_PRECISION} bits")
        return "\n".join(lines)
    headers = ["epoch", "t", "||xi_par||", "||xi||", "tau ||xi||^2", "risk gap"]
    lines += ["", table(headers, report.trajectory_rows(outcome, values)), "", *report.check_lines(outcome)]
    lines += [paragraph(line, "  ") for line in report.end_lines(outcome, epochs_needed(values, setup.eta, n))]
    return "\n".join(lines)
