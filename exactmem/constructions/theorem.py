"""The record of a theorem, its free choices, and what conditions on sizes share."""

__all__ = ["NO_CHOICES", "Choices", "Theorem", "check_widths", "expect_choices", "expect_layers", "one_hidden_layer"]

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from exactmem.activations import Activation
from exactmem.datasets import Dataset
from exactmem.errors import UsageError, quoted
from exactmem.networks import (
    Network,
)
from exactmem.presentation import Shown, Table
from exactmem.rationals import Direction, Rational, rational, round_dyadic, vector
from exactmem.sizes.problem import Problem


@dataclass(frozen=True)
class Choices:
    """The free parameters of the constructions, converted to exact rationals; None means "chosen for you".

    u: projection vector (d_x entries); delta: gap beyond the outermost samples; alpha: scale of layer 2;
    codes: one number per class; precision: fractional bits to which free parameters are rounded, on the safe side;
    blocks: the indices l_1, l_2, ... of the deep constructions; seed: of drawn weights (None: 0); eta: a step size;
    orthonormal: how orthonormal rows are made, "householder" (None) or "cayley";
    flat: gates that are flat around their codes or hyperplanes, so that all other weights may be short;
    decision: "argmax" where labels need not be met exactly, only the right class be strictly the largest output.
    InexactNumberError for floats, UsageError for another seed or decision and for what excludes that decision.
    """

    u: tuple[Rational, ...] | None = None
    delta: Rational | None = None
    alpha: Rational | None = None
    codes: tuple[Rational, ...] | None = None
    precision: int | None = None
    blocks: tuple[int, ...] | None = None
    seed: int | None = None
    eta: Rational | None = None
    orthonormal: str | None = None
    flat: Literal[True] | None = None
    decision: Literal["argmax"] | None = None

    def __post_init__(self) -> None:
        for name in ("u", "codes"):
            if (values := getattr(self, name)) is not None:
                object.__setattr__(self, name, tuple(vector(values)))
        for name in ("delta", "alpha", "eta"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, rational(value))
        if self.seed is not None and (type(self.seed) is not int or self.seed < 0):
            raise UsageError(f"seed {quoted(self.seed)}: give an integer from 0 on")
        if self.decision is not None:
            self._check_decision()

    def _check_decision(self) -> None:
        if self.decision != "argmax":
            raise UsageError(f"decision {quoted(self.decision)}: the only one to choose is argmax")
        if self.flat:
            raise UsageError("flat gates give exactly one-hot outputs already: leave out flat or the decision argmax")
        if self.alpha is not None:
            raise UsageError(
                "alpha is for exact hyperplanes, the decision argmax rounds them: leave out one of the two"
            )

    def rounded(self, value: Rational, direction: Direction) -> Rational:
        """The value, rounded to a dyadic of `precision` fractional bits in the safe direction if one was asked for."""
        return value if self.precision is None else round_dyadic(value, self.precision, direction)


NO_CHOICES = Choices()


@dataclass(frozen=True, repr=False)
class Theorem(Shown):
    """One row of the table of constructions.

    `unmet(problem, widths)` is None when the size condition holds, else a sentence with the numbers;
    `smallest(problem)` gives the admissible widths with the fewest hidden units; `construct` builds a network of
    exactly the given widths that memorizes the dataset. `refused` pairs kinds of activation for which the theorem is
    false with the reason; `choices` names the free parameters that the construction takes. Where the size condition is
    not `sufficient` it is necessary only: the data and the seeded weights decide, and `smallest` with a dataset asks
    them. `decision` is the sense in which the network memorizes, as in the certificate format, if none is chosen.
    """

    id: str
    source: str
    statement: str
    condition: Callable[[str], str]
    activations: tuple[str, ...]
    task: Literal["regression", "classification"]
    architecture: Literal["fnn", "resnet"]
    hidden_layers: str
    unmet: Callable[[Problem, Sequence[int]], str | None]
    smallest: Callable[[Problem], tuple[int, ...]]
    construct: Callable[[Dataset, Sequence[int], Activation, Choices], Network]
    scales_labels: bool = True
    needs: str = "distinct inputs"
    improves: str = ""
    uses: tuple[str, ...] = field(default=())
    choices: tuple[str, ...] = field(default=())
    refused: tuple[tuple[str, str], ...] = field(default=())
    sufficient: bool = True
    decision: Literal["equal", "sign"] = "equal"

    @property
    def depth(self) -> tuple[int, int | None]:
        """The fewest and the most hidden layers that the theorem is about, from the words for them; None: no most."""
        least, _, more = self.hidden_layers.partition(" ")
        return int(least), None if more else int(least)

    def check_depth(self, widths: Sequence[int]) -> None:
        """Do nothing for as many widths as the theorem has hidden layers; UsageError for more or fewer."""
        least, most = self.depth
        if len(widths) < least or (most is not None and len(widths) > most):
            layers = self.hidden_layers if "layers" in self.hidden_layers else f"{self.hidden_layers} hidden layers"
            layers = layers.removesuffix("s") if self.hidden_layers == "1" else layers
            raise UsageError(f"theorem {self.id} is about {layers}: give as many widths, not {len(widths)}")

    def table(self) -> Table:
        """Its statement and its conditions."""
        conditions = [(f"condition for {kind}", self.condition(kind)) for kind in self.activations]
        return Table(f"theorem {self.id}: {self.source}", [("statement", self.statement), *conditions])


def expect_layers(widths: Sequence[int], count: int) -> str | None:
    """A sentence when the number of widths is not `count`, for use in a theorem's `unmet`."""
    if len(widths) != count:
        return f"{count} hidden widths are needed, {len(widths)} given"
    return None


def one_hidden_layer(
    least_units: Callable[[Problem], int], text: Callable[[str], str]
) -> tuple[Callable[[Problem, Sequence[int]], str | None], Callable[[Problem], tuple[int, ...]]]:
    """(unmet, smallest) of a theorem about one hidden layer of at least `least_units(problem)` units.

    `text(kind)` is its condition for one kind of activation.
    """

    def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
        wrong = expect_layers(widths, 1)
        if wrong or widths[0] >= least_units(problem):
            return wrong
        return f"{text(problem.activation.kind)} does not hold: {widths[0]} < {least_units(problem)}"

    def smallest(problem: Problem) -> tuple[int, ...]:
        return (least_units(problem),)

    return unmet, smallest


def expect_choices(choices: Choices, theorem: str, used: Sequence[str]) -> None:
    """Do nothing if every choice that was made is among `used`; UsageError naming the first that would be ignored."""
    for choice in fields(Choices):
        if choice.name not in used and getattr(choices, choice.name) is not None:
            only = f", only {', '.join(used)}" if used else ""
            raise UsageError(f"theorem {theorem} has no free parameter {quoted(choice.name)}{only}: leave it out")


def check_widths(widths: Sequence[Any]) -> tuple[int, ...]:
    """The widths as a tuple of positive integers; UsageError naming the first that is none."""
    for l, width in enumerate(widths, 1):
        if type(width) is not int or width < 1:
            raise UsageError(f"width d{l} = {quoted(width)} is not a positive integer")
    return tuple(widths)
