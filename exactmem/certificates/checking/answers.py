"""The answer of version 2: a network, line by line."""

from functools import partial

from . import memorization
from .affine_maps import Affine, Weights, affine_map, nonzero
from .networks import Layer, connected, read_activation
from .questions import Packed, read_question
from .streams import Stream
from .strict_json import Node, Rational
from .tables import Csv
from .verdicts import Meter, Refuted, quoted

START = b'{"format":"exactmem-answer"'
KINDS: dict[str, type[Packed] | type[Csv]] = {"csv": Csv, "packed": Packed}  # of data
FORMS = ("dense", "sparse", "rank-one")


def read_provenance(provenance: Node) -> None:
    """Malformed if it does not say how the certificate came about."""
    tool, construction, parameters = provenance.fields("tool", "construction", "parameters")
    tool.text()
    construction.text()
    parameters.expect(type(parameters.value) is dict, "expected an object")
    provenance.canonical()


def read_row(row: Node, form: str, inputs: int) -> tuple[Weights, Rational]:
    """The weights and the bias in a line."""
    if form != "sparse":
        bias, *weights = row.rationals(inputs + 1)
        return nonzero(weights), bias
    first, *entries = row.items()
    found, bias = Weights(), first.rational()
    for entry in entries:
        column, _, weight = entry.text().partition(":")
        entry.expect(column.isdecimal() and str(int(column[:16])) == column, "expected a column, ':' and a number")
        number = Node(weight, entry.step, entry.meter, row).rational()
        entry.expect((found[-1][0] if found else -1) < int(column) < inputs, "columns have to increase, within the map")
        entry.expect(number[0] != 0, "a listed entry is zero")
        found.append((int(column), number))
    return found, bias


def read_map(lines: Stream, rows: Node, form: Node, inputs: int, scale: int) -> list[Affine]:
    """The map that begins there, as maps to be applied one after the other."""
    rows.expect(rows.index(2**53) > 0, "expected a positive number")
    form.expect(form.text() in FORMS, f"unknown form {quoted(form.text())}")
    maps = list[Affine]()
    if form.value == "rank-one":
        row = nonzero(lines.items().rationals(inputs))
        maps.append(affine_map([(row, (0, 1))], inputs, scale, lines.meter))
        inputs = scale = 1
    terms = (read_row(lines.items(), form.value, inputs) for _ in range(rows.value))
    maps.append(affine_map(terms, inputs, scale, lines.meter))
    lines.confirm()
    return maps


def read_layer(lines: Stream, fnn: bool, inputs: int, scale: int, last: bool) -> Layer:
    """The next layer; its inputs are, in an fnn, multiplied by `scale`."""
    rows, form, kind = lines.json().fields("rows", "form", "activation")
    activation = read_activation(kind)
    inner = read_map(lines, rows, form, inputs, scale if fnn else 1)
    if fnn:
        kind.expect(not last or activation.kind == "identity", "the last layer's activation is not the identity")
        return Layer(inner, activation, [], False)
    rows, form, skip = lines.json().fields("rows", "form", "skip")
    skip.expect(type(skip.value) is bool, "expected true or false")
    skip.expect(skip.value or last, "only the last layer may have no skip connection")
    rows.expect(not skip.value or rows.value == inputs, f"expected {inputs} rows beside a skip connection")
    return Layer(inner, activation, read_map(lines, rows, form, len(inner[-1].rows), activation.scale), skip.value)


def examine_answer(lines: Stream, folder: str, meter: Meter, asked: str) -> str:
    """A summary of the claim if every check passes; Malformed, Refuted or Resource are raised otherwise.

    `lines` are those of an answer; its question lies in the folder. With `asked`, a digest, an answer to another
    question is refuted.
    """
    keys = ("format", "version", "question", "source", "architecture", "layers", "sizes", "provenance")
    _, version, question, source, architecture, layers, sizes, provenance = lines.json().fields(*keys)
    version.expect(version.canonical() == b"2", "expected version 2")
    source.text()
    read_provenance(provenance)
    question.fields("file", "sha256")
    problem = read_question(folder, question, meter)
    kind, own = problem.data.member("kind"), str(question.member("sha256").value)
    kind.expect(kind.text() in KINDS, f"unknown data {quoted(kind.text())}")
    samples = KINDS[kind.text()](problem, folder, meter)
    with samples.stream.file:
        layers.expect(layers.index(2**53) > 0, "expected a positive number")
        readers = (partial(read_layer, lines) for _ in range(layers.value))
        network = connected(architecture, readers, layers.value, problem.d_x)
        lines.end()
        memorization.compare(sizes, memorization.sizes(network))
        outputs = f"{network.outputs} outputs, but the labels have {problem.d_y} coordinates"
        layers.expect(network.outputs == problem.d_y, outputs)
        if asked not in ("", own):
            for _ in samples.inputs():
                pass  # a malformed one is not refuted
            raise Refuted(f"about other data: its question has the digest {own}")
        return f"{memorization.check((problem.decision, samples, network), meter)}, question {own}"
