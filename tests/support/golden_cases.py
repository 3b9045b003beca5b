"""The golden certificates; `python -m tests.support.golden_cases` writes them anew after an intended change."""

from pathlib import Path

from exactmem.activations import parse_activation
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.memorization import certificate
from exactmem.commands.common import data_path
from exactmem.constructions.build import build
from exactmem.readers import read_dataset

GOLDEN = Path(__file__).parents[1] / "certificates" / "golden"
CASES = [
    ("iris", "hard-tanh"),
    ("iris", "relu"),
    ("iris_numeric", "hard-tanh"),
    ("iris_numeric", "relu-like:1,1/10"),
]


def golden_path(name: str, activation: str) -> Path:
    return GOLDEN / f"{name}-{activation.replace(':', '-').replace('/', '_')}.json"


def golden_bytes(name: str, activation: str) -> bytes:
    data = read_dataset(data_path(name), classify=name == "iris")
    return to_bytes(certificate(build(data, "3.1", activation=parse_activation(activation))))


if __name__ == "__main__":
    for case in CASES:
        golden_path(*case).write_bytes(golden_bytes(*case))
