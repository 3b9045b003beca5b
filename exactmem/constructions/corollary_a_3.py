"""Corollary A.3 (Yun, Sra, Jadbabaie 2019): Corollary A.2 for ReLU-like activations, with four units per gate."""

__all__ = ["THEOREM"]

from exactmem.constructions.corollary_a_2 import condition_text, construct, smallest, unmet
from exactmem.constructions.theorem import Theorem

THEOREM = Theorem(
    id="A.3",
    source="Yun-Sra-Jadbabaie 2019, Corollary A.3",
    statement="an L-layer ReLU-like network gives the one-hot code of d_y classes at N distinct inputs",
    condition=condition_text,
    activations=("relu-like",),
    task="classification",
    architecture="fnn",
    hidden_layers="3 or more",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    choices=("u", "delta", "alpha", "codes", "precision", "blocks"),
)
