"""Small files of every kind that ask for much time or memory, each in any size."""

import json
from collections.abc import Callable
from typing import Any

from exactmem.certificates.writing.sgd_constants import sgd_constants_certificate
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.loss import SQUARED_LOSS
from tests.certificates.corpus import make_output_range as ranges
from tests.certificates.corpus import make_piece_bound as piece_bound
from tests.certificates.corpus import make_sgd_constants as sgd_constants
from tests.certificates.corpus.make_memorization import HARD_TANH, IDENTITY, fnn
from tests.support import checker_cases as cases
from tests.support.sgd_cases import RELU, random_network

MERSENNE = 2**61 - 1  # what Python's hash of a rational is reduced by


def memorization(*layers: Any, inputs: Any = (("1",),), label: str = "0") -> bytes:
    rows = [list(row) for row in inputs]
    return cases.dumps(cases.certificate(rows, [[label]] * len(rows), fnn(*layers)))


def many_denominators_in_a_sum(n: int) -> bytes:
    denominators = [10**20 + 2 * k * k + 1 for k in range(n)]
    units = cases.layer([[f"1/{d}"] for d in denominators], ["0"] * n, cases.RELU)
    return memorization(units, cases.layer([["1"] * n], ["0"], IDENTITY))


def many_denominators_in_a_row(n: int) -> bytes:
    row = [f"1/{10**100 + k * k + 7}" for k in range(n)]
    first = cases.layer([row], ["0"], HARD_TANH)
    return memorization(first, cases.layer([["1"]], ["0"], IDENTITY), inputs=[["1"] * n])


def one_long_number_many_times(n: int) -> bytes:
    first = cases.layer([["7" * 4000]], ["0"], cases.RELU)
    copies = cases.layer([["1"]] * n, ["0"] * n, cases.RELU)
    return memorization(first, copies, cases.layer([["1"] * n], ["0"], IDENTITY))


def units_on_a_line_over_many_denominators(n: int) -> bytes:
    first = cases.layer({"column": [f"1/{10**30 + 2 * k + 1}" for k in range(n)], "row": ["1"]}, ["1/3"] * n, HARD_TANH)
    second = cases.layer([["1"] * n] * 2, ["0", "0"], cases.RELU)
    inputs = [[f"1/{10**40 + k}"] for k in range(n)]
    return memorization(first, second, cases.layer([["1", "1"]], ["0"], IDENTITY), inputs=inputs)


def colliding_denominators(n: int) -> bytes:
    units = cases.layer([[f"1/{k * MERSENNE}"] for k in range(1, n)], ["0"] * (n - 1), cases.RELU)
    both = cases.layer([["1"] * (n - 1)] * 2, ["0", "0"], cases.RELU)
    return memorization(units, both, cases.layer([["1", "1"]], ["0"], IDENTITY))


def squares(n: int) -> bytes:
    layers = [cases.layer([["1"]], ["0"], {"kind": "square"}) for _ in range(n.bit_length() + 9)]
    document = cases.certificate([["3"]], [["0"]], fnn(cases.layer([["1"]], ["0"], IDENTITY)))
    document["network"] = fnn(*layers, cases.layer([["1"]], ["0"], IDENTITY))
    sizes = {"widths": [1] * len(layers), "hidden_nodes": len(layers), "edges": 2 * len(layers) + 2}
    document["claim"]["sizes"].update(sizes)
    return cases.dumps(cases.seal(document))


def parameters(text: str) -> Callable[[int], bytes]:
    def made(n: int) -> bytes:
        document = cases.dumps(cases.certificate([["1"]], [["1"]], fnn(cases.layer([["1"]], ["0"], IDENTITY))))
        values = ", ".join([text] * n)
        return document.replace(b'"parameters": {}', ('"parameters": {"a": [' + values + "]}").encode())

    return made


def short_rows(n: int) -> bytes:
    return memorization(cases.layer([["1"]], ["0"], IDENTITY), inputs=[[str(k)] for k in range(n)])


def many_layers(n: int) -> bytes:
    layers = [cases.layer([["1"]], ["0"], IDENTITY) for _ in range(n)]
    return memorization(*layers, label="1")


def a_spine(n: int) -> bytes:
    """A tree whose first parts are split again and again, so that the second parts wait."""
    N = n + 2
    signs = [[unit, coordinate, 0] for coordinate in (1, 2) for unit in range(n)]
    document = {
        "claim": {"kind": "needs-units", "source": "", "activation": cases.RELU, "units": n},
        "dataset": {"inputs": [[str(i)] for i in range(N)], "labels": [[str(i % 2)] for i in range(N)]},
        "refutation": {"vectors": [["-1"] * (N - 1)], "tree": signs + [0] * (len(signs) + 1)},
    }
    return cases.dumps(cases.assembled(document.pop("claim"), **document))


def colliding_kinks(n: int) -> bytes:
    """Units whose kinks all lie at multiples of the modulus of Python's hash."""
    units = cases.layer([["1"]] * n, [str(-k * MERSENNE) for k in range(n)], cases.RELU)
    second = cases.layer([["1"] * n] * 4, [str(-k) for k in range(4)], cases.RELU)
    return cases.dumps(piece_bound.certificate(fnn(units, second, cases.layer([["1"] * 4], ["0"], IDENTITY)), 4, 2, 0))


def tents(n: int) -> bytes:
    depth = n.bit_length()
    layers = [cases.layer([["1"], ["1"]], ["0", "-1"], cases.RELU)]
    layers += [cases.layer([["2", "-4"], ["2", "-4"]], ["0", "-1"], cases.RELU) for _ in range(depth - 1)]
    network = fnn(*layers, cases.layer([["2", "-4"]], ["0"], IDENTITY))
    return cases.dumps(piece_bound.certificate(network, 4, 2, 0))


def long_loss(n: int) -> bytes:
    document = json.loads(json.dumps(sgd_constants.HAND))
    document["claim"]["loss"]["coefficients"] = ["1/2"] + ["1"] * n
    document["claim"]["constants"]["C_2"] = "1" + "0" * 50 + "/3"
    return cases.dumps(cases.seal(document))


def long_radius(n: int) -> bytes:
    width = 8
    network = fnn(
        cases.layer([["1"]] * width, ["1/4"] * width, cases.RELU), cases.layer([["1"] * width], ["0"], IDENTITY)
    )
    return cases.dumps(sgd_constants.derived(network, [["3/4"]], f"1/{10**n + 1}"))


def many_samples(n: int) -> bytes:
    problem = Training(random_network(1, [2, 4, 3, 1], RELU, n), SQUARED_LOSS)
    return cases.dumps(sgd_constants_certificate(problem, constants(problem, 1)))


def output_range(layers: list[Any], region: Any, tree: list[Any], bound: str, at: list[str]) -> bytes:
    """A certificate whose minimum and maximum have the same tree, point and bound; it is REFUTED late or VERIFIED."""
    part = (ranges.found(bound, at, bound, at), ranges.trees(tree, tree))
    return cases.dumps(ranges.certificate(fnn(*layers), region, part))


def many_units_on_a_box(n: int) -> bytes:
    layers = [cases.layer([["0", "0", "0"]] * n, ["0"] * n, cases.RELU), cases.layer([["1"] * n], ["0"], IDENTITY)]
    return output_range(layers, ranges.box(["0"] * 3, ["1"] * 3), ["leaf"] * 6, "0", ["0"] * 3)


def long_numbers_on_a_box(n: int) -> bytes:
    unit = cases.layer([[f"1/{10**n + 1}"], [f"1/{10**n + 3}"]], ["1/7", "-1/11"], HARD_TANH)
    second = cases.layer([["1", f"1/{10**n + 7}"], ["1", f"-1/{10**n + 9}"]], ["0", "0"], HARD_TANH)
    last = cases.layer([["0", "0"]], ["0"], IDENTITY)
    return output_range([unit, second, last], ranges.box(["-1"], ["1"]), ["leaf"], "0", ["0"])


def a_deep_tree(n: int) -> bytes:
    cuts: list[Any] = [[0, 1, f"1/{k + 2}"] for k in range(n)]
    layers = [cases.layer([["0"]] * 150, ["0"] * 150, cases.RELU), cases.layer([["1"] * 150], ["0"], IDENTITY)]
    return output_range(layers, ranges.box(["-1"], ["1"]), [*cuts, *["leaf"] * (n + 1)], "0", ["0"])


HOSTILE: dict[str, tuple[Callable[[int], bytes], int, int]] = {
    "memorization-denominators-in-a-sum": (many_denominators_in_a_sum, 400, 1600),
    "memorization-denominators-in-a-row": (many_denominators_in_a_row, 100, 400),
    "memorization-one-long-number": (one_long_number_many_times, 500, 2000),
    "memorization-colliding-denominators": (colliding_denominators, 400, 1600),
    "memorization-line": (units_on_a_line_over_many_denominators, 40, 120),
    "memorization-squares": (squares, 16, 64),
    "memorization-short-rows": (short_rows, 1000, 4000),
    "memorization-layers": (many_layers, 500, 2000),
    "provenance-objects": (parameters("{}"), 20_000, 80_000),
    "provenance-small-objects": (parameters('{"a": 1}'), 5000, 20_000),
    "provenance-lists": (parameters("[[]]"), 20_000, 80_000),
    "provenance-integers": (parameters("12345"), 10_000, 40_000),
    "provenance-characters": (parameters('"\u20ac\U0001f600ab"'), 10_000, 40_000),
    "needs-units-spine": (a_spine, 30, 90),
    "piece-bound-colliding-kinks": (colliding_kinks, 40, 120),
    "piece-bound-tents": (tents, 2**6, 2**8),
    "output-range-units": (many_units_on_a_box, 300, 1200),
    "output-range-long-numbers": (long_numbers_on_a_box, 500, 2000),
    "output-range-deep-tree": (a_deep_tree, 50, 200),
    "sgd-constants-loss": (long_loss, 60, 240),
    "sgd-constants-radius": (long_radius, 300, 1200),
    "sgd-constants-samples": (many_samples, 6, 18),
}
