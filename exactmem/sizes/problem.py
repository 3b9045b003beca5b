"""The sizes that size conditions speak about."""

__all__ = ["Problem"]

from dataclasses import dataclass
from typing import Literal

from exactmem.activations import Activation
from exactmem.datasets import Dataset


@dataclass(frozen=True)
class Problem:
    """The sizes a theorem's condition speaks about.

    A few conditions also count the samples of every class: they read them from `dataset`, and without one they
    speak of the worst case of these sizes. Those about drawn weights draw them by `seed`,
    orthonormal rows by the method `orthonormal`. `flat`: gates are flat, which may take more units. `decision`: the one
    that was chosen, if any, which may take other widths.
    """

    N: int
    d_x: int
    d_y: int
    activation: Activation
    dataset: Dataset | None = None
    seed: int = 0
    orthonormal: str = "householder"
    flat: bool = False
    decision: Literal["argmax"] | None = None
