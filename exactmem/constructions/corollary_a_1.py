"""Corollary A.1 (Yun, Sra, Jadbabaie 2019): Proposition 3.4 for ReLU-like activations.

Two ReLU-like units stand for each hard-tanh unit of a block; the units that carry input and output stay single.
"""

__all__ = ["THEOREM"]

from exactmem.constructions.proposition_3_4 import condition_text, construct, smallest, unmet
from exactmem.constructions.theorem import Theorem

THEOREM = Theorem(
    id="A.1",
    source="Yun-Sra-Jadbabaie 2019, Corollary A.1",
    statement="an L-layer ReLU-like network fits any labels in [-1, 1]^d_y (others are scaled) at N distinct inputs",
    condition=condition_text,
    activations=("relu-like",),
    task="regression",
    architecture="fnn",
    hidden_layers="2 or more",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    choices=("u", "delta", "alpha", "precision", "blocks"),
)
