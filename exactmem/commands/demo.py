"""`exactmem demo`: the main job on the shipped iris data: refuse, build, certify, check, on one screen."""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from exactmem.activations import HARD_TANH, RELU, Activation
from exactmem.certificates import checker
from exactmem.certificates.writing.document import write_certificate
from exactmem.certificates.writing.memorization import certificate
from exactmem.commands.common import Subparsers, add_parser, data_path, emit, paragraph, say, table
from exactmem.constructions import theorems
from exactmem.constructions.build import build
from exactmem.constructions.theorem_3_1 import condition_for, condition_text
from exactmem.datasets import Dataset
from exactmem.errors import CertificateError, DuplicateInputError, OutputError
from exactmem.networks import largest_bits
from exactmem.readers import read_dataset
from exactmem.sizes.problem import Problem

MEASUREMENTS = ("sepal_length", "sepal_width", "petal_length")


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(subparsers, "demo", "exactmem demo", run)
    parser.add_argument("-o", "--output", metavar="FOLDER", help="keep the certificates in this folder")


def run(args: argparse.Namespace) -> int:
    """Run the demonstration; 0 only if every certificate is VERIFIED."""
    start = time.perf_counter()
    refusal = _refusal()
    regression = read_dataset(data_path("iris_numeric"))
    classes = read_dataset(data_path("iris"), classify=True)
    jobs = [
        (label, dataset, activation)
        for label, dataset in (("number", regression), ("one-hot", classes))
        for activation in (HARD_TANH, RELU)
    ]
    if args.output is not None:
        folder = Path(args.output)
        if not folder.is_dir():
            raise OutputError(f"{folder}: no such folder; create it or leave out -o")
        results = [_job(folder, *job) for job in jobs]
    else:
        with tempfile.TemporaryDirectory() as name:
            results = [_job(Path(name), *job) for job in jobs]
    seconds = time.perf_counter() - start
    merged = len(regression.merged)
    data = {"refused": refusal, "merged": merged, "networks": results, "seconds": round(seconds, 2)}
    emit(args, data, _screen(refusal, regression, results, seconds))
    if args.output is not None:
        say(f"certificates kept in {args.output}")
    return 0 if all(r["verdict"] == "VERIFIED" for r in results) else 1


def _refusal() -> str:
    """The message with which petal width as a function of the other three measurements is refused."""
    try:
        read_dataset(data_path("iris"), inputs=MEASUREMENTS, labels=["petal_width"])
    except DuplicateInputError as error:
        return str(error).partition(": ")[2]
    raise CertificateError("the shipped iris data should hold equal measurements with different petal widths")


def _job(folder: Path, label: str, dataset: Dataset, activation: Activation) -> dict[str, Any]:
    """Build, write and check one network; the facts for the table."""
    start = time.perf_counter()
    construction = build(dataset, "3.1", activation=activation)
    network = construction.network
    path = folder / f"iris-{dataset.d_y}-{activation.name}.json"
    write_certificate(path, certificate(construction))
    built = time.perf_counter()
    verdict = checker.check_file(str(path))
    checked = time.perf_counter()
    problem = Problem(dataset.N, dataset.d_x, dataset.d_y, activation)
    d1, d2 = network.widths
    return {
        "task": label,
        "activation": activation.name,
        "N": dataset.N,
        "d_x": dataset.d_x,
        "d_y": dataset.d_y,
        "condition": f"{condition_text(activation.kind)}: {condition_for(problem).value(d1, d2)} >= {dataset.N}",
        "widths": list(network.widths),
        "hidden_nodes": network.hidden_nodes,
        "edges": network.edges,
        "largest_weight_bits": largest_bits(network),
        "verdict": verdict.word,
        "detail": verdict.detail,
        "build_seconds": round(built - start, 3),
        "check_seconds": round(checked - built, 3),
    }


def _screen(refusal: str, dataset: Dataset, results: list[dict[str, Any]], seconds: float) -> str:
    """The one-screen summary."""
    kept, dropped = dataset.merged[0]
    rows = [
        (
            r["task"],
            r["activation"],
            "-".join(map(str, r["widths"])),
            r["hidden_nodes"],
            r["edges"],
            r["largest_weight_bits"],
            f"{r['build_seconds']:.2f} s",
            f"{r['check_seconds']:.2f} s",
            r["verdict"],
        )
        for r in results
    ]
    headers = ("species", "activation", "widths", "units", "edges", "bits", "build", "check", "verdict")
    conditions = "\n".join(f"  {r['task']}, {r['activation']}: {r['condition']}" for r in results)
    return "\n".join(
        [
            f"exactmem demo: {theorems()['3.1'].source}, on Fisher's iris data",
            "",
            f"150 rows; {dropped} equals {kept} and was merged: N = {dataset.N} distinct samples.",
            "Refused on purpose, petal width from the other three measurements:",
            paragraph(f"  {refusal}", "  "),
            "",
            table(headers, rows),
            "",
            "The theorem's condition, met with the fewest hidden units:",
            conditions,
            "",
            paragraph(
                "Every network satisfies f(x_i) == y_i as rationals at all samples; the verdicts are those of the "
                f"independent checker. {seconds:.2f} s in all."
            ),
        ]
    )
