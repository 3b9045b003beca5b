"""What the functions of `import exactmem as em` take: text wherever the command line takes it, tuples and objects."""

__all__ = [
    "MOST",
    "activation_of",
    "box_of",
    "dataset_of",
    "integer_of",
    "integer_within",
    "names_of",
    "network_of",
    "one_of",
    "widths_of",
]

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from exactmem.activations import Activation, PiecewiseLinear, Square, parse_activation, relu_like
from exactmem.border import entries_of, row
from exactmem.datasets import Dataset
from exactmem.errors import LimitError, UsageError, quoted
from exactmem.interchange import read_network
from exactmem.networks import FNN, Network, ResNet
from exactmem.rationals import Rational, rational


def activation_of(value: Any) -> Activation:
    """An activation from its name (`"relu-like:1,1/10"`), a tuple (`("relu-like", 1, "1/10")`) or itself."""
    if isinstance(value, PiecewiseLinear | Square):
        return value
    if isinstance(value, str):
        return parse_activation(value)
    if isinstance(value, tuple) and value[:1] == ("relu-like",) and len(value) == 3:
        return relu_like(value[1], value[2])
    raise UsageError(
        f"{quoted(value)} of type {type(value).__name__} is no activation: use its name, such as 'relu', 'hard-tanh' "
        "or 'relu-like:1,1/10', or ('relu-like', 1, '1/10')"
    )


def widths_of(value: Any, what: str = "widths") -> tuple[int, ...] | None:
    """Positive integers from text such as `"39,48"`, one integer, a row of them, or None."""
    if value is None:
        return None
    if isinstance(value, str):
        value = value.split(",")
    elif hasattr(value, "__index__") and not hasattr(value, "__len__"):
        value = [value]
    numbers = row(value, what)
    for number in numbers:
        if number.denom() != 1 or number < 1:
            raise UsageError(f"{what}: {quoted(str(number))} is not a positive integer; write for example (20, 14)")
    return tuple(int(number.numer()) for number in numbers)


def integer_of(value: Any, what: str, least: int = 1) -> int:
    """An integer from `least`, given as any exact number; UsageError for others."""
    (found,) = row([value], what)
    if found.denom() != 1 or found < least:
        raise UsageError(f"{what} = {quoted(value)}: give an integer from {least}")
    return int(found.numer())


MOST = 10_000
"""Most units, steps, samples or seeds that a function of the gradient side is asked for."""


def integer_within(value: Any, what: str) -> int:
    """A positive integer up to MOST; LimitError beyond."""
    found = integer_of(value, what)
    if found > MOST:
        raise LimitError(f"{what} = {found}: the limit is {MOST}")
    return found


def names_of(value: str | Iterable[str] | None) -> list[str] | None:
    """Names from text such as `"a,b"`, from a list of them, or None."""
    if value is None or not isinstance(value, str):
        return None if value is None else list(value)
    return [part.strip() for part in value.split(",")]


def network_of(value: Any) -> Network:
    """The network that a value is, holds (a construction, a certificate), or that a file or a library's object holds.

    UsageError or NetworkFormatError for anything else.
    """
    if isinstance(value, FNN | ResNet):
        return value
    held = getattr(value, "network", None)
    if isinstance(held, FNN | ResNet):
        return held
    if isinstance(value, list | tuple | dict | int | float) or value is None:
        raise UsageError(
            f"{quoted(value)} is no network: give one that em.network, em.fnn, em.build or em.read_network made"
        )
    return read_network(value).network


def dataset_of(value: Any) -> Dataset:
    """The dataset that a value is or holds; UsageError for anything else."""
    held = value if isinstance(value, Dataset) else getattr(value, "dataset", None)
    if isinstance(held, Dataset):
        return held
    hint = "em.read_dataset(path)" if isinstance(value, str | Path) else "em.dataset(X, y) or em.read_dataset(path)"
    raise UsageError(f"{quoted(value)} of type {type(value).__name__} is no dataset: use {hint}")


def one_of(value: Any, what: str, known: Sequence[Any]) -> None:
    """Nothing for a value that is among the known ones; UsageError naming them for others."""
    if value not in known:
        raise UsageError(f"{what}={quoted(value)}: use {' or '.join(repr(one) for one in known if one is not None)}")


def box_of(value: Any) -> tuple[list[Rational], list[Rational]]:
    """The lowest and highest corner of a box from text such as `"-1:1,0"`, or from a side or number per input."""
    if isinstance(value, str):
        sides: list[Any] = [side.split(":") for side in value.split(",")]
    else:
        sides = entries_of(value, "the box", "text such as '-1:1,0', or (low, high) or a number per input")
    low, high = [], []
    for j, side in enumerate(sides):
        ends = row(side, f"side {j} of the box") if hasattr(side, "__len__") and not isinstance(side, str) else [side]
        if len(ends) not in (1, 2):
            raise UsageError(f"side {j} of the box has {len(ends)} ends: give (low, high), or one number to fix it")
        low.append(rational(ends[0]))
        high.append(rational(ends[-1]))
    return low, high
