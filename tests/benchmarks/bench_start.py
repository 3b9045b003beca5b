"""Starting up: `import exactmem` and `exactmem --version` against importing everything, as ratios of one run.

`python tests/benchmarks/bench_start.py [rounds]` measures the processor time of fresh interpreters, in turn, the
interpreter's own start included. "Everything" is every command with what it imports, which is what a command
line without lazy imports loads.
"""

import os
import statistics
import subprocess
import sys

NOTHING = "pass"
IMPORT = "import exactmem"
VERSION = "import sys; from exactmem.cli import main; sys.argv = ['exactmem', '--version']; main()"
EVERYTHING = "from exactmem.cli import build_parser; build_parser()"
EAGER_VERSION = f"{EVERYTHING}; {VERSION}"
CASES = {
    "nothing": NOTHING,
    "import exactmem": IMPORT,
    "exactmem --version": VERSION,
    "import of everything": EVERYTHING,
    "--version after importing everything": EAGER_VERSION,
}
GOAL = 2.5


def seconds(code):
    """The processor time of a fresh interpreter that runs the code."""
    before = os.times()
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    times = {name: [] for name in CASES}
    for _ in range(rounds):
        for name, code in CASES.items():
            times[name].append(seconds(code))
    middle = {name: statistics.median(values) for name, values in times.items()}
    for name, value in middle.items():
        print(f"{name:<40} {1000 * value:7.0f} ms")
    pairs = (
        ("import exactmem", "import of everything"),
        ("exactmem --version", "--version after importing everything"),
    )
    for lazy, eager in pairs:
        whole = middle[eager] / middle[lazy]
        print(f"{lazy}: {whole:.1f} times faster than the {eager} (goal: {GOAL})")
    return 0 if all(middle[eager] >= GOAL * middle[lazy] for lazy, eager in pairs) else 1


if __name__ == "__main__":
    sys.exit(main())
