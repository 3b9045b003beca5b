"""`exactmem exactify`: the smallest exact change of a network's output layer that makes it memorize your data."""

__all__ = ["register", "run"]

import argparse

from exactmem.commands.certify import add_network_options, load_network, provenance
from exactmem.commands.common import (
    Subparsers,
    add_data_options,
    add_parser,
    data_path,
    emit,
    load_data,
    name_of,
    waiting,
)
from exactmem.commands.versions import Made, add_version_option, asked, check_version, write_version
from exactmem.exactify import DependentFeaturesError, exactify
from exactmem.files import check_writable
from exactmem.networks import largest_bits
from exactmem.rationals import readable, shorten, to_text


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "exactify",
        "exactmem exactify model.onnx --data train.csv -o exact.cert.json",
        run,
    )
    add_network_options(parser)
    add_data_options(parser, option=True)
    parser.add_argument("-o", "--output", metavar="CERT.json", required=True, help="where the certificate goes")
    add_version_option(parser)


def run(args: argparse.Namespace) -> int:
    """Read, solve, verify, write; 1 with a dependency among samples where no output layer fits."""
    check_writable(args.output, [data_path(args.data), args.network])
    question = asked(args)
    check_version(args, question, "equal", "exactify")
    imported = load_network(args)
    dataset = load_data(args)
    try:
        with waiting(f"solving for {dataset.N} samples"):
            found = exactify(imported.network, dataset)
    except DependentFeaturesError as error:
        _, sample, combination = error.witness
        terms = " + ".join(f"{shorten(c)} * ({dataset.rows[j]})" for j, c in combination[:6])
        more = " + ..." if len(combination) > 6 else ""
        raise DependentFeaturesError(
            f"{error}; {dataset.rows[sample]} = {terms}{more}", witness=error.witness
        ) from error
    source = f"network {name_of(args.network)}, by exactmem exactify"
    made = Made(found.network, dataset, "equal", source, "exactify", provenance(args, imported))
    facts = {
        "certificate": str(args.output),
        "bytes": write_version(args, question, made),
        "N": dataset.N,
        "rank": found.rank,
        "squared_norm_of_change": to_text(found.squared_norm),
        "largest_change": to_text(found.largest_change),
        "largest_weight_bits": largest_bits(found.network),
        "notes": list(imported.notes),
    }
    emit(
        args,
        facts,
        f"{args.output}: f(x_i) == y_i for all {dataset.N} samples (features of rank {found.rank}); the largest "
        f"change of an output weight is {readable(found.largest_change)}",
    )
    return 0
