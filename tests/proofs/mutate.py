"""Mutation run over the ledger: change one thing in a proof, or in a formula it is about, and see that it is noticed.

    python tests/proofs/mutate.py --sample 400 --seed 1 --results mutants.jsonl     # stop and resume at will
    python tests/proofs/mutate.py --only ours/peeling --results peeling.jsonl
    python tests/proofs/mutate.py --report mutants.jsonl

A mutant is noticed if a row of an affected script gives another verdict or has fewer steps than `steps.json` knows of,
or else if a test of that script fails; affected are the file's own script and those that import it, or those listed in
FORMULAS. The other ones survive; `equivalent_mutants.json` explains those that change nothing. Exit code 1 if one
survives without an explanation. Every mutant runs in a process of its own, which is stopped after so many seconds of
its own computing ("no end"). What is drawn depends on the seed and on the line alone, so that a run can be resumed
after other lines have changed.
"""

import argparse
import ast
import copy
import hashlib
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_name("equivalent_mutants.json")
SECONDS = 120
FORMULAS = {
    "exactmem/sizes/pieces.py": ["yun2019/theorem_3_3/lemma_d1", "yun2019/theorem_3_3/piece_counts"],
    "exactmem/sizes/counts.py": ["ours/capacity", "ours/free_parameters", "yun2019/theorem_3_1/numeric_remarks"],
    "exactmem/sizes/two_layer.py": ["ours/two_layer_capacity", "ours/needs_units"],
    "exactmem/constructions/real_labels.py": ["ours/peeling"],
    "exactmem/constructions/default_class.py": ["yun2019/theorem_4_1/gates", "yun2019/theorem_4_1/sizes"],
    "exactmem/constructions/corollary_4_2.py": ["yun2019/theorem_4_1/gates", "yun2019/theorem_4_1/sizes"],
    "exactmem/constructions/folklore.py": ["ours/folklore"],
    "exactmem/constructions/zhang.py": ["survey/capacity_history"],
    "exactmem/constructions/corollary_a_2.py": ["yun2019/proposition_3_4/routing", "yun2019/proposition_3_4/blocks"],
    "exactmem/constructions/parts/block_indices.py": [
        "yun2019/proposition_3_4/routing",
        "yun2019/proposition_3_4/as_printed",
    ],
    "exactmem/constructions/parts/interpolation.py": ["ours/interpolation"],
    "exactmem/size_bounds/related_work.py": ["yun2019/theorem_3_1/numeric_remarks"],
    "exactmem/sgd/constants.py": [
        "yun2019/theorem_5_1/constants",
        "yun2019/theorem_5_1/definitions",
        "yun2019/theorem_5_1/lemma_g1_definitions",
    ],
}
"""The formulas that proofs are about, each with the scripts whose rows and tests speak of it."""
PROOFS = "exactmem.proofs."
NEGATED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.Pow: ast.Mult}
HYPOTHESES = {"gap": "slack", "positive_index": "index", "unit_interval_value": "gap"}


class Site(NamedTuple):
    """One place in a file, what is changed there, and the node by its number in a walk over the tree."""

    file: str
    function: str
    line: int
    kind: str
    column: int
    node: int
    text: str

    @property
    def key(self) -> str:
        """What names the mutant as long as its line is not rewritten."""
        return f"{self.file}:{self.function}:{self.column}:{self.kind}:{self.text}"


def scripts() -> list[str]:
    """The scripts of `proofs/` that register claims, as `Row.script` names them."""
    files = [f for f in sorted((ROOT / "proofs").rglob("*.py")) if "\n@claim(" in f.read_text(encoding="utf-8")]
    return [str(f.relative_to(ROOT / "proofs").with_suffix("")) for f in files]


@cache
def imports(file: Path) -> set[str]:
    """The modules of `proofs/` that a file imports, named as scripts are."""
    named = {
        name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
        for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
    }
    return {name.removeprefix(PROOFS).replace(".", "/") for name in named if name.startswith(PROOFS)}


def affected(file: str) -> list[str]:
    """The scripts to run for a mutant of the file: those listed for a formula; its own, then those that import it."""
    if file in FORMULAS:
        return FORMULAS[file]
    name = file.removeprefix("proofs/").removesuffix(".py")
    own = [script for script in scripts() if script == name]
    return own + [script for script in scripts() if name in imports(ROOT / f"proofs/{script}.py")]


def sites(file: str) -> list[Site]:
    """Every place of the file where a mutant can be made; decorators, texts, annotations and imports are left alone."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    source = (ROOT / file).read_text(encoding="utf-8").splitlines()
    numbers = {id(node): n for n, node in enumerate(ast.walk(tree))}
    found: list[Site] = []
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        for node, kinds in _mutable(function):
            text = source[node.lineno - 1].strip()
            at = (numbers[id(node)], text)
            found += [Site(file, function.name, node.lineno, kind, node.col_offset, *at) for kind in kinds]
    return list({(s.node, s.kind): s for s in found}.values())


def _mutable(function: ast.FunctionDef) -> Iterator[tuple[Any, list[str]]]:
    """The nodes in the body of a function that can be changed, with the changes."""
    skipped: set[int] = set()
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.JoinedStr | ast.AnnAssign | ast.FunctionDef):
                skipped |= {id(inner) for inner in ast.walk(node) if inner is not node and not _in_code(node)}
            if id(node) not in skipped and (kinds := _kinds(node)):
                yield node, kinds


def _in_code(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign)


def _kinds(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return ["constant + 1"] if node.value == 0 else ["constant + 1", "constant - 1"]
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        return ["truth value"]
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in NEGATED:
        return ["comparison"]
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPPED:
        return ["operator"]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return ["sign"]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ["call deleted"]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in HYPOTHESES:
        return ["hypothesis weakened"]
    return []


def mutated(site: Site) -> ast.Module:
    """The file's tree with the change of the site."""
    tree = ast.parse((ROOT / site.file).read_text(encoding="utf-8"))
    target = list(ast.walk(tree))[site.node]

    class Change(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return _changed(copy.copy(node), site.kind) if node is target else self.generic_visit(node)

    return ast.fix_missing_locations(Change().visit(tree))


def _changed(node: Any, kind: str) -> ast.AST:
    if kind == "call deleted":
        return ast.copy_location(ast.Pass(), node)
    if kind == "sign":
        return node.operand
    if kind == "comparison":
        node.ops = [NEGATED[type(node.ops[0])]()]
    elif kind == "operator":
        node.op = SWAPPED[type(node.op)]()
    elif kind == "truth value":
        node.value = not node.value
    elif kind == "hypothesis weakened":
        node.func = ast.copy_location(ast.Name(HYPOTHESES[node.func.id], ast.Load()), node.func)
    else:
        node.value += 1 if kind == "constant + 1" else -1
    return node


class _Substitute(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the mutated tree in place of one module's file."""

    def __init__(self, name: str, site: Site) -> None:
        self.name, self.site = name, site

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname != self.name:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=str(ROOT / self.site.file))

    def exec_module(self, module: Any) -> None:
        module.__file__ = str(ROOT / self.site.file)
        names = "from exactmem.ledger.steps import " + ", ".join(sorted(set(HYPOTHESES.values())))
        if self.site.kind == "hypothesis weakened":
            exec(names, module.__dict__)
        exec(compile(mutated(self.site), str(ROOT / self.site.file), "exec"), module.__dict__)


def module_of(file: str) -> str:
    """The name under which a file of `proofs/` or `exactmem/` is imported."""
    name = file.removesuffix(".py").replace("/", ".")
    return f"exactmem.{name}" if name.startswith("proofs.") else name


def verdict(site: Site) -> str:
    """How the mutant was noticed ("row ...", "steps ...", "test ..."), or "survived"; run in a process of its own."""
    sys.meta_path.insert(0, _Substitute(module_of(site.file), site))
    importlib.import_module(module_of(site.file))  # before pytest's own importer, which would read the file itself
    from exactmem.ledger.claims import Verdict, registered
    from exactmem.ledger.running import run

    known = json.loads((ROOT / "tests" / "proofs" / "steps.json").read_text(encoding="utf-8"))
    chosen = affected(site.file)
    for script in chosen:
        importlib.import_module(PROOFS + script.replace("/", "."))
        for row in registered():
            if row.script != script:
                continue
            found = run(row)
            expected = Verdict.PROVED if row.expected is Verdict.PROVED_UNDER else row.expected
            if found.result.verdict is not expected:
                return f"row {row.id}"
            if found.steps < known.get(row.id, 0):
                return f"steps {row.id}"
    return _failing_test(tests_of(site.file))


def tests_of(file: str) -> list[Path]:
    """The tests of a formula, named as its file is, and those that import the file or an affected script."""
    path = Path(file.removeprefix("exactmem/"))
    own = ROOT / "tests" / path.parent / f"test_{path.stem}.py"
    names = {file.removeprefix("proofs/").removesuffix(".py"), *affected(file)}
    found = {test for test in (ROOT / "tests" / "proofs").rglob("test_*.py") if names & imports(test)}
    return [own] * own.is_file() + sorted(found - {own})


def _failing_test(files: list[Path]) -> str:
    import pytest

    class First:
        failed = ""

        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.failed and not self.failed:
                self.failed = report.nodeid.rpartition("::")[2]

    first = First()
    options = ["-x", "-q", "-pno:cacheprovider", "-pno:xdist", "-oaddopts=", "--import-mode=importlib"]
    code = pytest.main([*options, *map(str, files)], plugins=[first]) if files else 0
    return f"test {first.failed}" if code else "survived"


def outcome(site: Site) -> str:
    """The verdict on a mutant, in a forked process that a time limit stops."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            text = verdict(site)
        except BaseException as error:
            text = f"error {type(error).__name__}"
        os.write(writing, text.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        text = stream.read()
    os.waitpid(child, 0)
    return text or "no end"


def sampled(count: int | None, seed: int, only: str | None, without: str | None = None) -> list[Site]:
    """The sites to run: all, or so many drawn in rounds, one from every file, in an order that the seed fixes."""
    files = [f"proofs/{s}.py" for s in scripts()] + sorted(FORMULAS)
    files += [str(f.relative_to(ROOT)) for f in sorted((ROOT / "proofs").rglob("_[a-z]*.py"))]
    files = [file for file in files if (only is None or only in file) and (without is None or without not in file)]
    by_file = [sorted(sites(file), key=lambda site: _lot(site, seed)) for file in files]
    rounds = zip_longest(*by_file)
    mixed = [s for found in rounds for s in sorted(filter(None, found), key=lambda site: _lot(site, seed))]
    return mixed if count is None else mixed[:count]


def _lot(site: Site, seed: int) -> bytes:
    """A number that puts the sites of a file in an order that does not depend on its other lines."""
    return hashlib.sha256(f"{seed} {site.key}".encode()).digest()


def explanation(line: dict[str, Any], explained: list[dict[str, str]]) -> str:
    """Why the mutant changes nothing, from the first entry whose file, function, kind and text (a part) fit; or ""."""
    for entry in explained:
        exact = all(entry.get(name, line[name]) == line[name] for name in ("file", "function", "kind"))
        if exact and entry.get("text", "") in line["text"]:
            return entry["reason"]
    return ""


def report(lines: list[dict[str, Any]]) -> int:
    """Print the counts and every survivor with its explanation; the number of those without one."""
    explained = json.loads(EXPLAINED.read_text(encoding="utf-8")) if EXPLAINED.is_file() else []
    survivors = [line for line in lines if line["outcome"] == "survived"]
    unexplained = [line for line in survivors if not explanation(line, explained)]
    kinds = [line["outcome"].split(" ")[0] for line in lines]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))
    print(f"{len(lines)} mutants: {counts}; {len(unexplained)} survivors are not explained")
    for line in survivors:
        print(f"{line['file']}:{line['line']} {line['function']}: {line['kind']}: {line['text']}")
        print(f"    {explanation(line, explained) or 'NOT EXPLAINED'}")
    return len(unexplained)


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen mutants that the results file does not have yet; 1 if some survivor is not explained."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, help="how many sites to draw; all without it")
    parser.add_argument("--seed", type=int, default=1, help="fixes which sites are drawn (default 1)")
    parser.add_argument("--only", help="only files whose path contains this")
    parser.add_argument("--without", help="no files whose path contains this")
    parser.add_argument("--results", type=Path, default=Path("mutants.jsonl"), help="one line per mutant, appended")
    parser.add_argument("--report", type=Path, help="print what a results file says and run nothing")
    options = parser.parse_args(arguments)
    results = options.report or options.results
    lines = [json.loads(line) for line in results.read_text().splitlines()] if results.is_file() else []
    if options.report is None:
        done = {line["key"] for line in lines}
        try:
            drawn = sampled(options.sample, options.seed, options.only, options.without)
            lines += _run([site for site in drawn if site.key not in done], results)
        except KeyboardInterrupt:
            print("interrupted; the same command goes on from here")
            return 130
    return 1 if report(lines) else 0


def _run(todo: list[Site], results: Path) -> list[dict[str, Any]]:
    """Run the mutants, appending a line to the results as soon as one is done."""
    import hypothesis  # noqa: F401  imported once here, for all forked processes
    import pytest  # noqa: F401
    import sympy  # noqa: F401

    lines = []
    for n, site in enumerate(todo, 1):
        start = time.perf_counter()
        line = {**site._asdict(), "key": site.key, "outcome": outcome(site)}
        lines.append(line)
        with results.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
        took = time.perf_counter() - start
        print(f"{n}/{len(todo)} {took:5.1f}s {line['outcome']:<40} {site.key}", flush=True)
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
