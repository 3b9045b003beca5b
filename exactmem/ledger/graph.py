"""The graph of what rests on what, as a plain SVG file: facts and assumptions on the left, conclusions on the right."""

__all__ = ["BOX", "COLOURS", "GAP", "LETTERS", "MARGIN", "ROW", "STYLE", "TOP", "Name", "graph"]

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from html import escape

from exactmem.ledger.claims import Fact
from exactmem.ledger.outcomes import Outcome
from exactmem.presentation import amount

BOX, GAP, ROW, TOP, MARGIN = 210, 70, 26, 66, 16
"""Widths of a box and of the room between columns, height of a row, room for the heading, margin, in pixels."""

LETTERS = 30
"""Most letters of a name that fit into a box."""

COLOURS = {
    "PROVED (kernel)": "#00796b",
    "PROVED": "#2e7d4f",
    "PROVED UNDER": "#b26a00",
    "CHECKED": "#1f6fb2",
    "REFUTED": "#b3261e",
    "ASSUMED": "#7b3fa0",
    "UNDECIDED": "#6b7280",
    "NOT COVERED": "#6b7280",
    "textbook fact": "#8a8f98",
}

STYLE = """
  svg { background: #ffffff; font: 12px "DejaVu Sans", Verdana, sans-serif; }
  text { fill: #1c1f24; } .node { fill: #f6f7f9; stroke-width: 1.6; } .edge { fill: none; stroke: #9aa1ab; }
  @media (prefers-color-scheme: dark) {
    svg { background: #16181c; } text { fill: #e8eaed; } .node { fill: #23262c; } .edge { stroke: #5d646e; }
  }
"""

Name = tuple[str, str]
"""A node: ("claim", id) or ("fact", name)."""


def graph(outcomes: Sequence[Outcome]) -> str:
    """The SVG text of the graph of settled outcomes that hold all that they rest on, premises first.

    Claims that rest on nothing and carry nothing are left out, and their number is told, unless all are such.
    """
    everything = _premises(outcomes)
    carrying = {below for names in everything.values() for below in names}
    premises = {name: below for name, below in everything.items() if below or name in carrying} or everything
    places = _places(_columns(premises), premises)
    by_id = {outcome.row.id: outcome for outcome in outcomes}
    facts = {fact.name: fact for outcome in outcomes for fact in outcome.result.assumes}
    width = max(MARGIN + BOX + max(x for x, _ in places.values()), 2 * MARGIN + 128 * len(COLOURS))
    height = TOP + MARGIN + max(y for _, y in places.values()) + ROW
    alone = len(everything) - len(premises)
    left_out = f"; left out: {amount(alone, 'claim')} without a link" if alone else ""
    title = f"What the claims rest on ({len(premises)} claims and facts{left_out})"
    edges = [_edge(places[below], places[name]) for name, names in premises.items() for below in names]
    nodes = [_node(name, place, by_id, facts) for name, place in places.items()]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">',
            f"<style>{STYLE}</style>",
            f'<text x="{MARGIN}" y="24" font-size="15">{escape(title)}</text>',
            *_legend(),
            *edges,
            *nodes,
            "</svg>",
            "",
        ]
    )


def _premises(outcomes: Iterable[Outcome]) -> dict[Name, list[Name]]:
    """Every node with the nodes it rests on."""
    premises: dict[Name, list[Name]] = {}
    for outcome in outcomes:
        facts: list[Name] = [("fact", fact.name) for fact in outcome.result.assumes]
        premises |= {fact: [] for fact in facts}
        premises[("claim", outcome.row.id)] = [*facts, *(("claim", id) for id in outcome.premises)]
    return premises


def _columns(premises: Mapping[Name, Sequence[Name]]) -> list[list[Name]]:
    """The nodes by the length of the longest way down to an axiom."""
    depth: dict[Name, int] = {}

    def deep(name: Name) -> int:
        if name not in depth:
            depth[name] = 1 + max((deep(below) for below in premises[name]), default=-1)
        return depth[name]

    columns: list[list[Name]] = [[] for _ in range(1 + max(map(deep, premises)))]
    for name in premises:
        columns[depth[name]].append(name)
    return columns


def _places(columns: Sequence[list[Name]], premises: Mapping[Name, Sequence[Name]]) -> dict[Name, tuple[int, int]]:
    """Left upper corners: each column ordered by the mean height of what its nodes rest on, the first by its users."""
    rank = {name: Fraction(place) for column in columns for place, name in enumerate(column)}
    users: dict[Name, list[Name]] = {name: [] for name in premises}
    for name, names in premises.items():
        for below in names:
            users[below].append(name)
    for neighbours, order in ((users, columns[::-1]), (premises, columns), (users, columns[::-1])):
        for column in order:
            column.sort(key=lambda name: (_mean([rank[other] for other in neighbours[name]], rank[name]), name))
            rank |= {name: Fraction(place) for place, name in enumerate(column)}
    tallest = max(map(len, columns))
    return {
        name: (MARGIN + place * (BOX + GAP), TOP + height * ROW + (tallest - len(column)) * ROW // 2)
        for place, column in enumerate(columns)
        for height, name in enumerate(column)
    }


def _mean(ranks: Sequence[Fraction], otherwise: Fraction) -> Fraction:
    return sum(ranks, Fraction(0)) / len(ranks) if ranks else otherwise


def _edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    (x, y), (to_x, to_y) = (start[0] + BOX, start[1] + 10), (end[0], end[1] + 10)
    half = (x + to_x) // 2
    return f'<path class="edge" d="M{x} {y} C{half} {y} {half} {to_y} {to_x} {to_y}"/>'


def _node(name: Name, place: tuple[int, int], by_id: Mapping[str, Outcome], facts: Mapping[str, Fact]) -> str:
    kind, label = name
    if kind == "fact":
        colour, about = COLOURS["textbook fact"], f"{facts[label].statement} [{facts[label].reference}]"
    else:
        outcome = by_id[label]
        colour = COLOURS[outcome.result.title]
        about = f"{label}: {outcome.result.title}. {outcome.row.statement}"
    short = label if len(label) <= LETTERS else label[: LETTERS - 1] + "…"
    (x, y), corner = place, 10 if kind == "fact" else 2
    return (
        f'<g><title>{escape(about)}</title><rect class="node" x="{x}" y="{y}" width="{BOX}" height="20" rx="{corner}" '
        f'stroke="{colour}"/><text x="{x + 8}" y="{y + 14}">{escape(short)}</text></g>'
    )


def _legend() -> list[str]:
    parts = []
    for place, (name, colour) in enumerate(COLOURS.items()):
        x = MARGIN + 128 * place
        parts.append(
            f'<rect class="node" x="{x}" y="36" width="14" height="14" rx="2" stroke="{colour}"/>'
            f'<text x="{x + 20}" y="48">{name}</text>'
        )
    return parts
