"""The options of `exactmem sgd`, read and refused before any work starts."""

__all__ = [
    "EPOCHS",
    "LARGEST",
    "MAX_BITS_OF_PRECISION",
    "Options",
    "check_options",
    "positive",
    "read_list",
    "read_options",
    "read_partitions",
    "read_start",
]

import argparse
from dataclasses import dataclass
from typing import Any

from exactmem.commands.common import integer, parse_rational
from exactmem.errors import CertificateError, ExactmemError, UsageError, quoted
from exactmem.files import read_json
from exactmem.rationals import Rational, vector
from exactmem.sgd.constants import check_batch
from exactmem.sgd.loss import PolynomialLoss, parse_loss
from exactmem.sgd.trajectory import Partition, check_partition

EPOCHS = {"exact": 4, "rounded": 100, "arb": 100}
"""Epochs that are run unless --epochs is given."""

MAX_BITS_OF_PRECISION = 4096

LARGEST = 10**9
"""Of the batch size, the seed and the number of epochs."""


@dataclass(frozen=True)
class Options:
    """The options that hold values: `eta` and `radius` are None where they are chosen later, `start` and `order` are
    names or what was read from a file."""

    loss: PolynomialLoss
    batch: int
    bits: int
    radius: Rational | None
    eta: Rational | None
    start: str | list[Rational]
    order: str | list[Partition]
    seed: int
    epochs: int


def read_options(args: argparse.Namespace) -> Options:
    """The options' values, files included; UsageError, CertificateError or a number's error for a bad one."""
    if args.mode == "arb" and (args.save is not None or args.resume is not None):
        raise UsageError("--save and --resume keep rational iterates: use the mode rounded or exact, not arb")
    try:
        loss = parse_loss(args.loss)
    except ExactmemError as error:
        raise type(error)(f"--loss: {error}") from error
    return Options(
        loss=loss,
        batch=integer(args.batch, "--batch", 1, LARGEST),
        bits=integer(args.precision, "--precision", 1, MAX_BITS_OF_PRECISION),
        radius=positive(args.radius, "--radius"),
        eta=None if args.eta == "auto" else positive(args.eta, "--eta"),
        start=args.start if args.start in {"auto", "edge"} else read_start(args.start),
        order=args.order if args.order in {"shuffled", "fixed"} else read_partitions(args.order),
        seed=integer(args.seed, "--seed", 0, LARGEST),
        epochs=EPOCHS[args.mode] if args.epochs is None else integer(args.epochs, "--epochs", 0, LARGEST),
    )


def check_options(args: argparse.Namespace, options: Options, N: int, P: int) -> None:
    """Raise UsageError where the options do not fit N samples and P parameters."""
    check_batch(N, options.batch)
    if isinstance(options.start, list) and len(options.start) != P:
        raise UsageError(f"{args.start}: the start has {len(options.start)} numbers, the network has {P} parameters")
    if isinstance(options.order, list):
        try:
            for k, partition in enumerate(options.order):
                check_partition(partition, N, options.batch, k)
        except UsageError as error:
            raise UsageError(f"{args.order}: {error}") from error


def positive(text: str | None, option: str) -> Rational | None:
    """A positive exact number, or None; UsageError for zero and negative ones."""
    value = parse_rational(text, option)
    if value is not None and value <= 0:
        raise UsageError(f"{option} {quoted(text)}: give a positive number")
    return value


def read_start(path: str) -> list[Rational]:
    """The perturbation xi in a JSON file {"perturbation": [q, ...]}, in the order of the parameters."""
    values = read_list(path, "perturbation", "one exact number per parameter")
    try:
        return vector(values)
    except ExactmemError as error:
        raise type(error)(f"{path}: {error}") from error


def read_partitions(path: str) -> list[Partition]:
    """The epochs' partitions in a JSON file {"partitions": [[[i, ...], ...], ...]}."""
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
    data = read_json(path, parse_float=str)  # decimals as text, which is exact
    if not isinstance(data, dict) or not isinstance(data.get(key), list):
        raise CertificateError(f'{path}: expected a JSON object {{"{key}": [...]}} with {content}')
    return list(data[key])
