"""`exactmem examples`: the files that the README and the documents work with, in a folder of your own."""

import argparse
from importlib.resources import files
from pathlib import Path

from exactmem.commands.common import Subparsers, add_parser, emit, table
from exactmem.errors import OutputError
from exactmem.files import write_whole

EXAMPLES = {
    "prices.csv": "six rows, two inputs and a label, with decimals and a fraction",
    "small.csv": "three samples on a line, for Theorem 5.1",
    "steps.csv": "seven samples on a line that two hidden units fit",
    "points.csv": "nine points of two classes",
    "classifier.json": "a network that tells the two classes apart",
    "classifier.onnx": "the same network as an ONNX model (needs the extra onnx)",
    "trained.json": "a network that fits small.csv up to 3/10000",
    "issue-107.json": "one input, three units: two verifiers contradicted each other",
    "issue-111.json": "one input, three units: the minimum is the bias",
    "spiky.json": "a network 1-6-4-3-1 with twelve pieces on [1, 100]",
    "abs.json": "|x| + |y|",
}
"""By name: what is in the file."""


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "examples",
        "exactmem examples tour && cd tour",
        run,
    )
    parser.add_argument("folder", metavar="DIR", help="the folder; made if it does not exist")


def run(args: argparse.Namespace) -> int:
    """Copy every file, unless another file of that name would be lost."""
    folder = Path(args.folder)
    contents = {name: (files("exactmem") / "examples" / name).read_bytes() for name in EXAMPLES}
    for name, content in contents.items():
        if (folder / name).exists() and not _holds(folder / name, content):
            raise OutputError(f"{folder / name}: is another file already and would be overwritten; name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made: {error.strerror or error}; name another folder") from error
    for name, content in contents.items():
        write_whole(folder / name, content, "DIR")
    emit(args, {"folder": str(folder), "files": EXAMPLES}, table(["file", "what it is"], list(EXAMPLES.items())))
    return 0


def _holds(path: Path, content: bytes) -> bool:
    """Whether that is a file with this content; a folder or an unreadable file does not hold it."""
    try:
        return path.is_file() and path.read_bytes() == content
    except OSError:
        return False
