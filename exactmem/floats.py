"""What a network gives in binary floating point, whatever the order in which a runtime adds up.

A sum w_1 a_1 + ... + w_n a_n + b is *exact in any order* if all its terms are multiples of one power of two, 2^e, and
the sum of their magnitudes is at most 2^(e + p), p being the format's precision: then every product and every partial
sum is a number of the format. Where that fails, the possible results are enumerated for up to five terms (every order,
fused or not), and enclosed beyond: |result - exact| <= n u / (1 - n u) sum |terms|, with u = 2^-p (Higham, Accuracy and
Stability of Numerical Algorithms, section 3.1), plus what underflow may lose.
"""

__all__ = ["FORMATS", "MOST_TERMS", "Format", "Range", "Trace", "exact_in_any_order", "outputs", "possible_sums"]

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flint import fmpq, fmpz

from exactmem.activations import Activation
from exactmem.errors import InexactExportError, LimitError
from exactmem.networks import Matrix, Network, ResNet
from exactmem.rationals import Rational

MOST_TERMS = 5
"""Longest sum whose possible results are enumerated."""


class Format(NamedTuple):
    """A binary format: its precision p, and the exponents of its smallest positive and of its largest number."""

    name: str
    precision: int
    least: int
    most: int

    def round(self, value: Rational) -> Rational:
        """The nearest number of the format, ties to even; LimitError beyond the largest."""
        if value == 0:
            return value
        size = abs(value)
        unit = max(_log2(size) - self.precision + 1, self.least)
        scaled = size / _power(unit)
        whole = scaled.numer() // scaled.denom()
        rest = scaled - whole
        if rest > fmpq(1, 2) or (rest == fmpq(1, 2) and whole % 2 == 1):
            whole += 1
        result = whole * _power(unit)
        if result >= _power(self.most):
            raise LimitError(f"a number beyond the range of {self.name}")
        return result if value > 0 else -result

    def holds(self, value: Rational) -> bool:
        """Whether the number is one of the format's."""
        try:
            return bool(self.round(value) == value)
        except LimitError:
            return False


FORMATS = {32: Format("float32", 24, -149, 128), 64: Format("float64", 53, -1074, 1024)}


def _power(exponent: int) -> Rational:
    return fmpq(fmpz(2) ** exponent) if exponent >= 0 else fmpq(1, fmpz(2) ** -exponent)


def _log2(size: Rational) -> int:
    """The largest k with 2^k <= size."""
    k = int(size.numer()).bit_length() - int(size.denom()).bit_length()
    return k if _power(k) <= size else k - 1


class Range(NamedTuple):
    """What a number may be in floating point: all results lie between low and high."""

    low: Rational
    high: Rational

    @property
    def is_point(self) -> bool:
        """Whether there is only one."""
        return bool(self.low == self.high)


@dataclass
class Trace:
    """Evaluates in a format; `inexact` names the first sum or product that is not exact in any order."""

    format: Format
    inexact: str = ""

    def note(self, place: str) -> None:
        """Remember the first place where exactness ends."""
        self.inexact = self.inexact or place

    def affine(self, matrix: Matrix, bias: Sequence[Rational], values: Sequence[Range], place: str) -> list[Range]:
        """The possible values of matrix * values + bias."""
        return [
            self.total([(w, values[j]) for j, w in row], b, f"{place}, unit {i}")
            for i, (row, b) in enumerate(zip(matrix.nonzero(), bias, strict=True))
        ]

    def total(self, products: Sequence[tuple[Rational, Range]], bias: Rational, place: str) -> Range:
        """The possible values of a sum of weight * value, plus a bias."""
        points = all(value.is_point for _, value in products)
        if points:
            terms = [w * value.low for w, value in products] + [bias]
            terms = [term for term in terms if term != 0]
            if exact_in_any_order(terms, self.format):
                result = sum(terms, fmpq(0))
                return Range(result, result)
            self.note(f"{place}: a sum of {len(terms)} terms")
            if len(terms) <= MOST_TERMS:
                results = possible_sums(terms, self.format)
                return Range(min(results), max(results))
        return self._enclosed(products, bias)

    def _enclosed(self, products: Sequence[tuple[Rational, Range]], bias: Rational) -> Range:
        ends = [sorted((w * value.low, w * value.high)) for w, value in products] + [[bias, bias]]
        low, high = sum((a for a, _ in ends), fmpq(0)), sum((b for _, b in ends), fmpq(0))
        size = sum((max(abs(a), abs(b)) for a, b in ends), fmpq(0))
        count = len(ends) + 1
        relative = count * _power(-self.format.precision)
        error = size * relative / (1 - relative) + 2 * count * _power(self.format.least)
        return Range(self.format.round(low - error), self.format.round(high + error))

    def activate(self, activation: Activation, value: Range, place: str) -> Range:
        """The possible values of an activation, computed as the exported graph does."""
        if activation.kind == "threshold":
            return Range(activation(value.low), activation(value.high))
        if activation.kind == "square":
            raise InexactExportError("the activation square has no operator in the exported formats")
        results = [activation(end) for end in value]
        if activation.kind == "abs" and value.low < 0 < value.high:
            results.append(fmpq(0))
        rounded = [self.format.round(result) for result in results]
        if rounded != results:
            self.note(f"{place}: the product with a slope of {activation}")
        return Range(min(rounded), max(rounded))


def exact_in_any_order(terms: Sequence[Rational], format: Format) -> bool:
    """Whether every partial sum of the terms, in every order, is a number of the format."""
    common = fmpz(1)
    for term in terms:
        denominator = term.denom()
        if denominator & (denominator - 1):
            return False
        common = max(common, denominator)
    size = sum((abs(term) for term in terms), fmpq(0)) * common
    scaled = [int(abs(term * common).numer()) for term in terms]
    shift = min(((n & -n).bit_length() - 1 for n in scaled), default=0)
    exponent = shift - (int(common).bit_length() - 1)
    return bool(
        exponent >= format.least and size <= _power(shift + format.precision) and size / common < _power(format.most)
    )


def possible_sums(terms: Sequence[Rational], format: Format) -> set[Rational]:
    """All results of adding the terms in any order and grouping; a term may be fused into a sum without rounding."""
    results: dict[frozenset[int], set[Rational]] = {
        frozenset([i]): {format.round(term)} for i, term in enumerate(terms)
    }
    whole = frozenset(range(len(terms)))

    def of(part: frozenset[int]) -> set[Rational]:
        if part not in results:
            found = set()
            first = min(part)
            rest = sorted(part - {first})
            for mask in range(2 ** len(rest) - 1):
                left = frozenset([first, *(i for k, i in enumerate(rest) if mask >> k & 1)])
                found |= {format.round(a + b) for a in _addends(left) for b in _addends(part - left)}
            results[part] = found
        return results[part]

    def _addends(part: frozenset[int]) -> set[Rational]:
        return of(part) | ({terms[min(part)]} if len(part) == 1 else set())

    return of(whole)


def outputs(network: Network, x: Sequence[Rational], trace: Trace) -> list[Range]:
    """The possible outputs at one input, which is rounded first where it has to be."""
    values = []
    for j, v in enumerate(x):
        rounded = trace.format.round(v)
        if rounded != v:
            trace.note(f"input {j}")
        values.append(Range(rounded, rounded))
    layers: Sequence[Any] = network.layers
    for l, layer in enumerate(layers, 1):
        if isinstance(network, ResNet):
            hidden = trace.affine(layer.U, layer.b, values, f"layer {l}")
            hidden = [trace.activate(layer.activation, z, f"layer {l}") for z in hidden]
            update = trace.affine(layer.V, layer.c, hidden, f"layer {l}, outer map")
            if layer.skip:
                one = fmpq(1)
                pairs = zip(values, update, strict=True)
                update = [trace.total([(one, h), (one, d)], fmpq(0), f"layer {l}, skip") for h, d in pairs]
            values = update
        else:
            values = trace.affine(layer.weight, layer.bias, values, f"layer {l}")
            values = [trace.activate(layer.activation, z, f"layer {l}") for z in values]
    return values
