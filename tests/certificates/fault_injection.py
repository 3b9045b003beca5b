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
    ("answers", "    provenance.canonical()\n", ""),
    ("document", 'digest.expect(same, "does', 'digest.expect(True, "does'),
    ("answers", "    tool.text()\n", ""),
    ("verdicts", "if self.size > self.max_bytes:", "if self.size > 2 * self.max_bytes:"),
    ("strict_json", "(?!-0)", ""),
    ("strict_json", "if below and (denominator == 1 or", "if below and ("),
    ("strict_json", "or math.gcd(numerator, denominator) != 1", ""),
    ("strict_json", "if key in result:", "if False:"),
    ("strict_json", "abs(int(text)) >= 2**53", "False"),
    ("strict_json", "            self.expect(key in names", "            self.expect(True or key in names"),
    ("strict_json", "0 <= self.value < bound", "0 <= self.value <= bound"),
    ("strict_json", "type(self.value) is int and 0 <=", "isinstance(self.value, int) and 0 <="),
    ("strict_json", "if depth > meter.max_depth:", "if depth > meter.max_depth + 1:"),
    ("strict_json", "if max(len(above), len(below)) * size", "if min(len(above), len(below)) * size"),
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
    ("affine_maps", "inputs, scale = len(maps[-1].rows), 1", "inputs = len(maps[-1].rows)"),
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
    ("memorization", "if wrong and sample < first:", "if wrong:"),
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
    ("intervals", "(low, high) if factor.value >= 0 else (high, low)", "(low, high)"),
    ("intervals", "return min(products), max(products)", "return products[0], products[-1]"),
    ("intervals", "return left[0] + right[0], left[1] + right[1]", "return left[0] + right[0], left[1] + right[0]"),
    ("intervals", "max(abs(values[0]), abs(values[1]))", "abs(values[0] + values[1])"),
    ("intervals", "max(abs(values[0]), abs(values[1]))", "abs(values[1])"),
    ("existence_box", "(j, k) > before", "(j, k) >= before"),
    ("existence_box", "len(dataset.inputs[0]) % len(network.U[0]) == 0", "True"),
    ("existence_box", 'kind.expect(bool(activation.pieces),', "kind.expect(True,"),
    ("existence_box", "positive(item) for item in radius", "read_number(item) for item in radius"),
    ("existence_box", "state[k] if unit == j else zero", "zero"),
    ("existence_box", "state[k] if unit == j else zero", "state[j] if unit == k else zero"),
    ("existence_box", "x, point(network.b[j])", "x, zero"),
    ("existence_box", "sum(z[0] > p for p", "sum(z[0] >= p for p"),
    ("existence_box", "if not z[1] < p:", "if not z[1] <= p:"),
    ("existence_box", "if not z[1] < p:", "if False:"),
    ("existence_box", "network.W[j][k] - r, network.W[j][k] + r", "network.W[j][k], network.W[j][k] + r"),
    ("existence_box", "run(network, box, free,", "run(network, center, free,"),
    ("existence_box", "if not reach < radius[i]:", "if not reach <= radius[i]:"),
    ("existence_box", "one if f == i else zero", "one"),
    ("existence_box", "reach = magnitude(combination(weights, misses, zero))", "reach = Number(0, meter)"),
    ("existence_box", "magnitude(defect) * radius[f]", "magnitude(defect) * radius[i]"),
    ("existence_box", "[[row[f] for row in jacobian] for f in range(len(radius))]", "jacobian"),
    ("existence_box", "state, point(c))", "state, zero)"),
    ("existence_box", "plus(scaled_by(slope, z), point(value))", "scaled_by(slope, z)"),
    ("gradient_rate", "len(network.layers) == 2", "True"),
    ("gradient_rate", "positive(step), positive(rate)", "read_number(step), positive(rate)"),
    ("gradient_rate", "- fraction(*label, meter)).value", ").value"),
    ("gradient_rate", "bias[0], strict=True)", "bias[-1] * len(values.bias[0]), strict=True)"),
    ("gradient_rate", "entrywise(row, other, meter)", "entrywise(row, row, meter)"),
    ("gradient_rate", "minus * rate", "rate"),
    ("gradient_rate", "minus * rate", "minus * rate * rate"),
    ("gradient_rate", "minus * step, one", "minus * step * step, one"),
    ("gradient_rate", "if value != (i == k):", "if i == k and value != 1:"),
    ("gradient_rate", "if value != (i == k):", "if i != k and value != 0:"),
    ("gradient_rate", "- drift) ** 2 <= moved", "- drift) ** 2 < moved"),
    ("gradient_rate", "- drift) ** 2 <= moved", ") ** 2 <= moved"),
    ("gradient_rate", "(2 * (Number(z, meter) - point)", "((Number(z, meter) - point)"),
    ("gradient_rate", "(Number(z, meter) - point)", "Number(z, meter)"),
    ("gradient_rate", "share, meter), meter) * energy", "share, meter), meter)"),
    ("gradient_rate", "factor * value + (shift if i == k else zero)", "factor * value"),
    ("gradient_rate", "flat.numerators[i * N : (i + 1) * N]", "flat.numerators[i * N :]"),
    ("gradient_rate", "first.denominator * vector.denominator**2", "first.denominator * vector.denominator"),
    ("gradient_rate", "[sample.backward[0][j] for sample", "[sample.backward[0][0] for sample"),
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
    ("simplices", "        size += more\n", ""),
    ("lines", "return slope * above + intercept * below,", "return slope * above + intercept,"),
    ("lines", "while found[-1][1] != last:", "if found[-1][1] != last:"),
    ("lines", "if piece_of(middle) == piece else", "if piece_of(middle) >= piece else"),
    ("lines", "found.append((high, piece_of(high)))", "found.append((high, last))"),
    ("lines", "(slope * bias + value * denominator) * factor", "(slope * bias + value) * factor"),
    ("lines", "(slope + intercept, below)", "(slope, below)"),
    ("lines", "a * (common // b), limbs", "a, limbs"),
    ("lines", "slope * weight * factor, (", "weight * factor, ("),
    ("lines", "self.shares[j][1] - lift", "self.shares[j][1] + lift"),
    ("stretches", "extra = denominator // gcd(self.common, denominator)", "extra = 1"),
    ("stretches", "self.intercepts = [extra * value for value in self.intercepts]", "pass"),
    ("stretches", "factor *= self.common // denominator", "pass"),
    ("stretches", "self.intercepts[r] += w * lift", "pass"),
    ("stretches", "            self.add(k, -slope)\n", "            pass\n"),
    ("stretches", "        if not self.moving:\n            self.forget()\n", ""),
    ("stretches", "self.constants[r] += w * (value - before)", "self.constants[r] += w * value"),
    ("stretches", "        for k, slope in self.moving.items():\n            self.add(k, slope)\n", ""),
    ("stretches", "+ self.intercepts[r] * below, common", "+ self.intercepts[r], common"),
    ("stretches", "common, size = self.common * below, 0", "common, size = self.common, 0"),
    ("sweep", "layers[0].inner[-1].inputs == 1", "True"),
    ("sweep", "for layer in layers[:2])", "for layer in layers[:1])"),
    ("sweep", "key=lambda point: point[:2]", "key=lambda point: point[0]"),
    ("sweep", "if on_a_line(layers[2:]) and", "if False and"),
    ("sweep", "inner=maps, activation=IDENTITY", "inner=maps"),
    ("stretches", "if i == start or here or self.units.moving:", "if i == start or here:"),
    ("stretches", "if i == start or here or self.units.moving:", "if i == start or self.units.moving:"),
    ("stretches", "if i == start or any(line.slope for line in lines):", "if i == start:"),
    ("stretches", "= [layers[1]._replace(inner=others)", "= [network.layers[1]._replace(inner=[])"),
    ("stretches", "self.after[0]._replace(inner=more)", "self.after[0]._replace(inner=[])"),
    ("stretches", "if piece != pieces[k]:", "if piece > pieces[k]:"),
    ("stretches", "events.sort(reverse=True)", "events.sort()"),
    ("answers", "scale if fnn else 1", "scale"),
    ("answers", "    lines.confirm()\n", "    lines.line()\n"),
    ("answers", "        lines.end()\n", ""),
    ("answers", "number[0] != 0", "True"),
    ("answers", "< int(column) < inputs", "<= int(column) < inputs"),
    ("answers", "for _ in samples.inputs():", "if True:"),
    ("questions", "        self.stream.end()\n", ""),
    ("questions", "        agree(self.stream, self.node)\n", ""),
    ("questions", "    agree(stream, node)\n", ""),
    ("questions", "record[0] >= question.d_y", "record[0] > question.d_y"),
    ("questions", "row.text() not in seen", "True"),
    ("packing", "row.denominator * below", "row.denominator"),
    ("packing", "row.bias * below", "row.bias"),
    ("packing", "w // factor", "w"),
    ("packing", "self.integers.signed and byte == size - 1", "False"),
    ("packing", "self.integers.signed and byte == size - 1", "self.integers.signed"),
    ("packing", "integers.size - 1 if integers.signed else 0", "integers.size - 1"),
    ("packing", "digit if w > 0 else -digit", "digit"),
    ("packing", "+ 8 * integers.size) // 8 + 1", "+ 8 * integers.size) // 8"),
    ("packing", "largest = max(largest, self.add(weights, k))", "largest = self.add(weights, k)"),
    ("packing", "<< DIGIT * k for", "<< 29 * k for"),
    ("packing", "value - half for value", "value for value"),
    ("packing", "start + j * size + byte", "start + j + byte"),
    ("streams", "(NAME.fullmatch", "(NAME.match"),
    ("streams", "stat.S_ISREG(os.fstat(file.fileno()).st_mode)", "True"),
    ("streams", '"O_NOFOLLOW", ', ""),
    ("streams", "        self.digest.update(piece)\n", "        self.digest.update(piece[:20])\n"),
    ("strict_json", "(-?)0x([1-9a-f][0-9a-f]*)(?", "(-?)0x([0-9a-f]+)(?"),
    ("memorization", "type(own) is int and right.get(own) is output", "type(own) is int and own in right"),
    ("sweep", "if end - i >= LONG:", "if end - i > LONG:"),
]  # fmt: skip

EQUIVALENT: dict[tuple[str, ...], str] = {  # faults that change no verdict, and why
    ("needs_units", 'first < last, "a range'): "the next line refuses first == last, at the same place",
    ("needs_units", "(coordinate == 0 and u < unit)", "(coordinate == 0 and u <= unit)"): "u == unit stands before it",
    ("needs_units", "u < unit):\n            low"): "u == unit stands before it",
    (
        "stretches",
        "        if not self.moving:\n            self.forget()\n",
    ): "what is forgotten is 0, over a long denominator",
    ("sweep", "if end - i >= LONG:"): "both ways are right, and one is faster on long stretches",
    ("questions", "        self.stream.end()\n"): "the size was compared before; it is for files that grow meanwhile",
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
