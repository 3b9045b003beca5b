"""The question of version 2, and its data, which are read sample by sample."""

from __future__ import annotations

from collections.abc import Iterator
from operator import mul
from os import fstat
from struct import Struct
from typing import NamedTuple

from .affine_maps import Affine
from .lines import Label
from .memorization import DECISIONS
from .streams import PIECE, agree, companion
from .strict_json import Node, Rational, Vector, parse_json
from .sums import add_up
from .verdicts import LIMB, OVERHEAD, PAIR, Malformed, Meter, limbs, quoted

CODES = {1: "b", 2: "h", 4: "i", 8: "q"}  # of integers that `struct` reads, by the number of their bytes
EACH = 64  # charged per integer that is read, and per product with a weight, besides its length
LONGEST = 65536  # bytes of an integer


class Integers(NamedTuple):
    """How integers are packed, and by what they are divided."""

    bytes: int
    signed: bool
    denominator: int


def read_integers(node: Node) -> Integers:
    """The layout of the integers."""
    size, signed, denominator = node.fields("bytes", "signed", "denominator")
    size.expect(size.index(LONGEST + 1) > 0, "expected a positive number")
    signed.expect(type(signed.value) is bool, "expected true or false")
    above, below = denominator.rational()
    denominator.expect(above > 0 and below == 1, "expected a positive integer")
    return Integers(size.value, signed.value, above)


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


class Packed:
    """The samples in a file of records, which is read and digested once, from the first sample to the last."""

    def __init__(self, question: Question, folder: str, meter: Meter) -> None:
        self.question, self.meter, self.N, self.node = question, meter, question.N, question.data
        _, _, _, order, label, values = self.node.fields("file", "sha256", "kind", "byte_order", "label", "input")
        order.expect(order.text() == "little", "expected 'little'")
        self.label, self.input = read_integers(label), read_integers(values)
        plain = not question.classes or self.label[1:] == (False, 1)
        label.expect(plain, "the index of a class is not signed, and has the denominator 1")
        self.head, self.d_x = 1 if question.classes else question.d_y, question.d_x
        self.record = self.head * self.label.bytes + self.d_x * self.input.bytes
        self.stream = companion(folder, self.node, meter)
        size = fstat(self.stream.file.fileno()).st_size
        expected = self.N * self.record
        if size != expected:
            raise Malformed(f"{self.stream.name}: {size} bytes, but {self.N} records have {expected}")

    def records(self) -> Iterator[tuple[int, ...]]:
        """The integers of every record; Malformed at the end if the file is not the one that the question names."""
        many, count = max(1, PIECE // self.record), self.head + self.d_x
        self.meter.room((many + 1) * (3 * self.record + 64 * count))
        sizes = (self.label, self.head), (self.input, self.d_x)
        short = all(integers.bytes in CODES for integers, _ in sizes)
        codes = [CODES.get(i.bytes, "") for i, _ in sizes]
        letters = [code if i.signed else code.upper() for code, (i, _) in zip(codes, sizes, strict=True)]
        layout = Struct(f"<{self.head}{letters[0]}{self.d_x}{letters[1]}") if short else None
        cost = OVERHEAD + EACH * count + 2 * self.record
        for start in range(0, self.N, many):
            block = self.stream.take(min(many, self.N - start) * self.record)
            self.meter.charge(len(block) // self.record * cost)
            if layout:
                yield from layout.iter_unpack(block)
            else:
                for at in range(0, len(block), self.record):
                    yield self.taken_apart(block[at : at + self.record])
        self.stream.end()
        agree(self.stream, self.node)

    def taken_apart(self, record: bytes) -> tuple[int, ...]:
        """The integers of a record whose sizes are not those of a machine's integers."""
        cut = self.head * self.label.bytes
        parts = (record[:cut], self.label), (record[cut:], self.input)
        return tuple(
            int.from_bytes(part[i : i + integers.bytes], "little", signed=integers.signed)
            for part, integers in parts
            for i in range(0, len(part), integers.bytes)
        )

    def labelled(self) -> Iterator[tuple[Label, tuple[int, ...]]]:
        """Every label, and the integers of the input."""
        question, below = self.question, self.label.denominator
        for i, record in enumerate(self.records()):
            if question.classes and record[0] >= question.d_y:
                raise Malformed(f"{self.stream.name}: sample {i}: class {record[0]}, but there are {question.d_y}")
            if question.decision == "sign" and abs(record[0]) != below:
                raise Malformed(f"{self.stream.name}: sample {i}: sign needs labels 1 or -1")
            label = record[0] if question.classes else [(above, below) for above in record[: self.head]]
            yield label, record[self.head :]

    def inputs(self) -> Iterator[tuple[Label, Vector]]:
        """Every label and input."""
        below = self.input.denominator
        for label, values in self.labelled():
            self.meter.room(self.d_x * (PAIR + LIMB * self.input.bytes))
            yield label, [(above, below) for above in values]

    def numbers(self, to_line: list[Affine], meter: Meter) -> Iterator[tuple[Label, Rational]]:
        """Every label, with the one number that the maps, none or one of one row, make of the input."""
        weights, bias, below = [1], 0, self.input.denominator
        for affine in to_line:
            (row,) = affine.rows
            weights, bias, below = [0] * self.d_x, row.bias * below, row.denominator * below
            for j, weight in row.entries:
                weights[j] = weight
        long = max(map(limbs, weights)) * (self.input.bytes // 3 + 1)
        for label, values in self.labelled():
            meter.keep(self.head * (PAIR + LIMB * self.label.bytes))
            meter.charge(self.d_x * (EACH + long))
            yield label, add_up([(bias + sum(map(mul, weights, values)), 1)], below, meter)

    def numbers_of(self, label: Label) -> Vector:
        """The label's numbers."""
        return label if type(label) is list else unit_vector(label, self.question.d_y)


def unit_vector(k: int | Vector, d_y: int) -> Vector:
    """The label that stands for class k of d_y."""
    return [(int(j == k), 1) for j in range(d_y)]


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
