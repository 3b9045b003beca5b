"""`exactmem certify`: a network of your own on your own data: a certificate, and how many samples fail if any do."""

__all__ = ["add_network_options", "describe", "load_network", "outside", "provenance", "register", "run", "sentences"]

import argparse
from typing import Any

from exactmem.commands.common import (
    Subparsers,
    add_data_options,
    add_parser,
    add_worker_options,
    data_path,
    emit,
    load_data,
    name_of,
    say,
    waiting,
    workers_for,
)
from exactmem.commands.versions import Made, add_version_option, asked, check_version, write_version
from exactmem.datasets import Dataset
from exactmem.decisions import DECISIONS, Decided, decide
from exactmem.errors import UsageError
from exactmem.files import check_writable
from exactmem.interchange import read_network
from exactmem.interchange.imported import Imported
from exactmem.rationals import listed, shorten, to_text


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "certify",
        "exactmem certify model.onnx --data test.csv --classify --decision argmax -o model.cert.json",
        run,
    )
    add_network_options(parser)
    add_data_options(parser, option=True)
    parser.add_argument(
        "--decision",
        choices=DECISIONS,
        help="equal: f(x) = y; argmax: the label's output is strictly largest; sign: y f(x) > 0 (default: that of the "
        "question, if DATA is one, else equal)",
    )
    parser.add_argument("-o", "--output", metavar="CERT.json", help="where the certificate goes")
    add_version_option(parser)
    add_worker_options(parser, "evaluate a large network")


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """NETWORK and the options that say how to read it."""
    parser.add_argument(
        "network",
        metavar="NETWORK",
        help=".nnet, .onnx or .json; a certificate's network too, from its .json or .answer",
    )
    parser.add_argument("--output-name", metavar="TENSOR", help="ONNX: the tensor taken for the output")
    parser.add_argument(
        "--round",
        action="store_true",
        help="cut the irrational factors of a batch normalization to 64 bits, and say so",
    )


def load_network(args: argparse.Namespace) -> Imported:
    """The network that the options describe; its notes go to standard error."""
    imported = read_network(args.network, floats=args.floats, output=args.output_name, rounded=args.round)
    for note in imported.notes:
        say(f"{args.network}: {note}")
    return imported


def provenance(args: argparse.Namespace, imported: Imported) -> dict[str, Any]:
    """What a certificate's provenance says about a network from outside."""
    return {"file": name_of(args.network), "sha256": imported.sha256, "notes": list(imported.notes)}


def outside(imported: Imported, dataset: Dataset) -> int:
    """How many samples lie outside the input box that the network's file states."""
    if imported.box is None:
        return 0
    return sum(any(not a <= v <= b for v, (a, b) in zip(x, imported.box, strict=True)) for x in dataset.inputs)


def run(args: argparse.Namespace) -> int:
    """Read, evaluate, write; 1 if the network fails on a sample."""
    if args.output is not None:
        check_writable(args.output, [data_path(args.data), args.network])
    question = asked(args)
    decision = args.decision or (question.decision if question else "equal")
    if question is not None and decision != question.decision:
        raise UsageError(f"--decision {decision}: {args.data} asks for {question.decision}: leave the option out")
    check_version(args, question, decision, f"--decision {decision}")
    workers = workers_for(args)
    imported = load_network(args)
    dataset = load_data(args)
    if imported.readout_left_out and decision == "equal":
        raise UsageError(
            f"{args.network}: without its final softmax or sigmoid the network keeps decisions, not values: give "
            "--decision argmax or sign, or name another tensor with --output-name"
        )
    with waiting(f"evaluating {dataset.N} samples"), workers as executor:
        decided = decide(imported.network, dataset, decision, executor)
    if count := outside(imported, dataset):
        say(f"{count} of {dataset.N} inputs lie outside the box that {args.network} states; they are not clipped")
    facts = describe(decided, dataset)
    facts |= {"network": str(args.network), "format": imported.format, "notes": list(imported.notes)}
    facts |= {"widths": list(imported.network.widths), "edges": imported.network.edges, "certificate": None}
    if args.output is not None:
        source = f"network {name_of(args.network)}, by exactmem certify"
        made = Made(imported.network, dataset, decision, source, "certify", provenance(args, imported))
        facts["bytes"] = write_version(args, question, made)
        facts["certificate"] = str(args.output)
    emit(args, facts, "\n".join(sentences(decided, dataset, facts)))
    return 0 if decided.holds else 1


def describe(decided: Decided, dataset: Dataset) -> dict[str, Any]:
    """What was found, as JSON data, all numbers exact."""
    facts: dict[str, Any] = {
        "verdict": "VERIFIED" if decided.holds else "REFUTED",
        "decision": decided.decision,
        "N": dataset.N,
        "failing": len(decided.failing),
    }
    if decided.failing:
        i = decided.failing[0]
        facts["first"] = {
            "sample": i,
            "row": dataset.rows[i],
            "expected": [to_text(v) for v in dataset.labels[i]],
            "obtained": [to_text(v) for v in decided.outputs[i]],
        }
        facts["failing_rows"] = [dataset.rows[i] for i in decided.failing]
    i = decided.smallest
    name, value = (
        ("largest_error", -decided.margins[i]) if decided.decision == "equal" else ("margin", decided.margins[i])
    )
    facts[name] = {"value": to_text(value), "sample": i, "row": dataset.rows[i]}
    return facts


def sentences(decided: Decided, dataset: Dataset, facts: dict[str, Any]) -> list[str]:
    """The same for people."""
    N = dataset.N
    lines = [f"{facts['verdict']} ({decided.decision}): {N - len(decided.failing)} of {N} samples are right"]
    if decided.failing:
        i = decided.failing[0]
        values = f"expected ({listed(dataset.labels[i], 12)}), obtained ({listed(decided.outputs[i], 12)})"
        lines.append(f"{len(decided.failing)} fail; the first, sample {i} ({dataset.rows[i]}): {values}")
    i = decided.smallest
    if decided.decision != "equal":
        lines.append(f"the smallest margin is {to_text(decided.margins[i])}, of sample {i} ({dataset.rows[i]})")
    elif decided.failing:
        lines.append(f"the largest error is {shorten(-decided.margins[i])}, of sample {i} ({dataset.rows[i]})")
    if facts["certificate"] is not None:
        says = (
            "is right" if decided.holds else "will be REFUTED by the checker, which names the first sample that fails"
        )
        lines.append(f"{facts['certificate']}: certificate written; its claim {says}")
    return lines
