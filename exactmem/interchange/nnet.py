"""The text format .nnet of ACAS Xu (Julian, Stanford 2016), read and written.

Comment lines begin with //. Then one line each: the number of layers (and, of no use here, the numbers of inputs and
outputs and the widest layer); the layer sizes, inputs first; a flag that nobody uses; the lowest inputs; the highest
inputs; the means of inputs and outputs; their ranges; then per layer its weights, a row a line, and its biases, one a
line. Hidden layers are ReLU. A file without a normalization has a single 0 on each of the four lines. Decimals are
read as the exact decimals they are. The network computed is range_y N((x - mean) / range) + mean_y: the normalization
is folded into the first and the last layer. Inputs are not clipped to the box of the header, which is kept beside.
"""

__all__ = ["FOUR_LINES", "Scaling", "decimal", "export", "output_errors", "read", "relu_layers", "rounded", "text_of"]

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from flint import fmpq

from exactmem.activations import IDENTITY, RELU
from exactmem.certificates.reader import Document
from exactmem.datasets import Dataset
from exactmem.errors import InexactExportError, NetworkFormatError, quoted
from exactmem.evaluate import evaluate
from exactmem.interchange.exported import Export, Wanted, network_of
from exactmem.interchange.imported import Imported, Options, check_count, exact, read_bytes
from exactmem.networks import FNN, FNNLayer, Matrix, Network, dense, sparse
from exactmem.rationals import Rational, to_text

FOUR_LINES = ("lowest inputs", "highest inputs", "means", "ranges")


class _Lines:
    """The lines of a file that are no comments, with their numbers."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        numbered = enumerate(text.splitlines(), 1)
        self.lines: Iterator[tuple[int, str]] = ((n, s) for n, s in numbered if not s.lstrip().startswith("//"))
        self.place = f"{path}"

    def next(self, what: str) -> list[str]:
        """The cells of the next line."""
        for number, line in self.lines:
            self.place = f"{self.path}: line {number}"
            cells = [cell.strip() for cell in line.split(",")]
            while cells and not cells[-1]:
                cells.pop()
            if cells or what in FOUR_LINES:
                return cells
        raise NetworkFormatError(f"{self.path}: the file ends before the {what}")

    def numbers(self, what: str, count: int) -> list[Rational]:
        """The numbers of the next line, of which there must be that many."""
        cells = self.next(what)
        if len(cells) != count:
            raise NetworkFormatError(f"{self.place}: {len(cells)} numbers, expected {count} ({what})")
        return [exact(cell, self.place) for cell in cells]

    def header(self, what: str, count: int) -> list[Rational]:
        """The numbers of a line of the header: that many or more, or none (an empty line, or a single 0)."""
        cells = self.next(what)
        values = [exact(cell, self.place) for cell in cells]
        if not any(values) and len(values) < 2:
            return []
        if len(values) < count:
            raise NetworkFormatError(f"{self.place}: {len(values)} numbers, expected {count} or a single 0 ({what})")
        return values

    def sizes(self, what: str) -> list[int]:
        """The positive integers of the next line."""
        cells = self.next(what)
        for cell in cells:
            if not (cell.isascii() and cell.isdigit()) or len(cell) > 9 or int(cell) < 1:
                raise NetworkFormatError(f"{self.place}: {quoted(cell)} is not a positive integer ({what})")
        return [int(cell) for cell in cells]

    def rest(self) -> None:
        """NetworkFormatError if anything but blank lines is left."""
        for number, line in self.lines:
            if line.strip(" ,\t"):
                raise NetworkFormatError(f"{self.path}: line {number}: more lines than the layer sizes allow for")


def read(path: Path, options: Options) -> Imported:
    """The network of a .nnet file, with its normalization; NetworkFormatError or LimitError naming the line."""
    try:
        text = read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise NetworkFormatError(f"{path}: not a text file (byte {error.start})") from error
    lines = _Lines(path, text)
    count = lines.sizes("number of layers")[0]
    sizes = lines.sizes("layer sizes")
    if len(sizes) != count + 1:
        raise NetworkFormatError(f"{lines.place}: {len(sizes)} layer sizes, expected {count + 1} for {count} layers")
    check_count(sum((a + 1) * b for a, b in pairwise(sizes)), str(path))
    lines.next("unused flag")
    box, scaling = _header(lines, sizes[0])
    layers = []
    for l, (columns, rows) in enumerate(pairwise(sizes), 1):
        weight = [lines.numbers(f"weights of layer {l}", columns) for _ in range(rows)]
        bias = [lines.numbers(f"biases of layer {l}", 1)[0] for _ in range(rows)]
        layers.append((weight, bias))
    lines.rest()
    notes = []
    if scaling is not None:
        _fold(layers, *scaling)
        notes.append("the header's means and ranges are folded into the first and the last layer")
    if box is not None:
        notes.append("inputs are not clipped to the header's box")
    made = [FNNLayer(dense(w), tuple(b), RELU) for w, b in layers]
    made[-1] = FNNLayer(made[-1].weight, made[-1].bias, IDENTITY)
    return Imported(FNN(tuple(made)), "nnet", tuple(notes), box)


Scaling = tuple[list[Rational], list[Rational]]


def _header(lines: _Lines, d_x: int) -> tuple[tuple[tuple[Rational, Rational], ...] | None, Scaling | None]:
    """The input box, and the means and ranges (None where there is no normalization).

    Some files keep the header of a network with more inputs: then the first d_x numbers and, for the output, the last
    one count. In some the outputs have no mean and range: they stay as they are.
    """
    low, high = (lines.header(what, d_x) for what in FOUR_LINES[:2])
    box = tuple(zip(low[:d_x], high[:d_x], strict=True)) if low or high else None
    if box is not None and (len(low) != len(high) or any(a > b for a, b in box)):
        raise NetworkFormatError(f"{lines.place}: a lowest input exceeds the highest one, or one of them is missing")
    means, ranges = (lines.header(what, d_x) for what in FOUR_LINES[2:])
    if len(means) != len(ranges):
        raise NetworkFormatError(f"{lines.place}: {len(means)} means but {len(ranges)} ranges")
    if not means:
        return box, None
    own = len(means) > d_x
    means, ranges = [*means[:d_x], means[-1] if own else fmpq(0)], [*ranges[:d_x], ranges[-1] if own else fmpq(1)]
    if any(r == 0 for r in ranges):
        raise NetworkFormatError(f"{lines.place}: a range is zero, which cannot be divided by")
    return box, (means, ranges)


def _fold(
    layers: list[tuple[list[list[Rational]], list[Rational]]], means: list[Rational], ranges: list[Rational]
) -> None:
    """Put (x - mean) / range before the first layer and range_y * + mean_y behind the last one, in place."""
    weight, bias = layers[0]
    scaled = [[w / r for w, r in zip(row, ranges, strict=False)] for row in weight]
    shifts = [
        sum((w * m for w, m in zip(row, means, strict=False)), fmpq(0)) for row, b in zip(scaled, bias, strict=True)
    ]
    layers[0] = (scaled, [b - s for b, s in zip(bias, shifts, strict=True)])
    weight, bias = layers[-1]
    layers[-1] = ([[ranges[-1] * w for w in row] for row in weight], [ranges[-1] * b + means[-1] for b in bias])


def relu_layers(network: Network, format: str) -> tuple[FNNLayer, ...]:
    """The layers of a fully-connected ReLU network; InexactExportError for any other."""
    if not isinstance(network, FNN):
        raise InexactExportError(f"{format} holds fully-connected networks only, not residual ones")
    for l, layer in enumerate(network.layers[:-1], 1):
        if layer.activation != RELU:
            raise InexactExportError(f"{format} knows ReLU only; the activation of layer {l} is {layer.activation}")
    return network.layers


def decimal(value: Rational) -> str | None:
    """The number as a finite decimal, or None if it has none."""
    denominator, digits = int(value.denom()), 0
    numerator = value.numer()
    while denominator % 10 == 0:
        denominator, digits = denominator // 10, digits + 1
    for prime, other in ((2, 5), (5, 2)):
        while denominator % prime == 0:
            denominator, digits, numerator = denominator // prime, digits + 1, numerator * other
    if denominator != 1:
        return None
    text = str(abs(numerator)).rjust(digits + 1, "0")
    whole, rest = (text[:-digits], text[-digits:]) if digits else (text, "")
    return f"{'-' if numerator < 0 else ''}{whole}{'.' if rest else ''}{rest}"


def rounded(value: Rational, digits: int = 17) -> Rational:
    """The value cut to a number of significant decimal digits (exact where it has no more)."""
    if value == 0 or decimal(value) is not None:
        return value
    size = abs(value)
    exponent = len(str(size.numer())) - len(str(size.denom()))
    scale = fmpq(10) ** (digits - exponent)
    cut = fmpq((size * scale).numer() // (size * scale).denom()) / scale
    return cut if value > 0 else -cut


def text_of(layers: Sequence[FNNLayer], remark: str) -> str:
    """The .nnet file of layers whose numbers are finite decimals; InexactExportError naming the first that is not."""

    def written(value: Any, place: str) -> str:
        text = decimal(value)
        if text is None:
            raise InexactExportError(
                f"{place} is {quoted(to_text(value))}, which no decimal holds exactly; --round cuts to 17 digits and "
                "states the output errors",
                witness=value,
            )
        return text

    sizes = [layers[0].weight.shape[1], *(layer.weight.shape[0] for layer in layers)]
    lines = ["// Neural Network File Format by Kyle Julian, Stanford 2016", f"// {remark}"]
    lines += [f"{len(layers)},{sizes[0]},{sizes[-1]},{max(sizes)},", ",".join(map(str, sizes)) + ",", "0,"]
    lines += ["0,"] * 4
    for l, layer in enumerate(layers, 1):
        for i, row in enumerate(layer.weight.nonzero()):
            cells = ["0"] * layer.weight.shape[1]
            for j, value in row:
                cells[j] = written(value, f"weight {i}, {j} of layer {l}")
            lines.append(",".join(cells) + ",")
        lines += [written(value, f"bias {i} of layer {l}") + "," for i, value in enumerate(layer.bias)]
    return "\n".join(lines) + "\n"


def export(document: Document, wanted: Wanted) -> Export:
    """The .nnet file, without a normalization; numbers that are no finite decimals are refused, or cut to 17 digits.

    With rounding the exact output error per sample of the certificate is stated, in a comment of the file too.
    """
    network = network_of(document)
    layers = relu_layers(network, ".nnet")
    remark, facts = "every number is exact", dict[str, Any](exact=True)
    if wanted.rounded:
        cut = [replace(l, weight=_cut(l.weight), bias=tuple(rounded(v) for v in l.bias)) for l in layers]
        facts["exact"] = all(
            a.weight.nonzero() == b.weight.nonzero() and a.bias == b.bias for a, b in zip(cut, layers, strict=True)
        )
        layers = tuple(cut)
        if not facts["exact"]:
            remark = "numbers are cut to 17 significant digits"
            if document.dataset is not None:
                errors = output_errors(FNN(layers), network, document.dataset)
                facts["errors"] = [[to_text(e) for e in row] for row in errors]
                largest = max(abs(e) for row in errors for e in row)
                remark += f"; the largest output error on the certificate's samples is exactly {to_text(largest)}"
    return Export(text_of(layers, remark).encode("ascii"), facts, (remark,))


def _cut(matrix: Matrix) -> Matrix:
    entries = {(i, j): rounded(v) for i, row in enumerate(matrix.nonzero()) for j, v in row}
    return sparse(matrix.shape, entries)


def output_errors(written: Network, network: Network, dataset: Dataset) -> list[list[Rational]]:
    """Per sample and output, what the written network gives minus what the network gives, exactly."""
    pairs = zip(evaluate(written, dataset.inputs), evaluate(network, dataset.inputs), strict=True)
    return [[a - b for a, b in zip(new, old, strict=True)] for new, old in pairs]
