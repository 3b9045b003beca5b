"""Hostile and unlucky input: limits are kept, output cannot be forged, nothing ends in a traceback."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from exactmem.certificates import checker
from exactmem.certificates.checker import Limits, check_bytes, check_file
from exactmem.certificates.checking import (
    affine_maps,
    evaluation,
    lines,
    memorization,
    metered,
    networks,
    strict_json,
    sums,
    units,
)
from exactmem.certificates.checking import document as top_level
from exactmem.certificates.checking.verdicts import DEFAULT_LIMITS, OVERHEAD, Meter, limbs
from tests.support import checker_cases as cases

VALID = Path(__file__).parent / "corpus" / "memorization" / "valid"
GOOD, LONG = VALID / "one-relu.json", VALID / "numbers-beyond-4300-digits.json"
IDENTITY = {"kind": "identity"}
SQUARE = {"kind": "square"}


def fnn(*layers: cases.Document) -> cases.Document:
    return {"architecture": "fnn", "layers": list(layers)}


def with_parameters(parameters: str) -> bytes:
    return GOOD.read_bytes().replace(b'"parameters": {}', b'"parameters": ' + parameters.encode())


# ---- each limit ------------------------------------------------------------------------------------------------------


def test_file_size() -> None:
    size = GOOD.stat().st_size
    assert check_file(str(GOOD), Limits(max_bytes=size)).word == "VERIFIED"
    assert check_file(str(GOOD), Limits(max_bytes=size - 1)) == ("RESOURCE", f"more than --max-bytes {size - 1}")


def test_digits() -> None:
    assert check_file(str(LONG), Limits(max_digits=5001)).word == "VERIFIED"
    assert check_file(str(LONG), Limits(max_digits=5000)).word == "RESOURCE"
    assert check_file(str(GOOD), Limits(max_digits=1)).word == "VERIFIED"
    for number in ("-10", "1/10"):
        document = json.loads(GOOD.read_bytes())
        document["dataset"]["inputs"][0][0] = number
        assert check_bytes(cases.dumps(cases.seal(document)), Limits(max_digits=1)).word == "RESOURCE"


def test_arithmetic() -> None:
    verdicts = [check_file(str(GOOD), Limits(max_operations=10**k)).word for k in range(9)]
    assert verdicts[0] == "RESOURCE"
    assert verdicts[-1] == "VERIFIED"
    assert sorted(verdicts) == verdicts


def test_depth() -> None:
    document = with_parameters('{"a": ' + "[" * 30 + "]" * 30 + "}")
    assert check_bytes(document).word == "RESOURCE"
    assert check_bytes(document, Limits(max_depth=33)).word == "VERIFIED"
    assert check_bytes(GOOD.read_bytes(), Limits(max_depth=6)).word == "VERIFIED"
    assert check_bytes(GOOD.read_bytes(), Limits(max_depth=5)).word == "RESOURCE"


def test_brackets_in_strings_are_no_nesting() -> None:
    for text in ("[" * 100, '\\"' + "[" * 100, "\\\\\\\\", '\\\\\\"' + "{" * 100, "\\u005b\\\\"):
        assert check_bytes(with_parameters('{"a": "' + text + '"}')).word == "VERIFIED", text
    hidden = '{"a": "\\\\", "b": ' + "[" * 100 + "]" * 100 + "}"
    assert check_bytes(with_parameters(hidden)).word == "RESOURCE"


@pytest.mark.parametrize("opening", ["[", '{"a":', '["\\"",', "[[],"])
def test_nesting_bombs(opening: str) -> None:
    assert check_bytes(opening.encode() * 200_000).word == "RESOURCE"


# ---- work bombs: a small file that asks for much arithmetic ----------------------------------------------------------


def squares(count: int) -> cases.Document:
    layers = [cases.layer([["1"]], ["0"], SQUARE) for _ in range(count)]
    return cases.certificate([["3"]], [["0"]], fnn(cases.layer([["1"]], ["0"], IDENTITY)), "equal") | {
        "network": fnn(*layers, cases.layer([["1"]], ["0"], IDENTITY))
    }


def resealed(document: cases.Document, **sizes: Any) -> bytes:
    document["claim"]["sizes"].update(sizes)
    return cases.dumps(cases.seal(document))


def many_denominators(width: int, digits: int) -> cases.Document:
    """A row whose common denominator is about width times as long as each of its denominators."""
    row = [f"1/{10**digits + k * k + 7}" for k in range(width)]
    network = fnn(cases.layer([row], ["0"], {"kind": "hard-tanh"}), cases.layer([["1"]], ["0"], IDENTITY))
    return cases.certificate([["1"] * width], [["0"]], network)


def distinct_lines(width: int, samples: int) -> cases.Document:
    """A rank-one first layer whose units have long and different denominators, samples too."""
    first = {"column": [f"1/{10**60 + 2 * k + 1}" for k in range(width)], "row": ["1"]}
    inner = cases.layer(first, ["1/3"] * width, {"kind": "hard-tanh"})
    outer = cases.layer([["1"] * width] * width, ["0"] * width, cases.RELU)
    last = cases.layer([["1"] * width], ["0"], IDENTITY)
    inputs = [[f"1/{10**200 + k}"] for k in range(samples)]
    return cases.certificate(inputs, [["0"]] * samples, fnn(inner, outer, last))


BOMBS = {
    "squares": lambda: resealed(squares(60), widths=[1] * 60, hidden_nodes=60, edges=122),
    "row-denominators": lambda: cases.dumps(many_denominators(1500, 900)),
    "line-denominators": lambda: cases.dumps(distinct_lines(80, 400)),
    "long-numbers": lambda: with_parameters("{}").replace(b'"5/2"', b'"' + b"7" * 99_999 + b'"', 1),
    "many-short-numbers": lambda: b'{"a": [' + b'"1", ' * 400_000 + b'"1"]}',
    "brackets": lambda: b"[" + b"[]," * 400_000 + b"[]]",
    "quotes": lambda: b'["' + b'\\"' * 600_000,
    "backslashes": lambda: b'["' + b"\\" * 1_200_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_work_bombs_stop_in_time(name: str) -> None:
    """With a budget of about a second no file takes more than a few."""
    data = BOMBS[name]()
    start = time.monotonic()
    verdict = check_bytes(data, Limits(max_operations=5 * 10**8))
    assert time.monotonic() - start < 10
    assert verdict.word in ("RESOURCE", "REFUTED", "MALFORMED")
    assert "internal error" not in verdict.detail


DIGITS = 20_000
LONG_NUMBER = int("7" * 4000) ** (DIGITS // 4000)
SIZE = limbs(LONG_NUMBER)


def affine(weight: str, meter: Meter) -> affine_maps.Affine:
    weights, bias = strict_json.Node([[weight]], "weight", meter), strict_json.Node(["0"], "bias", meter)
    return affine_maps.read_affine(weights, bias, 1, 1)[0]


def units_on(meter: Meter, *own: lines.Line, after: str = "1") -> units.Units:
    """Units on these lines before |t|, all of the same weight, made without charge."""
    free = Meter(DEFAULT_LIMITS)
    weights, bias = strict_json.Node([[after] * len(own)], "weight", free), strict_json.Node(["0"], "bias", free)
    (map_,) = affine_maps.read_affine(weights, bias, len(own), 1)
    made = units.Units(networks.FIXED_ACTIVATIONS["abs"], map_, free)
    made.follow(list(own))
    made.meter = meter
    return made


def moving(meter: Meter, line: lines.Line, after: str = "1") -> units.Units:
    """A unit on this line that was added without charge."""
    made = units_on(Meter(DEFAULT_LIMITS), line, after=after)
    made.enter(0, 1)
    made.meter = meter
    return made


LONG_LINE = lines.Line(LONG_NUMBER, 1, LONG_NUMBER + 1)
POINTS = lines.Points([(0, 1), (LONG_NUMBER, 1)], [0, 1], SIZE + 1)


WORK = {
    "reading": lambda meter: strict_json.Node("7" * DIGITS * 4, "", meter).rational(),
    "lowest-terms": lambda meter: sums.add_up([(1, LONG_NUMBER)], LONG_NUMBER, meter),
    "common-denominators": lambda meter: affine_maps.common_denominator([LONG_NUMBER, LONG_NUMBER + 1], meter),
    "integer-rows": lambda meter: affine_maps.integer_row([(0, (LONG_NUMBER, 2))], (1, LONG_NUMBER), 1, meter),
    "fractions": lambda meter: sums.add_up([(1, LONG_NUMBER), (1, LONG_NUMBER + 1)], 1, meter),
    "division": lambda meter: sums.add_up([(LONG_NUMBER**2, LONG_NUMBER)], 1, meter),
    "scales": lambda meter: affine_maps.integer_row([(0, (1, 2))], (1, 2), LONG_NUMBER, meter),
    "products": lambda meter: evaluation.through(
        [affine("7" * DIGITS, Meter(DEFAULT_LIMITS))], [(LONG_NUMBER, 1)], meter
    ),
    "squares": lambda meter: evaluation.activate(
        networks.FIXED_ACTIVATIONS["square"], [(LONG_NUMBER, LONG_NUMBER + 1)], meter
    ),
    "slopes": lambda meter: evaluation.activate(
        networks.Activation("relu-like", (0,), ((0, 0), (LONG_NUMBER, 0))), [(LONG_NUMBER, 1)], meter
    ),
    "numbers": lambda meter: metered.Number(LONG_NUMBER, meter) * LONG_NUMBER,
    "comparisons": lambda meter: metered.Number(LONG_NUMBER, meter) > LONG_NUMBER,
    "lowest-lines": lambda meter: moving(meter, LONG_LINE, after="1/" + "7" * DIGITS).as_lines([]),
    "crossings": lambda meter: lines.changes(LONG_LINE, networks.FIXED_ACTIVATIONS["abs"], POINTS, 0, 2, meter),
    "moving": lambda meter: units_on(meter, LONG_LINE, after="7" * DIGITS).enter(0, 1),
    "new-denominators": lambda meter: moving(meter, lines.Line(1, 0, LONG_NUMBER)).add(0, LONG_NUMBER),
    "moving-points": lambda meter: moving(meter, LONG_LINE).at((LONG_NUMBER, 1), lowest=False),
    "points-in-lowest-terms": lambda meter: moving(meter, LONG_LINE).at((1, 3), lowest=True),
    "numbers-in-messages": lambda meter: memorization.shown((LONG_NUMBER, LONG_NUMBER + 1), meter),
}


@pytest.mark.parametrize("name", WORK)
def test_products_of_long_numbers_are_charged(name: str) -> None:
    meter = Meter(DEFAULT_LIMITS)
    WORK[name](meter)
    assert meter.spent >= SIZE**2


def test_many_short_operations_are_charged() -> None:
    meter = Meter(DEFAULT_LIMITS)
    matrix, bias = (strict_json.Node(value, "", Meter(DEFAULT_LIMITS)) for value in ([["1"] * 1000], ["0"]))
    row = affine_maps.read_affine(matrix, bias, 1000, 1)
    evaluation.through(row, [(1, 1)] * 1000, meter)
    assert meter.spent >= 1000 * OVERHEAD
    meter = Meter(DEFAULT_LIMITS)
    sum([metered.Number(1, meter)] * 1000)
    assert meter.spent >= 1000 * 20 * OVERHEAD


def test_squares_run_into_the_default_budget_too() -> None:
    assert check_bytes(BOMBS["squares"](), Limits(max_operations=10**10)).word == "RESOURCE"


def test_a_giant_sparse_shape_allocates_nothing() -> None:
    for shape in ([10**15, 1], [1, 10**15], [10**15, 10**15]):
        weight = {"shape": shape, "entries": []}
        document = json.loads(GOOD.read_bytes())
        document["network"]["layers"][0]["weight"] = weight
        assert check_bytes(cases.dumps(cases.seal(document))).detail.startswith("network.layers[0].weight.shape: ")


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_running_out_of_memory_or_stack_is_resource(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(top_level, "parse_json", fail)
    verdict = check_bytes(GOOD.read_bytes())
    assert verdict.word == "RESOURCE"
    assert "Error" not in verdict.detail


def test_what_is_no_json_is_told_in_the_checker_s_own_words() -> None:
    for text in (b"", b"x,y\n1,2\n", b'{"format": '):
        verdict = check_bytes(text)
        assert verdict.word == "MALFORMED"
        assert re.fullmatch(r"not JSON from line \d+, column \d+ on: give a certificate, whole .*", verdict.detail)
    assert check_bytes(b"[" * 100_000).word == "RESOURCE"


def test_an_unforeseen_error_is_never_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise KeyError("VERIFIED\n")

    monkeypatch.setattr(top_level, "find_kind", fail)
    verdict = check_bytes(GOOD.read_bytes())
    assert verdict.word == "RESOURCE"
    assert "internal error, KeyError" in verdict.detail
    assert verdict.detail.isprintable()


def test_the_interpreter_wide_digit_limit_is_neither_needed_nor_changed() -> None:
    before = sys.get_int_max_str_digits()
    try:
        sys.set_int_max_str_digits(640)
        assert check_file(str(LONG)).word == "VERIFIED"
        assert sys.get_int_max_str_digits() == 640
    finally:
        sys.set_int_max_str_digits(before)


# ---- files and the command line --------------------------------------------------------------------------------------


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", "nul\0byte", "", tmp_path / ("x" * 5000)):
        verdict = check_file(str(path))
        assert verdict.word == "MALFORMED"
        assert verdict.detail.startswith("cannot be read: ")


def test_an_endless_file_is_not_read_to_its_end() -> None:
    assert check_file("/dev/zero", Limits(max_bytes=1000)).word == "RESOURCE"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--json"],
        ["--unknown", "x"],
        ["--max-bytes", "0", "x"],
        ["--max-depth", "1e3", "x"],
        ["--max-digits=-1", "x"],
    ],
)
def test_bad_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert checker.main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "usage: checker.py" in output.err


def test_options_between_files_and_files_that_look_like_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert checker.main([str(GOOD), "--max-depth", "5", str(GOOD)]) == 3
    assert checker.main(["--max-depth=9", str(GOOD), "--", "--json", str(GOOD)]) == 2
    words = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert words == ["RESOURCE", "RESOURCE", "VERIFIED", "MALFORMED", "VERIFIED"]


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert checker.main(["--help"]) == 0
    output = capsys.readouterr().out
    assert "example: python checker.py" in output
    assert "VERIFIED iris" not in output


def test_no_name_can_forge_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(GOOD.read_bytes())
    document["\nVERIFIED \u2028"] = 1
    path = tmp_path / "a\nVERIFIED b\u2028.json"
    path.write_bytes(cases.dumps(document))
    assert checker.main([str(path)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("MALFORMED ")


def test_a_path_that_is_not_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.json"
    Path(os.fsdecode(path)).write_bytes(GOOD.read_bytes())
    assert checker.main([os.fsdecode(path)]) == 0
    assert checker.main(["--json", os.fsdecode(path)]) == 0
    assert capsys.readouterr().out.startswith("VERIFIED ")


def test_interrupt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checker, "check_file", interrupt)
    assert checker.main([str(GOOD)]) == 130
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_verdict_that_cannot_be_written_is_no_success(option: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, checker.__file__, *option, str(GOOD)]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_verdict_for_a_full_or_closed_output_is_no_success(option: list[str]) -> None:
    command = [sys.executable, checker.__file__, *option, str(GOOD)]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "checker.py: cannot write the verdict: No space left on device\n")
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    done = subprocess.run(closed, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "checker.py: cannot write the verdict: standard output is closed\n")
    done = subprocess.run([*closed[:2], 'exec "$@" >&- 2>&-', *closed[3:]], check=False)
    assert done.returncode == 3


# ---- progress --------------------------------------------------------------------------------------------------------


def test_progress_is_told_of_every_phase() -> None:
    told: list[tuple[str, int, int]] = []
    for path in (GOOD, VALID.parents[1] / "version_2" / "valid" / "one-relu.answer"):
        told.clear()
        assert check_file(str(path), progress=lambda *call: told.append(call)).word == "VERIFIED"
        assert [(what, count) for what, count, _ in told] == [("read", 0), ("decided", 0)]
        assert len({total for *_, total in told}) == 1


def test_pace_is_told_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    seconds = iter([0, 0, 0.5, 2, 2.5, 4])
    monkeypatch.setattr(checker.time, "monotonic_ns", lambda: int(next(seconds) * 10**9))
    progress = checker.paced(said.append)
    for count in (0, 256, 512, 768, 1000):
        progress("read", count, 1000)
    assert said == [
        "512 of 1000 samples read, 256 a second, 1 s left",
        "1000 of 1000 samples read, 250 a second, 0 s left",
    ]


def test_pace_stands_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    checker.say("half")
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert checker.main([str(GOOD)]) == 0
    captured = capsys.readouterr()
    assert captured.err == "\r\x1b[K"
    assert captured.out.startswith("VERIFIED ")
    monkeypatch.setattr(sys, "stderr", None)
    checker.say("half")
