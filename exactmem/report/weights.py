"""How long the numbers in a network are: bits of numerator and denominator, layer by layer."""

__all__ = ["BARS", "histogram", "layers_numbers", "weights_section"]

from collections.abc import Iterator
from statistics import median
from typing import Any

from exactmem import html
from exactmem.networks import Matrix, Network, ResNet
from exactmem.rationals import Rational, bits
from exactmem.report.svg import WIDTH, Mark, drawing, text

BARS = 12
"""Most bars of the histogram."""


def layers_numbers(network: Network) -> Iterator[tuple[str, int, list[Rational]]]:
    """Per layer its name, the number of its weights and biases, and those that are not zero."""
    if isinstance(network, ResNet):
        for l, block in enumerate(network.layers, 1):
            matrices, vectors = [block.U, block.V], [block.b, block.c]
            yield _counted(f"residual {l}", matrices, vectors)
    else:
        for l, layer in enumerate(network.layers, 1):
            name = f"hidden {l}" if l < len(network.layers) else "output"
            yield _counted(name, [layer.weight], [layer.bias])


def _counted(name: str, matrices: list[Matrix], vectors: list[Any]) -> tuple[str, int, list[Rational]]:
    count = sum(m.shape[0] * m.shape[1] for m in matrices) + sum(map(len, vectors))
    numbers = [value for matrix in matrices for row in matrix.nonzero() for _, value in row]
    return name, count, numbers + [value for vector in vectors for value in vector if value != 0]


def weights_section(network: Network) -> str:
    """HTML: a table by layer and a histogram of all lengths."""
    rows, everything = [], []
    for name, count, numbers in layers_numbers(network):
        lengths = sorted(map(bits, numbers))
        everything += lengths
        few = [int(median(lengths)), lengths[-1]] if lengths else [0, 0]
        rows.append([name, count, count - len(lengths), *few])
    headers = ["layer", "weights and biases", "of them 0", "median bits", "longest, bits"]
    return "\n".join([html.table(headers, rows), histogram(everything)])


def histogram(lengths: list[int]) -> str:
    """The drawing: how many numbers have how many bits."""
    if not lengths:
        return ""
    step = max(1, -(-(max(lengths) + 1) // BARS))
    counts = [0] * (max(lengths) // step + 1)
    for length in lengths:
        counts[length // step] += 1
    parts: list[str | Mark] = []
    for i, count in enumerate(counts):
        low, y = i * step, 6 + 22 * i
        name = str(low) if step == 1 else f"{low} to {low + step - 1}"
        width = (WIDTH - 220) * count / max(counts)
        parts += [text(118, y + 13, name, "end", "faint"), text(134 + width, y + 13, str(count))]
        parts.append(Mark(126, y, width, 16, "bar", f"{count} numbers of {name} bits"))
    return drawing("How many numbers have how many bits", 10 + 22 * len(counts), parts)
