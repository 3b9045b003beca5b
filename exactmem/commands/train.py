"""`exactmem train`: Algorithms 1, 2 and 3 of the survey, run exactly, against one another."""

__all__ = [
    "HEADERS",
    "MAX_PRECISION",
    "MAX_SEED",
    "MAX_STEPS",
    "MAX_UNITS",
    "SOURCE",
    "about",
    "batches_of",
    "certified",
    "comparison_json",
    "comparison_text",
    "register",
    "regret_json",
    "rounded_json",
    "rounded_text",
    "row_json",
    "run",
    "setting_json",
    "training_json",
    "training_text",
]

import argparse
from typing import Any

from exactmem.activations import parse_activation
from exactmem.border import Exact
from exactmem.certificates.writing.document import assemble, write_certificate
from exactmem.certificates.writing.memorization import memorization_claim
from exactmem.commands.common import (
    Subparsers,
    add_data_options,
    add_parser,
    data_path,
    emit,
    integer,
    load_data,
    named_data,
    paragraph,
    parse_rational,
    table,
    waiting,
)
from exactmem.datasets import Dataset
from exactmem.decisions import decide
from exactmem.errors import UsageError, quoted
from exactmem.files import check_writable
from exactmem.rationals import Rational, to_fraction, to_text
from exactmem.tangent.algorithms import MAX_BITS, Setting, seeded_batches
from exactmem.tangent.kernel import weights
from exactmem.tangent.losses import LOSSES, find_loss
from exactmem.tangent.training import (
    Comparison,
    Regret,
    Rounded,
    StepRow,
    Training,
    train,
    train_rounded,
    trained_network,
)

MAX_STEPS, MAX_UNITS, MAX_SEED, MAX_PRECISION = 10_000, 2000, 2**63 - 1, 100_000


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "train",
        "exactmem train my.csv --units 6 --loss squared --eta 1/10 --steps 5\n"
        "  exactmem train my.csv --units 6 --batches '1,2;3,4' --steps 4 --scale 1/2 --json",
        run,
    )
    add_data_options(parser)
    parser.add_argument("--units", metavar="Q", default="4", help="rows q of W'; the network has 2q units (default: 4)")
    parser.add_argument("--activation", metavar="A", default="relu", help="ReLU-like or abs (default: relu)")
    parser.add_argument("--loss", choices=tuple(LOSSES), default="squared", help="default: squared")
    parser.add_argument("--eta", metavar="Q", default="1/10", help="step size of Algorithm 2 (default: 1/10)")
    about = f"default: 5; the exact numbers grow with every step, and beyond {MAX_BITS} bits a run is refused"
    parser.add_argument("--steps", metavar="T", default="5", help=about)
    parser.add_argument("--seed", metavar="N", default="0", help="of W' and the mini-batches (default: 0)")
    parser.add_argument("--batch", metavar="b", help="size of seeded mini-batches, a divisor of N (default: N)")
    parser.add_argument("--batches", metavar="I,...;I,...", help="mini-batches by sample numbers from 1, in turn")
    parser.add_argument("--scale", metavar="B", help="also compare Algorithm 1 with this B")
    parser.add_argument(
        "-o", "--output", metavar="CERT.json", help="certificate of the trained network, if it memorizes"
    )
    about = "of -o: y f(x) > 0, or f(x) = y (default: sign for labels 1 and -1, else equal)"
    parser.add_argument("--decision", choices=("sign", "equal"), help=about)
    parser.add_argument(
        "--precision", metavar="BITS", help="Algorithm 2 rounded to BITS fractional bits, with an exact error bound"
    )


def run(args: argparse.Namespace) -> int:
    """Run, report, and write what was asked for; 1 where the trained network does not memorize."""
    if args.output is not None:
        check_writable(args.output, [data_path(args.data)])
    elif args.decision is not None:
        raise UsageError("--decision is about the certificate: name it with -o")
    dataset = load_data(args)
    seed = integer(args.seed, "--seed", 0, MAX_SEED)
    rows = weights(seed, integer(args.units, "--units", 1, MAX_UNITS), dataset.d_x)
    precision = None if args.precision is None else integer(args.precision, "--precision", 0, MAX_PRECISION)
    scale = parse_rational(args.scale, "--scale")
    if precision is not None and scale is not None:
        raise UsageError("--scale compares exact runs; leave out --precision")
    with waiting("training"), named_data(args):
        setting = Setting(
            dataset,
            tuple(map(tuple, rows)),
            parse_activation(args.activation),
            find_loss(args.loss),
            parse_rational(args.eta, "--eta"),
            batches_of(args, dataset, seed),
        )
        found = train(setting, scale) if precision is None else train_rounded(setting, precision)
    facts = {"seed": seed, **setting_json(setting)}
    if isinstance(found, Rounded):
        facts, text = {**facts, **rounded_json(found)}, rounded_text(found)
    else:
        facts, text = {**facts, **training_json(found)}, training_text(setting, found, seed)
    code = 0
    if args.output is not None:
        written, sentence = certified(args, setting, found, seed)
        facts, text, code = {**facts, **written}, f"{text}\n{sentence}", int(written["certificate"] is None)
    emit(args, facts, text)
    return code


SOURCE = "Daniely 2020 (Ye, Wei, survey, Algorithm 1, with B above the bound of claim theorem-8-exact)"


def certified(
    args: argparse.Namespace, setting: Setting, found: Training | Rounded, seed: int
) -> tuple[dict[str, Any], str]:
    """Write the certificate of the network after the last step if it memorizes: facts, and a sentence."""
    data, network = setting.dataset, trained_network(setting, found)
    signs = all(y in (1, -1) for (y,) in data.labels)
    decision = args.decision or ("sign" if signs else "equal")
    with named_data(args):
        failing = decide(network, data, decision).failing
    if failing:
        sentence = (
            f"after {len(setting.batches)} steps {len(failing)} of {data.N} samples fail ({decision}), the first "
            f"{data.rows[failing[0]]}: no certificate is written"
        )
        return {"certificate": None, "decision": decision, "failing": len(failing)}, sentence
    claim = memorization_claim(network, data, SOURCE, decision)
    parameters = {"seed": str(seed), **setting_json(setting)} | {"batches": len(setting.batches)}
    write_certificate(args.output, assemble(network, data, claim, "train", parameters))
    sentence = f"{args.output}: certificate of the network after {len(setting.batches)} steps written ({decision})"
    return {"certificate": str(args.output), "decision": decision, "failing": 0}, sentence


def batches_of(args: argparse.Namespace, dataset: Dataset, seed: int) -> tuple[tuple[int, ...], ...]:
    """The mini-batches given or seeded."""
    steps = integer(args.steps, "--steps", 1, MAX_STEPS)
    if args.batches is None:
        size = integer(args.batch, "--batch", 1, dataset.N) if args.batch is not None else dataset.N
        return seeded_batches(dataset.N, size, steps, seed)
    if args.batch is not None:
        raise UsageError("--batch draws the mini-batches that --batches gives: leave one out")
    given = []
    for part in args.batches.split(";"):
        numbers = [piece.strip() for piece in part.split(",")]
        if not all(n.isascii() and n.isdigit() and len(n) < 12 and 1 <= int(n) <= dataset.N for n in numbers):
            raise UsageError(f"--batches {quoted(part)}: give sample numbers from 1 to {dataset.N}, such as 1,2;3,4")
        given.append(tuple(int(n) - 1 for n in numbers))
    return tuple(given[t % len(given)] for t in range(steps))


def _text(value: Rational | None) -> str | None:
    return None if value is None else to_text(value)


def row_json(row: StepRow) -> dict[str, Any]:
    """One V^t."""
    return {
        "t": row.t,
        "batch_loss": _text(row.batch_loss),
        "loss": to_text(row.loss),
        "norm_squared": to_text(row.norm),
        "threshold": to_text(row.threshold),
        "bits": row.bits,
    }


def comparison_json(found: Comparison | None) -> dict[str, Any] | None:
    """Algorithm 1 with one B against Algorithm 2."""
    if found is None:
        return None
    return {
        "B": to_text(found.B),
        "identical": found.identical,
        "weights_differ_at": found.weights,
        "outputs_differ_at": found.outputs,
    }


def regret_json(found: Regret | None) -> dict[str, Any] | None:
    """The comparator and the inequality along the run."""
    if found is None:
        return None
    return {
        "norm_squared": to_text(found.norm),
        "kernel_norm_squared": to_text(found.kernel_norm),
        "total_loss": to_text(found.total_loss),
        "bound": to_text(found.bound),
        "holds": found.holds,
    }


def setting_json(setting: Setting) -> dict[str, Any]:
    """What was run."""
    return {
        "N": setting.dataset.N,
        "d_x": setting.dataset.d_x,
        "q": setting.q,
        "activation": setting.activation.name,
        "loss": setting.loss.name,
        "subgradient": setting.loss.rule,
        "eta": to_text(setting.eta),
        "batches": [[i + 1 for i in batch] for batch in setting.batches],
    }


def training_json(found: Training) -> dict[str, Any]:
    """The whole run."""
    return {
        "steps": [row_json(row) for row in found.rows],
        "bound": to_text(found.bound),
        "above": comparison_json(found.above),
        "below": comparison_json(found.below),
        "given": comparison_json(found.given),
        "algorithm_3_equal": found.algorithm_3_equal,
        "comparator": regret_json(found.regret),
    }


def rounded_json(found: Rounded) -> dict[str, Any]:
    """The rounded run with its error bounds."""
    steps = [
        {**row_json(row), "error_squared_at_most": to_text(error)}
        for row, error in zip(found.rows, found.errors, strict=True)
    ]
    return {"steps": steps}


HEADERS = ["t", "loss on S_t", "loss on all", "||V^t||^2", "B*(V^t)", "bits"]


def about(value: Rational) -> str:
    """Five digits of a number, for people; `--json` has them all."""
    return f"{Exact(to_fraction(value)):.5g}"


def _cells(row: StepRow) -> list[Any]:
    batch = "" if row.batch_loss is None else about(row.batch_loss)
    return [row.t, batch, about(row.loss), about(row.norm), about(row.threshold), row.bits]


def training_text(setting: Setting, found: Training, seed: int) -> str:
    """The table per step, and the statements."""
    lines = [
        table(HEADERS, [_cells(row) for row in found.rows]),
        f"seed {seed}; {setting.loss.name} loss, {setting.loss.rule}; slope s_minus at kinks",
        "five digits shown, --json has all",
        paragraph(
            f"max_t B*(V^t) is about {about(found.bound)}; Algorithm 1 (step eta/B^2) against Algorithm 2 (step eta):"
        ),
        *(comparison_text(c) for c in (found.above, found.below, found.given) if c is not None),
        "Algorithm 3 with step 2 eta: v^t is " + ("" if found.algorithm_3_equal else "NOT ") + "2 V^t at every t",
    ]
    if found.regret is None:
        lines.append("no V in the tangent features reaches the labels: no comparator of loss 0")
    else:
        regret = found.regret
        sides = "at most" if regret.holds else "MORE than"
        lines.append(
            paragraph(
                f"comparator of loss 0: ||V*||^2 = {about(regret.norm)}; the losses on S_t add up to "
                f"{about(regret.total_loss)}, {sides} ||V*||^2/(2 eta) + (eta/2) sum ||g_t||^2 = {about(regret.bound)}",
                "  ",
            )
        )
    return "\n".join(lines)


def comparison_text(found: Comparison) -> str:
    """One comparison in words."""
    if found.identical:
        return f"  B = {about(found.B)}: identical, W^t = W^1 + V^t/B and the same outputs at every t"
    weights = "the weights never differ" if found.weights is None else f"the weights differ from t = {found.weights} on"
    outputs = "no output differs" if found.outputs is None else f"outputs differ from t = {found.outputs} on"
    return f"  B = {about(found.B)}: {weights}, {outputs}"


def rounded_text(found: Rounded) -> str:
    """The table per step with the error bounds."""
    rows = [[*_cells(row), about(error)] for row, error in zip(found.rows, found.errors, strict=True)]
    return table([*HEADERS, "||error||^2 <="], rows)
