"""Gradient descent certified for all its steps, and recurrent networks with a box in which exactly one memorizes."""

__all__ = ["Box", "Descent", "DescentStep", "Recurrent", "descend", "elman", "existence"]

from dataclasses import dataclass
from typing import Any, NamedTuple

from exactmem.activations import PiecewiseLinear
from exactmem.api.arguments import activation_of, dataset_of, integer_of, integer_within, network_of
from exactmem.api.verdicts import Certificate
from exactmem.border import Exact, outward, outward_row, row, table
from exactmem.certificates.writing.existence_box import existence_box_certificate
from exactmem.certificates.writing.gradient_rate import gradient_rate_certificate
from exactmem.errors import UsageError
from exactmem.networks import FNN
from exactmem.presentation import Shown, Table
from exactmem.rationals import rational
from exactmem.tangent import elman as recurrent
from exactmem.tangent import rate as rates
from exactmem.tangent.existence import ExistenceBox, find


class DescentStep(NamedTuple):
    """At step t ||r_t||^2, and the bound on it, (1 - step rate)^(2t) ||r_0||^2."""

    t: int
    square: Exact
    bound: Exact


@dataclass(frozen=True, repr=False)
class Descent(Shown):
    """Gradient descent that flips no activation, ||r_t|| <= (1 - step rate)^t ||r_0|| for all t; call `certificate`."""

    found: rates.Rate
    steps: list[DescentStep]

    @property
    def step(self) -> Exact:
        """The step size eta."""
        return outward(self.found.step)

    @property
    def rate(self) -> Exact:
        """mu, at most the least eigenvalue of the kernel."""
        return outward(self.found.rate)

    @property
    def factor(self) -> Exact:
        """1 - step * rate."""
        return outward(self.found.factor)

    @property
    def network(self) -> FNN:
        """The network at the start."""
        return self.found.network

    @property
    def limit(self) -> FNN:
        """The network to which the steps converge; it memorizes the samples exactly."""
        return rates.limit(self.found)

    def certificate(self) -> Certificate:
        """The certificate of kind gradient-rate."""
        return Certificate(gradient_rate_certificate(self.found), self.network, self.found.dataset)

    def table(self) -> Table:
        """The exact steps against their bounds."""
        title = f"gradient descent, N = {self.found.dataset.N}, widths {self.network.widths}: "
        title += f"||r_t|| <= ({self.factor:.6f})^t ||r_0|| for all t"
        return Table(
            title, [(s.t, f"{s.square:.6g}", f"{s.bound:.6g}") for s in self.steps], ("t", "||r_t||^2", "bound")
        )


def descend(
    data: Any,
    net: Any = None,
    *,
    units: int | None = None,
    seed: int | None = None,
    activation: Any = "relu",
    scale: Any = None,
    biases: bool = False,
    step: Any = None,
    rate: Any = None,
    steps: int = 10,
) -> Descent:
    """Gradient descent on the hidden layer, certified for all its steps; the first `steps` are taken exactly.

    It starts at `net`, with one hidden layer and one output, or at `units` paired units of a seed with output weights
    scale and -scale (default: large enough). `biases` trains the hidden biases as well. `step` and `rate` are eta and
    mu (default: the largest that are certified). DrawError for dependent features, KinkError where a pre-activation
    may reach a breakpoint, UsageError for other networks and numbers.
    (Oymak, Soltanolkotabi 2019; claims rate-for-ever, rate-limit; FORMAT.md, section 15.)
    """
    samples, sigma = dataset_of(data), activation_of(activation)
    if (net is None) == (units is None) or (net is not None and (seed is not None or scale is not None)):
        raise UsageError("give a network to start from, or units and a seed, not both")
    if net is not None:
        start = rates.tangent(network_of(net), samples, biases)
    else:
        pairs = integer_within(units, "units")
        if pairs % 2 or not isinstance(sigma, PiecewiseLinear):
            raise UsageError("the units come in pairs and are piecewise linear: give an even number of them")
        number = integer_of(0 if seed is None else seed, "seed", 0)
        start = rates.from_seed(number, pairs // 2, samples, sigma, None if scale is None else rational(scale), biases)
    eta, mu = (None if value is None else rational(value) for value in (step, rate))
    found = rates.certify(start, eta, mu)
    taken = rates.descend(found, 0 if steps == 0 else integer_within(steps, "steps"))
    return Descent(found, [DescentStep(s.t, outward(s.square), outward(s.bound)) for s in taken])


@dataclass(frozen=True, repr=False)
class Recurrent(Shown):
    """An Elman network h_t = s(W h_(t-1) + U x_t + b), h_0 = 0, with the output V h_T + c; call it with a sequence.

    A sequence is x_1, ..., x_T one after the other in one row. `elman` is the same with exactmem's own numbers.
    """

    elman: recurrent.Elman

    def __call__(self, sequence: Any) -> list[Exact]:
        """The exact outputs; KinkError where a pre-activation is on a breakpoint."""
        return outward_row(recurrent.forward(self.elman, row(sequence, "the sequence")).outputs)

    def jacobian(self, data: Any) -> list[list[Exact]]:
        """The derivatives of all outputs in W, row by row, (N d_y) x m^2; KinkError as for a call."""
        return [outward_row(entries) for entries in recurrent.jacobian(self.elman, dataset_of(data)).tolist()]

    def rank(self, data: Any) -> int:
        """The exact rank of that Jacobian."""
        return int(recurrent.jacobian(self.elman, dataset_of(data)).rank())

    @property
    def W(self) -> list[list[Exact]]:
        """The recurrent weights, m x m."""
        return [outward_row(entries) for entries in self.elman.W]

    def table(self) -> Table:
        """The recurrent weights."""
        e = self.elman
        title = f"Elman network, {e.units} units, {e.d} inputs a step, {e.d_y} outputs, {e.activation.name}"
        return Table(title, self.W)


def elman(W: Any, U: Any, b: Any, V: Any, c: Any, activation: Any = "relu") -> Recurrent:
    """The recurrent network with these exact numbers: W m x m, U m x d, b m, V d_y x m, c d_y.

    ShapeError where they do not fit, UsageError for an activation that is not piecewise linear.
    """
    matrices = [table(rows, name) for rows, name in ((W, "W"), (U, "U"), (V, "V"))]
    vectors = [row(b, "b"), row(c, "c")]
    sigma = activation_of(activation)
    return Recurrent(recurrent.elman(matrices[0], matrices[1], vectors[0], matrices[2], vectors[1], sigma))


@dataclass(frozen=True, repr=False)
class Box(Shown):
    """Recurrent weights around those of `network`: with the entries `free` of W each within its `radius`, exactly one
    choice memorizes. `rank` is that of the Jacobian in all of W; `moved` the squared distance from the start's W."""

    found: ExistenceBox

    @property
    def network(self) -> Recurrent:
        """The network at the middle of the box, which nearly memorizes."""
        return Recurrent(self.found.network)

    @property
    def free(self) -> tuple[tuple[int, int], ...]:
        """The free entries of W as (row, column), as many as there are labels."""
        return self.found.free

    @property
    def radius(self) -> list[Exact]:
        """How far each of them may be from the middle."""
        return outward_row(self.found.radius)

    @property
    def rank(self) -> int:
        """The exact rank of the Jacobian in W."""
        return self.found.rank

    @property
    def moved(self) -> Exact:
        """||W' ||^2 for the middle W + W' and the start's W."""
        return outward(self.found.moved)

    def certificate(self) -> Certificate:
        """The certificate of kind existence-box."""
        return Certificate(existence_box_certificate(self.found, {}), None, self.found.dataset)

    def table(self) -> Table:
        """The free entries."""
        title = f"exactly one of the weights in this box memorizes {self.found.dataset.N} sequences"
        rows = [(place, self.network.W[place[0]][place[1]], r) for place, r in zip(self.free, self.radius, strict=True)]
        return Table(title, rows, ("entry of W", "middle", "radius"))


def existence(
    data: Any,
    net: Recurrent | None = None,
    *,
    units: int | None = None,
    steps: int | None = None,
    seed: int = 0,
    activation: Any = "relu",
) -> Box:
    """A box of recurrent weights near a start in which exactly one choice memorizes the sequences.

    The start is what `elman` made, or `units` of a seed for sequences of so many `steps`. DrawError where the Jacobian
    is singular on the way or no box is certified, KinkError where every box contains a breakpoint, UsageError where
    the inputs are no such sequences. (Claims box-*; FORMAT.md, section 16.)
    """
    samples = dataset_of(data)
    if (net is None) == (units is None or steps is None):
        raise UsageError("give a network that elman made, or units and steps")
    if net is not None:
        if not isinstance(net, Recurrent):
            raise UsageError("the start is no recurrent network: give one that em.elman made")
        return Box(find(net.elman, samples))
    m, T = integer_within(units, "units"), integer_within(steps, "steps")
    if samples.d_x % T:
        raise UsageError(f"steps = {T}: the {samples.d_x} inputs are not {T} vectors of one length")
    drawn = recurrent.seeded(integer_of(seed, "seed", 0), m, samples.d_x // T, samples.d_y, activation_of(activation))
    return Box(find(drawn, samples))
