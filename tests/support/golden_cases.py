"""The golden certificates; `pytest tests/certificates/test_writing.py --update-golden` writes them anew."""

from pathlib import Path

import exactmem as em

GOLDEN = Path(__file__).parents[1] / "certificates" / "golden"
CASES = [
    ("iris", "hard-tanh"),
    ("iris", "relu"),
    ("iris_numeric", "hard-tanh"),
    ("iris_numeric", "relu-like:1,1/10"),
]


def golden_path(name, activation):
    return GOLDEN / f"{name}-{activation.replace(':', '-').replace('/', '_')}.json"


def golden_construction(name, activation):
    return em.build(em.read_dataset(name, classify=name == "iris"), "3.1", activation=activation)
