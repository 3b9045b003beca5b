"""The data of version 2 in a CSV file, which is read line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .lines import Label
from .memorization import Samples
from .questions import Question
from .streams import TOKEN, agree, companion
from .strict_json import Rational, Vector, from_digits
from .verdicts import LIMB, OVERHEAD, PAIR, STEP, Malformed, Meter, Resource, quoted

NUMBER = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+)|/([1-9][0-9]*))?")


class Csv(Samples):
    """The samples in the lines of a file, which is read and digested once, from the first to the last."""

    def __init__(self, question: Question, folder: str, meter: Meter) -> None:
        self.question, self.meter, self.N = question, meter, question.N
        _, _, _, label, values = question.data.fields("file", "sha256", "kind", "label", "input")
        self.label = [node.index(2**31) for node in label.items(1 if question.classes else question.d_y)]
        self.input = [node.index(2**31) for node in values.items(question.d_x)]
        chosen = {*self.label, *self.input}
        values.expect(len(chosen) == len(self.label) + len(self.input), "the same column twice")
        self.stream = companion(folder, question.data, meter)

    def fault(self, reason: str) -> Malformed:
        """What to raise about the line that was read."""
        return Malformed(f"{self.stream.name}: line {self.stream.number}: {reason}")

    def fields(self) -> list[str]:
        """The fields of the next line."""
        try:
            line = self.stream.line().decode("utf-8")
        except UnicodeDecodeError:
            raise self.fault("not UTF-8") from None
        except Malformed as error:
            raise Malformed(f"{self.stream.name}: {error}") from None
        self.meter.charge(4 * OVERHEAD * (1 + line.count(",")))
        self.meter.room(2 * TOKEN * len(line))
        if '"' in line:
            raise self.fault("a quotation mark")
        return [field.strip(" \t\r") for field in line.split(",")]

    def number(self, text: str) -> Rational:
        """The value of a decimal or a fraction."""
        self.meter.charge(2 * STEP + 4 * len(text))
        match = NUMBER.fullmatch(text)
        if not match:
            raise self.fault(f"{quoted(text)} is not a number such as 3, -0.50 or 7/12")
        if len(text) > self.meter.max_digits:
            raise Resource(f"a number has more digits than --max-digits {self.meter.max_digits}")
        self.meter.charge(2 * (len(text) // 9) ** 2)
        sign, whole, digits, below = match.groups("")
        return int(sign + "1") * from_digits(whole + digits), from_digits(below or f"1{'0' * len(digits)}")

    def inputs(self) -> Iterator[tuple[Label, Vector]]:
        names, count = self.question.classes, len(self.fields())
        if max(*self.label, *self.input) >= count:
            raise self.fault(f"{count} columns")
        for _ in range(self.N):
            fields = self.fields()
            if len(fields) != count:
                raise self.fault(f"{len(fields)} fields, but there are {count} columns")
            self.meter.room(sum([PAIR + LIMB * len(fields[j]) for j in self.input]))
            own = [fields[j] for j in self.label]
            if names and own[0] not in names:
                raise self.fault(f"{quoted(own[0])} is none of the classes")
            label = names[own[0]] if names else [self.number(text) for text in own]
            if type(label) is list and self.question.decision == "sign" and abs(label[0][0]) != label[0][1]:
                raise self.fault("sign needs labels 1 or -1")
            yield label, [self.number(fields[j]) for j in self.input]
        self.stream.end()
        agree(self.stream, self.question.data)
