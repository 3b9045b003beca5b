"""`exactmem bounds`: every theorem's smallest sizes, what is impossible, and what related work asks for."""

__all__ = ["LABELS", "MAX_LAYERS", "MAX_SIZE", "register", "run"]

import argparse
from collections.abc import Sequence
from typing import Any, cast

from flint import fmpq

from exactmem.activations import parse_activation
from exactmem.commands.common import (
    Subparsers,
    add_parser,
    emit,
    integer,
    json_integer,
    paragraph,
    parse_integers,
    table,
    waiting,
)
from exactmem.constructions.theorem import Theorem
from exactmem.errors import LimitError, UsageError
from exactmem.rationals import shorten
from exactmem.size_bounds.calculator import (
    Architecture,
    Conditional,
    Reach,
    Sizes,
    Task,
    applicable,
    conditional,
    reach_of,
    reading_order,
    samples_text,
    smallest_sizes,
    tasks_about,
)
from exactmem.size_bounds.impossibility import bounds_for, setting_of
from exactmem.size_bounds.related_work import OVER_PARAMETERIZED, SEPARATED, related_work
from exactmem.sizes.problem import Problem

MAX_SIZE = 10**12

MAX_LAYERS = 64
"""Most hidden layers of --widths."""


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "bounds",
        "exactmem bounds --samples 50000 --d-x 3072 --d-y 10 --general-position\n"
        "  exactmem bounds --widths 100,100 --d-x 784",
        run,
    )
    parser.add_argument("--samples", metavar="N", help=f"number of samples, up to {MAX_SIZE}")
    parser.add_argument("--d-x", metavar="D", default="1", help="input dimension (default: 1)")
    parser.add_argument("--d-y", metavar="K", default="1", help="number of outputs or classes (default: 1)")
    parser.add_argument("--activation", metavar="A", default="relu", help="default: relu")
    parser.add_argument("--task", choices=("regression", "classification"), help="only this task (default: both)")
    parser.add_argument(
        "--general-position", action="store_true", help="the inputs are in general position (Assumption 4.1)"
    )
    parser.add_argument(
        "--widths", metavar="W1,W2,...", help="say what networks of these widths can and cannot memorize"
    )
    parser.add_argument(
        "--architecture", choices=("fnn", "resnet"), help="of --widths (default: fnn; resnet: d_1..d_L)"
    )


def run(args: argparse.Namespace) -> int:
    """Print one table or the other."""
    problem = Problem(
        integer(args.samples, "--samples", 1, MAX_SIZE) if args.samples is not None else 1,
        integer(args.d_x, "--d-x", 1, MAX_SIZE),
        integer(args.d_y, "--d-y", 1, MAX_SIZE),
        parse_activation(args.activation),
    )
    task = cast("Task | None", args.task)
    widths = parse_integers(args.widths, "--widths")
    if widths is not None:
        if len(widths) > MAX_LAYERS:
            raise LimitError(f"--widths names {len(widths)} hidden layers, the limit is {MAX_LAYERS}: name fewer")
        return _report_widths(args, problem, widths, task)
    if args.architecture is not None:
        raise UsageError(f"--architecture {args.architecture}: is about --widths; give widths or leave it out")
    if args.samples is None:
        raise UsageError("give --samples N for the smallest sizes, or --widths W1,W2,... for what these can memorize")
    return _report_samples(args, problem, task)


LABELS = {"regression": "any real labels", "classification": "one-hot labels"}


# ---- sizes for a number of samples ----------------------------------------------------------------------------------


def _report_samples(args: argparse.Namespace, problem: Problem, task: Task | None) -> int:
    theorems = applicable(problem, task, args.general_position)
    sizes = {theorem.id: smallest_sizes(theorem, problem) for theorem in theorems}
    more = conditional(problem, task)
    impossible = [
        row for t in tasks_about(problem, task) for row in _impossible_rows(problem, t, args.general_position)
    ]
    data = {
        "N": problem.N,
        "d_x": problem.d_x,
        "d_y": problem.d_y,
        "activation": problem.activation.name,
        "general_position": args.general_position,
        "theorems": [_theorem_json(s) for s in sizes.values()],
        "conditional": [
            {**_theorem_json(c.sizes), "activation": c.activation.name, "condition": c.condition} for c in more
        ],
        "impossible": impossible,
        "related_work": _related_json(problem),
        "over_parameterized": _over_parameterized_json(problem),
    }
    text = [
        f"N = {problem.N}, d_x = {problem.d_x}, d_y = {problem.d_y}, {problem.activation.name}",
        "widths with the fewest hidden units; edges are weights and biases:",
        _theorem_table(reading_order(theorems), sizes),
        *(paragraph(f"{s.theorem.id}: {s.reason}", "  ") for s in sizes.values() if s.reason),
        _missing_note(problem, task, args.general_position),
        "",
        "these ask for more than sizes; the data and the seed decide whether they do:",
        _conditional_table(more),
        *(paragraph(f"{c.sizes.theorem.id}: {_asks(c)}", "  ") for c in more),
        "",
        "fewer units than these cannot memorize every dataset (fully-connected networks):",
        _impossible_table(impossible),
        "",
        "related work, as stated there:",
        _related_table(problem),
        "widths of over-parameterized networks, in orders of magnitude:",
        *(
            paragraph(f"  N^{e.exponent} = {_order(problem.N**e.exponent)}: {e.source}", "    ")
            for e in OVER_PARAMETERIZED
        ),
        paragraph(f"they ask for: {SEPARATED}", "  "),
    ]
    emit(args, data, "\n".join(line for line in text if line is not None))
    return 0


def _theorem_json(sizes: Sizes) -> dict[str, Any]:
    theorem = sizes.theorem
    return {
        "id": theorem.id,
        "source": theorem.source,
        "task": theorem.task,
        "architecture": theorem.architecture,
        "needs": theorem.needs,
        "improves": theorem.improves,
        "widths": None if sizes.widths is None else list(sizes.widths),
        "units": sizes.units,
        "edges": sizes.edges,
        "reason": sizes.reason,
    }


def _theorem_table(theorems: list[Theorem], sizes: dict[str, Sizes]) -> str:
    """Printed theorems, each with what improves on it in the lines below."""
    if not theorems:
        return "no theorem is known here for this activation and task"
    rows = []
    for theorem in theorems:
        found = sizes[theorem.id]
        figures = ["none", "", ""] if found.widths is None else [_joined(found.widths), found.units, found.edges]
        rows.append([theorem.id, theorem.improves, *figures])
    return table(["theorem", "better than", "widths", "units", "edges"], rows)


def _conditional_table(more: list[Conditional]) -> str:
    """The theorems that ask for more than sizes, with the sizes that they need at least."""
    rows = []
    for found in more:
        sizes = found.sizes
        figures = ["none", "", ""] if sizes.widths is None else [_joined(sizes.widths), sizes.units, sizes.edges]
        rows.append([sizes.theorem.id, found.activation.name, *figures])
    return table(["theorem", "activation", "widths", "units", "edges"], rows)


def _asks(found: Conditional) -> str:
    """What such a theorem asks of the sizes and of the rest."""
    theorem = found.sizes.theorem
    return found.sizes.reason or f"{found.condition}, and {theorem.needs}"


def _order(value: int) -> str:
    """A number of any length, in short."""
    return shorten(fmpq(value))


def _joined(widths: tuple[int, ...]) -> str:
    return ",".join(map(str, widths))


def _missing_note(problem: Problem, task: Task | None, general_position: bool) -> str | None:
    """How many theorems would apply in general position."""
    more = len(applicable(problem, task, True)) - len(applicable(problem, task, general_position))
    return f"{more} more theorems need general position: --general-position" if more else None


def _impossible_rows(problem: Problem, task: Task, general_position: bool) -> list[dict[str, Any]]:
    """For one and two hidden layers: the fewest units that each bound leaves possible."""
    rows = []
    for hidden in (1, 2):
        for bound in bounds_for(setting_of(problem, task, general_position)):
            if bound.covers(hidden):
                widths = bound.fewest(problem.N, hidden)
                rows.append(
                    {
                        "bound": bound.id,
                        "source": bound.source,
                        "claims": list(bound.claims),
                        "labels": LABELS[task],
                        "hidden_layers": hidden,
                        "least_units": sum(widths),
                        "widths": list(widths),
                    }
                )
    return rows


def _impossible_table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "no bound is known here (Theorem 3.3 is about samples on a line; counting parameters about real labels)"
    cells = [
        [row["hidden_layers"], row["labels"], row["least_units"], _joined(tuple(row["widths"])), row["source"]]
        for row in rows
    ]
    return table(["hidden layers", "labels", "least units", "for example", "by"], cells)


def _related_json(problem: Problem) -> list[dict[str, Any]]:
    return [
        {
            "id": work.id,
            "source": work.source,
            "activation": work.activation,
            "widths": list(work.widths),
            "units": work.units,
            "edges": work.edges,
            "hypotheses": work.hypotheses,
            "built": work.built,
        }
        for work in related_work(problem)
    ]


def _over_parameterized_json(problem: Problem) -> list[dict[str, Any]]:
    return [
        {
            "exponent": e.exponent,
            "order": json_integer(problem.N**e.exponent),
            "source": e.source,
            "hypotheses": e.hypotheses,
        }
        for e in OVER_PARAMETERIZED
    ]


def _related_table(problem: Problem) -> str:
    cells = [
        [
            work.id,
            work.activation,
            _joined(work.widths) or "any",
            str(work.units),
            "" if work.edges is None else str(work.edges),
            work.hypotheses + (f"; built: {work.built}" if work.built else ""),
        ]
        for work in related_work(problem)
    ]
    return table(["result", "activation", "widths", "units", "edges", "hypotheses"], cells)


# ---- what given widths can and cannot do ----------------------------------------------------------------------------


def _report_widths(args: argparse.Namespace, problem: Problem, widths: tuple[int, ...], task: Task | None) -> int:
    architecture = cast(Architecture, args.architecture or "fnn")
    with waiting(f"asking every theorem about {len(widths)} hidden layers"):
        reaches = [
            reach_of(problem, widths, t, args.general_position, architecture) for t in tasks_about(problem, task)
        ]
    data = {
        "widths": list(widths),
        "architecture": architecture,
        "d_x": problem.d_x,
        "d_y": problem.d_y,
        "activation": problem.activation.name,
        "general_position": args.general_position,
    }
    tasks = {reach.task: _reach_json(reach) for reach in reaches}
    if args.samples is not None:
        data["N"] = problem.N
        for reach in reaches:
            tasks[reach.task]["answer"] = _answer(reach, problem.N)
    data["tasks"] = tasks
    lines = [
        f"{architecture} with hidden widths {_joined(widths)}, d_x = {problem.d_x}, d_y = {problem.d_y}, "
        f"{problem.activation.name}" + (", inputs in general position" if args.general_position else "")
    ]
    for reach in reaches:
        lines += ["", *_reach_lines(reach), *_conditional_lines(reach.conditional)]
        if args.samples is not None:
            lines.append(f"N = {problem.N}: {_answer(reach, problem.N)}")
    emit(args, data, "\n".join(lines))
    return 0


def _reach_json(reach: Reach) -> dict[str, Any]:
    return {
        "largest_possible": reach.possible,
        "smallest_impossible": reach.impossible,
        "possible": [{"theorem": t.id, "source": t.source, "N": N} for t, N in reach.constructions],
        "impossible": [{"bound": b.id, "source": b.source, "claims": list(b.claims), "N": N} for b, N in reach.bounds],
        "conditional": [{"theorem": t.id, "N": json_integer(N), "needs": t.needs} for t, N in reach.conditional],
    }


def _reach_lines(reach: Reach) -> list[str]:
    lines = [f"{LABELS[reach.task]}:"]
    if reach.possible is None:
        lines.append("  always possible: no theorem covers these widths")
    else:
        lines.append(f"  always possible: N <= {reach.possible}")
        lines += [paragraph(f"      {N}  by {t.id} [{t.source}]", " " * 10) for t, N in reach.constructions]
    if reach.impossible is None:
        lines.append("  impossible: no bound is known")
    else:
        lines.append(f"  impossible for some dataset: N >= {reach.impossible}")
        lines += [paragraph(f"      {N}  by {b.source} ({', '.join(b.claims)})", " " * 10) for b, N in reach.bounds]
    if reach.possible is not None and reach.impossible == reach.possible + 1:
        lines.append(f"  the capacity is exactly {reach.possible}")
    return lines


def _conditional_lines(rows: Sequence[tuple[Theorem, int]]) -> list[str]:
    """What the theorems that ask for more than sizes say about the widths."""
    if not rows:
        return []
    lines = ["  at most so many by these theorems, if the data and the seed allow:"]
    for theorem, N in rows:
        lines.append(paragraph(f"      {samples_text(N)}  by {theorem.id}: {theorem.needs}", " " * 10))
    return lines


def _answer(reach: Reach, N: int) -> str:
    if reach.possible is not None and reach.possible >= N:
        return f"always possible, by {reach.constructions[0][0].id}"
    if reach.impossible is not None and reach.impossible <= N:
        return f"impossible for some dataset, by {reach.bounds[0][0].source}"
    return "open: no theorem decides it"
