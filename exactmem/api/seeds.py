"""What seeds give: the step sizes of one gradient step, and exact tables over many seeds."""

__all__ = ["DrawRow", "DrawTable", "draws", "step_sizes"]

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from exactmem.api.arguments import activation_of, dataset_of, integer_of, integer_within, widths_of
from exactmem.border import Exact, outward
from exactmem.errors import UsageError, quoted
from exactmem.presentation import Shown, Table
from exactmem.tangent import tables
from exactmem.tangent.one_step import step


def step_sizes(
    data: Any, units: int | None = None, *, seed: int = 0, orthonormal: str = "householder"
) -> list[tuple[Exact, Exact | None]]:
    """Every step size with which one gradient step memorizes labels 1 and -1 by sign, as open intervals in order.

    The end None is infinity; an empty list means that none does. `units` are orthonormal rows of the seed (default:
    d_x), by Householder reflections or "cayley". KinkError for a sample on a kink, DatasetError for other labels.
    (Daniely 2020a; survey, section 2.2.)
    """
    samples = dataset_of(data)
    q = samples.d_x if units is None else integer_of(units, "units")
    found = step(samples, integer_of(seed, "seed", 0), q, orthonormal)
    return [(outward(low), None if high is None else outward(high)) for low, high in found.sizes]


class DrawRow(NamedTuple):
    """m samples and q units: the bound that counting gives, how many seeds reached m, and what every seed gave."""

    samples: int
    units: int
    bound: int
    full: int
    ranks: tuple[int, ...]


class DrawTable(Shown, Sequence[DrawRow]):
    """What every seed gave, exactly, a DrawRow per size; `largest` is per seed the most samples that it reached."""

    def __init__(self, what: str, rows: Sequence[tables.Draws]) -> None:
        self.what, self.largest = what, tables.largest_samples(rows)
        self._rows = [DrawRow(r.samples, r.units, r.bound, r.full, r.ranks) for r in rows]

    def __getitem__(self, k: Any) -> Any:
        return self._rows[k]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[DrawRow]:
        return iter(self._rows)

    def table(self) -> Table:
        """A row per size."""
        rows = [(r.samples, r.units, r.bound, f"{r.full} of {len(r.ranks)}", min(r.ranks), max(r.ranks)) for r in self]
        headers = ("samples", "units", "by counting", "seeds that reach all", "least", "largest")
        return Table(f"{self.what}: {len(rows)} sizes, {len(self.largest)} seeds each", rows, headers)


def draws(
    what: Literal["kernel-rank", "one-step", "quadratic-3"],
    *,
    samples: Any = None,
    d_x: int = 4,
    units: Any = None,
    seeds: int = 20,
    activation: Any = "relu",
    power: int = 2,
    orthonormal: str = "householder",
) -> DrawTable:
    """Over seeds, how often seeded weights do, exactly: the table of `exactmem draws`, with its defaults.

    "kernel-rank" and "quadratic-3" take one number of samples and several of units, "one-step" the reverse, and
    without samples goes on to the first number at which no seed does. UsageError for other arguments.
    """
    sizes, counts = widths_of(samples, "samples"), widths_of(units, "units")
    d, seeds = integer_within(d_x, "d_x"), integer_within(seeds, "seeds")
    for name, given in (("samples", sizes), ("units", counts)):
        for number in given or ():
            integer_within(number, name)
    if what == "one-step":
        if counts is not None and len(counts) != 1:
            raise UsageError("one-step is about one number of units")
        return DrawTable(what, tables.step_reach(sizes, d, counts[0] if counts else d, seeds, orthonormal))
    if what not in ("kernel-rank", "quadratic-3"):
        raise UsageError(f"{quoted(what)}: use kernel-rank, one-step or quadratic-3")
    if sizes is not None and len(sizes) != 1:
        raise UsageError(f"{what} is about one number of samples, and several of units")
    (m,) = sizes or (24,)
    if what == "quadratic-3":
        p = integer_of(power, "power")
        return DrawTable(what, tables.form_ranks(m, d, p, counts or tables.form_units(m), seeds))
    return DrawTable(
        what, tables.kernel_ranks(m, d, counts or tables.kernel_units(m, d), seeds, activation_of(activation))
    )
