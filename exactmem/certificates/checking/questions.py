"""The question of version 2, and its data, which are read sample by sample."""

from __future__ import annotations

from collections.abc import Iterator
from os import fstat
from typing import NamedTuple

from .affine_maps import Affine
from .lines import Label
from .memorization import DECISIONS, Samples
from .networks import Layer
from .packed_layers import Steps, fitted
from .packing import Product, Records, read_integers
from .streams import agree, companion
from .strict_json import Node, Vector, parse_json
from .verdicts import LIMB, OVERHEAD, PAIR, Malformed, Meter, quoted

BLOCK = 1 << 24  # bytes of memory for the records that are read at a time


def read_labels(node: Node, d_y: int, decision: str) -> dict[str, int]:
    """The number of each class; empty if the labels are numbers."""
    kind = node.member("kind")
    kind.expect(kind.text() in ("numbers", "one-hot"), f"unknown labels {quoted(kind.text())}")
    if kind.value == "numbers":
        node.fields("kind")
        kind.expect(decision != "argmax", "argmax needs one-hot labels")
        kind.expect(decision != "sign" or d_y == 1, "sign needs labels of one number")
        return {}
    _, classes = node.fields("kind", "classes")
    kind.expect(decision != "sign", "sign needs labels 1 or -1")
    classes.expect(decision != "argmax" or d_y > 1, "argmax needs at least two classes")
    numbers = dict[str, int]()
    for k, row in enumerate(classes.items(d_y)):
        row.expect(row.text() not in numbers, "the same class twice")
        numbers[row.text()] = k
    return numbers


class Packed(Samples):
    """The samples in a file of records, which is read and digested once, from the first sample to the last."""

    def __init__(self, question: Question, folder: str, meter: Meter) -> None:
        self.question, self.meter, self.N, self.node = question, meter, question.N, question.data
        _, _, _, order, label, values = self.node.fields("file", "sha256", "kind", "byte_order", "label", "input")
        order.expect(order.text() == "little", "expected 'little'")
        self.label, self.input = read_integers(label), read_integers(values)
        plain = not question.classes or self.label[1:] == (False, 1)
        label.expect(plain, "the index of a class is not signed, and has the denominator 1")
        self.head, self.d_x = 1 if question.classes else question.d_y, question.d_x
        self.record = self.head * self.label.size + self.d_x * self.input.size
        self.stream = companion(folder, self.node, meter)
        size = fstat(self.stream.file.fileno()).st_size
        expected = self.N * self.record
        if size != expected:
            raise Malformed(f"{self.stream.name}: {size} bytes, but {self.N} records have {expected}")

    def blocks(self, more: int) -> Iterator[tuple[int, bytes]]:
        """All records, many at a time, with the sample of the first one; Malformed at the end if digests differ.

        `more` are the bytes of memory for a record, besides its own.
        """
        many = max(1, BLOCK // (more + self.record))
        self.meter.room(many * (more + 3 * self.record))
        for start in range(0, self.N, many):
            block = self.stream.take(min(many, self.N - start) * self.record)
            yield start, block[: len(block) // self.record * self.record]
        self.stream.end()
        agree(self.stream, self.node)

    def label_of(self, sample: int, record: bytes) -> Label:
        """The label of a sample."""
        question, below, (first, *others) = self.question, self.label.denominator, self.label.taken_apart(record)
        if question.classes and first >= question.d_y:
            raise Malformed(f"{self.stream.name}: sample {sample}: class {first}, but there are {question.d_y}")
        if question.decision == "sign" and abs(first) != below:
            raise Malformed(f"{self.stream.name}: sample {sample}: sign needs labels 1 or -1")
        return first if question.classes else [(above, below) for above in (first, *others)]

    def labels(self, start: int, block: bytes) -> Iterator[Label]:
        """The labels of the records in a block, the first of which is that of the sample `start`."""
        for i, at in enumerate(range(0, len(block), self.record), start):
            self.meter.charge(self.head * (2 * OVERHEAD + self.label.size))
            self.meter.room(self.head * (2 * PAIR + LIMB * self.label.size))
            yield self.label_of(i, block[at : at + self.head * self.label.size])

    def inputs(self) -> Iterator[tuple[Label, Vector]]:
        below = self.input.denominator
        for start, block in self.blocks(0):
            ends = range(self.record, len(block) + 1, self.record)
            for label, end in zip(self.labels(start, block), ends, strict=True):
                self.meter.charge(self.d_x * (OVERHEAD + self.input.size))
                self.meter.room(self.d_x * (2 * PAIR + LIMB * self.input.size))
                values = self.input.taken_apart(block[end - self.d_x * self.input.size : end])
                yield label, [(above, below) for above in values]

    def images(self, affine: Affine) -> Iterator[tuple[Label, Vector]]:
        return self.values(Product(affine, self.input, self.meter))

    def outputs(self, layers: list[Layer]) -> Iterator[tuple[Label, Vector]] | None:
        found = fitted(layers, self.d_x, self.input, self.meter)
        return self.values(found) if found else None

    def values(self, made: Product | Steps) -> Iterator[tuple[Label, Vector]]:
        """Every label, with what is made of the inputs of many samples at once."""
        for start, block in self.blocks(made.memory):
            records = Records(block, self.head * self.label.size, self.record, self.input)
            yield from zip(self.labels(start, block), made.values(records), strict=True)


class Question(NamedTuple):
    """A question: decide N samples, of d_x and d_y numbers, in the sense of the decision; classes by name, if any."""

    decision: str
    N: int
    d_x: int
    d_y: int
    classes: dict[str, int]
    data: Node


def read_question(folder: str, node: Node, meter: Meter) -> Question:
    """The question in the file that is named there."""
    stream = companion(folder, node, meter)
    with stream.file:
        content = stream.rest()
    agree(stream, node)
    document = parse_json(content, meter, stream.name)
    name, version, kind, decision, sizes, labels, data = document.fields(
        "format", "version", "kind", "decision", "sizes", "labels", "data"
    )
    name.expect(name.value == "exactmem-question", "expected 'exactmem-question'")
    version.expect(version.canonical() == b"2", "expected version 2")
    kind.expect(kind.value == "memorization", "expected 'memorization'")
    decision.expect(decision.text() in DECISIONS, f"unknown decision {quoted(decision.text())}")
    N, d_x, d_y = (size.index(2**53) for size in sizes.fields("N", "d_x", "d_y"))
    sizes.expect(min(N, d_x, d_y) > 0, "expected positive sizes")
    return Question(decision.value, N, d_x, d_y, read_labels(labels, d_y, decision.value), data)
