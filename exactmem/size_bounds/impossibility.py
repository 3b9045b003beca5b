"""Numbers of samples that no network of given widths always memorizes, and the widths that this leaves.

Three arguments, each with its place in the ledger of claims: a continuous function through alternating labels on a line
needs N - 1 pieces (Theorem 3.3, printed and sharpened); the exact capacity of two-layer networks; N real labels in
d_y coordinates need N d_y free parameters. All functions are exact integer arithmetic, none loops over N.
"""

__all__ = [
    "ANY_DEPTH",
    "Bilinear",
    "Bound",
    "Form",
    "Setting",
    "bilinear",
    "bounds_for",
    "fewest_single",
    "setting_of",
    "smallest_excluded",
]

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exactmem.activations import Activation, PiecewiseLinear
from exactmem.errors import UsageError
from exactmem.sizes.counts import free_parameters
from exactmem.sizes.pieces import HiddenLayer, lemma_d1_bound, shared_breakpoint_bound, smallest_impossible
from exactmem.sizes.problem import Problem
from exactmem.sizes.two_layer import fewest_two_layer_units, two_layer_capacity

ANY_DEPTH = 10**9
"""More hidden layers than any network has."""


@dataclass(frozen=True)
class Setting:
    """What a bound depends on besides widths and N.

    `collinear`: whether samples may lie on a line (always for d_x = 1; in general position not for d_x > 1).
    `real_labels`: whether any real labels have to be fitted (regression), not only one-hot ones.
    """

    activation: Activation
    d_x: int
    d_y: int
    collinear: bool
    real_labels: bool


def setting_of(problem: Problem, task: str, general_position: bool) -> Setting:
    """The Setting of a problem for a task, `regression` or `classification`."""
    collinear = problem.d_x == 1 or not general_position
    return Setting(problem.activation, problem.d_x, problem.d_y, collinear, task == "regression")


@dataclass(frozen=True)
class Bound:
    """A bound on networks with `layers` = (least, most) hidden layers; `claims` are its places in the ledger."""

    id: str
    source: str
    claims: tuple[str, ...]
    layers: tuple[int, int]
    excluded: Callable[[Sequence[int]], int]
    """The least N that the widths exclude."""
    fewest: Callable[[int, int], tuple[int, ...]]
    """By N and the number of hidden layers, 1 or 2: the widths with the fewest units that do not exclude N."""
    improves: str = ""

    def covers(self, count: int) -> bool:
        """Whether the bound speaks about networks with that many hidden layers."""
        return self.layers[0] <= count <= self.layers[1]


@dataclass(frozen=True)
class Bilinear:
    """constant + first d1 + second d2 + product d1 d2, all nonnegative, and not all of the last three zero."""

    constant: int
    first: int
    second: int
    product: int

    def value(self, d1: int, d2: int) -> int:
        """The value at integers."""
        return self.constant + self.first * d1 + self.second * d2 + self.product * d1 * d2

    def best_split(self, total: int) -> tuple[int, int]:
        """The d1, d2 >= 1 with d1 + d2 = total >= 2 and the largest value; concave in d1 on a fixed total."""
        ends = [1, total - 1]
        if self.product > 0:
            vertex = (self.product * total + self.first - self.second) // (2 * self.product)
            ends += [vertex, vertex + 1]
        candidates = {min(max(1, d1), total - 1) for d1 in ends}
        d1 = max(sorted(candidates), key=lambda d: self.value(d, total - d))
        return d1, total - d1

    def fewest(self, target: int) -> tuple[int, int]:
        """The d1, d2 >= 1 of least sum with a value of at least `target`, by bisection over the sum."""
        low, high = 1, 2
        while self.value(*self.best_split(high)) < target:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            if self.value(*self.best_split(middle)) >= target:
                high = middle
            else:
                low = middle
        return self.best_split(high)


def bilinear(function: Callable[[int, int], int]) -> Bilinear:
    """The Bilinear form with the same values at (0, 0), (1, 0), (0, 1) and (1, 1)."""
    constant = function(0, 0)
    first, second = function(1, 0) - constant, function(0, 1) - constant
    return Bilinear(constant, first, second, function(1, 1) - constant - first - second)


def fewest_single(function: Callable[[int], int], target: int) -> int:
    """The least d1 >= 1 at which an increasing function affine in d1 reaches the target."""
    slope = function(1) - function(0)
    return max(1, -(-(target - function(0)) // slope))


Form = Callable[[Sequence[int]], int]


def _fewest_for(form: Form, per_sample: int = 1) -> Callable[[int, int], tuple[int, ...]]:
    """The widths of least sum, by N and the number (1 or 2) of hidden layers, with form(widths) >= per_sample * N.

    The form is affine in each width.
    """

    def fewest(N: int, hidden: int) -> tuple[int, ...]:
        if hidden == 1:
            return (fewest_single(lambda d: form((d,)), N * per_sample),)
        return bilinear(lambda a, b: form((a, b))).fewest(N * per_sample)

    return fewest


def bounds_for(setting: Setting) -> list[Bound]:
    """Every bound that applies to fully-connected networks in this setting."""
    found: list[Bound] = []
    # alternating labels are +-1 for one output, and those of two classes where there are two
    alternating = setting.collinear and (setting.real_labels or setting.d_y > 1)
    activation = setting.activation
    if alternating and isinstance(activation, PiecewiseLinear) and activation.is_continuous and activation.breakpoints:
        found += _piece_bounds(len(activation.pieces))
        if activation.kind in ("relu-like", "hard-tanh"):
            found.append(_two_layer_bound(activation))
    if setting.real_labels:
        found.append(_parameter_bound(setting))
    return found


def _piece_bounds(pieces: int) -> list[Bound]:
    def printed(widths: Sequence[int]) -> int:
        return smallest_impossible(lemma_d1_bound([HiddenLayer(d, pieces) for d in widths]))

    def shared(widths: Sequence[int]) -> int:
        return smallest_impossible(shared_breakpoint_bound([HiddenLayer(d, pieces) for d in widths]))

    return [
        Bound(
            "3.3",
            "Yun-Sra-Jadbabaie 2019, Theorem 3.3",
            ("3.3-corrected",),
            (1, 2),
            printed,
            _fewest_for(lambda widths: printed(widths) - 1),
        ),
        Bound(
            "shared-breakpoints",
            "exactmem, Theorem 3.3 with the breakpoints that all units of a layer share",
            ("3.3-shared-breakpoints",),
            (2, ANY_DEPTH),
            shared,
            _fewest_for(lambda widths: shared(widths) - 1),
            improves="3.3",
        ),
    ]


def _two_layer_bound(activation: Activation) -> Bound:
    return Bound(
        "two-layer",
        "exactmem, the exact capacity of two-layer networks",
        ("two-layer-capacity",),
        (1, 1),
        lambda widths: two_layer_capacity(activation, widths[0]) + 1,
        lambda N, hidden: (max(1, fewest_two_layer_units(activation, N)),),
        improves="3.3",
    )


def _parameter_bound(setting: Setting) -> Bound:
    def parameters(widths: Sequence[int]) -> int:
        return int(free_parameters(setting.activation, 1 if setting.collinear else setting.d_x, widths, setting.d_y))

    return Bound(
        "parameters",
        "exactmem, fewer parameters than labels",
        ("capacity-free-parameters",),
        (1, ANY_DEPTH),
        lambda widths: parameters(widths) // setting.d_y + 1,
        _fewest_for(parameters, setting.d_y),
    )


def smallest_excluded(setting: Setting, widths: Sequence[int]) -> list[tuple[Bound, int]]:
    """Every bound about networks of these widths with the least N that it excludes, the strongest first.

    Raises UsageError without hidden layers.
    """
    if not widths:
        raise UsageError("a network without hidden layers is affine: give at least one width")
    covering = [b for b in bounds_for(setting) if b.covers(len(widths))]
    return sorted(((b, b.excluded(widths)) for b in covering), key=lambda pair: pair[1])
