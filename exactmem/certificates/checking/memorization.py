"""The claim "memorization": the network answers every sample of the dataset correctly."""

from fractions import Fraction
from typing import Any

from .evaluation import outputs
from .networks import Dataset, Network, read_dataset, read_network
from .strict_json import Rational, Vector, at, canonical, expect, fields, text
from .verdicts import OVERHEAD, Meter, Refuted, limbs, quoted

SECTIONS = ("dataset", "network")
Question = tuple[str, Dataset, Network]  # does the network decide every sample as its label says, in this sense?


def shown(value: Rational) -> str:
    """The value exactly where it is short, else approximately, with its length."""
    above, below = Fraction(*value).as_integer_ratio()
    bits = max(above.bit_length(), below.bit_length())
    if bits < 200:
        return f"{above}/{below}" if below > 1 else f"{above}"
    sign, (whole, rest) = "-" if above < 0 else "", divmod(abs(above), below)
    if whole.bit_length() > 200:
        return f"about {sign}2^{whole.bit_length()}"
    return f"about {sign}{whole}.{rest * 10**12 // below:012d} (a fraction of {bits} bits)"


def fault(decision: str, label: Vector, output: Vector) -> str:
    """What is wrong with the output in the sense of the decision; empty if nothing is."""
    best = label.index((1, 1)) if decision == "argmax" else 0
    above, below = output[best]
    for k, (expected, found) in enumerate(zip(label, output, strict=True)):
        if decision == "equal" and found[0] * expected[1] != expected[0] * found[1]:
            return f", coordinate {k}: expected {shown(expected)}, obtained {shown(found)}"
        if decision == "argmax" and k != best and found[0] * below >= above * found[1]:
            obtained = f"{shown(output[best])} there and {shown(found)} at coordinate {k}"
            return f": expected coordinate {best} strictly largest, obtained {obtained}"
        if decision == "sign" and expected[0] * found[0] <= 0:
            return f": expected the sign of {shown(expected)}, obtained {shown(found)}"
    return ""


def check_labels(decision: str, labels: list[Vector]) -> None:
    d_y = len(labels[0])
    expect(decision != "argmax" or d_y > 1, "argmax needs at least two coordinates", "[0]")
    one_hot = [(0, 1)] * (d_y - 1) + [(1, 1)]
    for i, label in enumerate(labels):
        expect(decision != "argmax" or sorted(label) == one_hot, "argmax needs one-hot labels", f"[{i}]")
        expect(decision != "sign" or label in ([(1, 1)], [(-1, 1)]), "sign needs labels '1' or '-1'", f"[{i}]")


def check_sizes(sizes: Any, dataset: Dataset, network: Network) -> None:
    expected: dict[str, Any] = {"N": len(dataset.inputs), "d_x": len(dataset.inputs[0]), "d_y": len(dataset.labels[0])}
    expected |= {"widths": network.widths, "hidden_nodes": sum(network.widths), "edges": network.edges}
    fields(sizes, *expected)
    for name, value in expected.items():
        same = canonical(sizes[name]) == canonical(value)  # unlike ==, tells true from 1
        expect(same, f"expected {value} from the dataset and network", name)


def read(document: dict[str, Any], meter: Meter) -> Question:
    dataset = at("dataset", read_dataset, document["dataset"], meter)
    network = at("network", read_network, document["network"], len(dataset.inputs[0]), meter)
    d_y = len(dataset.labels[0])
    reason = f"{network.outputs} outputs, but the labels have {d_y} coordinates"
    expect(network.outputs == d_y, reason, f"network.layers[{len(network.layers) - 1}]")
    _, decision, source, sizes = at("claim", fields, document["claim"], "kind", "decision", "source", "sizes")
    at("claim.decision", text, decision)
    expect(decision in ("equal", "argmax", "sign"), f"unknown decision {quoted(decision)}", "claim.decision")
    at("claim.source", text, source)
    at("claim.sizes", check_sizes, sizes, dataset, network)
    at("dataset.labels", check_labels, decision, dataset.labels)
    return decision, dataset, network


def check(question: Question, meter: Meter) -> str:
    """A summary if every sample is decided correctly; else Refuted with the first sample that is not."""
    decision, dataset, network = question
    first, reason = len(dataset.inputs), ""
    for sample, output in outputs(network, dataset, meter):
        meter.charge(OVERHEAD + sum([limbs(above) + limbs(below) for above, below in output]) ** 2)
        wrong = fault(decision, dataset.labels[sample], output) if sample < first else ""
        if wrong:
            first, reason = sample, wrong
    if reason:
        raise Refuted(f"sample {first}{reason}")
    return f"memorization ({decision}) by {network.architecture}, N = {first}, widths {network.widths}"
