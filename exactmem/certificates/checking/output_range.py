"""The claim "output-range": minimum and maximum of outputs over a segment or a box, by a subdivision into simplices."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import factorial
from typing import Any, NamedTuple

from .memorization import shown
from .networks import Network, read_network
from .piece_bound import check_activations
from .simplices import Point, Vertex, between, most_on, vertex, weight_of
from .strict_json import Node
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, Refuted, limbs

SECTIONS = ("network", "evidence")
MAX_FREE = 3  # most sides of a box that are not a single number
Cut = tuple[int, int, Fraction]


class Region(NamedTuple):
    """A box between two corners, or the segment between two points."""

    is_box: bool
    low: Point
    high: Point

    def free(self) -> list[int]:
        """The sides of a box that are not a single number."""
        return [j for j, (a, b) in enumerate(zip(self.low, self.high, strict=True)) if a != b]

    def holds(self, x: Point) -> bool:
        if self.is_box:
            return all(a <= v <= b for a, v, b in zip(self.low, x, self.high, strict=True))
        j = self.free()[0]
        t = (x[j] - self.low[j]) / (self.high[j] - self.low[j])
        on = all(v == a + t * (b - a) for a, v, b in zip(self.low, x, self.high, strict=True))
        return on and 0 <= t <= 1

    def simplices(self) -> list[list[Point]]:
        """The segment, or for each order of the free sides the corners from low to high that change them in turn."""
        if not self.is_box:
            return [[self.low, self.high]]
        result = []
        for order in permutations(self.free()):
            corners = [self.low]
            for j in order:
                corners.append((*corners[-1][:j], self.high[j], *corners[-1][j + 1 :]))
            result.append(corners)
        return result


class Extreme(NamedTuple):
    """Is sign * value the largest sign * output on the region, attained at this point, by these cuts (None: a leaf)?"""

    output: int
    sign: int
    value: Fraction
    at: Point
    tree: list[Cut | None]


class Question(NamedTuple):
    """The network, the region, and for each output claimed its minimum and its maximum in turn."""

    network: Network
    region: Region
    extremes: list[Extreme]


def fractions(node: Node, length: int | None = None) -> Point:
    """A point of that length, if one is given."""
    node.meter.charge(OVERHEAD * len(node.items()))
    return tuple([Fraction(*value) for value in node.rationals(length)])


def read_region(region: Node) -> Region:
    """A box whose sides are no shorter than 0, at most MAX_FREE of them longer, or a segment between two points."""
    is_box = region.member("from").value is None
    names = ("low", "high") if is_box else ("from", "to")
    first, second = region.fields(*names)
    low = fractions(first)
    high = fractions(second, len(low))
    result = Region(is_box, low, high)
    if is_box:
        second.expect(all(a <= b for a, b in zip(low, high, strict=True)), "a side is below its lower end")
        second.expect(len(result.free()) <= MAX_FREE, f"more than {MAX_FREE} sides are not a single number")
    else:
        second.expect(low != high, "the two points are equal")
    return result


def read_tree(tree: Node, open_parts: int, corners: int) -> list[Cut | None]:
    """The cuts in preorder, which fit together: every simplex ends in leaves."""
    result: list[Cut | None] = []
    for item in tree.items():
        item.expect(open_parts > 0, "an item too many")
        if item.value == "leaf":
            open_parts -= 1
            result.append(None)
            continue
        first, second, share = item.items(3)
        i, j, q = first.index(corners), second.index(corners), Fraction(*share.rational())
        second.expect(i < j, "expected a vertex after the first one")
        share.expect(0 < q < 1, "expected a number between 0 and 1")
        open_parts += 1
        item.meter.keep(2 * PAIR + LIMB * (limbs(q.numerator) + limbs(q.denominator)))
        result.append((i, j, q))
    tree.expect(open_parts == 0, "an item too few")
    return result


def read(document: Node) -> Question:
    """The question that a well-formed document asks."""
    _, source, sizes, region_node, ranges = document.member("claim").fields(
        "kind", "source", "sizes", "region", "ranges"
    )
    source.text()
    region = read_region(region_node)
    network = read_network(document.member("network"), len(region.low))
    check_activations(document.member("network"), network)
    found: dict[str, Any] = {"d_x": len(region.low), "d_y": network.outputs, "widths": network.widths}
    found |= {"hidden_nodes": sum(network.widths), "edges": network.edges}
    for node, size in zip(sizes.fields(*found), found.values(), strict=True):
        same = node.canonical() == Node(size, "", node.meter).canonical()
        node.expect(same, f"expected {size} from the region and network")
    free = len(region.free()) if region.is_box else 1
    trees = document.member("evidence").fields("trees")[0]
    extremes, before = [], -1
    for part, pair in zip(ranges.items(), trees.items(len(ranges.items())), strict=True):
        output, low, low_at, high, high_at = part.fields("output", "minimum", "minimum_at", "maximum", "maximum_at")
        k = output.index(network.outputs)
        output.expect(k > before, "outputs are not strictly increasing")
        before = k
        nodes = zip((-1, 1), (low, high), (low_at, high_at), pair.fields("minimum", "maximum"), strict=True)
        for sign, value, at, tree in nodes:
            point = fractions(at, len(region.low))
            items = read_tree(tree, factorial(free) if region.is_box else 1, free + 1)
            extremes.append(Extreme(k, sign, Fraction(*value.rational()), point, items))
    return Question(network, region, extremes)


def check_extreme(question: Question, extreme: Extreme, meter: Meter) -> int:
    """The number of leaves, if the value is attained and no leaf allows more; else Refuted."""
    network, region, _ = question
    output, sign, value, at, tree = extreme
    name = f"the {'maximum' if sign > 0 else 'minimum'} of output {output}"
    meter.charge(OVERHEAD * len(at) + 64 * weight_of((*at, *region.low, *region.high)) ** 2)
    if not region.holds(at):
        raise Refuted(f"{name}: the point where it is attained lies outside the region")
    witness = vertex(network, at, meter)
    found = witness.layers[-1][1][output]
    meter.charge(OVERHEAD + (limbs(found[0]) + limbs(found[1])) ** 2)
    if Fraction(*found) != value:
        expected = shown(value.as_integer_ratio(), meter)
        raise Refuted(f"{name}: the output there is {shown(found, meter)}, not {expected}")
    meter.release(witness.size)
    stack = [[vertex(network, x, meter) for x in corners] for corners in reversed(region.simplices())]
    leaves = 0
    for item in tree:
        simplex = stack.pop()
        if item is None:
            leaves += 1
            if most_on(network, simplex, output, sign, meter) > sign * value:
                raise Refuted(f"{name}: part {leaves} does not exclude more extreme values")
        else:
            i, j, share = item
            new = vertex(network, between(simplex[i].point, simplex[j].point, share, meter), meter)
            for k in (i, j):
                stack.append([*simplex[:k], new, *simplex[k + 1 :]])
                meter.keep(size_of(stack[-1]))
            meter.release(new.size)
        meter.release(size_of(simplex))
    return leaves


def size_of(simplex: list[Vertex]) -> int:
    """The bytes kept for a simplex, as if it shared no vertex with another."""
    return sum([point.size for point in simplex])


def check(question: Question, meter: Meter) -> str:
    """A summary if every minimum and maximum is attained and a bound; else Refuted with the first that is not."""
    leaves = sum([check_extreme(question, extreme, meter) for extreme in question.extremes])
    parts = []
    for low, high in zip(question.extremes[::2], question.extremes[1::2], strict=True):
        ends = ", ".join([shown(extreme.value.as_integer_ratio(), meter) for extreme in (low, high)])
        parts.append(f"output {low.output} in [{ends}]")
    network, where = question.network, "a box" if question.region.is_box else "a segment"
    listed = "; ".join(parts[:4]) + ("; ..." if len(parts) > 4 else "")
    return f"output-range on {where} by {network.architecture}, widths {network.widths}: {listed}; {leaves} parts"
