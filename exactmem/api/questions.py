"""Exact answers about sizes, lines, boxes and Theorem 5.1."""

__all__ = [
    "Bounds",
    "Capacity",
    "Impossible",
    "Line",
    "Range",
    "Ranges",
    "Reaches",
    "SgdConstants",
    "bounds",
    "capacity",
    "range_on",
    "restrict",
    "sgd_constants",
]

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

from exactmem import lines, ranges, regions
from exactmem.api.arguments import activation_of, box_of, dataset_of, integer_of, network_of, one_of, widths_of
from exactmem.api.verdicts import Certificate
from exactmem.border import Exact, entries_of, outward, outward_row
from exactmem.capacities.decision import Attempt, attempts, memorize
from exactmem.capacities.search import MAX_CASES
from exactmem.certificates.writing.needs_units import needs_units_certificate
from exactmem.certificates.writing.output_range import output_range_certificate
from exactmem.datasets import Dataset
from exactmem.errors import LimitError, UsageError, did_you_mean, quoted
from exactmem.networks import FNN, Network
from exactmem.presentation import Shown, Table, amount
from exactmem.rationals import rational
from exactmem.size_bounds.calculator import (
    Architecture,
    Conditional,
    Reach,
    Sizes,
    Task,
    applicable,
    conditional,
    reach_of,
    samples_text,
    smallest_sizes,
    tasks_about,
)
from exactmem.size_bounds.impossibility import bounds_for, setting_of
from exactmem.sizes.problem import Problem


class Impossible(NamedTuple):
    """Fewer than `units` units in so many hidden layers cannot memorize every dataset; `widths` are not excluded."""

    bound: str
    task: str
    hidden_layers: int
    units: int
    widths: tuple[int, ...]


@dataclass(frozen=True, repr=False)
class Bounds(Shown):
    """Per theorem the widths with the fewest hidden units for N samples (`sizes`), and what is impossible.

    `conditional` are the theorems for which sizes alone do not suffice: the data and the seeded weights decide.
    """

    problem: Problem
    sizes: tuple[Sizes, ...]
    impossible: tuple[Impossible, ...]
    conditional: tuple[Conditional, ...]

    def __getitem__(self, theorem: str) -> Sizes:
        """The sizes of the theorem with that id, in capitals or not; UsageError if it does not apply."""
        by_id = {found.theorem.id.casefold(): found for found in self.sizes}
        if theorem.casefold() not in by_id:
            known = [found.theorem.id for found in self.sizes]
            hint = did_you_mean(theorem, known)
            raise UsageError(f"{quoted(theorem)} is none of {', '.join(known)}, which apply here{hint}")
        return by_id[theorem.casefold()]

    def table(self) -> Table:
        """The theorems' sizes."""
        p = self.problem
        title = f"N = {p.N}, d_x = {p.d_x}, d_y = {p.d_y}, {p.activation.name}: fewest hidden units per theorem"
        rows = [(s.theorem.id, s.theorem.source, s.widths or s.reason, s.units, s.edges) for s in self.sizes]
        for c in self.conditional:
            s = c.sizes
            source = f"{s.theorem.source}; if the data and the seed allow"
            rows.append((s.theorem.id, source, s.widths or s.reason, s.units, s.edges))
        return Table(title, rows, ("theorem", "source", "widths", "units", "edges"))


@dataclass(frozen=True, repr=False)
class Reaches(Shown, Mapping[str, Reach]):
    """Per task, how many samples networks of given widths always memorize, and how many they cannot.

    A Reach's `conditional` are the theorems for which sizes alone do not suffice: the data and the seeded weights
    decide.
    """

    widths: tuple[int, ...]
    reaches: tuple[Reach, ...]

    def __getitem__(self, task: str) -> Reach:
        return {reach.task: reach for reach in self.reaches}[task]  # type: ignore[index]

    def __iter__(self) -> Iterator[str]:
        return iter([reach.task for reach in self.reaches])

    def __len__(self) -> int:
        return len(self.reaches)

    def table(self) -> Table:
        """Both sides per task, and how far theorems go for which the data and the seed decide."""
        rows = []
        for r in self.reaches:
            at_most = "; ".join(f"{theorem.id}: {samples_text(N)}" for theorem, N in r.conditional)
            rows.append((r.task, r.possible, r.impossible, at_most))
        headers = ("task", "always possible up to N", "impossible for some from N", "if the data and the seed allow")
        return Table(f"widths {self.widths}", rows, headers)


def bounds(
    samples: int | None = None,
    *,
    d_x: int = 1,
    d_y: int = 1,
    activation: Any = "relu",
    task: Task | None = None,
    general_position: bool = False,
    widths: Any = None,
    architecture: Architecture = "fnn",
) -> Bounds | Reaches:
    """Sizes that suffice and sizes that cannot for N samples, or with `widths` how many samples they can memorize.

    UsageError for neither or both, for sizes that are no positive integers, and for an unknown task or architecture.
    """
    one_of(task, "task", (None, *get_args(Task)))
    one_of(architecture, "architecture", get_args(Architecture))
    if (samples is None) == (widths is None):
        raise UsageError("give the number of samples for the smallest sizes, or widths for what these can memorize")
    N = 1 if samples is None else integer_of(samples, "samples")
    problem = Problem(N, integer_of(d_x, "d_x"), integer_of(d_y, "d_y"), activation_of(activation))
    tasks = tasks_about(problem, task)
    given = widths_of(widths)
    if given is not None:
        return Reaches(given, tuple(reach_of(problem, given, t, general_position, architecture) for t in tasks))
    sizes = tuple(smallest_sizes(theorem, problem) for theorem in applicable(problem, task, general_position))
    impossible = []
    for t in tasks:
        for bound in bounds_for(setting_of(problem, t, general_position)):
            for hidden in filter(bound.covers, (1, 2)):
                least = bound.fewest(problem.N, hidden)
                impossible.append(Impossible(bound.id, t, hidden, sum(least), least))
    return Bounds(problem, sizes, tuple(impossible), tuple(conditional(problem, task)))


@dataclass(frozen=True, repr=False)
class Capacity(Shown):
    """What numbers of hidden units of a two-layer network can do for samples on a line, decided exactly.

    `units` is the least number that does, with its `network`; both None where only refutations were asked for.
    """

    dataset: Dataset
    activation: str
    attempts: tuple[Attempt, ...]

    @property
    def network(self) -> FNN | None:
        """The network with the fewest units that was found."""
        return next((a.outcome for a in self.attempts if isinstance(a.outcome, FNN)), None)

    @property
    def units(self) -> int | None:
        """Its number of hidden units."""
        return None if self.network is None else self.network.hidden_nodes

    def impossibility(self) -> Certificate:
        """The certificate that the largest refuted number of units is too few; UsageError where none was refuted."""
        for units, outcome in reversed(self.attempts):
            if not isinstance(outcome, FNN):
                activation = activation_of(self.activation)
                return Certificate(
                    needs_units_certificate(self.dataset, activation, units, outcome), None, self.dataset
                )
        raise UsageError("no number of units was refuted, so there is nothing to certify")

    def table(self) -> Table:
        """Every number of units that was tried."""
        title = f"N = {self.dataset.N} samples on a line, {self.activation}: "
        if self.units is None:
            refuted = max(a.units for a in self.attempts)
            title += f"{amount(refuted, 'hidden unit')} cannot do"
        else:
            title += f"{amount(self.units, 'hidden unit')} do"
        rows = [(a.units, "memorizes" if isinstance(a.outcome, FNN) else "impossible") for a in self.attempts]
        return Table(title, rows, ("hidden units", "outcome"))


def capacity(data: Any, *, activation: Any = "relu", units: int | None = None, max_cases: int = MAX_CASES) -> Capacity:
    """The fewest hidden units of a two-layer network that memorizes the data (d_x = d_y = 1); with `units` that alone.

    DatasetError for other dimensions, UsageError for other activations than ReLU-like and hard-tanh, LimitError beyond
    the limits of the search.
    """
    samples, sigma = dataset_of(data), activation_of(activation)
    if units is None:
        return Capacity(samples, sigma.name, tuple(attempts(samples, sigma, max_cases)))
    units = integer_of(units, "units", 0)
    return Capacity(samples, sigma.name, (Attempt(units, memorize(samples, sigma, units, max_cases)),))


@dataclass(frozen=True, repr=False)
class Line(Shown):
    """The exact function t -> f(p + t (q - p)) with its least number of pieces; call it with t.

    `restriction` is the same with exactmem's own numbers.
    """

    restriction: lines.LineRestriction

    def __call__(self, t: Any) -> list[Exact]:
        """The d_y exact outputs at t; UsageError for a t outside the domain."""
        return outward_row(self.restriction(t))

    def __len__(self) -> int:
        """The number of pieces."""
        return len(self.restriction.pieces)

    @property
    def breakpoints(self) -> list[Exact]:
        """The numbers t, increasing, at which one piece ends and another begins."""
        return outward_row(self.restriction.breakpoints)

    @property
    def pieces(self) -> list[tuple[str, list[tuple[Exact, Exact]]]]:
        """Per piece its interval and (slope, intercept) of every output."""
        return [
            (piece.interval, [(outward(a), outward(b)) for a, b in piece.maps]) for piece in self.restriction.pieces
        ]

    def point(self, t: Any) -> list[Exact]:
        """The point p + t (q - p)."""
        return outward_row(self.restriction.point(t))

    def table(self) -> Table:
        """The pieces."""
        rows = [
            (interval, ", ".join(f"{a!r} t {'-' if b < 0 else '+'} {abs(b)!r}" for a, b in maps))
            for interval, maps in self.pieces
        ]
        return Table(f"{len(rows)} pieces on a line, t in {self.restriction.domain}", rows, ("t in", "f"))


def restrict(net: Any, p: Any, q: Any, *, segment: bool = False) -> Line:
    """The exact restriction of a network to the line through p and q; with `segment` to t in [0, 1] only.

    p and q are d_x exact numbers each. ShapeError for other lengths, UsageError for equal points and for activations
    that are not piecewise linear.
    """
    return Line(lines.restrict(network_of(net), p, q, segment))


class Range(NamedTuple):
    """The least and greatest value of one output over a region, and points where they are attained."""

    output: int
    minimum: Exact
    minimum_at: list[Exact]
    maximum: Exact
    maximum_at: list[Exact]


class Ranges(Shown, Sequence[Range]):
    """The exact range of every output over a region; `certificate()` lets others check them."""

    def __init__(self, network: Network, region: regions.Region, found: Sequence[ranges.OutputRange]) -> None:
        self._evidence = network, region, found
        self._ranges = [
            Range(
                r.output,
                *(outward(r.minimum.value), outward_row(r.minimum.at)),
                *(outward(r.maximum.value), outward_row(r.maximum.at)),
            )
            for r in found
        ]

    def __getitem__(self, k: Any) -> Any:
        return self._ranges[k]

    def __len__(self) -> int:
        return len(self._ranges)

    def certificate(self) -> Certificate:
        """The certificate of kind output-range."""
        network, region, found = self._evidence
        return Certificate(output_range_certificate(network, region, found), network, None)

    def table(self) -> Table:
        """The ranges."""
        title = "ranges: " + "; ".join(f"[{r.minimum!r}, {r.maximum!r}]" for r in self._ranges[:4])
        return Table(title, self._ranges, ("output", "minimum", "at", "maximum", "at"))


def range_on(
    net: Any,
    *,
    box: Any = None,
    segment: Any = None,
    outputs: Sequence[int] | None = None,
    max_cuts: int = ranges.MAX_CUTS,
) -> Ranges:
    """The exact minimum and maximum of each output over a box or a segment, and where they are attained.

    `box` is text such as "-1:1,0" or per input (low, high) or a number; `segment` a pair of points. UsageError for both
    or neither and for activations that are not continuous and piecewise linear, ShapeError for other dimensions,
    LimitError for more than three free sides and beyond `max_cuts`.
    """
    network = network_of(net)
    if (box is None) == (segment is None):
        raise UsageError("give a box, such as box=[(-1, 1), (0, 1)], or a segment, segment=(p, q)")
    if box is not None:
        region: regions.Region = regions.box(*box_of(box))
    else:
        ends = entries_of(segment, "the segment", "a pair of points")
        if len(ends) != 2:
            raise UsageError(f"the segment has {len(ends)} points: give two")
        region = regions.segment(ends[0], ends[1])
    listed = None if outputs is None else entries_of(outputs, "outputs", "a list of their numbers, such as [0]")
    chosen = None if listed is None else [integer_of(k, "outputs", 0) for k in listed]
    if chosen is not None and any(k >= network.d_y for k in chosen):
        raise UsageError(f"outputs = {chosen}: give integers from 0 to {network.d_y - 1}")
    return Ranges(network, region, ranges.output_ranges(network, region, chosen, max_cuts))


class SgdConstants(Shown, Mapping[str, Exact]):
    """The constants of Theorem 5.1 by name, on the safe side; `constants` holds them with their enclosures."""

    def __init__(self, constants: Any, moved: int) -> None:
        self.constants, self.kinks_moved = constants, moved
        self._named = {name: outward(value) for name, value in constants.named().items()}

    def __getitem__(self, name: str) -> Exact:
        return self._named[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)

    def table(self) -> Table:
        """Every constant, and about its value."""
        rows = [(name, repr(value), f"{value:.4g}") for name, value in self._named.items()]
        return Table(
            f"Theorem 5.1, N = {self.constants.N}, B = {self.constants.B}", rows, ("constant", "value", "about")
        )


def sgd_constants(
    net: Any,
    data: Any = None,
    *,
    loss: Any = "squared",
    batch: int = 1,
    bits: int = 32,
    radius: Any = None,
    rounded_steps: bool = False,
) -> SgdConstants:
    """Every constant of Theorem 5.1 at a memorizing network with one output, each enclosed to 2^-bits.

    A network on a kink is moved off it. `loss` is "squared" or "polynomial:C2,C3,..."; `rounded_steps` asks for
    Theorem 5.1r. UsageError for networks the theorem is not about, a batch size that does not divide N or a radius
    beyond rho_c, ConstructionError for a network that does not memorize the data.
    """
    from exactmem.sgd.constants import EXACT_FACTOR, ROUNDED_FACTOR, Training, constants
    from exactmem.sgd.loss import parse_loss
    from exactmem.sgd.repair import without_kinks

    batch, bits = integer_of(batch, "batch"), integer_of(bits, "bits")
    if bits > 4096:
        raise LimitError(f"bits = {bits}: the limit is 4096")
    network, samples = network_of(net), dataset_of(net if data is None else data)
    repair = without_kinks(network, samples)
    training = Training(repair.minimum, parse_loss(loss) if isinstance(loss, str) else loss)
    factor = ROUNDED_FACTOR if rounded_steps else EXACT_FACTOR
    rho_s = None if radius is None else rational(radius)
    return SgdConstants(constants(training, batch, factor, bits, rho_s), len(repair.moved))
