"""A network's sizes against what the theorems ask for and what is impossible."""

__all__ = ["sizes_section"]

from exactmem import html
from exactmem.datasets import Dataset
from exactmem.networks import FNN, Network
from exactmem.presentation import amount
from exactmem.size_bounds.calculator import Task, applicable, reading_order, smallest_sizes
from exactmem.size_bounds.impossibility import bounds_for, setting_of
from exactmem.sizes.problem import Problem


def sizes_section(network: Network, dataset: Dataset) -> str:
    """HTML: this network among the theorems' smallest ones, and the fewest units that any network needs."""
    kinds = {layer.activation for layer in network.layers if layer.activation.kind != "identity"}
    if len(kinds) != 1:
        return "<p>The theorems are about one activation in all hidden layers; this network has none or several.</p>"
    problem = Problem(dataset.N, dataset.d_x, dataset.d_y, kinds.pop())
    task: Task = "classification" if dataset.is_one_hot and dataset.d_y > 1 else "regression"
    rows: list[list[object]] = [["this network", "", _joined(network.widths), network.hidden_nodes, network.edges]]
    for theorem in reading_order(applicable(problem, task, True)):
        found = smallest_sizes(theorem, problem)
        if found.widths is not None:
            rows.append([theorem.id, theorem.needs, _joined(found.widths), found.units or 0, found.edges or 0])
    headers = ["by", "needs", "hidden widths", "units", "edges"]
    labels = "one-hot labels" if task == "classification" else "any labels"
    about = f"for {labels} at any {dataset.N} inputs, N = {dataset.N}, d_x = {dataset.d_x}, d_y = {dataset.d_y}"
    return "\n".join(
        [
            f"<p>The fewest hidden units that each theorem asks {about}. Edges are weights and biases.</p>",
            html.table(headers, rows),
            _impossible(network, problem, task),
        ]
    )


def _joined(widths: tuple[int, ...]) -> str:
    return ", ".join(map(str, widths)) or "none"


def _impossible(network: Network, problem: Problem, task: Task) -> str:
    hidden = len(network.widths)
    known = [bound for bound in bounds_for(setting_of(problem, task, False)) if bound.covers(hidden)]
    if not known or not isinstance(network, FNN):
        return "<p>For networks of this depth and activation no bound from below is known here.</p>"
    rows = [[sum(bound.fewest(problem.N, hidden)), bound.source] for bound in known]
    layers = amount(hidden, "hidden layer")
    return f"<p>With fewer units than these, {layers} cannot fit every dataset of this size:</p>" + html.table(
        ["units", "by"], rows
    )
