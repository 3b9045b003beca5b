"""Deliberate faults in the checker, one at a time: `python tests/certificates/fault_injection.py [FIRST [LAST]]`.

Run by hand, from the repository: each fault is put into a copy, which has to fail the corpus or, if it passes that, the
checker's tests. Prints every fault with what noticed it; the exit code is 0 if no fault survives but those that change
nothing, whose reason stands in EQUIVALENT.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CHECKING = Path("exactmem/certificates/checking")

FAULTS = [  # file, text that stands there once, text in its place
    ("document", 'name.value == "exactmem-certificate"', "bool(name.value)"),
    ("document", 'version.canonical() == b"1"', "version.value == 1"),
    ("document", "    provenance.canonical()\n", ""),
    ("document", 'digest.expect(same, "does', 'digest.expect(True, "does'),
    ("document", "    tool.text()\n", ""),
    ("document", "if len(data) > limits.max_bytes:", "if len(data) > 2 * limits.max_bytes:"),
    ("strict_json", "(?!-0)", ""),
    ("strict_json", "if below and (denominator == 1 or", "if below and ("),
    ("strict_json", "or math.gcd(numerator, denominator) != 1", ""),
    ("strict_json", "if key in result:", "if False:"),
    ("strict_json", "abs(int(text)) >= 2**53", "False"),
    ("strict_json", "            self.expect(key in names", "            self.expect(True or key in names"),
    ("strict_json", "0 <= self.value < bound", "0 <= self.value <= bound"),
    ("strict_json", "type(self.value) is int and 0 <=", "isinstance(self.value, int) and 0 <="),
    ("strict_json", "if depth > meter.max_depth:", "if depth > meter.max_depth + 1:"),
    ("strict_json", "if max(len(above), len(below)) > self", "if len(above) > self"),
    ("strict_json", "from_digits(digits[:-low]) * int(10**low)", "from_digits(digits[:-low]) * int(10**(low - 1))"),
    ("networks", "right > left >= 0", "right > left"),
    ("networks", "right > left >= 0", "right >= left >= 0"),
    ("networks", "not last or activation.kind == \"identity\"", "True"),
    ("networks", "skip.value or last", "True"),
    ("networks", "len(tables[1]) == len(tables[0])", "len(tables[1]) >= len(tables[0])"),
    ("networks", "edges += (maps[0].inputs + 1) * outputs", "edges += maps[0].inputs * outputs"),
    ("networks", '"threshold", (0,), ((0, 0), (0, 1))', '"threshold", (0,), ((0, -1), (0, 1))'),
    ("networks", "((0, -1), (1, 0), (0, 1))", "((0, -1), (1, 0), (1, 0))"),
    ("networks", "right_below * left_below)", "right_below)"),
    ("affine_maps", "before < place", "before <= place"),
    ("affine_maps", 'weight.value != "0"', "True"),
    ("affine_maps", "inputs, scale = len(rows), 1", "inputs = len(rows)"),
    ("affine_maps", "bias[0] * (common // bias[1]) * scale", "bias[0] * (common // bias[1])"),
    ("affine_maps", "== [outputs, inputs]", "== [inputs, outputs]"),
    ("sums", "a * (d // common) + c * (b // common), b * (d // common)", "a * d + c * b, b * (d // common)"),
    ("sums", "    return total // divisor, below // divisor", "    return total // divisor, below"),
    ("sums", "odd = parts[len(parts) & ~1 :]", "odd = parts[:0]"),
    ("sums", "if values[j][1] != denominators[-1]:", "if values[j][1] > 2 * denominators[-1]:"),
    ("sums", "whole * common + rest", "whole + rest"),
    ("evaluation", "if numerator < breakpoint * denominator:", "if numerator <= breakpoint * denominator:"),
    ("evaluation", "above * above, below * below", "above * above, below"),
    ("evaluation", "if layer.skip:", "if not layer.skip:"),
    ("evaluation", "if piece != self.lines[j][0]:", "if piece > self.lines[j][0]:"),
    ("evaluation", "rest = [network.layers[1]._replace(inner=others)", "rest = [network.layers[1]._replace(inner=[])"),
    ("evaluation", "sorted(points)", "sorted(points, reverse=True)"),
    ("evaluation", "(slope * bias + value * denominator) * factor", "(slope * bias + value) * factor"),
    ("evaluation", "first.inner[-1].inputs == 1", "True"),
    ("memorization", "sample < first and", ""),
    ("memorization", "found[0] * below >= above * found[1]", "found[0] * below > above * found[1]"),
    ("memorization", "expected[0] * found[0] <= 0", "expected[0] * found[0] < 0"),
    ("memorization", "found[0] * expected[1] != expected[0] * found[1]", "found[0] != expected[0]"),
    ("memorization", "d_y > 1 and sorted(label) == one_hot", "sorted(label) == one_hot"),
    ("memorization", "network.outputs == d_y", "network.outputs >= d_y"),
    ("needs_units", "x < next_x", "x != next_x"),
    ("needs_units", "first < last, \"a range", "first <= last, \"a range"),
    ("needs_units", "(coordinate == 0 and u < unit)", "(coordinate == 0 and u <= unit)"),
    ("needs_units", "(coordinate == 0 and u < unit)", "False"),
    ("needs_units", "u < unit):\n            low", "u < unit + 1):\n            low"),
    ("needs_units", "box[0][0] <= box[1][1]", "box[0][0] < box[1][1]"),
    ("needs_units", "if end >= second[0]:", "if end > second[0]:"),
    ("needs_units", "if end <= last + 1:", "if end <= last:"),
    ("needs_units", "range(first + 1, second[1] + 2)", "range(first + 1, second[1] + 1)"),
    ("needs_units", "for k in range(first, last + 2):", "for k in range(first, last + 1):"),
    ("needs_units", "positive == 0 and least < 0", "positive == 0 and least < -1"),
    ("needs_units", "negative == 1 and largest > 0", "negative == 1 and largest > 1"),
    ("needs_units", "strict=True)) < 0", "strict=True)) <= 0"),
    ("needs_units", "tree.expect(not pending,", "tree.expect(True,"),
    ("piece_bound", 'not in ("threshold", "square")', 'not in ("square",)'),
    ("piece_bound", "c * b == i * a * d", "c == i * a"),
    ("piece_bound", "share > 0 or k == 0", "share > 0"),
    ("piece_bound", "share < 1 or k == last", "share < 1"),
    ("piece_bound", "if pieces >= N - 1:", "if pieces >= N:"),
    ("piece_bound", "if share != before]", "]"),
    ("piece_bound", "for i in range(missed + 1):", "for i in range(missed, missed + 1):"),
    ("piece_bound", "if fitted and i == missed:", "if False:"),
    ("piece_bound", "1 + len(layer.activation.breakpoints) * width", "1 + width"),
    ("sgd_constants", "N % batch.value == 0", "True"),
    ("sgd_constants", "values[0].value > 0", "values[0].value >= 0"),
    ("sgd_constants", ">= curvature**2 * matrix[i][i]", ">= matrix[i][i]"),
    ("sgd_sample", "factor * weight, row.denominator", "weight, row.denominator"),
    ("sgd_sample", "if output != expected:", "if False:"),
    ("sgd_sample", "min((abs(z - b)", "max((abs(z - b)"),
    ("sgd_inequalities", "moved = reach + (T * r) ** 2 * squared_norm(live, meter)", "pass"),
    ("sgd_inequalities", "left > 0 and moved", "moved"),
    ("sgd_inequalities", "(b.G[l + 1] * b.v[l]) ** 2 + ", ""),
    ("sgd_inequalities", "b.d[l + 1] + b.G[l + 1] * r", "b.d[l + 1]"),
    ("sgd_inequalities", "(s * b.alpha[l - 1]) ** 2 + (b.w[l] * b.F[l - 1]) ** 2", "(s * b.alpha[l - 1]) ** 2"),
    ("sgd_inequalities", "total = total + low", "pass"),
    ("sgd_inequalities", "total = total - high", "pass"),
    ("sgd_inequalities", "B = b.G[l] * b.alpha[l - 1], (b.d[l] + b.G[l] * r)", "B = b.G[l] * b.alpha[l - 1], b.d[l]"),
    ("sgd_inequalities", "E * E <= low * B", "E <= low * B"),
    ("sgd_inequalities", "difference.value == 0", "difference.value <= 0"),
    ("sgd_inequalities", "third * (c[\"C_2\"] + c[\"C_3\"] * r) ** 2", "third"),
    ("sgd_inequalities", "abs(c) * (k * (k - 1) * (k - 2))", "c * (k * (k - 1) * (k - 2))"),
    ("sgd_inequalities", "c[\"C_2\"] * r + c[\"C_3\"] * r * r)", "c[\"C_2\"] * r)"),
    ("sgd_inequalities", "+ low * c[\"C_5\"]", ""),
    ("linear_algebra", "4 * x * (x - a) >= b * b", "4 * x * x >= b * b"),
    ("linear_algebra", "x >= a and", ""),
    ("linear_algebra", "if pivot < 0 or (pivot == 0 and any(rows[k][k + 1 :])):", "if pivot < 0:"),
    ("linear_algebra", "        before = pivot\n", ""),
    ("linear_algebra", "if by_row * by_column <= bound:", "if by_row <= bound:"),
    ("metered", "self.meter.charge(24", "self.meter.charge(0 * 24"),
    ("output_range", "on and 0 <= t <= 1", "on"),
    ("output_range", "on and 0 <= t <= 1", "0 <= t <= 1"),
    ("output_range", "return all(a <= v <= b for", "return all(a <= v for"),
    ("output_range", "for order in permutations(self.free()):", "for order in [self.free()]:"),
    ("output_range", "all(a <= b for a, b in zip(low, high, strict=True))", "True"),
    ("output_range", "len(result.free()) <= MAX_FREE", "True"),
    ("output_range", "second.expect(low != high,", "second.expect(True,"),
    ("output_range", "item.expect(open_parts > 0,", "item.expect(True,"),
    ("output_range", "second.expect(i < j,", "second.expect(i <= j,"),
    ("output_range", "share.expect(0 < q < 1", "share.expect(0 <= q < 1"),
    ("output_range", "share.expect(0 < q < 1", "share.expect(0 < q <= 1"),
    ("output_range", "tree.expect(open_parts == 0,", "tree.expect(True,"),
    ("output_range", "    check_activations(document.member(\"network\"), network)\n", ""),
    ("output_range", "output.expect(k > before,", "output.expect(k >= before,"),
    ("output_range", "if not region.holds(at):", "if False:"),
    ("output_range", "if Fraction(*found) != value:", "if sign * Fraction(*found) > sign * value:"),
    ("output_range", "sign, meter) > sign * value:", "sign, meter) > abs(value) + 1:"),
    ("output_range", "for k in (i, j):", "for k in (j, i):"),
    ("output_range", "for k in (i, j):", "for k in (i, i):"),
    ("output_range", "meter.keep(size_of(stack[-1]))", "meter.keep(0)"),
    ("simplices", "tuple([a + share * (b - a)", "tuple([b + share * (a - b)"),
    ("simplices", "if layer.skip else after", "if not layer.skip else after"),
    ("simplices", "rest[j] if weight > 0 else rest[j][::-1]", "rest[j]"),
    ("simplices", "(low / row.denominator, high / row.denominator)", "(low, high)"),
    ("simplices", "lower, upper = least + rest[0], most + rest[1]", "lower, upper = least, most"),
    ("simplices", "point <= lower for", "point < lower for"),
    ("simplices", "point < upper for", "point <= upper for"),
    ("simplices", "for point in kinks]", "for point in []]"),
    ("simplices", "min(gaps + inside) - max(gaps), max", "min(gaps) - max(gaps), max"),
    ("simplices", " if slopes == sorted(slopes) else high", ""),
    ("simplices", "return low + min(steps), high + max(steps)", "return low, high"),
    ("simplices", "rest.append((a + c, b + d))", "rest.append((c, d))"),
    ("simplices", "+ max([sign * end for end in rest[output]])", ""),
    ("simplices", "    meter.keep(size)\n", ""),
]  # fmt: skip

EQUIVALENT: dict[tuple[str, ...], str] = {  # faults that change no verdict, and why
    ("evaluation", "sorted(points)"): "the sweep is right in any order and only cheaper in this one",
    ("needs_units", 'first < last, "a range'): "the next line refuses first == last, at the same place",
    ("needs_units", "(coordinate == 0 and u < unit)", "(coordinate == 0 and u <= unit)"): "u == unit stands before it",
    ("needs_units", "u < unit):\n            low"): "u == unit stands before it",
    ("linear_algebra", "        before = pivot\n"): "the rows are positive multiples of themselves, and longer",
}


def noticed_by(folder: Path) -> str:
    """What fails in this copy of the repository; empty if nothing does."""
    corpus = [sys.executable, "tests/certificates/run_corpus.py"]
    if subprocess.run(corpus, cwd=folder, capture_output=True, check=False).returncode:
        return "the corpus"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-n",
        "0",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "tests/certificates",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    failures = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failures[0] if failures else ("pytest" if done.returncode else "")


def main(argv: list[str]) -> int:
    """Try the faults with these numbers, counted from 0; all by default."""
    first, last = int(argv[0]) if argv else 0, int(argv[1]) if len(argv) > 1 else len(FAULTS) - 1
    survivors = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("exactmem", "tests", "proofs"):
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        for number, (file, old, new) in list(enumerate(FAULTS))[first : last + 1]:
            source = folder / CHECKING / f"{file}.py"
            text = source.read_text(encoding="utf-8")
            if text.count(old) != 1:
                raise SystemExit(f"fault {number}: {file}.py has {text.count(old)} places {old!r}")
            source.write_text(text.replace(old, new), encoding="utf-8")
            reason = EQUIVALENT.get((file, old), EQUIVALENT.get((file, old, new), ""))
            found = noticed_by(folder) or (f"equivalent: {reason}" if reason else "")
            source.write_text(text, encoding="utf-8")
            survivors += not found
            print(f"{number:3} {file}: {old!r} -> {new!r}: {found or 'SURVIVES'}", flush=True)
    print(f"{survivors} survivors")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
