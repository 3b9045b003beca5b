"""Every cost of version 2 is charged before it is paid: bytes, lines, records, integers, memory."""

import random
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exactmem.activations import ABS, HARD_TANH, THRESHOLD, Activation
from exactmem.activations import RELU as RELU_LIKE
from exactmem.certificates import checker
from exactmem.certificates.checker import Limits
from exactmem.certificates.checking import document, sweep, verdicts
from exactmem.certificates.writing.version_2 import packed, write_answer, write_question
from exactmem.constructions.build import build
from exactmem.constructions.theorem import Choices
from exactmem.datasets import Dataset, make_dataset
from tests.certificates.corpus.make_memorization import IDENTITY, fnn
from tests.certificates.test_hostile_files import FREE, Recorder
from tests.certificates.test_version_2_corpus import GOOD, copied, verdict
from tests.support.checker_cases import RELU, certificate, layer
from tests.support.version_2_cases import Case, converted, edited, sealed, write

ONE = converted(certificate([["0"]], [["0"]], fnn(layer([["1"]], ["0"], RELU), layer([["1"]], ["0"], IDENTITY))))


def of_size(**sizes: int) -> Callable[[Case], Any]:
    return lambda case: case.question["sizes"].update(sizes)


def many_samples(n: int) -> Case:
    """n samples of one number each, which the network does not change."""
    eight = {"bytes": 8, "signed": True, "denominator": "7"}
    records = b"".join(struct.pack("<qq", k, k) for k in range(n))
    return edited(
        ONE,
        of_size(N=n),
        lambda case: case.question["data"].update(label=eight, input=eight),
        lambda case: setattr(case, "data", records),
    )


def long_integers(n: int) -> Case:
    """A sample of two integers of n bytes."""
    long = {"bytes": n, "signed": False, "denominator": "1"}
    return edited(
        ONE,
        lambda case: case.question["data"].update(label=long, input=long),
        lambda case: setattr(case, "data", 2 * (b"\1" * n)),
    )


def long_hexadecimal(n: int) -> Case:
    """A false certificate whose weight has n hexadecimal digits."""
    return edited(ONE, lambda case: case.lines.__setitem__(1, "0x1 0x" + "7" * n))


def a_wide_row(n: int) -> Case:
    """A row of n numbers."""
    return edited(
        ONE,
        of_size(d_x=n),
        lambda case: case.head["sizes"].update(edges=n + 3),
        lambda case: case.lines.__setitem__(1, " ".join(["0"] * (n + 1))),
        lambda case: setattr(case, "data", bytes(n + 1)),
    )


def many_classes(n: int) -> Case:
    """One sample of n classes, of which the network chooses the first."""
    texts = [f"class {k}" for k in range(n)]
    return edited(
        ONE,
        of_size(d_y=n),
        lambda case: case.question.update(decision="argmax", labels={"kind": "one-hot", "classes": texts}),
        lambda case: case.head["sizes"].update(edges=2 + 2 * n),
        lambda case: case.lines.__setitem__(3, {"rows": n, "form": "dense", "activation": IDENTITY}),
        lambda case: case.lines.__setitem__(slice(4, 5), ["1 1", *["0 1"] * (n - 1)]),
    )


def table(d_x: int, *lines: str) -> Case:
    """A CSV file of so many inputs; its first column is the label."""
    header = "," * lines[0].count(",")
    csv = {"kind": "csv", "label": [0], "input": list(range(1, d_x + 1))}
    return edited(
        ONE,
        of_size(N=len(lines), d_x=d_x),
        lambda case: case.head["sizes"].update(edges=d_x + 3),
        lambda case: case.lines.__setitem__(1, " ".join(["0", "1", *["0"] * (d_x - 1)])),
        lambda case: case.question.update(data=csv),
        lambda case: setattr(case, "data", "".join(f"{line}\n" for line in (header, *lines)).encode()),
    )


HOSTILE = {
    "csv-samples": (lambda n: table(1, *(f"{k}.0,{k}" for k in range(n))), 3000),
    "csv-long-decimals": (lambda n: table(1, *[f"0.{'3' * n},0.{'3' * n}"] * 2), 30_000),
    "csv-long-fractions": (lambda n: table(1, f"1/{'3' * n},1/{'3' * n}"), 30_000),
    "csv-wide-row": (lambda n: table(n, ",".join(["0"] * (n + 1))), 30_000),
    "csv-fields-of-other-columns": (lambda n: table(1, "0,0" + "," * n), 30_000),
    "csv-short-words": (lambda n: table(1, "0,0" + ", \N{GREEK SMALL LETTER PI}" * n), 100_000),
    "samples": (many_samples, 3000),
    "long-integers": (long_integers, 60_000),
    "long-hexadecimal": (long_hexadecimal, 60_000),
    "wide-row": (a_wide_row, 30_000),
    "classes": (many_classes, 2000),
}


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("name", HOSTILE)
def test_memory_stays_below_what_was_asked_for(
    name: str, plain: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, size = HOSTILE[name]
    write(tmp_path, sealed(make(size), "a"))
    monkeypatch.setattr(document, "Meter", Recorder)
    tracemalloc.start()
    try:
        found = verdict(tmp_path / "a.answer", plain=plain)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.word in ("VERIFIED", "REFUTED"), found
    assert peak <= Recorder.last.most + FREE
    for limit, cost in (("max_memory", Recorder.last.most), ("max_operations", Recorder.last.spent)):
        below = Limits(**{limit: cost - 1})
        assert verdict(tmp_path / "a.answer", plain=plain, limits=below).word == "RESOURCE"


def test_the_limit_on_bytes_is_for_all_three_files(tmp_path: Path) -> None:
    answer = copied(tmp_path)
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert verdict(answer, limits=Limits(max_bytes=size)).word == "VERIFIED"
    assert verdict(answer, limits=Limits(max_bytes=size - 1)) == ("RESOURCE", f"more than --max-bytes {size - 1}")


def test_with_less_and_less_to_spend_it_turns_to_resource_once() -> None:
    words = [verdict(GOOD, limits=Limits(max_operations=10**k)).word for k in range(9)]
    assert words == sorted(words)
    assert (words[0], words[-1]) == ("RESOURCE", "VERIFIED")


def test_sizes_that_no_file_has_cost_nothing(tmp_path: Path) -> None:
    for sizes in ({"N": 2**53 - 1}, {"d_x": 2**53 - 1}, {"d_y": 2**53 - 1}):
        write(tmp_path, sealed(edited(ONE, of_size(**sizes)), "a"))
        assert verdict(tmp_path / "a.answer").word == "MALFORMED"
    rows = edited(ONE, lambda case: case.lines[0].update(rows=2**53 - 1))
    layers = edited(ONE, lambda case: case.head.update(layers=2**53 - 1))
    for case in (rows, layers):
        write(tmp_path, sealed(case, "a"))
        assert verdict(tmp_path / "a.answer").word == "MALFORMED"


def test_a_line_without_an_end_is_read_as_far_as_the_limit(tmp_path: Path) -> None:
    answer = copied(tmp_path)
    with answer.open("ab") as file:
        file.write(b"0" * (1 << 22))
    assert verdict(answer, limits=Limits(max_bytes=1 << 21)).word in ("RESOURCE", "MALFORMED")
    start = answer.read_bytes().partition(b"\n")[0]
    answer.write_bytes(start + b" " * (1 << 22))
    assert verdict(answer, limits=Limits(max_bytes=1 << 21)).word == "RESOURCE"


def test_long_numbers_need_the_digits(tmp_path: Path) -> None:
    write(tmp_path, sealed(long_hexadecimal(1000), "a"))  # 1205 decimal digits
    assert verdict(tmp_path / "a.answer", limits=Limits(max_digits=1300)).word == "REFUTED"
    assert verdict(tmp_path / "a.answer", limits=Limits(max_digits=1200)).word == "RESOURCE"


def test_labels_that_stay_until_the_verdict_are_paid_for() -> None:
    kept = []
    for label in (0, [(10**15, 7)] * 50):
        meter = verdicts.Meter(checker.Limits())
        sweep.sorted_points([((k, label), (k, 1)) for k in range(3)], meter)
        kept.append(meter.kept)
    assert kept[1] - kept[0] >= 3 * 50 * verdicts.PAIR


def test_long_decimals_need_the_digits(tmp_path: Path) -> None:
    write(tmp_path, sealed(table(1, f"0.{'3' * 998},0.{'3' * 998}"), "a"))
    assert verdict(tmp_path / "a.answer", limits=Limits(max_digits=1000)).word == "VERIFIED"
    assert verdict(tmp_path / "a.answer", limits=Limits(max_digits=999)).word == "RESOURCE"


def test_the_defaults_grow_with_the_bytes_that_are_read() -> None:
    for version, most in ((1, 1 << 27), (2, 1 << 30)):
        meter = verdicts.Meter(checker.Limits())
        meter.version = version
        assert (meter.max_operations, meter.max_memory, meter.max_bytes) == (10**11, 1 << 32, most)
        meter.read(64_000)
        assert (meter.max_operations, meter.max_memory) == (10**11, 1 << 32)
        meter.read(59_936_000)
        assert (meter.max_operations, meter.max_memory) == (24 * 36 * 10**14, 1 << 32)
    meter.read(15 * 10**7)
    assert meter.max_memory == 64 * 21 * 10**7


def spent_per_byte(folder: Path, data: Dataset, *how: Any) -> float:
    """What the check of a network that is built for the data costs, per byte of its files."""
    folder.mkdir()
    made = build(data, *how)
    question = write_question(folder / "a.question", packed(data), made.decision)
    write_answer(folder / "a.answer", question, made.network, made.theorem.source, made.theorem.id, {})
    assert verdict(folder / "a.answer").word == "VERIFIED"
    return Recorder.last.spent / Recorder.last.size


def test_growing_weights_cost_as_the_root_of_the_samples_per_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "Meter", Recorder)
    rng = random.Random(1)
    costs = []
    for N in (500, 2000):
        inputs = [[rng.randrange(10**6) for _ in range(4)] for _ in range(N)]
        data = make_dataset(inputs, [[rng.randrange(10**6)] for _ in range(N)])
        costs.append(spent_per_byte(tmp_path / str(N), data, "3.1", None, RELU_LIKE))
    assert costs[1] <= 2 * costs[0]


@pytest.mark.parametrize(
    ("theorem", "activation", "d_x", "N"),
    [
        ("narrow-resnet", HARD_TANH, 1, 150),
        ("narrow-resnet", RELU_LIKE, 1, 150),
        ("4.1", HARD_TANH, 3, 150),
        ("4.2", RELU_LIKE, 2, 150),
        ("default-class", HARD_TANH, 2, 150),
        ("baum", THRESHOLD, 2, 300),
        ("bubeck", RELU_LIKE, 2, 150),
        ("real-labels", RELU_LIKE, 4, 100),
    ],
    ids=str,
)
def test_units_that_all_see_all_samples_stay_below_the_default(
    theorem: str, activation: Activation, d_x: int, N: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few numbers per sample and per unit: as much work per pair of bytes as certificates of our own ask for."""
    monkeypatch.setattr(document, "Meter", Recorder)
    rng = random.Random(1)
    inputs = [[rng.randrange(10**6) for _ in range(d_x)] for _ in range(N)]
    labels = [[int(i % 3 == k) for k in range(3)] for i in range(N)]
    if theorem in ("baum", "bubeck", "real-labels"):
        labels = [[rng.randrange(2)] for _ in range(N)]
    costs = []
    for count in (N // 3, N):
        data = make_dataset(inputs[:count], labels[:count])
        costs.append(spent_per_byte(tmp_path / str(count), data, theorem, None, activation) / Recorder.last.size)
    assert costs[1] * max(1, costs[1] / costs[0]) <= verdicts.OPERATIONS, costs


@pytest.mark.parametrize(
    ("theorem", "activation"),
    [("folklore", ABS), ("folklore", RELU_LIKE), ("two-layer", RELU_LIKE), ("two-layer", HARD_TANH)],
    ids=str,
)
def test_units_over_many_denominators_cost_no_more_per_byte(
    theorem: str, activation: Activation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Output weights of N denominators, or ramps between places of N denominators, add up to short slopes."""
    monkeypatch.setattr(document, "Meter", Recorder)
    rng = random.Random(1)
    costs = []
    for N in (400, 1600):
        inputs = [[rng.randrange(10**9)] for _ in range(N)]
        data = make_dataset(inputs, [[rng.randrange(10**6)] for _ in range(N)])
        costs.append(spent_per_byte(tmp_path / str(N), data, theorem, None, activation))
    assert costs[1] <= 1.25 * costs[0]


def test_a_sweep_of_short_records_stays_below_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two levels of sorted samples and the network take the same memory per byte at any size."""
    monkeypatch.setattr(document, "Meter", Recorder)
    rng = random.Random(1)
    inputs = [[rng.randrange(256) for _ in range(64)] for _ in range(1000)]
    data = make_dataset(inputs, [[int(i % 30 == k) for k in range(30)] for i in range(1000)])
    spent_per_byte(tmp_path / "3.2", data, "3.2", None, RELU_LIKE, Choices(flat=True))
    assert 30 * Recorder.last.size < Recorder.last.kept < verdicts.MEMORY * Recorder.last.size
